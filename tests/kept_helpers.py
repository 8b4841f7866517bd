"""
Helper processes of the sandbox that outlive the tests that started them: starting one takes longer than most jobs.

A helper forks for each job and knows nothing of the one before, so the next sandbox with the same limits may have it.
"""

import atexit
import os
from subprocess import Popen

from archive.files import sandbox
from archive.files.sandbox import Limits, Sandbox

_idle: dict[tuple[int, Limits], list[Popen]] = {}
_start, _close = sandbox._start, Sandbox.close


def start_or_take(limits: Limits) -> Popen:
    """Return a helper that is idle, or start one."""
    idle = _idle.get((os.getpid(), limits), [])
    while idle:
        if (process := idle.pop()).poll() is None:
            return process
    return _start(limits)


def keep(self: Sandbox) -> None:
    """Keep the helper of a sandbox that ends; one that is at work is killed, as always."""
    if self._lock.acquire(blocking=False):
        try:
            process = self._process
            if process is not None and self._owner == os.getpid() and process.poll() is None:
                _idle.setdefault((self._owner, self.limits), []).append(process)
                self._process = None
        finally:
            self._lock.release()
    _close(self)


@atexit.register
def end_all() -> None:
    for (owner, _limits), idle in _idle.items():
        for process in idle if owner == os.getpid() else ():
            process.kill()
            process.wait()
