"""What the site writes is for its own account alone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]


@pytest.fixture
def site(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "VAR_ROOT": str(tmp_path / "var"), "MEDIA_ROOT": str(tmp_path / "media"), "DATABASE_URL": ""}


def run(site: dict[str, str], *command: str) -> None:
    """Run a command as an account does whose files are readable, and writable, for all."""
    subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=site, check=True, capture_output=True, umask=0
    )


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in [folder, *folder.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_all_that_is_written_is_readable_by_its_owner_alone(site: dict[str, str], tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), "teal").save(tmp_path / "beach.jpg")

    run(site, "migrate", "--verbosity", "0")
    run(site, "ingest", str(tmp_path / "beach.jpg"))

    originals = [path for path in (tmp_path / "media" / "originals").rglob("*") if path.is_file()]
    assert (tmp_path / "var" / "strandline.sqlite3").exists() and (tmp_path / "var" / "secret_key").exists()
    assert open_to_others(tmp_path / "var") == []
    assert open_to_others(tmp_path / "media") == []
    assert [stat.S_IMODE(path.stat().st_mode) for path in originals] == [0o400, 0o400]
    assert sum(path.name == "strandline-store" for path in originals) == 1


def test_a_folder_that_was_open_is_closed_with_all_in_it(site: dict[str, str], tmp_path: Path) -> None:
    spool = tmp_path / "var" / "spool"
    spool.mkdir(parents=True)
    (spool / "arrived-1").write_bytes(b"bytes")
    for path in (tmp_path / "var", spool, spool / "arrived-1"):
        path.chmod(0o777)

    run(site, "check")

    assert open_to_others(tmp_path / "var") == []
    assert (spool / "arrived-1").read_bytes() == b"bytes"
