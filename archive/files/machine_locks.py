"""
Locks that all processes of one machine share: files, so that the system gives back those of a process that died.

A file lies there while its lock is held and goes with it, so that each person, address or original can have its own.
"""

import fcntl
import os
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

_POLL_SECONDS = 0.05


def take_lock(locks: ExitStack, folder: Path, names: Iterable[str], *, until: float) -> bool:
    """
    Take the first of these locks that is free, until `locks` closes; tell whether one became free in time.

    :param names: as files may be called
    :param until: a moment of time.monotonic()
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = list(names)
    while True:
        for name in names:
            path = folder / name
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                continue
            # Its holder gave it back after it was opened here: another file may bear the name, and be locked.
            if not _is_at(descriptor, path):
                os.close(descriptor)
                continue
            locks.callback(_give_back, descriptor, path)
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(_POLL_SECONDS)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _give_back(descriptor: int, path: Path) -> None:
    # While it is locked: once closed, somebody else may hold this very file.
    path.unlink(missing_ok=True)
    os.close(descriptor)
