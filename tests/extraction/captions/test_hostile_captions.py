"""What anybody may write is read in time that grows as its length does, and brings nothing to fall."""

import inspect
import re
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.claims.choose_mentions import proposals
from archive.extraction.captions import (
    bodies,
    calendars,
    credits,
    dates,
    denials,
    people_counts,
    picture_date,
    places,
    words,
)
from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.read_caption import CaptionReading, read_caption
from archive.extraction.captions.words import MOST_MENTIONS

PUBLISHED = date(2024, 6, 19)
# Ten times the text takes ten times as long, or a hundred times where a rule goes over all of it again and again. Other
# work on the machine makes ten look like sixteen.
MOST_TIMES = 30
# A rule of the reader that falls is caught and told in this sentence.
FELL = "bring a rule of the reader to fall"


def _own_words() -> list[str]:
    """Return the reader's own words and marks, as its patterns and lists write them."""
    modules = (bodies, calendars, people_counts, credits, dates, denials, picture_date, places, words)
    strings = [string for module in modules for string in re.findall(r'"([^"\n]*)"', inspect.getsource(module))]
    found = {word for string in strings for word in re.split(r"[|()?:\\\[\]{}^$*+]+", string) if word.strip()}
    names = {"Dover", "Dunkirk", "Port of Dover", "Paris", "Nice", "Hythe", "Kent", "AFP", "Ana Roe", "Reuters"}
    numbers = {"18", "2024", "1,000", "1am", "12:30", "18 June 2024", "1/2/2024", "2024-06-18", "50 people", "9" * 70}
    marks = {
        "(",
        ")",
        "[",
        "/",
        "|",
        ",",
        ".",
        "; ",
        "\n",
        "-",
        "'",
        "’",
        "@",
        "©",
        " ",
        "A",
        "a",
        "é",
        "ſ",
        "İ",
        "\x00",
    }
    return sorted(found | names | numbers | marks)


OWN_WORDS = _own_words()
FRAGMENTS = st.lists(st.sampled_from(OWN_WORDS), min_size=1, max_size=4)
SEPARATORS = st.sampled_from(["", " ", ", ", ". ", " (", " and ", "-", "\n"])
LANGUAGES = st.sampled_from(["", *calendars.CALENDARS])


def read(text: str, gazetteer: Gazetteer, language: str = "en") -> CaptionReading:
    reading = read_caption(text, gazetteer=gazetteer, published=PUBLISHED, language=language, most_characters=len(text))
    proposals(reading)
    return reading


def seconds(text: str, gazetteer: Gazetteer, language: str) -> float:
    """Return the processor time of the quickest of three readings."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        read(text, gazetteer, language)
        taken.append(time.process_time() - began)
    return min(taken)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=FRAGMENTS, separator=SEPARATORS, language=LANGUAGES)
def test_ten_times_the_text_takes_far_less_than_a_hundred_times_as_long(
    gazetteer: Gazetteer, pieces: list[str], separator: str, language: str
) -> None:
    piece = separator.join(pieces) + separator
    text = piece * (40_000 // len(piece) + 1)

    once, ten_times = (seconds(text[:length], gazetteer, language) for length in (4_000, 40_000))

    assert ten_times <= MOST_TIMES * max(once, 0.005), f"{piece!r}: {once:.4f} s, then {ten_times:.4f} s"


@pytest.mark.parametrize(
    ("language", "piece"),
    [
        ("fr", "juin ("),
        ("en", "Nov ("),
        ("en", "1am "),
        ("en", "Today, "),
        ("en", "this morning, This "),
        ("en", "Dover and "),
        ("en", "Hythe, "),
        ("en", "(pictured "),
        ("en", "photo photo "),
        ("en", "via "),
        ("en", "a) A"),
        ("en", "A-"),
        ("en", "1,"),
        ("en", " "),
        ("en", "x"),
    ],
)
def test_what_once_took_the_square_of_its_length_takes_its_length(
    gazetteer: Gazetteer, language: str, piece: str
) -> None:
    text = piece * (40_000 // len(piece) + 1)

    once, ten_times = (seconds(text[:length], gazetteer, language) for length in (4_000, 40_000))

    assert ten_times <= MOST_TIMES * max(once, 0.005)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.tuples(st.sampled_from(OWN_WORDS), SEPARATORS), max_size=40), language=LANGUAGES)
def test_no_run_of_the_readers_own_words_brings_a_rule_to_fall(
    gazetteer: Gazetteer, pieces: list[tuple[str, str]], language: str
) -> None:
    text = "".join(f"{piece}{separator}" for piece, separator in pieces)

    reading = read(text, gazetteer, language)

    assert not [problem for problem in reading.problems if FELL in problem], text
    spans = [(one.start, one.end) for found in (reading.dates, reading.places, reading.counts) for one in found]
    assert all(0 <= start < end <= len(text) for start, end in spans)


def test_a_clock_after_a_clock_falls_into_no_endless_depth(gazetteer: Gazetteer) -> None:
    reading = read("1am " * 400 + "on 18 June 2024", gazetteer)

    assert reading.problems == []
    assert [one.edtf for one in reading.dates] == ["2024-06-18T01:00:00"]


def test_more_mentions_than_any_caption_has_are_left_unread_and_told(gazetteer: Gazetteer) -> None:
    reading = read("On 18 June 2024. " * (MOST_MENTIONS + 50), gazetteer)

    assert len(reading.dates) == MOST_MENTIONS
    assert reading.problems == [f"Of the dates that a caption names the first {MOST_MENTIONS} were read."]


def test_a_text_longer_than_a_caption_is_read_at_its_beginning_and_that_is_told(gazetteer: Gazetteer) -> None:
    reading = read_caption("A boat off Dover. " + "x " * 4_000, gazetteer=gazetteer)

    assert [one.record.slug for one in reading.places if one.record] == ["dover"]
    assert reading.problems == ["Of 8,018 characters of a caption the first 4,000 were read for claims."]


def test_a_number_beyond_mankind_counts_nobody(gazetteer: Gazetteer) -> None:
    assert read(f"{'9' * 30} people at Dover", gazetteer).counts == []


def test_endless_spaces_and_letters_move_no_span(gazetteer: Gazetteer) -> None:
    text = f"{'x' * 500}{' ' * 500}A boat at Dover, 18 June 2024"

    reading = read(text, gazetteer)

    assert text[reading.places[0].start : reading.places[0].end] == "Dover"
    assert text[reading.dates[0].start : reading.dates[0].end] == "18 June 2024"


def test_a_text_that_brings_a_rule_to_fall_says_nothing_and_is_told(
    gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Gazetteer(gazetteer.bearers, gazetteer.starts, gazetteer.beneath, None)  # type: ignore[arg-type]

    reading = read_caption("A boat at Dover. (Ana Roe/AFP)", gazetteer=broken)

    assert reading.places == []
    assert len(reading.problems) == 1
    assert FELL in reading.problems[0]
