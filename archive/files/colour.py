"""Bring pixels to sRGB by the colour profile that a file carries; where it cannot be used, say so."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")


@lru_cache(maxsize=32)
def profile_name(profile: bytes) -> tuple[str, str]:
    """Name a colour profile, and say if it is broken."""
    if not profile:
        return "", ""
    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip(), ""
    except (ImageCms.PyCMSError, OSError, ValueError):
        return "", "its colour profile cannot be read, so its colours are shown as if they were sRGB"


@lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else ImageCms.createProfile("LAB")
    return ImageCms.buildTransform(source, _SRGB, mode, "RGB" if mode != "L" else "L")


def to_srgb(pixels: np.ndarray, profile: bytes, problems: list[str]) -> np.ndarray:
    name, _ = profile_name(profile)
    if "srgb" in name.lower():
        return pixels
    grey = pixels.ndim == 2 or pixels.shape[2] == 1
    image = Image.fromarray(pixels.reshape(pixels.shape[:2]) if grey else pixels)
    try:
        if grey:
            transform = ImageCms.buildTransform(ImageCms.ImageCmsProfile(io.BytesIO(profile)), _SRGB, "L", "RGB")
        else:
            transform = _transform(profile, "RGB")
        return np.asarray(ImageCms.applyTransform(image, transform))
    except (ImageCms.PyCMSError, OSError, ValueError):
        problems.append(f"its colour profile ({name}) does not fit the picture, so its colours are shown as sRGB")
        return pixels


def inks_to_srgb(image: Image.Image) -> Image.Image:
    """CMYK, Lab and YCbCr: by the embedded profile, else by the plain formula."""
    profile = image.info.get("icc_profile") or b""
    if image.mode == "LAB" or (profile and image.mode == "CMYK"):
        try:
            return ImageCms.applyTransform(image, _transform(b"" if image.mode == "LAB" else profile, image.mode))
        except (ImageCms.PyCMSError, OSError, ValueError):
            if image.mode == "LAB":
                raise
    return image.convert("RGB")
