import errno
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from archive.files.formats import UnreadableImage
from archive.files.sandbox import Crashed, JobFailed, Limits, Sandbox, TookTooLong, TookTooMuchMemory, Workshop

HERE = "tests.files.misbehaving."


@pytest.fixture(autouse=True)
def kept_helpers() -> None:
    """Let each sandbox start a helper of its own."""


@pytest.fixture
def sandbox():
    with Sandbox(Limits(wall_seconds=2, cpu_seconds=1)) as sandbox:
        yield sandbox


def test_a_full_disk_is_no_fault_of_the_file(sandbox, monkeypatch):
    full = shutil.disk_usage("/")._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)

    with pytest.raises(OSError, match="No space left") as caught:
        sandbox.run(HERE + "meet_a_full_disk")

    assert caught.value.errno == errno.ENOSPC
    with pytest.raises(Crashed):
        sandbox.run(HERE + "find_nothing")


@pytest.mark.parametrize("claimed", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE])
def test_a_fault_of_the_disk_that_only_the_job_sees_counts_against_the_file(sandbox, tmp_path, claimed):
    (tmp_path / "boat.jpg").write_bytes(b"pixels")

    with pytest.raises(Crashed):
        sandbox.run(HERE + "claim", path=str(tmp_path / "boat.jpg"), into_dir=str(tmp_path), code=claimed)


def test_a_file_that_cannot_be_read_from_here_either_is_no_fault_of_its_own(sandbox, tmp_path, monkeypatch):
    def fail(*_given, **_named):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    (tmp_path / "boat.jpg").write_bytes(b"pixels")
    monkeypatch.setattr("builtins.open", fail)

    with pytest.raises(OSError, match="Input/output"):
        sandbox.run(HERE + "claim", path=str(tmp_path / "boat.jpg"), into_dir=str(tmp_path), code=errno.EIO)


def test_a_function_gives_its_result(sandbox):
    assert sandbox.run(HERE + "add", left=2, right=3) == 5


@pytest.mark.parametrize(
    ("function", "failure"),
    [
        ("loop", TookTooLong),
        ("sleep", TookTooLong),
        ("hog", TookTooMuchMemory),
        ("crash", Crashed),
        ("stumble", Crashed),
    ],
)
def test_one_job_fails_with_a_sentence_and_the_next_one_works(sandbox, function, failure):
    with pytest.raises(failure) as failed:
        sandbox.run(HERE + function)

    assert str(failed.value).endswith(".")
    assert sandbox.run(HERE + "add", left=2, right=3) == 5


def test_a_refusal_passes_through_with_its_words(sandbox):
    with pytest.raises(UnreadableImage, match=r"^it is refused\.$"):
        sandbox.run(HERE + "refuse")


def test_a_helper_killed_between_jobs_is_replaced_unnoticed(sandbox):
    helper = sandbox.run(HERE + "helper_id")
    os.kill(helper, signal.SIGKILL)
    _wait_for_the_end_of(helper)

    assert sandbox.run(HERE + "add", left=2, right=3) == 5


def test_a_helper_killed_during_a_job_loses_only_that_job():
    with Workshop(1) as workshop:
        helper = workshop.submit(HERE + "helper_id").result()
        lost, kept = workshop.submit(HERE + "sleep"), workshop.submit(HERE + "add", left=2, right=3)
        time.sleep(0.2)
        os.kill(helper, signal.SIGKILL)

        with pytest.raises(Crashed):
            lost.result()
        assert kept.result() == 5


def test_processor_time_is_counted_for_each_job_anew(sandbox):
    ids = {sandbox.run(HERE + "helper_id") for _ in range(3)}

    assert len(ids) == 1


def test_what_a_library_prints_is_no_answer(sandbox):
    assert sandbox.run(HERE + "chatter") == "said"


def test_a_file_that_grows_without_end_is_stopped(sandbox, tmp_path: Path):
    with pytest.raises(JobFailed):
        sandbox.run(HERE + "write_much", into_dir=str(tmp_path))

    assert (tmp_path / "grown").stat().st_size <= 64 * 1024 * 1024


def test_no_secret_of_the_environment_is_seen_inside(sandbox, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x")

    assert "SECRET_KEY" not in sandbox.run(HERE + "environment")


def test_a_workshop_runs_jobs_side_by_side():
    with Workshop(2) as workshop:
        workshop.submit(HERE + "add", left=0, right=0).result()
        waiting = [workshop.submit(HERE + "helper_id") for _ in range(20)]

        assert len({job.result() for job in waiting}) <= 2


def test_a_helper_does_not_outlive_its_sandbox():
    sandbox = Sandbox()
    helper = sandbox.run(HERE + "helper_id")

    sandbox.close()

    with pytest.raises(ProcessLookupError):
        os.kill(helper, 0)


def test_a_helper_ends_when_its_parent_is_killed(tmp_path: Path):
    child = os.fork()
    if child == 0:
        sandbox = Sandbox()
        (tmp_path / "id").write_text(str(sandbox.run(HERE + "helper_id")))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    helper = int((tmp_path / "id").read_text())

    _wait_for_the_end_of(helper)


def _wait_for_the_end_of(process_id: int) -> None:
    deadline = time.monotonic() + 5
    while _is_running(process_id):
        assert time.monotonic() < deadline, f"process {process_id} still runs"
        time.sleep(0.02)


def _is_running(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
