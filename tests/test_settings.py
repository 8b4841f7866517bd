"""A variable that is not understood is named, with what it takes; what may hold a password is shown nowhere."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).parents[1]


def start_with(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "VAR_ROOT": str(tmp_path / "var"), **variables}
    return subprocess.run(
        [sys.executable, "-c", "import archive.settings"], cwd=ROOT, env=env, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("DATABASE_URL", "postgres://archive:hush-hush@db:port/strandline"),
        ("DATABASE_URL", "hush-hush"),
        ("DATABASE_URL", "postgress://archive:hush-hush@db/strandline"),
        ("EMAIL_URL", "smpt://post:hush-hush@mail.example"),
        ("EMAIL_URL", "smtp://post:hush-hush@mail.example:hush-hush"),
        ("TIMESTAMP_URL", "https://archive:hush-hush@stamps.example"),
        ("TIMESTAMP_URL", "ftp://stamps.example/hush-hush"),
        ("TIMESTAMP_URL", "https://stamps.example:hush-hush"),
    ],
)
def test_an_address_with_a_password_is_not_shown(name: str, written: str, tmp_path: Path) -> None:
    done = start_with(tmp_path, **{name: written})

    assert done.returncode != 0
    assert f"{name} (not shown: it may hold a password) is not understood: it takes " in done.stderr
    assert "hush-hush" not in done.stdout + done.stderr


def test_a_number_that_is_none_is_shown(tmp_path: Path) -> None:
    done = start_with(tmp_path, WEB_THREADS="many")

    assert "WEB_THREADS='many' is not understood: it takes a whole number above 0." in done.stderr


def test_a_refused_request_is_one_line_of_the_log_and_a_fault_keeps_its_traceback() -> None:
    callback = settings.LOGGING["filters"]["refused"]["callback"]

    def traced(name: str, status: int) -> bool:
        try:
            raise ValueError("refused")
        except ValueError:
            record = logging.LogRecord(name, logging.WARNING, "", 0, "said", None, sys.exc_info())
        record.status_code = status
        assert callback(record)
        return bool(record.exc_info)

    assert not traced("django.request", 403)
    assert not traced("django.request", 400)
    assert not traced("django.security.DisallowedHost", 400)
    assert traced("django.request", 500)
    assert traced("archive.ingest", 400)
