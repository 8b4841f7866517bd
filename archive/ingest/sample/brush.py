"""
A canvas and the strokes that everything is painted with: shapes, lines, glows, textures, reflections, the finish.

Lengths and positions are in units of the picture's height: y runs from 0 at the top to 1, x from 0 to `canvas.wide`.
Everything random comes from the canvas's own seed, so that a picture has the same bytes each time.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import cv2
import numpy as np

from archive.ingest.sample.light import Colour, Light

Points = Sequence[tuple[float, float]] | np.ndarray
_SHIFT = 4  # OpenCV takes sub-pixel coordinates as fixed point with so many bits


class Canvas:
    def __init__(self, width_px: int, height_px: int, light: Light, *, seed: int):
        self.width_px, self.height_px, self.light = width_px, height_px, light
        self.wide = width_px / height_px
        self.pixels = np.zeros((height_px, width_px, 3), np.float32)
        self.rng = np.random.default_rng(seed)

    def rows(self, top: float, bottom: float) -> slice:
        return slice(max(0, round(top * self.height_px)), min(self.height_px, round(bottom * self.height_px)))

    def lit(self, colour: Colour, *, far: float = 0.0) -> Colour:
        """Return how a thing's own colour looks in this light, `far` (0 to 1) of it lost in the haze."""
        shown = np.asarray(colour) * self.light.ambient
        return tuple(shown + (np.asarray(self.light.horizon) * 0.94 - shown) * far)

    def grid(self, rows: slice) -> tuple[np.ndarray, np.ndarray]:
        """Return the x and y of the pixels of some rows, ready to broadcast."""
        x = (np.arange(self.width_px, dtype=np.float32) + 0.5)[None, :] / self.height_px
        y = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5)[:, None] / self.height_px
        return x, y


# -- textures ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def texture(
    seed: int,
    *,
    falloff: float = 1.6,
    upright: float = 1.0,
    finest: float = 1.0,
    coarsest: float = 0.5,
    size_px: int = 512,
) -> np.ndarray:
    """
    Return a tile of noise with mean 0 and deviation 1 whose edges meet.

    :param falloff: how fast fine detail fades; 1 is rough, 3 is smooth
    :param upright: how much longer the forms are down than across; below 1 they lie flat
    :param finest: the share of the spectrum that is kept, from the coarse end
    :param coarsest: forms larger than the tile divided by this are left out
    """
    across = np.fft.rfftfreq(size_px)[None, :] / upright
    down = np.fft.fftfreq(size_px)[:, None]
    frequency = np.hypot(across, down)
    frequency[0, 0] = 1e-9
    weight = frequency ** (-falloff) * np.exp(-((frequency / (0.5 * finest)) ** 4))
    weight *= 1 - np.exp(-((frequency * size_px / coarsest) ** 4))
    white = np.fft.rfft2(np.random.default_rng(seed).standard_normal((size_px, size_px)))
    tile = np.fft.irfft2(white * weight, s=(size_px, size_px))
    return ((tile - tile.mean()) / tile.std()).astype(np.float32)


def sample(tile: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Read a tile at any coordinates, counted in tiles and wrapped around."""
    shape = np.broadcast_shapes(np.shape(u), np.shape(v))
    across, down = np.empty(shape, np.float32), np.empty(shape, np.float32)
    np.multiply(u, tile.shape[0], out=across, casting="unsafe")
    np.multiply(v, tile.shape[0], out=down, casting="unsafe")
    return cv2.remap(tile, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


def wavering(canvas: Canvas, length: int, *, falloff: float = 1.4) -> np.ndarray:
    """Return a line of `length` values that wanders around 0 within about -1 and 1."""
    frequency = np.fft.rfftfreq(length)
    frequency[0] = np.inf
    white = np.fft.rfft(canvas.rng.standard_normal(length))
    line = np.fft.irfft(white * frequency ** (-falloff), n=length)
    return line / (np.abs(line).max() + 1e-9)


def smoothstep(low: float, high: float, value: np.ndarray) -> np.ndarray:
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def blend(under: np.ndarray, over, share: np.ndarray | float) -> np.ndarray:
    """Return `under` with a share of `over` laid on it; each may be an image, a colour, or shares of one channel."""
    shape = np.broadcast_shapes(np.shape(under), np.shape(over), np.shape(share))
    if len(shape) != 3 or shape[1] < 64:
        return under + (over - under) * share
    # Rows of pixels as one long axis: NumPy is several times slower over a last axis of three.
    under, over, share = (_long(part, shape) for part in (under, over, share))
    image = np.subtract(over, under, dtype=np.float32)
    image = image * share if image.shape[0] != shape[0] else np.multiply(image, share, out=image)
    return np.add(image, under, out=image, dtype=np.float32).reshape(shape)


def shade(image: np.ndarray, factor: np.ndarray) -> None:
    """Multiply an image in place by one factor a pixel."""
    cv2.multiply(image, cv2.merge((factor.astype(np.float32),) * 3), dst=image)


def _long(part, shape: tuple[int, ...]) -> np.ndarray:
    part = np.asarray(part, np.float32)
    if part.shape == (3,):
        return np.tile(part, shape[1])[None, :]
    if part.ndim == 3 and part.shape == (*shape[:2], 1):
        return cv2.merge((part[..., 0],) * 3).reshape(shape[0], -1)
    return part if part.ndim == 0 else np.broadcast_to(part, shape).reshape(shape[0], -1)


# -- shapes and lines -------------------------------------------------------------------------------------------------


def curved(points: Points, *, closed: bool = True, steps: int = 8) -> np.ndarray:
    """Return a Catmull-Rom curve through the points."""
    p = np.asarray(points, np.float64)
    p = np.concatenate([p[-1:], p, p[:2]]) if closed else np.concatenate([p[:1], p, p[-1:]])
    a, b, c, d = p[:-3, None], p[1:-2, None], p[2:-1, None], p[3:, None]
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    line = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    line = line.reshape(-1, 2)
    return line if closed else np.concatenate([line, p[-2:-1]])


def ellipse(x: float, y: float, across: float, down: float, *, turn: float = 0.0) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    px, py = across / 2 * np.cos(angle), down / 2 * np.sin(angle)
    return np.stack([x + px * np.cos(turn) - py * np.sin(turn), y + px * np.sin(turn) + py * np.cos(turn)], axis=1)


def limb(points: Points, thickness: float | Sequence[float]) -> np.ndarray:
    """Return the outline of a rounded, tapering stroke along the points."""
    line = curved(points, closed=False, steps=6)
    half = np.interp(np.linspace(0, 1, len(line)), np.linspace(0, 1, np.size(thickness)), np.atleast_1d(thickness)) / 2
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) * half[:, None]
    caps = np.linspace(np.pi / 2, -np.pi / 2, 7)[1:-1]

    def cap(end: int, sign: int) -> np.ndarray:
        t, n = along[end] * half[end] * sign, across[end] * sign
        return line[end] + np.cos(caps)[:, None] * t + np.sin(caps)[:, None] * n

    return np.concatenate([line + across, cap(-1, 1), (line - across)[::-1], cap(0, -1)])


def fill(
    canvas: Canvas,
    points: Points,
    colour: Colour,
    *,
    foot: Colour | None = None,
    opacity: float = 1.0,
    soft: float = 0.0,
    relief: float = 0.0,
    round_over: float = 0.012,
    mottle: float = 0.0,
    grain: tuple[float, float] = (0.15, 0.15),
) -> None:
    """
    Fill a shape.

    :param foot: the colour at its lower edge; the shape runs from `colour` down to it
    :param soft: width of a blurred edge
    :param relief: how rounded the shape looks, lit from the upper left; `round_over` is the width of that roundness
    :param mottle: strength of an uneven surface; `grain` its period across and down
    """
    unit = canvas.height_px
    outline = np.asarray(points, np.float64) * unit
    pad = int(2.5 * soft * unit + (1.5 * round_over * unit if relief else 0)) + 2
    x0, y0 = np.maximum(np.floor(outline.min(0)).astype(int) - pad, 0)
    x1, y1 = np.minimum(np.ceil(outline.max(0)).astype(int) + pad, (canvas.width_px, canvas.height_px))
    if x1 <= x0 or y1 <= y0:
        return
    mask8 = np.zeros((y1 - y0, x1 - x0), np.uint8)
    fixed = np.round((outline - (x0, y0)) * 2**_SHIFT).astype(np.int32)
    cv2.fillPoly(mask8, [fixed], 255, cv2.LINE_AA, _SHIFT)
    mask = mask8.astype(np.float32) / 255
    paint = np.broadcast_to(np.asarray(colour, np.float32), (*mask.shape, 3))
    if foot is not None:
        share = np.clip((np.arange(y0, y1) - outline[:, 1].min()) / max(1.0, np.ptp(outline[:, 1])), 0, 1)
        paint = blend(paint, np.asarray(foot, np.float32), share.astype(np.float32)[:, None, None])
    if relief:
        sigma = max(0.7, round_over * unit / 2)
        height = cv2.GaussianBlur(mask, (0, 0), sigma)
        slope = cv2.Sobel(height, -1, 1, 0) * 0.55 + cv2.Sobel(height, -1, 0, 1)
        paint = paint * (1 + np.clip(slope * (relief * sigma / 3.2), -0.75, 0.9))[..., None]
    if mottle:
        yy, xx = np.mgrid[y0:y1, x0:x1].astype(np.float32) / unit
        surface = sample(texture(11, falloff=1.3), xx / grain[0] + 0.37, yy / grain[1])
        paint = paint * (1 + mottle * surface)[..., None]
    if soft:
        mask = cv2.GaussianBlur(mask, (0, 0), soft * unit / 2)
    region = canvas.pixels[y0:y1, x0:x1]
    region += (paint - region) * (mask * opacity)[..., None]


def box(canvas: Canvas, x: float, y: float, across: float, down: float, colour: Colour, **manner) -> None:
    fill(canvas, [(x, y), (x + across, y), (x + across, y + down), (x, y + down)], colour, **manner)


def strokes(
    canvas: Canvas, lines: Iterable[tuple[Points, Colour, float]], *, top: float = 0.0, bottom: float = 1.0
) -> None:
    """Draw thin lines (points, colour, width), all that lie between two heights, in the order given."""
    rows = canvas.rows(top, bottom)
    inked = (np.clip(canvas.pixels[rows], 0, 1) * 255 + 0.5).astype(np.uint8)
    before = inked.copy()
    for points, colour, width in lines:
        fixed = np.asarray(points, np.float64) * canvas.height_px - (0, rows.start)
        fixed = np.round(fixed * 2**_SHIFT).astype(np.int32)
        ink = tuple(float(np.clip(c, 0, 1) * 255) for c in colour)
        cv2.polylines(inked, [fixed], False, ink, max(1, round(width * canvas.height_px)), cv2.LINE_AA, _SHIFT)
    touched = np.any(inked != before, axis=2)
    canvas.pixels[rows][touched] = inked[touched].astype(np.float32) / 255


def glow(canvas: Canvas, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
    """Add a round light that fades outwards."""
    unit = canvas.height_px
    reach = 2.6 * radius
    x0, x1 = max(0, int((x - reach) * unit)), min(canvas.width_px, int((x + reach) * unit) + 1)
    y0, y1 = max(0, int((y - reach) * unit)), min(canvas.height_px, int((y + reach) * unit) + 1)
    if x1 <= x0 or y1 <= y0:
        return
    across = np.exp(-(((np.arange(x0, x1) / unit - x) / radius) ** 2)).astype(np.float32)
    down = np.exp(-(((np.arange(y0, y1) / unit - y) / radius) ** 2)).astype(np.float32)
    share = (down[:, None] * across[None, :] * strength)[..., None]
    region = canvas.pixels[y0:y1, x0:x1]
    region += (1 - np.clip(region, 0, 1)) * np.asarray(colour, np.float32) * share


def mirror(
    canvas: Canvas,
    waterline: float,
    depth: float,
    *,
    strength: float = 0.5,
    ripple: float = 0.006,
    stretch: float = 1.0,
    left: float = 0.0,
    right: float | None = None,
) -> None:
    """Reflect what stands above a waterline in the water below it, broken by ripples that grow towards the viewer."""
    rows = canvas.rows(waterline, waterline + depth)
    right = canvas.wide if right is None else right
    columns = slice(max(0, int(left * canvas.height_px)), min(canvas.width_px, int(right * canvas.height_px)))
    x, y = canvas.grid(rows)
    x = x[:, columns]
    below = y - waterline
    wave = sample(texture(5, falloff=1.2, upright=0.18, finest=0.5), x * 0.7, np.sqrt(below) * 2.2)
    push = ripple * (0.25 + 3 * below / max(depth, 1e-6)) * wave
    source_x = np.ascontiguousarray((x + push) * canvas.height_px, np.float32)
    source_y = np.ascontiguousarray((waterline - below / stretch + push * 1.2) * canvas.height_px, np.float32)
    source_y = np.minimum(source_y, waterline * canvas.height_px - 1)
    image = cv2.remap(canvas.pixels, source_x, source_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    image = cv2.GaussianBlur(image, (0, 0), 0.8, sigmaY=max(0.8, 0.004 * canvas.height_px))
    edge = min(0.06, (right - left) / 6)
    fade = np.clip(1 - below / depth, 0, 1) ** 0.8
    side = np.clip((x - left) / edge, 0, 1) * np.clip((right - x) / edge, 0, 1)
    if left <= 0 and right >= canvas.wide:
        side = np.ones_like(x)
    region = canvas.pixels[rows, columns]
    region += (image - region) * (fade * side * strength)[..., None]


# -- the finish -------------------------------------------------------------------------------------------------------


def finish(
    canvas: Canvas, *, grain: float = 0.014, blur_px: float = 0.7, wobble_px: float = 1.1, vignette: float = 0.16
) -> np.ndarray:
    """Return the picture as 8-bit RGB: edges that waver as by hand, a bloom of the lights, uneven paint, grain."""
    height_px, width_px = canvas.height_px, canvas.width_px
    size = (width_px, height_px)

    def surface(tile: np.ndarray, period_px: float) -> np.ndarray:
        """Return a slow texture: read at a quarter of the size, as nobody sees more of it."""
        y, x = np.ogrid[0 : height_px // 4 + 1, 0 : width_px // 4 + 1]
        return cv2.resize(sample(tile, x * 4 / period_px, y * 4 / period_px), size, interpolation=cv2.INTER_LINEAR)

    wander = surface(texture(21, falloff=1.5), 900)
    across = np.arange(width_px, dtype=np.float32)[None, :] + wander * wobble_px
    down = np.arange(height_px, dtype=np.float32)[:, None] - wander[::-1] * wobble_px
    image = cv2.remap(canvas.pixels, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    image = cv2.GaussianBlur(image, (5, 5), blur_px)
    small = cv2.resize(image, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    bloom = cv2.GaussianBlur(np.clip(small, 0.78, 1.2) - 0.78, (0, 0), height_px / 8 / 40)
    cv2.scaleAdd(cv2.resize(bloom, size, interpolation=cv2.INTER_LINEAR), 0.5, image, dst=image)
    y, x = np.ogrid[-0.5 : 0.5 : height_px * 1j, -0.5 : 0.5 : width_px * 1j]
    radius = 2 * (x.astype(np.float32) ** 2 + y.astype(np.float32) ** 2)
    paint = surface(texture(22, falloff=0.9, upright=0.45, finest=0.35), 1500)
    shade(image, 1 + 0.014 * paint - vignette * radius * np.sqrt(radius))
    noise = cv2.GaussianBlur(canvas.rng.standard_normal((height_px, width_px), dtype=np.float32), (3, 3), 0.6)
    cv2.scaleAdd(cv2.merge((noise,) * 3), grain * 1.8, image, dst=image)
    # The scaling rounds and clips.
    return cv2.convertScaleAbs(np.maximum(image, 0, out=image), alpha=255)
