import pytest

from archive.standards.whole_numbers import whole_number, whole_numbers


@pytest.mark.parametrize(
    ("written", "number"), [("0", 0), ("17", 17), ("007", 7), ("9" * 18, 10**18 - 1)], ids=["0", "17", "007", "largest"]
)
def test_ascii_digits_are_read(written: str, number: int) -> None:
    assert whole_number(written) == number


@pytest.mark.parametrize("written", ["", "-1", "+1", "1.0", " 1", "1_000", "٣", "²", "9" * 19, "9" * 5000, "abc", "\0"])
def test_anything_else_is_no_number(written: str) -> None:
    assert whole_number(written) is None


def test_of_several_the_numbers_are_kept_in_order() -> None:
    assert whole_numbers(["3", "abc", "1", str(2**63), "2"]) == [3, 1, 2]
