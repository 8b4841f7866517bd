"""Keep bytes in one go, as those who receive a file and those who work it off do between them."""

from typing import BinaryIO, NamedTuple

from django.conf import settings

from archive.files.kept_files import keep_spooled, spool


class Kept(NamedTuple):
    """Bytes that are held: their SHA-256 and the name under which the store of originals knows them."""

    message_digest: str
    size_bytes: int
    storage_path: str


def keep_original(stream: BinaryIO) -> Kept:
    spooled = spool(stream, settings.SPOOL_ROOT, settings.INGEST_MAX_BYTES)
    storage_path = keep_spooled(spooled.path, spooled.message_digest)
    return Kept(spooled.message_digest, spooled.size_bytes, storage_path)
