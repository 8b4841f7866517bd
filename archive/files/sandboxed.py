"""
The inside of the sandbox: a clean interpreter that runs one named function after another until its input ends.

Started by `sandbox.py` as a script, with the limits as its one argument. It knows no settings and no secrets. A message
is a length (four bytes, big-endian) and that many bytes of JSON, both ways.
"""

import importlib
import json
import os
import resource
import signal
import sys
import time
import traceback
import types
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    limits = json.loads(sys.argv[1])
    jobs, answers = _private_channels()
    _confine(limits)
    _find_modules()
    while (message := receive(jobs)) is not None:
        _renew_times(limits)
        send(answers, _answer(message))
        signal.alarm(0)


def send(stream: BinaryIO, message: dict) -> None:
    """Write one message. A result that JSON cannot hold is the function's fault and raises TypeError."""
    body = json.dumps(message).encode()
    stream.write(len(body).to_bytes(4, "big") + body)
    stream.flush()


def receive(stream: BinaryIO) -> dict | None:
    """Read one message; None at the end of the stream."""
    length = stream.read(4)
    if len(length) < 4:
        return None
    return json.loads(stream.read(int.from_bytes(length, "big")))


def _private_channels() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes for messages alone: what a library prints must not reach the other side as an answer."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
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


def _renew_times(limits: dict) -> None:
    """Give the next job its own processor time, and a death of its own should the parent be gone."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent + limits["cpu_seconds"]) + 1, hard))
    # Default action: the kernel ends the process, wherever it hangs. The parent kills earlier while it lives.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(limits["wall_seconds"]) + 5)


def _answer(message: dict) -> dict:
    started = time.perf_counter()
    try:
        result = _resolve(message["function"])(**message["arguments"])
        answer = {"result": result.to_json() if hasattr(result, "to_json") else result}
        json.dumps(answer)
    except Exception as error:
        answer = {
            "error": f"{type(error).__module__}.{type(error).__qualname__}",
            "text": str(error),
            # Of the system's own errors; libraries write numbers of theirs into errors of theirs.
            "errno": error.errno if type(error).__module__ == "builtins" and isinstance(error, OSError) else None,
            "out_of_memory": _is_out_of_memory(error),
            "traceback": traceback.format_exc(limit=-8),
        }
    return answer | {"seconds": time.perf_counter() - started, "peak_memory_bytes": _peak_memory_bytes()}


def _peak_memory_bytes() -> int:
    """Resident memory at its highest in this job. `ru_maxrss` would count the parent's from before the start too."""
    try:
        status = Path("/proc/self/status").read_text()
        Path("/proc/self/clear_refs").write_text("5")  # counts anew from here
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except (OSError, IndexError, ValueError):
        return 0


def _resolve(dotted: str):
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _is_out_of_memory(error: BaseException | None) -> bool:
    while error is not None:
        # OpenCV reports a refused allocation as its error -4 (StsNoMem).
        if isinstance(error, MemoryError) or getattr(error, "code", None) == -4:
            return True
        error = error.__cause__ or error.__context__
    return False


if __name__ == "__main__":
    main()
