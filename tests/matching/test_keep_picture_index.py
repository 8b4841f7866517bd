"""What processes find in the files of the picture index is what they would find in the database alone."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.files.cache_folders import Busy
from archive.matching import index_parts, keep_picture_index
from archive.matching import picture_index_folder as folder
from archive.matching.fingerprint_index import Held
from archive.matching.keep_picture_index import PictureKeeper
from archive.matching.models import Fingerprint, PictureIndexMark, RevisionHead
from archive.matching.pdq_index import PdqIndex
from archive.matching.picture_index_folder import CURRENT, DOUBTED, NEXT, WANTED
from archive.operation.status import State, index_of_pictures
from tests.builders import NOW
from tests.matching.made_fingerprints import kept, query

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
# Room for a few, that is there whether it is used or not.
NOTHING = PdqIndex().size_bytes


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write whatever is new at the next step."""
    monkeypatch.setattr(keep_picture_index, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(keep_picture_index, "_LOOK_SECONDS", 0.0)


@pytest.fixture
def keeper() -> Iterator[PictureKeeper]:
    with folder.locked():
        yield PictureKeeper()


def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for part in index_parts.PARTS:
        monkeypatch.setitem(vars(part), "most", 10)
        monkeypatch.setitem(vars(part), "at_once", 3)


def catch_up(keeper: PictureKeeper) -> None:
    while keeper.step():
        pass


def from_database(rows: list[Fingerprint]) -> list[list[int]]:
    """Return what is found of each by a process without files."""
    with override_settings(VAR_ROOT=Path("/nonexistent")):
        held = Held()
        return [held.candidates(query(row)) for row in rows]


def found(rows: list[Fingerprint], held: Held | None = None) -> list[list[int]]:
    held = Held() if held is None else held
    return [held.candidates(query(row)) for row in rows]


def as_sets(found: list[list[int]]) -> list[set[int]]:
    return [set(revisions) for revisions in found]


def files() -> list[Path]:
    return sorted(folder.root().glob("?" * 32))


def told() -> tuple[State, str]:
    [finding] = index_of_pictures(NOW)
    return finding.state, finding.words


@given(number=st.integers(1, 60), seed=st.integers(0, 999))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_gives_what_the_database_gives(number: int, seed: int, keeper: PictureKeeper) -> None:
    Fingerprint.objects.all().delete()
    rows = kept(number, seed)
    keeper.begin_anew()
    catch_up(keeper)
    held = Held()

    assert found(rows, held) == from_database(rows)
    assert held.size_bytes == NOTHING


@given(numbers=st.lists(st.integers(1, 12), min_size=1, max_size=5), gone=st.sets(st.integers(0, 60)))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_they_came_and_were_divided_all_that_is_there_is_found(
    numbers: list[int], gone: set[int], keeper: PictureKeeper
) -> None:
    with pytest.MonkeyPatch.context() as patches:
        small_files(patches)
        Fingerprint.objects.all().delete()
        held, rows = Held(), []
        for number in numbers:
            rows += kept(number, seed=number)
            catch_up(keeper)
            newest = kept(1, seed=1000 + len(rows))
            rows += newest
            assert newest[0].revision in held.candidates(query(newest[0]))
        removed = {row.revision for at, row in enumerate(rows) if at in gone}
        Fingerprint.objects.filter(revision__in=removed).delete()

        asked = rows[:: len(rows) // 10 + 1]
        expected = as_sets(from_database(asked))
        assert as_sets(found(asked, held)) == as_sets(found(asked)) == expected
        for row, of_it in zip(asked, expected, strict=True):
            assert (row.revision in of_it) == (row.revision not in removed)


def test_files_are_few_and_none_is_larger_than_it_may_be(
    keeper: PictureKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_files(monkeypatch)
    for _turn in range(40):
        kept(1, seed=_turn)
        catch_up(keeper)

    index = folder.known(CURRENT)
    for stretches in (index.prints, index.features):
        counts = [stretch.count for stretch in stretches]
        assert sum(counts) == 40 and max(counts) <= 10
        assert len(counts) <= 10
        assert [stretch.after for stretch in stretches] == [0, *[stretch.to for stretch in stretches[:-1]]]
    assert {path.name for path in files()} == {stretch.name for stretch in index.stretches}


def test_few_that_are_new_wait_and_are_found_meanwhile(keeper: PictureKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_picture_index, "SETTLE_SECONDS", 3600.0)
    monkeypatch.setattr(keep_picture_index, "SETTLE", 5)
    first = kept(5, seed=1)
    catch_up(keeper)
    new = kept(4, seed=2)
    catch_up(keeper)

    assert folder.known(CURRENT).reached == 5
    assert all(row.revision in of_it for row, of_it in zip([*first, *new], found([*first, *new]), strict=True))
    assert told() == (State.GOOD, "Processes share 5 fingerprints, and read 4 newer ones from the database.")


def test_pictures_that_cannot_be_looked_up_are_passed_over(keeper: PictureKeeper) -> None:
    rows = kept(3, seed=1)
    catch_up(keeper)
    plain = kept(2, seed=2)
    Fingerprint.objects.filter(pk__in=[row.pk for row in plain]).update(pdq="", features=None)
    catch_up(keeper)

    assert folder.known(CURRENT).reached == 5
    assert [row.revision in of_it for row, of_it in zip(rows, found(rows), strict=True)] == [True] * 3


def test_a_fingerprint_made_again_is_found_by_its_new_revision_alone(keeper: PictureKeeper) -> None:
    rows = kept(3, seed=1)
    catch_up(keeper)
    Fingerprint.objects.filter(pk=rows[0].pk).update(revision=10)
    RevisionHead.objects.update(last=10)

    assert 10 in found(rows)[0] and 1 not in found(rows)[0]
    catch_up(keeper)
    assert 10 in found(rows)[0] and 1 not in found(rows)[0]


def test_a_file_of_which_much_is_gone_is_written_anew(keeper: PictureKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = kept(10, seed=1)
    catch_up(keeper)
    Fingerprint.objects.filter(pk__in=[row.pk for row in rows[:3]]).delete()

    monkeypatch.setattr(keep_picture_index, "_THIN_SECONDS", 0.0)
    for _step in range(20):
        keeper.step()

    assert [stretch.count for stretch in folder.known(CURRENT).stretches] == [7, 7]
    assert as_sets(found(rows[3:])) == as_sets(from_database(rows[3:]))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def change(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[0] ^= 255
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [Path.unlink, cut, empty], ids=["removed", "cut", "emptied"])
def test_a_file_that_cannot_be_read_is_replaced_by_the_database_and_written_anew(
    harm: Callable[[Path], None], keeper: PictureKeeper
) -> None:
    rows = kept(12, seed=1)
    catch_up(keeper)
    expected, before = found(rows), files()
    for path in before:
        harm(path)

    assert found(rows) == expected
    assert (folder.root() / DOUBTED).exists()
    catch_up(keeper)
    assert not set(files()) & set(before) and len(files()) == 2
    held = Held()
    assert found(rows, held) == expected
    assert held.size_bytes == NOTHING


def test_a_changed_byte_is_seen_by_the_next_keeper(keeper: PictureKeeper) -> None:
    rows = kept(12, seed=1)
    catch_up(keeper)
    expected, before = found(rows), files()
    change(before[0])

    catch_up(PictureKeeper())

    assert before[0] not in files() and before[1] in files()
    assert found(rows) == expected


def test_a_file_that_does_not_hold_is_not_believed_where_it_could_not_be_written_anew(
    keeper: PictureKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = kept(12, seed=1)
    catch_up(keeper)
    expected, before = found(rows), files()
    change(before[0])
    keeper = PictureKeeper()
    with monkeypatch.context() as full:
        full.setattr(keep_picture_index, "_LEAST_FREE_BYTES", 10**18)
        with pytest.raises(OSError, match="there is no room for"):
            catch_up(keeper)

    catch_up(keeper)

    assert before[0] not in files() and before[1] in files()
    assert found(rows) == expected


def test_a_process_that_meets_a_file_that_does_not_hold_reads_the_database(keeper: PictureKeeper) -> None:
    rows = kept(12, seed=1)
    catch_up(keeper)
    expected, held = found(rows), Held()
    assert found(rows, held) == expected
    features = folder.root() / folder.known(CURRENT).features[0].name
    with features.open("r+b") as file:
        # The orders point beyond the end now; what the file says of itself stands behind them.
        file.write(b"\xff" * (features.stat().st_size - 2000))

    assert found(rows, held) == expected
    assert (folder.root() / DOUBTED).exists()
    catch_up(keeper)
    assert found(rows, held) == expected
    assert held.size_bytes == NOTHING


def test_a_file_that_is_cut_while_it_is_mapped_is_let_go(keeper: PictureKeeper) -> None:
    rows = kept(12, seed=1)
    catch_up(keeper)
    held = Held()
    expected = found(rows, held)
    for path in files():
        os.truncate(path, 100)

    assert found(rows, held) == expected


def test_a_process_goes_on_with_what_it_mapped_where_the_folder_is_deleted(keeper: PictureKeeper) -> None:
    rows = kept(12, seed=1)
    catch_up(keeper)
    held = Held()
    expected = found(rows, held)
    for path in folder.root().iterdir():
        path.unlink()

    assert found(rows, held) == expected
    assert held.size_bytes == NOTHING
    assert told()[0] == State.GOOD
    catch_up(keeper)
    assert found(rows, held) == expected


def test_a_file_of_another_stretch_is_not_taken_for_this_one(keeper: PictureKeeper) -> None:
    rows = kept(12, seed=1)
    catch_up(keeper)
    expected = found(rows)
    prints, features = (folder.root() / stretch.name for stretch in folder.known(CURRENT).stretches)
    features.write_bytes(prints.read_bytes())

    assert found(rows) == expected


@pytest.mark.parametrize(
    "fields", [{"format": 0}, {"version": "other"}, {"epoch": "other"}, {"mark": "0" * 32}], ids=lambda f: next(iter(f))
)
def test_an_index_of_another_format_version_or_database_is_not_used_and_made_anew(
    fields: dict[str, object], keeper: PictureKeeper
) -> None:
    rows = kept(12, seed=1)
    catch_up(keeper)
    path = folder.root() / CURRENT
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))
    before, held = files(), Held()

    assert found(rows, held) == from_database(rows)
    assert len(held) == 12 and held.size_bytes > NOTHING
    catch_up(keeper)
    assert not set(files()) & set(before)
    held = Held()
    assert found(rows, held) == from_database(rows)
    assert held.size_bytes == NOTHING


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": 1}', '{"prints": 3, "features": []}'])
def test_a_note_that_cannot_be_read_is_none(content: str, keeper: PictureKeeper) -> None:
    rows = kept(3, seed=1)
    catch_up(keeper)
    (folder.root() / CURRENT).write_text(content)

    assert found(rows) == from_database(rows)
    catch_up(keeper)
    assert folder.known(CURRENT).reached == 3 and len(files()) == 2


def test_a_restored_database_that_went_on_with_the_same_revisions_is_told_from_the_one_before(
    keeper: PictureKeeper,
) -> None:
    kept(4, seed=1)
    catch_up(keeper)
    backed_up = set(PictureIndexMark.objects.values_list("mark", flat=True))
    lost, held = kept(4, seed=2), Held()
    catch_up(keeper)
    assert all(found(lost, held))

    # Restored from before the last four came; then four others came.
    PictureIndexMark.objects.exclude(mark__in=backed_up).delete()
    Fingerprint.objects.filter(revision__gt=4).delete()
    RevisionHead.objects.update(last=4)
    others = kept(4, seed=3)

    for process in (held, Held()):
        assert as_sets(found(others, process)) == as_sets(from_database(others))
        assert all(row.revision in of_it for row, of_it in zip(others, found(others, process), strict=True))
    catch_up(keeper)
    assert as_sets(found(others)) == as_sets(from_database(others))


def test_what_was_read_before_a_restore_is_not_noted_after_it(keeper: PictureKeeper) -> None:
    rows = kept(4, seed=1)
    while folder.known(CURRENT) is None or not files():
        keeper.step()
    PictureIndexMark.objects.all().delete()

    catch_up(keeper)

    assert folder.known(CURRENT).mark in PictureIndexMark.objects.values_list("mark", flat=True)
    assert as_sets(found(rows)) == as_sets(from_database(rows))


def test_one_process_writes_and_another_one_is_told_which(keeper: PictureKeeper) -> None:
    with pytest.raises(Busy, match=str(os.getpid())), folder.locked():
        pass


def test_old_marks_are_removed(keeper: PictureKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_picture_index, "_MARKS_KEPT", 3)
    for seed in range(6):
        kept(1, seed)
        catch_up(keeper)

    assert PictureIndexMark.objects.count() == 3
    assert PictureIndexMark.objects.filter(mark=folder.known(CURRENT).mark).exists()


def test_where_a_file_cannot_be_written_what_is_there_stays(keeper: PictureKeeper) -> None:
    rows = kept(30, seed=1)
    catch_up(keeper)
    before = folder.known(CURRENT)
    rows += kept(80, seed=2)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    keeper.step()
    try:
        # As on a full disk: what goes beyond is refused while it is written.
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
        with pytest.raises(OSError, match="too large"):
            catch_up(keeper)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)

    assert folder.known(CURRENT) == before
    assert {path.name for path in files()} == {stretch.name for stretch in before.stretches}
    assert as_sets(found(rows)) == as_sets(from_database(rows))
    catch_up(keeper)
    assert folder.known(CURRENT).reached == 110


def test_a_disk_that_is_nearly_full_is_not_filled(keeper: PictureKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(3, seed=1)
    monkeypatch.setattr(keep_picture_index, "_LEAST_FREE_BYTES", 10**18)

    with pytest.raises(OSError, match="there is no room for"):
        catch_up(keeper)

    assert files() == []


def test_reindex_makes_the_index_anew_while_the_one_there_answers(capsys: pytest.CaptureFixture[str]) -> None:
    rows = kept(12, seed=1)
    with folder.locked():
        catch_up(PictureKeeper())
    before = files()

    call_command("reindex_pictures")

    assert "12 pictures indexed." in capsys.readouterr().out
    assert len(files()) == 2 and not set(files()) & set(before)
    assert found(rows) == from_database(rows)


def test_reindex_where_nothing_was_fingerprinted_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reindex_pictures")

    assert "No picture was fingerprinted yet." in capsys.readouterr().out


def test_reindex_goes_on_where_it_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    small_files(monkeypatch)
    kept(30, seed=1)
    with folder.locked():
        keeper = PictureKeeper()
        catch_up(keeper)
        keeper.begin_anew()
        while not folder.known(NEXT).features:
            keeper.step()
        begun = set(folder.known(NEXT).stretches)

    call_command("reindex_pictures")

    assert folder.known(NEXT) is None
    assert begun <= set(folder.known(CURRENT).stretches)


def test_reindex_tells_that_the_index_could_not_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    kept(3, seed=1)
    monkeypatch.setattr(keep_picture_index, "_LEAST_FREE_BYTES", 10**18)

    with pytest.raises(CommandError, match="no room"):
        call_command("reindex_pictures")


@pytest.mark.django_db(transaction=True)
def test_reindex_beside_who_keeps_the_index_has_that_one_do_it(capsys: pytest.CaptureFixture[str]) -> None:
    kept(5, seed=1)
    is_over = threading.Event()

    def work() -> None:
        with folder.locked():
            keeper = PictureKeeper()
            is_kept.set()
            while not is_over.is_set():
                keeper.step()
                time.sleep(0.01)
        connection.close()

    is_kept = threading.Event()
    thread = threading.Thread(target=work)
    thread.start()
    is_kept.wait()
    while (index := folder.known(CURRENT)) is None or index.reached < 5:
        time.sleep(0.01)
    before = files()
    try:
        call_command("reindex_pictures")
    finally:
        is_over.set()
        thread.join()

    assert "keeps the index, and makes it anew now" in capsys.readouterr().out
    assert not set(files()) & set(before) and not (folder.root() / WANTED).exists()


def test_the_status_tells_what_each_process_reads_itself(
    keeper: PictureKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told() == (State.GOOD, "Processes share 0 fingerprints, and read 0 newer ones from the database.")
    monkeypatch.setattr("archive.operation.status.PICTURES_BEHIND", 10)
    kept(12, seed=1)

    state, words = told()
    assert state == State.WATCH and "reads 12 fingerprints from the database" in words
    catch_up(keeper)
    assert told() == (State.GOOD, "Processes share 12 fingerprints, and read 0 newer ones from the database.")
    keeper.begin_anew()
    assert told()[1].endswith("A new one is being made: 0 of 12 fingerprints.")


def test_the_status_counts_no_fingerprint_that_is_gone_or_whose_file_is(
    keeper: PictureKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.operation.status.PICTURES_BEHIND", 10)
    rows = kept(12, seed=1)
    Fingerprint.objects.filter(pk__in=[row.pk for row in rows[:3]]).delete()
    catch_up(keeper)
    assert told() == (State.GOOD, "Processes share 9 fingerprints, and read 0 newer ones from the database.")
    # One whose picture was turned stands in the files twice, and counts once.
    RevisionHead.objects.update(last=13)
    Fingerprint.objects.filter(pk=rows[4].pk).update(revision=13)
    catch_up(keeper)
    assert told() == (State.GOOD, "Processes share 9 fingerprints, and read 0 newer ones from the database.")

    monkeypatch.setattr("archive.operation.status.PICTURES_BEHIND", 8)
    for path in files():
        cut(path)

    state, words = told()
    assert state == State.WATCH and "reads 9 fingerprints from the database" in words


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_keeper_killed_at_any_moment_leaves_an_index_that_is_right(tmp_path: Path) -> None:
    database = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "VAR_ROOT": str(tmp_path / "var"), "MEDIA_ROOT": str(tmp_path / "media")}
    code = (
        "import django; django.setup()\n"
        "from archive.matching import keep_picture_index as keep, picture_index_folder as folder\n"
        "keep.SETTLE_SECONDS = keep._LOOK_SECONDS = 0.0\n"
        "with folder.locked():\n"
        "    keeper = keep.PictureKeeper()\n"
        "    print('works', flush=True)\n"
        "    while True: keeper.step()\n"
    )
    chance, rows, held = random.Random(5), kept(4, seed=0), Held()
    for kill in range(int(os.environ.get("STRANDLINE_KILLS", "3"))):
        env["DJANGO_SETTINGS_MODULE"] = "archive.settings"
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env, stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"works\n"
        end = time.monotonic() + chance.uniform(0, 0.6)
        while time.monotonic() < end:
            rows += kept(chance.randint(1, 40), seed=1000 * kill + len(rows))
            if chance.random() < 0.3:
                (folder.root() / WANTED).touch()
        process.send_signal(signal.SIGKILL)
        process.wait()

        asked = chance.sample(rows, 3)
        expected = as_sets(from_database(asked))
        assert as_sets(found(asked)) == as_sets(found(asked, held)) == expected
        assert all(row.revision in of_it for row, of_it in zip(asked, expected, strict=True))

    with folder.locked():
        catch_up(PictureKeeper())
    index = folder.known(CURRENT)
    assert sum(stretch.count for stretch in index.features) == index.reached == len(rows)
    assert {path.name for path in files()} == {stretch.name for stretch in index.stretches}
