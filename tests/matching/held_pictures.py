"""Pictures full of detail, drawn from a seed, and held as ingest holds them; their copies are made by what tests name."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import cv2
import numpy as np
import simplejpeg
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from numpy.typing import NDArray

from archive.catalogue.models import Item
from archive.files.models import Rendition
from archive.matching.fingerprinting import expect
from tests.builders import NOW, make_item

Pixels = NDArray[np.uint8]
_minute = count()


def scene(seed: int, *, width_px: int = 960, height_px: int = 640) -> Pixels:
    """Draw a picture that no other seed gives: clouds of several sizes, with sharp shapes on them."""
    rng = np.random.default_rng(seed)
    pixels = np.zeros((height_px, width_px, 3), np.float32)
    for cells, weight in ((4, 90), (12, 60), (40, 40)):
        clouds = rng.random((cells * height_px // width_px + 2, cells, 3), dtype=np.float32)
        pixels += weight * cv2.resize(clouds, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    for _ in range(70):
        centre = int(rng.integers(width_px)), int(rng.integers(height_px))
        colour = rng.integers(0, 255, 3).tolist()
        axes = int(rng.integers(6, 60)), int(rng.integers(6, 40))
        cv2.ellipse(pixels, centre, axes, int(rng.integers(180)), 0, 360, colour, -1)
    return np.clip(pixels, 0, 255).astype(np.uint8)


def reencoded(pixels: Pixels, *, width_px: int = 640, quality: int = 50) -> Pixels:
    height_px = round(pixels.shape[0] * width_px / pixels.shape[1])
    small = cv2.resize(pixels, (width_px, height_px), interpolation=cv2.INTER_AREA)
    return simplejpeg.decode_jpeg(simplejpeg.encode_jpeg(small, quality), colorspace="RGB")


def cropped(pixels: Pixels) -> Pixels:
    """Keep the right lower part: two thirds of each side."""
    return np.ascontiguousarray(pixels[pixels.shape[0] // 3 :, pixels.shape[1] // 3 :])


def hold(pixels: Pixels, *, name: str = "", **fields: Any) -> Item:
    """Hold a picture with its copies, received a minute after the last one, and expect it to be matched."""
    fields.setdefault("received_at", NOW + timedelta(minutes=next(_minute)))
    item = make_item(file_name=name, renditions=False, size_px=(pixels.shape[1], pixels.shape[0]), **fields)
    expect([_keep(item, pixels, purpose, side) for purpose, side in (("SCREEN", 1600), ("THUMBNAIL", 400))])
    return item


def hold_footage(frames: dict[int, Pixels], **fields: Any) -> Item:
    """Hold footage with its stills, by their milliseconds."""
    fields.setdefault("received_at", NOW + timedelta(minutes=next(_minute)))
    item = make_item(renditions=False, kind=Item.Kind.FOOTAGE, **fields)
    poster = _keep(item, next(iter(frames.values())), "SCREEN", 1600)
    expect([poster, *(_keep(item, pixels, "STILL", 640, offset) for offset, pixels in frames.items())])
    return item


def _keep(item: Item, pixels: Pixels, purpose: str, side: int, offset: int | None = None) -> Rendition:
    scale = min(1.0, side / max(pixels.shape))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    path = f"{item.media_file.message_digest}-{purpose.lower()}-{offset or 0}.jpg"
    storages["renditions"].save(path, ContentFile(simplejpeg.encode_jpeg(np.ascontiguousarray(small), 82)))
    return Rendition.objects.create(
        media_file=item.media_file,
        purpose=purpose,
        width_px=small.shape[1],
        height_px=small.shape[0],
        size_bytes=1,
        mime_type="image/jpeg",
        storage_path=path,
        offset_milliseconds=offset,
        made_at=datetime(2024, 6, 20, tzinfo=NOW.tzinfo),
        maker_version="test",
    )
