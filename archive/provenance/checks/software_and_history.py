"""Which programs have saved the file, and from which documents does it come?"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from archive.extraction.readers.document_identifiers import ANCESTORS_TAG, DERIVED_FROM_TAG, INGREDIENTS_TAG
from archive.extraction.readers.statements import as_text
from archive.provenance.checks.evidence import MOST_RELATED, Evidence, Ground, Relation
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, Value, beside_leads, edtf
from archive.standards.mappings import MAKE, MODEL
from archive.standards.normal_form import gettext_noop
from archive.standards.software_names import is_carrier, is_editor, is_firmware
from archive.standards.vocabulary import FILE_TRACES

HISTORY_TAG = "XMP-xmpMM:History"
EDIT_LOG_TAG = "XMP-photoshop:History"
CROP_TAG = "XMP-crs:HasCrop"
# Those with a number: ProcessingSoftware, which some raw converters write, and the three that came with Exif 3.0.
PROGRAM_TAGS = (
    *("IFD0:Software", "IFD0:Tag 0x000B", "XMP-tiff:Software", "XMP-xmp:CreatorTool", "IPTC:OriginatingProgram"),
    *("EXIF:Tag 0xA43A", "EXIF:Tag 0xA43B", "EXIF:Tag 0xA43C", "EXIF:CameraFirmware", "XMP-pdf:Producer"),
    *("PNG:Software", "QuickTime:com.apple.quicktime.software", "QuickTime:encoder", "Matroska:ENCODER"),
)
# What no camera puts behind the end of a picture.
_BEHIND = {"zip": "ZIP", "rar": "RAR", "pdf": "PDF", "markup": "HTML / XML"}
# Of one file so many programs, each by so many letters, and so many conversions are told; of the others the number.
MOST_PROGRAMS = 8
LONGEST_NAME = 80
MOST_CONVERSIONS = 3
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    programs = list(_programs(evidence))
    seen = [*programs, *_history(evidence), *_documents(evidence), *_related(evidence), *_coding(evidence, programs)]
    yield from beside_leads(seen) if seen else [Observation(Outcome.NOT_APPLICABLE, "nothing")]


def _programs(evidence: Evidence) -> Iterator[Observation]:
    named: dict[str, tuple[str, list[Ground]]] = {}
    for tag in PROGRAM_TAGS:
        for value in evidence.embedded.values(tag):
            _note(named, as_text(value), tag)
    saved: dict[str, date] = {}
    for step in _steps(evidence):
        program = as_text(step.get("stEvt:softwareAgent", ""))
        _note(named, program, HISTORY_TAG)
        if day := _day(step):
            saved[_bare(program)] = day
    make, model = (as_text(evidence.embedded.properties.get(field.key) or "") for field in (MAKE, MODEL))
    for bare, (program, grounds) in list(named.items())[:MOST_PROGRAMS]:
        values: dict[str, Value] = {"program": _short(program)}
        outcome, code = Outcome.INCONCLUSIVE, "unknown-program"
        if is_carrier(program):
            code = "carried"
        elif is_editor(program):
            code = "saved"
        elif is_firmware(program, make, model):
            outcome, code = Outcome.CONSISTENT, "camera"
        if bare in saved and outcome == Outcome.INCONCLUSIVE:
            code, values = "saved-on", values | {"day": edtf(saved[bare])}
        yield Observation(outcome, code, values, tuple(grounds))
    if (more := len(named) - MOST_PROGRAMS) > 0:
        yield Observation(Outcome.INCONCLUSIVE, "more-programs", {"number": more})


def _note(named: dict[str, tuple[str, list[Ground]]], program: str, tag: str) -> None:
    if _bare(program):
        grounds = named.setdefault(_bare(program), (program, []))[1]
        if ("tag", tag) not in grounds:
            grounds.append(("tag", tag))


def _bare(program: str) -> str:
    return " ".join(program.split()).casefold()


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"


def _steps(evidence: Evidence) -> list[dict[str, Any]]:
    history = evidence.embedded.first(HISTORY_TAG)
    return [step for step in history if isinstance(step, dict)] if isinstance(history, list) else []


def _day(step: dict[str, Any]) -> date | None:
    """Return the day of a step, on the calendar where it was made."""
    found = _DAY.match(as_text(step.get("stEvt:when", "")))
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _history(evidence: Evidence) -> Iterator[Observation]:
    steps = _steps(evidence)
    grounds: tuple[Ground, ...] = (("tag", HISTORY_TAG),)
    days = sorted(day for step in steps if (day := _day(step)))
    if len(steps) > 1 and days:
        values = {"steps": len(steps), "first": edtf(days[0]), "last": edtf(days[-1])}
        yield Observation(Outcome.INCONCLUSIVE, "history", values, grounds)
    elif len(steps) > 1:
        yield Observation(Outcome.INCONCLUSIVE, "undated-history", {"steps": len(steps)}, grounds)
    conversions = dict.fromkeys(
        _short(text) for step in steps if (text := as_text(step.get("stEvt:parameters", ""))).startswith("converted")
    )
    for text in list(conversions)[:MOST_CONVERSIONS]:
        yield Observation(Outcome.INCONCLUSIVE, "converted", {"conversion": text}, grounds)
    if (more := len(conversions) - MOST_CONVERSIONS) > 0:
        yield Observation(Outcome.INCONCLUSIVE, "more-conversions", {"number": more}, grounds)
    if as_text(evidence.embedded.first(EDIT_LOG_TAG) or "").strip():
        yield Observation(Outcome.INCONCLUSIVE, "edit-log", {}, (("tag", EDIT_LOG_TAG),))
    if as_text(evidence.embedded.first(CROP_TAG) or "").strip().casefold() == "true":
        yield Observation(Outcome.INCONCLUSIVE, "cropped", {}, (("tag", CROP_TAG),))


def _documents(evidence: Evidence) -> Iterator[Observation]:
    if evidence.embedded.first(DERIVED_FROM_TAG):
        yield Observation(Outcome.INCONCLUSIVE, "derived", {}, (("tag", DERIVED_FROM_TAG),))
    ingredients = evidence.embedded.first(INGREDIENTS_TAG)
    if isinstance(ingredients, list) and ingredients:
        values = {"documents": len(ingredients)}
        yield Observation(Outcome.INCONCLUSIVE, "ingredients", values, (("tag", INGREDIENTS_TAG),))
    ancestors = evidence.embedded.first(ANCESTORS_TAG)
    if isinstance(ancestors, list) and ancestors:
        values = {"documents": len(ancestors)}
        yield Observation(Outcome.INCONCLUSIVE, "ancestors", values, (("tag", ANCESTORS_TAG),))


def _coding(evidence: Evidence, programs: list[Observation]) -> Iterator[Observation]:
    """Tell how a JPEG is coded where that says more of who saved it than the file does."""
    coding = evidence.examinations.get(FILE_TRACES, {}).get("jpeg", {})
    if coding.get("is_progressive"):
        yield Observation(Outcome.INCONCLUSIVE, "progressive")
    names_program = any(each.code != "camera" for each in programs)
    if evidence.embedded.properties.get(MAKE.key) and not names_program and (quality := coding.get("standard_quality")):
        yield Observation(Outcome.INCONCLUSIVE, "standard-tables", {"quality": quality})
    if sort := _BEHIND.get(coding.get("behind", "")):
        values: dict[str, Value] = {"bytes": coding["bytes_behind"], "sort": sort}
        yield Observation(Outcome.INCONCLUSIVE, "behind-the-end", values)


_RELATED = {
    Relation.SAME: "same-document",
    Relation.PLACED_IN_THIS: "placed-in-this",
    Relation.PLACED_IN_OTHER: "placed-in-other",
    Relation.PARTS: "same-parts",
}


def _related(evidence: Evidence) -> Iterator[Observation]:
    confirmed = {copy.item for copy in evidence.copies if copy.is_confirmed}
    for relation, code in _RELATED.items():
        items = [each.item for each in evidence.related_files if each.relation == relation]
        known = [item for item in items if item in confirmed] if relation == Relation.SAME else []
        for among, outcome, told in (
            (known, Outcome.CONSISTENT, "same-as-copy"),
            ([item for item in items if item not in known], Outcome.INCONCLUSIVE, code),
        ):
            if among:
                numbers = ", ".join(str(item) for item in among)
                yield Observation(outcome, told, {"items": numbers}, tuple(("item", item) for item in among))
    if len(evidence.related_files) == MOST_RELATED:
        all_items = tuple(("item", each.item) for each in evidence.related_files)
        yield Observation(Outcome.INCONCLUSIVE, "more-related", {}, all_items)


CHECK = Check(
    slug="software-and-history",
    version="5",
    title=gettext_noop("Programs and history of the file"),
    question=Question.WHOLENESS,
    meaning=gettext_noop(
        "Tells which programs the file says it was saved by, what its history says was done, which documents it was "
        "made from, and which other items were made from the same ones. Almost every published picture was saved by "
        "some program: this is a lead, and never speaks against a picture."
    ),
    limits=gettext_noop(
        "It repeats what the file says, and anybody can write or remove that. A program that saved a picture need not "
        "have changed it, and one that changed it need not be named. Messengers, platforms and many newsrooms remove "
        "all of it."
    ),
    sentences={
        "nothing": gettext_noop("The file names no program and tells no history, as many honest files do."),
        "camera": gettext_noop("It names the camera's own program: %(program)s."),
        "saved": gettext_noop("Was saved by %(program)s."),
        "saved-on": gettext_noop("Was saved by %(program)s, last on %(day)s."),
        "carried": gettext_noop(
            "Went through %(program)s, a program to copy pictures and to write words into them, which seldom changes a "
            "picture."
        ),
        "unknown-program": gettext_noop(
            "Names the program %(program)s, of which it is not known here whether it is the camera's own."
        ),
        "more-programs": gettext_noop("It names %(number)s more programs, which are not told here."),
        "history": gettext_noop("Its history has %(steps)s steps, from %(first)s to %(last)s."),
        "undated-history": gettext_noop("Its history has %(steps)s steps and no dates."),
        "converted": gettext_noop("Its history says: “%(conversion)s”."),
        "more-conversions": gettext_noop("Its history tells of %(number)s more conversions, which are not told here."),
        "edit-log": gettext_noop("Photoshop's log of what was done to the picture is in the file: read it."),
        "cropped": gettext_noop("The settings of the raw converter in the file say that the picture was cropped."),
        "derived": gettext_noop(
            "The file says that it was made from another document, as each export of a raw file or a layered one does."
        ),
        "ingredients": gettext_noop("The file says that other documents were placed in it: %(documents)s."),
        "ancestors": gettext_noop(
            "Photoshop noted documents from which something was pasted into this one, or into one that it was made "
            "from: %(documents)s. Templates bring theirs along."
        ),
        "progressive": gettext_noop("It is a progressive JPEG, as programs save for the web and cameras do not."),
        "standard-tables": gettext_noop(
            "Its JPEG tables are the standard ones at quality %(quality)s: programs, messengers and many telephones "
            "write those, most cameras tables of their own."
        ),
        "behind-the-end": gettext_noop("Behind the end of the picture the file holds %(bytes)s bytes more (%(sort)s)."),
        "same-document": gettext_noop(
            "Was made from the same document as other items, which are no confirmed copies of it: %(items)s. Look at "
            "them side by side."
        ),
        "same-as-copy": gettext_noop("Was made from the same document as its confirmed copies: %(items)s."),
        "more-related": gettext_noop("Perhaps more items name the same documents than are told here."),
        "placed-in-this": gettext_noop("Something of the document of other items was placed in it: %(items)s."),
        "placed-in-other": gettext_noop("Something of its document was placed in other items: %(items)s."),
        "same-parts": gettext_noop(
            "Something of the same document was placed in it and in other items: %(items)s. That may be a template."
        ),
    },
    weigh=_weigh,
)
