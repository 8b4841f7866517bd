"""What the processes of a machine take one at a time, by names that nobody else's name can meet."""

import threading
import time
from contextlib import ExitStack
from pathlib import Path

from archive.files.machine_locks import take_lock


def test_a_lock_is_had_once_until_it_is_given_back(tmp_path: Path) -> None:
    with ExitStack() as first, ExitStack() as second:
        assert take_lock(first, tmp_path, ["a"], until=0)
        assert not take_lock(second, tmp_path, ["a"], until=0)
        assert take_lock(second, tmp_path, ["a", "b"], until=0)

    with ExitStack() as third:
        assert take_lock(third, tmp_path, ["a"], until=0)


def test_no_file_stays_for_a_lock_that_was_given_back(tmp_path: Path) -> None:
    folder = tmp_path / "locks"
    with ExitStack() as locks:
        assert take_lock(locks, folder, ["a"], until=0)
        assert [path.name for path in folder.iterdir()] == ["a"]

    assert list(folder.iterdir()) == []


def test_a_file_left_by_a_process_that_died_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "a").touch()

    with ExitStack() as locks:
        assert take_lock(locks, tmp_path, ["a"], until=0)


def test_many_who_take_and_give_back_are_never_two_at_once(tmp_path: Path) -> None:
    """The file goes with the lock, so whoever opened it a moment before must not take it for one."""
    inside, most, taken = 0, 0, 0
    counting = threading.Lock()
    until = time.monotonic() + 60

    def take_often() -> None:
        nonlocal inside, most, taken
        for _ in range(300):
            with ExitStack() as locks:
                while not take_lock(locks, tmp_path, ["a"], until=0):
                    assert time.monotonic() < until
                with counting:
                    inside += 1
                    most, taken = max(most, inside), taken + 1
                time.sleep(0)
                with counting:
                    inside -= 1

    threads = [threading.Thread(target=take_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (most, taken) == (1, 1200)
