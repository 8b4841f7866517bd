import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from storages.backends.s3 import S3Storage

from archive.files.ranges import BLOCK_BYTES, open_part

BYTES = (bytes(range(251)) * (3 * BLOCK_BYTES // 251))[: BLOCK_BYTES * 2 + 77]


class _Bucket(BaseHTTPRequestHandler):
    """The network behind a fake: a store that answers ranges and counts what it sent."""

    sent: list[int] = []

    def do_GET(self) -> None:
        if not self.path.startswith("/shelf/originals/kept"):
            self.send_error(404)
            return
        first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups())
        body = BYTES[first : last + 1]
        self.sent.append(len(body))
        self.send_response(206)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(BYTES)}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def bucket() -> Iterator[S3Storage]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Bucket)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Bucket.sent.clear()
    yield S3Storage(
        bucket_name="shelf",
        location="originals",
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        region_name="here",
        access_key="key",
        secret_key="secret",
        addressing_style="path",
    )
    server.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> FileSystemStorage:
    (tmp_path / "kept").write_bytes(BYTES)
    return FileSystemStorage(location=tmp_path)


@pytest.mark.parametrize("store", ["folder", "bucket"])
@pytest.mark.parametrize(("start", "stop"), [(0, 10), (70, BLOCK_BYTES + 90), (len(BYTES) - 1, len(BYTES))])
def test_a_part_is_read_and_nothing_else(store: str, start: int, stop: int, request: pytest.FixtureRequest) -> None:
    part = open_part(request.getfixturevalue(store), "kept", start, stop)

    assert b"".join(part) == BYTES[start:stop]
    part.close()
    assert _Bucket.sent == ([stop - start] if store == "bucket" else _Bucket.sent)


@pytest.mark.parametrize("store", ["folder", "bucket"])
def test_missing_bytes_are_told_alike(store: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(FileNotFoundError):
        open_part(request.getfixturevalue(store), "lost", 0, 10)
