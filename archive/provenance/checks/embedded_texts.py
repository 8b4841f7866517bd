"""Do EXIF, IIM and XMP of one file say the same in words?"""

from collections.abc import Iterator
from itertools import combinations

from archive.extraction.readers.file_assertions import is_camera_text, leading_text
from archive.extraction.readers.statements import as_text
from archive.provenance.checks.evidence import Evidence
from archive.provenance.checks.finding import Check, Observation, Outcome, Question
from archive.standards.mappings import CREATOR, CREDIT_LINE, DESCRIPTION, HEADLINE
from archive.standards.normal_form import gettext_noop, normalise

# What EXIF, IIM and XMP each have a place for. A comment is another text than the description, and may differ from it.
_FIELDS = (DESCRIPTION, HEADLINE, CREATOR, CREDIT_LINE)
_NO_TWIN = ("EXIF:UserComment", "IFD0:XPComment")
# IIM cuts texts off at its own lengths, in bytes: the beginning of a longer text is the same text.
_LEAST_SHARED = 20


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    is_twice = False
    for field in _FIELDS:
        texts = [(name, text) for name in field.tags if (text := _text(evidence, name))]
        is_twice = is_twice or len(texts) > 1
        for (name, text), (other, other_text) in combinations(texts, 2):
            if not _is_same(text, other_text):
                values = {"field": field.iptc_name, "tag": name, "other": other}
                yield Observation(Outcome.CONTRADICTORY, "differ", values, (("tag", name), ("tag", other)))
                break
        else:
            if len(texts) > 1:
                grounds = tuple(("tag", name) for name, _text_of in texts)
                yield Observation(Outcome.CONSISTENT, "agree", {"field": field.iptc_name}, grounds)
    if not is_twice:
        yield Observation(Outcome.NOT_APPLICABLE, "nothing-twice")


def _text(evidence: Evidence, name: str) -> str:
    if name in _NO_TWIN:
        return ""
    values = evidence.embedded.values(name)
    value = values[0] if len(values) == 1 else values
    text = "; ".join(map(as_text, value)) if isinstance(value, list) else as_text(leading_text(value))
    return "" if is_camera_text(text) else normalise(text)


def _is_same(text: str, other: str) -> bool:
    shorter, longer = sorted((text, other), key=len)
    return shorter == longer or (len(shorter) >= _LEAST_SHARED and longer.startswith(shorter)) or shorter in longer


CHECK = Check(
    slug="embedded-texts",
    version="1",
    title=gettext_noop("Words within the file"),
    question=Question.CAPTION,
    meaning=gettext_noop(
        "Compares the caption, headline, photographer and credit that EXIF, IIM and XMP of one file state: they are "
        "meant to be the same (Metadata Working Group, Guidelines 2.0)."
    ),
    limits=gettext_noop(
        "Where they differ, somebody changed one of them with a program that left the others as they were: that is "
        "common and proves nothing about the picture. Which of them is right it cannot tell."
    ),
    sentences={
        "nothing-twice": gettext_noop("The file says nothing in two places, so there is nothing to compare."),
        "differ": gettext_noop("%(field)s: %(tag)s says something else than %(other)s."),
        "agree": gettext_noop("%(field)s: what the file says of it in several places is the same."),
    },
    weigh=_weigh,
)
