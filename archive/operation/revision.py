"""Which Strandline runs here."""

import os
import subprocess
from functools import cache
from pathlib import Path

_HOME = Path(__file__).parents[2]


@cache
def revision() -> str:
    """Return `STRANDLINE_REVISION`, else the commit of the checkout, or "" where neither is known; asked once."""
    if named := os.environ.get("STRANDLINE_REVISION", "").strip():
        return named[:60]
    if not (_HOME / ".git").exists():
        return ""
    try:
        asked = ["git", "-C", str(_HOME), "log", "-1", "--format=%h, %cs"]
        return subprocess.run(asked, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
