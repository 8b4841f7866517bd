import pytest

from archive.standards.timecode import InvalidTimecode, duration, parse_timecode, timecode


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
