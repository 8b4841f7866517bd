"""What the tests share: where files go, who is there, the corpus of real files if it stands beside the project."""

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

# As in a worker, the queue is there before its tasks.
import archive.celery
import archive.exports.tasks
import archive.ingest.tasks  # noqa: F401 - what is called by name runs at once only where it is known
from archive.accounts.models import User
from archive.accounts.roles import grant_roles
from archive.api.views import VisitorsPace
from archive.authorities import gazetteer
from archive.catalogue import archive_description, text_index
from archive.extraction import gazetteer_of_captions
from archive.files import sandbox
from archive.ingest import wake_worker
from archive.operation.interface_words import compile_words
from archive.review import reading_policies
from archive.web import body_limits
from tests.addresses import make_world
from tests.builders import make_people
from tests.folders import folders_in
from tests.kept_helpers import keep, start_or_take

CORPUS = Path(os.environ.get("STRANDLINE_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")


# Tests share their machine with others: how long an example takes says nothing.
hypothesis.settings.register_profile("strandline", deadline=None)
hypothesis.settings.load_profile("strandline")


def pytest_configure() -> None:
    """
    Keep files in memory where there is room: what is received waits for the disk, some milliseconds each time.

    SQLite's test database is one of them: threads share it as web and worker do, which memory alone does not allow.
    Compile the words of the interface, as `prepare` does.
    """
    in_memory = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    if in_memory and shutil.disk_usage(in_memory).free > 2 * 1024**3:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(in_memory))
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        folder = tempfile.mkdtemp(prefix="strandline-tests-", dir=in_memory)
        database.setdefault("TEST", {})["NAME"] = str(Path(folder) / "test.sqlite3")
    compile_words()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real files; not part of the project."""
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus at {CORPUS}: set STRANDLINE_CORPUS to a folder of real files to run this")
    return CORPUS


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Grant the roles once; a test that commits is followed by one that grants them anew."""
    with django_db_blocker.unblock():
        grant_roles()


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path) -> Iterator[None]:
    """Give each test its own store, spool, queue and cache; in the last is counted how often somebody asked the API."""
    with override_settings(**folders_in(tmp_path)):
        yield
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture(autouse=True)
def kept_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a sandbox take the helper process of an earlier one; where helpers are tested, each starts its own."""
    monkeypatch.setattr(sandbox, "_start", start_or_take)
    monkeypatch.setattr(sandbox.Sandbox, "close", keep)


@pytest.fixture(autouse=True)
def nothing_described() -> None:
    """Let every page find in memory that nothing was said of the archive yet, and ask no question for it."""
    archive_description.keep(archive_description.Description(), seconds=3600)


@pytest.fixture(autouse=True)
def own_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test want for the slots of answers that another test asked for and did not read."""
    monkeypatch.setattr(body_limits, "_slots", threading.BoundedSemaphore(settings.WEB_THREADS))


@pytest.fixture(autouse=True)
def no_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_no_lots(monkeypatch)


def draw_no_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no verdict by lot for a second reading, but where a test says so: which one is drawn nobody can tell."""
    off = reading_policies.Setting(reading_policies.Policy.SAMPLE, is_on=False, one_in=5)
    monkeypatch.setitem(reading_policies.DEFAULTS, reading_policies.Policy.SAMPLE, off)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Let no test speak the language of the last request of the one before: a thread keeps it."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def own_names() -> None:
    """Let no test read the names of the one before, whose changes were taken back."""
    gazetteer.kept.forget()
    gazetteer_of_captions.kept.forget()


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no test, and nothing of the archive in it, reach another machine: by address or by name."""
    asked: list[object] = []
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def connect_here(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and not is_here(address[0]):
            asked.append(address)
            raise OSError(f"A test asked for {address}: nothing of the archive speaks to another machine.")
        return connect(self, address)

    def resolve_here(host: object, *args: object, **kwargs: object) -> object:
        if host is not None and not is_here(host):
            asked.append(host)
            raise socket.gaierror(f"A test asked for {host}: nothing of the archive speaks to another machine.")
        return resolve(host, *args, **kwargs)

    def is_here(host: object) -> bool:
        name = host.decode() if isinstance(host, bytes) else str(host)
        return name in ("localhost", "::1", "", "0.0.0.0", socket.gethostname()) or name.startswith("127.")

    monkeypatch.setattr(socket.socket, "connect", connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", resolve_here)
    yield
    assert asked == [], "what was asked of other machines"


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wake no worker for what is received: where transactions are committed, it would have worked it off already."""
    monkeypatch.setattr(wake_worker, "_no_wake_before", float("inf"))


@pytest.fixture
def no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a visitor ask the API as often as a sweep does: an answer that is refused tells nothing."""
    monkeypatch.setattr(VisitorsPace, "rate", "100000/min")


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """One user of each role, by its name."""
    return make_people()


@pytest.fixture
def world(people: dict[str, User]) -> dict[str, object]:
    """One record of each sort, behind every address of the site."""
    return make_world(people)


# Made by the migrations: what roles and generic relations name.
_STAYS = {"django_content_type", "auth_permission"}


@cache
def _tables() -> list[str]:
    of_models = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted({*of_models, *text_index.TABLES.values()} - _STAYS)


def _empty_what_was_filled(case: TransactionTestCase) -> None:
    """
    Empty the tables after a test that commits: those that hold something, while their triggers are set aside.

    Django's own `flush` empties all eighty, and makes every content type and permission anew.
    """
    if connection.vendor == "sqlite":
        guards = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_refuse_%'"
    else:
        guards = "SELECT tgname, tgrelid::regclass::text, '' FROM pg_trigger WHERE tgname LIKE '%_refuse_%'"
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quote(name)})" for name in _tables())
        cursor.execute(" UNION ALL ".join(asked))
        filled = {name for (name,) in cursor.fetchall()}
        cursor.execute(guards)
        triggers = [(name, table, sql) for name, table, sql in cursor.fetchall() if table in filled]
        for name, table, sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}" if sql else f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        for table in filled:
            cursor.execute(f"DELETE FROM {quote(table)}")
        # What is deferred is looked at before a table is altered, or PostgreSQL refuses that.
        connection.check_constraints()
        for name, table, sql in triggers:
            cursor.execute(sql or f"ALTER TABLE {table} ENABLE TRIGGER {name}")


TransactionTestCase._fixture_teardown = _empty_what_was_filled


def pytest_report_header() -> str:
    """Say which database and which corpus these tests speak to."""
    found = CORPUS if CORPUS.is_dir() else "none"
    return f"database: {settings.DATABASES['default']['ENGINE'].rsplit('.', 1)[-1]}, corpus of real files: {found}"
