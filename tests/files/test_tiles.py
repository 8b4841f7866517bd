"""The tiles of an original: how many, how large, upright, in sRGB, within the memory that a file may use."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from archive.files.decode_picture import Bounds
from archive.files.formats import UnreadableImage
from archive.files.sandbox import Limits, Sandbox
from archive.files.tile_places import TILE_PX, level_size, tile_names
from archive.files.tiles import Pyramid, make_tiles
from tests.files.conftest import drawn
from tests.files.heics import write_heic
from tests.filming import film

SIZE = (3301, 1900)
BLUE, RED, WHITE = (30, 30, 200), (200, 30, 30), (255, 255, 255)


def put_together(folder: Path, pyramid: Pyramid, level: int) -> Image.Image:
    """Lay the tiles of a level side by side."""
    whole = Image.new("RGB", level_size(pyramid.width_px, pyramid.height_px, level), "magenta")
    for path in folder.glob(f"{level}-*.jpg"):
        _level, column, row = (int(number) for number in path.stem.split("-"))
        with Image.open(path) as tile:
            whole.paste(tile, (column * TILE_PX, row * TILE_PX))
    return whole


def is_like(image: Image.Image, expected: Image.Image, tolerance: float = 6) -> bool:
    one, other = (np.asarray(each.convert("RGB")).astype(int) for each in (image, expected))
    return one.shape == other.shape and np.abs(one - other).mean() < tolerance


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tiles"
    made.mkdir()
    return made


def test_each_level_is_half_of_the_one_before_and_larger_than_the_screen_copy(picture_file, folder: Path):
    pyramid = make_tiles(str(picture_file(image=drawn(*SIZE), quality=90)), str(folder))

    assert pyramid == Pyramid(3301, 1900, sharpest=0)
    written = {path.name for path in folder.iterdir()}
    assert written == set(tile_names(3301, 1900, 0))
    assert len(written) == 7 * 4 + 4 * 2
    assert is_like(put_together(folder, pyramid, 0), drawn(*SIZE))
    assert is_like(put_together(folder, pyramid, 1), drawn(*SIZE).resize((1651, 950), Image.Resampling.BOX))
    with Image.open(folder / "0-6-3.jpg") as corner:
        assert corner.size == (3301 - 6 * 512, 1900 - 3 * 512)
        assert "exif" not in corner.info


@pytest.mark.parametrize("flag", range(2, 9))
def test_tiles_of_every_orientation_are_upright(tmp_path: Path, folder: Path, flag: int):
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = drawn(1900, 1201)
    exif = Image.Exif()
    exif[0x0112] = flag
    upright.transpose(undo[flag]).save(tmp_path / "turned.jpg", exif=exif, quality=90)

    pyramid = make_tiles(str(tmp_path / "turned.jpg"), str(folder))

    assert (pyramid.width_px, pyramid.height_px) == (1900, 1201)
    assert is_like(put_together(folder, pyramid, 0), upright)


def write_picture(path: Path, saved_as: str) -> None:
    image = drawn(1700, 900)
    if saved_as == "HEIC":
        path.write_bytes(write_heic(image))
    elif saved_as == "grey PNG":
        image.convert("L").save(path, "PNG")
    elif saved_as == "PNG with alpha":
        image.convert("RGBA").save(path, "PNG")
    elif saved_as == "palette":
        image.quantize(64).save(path, "PNG")
    elif saved_as.startswith("CMYK"):
        image.convert("CMYK").save(path, saved_as.split()[1], **({"quality": 90} if "JPEG" in saved_as else {}))
    else:
        image.save(path, saved_as.split()[-1], **({"progressive": True} if "progressive" in saved_as else {}))


KINDS = [
    "progressive JPEG", "CMYK JPEG", "PNG", "grey PNG", "PNG with alpha", "palette", "TIFF", "CMYK TIFF", "WEBP",
    "AVIF", "HEIC",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture_is_cut_into_tiles_of_its_own_size(tmp_path: Path, folder: Path, kind: str):
    write_picture(tmp_path / "picture", kind)

    pyramid = make_tiles(str(tmp_path / "picture"), str(folder))

    assert pyramid == Pyramid(1700, 900, sharpest=0)
    expected = drawn(1700, 900).convert("L") if kind == "grey PNG" else drawn(1700, 900)
    assert is_like(put_together(folder, pyramid, 0), expected, tolerance=8)


def test_colours_are_those_of_srgb(tmp_path: Path, folder: Path):
    drawn(1700, 900).save(tmp_path / "swapped.png", icc_profile=_swapped_profile())

    pyramid = make_tiles(str(tmp_path / "swapped.png"), str(folder))

    assert is_like(put_together(folder, pyramid, 0), Image.merge("RGB", drawn(1700, 900).split()[::-1]), tolerance=8)


def _swapped_profile() -> bytes:
    """Return sRGB with red and blue exchanged, under another name: the tags rXYZ and bXYZ bear each other's names."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    return profile.replace(b"rXYZ", b"xxxx", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"xxxx", b"bXYZ", 1)


@pytest.mark.parametrize(("decoded_bytes", "sharpest"), [(18_000_000, 0), (6_000_000, 1)], ids=["whole", "half"])
def test_what_does_not_fit_the_memory_is_cut_from_half_its_size(
    picture_file, folder: Path, decoded_bytes: int, sharpest: int
):
    path = picture_file(image=drawn(3300, 1300))

    pyramid = make_tiles(str(path), str(folder), Bounds(decoded_bytes=decoded_bytes))

    assert pyramid == Pyramid(3300, 1300, sharpest)
    assert sorted({int(path.name[0]) for path in folder.iterdir()}) == list(range(sharpest, 2))
    assert is_like(put_together(folder, pyramid, 1), drawn(3300, 1300).resize((1650, 650), Image.Resampling.BOX))


@pytest.mark.parametrize("saved_as", ["PNG", "TIFF"])
def test_a_picture_too_large_to_be_decoded_in_one_piece_is_read_strip_by_strip(
    tmp_path: Path, folder: Path, saved_as: str
):
    drawn(1700, 900).save(tmp_path / "picture", saved_as)

    pyramid = make_tiles(str(tmp_path / "picture"), str(folder), Bounds(decoded_bytes=8_000_000))

    assert pyramid.sharpest == 0
    assert is_like(put_together(folder, pyramid, 0), drawn(1700, 900))


@pytest.mark.parametrize("saved_as", ["JPEG", "PNG", "TIFF"])
def test_a_file_that_ends_early_is_shown_as_far_as_it_goes(tmp_path: Path, folder: Path, saved_as: str):
    whole = io.BytesIO()
    drawn(1700, 900).save(whole, saved_as)
    (tmp_path / "picture").write_bytes(whole.getvalue()[: len(whole.getvalue()) * 3 // 4])

    pyramid = make_tiles(str(tmp_path / "picture"), str(folder))

    upper = (0, 0, 1700, 500)
    assert is_like(put_together(folder, pyramid, 0).crop(upper), drawn(1700, 900).crop(upper))


def test_a_picture_no_larger_than_the_screen_copy_has_no_tiles(picture_file, folder: Path):
    with pytest.raises(UnreadableImage, match="no more than 1600 pixels"):
        make_tiles(str(picture_file(image=drawn(1600, 900))), str(folder))


def test_footage_has_no_tiles(tmp_path: Path, folder: Path):
    film(tmp_path / "clip.mp4", seconds=1)

    with pytest.raises(UnreadableImage, match="footage"):
        make_tiles(str(tmp_path / "clip.mp4"), str(folder))


@pytest.mark.parametrize("kind", ["JPEG", "PNG with alpha", "CMYK TIFF"])
def test_a_worker_stays_below_400_mb(tmp_path: Path, folder: Path, kind: str):
    image = Image.fromarray(np.tile(np.asarray(drawn(600, 400)), (10, 10, 1)))
    mode = {"PNG with alpha": "RGBA", "CMYK TIFF": "CMYK"}.get(kind, "RGB")
    image.convert(mode).save(tmp_path / "large", kind.split()[-1 if mode == "CMYK" else 0], compress_level=1)

    with Sandbox(Limits(address_space_bytes=1536 * 1024**2, cpu_seconds=60, wall_seconds=240)) as sandbox:
        pyramid = sandbox.run("archive.files.tiles.make_tiles", path=str(tmp_path / "large"), into_dir=str(folder))

    assert sandbox.last_peak_memory_bytes < 400_000_000
    assert pyramid["sharpest"] <= 1
