"""
The tiles of originals on this machine: cut when somebody enlarges a picture, thrown away by age or for want of room.

A folder holds those of one original, with the note that says how many (`made_folders.py`). Whatever is lost is cut
again.
"""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.files.kept_files import on_disk
from archive.files.machine_locks import take_lock
from archive.files.made_folders import clear_folders, kept_note, make_folder, remove_folder
from archive.files.maker_version import SCREEN_PX, TILE_MAKER_VERSION
from archive.files.models import MediaFile
from archive.files.reading_lane import Busy
from archive.files.room import check_room
from archive.files.sandbox import Crashed, Limits, Sandbox, made_in
from archive.files.tile_places import TILE_PX, level_count, tile_name, tile_names
from archive.standards.orientation import AS_IT_IS, turned_size

MAKE = "archive.files.tiles.make_tiles"
_NOTE = "tiles.json"


@dataclass(frozen=True)
class Tiles:
    """The kept tiles of one original; level 0 is the picture's own size, `sharpest` the first level that was cut."""

    folder: Path
    width_px: int
    height_px: int
    sharpest: int
    size_bytes: int

    @property
    def levels(self) -> int:
        return level_count(self.width_px, self.height_px)

    def path_of(self, level: int, column: int, row: int) -> Path:
        """Return where a tile lies, if there is one of this place."""
        return self.folder / tile_name(level, column, row)

    def to_json(self) -> dict:
        """Return what a page needs to show them."""
        return {"sharpest": self.sharpest, "levels": self.levels, "tile_px": TILE_PX}


def has_tiles(media_file: MediaFile) -> bool:
    """Tell whether a file is a picture whose original shows more than its screen copy; by its record alone."""
    if media_file.duration_milliseconds is not None or not media_file.width_px or not media_file.height_px:
        return False
    return max(media_file.width_px, media_file.height_px) > SCREEN_PX


def kept_tiles(media_file: MediaFile, orientation: int | None = None) -> Tiles | None:
    """Return the tiles of a file, turned so, if they are here, and note that they were used."""
    folder = folder_of(media_file, orientation)
    note = kept_note(folder, _NOTE)
    return Tiles(folder, **note) if note else None


def cut_tiles(media_file: MediaFile, orientation: int | None = None) -> Tiles:
    """
    Cut an original into tiles in the sandbox; whoever asks meanwhile waits and finds them.

    :param orientation: Exif's 2 to 8: the picture is turned from how its file shows it
    :raises UnreadableImage: it cannot be decoded
    :raises JobFailed: decoding ran into a limit
    :raises NoRoom: the disk is too full for them
    :raises Busy: another process is still at it after as long as reading may take
    """
    with ExitStack() as locks:
        until = time.monotonic() + settings.INTERACTIVE_MAX_SECONDS
        if not take_lock(locks, settings.VAR_ROOT / "cutting", [media_file.message_digest], until=until):
            raise Busy(503, _("Its tiles are being cut at this moment. Try again in a few seconds."))
        if tiles := kept_tiles(media_file, orientation):
            return tiles
        # A tile takes a fraction of a byte a pixel, more where there is grain.
        check_room((media_file.width_px or 0) * (media_file.height_px or 0))
        folder = folder_of(media_file, orientation)
        note = make_folder(folder, _NOTE, lambda aside: _write(media_file, aside, orientation or AS_IT_IS))
        clear_tiles(now=timezone.now())
        return Tiles(folder, **note)


def _write(media_file: MediaFile, folder: Path, orientation: int) -> dict:
    """Cut the tiles into a folder, and return its note."""
    limits = Limits(
        address_space_bytes=settings.INGEST_MAX_MEMORY_BYTES,
        cpu_seconds=settings.INTERACTIVE_MAX_SECONDS,
        wall_seconds=settings.INTERACTIVE_MAX_SECONDS,
    )
    with on_disk(media_file) as path, Sandbox(limits) as sandbox:
        pyramid = sandbox.run(MAKE, path=str(path), into_dir=str(folder), orientation=orientation)
    size = turned_size(media_file.width_px, media_file.height_px, orientation)
    if (pyramid["width_px"], pyramid["height_px"]) != size:
        raise Crashed("it has another size than when it was received. Send the file again.")
    paths = [made_in(folder, name) for name in tile_names(**pyramid)]
    return pyramid | {"size_bytes": sum(path.stat().st_size for path in paths)}


def clear_tiles(*, now: datetime) -> int:
    """
    Remove tiles unused for `TILES_KEEP_DAYS`, the longest unused beyond `TILES_MAX_BYTES`, and what killed processes
    left; return of how many originals. The last used stay whatever their size: somebody looks at them.
    """
    return clear_folders(
        _root(), _NOTE, now=now, keep_days=settings.TILES_KEEP_DAYS, most_bytes=settings.TILES_MAX_BYTES
    )


def _root() -> Path:
    return settings.VAR_ROOT / "tiles"


def folder_of(media_file: MediaFile, orientation: int | None = None) -> Path:
    """Return where the tiles of a file, turned so, are, or would be."""
    turned = "" if orientation is None else f"-turned-{orientation}"
    return _root() / f"{media_file.message_digest}-{TILE_MAKER_VERSION}{turned}"


def remove_tiles(media_file: MediaFile) -> None:
    """Remove the tiles of a file, however they are turned."""
    for folder in _root().glob(f"{media_file.message_digest}-*"):
        remove_folder(folder)
