import io
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from archive.files import renditions, strips
from archive.files.decode_picture import Bounds
from archive.files.formats import UnreadableImage
from archive.files.renditions import make_renditions
from archive.files.sandbox import Sandbox
from tests.files.conftest import drawn
from tests.files.tiffs import Page, write_tiff

TIGHT = Bounds(decoded_bytes=2_000_000)
SIZE = (1000, 750)


@pytest.fixture(autouse=True)
def short_strips(monkeypatch):
    """Have a small picture fall into many strips."""
    monkeypatch.setattr(strips, "STRIP_BYTES", 200_000)


def as_png(image: np.ndarray | Image.Image, **options) -> bytes:
    if isinstance(image, np.ndarray):
        return cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 6])[1].tobytes()
    body = io.BytesIO()
    image.save(body, "PNG", **options)
    return body.getvalue()


def as_tiff(image: np.ndarray | Image.Image, **options) -> bytes:
    if isinstance(image, np.ndarray):
        return cv2.imencode(".tif", image, [cv2.IMWRITE_TIFF_COMPRESSION, 5])[1].tobytes()
    body = io.BytesIO()
    image.save(body, "TIFF", **options)
    return body.getvalue()


def clear(image: Image.Image) -> Image.Image:
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def deep(image: Image.Image) -> np.ndarray:
    """16 bits in which the lower byte says something of its own."""
    pixels = np.asarray(image).astype(np.uint16)
    return np.ascontiguousarray((pixels * 257 + np.arange(pixels.shape[1], dtype=np.uint16)[:, None] % 97)[:, :, ::-1])


BEACH = drawn(*SIZE)
COLOURS, INKS = np.asarray(BEACH), np.asarray(BEACH.convert("CMYK"))
DEEP = COLOURS.astype(np.uint16) * 257
# Made when it is asked for: all of them take seconds, and each of several processes collects this file.
LAYOUTS: dict[str, Callable[[], bytes]] = {
    "png-rgb": lambda: as_png(BEACH),
    "png-grey": lambda: as_png(BEACH.convert("L")),
    "png-grey-alpha": lambda: as_png(clear(BEACH.convert("LA").convert("RGB").convert("L"))),
    "png-rgba": lambda: as_png(clear(BEACH.copy())),
    "png-palette": lambda: as_png(BEACH.quantize(200)),
    "png-palette-4-bits": lambda: as_png(BEACH.quantize(9), bits=4),
    "png-palette-clear": lambda: as_png(BEACH.quantize(16), transparency=bytes([0, 128, 255])),
    "png-1-bit": lambda: as_png(BEACH.convert("1")),
    "png-colour-key": lambda: as_png(drawn(*SIZE).point(lambda value: value & 0xF0), transparency=(192, 16, 16)),
    "png-16-bit-rgb": lambda: as_png(deep(BEACH)),
    "png-16-bit-rgba": lambda: as_png(np.dstack([deep(BEACH), deep(BEACH)[:, :, 0]])),
    "png-16-bit-grey": lambda: as_png(deep(BEACH)[:, :, 0]),
    "tiff-rgb-raw": lambda: as_tiff(BEACH),
    "tiff-rgb-lzw": lambda: as_tiff(BEACH, compression="tiff_lzw"),
    "tiff-rgb-deflate": lambda: as_tiff(BEACH, compression="tiff_adobe_deflate"),
    "tiff-rgb-jpeg": lambda: as_tiff(BEACH, compression="jpeg"),
    "tiff-cmyk": lambda: as_tiff(BEACH.convert("CMYK")),
    "tiff-rgba": lambda: as_tiff(clear(BEACH.copy()), compression="tiff_lzw"),
    "tiff-palette": lambda: as_tiff(BEACH.quantize(99), compression="packbits"),
    "tiff-fax": lambda: as_tiff(BEACH.convert("1"), compression="group4", strip_size=5_000),
    "tiff-16-bit-rgb": lambda: as_tiff(deep(BEACH)),
    "tiff-16-bit-grey": lambda: as_tiff(deep(BEACH)[:, :, 0]),
    "tiff-one-strip": lambda: as_tiff(BEACH, strip_size=10**9),
    "tiff-one-deflated-strip": lambda: as_tiff(BEACH, compression="tiff_adobe_deflate", strip_size=10**9),
    "tiff-one-deflated-strip-predicted": lambda: as_tiff(
        BEACH, compression="tiff_adobe_deflate", strip_size=10**9, tiffinfo={317: 2}
    ),
    "tiff-big": lambda: as_tiff(BEACH, big_tiff=True),
    "tiff-big-lzw": lambda: as_tiff(BEACH, big_tiff=True, compression="tiff_lzw"),
    "tiff-grey": lambda: as_tiff(BEACH.convert("L"), compression="tiff_lzw"),
    "tiff-tiled": lambda: write_tiff(Page(COLOURS, tile=64)),
    "tiff-tiled-raw-inks": lambda: write_tiff(Page(INKS, tile=64, deflate=False)),
    "tiff-tiled-16-bit": lambda: write_tiff(Page(DEEP, tile=64), order=">"),
    "tiff-planar": lambda: write_tiff(Page(COLOURS, is_planar=True)),
    "tiff-planar-raw": lambda: write_tiff(Page(COLOURS, is_planar=True, deflate=False)),
    "tiff-planar-one-strip": lambda: write_tiff(Page(COLOURS, is_planar=True, rows=10_000, deflate=False)),
    "tiff-planar-tiled": lambda: write_tiff(Page(COLOURS, is_planar=True, tile=64), order=">"),
    "tiff-planar-16-bit": lambda: write_tiff(Page(DEEP, is_planar=True)),
    "tiff-planar-16-bit-raw": lambda: write_tiff(Page(DEEP, is_planar=True, deflate=False)),
    "tiff-planar-inks": lambda: write_tiff(Page(INKS, is_planar=True)),
    "tiff-uneven-strips": lambda: write_tiff(Page(COLOURS, rows=601, deflate=False)),
}


@cache
def laid_out(layout: str) -> bytes:
    return LAYOUTS[layout]()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_strips_show_the_same_picture_as_the_whole(tmp_path: Path, layout):
    path = tmp_path / "picture"
    path.write_bytes(laid_out(layout))
    whole, cut = (tmp_path / "whole", tmp_path / "cut")
    whole.mkdir(), cut.mkdir()

    at_once = make_renditions(str(path), str(whole))
    in_strips = make_renditions(str(path), str(cut), Bounds(decoded_bytes=700_000))

    assert (in_strips.width_px, in_strips.height_px, in_strips.problems) == (*SIZE, at_once.problems)
    one, other = (np.asarray(Image.open(made.renditions[0].path)).astype(int) for made in (at_once, in_strips))
    assert one.shape == other.shape
    assert np.abs(one - other).mean() < 1


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name.startswith("tiff")])
def test_a_picture_in_strips_is_shrunk_once(tmp_path: Path, monkeypatch, layout):
    monkeypatch.setattr(renditions, "PURPOSES", (("SCREEN", 200), ("THUMBNAIL", 50)))
    path = tmp_path / "picture"
    path.write_bytes(laid_out(layout))

    picture = make_renditions(str(path), str(tmp_path), Bounds(decoded_bytes=700_000, long_side_px=200))

    assert [(made.width_px, made.height_px) for made in picture.renditions] == [(200, 150), (50, 38)]
    assert (picture.width_px, picture.height_px) == SIZE
    in_strips = np.asarray(Image.open(picture.renditions[0].path)).astype(int)
    whole = make_renditions(str(path), str(tmp_path), Bounds(long_side_px=200))
    assert np.abs(in_strips - np.asarray(Image.open(whole.renditions[0].path)).astype(int)).mean() < 4


@pytest.mark.parametrize("decoded_bytes", [700_000, 310_000_000], ids=["in-strips", "whole"])
@pytest.mark.parametrize("flag", range(1, 9))
@pytest.mark.parametrize("layout", ["lzw", "tiled"])
def test_a_large_tiff_is_turned_upright_with_its_size(tmp_path: Path, layout, flag, decoded_bytes):
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = BEACH.transpose(Image.Transpose(undo[flag])) if flag > 1 else BEACH
    path = tmp_path / "turned.tif"
    if layout == "lzw":
        path.write_bytes(as_tiff(stored, compression="tiff_lzw", tiffinfo={274: flag}))
    else:
        path.write_bytes(write_tiff(Page(np.asarray(stored), tile=64, tags={274: flag})))

    picture = make_renditions(str(path), str(tmp_path), Bounds(decoded_bytes=decoded_bytes))

    assert (picture.width_px, picture.height_px) == SIZE
    screen = np.asarray(Image.open(picture.renditions[0].path)).astype(int)
    assert screen.shape[:2] == SIZE[::-1]
    assert np.abs(screen - np.asarray(BEACH)).mean() < 6


@pytest.mark.parametrize("flag", [3, 6])
def test_a_large_png_is_turned_upright_too(tmp_path: Path, flag):
    exif = Image.Exif()
    exif[0x0112] = flag
    path = tmp_path / "turned.png"
    path.write_bytes(as_png(BEACH, exif=exif))

    picture = make_renditions(str(path), str(tmp_path), TIGHT)

    assert (picture.width_px, picture.height_px) == (SIZE if flag == 3 else SIZE[::-1])
    assert Image.open(picture.renditions[0].path).size == (picture.width_px, picture.height_px)


@pytest.mark.parametrize("layout", ["png-rgb", "tiff-rgb-raw"])
def test_a_large_file_that_ends_early_is_shown_as_far_as_it_goes(tmp_path: Path, layout):
    path = tmp_path / "cut"
    path.write_bytes(laid_out(layout)[: int(len(laid_out(layout)) * 0.6)])

    picture = make_renditions(str(path), str(tmp_path), TIGHT)

    (problem,) = picture.problems
    assert 40 <= int(problem.split("about ")[1].split()[0]) <= 65
    assert Image.open(picture.renditions[0].path).size == SIZE


def test_a_large_interlaced_png_is_refused_with_numbers(tmp_path: Path):
    body = bytearray(as_png(BEACH))
    body[28] = 1
    body[29:33] = zlib.crc32(body[12:29]).to_bytes(4, "big")
    path = tmp_path / "interlaced.png"
    path.write_bytes(body)

    with pytest.raises(UnreadableImage, match="of memory"):
        make_renditions(str(path), str(tmp_path), TIGHT)


# A hundred million pixels, which decoded whole would take 324 MB.
WIDE, HIGH = 12_000, 9_000
MAKE = "archive.files.renditions.make_renditions"
FLAT = np.full((64, 64, 3), (200, 30, 30), np.uint8)


def chunks_of_png(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def large_png(path: Path) -> None:
    header = struct.pack(">IIBBBBB", WIDE, HIGH, 8, 2, 0, 0, 0)
    path.write_bytes(chunks_of_png((b"IHDR", header), (b"IDAT", deflated(b"\0" + FLAT[0, 0].tobytes() * WIDE))))


def deflated(row: bytes) -> bytes:
    deflater = zlib.compressobj(1)
    return b"".join(deflater.compress(row) for _ in range(HIGH)) + deflater.flush()


def large_tiff(
    path: Path, page: Page, data: bytes = b"", *, data_bytes: int = 0, parts: int, part_bytes: int = 0
) -> None:
    """Write a page whose parts all lie at one place, or of one size one after the other behind it, as zeros."""
    offsets_tag, counts_tag = (324, 325) if page.tile else (273, 279)
    page.tags |= {256: WIDE, 257: HIGH}
    place = 0
    for _ in range(2):  # where the directory ends is known once it was written
        places = tuple(place + number * part_bytes for number in range(parts))
        page.tags |= {offsets_tag: places, counts_tag: (part_bytes or len(data),) * parts}
        body = write_tiff(page)
        place = len(body)
    path.write_bytes(body + data)
    os.truncate(path, len(body) + max(len(data), data_bytes))  # a file with a hole takes no room


def large_planar_tiled(path: Path) -> None:
    data = zlib.compress(bytes([200]) * 256 * 256)
    large_tiff(path, Page(FLAT, tile=256, is_planar=True), data, parts=3 * -(-WIDE // 256) * -(-HIGH // 256))


RED, GREY, BLACK = (200, 30, 30), (200, 200, 200), (0, 0, 0)
LARGE: dict[str, tuple[Callable[[Path], None], tuple[int, int, int]]] = {
    "png": (large_png, RED),
    "tiff-planar-tiled": (large_planar_tiled, GREY),
    "tiff-one-deflated-strip": (
        lambda path: large_tiff(path, Page(FLAT, tags={278: HIGH}), deflated(FLAT[0, 0].tobytes() * WIDE), parts=1),
        RED,
    ),
    "tiff-planar-one-strip": (
        lambda path: large_tiff(
            path,
            Page(FLAT, is_planar=True, deflate=False, tags={278: HIGH}),
            data_bytes=3 * WIDE * HIGH,
            part_bytes=WIDE * HIGH,
            parts=3,
        ),
        BLACK,
    ),
    "tiff-two-strips": (
        lambda path: large_tiff(
            path,
            Page(FLAT, deflate=False, tags={278: HIGH // 2}),
            data_bytes=3 * WIDE * HIGH,
            part_bytes=3 * WIDE * HIGH // 2,
            parts=2,
        ),
        BLACK,
    ),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("layout", LARGE)
def test_a_hundred_million_pixels_take_the_memory_of_some_strips(sandbox: Sandbox, tmp_path: Path, layout):
    write, colour = LARGE[layout]
    path = tmp_path / "large"
    write(path)

    picture = sandbox.run(MAKE, path=str(path), into_dir=str(tmp_path))

    assert (picture["width_px"], picture["height_px"], picture["problems"]) == (WIDE, HIGH, [])
    screen = np.asarray(Image.open(picture["renditions"][0]["path"]).convert("RGB")).astype(int)
    assert screen.shape == (1200, 1600, 3)
    assert np.abs(screen - colour).max() <= 4
    assert sandbox.last_peak_memory_bytes < 200_000_000


@pytest.mark.corpus
def test_a_real_scan_takes_the_memory_of_some_strips(sandbox: Sandbox, corpus: Path, tmp_path: Path):
    picture = sandbox.run(MAKE, path=str(corpus / "field" / "08_large_scan.tif"), into_dir=str(tmp_path))

    assert (picture["width_px"], picture["height_px"], picture["problems"]) == (9100, 9000, [])
    assert sandbox.last_peak_memory_bytes < 200_000_000


def tiff_in_a_circle() -> bytes:
    """Return a TIFF whose only directory names itself as the next."""
    body = bytearray(write_tiff(Page(FLAT, tags={256: WIDE, 257: HIGH})))
    (at,) = struct.unpack_from("<I", body, 4)
    (count,) = struct.unpack_from("<H", body, at)
    struct.pack_into("<I", body, at + 2 + 12 * count, at)
    return bytes(body)


PNG_HEADER = (b"IHDR", struct.pack(">IIBBBBB", WIDE, HIGH, 8, 2, 0, 0, 0))
TIFF = {256: WIDE, 257: HIGH}
HOSTILE = {
    "png-little-data": chunks_of_png(PNG_HEADER, (b"IDAT", zlib.compress(bytes(1000)))),
    "png-no-zlib": chunks_of_png(PNG_HEADER, (b"IDAT", b"no stream of zlib")),
    "png-empty-data": chunks_of_png(PNG_HEADER, *[(b"IDAT", b"")] * 50_000),
    "png-unknown-filter": chunks_of_png(PNG_HEADER, (b"IDAT", zlib.compress((b"\x09" + bytes(3 * WIDE)) * 200))),
    "tiff-little-data": write_tiff(Page(FLAT, rows=64, tags=TIFF)),
    "tiff-circle": tiff_in_a_circle(),
    "tiff-cut-directory": tiff_in_a_circle()[:-60],
    "tiff-strips-of-nothing": write_tiff(Page(FLAT, tags=TIFF | {278: 8, 273: (8,) * 1125, 279: (0,) * 1125})),
    "tiff-strips-larger-than-the-file": write_tiff(
        Page(FLAT, deflate=False, tags=TIFF | {259: 5, 278: 1, 273: (8,) * HIGH, 279: (2**31,) * HIGH})
    ),
    "tiff-no-rows-in-a-strip": write_tiff(Page(FLAT, tags=TIFF | {278: 0})),
    "tiff-no-width-of-a-tile": write_tiff(Page(FLAT, tile=64, tags=TIFF | {322: 0})),
    "tiff-tiles-of-a-pixel": write_tiff(Page(FLAT, tile=64, tags=TIFF | {322: 1, 323: 1})),
    "tiff-tiles-beyond-the-file": write_tiff(
        Page(FLAT, tile=16, tags=TIFF | {324: (2**31,) * 422_250, 325: (200,) * 422_250})
    ),
    "tiff-fewer-counts-than-places": write_tiff(Page(FLAT, tags=TIFF | {273: (8,) * 141, 279: (99,) * 3})),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_large_file_built_to_do_harm_is_refused_with_a_sentence(sandbox: Sandbox, tmp_path: Path, kind):
    path = tmp_path / "hostile"
    path.write_bytes(HOSTILE[kind])

    with pytest.raises(UnreadableImage, match=r"\.$"):
        sandbox.run(MAKE, path=str(path), into_dir=str(tmp_path))

    assert sandbox.last_peak_memory_bytes < 200_000_000
