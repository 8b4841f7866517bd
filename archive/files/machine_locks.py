"""
Locks that all processes of one machine share: files, so that the system gives back those of a process that died.

Names of people, addresses or files share so many locks: files that stay, and few that meet by chance.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

BUCKETS = 4096
_POLL_SECONDS = 0.05


def bucket(kind: str, name: str) -> str:
    """Return the name of the lock that `name` shares with few others of its kind."""
    return f"{kind}-{int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest()) % BUCKETS}"


def take_lock(locks: ExitStack, folder: Path, names: Iterable[str], *, until: float) -> bool:
    """
    Take the first of these locks that is free, until `locks` closes; tell whether one became free in time.

    :param until: a moment of time.monotonic()
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = list(names)
    while True:
        for name in names:
            descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                continue
            locks.callback(os.close, descriptor)
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(_POLL_SECONDS)
