"""`manage.py serve`, as `make run` starts it: a second start is refused, whichever way it collides."""

import fcntl
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from archive.operation.management.commands import serve


@pytest.fixture(autouse=True)
def var(settings) -> None:
    settings.VAR_ROOT.mkdir(parents=True)


def test_a_second_start_with_the_same_folder_is_refused_by_name(settings) -> None:
    with (settings.VAR_ROOT / "serving").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711\n")
        lock.flush()

        with pytest.raises(CommandError, match=r"runs already with this VAR_ROOT, as process 4711\. Stop that first"):
            call_command("serve", bind="127.0.0.1:1")


def test_an_address_where_another_program_listens_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        bind = f"127.0.0.1:{listening.getsockname()[1]}"

        with pytest.raises(CommandError, match=f"cannot listen on {bind}.*choose another address"):
            call_command("serve", bind=bind)


def test_the_processes_run_by_the_python_that_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in `.venv/bin/python manage.py serve`, without the environment's folder in PATH."""
    monkeypatch.setattr(os, "environ", os.environ | {"PATH": os.defpath})
    found = []
    monkeypatch.setattr(
        serve.Command, "_run", lambda self: found.append(shutil.which("python", path=os.environ["PATH"]))
    )

    call_command("serve", bind="127.0.0.1:0")

    assert Path(found[0]).parent == Path(sys.executable).parent
