"""Drawn pictures: red left half, blue right half, a white bar along the top, so that every turn shows."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def drawn(width_px: int = 640, height_px: int = 480) -> Image.Image:
    pixels = np.empty((height_px, width_px, 3), np.uint8)
    pixels[:, : width_px // 2] = (200, 30, 30)
    pixels[:, width_px // 2 :] = (30, 30, 200)
    pixels[: height_px // 8] = 255
    # Some noise, so that a file has a photograph's length and can be cut somewhere.
    noise = np.random.default_rng(7).integers(-8, 8, pixels.shape)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


@pytest.fixture
def picture_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a picture: `picture_file("a.jpg", image=drawn(), quality=90)`."""

    def write(name: str = "beach.jpg", image: Image.Image | None = None, **options: object) -> Path:
        path = tmp_path / name
        (image or drawn()).save(path, **options)
        return path

    return write
