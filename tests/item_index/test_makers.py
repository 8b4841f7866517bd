"""Other processes help to make an index, and may be gone at any moment."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from archive.catalogue.models import Access, Item
from archive.item_index import folder, keep_index, makers
from archive.item_index.documents import documents
from archive.item_index.keep_index import Keeper
from archive.item_index.makers import Makers, number_of_makers
from tests.builders import make_caption, make_item
from tests.indexing import catch_up
from tests.item_index.test_keep_index import everything, made_anew

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_index, "_AT_ONCE", 2)
    monkeypatch.setattr(keep_index, "_COMMIT_EVERY", 6)
    monkeypatch.setattr(keep_index, "_LOOK_EVERY_SECONDS", 60)
    monkeypatch.setattr(keep_index, "_HELPED_FROM", 1)
    monkeypatch.setattr(keep_index, "number_of_makers", lambda: 2)


@pytest.fixture
def items() -> list[Item]:
    made = [make_item(access=Access.values[number % 3]) for number in range(17)]
    for item in made:
        make_caption(item, f"Boats off Malo {item.pk}")
    return made


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    with folder.locked():
        keeper = Keeper()
        yield keeper
        keeper.close()


@pytest.mark.parametrize(("cores", "number"), [(1, 0), (2, 2), (64, 8)])
def test_as_many_help_as_there_are_cores_for_this_process(
    cores: int, number: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(makers, "CPU_MAX", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(cores)))

    assert number_of_makers() == number


@pytest.mark.parametrize(("cores", "number"), [(4, 4), (None, 0)])
def test_where_the_system_does_not_tell_which_cores_all_are_meant(
    cores: int | None, number: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(makers, "CPU_MAX", tmp_path / "cpu.max")
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: cores)

    assert number_of_makers() == number


@pytest.mark.parametrize(("granted", "number"), [("max 100000", 8), ("350000 100000", 3), ("50000 100000", 0), ("", 8)])
def test_no_more_help_than_the_container_grants(
    granted: str, number: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "cpu.max").write_text(granted)
    monkeypatch.setattr(makers, "CPU_MAX", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(8)))

    assert number_of_makers() == number


def test_they_make_what_the_one_that_writes_would_make(items: list[Item]) -> None:
    stretches = [[item.pk for item in items[start : start + 3]] for start in range(0, len(items), 3)]
    asked = Makers(2)

    made = [(keys, made) for keys, made in asked.made(stretches) if keys]
    asked.close()

    assert made == [(keys, [(int(audience), text) for audience, text in documents(keys)]) for keys in stretches]


def test_an_index_made_with_their_help_is_the_one_made_without(
    helped: None, items: list[Item], keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch_up(keeper)
    with_help = everything()
    monkeypatch.setattr(keep_index, "number_of_makers", lambda: 0)

    assert with_help == made_anew(keeper)
    assert sorted(with_help["staff"]["id"]) == [item.pk for item in items]


def test_what_one_that_is_killed_was_asked_for_is_made_without_it(
    helped: None, items: list[Item], keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[makers._Maker] = []
    begin = makers._Maker.__init__
    monkeypatch.setattr(makers._Maker, "__init__", lambda maker: (begin(maker), begun.append(maker))[0])

    while not begun:
        keeper.step()
    os.kill(begun[0]._process.pid, signal.SIGKILL)
    catch_up(keeper)

    assert sorted(everything()["staff"]["id"]) == [item.pk for item in items]
    assert all(maker._process.exitcode is not None for maker in begun)


def test_the_index_that_answers_follows_while_they_are_waited_for(
    helped: None, items: list[Item], keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_index, "_LOOK_EVERY_SECONDS", 0.1)
    monkeypatch.setattr(keep_index, "number_of_makers", lambda: 0)
    catch_up(keeper)
    monkeypatch.setattr(keep_index, "number_of_makers", lambda: 1)
    begin = makers._Maker.__init__

    def begin_late(maker: makers._Maker) -> None:
        begin(maker)
        pid = maker._process.pid
        os.kill(pid, signal.SIGSTOP)
        threading.Timer(5, os.kill, (pid, signal.SIGCONT)).start()

    monkeypatch.setattr(makers._Maker, "__init__", begin_late)
    keeper.begin_anew()
    keeper.step()
    further = make_item()

    keeper.step()

    known = folder.known(folder.NEXT)
    assert known and known.built == 0
    assert further.pk in everything()["staff"]["id"]
    catch_up(keeper)
    assert sorted(everything()["staff"]["id"]) == [*(item.pk for item in items), further.pk]


def test_they_end_with_a_making_that_is_given_up(helped: None, items: list[Item], keeper: Keeper) -> None:
    keeper.begin_anew()
    keeper.step()
    before = _processes_of(os.getpid())

    keeper.begin_anew()

    assert len(before) == 2 and not before & _processes_of(os.getpid())
    catch_up(keeper)
    assert sorted(everything()["staff"]["id"]) == [item.pk for item in items]


def test_they_end_with_a_keeper_that_is_killed(items: list[Item], tmp_path: Path) -> None:
    database = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "archive.settings"}
    program = tmp_path / "keep.py"
    program.write_text(
        "import sys, time\n"
        "if __name__ == '__main__':\n"
        f"    sys.path.insert(0, {str(ROOT)!r})\n"
        "    import django; django.setup()\n"
        "    from archive.item_index.makers import Makers\n"
        f"    made = Makers(2).made([{[items[0].pk]}] * 10)\n"
        "    next(made); print('made', flush=True); time.sleep(60)\n"
    )
    keeping = subprocess.Popen([sys.executable, program], cwd=ROOT, env=env, stdout=subprocess.PIPE)
    assert keeping.stdout and keeping.stdout.readline() == b"made\n"
    helping = _processes_of(keeping.pid)

    keeping.kill()
    keeping.wait()
    keeping.stdout.close()

    until = time.monotonic() + 20
    while any(_is_there(process) for process in helping) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(helping) == 2 and not any(_is_there(process) for process in helping)


def _processes_of(parent: int) -> set[int]:
    """Return the processes that help one, by what Linux tells."""
    helping = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes()
            of = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if of == parent and b"spawn_main" in words:
            helping.add(int(path.name))
    return helping


def _is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
