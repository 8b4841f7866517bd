"""A picture whose four corners tell how it lies, and what is to be seen of it however it is turned."""

import io
from pathlib import Path

from django.core.files.storage import storages
from PIL import Image, ImageDraw

from archive.catalogue.models import Item
from archive.files.models import Rendition
from archive.ingest import process_lines
from archive.standards.orientation import turned_point
from tests.ingest.test_process_lines import send

CORNERS = {(0, 0): "red", (1, 0): "lime", (1, 1): "blue", (0, 1): "yellow"}
COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}


def upright(size: tuple[int, int] = (320, 200)) -> Image.Image:
    """Draw the picture as it is to be seen: red, green, blue and yellow corners, clockwise from the top left."""
    image = Image.new("RGB", size, "grey")
    draw, (width, height) = ImageDraw.Draw(image), size
    for (right, low), colour in CORNERS.items():
        x, y = right * width // 2, low * height // 2
        draw.rectangle((x, y, x + width // 2, y + height // 2), fill=colour)
    return image


def as_jpeg(image: Image.Image, *, tag: int | None = None) -> bytes:
    exif = Image.Exif()
    if tag is not None:
        exif[0x0112] = tag
    written = io.BytesIO()
    image.save(written, "JPEG", exif=exif, quality=95)
    return written.getvalue()


def bring_in(content: bytes, name: str = "corners.jpg") -> Item:
    """Bring a file all the way in."""
    send(content, name=name)
    process_lines.work_off()
    return Item.objects.order_by("-pk")[0]


def corners(image: Image.Image) -> list[str]:
    """Name the colours of the four corners, clockwise from the top left."""
    seen = image.convert("RGB")
    places = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]
    pixels = [seen.getpixel((int(x * seen.width), int(y * seen.height))) for x, y in places]
    return [_nearest(pixel) for pixel in pixels]


def _nearest(pixel: tuple[int, ...]) -> str:
    return min(COLOURS, key=lambda name: sum(abs(a - b) for a, b in zip(COLOURS[name], pixel, strict=True)))


def corners_turned(orientation: int) -> list[str]:
    """Name the colours that the corners have once the picture is turned so."""
    there = {turned_point(corner, orientation): colour for corner, colour in CORNERS.items()}
    return [there[corner] for corner in CORNERS]


def copies(item: Item) -> dict[str, Image.Image]:
    """Return the stored copies of a picture by their purpose."""
    made = Rendition.objects.filter(media_file=item.media_file)
    return {copy.purpose: Image.open(Path(storages["renditions"].path(copy.storage_path))) for copy in made}
