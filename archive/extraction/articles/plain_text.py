"""Read a story that came as plain text: a date perhaps, then paragraphs, some of which are captions."""

import re

# "date 2024-06-19" or "2024-06-19" before the first words.
_DATE = re.compile(r"^\s*(?:date(?:line)?\s*:?\s*)?(\d{4}-\d\d-\d\d)(?=\s|$)[ \t]*\n?", re.IGNORECASE)
_PICTURED = re.compile(
    r"\((?:[^()]*\b)?(?:pictured|left|right|centre|center|above|below|top|bottom|file|photo|image|en photo|"
    r"à gauche|à droite|"
    r"au centre|notre photo|archives?|links|rechts|im bild)\b[^()]*\)|^(?:pictured|above|below|left|right|top|"
    r"photo|file photo|"
    r"image|en photo|notre photo)\s*[:,]|\bpictured (?:in|on|at|with|here|last|during|left|right|above|below)\b",
    re.IGNORECASE,
)  # fmt: skip
_ENDS = re.compile(r"[.!?:;…][\"”’'»)\]]*$")
_QUOTED = re.compile(r"^[\"“«‘„]")
_SEEN = re.compile(
    r"\b(?:could|can|may) be seen\b|\b(?:were|was|are|is) (?:seen|shown|pictured|photographed|spotted)\b|"
    r"\bon (?:voit|aperçoit)\b|"
    r"\b(?:sont|est|ont été|a été) (?:vus?|vues?|photographiée?s?)\b", re.IGNORECASE,
)  # fmt: skip
_SPEECH = re.compile(
    r"\b(?:said|told|added|says|tells|confirmed|announced|a (?:dit|déclaré|ajouté)|sagte)\b", re.IGNORECASE
)
# A line of more words is a paragraph of the story; one of fewer is no caption.
_MOST_WORDS = 35
_FEWEST_WORDS = 4


def read_plain(text: str) -> tuple[str, list[str]]:
    """Return the day that stands first, empty if none does, and the paragraphs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    day = ""
    if match := _DATE.match(text):
        day, text = match[1], text[match.end() :]
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text)]
    if len([paragraph for paragraph in paragraphs if paragraph]) < 2:
        paragraphs = [" ".join(line.split()) for line in text.split("\n")]
    return day, [paragraph for paragraph in paragraphs if paragraph]


def offer_captions(paragraphs: list[str]) -> dict[int, str]:
    """
    Return the paragraphs that look like captions, by position, each with the reason in a sentence.

    They are offered, not believed: a headline between paragraphs looks the same.
    """
    offered: dict[int, str] = {}
    for at, paragraph in enumerate(paragraphs):
        words = len(paragraph.split())
        if words > _MOST_WORDS or words < _FEWEST_WORDS or _QUOTED.match(paragraph):
            continue
        if _PICTURED.search(paragraph):
            offered[at] = "It names what is pictured."
        elif not _ENDS.search(paragraph) and at > 0 and not _SPEECH.search(paragraph):
            offered[at] = "It ends without a full stop, as captions do."
    # A full sentence that says what is to be seen is a caption where captions stand.
    for _round in range(3):
        for at, paragraph in enumerate(paragraphs):
            near = at - 1 in offered or at + 1 in offered
            one_sentence = len(re.findall(r"[.!?][\"”’]?\s+[A-ZÀ-Ý\"“]", paragraph)) == 0
            if (
                at in offered
                or not near
                or not one_sentence
                or len(paragraph.split()) > _MOST_WORDS
                or _QUOTED.match(paragraph)
            ):
                continue
            if _SEEN.search(paragraph) and not _SPEECH.search(paragraph):
                offered[at] = "It says what is to be seen, and stands beside another caption."
    return dict(sorted(offered.items()))
