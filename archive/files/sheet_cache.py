"""
The contact sheets of spans of footage on this machine: their stills are made when somebody asks, and thrown away by
age or for want of room. Whatever is lost is made again.
"""

import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from archive.files.kept_files import on_disk
from archive.files.machine_locks import take_lock
from archive.files.made_folders import clear_folders, kept_note, make_folder
from archive.files.maker_version import MAKER_VERSION
from archive.files.models import MediaFile
from archive.files.reading_lane import Busy
from archive.files.room import check_room
from archive.files.sandbox import Limits, Sandbox, made_in

MAKE = "archive.files.chosen_stills.make_chosen_stills"
_NOTE = "sheet.json"
# How many stills a sheet may have.
NUMBERS = (6, 12, 24, 48)
# A still takes some 60 kB.
MOST_BYTES = 512 * 1024**2
_STILL_BYTES = 200_000
# Kept back of the time that reading may take, for what is not decoding.
_BESIDE_SECONDS = 4


@dataclass(frozen=True)
class SheetStill:
    """One still of a sheet: where it lies, the moment of its frame, and its size."""

    path: Path
    milliseconds: int
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Sheet:
    """The stills of a sheet in their order; not `is_whole` where decoding the rest would have taken too long."""

    stills: list[SheetStill]
    is_whole: bool


def moments_of(start_milliseconds: int, end_milliseconds: int, number: int) -> list[int]:
    """Return moments evenly over a span, the first its beginning and the last its last millisecond, each once."""
    last = end_milliseconds - 1
    steps = max(number - 1, 1)
    evenly = (start_milliseconds + round(at * (last - start_milliseconds) / steps) for at in range(number))
    return list(dict.fromkeys(evenly))


def kept_sheet(media_file: MediaFile, start_milliseconds: int, end_milliseconds: int, number: int) -> Sheet | None:
    """Return the sheet of a span if it is here, and note that it was used."""
    folder = _folder(media_file, start_milliseconds, end_milliseconds, number)
    note = kept_note(folder, _NOTE)
    return _sheet(folder, note) if note else None


def make_sheet(media_file: MediaFile, start_milliseconds: int, end_milliseconds: int, number: int) -> Sheet:
    """
    Make the stills of a span in the sandbox; whoever asks meanwhile waits and finds them.

    :param number: one of `NUMBERS`
    :raises UnreadableImage: it cannot be decoded there
    :raises JobFailed: decoding ran into a limit
    :raises NoRoom: the disk is too full for them
    :raises Busy: another process is still at it after as long as reading may take
    """
    span = (start_milliseconds, end_milliseconds, number)
    folder = _folder(media_file, *span)
    with ExitStack() as locks:
        until = time.monotonic() + settings.INTERACTIVE_MAX_SECONDS
        if not take_lock(locks, settings.VAR_ROOT / "cutting", [folder.name], until=until):
            raise Busy(503, _("Its stills are being made at this moment. Try again in a few seconds."))
        if sheet := kept_sheet(media_file, *span):
            return sheet
        check_room(number * _STILL_BYTES)
        note = make_folder(folder, _NOTE, lambda aside: _write(media_file, aside, moments_of(*span)))
    return _sheet(folder, note)


def _write(media_file: MediaFile, folder: Path, moments: list[int]) -> dict[str, Any]:
    most = settings.INTERACTIVE_MAX_SECONDS
    limits = Limits(
        address_space_bytes=settings.INGEST_MAX_MEMORY_BYTES,
        cpu_seconds=most,
        wall_seconds=most,
    )
    with on_disk(media_file) as path, Sandbox(limits) as sandbox:
        seconds = max(most - _BESIDE_SECONDS, most / 2)
        made = sandbox.run(MAKE, path=str(path), into_dir=str(folder), moments=moments, seconds=seconds)
    paths = [made_in(folder, f"{number}.jpg") for number in range(len(made["stills"]))]
    return made | {"size_bytes": sum(path.stat().st_size for path in paths)}


def _sheet(folder: Path, note: dict[str, Any]) -> Sheet:
    stills = [SheetStill(folder / f"{at}.jpg", *still) for at, still in enumerate(note["stills"])]
    return Sheet(stills, note["is_whole"])


def clear_sheets(*, now: datetime) -> int:
    """Remove sheets as `clear_folders` says; return how many."""
    return clear_folders(_root(), _NOTE, now=now, keep_days=settings.TILES_KEEP_DAYS, most_bytes=MOST_BYTES)


def remove_sheets(media_file: MediaFile) -> None:
    """Remove all sheets of a file from this machine."""
    for folder in _root().glob(f"{media_file.message_digest}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    return settings.VAR_ROOT / "sheets"


def _folder(media_file: MediaFile, start: int, end: int, number: int) -> Path:
    return _root() / f"{media_file.message_digest}-{start}-{end}-{number}-{MAKER_VERSION}.1"
