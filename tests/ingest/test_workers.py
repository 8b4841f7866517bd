"""Real worker processes, killed as power cuts and out-of-memory killers do it. Slow: each test starts several."""

import contextlib
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from PIL import Image

from archive.catalogue.models import Item
from archive.files.models import MediaFile
from archive.files.store_identity import MARKER
from archive.ingest import spool_sweep
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
LEASE_SECONDS = 4
PATIENCE_SECONDS = 120
State, Outcome = AccessionLine.State, AccessionLine.Outcome


class Site:
    """The processes of one site over the test's own database and folders; what still runs at the end is killed."""

    def __init__(self, folder: Path) -> None:
        database = connection.settings_dict
        if connection.vendor == "sqlite":
            url = f"sqlite:///{database['NAME']}"
        else:
            url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
        self.env = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "DATABASE_URL": url,
            "MEDIA_ROOT": str(folder / "media"),
            "VAR_ROOT": str(folder / "var"),
            "INGEST_LEASE_SECONDS": str(LEASE_SECONDS),
            "INGEST_SWEEP_SECONDS": "1",
        }
        self._started: list[subprocess.Popen] = []

    def start_worker(self) -> subprocess.Popen:
        """Start a worker just as `make run` does."""
        lines = (ROOT / "Procfile").read_text().splitlines()
        command = next(line.partition(": ")[2] for line in lines if line.startswith("worker: "))
        return self._start(["bash", "-c", command])

    def start_ingest(self, folder: Path, *options: str) -> subprocess.Popen:
        command = [sys.executable, "manage.py", "ingest", str(folder), "--accession", "Kill test", "--json", *options]
        return self._start(command, stdout=subprocess.PIPE, text=True)

    def _start(self, command: list[str], **options: object) -> subprocess.Popen:
        process = subprocess.Popen(command, env=self.env, cwd=ROOT, start_new_session=True, **options)
        self._started.append(process)
        return process

    def kill(self, process: subprocess.Popen) -> None:
        """Kill a process with all below it, and none of them is asked first."""
        below = tree(process.pid)
        for pid in [process.pid, *below]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in self._started:
            self.kill(process)
            if process.stdout:
                process.stdout.close()


def tree(pid: int) -> list[int]:
    """Return all processes below one."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            children = [int(child) for child in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in children:
            found += [child, *tree(child)]
    return found


def is_reading(worker: subprocess.Popen) -> bool:
    """Tell whether a worker has started a process that reads files."""
    for pid in tree(worker.pid):
        try:
            if b"sandboxed.py" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return True
        except (FileNotFoundError, ProcessLookupError):
            pass
    return False


def is_idle(pid: int) -> bool:
    """Tell whether a process does nothing for three seconds."""
    stat = Path(f"/proc/{pid}/stat")
    before = stat.read_text()
    time.sleep(3)
    return stat.read_text() == before


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, f"{what}: not within {PATIENCE_SECONDS} seconds"
        time.sleep(0.02)


def hold(workers: list[subprocess.Popen]) -> None:
    """Stop workers for a while, at a moment at which none of them holds SQLite for itself."""
    for worker in workers:
        os.killpg(worker.pid, signal.SIGSTOP)
    if connection.vendor != "sqlite":
        return
    database = sqlite3.connect(connection.settings_dict["NAME"], timeout=0.5, isolation_level=None)
    with contextlib.closing(database):
        try:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
            return
        except sqlite3.OperationalError:
            for worker in workers:
                os.killpg(worker.pid, signal.SIGCONT)
    time.sleep(0.1)
    hold(workers)


def told_by(ingest: subprocess.Popen) -> tuple[list[dict], int]:
    """Wait for the command; return what it printed and its exit code."""
    out, _ = ingest.communicate(timeout=PATIENCE_SECONDS)
    return [json.loads(line) for line in out.splitlines()], ingest.returncode


def desks(folder: Path) -> int:
    return len(list((folder / "var" / "spool").glob("desk-*")))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, bytes]:
    """48 pictures that take a worker a while, by name, more than it has in hand: one drawing, each with a comment."""
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    drawn = tmp_path / "drawn.jpg"
    Image.fromarray(noise).resize((4000, 3000)).save(drawn, quality=90)
    whole = drawn.read_bytes()
    made = {}
    for number in range(48):
        words = f"picture {number}".encode()
        comment = b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words
        made[f"picture-{number:02}.jpg"] = whole[:2] + comment + whole[2:]
    return made


def lay_down(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def done() -> int:
    return AccessionLine.objects.filter(state=State.DONE).count()


def assert_each_is_held_once(pictures: dict[str, bytes]) -> None:
    digests = {hashlib.sha256(content).hexdigest() for content in pictures.values()}
    assert set(MediaFile.objects.values_list("message_digest", flat=True)) == digests
    assert MediaFile.objects.count() == Item.objects.count() == len(digests)
    assert not AccessionLine.objects.exclude(state=State.DONE).exists()
    for held in MediaFile.objects.all():
        with storages["originals"].open(held.storage_path) as stream:
            assert hashlib.sha256(stream.read()).hexdigest() == held.message_digest
        assert held.renditions.count() == 2
    stored = [path for path in Path(storages["originals"].location).rglob("*") if path.is_file()]
    assert {path.name for path in stored} == digests | {MARKER} and len(stored) == len(digests) + 1
    acts = Counter(LedgerEntry.objects.filter(verb="bring in").values_list("subject", flat=True))
    assert set(acts.values()) == {1} and len(acts) == len(digests)
    call_command("verify_ledger", verbosity=0)


def assert_the_spool_is_empty() -> None:
    spool_sweep.clear_spool(now=timezone.now() + timedelta(days=2))
    spool = Path(storages["originals"].location).parents[1] / "var" / "spool"
    assert list(spool.iterdir()) == []


def test_what_a_killed_worker_had_in_hand_is_finished_once_by_the_next(site, pictures, tmp_path) -> None:
    folder = lay_down(tmp_path / "delivery", pictures)
    handing_over = site.start_ingest(folder, "--hand-over")
    killed = site.start_worker()
    wait_until(lambda: done() >= 2, "the first worker finishes something")

    site.kill(killed)
    left = len(pictures) - done()
    in_hand = AccessionLine.objects.filter(state=State.WORKING).count()
    site.start_worker()
    told, code = told_by(handing_over)
    site.close()

    assert left and in_hand, "the worker was killed in the middle"
    assert code == 0
    assert Counter(line["outcome"] for line in told) == {"created": len(pictures)}
    assert AccessionLine.objects.filter(attempts=2).count() == in_hand
    assert_each_is_held_once(pictures)
    assert_the_spool_is_empty()


def test_a_worker_whose_waiting_process_was_killed_takes_up_what_comes_after(site, pictures, tmp_path) -> None:
    first, last = sorted(pictures)[:2]
    # A worker that is woken by messages alone waits for long.
    site.env["INGEST_SWEEP_SECONDS"] = "600"
    worker = site.start_worker()
    before = site.start_ingest(lay_down(tmp_path / "before", {first: pictures[first]}), "--hand-over")
    assert [line["outcome"] for line in told_by(before)[0]] == ["created"]
    waiting = tree(worker.pid)[0]
    wait_until(lambda: is_idle(waiting), "it has nothing more to do")

    os.kill(waiting, signal.SIGKILL)
    wait_until(lambda: worker.poll() is not None or tree(worker.pid)[:1] not in ([], [waiting]), "it is noticed")
    if worker.poll() is not None:
        # As `serve` does.
        site.start_worker()
    after = site.start_ingest(lay_down(tmp_path / "after", {last: pictures[last]}), "--hand-over")

    assert [line["outcome"] for line in told_by(after)[0]] == ["created"]


def test_two_workers_share_the_lines_and_hold_identical_bytes_once(site, pictures, tmp_path) -> None:
    twice = {f"{copy}-{name}": content for name, content in pictures.items() for copy in ("first", "again")}
    folder = lay_down(tmp_path / "delivery", twice)
    workers = [site.start_worker(), site.start_worker()]
    wait_until(lambda: desks(tmp_path) == 2, "both workers stand ready")

    # Held until all is handed over: a worker that is quicker than the other leaves it nothing but pictures to match.
    hold(workers)
    ingest = site.start_ingest(folder, "--hand-over")
    wait_until(lambda: AccessionLine.objects.count() == len(twice), "all is handed over")
    for worker in workers:
        os.killpg(worker.pid, signal.SIGCONT)
    # Looked at again and again: the kernel's list of children may leave one out while another ends.
    wait_until(lambda: all(is_reading(worker) for worker in workers), "both workers read")
    told, code = told_by(ingest)

    assert code == 0
    assert Counter(line["outcome"] for line in told) == {"created": len(pictures), "already_held": len(pictures)}
    site.close()
    assert_each_is_held_once(pictures)
    assert_the_spool_is_empty()


def test_a_killed_command_goes_on_when_it_is_started_again(site, pictures, tmp_path) -> None:
    folder = lay_down(tmp_path / "delivery", pictures)
    killed = site.start_ingest(folder, "--workers", "2")
    wait_until(lambda: done() >= 2, "the command finishes something")

    site.kill(killed)
    finished = done()
    told, code = told_by(site.start_ingest(folder, "--workers", "2"))

    assert finished < len(pictures), "the command was killed in the middle"
    assert code == 0
    assert Counter(line["outcome"] for line in told) == {
        "already_held": finished,
        "created": len(pictures) - finished,
    }
    assert AccessionLine.objects.count() == len(pictures)
    assert_each_is_held_once(pictures)
    assert_the_spool_is_empty()


def test_a_worker_told_to_stop_gives_back_what_it_has_not_begun(site, pictures, tmp_path) -> None:
    folder = lay_down(tmp_path / "delivery", pictures)
    site.start_ingest(folder, "--hand-over")
    worker = site.start_worker()
    wait_until(lambda: done() >= 2, "the worker finishes something")

    os.killpg(worker.pid, signal.SIGTERM)
    worker.wait(timeout=20)

    assert 0 < done() < len(pictures)
    assert not AccessionLine.objects.filter(state=State.WORKING).exists()
    assert not AccessionLine.objects.filter(state=State.WAITING, attempts__gt=0).exists()


def test_a_worker_told_to_stop_leaves_no_desk_behind(site, pictures, tmp_path) -> None:
    worker = site.start_worker()
    wait_until(lambda: desks(tmp_path) == 1, "the worker stands ready")
    site.start_ingest(lay_down(tmp_path / "delivery", dict(list(pictures.items())[:1])), "--hand-over")
    wait_until(lambda: done() == 1, "the worker finishes something")

    os.killpg(worker.pid, signal.SIGTERM)
    worker.wait(timeout=20)

    assert desks(tmp_path) == 0
