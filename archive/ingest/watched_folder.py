"""
What is ready in a folder that is watched: files that have stayed as they are since the last look.

A file whose bytes or sidecar changed later is ready once more. What is still being written by its name, or is a sidecar
or a news document whose picture may still come, waits.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from archive.ingest.delivered_names import is_sidecar
from archive.ingest.delivery import Delivered
from archive.ingest.news_pairing import NewsDocument, look_into, may_be_news

# Names under which programs write what they rename once it is whole.
_UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download", ".upload")
# Of so many news documents it is remembered what they are and name; those beyond are read at each look.
_MOST_REMEMBERED = 50_000
State = tuple[object, ...]


def is_unfinished(path: str) -> bool:
    return path.lower().endswith(_UNFINISHED)


@dataclass
class WatchedFolder:
    """
    What was seen of it so far.

    :param patience_seconds: how long a sidecar or a news document waits for its picture
    :param are_known: tells whether a news item is of a picture that is held already
    """

    patience_seconds: float
    are_known: Callable[[Iterable[str]], bool]
    _last: dict[str, State] = field(default_factory=dict)
    _done: dict[str, State] = field(default_factory=dict)
    _alone_since: dict[str, float] = field(default_factory=dict)
    # Documents that went with a picture, as they were then.
    _used: dict[str, State] = field(default_factory=dict)
    # What was found in the files that may be documents, at this look and at the one before.
    _read: dict[State, NewsDocument | None] = field(default_factory=dict)
    _read_before: dict[State, NewsDocument | None] = field(default_factory=dict)

    def look(self, file: Delivered) -> NewsDocument | None:
        """Look into a file for whether it is a news document; into one that stayed as it was, once."""
        if file.refusal or not may_be_news(file.path):
            return None
        try:
            status = os.stat(file.place[0])
        except OSError:
            return look_into(file)
        known = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        state = (file.path, file.size_bytes, *file.place[1:], *known)
        document = self._read_before[state] if state in self._read_before else look_into(file)
        if len(self._read) < _MOST_REMEMBERED:
            self._read[state] = document
        return document

    def ready(self, files: Iterable[Delivered], *, now: float) -> list[Delivered]:
        """
        Return what is new or changed since it was last returned, and has been the same for two looks.

        :param now: seconds of a clock that nobody sets
        """
        ready = []
        # What is gone, or was changed, is forgotten.
        self._read_before, self._read = self._read, {}
        for file in files:
            state = _state(file)
            is_settled = self._last.get(file.path) == state
            self._last[file.path] = state
            if not is_settled or self._done.get(file.path) == state or is_unfinished(file.path):
                continue
            if (file.refusal or _is_lone_sidecar(file)) and self._used.get(file.path) == _own_state(file):
                continue
            if (file.news is not None or _is_lone_sidecar(file)) and self._waits(file, now):
                continue
            self._done[file.path] = state
            if file.sidecar:
                self._used[file.sidecar.path] = _own_state(file.sidecar)
            ready.append(file)
        return ready

    def _waits(self, file: Delivered, now: float) -> bool:
        since = self._alone_since.setdefault(file.path, now)
        return now - since < self.patience_seconds and not self.are_known(file.news or ())


def _is_lone_sidecar(file: Delivered) -> bool:
    return is_sidecar(file.path) and not file.refusal


def _state(file: Delivered) -> State:
    return (*_own_state(file), file.refusal, file.sidecar.path if file.sidecar else "", *_own_state(file.sidecar))


def _own_state(file: Delivered | None) -> State:
    if file is None:
        return ()
    try:
        written = os.stat(file.place[0]).st_mtime_ns
    except OSError:
        written = 0
    return file.size_bytes, written
