"""
Keep a reserve on the disks: what is received stops before it, so that what was received can still be worked off.

The reserve is for renditions, for the database and for its logs. Nothing is remembered: once room is made, files are
taken again.
"""

import errno
import shutil
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.utils.translation import gettext as _


class NoRoom(OSError):
    """A disk is as full as it may become; the text is a sentence for people."""

    def __init__(self) -> None:
        sentence = _(
            "The archive’s disk is too full to take this. Nothing that was received is lost. Tell an administrator, "
            "then try again."
        )
        super().__init__(errno.ENOSPC, sentence)

    def __str__(self) -> str:
        return str(self.strerror)


def free_bytes() -> int:
    """Return how many bytes may still be received: what is free on the fullest of the disks, without the reserve."""
    return max(0, min(shutil.disk_usage(disk).free for disk in _disks()) - settings.DISK_RESERVE_BYTES)


def check_room(size_bytes: int = 1) -> None:
    """
    Refuse to receive so many bytes where they would not leave the reserve.

    :raises NoRoom: they would not
    """
    if size_bytes > free_bytes():
        raise NoRoom


def _disks() -> set[Path]:
    """Return a folder on each disk that is written to: of the spool, of the originals, of the database."""
    folders = [Path(settings.SPOOL_ROOT), Path(settings.VAR_ROOT)]
    originals = storages["originals"]
    if isinstance(originals, FileSystemStorage):
        folders.append(Path(originals.base_location))
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        folders.append(Path(database["NAME"]).absolute().parent)
    return {next(at for at in [folder, *folder.parents] if at.exists()) for folder in folders}
