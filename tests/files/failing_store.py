"""A file store that fails as long as a file lies beside it: for threads and processes alike."""

import errno
import os
from pathlib import Path

from botocore.exceptions import ClientError, EndpointConnectionError
from django.core.files.storage import FileSystemStorage

FAULTS: dict[str, Exception] = {
    "full": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "broken": OSError(errno.EIO, os.strerror(errno.EIO)),
    "read-only": OSError(errno.EROFS, os.strerror(errno.EROFS)),
    # What stands at the place of the folder where a disk was mounted.
    "not mounted": NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)),
    "refused": ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)),
    "unreachable": EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
    "overloaded": ClientError(
        {"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}, "PutObject"
    ),
}


class FailingStore(FileSystemStorage):
    """`FAILS` beside its folder holds the name of the fault; without that file the store works."""

    def path(self, name: str) -> str:
        sign = sign_of(self)
        if sign.exists():
            raise FAULTS[sign.read_text()]
        return super().path(name)


def sign_of(store: FileSystemStorage) -> Path:
    return Path(store.base_location).with_name("FAILS")
