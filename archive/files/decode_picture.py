"""
Decode pictures under limits: about as large as they are asked for, and nothing that would not fit.

Django-free and meant for the sandbox. A JPEG is decoded at a fraction of its size; what cannot be is estimated first
and refused with numbers.
"""

import io
import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import pi_heif
import simplejpeg
from PIL import ExifTags, Image, ImageFile, TiffImagePlugin

from archive.files import formats, refusals
from archive.files.colour import inks_to_srgb
from archive.files.formats import Format, UnreadableImage
from archive.files.heif_boxes import is_turned_by_container, unsupported_coding
from archive.files.maker_version import SCREEN_PX
from archive.files.pixels import shrink
from archive.files.strips import NotInStrips, on_white, png_exif, png_strips, tiff_strips
from archive.files.tiff_directories import PHOTOMETRIC, beginning_at, full_below, full_page, read_directories

# The limits below are ours, with sentences of ours.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Bounds:
    """What a file may ask for before anything of it is decoded."""

    size_bytes: int = 2 * 1024**3
    pixels: int = 300_000_000
    side_px: int = 65_500
    frames: int = 5_000
    # Beside some 80 MB of libraries, this keeps a worker below 400 MB.
    decoded_bytes: int = 310_000_000
    # How large the picture is asked for: so long a side is decoded at least, where the picture has it.
    long_side_px: int = SCREEN_PX


@dataclass
class Decoded:
    """Pixels at about the size that was asked for, as stored (not upright); RGB or grey, 8 bits."""

    pixels: np.ndarray
    problems: list[str] = field(default_factory=list)
    frame_count: int = 1
    # The profile was used already, or the decoder turned the picture already.
    is_srgb: bool = False
    is_upright: bool = False
    is_preview: bool = False
    # Width and height as stored; None: those of the image that was decoded.
    stored_px: tuple[int, int] | None = None


def check_size(path: str, bounds: Bounds) -> None:
    """Refuse a file that is larger than the bounds."""
    size_bytes = os.path.getsize(path)
    if size_bytes > bounds.size_bytes:
        values = {"size": f"{size_bytes / 1e6:.0f}", "most": f"{bounds.size_bytes / 1e6:.0f}"}
        raise UnreadableImage(refusals.TOO_MANY_BYTES % values)


def _check_pixels(width_px: int, height_px: int, bounds: Bounds) -> None:
    if width_px < 1 or height_px < 1:
        raise UnreadableImage(refusals.NO_PIXELS % {"width": width_px, "height": height_px})
    if width_px * height_px > bounds.pixels or max(width_px, height_px) > bounds.side_px:
        size = {"width": width_px, "height": height_px, "millions": f"{width_px * height_px / 1e6:.0f}"}
        most = {"most": f"{bounds.pixels / 1e6:.0f}", "side": bounds.side_px}
        raise UnreadableImage(refusals.TOO_MANY_PIXELS % (size | most))


def _check_memory(needed_bytes: float, bounds: Bounds, what: str) -> None:
    """Refuse before decoding what would not fit, rather than be killed half-way."""
    if needed_bytes > bounds.decoded_bytes:
        values = {"what": what, "needed": f"{needed_bytes / 1e6:.0f}", "most": f"{bounds.decoded_bytes / 1e6:.0f}"}
        raise UnreadableImage(refusals.TOO_MUCH_TO_DECODE % values)


def open_picture(path: str, kept: Format) -> Image.Image:
    """Read the header by the one decoder that the content asks for."""
    try:
        if kept in (formats.HEIC, formats.HEIF):
            return pi_heif.HeifImageFile(path)
        pillow_name = {"JPEG": ("JPEG", "MPO"), "MPO": ("JPEG", "MPO"), "WebP": ("WEBP",)}.get(kept.name, (kept.name,))
        return _open_tiff(path) if kept is formats.TIFF else Image.open(path, formats=pillow_name)
    except MemoryError:
        raise
    except Exception as error:
        if coding := _unsupported_coding(path, kept):
            raise UnreadableImage(refusals.NOT_SUPPORTED % {"format": kept.name, "coding": coding}) from error
        raise UnreadableImage(refusals.BEGINS_LIKE % {"format": kept.name}) from error


def _open_tiff(path: str) -> Image.Image:
    """Open a TIFF at its first page that is no reduced version of another, or at the whole picture below such."""
    below = full_below(path)

    def opened() -> Image.Image:
        return Image.open(path if below is None else beginning_at(path, below), formats=["TIFF"])

    image = opened()
    if page := full_page(path):
        image.seek(page)
    if image.tag_v2.get(284) != 2 or image.tag_v2.get(258, (8,))[0] <= 8:
        return image
    # Pillow's own decoder takes planes of 16 bits for such of 8; libtiff reads them rightly.
    TiffImagePlugin.READ_LIBTIFF = True
    try:
        image = opened()
        image.seek(page)
    finally:
        TiffImagePlugin.READ_LIBTIFF = False
    return image


def _unsupported_coding(path: str, kept: Format) -> str:
    """Say how a whole file is coded that no decoder here reads; empty where it may as well be damaged."""
    if kept is formats.TIFF:
        pages = read_directories(path)
        page = next((page for page in pages if page.is_page and not page.is_reduced), next(iter(pages), None))
        return page.description() if page is not None and page.is_whole else ""
    if kept in (formats.HEIC, formats.HEIF):
        return unsupported_coding(path)
    return formats.unusual_jpeg(path) if kept in (formats.JPEG, formats.MPO) else ""


def _pages_told(path: str, kept: Format, image: Image.Image, count: int) -> list[str]:
    """Say which of the pages of a TIFF is shown, where it has several."""
    if kept is not formats.TIFF:
        return []
    if full_below(path) is not None:
        return ["its pages are reduced versions; the whole picture, which lies below one of them, is shown"]
    if count < 2:
        return []
    pages = [directory for directory in read_directories(path, most_pages=1000) if directory.is_page]
    full = sum(not (page.is_reduced or page.is_mask) for page in pages)
    problems = []
    if image.tell():
        sort = "mask" if pages[0].is_mask else "reduced version"
        problems.append(f"its first page is a {sort}; page {image.tell() + 1} of {count} is shown")
    if full > 1:
        problems.append(f"it has {full} pages; only {'this one' if image.tell() else 'the first'} is shown")
    return problems


def _count_frames(image: Image.Image, bounds: Bounds) -> tuple[int, list[str]]:
    shown = image.tell()
    try:
        count = getattr(image, "n_frames", 1)
        image.seek(shown)
    except MemoryError:
        raise
    except Exception:
        return 1, ["its later pages or frames are damaged and were not counted"]
    if count > bounds.frames:
        raise UnreadableImage(refusals.TOO_MANY_FRAMES % {"frames": count, "most": bounds.frames})
    return count, []


def embedded_preview(path: str) -> Image.Image | None:
    """The thumbnail of a JPEG's EXIF (its IFD 1), turned upright by the flag beside it."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(4 * 65536)
        start = head.index(b"Exif\0\0")
        exif = Image.Exif()
        exif.load(head[start : start + 65533])
        directory = exif.get_ifd(ExifTags.IFD.IFD1)
        at = start + 6 + directory[ExifTags.Base.JpegIFOffset]
        preview = Image.open(io.BytesIO(head[at : at + directory[ExifTags.Base.JpegIFByteCount]]), formats=["JPEG"])
        preview.getexif()[ExifTags.Base.Orientation] = exif.get(ExifTags.Base.Orientation, 1)
        preview.load()
    except MemoryError:
        raise
    except Exception:
        return None
    return preview


def orientation_of(image: Image.Image) -> int:
    """
    The EXIF orientation flag (EXIF 2.32, 4.6.4 A), from EXIF or else XMP, or that of the thumbnail, which lies as the
    picture does; 1 when none says anything usable.
    """
    try:
        exif = image.getexif()
        flag = int(exif.get(0x0112) or exif.get_ifd(ExifTags.IFD.IFD1).get(0x0112, 1))
    except MemoryError:
        raise
    except Exception:
        return 1
    return flag if 1 <= flag <= 8 else 1


def turn_to_undo(image: Image.Image, kept: Format, decoded: Decoded) -> int:
    """Return the orientation flag that the decoded pixels still have to be turned by; 1: they are upright."""
    if decoded.is_upright:
        return 1
    if kept in (formats.HEIC, formats.HEIF):
        # The library sets the flag in EXIF to 1 and notes what it was.
        return int(image.info.get("original_orientation") or 1)
    return orientation_of(image)


def decode(path: str, kept: Format, image: Image.Image, bounds: Bounds) -> Decoded:
    _check_pixels(*image.size, bounds)
    frame_count, problems = _count_frames(image, bounds)
    problems += _pages_told(path, kept, image, frame_count)
    ways = {"JPEG": _decode_jpeg, "MPO": _decode_jpeg, "HEIC": _decode_heif, "HEIF": _decode_heif}
    try:
        decoded = ways.get(kept.name, _decode_whole)(path, kept, image, bounds)
    except (MemoryError, UnreadableImage):
        raise
    except Exception as error:
        if getattr(error, "code", None) == cv2.Error.StsNoMem:
            raise MemoryError(str(error)) from error
        if coding := _unsupported_coding(path, kept):
            values = {"format": kept.name, "coding": coding}
            raise UnreadableImage(refusals.DAMAGED_OR_NOT_SUPPORTED % values) from error
        raise UnreadableImage(refusals.UNKNOWN_CODING % {"format": kept.name}) from error
    return replace(decoded, frame_count=frame_count, problems=problems + decoded.problems)


def _decode_jpeg(path: str, kept: Format, image: Image.Image, bounds: Bounds) -> Decoded:
    """
    Decode at the smallest fraction of eighths that is as large as asked for.

    Shrinking inside the inverse cosine transform is several times cheaper than decoding all and shrinking afterwards.
    """
    _check_memory(_kept_bytes(image, bounds), bounds, f"{image.width} by {image.height} pixels of JPEG")
    is_progressive = "progressive" in image.info or "progression" in image.info
    if is_progressive:
        # All coefficients (two bytes each) are held until the last scan; a baseline JPEG needs only a few rows.
        parts = [(horizontal, vertical) for _, horizontal, vertical, _ in image.layer]
        whole = max(h for h, _ in parts) * max(v for _, v in parts)
        coefficients = 2 * image.width * image.height * sum(h * v for h, v in parts) / whole
        _check_memory(coefficients + _kept_bytes(image, bounds), bounds, "this progressive JPEG")
    if image.mode not in ("L", "RGB"):
        return _decode_jpeg_inks(path, image, bounds)
    minimum = {"min_width" if image.width >= image.height else "min_height": bounds.long_side_px}
    colours = "GRAY" if image.mode == "L" else "RGB"
    with open(path, "rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        options = {"colorspace": colours, "fastdct": True, "fastupsample": True, **minimum}
        try:
            return Decoded(simplejpeg.decode_jpeg(data, **options))
        except ValueError as complaint:
            pixels = simplejpeg.decode_jpeg(data, strict=False, **options)
            return Decoded(pixels, _jpeg_problems(str(complaint), pixels, is_progressive))


def _jpeg_problems(complaint: str, pixels: np.ndarray, is_progressive: bool) -> list[str]:
    if "remature end" not in complaint:
        return [f"its image data is damaged and may show stripes or blocks ({complaint.strip().rstrip('.')})"]
    if is_progressive:
        return ["its image data ends early: the finer detail of the picture is missing"]
    # libjpeg fills blocks that never came with coefficients of zero, which is exactly mid-grey.
    return [_ends_early(pixels, 128)]


def _ends_early(pixels: np.ndarray, filling: int) -> str:
    """Measure how many rows at the bottom hold nothing but the decoder's filling."""
    is_filled = (pixels == filling).reshape(len(pixels), -1).all(axis=1)
    seen = np.flatnonzero(~is_filled)
    if not len(seen):
        raise UnreadableImage(refusals.NO_ROW)
    share = round(100 * (seen[-1] + 1) / len(pixels))
    if share >= 100:
        return "its image data ends early, within the last rows"
    return f"its image data ends early: rows below about {share} % are missing"


def _decode_jpeg_inks(path: str, image: Image.Image, bounds: Bounds) -> Decoded:
    """CMYK and YCCK: Pillow knows Adobe's inverted inks and can shrink while decoding too."""
    _check_memory(3 * _kept_bytes(image, bounds), bounds, f"{image.width} by {image.height} pixels of JPEG in inks")
    image = Image.open(path, formats=["JPEG", "MPO"])
    image.draft(image.mode, (bounds.long_side_px,) * 2)
    return _finish(*_load(path, image, bounds), bounds)


def _decode_heif(path: str, kept: Format, image: Image.Image, bounds: Bounds) -> Decoded:
    """
    Decode as the container turns and mirrors (ISO/IEC 23008-12, 6.5.10 and 6.5.12), which the decoder does by itself.

    Only where the container says nothing of turning, a flag in EXIF does.
    """
    # Planes of the codec, 1.5 bytes a pixel and some, beside the interleaved copy.
    needed = 5 * image.width * image.height + _kept_bytes(image, bounds)
    _check_memory(needed, bounds, f"{image.width} by {image.height} pixels of HEIF")
    heif = pi_heif.open_heif(path, convert_hdr_to_8bit=True)
    # The array borrows the decoder's memory, which goes with `heif`, and its rows may be longer than the picture's.
    borrowed = np.asarray(heif)[:, : heif.size[0]]
    is_small = max(heif.size) <= bounds.long_side_px
    pixels = borrowed.copy() if is_small else shrink(borrowed, bounds.long_side_px)
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        pixels = on_white(pixels)
    return Decoded(pixels, is_upright=is_turned_by_container(path))


def _decode_whole(path: str, kept: Format, image: Image.Image, bounds: Bounds) -> Decoded:
    """Formats whose decoders know no smaller size: the whole first frame where it fits, else strip by strip."""
    # Bytes a pixel as decoded, and where a mode has to be converted before it can shrink, that too.
    each = {"1": 2, "L": 1, "P": 5, "PA": 8, "LA": 8, "RGBA": 8, "RGB": 4, "CMYK": 4}.get(image.mode, 6)
    # The decoders of WebP and AVIF hold the picture a second time in colour planes of their own.
    beside = {"WebP": 8, "AVIF": 6}.get(kept.name, 0)
    # A mode that has to be converted stands there in both forms, and numbers in four.
    forms = {"1": 1, "L": 1, "RGB": 1, "I": 4, "F": 4}.get(image.mode, 2)
    kept_bytes = forms * _kept_bytes(image, bounds)
    needed, how = (each + beside) * image.width * image.height + kept_bytes, ""
    if needed > bounds.decoded_bytes and kept in (formats.PNG, formats.TIFF):
        try:
            if kept is formats.PNG:
                # Asked for orientation, Pillow would decode the whole picture to reach a chunk behind it.
                image.info.setdefault("exif", png_exif(path))
                return _gather((Decoded(strip) for strip in png_strips(path)), image, bounds)
            tiffs = tiff_strips(path, image, bounds.decoded_bytes // 2)
            return _gather((_finish(strip, [], bounds, is_strip=True) for strip in tiffs), image, bounds)
        except NotInStrips:
            how = ", which can only be read in one piece,"
    if needed > bounds.decoded_bytes and kept is formats.WEBP:
        # OpenCV needs half of that, but shows transparent parts as they are stored.
        needed = 6 * image.width * image.height + kept_bytes
        _check_memory(needed, bounds, f"{image.width} by {image.height} pixels of WebP")
        pixels = cv2.imread(path, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        return Decoded(cv2.cvtColor(shrink(pixels, bounds.long_side_px), cv2.COLOR_BGR2RGB))
    _check_memory(needed, bounds, f"{image.width} by {image.height} pixels of {kept.name}{how}")
    return _finish(*_load(path, image, bounds), bounds)


def _kept_bytes(image: Image.Image, bounds: Bounds) -> int:
    """Return what the picture takes once it is decoded, beside the decoder: RGB, and a half of it to shrink into."""
    if bounds.long_side_px <= SCREEN_PX:
        return 0  # what is left of `decoded_bytes` below 400 MB holds it
    scale = min(1.0, bounds.long_side_px / max(image.size))
    return round(4 * image.width * image.height * scale * scale)


def _gather(strips: Iterator[Decoded], image: Image.Image, bounds: Bounds) -> Decoded:
    """Shrink strips from the top as they come, by whole pixels and once, and put the small ones together."""
    # Some strips are decoded, joined and shrunk beside it.
    _check_memory(_kept_bytes(image, bounds), bounds, f"{image.width} by {image.height} pixels strip by strip")
    # Of a TIFF with an orientation of 5 to 8, Pillow gives the size of the upright picture.
    tags = getattr(image, "tag_v2", None)
    stored_px = (tags[256], tags[257]) if tags else image.size
    factor = max(1, max(stored_px) // bounds.long_side_px)
    small, filled_px, waiting, seen_px, problems, decoded = None, 0, None, 0, [], None
    try:
        for decoded in strips:
            seen_px += len(decoded.pixels)
            waiting = decoded.pixels if waiting is None else np.concatenate([waiting, decoded.pixels])
            whole = len(waiting) // factor * factor
            if whole:
                across = waiting.shape[1] // factor
                rows = waiting[:whole, : across * factor]
                if factor > 1:
                    rows = cv2.resize(rows, (across, whole // factor), interpolation=cv2.INTER_AREA)
                if small is None:
                    # Where the data ends early, what is missing stays black.
                    small = np.zeros((stored_px[1] // factor, *rows.shape[1:]), np.uint8)
                small[filled_px : filled_px + len(rows)] = rows
                filled_px += len(rows)
                waiting = waiting[whole:]
    except (EOFError, OSError):
        problems.append(f"its image data ends early: rows below about {100 * seen_px // stored_px[1]} % are missing")
    if small is None:
        raise UnreadableImage(refusals.NO_ROW)
    return Decoded(small, problems, is_srgb=decoded.is_srgb, stored_px=stored_px)


def _load(path: str, image: Image.Image, bounds: Bounds) -> tuple[Image.Image, list[str]]:
    """Decode all that is there; what is missing stays black and is said."""
    try:
        image.load()
        return image, []
    except MemoryError:
        raise
    except Exception as complaint:
        if not isinstance(complaint, (OSError, SyntaxError, ValueError, EOFError)):
            raise
    tolerant = _open_tiff(path) if image.format == "TIFF" else Image.open(path, formats=[image.format])
    if tolerant.size != image.size:
        tolerant.draft(image.mode, (bounds.long_side_px,) * 2)
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        tolerant.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    extent = np.asarray(
        tolerant.reduce(max(1, min(tolerant.size) // 256)) if tolerant.mode in ("L", "RGB") else tolerant
    )
    return tolerant, [_ends_early(extent, 0)]


def _finish(image: Image.Image, problems: list[str], bounds: Bounds, *, is_strip: bool = False) -> Decoded:
    """Bring any of Pillow's modes to 8-bit RGB or grey, at about the size that is asked for; strips stay as large."""
    factor = 1 if is_strip else max(1, max(image.size) // bounds.long_side_px)
    has_transparency = "transparency" in image.info
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        pixels = np.asarray(image)
        scaled = _to_8_bits(pixels if is_strip else shrink(pixels, bounds.long_side_px))
        # TIFF 6.0, PhotometricInterpretation 0: white is zero. Pillow turns 1 and 8 bits round, and no more.
        is_negative = getattr(image, "tag_v2", {}).get(PHOTOMETRIC) == 0
        return Decoded(255 - scaled if is_negative else scaled, problems)
    if image.mode == "P":
        image = image.convert("RGBA" if has_transparency else "RGB")
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode in ("L", "RGB") and has_transparency:
        image = image.convert("RGBA")
    if factor > 1:
        # A box filter over whole pixels: cheap, and exact before the last step of less than two.
        image = image.reduce(factor)
    if image.mode in ("PA", "RGBa"):
        image = image.convert("RGBA")
    if image.mode in ("LA", "RGBA"):
        return Decoded(on_white(np.asarray(image)), problems)
    if image.mode in ("L", "RGB"):
        return Decoded(np.asarray(image), problems)
    return Decoded(np.asarray(inks_to_srgb(image)), problems, is_srgb=True)


def _to_8_bits(pixels: np.ndarray) -> np.ndarray:
    """Scale, never clip: 16-bit grey by its full range; other numbers have no known white, so by their own range."""
    if pixels.dtype == np.uint16:
        return (pixels >> 8).astype(np.uint8)
    numbers = np.nan_to_num(pixels.astype(np.float32))
    if pixels.dtype == np.int32 and numbers.min() >= 0 and 255 < numbers.max() <= 65535:
        return (numbers / 257).astype(np.uint8)
    low, high = float(numbers.min()), float(numbers.max())
    if low >= 0 and high <= 255 and high > 1:
        return numbers.astype(np.uint8)
    return ((numbers - low) * (255 / ((high - low) or 1))).astype(np.uint8)
