"""
Folders of pictures that are made of originals on this machine when somebody asks, such as tiles and contact sheets.

A folder holds those of one thing that was asked for, with a note in JSON of a name that each sort has; it is written
aside and renamed whole, so what lies there is complete. Thrown away by age or for want of room: whatever is lost is
made again.
"""

import json
import os
import shutil
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

# Folders that are being written, or removed.
_ASIDE = "aside-"
_ASIDE_FOR = timedelta(hours=1)


def kept_note(folder: Path, name: str) -> dict[str, Any] | None:
    """Return what the note of a folder says if it is here whole, and note that it was used."""
    note = folder / name
    try:
        known = json.loads(note.read_bytes())
        os.utime(note)
    except (FileNotFoundError, ValueError):  # emptied by a power cut: the folder is made again
        return None
    return known


def make_folder(folder: Path, name: str, write: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """
    Let a folder be written aside and put in its place whole; return its note.

    :param write: writes into the folder and returns the note, with the size of all of it as `size_bytes`
    """
    aside = folder.parent / f"{_ASIDE}{uuid.uuid4().hex}"
    aside.mkdir(parents=True)
    try:
        note = write(aside)
        (aside / name).write_text(json.dumps(note))
        remove_folder(folder)  # one without a note
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return note


def clear_folders(root: Path, name: str, *, now: datetime, keep_days: int, most_bytes: int) -> int:
    """
    Remove folders unused for so many days, the longest unused beyond so many bytes, and what killed processes left;
    return how many. The last used stays whatever its size: somebody looks at it.
    """
    removed = 0
    used: list[tuple[float, int, Path]] = []
    for folder in root.iterdir() if root.is_dir() else ():
        with suppress(FileNotFoundError):  # another process removes it
            if not folder.name.startswith(_ASIDE):
                note = folder / name
                try:
                    size_bytes = json.loads(note.read_bytes())["size_bytes"]
                except ValueError:
                    remove_folder(folder)
                    removed += 1
                    continue
                used.append((note.stat().st_mtime, size_bytes, folder))
            elif folder.stat().st_mtime < (now - _ASIDE_FOR).timestamp():
                shutil.rmtree(folder, ignore_errors=True)
    used.sort(reverse=True)
    oldest, left_bytes = (now - timedelta(days=keep_days)).timestamp(), most_bytes
    for number, (used_at, size_bytes, folder) in enumerate(used):
        left_bytes -= size_bytes
        if used_at < oldest or (number and left_bytes < 0):
            remove_folder(folder)
            removed += 1
    return removed


def remove_folder(folder: Path) -> None:
    """Take a folder away at once, so that nobody finds half of one."""
    aside = folder.with_name(f"{_ASIDE}{uuid.uuid4().hex}")
    with suppress(FileNotFoundError):
        folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)
