"""
Start the processes of the site, and start each again that ends, after a pause that grows while it keeps ending.

No process takes another one down: a worker may crash all day and the pages stay. Each has a process group of its own,
so that whatever it started ends with it.
"""

import ctypes
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
# Who ran so long before ending is started again at once, as if it had never ended before.
STEADY_SECONDS = 60.0
# A worker finishes the files it has begun; what then still runs is killed.
STOP_SECONDS = 10.0

_LINE = re.compile(r"(?P<name>[A-Za-z0-9_-]+):\s*(?P<command>.+)")
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def commands_of(procfile: str) -> dict[str, str]:
    """Return the commands of a Procfile by their names; blank lines and comments are passed over."""
    lines = [line for line in procfile.splitlines() if line.strip() and not line.startswith("#")]
    return {match["name"]: match["command"] for line in lines if (match := _LINE.fullmatch(line))}


@dataclass
class Supervised:
    """One process of the site and how it fares. Times of `monotonic` order things, those in UTC are for people."""

    name: str
    command: str
    process: subprocess.Popen | None = None
    started_at: datetime | None = None
    restarts: int = 0
    ended_at: datetime | None = None
    end_reason: str = ""
    pause_seconds: float = field(default_factory=lambda: FIRST_PAUSE_SECONDS)
    _began: float = 0.0
    _not_before: float = 0.0

    def start(self) -> None:
        self._began, self.started_at = time.monotonic(), datetime.now(UTC)
        # The process learns its name and which start of it this is, and reports itself so.
        named = {"STRANDLINE_PROCESS": self.name, "STRANDLINE_STARTED_AT": self.started_at.isoformat()}
        env = os.environ | named
        try:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", self.command], env=env, start_new_session=True, preexec_fn=_end_with_the_supervisor
            )
        except OSError as problem:  # no memory, or too many processes
            self._note_end(f"could not be started: {problem.strerror}")

    def look(self) -> bool:
        """Start the process if it is due, note its end if it has ended; tell whether something changed."""
        if self.process is None:
            if time.monotonic() < self._not_before:
                return False
            if self.ended_at:
                self.restarts += 1
            self.start()
            return True
        code = self.process.poll()
        if code is None:
            return False
        # What it left behind would hold its port, or go on with files that the next one takes up.
        _signal_group(self.process, signal.SIGKILL)
        self._note_end(
            f"killed by signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"ended with code {code}"
        )
        return True

    def _note_end(self, reason: str) -> None:
        now = time.monotonic()
        if now - self._began >= STEADY_SECONDS:
            self.pause_seconds = FIRST_PAUSE_SECONDS
        self.process, self.ended_at, self.end_reason = None, datetime.now(UTC), reason
        self._not_before = now + self.pause_seconds
        logger.warning("%s %s; it is started again in %.0f s", self.name, reason, self.pause_seconds)
        self.pause_seconds = min(2 * self.pause_seconds, LONGEST_PAUSE_SECONDS)


class Supervisor:
    """Run all commands until `stop_soon`; `tell` hears of each change of a process, and must not raise or wait."""

    def __init__(self, commands: dict[str, str], tell: Callable[[Supervised], None]) -> None:
        self.processes = [Supervised(name, command) for name, command in commands.items()]
        self._tell = tell
        self._stops_asked = 0

    def stop_soon(self, *signal_and_frame: object) -> None:
        """Let `run` end: asked once, the processes may finish what they have begun; twice, they are killed."""
        self._stops_asked += 1

    def run(self) -> None:
        """Keep all processes running until told to stop; when this returns, none of them is left."""
        try:
            while not self._stops_asked:
                for supervised in self.processes:
                    if supervised.look():
                        self._tell(supervised)
                time.sleep(LOOK_SECONDS)
        finally:
            self._stop_all()

    def _stop_all(self) -> None:
        running = [supervised.process for supervised in self.processes if supervised.process]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while any(process.poll() is None for process in running):
            if time.monotonic() >= until or self._stops_asked > 1:
                break
            time.sleep(0.05)
        for process in running:
            _signal_group(process, signal.SIGKILL)
            process.wait()


def _signal_group(process: subprocess.Popen, number: int) -> None:
    with suppress(ProcessLookupError):  # nothing of it is left
        os.killpg(process.pid, number)


def _end_with_the_supervisor() -> None:
    """Have the kernel tell this process when the supervisor is gone, even if that was killed."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
