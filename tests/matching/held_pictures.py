"""Hold drawn pictures as ingest holds them, and make the copies of them that go round."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import cv2
import numpy as np
import simplejpeg
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from archive.catalogue.models import Item
from archive.files.models import Rendition
from archive.matching.fingerprints import Pixels
from archive.matching.make_fingerprints import expect
from tests.builders import NOW, make_item

_minute = count()


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
