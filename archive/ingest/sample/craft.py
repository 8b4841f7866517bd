"""What floats: inflatables, lifeboats, patrol vessels, ferries, catamarans, fishing boats."""

import numpy as np

from archive.ingest.sample.brush import (
    Canvas,
    blend,
    curved,
    ellipse,
    fill,
    glow,
    limb,
    sample,
    smoothstep,
    texture,
)
from archive.ingest.sample.light import Colour
from archive.ingest.sample.people import anybody, figure

RUBBER = (0.085, 0.09, 0.10)


def foam_at(
    canvas: Canvas, x: float, y: float, across: float, down: float, *, strength: float = 0.8, seed: int = 0
) -> None:
    """Paint a patch of churned water, frayed at its edges."""
    unit = canvas.height_px
    x0, x1 = max(0, int((x - across) * unit)), min(canvas.width_px, int((x + across) * unit))
    y0, y1 = max(0, int((y - down) * unit)), min(canvas.height_px, int((y + down) * unit))
    if x1 <= x0 or y1 <= y0:
        return
    yy, xx = np.mgrid[y0:y1, x0:x1].astype(np.float32) / unit
    inside = 1 - np.hypot((xx - x) / across, (yy - y) / down)
    lace = sample(texture(91, falloff=1.05, upright=0.5, finest=0.7), xx * 3.1 + seed * 0.37, yy * 6.3 + seed * 0.11)
    share = smoothstep(0.05, 0.62, inside + 0.16 * lace) * strength
    light = canvas.light
    white = np.asarray(light.ambient, np.float32) * 0.62 + np.asarray(light.horizon, np.float32) * 0.34
    region = canvas.pixels[y0:y1, x0:x1]
    region += (np.minimum(white, 1) - region) * share[..., None]


def shadow_on_water(canvas: Canvas, x: float, y: float, across: float, down: float, strength: float = 0.5) -> None:
    dark = tuple(np.multiply(canvas.light.sea_near, 0.45))
    fill(canvas, ellipse(x, y, across, down), dark, opacity=strength, soft=down * 0.6)


def inflatable(
    canvas: Canvas,
    x: float,
    y: float,
    long: float,
    *,
    people: int = 24,
    facing: int = 1,
    jackets: float = 0.8,
    far: float = 0.0,
    wake: float = 0.5,
    motor: bool = True,
) -> None:
    """
    Paint a long rubber boat from the side with people in two rows, sitting low in the water.

    :param long: from stern to bow; its waterline lies at y
    """
    tube = 0.085 * long
    rng = canvas.rng

    def at(along: float, up: float) -> tuple[float, float]:
        return (x + facing * (along - 0.5) * long, y - up * tube)

    def colour(base: Colour) -> Colour:
        return canvas.lit(base, far=far)

    shadow_on_water(canvas, x, y + 0.5 * tube, 1.12 * long, 2.0 * tube, 0.75)
    far_tube = limb(
        [at(0.05, 1.25), at(0.5, 1.2), at(0.82, 1.45), at(0.98, 2.3)], (0.8 * tube, 0.85 * tube, 0.8 * tube, 0.5 * tube)
    )
    fill(canvas, far_tube, colour((0.13, 0.135, 0.15)), relief=0.6, round_over=tube * 0.5)
    body = 2.75 * tube
    rows = ((0, 1.25), (1, 0.75)) if people > 5 else ((1, 0.75),)
    for row, up in rows:
        count = (
            people * (2 - row) // 3
            if len(rows) > 1 and row == 0
            else people - (people * 2 // 3 if len(rows) > 1 else 0)
        )
        count = people // 2 + (people % 2 if row else 0) if len(rows) > 1 else people
        for index in range(count):
            along = 0.12 + 0.72 * (index + 0.5 + 0.28 * rng.normal()) / count
            tall = body * (0.92 + 0.16 * rng.random()) * (0.72 if rng.random() < 0.12 else 1)
            lift = up + 0.55 * max(0, along - 0.72) / 0.2
            px, py = at(along, lift)
            side = 1 if rng.random() < 0.6 else -1
            figure(canvas, px, py, tall, anybody(canvas, jackets=jackets), pose="sit", facing=side * facing, far=far)
    near_tube = limb(
        [at(0.0, 0.42), at(0.25, 0.40), at(0.6, 0.42), at(0.84, 0.72), at(0.96, 1.5), at(1.0, 2.2)],
        (0.92 * tube, 1.0 * tube, 1.0 * tube, 0.95 * tube, 0.75 * tube, 0.42 * tube),
    )
    fill(canvas, near_tube, colour((0.15, 0.155, 0.17)), foot=colour(RUBBER), relief=0.9, round_over=tube * 0.6)
    gleam = limb([at(0.02, 0.72), at(0.3, 0.70), at(0.62, 0.72), at(0.85, 1.04), at(0.95, 1.72)], 0.09 * tube)
    fill(canvas, gleam, canvas.light.sea_gleam, opacity=0.42 * (1 - far), soft=0.10 * tube)
    rope = curved([at(0.05 + 0.09 * i, 0.62 - 0.22 * (i % 2)) for i in range(9)], closed=False)
    fill(canvas, limb(rope[::3], 0.035 * tube), colour((0.62, 0.60, 0.54)), opacity=0.6)
    for seam in (0.28, 0.55, 0.8):
        fill(
            canvas,
            limb([at(seam, 0.92), at(seam + 0.008, 0.4), at(seam, -0.05)], 0.05 * tube),
            colour((0.04, 0.04, 0.05)),
            opacity=0.5,
        )
    if motor:
        fill(
            canvas,
            [at(-0.055, 1.5), at(-0.005, 1.6), at(0.0, 0.95), at(-0.045, 0.85)],
            colour((0.20, 0.21, 0.23)),
            relief=0.6,
        )
        fill(canvas, [at(-0.035, 0.9), at(-0.012, 0.9), at(-0.012, -0.2), at(-0.03, -0.2)], colour((0.10, 0.10, 0.11)))
    # The sea laps over the lower half of the tube.
    lap = [at(-0.03 + 1.0 * i / 14, -0.02 + 0.10 * rng.normal()) for i in range(15)]
    water = [*lap, at(0.97, -0.75), at(-0.03, -0.75)]
    fill(canvas, water, tuple(np.multiply(canvas.light.sea_near, 0.85)), opacity=0.75, soft=0.12 * tube)
    if wake:
        foam_at(canvas, *at(-0.14, -0.1), 0.17 * long, 0.45 * tube, strength=wake, seed=1)
        foam_at(canvas, *at(-0.42, -0.25), 0.28 * long, 0.34 * tube, strength=wake * 0.6, seed=2)
        foam_at(canvas, *at(0.9, -0.1), 0.10 * long, 0.30 * tube, strength=wake * 0.9, seed=3)
        foam_at(canvas, *at(0.45, -0.35), 0.5 * long, 0.22 * tube, strength=wake * 0.55, seed=4)


class _Ship:
    """Draws parts of one vessel in its own measures: along from 0 (stern) to 1 (bow), up in shares of its length."""

    def __init__(self, canvas: Canvas, x: float, y: float, long: float, facing: int, far: float):
        self.canvas, self.x, self.y, self.long, self.facing, self.far = canvas, x, y, long, facing, far

    def at(self, along: float, up: float) -> tuple[float, float]:
        return (self.x + self.facing * (along - 0.5) * self.long, self.y - up * self.long)

    def part(self, points, colour: Colour, *, foot: Colour | None = None, relief: float = 0.35, **manner) -> None:
        lit = self.canvas.lit(colour, far=self.far)
        shaded = self.canvas.lit(foot or tuple(np.multiply(colour, 0.82)), far=self.far)
        manner.setdefault("round_over", 0.02 * self.long)
        fill(self.canvas, [self.at(*p) for p in points], lit, foot=shaded, relief=relief * (1 - self.far), **manner)

    def block(
        self, start: float, end: float, low: float, high: float, colour: Colour, *, rake: float = 0.0, **manner
    ) -> None:
        self.part([(start, low), (start + rake * 0.4, high), (end - rake, high), (end, low)], colour, **manner)

    def line(self, points, thick: float, colour: Colour, *, opacity: float = 1.0) -> None:
        outline = limb([self.at(*p) for p in points], thick * self.long)
        fill(self.canvas, outline, self.canvas.lit(colour, far=self.far), opacity=opacity)

    def windows(self, start: float, end: float, up: float, high: float, count: int, *, lamps: float = 0.0) -> None:
        step = (end - start) / count
        for index in range(count):
            left = start + index * step + 0.15 * step
            pane = [(left, up), (left, up + high), (left + 0.7 * step, up + high), (left + 0.7 * step, up)]
            if lamps and self.canvas.rng.random() < lamps:
                fill(self.canvas, [self.at(*p) for p in pane], (1.0, 0.84, 0.52))
                glow(
                    self.canvas,
                    *self.at(left + 0.35 * step, up + high / 2),
                    1.6 * high * self.long,
                    (1.0, 0.74, 0.40),
                    0.35,
                )
            else:
                self.part(pane, (0.10, 0.14, 0.19), relief=0)

    def lamp(self, along: float, up: float, colour: Colour, *, size: float = 0.01, strength: float = 1.0) -> None:
        x, y = self.at(along, up)
        fill(
            self.canvas,
            ellipse(x, y, size * self.long * 0.5, size * self.long * 0.5),
            tuple(blend(np.asarray(colour), 1.0, 0.6)),
        )
        glow(self.canvas, x, y, size * self.long, colour, strength)
        glow(self.canvas, x, y, size * self.long * 3.5, colour, 0.35 * strength)

    def waterline(self, wake: float) -> None:
        shadow_on_water(self.canvas, self.x, self.y + 0.012 * self.long, 1.05 * self.long, 0.05 * self.long, 0.6)
        if wake:
            foam_at(
                self.canvas, *self.at(0.45, -0.008), 0.55 * self.long, 0.016 * self.long, strength=wake * 0.8, seed=5
            )
            foam_at(self.canvas, *self.at(0.95, 0.004), 0.09 * self.long, 0.030 * self.long, strength=wake, seed=6)
            foam_at(self.canvas, *self.at(-0.18, -0.008), 0.26 * self.long, 0.026 * self.long, strength=wake, seed=7)


def lifeboat(
    canvas: Canvas,
    x: float,
    y: float,
    long: float,
    *,
    facing: int = 1,
    far: float = 0.0,
    lamps: float = 0.0,
    wake: float = 0.8,
) -> None:
    """Paint an all-weather lifeboat: blue hull, orange superstructure."""
    ship = _Ship(canvas, x, y, long, facing, far)
    shadow_on_water(canvas, x, y + 0.02 * long, 1.1 * long, 0.09 * long)
    hull = [
        (0.0, 0.0),
        (0.0, 0.105),
        (0.3, 0.10),
        (0.6, 0.12),
        (0.85, 0.165),
        (1.0, 0.215),
        (0.975, 0.15),
        (0.9, 0.04),
        (0.86, -0.01),
    ]
    ship.part(hull, (0.08, 0.15, 0.36), foot=(0.05, 0.09, 0.22))
    ship.part(
        [
            (0.0, 0.10),
            (0.3, 0.094),
            (0.6, 0.114),
            (0.85, 0.158),
            (1.0, 0.213),
            (1.0, 0.225),
            (0.85, 0.172),
            (0.6, 0.127),
            (0.3, 0.108),
            (0.0, 0.114),
        ],
        (0.88, 0.88, 0.86),
        relief=0,
    )
    ship.part([(0.0, 0.022), (0.9, 0.03), (0.895, 0.012), (0.0, 0.004)], (0.72, 0.10, 0.08), relief=0)
    ship.block(0.20, 0.74, 0.10, 0.205, (0.92, 0.40, 0.09), rake=0.10)
    ship.block(0.24, 0.56, 0.20, 0.285, (0.93, 0.42, 0.10), rake=0.06)
    ship.part([(0.575, 0.20), (0.635, 0.20), (0.555, 0.275), (0.525, 0.275)], (0.08, 0.11, 0.15), relief=0)
    ship.windows(0.29, 0.51, 0.215, 0.045, 4, lamps=lamps)
    ship.windows(0.27, 0.60, 0.135, 0.03, 5, lamps=lamps * 0.6)
    ship.block(0.34, 0.46, 0.285, 0.305, (0.86, 0.86, 0.84))
    ship.line([(0.40, 0.30), (0.385, 0.43)], 0.010, (0.82, 0.82, 0.80))
    ship.line([(0.35, 0.375), (0.43, 0.375)], 0.008, (0.82, 0.82, 0.80))
    ship.line([(0.33, 0.30), (0.29, 0.48)], 0.004, (0.3, 0.3, 0.3))
    for along in np.linspace(0.62, 0.97, 6):
        ship.line(
            [(along, 0.11 + 0.09 * max(0, along - 0.55) / 0.42), (along, 0.17 + 0.10 * max(0, along - 0.55) / 0.42)],
            0.005,
            (0.7, 0.7, 0.68),
        )
    ship.line([(0.62, 0.185), (0.8, 0.215), (0.97, 0.272)], 0.005, (0.75, 0.75, 0.73))
    for along in np.linspace(0.02, 0.18, 4):
        ship.line([(along, 0.11), (along, 0.175)], 0.005, (0.7, 0.7, 0.68))
    ship.line([(0.0, 0.175), (0.19, 0.175)], 0.005, (0.75, 0.75, 0.73))
    if lamps:
        ship.lamp(0.385, 0.43, (1.0, 0.95, 0.85), size=0.016)
        ship.lamp(0.36, 0.315, (0.35, 0.55, 1.0), size=0.016)
        ship.lamp(0.56, 0.23, (0.25, 1.0, 0.5), size=0.008, strength=0.7)
    foam_at(canvas, *ship.at(0.5, -0.008), 0.62 * long, 0.034 * long, strength=wake, seed=5)
    foam_at(canvas, *ship.at(0.90, 0.01), 0.17 * long, 0.075 * long, strength=wake, seed=6)
    foam_at(canvas, *ship.at(-0.25, 0.0), 0.40 * long, 0.06 * long, strength=wake, seed=7)


def patrol_vessel(
    canvas: Canvas,
    x: float,
    y: float,
    long: float,
    *,
    facing: int = 1,
    far: float = 0.0,
    lamps: float = 0.0,
    wake: float = 0.4,
) -> None:
    """Paint a customs cutter: dark hull, pale grey superstructure, a mast with radar."""
    ship = _Ship(canvas, x, y, long, facing, far)
    ship.waterline(wake)
    hull = [
        (0.02, -0.008),
        (0.0, 0.085),
        (0.34, 0.082),
        (0.36, 0.105),
        (0.7, 0.112),
        (1.0, 0.150),
        (0.965, 0.08),
        (0.93, -0.008),
    ]
    ship.part(hull, (0.16, 0.20, 0.27), foot=(0.07, 0.09, 0.13))
    ship.line([(0.0, 0.083), (0.34, 0.080)], 0.005, (0.75, 0.77, 0.78))
    ship.line([(0.36, 0.103), (0.7, 0.110), (1.0, 0.148)], 0.005, (0.75, 0.77, 0.78))
    grey = (0.74, 0.77, 0.79)
    ship.block(0.30, 0.70, 0.10, 0.152, grey, rake=0.03)
    ship.block(0.36, 0.645, 0.15, 0.20, grey, rake=0.03)
    ship.block(0.44, 0.615, 0.198, 0.248, (0.80, 0.82, 0.83), rake=0.035)
    ship.windows(0.455, 0.595, 0.214, 0.02, 8, lamps=lamps)
    ship.windows(0.38, 0.61, 0.167, 0.013, 9, lamps=lamps * 0.7)
    ship.windows(0.33, 0.66, 0.118, 0.012, 11, lamps=lamps * 0.6)
    ship.block(0.385, 0.44, 0.20, 0.262, (0.17, 0.21, 0.28), rake=0.012)
    ship.line([(0.505, 0.245), (0.495, 0.37)], 0.010, (0.55, 0.58, 0.60))
    ship.line([(0.46, 0.315), (0.54, 0.315)], 0.006, (0.55, 0.58, 0.60))
    ship.line([(0.475, 0.288), (0.535, 0.288)], 0.010, (0.85, 0.86, 0.86))
    ship.line([(0.535, 0.25), (0.55, 0.34)], 0.003, (0.3, 0.3, 0.32))
    ship.block(0.10, 0.24, 0.085, 0.108, (0.20, 0.21, 0.23), rake=0.01)
    ship.line([(0.115, 0.09), (0.135, 0.165), (0.215, 0.175)], 0.007, (0.62, 0.64, 0.64))
    ship.line([(0.0, 0.118), (0.32, 0.116)], 0.003, (0.7, 0.72, 0.73))
    for along in np.linspace(0.01, 0.30, 8):
        ship.line([(along, 0.085), (along, 0.118)], 0.0025, (0.7, 0.72, 0.73))
    ship.line([(0.72, 0.148), (0.85, 0.16), (0.985, 0.182)], 0.003, (0.7, 0.72, 0.73))
    if lamps:
        ship.lamp(0.495, 0.37, (1.0, 0.95, 0.86), size=0.012)
        ship.lamp(0.53, 0.255, (0.35, 0.55, 1.0), size=0.012, strength=0.8)
        ship.lamp(0.20, 0.178, (1.0, 0.86, 0.6), size=0.014)
        ship.lamp(0.28, 0.155, (1.0, 0.86, 0.6), size=0.012)


def catamaran(
    canvas: Canvas,
    x: float,
    y: float,
    long: float,
    *,
    facing: int = 1,
    far: float = 0.0,
    lamps: float = 0.0,
    wake: float = 0.0,
) -> None:
    """Paint a crew-transfer catamaran: two hulls, a broad foredeck, a wheelhouse well aft."""
    ship = _Ship(canvas, x, y, long, facing, far)
    ship.waterline(wake)
    ship.part([(0.06, 0.0), (0.06, 0.12), (0.94, 0.145), (0.9, 0.02), (0.8, 0.0)], (0.10, 0.12, 0.15), relief=0)
    hull = [(0.0, -0.01), (0.0, 0.125), (0.55, 0.125), (0.97, 0.165), (1.0, 0.165), (0.985, 0.06), (0.95, -0.01)]
    ship.part(hull, (0.18, 0.22, 0.30), foot=(0.09, 0.11, 0.16))
    ship.line([(0.0, 0.122), (0.55, 0.122), (0.98, 0.163)], 0.014, (0.86, 0.56, 0.16))
    ship.block(0.16, 0.62, 0.125, 0.255, (0.86, 0.88, 0.88), rake=0.07)
    ship.block(0.26, 0.55, 0.25, 0.35, (0.88, 0.90, 0.90), rake=0.06)
    ship.windows(0.29, 0.50, 0.282, 0.042, 5, lamps=lamps)
    ship.windows(0.20, 0.55, 0.175, 0.038, 7, lamps=lamps)
    ship.line([(0.36, 0.345), (0.35, 0.50)], 0.012, (0.6, 0.62, 0.64))
    ship.line([(0.31, 0.43), (0.40, 0.43)], 0.008, (0.6, 0.62, 0.64))
    ship.line([(0.62, 0.215), (0.8, 0.225), (0.985, 0.248)], 0.006, (0.75, 0.76, 0.76))
    for along in np.linspace(0.64, 0.98, 8):
        ship.line(
            [(along, 0.135 + 0.03 * (along - 0.6)), (along, 0.215 + 0.08 * (along - 0.6))], 0.005, (0.75, 0.76, 0.76)
        )
    if lamps:
        ship.lamp(0.35, 0.50, (1.0, 0.95, 0.86), size=0.014)
        ship.lamp(0.54, 0.27, (1.0, 0.86, 0.6), size=0.018)


def ferry(
    canvas: Canvas,
    x: float,
    y: float,
    long: float,
    *,
    facing: int = 1,
    far: float = 0.0,
    lamps: float = 0.0,
    wake: float = 0.3,
) -> None:
    """Paint a car ferry: white, many decks, a blue band, one funnel aft."""
    ship = _Ship(canvas, x, y, long, facing, far)
    ship.waterline(wake)
    hull = [(0.01, -0.004), (0.0, 0.075), (0.86, 0.075), (1.0, 0.098), (0.975, 0.04), (0.955, -0.004)]
    ship.part(hull, (0.13, 0.24, 0.42), foot=(0.08, 0.14, 0.27))
    white = (0.93, 0.93, 0.91)
    ship.part([(0.0, 0.068), (0.0, 0.112), (0.93, 0.112), (0.985, 0.094), (0.86, 0.070)], white)
    ship.block(0.03, 0.88, 0.110, 0.146, white, rake=0.015)
    ship.block(0.05, 0.82, 0.145, 0.176, (0.90, 0.90, 0.89), rake=0.02)
    ship.block(0.62, 0.79, 0.175, 0.200, white, rake=0.015)
    ship.block(0.655, 0.77, 0.199, 0.218, white, rake=0.012)
    ship.windows(0.05, 0.88, 0.088, 0.009, 44, lamps=lamps)
    ship.windows(0.06, 0.85, 0.123, 0.012, 38, lamps=lamps)
    ship.windows(0.08, 0.78, 0.155, 0.010, 34, lamps=lamps)
    ship.windows(0.665, 0.758, 0.204, 0.008, 9, lamps=lamps)
    ship.block(0.24, 0.335, 0.175, 0.248, (0.15, 0.27, 0.46), rake=0.02)
    ship.block(0.245, 0.33, 0.222, 0.234, (0.92, 0.92, 0.90), rake=0.004, relief=0)
    ship.line([(0.70, 0.215), (0.695, 0.285)], 0.006, (0.8, 0.8, 0.8))
    ship.line([(0.67, 0.25), (0.725, 0.25)], 0.004, (0.8, 0.8, 0.8))
    for along in np.arange(0.38, 0.60, 0.055):
        ship.part([(along, 0.176), (along, 0.190), (along + 0.038, 0.190), (along + 0.038, 0.176)], (0.88, 0.42, 0.14))


def fishing_boat(
    canvas: Canvas,
    x: float,
    y: float,
    long: float,
    *,
    facing: int = 1,
    far: float = 0.0,
    hull: Colour = (0.16, 0.34, 0.50),
) -> None:
    """Paint a small inshore fishing boat with a wheelhouse forward and a mast."""
    ship = _Ship(canvas, x, y, long, facing, far)
    shadow_on_water(canvas, x, y + 0.02 * long, 1.0 * long, 0.10 * long, 0.5)
    outline = [
        (0.03, -0.02),
        (0.0, 0.135),
        (0.3, 0.12),
        (0.65, 0.15),
        (0.88, 0.20),
        (1.0, 0.26),
        (0.96, 0.14),
        (0.88, -0.02),
    ]
    ship.part(outline, hull, foot=tuple(np.multiply(hull, 0.6)), relief=0.6)
    ship.line([(0.0, 0.128), (0.3, 0.113), (0.65, 0.143), (0.88, 0.193), (1.0, 0.252)], 0.024, (0.92, 0.90, 0.84))
    ship.block(0.52, 0.74, 0.13, 0.34, (0.92, 0.91, 0.87), rake=0.03)
    ship.windows(0.55, 0.70, 0.25, 0.055, 3)
    ship.line([(0.50, 0.352), (0.75, 0.352)], 0.022, (0.75, 0.30, 0.20))
    ship.line([(0.60, 0.35), (0.585, 0.62)], 0.014, (0.45, 0.36, 0.28))
    ship.line([(0.14, 0.13), (0.13, 0.44)], 0.012, (0.45, 0.36, 0.28))
    ship.line([(0.585, 0.60), (0.13, 0.43)], 0.004, (0.3, 0.28, 0.26))
    ship.line([(0.585, 0.60), (0.98, 0.26)], 0.004, (0.3, 0.28, 0.26))
    ship.part([(0.2, 0.12), (0.2, 0.18), (0.36, 0.18), (0.36, 0.12)], (0.80, 0.46, 0.16))
