"""Puts a broadcaster's neutral mark and caption bar on a still: shapes and words only, nobody's logo."""

from PIL import Image, ImageDraw, ImageFont

_DEEP, _PALE, _ACCENT = (16, 34, 52), (244, 246, 247), (214, 120, 36)


def put_banner(image: Image.Image, line: str, second_line: str) -> Image.Image:
    """Return the still with a bar of two lines at the lower left and a plain mark at the upper left."""
    unit = image.height / 100
    layer = Image.new("RGBA", image.size)
    draw = ImageDraw.Draw(layer)

    def font(share: float) -> ImageFont.FreeTypeFont:
        # Pillow carries this font itself, so that the letters are the same on every machine.
        return ImageFont.load_default(size=share * unit)

    left, top = 6 * unit, 82 * unit
    wide = max(draw.textlength(second_line, font(3.4)) + 5 * unit, 62 * unit)
    draw.rectangle((left, top, left + wide, top + 9.6 * unit), fill=(*_DEEP, 226))
    draw.rectangle((left, top, left + 0.9 * unit, top + 9.6 * unit), fill=(*_ACCENT, 255))
    draw.text((left + 2.6 * unit, top + 1.1 * unit), line, font=font(2.4), fill=(*_PALE, 205))
    draw.text((left + 2.6 * unit, top + 4.4 * unit), second_line, font=font(3.4), fill=(*_PALE, 255))

    mark = (left, 6 * unit, left + 12.4 * unit, 11 * unit)
    draw.rectangle(mark, fill=(*_DEEP, 205))
    draw.rectangle((left, 6 * unit, left + 5 * unit, 11 * unit), fill=(*_ACCENT, 235))
    # Two waves, which stand for no broadcaster.
    for step in range(2):
        y = 7.6 * unit + step * 1.7 * unit
        points = [(left + (0.9 + 0.8 * i) * unit, y + (0.35 if i % 2 else -0.35) * unit) for i in range(5)]
        draw.line(points, fill=(*_PALE, 255), width=max(2, round(0.45 * unit)), joint="curve")
    draw.text((left + 5.9 * unit, 7.15 * unit), "LIVE", font=font(2.6), fill=(*_PALE, 255))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")
