"""Part a caption as printed into its own words and its credit, each kept verbatim."""

import csv
import re
from functools import cache
from pathlib import Path

from archive.extraction.captions.credits import find_credit
from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.words import sentences_of

_OUTLETS = Path(__file__).resolve().parents[2] / "authorities" / "data" / "outlets.csv"
_MARK = re.compile(
    r"^\W*(?:photo(?:graph|s|graphie|graphy)?|pictures?|pics?|images?|fotos?(?:grafie)?|bild(?:er|nachweis|quelle)?|"
    r"beeld|imagen|immagine|"
    r"credits?|crédits?(?: photos?)?|copyright|video|vidéo|quelle|source|bron|fonte|fuente|file|handout|illustration|"
    r"fotógrafo|photographer|fotograaf|screengrab|screenshot|kuva|kuvat|"
    r"foto\s?autors?)\s*(?:credit)?\s*(?:by\b|:|\.{2,}|…|/|-)"
    r"|^\W*(?:©|\(c\)\s|copyright\b|via\b|photos?\s(?=[A-ZÀ-Ý])|courtesy\b|hand-?out\b|"
    r"avec l['’]aimable)", re.IGNORECASE,
)  # fmt: skip
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{2,160})[)\]]\s*\.?$")
_NAME = re.compile(
    r"[A-ZÀ-ÝĀ-ŽØ][\w’'.&-]*(?:\s+(?:(?:de|du|des|of|and|&|van|von|der|den|le|la|el|al|bin|di|"
    r"da|via|via)\s+)*"
    r"(?:[A-ZÀ-ÝĀ-ŽØ][\w’'.&-]*|for [A-Z]\w*)){0,5}"
)  # fmt: skip
# "Name/AGENCY", also with several slashes.
_SLASHED = re.compile(rf"{_NAME.pattern}(?:\s?[/|]\s?{_NAME.pattern})+")
_TAIL_MARK = re.compile(
    r"(?:^|(?<=[.!?”\"»)\]])\s+|\s+[-–—|]\s+|\s{2,}|\s+(?=©))"
    r"((?:photo(?:graph|s)?|pictures?|pics?|images?|foto|bild|beeld|credits?|crédits?(?: photos?)?|copyright|quelle|"
    r"source|video)\s*"
    r"(?:credit|by)?\s*[:.…]+\s*[^.]{2,120}|©\s?[^.]{2,120}|(?:photo|image|picture)s?\s+by\s+[A-ZÀ-Ý][^.]{2,100}"
    r"|REUTERS\s?/\s?[^.]{2,80}|(?:AP|AFP)\s(?:photo|foto)\s?/\s?[^.]{2,80})\.?$", re.IGNORECASE,
)  # fmt: skip
_BARE_LABEL = re.compile(
    r"(?:^|\s)(?:photos?|pictures?|pics?|images?|fotos?|bild|beeld|crédits?|credits?|quelle|source|bron|©)\s*:\s*$",
    re.IGNORECASE,
)
_LONGEST_CREDIT_WORDS = 16


@cache
def _outlets() -> Gazetteer:
    """Hold the names of agencies and outlets that the archive ships; no place is needed to find a credit."""
    names: list[tuple[str, str]] = []
    with open(_OUTLETS, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (row["name"], *row["aliases"].split("|")):
                if name:
                    names.append((name, row["kind"].upper().replace(" ", "_").replace("-", "_")))
    return Gazetteer.of([], names)


def is_credit(text: str) -> bool:
    """Tell whether a short piece of its own is a credit and not a caption."""
    text = text.strip()
    if not text or len(text.split()) > _LONGEST_CREDIT_WORDS:
        return False
    # "Jo Doe—Getty Images"
    bare = re.sub(r"(?<=\w)\s?—\s?(?=[A-ZÀ-Ý])", "/", text.strip(" .()[]"))
    if _MARK.match(text) and not _is_prose(text):
        return True
    if _SLASHED.fullmatch(bare) or _outlets().outlet_kind(bare):
        return True
    _credit, spans = find_credit(bare, sentences_of(bare), _outlets())
    return any(start <= 1 and end >= len(bare) - 1 for start, end in spans)


def _is_prose(text: str) -> bool:
    """Tell "Image: A boat leaves the beach" from "Image: Jo Doe for the Strand Echo": credits are names."""
    words = [word for word in re.findall(r"\w+", text) if len(word) > 3]
    return len(words) > 4 and sum(word[0].islower() for word in words) * 2 > len(words)


def looks_like_name(text: str) -> bool:
    """Tell whether a last line under a picture can be its maker's name: "Camila Doe", "SWNS"."""
    bare = text.strip(" .")
    return 0 < len(bare.split()) <= 5 and bool(_NAME.fullmatch(bare)) and not text.rstrip().endswith((".", "!", "?"))


def part(printed: str) -> tuple[str, str | None]:
    """
    Return the caption's own words and its credit, as they stand; no credit where none ends or begins the text.

    Brackets around a credit are left out.
    """
    if is_credit(printed):
        return "", unbracketed(printed)
    if (brackets := _BRACKETS.search(printed)) and (is_credit(brackets[1]) or is_credit(f"({brackets[1]})")):
        before = printed[: brackets.start()].rstrip()
        # "(Jo Doe/AFP) (Photo by Jo Doe/AFP via Getty Images)": the brackets before are part of it.
        if (inner := _BRACKETS.search(before)) and is_credit(inner[1]):
            return before[: inner.start()].rstrip(), f"{inner[0].strip()} {brackets[0].strip()}"
        return before, brackets[1].strip()
    if (mark := _TAIL_MARK.search(printed)) and mark.start():
        return printed[: mark.start()].rstrip(" -–—|"), mark[1].strip()
    _credit, spans = find_credit(printed, sentences_of(printed), _outlets())
    end = len(printed.rstrip(" ."))
    for start, stop in sorted(spans):
        # Only what ends the text, behind the end of a sentence, is a credit line and not a name in it.
        if (
            stop >= end
            and start
            and re.search(r"[.!?)\]”\"»:|–—-]\s*$", printed[:start])
            and len(printed[start:].split()) <= _LONGEST_CREDIT_WORDS
        ):
            return with_label(printed[:start].rstrip(" |–—-"), unbracketed(printed[start:].strip()))
    return printed, None


def with_label(before: str, credit: str) -> tuple[str, str]:
    """Move a label that stands last in a caption ("... Foto:") to the credit behind it."""
    if label := _BARE_LABEL.search(before):
        return before[: label.start()].rstrip(), f"{label[0].strip()} {credit}"
    return before, credit


def unbracketed(text: str) -> str:
    bracketed = re.fullmatch(r"\s*[(\[]([^()\[\]]+)[)\]]\s*\.?\s*", text)
    return (bracketed[1] if bracketed else text).strip()
