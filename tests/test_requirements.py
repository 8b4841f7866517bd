"""What is installed is what the short lists name: the locks were written after their last change."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pinned(name: str) -> dict[str, str]:
    """Return the versions in a list, by the normalised name (PEP 503), extras and markers left out."""
    found = re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


@pytest.mark.parametrize(
    ("listed", "lock"),
    [
        ("requirements.txt", "requirements.lock"),
        ("requirements.txt", "requirements-dev.lock"),
        ("requirements-dev.txt", "requirements-dev.lock"),
        ("requirements-ocr.txt", "requirements-ocr.lock"),
    ],
)
def test_a_lock_has_what_its_list_names_in_the_same_version(listed: str, lock: str) -> None:
    assert pinned(listed)
    assert pinned(listed).items() <= pinned(lock).items()


def test_all_locks_agree() -> None:
    runs, checks, reads_words = (pinned(f"requirements{which}.lock") for which in ("", "-dev", "-ocr"))

    assert runs.items() <= checks.items()
    assert {name: version for name, version in reads_words.items() if name in checks}.items() <= checks.items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-ocr.lock"])
def test_each_package_of_a_lock_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert len(re.findall(r"^[\w.-]+==", text, re.MULTILINE)) == len(re.findall(r"==[^\n]*\\\n +--hash=sha256:", text))
