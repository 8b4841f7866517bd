"""Bring the bytes of a delivery into the spool, whichever way it came; one bad file never stops the others."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any, BinaryIO, Self, cast

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.files.kept_files import digest_of
from archive.files.models import MediaFile
from archive.files.original_repair import doubtful
from archive.files.room import NoRoom
from archive.ingest.delivery import MAX_SIDECAR_BYTES, Delivered
from archive.ingest.models import AccessionLine
from archive.ingest.process_lines import BATCH
from archive.ingest.receive_files import LONGEST_PATH, Arrived, arrive, record_arrivals
from archive.ingest.zip_archives import CannotRead, why_unreadable

# So many files are looked at together: which of them are held is one query.
CHUNK = 64
READERS = 2


def hand_over(files: Iterable[Delivered], *, accession: Accession, by: User | None, way: str) -> list[AccessionLine]:
    """Receive the files into the accession and leave them to the workers."""
    lines: list[AccessionLine] = []
    with ThreadPoolExecutor(READERS) as readers:
        for chunk in chunks(files):
            for came in in_groups(arrivals(chunk, readers), BATCH):
                lines += record_arrivals(came, accession=accession, by=by, way=way)
    return lines


def arrivals(chunk: list[Delivered], readers: ThreadPoolExecutor) -> Iterator[Arrived]:
    """
    Yield each file once it arrived, in the order of the delivery.

    What may be held is hashed first: held bytes are not written again.

    :raises NoRoom: after the last of those that found room
    """
    sizes = {file.size_bytes for file in chunk}
    held_sizes = set(MediaFile.objects.filter(size_bytes__in=sizes).values_list("size_bytes", flat=True))
    hashed: dict[int, Future[str]] = {
        place: readers.submit(_digest, file)
        for place, file in enumerate(chunk)
        if file.size_bytes in held_sizes and not file.refusal
    }
    digests = {future.result() for future in hashed.values()}
    held_files = list(MediaFile.objects.filter(message_digest__in=digests, item__isnull=False))
    # What is missing from the store, or was altered there, is put right from the bytes.
    intact = {media_file.message_digest for media_file in held_files} - doubtful(held_files)
    known = {place: future.result() for place, future in hashed.items() if future.result() in intact}
    arriving = [readers.submit(arrive_delivered, file, known.get(place, "")) for place, file in enumerate(chunk)]
    full: NoRoom | None = None
    for future in arriving:
        try:
            arrived = future.result()
        except NoRoom as problem:
            # What arrived beside it, and after it, is brought in first.
            full = problem
        else:
            yield from arrived
    if full:
        raise full


def _digest(file: Delivered) -> str:
    try:
        with file.open() as stream:
            return digest_of(stream)[0]
    except Exception:  # what cannot be read is refused when it arrives
        return ""


class _Source:
    """A stream out of a delivery: whatever fails while it is read is told apart from what fails in the archive."""

    def __init__(self, file: Delivered) -> None:
        self._file = file

    def __enter__(self) -> Self:
        try:
            self._stream = self._file.open()
        except Exception as problem:  # files of other people fail in every way there is
            raise CannotRead(why_unreadable(problem)) from problem
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stream.close()

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except Exception as problem:  # as above
            raise CannotRead(why_unreadable(problem)) from problem


def arrive_delivered(file: Delivered, held_digest: str = "") -> list[Arrived]:
    """
    Bring one file with its sidecar into the spool; what cannot be read is refused, and never stops the others.

    :param held_digest: given for bytes that are held: they stay where they are
    """
    if file.refusal:
        return [_refused(file, f"{file.refusal}.")]
    known: dict[str, Any] = {"delivered_path": file.path[:LONGEST_PATH], "stated": file.stated}
    refused = []
    if file.sidecar:
        try:
            known["sidecar"] = _read_sidecar(file.sidecar)
        except CannotRead as problem:
            refused = [_refused(file.sidecar, f"{problem}. “{file.name}” came in without it.")]
    try:
        if held_digest:
            came = Arrived(file.name, file.size_bytes, held_digest, **known)
        else:
            with _Source(file) as stream:
                came = arrive(cast(BinaryIO, stream), original_name=file.name, **known)
    except CannotRead as problem:
        came = _refused(file, f"it cannot be read from the accession ({problem}). Send the file again.")
    except NoRoom:
        raise  # no fault of this file, and the same for all that follow
    except OSError as problem:
        why = os.strerror(problem.errno).lower() if problem.errno else str(problem)
        came = _refused(file, f"the archive cannot store it at the moment ({why}). Bring it in again later.")
    return [came, *refused]


def _read_sidecar(sidecar: Delivered) -> bytes:
    if sidecar.refusal:
        raise CannotRead(sidecar.refusal)
    with _Source(sidecar) as stream:
        content = stream.read(MAX_SIDECAR_BYTES + 1)
    if len(content) > MAX_SIDECAR_BYTES:
        raise CannotRead(f"it has more than {MAX_SIDECAR_BYTES // 1024**2} MB, and no sidecar is so long")
    return content


def _refused(file: Delivered, why: str) -> Arrived:
    reason = f'"{file.name}" was not kept: {why}'
    path = file.path[:LONGEST_PATH]
    return Arrived(file.name, file.size_bytes, refusal=reason, delivered_path=path, stated=file.stated)


def chunks(files: Iterable[Delivered]) -> Iterator[list[Delivered]]:
    files = iter(files)
    while chunk := list(islice(files, CHUNK)):
        yield chunk


def in_groups(arrivals: Iterator[Arrived], most: int) -> Iterator[list[Arrived]]:
    group: list[Arrived] = []
    try:
        for came in arrivals:
            group.append(came)
            if len(group) == most:
                yield group
                group = []
    except NoRoom:
        if group:
            yield group
        raise
    if group:
        yield group
