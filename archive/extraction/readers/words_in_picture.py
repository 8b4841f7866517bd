"""
Read the words that stand in a picture: banners, captions burned in, what a screenshot shows.

Runs in the sandbox and knows no Django. By rapidocr, with the models that it carries, on onnxruntime: an extra that is
installed on purpose (requirements-ocr.txt). It reads what is level and in Latin letters; what else it saw is counted.
"""

import os
import unicodedata
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

# onnxruntime's wheels report to their maker from the first model on, unless this stands here before they are loaded.
# The sandbox, which has no network, does not rely on it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime
import rapidocr

from archive.files.colour import to_srgb
from archive.files.decode_picture import Bounds, check_size, decode, open_picture, turn_to_undo
from archive.files.footage import frame_at, opened, picture_stream, upright
from archive.files.formats import recognise
from archive.files.pixels import shrink, turn

# Words of a banner are 12 pixels high then. Twice as long a side takes three times as long and reads little more.
LONG_SIDE_PX = 1280
BOUNDS = Bounds(long_side_px=LONG_SIDE_PX)
# As the library weighs its own readings, between 0 and 1: below this, folds and foliage are read as letters.
LEAST_CONFIDENCE = 0.85
# A single letter is a mast or a lamp-post more often than a word.
LEAST_CHARACTERS = 2
MOST_LINES = 200
# Of footage the frame that its poster shows, as a rule: its first second may be black.
_FRAME_MILLISECONDS = 1000
_MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}


@dataclass(frozen=True)
class Line:
    """One line of words. `corners` are fractions of the upright picture's sides, clockwise from the line's start."""

    text: str
    confidence: float
    corners: list[list[float]]


def read_words(path: str, mime_type: str) -> dict[str, Any]:
    """
    Return the lines of words in a picture, from top to bottom, as JSON values.

    `passed_over` counts what was seen and is no line here: too faint, a single letter, or in other letters than Latin.

    :raises UnreadableImage: the picture cannot be decoded
    """
    pixels = upright_pixels(path)
    height_px, width_px = pixels.shape[:2]
    seen = _engine()(np.ascontiguousarray(pixels[:, :, ::-1]), use_cls=False)  # the library expects blue first
    texts, scores = seen.txts or (), seen.scores or ()
    corners = [] if seen.boxes is None else seen.boxes.tolist()
    lines = [
        Line(text, round(float(score), 3), [[_share(x, width_px), _share(y, height_px)] for x, y in four])
        for text, score, four in zip(map(_plain, texts), scores, corners, strict=True)
        if score >= LEAST_CONFIDENCE and _is_latin(text)
    ]
    lines = sorted(lines, key=lambda line: (line.corners[0][1], line.corners[0][0]))[:MOST_LINES]
    return {
        "lines": [asdict(line) for line in lines],
        "passed_over": len(texts) - len(lines),
        "reader": f"rapidocr {version('rapidocr')}, onnxruntime {version('onnxruntime')}",
        "model": "PP-OCRv6 small",
    }


def upright_pixels(path: str) -> np.ndarray:
    """Return a picture, or one frame of footage, as RGB: upright, its longer side at most `LONG_SIDE_PX`."""
    check_size(path, BOUNDS)
    kept = recognise(path)
    if kept.is_footage:
        with opened(path, kept) as container:
            stream = picture_stream(container)
            _moment, frame = frame_at(container, stream, _FRAME_MILLISECONDS)
            return upright(frame, stream, LONG_SIDE_PX)
    image = open_picture(path, kept)
    decoded = decode(path, kept, image, BOUNDS)
    pixels = shrink(decoded.pixels, LONG_SIDE_PX)
    profile = image.info.get("icc_profile") or b""
    if profile and not decoded.is_srgb:
        pixels = to_srgb(pixels, profile, [])  # what is wrong with it is told where copies are made
    pixels = turn(pixels, turn_to_undo(image, kept, decoded))
    return np.stack([pixels] * 3, axis=-1) if pixels.ndim == 2 else pixels


@cache
def _engine() -> Any:
    """Load the models, each named by its path: a missing one is an error and nothing to be fetched."""
    onnxruntime.disable_telemetry_events()
    folder = Path(rapidocr.__file__).parent / "models"
    models = {name: str(folder / file) for name, file in _MODELS.items()}
    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    return rapidocr.RapidOCR(params={"Global.log_level": "critical", **models, **threads})


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _is_latin(text: str) -> bool:
    """Say whether a line has a few letters or digits, and no letters but Latin ones."""
    letters = [character for character in text if character.isalpha()]
    counted = sum(character.isalnum() for character in text)
    return counted >= LEAST_CHARACTERS and all("LATIN" in unicodedata.name(each, "") for each in letters)


def _share(position: float, whole: int) -> float:
    return round(min(1.0, max(0.0, position / whole)), 4)
