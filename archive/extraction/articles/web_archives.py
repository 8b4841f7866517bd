"""Read pages and pictures out of WARC files and of WACZ packages, which are ZIP files of them."""

import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import unquote

from backports import zstd
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.extraction.articles import content_codings
from archive.extraction.articles.addresses import grouped_without_size, joined, without_size
from archive.extraction.articles.limits import Limits, Refused
from archive.extraction.articles.raw_markup import TAG, UNSEEN
from archive.extraction.articles.saved_page import WACZ, WARC, ZSTANDARD, SavedPage

_PAGES_LISTED = 1000
_PIECE = 64 * 1024
_PAGE_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,300}?-->\s*)?<(?:!doctype\s+html|html)[\s>]", re.I | re.S)
_PAGE_TYPE = re.compile(r"(?:text/html|application/xhtml\+xml)", re.IGNORECASE)
# What a damaged or made-up archive makes the readers beneath raise.
_DAMAGE = (ArchiveLoadFailed, zlib.error, EOFError, ValueError, KeyError, IndexError, OSError, zipfile.BadZipFile,
           NotImplementedError, RuntimeError, AttributeError, TypeError, *content_codings.DAMAGE)  # fmt: skip
_PARAGRAPH = re.compile(rb"<p\b[^>]{0,2000}>(.*?)(?=</p|<p\b|</div|</article|</body|\Z)", re.IGNORECASE | re.DOTALL)
_FRAME = re.compile(rb"<i?frame\b[^>]{0,2000}?\ssrc\s*=\s*[\"']?([^\"'\s>]{1,2000})", re.IGNORECASE)
# A page tells a story when its paragraphs have so many bytes; those of advertisements have fewer.
_STORY_BYTES = 300


@dataclass
class _Record:
    url: str
    captured: str
    media_type: str
    charset: str
    status: str
    stream: IO[bytes]
    digest: str = ""
    # Of a body that was the same before, only its digest is stored (WARC 1.1, section 6.7).
    is_revisit: bool = False


@dataclass
class WebArchivePage(SavedPage):
    """A page of a web archive; its pictures are found by going through the archive once more."""

    path: Path = field(default_factory=Path)
    limits: Limits = field(default_factory=Limits)

    def pictures(self, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
        open_keys = {_key(reference): reference for reference in wanted}
        by_digest: dict[str, str] = {}
        reader = _Reader(self.path, self.container == WACZ, self.limits)
        for record in reader.records():
            reference = open_keys.get(_key(record.url))
            if reference is None or record.status != "200":
                continue
            if record.is_revisit:
                by_digest[record.digest] = reference
            elif content := _whole(record.stream, self.limits.picture_bytes):
                del open_keys[_key(record.url)]
                yield reference, content
            if not open_keys:
                return
        by_digest = {digest: reference for digest, reference in by_digest.items() if _key(reference) in open_keys}
        for record in _Reader(self.path, self.container == WACZ, self.limits).records() if by_digest else ():
            if record.is_revisit or record.digest not in by_digest:
                continue
            if content := _whole(record.stream, self.limits.picture_bytes):
                yield by_digest.pop(record.digest), content

    def pictures_in_other_sizes(self, wanted: set[str]) -> Iterator[tuple[str, str, bytes]]:
        grouped = grouped_without_size(wanted)
        for record in _Reader(self.path, self.container == WACZ, self.limits).records() if grouped else ():
            references = grouped.get(without_size(record.url), ()) if record.status == "200" else ()
            if references and not record.is_revisit and not _PAGE_TYPE.match(record.media_type):
                content = _whole(record.stream, self.limits.picture_bytes) or b""
                for reference in references if content else ():
                    yield reference, record.url, content


def open_web_archive(path: Path, *, packed: bool, url: str, limits: Limits) -> WebArchivePage:
    """
    Open the page of this address, else the one that the package calls its main one, else the first that tells a story.

    :raises Refused: the archive holds no page, or not this one
    """
    reader = _Reader(path, packed, limits)
    asked = _key(url or reader.first_listed)
    page = WebArchivePage(WACZ if packed else WARC, b"", path=path, limits=limits)
    candidates = _Candidates(asked)
    for record in reader.records():
        if record.status != "200" or not (_PAGE_TYPE.match(record.media_type) or _looks_like_a_page(record)):
            continue
        if len(page.pages) < _PAGES_LISTED and record.url not in page.pages:
            page.pages.append(record.url)
        if record.is_revisit:
            candidates.revisits.setdefault(record.digest, record)
            continue
        content = _whole(record.stream, limits.page_bytes)
        if content is None:
            page.problems.append(("LIMIT", f"A page of the archive is larger than {limits.page_bytes:,} bytes."))
        elif content.strip():
            candidates.weigh(record, content)
    if asked and candidates.asked is None:
        candidates.resolve_revisit(_Reader(path, packed, limits), limits)
    page.problems += reader.problems
    chosen = candidates.chosen()
    if chosen is None:
        reason = page.problems[0][1] if page.problems else "none of its records is a web page."
        if candidates.revisits and not page.problems:
            reason = "it says only that its pages had not changed; what they hold is in an earlier archive. Send that."
        raise Refused(f"no page could be read from it: {reason[:1].lower()}{reason[1:]}")
    record, page.content = chosen
    if url and _key(record.url) != asked:
        raise Refused(f"it holds no page with the address {url}. It holds: {', '.join(page.pages[:5])}.")
    if reader.first_listed and not url and _key(record.url) != asked:
        page.problems.append(("PAGES", f"The page that the package names first, {reader.first_listed}, is not in it."))
    page.url, page.captured, page.charset = record.url, record.captured, record.charset
    page.statements = [("WARC", "WARC-Target-URI", record.url), ("WARC", "WARC-Date", record.captured)]
    if len(page.pages) > 1:
        stories = [address for address in candidates.stories if _key(address) != _key(record.url)]
        others = (
            f" Others with a story: {', '.join(stories[:5])}; name the address of the one you mean." if stories else ""
        )
        page.problems.append(
            ("PAGES", f"The archive holds {len(page.pages)} pages; this is the reading of {record.url}.{others}")
        )
    return page


def _looks_like_a_page(record: _Record) -> bool:
    """Tell a page by its beginning where nobody wrote down what it is."""
    if record.media_type or record.is_revisit or not isinstance(record.stream, io.BufferedReader):
        return False
    return bool(_PAGE_BEGINS.match(record.stream.peek(512)))


class _Candidates:
    """The pages of an archive that may be the one meant; the bodies of three are held at most."""

    def __init__(self, asked: str) -> None:
        self._asked_key = asked
        self.asked: tuple[_Record, bytes] | None = None
        self.revisits: dict[str, _Record] = {}
        self.stories: list[str] = []
        self._first: tuple[_Record, bytes] | None = None
        self._story: tuple[_Record, bytes] | None = None
        self._framed: set[str] = set()

    def weigh(self, record: _Record, content: bytes) -> None:
        if self._asked_key and self.asked is None and _key(record.url) == self._asked_key:
            self.asked = record, content
        seen = UNSEEN.sub(b" ", content[: 4 * 1024 * 1024])
        # What another page shows in a frame is no page of its own: an advertisement, a player, a form.
        self._framed |= {
            _key(joined(record.url, address.decode("utf-8", "replace"))) for address in _FRAME.findall(seen)
        }
        text = sum(len(b" ".join(TAG.sub(b" ", part).split())) for part in _PARAGRAPH.findall(seen))
        is_framed = _key(record.url) in self._framed
        if text >= _STORY_BYTES and not is_framed:
            if record.url not in self.stories:
                self.stories.append(record.url)
            if self._story is None or _key(self._story[0].url) in self._framed:
                self._story = record, content
        if self._first is None or _key(self._first[0].url) in self._framed:
            self._first = record, content

    def resolve_revisit(self, reader: "_Reader", limits: Limits) -> None:
        """Read the body of the page that is meant where another record of the archive holds it."""
        for record in reader.records():
            revisit = self.revisits.get(record.digest)
            if record.is_revisit or revisit is None or _key(revisit.url) != self._asked_key or record.status != "200":
                continue
            if content := _whole(record.stream, limits.page_bytes):
                self.asked = replace(revisit, charset=record.charset), content
                return

    def chosen(self) -> tuple[_Record, bytes] | None:
        return self.asked or self._story or self._first


class _Reader:
    """Goes through all records under the limits; what breaks ends the walk with a sentence, never with an exception."""

    def __init__(self, path: Path, packed: bool, limits: Limits) -> None:
        self.path, self.packed, self.limits = path, packed, limits
        self.problems: list[tuple[str, str]] = []
        self.first_listed = self._first_listed() if packed else ""

    def records(self) -> Iterator[_Record]:
        budget, unpacked = _Budget(self.limits.archive_bytes), _Budget(self.limits.archive_bytes)
        records = 0
        try:
            for warc in self._files():
                with warc as stream:
                    plain = unpacked.over(_unpacked(budget.over(stream)), ends_at_damage=True)
                    for record in ArchiveIterator(plain, no_record_parse=False):
                        records += 1
                        if records > self.limits.archive_records or budget.spent or unpacked.spent:
                            self._say("LIMIT", "The archive is larger than what is read of one; its rest was left out.")
                            return
                        try:
                            response = _response(record, budget)
                        except content_codings.UnknownCoding as coding:
                            address = record.rec_headers.get_header("WARC-Target-URI") or ""
                            self._say("UNREADABLE", f"{address[:300]} is stored as “{coding}”, which is not read here.")
                            continue
                        if response is not None:
                            yield response
                        if _ends_early(record) and not (budget.spent or unpacked.spent or unpacked.damage):
                            address = record.rec_headers.get_header("WARC-Target-URI") or "a record"
                            self._say("UNREADABLE", f"The archive ends early, within {address[:300]}.")
        except _DAMAGE as error:
            if budget.spent or unpacked.spent:
                self._say("LIMIT", "The archive is larger than what is read of one; its rest was left out.")
            else:
                self._say("UNREADABLE", f"The archive is damaged from a point on ({_words_of(error)}).")
        if unpacked.damage:
            self._say("UNREADABLE", f"The archive is damaged from a point on ({unpacked.damage}).")

    def _say(self, code: str, text: str) -> None:
        if (code, text) not in self.problems:
            self.problems.append((code, text))

    def _files(self) -> Iterator[Any]:
        if not self.packed:
            with self.path.open("rb") as file:
                is_zstandard = file.read(4) == ZSTANDARD
            yield zstd.open(self.path, "rb") if is_zstandard else self.path.open("rb")
            return
        with zipfile.ZipFile(self.path) as package:
            for member in package.infolist():
                if re.search(r"\.warc(?:\.gz)?$", member.filename) and not member.is_dir():
                    yield _opened(package, member)

    def _first_listed(self) -> str:
        """Read the main page of datapackage.json (WACZ 1.1, section 5.2), else the first of pages.jsonl (5.3)."""
        try:
            with zipfile.ZipFile(self.path) as package:
                names = set(package.namelist())
                if "datapackage.json" in names:
                    with package.open("datapackage.json") as described:
                        entry = json.loads(described.read(1024 * 1024))
                    if isinstance(entry, dict) and isinstance(entry.get("mainPageUrl"), str) and entry["mainPageUrl"]:
                        return str(entry["mainPageUrl"])
        except (*_DAMAGE, RecursionError):
            pass
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


def _unpacked(stream: IO[bytes]) -> IO[bytes]:
    """
    Undo the compression by gzip around a whole file: each record a member of its own, as WARC 1.1, annex D, has it, or
    all of them in one, as who calls gzip on a file makes it.
    """
    is_packed = stream.peek(2)[:2] == b"\x1f\x8b" if isinstance(stream, io.BufferedReader) else False
    return cast(IO[bytes], gzip.GzipFile(fileobj=stream)) if is_packed else stream


def _ends_early(record: Any) -> bool:
    """Read what is left of a record, as the walk to the next one would; tell whether it is shorter than it says."""
    while record.raw_stream.read(_PIECE):
        pass
    return bool(getattr(record.raw_stream, "limit", 0) > 0)


class _Budget:
    """Counts what is read, before and after decompression, against one limit."""

    def __init__(self, limit_bytes: int) -> None:
        self.left = limit_bytes
        self.damage = ""

    @property
    def spent(self) -> bool:
        return self.left <= 0

    def over(self, stream: IO[bytes], *, ends_at_damage: bool = False) -> io.BufferedReader:
        """
        Return a stream that counts.

        :param ends_at_damage: what stands before damage is given, and `damage` says what it is
        """
        return io.BufferedReader(_Counted(stream, self, ends_at_damage))


class _Counted(io.RawIOBase):
    """A stream that ends when the budget does."""

    def __init__(self, stream: Any, budget: _Budget, ends_at_damage: bool) -> None:
        self._stream, self._budget, self._ends_at_damage = stream, budget, ends_at_damage

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._budget.spent or self._budget.damage:
            return 0
        read = getattr(self._stream, "read1", self._stream.read)
        try:
            piece = read(min(len(buffer), _PIECE))
        except _DAMAGE as error:
            if not self._ends_at_damage:
                raise
            self._budget.damage = _words_of(error)
            return 0
        self._budget.left -= len(piece)
        buffer[: len(piece)] = piece
        return len(piece)


def _words_of(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or "it ends early"


def _response(record: Any, budget: _Budget) -> _Record | None:
    headers = record.rec_headers
    if record.rec_type not in ("response", "resource", "revisit") or not (url := headers.get_header("WARC-Target-URI")):
        return None
    is_revisit = record.rec_type == "revisit"
    kind, codings = headers.get_header("Content-Type") or "", ""
    status = "200"
    if record.rec_type != "resource":
        if record.http_headers is None:
            # A revisit need not repeat the headers; what it was can only be told by its address.
            if not is_revisit:
                return None
            kind = "text/html"
        else:
            status = record.http_headers.get_statuscode()
            kind = record.http_headers.get_header("Content-Type") or ""
            codings = record.http_headers.get_header("Content-Encoding") or ""
            # Undone here, a piece at a time; chunks are undone by the library.
            record.http_headers.remove_header("Content-Encoding")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", kind, re.IGNORECASE)
    return _Record(
        url.strip("<> ")[:2000],
        headers.get_header("WARC-Date") or "",
        kind.partition(";")[0].strip(),
        charset[1] if charset else "",
        status,
        budget.over(content_codings.decoded(record.content_stream(), codings)),
        headers.get_header("WARC-Payload-Digest") or "",
        is_revisit,
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
    return re.sub(r"^https?://", "", unquote(joined("", url))).rstrip("/")
