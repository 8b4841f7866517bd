import gzip
from pathlib import Path

import numpy as np
import pytest
from django.utils.translation import override

from archive.files import formats
from archive.files.formats import UnreadableImage, recognise, what_follows
from archive.files.refusals import in_words_of_reader
from tests.files.tiffs import Page, write_tiff


@pytest.mark.parametrize(
    ("saved_as", "options", "kept"),
    [
        ("JPEG", {}, formats.JPEG),
        ("PNG", {}, formats.PNG),
        ("TIFF", {}, formats.TIFF),
        ("WEBP", {}, formats.WEBP),
        ("GIF", {}, formats.GIF),
        ("AVIF", {}, formats.AVIF),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_picture_is_known_by_its_content_whatever_its_name(picture_file, saved_as, options, kept):
    path = picture_file("holiday.txt", format=saved_as, **options)

    assert recognise(path) == kept


def test_a_jpeg_that_lists_further_pictures_is_mpo(picture_file, tmp_path: Path):
    from tests.files.conftest import drawn

    path = picture_file("two.jpg", format="MPO", save_all=True, append_images=[drawn(320, 240)])

    assert recognise(path) == formats.MPO


@pytest.mark.parametrize(
    ("content", "seems"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "an SVG drawing"),
        (b"<?xml version='1.0'?><svg></svg>", "an SVG drawing"),
        (b"<!DOCTYPE html><html></html>", "an HTML page"),
        (b"%PDF-1.7", "a PDF document"),
        (b"PK\x03\x04" + bytes(40), "a ZIP archive"),
        (b"\0\0\0\x18ftypM4A " + bytes(20), "a sound recording"),
        (b"RIFF\0\0\0\0AVI LIST", "an AVI video"),
        (b"\x1aE\xdf\xa3" + bytes(20), "an EBML file of another sort than WebM and Matroska"),
        (b"BM" + b"abcd" + bytes(20), "a BMP bitmap"),
        (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(20), "a JPEG 2000 picture"),
        (b"II*\0\x10\0\0\0CR\x02\0", "a camera raw file"),
        (b"FUJIFILMCCD-RAW 0201" + bytes(20), "a camera raw file"),
        (b"IIU\0" + bytes(20), "a camera raw file"),
        (b"IIRO" + bytes(20), "a camera raw file"),
        (b"\0\0\0\x18ftypcrx " + bytes(20), "a camera raw file"),
        (b"v/1\x01" + bytes(20), "an OpenEXR picture"),
        (bytes(128) + b"DICM" + bytes(20), "a DICOM picture"),
        (b"P6\n10 10\n255\n" + bytes(300), "a Netpbm bitmap"),
        ("Plage de Malo, l'été".encode(), "plain text"),
        (bytes(range(1, 200)), "of an unknown kind"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_anything_else_is_refused_with_what_it_seems_to_be(tmp_path: Path, content, seems):
    path = tmp_path / "named.jpg"
    path.write_bytes(content)

    with pytest.raises(UnreadableImage) as refused:
        recognise(path)

    assert seems in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><html></html>",
        b"WARC/1.1\r\nWARC-Type: warcinfo\r\n",
        gzip.compress(b"WARC/1.0\r\n" + bytes(9000)),
        b"PK\x03\x04" + bytes(26) + b"archive/data.warc.gz" + bytes(40),
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n",
        b"bplist00\xd1\x01\x02_\x10\x0fWebMainResource" + bytes(20),
        b"Boats off Malo\n\nTuesday's boats were seen from the beach.",
    ],
    ids=["HTML", "WARC", "packed WARC", "WACZ", "MHTML", "webarchive", "text"],
)
def test_the_refusal_of_a_news_page_names_how_one_is_brought_in(tmp_path: Path, content):
    refusal = refusal_of(tmp_path / "page", content)

    assert "manage.py ingest_article" in refusal
    with override("fr"):
        assert "ou par «\xa0manage.py ingest_article\xa0»." in in_words_of_reader(refusal)


def test_the_refusal_of_a_captions_list_names_how_one_is_given(tmp_path: Path):
    refusal = refusal_of(tmp_path / "list.csv", b"filename,caption\na.jpg,Boats off Malo\n")

    assert "“--captions” of “manage.py ingest”" in refusal
    with override("fr"):
        assert "l’option «\xa0--captions\xa0»" in in_words_of_reader(refusal)


def refusal_of(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(UnreadableImage) as refused:
        recognise(path)
    return str(refused.value)


def test_a_packed_file_that_is_no_web_archive_is_a_gzip_archive(tmp_path: Path):
    for content in (gzip.compress(b"anything"), b"\x1f\x8b\x08broken"):
        (tmp_path / "packed").write_bytes(content)

        with pytest.raises(UnreadableImage, match="seems to be a gzip archive"):
            recognise(tmp_path / "packed")


GREY = np.arange(48 * 64, dtype=np.uint8).reshape(48, 64)
THUMBNAIL = np.dstack([GREY] * 3)


@pytest.mark.parametrize("order", ["<", ">"], ids=["Intel", "Motorola"])
@pytest.mark.parametrize(
    "pages",
    [
        [Page(THUMBNAIL, tags={254: 1}, below=[Page(GREY.astype(np.uint16), photometric=32803)])],
        [Page(THUMBNAIL, tags={254: 1}, below=[Page(THUMBNAIL), Page(GREY, tags={259: 34713})])],
        [Page(THUMBNAIL, tags={254: 1}, below=[Page(GREY, tags={259: 32767}, photometric=32803)])],
        [Page(THUMBNAIL, tags={254: 1}, below=[Page(GREY.astype(np.uint16), tags={259: 32770}, photometric=32803)])],
        [Page(GREY.astype(np.uint16), tags={259: 65535}, photometric=32803), Page(THUMBNAIL)],
        [Page(THUMBNAIL, tags={50706: (1, 4, 0, 0)})],
        [Page(THUMBNAIL), Page(THUMBNAIL.astype(np.uint16), photometric=34892)],
    ],
    ids=["sensor-below", "NEF", "ARW", "SRW", "PEF", "DNG", "linear-DNG"],
)
def test_a_camera_raw_file_that_begins_as_a_tiff_is_refused_as_one(tmp_path: Path, pages, order):
    path = tmp_path / "picture.tif"
    path.write_bytes(write_tiff(*pages, order=order))

    with pytest.raises(UnreadableImage, match=r"a camera raw file.*bring in the JPEG or TIFF developed from it"):
        recognise(path)


@pytest.mark.parametrize("cut", [9, 12, 40, 200], ids=str)
def test_a_tiff_with_broken_directories_is_still_a_tiff(tmp_path: Path, cut):
    path = tmp_path / "cut.tif"
    path.write_bytes(write_tiff(Page(THUMBNAIL))[:cut])

    assert recognise(path) == formats.TIFF


def test_a_tiff_whose_directories_run_in_a_circle_is_recognised_at_once(tmp_path: Path):
    body = bytearray(write_tiff(Page(THUMBNAIL)))
    body[-4:] = body[4:8]
    path = tmp_path / "circle.tif"
    path.write_bytes(body)

    assert recognise(path) == formats.TIFF


@pytest.mark.parametrize("saved_as", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("attached", "said"),
    [
        (b"", None),
        (b"\0\0\0\0", None),
        (b"PK\x03\x04data" + b"PK\x05\x06" + bytes(18), "a ZIP archive is attached behind the picture"),
        (b"\0\0\0\x18ftypmp42" + b"x" * 100, "112 bytes follow the picture's end: a video"),
        (b"hidden " * 10, "70 bytes follow the picture's end: data of an unknown kind"),
    ],
    ids=["nothing", "padding", "archive", "video", "unknown"],
)
def test_what_is_appended_to_a_picture_is_noted(picture_file, saved_as, attached, said):
    path = picture_file("beach", format=saved_as)
    with path.open("ab") as stream:
        stream.write(attached)

    assert what_follows(path, recognise(path)) == said
