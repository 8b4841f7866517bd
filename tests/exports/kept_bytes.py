"""Put bytes where the store keeps an original and its copies, for items that builders made."""

import io

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from archive.catalogue.models import Item


def keep_bytes(item: Item, content: bytes) -> None:
    storages["originals"].save(item.media_file.storage_path, ContentFile(content))
    for made in item.media_file.renditions.all():
        picture = io.BytesIO()
        Image.new("RGB", (made.width_px, made.height_px), (90, 120, 140)).save(picture, "JPEG")
        storages["renditions"].save(made.storage_path, ContentFile(picture.getvalue()))
