"""The names of places are read beside the first pages of a web process, and nothing waits for that or fails with it."""

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from archive.authorities import gazetteer
from archive.search import warm_up
from archive.settings import BASE_DIR
from tests.builders import make_place

at_once = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def thawed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(warm_up, "WAIT_SECONDS", 0)
    yield
    gc.unfreeze()


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "warm up":
            thread.join(30)


@at_once
def test_the_first_sentence_finds_the_names_read(django_assert_num_queries: object) -> None:
    make_place("Dunkirk")

    warm_up.warm_up_soon()
    wait()

    with django_assert_num_queries(1):
        assert [found.name for found in gazetteer.resolve("Dunkirk")] == ["Dunkirk"]
    assert gc.get_freeze_count() > 0


@at_once
def test_a_database_that_is_away_is_told_to_the_log_and_the_names_are_read_when_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    make_place("Dunkirk")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE authorities_placename RENAME TO authorities_away")
    try:
        warm_up.warm_up_soon()
        wait()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE authorities_away RENAME TO authorities_placename")

    assert "could not be read ahead" in caplog.text
    assert [found.name for found in gazetteer.resolve("Dunkirk")] == ["Dunkirk"]


def test_a_web_process_warms_itself_up_and_a_management_command_does_not() -> None:
    names = "import threading; print([thread.name for thread in threading.enumerate()])"

    def started(code: str) -> str:
        run = subprocess.run(
            [sys.executable, "-c", f"{code}; {names}"], env=os.environ | {"DJANGO_SETTINGS_MODULE": "archive.settings"},
            cwd=BASE_DIR, capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        return run.stdout

    assert "warm up" in started("import archive.wsgi")
    assert "warm up" not in started("import django; django.setup(); import archive.search.find_items")
