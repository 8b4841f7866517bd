"""
The record of an item as PREMIS 3.0 XML: the intellectual entity, its representation, its files, what was done to them
with its outcome, who did it, and the rights as far as they are known.
"""

import re
from typing import Any

from lxml import etree

from archive.ledger.chain import moment

NAMESPACE = "http://www.loc.gov/premis/v3"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
# XML 1.0, production 2: characters that no document may hold, even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SOFTWARE = "Strandline"


def premis_of(record: dict[str, Any], *, site: str) -> bytes:
    """
    Return the PREMIS document of a record.

    :param site: the address of the archive, under which its numbers are found
    """
    return _Document(record, site).write()


class _Document:
    def __init__(self, record: dict[str, Any], site: str) -> None:
        self.record, self.site = record, site
        self.root = etree.Element(_q("premis"), nsmap={None: NAMESPACE, "xsi": _XSI})
        self.root.set("version", "3.0")
        self.agents: dict[tuple[str, str, str], None] = {}

    def write(self) -> bytes:
        events = self._events()
        statements = self._statements()
        self._entity()
        self._representation()
        self._original(events)
        for made in self.record["renditions"]:
            self._rendition(made)
        for event in events:
            self._event(event)
        for kind, name, version in self.agents:
            agent = _add(self.root, "agent")
            self._identifier(agent, "agent", *_agent_identifier(kind, name, version))
            _add(agent, "agentName", name)
            _add(agent, "agentType", kind)
            if version:
                _add(agent, "agentVersion", version)
        self._rights(statements)
        etree.indent(self.root, space=" ")
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8") + b"\n"

    def _identifier(self, parent: etree._Element, of: str, kind: str, value: str) -> None:
        element = _add(parent, f"{of}Identifier")
        _add(element, f"{of}IdentifierType", kind)
        _add(element, f"{of}IdentifierValue", value)

    def _object(self, kind: str) -> etree._Element:
        element = _add(self.root, "object")
        element.set(f"{{{_XSI}}}type", kind)
        return element

    def _originator(self) -> str:
        """Say who computed the digest: the archive, by the name that its administrator gave it, with the software."""
        name = self.record["archive"]["name"]
        return _SOFTWARE if name == _SOFTWARE else f"{name} ({_SOFTWARE})"

    def _address(self, key: int | None = None) -> str:
        return f"{self.site}/items/{key or self.record['item']}/"

    def _entity(self) -> None:
        element = self._object("intellectualEntity")
        self._identifier(element, "object", "URL", self._address())
        _property(element, "kind", self.record["kind"])
        _property(element, "access", self.record["access"])
        for caption in self.record["captions"]:
            if caption["is_current"]:
                _property(element, f"caption {caption['role'].lower()}", caption["text"])
        labels = {claim["id"]: claim for claim in self.record["claims"]}
        for name, key in self.record["leading"].items():
            _property(element, name, labels[key]["value"]["label"])
        _add(element, "originalName", self.record["file"]["original_name"])
        self._relationship(element, "structural", "is represented by", "URL", f"{self._address()}#file")
        for match in self.record["matches"]:
            if match["standing"] != "REJECTED":
                self._relationship(element, "logical", f"match: {match['label']}", "URL", self._address(match["item"]))
        for claim in self.record["claims"]:
            if claim["property"] == "derived_from" and claim["standing"] in ("ACCEPTED", "PROPOSED"):
                said = f"derived from ({claim['standing'].lower()})"
                self._relationship(element, "derivation", said, "URL", self._address(claim["value"]["item"]))

    def _representation(self) -> None:
        element = self._object("representation")
        self._identifier(element, "object", "URL", f"{self._address()}#file")
        self._relationship(element, "structural", "represents", "URL", self._address())
        self._relationship(element, "structural", "has part", "SHA-256", self.record["file"]["message_digest"])

    def _original(self, events: list[dict[str, Any]]) -> None:
        file = self.record["file"]
        element = self._object("file")
        self._identifier(element, "object", "SHA-256", file["message_digest"])
        for name in ("width_px", "height_px", "frame_count", "duration_milliseconds", "frame_rate", "video_codec"):
            if file[name] not in (None, ""):
                _property(element, name, file[name])
        characteristics = _add(element, "objectCharacteristics")
        _add(characteristics, "compositionLevel", "0")
        fixity = _add(characteristics, "fixity")
        _add(fixity, "messageDigestAlgorithm", file["message_digest_algorithm"])
        _add(fixity, "messageDigest", file["message_digest"])
        _add(fixity, "messageDigestOriginator", self._originator())
        _add(characteristics, "size", file["size_bytes"])
        _format(characteristics, file["format_name"], file["mime_type"])
        _add(element, "originalName", file["original_name"])
        if path := self.record["original"]["path"]:
            location = _add(_add(element, "storage"), "contentLocation")
            _add(location, "contentLocationType", "path in this bag, beside this document")
            _add(location, "contentLocationValue", path)
        self._relationship(element, "structural", "is part of", "URL", f"{self._address()}#file")
        for event in events:
            if event["is_of_file"]:
                link = _add(element, "linkingEventIdentifier")
                _add(link, "linkingEventIdentifierType", event["id_type"])
                _add(link, "linkingEventIdentifierValue", event["id"])

    def _rendition(self, made: dict[str, Any]) -> None:
        element = self._object("file")
        self._identifier(element, "object", "URL", self._rendition_address(made))
        _property(element, "purpose", made["purpose"])
        _property(element, "width_px", made["width_px"])
        _property(element, "height_px", made["height_px"])
        characteristics = _add(element, "objectCharacteristics")
        _add(characteristics, "compositionLevel", "0")
        _add(characteristics, "size", made["size_bytes"])
        _format(characteristics, made["mime_type"], "")
        application = _add(characteristics, "creatingApplication")
        _add(application, "creatingApplicationName", f"{_SOFTWARE} renditions")
        _add(application, "creatingApplicationVersion", made["maker_version"])
        _add(application, "dateCreatedByApplication", moment(made["made_at"]))
        digest = self.record["file"]["message_digest"]
        self._relationship(element, "derivation", "has source", "SHA-256", digest)

    def _rendition_address(self, made: dict[str, Any]) -> str:
        return f"{self._address()}{made['purpose'].lower()}/"

    def _relationship(self, parent: etree._Element, kind: str, subtype: str, id_type: str, value: str) -> None:
        element = _add(parent, "relationship")
        _add(element, "relationshipType", kind)
        _add(element, "relationshipSubType", subtype)
        self._identifier(element, "relatedObject", id_type, value)

    def _events(self) -> list[dict[str, Any]]:
        """Return what PREMIS calls events, in the order in which they happened, what people decided among them."""
        events = [
            {
                "id_type": "preservation event",
                "id": str(event["id"]),
                "type": event["event_type"],
                "at": event["occurred_at"],
                "detail": "",
                "outcome": event["event_outcome"],
                "note": event["event_outcome_detail"],
                "agent": ("software", event["linking_agent"], ""),
                "is_of_file": True,
            }
            for event in self.record["preservation_events"]
        ]
        for finding in self.record["findings"]:
            events.append(
                {
                    "id_type": "finding",
                    "id": str(finding["id"]),
                    "type": "validation",
                    "at": finding["found_at"],
                    "detail": f"check {finding['check']}: {finding['title']}",
                    "outcome": finding["outcome"],
                    "note": finding["observations"][0]["sentence"],
                    "agent": ("software", f"check {finding['check']}", finding["version"]),
                    "is_of_file": False,
                }
            )
        for question in self.record["verdicts"]:
            for verdict in question["given"]:
                events.append(
                    {
                        "id_type": "verdict",
                        "id": str(verdict["id"]),
                        "type": "advice" if verdict["is_advice"] else "verdict",
                        "at": verdict["judged_at"],
                        "detail": question["asked"],
                        "outcome": verdict["word"],
                        "note": f"{verdict['reason_label']}. {verdict['reason']}".strip(),
                        "agent": ("person", verdict["judged_by"], ""),
                        "is_of_file": False,
                    }
                )
        return sorted(events, key=lambda event: (event["at"], event["id_type"], int(event["id"])))

    def _event(self, event: dict[str, Any]) -> None:
        element = _add(self.root, "event")
        self._identifier(element, "event", event["id_type"], event["id"])
        _add(element, "eventType", event["type"])
        _add(element, "eventDateTime", moment(event["at"]))
        if event["detail"]:
            _add(_add(element, "eventDetailInformation"), "eventDetail", event["detail"])
        outcome = _add(element, "eventOutcomeInformation")
        _add(outcome, "eventOutcome", event["outcome"])
        if event["note"]:
            _add(_add(outcome, "eventOutcomeDetail"), "eventOutcomeDetailNote", event["note"])
        self.agents.setdefault(event["agent"])
        kind, value = _agent_identifier(*event["agent"])
        self._identifier(element, "linkingAgent", kind, value)
        of_file = ("SHA-256", self.record["file"]["message_digest"])
        self._identifier(element, "linkingObject", *(of_file if event["is_of_file"] else ("URL", self._address())))

    def _statements(self) -> list[tuple[str, str, list[str]]]:
        terms = [
            (f"accession {each['accession'] or f'unnamed {number}'}", "terms of the accession", [each["words"]])
            for number, each in enumerate(self.record["terms"], 1)
            if each["stated_by"] == "ACCESSION"
        ]
        of_file = [
            f"{each['words']} ({each['source']})" for each in self.record["terms"] if each["stated_by"] == "FILE"
        ]
        terms += [("file", "rights as the file states them", of_file)] if of_file else []
        notices = [
            f"{notice['kind']}: {notice['words']} ({notice['source']})".replace(":  (", " (")
            for notice in self.record["notices"]
        ]
        return [*terms, *([("notices", "what suppliers say of the use", notices)] if notices else [])]

    def _rights(self, statements: list[tuple[str, str, list[str]]]) -> None:
        for number, basis, notes in statements:
            statement = _add(_add(self.root, "rights"), "rightsStatement")
            self._identifier(statement, "rightsStatement", "local", f"{self._address()}#{number.replace(' ', '-')}")
            _add(statement, "rightsBasis", "other")
            information = _add(statement, "otherRightsInformation")
            _add(information, "otherRightsBasis", basis)
            for note in notes:
                _add(information, "otherRightsNote", note)
            self._identifier(statement, "linkingObject", "URL", self._address())


def _agent_identifier(kind: str, name: str, version: str) -> tuple[str, str]:
    return kind, f"{name} {version}".strip()


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: etree._Element, name: str, text: object = None) -> etree._Element:
    element = etree.SubElement(parent, _q(name))
    if text is not None:
        element.text = _NO_XML.sub("\ufffd", str(text))
    return element


def _property(parent: etree._Element, kind: str, value: object) -> None:
    element = _add(parent, "significantProperties")
    _add(element, "significantPropertiesType", kind)
    _add(element, "significantPropertiesValue", value)


def _format(parent: etree._Element, name: str, note: str) -> None:
    element = _add(parent, "format")
    _add(_add(element, "formatDesignation"), "formatName", name)
    if note:
        _add(element, "formatNote", note)
