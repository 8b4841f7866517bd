"""
What is ready in a folder that is watched: files that have stayed as they are since the last look.

A file whose bytes or sidecar changed later is ready once more. What is still being written by its name, or is a news
document whose picture may still come, waits.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from archive.ingest.delivery import Delivered

# Names under which programs write what they rename once it is whole.
_UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download", ".upload")
State = tuple[object, ...]


def is_unfinished(path: str) -> bool:
    return path.lower().endswith(_UNFINISHED)


@dataclass
class WatchedFolder:
    """
    What was seen of it so far.

    :param patience_seconds: how long a news document waits for its picture
    :param are_known: tells whether a news item is of a picture that is held already
    """

    patience_seconds: float
    are_known: Callable[[Iterable[str]], bool]
    _last: dict[str, State] = field(default_factory=dict)
    _done: dict[str, State] = field(default_factory=dict)
    _alone_since: dict[str, float] = field(default_factory=dict)
    # Documents that went with a picture, as they were then.
    _used: dict[str, State] = field(default_factory=dict)

    def ready(self, files: Iterable[Delivered], *, now: float) -> list[Delivered]:
        """
        Return what is new or changed since it was last returned, and has been the same for two looks.

        :param now: seconds of a clock that nobody sets
        """
        ready = []
        for file in files:
            state = _state(file)
            is_settled = self._last.get(file.path) == state
            self._last[file.path] = state
            if not is_settled or self._done.get(file.path) == state or is_unfinished(file.path):
                continue
            if file.refusal and self._used.get(file.path) == _own_state(file):
                continue
            if file.news is not None and self._waits(file, now):
                continue
            self._done[file.path] = state
            if file.sidecar:
                self._used[file.sidecar.path] = _own_state(file.sidecar)
            ready.append(file)
        return ready

    def _waits(self, file: Delivered, now: float) -> bool:
        since = self._alone_since.setdefault(file.path, now)
        return now - since < self.patience_seconds and not self.are_known(file.news or ())


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
