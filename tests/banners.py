"""Make stills with words burned in."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont


def banner(path: Path, *lines: str, size: tuple[int, int] = (1280, 720), turn: int = 1, **options: object) -> Path:
    """Make a still with these lines at its lower edge; `turn` is an EXIF orientation that undoes how it is stored."""
    image = Image.new("RGB", size, (120, 140, 150))
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=36)
    draw.rectangle((0, size[1] - 50 * len(lines) - 40, size[0], size[1]), fill=(10, 20, 60))
    for number, line in enumerate(lines):
        draw.text((60, size[1] - 50 * (len(lines) - number) - 20), line, fill="white", font=font)
    exif = Image.Exif()
    if turn == 6:
        image = image.transpose(Image.Transpose.ROTATE_90)
    exif[0x0112] = turn
    image.save(path, exif=exif, quality=92)
    return path
