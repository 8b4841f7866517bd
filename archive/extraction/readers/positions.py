"""Turn the coordinates of EXIF and XMP into degrees, and tell those that are no place a camera stood at."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

# Degrees, and perhaps minutes and seconds, with the signs or commas that programs put between them.
_NUMBER = r"(\d+(?:\.\d+)?(?:/\d+)?)"
# ExifTool writes "51 deg 2' 59.28\"", and copies EXIF's three numbers with spaces between them.
_COORDINATE = re.compile(
    rf"([+-]?)\s*{_NUMBER}"
    rf"(?:(?:\s*(?:[,°]|DEG)\s*|\s+)(?:{_NUMBER}(?:(?:\s*[,'′]\s*|\s+)(?:{_NUMBER}\s*(?:[\"″]|'')?)?)?)?)?"
)
# ISO 6709:2008, annex H: latitude, longitude, and perhaps a height, each with its sign, ended by a solidus.
_ISO_6709 = re.compile(r"([+-]\d{2,6}(?:\.\d+)?)([+-]\d{3,7}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?(?:CRS[^/]*)?/?")
_HEMISPHERE = re.compile(r"(?<![A-Z])[NSEW](?![A-Z])")
_DECIMAL = re.compile(r"\d+(\.\d+)?")
_METRES_PER_DEGREE = 111_320.0
# Receivers without a fix write zeros, or zeros with noise in the last place.
_NOWHERE_DEGREES = 0.001
# Satellite receivers are rarely better: a position written finer than this says nothing of its error.
_COARSE_METRES = 10.0


class Fault(StrEnum):
    """What is wrong with coordinates that are no position."""

    INCOMPLETE = "INCOMPLETE"  # or no numbers
    NO_FIX = "NO_FIX"
    NO_HEMISPHERE = "NO_HEMISPHERE"  # or one that contradicts the number's sign
    OUT_OF_RANGE = "OUT_OF_RANGE"
    SWAPPED = "SWAPPED"


class ImpossiblePosition(ValueError):
    """
    The coordinates are no position to be trusted; the message is a sentence for people.

    `degrees` are latitude and longitude as they are written, where they are numbers; `has_lost` says of each whether
    its hemisphere is lost, so that it may be positive or negative.
    """

    def __init__(
        self,
        sentence: str,
        fault: Fault = Fault.INCOMPLETE,
        *,
        degrees: tuple[float, float] | None = None,
        has_lost: tuple[bool, bool] = (False, False),
    ) -> None:
        super().__init__(sentence)
        self.fault, self.degrees, self.has_lost = fault, degrees, has_lost


@dataclass(frozen=True)
class Point:
    """A position in WGS 84 degrees, with what the file says of it; the bearing is where the camera looked."""

    latitude_degrees: float
    longitude_degrees: float
    uncertainty_metres: float | None = None
    altitude_metres: float | None = None
    bearing_degrees: float | None = None


def number(value: Any) -> float | None:
    """Read a number as the readers keep it ("281/100", 12, "12.5"); None for "0/0", "nan" and for what is none."""
    try:
        numerator, _, denominator = str(value).partition("/")
        read = float(numerator) / float(denominator or 1)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    # No database takes the others, and nothing measures so.
    return read if math.isfinite(read) else None


def position(latitude: Any, latitude_ref: Any, longitude: Any, longitude_ref: Any) -> tuple[float, float] | None:
    """
    Read a pair of coordinates in degrees, minutes and seconds, or degrees; None where the file gives none.

    :param latitude_ref: "N" or "S"; the numbers themselves have no sign (Exif 3.0, 4.6.7)
    :raises ImpossiblePosition: incomplete, out of range, swapped, without hemisphere, or 0, 0
    """
    if latitude is None and longitude is None:
        return None
    degrees = _degrees(latitude), _degrees(longitude)
    if degrees[0] is None or degrees[1] is None:
        if _is_blank(latitude) and _is_blank(longitude):
            return None
        raise ImpossiblePosition("The coordinates are incomplete or no numbers, and were not mapped.")
    _refuse_nowhere(degrees[0], degrees[1])
    signs = (latitude_ref, "N", "S"), (longitude_ref, "E", "W")
    lost = [_lost(size, *sign) for size, sign in zip((degrees[0], degrees[1]), signs, strict=True)]
    if sentence := next(filter(None, lost), ""):
        raise ImpossiblePosition(
            sentence, Fault.NO_HEMISPHERE, degrees=(degrees[0], degrees[1]), has_lost=(bool(lost[0]), bool(lost[1]))
        )
    return _checked(_signed(degrees[0], latitude_ref, "S"), _signed(degrees[1], longitude_ref, "W"))


def xmp_position(latitude: Any, latitude_ref: Any, longitude: Any, longitude_ref: Any) -> tuple[float, float] | None:
    """
    Read a pair as XMP writes it, "51,2.5N" or "51,2,30N", or as programs do: decimals with a sign or a reference.

    :param latitude_ref: "N" or "S" beside the number; XMP has no such field, some programs write it
    :raises ImpossiblePosition: as `position`
    """
    if not latitude and not longitude:
        return None
    north, east = _xmp_degrees(latitude, latitude_ref, "NS"), _xmp_degrees(longitude, longitude_ref, "EW")
    if north is None or east is None:
        raise ImpossiblePosition("The XMP coordinates are incomplete or no numbers, and were not mapped.")
    _refuse_nowhere(north.degrees, east.degrees)
    sentence = ""
    if not (north.is_told or east.is_told):
        sentence = (
            f"The XMP coordinates {north.degrees:.5f}, {east.degrees:.5f} lost their hemispheres (N or S, E "
            "or W, or a sign is missing), and were not mapped."
        )
    # Who writes a sign with one of the two means the other, without any, to be positive.
    elif not all(each.is_told or _is_plain(text) for each, text in ((north, latitude), (east, longitude))):
        sentence = "One of the XMP coordinates lost its hemisphere, and they were not mapped."
    if sentence:
        raise ImpossiblePosition(
            sentence,
            Fault.NO_HEMISPHERE,
            degrees=(north.degrees, east.degrees),
            has_lost=(not north.is_told, not east.is_told),
        )
    return _checked(north.degrees, east.degrees)


def iso_6709_position(text: str, *, accuracy_metres: float | None = None) -> Point:
    """
    Read a position as containers write it: "+32.0929+034.8620+028.516/", in degrees, or with minutes and seconds.

    :param accuracy_metres: how far off it may be, as the file says; else a coarse way of writing tells it
    :raises ImpossiblePosition: written otherwise, out of range, swapped, or 0, 0
    """
    parts = _ISO_6709.fullmatch(text.strip())
    if parts is None:
        raise ImpossiblePosition(f'The position "{text[:60]}" is written in no form that the archive reads.')
    latitude, precision = _sexagesimal(parts[1], degree_digits=2)
    longitude, _ = _sexagesimal(parts[2], degree_digits=3)
    metres = precision * _METRES_PER_DEGREE / 2
    if accuracy_metres is None and metres > _COARSE_METRES:
        accuracy_metres = round(metres, 1)
    return Point(*_checked(latitude, longitude), accuracy_metres, float(parts[3]) if parts[3] else None)


def _sexagesimal(written: str, *, degree_digits: int) -> tuple[float, float]:
    """Return the degrees of "±DD.D", "±DDMM.M" or "±DDMMSS.S", and how many the last digit stands for."""
    whole, _, decimals = written[1:].partition(".")
    places = (len(whole) - degree_digits) // 2
    if (len(whole) - degree_digits) % 2 or places not in (0, 1, 2):
        raise ImpossiblePosition(f'The position "{written}" has a number of digits that no form of it has.')
    starts = [0, *(degree_digits + 2 * place for place in range(places + 1))]
    numbers = [whole[start:end] for start, end in pairwise(starts)]
    numbers[-1] += f".{decimals or 0}"
    degrees = sum(float(part) / 60**place for place, part in enumerate(numbers))
    return (-degrees if written[0] == "-" else degrees), 10 ** -len(decimals) / 60**places


def _refuse_nowhere(latitude: float, longitude: float) -> None:
    if abs(latitude) < _NOWHERE_DEGREES and abs(longitude) < _NOWHERE_DEGREES:
        raise ImpossiblePosition(
            f"The coordinates {latitude:.5f}, {longitude:.5f} are what a receiver without a fix writes, and were not "
            "mapped.",
            Fault.NO_FIX,
            degrees=(latitude, longitude),
        )


def _checked(latitude: float, longitude: float) -> tuple[float, float]:
    _refuse_nowhere(latitude, longitude)
    shown = f"{latitude:.5f}, {longitude:.5f}"
    if abs(latitude) > 90 and abs(longitude) <= 90 and abs(latitude) <= 180:
        raise ImpossiblePosition(
            f"Latitude and longitude {shown} seem to be swapped, and were not mapped.",
            Fault.SWAPPED,
            degrees=(latitude, longitude),
        )
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise ImpossiblePosition(
            f"The coordinates {shown} lie outside the globe, and were not mapped.",
            Fault.OUT_OF_RANGE,
            degrees=(latitude, longitude),
        )
    return round(latitude, 8), round(longitude, 8)


def _lost(degrees: float, reference: Any, positive: str, negative: str) -> str:
    """Say in a sentence that a coordinate lost its hemisphere; "" where it has one."""
    letter = str(reference or "").strip()[:1].upper()
    if letter == positive and degrees < 0:
        return _contradiction(f"{degrees:.5f}", letter)
    # A number that carries its own sign against the rules is believed; one without any lost its hemisphere.
    if letter in (positive, negative) or degrees < 0:
        return ""
    return (
        f"The coordinate {degrees:.5f} lost its hemisphere ({positive} or {negative} is missing), and was not mapped."
    )


def _signed(degrees: float, reference: Any, negative: str) -> float:
    return -abs(degrees) if str(reference or "").strip()[:1].upper() == negative else degrees


def _contradiction(written: str, reference: str) -> str:
    return f'The coordinate "{written[:30]}" contradicts its hemisphere ({reference}), and was not mapped.'


def _degrees(value: Any) -> float | None:
    parts = value if isinstance(value, list) else str(value).split(",") if value is not None else []
    if len(parts) == 6:  # written as text with decimal commas: "52,00000,50,00000,34,01180"
        parts = [f"{whole}.{decimals}" for whole, decimals in zip(parts[0::2], parts[1::2], strict=True)]
    numbers = [number(part) for part in parts[:3]]
    # Phones that give decimal degrees leave minutes and seconds as 0/0.
    if not numbers or numbers[0] is None:
        return None
    sizes = [abs(part or 0.0) / 60**place for place, part in enumerate(numbers)]
    return float(-sum(sizes) if numbers[0] < 0 else sum(sizes))


def _is_blank(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return all(part in (None, "", "0/0") for part in parts)


@dataclass(frozen=True)
class _Degrees:
    degrees: float
    is_told: bool  # on which side of the equator or of Greenwich


def _xmp_degrees(value: Any, reference: Any, letters: str) -> _Degrees | None:
    text = str(value if value is not None else "").strip().upper().replace("\u2212", "-")
    if match := _HEMISPHERE.search(text):
        if match[0] not in letters:
            return None
        if (beside := str(reference or "").strip()[:1].upper()) in letters and beside not in ("", match[0]):
            raise ImpossiblePosition(_contradiction(str(value), beside))
        text, reference = text.replace(match[0], "", 1).strip(), match[0]
    parts = _COORDINATE.fullmatch(text)
    if parts is None:
        return None
    numbers = [number(part) for part in parts.groups()[1:] if part is not None]
    sizes = [part for part in numbers if part is not None]
    # No sexagesimal minute or second is sixty; a decimal comma would make one of them.
    if len(sizes) != len(numbers) or any(part >= 60 for part in sizes[1:]):
        return None
    degrees = sum(part / 60**place for place, part in enumerate(sizes))
    letter = str(reference or "").strip()[:1].upper()
    if (parts[1], letter) in (("-", letters[0]), ("+", letters[1])):
        raise ImpossiblePosition(_contradiction(str(value), letter))
    if parts[1] == "-" or letter == letters[1]:
        return _Degrees(-degrees, is_told=True)
    return _Degrees(degrees, is_told=letter == letters[0] or parts[1] == "+")


def _is_plain(text: Any) -> bool:
    return _DECIMAL.fullmatch(str(text).strip()) is not None
