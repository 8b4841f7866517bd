"""
Compare what the archive reads with what exiftool reads, over a folder of real files.

    python benchmarks/metadata.py [FOLDER]      (default: photos of the corpus)

For each tag that states one of the listed properties, every value that exiftool reports must be held among the
statements of the reading with the same value. Prints a table, then every difference; exit 1 below 99 %.
exiftool (Debian: libimage-exiftool-perl) is needed for this comparison alone.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from archive.extraction.readers.file_assertions import assertions  # noqa: E402
from archive.extraction.readers.positions import number  # noqa: E402
from archive.extraction.readers.read_file import read, read_sidecar  # noqa: E402
from archive.extraction.readers.statements import Reading, as_text  # noqa: E402
from archive.files.formats import UnreadableImage  # noqa: E402
from archive.standards.vocabulary import Property  # noqa: E402

SIGNED = {"latitude", "longitude", "altitude"}
NUMBERS = SIGNED | {"orientation"}
# property -> exiftool's tag (family 1 group:name) -> ours
TAGS: dict[str, dict[str, str]] = {
    "make": {"IFD0:Make": "IFD0:Make", "XMP-tiff:Make": "XMP-tiff:Make"},
    "model": {"IFD0:Model": "IFD0:Model", "XMP-tiff:Model": "XMP-tiff:Model"},
    "DateTimeOriginal": {
        "ExifIFD:DateTimeOriginal": "EXIF:DateTimeOriginal",
        "XMP-exif:DateTimeOriginal": "XMP-exif:DateTimeOriginal",
    },
    "OffsetTimeOriginal": {"ExifIFD:OffsetTimeOriginal": "EXIF:OffsetTimeOriginal"},
    "orientation": {"IFD0:Orientation": "IFD0:Orientation", "XMP-tiff:Orientation": "XMP-tiff:Orientation"},
    "latitude": {"Composite:GPSLatitude": "GPS:GPSLatitude", "XMP-exif:GPSLatitude": "XMP-exif:GPSLatitude"},
    "longitude": {"Composite:GPSLongitude": "GPS:GPSLongitude", "XMP-exif:GPSLongitude": "XMP-exif:GPSLongitude"},
    "altitude": {"Composite:GPSAltitude": "GPS:GPSAltitude", "XMP-exif:GPSAltitude": "XMP-exif:GPSAltitude"},
    "caption": {
        "IFD0:ImageDescription": "IFD0:ImageDescription",
        "ExifIFD:UserComment": "EXIF:UserComment",
        "IPTC:Caption-Abstract": "IPTC:Caption-Abstract",
        "XMP-dc:Description": "XMP-dc:description",
    },
    "headline": {"IPTC:Headline": "IPTC:Headline", "XMP-photoshop:Headline": "XMP-photoshop:Headline"},
    "credit": {"IPTC:Credit": "IPTC:Credit", "XMP-photoshop:Credit": "XMP-photoshop:Credit"},
    "byline": {"IFD0:Artist": "IFD0:Artist", "IPTC:By-line": "IPTC:By-line", "XMP-dc:Creator": "XMP-dc:creator"},
    "city": {"IPTC:City": "IPTC:City", "XMP-photoshop:City": "XMP-photoshop:City"},
    "country": {
        "IPTC:Country-PrimaryLocationName": "IPTC:Country-PrimaryLocationName",
        "XMP-photoshop:Country": "XMP-photoshop:Country",
    },
    "copyright": {
        "IFD0:Copyright": "IFD0:Copyright",
        "IPTC:CopyrightNotice": "IPTC:CopyrightNotice",
        "XMP-dc:Rights": "XMP-dc:rights",
    },
    "digital source type": {
        "XMP-iptcExt:DigitalSourceType": "XMP-Iptc4xmpExt:DigitalSourceType",
        "XMP-iptcExt:DigitalSourcefileType": "XMP-Iptc4xmpExt:DigitalSourcefileType",
    },
}


@dataclass
class Tally:
    reported: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _corpus() / "photos"
    if not folder.is_dir():
        print(f"There is no folder {folder}: name one with pictures, or set STRANDLINE_CORPUS.", file=sys.stderr)
        return 2
    if shutil.which("exiftool") is None:
        print("exiftool is not installed: apt-get install libimage-exiftool-perl", file=sys.stderr)
        return 2
    tally = Tally()
    seconds: list[float] = []
    not_kept = []
    for reported in _exiftool(folder):
        path = Path(reported["SourceFile"])
        start = time.perf_counter()
        try:
            reading = read_sidecar(path) if path.suffix == ".xmp" else read(path)
        except UnreadableImage:
            not_kept.append(path.relative_to(folder))
            continue
        seconds.append(time.perf_counter() - start)
        _compare(reported, reading, tally, path.relative_to(folder))
    print("not of a kind that the archive keeps:", *not_kept)
    return _print(tally, seconds)


def _corpus() -> Path:
    return Path(os.environ.get("STRANDLINE_CORPUS") or ROOT.parent / "shared" / "corpus")


def _exiftool(folder: Path) -> list[dict[str, Any]]:
    # -n: numbers, not words; UTF-8 for EXIF text as the archive reads it; -struct keeps lists lists.
    command = [
        "exiftool",
        "-j",
        "-n",
        "-G1",
        "-struct",
        "-charset",
        "filename=utf8",
        "-r",
        "-all",
        "-ext",
        "*",
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    reports: list[dict[str, Any]] = json.loads(done.stdout)
    return sorted(reports, key=lambda report: report["SourceFile"])


def _compare(reported: dict[str, Any], reading: Reading, tally: Tally, path: Path) -> None:
    for name, tags in TAGS.items():
        for theirs, ours in tags.items():
            # "XMP-dc:Rights-fr" is the French text of "XMP-dc:Rights".
            for key in (key for key in reported if key == theirs or key.startswith(f"{theirs}-")):
                if reported[key] in ("", None):
                    continue
                tally.reported[name] += 1
                held = list(_held(reading, name, ours))
                if any(_same(name, reported[key], value) for value in held):
                    tally.held[name] += 1
                else:
                    shown = ", ".join(repr(value)[:100] for value in held) or "nothing"
                    tally.differences.append(f"{name}: {path} {key}: exiftool {reported[key]!r:.100}, here {shown}")


def _held(reading: Reading, name: str, ours: str) -> Iterator[Any]:
    """Give our values for a tag: its statements, and for coordinates the signed number in degrees."""
    for value in reading.values(ours):
        yield value
        if isinstance(value, dict):
            yield from value.values()
    if name in SIGNED:
        # Composite coordinates come from EXIF, and from XMP where EXIF has none.
        groups = ("GPS", "XMP-exif") if ours.startswith("GPS:") else ("XMP-exif",)
        for assertion in assertions(reading):
            if assertion.property is Property.LOCATION_CREATED and assertion.group in groups and assertion.point:
                point = assertion.point
                yield {"latitude": point.latitude_degrees, "longitude": point.longitude_degrees}.get(
                    name, point.altitude_metres
                )


def _same(name: str, theirs: Any, ours: Any) -> bool:
    """Compare words as words, numbers to a millionth, times by their digits ("2024:06:18" is "2024-06-18")."""
    normal = _number if name in NUMBERS else _date if name == "DateTimeOriginal" else _text
    return bool(normal(theirs) == normal(ours))


def _text(value: Any) -> Any:
    """A text, or the texts of a list or of the languages, without the blanks around them."""
    if isinstance(value, dict):
        return sorted(_text(text) for text in value.values())
    if isinstance(value, list):
        return _text(value[0]) if len(value) == 1 else [_text(part) for part in value]
    return " ".join(as_text(value).replace("\r", "\n").split())


def _number(value: Any) -> Any:
    found = number(value)
    return object() if found is None else round(found, 6)


def _date(value: Any) -> Any:
    digits = "".join(character for character in str(value) if character.isdigit())
    return digits if len(digits) >= 8 and isinstance(value, str) else object()


def _print(tally: Tally, seconds: list[float]) -> int:
    print(f"{'property':<22}{'reported':>9}{'held':>7}{'differing':>11}{'percent':>9}")
    for name in TAGS:
        _print_row(name, tally.reported[name], tally.held[name])
    reported, held = tally.reported.total(), tally.held.total()
    _print_row("all", reported, held)
    for difference in tally.differences:
        print(" -", difference)
    middle = sorted(seconds)[len(seconds) // 2] if seconds else 0
    print(f"{len(seconds)} files read here in {sum(seconds):.2f} s, {1000 * middle:.2f} ms for the middle one")
    return 0 if reported and held / reported >= 0.99 else 1


def _print_row(name: str, reported: int, held: int) -> None:
    percent = 100 * held / reported if reported else 100
    print(f"{name:<22}{reported:>9}{held:>7}{reported - held:>11}{percent:>9.2f}")


if __name__ == "__main__":
    sys.exit(main())
