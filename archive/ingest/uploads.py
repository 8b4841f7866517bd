"""
Uploads that may break off and go on: the rules behind the tus 1.0.0 protocol (core, creation, checksum, termination).

An upload is two or three files in the spool: the bytes so far, whose length is the offset, a note of who sends what,
and the sidecar. Once the last byte is on the disk the file is
received as an accession line, an archive as the lines of what lies in it, and the note says which.
"""

import fcntl
import hashlib
import hmac
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from archive.accounts.models import User
from archive.catalogue.models import Accession, Item
from archive.files import room
from archive.files.machine_locks import take_lock
from archive.files.original_repair import doubtful
from archive.files.outside_faults import is_disk_full
from archive.ingest.held_arrivals import record_known
from archive.ingest.models import AccessionLine
from archive.ingest.receive_files import Arrived, receive_spooled, record_arrivals
from archive.ingest.sent_archives import archive_sent, receive_archive

_BLOCK_BYTES = 256 * 1024
# To begin takes milliseconds.
_PATIENCE_SECONDS = 20


class UploadProblem(Exception):
    """The upload cannot go on; the message is a sentence for people."""


class NoSuchUpload(UploadProblem):
    """There is none of this key, or it is somebody else's."""


class UploadTooLarge(UploadProblem):
    """The file is larger than INGEST_MAX_BYTES, or sends more than it announced; `line` is the record of the former."""

    line: AccessionLine | None = None


class NoRoom(UploadProblem):
    """The disk is too full for this file."""


class TooManyUnfinished(UploadProblem):
    """This person has begun more uploads than may be unfinished at once, or larger ones."""


class WrongOffset(UploadProblem):
    """The sender and the archive do not agree on how much has arrived."""


class UploadBusy(UploadProblem):
    """Another request is writing to this upload."""


class ChecksumMismatch(UploadProblem):
    """The bytes of a chunk are not those that were sent; they were dropped."""


@dataclass(frozen=True)
class Upload:
    key: str
    owner_id: int
    accession_id: int
    original_name: str
    delivered_path: str
    size_bytes: int
    line_id: int | None = None
    stated: dict[str, str] = field(default_factory=dict)
    # Of an archive the other lines that it became.
    further_ids: list[int] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return _folder() / self.key

    @property
    def sidecar_path(self) -> Path:
        return self.path.with_suffix(".xmp")

    @property
    def offset_bytes(self) -> int:
        """How much has arrived, told by the file itself."""
        return self.size_bytes if self.line_id else self.path.stat().st_size

    @property
    def missing_bytes(self) -> int:
        """How much is still to come of it."""
        with suppress(FileNotFoundError):
            return self.size_bytes - self.offset_bytes
        return 0


def _folder() -> Path:
    folder = Path(settings.SPOOL_ROOT) / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _note(upload: Upload) -> None:
    """Write the note of an upload so that a crash leaves the old or the new one, never half."""
    draft = upload.path.with_suffix(".draft")
    with draft.open("w") as stream:
        json.dump(asdict(upload), stream)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(upload.path.with_suffix(".json"))


def _noted(name: str) -> Upload:
    """Read the note of an upload."""
    noted = json.loads((_folder() / f"{name}.json").read_text())
    return Upload(**{field.name: noted[field.name] for field in fields(Upload) if field.name in noted})


def begin(
    *,
    accession: Accession,
    original_name: str,
    delivered_path: str,
    size_bytes: int,
    by: User,
    sidecar: bytes = b"",
    stated: dict[str, str] | None = None,
) -> Upload:
    """
    Make room for a file that is about to be sent.

    :param stated: its row of the captions list
    :param sidecar: the XMP file that lies beside it
    :raises UploadTooLarge: more than INGEST_MAX_BYTES; the accession has a line that says so
    :raises NoRoom: the disk would not take it, with what else was promised room
    :raises TooManyUnfinished: this person is to finish others first
    :raises UploadBusy: so many are begun that this one did not get its turn
    """
    if size_bytes > settings.INGEST_MAX_BYTES:
        words = gettext_noop(
            '"%(name)s" was not kept: it has %(size)s bytes, and the archive takes files of up to %(limit)s.'
        )
        details = {"name": original_name, "size": size_bytes, "limit": settings.INGEST_MAX_BYTES}
        problem = UploadTooLarge(_(words) % details)
        refused = Arrived(original_name, size_bytes, refusal=words % details, delivered_path=delivered_path)
        [problem.line] = record_arrivals([refused], accession=accession, by=by, way=AccessionLine.Way.PAGE)
        raise problem
    with _one_at_a_time():
        begun = unfinished()
        own = [upload for upload in begun if upload.owner_id == by.pk]
        most, most_bytes = settings.UPLOAD_MOST_UNFINISHED, settings.UPLOAD_MOST_UNFINISHED_BYTES
        if len(own) >= most or size_bytes + sum(upload.size_bytes for upload in own) > most_bytes:
            raise TooManyUnfinished(
                _(
                    "You have %(n)s unfinished uploads; %(most)s may wait at once, of %(gigabytes)s GB together. "
                    "Finish or cancel some, then send this file. What nobody goes on with is dropped after %(days)s "
                    "days."
                )
                % {"n": len(own), "most": most, "gigabytes": most_bytes // 10**9, "days": settings.UPLOAD_KEEP_DAYS}
            )
        _check_room(size_bytes + sum(upload.missing_bytes for upload in begun))
        key = uuid.uuid4().hex
        upload = Upload(key, by.pk, accession.pk, original_name, delivered_path, size_bytes, stated=stated or {})
        upload.path.touch(mode=0o600)
        if sidecar:
            upload.sidecar_path.write_bytes(sidecar)
        _note(upload)
        return upload


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one request count and begin: two at once would both pass the limits that one of them fills."""
    with ExitStack() as locks:
        until = time.monotonic() + _PATIENCE_SECONDS
        if not take_lock(locks, settings.VAR_ROOT / "beginning-uploads", ["begin"], until=until):
            raise UploadBusy(_("Too many uploads are begun at this moment. Try again in a few seconds."))
        yield


def unfinished() -> list[Upload]:
    """Return the uploads that were begun and have not all arrived."""
    uploads = []
    # Those that were received have no bytes here any more, and their notes are not read: there may be very many.
    names = set(os.listdir(_folder()))
    for name in names:
        if f"{name}.json" in names:
            # Others end while this looks.
            with suppress(OSError, ValueError):
                upload = _noted(name)
                if not upload.line_id:
                    uploads.append(upload)
    return uploads


def _check_room(size_bytes: int = 1) -> None:
    try:
        room.check_room(size_bytes)
    except room.NoRoom as full:
        raise NoRoom(str(full)) from full


def find(key: uuid.UUID, *, by: User) -> Upload:
    """
    Return the upload of this key.

    :raises NoSuchUpload: none, or not theirs: the two are not told apart
    """
    try:
        upload = _noted(key.hex)
    except (OSError, ValueError):
        raise NoSuchUpload(_("This upload is not known. Send the file again from its start.")) from None
    if upload.owner_id != by.pk:
        raise NoSuchUpload(_("This upload is not known. Send the file again from its start."))
    if not upload.line_id and not upload.path.exists():
        # Received, and killed before the note could say so; or dropped.
        line = _line_of(upload)
        if line is None:
            raise NoSuchUpload(_("This upload is not known. Send the file again from its start."))
        return replace(upload, line_id=line.pk)
    return upload


def _line_of(upload: Upload) -> AccessionLine | None:
    """Return the line that received this upload, as the database knows it: the note is written after it."""
    return AccessionLine.objects.filter(upload_key=upload.key).first()


def append(
    upload: Upload, read: Callable[[int], bytes], *, offset_bytes: int, by: User, sha256: bytes | None = None
) -> Upload:
    """
    Write what `read` gives at the offset; with the last byte, receive the file. What arrived before a break stays.

    :param read: returns up to so many bytes, b"" at the end
    :param sha256: digest of this chunk; if it does not fit, nothing of the chunk is kept
    :raises WrongOffset: the file is not that long, or longer
    :raises NoSuchUpload: it was dropped in the meantime
    :raises UploadTooLarge: more arrived than was announced
    :raises UploadBusy: another request holds the upload
    :raises ChecksumMismatch: the chunk was altered on its way
    :raises NoRoom: the disk is too full now
    """
    _check_room()
    if upload.line_id:
        raise WrongOffset(_("All of this file has arrived."))
    with _held(upload, by=by) as stream:
        arrived = stream.seek(0, os.SEEK_END)
        if offset_bytes != arrived:
            raise WrongOffset(_("%(arrived)s bytes have arrived, not %(claimed)s.") % {
                "arrived": arrived, "claimed": offset_bytes,
            })  # fmt: skip
        is_whole = False
        try:
            digest = hashlib.sha256()
            while block := read(_BLOCK_BYTES):
                if stream.tell() + len(block) > upload.size_bytes:
                    raise UploadTooLarge(_("More bytes arrived than were announced."))
                digest.update(block)
                _write(stream, block)
            if sha256 is not None and not hmac.compare_digest(digest.digest(), sha256):
                raise ChecksumMismatch(_("The chunk was altered on its way; send it again."))
            is_whole = True
        finally:
            # Without a checksum every byte that came is good; with one, only the whole chunk is.
            if not is_whole and (sha256 is not None or stream.tell() > upload.size_bytes):
                stream.truncate(arrived)
            stream.flush()
            os.fsync(stream.fileno())
        if stream.tell() < upload.size_bytes:
            return upload
        line = _line_of(upload)
        lines = [line] if line else _receive(upload, by=by)
        for path in (upload.path, upload.sidecar_path):
            path.unlink(missing_ok=True)
        upload = replace(upload, line_id=lines[0].pk, further_ids=[line.pk for line in lines[1:]])
        _note(upload)
        return upload


def _receive(upload: Upload, *, by: User) -> list[AccessionLine]:
    accession = Accession.objects.get(pk=upload.accession_id)
    try:
        if archive := archive_sent(upload.path, named=upload.delivered_path or upload.original_name):
            return receive_archive(archive, accession=accession, by=by, upload_key=uuid.UUID(upload.key))
        line = receive_spooled(
            upload.path,
            accession=accession,
            original_name=upload.original_name,
            delivered_path=upload.delivered_path,
            by=by,
            stated=upload.stated,
            sidecar=upload.sidecar_path.read_bytes() if upload.sidecar_path.exists() else None,
            upload_key=uuid.UUID(upload.key),
        )
    except FileNotFoundError:
        if upload.path.exists():
            raise
        raise NoSuchUpload(_("This upload was cancelled while it was being sent.")) from None
    except room.NoRoom as full:
        raise NoRoom(str(full)) from full
    return [line]


def _write(stream: BinaryIO, block: bytes) -> None:
    try:
        stream.write(block)
        stream.flush()
    except OSError as problem:
        if not is_disk_full(problem):
            raise
        raise NoRoom(str(room.NoRoom())) from problem


@contextmanager
def _held(upload: Upload, *, by: User) -> Iterator[BinaryIO]:
    """Open the bytes so far for this request alone; another may have received or dropped them in the meantime."""
    try:
        stream = upload.path.open("r+b")
    except FileNotFoundError:
        raise _ended(upload, by=by) from None
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UploadBusy(_("This upload is being written by another request.")) from None
        if not upload.path.exists():
            raise _ended(upload, by=by)
        yield stream


def _ended(upload: Upload, *, by: User) -> UploadProblem:
    """Say how an upload ended whose bytes are here no more."""
    try:
        find(uuid.UUID(upload.key), by=by)
    except NoSuchUpload as dropped:
        return dropped
    return WrongOffset(_("All of this file has arrived."))


def terminate(upload: Upload) -> None:
    """Drop an upload and what came of it; a file that was received already stays received."""
    upload.path.with_suffix(".json").unlink(missing_ok=True)
    upload.sidecar_path.unlink(missing_ok=True)
    if not upload.line_id:
        upload.path.unlink(missing_ok=True)


def note_held(
    message_digest: str,
    *,
    accession: Accession,
    original_name: str,
    delivered_path: str,
    size_bytes: int,
    by: User,
    sidecar: bytes = b"",
    stated: dict[str, str] | None = None,
) -> AccessionLine | None:
    """
    Record that a file was delivered again whose bytes need not be sent: they are held. None: they are not.

    A file that this accession has dealt with, and that says nothing anew, keeps its line, as by the command line.

    :param message_digest: SHA-256 in lower-case hexadecimal, computed by the sender
    :param stated: its row of the captions list
    :param sidecar: the XMP file that lies beside it now: a worker reads it, and what it says anew is added
    """
    item = Item.objects.visible_to(by).filter(media_file__message_digest=message_digest).first()
    # What is missing from the store, or was altered there, is put right from the bytes.
    if item is None or doubtful([item.media_file]):
        return None
    own = AccessionLine.objects.files().filter(accession=accession, item=item, message_digest=message_digest)
    before = {line.delivered_path or line.original_name: line for line in own.order_by("-pk")}
    if not sidecar and not stated and (line := before.get(delivered_path or original_name)):
        return line
    came = Arrived(
        original_name, size_bytes, message_digest,
        delivered_path=delivered_path, stated=stated or {}, sidecar=sidecar or None,
    )  # fmt: skip
    record = record_arrivals if sidecar else record_known
    [line] = record([came], accession=accession, by=by, way=AccessionLine.Way.PAGE)
    return line
