"""What the bytes of a picture tell of how it was saved."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from archive.extraction.readers.exif import read_exif
from archive.extraction.readers.file_traces import jpeg_traces, read_traces, scaled, standard_quality
from archive.files.formats import UnreadableImage
from archive.provenance.checks.embedded_thumbnail import CHECK
from tests.extraction.readers.pictures_with_thumbnails import scene, thumbnail, with_thumbnail
from tests.provenance.checks.cases import codes, evidence


def found(path: Path) -> list[str]:
    """Return what the check makes of what is measured."""
    return codes(CHECK, evidence(examinations={"file-traces": read_traces(str(path), "image/jpeg")}))


def banner(picture: Image.Image) -> Image.Image:
    picture = picture.copy()
    ImageDraw.Draw(picture).rectangle((0, 250, 480, 320), fill=(200, 0, 0))
    return picture


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda picture: picture, "CONSISTENT same"),
        (lambda picture: picture.convert("L").convert("RGB"), "CONSISTENT same"),
        (lambda picture: picture.point(lambda level: level // 2), "CONSISTENT same"),
        (lambda picture: picture.resize((240, 160)), "CONSISTENT same"),
        (lambda picture: picture.transpose(Image.Transpose.ROTATE_90), "CONSISTENT turned"),
        (lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "CONTRADICTORY mirrored"),
        (lambda picture: picture.crop((0, 0, 360, 320)), "CONTRADICTORY cropped"),
        (lambda picture: picture.crop((100, 60, 400, 300)), "CONTRADICTORY cropped"),
        (lambda picture: picture.crop((0, 40, 480, 280)), "CONTRADICTORY cropped"),
        (banner, "CONTRADICTORY differs-in-part"),
        (lambda picture: scene(2), "CONTRADICTORY other-picture"),
        (lambda picture: Image.new("RGB", (480, 320), (90, 90, 90)), "INCONCLUSIVE too-plain"),
    ],
    ids=[
        "same",
        "grey",
        "dark",
        "smaller",
        "turned",
        "mirrored",
        "edge",
        "middle",
        "above and below",
        "banner",
        "other",
        "plain",
    ],
)
@pytest.mark.parametrize("bars", [True, False], ids=["with bars", "without bars"])
def test_what_was_changed_and_left_in_the_thumbnail_is_told(
    change: Callable[[Image.Image], Image.Image], expected: str, bars: bool, tmp_path: Path
) -> None:
    picture = scene(1)

    path = with_thumbnail(change(picture), thumbnail(picture, bars=bars), tmp_path / "a.jpg")

    assert found(path) == [expected]


def test_the_part_that_was_cut_off_is_measured(tmp_path: Path) -> None:
    picture = scene(1)

    path = with_thumbnail(picture.crop((240, 0, 480, 320)), thumbnail(picture), tmp_path / "a.jpg")

    [measured] = read_traces(str(path), "image/jpeg")["thumbnails"]
    assert measured["picture_in_it"]["box"] == pytest.approx([0.5, 0, 1, 1], abs=0.03)


@pytest.mark.parametrize(
    ("small", "expected"),
    [
        (thumbnail(scene(1))[:40], "UNREADABLE damaged"),
        (b"\xff\xd8\xff not a picture", "UNREADABLE damaged"),
        (thumbnail(scene(1), size=(20, 20)), "INCONCLUSIVE too-small"),
    ],
    ids=["cut off", "nonsense", "small"],
)
def test_a_thumbnail_that_cannot_be_compared_is_told(small: bytes, expected: str, tmp_path: Path) -> None:
    assert found(with_thumbnail(scene(1), small, tmp_path / "a.jpg")) == [expected]


def test_a_thumbnail_larger_than_any_is_not_decoded(tmp_path: Path) -> None:
    huge = thumbnail(scene(1)).replace(b"\xff\xc0\x00\x11\x08\x00\x78\x00\xa0", b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff")

    assert found(with_thumbnail(scene(1), huge, tmp_path / "a.jpg")) == ["INCONCLUSIVE too-large"]


def test_a_file_without_one_and_a_damaged_one_are_told_apart(tmp_path: Path) -> None:
    scene(1).save(tmp_path / "a.jpg")
    path = with_thumbnail(scene(1), thumbnail(scene(1)), tmp_path / "b.jpg")
    path.write_bytes(path.read_bytes()[:-9000])
    (tmp_path / "c.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing")

    assert found(tmp_path / "a.jpg") == ["NOT_APPLICABLE none"]
    assert found(path) == ["INCONCLUSIVE damaged-picture"]
    with pytest.raises(UnreadableImage):
        read_traces(str(tmp_path / "c.jpg"), "image/jpeg")


def test_the_block_of_exif_that_is_drawn_here_is_one(tmp_path: Path) -> None:
    small = thumbnail(scene(1))

    path = with_thumbnail(scene(1), small, tmp_path / "a.jpg")

    block = Image.open(path).info["exif"].removeprefix(b"Exif\x00\x00")
    assert read_exif(block).thumbnail == small


@pytest.mark.parametrize("quality", [1, 10, 49, 50, 75, 90, 95, 100])
def test_the_standard_tables_are_known_at_each_quality(quality: int, tmp_path: Path) -> None:
    scene(1).save(tmp_path / "a.jpg", quality=quality)

    assert jpeg_traces(str(tmp_path / "a.jpg"))["standard_quality"] == quality


def test_tables_of_their_own_have_no_quality(tmp_path: Path) -> None:
    scene(1).save(tmp_path / "a.jpg", qtables=[[3] * 64, [5] * 64])

    traces = jpeg_traces(str(tmp_path / "a.jpg"))

    assert (traces["tables"], traces["standard_quality"]) == (2, None)
    assert standard_quality({}) is None
    assert standard_quality({0: scaled(bytes([16]) * 64, 50), 7: bytes(64)}) is None


@pytest.mark.parametrize(
    ("behind", "sort", "size"),
    [
        (b"", "", 0),
        (b"PK\x03\x04 and so on", "zip", 14),
        (b"\x00" * 40, "filling", 40),
        (b"\n<script>", "markup", 9),
        (b"\x00\x00\x00\x18ftypmp42", "footage", 12),
        (thumbnail(scene(3)), "jpeg", len(thumbnail(scene(3)))),
        (b"\x07\x08 whatever", "unknown", 11),
    ],
    ids=["nothing", "zip", "zeros", "markup", "footage", "another JPEG", "unknown"],
)
@pytest.mark.parametrize("progressive", [False, True], ids=["baseline", "progressive"])
def test_what_stands_behind_the_end_is_told(
    behind: bytes, sort: str, size: int, progressive: bool, tmp_path: Path
) -> None:
    file = io.BytesIO()
    scene(1).save(file, "JPEG", progressive=progressive)
    (tmp_path / "a.jpg").write_bytes(file.getvalue() + behind)

    traces = jpeg_traces(str(tmp_path / "a.jpg"))

    assert (traces["behind"], traces["bytes_behind"], traces["is_progressive"]) == (sort, size, progressive)
    assert traces["is_whole"]


def test_damage_anywhere_in_a_file_is_borne(tmp_path: Path) -> None:
    content = with_thumbnail(scene(1), thumbnail(scene(1)), tmp_path / "a.jpg", behind=b"PK\x03\x04").read_bytes()
    path = tmp_path / "b.jpg"

    for at in range(2, 700, 7):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        try:
            assert found(path)
        except UnreadableImage:
            continue
