"""
The report that a person reads: plain HTML to be printed, with its pictures beside it, no script and no other host.

Made of the same record as the data; of the database only the copies that it shows are asked for. Written in English, as
the record is.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format

from archive.accounts.models import User
from archive.catalogue.archive_description import described
from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.models import Item
from archive.claims.property_names import PROPERTIES
from archive.files.blurred_pictures import blurred
from archive.files.models import Rendition
from archive.files.turned_copies import as_shown, open_as_shown
from archive.standards.edtf import InvalidEDTF, parse
from archive.standards.timecode import timecode
from archive.standards.vocabulary import Property

# So many items stand on one page, which is then printed as one; of more there is a page each, and a list of them.
MOST_ON_ONE_PAGE = 20
# Of the copies of a picture so many are shown; all of them are named.
MOST_COPIES_SHOWN = 24
READERS = {Audience.RESEARCH: "researchers", Audience.STAFF: "archive staff"}
_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_GROUNDS = {
    "PERSON": "a person",
    "DEVICE_METADATA": "the camera, in the file",
    "EMBEDDED_DESCRIPTION": "the description in the file",
    "CAPTION": "a caption",
    "APPEARANCE": "as published",
    "MATCH": "a copy of the picture",
    "INFERENCE": "inferred",
}
_ORIGINS = {
    "EMBEDDED": "in the file", "SIDECAR": "in the file beside it", "LIST": "in the list that came with it",
    "PRINT": "as published", "PERSON": "written in the archive",
}  # fmt: skip
_SHAPES = {"CONTRADICTORY": "▲", "UNREADABLE": "▨", "INCONCLUSIVE": "◐", "CONSISTENT": "●", "NOT_APPLICABLE": "–"}
_WORDS_OF_OUTCOMES = {
    "CONTRADICTORY": "contradictory", "UNREADABLE": "unreadable", "INCONCLUSIVE": "inconclusive",
    "CONSISTENT": "consistent", "NOT_APPLICABLE": "does not apply",
}  # fmt: skip
# Of acts on the file, a match or a line of an accession, which no page lists.
_ACTS = {
    "receive": "received the file", "propose match": "found a match with another picture",
    "check_fixity": "compared the original with its digest", "restore original": "put the original right",
    "rebuild renditions": "made the copies again", "read metadata again": "read the file again",
    "try again": "tried the file again", "refuse": "refused the file",
}  # fmt: skip
_OUTCOMES_OF_LINES = {"CREATED": "brought in", "ALREADY_HELD": "held already", "REFUSED": "refused"}
_ACCESS = {
    "RESTRICTED": "archive staff only", "RESEARCH": "cleared for research", "RELEASED": "released to the public",
    "WITHDRAWN": "withdrawn",
}  # fmt: skip

# Asked of every picture, so their silence is told too; and what a list tells of each.
_ALWAYS_ASKED = ("date_created", "location_shown", "event", "creator")
_STANDINGS = {
    "PROPOSED": "proposed", "ACCEPTED": "accepted", "REJECTED": "rejected", "SUPERSEDED": "superseded",
}  # fmt: skip
_STANDING = ("PROPOSED", "ACCEPTED")


@dataclass(frozen=True)
class Picture:
    """A picture of the report; `name` is empty where only its blurred form is there."""

    name: str
    width_px: int
    height_px: int
    blurred: str = ""


class Report:
    """A report while it is written: one item after the other, none kept in memory."""

    def __init__(self, folder: Path, *, number: int, reader: User, shows: bool) -> None:
        """
        Begin a report.

        :param number: of items, which says whether they stand on one page
        :param reader: whom it is written for
        :param shows: pictures that are marked as distressing are shown to who opens them; else blurred alone
        """
        self.folder, self.reader, self.shows = folder, reader, shows
        self.is_one_page = number <= MOST_ON_ONE_PAGE
        self.told = {"number": number, "readers": READERS[audience_of(reader)], "site": settings.SITE_URL}
        self.told["archive"] = described().name
        (folder / "pictures").mkdir(parents=True)

    def __enter__(self) -> Self:
        self.index = (self.folder / "index.html").open("x", encoding="utf-8", newline="\n")
        self._put("head.html", title="Record of items")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._put("foot.html")
        self.index.close()

    def add(self, item: Item, record: dict[str, Any]) -> None:
        """Write one item, with its picture and those of its copies."""
        pictures = {item.pk: self._picture(item, item.media_file.sharpest, "")}
        # The picture on the page of copies is small: the thumbnail is enough.
        for copy in self._copies(record):
            pictures[copy.pk] = self._picture(copy, copy.media_file.thumbnail, "-small")
        view = view_of(record, pictures)
        if self.is_one_page:
            self._put("item.html", **view)
            return
        self._put("row.html", **view, small=self._picture(item, item.media_file.thumbnail, "-small"))
        with (self.folder / f"item-{item.pk}.html").open("x", encoding="utf-8", newline="\n") as page:
            for name in ("head.html", "item.html", "foot.html"):
                context = {"title": f"Item {item.pk}", "is_part": True, **view}
                page.write(render_to_string(f"exports/{name}", {**self.told, **context}))

    def _put(self, name: str, **context: Any) -> None:
        self.index.write(render_to_string(f"exports/{name}", {**self.told, **context}))

    def _copies(self, record: dict[str, Any]) -> Iterable[Item]:
        keys = [match["item"] for match in record["matches"]][:MOST_COPIES_SHOWN]
        return Item.objects.visible_to(self.reader).filter(pk__in=keys).with_card().order_by("pk") if keys else ()

    def _picture(self, item: Item, made: Rendition | None, mark: str) -> Picture | None:
        """Keep a copy of a picture beside the report, a distressing one blurred; None where there is none to keep."""
        if made is None:
            return None
        is_clear = not item.is_distressing or self.shows
        name = f"{item.pk}{mark}{_ENDINGS.get(made.mime_type, '')}"
        try:
            if is_clear:
                self._keep(name, made, item.orientation)
            shown = as_shown(made, item.orientation)
            if not item.is_distressing:
                return Picture(name, shown.width_px, shown.height_px)
            hidden = f"{item.pk}{mark}-blurred.jpg"
            with open_as_shown(made, item.orientation) as stored:
                picture = blurred(stored, width_px=shown.width_px, height_px=shown.height_px)
            picture.save(self.folder / "pictures" / hidden, "JPEG", quality=70)
        except (FileNotFoundError, ValueError):
            return None
        return Picture(name if is_clear else "", shown.width_px, shown.height_px, blurred=hidden)

    def _keep(self, name: str, made: Rendition, orientation: int | None) -> None:
        target = self.folder / "pictures" / name
        if target.exists():
            return
        with open_as_shown(made, orientation) as stored:
            target.write_bytes(stored.read())


def view_of(record: dict[str, Any], pictures: dict[int, Picture | None]) -> dict[str, Any]:
    """Lay out a record for reading."""
    claims = {claim["id"]: claim for claim in record["claims"]}
    captions = {caption["id"]: caption for caption in record["captions"]}
    printed = {seen["id"]: seen for seen in record["appearances"]}

    def told(claim: dict[str, Any]) -> dict[str, Any]:
        return claim | {
            "ground": ground_of(claim["source"], captions, printed),
            "says_otherwise": claim["as_written"] not in ("", claim["value"]["label"]),
        }

    order = [str(name) for name in PROPERTIES]
    stated = sorted(claims.values(), key=lambda claim: (order.index(claim["property"]), claim["id"]))
    return {
        "record": record,
        "file": record["file"],
        "picture": pictures.get(record["item"]),
        "access": _ACCESS[record["access"]],
        "size": _size(record["file"]["size_bytes"]),
        "length": _length(record["file"]["duration_milliseconds"]),
        "added_at": moment_of(record["added_at"]),
        "leading": [
            {
                "label": str(PROPERTIES[Property(name)]),
                "is_listed": name in _ALWAYS_ASKED,
                "claim": told(claims[record["leading"][name]]) if name in record["leading"] else None,
                "is_contested": name in record["contested"],
                "others": _others(name, record, stated),
            }
            for name in order
            if name in record["leading"] or name in _ALWAYS_ASKED
        ],
        "spans": [_span(span) for span in record["spans"] if not span["is_retracted"]],
        "claims": [told(claim) | {"rulings": _rulings(claim["rulings"])} for claim in stated],
        "wordings": _wordings(record["captions"]),
        "questions": [_question(question) for question in record["verdicts"]],
        "findings": _findings(record["findings"]),
        "not_applicable": [each["title"] for each in record["findings"] if each["outcome"] == "NOT_APPLICABLE"],
        "earlier": [
            {
                "title": each["title"],
                "version": each["version"],
                "outcome": _WORDS_OF_OUTCOMES[each["outcome"]],
                "sentence": each["observations"][0]["sentence"],
                "at": moment_of(each["found_at"]),
            }
            for each in record["earlier_findings"]
        ],
        "matches": [
            match
            | {"picture": pictures.get(match["item"]), "rulings": _rulings(match["rulings"])}
            | {"standing_words": _STANDINGS[match["standing"]], "at": moment_of(match["found_at"])}
            for match in record["matches"]
        ],
        "copies": record["copies"],
        "appearances": [
            seen | {"day": _day(seen["published_edtf"]), "at": moment_of(seen["recorded_at"])}
            for seen in record["appearances"]
        ],
        "lines": [
            line | {"at": moment_of(line["received_at"]), "became": _became(line)} for line in record["accession_lines"]
        ],
        "accessions": record["accessions"],
        "notices": record["notices"],
        # The others stand with their accessions.
        "stated": [terms for terms in record["terms"] if terms["accession"] is None],
        "events": [event | {"at": moment_of(event["occurred_at"])} for event in record["preservation_events"]],
        "acts": [_act(act) for act in record["ledger"]],
        "statement_count": sum(len(reading["statements"]) for reading in record["readings"]),
        "counts": Counter(
            _WORDS_OF_OUTCOMES[each["outcome"]] for each in record["findings"] if each["outcome"] != "NOT_APPLICABLE"
        ).items(),
    }


def _became(line: dict[str, Any]) -> str:
    return "words alone came for it" if line["about"] else _OUTCOMES_OF_LINES.get(line["outcome"], "waits")


def ground_of(source: dict[str, Any], captions: dict[int, Any], printed: dict[int, Any]) -> str:
    """Say in words on what a claim rests."""
    words = [_GROUNDS[source["kind"]]]
    if source["person"]:
        words = [source["person"]]
    elif source["tag"]:
        words.append(f"{source['group']}:{source['tag']}".lstrip(":"))
    if source["caption"] in captions:
        words = [f"caption {source['caption']}"]
        if source["start"] is not None:
            words.append(f"“{captions[source['caption']]['text'][source['start'] : source['end']]}”")
    if source["appearance"] in printed:
        seen = printed[source["appearance"]]
        words = [f"published in {seen['outlet']['name']}" if seen["outlet"] else "as published"]
        words += [day] if (day := _day(seen["published_edtf"])) else []
    if source["match"]:
        words.append(f"match {source['match']}")
    if source["rule"]:
        words.append(f"by the rule “{source['rule']}” {source['rule_version']}".rstrip())
    ground = ", ".join(words)
    return f"{ground}; {source['note']}" if source["note"] else ground


def moment_of(at: datetime | None) -> str:
    return f"{date_format(at, 'j F Y, H:i:s')} UTC" if at else ""


def _span(span: dict[str, Any]) -> dict[str, Any]:
    times = (timecode(span[f"{end}_milliseconds"]) for end in ("start", "end"))
    said = [claim | {"at": moment_of(claim["claimed_at"])} for claim in span["claims"] if not claim["is_retracted"]]
    return span | {"times": " – ".join(times), "at": moment_of(span["versions"][-1]["made_at"]), "said": said}


def _others(name: str, record: dict[str, Any], claims: list[dict[str, Any]]) -> list[str]:
    """Return what else is said of a property and not rejected, each value once."""
    of_property = [claim for claim in claims if claim["property"] == name and claim["standing"] in _STANDING]
    leading = next((c["value"]["label"] for c in of_property if c["id"] == record["leading"].get(name)), None)
    labels = dict.fromkeys(claim["value"]["label"] for claim in of_property)
    return [label for label in labels if label != leading]


def _rulings(rulings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "words": _STANDINGS[ruling["standing"]] if ruling["standing"] != "PROPOSED" else "reset to proposed",
            "by": ruling["ruled_by"] or "the archive's own rules",
            "at": moment_of(ruling["ruled_at"]),
            "reason": ruling["reason"],
        }
        for ruling in rulings
    ]


def _act(act: dict[str, Any]) -> dict[str, Any]:
    """Lay out an entry; one on the file or on a match says in its name what it was, and the rest in numbers."""
    is_on_item = act["subject"].startswith("catalogue.item:")
    told = {} if is_on_item else {"what": _ACTS.get(act["verb"], act["what"]), "more": ""}
    return act | {"at": moment_of(act["occurred_at"])} | told


def _wordings(captions: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the captions, those of a file that say the same word for word taken together."""
    by_text: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for caption in captions:
        own = str(caption["id"]) if caption["origin"] == "PERSON" else ""
        key = (caption["role"], caption["text"].strip(), caption["language"], own)
        told = {"where": _where(caption), "at": moment_of(caption["recorded_at"])}
        by_text.setdefault(key, []).append(caption | told)
    return list(by_text.values())


def _where(caption: dict[str, Any]) -> str:
    place = _ORIGINS[caption["origin"]]
    tag = f"{caption['group']}:{caption['tag']}".strip(":")
    return f"{place}{f' ({tag})' if tag else ''}, recorded"


def _question(question: dict[str, Any]) -> dict[str, Any]:
    given = [
        verdict
        | {"at": moment_of(verdict["judged_at"])}
        | {"let_go_at": moment_of(verdict["let_go"]["ended_at"]) if verdict["let_go"] else ""}
        for verdict in question["given"]
    ]
    holding = next((verdict for verdict in given if verdict["id"] == question["verdict"]), None)
    second = next((verdict for verdict in given if verdict["id"] == question["second"]), None)
    others = [verdict for verdict in given if verdict is not holding and verdict is not second]
    return question | {"holding": holding, "second": second, "others": others}


def _findings(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the findings that say something, what needs a look first."""
    order = list(_SHAPES)
    telling = [each for each in findings if each["outcome"] != "NOT_APPLICABLE"]
    return [
        each
        | {
            "at": moment_of(each["found_at"]),
            "seen": [
                seen | {"shape": _SHAPES[seen["outcome"]], "word": _WORDS_OF_OUTCOMES[seen["outcome"]]}
                for seen in each["observations"]
            ],
        }
        for each in sorted(telling, key=lambda each: order.index(each["outcome"]))
    ]


def _day(edtf: str) -> str:
    if not edtf:
        return ""
    try:
        return parse(edtf).label("en")
    except InvalidEDTF:
        return edtf


def _size(size_bytes: int) -> str:
    return f"{size_bytes:,} bytes"


def _length(milliseconds: int | None) -> str:
    return f"{milliseconds / 1000:.1f} s" if milliseconds else ""
