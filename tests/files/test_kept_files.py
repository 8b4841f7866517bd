import errno
import hashlib
import io
import os
import stat
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.storage.memory import InMemoryStorage

from archive.files import kept_files
from archive.files.kept_files import (
    OriginalLost,
    TooLarge,
    keep_rendition,
    keep_spooled,
    spool,
)
from tests.files.keep import keep_original

BYTES = b"the sea " * 1000
DIGEST = hashlib.sha256(BYTES).hexdigest()
NAME = f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"


class Sea(io.RawIOBase):
    """A stream of any length that nobody holds in memory."""

    def __init__(self, size_bytes: int) -> None:
        self.left = size_bytes

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return bytes(size)


def held() -> Path:
    return Path(storages["originals"].path(NAME))


def test_what_arrives_lies_in_the_spool_with_its_digest(tmp_path: Path):
    spooled = spool(io.BytesIO(BYTES), tmp_path / "new" / "spool", max_bytes=10**6)

    assert spooled.path.read_bytes() == BYTES
    assert (spooled.size_bytes, spooled.message_digest) == (len(BYTES), DIGEST)


def test_what_is_too_large_is_counted_and_hashed_but_leaves_nothing(tmp_path: Path):
    with pytest.raises(TooLarge) as refused:
        spool(io.BytesIO(BYTES), tmp_path / "spool", max_bytes=100)

    assert (refused.value.size_bytes, refused.value.message_digest) == (len(BYTES), DIGEST)
    assert list((tmp_path / "spool").iterdir()) == []


def test_an_original_is_kept_under_its_digest_and_cannot_be_written(tmp_path: Path):
    kept = keep_original(io.BytesIO(BYTES))

    assert (kept.storage_path, kept.size_bytes, kept.message_digest) == (NAME, len(BYTES), DIGEST)
    assert held().read_bytes() == BYTES
    assert stat.S_IMODE(held().stat().st_mode) == 0o400


def test_keeping_the_same_bytes_again_rewrites_nothing(tmp_path: Path):
    keep_original(io.BytesIO(BYTES))
    before = held().stat()

    keep_original(io.BytesIO(BYTES))

    after = held().stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert _left_over() == []


def test_a_move_into_the_store_may_run_twice(tmp_path: Path):
    spooled = spool(io.BytesIO(BYTES), tmp_path / "spool", 10**6)

    assert keep_spooled(spooled.path, DIGEST) == keep_spooled(spooled.path, DIGEST) == NAME


def test_a_crash_between_name_and_removal_is_finished_by_the_next_run(tmp_path: Path):
    spooled = spool(io.BytesIO(BYTES), tmp_path / "spool", 10**6)
    held().parent.mkdir(parents=True)
    os.link(spooled.path, held())

    keep_spooled(spooled.path, DIGEST)

    assert held().read_bytes() == BYTES
    assert not spooled.path.exists()


def test_lost_bytes_are_said_to_be_lost(tmp_path: Path):
    with pytest.raises(OriginalLost):
        keep_spooled(tmp_path / "nowhere", DIGEST)


def test_other_bytes_under_the_same_digest_are_set_aside_and_kept(tmp_path: Path):
    held().parent.mkdir(parents=True)
    held().write_bytes(b"x" * len(BYTES))
    spooled = spool(io.BytesIO(BYTES), tmp_path / "spool", 10**6)

    keep_spooled(spooled.path, DIGEST)

    assert held().read_bytes() == BYTES
    [aside] = [path for path in held().parent.iterdir() if path != held()]
    assert aside.name.startswith(f"{DIGEST}.altered-")
    assert aside.read_bytes() == b"x" * len(BYTES)


def test_in_a_store_without_folders_other_bytes_are_set_aside_too(tmp_path: Path, settings):
    settings.STORAGES = settings.STORAGES | {"originals": {"BACKEND": f"{__name__}.ObjectStore"}}
    storages["originals"].save(NAME, ContentFile(b"altered"))

    kept = keep_original(io.BytesIO(BYTES))

    assert storages["originals"].open(kept.storage_path).read() == BYTES
    assert len(storages["originals"].listdir(f"{DIGEST[:2]}/{DIGEST[2:4]}")[1]) == 2


def test_many_threads_keep_the_same_bytes_once(tmp_path: Path):
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda _: keep_original(io.BytesIO(BYTES)).storage_path, range(64)))

    assert set(kept) == {NAME}
    assert held().read_bytes() == BYTES
    assert _left_over() == []


@pytest.mark.parametrize("fault", [errno.EXDEV, errno.EPERM], ids=["another file system", "no links"])
def test_a_store_that_the_spool_cannot_link_to_gets_a_whole_copy(tmp_path: Path, monkeypatch, fault):
    link = os.link

    def refuse(source, target, **options):
        if fault == errno.EPERM or "arrived-" in str(source):
            raise OSError(fault, "refused")
        link(source, target, **options)

    monkeypatch.setattr(kept_files.os, "link", refuse)

    keep_original(io.BytesIO(BYTES))

    assert held().read_bytes() == BYTES
    assert stat.S_IMODE(held().stat().st_mode) == 0o400
    assert [path.name for path in held().parent.iterdir()] == [DIGEST]
    assert _left_over() == []


def test_a_store_without_folders_keeps_bytes_once_too(tmp_path: Path, settings):
    settings.STORAGES = settings.STORAGES | {"originals": {"BACKEND": f"{__name__}.ObjectStore"}}

    for _ in range(2):
        kept = keep_original(io.BytesIO(BYTES))

    with storages["originals"].open(kept.storage_path) as stream:
        assert stream.read() == BYTES
    assert storages["originals"].listdir(f"{DIGEST[:2]}/{DIGEST[2:4]}") == ([], [DIGEST])


class ObjectStore(InMemoryStorage):
    """Stands for an S3 bucket, which is a network away."""


def test_memory_does_not_grow_with_the_file(tmp_path: Path):
    tracemalloc.start()
    keep_original(Sea(200 * 1024 * 1024))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak_bytes < 8 * 1024 * 1024


def test_a_rendition_may_be_made_again(tmp_path: Path):
    for content in (b"first", b"second"):
        made = tmp_path / "screen.jpg"
        made.write_bytes(content)
        name = keep_rendition(made, DIGEST, "SCREEN")

    assert name == f"{NAME}-screen.jpg"
    assert Path(storages["renditions"].path(name)).read_bytes() == b"second"
    assert not made.exists()


def _left_over() -> list[Path]:
    from django.conf import settings

    return list(Path(settings.SPOOL_ROOT).iterdir())
