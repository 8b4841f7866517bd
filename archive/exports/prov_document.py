"""
The record of an item as PROV-JSON (W3C Member Submission of 24 April 2013): what was made of what, when, by whom.

Entities are the item, its file and copies, wordings, claims, spans of footage, findings and verdicts; activities what
was done to them; agents people, and parts of the software with their versions.
"""

from typing import Any
from urllib.parse import quote

from prov.model import PROV, ProvActivity, ProvAgent, ProvDocument, ProvEntity
from prov.serializers.provjson import encode_json_document

from archive.exports.record_files import as_json
from archive.ledger.chain import moment

SOFTWARE = "Strandline"


def prov_of(record: dict[str, Any], *, site: str) -> bytes:
    """
    Return the PROV-JSON of a record.

    :param site: the address of the archive, under which what it names is found
    """
    return as_json(encode_json_document(_Document(record, site).write()))


class _Document:
    def __init__(self, record: dict[str, Any], site: str) -> None:
        self.record, self.document = record, ProvDocument()
        self.agents: dict[str, ProvAgent] = {}
        self.archive: ProvAgent | None = None
        self.entities: dict[tuple[str, int], ProvEntity] = {}
        for prefix, address in (
            ("record", f"{site}/items/{record['item']}/#"),
            ("archive", f"{site}/"),
            ("term", f"{site}/terms/#"),
            ("dcterms", "http://purl.org/dc/terms/"),
        ):
            self.document.add_namespace(prefix, address)

    def write(self) -> ProvDocument:
        self._file()
        self._accessions()
        self._captions()
        self._appearances()
        self._claims()
        self._spans()
        self._matches()
        self._findings()
        self._verdicts()
        self._events()
        return self.document

    def _entity(self, name: str, kind: str, /, **facts: Any) -> ProvEntity:
        return self.document.entity(f"record:{name}", _facts(kind, facts))

    def _activity(self, name: str, kind: str, at: Any, agent: ProvAgent | None = None, /, **facts: Any) -> ProvActivity:
        activity = self.document.activity(f"record:{name}", moment(at), moment(at), _facts(kind, facts))
        if agent:
            self.document.wasAssociatedWith(activity, agent)
        return activity

    def _person(self, name: str | None) -> ProvAgent | None:
        if not name:
            return None
        if f"p {name}" not in self.agents:
            facts = {PROV["type"]: PROV["Person"], "term:name": name}
            self.agents[f"p {name}"] = self.document.agent(f"archive:people/#{quote(name, safe='')}", facts)
        return self.agents[f"p {name}"]

    def _archive(self) -> ProvAgent:
        """Return who keeps the record, by the name that its administrator gave it."""
        if self.archive is None:
            facts = {PROV["type"]: PROV["Organization"], "term:name": self.record["archive"]["name"]}
            self.archive = self.document.agent("archive:about/archive/", facts)
        return self.archive

    def _software(self, name: str, version: str = "") -> ProvAgent:
        key = f"s {name} {version}"
        if key not in self.agents:
            facts = {PROV["type"]: PROV["SoftwareAgent"], "term:name": name}
            facts |= {"term:version": version} if version else {}
            number = f"{quote(name, safe='')}-{quote(version, safe='')}".rstrip("-")
            self.agents[key] = self.document.agent(f"archive:software/#{number}", facts)
            self.document.actedOnBehalfOf(self.agents[key], self._archive())
        return self.agents[key]

    def _file(self) -> None:
        record, file = self.record, self.record["file"]
        self.file = self._entity(
            "file", "MediaFile", sha256=file["message_digest"], size_bytes=file["size_bytes"],
            format_name=file["format_name"], mime_type=file["mime_type"],
        )  # fmt: skip
        self.item = self._entity("item", "Item", number=record["item"], kind=record["kind"], name=record["name"])
        for each in record["terms"]:
            # By whom they are stated is told with them: an entity has one list of rights.
            by = each["source"] or f"accession {each['accession'] or ''}".strip()
            self.item.add_attributes({"dcterms:rights": f"{each['words']} ({by})"})
        self.document.wasDerivedFrom(self.item, self.file)
        for made in record["renditions"]:
            name = f"rendition-{made['purpose'].lower()}"
            copy = self._entity(name, "Rendition", purpose=made["purpose"], mime_type=made["mime_type"])
            maker = self._software(f"{SOFTWARE} renditions", made["maker_version"])
            making = self._activity(f"making-{name}", "Rendering", made["made_at"], maker)
            self.document.used(making, self.file)
            self.document.wasGeneratedBy(copy, making, moment(made["made_at"]))
            self.document.wasDerivedFrom(copy, self.file, making)

    def _accessions(self) -> None:
        for line in self.record["accession_lines"]:
            who = self._person(line["received_by"]) or self._software("command line")
            receiving = self._activity(
                f"accession-line-{line['id']}", "Words" if line["about"] else "Accession", line["received_at"], who,
                accession=line["accession"], outcome=line["outcome"], original_name=line["original_name"],
            )  # fmt: skip
            if line["outcome"] == "CREATED":
                self.document.wasGeneratedBy(self.item, receiving, moment(line["received_at"]))
            if not line["about"]:
                self.document.used(receiving, self.file)

    def _captions(self) -> None:
        for caption in self.record["captions"]:
            entity = self._entity(
                f"caption-{caption['id']}", "Caption", text=caption["text"], role=caption["role"],
                origin=caption["origin"], language=caption["language"], recorded_at=moment(caption["recorded_at"]),
            )  # fmt: skip
            self.entities["caption", caption["id"]] = entity
            if caption["origin"] == "EMBEDDED":
                self.document.hadPrimarySource(entity, self.file)
            if who := self._person(caption["recorded_by"]):
                self.document.wasAttributedTo(entity, who)
        for caption in self.record["captions"]:
            if before := self.entities.get(("caption", caption["supersedes"])):
                self.document.wasRevisionOf(self.entities["caption", caption["id"]], before)

    def _appearances(self) -> None:
        for seen in self.record["appearances"]:
            entity = self._entity(
                f"appearance-{seen['id']}", "Appearance", url=seen["url"], headline=seen["headline"],
                published=seen["published_edtf"], outlet=(seen["outlet"] or {}).get("name"), caption=seen["caption"],
                credit=seen["credit"],
            )  # fmt: skip
            self.entities["appearance", seen["id"]] = entity
            self.document.wasDerivedFrom(entity, self.item)

    def _claims(self) -> None:
        for claim in self.record["claims"]:
            source = claim["source"]
            entity = self._entity(
                f"claim-{claim['id']}", "Claim", property=claim["property"], value=claim["value"]["label"],
                as_written=claim["as_written"], standing=claim["standing"], ground=source["kind"],
            )  # fmt: skip
            self.entities["claim", claim["id"]] = entity
            self.document.specializationOf(entity, self.item)
            who = self._person(source["person"]) or self._software(
                source["rule"] or f"{SOFTWARE} reading", source["rule_version"]
            )
            claiming = self._activity(f"claiming-{claim['id']}", "Claiming", claim["claimed_at"], who)
            self.document.wasGeneratedBy(entity, claiming, moment(claim["claimed_at"]))
            for ground in self._grounds(source):
                self.document.hadPrimarySource(entity, ground)
            if claim["property"] == "derived_from" and claim["standing"] == "ACCEPTED":
                origin = self.document.entity(f"archive:items/{claim['value']['item']}/#item")
                self.document.wasDerivedFrom(self.item, origin)
            self._rulings(f"ruling-{claim['id']}", claim["rulings"], entity)

    def _spans(self) -> None:
        """Each version of a span is an entity of its own, a revision of the one before; what is said speaks of all."""
        for span in self.record["spans"]:
            whole = self._entity(f"span-{span['id']}", "Span")
            self.document.specializationOf(whole, self.item)
            before: ProvEntity | None = None
            for version in span["versions"]:
                entity = self._entity(
                    f"span-version-{version['id']}", "SpanVersion", title=version["title"], note=version["note"],
                    start_milliseconds=version["start_milliseconds"], end_milliseconds=version["end_milliseconds"],
                )  # fmt: skip
                self.document.specializationOf(entity, whole)
                marking = self._activity(
                    f"marking-{version['id']}", "Marking", version["made_at"], self._person(version["made_by"])
                )
                self.document.used(marking, self.file)
                self.document.wasGeneratedBy(entity, marking, moment(version["made_at"]))
                if before:
                    self.document.wasRevisionOf(entity, before)
                before = entity
            said: dict[int | None, ProvEntity] = {None: whole}
            for claim in span["claims"]:
                entity = self._entity(
                    f"span-claim-{claim['id']}", "SpanClaim", property=claim["property"],
                    value=claim["value"]["label"], as_written=claim["as_written"], ground=claim["ground"],
                )  # fmt: skip
                said[claim["id"]] = entity
                self.document.wasDerivedFrom(entity, whole)
                who = self._person(claim["claimed_by"])
                claiming = self._activity(f"saying-{claim['id']}", "Claiming", claim["claimed_at"], who)
                self.document.wasGeneratedBy(entity, claiming, moment(claim["claimed_at"]))
            for number, word in enumerate(span["retractions"], 1):
                if word["claim"] in said:
                    act = self._activity(
                        f"span-retraction-{span['id']}-{number}",
                        "Retraction" if word["is_retracted"] else "Restoration", word["set_at"],
                        self._person(word["set_by"]), reason=word["reason"],
                    )  # fmt: skip
                    self.document.used(act, said[word["claim"]])

    def _rulings(self, name: str, rulings: list[dict[str, Any]], on: ProvEntity) -> None:
        for number, ruling in enumerate(rulings, 1):
            by = self._person(ruling["ruled_by"]) or self._software(SOFTWARE)
            act = self._activity(
                f"{name}-{number}", "Ruling", ruling["ruled_at"], by,
                standing=ruling["standing"], reason=ruling["reason"],
            )  # fmt: skip
            self.document.used(act, on)

    def _grounds(self, source: dict[str, Any]) -> list[ProvEntity]:
        if source["kind"] in ("DEVICE_METADATA", "EMBEDDED_DESCRIPTION"):
            return [self.file]
        named = (("caption", source["caption"]), ("appearance", source["appearance"]))
        return [self.entities[key] for key in named if key in self.entities]

    def _matches(self) -> None:
        for match in self.record["matches"]:
            entity = self._entity(
                f"match-{match['id']}", "Match", kind=match["kind"], standing=match["standing"],
                is_strong=match["is_strong"],
            )  # fmt: skip
            self.entities["match", match["id"]] = entity
            agent = self._software(match["method"], match["method_version"])
            comparing = self._activity(f"matching-{match['id']}", "Matching", match["found_at"], agent)
            self.document.used(comparing, self.file)
            self.document.used(comparing, self.document.entity(f"archive:items/{match['item']}/#file"))
            self.document.wasGeneratedBy(entity, comparing, moment(match["found_at"]))
            self._rulings(f"match-ruling-{match['id']}", match["rulings"], entity)

    def _findings(self) -> None:
        for finding in [*self.record["earlier_findings"], *self.record["findings"]]:
            entity = self._entity(
                f"finding-{finding['id']}", "Finding", outcome=finding["outcome"],
                sentence=finding["observations"][0]["sentence"],
            )  # fmt: skip
            self.entities["finding", finding["id"]] = entity
            agent = self._software(f"check {finding['check']}", finding["version"])
            check = self._activity(f"check-{finding['id']}", "Check", finding["found_at"], agent)
            self.document.used(check, self.file)
            grounds = [(kind, key) for each in finding["observations"] for kind, key in each["grounds"]]
            for key in dict.fromkeys(grounds):
                if key in self.entities:
                    self.document.used(check, self.entities[key])
            self.document.wasGeneratedBy(entity, check, moment(finding["found_at"]))

    def _verdicts(self) -> None:
        for question in self.record["verdicts"]:
            for verdict in question["given"]:
                entity = self._entity(
                    f"verdict-{verdict['id']}", "Advice" if verdict["is_advice"] else "Verdict",
                    question=question["question"], word=verdict["word"], reason_code=verdict["reason_code"],
                    reason=verdict["reason"],
                )  # fmt: skip
                judging = self._activity(
                    f"judging-{verdict['id']}", "Judging", verdict["judged_at"], self._person(verdict["judged_by"])
                )
                self.document.wasGeneratedBy(entity, judging, moment(verdict["judged_at"]))
                if end := verdict["let_go"]:
                    by = self._person(end["ended_by"])
                    letting_go = self._activity(
                        f"letting-go-{verdict['id']}", "SecondReadingLetGo", end["ended_at"], by, reason=end["reason"]
                    )
                    self.document.used(letting_go, entity)
                basis = verdict["basis"]
                stood = [("claim", int(key)) for key in basis.get("claims", {})]
                stood += [("finding", key) for key, _outcome in basis.get("findings", {}).values()]
                stood += [("caption", int(key)) for key in basis.get("captions", {})]
                for key in stood:
                    if key in self.entities:
                        self.document.used(judging, self.entities[key])

    def _events(self) -> None:
        for event in self.record["preservation_events"]:
            agent = self._software(event["linking_agent"])
            activity = self._activity(
                f"event-{event['id']}", "PreservationEvent", event["occurred_at"], agent,
                event_type=event["event_type"], outcome=event["event_outcome"], detail=event["event_outcome_detail"],
            )  # fmt: skip
            self.document.used(activity, self.file)


def _facts(kind: str, facts: dict[str, Any]) -> dict[Any, Any]:
    """Return the attributes of an entity or an activity; what is not known is left out."""
    told = {f"term:{name}": value for name, value in facts.items() if value not in (None, "")}
    return {PROV["type"]: f"term:{kind}", **told}
