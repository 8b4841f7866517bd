"""
The default broker: a folder for each queue, a file for each message, for the processes of one machine.

Kombu's own filesystem transport shows a message before it is written whole, ends its worker at an unreadable one, and
moves messages through the system's temporary folder. Here a message appears whole by being renamed, whoever removes
its file has it, and one that is not as it was written is dropped with a line in the log: its first line is the SHA-256
of the rest, because a message that is altered and still reads as one ends the worker deep inside of Celery. A message
only wakes a worker: the sweep finds what a lost one spoke of, so nothing is synced to disk and nothing is restored
after a crash.
"""

import hashlib
import logging
import os
import time
import uuid
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any
from urllib.parse import quote

from kombu.exceptions import ChannelError
from kombu.transport import virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

# A draft lives for moments: an older one was left by a killed process.
DRAFT_SECONDS = 3600


class Channel(virtual.Channel):
    """Put and get messages as files below the transport option `folder`."""

    # What a stopped worker had not finished stands in the database; kombu would dump it into the temporary folder.
    do_restore = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._root = Path(self.connection.client.transport_options["folder"])
        # Names that were there when the folder was last listed: listing it for each message is slow in a full one.
        self._listed: dict[str, deque[str]] = {}
        # Names that could not be taken, told once each.
        self._left: set[str] = set()

    def _folder(self, queue: str) -> Path:
        return self._root / quote(queue, safe="")

    def _new_queue(self, queue: str, **kwargs: Any) -> None:
        folder = self._folder(queue)
        folder.mkdir(parents=True, exist_ok=True)
        for draft in folder.glob("*.draft"):
            try:
                if draft.stat().st_mtime < time.time() - DRAFT_SECONDS:
                    draft.unlink()
            except FileNotFoundError:  # became a message
                pass

    def _put(self, queue: str, message: dict, **kwargs: Any) -> None:
        folder = self._folder(queue)
        name = f"{time.time_ns():020}-{uuid.uuid4().hex}"
        draft = folder / f"{name}.draft"
        try:
            text = dumps(message).encode()
            draft.write_bytes(_digest(text) + b"\n" + text)
            draft.rename(folder / f"{name}.msg")
        except OSError as problem:
            draft.unlink(missing_ok=True)
            raise ChannelError(f"no message could be written into {folder}: {problem.strerror}") from problem

    def _restore(self, message: virtual.Message) -> None:
        """Put a message back that a worker lost; without room for it the sweep will do."""
        try:
            super()._restore(message)
        except ChannelError as problem:
            logger.warning("A message was not put back: %s", problem)

    def _get(self, queue: str) -> dict:
        for name in self._waiting(queue):
            path = self._folder(queue) / name
            try:
                written = path.read_bytes()
                path.unlink()
            except FileNotFoundError:  # another worker has it
                continue
            except OSError as problem:
                self._left.add(name)
                logger.warning("The message %s cannot be taken and is left: %s", name, problem.strerror)
                continue
            digest, _newline, text = written.partition(b"\n")
            if digest == _digest(text):
                return loads(text.decode())
            logger.warning("The message %s (%d bytes) is unreadable and was dropped", name, len(written))
        raise Empty

    def _waiting(self, queue: str) -> Iterator[str]:
        """Yield the names of messages, oldest first, of one listing; a later call goes on where this one was left."""
        listed = self._listed.setdefault(queue, deque())
        if not listed:
            listed.extend(sorted(self._names(queue)))
        while listed:
            yield listed.popleft()

    def _names(self, queue: str) -> list[str]:
        try:
            names = os.listdir(self._folder(queue))
            return [name for name in names if name.endswith(".msg") and name not in self._left]
        except FileNotFoundError:
            return []

    def _size(self, queue: str) -> int:
        return len(self._names(queue))

    def _purge(self, queue: str) -> int:
        purged = 0
        for name in self._names(queue):
            try:
                (self._folder(queue) / name).unlink()
                purged += 1
            except FileNotFoundError:  # a worker has it
                pass
        return purged


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()


class Transport(virtual.Transport):
    """Kombu's virtual transport over files; publishers and workers name queues directly, without fanout."""

    Channel = Channel
    implements = virtual.Transport.implements.extend(exchange_type=frozenset(["direct"]))
    driver_type = driver_name = "files"
    polling_interval = 0.25  # seconds

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        """Wait for a message; not as long as asked, for a worker looks between two calls whether it is to stop."""
        super().drain_events(connection, timeout and min(timeout, 0.5))

    def driver_version(self) -> str:
        return "1"
