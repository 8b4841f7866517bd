"""A variable that is not understood is named, with what it takes; what may hold a password is shown nowhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
