"""
Moments of footage as people write them: "12.345", "0:12.345", "1:02:03.500", and by frames "00:00:12:10".

Counted in milliseconds. Where frames are counted, they are at a rate that does not vary: of 29.97 frames a second, 30
make a second of the count (SMPTE ST 12-1, without frames dropped), so that it runs behind the clock a little.
"""

import re
from fractions import Fraction

from archive.standards.normal_form import gettext_noop

_WRITTEN = re.compile(
    r"(?:(?:(?P<hours>\d{1,4}):)?(?P<minutes>\d{1,4}):)?(?P<seconds>\d{1,6})(?:[.,](?P<decimals>\d{1,9}))?",
    re.ASCII,
)
_FRAMES = re.compile(
    r"(?P<hours>\d{1,4}):(?P<minutes>\d{1,2}):(?P<seconds>\d{1,2}):(?P<frames>\d{1,3})",
    re.ASCII,
)
_LONGEST_QUOTE = 40
# NTSC: 24, 30 and 60 frames in 1.001 seconds. A rate is stored with three decimals.
_NTSC = Fraction(1000, 1001)
_AS_STORED = 0.0015


class InvalidTimecode(ValueError):
    """
    The text names no moment; the message, in English, says how one is written.

    `sentence` and `values` are what it is made of, for those who word it in another language.
    """

    sentence = gettext_noop('"%(written)s" is no moment: write minutes:seconds, such as 0:12.345, or seconds alone.')

    def __init__(self, written: str) -> None:
        self.values = {"written": written[:_LONGEST_QUOTE]}
        super().__init__(self.sentence % self.values)


class FramesNotCounted(InvalidTimecode):
    """A moment is written by frames, and how many make a second is not known, or varies, or is fewer."""

    sentence = gettext_noop(
        '"%(written)s" counts frames, which this footage has at no steady rate, or fewer of in a second: write '
        "minutes:seconds, such as 0:12.345."
    )


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


def parse_moment(text: str, rate: float | None) -> int:
    """
    Read a moment that may be written by frames too: "00:00:12:10" is where the tenth frame behind 12 seconds begins.

    :param rate: frames a second, as it is stored; None where it is not known or varies
    :raises InvalidTimecode: it is written otherwise
    :raises FramesNotCounted: it is written by frames, and the rate allows no such count
    """
    parts = _FRAMES.fullmatch(text.strip())
    if parts is None:
        return parse_timecode(text)
    hours, minutes, seconds, frames = (int(parts[name]) for name in ("hours", "minutes", "seconds", "frames"))
    if minutes > 59 or seconds > 59:
        raise InvalidTimecode(text)
    if not rate or frames >= _a_second(rate):
        raise FramesNotCounted(text)
    number = ((hours * 60 + minutes) * 60 + seconds) * _a_second(rate) + frames
    return round(number * 1000 / _exact(rate))


def frame_number(milliseconds: int, rate: float) -> int:
    """Return which frame is shown at a moment, the first being 0: the last that begins no later."""
    # Frames begin at fractions of a millisecond, and are told rounded.
    return int((milliseconds + Fraction(1, 2)) * _exact(rate) / 1000)


def frames_timecode(milliseconds: int, rate: float) -> str:
    """Write a moment by its frame, as cutting rooms do: "00:00:12:10"."""
    seconds, frames = divmod(frame_number(milliseconds, rate), _a_second(rate))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frames:02}"


def _a_second(rate: float) -> int:
    return max(round(rate), 1)


def _exact(rate: float) -> Fraction:
    ntsc = _a_second(rate) * _NTSC
    return ntsc if abs(float(ntsc) - rate) < _AS_STORED else Fraction(rate).limit_denominator(1000)


def timecode(milliseconds: int) -> str:
    """Write a moment exactly: "0:12.345", from an hour on "1:02:03.500"."""
    return f"{_clock(milliseconds // 1000)}.{milliseconds % 1000:03}"


def duration(milliseconds: int) -> str:
    """Write how long footage is, to the second: "0:12", "1:02:03"; nothing that moves is shorter than "0:01"."""
    return _clock(max(round(milliseconds / 1000), 1) if milliseconds else 0)


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
