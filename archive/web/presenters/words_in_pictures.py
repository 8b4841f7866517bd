"""Lay out the words that stand in a picture, as its reader may read them."""

from dataclasses import dataclass

from archive.catalogue.hidden_wordings import Withheld
from archive.catalogue.models import Item
from archive.catalogue.words_in_pictures import WordsLine, readable_lines, turned, words_in_files
from archive.standards.orientation import AS_IT_IS


@dataclass(frozen=True)
class ShownLine:
    """One line; `points` are its corners for the script that draws them: "x,y x,y …", fractions of the picture."""

    number: int
    text: str
    points: str


@dataclass(frozen=True)
class ShownWords:
    """
    The lines that are listed; without a look, and where it failed, there are none for another reason.

    Words are read in a picture as its file shows it. Where people turned it, what stands upright now may not be read.
    """

    is_looked_for: bool = False
    is_turned: bool = False
    problem: str = ""
    lines: tuple[ShownLine, ...] = ()
    number_hidden: int = 0
    passed_over: int = 0
    reader: str = ""
    model: str = ""


def words_shown(item: Item, withheld: Withheld) -> ShownWords:
    """Return the words in a picture; one query."""
    words = words_in_files([item.media_file_id]).get(item.media_file_id)
    if words is None:
        return ShownWords()
    lines = readable_lines(words.lines, withheld)
    return ShownWords(
        is_looked_for=True,
        is_turned=(item.orientation or AS_IT_IS) != AS_IT_IS,
        problem=words.problem,
        lines=tuple(ShownLine(line.number, line.text, _points(turned(line, item.orientation))) for line in lines),
        number_hidden=len(words.lines) - len(lines),
        passed_over=words.passed_over,
        reader=words.reader,
        model=words.model,
    )


def _points(line: WordsLine) -> str:
    return " ".join(f"{x:.4f},{y:.4f}" for x, y in line.corners)
