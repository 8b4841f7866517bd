"""
What is done to a hostile file, all of it inside the sandbox: read what it says, make the copies that pages show.

Django-free; takes and gives JSON values.
"""

from pathlib import Path
from typing import Any

from archive.extraction.readers.read_file import read, read_sidecar
from archive.files.decode_picture import Bounds
from archive.files.formats import recognise
from archive.files.renditions import make_renditions
from archive.files.stills import make_stills
from archive.standards.orientation import AS_IT_IS


def examine(
    path: str,
    into_dir: str,
    pixels: int,
    frames: int,
    size_bytes: int,
    seconds: float,
    sidecar_path: str | None = None,
    file_name: str = "",
) -> dict[str, Any]:
    """
    Return the picture with its renditions, the reading of the file, and that of the sidecar beside it.

    :param into_dir: a folder of this job alone, for the renditions
    :param pixels: the most a picture may have; so for `frames` and `size_bytes`
    :param seconds: how long stills of footage may be made
    :param file_name: as it was sent, by which the item of a news document is found
    :raises UnreadableImage: the bytes are no format the archive keeps, or exceed a bound
    """
    return {
        "picture": render(path, into_dir, pixels, frames, size_bytes, seconds),
        "reading": read(Path(path)).to_json(),
        "sidecar": read_sidecar(Path(sidecar_path), file_name=file_name).to_json() if sidecar_path else None,
    }


def render(
    path: str, into_dir: str, pixels: int, frames: int, size_bytes: int, seconds: float, orientation: int = AS_IT_IS
) -> dict[str, Any]:
    """
    Return the picture with its renditions, made as `examine` makes them.

    :param orientation: how a picture is turned from how its file shows it; footage is never turned
    """
    bounds = Bounds(size_bytes=size_bytes, pixels=pixels, frames=frames)
    if recognise(path).is_footage:
        return make_stills(path, into_dir, bounds, seconds=seconds).to_json()
    return make_renditions(path, into_dir, bounds, orientation=orientation).to_json()


def read_again(path: str) -> dict[str, Any]:
    """Return the reading of a file alone."""
    return read(Path(path)).to_json()


def examine_sidecar(path: str, file_name: str = "", guid: str = "") -> dict[str, Any]:
    """Return the reading of a sidecar that came beside bytes which are held, or of a news document about them."""
    return {"sidecar": read_sidecar(Path(path), file_name=file_name, guid=guid).to_json()}
