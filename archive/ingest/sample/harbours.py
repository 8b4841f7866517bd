"""What people built at the water's edge: walls, lighthouses, piers, cottages, a skyline with its lamps."""

import cv2
import numpy as np

from archive.ingest.sample.brush import Canvas, box, ellipse, fill, glow, limb, strokes
from archive.ingest.sample.light import Colour

STONE = (0.55, 0.53, 0.49)


def wall(
    canvas: Canvas,
    top: list[tuple[float, float]],
    foot: list[tuple[float, float]],
    *,
    colour: Colour = STONE,
    far: float = 0.0,
    courses: int = 9,
) -> None:
    """Paint a wall of stone blocks between an upper and a lower edge, both from left to right with as many points."""
    upper, lower = np.asarray(top, float), np.asarray(foot, float)
    base = canvas.lit(colour, far=far)
    dark = tuple(np.multiply(canvas.lit(tuple(np.multiply(colour, 0.62)), far=far), 1.0))
    fill(canvas, np.concatenate([upper, lower[::-1]]), base, foot=dark, mottle=0.07, grain=(0.22, 0.10))
    joints = []
    joint = canvas.lit(tuple(np.multiply(colour, 0.55)), far=far)
    along = np.linspace(0, 1, 60)
    stations = np.linspace(0, 1, len(upper))

    def edge(points, at):
        return np.stack([np.interp(at, stations, points[:, 0]), np.interp(at, stations, points[:, 1])], axis=-1)

    up, down = edge(upper, along), edge(lower, along)
    for course in range(1, courses):
        share = course / courses
        joints.append((up + (down - up) * share, joint, 0.0009))
        at = (np.arange(0, 1, 1 / 34) + canvas.rng.random() * 0.03).clip(0, 1)
        start = edge(upper, at) + (edge(lower, at) - edge(upper, at)) * share
        end = edge(upper, at) + (edge(lower, at) - edge(upper, at)) * (share - 1 / courses)
        joints.extend((np.stack([a, b]), joint, 0.0009) for a, b in zip(start, end, strict=True))
    before = canvas.pixels.copy()
    strokes(canvas, joints)
    canvas.pixels[:] = before + (canvas.pixels - before) * 0.45
    fill(canvas, limb(upper, 0.006), canvas.lit(tuple(np.multiply(colour, 1.18)), far=far), opacity=0.8)
    # Weed and wet stone up to the mark of the last tide.
    weed = np.concatenate([upper + (lower - upper) * 0.72, lower[::-1]])
    fill(canvas, weed, canvas.lit((0.20, 0.23, 0.17), far=far), opacity=0.55, soft=0.008)


def lighthouse(
    canvas: Canvas,
    x: float,
    y: float,
    tall: float,
    *,
    colour: Colour = (0.92, 0.91, 0.87),
    band: Colour | None = (0.66, 0.16, 0.14),
    far: float = 0.0,
    lamp: float = 0.0,
) -> None:
    """Paint a tapering tower with gallery and lantern on a base at (x, y)."""

    def ring(low: float, high: float, paint: Colour, *, scale: float = 1.0) -> None:
        wide = [0.115 * (1 - 0.42 * up) * scale * tall for up in (low, high)]
        points = [
            (x - wide[0], y - low * tall),
            (x - wide[1], y - high * tall),
            (x + wide[1], y - high * tall),
            (x + wide[0], y - low * tall),
        ]
        fill(canvas, points, canvas.lit(paint, far=far))
        # A round tower: lit on the left, falling into shade on the right.
        for share, dark in ((0.15, 0.07), (0.45, 0.10), (0.72, 0.13)):
            shade = [
                (x + wide[0] * share, y - low * tall),
                (x + wide[1] * share, y - high * tall),
                points[2],
                points[3],
            ]
            fill(canvas, shade, (0.08, 0.09, 0.14), opacity=dark * (1 - far), soft=0.012 * tall)

    ring(0.0, 0.045, tuple(np.multiply(STONE, 0.9)), scale=1.35)
    ring(0.04, 0.76, colour)
    if band:
        ring(0.22, 0.38, band)
        ring(0.54, 0.68, band)
    for up in (0.16, 0.46):
        box(
            canvas, x - 0.012 * tall, y - up * tall, 0.022 * tall, 0.035 * tall, canvas.lit((0.12, 0.14, 0.18), far=far)
        )
    ring(0.755, 0.785, (0.25, 0.26, 0.28), scale=1.45)
    ring(0.785, 0.885, (0.55, 0.62, 0.64) if not lamp else (0.98, 0.88, 0.62), scale=0.85)
    for across in (-0.045, -0.015, 0.015, 0.045):
        box(
            canvas,
            x + across * tall,
            y - 0.885 * tall,
            0.005 * tall,
            0.10 * tall,
            canvas.lit((0.2, 0.2, 0.22), far=far),
        )
    roof = [
        (x - 0.066 * tall, y - 0.88 * tall),
        (x - 0.03 * tall, y - 0.945 * tall),
        (x, y - 0.985 * tall),
        (x + 0.03 * tall, y - 0.945 * tall),
        (x + 0.066 * tall, y - 0.88 * tall),
    ]
    fill(canvas, roof, canvas.lit((0.30, 0.32, 0.34) if band is None else band, far=far), relief=0.6)
    if lamp:
        glow(canvas, x, y - 0.835 * tall, 0.06 * tall, (1.0, 0.90, 0.66), lamp)
        glow(canvas, x, y - 0.835 * tall, 0.24 * tall, (1.0, 0.86, 0.60), 0.45 * lamp)


def cottage(
    canvas: Canvas,
    x: float,
    y: float,
    wide: float,
    *,
    wash: Colour,
    roof: Colour = (0.36, 0.35, 0.37),
    far: float = 0.0,
    lamp: float = 0.0,
) -> None:
    """Paint a small gabled house whose front stands on (x, y) as its lower left corner."""
    high = wide * 0.72
    front, slate = canvas.lit(wash, far=far), canvas.lit(roof, far=far)
    fill(
        canvas,
        [(x + wide, y), (x + wide * 1.22, y - 0.05 * wide), (x + wide * 1.22, y - high * 0.95), (x + wide, y - high)],
        tuple(np.multiply(front, 0.72)),
    )
    box(canvas, x, y - high, wide, high, front, foot=tuple(np.multiply(front, 0.86)), mottle=0.025)
    fill(
        canvas,
        [
            (x - 0.05 * wide, y - high * 0.97),
            (x + 0.10 * wide, y - high * 1.50),
            (x + 1.14 * wide, y - high * 1.50),
            (x + 1.04 * wide, y - high * 0.97),
        ],
        slate,
        foot=tuple(np.multiply(slate, 0.84)),
        mottle=0.06,
        grain=(0.05, 0.02),
    )
    fill(
        canvas,
        [(x + 1.04 * wide, y - high * 0.97), (x + 1.14 * wide, y - high * 1.50), (x + 1.25 * wide, y - high * 0.93)],
        tuple(np.multiply(front, 0.70)),
    )
    for stack in (0.14, 0.95):
        box(
            canvas,
            x + stack * wide,
            y - high * 1.70,
            0.10 * wide,
            high * 0.26,
            canvas.lit((0.58, 0.44, 0.38), far=far),
            relief=0.4,
        )
        box(
            canvas,
            x + (stack + 0.02) * wide,
            y - high * 1.77,
            0.06 * wide,
            high * 0.08,
            canvas.lit((0.62, 0.40, 0.30), far=far),
        )
    glass = canvas.lit((0.16, 0.20, 0.25), far=far)
    for row, up in enumerate((0.80, 0.36)):
        for column, across in enumerate((0.12, 0.44, 0.74)):
            if row == 1 and column == 1:
                box(
                    canvas,
                    x + 0.44 * wide,
                    y - 0.44 * high,
                    0.14 * wide,
                    0.44 * high,
                    canvas.lit((0.20, 0.34, 0.44), far=far),
                )
                continue
            box(
                canvas,
                x + (across - 0.012) * wide,
                y - (up + 0.012) * high,
                0.164 * wide,
                0.224 * high,
                canvas.lit((0.95, 0.95, 0.92), far=far),
            )
            lit = lamp and canvas.rng.random() < lamp
            box(canvas, x + across * wide, y - up * high, 0.14 * wide, 0.20 * high, (1.0, 0.82, 0.5) if lit else glass)
            box(
                canvas,
                x + (across + 0.063) * wide,
                y - up * high,
                0.014 * wide,
                0.20 * high,
                canvas.lit((0.9, 0.9, 0.88), far=far),
            )


def foliage(
    canvas: Canvas,
    points: list[tuple[float, float]],
    *,
    colour: Colour = (0.26, 0.35, 0.19),
    far: float = 0.0,
    clumps: int = 90,
    size: float = 0.04,
) -> None:
    """Cover a polygon with rounded clumps of leaves, darker low down."""
    outline = np.asarray(points)
    fill(canvas, outline, canvas.lit(tuple(np.multiply(colour, 0.8)), far=far), mottle=0.12, grain=(0.12, 0.12))
    low, high = outline.min(0), outline.max(0)
    order = np.sort(canvas.rng.random(clumps))
    unit = canvas.height_px
    from_above = [(low[1] + (high[1] - low[1]) * share) for share in order]

    contour = (outline * unit).astype(np.float32)
    for y in from_above:
        x = low[0] + (high[0] - low[0]) * canvas.rng.random()
        if cv2.pointPolygonTest(contour, (float(x * unit), float(y * unit)), False) < 0:
            continue
        tone = 0.72 + 0.5 * canvas.rng.random()
        across = size * (0.6 + 0.8 * canvas.rng.random())
        leaf = canvas.lit(tuple(np.multiply(colour, tone)), far=far)
        fill(
            canvas,
            ellipse(x, y, across, across * 0.78),
            leaf,
            foot=tuple(np.multiply(leaf, 0.7)),
            soft=0.006,
            relief=0.5,
            mottle=0.12,
            grain=(0.05, 0.05),
        )


def skyline(
    canvas: Canvas,
    waterline: float,
    *,
    left: float,
    right: float,
    tall: float,
    far: float = 0.6,
    lamps: float = 0.0,
    colour: Colour = (0.42, 0.43, 0.47),
) -> None:
    """Paint a row of seafront buildings, blocks of flats and a few cranes, far across the water or sand."""
    x = left
    while x < right:
        wide = tall * (0.4 + 0.8 * canvas.rng.random())
        high = tall * (0.30 + 0.70 * canvas.rng.random() ** 1.6)
        tone = tuple(np.multiply(colour, 0.85 + 0.4 * canvas.rng.random()))
        shown = canvas.lit(tone, far=far)
        box(canvas, x, waterline - high, wide * 0.97, high, shown, foot=tuple(np.multiply(shown, 0.94)))
        rows, columns = max(2, int(high / tall * 7)), max(2, int(wide / tall * 7))
        for row in range(rows):
            for column in range(columns):
                px = x + wide * (column + 0.3) / columns
                py = waterline - high * (row + 0.75) / rows
                size = (wide / columns * 0.42, high / rows * 0.42)
                if lamps and canvas.rng.random() < lamps:
                    box(canvas, px, py, *size, (1.0, 0.80, 0.48))
                    glow(canvas, px, py, size[0] * 1.3, (1.0, 0.72, 0.38), 0.4)
                else:
                    box(canvas, px, py, *size, tuple(np.multiply(shown, 0.82)), opacity=0.7)
        x += wide


def crane(
    canvas: Canvas, x: float, y: float, tall: float, *, far: float = 0.5, colour: Colour = (0.34, 0.40, 0.48)
) -> None:
    """Paint a quay crane in outline."""
    shown = canvas.lit(colour, far=far)
    lines = [
        [(0, 0), (0.04, 0.75)],
        [(0.22, 0), (0.18, 0.75)],
        [(0.0, 0.30), (0.2, 0.30)],
        [(-0.28, 0.62), (0.85, 0.66)],
        [(0.11, 0.72), (0.11, 1.0)],
        [(0.11, 1.0), (0.82, 0.66)],
        [(0.11, 1.0), (-0.26, 0.62)],
        [(0.11, 0.98), (0.45, 0.65)],
    ]
    for line in lines:
        fill(canvas, limb([(x + a * tall, y - b * tall) for a, b in line], 0.016 * tall), shown)
    box(canvas, x + 0.02 * tall, y - 0.74 * tall, 0.18 * tall, 0.10 * tall, shown)


def pier(
    canvas: Canvas,
    left: tuple[float, float],
    right: tuple[float, float],
    *,
    legs: int = 16,
    drop: float = 0.06,
    far: float = 0.2,
    colour: Colour = (0.46, 0.44, 0.42),
) -> None:
    """Paint a pier on legs from its landward to its seaward end, growing with nearness to the lower end."""
    (x0, y0), (x1, y1) = left, right
    near, distant = (drop, drop * 0.25) if y0 > y1 else (drop * 0.25, drop)
    shown = canvas.lit(colour, far=far)
    for share in np.linspace(0, 1, legs) ** (1.0 if abs(y0 - y1) < 1e-3 else 0.6):
        x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
        length = near + (distant - near) * share
        for lean in (-0.12, 0.12):
            fill(
                canvas,
                limb([(x, y), (x + lean * length, y + length)], 0.10 * length),
                shown,
                foot=tuple(np.multiply(shown, 0.7)),
            )
        fill(
            canvas,
            limb([(x - 0.1 * length, y + 0.5 * length), (x + 0.1 * length, y + 0.5 * length)], 0.05 * length),
            shown,
        )
    deck = [(x0, y0 - near * 0.12), (x1, y1 - distant * 0.12), (x1, y1 + distant * 0.10), (x0, y0 + near * 0.10)]
    fill(canvas, deck, tuple(np.multiply(shown, 1.1)), foot=tuple(np.multiply(shown, 0.8)))
    for share in np.linspace(0, 1, legs * 3):
        x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
        length = (near + (distant - near) * share) * 0.28
        fill(canvas, limb([(x, y), (x, y - length)], max(0.0008, 0.06 * length)), shown)
    rail = [(x0, y0 - near * 0.38), (x1, y1 - distant * 0.38)]
    fill(canvas, limb(rail, 0.0018), shown)


def street_lamps(
    canvas: Canvas, places: list[tuple[float, float]], *, size: float = 0.006, colour: Colour = (1.0, 0.74, 0.40)
) -> None:
    for x, y in places:
        fill(canvas, ellipse(x, y, size * 0.6, size * 0.6), (1.0, 0.93, 0.78))
        glow(canvas, x, y, size, colour, 0.9)
        glow(canvas, x, y, size * 4, colour, 0.28)


def groynes(canvas: Canvas, places: list[tuple[float, float, float]], *, far: float = 0.1) -> None:
    """Paint rows of timber posts that run down a beach: each given by its upper end and its length."""
    for x, y, long in places:
        for share in np.linspace(0, 1, 16):
            px, py = x - long * 1.1 * share, y + long * 0.35 * share
            high = long * (0.05 + 0.12 * share)
            wood = canvas.lit(tuple(np.multiply((0.33, 0.28, 0.24), 0.85 + 0.3 * canvas.rng.random())), far=far)
            fill(
                canvas,
                limb([(px, py), (px, py - high)], long * (0.015 + 0.022 * share)),
                wood,
                foot=tuple(np.multiply(wood, 0.6)),
                relief=0.5,
                round_over=0.01,
            )
