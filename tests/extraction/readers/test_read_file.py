import hashlib
import json
import os
import random
import struct
import time
import zlib
from io import BytesIO

import pi_heif
import pytest
from PIL import Image, ImageCms

from archive.extraction.readers.containers import LARGEST_BLOCK_BYTES
from archive.extraction.readers.read_file import read, read_sidecar
from archive.extraction.readers.statements import Reading, State
from archive.files.formats import UnreadableImage
from tests.extraction.making import XMP_MARK, exif, gps, iptc, jpeg, jpeg_with, photoshop, xmp

MAKE, DESCRIPTION, USER_COMMENT, XP_TITLE, COPYRIGHT = 0x010F, 0x010E, 0x9286, 0x9C9B, 0x8298
HEADLINE = xmp("<photoshop:Headline>Three boats</photoshop:Headline>")


def test_each_value_stands_verbatim_under_its_group_and_tag(tmp_path):
    block = exif({MAKE: "Strand"}, {0x9003: "2024:06:18 05:12:00", 0x829A: (1, 250)}, gps((51, 3, 4.5), (2, 22, 0)))

    reading = read(jpeg_with(tmp_path, exif=block))

    assert reading.first("IFD0:Make") == "Strand"
    assert reading.first("EXIF:DateTimeOriginal") == "2024:06:18 05:12:00"
    assert reading.first("GPS:GPSLatitude") == [51, 3, "9/2"]
    assert (reading.format_name, reading.width_px, reading.height_px) == ("JPEG", 48, 32)
    assert reading.states == {"EXIF": "READ", "IPTC": "ABSENT", "XMP": "ABSENT", "ICC": "ABSENT"}


def test_a_picture_without_metadata_is_absent_and_has_no_problem(tmp_path):
    reading = read(jpeg(tmp_path))

    assert reading.state is State.ABSENT
    assert (reading.properties, reading.problems) == ({}, [])


@pytest.mark.parametrize(
    ("format_name", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("TIFF", "tif"), ("WebP", "webp"), ("AVIF", "avif")]
)
def test_each_format_gives_its_exif_and_xmp(tmp_path, format_name, extension):
    made = Image.Exif()
    made[MAKE] = "Strand"
    options = {"exif": made, "xmp": HEADLINE.encode()}
    if format_name == "PNG":
        from PIL.PngImagePlugin import PngInfo

        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", HEADLINE)
        options = {"exif": made, "pnginfo": text}
    elif format_name == "TIFF":
        made[700] = HEADLINE.encode()
        options = {"exif": made}
    path = tmp_path / f"made.{extension}"
    Image.new("RGB", (32, 32)).save(path, format_name.upper(), **options)

    reading = read(path)

    assert reading.format_name == format_name
    assert (reading.properties["make"], reading.properties["headline"]) == ("Strand", "Three boats")


def test_a_png_gives_the_profiles_that_imagemagick_writes_behind_its_picture(tmp_path):
    path = tmp_path / "made.png"
    Image.new("L", (8, 8)).save(path)
    raw = iptc((2, 105, b"Three boats"))
    text = b"Raw profile type iptc\x00\x00" + zlib.compress(b"\niptc\n%8d\n%s\n" % (len(raw), raw.hex().encode()))
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    data = path.read_bytes()
    path.write_bytes(data[:-12] + chunk + data[-12:])

    assert read(path).properties["headline"] == "Three boats"


def test_a_block_larger_than_what_is_read_of_a_file_is_told_and_the_rest_is_read(tmp_path):
    path, size = tmp_path / "made.png", 2 * LARGEST_BLOCK_BYTES + 1
    Image.new("L", (8, 8)).save(path)
    data, comment = path.read_bytes(), b"Comment\x00Three boats"
    with path.open("wb") as file:
        file.write(data[:-12] + struct.pack(">I", size) + b"iTXt")
        file.seek(size + 4, os.SEEK_CUR)
        file.write(struct.pack(">I", len(comment)) + b"tEXt" + comment + bytes(4) + data[-12:])

    reading = read(path)

    assert reading.first("PNG:Comment") == "Three boats"
    assert reading.state == State.UNREADABLE
    [problem] = reading.problems
    assert problem.text == "A block iTXt of 67,108,865 bytes is more than is read of one file, and was left unread."


@pytest.mark.corpus
def test_a_heic_without_metadata_is_read_for_its_size(corpus):
    path = corpus / "photos" / "heic" / "RGB_8__128x128.heif"

    reading = read(path)

    assert (reading.format_name, reading.width_px, reading.state) == ("HEIC", pi_heif.open_heif(path).size[0], "ABSENT")


def test_unreadable_metadata_in_a_readable_picture_is_unreadable_and_never_absent(tmp_path):
    broken = jpeg(
        tmp_path,
        (0xE1, b"Exif\x00\x00II*\x00\xff\xff\xff\x7f" + bytes(20)),
        (0xE1, XMP_MARK + b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF></x:xmpmeta>"),
        (0xED, b"Photoshop 3.0\x00" + photoshop(b"\x01nonsense")),
        (0xE2, b"ICC_PROFILE\x00\x01\x01" + b"no profile"),
    )

    reading = read(broken)

    assert set(reading.states.values()) == {"UNREADABLE"}
    assert reading.width_px == 48
    assert all(problem.text.endswith((".", "?")) for problem in reading.problems)


def test_half_an_iptc_record_gives_what_stands_before_the_break(tmp_path):
    records = iptc((2, 105, b"Three boats"), (2, 120, b"A long caption"))[:-6]

    reading = read(jpeg_with(tmp_path, iptc=records))

    assert reading.properties["headline"] == "Three boats"
    assert reading.states["IPTC"] is State.UNREADABLE


def test_tags_that_point_outside_the_block_are_named_and_the_others_kept(tmp_path):
    block = bytearray(exif({MAKE: "Strand and Sons", DESCRIPTION: "Three boats off the pier"}))
    make_at = block.index(struct.pack(">HHI", MAKE, 2, 16))
    block[make_at + 8 : make_at + 12] = b"\x00\xff\xff\xff"

    reading = read(jpeg_with(tmp_path, exif=bytes(block)))

    assert reading.properties == {"description": "Three boats off the pier"}
    assert "Make" in reading.problems[0].text


def test_a_sidecar_is_read_like_a_packet(tmp_path):
    sidecar = tmp_path / "made.xmp"
    sidecar.write_text(HEADLINE, encoding="utf-16")

    assert read_sidecar(sidecar).properties == {"headline": "Three boats"}


def test_a_sidecar_of_many_megabytes_is_refused(tmp_path):
    sidecar = tmp_path / "made.xmp"
    with sidecar.open("wb") as file:
        file.truncate(17 * 1024 * 1024)

    with pytest.raises(UnreadableImage, match="larger than 16 MB"):
        read_sidecar(sidecar)


def test_extended_xmp_is_joined_by_its_digest(tmp_path):
    whole = HEADLINE.encode()
    digest = hashlib.md5(whole).hexdigest().upper().encode()
    mark = b"http://ns.adobe.com/xmp/extension/\x00"
    parts = [
        (0xE1, mark + digest + struct.pack(">II", len(whole), at) + whole[at : at + 100])
        for at in range(0, len(whole), 100)
    ]

    assert read(jpeg(tmp_path, *reversed(parts))).properties["headline"] == "Three boats"
    assert read(jpeg(tmp_path, *parts[1:])).states["XMP"] is State.UNREADABLE


def test_a_record_longer_than_one_segment_goes_on_in_the_next(tmp_path):
    block = photoshop(iptc((2, 120, b"First " + b"x" * 300 + b" last")))
    halves = [(0xED, b"Photoshop 3.0\x00" + half) for half in (block[:150], block[150:])]

    assert read(jpeg(tmp_path, *halves)).properties["description"].endswith(" last")


def test_the_colour_profile_the_thumbnail_and_the_tables_are_named(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    thumbnail = BytesIO()
    Image.new("RGB", (16, 12)).save(thumbnail, "JPEG")
    block = _with_thumbnail(thumbnail.getvalue())
    path = jpeg(tmp_path, (0xE1, block), (0xE2, b"ICC_PROFILE\x00\x01\x01" + profile))

    reading = read(path)

    assert reading.first("ICC:ProfileDescription") == "sRGB built-in"
    assert (reading.first("Thumbnail:WidthPx"), reading.first("Thumbnail:HeightPx")) == (16, 12)
    assert reading.first("Thumbnail:SHA-256") == hashlib.sha256(thumbnail.getvalue()).hexdigest()
    assert len(reading.first("JPEG:QuantisationTablesDigest")) == 64


def _with_thumbnail(data: bytes) -> bytes:
    first = struct.pack("<H", 1) + struct.pack("<HHII", 0x0112, 3, 1, 1)
    start = 8 + len(first) + 4
    second = struct.pack("<HHHIIHHIII", 2, 0x0201, 4, 1, start + 30, 0x0202, 4, 1, len(data), 0)
    return b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + first + struct.pack("<I", start) + second + data


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Rosé à l’été".encode(), "Rosé à l’été"),
        ("Rosé à l’été".encode("cp1252"), "Rosé à l’été"),
        ("Gården på stranden".encode("mac_roman"), "Gården på stranden"),
        ("Plage de Malo, déjà vu".encode("mac_roman"), "Plage de Malo, déjà vu"),
        ("« Fête » à l'île".encode("latin-1"), "« Fête » à l'île"),
    ],
    ids=["utf-8", "windows", "mac swedish", "mac french", "latin-1"],
)
def test_text_of_an_unnamed_encoding_comes_out_right(tmp_path, raw, text):
    assert read(jpeg_with(tmp_path, iptc=iptc((2, 120, raw)))).properties["description"] == text


def test_the_coded_character_set_is_honoured_and_shown(tmp_path):
    reading = read(jpeg_with(tmp_path, iptc=iptc((1, 90, b"\x1b%G"), (2, 105, "Trois bateaux à l’aube".encode()))))

    assert reading.first("IPTC:CodedCharacterSet") == "UTF-8"
    assert reading.properties["headline"] == "Trois bateaux à l’aube"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "latin-1"]
)
def test_xmp_is_read_in_every_encoding(tmp_path, encoding):
    packet = xmp("<photoshop:City>Besançon</photoshop:City>").replace("\ufeff", "").encode(encoding)

    assert read(jpeg_with(tmp_path, xmp=packet)).properties["city"] == "Besançon"


@pytest.mark.parametrize(
    ("tag", "raw", "name", "text"),
    [
        (USER_COMMENT, b"ASCII\x00\x00\x00Three boats", "EXIF:UserComment", "Three boats"),
        (USER_COMMENT, b"UNICODE\x00" + "Besançon".encode("utf-16-le"), "EXIF:UserComment", "Besançon"),
        (USER_COMMENT, b"UNICODE\x00" + "Besançon".encode("utf-16-be"), "EXIF:UserComment", "Besançon"),
        (USER_COMMENT, bytes(8) + b"x" * 4000, "EXIF:UserComment", "x" * 4000),
        (USER_COMMENT, b"ASCII\x00\x00\x00" + bytes(100), "EXIF:UserComment", ""),
        (XP_TITLE, "Trois bateaux à l’aube\x00".encode("utf-16-le"), "IFD0:XPTitle", "Trois bateaux à l’aube"),
        (DESCRIPTION, "Besançon".encode("cp1252"), "IFD0:ImageDescription", "Besançon"),
        (DESCRIPTION, "Besançon".encode(), "IFD0:ImageDescription", "Besançon"),
        (COPYRIGHT, b"A. Photographer\x00An Editor\x00", "IFD0:Copyright", "A. Photographer\nAn Editor"),
    ],
    ids=["ascii", "utf-16 le", "utf-16 be", "long", "blank", "windows title", "windows text", "utf-8", "two parts"],
)
def test_each_kind_of_exif_text_is_decoded(tmp_path, tag, raw, name, text):
    block = exif(photo={tag: raw}) if tag == USER_COMMENT else exif({tag: raw})

    assert read(jpeg_with(tmp_path, exif=block)).first(name) == text


def test_xmp_keeps_lists_languages_and_structures(tmp_path):
    body = (
        "<dc:creator><rdf:Seq><rdf:li>A. One</rdf:li><rdf:li>B. Two</rdf:li></rdf:Seq></dc:creator>"
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Three boats</rdf:li>'
        '<rdf:li xml:lang="fr">Trois bateaux</rdf:li></rdf:Alt></dc:description>'
        '<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<Iptc4xmpExt:City>Dunkerque</Iptc4xmpExt:City></rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>"
    )

    reading = read(jpeg_with(tmp_path, xmp=xmp(body)))

    assert reading.first("XMP-dc:creator") == ["A. One", "B. Two"]
    assert reading.first("XMP-dc:description") == {"x-default": "Three boats", "fr": "Trois bateaux"}
    assert reading.first("XMP-Iptc4xmpExt:LocationCreated") == [{"Iptc4xmpExt:City": "Dunkerque"}]
    assert reading.properties["creator"] == "A. One; B. Two"


def test_properties_written_as_attributes_under_a_foreign_prefix_are_found(tmp_path):
    packet = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description xmlns:p="http://ns.adobe.com/'
        'photoshop/1.0/" xmlns:o="http://example.org/own/" p:Headline="Three boats" o:Kind="test"/></r:RDF>'
    )

    reading = read(jpeg_with(tmp_path, xmp=packet))

    assert reading.first("XMP-photoshop:Headline") == "Three boats"
    assert reading.first("XMP-o:Kind") == "test"


def test_entities_in_xmp_are_never_expanded(tmp_path):
    bomb = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        f"<rdf:RDF {'xmlns:rdf=' + chr(34)}http://www.w3.org/1999/02/22-rdf-syntax-ns#{chr(34)}>&b;</rdf:RDF></x:xmpmeta>"
    )

    assert read(jpeg_with(tmp_path, xmp=bomb)).states["XMP"] is State.UNREADABLE


def test_a_zip_bomb_in_a_png_is_left_packed(tmp_path):
    path = tmp_path / "made.png"
    Image.new("L", (8, 8)).save(path)
    text = b"XML:com.adobe.xmp\x00\x01\x00\x00\x00" + zlib.compress(bytes(100 * 1024 * 1024), 9)
    chunk = struct.pack(">I", len(text)) + b"iTXt" + text + struct.pack(">I", zlib.crc32(b"iTXt" + text))
    data = path.read_bytes()
    path.write_bytes(data[:-12] + chunk + data[-12:])

    reading = read(path)

    assert "unpacks to more than 32 MB" in reading.problems[0].text


def test_a_reading_survives_the_way_through_json(tmp_path):
    block = exif({MAKE: "Strand"}, gps=gps((0, 0, 0), (0, 0, 0)))
    reading = read(jpeg_with(tmp_path, exif=block, iptc=iptc((2, 25, b"pier"), (2, 25, b"boat\x00"))))

    taken_back = Reading.from_json(json.loads(json.dumps(reading.to_json(), allow_nan=False)))

    assert taken_back == reading
    assert reading.first("IPTC:Keywords") == ["pier", "boat"]


def test_no_damage_makes_the_reader_fail(tmp_path):
    whole = jpeg_with(
        tmp_path,
        exif=exif({MAKE: "Strand", COPYRIGHT: "nobody"}, {0x9003: "2024:06:18 05:12:00"}, gps((51, 3, 4), (2, 22, 0))),
        iptc=iptc((1, 90, b"\x1b%G"), (2, 105, b"Three boats"), (2, 55, b"20240618")),
        xmp=HEADLINE,
    ).read_bytes()
    damage = random.Random(18)
    path = tmp_path / "damaged.jpg"

    for _ in range(400):
        data = bytearray(whole)
        for _ in range(damage.choice((1, 4, 20))):
            data[damage.randrange(3, 900)] = damage.choice((0, 1, 127, 255, damage.randrange(256)))
        path.write_bytes(data[: damage.choice((len(data), damage.randrange(20, len(data))))])
        json.dumps(read(path).to_json(), allow_nan=False)


@pytest.mark.corpus
def test_every_real_and_every_hostile_file_is_read_or_refused_with_a_sentence(corpus):
    states = set()

    for path in sorted([*(corpus / "photos").rglob("*"), *(corpus / "malformed").rglob("*")]):
        if path.is_file():
            try:
                reading = read_sidecar(path) if path.suffix == ".xmp" else read(path)
            except UnreadableImage as refusal:
                assert str(refusal).endswith(".")
            else:
                json.dumps(reading.to_json(), allow_nan=False)
                states.add(reading.state)

    assert states == {"READ", "ABSENT", "UNREADABLE"}


def test_a_tag_that_holds_whole_layers_is_named_by_its_size_and_left_unread(tmp_path):
    path = tmp_path / "made.tif"
    Image.new("L", (8, 8)).save(path)
    size = 33 * 1024 * 1024
    data = path.read_bytes()
    directory = struct.pack("<HHHIIHHI4sI", 2, 0x935C, 7, size, 8 + 30, 0x010F, 2, 4, b"Sea\x00", 0)
    path.write_bytes(data[:4] + struct.pack("<I", 8) + directory + bytes(size))

    reading = read(path)

    assert reading.properties["make"] == "Sea"
    assert reading.first("IFD0:Tag 0x935C") == f"{size} bytes, left unread"


@pytest.mark.parametrize(
    "segment",
    [
        (0xE1, XMP_MARK + b"<x:xmpmeta " * 5900),
        (0xE1, XMP_MARK + b"<x:xmpmeta>" * 5900),
        (0xED, b"Photoshop 3.0\x00" + b"8BIM\x04\x04\x00\x00\x7f\xff\xff\xff" * 5000),
        (0xE1, b"Exif\x00\x00" + b"\x00" * 60_000),
    ],
    ids=["xmp without an end", "xmp nested", "photoshop", "exif in parts"],
)
def test_a_file_of_nothing_but_beginnings_is_read_in_a_moment(tmp_path, segment):
    path = jpeg(tmp_path, *[segment] * 200)

    start = time.process_time()
    read(path)

    assert time.process_time() - start < 5


def test_many_small_zip_bombs_in_one_png_share_one_limit(tmp_path):
    path = tmp_path / "made.png"
    Image.new("L", (8, 8)).save(path)
    text = b"note\x00\x00" + zlib.compress(bytes(20 * 1024 * 1024), 9)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    data = path.read_bytes()
    path.write_bytes(data[:-12] + chunk * 50 + data[-12:])

    reading = read(path)

    assert len(reading.statements) == 50
    assert all("more than 32 MB" in problem.text for problem in reading.problems)
