"""What is done to a file in the sandbox, in a process of its own for each file."""

import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from archive.ingest.examine_file import examine


def test_no_file_is_read_by_patterns_that_are_compiled_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x010E] = "Boats off Malo"
    exif.get_ifd(0x8769).update({0x9003: "2024:06:18 05:12:00", 0x9011: "+02:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 3.0, 5), 3: "E", 4: (2.0, 24.0, 30.0)})
    Image.new("RGB", (320, 200)).save(file, "JPEG", exif=exif)
    (tmp_path / "a.jpg").write_bytes(file.getvalue())
    compile_pattern, compiled = re._compiler.compile, []  # type: ignore[attr-defined]

    def noted(pattern: Any, flags: int = 0) -> Any:
        # Beneath it are `re._compile` and the function of `re` that was called.
        compiled.append((sys._getframe(3).f_globals["__name__"], pattern))
        return compile_pattern(pattern, flags)

    monkeypatch.setattr(re._compiler, "compile", noted)  # type: ignore[attr-defined]
    re.purge()
    result = examine(str(tmp_path / "a.jpg"), str(tmp_path), pixels=10**8, frames=1, size_bytes=10**8, seconds=10)

    assert result["reading"]["properties"]["description"] == "Boats off Malo"
    assert [(module, pattern) for module, pattern in compiled if module.startswith("archive.")] == []
