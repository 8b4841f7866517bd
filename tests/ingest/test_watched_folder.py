"""A drop folder: what is ready, in whatever order and pace agencies write."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.ingest import watched_folder
from archive.ingest.delivery import walk
from archive.ingest.news_pairing import look_into
from archive.ingest.watched_folder import WatchedFolder
from tests.extraction.readers.news import newsml
from tests.ingest.pictures import delivery, jpeg, xmp
from tests.ingest.test_workers import Site


class Looks:
    """Looks into a folder, one after the other; a second passes between two."""

    def __init__(self, folder: Path, *, known: tuple[str, ...] = ()) -> None:
        self.folder, self.now = folder, 0.0
        self.watched = WatchedFolder(10, lambda guids: bool(set(guids) & set(known)))

    def __call__(self, seconds: float = 1) -> list[str]:
        self.now += seconds
        files = self.watched.ready(list(walk([self.folder], look=self.watched.look)), now=self.now)
        return [f"{file.name}{' + ' + file.sidecar.name if file.sidecar else ''}" for file in files]


def write(path: Path, content: str | bytes) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    # The clock of a file system may be as coarse as two looks of a test.
    os.utime(path, ns=(time.time_ns(), time.time_ns() + len(content)))


def test_a_file_is_ready_once_it_has_stayed_the_same_and_again_when_it_changed(tmp_path):
    look = Looks(tmp_path)
    write(tmp_path / "a.jpg", b"1")
    assert look() == []
    write(tmp_path / "a.jpg", b"12")
    assert look() == []
    assert look() == ["a.jpg"] and look() == []
    write(tmp_path / "a.jpg", b"21")
    assert look() == [] and look() == ["a.jpg"] and look() == []


def test_a_name_that_says_it_is_being_written_is_left_until_it_is_renamed(tmp_path):
    look = Looks(tmp_path)
    write(tmp_path / "a.jpg.part", b"12")
    assert [look(), look(), look()] == [[], [], []]
    (tmp_path / "a.jpg.part").rename(tmp_path / "a.jpg")
    assert [look(), look()] == [[], ["a.jpg"]]


def test_a_document_before_its_picture_waits_and_comes_with_it(tmp_path):
    look = Looks(tmp_path)
    write(tmp_path / "n.xml", newsml())
    assert [look(), look(), look(5)] == [[], [], []]
    write(tmp_path / "boat.jpg", b"b")
    assert [look(), look(), look(20)] == [[], ["boat.jpg + n.xml"], []]


def test_a_document_whose_picture_never_comes_is_ready_after_a_while_and_its_picture_takes_it_along_later(tmp_path):
    look = Looks(tmp_path)
    write(tmp_path / "n.xml", newsml())
    assert [look(), look(), look(9)] == [[], [], []]
    assert [look(), look()] == [["n.xml"], []]
    write(tmp_path / "boat.jpg", b"b")
    assert [look(), look()] == [[], ["boat.jpg + n.xml"]]


def test_a_document_is_read_once_while_it_stays_as_it_is(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(watched_folder, "look_into", lambda file: read.append(file.name) or look_into(file))
    look = Looks(tmp_path)
    write(tmp_path / "n.xml", newsml())
    write(tmp_path / "other.json", b"{}")

    assert [look(), look(), look(10)] == [[], ["other.json"], ["n.xml"]]
    assert sorted(read) == ["n.xml", "other.json"]
    write(tmp_path / "n.xml", newsml(version=2))
    look(), look()
    assert sorted(read) == ["n.xml", "n.xml", "other.json"]
    (tmp_path / "other.json").unlink()
    look(), look()
    assert not any("other.json" in str(state) for state in look.watched._read_before)


def test_a_sidecar_before_its_picture_waits_for_it_and_alone_is_ready_after_a_while(tmp_path):
    look = Looks(tmp_path)
    write(tmp_path / "a.xmp", xmp("of a"))
    write(tmp_path / "b.xmp", xmp("of b"))
    assert [look(), look()] == [[], []]
    write(tmp_path / "a.jpg", jpeg(1))
    assert [look(), look()] == [[], ["a.jpg + a.xmp"]]
    assert look(10) == ["b.xmp"] and look(10) == []


def test_a_document_of_what_is_held_does_not_wait(tmp_path):
    look = Looks(tmp_path, known=("urn:newsml:strand.example:20240618:boat-1",))
    write(tmp_path / "n.xml", newsml(href=""))
    assert [look(), look()] == [[], ["n.xml"]]


def test_a_document_after_its_picture_and_a_later_version_bring_it_again(tmp_path):
    look = Looks(tmp_path)
    write(tmp_path / "boat.jpg", b"b")
    assert [look(), look()] == [[], ["boat.jpg"]]
    write(tmp_path / "n1.xml", newsml()[:300])
    assert look() == []
    write(tmp_path / "n1.xml", newsml())
    assert [look(), look()] == [[], ["boat.jpg + n1.xml"]]
    write(tmp_path / "n2.xml", newsml(version=2))
    assert [look(), look(), look(60)] == [[], ["boat.jpg + n2.xml"], []], "the first was used, and is not refused now"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_the_command_takes_a_drop_folder_in_wrong_order_and_half_written(tmp_path: Path, site: Site) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    process = site.start_ingest(folder, "--watch", "--patience", "3", "--workers", "1")
    lines: list[str] = []
    threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True).start()

    def told() -> list[dict]:
        return [json.loads(line) for line in lines]

    boat = jpeg(1)

    write(folder / "boat.jpg", boat[:500])
    write(folder / "n.xml", newsml()[:400])
    time.sleep(1)
    write(folder / "boat.jpg", boat)
    write(folder / "n.xml", newsml())
    until(lambda: [line["outcome"] for line in told()] == ["created"])
    write(folder / "kill.xml", newsml(version=2, href="", item_meta='<pubStatus qcode="stat:canceled"/>'))
    until(lambda: len(told()) == 2)
    write(folder / "lone.xml", newsml(guid="urn:lone", href="later.jpg"))
    until(lambda: [line["outcome"] for line in told()][2:] == ["kept"])
    delivery(folder, later_jpg=jpeg(2))
    until(lambda: [line["outcome"] for line in told()][3:] == ["created"])

    assert "took the place of version 1" in told()[1]["reason"]
    assert process.poll() is None


def until(is_so: Callable[[], bool], *, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to be so"
        time.sleep(0.3)
