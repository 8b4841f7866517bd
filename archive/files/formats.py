"""Tell what a file is by its content, never by its name, and say in a sentence why another kind is not kept."""

import mmap
import os
import re
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from archive.files import refusals
from archive.files.tiff_directories import is_camera_raw
from archive.standards.normal_form import gettext_noop as _


class UnreadableImage(Exception):
    """The bytes are no picture or footage that is kept. The text completes the sentence `"a.tif" was not kept: ...`."""


@dataclass(frozen=True)
class Format:
    """A kept format: the name PREMIS records, the registered media type, and the usual ending with its dot."""

    name: str
    mime_type: str
    extension: str

    @property
    def is_footage(self) -> bool:
        return self.mime_type.startswith("video/")


JPEG = Format("JPEG", "image/jpeg", ".jpg")
# CIPA DC-007: a JPEG followed by further JPEGs that its APP2 "MPF" segment lists.
MPO = Format("MPO", "image/mpo", ".mpo")
PNG = Format("PNG", "image/png", ".png")
TIFF = Format("TIFF", "image/tiff", ".tif")
WEBP = Format("WebP", "image/webp", ".webp")
GIF = Format("GIF", "image/gif", ".gif")
HEIF = Format("HEIF", "image/heif", ".heif")
HEIC = Format("HEIC", "image/heic", ".heic")
AVIF = Format("AVIF", "image/avif", ".avif")

MP4 = Format("MP4", "video/mp4", ".mp4")
MOV = Format("QuickTime", "video/quicktime", ".mov")
THREE_GP = Format("3GP", "video/3gpp", ".3gp")
WEBM = Format("WebM", "video/webm", ".webm")
MKV = Format("Matroska", "video/matroska", ".mkv")

FOOTAGE = (MP4, MOV, THREE_GP, WEBM, MKV)
# In words, as the upload page and the refusals name them.
PICTURE_KINDS = _("JPEG, PNG, TIFF, WebP, GIF, HEIC, HEIF and AVIF")
FOOTAGE_KINDS = _("MP4, QuickTime, WebM and Matroska")
KEPT_KINDS = _("JPEG, PNG, TIFF, WebP, GIF, HEIC, HEIF, AVIF, MP4, QuickTime, WebM and Matroska")
KEPT = (JPEG, MPO, PNG, TIFF, WEBP, GIF, HEIC, HEIF, AVIF, *FOOTAGE)

# ISO/IEC 23008-12 annex B and the AVIF specification: brands of still pictures and picture sequences.
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF_BRANDS = {b"avif", b"avis"}
# The container with another coding inside (AVC, JPEG, JPEG 2000) or its compact form: perhaps not decodable.
_HEIF_BRANDS = {b"mif1", b"mif2", b"mif3", b"msf1", b"avci", b"avcs", b"jpeg", b"jpgs", b"j2ki", b"j2is"}

_WEB_ARCHIVE = _("a saved web page or a web archive")
_OTHER_MAGIC = (
    (rb"%PDF-", _("a PDF document")),
    # WACZ 1.1.1, 5.2; and a property list of Safari, whose first keys stand at its beginning.
    (
        rb"PK\x03\x04.{26}(?:archive/[^/]{1,99}\.warc|datapackage\.json|pages/pages\.jsonl|indexes/index\.)",
        _WEB_ARCHIVE,
    ),
    (rb"WARC/\d|bplist00.*WebMainResource", _WEB_ARCHIVE),
    (rb"PK(?:\x03\x04|\x05\x06)", _("a ZIP archive or an office document")),
    (rb"\x1f\x8b", _("a gzip archive")),
    (rb"Rar!", _("a RAR archive")),
    (rb"7z\xbc\xaf\x27\x1c", _("a 7-Zip archive")),
    (rb"BM.{4}\0{4}", _("a BMP bitmap")),
    (rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", _("a JPEG 2000 picture")),
    (rb"\0\0\0\x0cJXL \r\n\x87\n|\xff\x0a", _("a JPEG XL picture")),
    (rb"\0\0[\x01\x02]\0[^\0]", _("a Windows icon")),
    (rb"8BPS", _("a Photoshop document")),
    (rb"DDS ", _("a DirectDraw texture")),
    (rb"BLP[12]", _("a Blizzard texture")),
    (rb"\x01\xda[\0\x01][\x01\x02]", _("a Silicon Graphics bitmap")),
    (rb"DanM|LinS", _("a Microsoft Paint bitmap of 1985")),
    (rb"\x1aE\xdf\xa3", _("an EBML file of another sort than WebM and Matroska")),
    (rb"RIFF....AVI ", _("an AVI video")),
    (rb"RIFF....WAVE|ID3|\xff[\xfb\xf3\xf2]|OggS|fLaC", _("a sound recording")),
    (rb"\0\0\x01[\xba\xb3]|G.{187}G", _("an MPEG video")),
    (rb"FLV\x01", _("a Flash video")),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _("a Windows Media video")),
    (rb"II\*\0.{4}CR\x02|II\x1a\0\0\0HEAPCCDR|II(?:RO|RS|U\0)|MMOR|FUJIFILMCCD-RAW|FOVb|\0MRM", _("a camera raw file")),
    (rb"II\*\0.{4}IIIITwaR|MM\0\*.{4}MMMMRawT|ARRI.{4}\x12\x34\x56\x78", _("a camera raw file")),
    (rb"II\xbc[\0\x01]", _("a JPEG XR picture")),
    (rb"v/1\x01", _("an OpenEXR picture")),
    (rb"#\?R(?:ADIANCE|GBE)", _("a Radiance picture")),
    (rb".{128}DICM", _("a DICOM picture")),
    (rb"SIMPLE  =", _("a FITS picture")),
    (rb"P[1-7]\s+(?:#.*\n\s*)?(?:\d+\s+\d+|WIDTH)", _("a Netpbm bitmap")),
    (rb"gimp xcf", _("a GIMP document")),
    (rb"AT&TFORM.{4}DJV", _("a DjVu document")),
    (rb"%!PS|\xc5\xd0\xd3\xc6", _("a PostScript document")),
    (rb"qoif", _("a QOI picture")),
    (rb"icns", _("an icon of macOS")),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _("an office document of the old kind")),
    (rb"\x7fELF|MZ", _("a program")),
    (rb"SQLite format 3\0", _("a database")),
)
# ITU-T T.81, table B.1, and JPEG-LS: frame headers by their marker; the usual ones have no name.
_FRAMES_OF_JPEG = {0xC0: "", 0xC1: "", 0xC2: "", 0xC3: "lossless JPEG", 0xC5: "hierarchical JPEG",
                   0xC6: "hierarchical JPEG", 0xC7: "hierarchical JPEG", 0xC9: "arithmetic coding",
                   0xCA: "arithmetic coding", 0xCB: "arithmetic coding", 0xF7: "JPEG-LS"}  # fmt: skip
_OTHERS = tuple((re.compile(pattern, re.DOTALL), seems) for pattern, seems in _OTHER_MAGIC)
_VIDEO_ADVICE = _("convert it to MP4 and bring that in beside a note of the original, or bring in stills taken from it")
_LONE_SIDECAR = _("an XMP sidecar without its picture")
_HTML = _("an HTML page (often an error page that was saved under the picture's name)")
_TEXT = _("plain text")
_PAGE_ADVICE = _("if it is a news page, bring it in under “News pages”, or by “manage.py ingest_article”")
_ADVICE = {
    _HTML: _PAGE_ADVICE,
    _WEB_ARCHIVE: _PAGE_ADVICE,
    _TEXT: _(
        "if it is a captions list, upload it as .csv or .tsv, or name it by “--captions” of “manage.py ingest”; if it "
        "is a news page, bring it in under “News pages”, or by “manage.py ingest_article”"
    ),
    _LONE_SIDECAR: _("upload the picture with it, also where the picture is held already"),
    "a PDF document": _("take its pictures out and bring those in"),
    "a ZIP archive or an office document": _("unpack it, or send it under a name that ends in .zip"),
    "a camera raw file": _("bring in the JPEG or TIFF developed from it, or the JPEG that the camera made beside it"),
}


def recognise(path: str | os.PathLike[str]) -> Format:
    """
    Tell the format of a file from its magic numbers and the structure of its first bytes.

    :raises UnreadableImage: it is empty or of a kind that is not kept; the text says which it seems to be
    """
    with open(path, "rb") as stream:
        head = stream.read(4096)
        if not head:
            raise UnreadableImage(refusals.EMPTY)
        if head.startswith(b"\xff\xd8\xff"):
            return _jpeg_or_mpo(stream)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    # QuickTime File Format, 2001: before brands existed, a file began with any of its atoms.
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return MOV
    if head.startswith(b"\x1aE\xdf\xa3"):
        # RFC 8794, 11.2.6: the document type is an element of the header; its length stands in one byte.
        return _by_document_type(head)
    seems = _WEB_ARCHIVE if _packed(head).startswith(b"WARC/") else None
    seems = seems or next((seems for pattern, seems in _OTHERS if pattern.match(head)), None)
    # BigTIFF counts 43 where TIFF counts 42.
    if seems is None and head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        if is_camera_raw(path):
            # Kept as a TIFF, it would be its own thumbnail.
            raise _not_kept(_("a camera raw file"))
        return TIFF
    if seems is None and (b"PNG" in head[:8] or head[12:16] == b"IHDR"):
        raise UnreadableImage(refusals.DAMAGED_ON_THE_WAY)
    raise _not_kept(seems or _text_kind(head) or _("of an unknown kind"))


def _not_kept(seems: str) -> UnreadableImage:
    advice = _ADVICE.get(seems, _VIDEO_ADVICE if seems.endswith("video") else "")
    sentence = refusals.NOT_KEPT_BUT if advice else refusals.NOT_KEPT
    return UnreadableImage(sentence % {"seems": seems, "kept": KEPT_KINDS, "advice": advice})


def _jpeg_or_mpo(stream: BinaryIO) -> Format:
    """Walk the segments of a JPEG up to its image data: MPO is a JPEG that lists further pictures."""
    stream.seek(2)
    # A file of nothing but segments is hostile; real ones have a few dozen (an ICC profile or extended XMP in parts).
    for _segment in range(2000):
        marker = stream.read(4)
        if len(marker) < 4 or marker[0] != 0xFF or marker[1] in (0xDA, 0xD9):
            return JPEG
        if marker[1] == 0xFF:  # a fill byte
            stream.seek(-3, os.SEEK_CUR)
            continue
        length = int.from_bytes(marker[2:], "big")
        if marker[1] == 0xE2 and stream.read(4) == b"MPF\0":
            return MPO
        stream.seek(length - 2 - (4 if marker[1] == 0xE2 else 0), os.SEEK_CUR)
    return JPEG


def unusual_jpeg(path: str | os.PathLike[str]) -> str:
    """Say what a JPEG's frame header asks for that decoders of photographs lack; empty for a usual one."""
    with open(path, "rb") as stream:
        stream.seek(2)
        for _segment in range(2000):
            marker = stream.read(4)
            if len(marker) < 4 or marker[0] != 0xFF or marker[1] in (0xDA, 0xD9):
                return ""
            if marker[1] in _FRAMES_OF_JPEG:
                precision = stream.read(1)
                coding = _FRAMES_OF_JPEG[marker[1]]
                depth = f"{precision[0]} bits a channel" if precision and precision[0] != 8 else ""
                return ", ".join(part for part in (coding, depth) if part)
            stream.seek(int.from_bytes(marker[2:], "big") - 2, os.SEEK_CUR)
    return ""


def _by_brand(head: bytes) -> Format:
    """ISO/IEC 14496-12, 4.3: the brands of the file type box, the major one first."""
    box_bytes = int.from_bytes(head[:4], "big")
    end = min(box_bytes if box_bytes >= 16 else len(head), len(head), 1024)
    brands = [head[8:12], *(head[start : start + 4] for start in range(16, end, 4))]
    for kept, known in ((AVIF, _AVIF_BRANDS), (HEIC, _HEIC_BRANDS)):
        if brands[0] in known:
            return kept
    if brands[0] in _HEIF_BRANDS:
        # The major brand names only the container; a compatible one names the coding.
        coded = set(brands)
        return AVIF if coded & _AVIF_BRANDS else HEIC if coded & _HEIC_BRANDS else HEIF
    if brands[0] == b"crx ":
        raise _not_kept(_("a camera raw file"))
    if brands[0][:3] in (b"M4A", b"M4B"):
        raise _not_kept(_("a sound recording"))
    if brands[0][:3] in (b"3gp", b"3g2", b"3ge", b"3gg", b"3gr", b"3gs"):
        return THREE_GP
    return MOV if brands[0] == b"qt  " else MP4


def _by_document_type(head: bytes) -> Format:
    document_type = re.search(rb"\x42\x82([\x80-\xff])([a-z]+)", head[:128])
    kind = document_type[2][: document_type[1][0] & 0x7F] if document_type else b""
    if kind == b"webm":
        return WEBM
    if kind == b"matroska":
        return MKV
    raise _not_kept(_("an EBML file of another sort than WebM and Matroska"))


def _packed(head: bytes) -> bytes:
    """Return the first bytes that are packed in a gzip file; none of another one."""
    if not head.startswith(b"\x1f\x8b"):
        return b""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(head, 16)
    except zlib.error:
        return b""


def _text_kind(head: bytes) -> str | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(rb"<svg|<\?xml.*<svg|<!doctype svg", start, re.DOTALL):
        return _("an SVG drawing")
    if re.match(rb"<!doctype html|<html|<head|<body|<script|<!--.*<html", start, re.DOTALL):
        return _HTML
    if start.startswith((b"<?xpacket", b"<x:xmpmeta")) or b"<x:xmpmeta" in start:
        return _LONE_SIDECAR
    if start.startswith(b"<?xml"):
        return _("an XML document")
    if b"\0" not in head:
        try:
            # A character cut in two by the end of the sample is no fault of the text.
            head[: max(len(head) - 3, 1)].decode("utf-8")
        except UnicodeDecodeError:
            return None
        # RFC 2557: the headers of a message in several parts.
        is_message = re.match(rb"[a-z-]+: ", start) and b"multipart/related" in start
        return _WEB_ARCHIVE if is_message else _TEXT
    return None


def what_follows(path: str | os.PathLike[str], kept: Format) -> str | None:
    """
    Say what is appended after the picture's own end, where its format shows that end; None when nothing is.

    A file that is a picture and an archive at once is kept as it is, but people are told.
    """
    with open(path, "rb") as stream:
        size_bytes = stream.seek(0, os.SEEK_END)
        # APPNOTE.TXT 4.3.16: the end record stands in the last 22 bytes plus a comment of at most 65535.
        stream.seek(max(0, size_bytes - 65557))
        if b"PK\x05\x06" in stream.read():
            return "a ZIP archive is attached behind the picture"
        end = _END[kept.name](stream, size_bytes) if kept.name in _END else size_bytes
        stream.seek(end)
        following = stream.read(65536)
    # Cameras pad their files by a few bytes; nothing hides in those.
    if size_bytes - end < 16 or not following.strip(b"\0 \r\n\xff"):
        return None
    seems = "a video" if following[4:8] == b"ftyp" else "data of an unknown kind"
    return f"{size_bytes - end} bytes follow the picture's end: {seems}"


def _jpeg_end(stream: BinaryIO, size_bytes: int) -> int:
    stream.seek(-2, os.SEEK_END)
    if stream.read() == b"\xff\xd9":
        return size_bytes
    # Rare, so the walk is paid only here. Image data holds no marker but restarts (D0 to D7); a scan may follow a scan.
    marker = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = 2
        while (match := marker.search(data, at)) is not None:
            if match[1] == b"\xd9":
                return match.end()
            at = match.end() + int.from_bytes(data[match.end() : match.end() + 2], "big")
    return size_bytes


def _png_end(stream: BinaryIO, size_bytes: int) -> int:
    at = 8
    while at + 12 <= size_bytes:
        stream.seek(at)
        head = stream.read(8)
        at += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"IEND":
            return min(at, size_bytes)
    return size_bytes


def _riff_end(stream: BinaryIO, size_bytes: int) -> int:
    stream.seek(4)
    length = int.from_bytes(stream.read(4), "little")
    return min(8 + length + length % 2, size_bytes)


_END = {"JPEG": _jpeg_end, "PNG": _png_end, "WebP": _riff_end}
