"""Read what the words in a picture say, by the rules that captions are read by, each line for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.catalogue.words_in_pictures import WordsLine
from archive.claims.choose_mentions import Proposal, proposals
from archive.extraction.captions.words import language_of, words_of
from archive.extraction.gazetteer_of_captions import Known
from archive.standards.normal_form import normalise
from archive.standards.vocabulary import Property

# Longer names of outlets are not looked for among the words.
_MOST_WORDS_OF_AN_OUTLET = 4
# "17 June 2024", "mardi 18 juin": a day that is written out. "Tuesday" and "this morning" depend on when it was shown.
_WRITTEN_OUT = ("full date", "day and month", "iso")
_READ = (Property.DATE_CREATED, Property.LOCATION_SHOWN)


@dataclass(frozen=True)
class Said:
    """What one line says, and of an outlet the key of its record."""

    line: WordsLine
    proposal: Proposal | None = None
    outlet: int | None = None

    @property
    def as_written(self) -> str:
        return self.line.text[self.proposal.start : self.proposal.end] if self.proposal else self.line.text


def day_against(*, published_on: date | None, printed: date | None, claimed: Sequence[date]) -> date | None:
    """
    Return the day that "17 June" in a picture is read against: when it was shown, else when it was taken.

    :param published_on: the day its own outlet published it
    :param printed: the first day on which it was seen in print
    :param claimed: the last day of each claim on when it was made, the first claim first
    """
    return next((day for day in (published_on, printed, *claimed) if day), None)


def said_in(lines: Sequence[WordsLine], *, known: Known, day: date | None) -> list[Said]:
    """
    Return the days that are written out, the places and the outlets that lines name.

    :param day: that "17 June" is read against, where the line names no year
    """
    texts = [mended(line.text) for line in lines]
    language = language_of(words_of("\n".join(texts)))
    said = []
    for line, text in zip(lines, texts, strict=True):
        reading = known.read(text, published=day, language=language)
        said += [
            Said(line, proposal=proposal)
            for proposal in proposals(reading)
            if proposal.property in _READ and _is_clear(line.text, proposal)
        ]
        if (outlet := _outlet_in(text, known)) is not None:
            said.append(Said(line, outlet=outlet))
    return said


def mended(text: str) -> str:
    """Return a line as French would have it: the model takes é for ø now and then. No letter moves."""
    return text.replace("ø", "é").replace("Ø", "É")


def _is_clear(text: str, proposal: Proposal) -> bool:
    if proposal.property == Property.DATE_CREATED:
        written = text[proposal.start : proposal.end]
        return any(rule in proposal.rule for rule in _WRITTEN_OUT) and any(each.isdigit() for each in written)
    return proposal.place is not None


def _outlet_in(text: str, known: Known) -> int | None:
    """Return the outlet whose name the line is, or holds as two words and more: "Time" may be any word."""
    words = normalise(text).split()
    if whole := known.outlets.get(" ".join(words)):
        return whole
    for number in range(min(len(words), _MOST_WORDS_OF_AN_OUTLET), 1, -1):
        for start in range(len(words) - number + 1):
            if outlet := known.outlets.get(" ".join(words[start : start + number])):
                return outlet
    return None
