"""
What happens to pictures on their way round the world, done to any picture: each function takes and gives an RGB image.

Nothing random: the same picture gives the same variants each time.
"""

import io
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

Variant = Callable[[Image.Image], Image.Image]
INK, PAPER = (18, 20, 24), (246, 246, 244)


def variants() -> dict[str, tuple[Variant, ...]]:
    """Return the named kinds; a kind of several forms, such as a crop at several places, counts each."""
    return {
        "JPEG 95": (_saved("JPEG", quality=95),),
        "JPEG 50": (_saved("JPEG", quality=50),),
        "JPEG 20": (_saved("JPEG", quality=20),),
        "half size": (_scaled(0.5),),
        "quarter size": (_scaled(0.25),),
        "messenger 1600 q75": (_messenger,),
        "WebP": (_saved("WEBP", quality=75),),
        "AVIF": (_saved("AVIF", quality=55),),
        "greyscale": (lambda image: image.convert("L").convert("RGB"),),
        "brighter": (lambda image: ImageEnhance.Brightness(image).enhance(1.3),),
        "darker": (lambda image: ImageEnhance.Brightness(image).enhance(0.65),),
        "more contrast": (lambda image: ImageEnhance.Contrast(image).enhance(1.5),),
        "corner logo": (_corner_logo,),
        "banner 18 %": (_banner,),
        "text overlay": (_text_over,),
        "crop 5 %": _crops(0.05),
        "crop 10 %": _crops(0.10),
        "crop 20 %": _crops(0.20),
        "crop 50 %": _crops(0.50),
        "crop half of each side": (_cut(0.0, 0.0, 0.5, 0.5), _cut(0.25, 0.25, 0.75, 0.75), _cut(0.5, 0.5, 1, 1)),
        "square crop": (_square,),
        "mirror": (ImageOps.mirror,),
        "mirror + crop": tuple(_then(ImageOps.mirror, crop) for crop in _crops(0.20)),
        "3° rotation": (_turned(3), _turned(-3)),
        "phone screenshot": (_screenshot(PAPER), _screenshot(INK)),
        "photograph of a screen": (_photographed(1), _photographed(-1)),
        "border": (_bordered((255, 255, 255)), _bordered((0, 0, 0))),
    }


def _then(first: Variant, second: Variant) -> Variant:
    return lambda image: second(first(image))


def _saved(file_format: str, **options: int) -> Variant:
    def save(image: Image.Image) -> Image.Image:
        buffer = io.BytesIO()
        image.save(buffer, file_format, **options)
        return Image.open(buffer).convert("RGB")

    return save


def _scaled(factor: float) -> Variant:
    def scale(image: Image.Image) -> Image.Image:
        size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
        return image.resize(size, Image.Resampling.LANCZOS)

    return scale


def _messenger(image: Image.Image) -> Image.Image:
    small = image.copy()
    small.thumbnail((1600, 1600), Image.Resampling.BICUBIC)
    return _saved("JPEG", quality=75)(small)


def _cut(left: float, top: float, right: float, bottom: float) -> Variant:
    def cut(image: Image.Image) -> Image.Image:
        width_px, height_px = image.size
        return image.crop(
            (round(left * width_px), round(top * height_px), round(right * width_px), round(bottom * height_px))
        )

    return _then(cut, _saved("JPEG", quality=85))


def _crops(taken: float) -> tuple[Variant, ...]:
    """Take away a share of the area: evenly from all sides, from the right, from left and bottom."""
    side, corner = (1 - taken) ** 0.5, 1 - (1 - taken) ** 0.5
    edge = (1 - side) / 2
    return (_cut(edge, edge, 1 - edge, 1 - edge), _cut(0, 0, 1 - taken, 1), _cut(corner, 0, 1, 1 - corner))


def _square(image: Image.Image) -> Image.Image:
    side_px = min(image.size)
    left_px, top_px = (image.width - side_px) // 2, (image.height - side_px) // 2
    cut = image.crop((left_px, top_px, left_px + side_px, top_px + side_px))
    return _saved("JPEG", quality=85)(cut.resize((min(1080, side_px),) * 2, Image.Resampling.LANCZOS))


def _turned(degrees: float) -> Variant:
    """Turn and cut away the corners, as a straightening tool does."""

    def turn(image: Image.Image) -> Image.Image:
        turned = image.rotate(degrees, Image.Resampling.BICUBIC)
        angle = np.radians(abs(degrees))
        long_px, short_px = max(image.size), min(image.size)
        # The largest upright rectangle of the same shape inside the turned one.
        factor = short_px / (long_px * np.sin(angle) + short_px * np.cos(angle))
        cut_x, cut_y = image.width * (1 - factor) / 2, image.height * (1 - factor) / 2
        return turned.crop((round(cut_x), round(cut_y), round(image.width - cut_x), round(image.height - cut_y)))

    return _then(turn, _saved("JPEG", quality=85))


def _font(size_px: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=max(8, size_px))


def _corner_logo(image: Image.Image) -> Image.Image:
    drawn = image.copy()
    draw = ImageDraw.Draw(drawn)
    width_px = image.width
    side = min(image.size) * 0.14
    left, top = width_px - 1.3 * side - side * 0.9, side * 0.3
    draw.rounded_rectangle((left, top, left + 1.9 * side, top + side * 0.8), side * 0.12, fill=(190, 16, 30))
    draw.text((left + 0.95 * side, top + side * 0.4), "COAST 4", (255, 255, 255), _font(side * 0.36), anchor="mm")
    return _saved("JPEG", quality=85)(drawn)


def _banner(image: Image.Image) -> Image.Image:
    drawn = image.copy()
    draw = ImageDraw.Draw(drawn)
    width_px, height_px = image.size
    top, line = height_px * 0.82, height_px * 0.09
    draw.rectangle((0, top, width_px, height_px), fill=(16, 32, 84))
    draw.rectangle((0, top, width_px * 0.24, height_px), fill=(186, 12, 24))
    draw.text((width_px * 0.12, top + line), "LIVE", (255, 255, 255), _font(line * 0.8), anchor="mm")
    left = width_px * 0.27
    draw.text(
        (left, top + line * 0.6), "Boats reach the coast overnight", (255, 255, 255), _font(line * 0.6), anchor="lm"
    )
    draw.text(
        (left, top + line * 1.5), "Officials: more expected today", (210, 220, 240), _font(line * 0.42), anchor="lm"
    )
    return _saved("JPEG", quality=85)(drawn)


def _text_over(image: Image.Image) -> Image.Image:
    drawn = image.copy()
    draw = ImageDraw.Draw(drawn)
    size = image.height * 0.085
    for share, words in ((0.10, "THEY SAY NOTHING"), (0.52, "SHARE BEFORE"), (0.90, "IT IS DELETED!!")):
        draw.text(
            (image.width / 2, image.height * share),
            words,
            (255, 255, 255),
            _font(size),
            anchor="mm",
            stroke_width=max(1, round(size / 14)),
            stroke_fill=(0, 0, 0),
        )
    return _saved("JPEG", quality=80)(drawn)


def _bordered(colour: tuple[int, int, int]) -> Variant:
    def border(image: Image.Image) -> Image.Image:
        return ImageOps.expand(image, border=round(min(image.size) * 0.08), fill=colour)

    return _then(border, _saved("JPEG", quality=85))


def _screenshot(ground: tuple[int, int, int]) -> Variant:
    """A phone's screen, 1080 × 2160: status bar, a name, the picture at full width, words, buttons."""

    def show(image: Image.Image) -> Image.Image:
        ink = PAPER if ground == INK else INK
        screen = Image.new("RGB", (1080, 2160), ground)
        draw = ImageDraw.Draw(screen)
        draw.text((60, 44), "09:41", ink, _font(40), anchor="lm")
        for step in range(4):
            draw.rectangle((880 + 22 * step, 56 - 8 * step, 894 + 22 * step, 60), fill=ink)
        draw.rounded_rectangle((984, 30, 1040, 60), 6, outline=ink, width=3)
        draw.ellipse((48, 130, 148, 230), fill=(92, 128, 190))
        draw.text((180, 160), "harbour watch", ink, _font(40), anchor="lm")
        draw.text((180, 208), "2 h · follow", (128, 128, 128), _font(30), anchor="lm")
        draw.text((48, 300), "look what they do not show you on TV", ink, _font(44), anchor="lm")
        height_px = round(image.height * 1080 / image.width)
        shown = image.resize((1080, min(height_px, 1500)), Image.Resampling.BICUBIC)
        if height_px > 1500:
            shown = image.resize((1080, height_px), Image.Resampling.BICUBIC).crop((0, 0, 1080, 1500))
        screen.paste(shown, (0, 360))
        below = 360 + shown.height + 60
        for step, words in enumerate(("312 likes", "48 comments", "share")):
            draw.text((60 + 340 * step, below), words, ink, _font(36), anchor="lm")
        draw.line((0, below + 60, 1080, below + 60), fill=(128, 128, 128), width=2)
        for step, words in enumerate(("this is from last week i think", "where is it?", "not the same boat")):
            draw.ellipse((48, below + 100 + 110 * step, 108, below + 160 + 110 * step), fill=(200, 150 - 40 * step, 90))
            draw.text((140, below + 130 + 110 * step), words, ink, _font(34), anchor="lm")
        return screen

    return _then(show, _saved("JPEG", quality=80))


def _photographed(direction: int) -> Variant:
    """A screen taken at a slant with its frame in sight: perspective, unevenly lit, a little soft and noisy."""

    def photograph(image: Image.Image) -> Image.Image:
        shown = image.copy()
        shown.thumbnail((1280, 1280), Image.Resampling.BICUBIC)
        pixels = np.asarray(shown)
        height_px, width_px = pixels.shape[:2]
        corners = np.array([[0, 0], [width_px, 0], [width_px, height_px], [0, height_px]], np.float32)
        slant = np.array([[0.13, 0.15], [0.90, 0.07], [0.93, 0.91], [0.09, 0.83]], np.float32)
        if direction < 0:
            slant = np.array([[1 - x, y] for x, y in slant[[1, 0, 3, 2]]], np.float32)
        target = slant * (width_px, height_px)
        room = np.full_like(pixels, (58, 52, 48))
        grown = (target - target.mean(axis=0)) * 1.06 + target.mean(axis=0)
        cv2.fillConvexPoly(room, grown.astype(np.int32), (10, 10, 11))
        matrix = cv2.getPerspectiveTransform(corners, target.astype(np.float32))
        cv2.warpPerspective(pixels, matrix, (width_px, height_px), dst=room, borderMode=cv2.BORDER_TRANSPARENT)
        light = np.linspace(0.78, 1.12, width_px, dtype=np.float32)[None, :, None]
        noise = np.random.default_rng(7).normal(0, 4, pixels.shape).astype(np.float32)
        seen = (
            cv2.GaussianBlur(room, (0, 0), max(0.6, width_px / 1600)).astype(np.float32) * light[:, ::direction] + noise
        )
        return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))

    return _then(photograph, _saved("JPEG", quality=75))
