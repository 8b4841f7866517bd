"""The default broker: messages as files, each whole or not at all."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError
from kombu.simple import SimpleQueue

from archive import file_broker
from archive.celery import app

ROOT = Path(__file__).parents[1]


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[SimpleQueue]:
    options = {"folder": str(tmp_path / "queue"), "polling_interval": 0}
    with (
        Connection(transport="archive.file_broker:Transport", transport_options=options) as connection,
        SimpleQueue(connection.channel(), "work") as queue,
    ):
        yield queue


@pytest.fixture
def folder(queue: SimpleQueue, tmp_path: Path) -> Path:
    return tmp_path / "queue" / "work"


def take(queue: SimpleQueue) -> object:
    message = queue.get(block=False)
    message.ack()
    return message.payload


def test_messages_come_in_the_order_in_which_they_were_put_and_once(queue: SimpleQueue, folder: Path) -> None:
    for number in range(3):
        queue.put({"number": number})

    assert queue.qsize() == 3
    assert [take(queue)["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        take(queue)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"body": "half',
        b"\xff\xfe",
        b"null",
        b"[1]",
        b"{}",
        b"[" * 100_000,
    ],
    ids=["empty", "half", "no text", "null", "a list", "nothing", "nested without end"],
)
def test_an_unreadable_message_is_dropped_with_a_line_and_the_next_one_comes(
    content: bytes, queue: SimpleQueue, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "00000000000000000000-broken.msg").write_bytes(content)
    queue.put({"number": 1})

    with caplog.at_level(logging.WARNING):
        assert take(queue) == {"number": 1}

    assert "unreadable and was dropped" in caplog.text and f"({len(content)} bytes)" in caplog.text
    assert list(folder.iterdir()) == []


def test_a_message_of_which_a_single_character_changed_is_dropped_wherever_that_is(
    queue: SimpleQueue, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    queue.put({"number": 1})
    [path] = folder.iterdir()
    whole = path.read_bytes()

    for at in range(len(whole)):
        path.write_bytes(whole[:at] + (b"1" if whole[at : at + 1] != b"1" else b"2") + whole[at + 1 :])
        with pytest.raises(Empty):
            take(queue)

    assert caplog.text.count("unreadable and was dropped") == len(whole)


def test_what_cannot_be_taken_is_told_once_and_holds_nothing_up(
    queue: SimpleQueue, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "00000000000000000000-folder.msg").mkdir()

    for number in range(3):
        queue.put({"number": number})
        assert take(queue) == {"number": number}
        with pytest.raises(Empty):
            take(queue)

    assert caplog.text.count("cannot be taken") == 1


def test_a_message_is_not_seen_before_it_is_written_whole(queue: SimpleQueue, folder: Path) -> None:
    (folder / "1-half.draft").write_bytes(b'{"body": "half')

    assert queue.qsize() == 0
    with pytest.raises(Empty):
        take(queue)


def test_a_message_that_another_worker_took_is_passed_over(queue: SimpleQueue, folder: Path) -> None:
    for number in range(3):
        queue.put({"number": number})
    assert take(queue) == {"number": 0}

    sorted(folder.iterdir())[0].unlink()

    assert take(queue) == {"number": 2}


def test_a_full_disk_is_told_to_who_publishes_and_leaves_no_half_message(
    queue: SimpleQueue, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes = Path.write_bytes

    def write_half(path: Path, written: bytes) -> None:
        write_bytes(path, written[:10])
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", write_half)

    with pytest.raises(ChannelError, match="No space left on device"):
        queue.put({"number": 1})

    assert list(folder.iterdir()) == []


def test_what_killed_publishers_left_is_cleared_away_and_what_is_being_written_is_not(
    queue: SimpleQueue, folder: Path
) -> None:
    for name, age_seconds in (("old.draft", file_broker.DRAFT_SECONDS + 60), ("new.draft", 0)):
        (folder / name).touch()
        os.utime(folder / name, times=(time.time() - age_seconds,) * 2)

    queue.channel.queue_declare("work")

    assert [path.name for path in folder.iterdir()] == ["new.draft"]


def test_the_site_uses_it_by_default_below_var(tmp_path: Path) -> None:
    code = (
        "from archive.celery import app\n"
        "app.send_task('nothing')\n"
        "print(app.connection().transport.__class__.__module__)\n"
    )
    env = {**os.environ, "VAR_ROOT": str(tmp_path / "var"), "MEDIA_ROOT": str(tmp_path / "media")}
    env.pop("CELERY_BROKER_URL", None)
    temporary = tmp_path / "temporary"
    temporary.mkdir()

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**env, "TMPDIR": str(temporary)}, capture_output=True, text=True
    )

    assert done.stdout.strip() == "archive.file_broker", done.stderr
    assert len(list((tmp_path / "var" / "queue" / app.conf.task_default_queue).glob("*.msg"))) == 1
    assert list(temporary.iterdir()) == []


def test_several_writers_and_readers_lose_and_double_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/file_broker.py", "--messages", "2000"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost 0, twice 0, files left 0" in done.stdout
