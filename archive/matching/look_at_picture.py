"""
Look at a picture that is not to be kept: what it is recognised by.

`look` is meant for the sandbox: Django-free, JSON in and out. `traits_seen` reads what came out.
"""

import base64
from pathlib import Path
from typing import Any

import simplejpeg

from archive.files.decode_picture import Bounds
from archive.files.renditions import make_renditions
from archive.matching.compare_pictures import Traits
from archive.matching.features import Features, features
from archive.matching.fingerprints import Print, fingerprint

FUNCTION = "archive.matching.look_at_picture.look"


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


def traits_seen(seen: dict[str, Any], into_dir: str) -> Traits:
    """Return what `look` saw as what is compared; the pixels are read from its folder where they are asked for."""
    return Traits(
        Print.from_json(seen["print"]),
        Features.from_bytes(base64.b64decode(seen["features"])),
        lambda: simplejpeg.decode_jpeg((Path(into_dir) / "thumbnail.jpg").read_bytes(), colorspace="RGB"),
    )
