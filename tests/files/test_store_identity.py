"""Originals are kept in one store; in another one, nothing is written where it would be missed."""

import threading
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from archive.files import store_identity
from archive.files.fixity import State as Fixity
from archive.files.fixity import reread
from archive.files.models import MediaFile, StoreIdentity
from archive.files.outside_faults import NotTheStore
from archive.files.store_identity import MARKER, ensure_store, marker
from archive.ingest import process_lines, tasks
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from tests.ingest.pictures import jpeg
from tests.ingest.test_outages import let_time_pass
from tests.ingest.test_process_lines import send

State = AccessionLine.State


@pytest.fixture
def kept(db: None) -> AccessionLine:
    """A file in the store of originals."""
    line = send(jpeg(1))
    process_lines.work_off()
    line.refresh_from_db()
    return line


@pytest.fixture
def place(settings) -> Path:
    """Where the originals lie."""
    return settings.MEDIA_ROOT / "originals"


def rename_away(place: Path, *, made_anew: str) -> Path:
    away = place.with_name("away")
    place.rename(away)
    if made_anew != "not at all":
        place.mkdir()
    if made_anew == "with the store of another archive":
        (place / MARKER).write_text("0123456789abcdef\n")
    return away


def files_in(place: Path) -> list[str]:
    return sorted(path.name for path in place.rglob("*") if path.is_file() and path.name != MARKER)


@pytest.mark.parametrize("backend", ["FileSystemStorage", "InMemoryStorage"])
def test_the_first_file_gives_the_store_an_identity(settings, tmp_path: Path, db: None, backend: str) -> None:
    options = {"location": tmp_path / "store", "base_url": None} if backend == "FileSystemStorage" else {}
    settings.STORAGES = settings.STORAGES | {
        "originals": {"BACKEND": f"django.core.files.storage.{backend}", "OPTIONS": options}
    }

    for shade in range(2):
        send(jpeg(shade))
        process_lines.work_off()

    assert marker() == StoreIdentity.objects.get().identity
    assert MediaFile.objects.count() == 2
    if isinstance(storages["originals"], FileSystemStorage):
        assert Path(storages["originals"].path(MARKER)).stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("made_anew", ["not at all", "empty", "with the store of another archive"])
def test_nothing_is_kept_in_another_store_until_the_first_is_back(
    kept: AccessionLine, place: Path, made_anew: str
) -> None:
    away = rename_away(place, made_anew=made_anew)
    line = send(jpeg(2))

    for _ in range(2 * process_lines.MOST_ATTEMPTS):
        process_lines.work_off()
        let_time_pass()
    line.refresh_from_db()
    during = (line.state, line.attempts, line.outages, line.reason, files_in(place), line.spool_path.exists())
    for path in place.glob("*"):
        path.unlink()
    if place.exists():
        place.rmdir()
    away.rename(place)
    process_lines.work_off()
    line.refresh_from_db()

    assert during == (
        State.WAITING, 0, 2 * process_lines.MOST_ATTEMPTS,
        f'"{line.original_name}" is received and safe, but the file store is not the one that the originals were kept '
        "in. It is tried again by itself.", [], True,
    )  # fmt: skip
    assert line.state == State.DONE
    assert files_in(place) == sorted([kept.message_digest, line.message_digest])


def test_a_folder_that_changes_while_a_file_is_read_gets_nothing(
    kept: AccessionLine, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine = process_lines.Bench._examine

    def and_rename(self: process_lines.Bench, line: AccessionLine, folder: Path) -> dict:
        result = examine(self, line, folder)
        rename_away(place, made_anew="empty")
        return result

    monkeypatch.setattr(process_lines.Bench, "_examine", and_rename)
    line = send(jpeg(2))
    process_lines.work_off()

    line.refresh_from_db()
    assert (line.state, line.outages, files_in(place)) == (State.WAITING, 1, [])


def test_what_is_held_is_not_put_right_in_another_store(kept: AccessionLine, place: Path) -> None:
    rename_away(place, made_anew="empty")
    line = send(jpeg(1))

    process_lines.work_off()

    line.refresh_from_db()
    assert (line.state, line.outages, files_in(place)) == (State.WAITING, 1, [])


def test_an_original_that_is_missing_from_another_store_is_not_lost(kept: AccessionLine, place: Path) -> None:
    media_file = MediaFile.objects.get()
    away = rename_away(place, made_anew="empty")
    assert reread(media_file).state is Fixity.UNREADABLE
    place.rmdir()
    away.rename(place)

    (place / media_file.storage_path).unlink()

    assert reread(media_file).state is Fixity.MISSING


def test_a_store_without_originals_may_be_emptied(db: None, place: Path) -> None:
    identity = ensure_store()
    rename_away(place, made_anew="empty")

    assert ensure_store() == identity == marker()


def test_a_database_that_is_made_anew_finds_the_store_as_it_is(kept: AccessionLine) -> None:
    identity = marker()
    StoreIdentity.objects.all().delete()

    assert ensure_store() == identity == StoreIdentity.objects.get().identity


def test_a_store_away_when_its_identity_is_first_asked_for_is_not_replaced(kept: AccessionLine, place: Path) -> None:
    (place / MARKER).unlink()
    StoreIdentity.objects.all().delete()  # as an archive from before stores had one
    away = rename_away(place, made_anew="empty")

    with pytest.raises(NotTheStore):
        ensure_store()

    assert (files_in(place), marker(), StoreIdentity.objects.count()) == ([], None, 0)
    place.rmdir()
    away.rename(place)
    assert ensure_store() == marker() == StoreIdentity.objects.get().identity


def test_the_sweep_says_so_loudly(kept: AccessionLine, place: Path, caplog: pytest.LogCaptureFixture) -> None:
    rename_away(place, made_anew="empty")

    tasks.sweep()

    [loud] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "is not the one that the originals were kept in: bring it back" in loud.getMessage()


@pytest.mark.parametrize("made_anew", ["empty", "with the store of another archive"])
def test_whoever_moved_the_store_on_purpose_adopts_it(
    kept: AccessionLine, place: Path, made_anew: str, capsys: pytest.CaptureFixture
) -> None:
    away = rename_away(place, made_anew=made_anew)
    line = send(jpeg(2))
    process_lines.work_off()
    let_time_pass()

    with pytest.raises(CommandError, match="with --yes"):
        call_command("adopt_store")
    assert store_identity.is_lost()
    name = MediaFile.objects.get().storage_path
    (place / name).parent.mkdir(parents=True)
    (away / name).rename(place / name)
    call_command("adopt_store")
    process_lines.work_off()

    line.refresh_from_db()
    assert line.state == State.DONE
    assert "Of 1 originals looked for, 0 are" in (said := capsys.readouterr().out) and "1 are in this store" in said
    assert LedgerEntry.objects.filter(verb="adopt store").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_several_that_begin_at_once_all_find_the_same_store() -> None:
    together, found, problems = threading.Barrier(4), [], []

    def begin() -> None:
        try:
            together.wait(timeout=30)
            found.append(ensure_store())
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert set(found) == {marker()} == {StoreIdentity.objects.get().identity}
    assert StoreIdentity.objects.get().known_since < timezone.now()
