"""Read a part of kept bytes: from disk from there on, from an S3-compatible store by a range request of its own."""

from collections.abc import Iterator
from typing import Any

from django.core.files.storage import Storage

BLOCK_BYTES = 256 * 1024


class Part:
    """Bytes of one stored file, from `start` to before `stop`, in blocks; `close()` lets go of the file."""

    def __init__(self, opened: Any, length: int) -> None:
        self._opened, self._left = opened, length

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (block := self._opened.read(min(self._left, BLOCK_BYTES))):
            self._left -= len(block)
            yield block

    def close(self) -> None:
        self._opened.close()


def open_part(store: Storage, name: str, start: int, stop: int) -> Part:
    """
    Open a part of a stored file, without reading what lies before it.

    :raises FileNotFoundError: the store has no such file
    """
    if hasattr(store, "bucket"):
        return _open_in_bucket(store, name, start, stop)
    opened = store.open(name)
    opened.seek(start)
    return Part(opened, stop - start)


def _open_in_bucket(store: Any, name: str, start: int, stop: int) -> Part:
    """Ask an S3-compatible store for the part alone: the storage's own file object would fetch all of it first."""
    # Half a second to load, and needed nowhere else.
    from botocore.exceptions import ClientError
    from storages.utils import clean_name

    key = store._normalize_name(clean_name(name))
    try:
        answer = store.bucket.Object(key).get(Range=f"bytes={start}-{stop - 1}")
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError(f"File does not exist: {name}") from error
        raise
    return Part(answer["Body"], stop - start)
