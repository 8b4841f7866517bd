"""
The inside of the sandbox: a clean interpreter that reads no file itself, but forks for each job a process that may.

Started by `sandbox.py` as a script, with the limits as its one argument. It knows no settings and no secrets. A message
is a length (four bytes, big-endian) and that many bytes of JSON, both ways. The process of a job has the files of that
job and nothing else (`isolation.py`); it ends with the job, so that no file has to do with the one before.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parent.parent.parent
# Arguments that name what a job reads, the folder it writes into, and the file it writes.
READ = ("path", "sidecar_path", "folder")
WRITTEN_FOLDER = "into_dir"
WRITTEN_FILE = "into_path"
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024


def main() -> None:
    limits = json.loads(sys.argv[1])
    jobs, answers = _private_channels()
    _confine(limits)
    _find_modules()
    from archive.files import isolation  # found only now

    is_offline = isolation.leave_network()
    code = isolation.code_folders(ROOT)
    while (message := receive(jobs)) is not None:
        # The death of this process should its parent be gone; the process of the job has one of its own.
        signal.alarm(int(limits["wall_seconds"]) + 10)
        send(answers, _answer(message, limits, code, [jobs, answers], is_offline=is_offline))
        signal.alarm(0)


def send(stream: BinaryIO, message: dict) -> None:
    """Write one message. A result that JSON cannot hold is the function's fault and raises TypeError."""
    body = json.dumps(message).encode()
    stream.write(len(body).to_bytes(4, "big") + body)
    stream.flush()


def receive(stream: BinaryIO, most_bytes: int = 2**32) -> dict | None:
    """Read one message; None at the end of the stream, and for what is no message."""
    length = int.from_bytes(stream.read(4), "big")
    body = stream.read(length) if 0 < length <= most_bytes else b""
    if not body or len(body) < length:
        return None
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _private_channels() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes for messages alone: what a library prints must not reach the other side as an answer."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return jobs, answers


def _confine(limits: dict) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits["address_space_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["written_file_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    os.nice(limits["niceness"])
    # Python turns this into an OSError instead of a killed process, so that a full limit has a sentence.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _find_modules() -> None:
    """Let project modules be imported without the project's own start, which loads the task queue and its settings."""
    sys.path.insert(0, str(ROOT))
    package = types.ModuleType("archive")
    package.__path__ = [str(ROOT / "archive")]
    sys.modules["archive"] = package


def _answer(message: dict, limits: dict, code: list[str], channels: list[BinaryIO], *, is_offline: bool) -> dict:
    """Run one job in a process of its own, and return its answer or how it died."""
    started = time.perf_counter()
    try:
        function = _resolve(message["function"])
        if written := message["arguments"].get(WRITTEN_FILE):
            os.close(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except Exception as error:
        return _failure(error) | {"seconds": 0.0, "peak_memory_bytes": 0}
    parent_id, (reading, writing) = os.getpid(), os.pipe()
    process_id = os.fork()
    if process_id == 0:
        try:
            os.close(reading)
            for channel in channels:
                os.close(channel.fileno())
            _do(function, message["arguments"], limits, code, parent_id, writing, is_offline=is_offline)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = receive(stream, LARGEST_ANSWER_BYTES)
    if answer is not None:
        with contextlib.suppress(ProcessLookupError):  # it has answered: nothing of it may go on
            os.kill(process_id, signal.SIGKILL)
    _id, status, usage = os.wait4(process_id, 0)
    if answer is None:
        answer = {"died": os.waitstatus_to_exitcode(status)}
    return answer | {"seconds": time.perf_counter() - started, "peak_memory_bytes": usage.ru_maxrss * 1024}


def _do(
    function: Callable[..., Any],
    arguments: dict,
    limits: dict,
    code: list[str],
    parent_id: int,
    writing: int,
    *,
    is_offline: bool,
) -> None:
    """Shut this process in with the files of its job, run the job, and write its answer."""
    from archive.files import isolation

    isolation.die_with_parent(parent_id)
    # Default action: the kernel ends the process, wherever it hangs. The parent kills earlier while it lives.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(limits["wall_seconds"]) + 5)
    cpu_seconds = int(limits["cpu_seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    try:
        folder, file = arguments.get(WRITTEN_FOLDER), arguments.get(WRITTEN_FILE)
        os.chdir(folder or "/")
        reads = [arguments[name] for name in READ if arguments.get(name)]
        writes = [path for path in (folder, file) if path]
        isolation.shut_in(reads=reads, writes=writes, code=code, is_offline=is_offline)
        result = function(**arguments)
        answer = {"result": result.to_json() if hasattr(result, "to_json") else result}
        json.dumps(answer)
    except Exception as error:
        answer = _failure(error)
    with os.fdopen(writing, "wb") as stream:
        send(stream, answer)


def _failure(error: Exception) -> dict:
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "text": str(error),
        # Of the system's own errors; libraries write numbers of theirs into errors of theirs.
        "errno": error.errno if type(error).__module__ == "builtins" and isinstance(error, OSError) else None,
        "out_of_memory": _is_out_of_memory(error),
        "traceback": traceback.format_exc(limit=-8),
    }


def _resolve(dotted: str) -> Callable[..., Any]:
    """Import here what a job needs, once: the process of the job has it already."""
    module, _, name = dotted.rpartition(".")
    if module not in sys.modules:
        importlib.import_module(module)
        if (pillow := sys.modules.get("PIL.Image")) is not None:
            pillow.init()
        gc.freeze()
    return getattr(sys.modules[module], name)


def _is_out_of_memory(error: BaseException | None) -> bool:
    while error is not None:
        # OpenCV reports a refused allocation as its error -4 (StsNoMem).
        if isinstance(error, MemoryError) or getattr(error, "code", None) == -4:
            return True
        error = error.__cause__ or error.__context__
    return False


if __name__ == "__main__":
    main()
