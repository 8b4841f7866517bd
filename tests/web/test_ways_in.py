"""The same unusual files by the command, by the form and by an upload in chunks: what becomes of them is the same."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.ingest import process_lines
from archive.ingest.models import AccessionLine
from tests.extraction.making import exif, iptc, jpeg, jpeg_with, photoshop
from tests.files.heics import write_heic
from tests.files.tiffs import Page, write_tiff
from tests.ingest.test_command import ingest
from tests.web.test_uploads import FORM, begin, send

pytestmark = pytest.mark.django_db(transaction=True)
PHOTOSHOP = b"Photoshop 3.0\x00"
DATE_TIME_ORIGINAL, ORIENTATION = 0x9003, 0x0112
FIRST = iptc((2, 120, b"Three boats off Dunkirk"), (2, 80, b"Jo Doe"))
SECOND = iptc((2, 120, b"Four boats off Dunkirk"), (2, 55, b"20240618"), (2, 80, b"Sam Roe"))


@pytest.fixture(params=["command", "form", "chunks"])
def bring_in(request: pytest.FixtureRequest, client: Client, people: dict[str, User], tmp_path: Path) -> Any:
    """Return what brings in a file by one of the ways and gives its line."""
    client.force_login(people["archivist"])

    def bring(name: str, content: bytes) -> AccessionLine:
        folder = tmp_path / "delivered"
        folder.mkdir()
        (folder / name).write_bytes(content)
        if request.param == "command":
            ingest(folder)
        elif request.param == "form":
            client.post(reverse("upload"), FORM | {"files": SimpleUploadedFile(name, content)})
        else:
            send(client, begin(client, content, filename=name)["Location"], content, 0)
        process_lines.work_off()
        return AccessionLine.objects.get()

    return bring


def screen_of(item: Item) -> tuple[int, int]:
    screen = item.media_file.renditions.get(purpose="SCREEN")
    return screen.width_px, screen.height_px


def at_left(item: Item) -> tuple[int, ...]:
    """Return the colour in the middle of the left edge of what pages show."""
    screen = item.media_file.renditions.get(purpose="SCREEN")
    with storages["renditions"].open(screen.storage_path) as stream:
        image = Image.open(stream).convert("RGB")
        return image.getpixel((3, image.height // 2))


def halves() -> Image.Image:
    """Draw a landscape that is red at its left, as people see it."""
    image = Image.new("RGB", (320, 192), "blue")
    image.paste("red", (0, 0, 160, 192))
    return image


def test_a_camera_time_in_the_first_directory_dates_the_picture(bring_in: Any, tmp_path: Path) -> None:
    made = jpeg_with(tmp_path, exif=exif({DATE_TIME_ORIGINAL: "2024:06:18 05:12:00"})).read_bytes()

    line = bring_in("a.jpg", made)

    assert line.outcome == "CREATED"
    assert Item.objects.get().date_created_edtf == "2024-06-18T05:12:00"


@pytest.mark.parametrize("segments", [1, 2], ids=["two resources", "two segments"])
def test_a_second_iptc_block_stands_beside_the_first_and_is_told(bring_in: Any, tmp_path: Path, segments: int) -> None:
    first, second = photoshop(FIRST), photoshop(SECOND)
    parts = [first + second] if segments == 1 else [first, second]
    made = jpeg(tmp_path, *((0xED, PHOTOSHOP + part) for part in parts)).read_bytes()

    line = bring_in("a.jpg", made)

    item = Item.objects.get()
    assert item.lead_caption == "Three boats off Dunkirk"
    assert sorted(item.captions.values_list("text", flat=True)) == ["Four boats off Dunkirk", "Three boats off Dunkirk"]
    assert item.date_created_edtf == "2024-06-18"
    assert "2 IPTC blocks that do not say the same" in line.reason


def test_the_orientation_of_the_thumbnail_turns_a_picture_that_has_none(bring_in: Any, tmp_path: Path) -> None:
    first = struct.pack("<H", 1) + struct.pack("<HHII", ORIENTATION, 3, 1, 6)
    block = b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + struct.pack("<HI", 0, 14) + first + bytes(4)
    path = tmp_path / "turned.jpg"
    halves().transpose(Image.Transpose.ROTATE_90).save(path, "JPEG", exif=block)

    line = bring_in("turned.jpg", path.read_bytes())

    item = Item.objects.get()
    assert line.outcome == "CREATED"
    assert (item.media_file.width_px, item.media_file.height_px) == screen_of(item) == (320, 192)
    red, _green, blue = at_left(item)
    assert red > 200 > blue


@pytest.mark.parametrize(
    ("flag", "turned"),
    [(6, Image.Transpose.ROTATE_90), (3, Image.Transpose.ROTATE_180), (8, Image.Transpose.ROTATE_270)],
    ids=["6", "3", "8"],
)
def test_a_heic_turned_by_its_exif_alone_is_shown_upright(
    bring_in: Any, tmp_path: Path, flag: int, turned: Image.Transpose
) -> None:
    line = bring_in("a.heic", write_heic(halves().transpose(turned), exif_orientation=flag))

    item = Item.objects.get()
    assert line.outcome == "CREATED", line.reason
    assert (item.media_file.width_px, item.media_file.height_px) == screen_of(item) == (320, 192)
    red, _green, blue = at_left(item)
    assert red > 200 > blue


FLOATS = np.linspace(0, 1, 64 * 48 * 3, dtype=np.float32).reshape(48, 64, 3)


@pytest.mark.parametrize(
    "page",
    [
        Page(FLOATS),
        Page(FLOATS, deflate=False),
        Page(FLOATS.astype(np.float16)),
        Page(FLOATS, tile=16),
        Page(FLOATS, is_planar=True),
        Page(FLOATS[:, :, :1].astype(np.float64)),
    ],
    ids=["deflated", "plain", "half", "tiled", "planes", "double"],
)
def test_a_tiff_of_floating_point_numbers_is_not_supported_and_not_called_damaged(bring_in: Any, page: Page) -> None:
    line = bring_in("a.tif", write_tiff(page))

    assert line.outcome == "REFUSED"
    assert "of a sort that is not supported (coded as: floating-point numbers" in line.reason
    assert "damaged" not in line.reason
