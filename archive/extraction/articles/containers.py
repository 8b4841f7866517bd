"""Open a saved page: HTML with its folder, MHTML, WARC, WACZ, webarchive or plain text, told apart by content."""

import email
import email.policy
import os
import plistlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from urllib.parse import unquote
from xml.parsers.expat import ExpatError

from archive.extraction.articles.addresses import grouped_without_size, joined, without_size
from archive.extraction.articles.limits import Limits, Refused
from archive.extraction.articles.saved_page import (
    HTML,
    MHTML,
    TEXT,
    WACZ,
    WARC,
    WEBARCHIVE,
    ZSTANDARD,
    SavedPage,
)

_HEAD_BYTES = 64 * 1024
_MOST_LOOKED_AT = 20_000
_MARKUP = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<(?:meta|article|figure|h1|title|div|p)[\s>]", re.IGNORECASE
)
_MHTML = re.compile(rb"(?:^|\n)content-type:\s*multipart/related", re.IGNORECASE)
_PROPERTY_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}\?>\s*<(?:!DOCTYPE\s+)?plist[\s>]", re.IGNORECASE)
_FOLDER_ENDINGS = ("_files", ".files", "-files", "_fichiers", "-Dateien", "_archivos", "_bestanden", "_file", "_filer",
                   "_ficheiros", "_arquivos", "_pliki", "-filer", "_soubory", "_tiedostot")  # fmt: skip
_FOLDER = re.compile(
    r"^(?:\./)?[^/:?#]*(?:" + "|".join(re.escape(ending) for ending in _FOLDER_ENDINGS) + r")/(?=[^/])"
)


def recognise(path: Path | str) -> str | None:
    """Name the container of a file by its first bytes; None for what is no saved page."""
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return WACZ
    if head.startswith((b"\x1f\x8b", ZSTANDARD)) or re.match(rb"WARC/\d", head):
        return WARC
    if head.startswith(b"bplist00") or _PROPERTY_LIST.match(head):
        return WEBARCHIVE
    if _MHTML.search(head[:8192]) and re.match(rb"[\w-]+:", head.lstrip()[:200]):
        return MHTML
    bare = head.replace(b"\x00", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    if _MARKUP.search(bare):
        return HTML
    return TEXT if bare.strip() and not any(byte < 9 or 13 < byte < 27 for byte in bare[:4096]) else None


def open_page(path: Path, *, folder: Path | None, url: str, limits: Limits) -> SavedPage:
    """
    Open whatever the file is.

    :param url: of a web archive with several pages the one that is meant, empty for its first
    :raises Refused: it is no saved page, or exceeds a limit
    """
    kind = recognise(path)
    if kind in (WARC, WACZ):
        # Imported where it is needed: most pages are plain files.
        from archive.extraction.articles.web_archives import open_web_archive

        return open_web_archive(path, packed=kind == WACZ, url=url, limits=limits)
    if kind is None:
        raise Refused("it is no news page: neither HTML, MHTML, WARC, WACZ, webarchive nor plain text.")
    size, largest = path.stat().st_size, limits.mhtml_bytes if kind in (MHTML, WEBARCHIVE) else limits.page_bytes
    if size > largest:
        raise Refused(f"it has {size:,} bytes; a page of its kind may have {largest:,}.")
    if kind == MHTML:
        return MhtmlPage.of(path.read_bytes(), limits)
    if kind == WEBARCHIVE:
        return SafariPage.of(path.read_bytes(), limits)
    if kind == TEXT:
        return SavedPage(TEXT, path.read_bytes())
    return FolderPage(HTML, path.read_bytes(), folder=folder or folder_beside(path))


def folder_beside(path: Path) -> Path | None:
    """Find the folder of pictures that a browser saved beside a page."""
    for ending in _FOLDER_ENDINGS:
        folder = path.with_name(path.stem + ending)
        if folder.is_dir() and not folder.is_symlink():
            return folder
    return None


@dataclass
class FolderPage(SavedPage):
    """HTML as browsers save it: pictures in a folder beside it, references rewritten to lead there."""

    folder: Path | None = None

    def pictures(self, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
        for reference in wanted:
            if (path := self._path(reference)) is not None:
                yield reference, path.read_bytes()

    def holds(self, reference: str) -> bool:
        return bool(_FOLDER.match(unquote(reference))) or self._path(reference) is not None

    def _path(self, reference: str) -> Path | None:
        if self.folder is None or re.match(r"[a-z][a-z0-9+.-]*:|//|/", reference, re.IGNORECASE):
            return None
        written = unquote(joined("", reference)).partition("?")[0].removeprefix("./")
        _first, _slash, inside = written.partition("/")
        if not inside or "\x00" in inside or len(inside) > 1000:
            return None
        # The folder may have been renamed; of a whole site that was saved it is the one around the folders.
        whole, path = self.folder / written, self.folder / inside
        if os.path.lexists(whole):
            path = whole
        elif not os.path.lexists(path):
            # Moved from a disk that tells no case apart, or takes accents apart.
            names = self._by_folded_name
            path = names.get(_folded(written)) or names.get(_folded(inside), path)
        try:
            # Neither "../" nor a link may lead out of the folder.
            real = path.resolve(strict=True)
            return path if real.is_file() and real.is_relative_to(self.folder.resolve()) else None
        except (OSError, RuntimeError):
            return None

    @cached_property
    def _by_folded_name(self) -> dict[str, Path]:
        if self.folder is None:
            return {}
        paths = islice(_files_in_order(self.folder), _MOST_LOOKED_AT)
        return {_folded(path.relative_to(self.folder).as_posix()): path for path in paths}


def _files_in_order(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and below by their names, whatever order the disk keeps them in."""
    for below, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(below, name) for name in sorted(names))


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


@dataclass
class MhtmlPage(SavedPage):
    """MHTML (RFC 2557): the page and its pictures as parts of one message."""

    parts: dict[str, EmailMessage] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes, limits: Limits) -> "MhtmlPage":
        message = email.message_from_bytes(content, policy=email.policy.default)
        page = cls(MHTML, b"")
        root, start = None, _start(message)
        # Browsers name the page whose snapshot it is; what comes before it may be a frame.
        meant = joined("", _header(message, "Snapshot-Content-Location"))
        for number, part in enumerate(message.walk()):
            if number > limits.archive_records:
                raise Refused(f"it has more than {limits.archive_records:,} parts.")
            if part.is_multipart():
                continue
            location = _header(part, "Content-Location")
            is_start = bool(start) and _header(part, "Content-ID").strip("<> ") == start
            is_start = is_start or (not start and bool(meant) and joined("", location) == meant)
            if (root is None or is_start) and part.get_content_type() in ("text/html", "application/xhtml+xml"):
                root = part
                page.url = location if re.match(r"https?:", location) else ""
                page.charset = part.get_content_charset("") or ""
            if location:
                page.parts.setdefault(joined("", location), part)
                # RFC 2557, 5: a location may be relative to the base of its part, of the message, or of the page.
                base = _header(part, "Content-Base") or _header(message, "Content-Base") or page.url
                page.parts.setdefault(joined(base, location), part)
            if identifier := _header(part, "Content-ID"):
                page.parts.setdefault(f"cid:{identifier.strip('<> ')}", part)
        if root is None:
            raise Refused("it is an MHTML file without a page in it.")
        page.content = _payload(root)
        for tag in ("Snapshot-Content-Location", "Subject", "Date", "From"):
            if value := _header(message, tag):
                page.statements.append((MHTML, tag, value))
        page.url = page.url or _header(message, "Snapshot-Content-Location")
        try:
            page.captured = parsedate_to_datetime(_header(message, "Date")).isoformat()
        except (ValueError, TypeError):
            page.captured = ""
        return page

    def pictures(self, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
        for reference in wanted:
            for name in (reference, unquote(reference), joined("", reference), joined(self.url, reference)):
                if name in self.parts:
                    yield reference, _payload(self.parts[name])
                    break

    def pictures_in_other_sizes(self, wanted: set[str]) -> Iterator[tuple[str, str, bytes]]:
        addresses = (name for name in self.parts if name.startswith("http"))
        yield from _in_other_sizes(wanted, self.url, addresses, lambda address: _payload(self.parts[address]))


@dataclass
class SafariPage(SavedPage):
    """A web archive of Safari: a property list with the page, its pictures, and those of its frames."""

    resources: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes, limits: Limits) -> "SafariPage":
        try:
            archive = plistlib.loads(content)
        except (ValueError, TypeError, LookupError, OverflowError, RecursionError, AttributeError, ExpatError) as error:
            raise Refused("it begins like a web archive of Safari, but is damaged. Send the file again.") from error
        main = archive.get("WebMainResource") if isinstance(archive, dict) else None
        if not isinstance(main, dict) or not isinstance(main.get("WebResourceData"), bytes):
            raise Refused("it is a property list without a web page in it, not a web archive of Safari.")
        if not re.match(r"text/html|application/xhtml", _text(main, "WebResourceMIMEType") or "text/html"):
            raise Refused(
                f"it is a web archive of Safari of no page, but of {_text(main, 'WebResourceMIMEType')[:60]}."
            )
        body = main["WebResourceData"]
        if len(body) > limits.page_bytes:
            raise Refused(f"its page has {len(body):,} bytes; a page may have {limits.page_bytes:,}.")
        page = cls(WEBARCHIVE, body, charset=_text(main, "WebResourceTextEncodingName"))
        address = _text(main, "WebResourceURL")
        page.url = address if re.match(r"https?:", address) else ""
        page.statements.append((WEBARCHIVE, "WebResourceURL", address))
        frames, seen = [archive], 0
        while frames:
            frame = frames.pop()
            for resource in _dicts(frame, "WebSubresources"):
                seen += 1
                if seen > limits.archive_records:
                    raise Refused(f"it has more than {limits.archive_records:,} parts.")
                data = resource.get("WebResourceData")
                if isinstance(data, bytes) and (address := _text(resource, "WebResourceURL")):
                    page.resources.setdefault(joined("", address), data)
            inner = _dicts(frame, "WebSubframeArchives")
            seen += len(inner)
            frames += inner
        return page

    def pictures(self, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
        for reference in wanted:
            for name in (joined("", reference), joined(self.url, reference)):
                if name in self.resources:
                    yield reference, self.resources[name]
                    break

    def pictures_in_other_sizes(self, wanted: set[str]) -> Iterator[tuple[str, str, bytes]]:
        yield from _in_other_sizes(wanted, self.url, self.resources, self.resources.__getitem__)


def _text(resource: dict[str, object], name: str) -> str:
    value = resource.get(name)
    return value[:2000] if isinstance(value, str) else ""


def _dicts(archive: dict[str, object], name: str) -> list[dict[str, object]]:
    values = archive.get(name)
    return [entry for entry in values if isinstance(entry, dict)] if isinstance(values, list) else []


def _in_other_sizes(
    wanted: set[str], base: str, addresses: Iterable[str], content_of: Callable[[str], bytes]
) -> Iterator[tuple[str, str, bytes]]:
    grouped = grouped_without_size(wanted, base)
    for address in addresses if grouped else ():
        if references := grouped.get(without_size(address)):
            content = content_of(address)
            for reference in references:
                yield reference, address, content


def _start(message: EmailMessage) -> str:
    """Return the identifier of the part that the message calls its root (RFC 2387, 3.2)."""
    try:
        return str(message.get_param("start") or "").strip("<> ")
    except Exception:  # like _header
        return ""


def _header(part: EmailMessage, name: str) -> str:
    try:
        return str(part.get(name, "")).strip()
    except Exception:  # the standard library's header parser fails in many ways on made-up headers
        return ""


def _payload(part: EmailMessage) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except Exception:  # likewise for broken transfer encodings
        return b""
    return payload if isinstance(payload, bytes) else b""


def name_of(reference: str) -> str:
    """Give the last part of an address or path, as the picture may be called elsewhere."""
    if reference.startswith("data:"):
        return ""
    return PurePosixPath(unquote(re.split(r"[?#]", reference)[0]).replace("\\", "/")).name[:200]
