"""
Writes metadata into the sample's files: Exif, an XMP packet, IPTC-IIM records.

Small writers of our own, so that the sample shows what stands where: XMP and IIM say the same thing in different
places, and the archive keeps them apart as separate claims.
"""

import io
import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, TiffImagePlugin

from archive.sample.story import Camera, SampleFile, Words

MADE_BY = "Strandline sample collection"
DISCLOSURE = "Drawn by Strandline for its sample collection. Shows no real person and no real moment."


def _degrees(value: float) -> tuple[Fraction, Fraction, Fraction]:
    value = abs(value)
    minutes = (value - int(value)) * 60
    seconds = Fraction(round((minutes - int(minutes)) * 60 * 1000), 1000)
    return Fraction(int(value)), Fraction(int(minutes)), seconds


def _rational(value) -> TiffImagePlugin.IFDRational:
    exact = Fraction(str(value)) if not isinstance(value, Fraction) else value
    return TiffImagePlugin.IFDRational(exact.numerator, exact.denominator)


def exif(camera: Camera, size_px: tuple[int, int]) -> Image.Exif:
    """Return the Exif of one exposure (CIPA DC-008, Exif 2.32); offset tags only when the camera knows its zone."""
    record = Image.Exif()
    record[0x010F], record[0x0110] = camera.make, camera.model
    record[0x0112] = camera.orientation
    record[0x011A], record[0x011B], record[0x0128] = _rational(72), _rational(72), 2
    record[0x0131] = MADE_BY
    if camera.artist:
        record[0x013B] = camera.artist
    details = record.get_ifd(0x8769)
    details[0x829A], details[0x829D] = _rational(camera.exposure), _rational(camera.aperture)
    details[0x8827] = camera.sensitivity
    details[0x9000] = b"0232"
    if camera.taken_at:
        record[0x0132] = details[0x9003] = details[0x9004] = camera.taken_at
    if camera.offset:
        details[0x9010] = details[0x9011] = details[0x9012] = camera.offset
    if camera.subsecond:
        details[0x9291] = camera.subsecond
    details[0x920A] = _rational(camera.focal_length_mm)
    details[0x9286] = b"ASCII\0\0\0" + DISCLOSURE.encode("ascii")
    details[0xA001] = 1
    details[0xA002], details[0xA003] = size_px
    if camera.position:
        _write_position(record.get_ifd(0x8825), camera)
    return record


def _write_position(gps: dict, camera: Camera) -> None:
    position = camera.position
    gps[0] = b"\x02\x03\x00\x00"
    gps[1] = "N" if position.latitude >= 0 else "S"
    gps[2] = tuple(_rational(part) for part in _degrees(position.latitude))
    gps[3] = "E" if position.longitude >= 0 else "W"
    gps[4] = tuple(_rational(part) for part in _degrees(position.longitude))
    if position.altitude_metres is not None:
        gps[5], gps[6] = (
            (b"\x00" if position.altitude_metres >= 0 else b"\x01"),
            _rational(abs(position.altitude_metres)),
        )
    if camera.taken_at and camera.offset:
        # GPS time is UTC whatever the camera's clock says.
        local = datetime.strptime(camera.taken_at + camera.offset.replace(":", ""), "%Y:%m:%d %H:%M:%S%z")
        moment = local.astimezone(UTC)
        gps[7] = tuple(_rational(part) for part in (moment.hour, moment.minute, moment.second))
        gps[29] = moment.strftime("%Y:%m:%d")
    if position.bearing_degrees is not None:
        gps[16], gps[17] = "T", _rational(position.bearing_degrees)
    gps[18] = "WGS-84"
    if position.error_metres is not None:
        gps[31] = _rational(position.error_metres)


# -- XMP --------------------------------------------------------------------------------------------------------------

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"{attributes}>{elements}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def xmp_packet(words: Words) -> bytes:
    """Return an XMP packet (ISO 16684-1) with the properties of IPTC Photo Metadata 2025.1 that have a value."""
    simple = {
        "xmp:CreatorTool": MADE_BY,
        "photoshop:Headline": words.headline,
        "photoshop:Credit": words.credit_line,
        "photoshop:Source": words.supply_source,
        "photoshop:DateCreated": words.date_created,
        "photoshop:City": words.city,
        "photoshop:State": words.province,
        "photoshop:Country": words.country,
        "Iptc4xmpCore:Location": words.sublocation,
        "Iptc4xmpCore:CountryCode": words.country_code,
        "Iptc4xmpExt:DigitalSourceType": words.digital_source_type,
    }
    attributes = "".join(f"\n    {name}={quoteattr(value)}" for name, value in simple.items() if value)

    def element(name: str, kind: str, items: Sequence[str], language: bool = False) -> str:
        mark = ' xml:lang="x-default"' if language else ""
        inner = "".join(f"<rdf:li{mark}>{escape(item)}</rdf:li>" for item in items if item)
        return f"\n   <{name}><rdf:{kind}>{inner}</rdf:{kind}></{name}>" if inner else ""

    elements = (
        element("dc:description", "Alt", (words.description,), language=True)
        + element("dc:rights", "Alt", (words.copyright_notice,), language=True)
        + element("dc:creator", "Seq", (words.creator,))
        + element("dc:subject", "Bag", words.keywords)
        + element("Iptc4xmpExt:Event", "Alt", (words.event,), language=True)
        + _location_shown(words)
    )
    return _PACKET.format(attributes=attributes, elements=elements).encode("utf-8")


def _location_shown(words: Words) -> str:
    fields = {
        "Sublocation": words.sublocation,
        "City": words.city,
        "ProvinceState": words.province,
        "CountryName": words.country,
        "CountryCode": words.country_code,
    }
    inner = "".join(f"<Iptc4xmpExt:{k}>{escape(v)}</Iptc4xmpExt:{k}>" for k, v in fields.items() if v)
    if not inner:
        return ""
    item = f'<rdf:li rdf:parseType="Resource">{inner}</rdf:li>'
    return f"\n   <Iptc4xmpExt:LocationShown><rdf:Bag>{item}</rdf:Bag></Iptc4xmpExt:LocationShown>"


# -- IPTC-IIM ---------------------------------------------------------------------------------------------------------


def iim_records(words: Words) -> bytes:
    """Return IIM 4.2 data sets in UTF-8 (1:90 says so), each cut to the length that the standard allows."""
    data_sets = [
        (2, 105, 256, words.headline),
        (2, 120, 2000, words.description),
        (2, 80, 32, words.creator),
        (2, 110, 32, words.credit_line),
        (2, 115, 32, words.supply_source),
        (2, 116, 128, words.copyright_notice),
        (2, 92, 32, words.sublocation),
        (2, 90, 32, words.city),
        (2, 95, 32, words.province),
        (2, 100, 3, _ISO_3.get(words.country_code, "")),
        (2, 101, 64, words.country),
        (2, 55, 8, words.date_created[:10].replace("-", "")),
        (2, 60, 11, words.date_created[11:].replace(":", "")),
        *((2, 25, 64, keyword) for keyword in words.keywords),
    ]
    records = [b"\x1c\x01\x5a\x00\x03\x1b%G", b"\x1c\x02\x00\x00\x02\x00\x04"]
    for record, number, most, text in data_sets:
        value = text.encode("utf-8")[:most].decode("utf-8", "ignore").encode("utf-8")
        if value:
            records.append(struct.pack(">BBBH", 0x1C, record, number, len(value)) + value)
    return b"".join(records)


def app13(records: bytes) -> bytes:
    """Return a JPEG APP13 segment that holds IIM records as Photoshop's image resource 0x0404."""
    padding = b"\0" if len(records) % 2 else b""
    resource = b"8BIM" + struct.pack(">H", 0x0404) + b"\0\0" + struct.pack(">I", len(records)) + records + padding
    payload = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + struct.pack(">H", len(payload) + 2) + payload


_ISO_3 = {"FR": "FRA", "GB": "GBR", "BE": "BEL", "NL": "NLD"}  # IIM 2:100 takes three letters, XMP two

# -- files ------------------------------------------------------------------------------------------------------------


def write(picture: Image.Image, path: Path, file: SampleFile) -> None:
    """Write a picture in the format of its name, with what the story says of it as far as that format can carry it."""
    options: dict = {}
    if file.camera:
        # The flag says how to turn the stored picture upright, so the stored size is the one that counts.
        options["exif"] = exif(file.camera, picture.size)
    packet = xmp_packet(file.words) if file.words and file.xmp else None
    records = iim_records(file.words) if file.words and file.iim else None
    encoded = io.BytesIO()
    match path.suffix:
        case ".jpg":
            options |= {"xmp": packet} if packet else {}
            options |= {"extra": app13(records)} if records else {}
            picture.save(encoded, "JPEG", quality=file.quality, subsampling="4:2:0", **options)
        case ".webp":
            options |= {"xmp": packet} if packet else {}
            picture.save(encoded, "WEBP", quality=file.quality, method=2, **options)
        case ".png":
            picture.save(encoded, "PNG", compress_level=3, **options)
        case ".tif":
            tags = TiffImagePlugin.ImageFileDirectory_v2()
            if packet:
                tags[700], tags.tagtype[700] = packet, 1
            if records:
                tags[33723], tags.tagtype[33723] = records, 7
            picture.save(encoded, "TIFF", compression="tiff_lzw", tiffinfo=tags, **options)
        case other:
            raise ValueError(f"{path.name}: the sample has no writer for {other}")
    path.write_bytes(encoded.getvalue())
