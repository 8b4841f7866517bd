"""
The words that were read in pictures, line by line, as they may be shown.

Whoever sees the picture sees its words. Where a wording is hidden, the lines that tell it are left out all the same: of
what is listed, and of what search finds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from archive.catalogue.hidden_wordings import Withheld
from archive.extraction.models import Examination
from archive.standards.orientation import AS_IT_IS, turned_point
from archive.standards.vocabulary import WORDS_IN_PICTURE

# A hidden wording may be broken into so many lines of a banner.
_MOST_LINES_OF_A_WORDING = 6


@dataclass(frozen=True)
class WordsLine:
    """
    One line of words in a picture; `number` counts from 1, from the top.

    `corners` are fractions of the width and height of the upright picture; `confidence` is what the library gives its
    own reading, between 0 and 1, and says nothing of what the words mean.
    """

    number: int
    text: str
    confidence: float
    corners: tuple[tuple[float, float], ...]

    @property
    def is_level(self) -> bool:
        """Say whether the line lies as what is laid over a picture does, and not as a sign within it may."""
        (left, top), (right, end), *_others = self.corners
        return abs(end - top) <= 0.06 * abs(right - left)


@dataclass(frozen=True)
class PictureWords:
    """
    What was read in one picture. Without `reader` nobody looked: its lines are none for want of a look.

    `passed_over` counts what was seen and is no line: too faint, a single letter, or in other letters than Latin.
    """

    lines: tuple[WordsLine, ...] = ()
    passed_over: int = 0
    reader: str = ""
    model: str = ""
    problem: str = ""


def words_of(result: Mapping[str, Any]) -> PictureWords:
    """Return what an examination found, or the `problem` with it."""
    return PictureWords(
        lines=tuple(
            WordsLine(number, line["text"], line["confidence"], tuple((x, y) for x, y in line["corners"]))
            for number, line in enumerate(result.get("lines", ()), 1)
        ),
        passed_over=result.get("passed_over", 0),
        reader=result.get("reader", ""),
        model=result.get("model", ""),
        problem=result.get("problem", ""),
    )


def words_in_files(files: Iterable[int]) -> dict[int, PictureWords]:
    """Return the words that were last read in each of these files, by their keys; one query."""
    rows = Examination.objects.filter(media_file__in=files, kind=WORDS_IN_PICTURE).order_by("pk")
    return {
        file: words_of({"problem": problem} if problem else result)
        for file, result, problem in rows.values_list("media_file", "result", "problem")
    }


def turned(line: WordsLine, orientation: int | None) -> WordsLine:
    """Return a line where it stands in the picture as that is turned; it was read in it as its file shows it."""
    corners = tuple(turned_point(corner, orientation or AS_IT_IS) for corner in line.corners)
    return replace(line, corners=corners)


def readable_lines(lines: Sequence[WordsLine], withheld: Withheld) -> list[WordsLine]:
    """Return the lines that tell no hidden wording, by themselves or with those that follow."""
    if not withheld:
        return list(lines)
    hidden: set[int] = set()
    for start in range(len(lines)):
        parts = [lines[start : start + number] for number in range(1, _MOST_LINES_OF_A_WORDING + 1)]
        # The fewest lines from here that hold one whole, else the most that are one cut short.
        telling = next((part for part in parts if withheld.repeats(_joined(part))), None) or next(
            (part for part in reversed(parts) if withheld.hides(_joined(part))), ()
        )
        if not withheld.repeats(_joined(telling[1:])):
            hidden |= {line.number for line in telling}
    return [line for line in lines if line.number not in hidden]


def _joined(lines: Sequence[WordsLine]) -> str:
    return " ".join(line.text for line in lines)
