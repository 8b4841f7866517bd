"""How far long work has come is told in lines where there is no terminal."""

from typing import Any

import pytest

from archive.ingest import progress_bar


def test_one_within_another_writes_lines_alone(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(progress_bar, "QUIET_SECONDS", 0)
    monkeypatch.setattr(progress_bar, "LINE_EVERY_SECONDS", 0)

    with progress_bar.progress(what="bringing in", total=2, unit="file") as outer:
        for _ in range(2):
            with progress_bar.progress(what="matching", total=1, unit="item") as inner:
                inner.update()
            outer.update()

    told = capsys.readouterr().err.splitlines()
    assert {line.split(":")[0] for line in told} == {"  bringing in", "  matching"}
