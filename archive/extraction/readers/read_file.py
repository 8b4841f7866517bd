"""Read one file: find its blocks, read each, and keep what fails as a sentence instead of an exception."""

import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import pi_heif
from PIL import Image, ImageCms, UnidentifiedImageError

from archive.extraction.readers.containers import Blocks, blocks_of_decoder, find_blocks
from archive.extraction.readers.decode_text import doubt_of_xml
from archive.extraction.readers.exif import DamagedExif, read_exif
from archive.extraction.readers.file_assertions import assess
from archive.extraction.readers.footage import read_footage
from archive.extraction.readers.iptc import DamagedIPTC, iptc_resources, read_iptc
from archive.extraction.readers.leading_values import leading_properties
from archive.extraction.readers.news_documents import (
    NEWS_GROUPS,
    DamagedNews,
    decode_news,
    group_of,
    item_of,
    read_news,
)
from archive.extraction.readers.statements import IPTC_GROUPS, Problem, Reading, State, Statement, Value, clean
from archive.extraction.readers.xmp import DamagedXMP, read_xmp
from archive.files.formats import HEIC, HEIF, UnreadableImage, recognise

# Only headers are read here, no pixel is decoded: `archive.files.decode_picture` bounds what is.
Image.MAX_IMAGE_PIXELS = None
GROUPS = ("EXIF", "IPTC", "XMP", "ICC")
_LARGEST_SIDECAR_BYTES = 16 * 1024 * 1024


def read(path: Path | str) -> Reading:
    """
    Read everything that a file says of itself, without decoding the picture; of footage, one frame is.

    :raises UnreadableImage: the content is of no format the archive reads
    :raises OSError: the file itself cannot be opened
    """
    path = Path(path)
    kept = recognise(path)
    if kept.is_footage:
        reading = Reading(format_name=kept.name)
        _read_xmp(reading, read_footage(reading, path, kept))
        return _finish(reading)
    reading, blocks = _open_heif(path, kept.name) if kept in (HEIC, HEIF) else _open_with_pillow(path, kept.name)
    for group, sentence in blocks.faults:
        reading.unreadable(group, sentence)
    reading.statements += [Statement(group, clean(tag), clean(text)) for group, tag, text in blocks.texts]
    _read_exif(reading, blocks)
    _read_iptc(reading, blocks)
    _read_xmp(reading, blocks.xmp)
    _read_icc(reading, blocks.icc)
    return _finish(reading)


def read_in_sandbox(path: str) -> dict[str, Any]:
    """Read a file as JSON values, for `archive.files.sandbox` to call by name; `Reading.from_json` takes them back."""
    return read(path).to_json()


def read_sidecar_in_sandbox(path: str) -> dict[str, Any]:
    """Read a sidecar likewise."""
    return read_sidecar(path).to_json()


def read_sidecar(path: Path | str, *, file_name: str = "", guid: str = "") -> Reading:
    """
    Read an XMP sidecar file, or a news document (NewsML-G2, ninjs) that speaks of a picture.

    :param file_name: of the picture, by which the item of a document of several is found
    :param guid: of the item, where it is known
    :raises UnreadableImage: the file is too large for a sidecar
    :raises OSError: the file itself cannot be opened
    """
    path = Path(path)
    if path.stat().st_size > _LARGEST_SIDECAR_BYTES:
        raise UnreadableImage("it is larger than 16 MB and so no XMP sidecar.")
    raw = path.read_bytes()
    if group := group_of(raw):
        reading = Reading(format_name=group)
        _read_news(reading, raw, file_name=file_name, guid=guid)
    else:
        reading = Reading(format_name="XMP")
        _read_xmp(reading, [raw])
    return _finish(reading)


def _read_news(reading: Reading, raw: bytes, *, file_name: str, guid: str) -> None:
    group = reading.format_name
    if doubt := decode_news(raw).doubt:
        reading.note(group, f"The news document {doubt}.")
    try:
        items = read_news(raw)
    except DamagedNews as error:
        reading.unreadable(group, str(error))
        return
    item = item_of(items, file_name=file_name, guid=guid)
    if item is None:
        reading.unreadable(group, f"The news document holds {len(items)} items, and none of them names this file.")
        return
    reading.states[group] = State.READ
    reading.statements += [Statement(group, clean(tag), clean(value)) for tag, value in item.values]
    for sentence in item.notes:
        reading.note(group, sentence)
    if len(items) > 1:
        reading.note(group, f"The news document holds {len(items)} items; the one that speaks of this file was read.")


def _finish(reading: Reading) -> Reading:
    for group in GROUPS:
        stated = any(_kind(statement.group) == group for statement in reading.statements)
        reading.states.setdefault(group, State.READ if stated else State.ABSENT)
    asserted, problems = assess(reading)
    reading.problems += problems
    reading.properties = leading_properties(reading, asserted)
    return reading


def _kind(group: str) -> str:
    if group.startswith("XMP-"):
        return "XMP"
    others = ("JPEG", "PNG", "GIF", "QuickTime", "Matroska", "Container", *NEWS_GROUPS)
    if group in others or group.startswith("Stream "):
        return ""
    if group in IPTC_GROUPS:
        return "IPTC"
    return "ICC" if group == "ICC" else "EXIF"


def _open_with_pillow(path: Path, format_name: str) -> tuple[Reading, Blocks]:
    """Take the size from Pillow; where it refuses, the metadata may be readable all the same."""
    reading = Reading(format_name=format_name)
    blocks = Blocks()
    by_pillow = format_name in ("GIF", "AVIF")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is reported here as a problem
            # Pillow's JPEG reader turns into the one for MPO by itself.
            pillow_name = "JPEG" if format_name == "MPO" else format_name.upper()
            with Image.open(path, formats=[pillow_name]) as picture:
                reading.width_px, reading.height_px = picture.size
                if by_pillow:
                    blocks_of_decoder(picture.info, blocks)
    # Decoders raise whatever a hostile file makes them: SyntaxError, struct.error, KeyError ...
    except Exception as error:
        _picture_unreadable(reading, error, unsearched=by_pillow)
    if not by_pillow:
        blocks = find_blocks(path, format_name)
    return reading, blocks


def _open_heif(path: Path, format_name: str) -> tuple[Reading, Blocks]:
    reading = Reading(format_name=format_name)
    blocks = Blocks()
    try:
        picture = pi_heif.open_heif(path)
        reading.width_px, reading.height_px = picture.size
        blocks_of_decoder(picture.info, blocks)
    except Exception as error:
        _picture_unreadable(reading, error, unsearched=True)
    return reading, blocks


def _picture_unreadable(reading: Reading, error: Exception, *, unsearched: bool) -> None:
    reading.problems.append(Problem("UNREADABLE", "PICTURE", f"The picture itself cannot be read: {_said(error)}."))
    if unsearched:
        # No block could be looked for: that they are absent is more than anybody knows.
        reading.states.update(dict.fromkeys(GROUPS, State.UNREADABLE))


def _said(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):  # its text is the path on this machine
        return "its header is damaged"
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:200].rstrip(".")


def _read_exif(reading: Reading, blocks: Blocks) -> None:
    for number, block in enumerate(blocks.exif):
        try:
            exif = read_exif(block)
        except DamagedExif as error:
            # A second block is a remnant; the first is the one that every program reads.
            if number == 0 or not any(_kind(statement.group) == "EXIF" for statement in reading.statements):
                reading.unreadable("EXIF", str(error))
            continue
        reading.statements += [Statement(group, clean(tag), clean(value)) for group, tag, value in exif.values]
        if exif.damaged_tags:
            names = ", ".join(exif.damaged_tags[:8])
            reading.unreadable("EXIF", f"Part of the EXIF block is damaged: {names} could not be read.")
        for sentence in exif.doubts:
            reading.note("EXIF", sentence)
        blocks.xmp += [exif.xmp] if exif.xmp else []
        blocks.iptc += [exif.iptc] if exif.iptc else []
        blocks.photoshop += exif.photoshop
        blocks.icc = blocks.icc or exif.icc


def _read_iptc(reading: Reading, blocks: Blocks) -> None:
    """Read the IIM records; the first leads, and what a second one says otherwise stands beside it as IPTC2."""
    groups = iter(IPTC_GROUPS)
    records: list[dict[str, Value]] = []
    for block in [*iptc_resources(blocks.photoshop), *blocks.iptc]:
        if not block.strip(b"\x00"):
            continue
        try:
            record = read_iptc(block)
        except DamagedIPTC as error:
            reading.unreadable("IPTC", str(error))
            continue
        for sentence in record.doubts:
            reading.note("IPTC", sentence)
        if not record.is_whole:
            reading.unreadable(
                "IPTC", "The IPTC block ends in the middle of a data set; what stands before it was read."
            )
        # TIFF and Photoshop blocks of one file often carry the same record twice.
        if any(record.values.items() <= other.items() for other in records):
            continue
        group = next(groups, "")
        if not group:
            reading.note("IPTC", f"The file holds more than {len(IPTC_GROUPS)} IPTC blocks; the rest was left unread.")
            return
        records.append(record.values)
        reading.state_values(group, record.values)
    if len(records) > 1:
        reading.note(
            "IPTC",
            f"The file holds {len(records)} IPTC blocks that do not say the same. All were read; the first in the file "
            "leads, the others stand beside it.",
        )


def _read_xmp(reading: Reading, packets: list[bytes]) -> None:
    for packet in packets:
        if not packet.strip(b"\x00 \t\r\n"):
            continue
        if doubt := doubt_of_xml(packet):
            reading.note("XMP", f"The XMP packet {doubt}.")
        try:
            values = read_xmp(packet)
        except DamagedXMP as error:
            reading.unreadable("XMP", str(error))
            continue
        reading.statements += [Statement(group, clean(tag), clean(value)) for group, tag, value in values]


def _read_icc(reading: Reading, profile: bytes) -> None:
    if not profile:
        return
    try:
        name = ImageCms.getProfileName(ImageCms.ImageCmsProfile(BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        reading.unreadable("ICC", "The colour profile is damaged: its name cannot be read.")
        return
    reading.state_values("ICC", {"ProfileDescription": name, "SizeBytes": len(profile)})
