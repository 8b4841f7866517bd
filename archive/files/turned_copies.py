"""
Copies of a picture, turned as it is to be shown.

From when somebody turns a picture until a worker has made its copies anew, those that are there are turned as they are
handed out: nobody sees the picture otherwise than it was said to be.
"""

import copy
import io
from typing import BinaryIO

from django.core.files.storage import storages

from archive.files.models import Rendition
from archive.standards.orientation import AS_IT_IS, from_to, turned_size

# How the address of a copy tells by what the picture is turned: what a browser kept from before stands under another.
TURNED = "turned"
# Finer than the copies: what is turned was coded once already.
_QUALITY = 90
# How Pillow calls what the values of Exif's Orientation ask for.
_NAMES = {
    2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270", 7: "TRANSVERSE",
    8: "ROTATE_90",
}  # fmt: skip


def still_to_turn(made: Rendition, orientation: int | None) -> int:
    """Return how a copy has to be turned so that it shows the picture as that is turned; 1: it lies right."""
    return from_to(made.orientation or AS_IT_IS, orientation or AS_IT_IS)


def as_shown(made: Rendition, orientation: int | None) -> Rendition:
    """Return a copy with the size that it is shown in, where the picture is turned so."""
    if (turn := still_to_turn(made, orientation)) == AS_IT_IS:
        return made
    shown = copy.copy(made)
    shown.width_px, shown.height_px = turned_size(made.width_px, made.height_px, turn)
    shown.orientation = orientation
    return shown


def open_as_shown(made: Rendition, orientation: int | None) -> BinaryIO:
    """
    Return the bytes of a copy, as JPEG, where the picture is turned so; some 30 ms if the copy is not turned yet.

    :param made: the row as it is stored, not what `as_shown` made of it
    :raises FileNotFoundError: it is not in the store
    :raises ValueError: it is to be turned, and is no JPEG
    """
    try:
        stored = storages["renditions"].open(made.storage_path)
    except FileNotFoundError:
        # A worker may have put another in its place since the row was read, and taken it out of the store.
        made = Rendition.objects.filter(pk=made.pk).exclude(storage_path=made.storage_path).first()
        if made is None:
            raise
        stored = storages["renditions"].open(made.storage_path)
    if (turn := still_to_turn(made, orientation)) == AS_IT_IS:
        return stored
    with stored:
        return io.BytesIO(_turned(stored, turn))


def _turned(stored: BinaryIO, turn: int) -> bytes:
    from PIL import Image  # loaded where it is asked for alone

    written = io.BytesIO()
    try:
        with Image.open(stored, formats=["JPEG"]) as opened:
            opened.transpose(Image.Transpose[_NAMES[turn]]).save(written, "JPEG", quality=_QUALITY)
    except OSError as problem:
        raise ValueError(f"this copy is no JPEG that can be turned: {problem}") from problem
    return written.getvalue()
