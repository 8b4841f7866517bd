"""
A picture that is not to be recognised: blurred and grey, with a crossed eye on it.

Made when it is asked for, of the small copies that the archive itself made; nothing of it is kept.
"""

from typing import BinaryIO

from PIL import Image, ImageDraw, ImageFilter

MIME_TYPE = "image/jpeg"
# Of so many squares on the longer side it is made: light and dark can be told, no face and no body.
_SQUARES = 9
_LONG_SIDE_PX = 320
_PAPER = 150
_EYE_PX = 26


def blurred(copy: BinaryIO, *, width_px: int, height_px: int) -> Image.Image:
    """
    Return the blurred picture of a copy.

    :param width_px, height_px: of the copy; one that cannot be decoded is plain grey of this shape, never shown clear
    """
    shrink = _LONG_SIDE_PX / max(width_px, height_px)
    size = max(1, round(width_px * shrink)), max(1, round(height_px * shrink))
    picture = Image.new("L", size, _PAPER)
    if (squares := _squares(copy)) is not None:
        soft = squares.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(_LONG_SIDE_PX / 20))
        picture = Image.blend(soft, picture, 0.45)
    _cross_out(picture)
    return picture


def _squares(copy: BinaryIO) -> Image.Image | None:
    try:
        with Image.open(copy, formats=["JPEG"]) as opened:
            opened.draft("L", (64, 64))
            shrink = _SQUARES / max(opened.size)
            size = max(1, round(opened.width * shrink)), max(1, round(opened.height * shrink))
            return opened.convert("L").resize(size, Image.Resampling.BOX)
    except (OSError, ValueError):
        return None


def _cross_out(picture: Image.Image) -> None:
    """Draw the crossed eye in the middle, dark on a light ring, so that it is seen on every ground."""
    x, y = picture.width / 2, picture.height / 2
    r = min(_EYE_PX, picture.width / 3, picture.height / 3)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((x - 1.5 * r, y - 1.5 * r, x + 1.5 * r, y + 1.5 * r), fill=245)
    line = max(2, round(r / 8))
    draw.arc((x - r, y - 0.75 * r, x + r, y + 1.05 * r), 200, 340, fill=40, width=line)
    draw.arc((x - r, y - 1.05 * r, x + r, y + 0.75 * r), 20, 160, fill=40, width=line)
    draw.ellipse((x - r / 3, y - r / 3, x + r / 3, y + r / 3), outline=40, width=line)
    draw.line((x - 0.8 * r, y + 0.8 * r, x + 0.8 * r, y - 0.8 * r), fill=40, width=line)
