"""Draw small pictures that carry the metadata a test asks for."""

import struct
from pathlib import Path

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
XMP_MARK = b"http://ns.adobe.com/xap/1.0/\x00"
NAMESPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
    'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
)


def exif(image: dict | None = None, photo: dict | None = None, gps: dict | None = None) -> bytes:
    """Build an EXIF block ("Exif\\0\\0" and a TIFF structure) from tag numbers."""
    made = Image.Exif()
    made.update(image or {})
    if photo:
        made.get_ifd(EXIF_IFD).update(photo)
    if gps:
        made.get_ifd(GPS_IFD).update(gps)
    return made.tobytes()


def gps(latitude: tuple, longitude: tuple, references: tuple[str, str] = ("N", "E"), **more: object) -> dict:
    """Build the GPS tags of a position in degrees, minutes, seconds."""
    tags = {2: tuple(IFDRational(part) for part in latitude), 4: tuple(IFDRational(part) for part in longitude)}
    tags |= {number: reference for number, reference in zip((1, 3), references, strict=True) if reference}
    return tags | {int(number.removeprefix("tag_")): value for number, value in more.items()}


def iptc(*data_sets: tuple[int, int, bytes]) -> bytes:
    """Build IIM records."""
    return b"".join(struct.pack(">BBBH", 0x1C, record, number, len(raw)) + raw for record, number, raw in data_sets)


def photoshop(records: bytes) -> bytes:
    """Wrap IIM records as Photoshop resource 0x0404."""
    padding = b"\x00" * (len(records) % 2)
    return b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(records)) + records + padding


def xmp(body: str) -> str:
    """Wrap RDF properties into a packet."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF {NAMESPACES}><rdf:Description rdf:about="">{body}</rdf:Description></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="w"?>'
    )


def jpeg(folder: Path, *segments: tuple[int, bytes], name: str = "made.jpg") -> Path:
    """Draw a JPEG with the given segments (marker, content) behind its start."""
    path = folder / name
    Image.new("RGB", (48, 32), "steelblue").save(path, "JPEG")
    data = path.read_bytes()
    inserted = b"".join(struct.pack(">BBH", 0xFF, marker, len(raw) + 2) + raw for marker, raw in segments)
    path.write_bytes(data[:2] + inserted + data[2:])
    return path


def jpeg_with(folder: Path, *, exif: bytes = b"", iptc: bytes = b"", xmp: str | bytes = b"") -> Path:
    """Draw a JPEG with the usual blocks."""
    segments = []
    if exif:
        segments.append((0xE1, exif))
    if xmp:
        segments.append((0xE1, XMP_MARK + (xmp.encode() if isinstance(xmp, str) else xmp)))
    if iptc:
        segments.append((0xED, b"Photoshop 3.0\x00" + photoshop(iptc)))
    return jpeg(folder, *segments)
