"""Read pages and pictures out of WARC files and of WACZ packages, which are ZIP files of them."""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urldefrag

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.extraction.articles.containers import WACZ, WARC, SavedPage
from archive.extraction.articles.limits import Limits, Refused

_PAGES_LISTED = 1000
_PIECE = 64 * 1024
_PAGE_TYPE = re.compile(r"(?:text/html|application/xhtml\+xml)", re.IGNORECASE)
# What a damaged or made-up archive makes the readers beneath raise.
_DAMAGE = (ArchiveLoadFailed, zlib.error, EOFError, ValueError, KeyError, IndexError, OSError, zipfile.BadZipFile,
           NotImplementedError, RuntimeError, AttributeError, TypeError)  # fmt: skip


@dataclass
class _Record:
    url: str
    captured: str
    media_type: str
    charset: str
    status: str
    stream: IO[bytes]


@dataclass
class WebArchivePage(SavedPage):
    """A page of a web archive; its pictures are found by going through the archive once more."""

    path: Path = field(default_factory=Path)
    limits: Limits = field(default_factory=Limits)

    def pictures(self, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
        open_keys = {_key(reference): reference for reference in wanted}
        reader = _Reader(self.path, self.container == WACZ, self.limits)
        for record in reader.records():
            reference = open_keys.pop(_key(record.url), None)
            if reference is not None and record.status == "200":
                yield reference, _whole(record.stream, self.limits.picture_bytes) or b""
            if not open_keys:
                return


def open_web_archive(path: Path, *, packed: bool, url: str, limits: Limits) -> WebArchivePage:
    """
    Open the page of this address, or else the archive's first.

    :raises Refused: the archive holds no page, or not this one
    """
    reader = _Reader(path, packed, limits)
    asked = _key(url or reader.first_listed)
    page = WebArchivePage(WACZ if packed else WARC, b"", path=path, limits=limits)
    chosen: _Record | None = None
    for record in reader.records():
        if record.status != "200" or not _PAGE_TYPE.match(record.media_type):
            continue
        if len(page.pages) < _PAGES_LISTED and record.url not in page.pages:
            page.pages.append(record.url)
        if chosen is None or (asked and _key(record.url) == asked != _key(chosen.url)):
            content = _whole(record.stream, limits.page_bytes)
            if content is None:
                page.problems.append(("LIMIT", f"A page of the archive is larger than {limits.page_bytes:,} bytes."))
            elif content.strip():
                chosen, page.content = record, content
    page.problems += reader.problems
    if chosen is None:
        reason = page.problems[0][1] if page.problems else "none of its records is a web page."
        raise Refused(f"no page could be read from it: {reason[:1].lower()}{reason[1:]}")
    if url and _key(chosen.url) != asked:
        raise Refused(f"it holds no page with the address {url}. It holds: {', '.join(page.pages[:5])}.")
    page.url, page.captured, page.charset = chosen.url, chosen.captured, chosen.charset
    page.statements = [("WARC", "WARC-Target-URI", chosen.url), ("WARC", "WARC-Date", chosen.captured)]
    if len(page.pages) > 1:
        page.problems.append(
            ("PAGES", f"The archive holds {len(page.pages)} pages; this is the reading of {chosen.url}.")
        )
    return page


class _Reader:
    """Goes through all records under the limits; what breaks ends the walk with a sentence, never with an exception."""

    def __init__(self, path: Path, packed: bool, limits: Limits) -> None:
        self.path, self.packed, self.limits = path, packed, limits
        self.problems: list[tuple[str, str]] = []
        self.first_listed = self._first_listed() if packed else ""

    def records(self) -> Iterator[_Record]:
        budget = _Budget(self.limits.archive_bytes)
        records = 0
        try:
            for warc in self._files():
                with warc as stream:
                    for record in ArchiveIterator(budget.over(stream), no_record_parse=False):
                        records += 1
                        if records > self.limits.archive_records or budget.spent:
                            self._say("LIMIT", "The archive is larger than what is read of one; its rest was left out.")
                            return
                        if (found := _response(record, budget)) is not None:
                            yield found
        except _DAMAGE as error:
            if budget.spent:
                self._say("LIMIT", "The archive is larger than what is read of one; its rest was left out.")
            else:
                self._say(
                    "UNREADABLE", f"The archive is damaged from a point on ({str(error)[:120] or 'it ends early'})."
                )

    def _say(self, code: str, text: str) -> None:
        if (code, text) not in self.problems:
            self.problems.append((code, text))

    def _files(self) -> Iterator[Any]:
        if not self.packed:
            yield self.path.open("rb")
            return
        with zipfile.ZipFile(self.path) as package:
            for member in package.infolist():
                if re.search(r"\.warc(?:\.gz)?$", member.filename) and not member.is_dir():
                    yield _opened(package, member)

    def _first_listed(self) -> str:
        """Read the address of the first page of pages.jsonl (WACZ 1.1, section 5.3)."""
        try:
            with zipfile.ZipFile(self.path) as package, package.open("pages/pages.jsonl") as listed:
                for line in listed.read(1024 * 1024).splitlines():
                    entry = json.loads(line)
                    if isinstance(entry, dict) and isinstance(entry.get("url"), str):
                        return str(entry["url"])
        except (*_DAMAGE, RecursionError):
            pass
        return ""


@contextmanager
def _opened(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    with package.open(member) as stream:
        yield stream


class _Budget:
    """Counts what is read, before and after decompression, against one limit."""

    def __init__(self, limit_bytes: int) -> None:
        self.left = limit_bytes

    @property
    def spent(self) -> bool:
        return self.left <= 0

    def over(self, stream: IO[bytes]) -> IO[bytes]:
        return io.BufferedReader(_Counted(stream, self))


class _Counted(io.RawIOBase):
    """A stream that ends when the budget does."""

    def __init__(self, stream: Any, budget: _Budget) -> None:
        self._stream, self._budget = stream, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._budget.spent:
            return 0
        piece = self._stream.read(min(len(buffer), _PIECE))
        self._budget.left -= len(piece)
        buffer[: len(piece)] = piece
        return len(piece)


def _response(record: Any, budget: _Budget) -> _Record | None:
    headers = record.rec_headers
    if record.rec_type not in ("response", "resource") or not (url := headers.get_header("WARC-Target-URI")):
        return None
    kind = headers.get_header("Content-Type") or ""
    status = "200"
    if record.rec_type == "response":
        if record.http_headers is None:
            return None
        status = record.http_headers.get_statuscode()
        kind = record.http_headers.get_header("Content-Type") or ""
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", kind, re.IGNORECASE)
    return _Record(
        url.strip("<> ")[:2000],
        headers.get_header("WARC-Date") or "",
        kind.partition(";")[0].strip(),
        charset[1] if charset else "",
        status,
        budget.over(record.content_stream()),
    )


def _whole(stream: IO[bytes], largest: int) -> bytes | None:
    """Read a record's body; None if it is larger than allowed."""
    content = bytearray()
    while piece := stream.read(_PIECE):
        content += piece
        if len(content) > largest:
            return None
    return bytes(content)


def _key(url: str) -> str:
    """Make http and https, escaped and plain, with and without fragment, the same."""
    return re.sub(r"^https?://", "", unquote(urldefrag(url)[0])).rstrip("/")
