"""Pictures with a small picture inside, drawn here: the block of Exif is written by hand, as Pillow writes no IFD 1."""

import io
import struct
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw


def scene(seed: int, *, size: tuple[int, int] = (480, 320)) -> Image.Image:
    """Draw a picture of many shapes; each seed gives another one."""
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", size, tuple(int(level) for level in random.integers(80, 180, 3)))
    draw = ImageDraw.Draw(picture)
    for _shape in range(60):
        left, top = (int(random.integers(0, side)) for side in size)
        width, height = (int(each) for each in random.integers(10, 90, 2))
        colour = tuple(int(level) for level in random.integers(0, 255, 3))
        shape = draw.ellipse if random.integers(2) else draw.rectangle
        shape((left, top, left + width, top + height), fill=colour)
    return picture


def thumbnail(picture: Image.Image, *, size: tuple[int, int] = (160, 120), bars: bool = True) -> bytes:
    """Reduce a picture as a camera does: into 4:3, with black bars where it is wider or narrower."""
    small = Image.new("RGB", size)
    reduced = picture.copy()
    reduced.thumbnail(size)
    if not bars:
        small = reduced
    else:
        small.paste(reduced, ((size[0] - reduced.width) // 2, (size[1] - reduced.height) // 2))
    return _jpeg(small, quality=75)


def with_thumbnail(picture: Image.Image, small: bytes, path: Path, *, quality: int = 85, behind: bytes = b"") -> Path:
    """Write a JPEG with this thumbnail in IFD 1 of its Exif (Exif 3.0, 4.6.9)."""
    make = b"Acme\x00\x00"
    first = struct.pack("<H", 1) + struct.pack("<HHII", 0x010F, 2, len(make), 26)
    second_at = 26 + len(make)
    # After the 8 bytes of the header: IFD 0 with one entry, then the make, then IFD 1, then the thumbnail.
    second = (
        struct.pack("<H", 3)
        + struct.pack("<HHII", 0x0103, 3, 1, 6)
        + struct.pack("<HHII", 0x0201, 4, 1, second_at + 42)
        + struct.pack("<HHII", 0x0202, 4, 1, len(small))
        + struct.pack("<I", 0)
    )
    block = b"II*\x00" + struct.pack("<I", 8) + first + struct.pack("<I", second_at) + make + second + small
    path.write_bytes(_jpeg(picture, quality=quality, exif=b"Exif\x00\x00" + block) + behind)
    return path


def _jpeg(picture: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", **options)
    return file.getvalue()
