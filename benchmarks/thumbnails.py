"""
How surely a swapped or cropped picture is told by the thumbnail inside its file, and how seldom an honest one is.

    python benchmarks/thumbnails.py FOLDER [--but NAME] [--crops 3] [--swaps 6] [--seed 1]

Takes every picture in FOLDER whose own thumbnail can be decoded, as the examination `file-traces` does, and lets the
check `embedded-thumbnail` judge: each as it is; with light, coding, size and orientation changed; with a logo and a
banner; mirrored; cropped; and with the thumbnails of so many others. Exit 1 where more than 1 % of those that show
the same are contradicted; `--but` leaves out a file whose own thumbnail was swapped before.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402

from archive.extraction.readers import file_traces  # noqa: E402
from archive.extraction.readers.compare_thumbnail import (  # noqa: E402
    LEAST_SIDE_PX,
    as_grey,
    spread_of_detail,
)
from archive.files.decode_picture import decode, open_picture  # noqa: E402
from archive.files.formats import UnreadableImage, recognise  # noqa: E402
from archive.provenance.checks import embedded_thumbnail  # noqa: E402
from archive.provenance.checks.finding import Outcome  # noqa: E402

MOST_FALSE_ALARMS = 0.01
# Of the picture's area that is kept.
CROPS = (0.95, 0.9, 0.8, 0.6, 0.4)


@dataclass(frozen=True)
class Pictured:
    name: str
    pixels: np.ndarray
    thumbnail: np.ndarray


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--but", action="append", default=[], metavar="NAME")
    parser.add_argument("--crops", type=int, default=3, help="of each picture and size")
    parser.add_argument("--swaps", type=int, default=6, help="other thumbnails put into each")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    pictured = [each for each in _pictured(options.folder) if Path(each.name).name not in options.but]
    random = Random(options.seed)
    told: dict[str, Counter[str]] = defaultdict(Counter)
    measures: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def judge(name: str, pixels: np.ndarray, thumbnail: np.ndarray) -> None:
        measured = {"source": "EXIF", **file_traces.measure(as_grey(pixels), thumbnail)}
        observation = embedded_thumbnail.judge(
            measured, {"detail": spread_of_detail(as_grey(pixels)), "is_damaged": False}
        )
        told[name][f"{observation.outcome} {observation.code}"] += 1
        measures[name].append((measured["detail"], measured["agreeing"]))

    for each in pictured:
        for name, change in CHANGES.items():
            judge(name, change(each.pixels), each.thumbnail)
        for kept in CROPS:
            for _crop in range(options.crops):
                judge(f"cropped to {kept:.0%}", _cropped(each.pixels, kept, random), each.thumbnail)
        others = [other for other in pictured if other is not each]
        for other in random.sample(others, min(options.swaps, len(others))):
            judge("thumbnail swapped", each.pixels, other.thumbnail)
    for name, counted in told.items():
        detail, agreeing = (np.array(column) for column in zip(*measures[name], strict=True))
        number = sum(counted.values())
        contradicted = sum(count for code, count in counted.items() if code.startswith(Outcome.CONTRADICTORY))
        spread = (
            f"detail {detail.min():.2f} to {detail.max():.2f}, agreeing {agreeing.min():.2f} to {agreeing.max():.2f}"
        )
        print(f"{name:20}{number:6} contradicted {contradicted:5} {contradicted / number:7.2%}   {spread}")
        print(f"{'':26} {', '.join(f'{code} {count}' for code, count in counted.most_common())}")
    honest = [told[name] for name in HONEST]
    alarms = sum(count for each in honest for code, count in each.items() if code.startswith(Outcome.CONTRADICTORY))
    number = sum(sum(each.values()) for each in honest)
    print(f"{len(pictured)} pictures; false alarms {alarms} of {number}")
    return 0 if number and alarms / number <= MOST_FALSE_ALARMS else 1


def _pictured(folder: Path) -> Iterator[Pictured]:
    for path in sorted(folder.rglob("*")):
        try:
            kept = recognise(path) if path.is_file() else None
            if kept is None or kept.is_footage or kept.name in ("TIFF", "GIF"):
                continue
            image = open_picture(str(path), kept)
            found = file_traces.small_pictures(str(path), kept, image)
            decoded = decode(str(path), kept, image, file_traces.BOUNDS)
            small = Image.open(BytesIO(found[0][1]), formats=["JPEG"]).convert("L") if found else None
        except (UnreadableImage, OSError, SyntaxError):
            continue
        pixels = decoded.pixels
        if pixels.ndim == 2 or pixels.shape[2] == 1:
            pixels = cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB)
        plain = spread_of_detail(as_grey(pixels)) < embedded_thumbnail.LEAST_DETAIL
        if small is None or decoded.problems or plain or min(*small.size, *pixels.shape[:2]) < LEAST_SIDE_PX:
            continue
        yield Pictured(str(path.relative_to(folder)), pixels, as_grey(np.asarray(small)))


def _cropped(pixels: np.ndarray, kept: float, random: Random) -> np.ndarray:
    height, width = pixels.shape[:2]
    shape = random.choice((1.0, 1.0, 0.8, 1.25))
    down, across = (min(side, round(side * (kept * by) ** 0.5)) for side, by in ((height, shape), (width, 1 / shape)))
    top, left = random.randint(0, height - down), random.randint(0, width - across)
    return np.ascontiguousarray(pixels[top : top + down, left : left + across])


def _recoded(quality: int) -> Callable[[np.ndarray], np.ndarray]:
    def recoded(pixels: np.ndarray) -> np.ndarray:
        return cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)

    return recoded


def _painted(top: float, right: float) -> Callable[[np.ndarray], np.ndarray]:
    def painted(pixels: np.ndarray) -> np.ndarray:
        pixels = pixels.copy()
        pixels[round(pixels.shape[0] * top) :, : round(pixels.shape[1] * right)] = (200, 0, 0)
        return pixels

    return painted


# What leaves a picture the same, and what does not.
HONEST: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "as it is": lambda pixels: pixels,
    "JPEG quality 30": _recoded(30),
    "JPEG quality 10": _recoded(10),
    "half as light": lambda pixels: (pixels * 0.5).astype(np.uint8),
    "gamma 0.45": lambda pixels: (255 * (pixels / 255) ** 0.45).astype(np.uint8),
    "contrast doubled": lambda pixels: np.clip((pixels.astype(float) - 128) * 2 + 128, 0, 255).astype(np.uint8),
    "half as large": lambda pixels: cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "turned": lambda pixels: np.ascontiguousarray(np.rot90(pixels)),
}
CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    **HONEST,
    "logo": _painted(0.85, 0.4),
    "banner": _painted(0.8, 1.0),
    "mirrored": lambda pixels: np.ascontiguousarray(np.fliplr(pixels)),
}


if __name__ == "__main__":
    sys.exit(main())
