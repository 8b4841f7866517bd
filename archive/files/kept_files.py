"""
Keep bytes: into the spool as they arrive, then once and for all under their SHA-256.

A kept original is write-once: it is put in place whole or not at all, is never opened for writing again and its mode
forbids it. Memory use is one block, whatever the size. All of it may run in several threads and processes at once.
"""

import errno
import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from archive.files.models import MediaFile
from archive.files.room import check_room

BLOCK_BYTES = 1024 * 1024
# So often, while a file arrives, it is asked whether the disk still has room.
ROOM_CHECKED_BYTES = 16 * BLOCK_BYTES
ARRIVED = "arrived-"
# For nobody to write, and for this account alone to read: an original may show what must not get out.
READ_ONLY = 0o400
# File systems that know no hard links, or not between these two folders.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.EACCES}


class TooLarge(Exception):
    """More bytes arrived than are allowed. They were counted and hashed to their end for the record, but not kept."""

    def __init__(self, size_bytes: int, message_digest: str, max_bytes: int) -> None:
        super().__init__(f"it has {size_bytes / 1e6:.0f} MB; files of up to {max_bytes / 1e6:.0f} MB are taken.")
        self.size_bytes, self.message_digest = size_bytes, message_digest


class OriginalLost(Exception):
    """The bytes are neither in the spool nor in the store."""


@dataclass(frozen=True)
class Spooled:
    """Bytes that have arrived and outlive a power cut; nothing is decided on them yet."""

    path: Path
    size_bytes: int
    message_digest: str


def spool(stream: BinaryIO, spool_dir: str | os.PathLike[str], max_bytes: int) -> Spooled:
    """
    Write a stream into a new file of the spool, hashing on the way; return once it would survive a power cut.

    :raises TooLarge: the stream is longer than `max_bytes`; nothing stays behind
    :raises NoRoom: the disk is too full, or becomes so on the way; nothing stays behind
    """
    spool_dir = Path(spool_dir)
    check_room()
    _make_folder(spool_dir)
    descriptor, name = tempfile.mkstemp(dir=spool_dir, prefix=ARRIVED)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as target:
            digest, size_bytes = hashlib.sha256(), 0
            while block := stream.read(BLOCK_BYTES):
                digest.update(block)
                size_bytes += len(block)
                if size_bytes <= max_bytes:
                    if size_bytes // ROOM_CHECKED_BYTES > (size_bytes - len(block)) // ROOM_CHECKED_BYTES:
                        check_room()
                    target.write(block)
            if size_bytes > max_bytes:
                raise TooLarge(size_bytes, digest.hexdigest(), max_bytes)
            target.flush()
            os.fsync(target.fileno())
        _sync_folder(spool_dir)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Spooled(path, size_bytes, digest.hexdigest())


def adopt(path: Path, spool_dir: str | os.PathLike[str]) -> Path:
    """Give a file of the spool's own disk a second name, as one that has arrived; without links, move it."""
    arrived = Path(spool_dir) / f"{ARRIVED}{uuid.uuid4().hex}"
    try:
        os.link(path, arrived)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.rename(path, arrived)
    _sync_folder(arrived.parent)
    return arrived


def digest_of(stream: BinaryIO) -> tuple[str, int]:
    """Return the SHA-256 of a stream from here to its end, and how many bytes that was."""
    digest, size_bytes = hashlib.sha256(), 0
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
        size_bytes += len(block)
    return digest.hexdigest(), size_bytes


def keep_spooled(spooled_path: str | os.PathLike[str], message_digest: str) -> str:
    """
    Move spooled bytes to their place in the store and return its name there. May run twice without harm.

    Other bytes that lie there already are set aside.

    :param message_digest: the SHA-256 that `spool` gave for them
    :raises OriginalLost: they are neither in the spool nor in the store
    """
    spooled_path, name = Path(spooled_path), path_of(message_digest)
    store = storages["originals"]
    if not spooled_path.exists():
        if store.exists(name):
            return name
        raise OriginalLost(f"{message_digest} is neither in the spool nor in the store. Send the file again.")
    try:
        if store.exists(name):
            if held_digest(message_digest) != message_digest:
                replace_original(spooled_path, message_digest)
        else:
            put_in_store(spooled_path, name)
    except FileNotFoundError:
        # Another process was quicker by a moment with the same bytes.
        if not store.exists(name):
            raise
    spooled_path.unlink(missing_ok=True)
    return name


def put_in_store(spooled_path: Path, name: str) -> None:
    """Give spooled bytes a name in the store of originals; where one has that name already, that one stays."""
    store = storages["originals"]
    if isinstance(store, FileSystemStorage):
        _put_in_place(spooled_path, Path(store.path(name)))
    else:
        _upload(store, name, spooled_path)


def held_digest(message_digest: str) -> str | None:
    """Re-read what is held under a digest and return its SHA-256; None where nothing is."""
    try:
        with storages["originals"].open(path_of(message_digest), "rb") as stream:
            return digest_of(stream)[0]
    except FileNotFoundError:
        return None


def why_not_intact(media_file: MediaFile) -> str:
    """Re-read an original and tell people, without the beginning, that it is missing or altered; "" if it is intact."""
    digest = held_digest(media_file.message_digest)
    if digest == media_file.message_digest:
        return ""
    what = "is missing from the store" if digest is None else "was altered in the store"
    return f"its original {what}. Send the same file again."


def replace_original(spooled_path: str | os.PathLike[str], message_digest: str) -> str:
    """
    Put good bytes under their digest, where none are or others are held; the spooled ones stay as they are.

    Others are set aside in the store: the name of that copy is returned, "" where nothing was set aside. Two processes
    may do so at once: what is set aside is what was read, and good bytes are only ever replaced by the same.
    """
    store, name, spooled_path = storages["originals"], path_of(message_digest), Path(spooled_path)
    if not isinstance(store, FileSystemStorage):
        return _replace_in_store(store, name, spooled_path, message_digest)
    target = Path(store.path(name))
    _make_folder(target.parent)
    near = _copy_near(spooled_path, target, sync=True)
    os.chmod(near, READ_ONLY)
    try:
        aside = _copy_near(target, target, sync=True)
    except FileNotFoundError:
        set_aside = ""
    else:
        with aside.open("rb") as stream:
            digest = digest_of(stream)[0]
        set_aside = "" if digest == message_digest else _aside(name, digest)
        if set_aside:
            os.chmod(aside, READ_ONLY)
            os.replace(aside, store.path(set_aside))
        else:
            aside.unlink()
    os.replace(near, target)
    _sync_folder(target.parent)
    return set_aside


def _replace_in_store(store: Storage, name: str, spooled_path: Path, message_digest: str) -> str:
    set_aside = ""
    digest = held_digest(message_digest)
    if digest == message_digest:
        return ""
    if digest is not None:
        set_aside = _aside(name, digest)
        if not store.exists(set_aside):
            with store.open(name, "rb") as altered:
                store.save(set_aside, File(altered))
        store.delete(name)
    _upload(store, name, spooled_path)
    return set_aside


def _aside(name: str, digest: str) -> str:
    return f"{name}.altered-{digest[:16]}"


def path_of(message_digest: str) -> str:
    """Name an original within the store: `ab/cd/<sha256>`, so that no folder grows beyond reason."""
    return f"{message_digest[:2]}/{message_digest[2:4]}/{message_digest}"


def open_original(media_file: MediaFile) -> BinaryIO:
    """Open an original's bytes for reading; the caller closes them. Raises FileNotFoundError if they are missing."""
    return storages["originals"].open(media_file.storage_path, "rb")


@contextmanager
def on_disk(media_file: MediaFile) -> Iterator[Path]:
    """Give a path under which the sandbox can read an original; from another store it is copied for that long."""
    store = storages["originals"]
    if isinstance(store, FileSystemStorage):
        yield Path(store.path(media_file.storage_path))
        return
    with tempfile.NamedTemporaryFile(prefix="strandline-original-") as copy, open_original(media_file) as stream:
        shutil.copyfileobj(stream, copy, BLOCK_BYTES)
        copy.flush()
        yield Path(copy.name)


def keep_rendition(
    made_path: str | os.PathLike[str],
    message_digest: str,
    purpose: str,
    offset_milliseconds: int | None = None,
    orientation: int | None = None,
) -> str:
    """
    Move a made copy into the store of renditions, over an earlier one, and return its name there.

    :param offset_milliseconds: the moment of a still; a file has several
    :param orientation: how the copy is turned: two that are turned differently never lie under one name

    Not synced to disk: what is lost in a power cut is made again.
    """
    moment = "" if offset_milliseconds is None else f"-{offset_milliseconds}"
    turned = "" if orientation is None else f"-turned-{orientation}"
    name = f"{path_of(message_digest)}-{purpose.lower()}{moment}{turned}{Path(made_path).suffix}"
    store = storages["renditions"]
    if not isinstance(store, FileSystemStorage):
        with open(made_path, "rb") as stream:
            return store.save(name, File(stream))
    target = Path(store.path(name))
    if not os.path.exists(made_path) and target.exists():
        # Moved by a first try whose transaction was taken back.
        return name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(made_path, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        near = _copy_near(Path(made_path), target, sync=False)
        os.replace(near, target)
        os.unlink(made_path)
    return name


def _put_in_place(spooled_path: Path, target: Path) -> None:
    """Give the bytes their name by a hard link, which fails where a name exists: nothing is ever written over."""
    _make_folder(target.parent)
    os.chmod(spooled_path, READ_ONLY)
    try:
        os.link(spooled_path, target)
    except FileExistsError:
        return  # another worker was faster with the same bytes
    except OSError as error:
        if error.errno != errno.EXDEV and error.errno not in _NO_LINKS:
            raise
        near = _copy_near(spooled_path, target, sync=True)
        os.chmod(near, READ_ONLY)
        try:
            os.link(near, target)
            os.unlink(near)
        except FileExistsError:
            os.unlink(near)
        except OSError:
            # Without links there is no name that fails; but bytes of the same SHA-256 are the same bytes.
            os.rename(near, target)
    _sync_folder(target.parent)


def _copy_near(source: Path, target: Path, *, sync: bool) -> Path:
    """Copy to a file beside the target, from where it can be renamed."""
    with open(source, "rb") as reading:
        descriptor, near = tempfile.mkstemp(dir=target.parent, prefix="arriving-")
        try:
            with os.fdopen(descriptor, "wb") as writing:
                shutil.copyfileobj(reading, writing, BLOCK_BYTES)
                if sync:
                    writing.flush()
                    os.fsync(writing.fileno())
        except BaseException:
            # A full disk: half a copy is of no use to anybody, and takes room.
            os.unlink(near)
            raise
    return Path(near)


def _upload(store: Storage, name: str, spooled_path: Path) -> None:
    with open(spooled_path, "rb") as stream:
        saved_as = store.save(name, File(stream))
    if saved_as != name:
        # Another worker was faster with the same bytes, and the store gave this copy a name of its own.
        store.delete(saved_as)


def _make_folder(folder: Path) -> None:
    """Make a folder with its parents, and have the new names outlive a power cut."""
    missing = [folder, *folder.parents]
    missing = missing[: next(at for at, there in enumerate(missing) if there.exists())]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        _sync_folder(made.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
