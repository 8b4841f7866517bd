from fractions import Fraction

import pytest

from archive.standards.timecode import (
    FramesNotCounted,
    InvalidTimecode,
    duration,
    frame_number,
    frames_timecode,
    parse_moment,
    parse_timecode,
    timecode,
)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("0", 0),
        ("12.345", 12_345),
        ("12,3", 12_300),
        ("0:12.345", 12_345),
        (" 75:03 ", 4_503_000),
        ("1:02:03.5", 3_723_500),
        ("4000", 4_000_000),
        ("0:00.0004", 0),
        ("0:00.9996", 1000),
    ],
)
def test_a_moment_is_read_however_people_write_it(text: str, milliseconds: int) -> None:
    assert parse_timecode(text) == milliseconds


@pytest.mark.parametrize("text", ["", "-1", "1:60", "1:60:00", "0:0:0:1", "1e3", "12.", "nan", "0:12.345.6", "٣"])
def test_what_is_no_moment_is_refused_with_how_one_is_written(text: str) -> None:
    with pytest.raises(InvalidTimecode, match=r"such as 0:12\.345"):
        parse_timecode(text)


@pytest.mark.parametrize(
    ("milliseconds", "written", "lasts"),
    [
        (0, "0:00.000", "0:00"),
        (40, "0:00.040", "0:01"),
        (12_345, "0:12.345", "0:12"),
        (59_700, "0:59.700", "1:00"),
        (3_723_500, "1:02:03.500", "1:02:04"),
    ],
)
def test_a_moment_and_a_duration_are_written(milliseconds: int, written: str, lasts: str) -> None:
    assert timecode(milliseconds) == written
    assert duration(milliseconds) == lasts
    assert parse_timecode(written) == milliseconds


@pytest.mark.parametrize(
    ("text", "rate", "milliseconds", "frame"),
    [
        ("00:00:12:10", 25, 12_400, 310),
        ("0:00:00:01", 30, 33, 1),
        ("00:00:00:02", 30, 67, 2),
        ("00:00:10:00", 29.97, 10_010, 300),
        ("01:00:00:00", 23.976, 3_603_600, 86_400),
        ("00:00:01:59", 59.94, 1_985, 119),
    ],
)
def test_a_moment_is_written_by_frames_and_read_back(text: str, rate: float, milliseconds: int, frame: int) -> None:
    assert parse_moment(text, rate) == milliseconds
    assert frame_number(milliseconds, rate) == frame
    assert frames_timecode(milliseconds, rate) == text.zfill(11)


@pytest.mark.parametrize("rate", [12.5, 23.976, 24, 25, 29.97, 30, 50, 59.94, 60, 120])
def test_every_frame_is_named_and_found_again(rate: float) -> None:
    for number in [*range(200), *range(107_000, 107_200)]:
        exact = round(rate) * Fraction(1000, 1001) if rate in (23.976, 29.97, 59.94) else Fraction(rate)
        at = round(number * 1000 / exact)
        assert frame_number(at, rate) == number
        assert parse_moment(frames_timecode(at, rate), rate) == at


@pytest.mark.parametrize(("text", "rate"), [("0:0:1:25", 25), ("00:00:12:10", None), ("00:00:01:30", 29.97)])
def test_frames_that_a_second_does_not_have_are_refused(text: str, rate: float | None) -> None:
    with pytest.raises(FramesNotCounted, match="no steady rate"):
        parse_moment(text, rate)


def test_a_clock_is_read_whatever_the_rate_is() -> None:
    assert [parse_moment("0:12.4", rate) for rate in (None, 25)] == [12_400, 12_400]
    with pytest.raises(InvalidTimecode):
        parse_moment("0:61:00:00", 25)
