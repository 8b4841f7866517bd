"""Moments of footage as people write them: "12.345", "0:12.345", "1:02:03.500". Counted in milliseconds."""

import re

from archive.standards.normal_form import gettext_noop

_WRITTEN = re.compile(
    r"(?:(?:(?P<hours>\d{1,4}):)?(?P<minutes>\d{1,4}):)?(?P<seconds>\d{1,6})(?:[.,](?P<decimals>\d{1,9}))?",
    re.ASCII,
)
_LONGEST_QUOTE = 40


class InvalidTimecode(ValueError):
    """
    The text names no moment; the message, in English, says how one is written.

    `sentence` and `values` are what it is made of, for those who word it in another language.
    """

    sentence = gettext_noop('"%(written)s" is no moment: write minutes:seconds, such as 0:12.345, or seconds alone.')

    def __init__(self, written: str) -> None:
        self.values = {"written": written[:_LONGEST_QUOTE]}
        super().__init__(self.sentence % self.values)


def parse_timecode(text: str) -> int:
    """
    Read a moment; what is finer than a millisecond is rounded.

    :raises InvalidTimecode: it is written otherwise, or has 60 seconds or minutes beside a larger unit
    """
    parts = _WRITTEN.fullmatch(text.strip())
    hours, minutes, seconds = (int((parts and parts[name]) or 0) for name in ("hours", "minutes", "seconds"))
    if parts is None or (parts["minutes"] and seconds > 59) or (parts["hours"] and minutes > 59):
        raise InvalidTimecode(text)
    decimals = round(float(f"0.{parts['decimals'] or 0}") * 1000)
    return (hours * 3600 + minutes * 60 + seconds) * 1000 + decimals


def timecode(milliseconds: int) -> str:
    """Write a moment exactly: "0:12.345", from an hour on "1:02:03.500"."""
    return f"{_clock(milliseconds // 1000)}.{milliseconds % 1000:03}"


def duration(milliseconds: int) -> str:
    """Write how long footage is, to the second: "0:12", "1:02:03"; nothing that moves is shorter than "0:01"."""
    return _clock(max(round(milliseconds / 1000), 1) if milliseconds else 0)


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
