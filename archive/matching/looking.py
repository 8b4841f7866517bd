"""
Look at a file that is not to be kept: what it is recognised by. Meant for the sandbox; Django-free, JSON in and out.
"""

import base64
from pathlib import Path
from typing import Any

import simplejpeg

from archive.files.decoding import Bounds
from archive.files.renditions import make_renditions
from archive.matching.features import features
from archive.matching.fingerprints import fingerprint

FUNCTION = "archive.matching.looking.look"


def look(path: str, into_dir: str, pixels: int, frames: int, size_bytes: int) -> dict[str, Any]:
    """
    Return the print and the features of a picture, made from the same copy as those of what is held.

    :param into_dir: a folder of this job alone; its `thumbnail.jpg` is there afterwards
    :param pixels: the most the picture may have; so for `frames` and `size_bytes`
    :raises UnreadableImage: the bytes are no picture the archive reads, or exceed a bound
    """
    picture = make_renditions(path, into_dir, Bounds(size_bytes=size_bytes, pixels=pixels, frames=frames))
    screen = next(made for made in picture.renditions if made.purpose == "SCREEN")
    seen = simplejpeg.decode_jpeg(Path(screen.path).read_bytes(), colorspace="RGB")
    return {
        "print": fingerprint(seen).to_json(),
        "features": base64.b64encode(features(seen).to_bytes()).decode(),
    }
