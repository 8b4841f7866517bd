"""Read one caption whole: `read_caption`."""

import logging
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from archive.extraction.captions.bodies import Body, find_bodies
from archive.extraction.captions.credits import Credit, find_credit, without_number
from archive.extraction.captions.dates import DateMention, find_dates
from archive.extraction.captions.denials import blanked, denied_spans, is_correction, kept_alone, spread_shared
from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.people_counts import Count, find_counts
from archive.extraction.captions.picture_date import (
    counted_picture_date,
    picture_date,
    tells_of_picture,
    years_of_file,
)
from archive.extraction.captions.places import PlaceMention, find_places
from archive.extraction.captions.words import MOST_MENTIONS, language_of, merged, sentences_of, tame, words_of

log = logging.getLogger(__name__)

READER = "archive.extraction.captions"
READER_VERSION = "3"
# What is longer is an article pasted into a caption field; its beginning is read.
READ_CHARACTERS = 4000
# A day outside these years is a slip of the pen, and arithmetic on it would leave the calendar.
_EARLIEST_YEAR = 1600
_LATEST_YEAR = 9900


@dataclass(frozen=True, slots=True)
class CaptionReading:
    """
    All that a caption says, each with its span in the text as given; `picture_date` is one of `dates` or None.

    `credit_spans` are where the credit stands. The reading knows its sentences, so that it can say what else tells of
    the picture: `tells_of_picture`.
    """

    text: str
    language: str
    sentences: list[tuple[int, int]]
    dates: list[DateMention]
    picture_date: DateMention | None
    places: list[PlaceMention]
    credit: Credit
    credit_spans: list[tuple[int, int]]
    bodies: list[Body]
    counts: list[Count]
    # what the caption says it is not: read by the same rules, and claimed by nobody
    denied_dates: list[DateMention] = field(default_factory=list)
    denied_places: list[PlaceMention] = field(default_factory=list)
    denied_counts: list[Count] = field(default_factory=list)

    # sentences for people on what was left unread
    problems: list[str] = field(default_factory=list)

    @property
    def corrects(self) -> bool:
        """Say whether the caption opens as a notice that corrects an earlier one."""
        return is_correction(self.text)

    def tells_of_picture(self, start: int) -> bool:
        """Say whether what stands at `start` is told of the picture itself, not in an aside or of the background."""
        return tells_of_picture(self.text, start, self.sentences, self.language)

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "picture_date": self.picture_date.edtf if self.picture_date else None,
            "dates": [
                {
                    "start": mention.start,
                    "end": mention.end,
                    "edtf": mention.edtf,
                    "role": "picture" if mention is self.picture_date else "other",
                }
                for mention in self.dates
            ],
            "places": [_place(self.text, mention) for mention in self.places],
            "credit": {
                "creator": self.credit.creator,
                "agency": self.credit.agency,
                "supplier": self.credit.supplier,
                "publisher": self.credit.publisher,
                "source_kind": self.credit.source_kind,
            },
            "bodies": [
                {"start": body.start, "end": body.end, "name": body.name, "kind": body.kind} for body in self.bodies
            ],
            "counts": [
                {"start": count.start, "end": count.end, "min": count.minimum, "max": count.maximum}
                for count in self.counts
            ],
        }


def read_caption(
    text: str,
    *,
    gazetteer: Gazetteer,
    published: date | None = None,
    language: str = "",
    most_characters: int = READ_CHARACTERS,
) -> CaptionReading:
    """
    Read a caption, of a very long text its first 4,000 characters, of each kind its first 100 mentions.

    Takes time in proportion to the length, whatever the text is. A text that brings the rules to fall reads as one that
    says nothing, with the problem told.

    :param published: the publication day that "Tuesday" and "18 June" resolve against; without it they are left out
    :param language: BCP 47; told by the text's small words if empty
    """
    if published and not _EARLIEST_YEAR <= published.year <= _LATEST_YEAR:
        published = None
    problems = []
    if len(text) > most_characters:
        problems.append(f"Of {len(text):,} characters of a caption the first {most_characters:,} were read for claims.")
    try:
        return _read(text, tame(text[:most_characters]), gazetteer, published, language, problems)
    except Exception:  # rules meet texts that nobody thought of; a file or a page must not fail by them
        log.exception("a caption of %d characters could not be read", len(text))
        problems.append(
            "A caption could not be read for claims: its words bring a rule of the reader to fall. Report it."
        )
        return CaptionReading(
            text, language or "en", [(0, len(text))], [], None, [], Credit(), [], [], [], problems=problems
        )


def _read(
    whole: str, text: str, gazetteer: Gazetteer, published: date | None, language: str, problems: list[str]
) -> CaptionReading:
    written = words_of(text)
    code = language.lower().replace("_", "-").split("-")[0] or language_of(written)
    apart, denied = spread_shared(text, denied_spans(text, code), code)
    affirmed = blanked(text, apart)
    words = words_of(affirmed) if denied else written
    sentences = sentences_of(text)
    credit, credit_spans = find_credit(blanked(affirmed, years_of_file(affirmed)), sentences, gazetteer)
    credited = merged(credit_spans)
    dates = find_dates(affirmed, words, language=code, published=published, skip=credited)
    date_spans = [(mention.start, mention.end) for mention in dates]
    bodies = find_bodies(affirmed, credited)
    body_spans = [(body.start, body.end) for body in bodies]
    places = find_places(affirmed, words, gazetteer, merged([*credit_spans, *date_spans, *body_spans]), code)
    counts = find_counts(affirmed, merged([*credit_spans, *date_spans]), code, words)
    pictured = picture_date(affirmed, dates, sentences, published, code)
    if pictured is None and (pictured := counted_picture_date(affirmed, dates, sentences, code)):
        dates = [mention if not pictured.start <= mention.start < pictured.end else pictured for mention in dates]
    shown = [without_number(text, span) for span in credit_spans]
    reading = CaptionReading(
        whole, code, sentences, dates, pictured, places, credit, shown, bodies, counts, problems=problems
    )
    if denied:
        alone = kept_alone(text, denied)
        words = words_of(alone)
        reading.denied_dates.extend(find_dates(alone, words, language=code, published=published, skip=[]))
        reading.denied_places.extend(find_places(alone, words, gazetteer, [], code))
        reading.denied_counts.extend(find_counts(alone, [], code))
    for mentions, what in ((dates, "dates"), (places, "places"), (counts, "numbers of people")):
        if len(mentions) >= MOST_MENTIONS:
            problems.append(f"Of the {what} that a caption names the first {MOST_MENTIONS} were read.")
    return reading


def _place(text: str, mention: PlaceMention) -> dict[str, Any]:
    record = mention.record
    return {
        "start": mention.start,
        "end": mention.end,
        "words": text[mention.start : mention.end],
        "relation": mention.relation or None,
        "place": record.slug if record else None,
        "name": record.name if record else text[mention.start : mention.end],
        "country_code": record.country_code if record else "",
        "kind": record.kind if record else "",
        "candidates": [candidate.slug for candidate in mention.candidates],
    }
