import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from archive.files.decode_picture import Bounds
from archive.files.formats import UnreadableImage
from archive.files.renditions import make_renditions
from archive.files.sandbox import JobFailed, Sandbox
from tests.files.conftest import drawn
from tests.files.heics import write_heic
from tests.files.tiffs import Page, write_tiff

MAKE = "archive.files.renditions.make_renditions"
ORIENTATION = 0x0112


def shown(picture, purpose: str = "SCREEN") -> Image.Image:
    return Image.open(next(made.path for made in picture.renditions if made.purpose == purpose))


def colour_at(image: Image.Image, x_share: float, y_share: float) -> tuple[int, ...]:
    return image.convert("RGB").getpixel((int(image.width * x_share), int(image.height * y_share)))


def is_near(colour: tuple[int, ...], expected: tuple[int, ...], tolerance: int = 24) -> bool:
    return all(abs(one - other) <= tolerance for one, other in zip(colour, expected, strict=True))


RED, BLUE, WHITE = (200, 30, 30), (30, 30, 200), (255, 255, 255)


def test_the_two_copies_have_their_long_sides(picture_file, tmp_path: Path):
    picture = make_renditions(str(picture_file(image=drawn(2400, 1800))), str(tmp_path))

    assert [(made.purpose, made.width_px, made.height_px) for made in picture.renditions] == [
        ("SCREEN", 1600, 1200),
        ("THUMBNAIL", 400, 300),
    ]
    assert (picture.width_px, picture.height_px, picture.frame_count, picture.problems) == (2400, 1800, 1, [])
    assert [shown(picture, purpose).size for purpose in ("SCREEN", "THUMBNAIL")] == [(1600, 1200), (400, 300)]
    assert all(made.size_bytes == Path(made.path).stat().st_size for made in picture.renditions)


def test_nothing_is_enlarged(picture_file, tmp_path: Path):
    picture = make_renditions(str(picture_file(image=drawn(300, 200))), str(tmp_path))

    assert [shown(picture, purpose).size for purpose in ("SCREEN", "THUMBNAIL")] == [(300, 200), (300, 200)]


@pytest.mark.parametrize("saved_as", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
@pytest.mark.parametrize("flag", range(1, 9))
def test_every_orientation_is_shown_upright(tmp_path: Path, saved_as, flag):
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = drawn(320, 240).transpose(undo[flag]) if flag > 1 else drawn(320, 240)
    exif = Image.Exif()
    exif[ORIENTATION] = flag
    path = tmp_path / "turned"
    stored.save(path, saved_as, exif=exif)

    picture = make_renditions(str(path), str(tmp_path))

    screen = shown(picture)
    assert (picture.width_px, picture.height_px) == screen.size == (320, 240)
    assert is_near(colour_at(screen, 0.5, 0.05), WHITE)
    assert is_near(colour_at(screen, 0.2, 0.7), RED)
    assert is_near(colour_at(screen, 0.8, 0.7), BLUE)


TURNS = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


@pytest.mark.parametrize(
    ("exif_orientation", "quarter_turns", "stored_as"),
    [(6, None, 6), (3, None, 3), (8, None, 8), (6, 3, 6), (8, 1, 8), (6, 0, 1), (1, 3, 6)],
    ids=["exif-6", "exif-3", "exif-8", "both-6", "both-8", "exif-against-container", "container"],
)
def test_a_heic_is_turned_once_by_its_container_or_else_by_exif(
    tmp_path: Path, exif_orientation, quarter_turns, stored_as
):
    stored = drawn(320, 240).transpose(TURNS[stored_as]) if stored_as > 1 else drawn(320, 240)
    path = tmp_path / "turned.heic"
    path.write_bytes(write_heic(stored, exif_orientation=exif_orientation, quarter_turns=quarter_turns))

    picture = make_renditions(str(path), str(tmp_path))

    screen = shown(picture)
    assert (picture.width_px, picture.height_px) == screen.size == (320, 240)
    assert is_near(colour_at(screen, 0.5, 0.05), WHITE)
    assert is_near(colour_at(screen, 0.2, 0.7), RED)
    assert is_near(colour_at(screen, 0.8, 0.7), BLUE)


@pytest.mark.parametrize("tag", [{254: 1}, {255: 2}], ids=["new", "old"])
@pytest.mark.parametrize("saved_with", [{}, {"is_planar": True}], ids=["chunky", "planar"])
def test_of_a_tiff_whose_first_page_is_reduced_the_full_page_is_shown(tmp_path: Path, tag, saved_with):
    small, full = np.asarray(Image.new("RGB", (80, 60), "green")), np.asarray(drawn(640, 480))
    path = tmp_path / "reduced-first.tif"
    path.write_bytes(write_tiff(Page(small, tags=tag), Page(full, tags={274: 3}, **saved_with)))

    picture = make_renditions(str(path), str(tmp_path))

    assert (picture.width_px, picture.height_px, picture.frame_count) == (640, 480, 2)
    assert is_near(colour_at(shown(picture), 0.2, 0.3), BLUE)
    assert picture.problems == ["its first page is a reduced version; page 2 of 2 is shown"]


@pytest.mark.parametrize(
    "saved_with", [{}, {"deflate": False}, {"is_planar": True}], ids=["deflate", "plain", "planar"]
)
@pytest.mark.parametrize("bounds", [Bounds(), Bounds(decoded_bytes=1_000_000)], ids=["whole", "strips"])
def test_the_whole_picture_below_a_reduced_page_is_shown_and_told(tmp_path: Path, saved_with, bounds):
    small, full = np.asarray(Image.new("RGB", (80, 60), "green")), np.asarray(drawn(640, 480))
    path = tmp_path / "below.tif"
    path.write_bytes(write_tiff(Page(small, tags={254: 1}, below=[Page(full, tags={274: 3}, **saved_with)])))

    picture = make_renditions(str(path), str(tmp_path), bounds)

    assert (picture.width_px, picture.height_px) == (640, 480)
    assert is_near(colour_at(shown(picture), 0.2, 0.3), BLUE)
    assert picture.problems == [
        "its pages are reduced versions; the whole picture, which lies below one of them, is shown"
    ]


def test_a_mask_is_no_picture(tmp_path: Path):
    mask, full = np.full((48, 64), 255, np.uint8), np.asarray(drawn(640, 480))
    path = tmp_path / "mask.tif"
    path.write_bytes(write_tiff(Page(mask, tags={254: 4}), Page(full), Page(mask, tags={254: 4})))

    picture = make_renditions(str(path), str(tmp_path))

    assert (picture.width_px, picture.height_px) == (640, 480)
    assert picture.problems == ["its first page is a mask; page 2 of 3 is shown"]


@pytest.mark.parametrize("depth", [np.uint8, np.uint16], ids=["8", "16"])
@pytest.mark.parametrize("decoded_bytes", [310_000_000, 20_000], ids=["whole", "strips"])
def test_grey_whose_white_is_zero_is_no_negative(tmp_path: Path, depth, decoded_bytes):
    steps = np.tile(np.linspace(0, np.iinfo(depth).max, 96), (64, 1)).astype(depth)
    path = tmp_path / "white-is-zero.tif"
    path.write_bytes(write_tiff(Page(steps, photometric=0, rows=8)))

    screen = shown(make_renditions(str(path), str(tmp_path), Bounds(decoded_bytes=decoded_bytes)))

    assert is_near(colour_at(screen, 0.02, 0.5), (250, 250, 250))
    assert is_near(colour_at(screen, 0.98, 0.5), (5, 5, 5))


def test_a_tiff_of_several_pages_says_that_one_is_shown(picture_file, tmp_path: Path):
    path = picture_file("pages.tif", save_all=True, append_images=[Image.new("RGB", (64, 48), "green")])

    assert make_renditions(str(path), str(tmp_path)).problems == ["it has 2 pages; only the first is shown"]


def test_a_smaller_version_behind_the_picture_is_no_further_page(tmp_path: Path):
    path = tmp_path / "pyramid.tif"
    path.write_bytes(write_tiff(Page(np.asarray(drawn(640, 480))), Page(np.asarray(drawn(320, 240)), tags={254: 1})))

    assert make_renditions(str(path), str(tmp_path)).problems == []


FLOATS = np.linspace(0, 1, 64 * 48 * 3, dtype=np.float32).reshape(48, 64, 3)


@pytest.mark.parametrize(
    ("content", "coding"),
    [
        (write_tiff(Page(FLOATS)), "floating-point numbers of 32 bits, 3 channels, compression: deflate"),
        (write_tiff(Page(FLOATS.astype(np.float16))), "floating-point numbers of 16 bits, 3 channels"),
        (
            write_tiff(Page(FLOATS[:, :, :1].astype(np.float64), deflate=False)),
            "of 64 bits, 1 channel, compression: none",
        ),
        (write_tiff(Page(FLOATS.astype(np.uint8), tags={259: 34712})), "8 bits, 3 channels, compression: JPEG 2000"),
        (write_tiff(Page(FLOATS.astype(np.uint8), tags={259: 34887})), "compression: LERC"),
        (b"\xff\xd8\xff\xc3\0\x0b\x08\0\x40\0\x40\x01\x01\x11\0" + bytes(40), "lossless JPEG"),
        (b"\xff\xd8\xff\xc1\0\x0b\x0c\0\x40\0\x40\x01\x01\x11\0" + bytes(40), "12 bits a channel"),
    ],
    ids=["float", "half", "double", "jpeg2000", "lerc", "lossless", "12-bit"],
)
def test_what_no_decoder_here_reads_is_called_unsupported_and_not_damaged(tmp_path: Path, content, coding):
    path = tmp_path / "unusual"
    path.write_bytes(content)

    with pytest.raises(UnreadableImage) as refusal:
        make_renditions(str(path), str(tmp_path))

    assert "of a sort that is not supported (coded as: " in str(refusal.value)
    assert coding in str(refusal.value)


def test_the_orientation_of_the_thumbnail_counts_where_the_picture_has_none(tmp_path: Path):
    first = struct.pack("<H", 1) + struct.pack("<HHII", 0x0112, 3, 1, 6)
    block = b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + struct.pack("<HI", 0, 14) + first + bytes(4)
    path = tmp_path / "turned.jpg"
    drawn(320, 240).transpose(Image.Transpose.ROTATE_90).save(path, "JPEG", exif=block)

    picture = make_renditions(str(path), str(tmp_path))

    assert (picture.width_px, picture.height_px) == shown(picture).size == (320, 240)


def test_the_copies_carry_no_metadata(picture_file, tmp_path: Path):
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    picture = make_renditions(str(picture_file(exif=exif, icc_profile=srgb, comment=b"said")), str(tmp_path))

    assert picture.icc_name.startswith("sRGB")
    for made in picture.renditions:
        assert set(Image.open(made.path).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"Maker" not in Path(made.path).read_bytes()


def test_an_embedded_profile_is_converted_to_srgb(picture_file, tmp_path: Path):
    # Half-grey in linear light is 188 in sRGB's curve.
    lab = ImageCms.createProfile("LAB")
    profile = ImageCms.ImageCmsProfile(lab).tobytes()
    image = Image.new("RGB", (64, 64), (128, 128, 128)).convert("RGB")
    with_lab = ImageCms.applyTransform(
        image, ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB")
    )

    picture = make_renditions(str(picture_file("lab.tif", image=with_lab, icc_profile=profile)), str(tmp_path))

    assert is_near(colour_at(shown(picture), 0.5, 0.5), (128, 128, 128), 6)


def test_a_profile_with_other_primaries_changes_the_colours(picture_file, tmp_path: Path):
    """A profile that calls its red what sRGB calls green, and does not call itself sRGB."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for one, other in ((b"rXYZ", b"?XYZ"), (b"gXYZ", b"rXYZ"), (b"?XYZ", b"gXYZ")):
        profile = profile.replace(one, other)
    profile = profile.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be"))

    for name in ("swapped.jpg", "swapped.png", "swapped.tif"):
        picture = make_renditions(str(picture_file(name, icc_profile=profile)), str(tmp_path))

        assert picture.icc_name.startswith("Swap")
        assert is_near(colour_at(shown(picture), 0.2, 0.7), (30, 200, 30)), name


def test_a_broken_profile_is_said_and_the_picture_shown(picture_file, tmp_path: Path):
    picture = make_renditions(str(picture_file(icc_profile=b"no profile at all")), str(tmp_path))

    assert "colour profile" in picture.problems[0]
    assert is_near(colour_at(shown(picture), 0.2, 0.7), RED)


@pytest.mark.parametrize("name", ["inks.jpg", "inks.tif"])
def test_cmyk_is_shown_in_its_colours(picture_file, tmp_path: Path, name):
    picture = make_renditions(str(picture_file(name, image=drawn(4000, 2000).convert("CMYK"))), str(tmp_path))

    assert (picture.mode, picture.width_px) == ("CMYK", 4000)
    assert is_near(colour_at(shown(picture), 0.2, 0.7), RED)


@pytest.mark.parametrize("name", ["deep.png", "deep.tif"])
def test_16_bits_are_scaled_and_not_clipped(picture_file, tmp_path: Path, name):
    ramp = np.tile(np.linspace(0, 65535, 512).astype(np.uint16), (256, 1))

    picture = make_renditions(str(picture_file(name, image=Image.fromarray(ramp))), str(tmp_path))

    across = np.asarray(shown(picture).convert("L"))[128].astype(int)
    assert np.abs(across - np.linspace(0, 255, 512)).max() <= 4


def test_a_palette_keeps_its_colours(picture_file, tmp_path: Path):
    picture = make_renditions(str(picture_file("few.png", image=drawn().quantize(16))), str(tmp_path))

    assert picture.mode == "P"
    assert is_near(colour_at(shown(picture), 0.8, 0.7), BLUE)


@pytest.mark.parametrize("name", ["clear.png", "clear.webp", "clear.tif"])
def test_what_is_transparent_is_laid_on_white(picture_file, tmp_path: Path, name):
    image = drawn().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size).point(lambda value: 255 if value > 128 else 0))

    picture = make_renditions(str(picture_file(name, image=image)), str(tmp_path))

    assert is_near(colour_at(shown(picture), 0.2, 0.3), WHITE)
    assert is_near(colour_at(shown(picture), 0.2, 0.7), RED)


def test_frames_and_pages_are_counted_and_the_first_is_shown(picture_file, tmp_path: Path):
    pages = {"save_all": True, "append_images": [Image.new("RGB", (640, 480), "green"), Image.new("RGB", (640, 480))]}

    for name in ("moving.gif", "pages.tif", "moving.webp", "two.mpo"):
        picture = make_renditions(str(picture_file(name, **pages)), str(tmp_path))

        assert picture.frame_count == 3, name
        assert is_near(colour_at(shown(picture), 0.2, 0.7), RED, 40), name


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_a_jpeg_that_ends_early_is_shown_as_far_as_it_goes(picture_file, tmp_path: Path, share):
    whole = picture_file(image=drawn(1000, 800), quality=90).read_bytes()
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(whole[: int(len(whole) * share)])

    picture = make_renditions(str(cut), str(tmp_path))

    (problem,) = picture.problems
    assert problem.startswith("its image data ends early: rows below about ")
    assert abs(int(problem.split("about ")[1].split()[0]) - share * 100) <= 8
    assert is_near(colour_at(shown(picture), 0.2, 0.2), RED)


def test_a_png_that_ends_early_is_shown_as_far_as_it_goes(picture_file, tmp_path: Path):
    whole = picture_file("whole.png").read_bytes()
    cut = tmp_path / "cut.png"
    cut.write_bytes(whole[: len(whole) // 2])

    picture = make_renditions(str(cut), str(tmp_path))

    assert "rows below about" in picture.problems[0]
    assert is_near(colour_at(shown(picture), 0.2, 0.3), RED)


def test_a_progressive_jpeg_that_ends_early_lacks_its_detail(picture_file, tmp_path: Path):
    whole = picture_file(progressive=True, quality=90).read_bytes()
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(whole[: len(whole) // 2])

    assert "finer detail" in make_renditions(str(cut), str(tmp_path)).problems[0]


def test_a_jpeg_without_its_picture_shows_the_preview_that_the_camera_embedded(picture_file, tmp_path: Path):
    small = io.BytesIO()
    drawn(160, 120).save(small, "JPEG")
    exif = Image.Exif()
    exif[ORIENTATION] = 1
    whole = picture_file(exif=_with_preview(exif, small.getvalue())).read_bytes()
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(whole[: whole.index(b"\xff\xdb", whole.index(b"\xff\xd9"))])

    picture = make_renditions(str(cut), str(tmp_path))

    assert picture.width_px is None
    assert "preview" in picture.problems[0]
    assert shown(picture).size == (160, 120)


def _with_preview(exif: Image.Exif, preview: bytes) -> bytes:
    """EXIF 2.32, 4.5.8: IFD 1 points to a whole JPEG by tags 513 and 514."""
    first = exif.tobytes()
    body = bytearray(first[6:])
    at = len(body)
    # IFD 0 has one entry, so the pointer to the next directory stands at 8 + 2 + 12; Pillow wrote little-endian "II".
    order = "little" if body[:2] == b"II" else "big"
    body[22:26] = at.to_bytes(4, order)
    entries = [(513, at + 2 + 24 + 4), (514, len(preview))]
    body += len(entries).to_bytes(2, order)
    for tag, value in entries:
        body += tag.to_bytes(2, order) + (4).to_bytes(2, order) + (1).to_bytes(4, order) + value.to_bytes(4, order)
    return first[:6] + bytes(body) + bytes(4) + preview


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(pixels=1000), "640 by 480 pixels"),
        (Bounds(size_bytes=100), "MB"),
        (Bounds(decoded_bytes=1000), "of memory"),
    ],
    ids=["pixels", "bytes", "memory"],
)
def test_what_exceeds_a_bound_is_refused_with_numbers(picture_file, tmp_path: Path, bounds, words):
    path = picture_file("beach.webp")

    with pytest.raises(UnreadableImage, match=words):
        make_renditions(str(path), str(tmp_path), bounds)


def test_more_frames_than_allowed_are_refused(picture_file, tmp_path: Path):
    further = [Image.new("RGB", (640, 480), (9 * number, 0, 0)) for number in range(9)]
    path = picture_file("moving.gif", save_all=True, append_images=further)

    with pytest.raises(UnreadableImage, match="10 frames"):
        make_renditions(str(path), str(tmp_path), Bounds(frames=5))


@pytest.mark.corpus
@pytest.mark.parametrize("folder", ["malformed", "photos", "near-dup"])
def test_every_real_file_gives_a_picture_or_a_sentence(corpus: Path, tmp_path: Path, folder):
    shown_files, silent = 0, []
    with Sandbox() as sandbox:
        for path in sorted(path for path in (corpus / folder).rglob("*") if path.is_file()):
            try:
                picture = sandbox.run(MAKE, path=str(path), into_dir=str(tmp_path))
                assert [made["purpose"] for made in picture["renditions"]] == ["SCREEN", "THUMBNAIL"]
                shown_files += 1
            except (UnreadableImage, JobFailed) as sentence:
                if isinstance(sentence, JobFailed) or not str(sentence).endswith("."):
                    silent.append((path.name, str(sentence)))

    assert silent == []
    assert shown_files > 10
