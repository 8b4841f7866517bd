"""Have the index of items answer in a test: it is kept by this process, and as the database is at each question."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from archive.item_index import folder, reader
from archive.item_index.fields import IndexFailed, Refused
from archive.item_index.keep_index import Keeper


def catch_up(keeper: Keeper) -> None:
    """Have everything taken in that is there, also what this very transaction has written."""
    while keeper.step():
        pass


@contextmanager
def kept_index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    """Let the index take in what changed before each question; a question that it fails on fails the test."""
    ask = reader.opened

    def ask_when_caught_up(audience: object, *, for_user: object) -> object:
        catch_up(keeper)
        index = ask(audience, for_user=for_user)
        assert index is not None, "the index does not answer"
        return index

    def fail(problem: IndexFailed | Refused) -> None:
        raise AssertionError("the index failed") from problem

    monkeypatch.setattr(reader, "opened", ask_when_caught_up)
    monkeypatch.setattr(reader, "tell_failure", fail)
    monkeypatch.setattr(reader, "tell_refusal", fail)
    with folder.locked():
        keeper = Keeper()
        yield keeper
        keeper.close()


@pytest.fixture(params=["SQL", "index"])
def answered_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run a test twice: as SQL answers, and as the index does."""
    if request.param == "SQL":
        yield "SQL"
        return
    with kept_index(monkeypatch):
        yield "index"
