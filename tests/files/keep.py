"""Keep bytes in one go, as those who receive a file and those who work it off do between them."""

import io
from datetime import UTC, datetime
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings

from archive.files.kept_files import keep_spooled, spool
from archive.files.models import MediaFile


class Kept(NamedTuple):
    """Bytes that are held: their SHA-256 and the name under which the store of originals knows them."""

    message_digest: str
    size_bytes: int
    storage_path: str


def keep_original(stream: BinaryIO) -> Kept:
    spooled = spool(stream, settings.SPOOL_ROOT, settings.INGEST_MAX_BYTES)
    storage_path = keep_spooled(spooled.path, spooled.message_digest)
    return Kept(spooled.message_digest, spooled.size_bytes, storage_path)


def hold(content: bytes | BinaryIO, name: str = "beach.jpg", **fields: Any) -> MediaFile:
    """Keep bytes and record them as a file, whatever they are, as a JPEG."""
    kept = keep_original(io.BytesIO(content) if isinstance(content, bytes) else content)
    known = {"format_name": "JPEG", "mime_type": "image/jpeg", "received_at": datetime(2024, 6, 18, 12, tzinfo=UTC)}
    return MediaFile.objects.create(original_name=name, **kept._asdict() | known | fields)
