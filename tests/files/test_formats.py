from pathlib import Path

import pytest

from archive.files import formats
from archive.files.formats import UnreadableImage, recognise, what_follows


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
