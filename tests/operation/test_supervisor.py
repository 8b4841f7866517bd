"""The processes of the site are started again when they end, and all are gone when it is stopped."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.operation import supervisor as supervising
from archive.operation.supervisor import Supervised, Supervisor, commands_of

ROOT = Path(__file__).parents[2]
STEADY = "exec sleep 600"


def wait_until(is_so: Callable[[], object], what: str) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        # A zombie has ended: it only waits for its parent to ask how.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Site:
    """A supervisor in a thread, and what it told."""

    def __init__(self, **commands: str) -> None:
        self.told: list[tuple[str, int, str]] = []
        self.supervisor = Supervisor(commands, tell=self._tell)
        self.by_name = {supervised.name: supervised for supervised in self.supervisor.processes}
        self.thread = threading.Thread(target=self.supervisor.run)
        self.thread.start()
        wait_until(lambda: all(supervised.started_at for supervised in self.supervisor.processes), "all are started")

    def _tell(self, supervised: Supervised) -> None:
        self.told.append((supervised.name, supervised.restarts, supervised.end_reason))

    def pid(self, name: str) -> int:
        wait_until(lambda: self.by_name[name].process, f"{name} runs")
        return self.by_name[name].process.pid

    def stop(self) -> None:
        self.supervisor.stop_soon()
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Site]]:
    monkeypatch.setattr(supervising, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(supervising, "FIRST_PAUSE_SECONDS", 0.05)
    sites: list[Site] = []

    def start_site(**commands: str) -> Site:
        sites.append(Site(**commands))
        return sites[-1]

    yield start_site
    for site in sites:
        site.stop()


def test_a_procfile_is_read_with_comments_and_colons_in_commands() -> None:
    procfile = "# both\n\nweb: exec serve --bind 127.0.0.1:8000\nworker-2:   exec work\n"

    assert commands_of(procfile) == {"web": "exec serve --bind 127.0.0.1:8000", "worker-2": "exec work"}
    assert set(commands_of((ROOT / "Procfile").read_text())) == {"web", "worker", "index"}


def test_a_killed_process_is_started_again_and_the_other_one_never_stops(start: Callable[..., Site]) -> None:
    site = start(web=STEADY, worker=STEADY)
    web, worker = site.pid("web"), site.pid("worker")

    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: site.by_name["worker"].restarts == 1 and site.by_name["worker"].process, "it is started again")

    assert site.pid("worker") != worker and is_running(site.pid("worker"))
    assert site.pid("web") == web and is_running(web)
    assert ("worker", 0, "killed by signal 9 (Killed)") in site.told


def test_a_process_knows_which_start_of_it_this_is(start: Callable[..., Site], tmp_path: Path) -> None:
    told = tmp_path / "told"
    site = start(web=f'echo "$STRANDLINE_PROCESS $STRANDLINE_STARTED_AT" > {told}; exec sleep 600')

    wait_until(lambda: told.exists() and told.read_text(), "it has told")

    assert told.read_text().split() == ["web", site.by_name["web"].started_at.isoformat()]


def test_a_process_that_keeps_ending_is_started_after_growing_pauses(
    start: Callable[..., Site], caplog: pytest.LogCaptureFixture
) -> None:
    site = start(web=STEADY, worker="exit 3")

    wait_until(lambda: site.by_name["worker"].restarts >= 1, "it was started again")
    first = site.by_name["worker"].pause_seconds
    wait_until(lambda: site.by_name["worker"].restarts >= 2, "it was started again")

    assert site.by_name["worker"].end_reason == "ended with code 3"
    assert first > supervising.FIRST_PAUSE_SECONDS
    assert site.by_name["worker"].pause_seconds <= supervising.LONGEST_PAUSE_SECONDS
    assert is_running(site.pid("web"))
    assert "worker ended with code 3; it is started again in" in caplog.text


def test_what_a_dead_process_started_goes_with_it(start: Callable[..., Site], tmp_path: Path) -> None:
    child = tmp_path / "child"
    site = start(worker=f"sleep 600 & echo $! > {child}; wait")
    wait_until(lambda: child.exists() and child.read_text(), "it has a child")
    orphan = int(child.read_text())

    os.kill(site.pid("worker"), signal.SIGKILL)

    wait_until(lambda: not is_running(orphan), "the child of a killed process is gone")


def test_stopping_lets_processes_finish_and_leaves_none(start: Callable[..., Site], tmp_path: Path) -> None:
    finished = tmp_path / "finished"
    site = start(web=STEADY, worker=f"trap 'sleep 0.3; touch {finished}; exit' TERM; while :; do sleep 0.1; done")
    pids = [site.pid("web"), site.pid("worker")]
    time.sleep(0.3)  # the shell has set its trap

    site.stop()

    assert finished.exists()
    assert not any(is_running(pid) for pid in pids)


def test_a_process_that_does_not_stop_is_killed(start: Callable[..., Site], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "STOP_SECONDS", 0.5)
    site = start(worker="trap '' TERM; while :; do sleep 0.1; done")
    pid = site.pid("worker")
    time.sleep(0.3)  # the shell has set its trap

    site.stop()

    assert not is_running(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells of a parent's end on Linux alone")
def test_a_killed_supervisor_leaves_no_process(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    code = (
        "from archive.operation.supervisor import Supervisor\n"
        f"Supervisor({{'worker': 'echo $$ > {told}; exec sleep 600'}}, tell=print).run()"
    )
    killed = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL)
    wait_until(lambda: told.exists() and told.read_text(), "the process runs")
    pid = int(told.read_text())

    killed.kill()
    killed.wait()

    wait_until(lambda: not is_running(pid), "it ended with its supervisor")
