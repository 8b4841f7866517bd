"""Whole numbers as requests write them: keys of records, pages, sizes in bytes."""

# What databases keep in eight bytes, and int() reads without a limit of its own.
_MOST_DIGITS = 18


def whole_number(written: str) -> int | None:
    """Return the number that these ASCII digits write; None where they are none, or more than any record's key has."""
    is_whole = written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS
    return int(written) if is_whole else None


def whole_numbers(written: list[str]) -> list[int]:
    """Return the numbers among these texts, in their order."""
    return [number for number in map(whole_number, written) if number is not None]
