"""
Run work on hostile files in a helper process that may die.

A `Sandbox` is one persistent process that forks one for each job, with limits on memory, processor time, written bytes
and wall clock, without network and without any file but those of the job where the kernel offers that (`isolation.py`);
a `Workshop` is several of them behind one queue. Whatever a file does in there ends with a result or with an exception
whose text says to a person what happened; the next job finds a working process.
"""

import contextlib
import dataclasses
import errno
import json
import os
import queue
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from archive.files import refusals
from archive.files.formats import UnreadableImage
from archive.files.isolation import Layer
from archive.files.sandboxed import send

MEBIBYTE = 1024 * 1024
# The disk is full, forbids writing or does not answer: the file that is just read is not to blame.
_FULL = {errno.ENOSPC, errno.EDQUOT}
_OUTSIDE = _FULL | {errno.EROFS, errno.EIO, errno.ESTALE}


@dataclass(frozen=True)
class Limits:
    """What one job may use. Address space exceeds the memory really used: libraries reserve what they never touch."""

    address_space_bytes: int = 1024 * MEBIBYTE
    cpu_seconds: int = 20
    wall_seconds: float = 30
    written_file_bytes: int = 64 * MEBIBYTE
    niceness: int = 5


class JobFailed(Exception):
    """A job gave no result. The text is a sentence that completes `"scan.tif": ...`; `detail` is for the log."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail


class TookTooLong(JobFailed):
    """The job used up its wall clock or its processor time and was killed."""


class TookTooMuchMemory(JobFailed):
    """The job asked for more memory than it may have."""


class Crashed(JobFailed):
    """The process died, or the function raised something it has no sentence for."""


class Sandbox:
    """
    One helper process, started at the first job and again after each death.

    Not shared between processes: after a fork the child starts a helper of its own. Jobs from several threads wait for
    one another.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._owner = 0
        self.last_peak_memory_bytes = 0
        self.last_seconds = 0.0

    def run(self, function: str, **arguments: Any) -> Any:
        """
        Run a function inside the helper and return its result.

        :param function: dotted name, importable from the project root without Django
        :param arguments: anything JSON can hold; the job may read what `path`, `sidecar_path` and `folder` name, and
            write into the folder `into_dir` and the file `into_path`
        :raises UnreadableImage: the function refused the file
        :raises JobFailed: as `TookTooLong`, `TookTooMuchMemory` or `Crashed`; only this job is lost
        :raises OSError: the disk failed, through no fault of the file, and is seen to fail from here too
        """
        with self._lock:
            answer = self._exchange({"function": function, "arguments": arguments})
        if "died" in answer:
            raise self._death(int(answer["died"]))
        self.last_seconds, self.last_peak_memory_bytes = answer["seconds"], answer["peak_memory_bytes"]
        if "error" not in answer:
            return answer["result"]
        if answer["error"] == f"{UnreadableImage.__module__}.{UnreadableImage.__qualname__}":
            raise UnreadableImage(answer["text"])
        if answer.get("errno") in _OUTSIDE:
            # A hostile file may claim this for ever: what the disk does is believed when it is seen from here too.
            self._check_disk(answer["errno"], arguments)
        if answer["out_of_memory"]:
            raise self._too_much_memory(answer["traceback"])
        raised = f"{answer['error'].rpartition('.')[2]}: {answer['text'][:200]}"
        raise Crashed(refusals.NOT_FORESEEN % {"error": raised}, answer["traceback"])

    def _check_disk(self, claimed: int, arguments: dict[str, Any]) -> None:
        """
        Write where the job may write, and read what it was given to read.

        :raises OSError: the disk is full or fails here as well
        """
        into = arguments.get("into_dir") or os.path.dirname(arguments.get("into_path") or "")
        for folder in {into, tempfile.gettempdir()} - {""}:
            # What a job may write at most may be more than there is room for, though a little can still be written.
            if claimed in _FULL and shutil.disk_usage(folder).free < self.limits.written_file_bytes:
                raise OSError(claimed, os.strerror(claimed))
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(bytes(MEBIBYTE))
                probe.flush()
                os.fsync(probe.fileno())
        if claimed in _FULL:
            return
        for name in ("path", "sidecar_path"):
            if given := arguments.get(name):
                with open(given, "rb") as stream:
                    while stream.read(MEBIBYTE):
                        pass

    def close(self) -> None:
        """End the helper; a job that still runs is lost."""
        if (process := self._process) is not None and self._owner == os.getpid():
            _end(process)
        with self._lock:
            self._kill()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _exchange(self, message: dict) -> dict:
        deadline = time.monotonic() + self.limits.wall_seconds
        # A helper that somebody killed between two jobs shows only when it is written to: that job gets a second one.
        for attempt in (1, 2):
            process = self._running()
            try:
                send(process.stdin, message)
                break
            except (BrokenPipeError, ValueError):
                self._kill()
                if attempt == 2:
                    raise Crashed("the process that reads files could not be started. Try again.") from None
        try:
            answer = json.loads(self._read(process, int.from_bytes(self._read(process, 4, deadline), "big"), deadline))
        except ValueError as error:
            self._kill()
            raise Crashed("the process that read it gave no answer that can be read.") from error
        except BaseException:
            # Whatever interrupts the exchange leaves half an answer in the pipe: that helper is of no more use.
            self._kill()
            raise
        return answer

    def _running(self) -> subprocess.Popen:
        if self._process is not None and self._owner != os.getpid():
            self._process = None  # the parent's helper, seen from a fork
        if self._process is not None and self._process.poll() is not None:
            self._kill()
        if self._process is None:
            self._process, self._owner = _start(self.limits), os.getpid()
        return self._process

    def _read(self, process: subprocess.Popen, wanted: int, deadline: float) -> bytes:
        pipe, parts = process.stdout.fileno(), bytearray()
        poller = select.poll()
        poller.register(pipe, select.POLLIN | select.POLLHUP)
        while len(parts) < wanted:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not poller.poll(remaining * 1000):
                if time.monotonic() >= deadline:
                    raise self._too_long()
                continue
            part = os.read(pipe, wanted - len(parts))
            if not part:
                raise self._death(process.wait())
            parts += part
        return bytes(parts)

    def _death(self, code: int) -> JobFailed:
        """Say why a process is gone, by its exit code, or the signal below zero."""
        if code in (-signal.SIGXCPU, -signal.SIGALRM):
            return self._too_long()
        if code == -signal.SIGKILL:
            return Crashed(refusals.KILLED)
        if code < 0:
            name = signal.Signals(-code).name
            return Crashed(refusals.DIED % {"signal": name}, name)
        return Crashed(refusals.NO_ANSWER, f"exit code {code}")

    def _too_long(self) -> TookTooLong:
        return TookTooLong(refusals.TOOK_TOO_LONG % {"seconds": f"{self.limits.wall_seconds:g}"})

    def _too_much_memory(self, detail: str) -> TookTooMuchMemory:
        allowed = self.limits.address_space_bytes // MEBIBYTE
        return TookTooMuchMemory(refusals.TOOK_TOO_MUCH_MEMORY % {"allowed": allowed}, detail)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        _end(process)
        process.wait()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):  # the unsent rest of a message to the dead
            process.stdin.close()


class Workshop:
    """
    Several sandboxes that take jobs from one queue.

    :param size: how many files are worked on at the same time
    """

    def __init__(self, size: int, limits: Limits | None = None) -> None:
        self._idle: queue.SimpleQueue[Sandbox] = queue.SimpleQueue()
        self._sandboxes = [Sandbox(limits) for _ in range(size)]
        for sandbox in self._sandboxes:
            self._idle.put(sandbox)
        self._threads = ThreadPoolExecutor(max_workers=size, thread_name_prefix="workshop")

    def submit(self, function: str, **arguments: Any) -> "Future[Any]":
        """Queue a job; the future gives what `Sandbox.run` returns or raises."""
        return self._threads.submit(self._work, function, arguments)

    def _work(self, function: str, arguments: dict) -> Any:
        sandbox = self._idle.get()
        try:
            return sandbox.run(function, **arguments)
        finally:
            self._idle.put(sandbox)

    def close(self) -> None:
        """Drop what waits, kill what runs."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for sandbox in self._sandboxes:
            sandbox.close()
        self._threads.shutdown()

    def __enter__(self) -> "Workshop":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def isolation() -> list[Layer]:
    """Return what the helper is kept from here, as it finds itself; asked once in a process."""
    return list(_layers())


def made_in(folder: Path, name: str) -> Path:
    """
    Return the file of this name or path in the folder of a job.

    :raises Crashed: an answer names anything else: whoever took the helper over must not name files for us to move
    """
    path = folder / name
    if path.parent != folder or path.is_symlink() or not path.is_file():
        raise Crashed("reading it named a file that it did not make. The file is built to do harm.", name[:200])
    return path


@lru_cache(maxsize=1)
def _layers() -> tuple[Layer, ...]:
    with Sandbox() as sandbox:
        return tuple(Layer(**layer) for layer in sandbox.run("archive.files.isolation.in_force"))


def _end(process: subprocess.Popen) -> None:
    """Kill the helper, with the process of its job: they are one group, which the job cannot leave."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _start(limits: Limits) -> subprocess.Popen:
    """
    Start a clean interpreter: -I leaves out the environment's and the user's Python paths.

    The environment is emptied too: database and secret keys have no place beside hostile bytes. One thread a library,
    because each job has one processor and every further thread reserves address space.
    """
    return subprocess.Popen(
        [sys.executable, "-I", str(Path(__file__).with_name("sandboxed.py")), json.dumps(dataclasses.asdict(limits))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        # Ctrl-C in a terminal is for the parent, which ends its jobs in order.
        start_new_session=True,
        cwd="/",
    )
