"""The scenes of the sample collection, one function each: every one paints a whole picture on an empty canvas."""

import numpy as np

from archive.ingest.sample.brush import (
    Canvas,
    blend,
    box,
    curved,
    ellipse,
    fill,
    glow,
    limb,
    mirror,
    sample,
    shade,
    smoothstep,
    texture,
)
from archive.ingest.sample.coast import beach, cliffs, disc, dune, headland, marram, sea, shore_line, sky, stars, surf
from archive.ingest.sample.craft import (
    catamaran,
    ferry,
    fishing_boat,
    foam_at,
    inflatable,
    lifeboat,
    patrol_vessel,
    shadow_on_water,
)
from archive.ingest.sample.harbours import (
    cottage,
    crane,
    foliage,
    groynes,
    lighthouse,
    pier,
    skyline,
    street_lamps,
    wall,
)
from archive.ingest.sample.people import ORANGE, anybody, figure, officer, onlooker


def _waders(
    canvas: Canvas,
    x: float,
    y: float,
    spread: float,
    tall: float,
    count: int,
    *,
    deepest: float = 0.45,
    facing: int = 1,
) -> None:
    """Paint people in the shallows, the deeper the nearer they are to x + spread."""
    shares = np.sort(canvas.rng.random(count))
    spots = [(x + facing * spread * s, y + tall * 0.20 * canvas.rng.normal(), s) for s in shares]
    for px, py, share in sorted(spots, key=lambda spot: spot[1]):
        sunk = 0.10 + (deepest - 0.10) * share
        pose = ("walk", "walk", "carry", "reach" if share > 0.7 else "walk")[int(canvas.rng.integers(4))]
        shadow_on_water(canvas, px, py + 0.02 * tall, 0.34 * tall, 0.10 * tall, 0.45)
        figure(
            canvas,
            px,
            py,
            tall * (0.92 + 0.14 * canvas.rng.random()),
            anybody(canvas),
            pose=pose,
            facing=facing,
            sunk=sunk,
        )
        foam_at(canvas, px, py + 0.005 * tall, 0.20 * tall, 0.045 * tall, strength=0.55, seed=int(px * 97))


def _shadow_on_sand(
    canvas: Canvas, x: float, y: float, tall: float, *, lean: float = -0.6, strength: float = 0.35
) -> None:
    fill(
        canvas,
        limb(
            [(x, y), (x + lean * tall * 0.5, y + 0.035 * tall), (x + lean * tall, y + 0.06 * tall)],
            (0.11 * tall, 0.10 * tall, 0.05 * tall),
        ),
        tuple(np.multiply(canvas.light.wet_sand, 0.4)),
        opacity=strength,
        soft=0.02 * tall,
    )


def boarding_at_dawn(canvas: Canvas) -> None:
    """A dark inflatable in the shallows at first light, people wading out to it from a wide beach."""
    horizon, w = 0.40, canvas.wide
    sky(canvas, horizon, sun=(w * 0.80, horizon - 0.015))
    headland(
        canvas,
        [(w * 0.62, horizon - 0.004), (w * 0.8, horizon - 0.014), (w * 1.02, horizon - 0.024)],
        horizon + 0.002,
        colour=(0.30, 0.32, 0.36),
        far=0.62,
    )
    sea(canvas, horizon, 0.95, chop=0.65, sun_x=w * 0.80, glitter=0.75)
    inflatable(canvas, w * 0.50, 0.560, 0.46, people=17, wake=0.25)
    shore = shore_line(canvas, 0.84, 0.63, sway=0.018)
    beach(canvas, shore, horizon, wet=0.13)
    surf(canvas, shore, horizon, lines=2, reach=0.05)
    _waders(canvas, w * 0.78, 0.665, w * 0.26, 0.125, 9, facing=-1, deepest=0.42)
    for x, y, tall, pose in ((0.83, 0.735, 0.15, "walk"), (0.88, 0.745, 0.155, "carry"), (0.93, 0.755, 0.16, "walk")):
        _shadow_on_sand(canvas, w * x, y, tall)
        figure(canvas, w * x, y, tall, anybody(canvas), pose=pose, facing=-1)


def crowded_boat(canvas: Canvas) -> None:
    """An overloaded inflatable close to, on a choppy grey-green sea."""
    horizon, w = 0.30, canvas.wide
    sky(canvas, horizon, sun=(w * 0.25, horizon - 0.03))
    headland(
        canvas,
        [(-0.05, horizon - 0.018), (w * 0.25, horizon - 0.014), (w * 0.5, horizon - 0.003)],
        horizon + 0.002,
        colour=(0.34, 0.36, 0.40),
        far=0.66,
    )
    sea(canvas, horizon, chop=0.95, foam=0.35, sun_x=w * 0.25, glitter=0.35, size=1.25)
    inflatable(canvas, w * 0.50, 0.68, 0.98, people=26, wake=0.75)


def april_crossing(canvas: Canvas) -> None:
    """A crowded boat in the open strait under a clearing sky, a ship far behind."""
    horizon, w = 0.42, canvas.wide
    sky(canvas, horizon)
    ferry(canvas, w * 0.80, horizon + 0.006, 0.34, facing=-1, far=0.62, wake=0.0)
    sea(canvas, horizon, chop=0.9, foam=0.25)
    inflatable(canvas, w * 0.44, 0.68, 0.72, people=22, facing=-1, jackets=0.6, wake=0.8)


def officer_with_phone(canvas: Canvas) -> None:
    """A gendarme from behind, filming a boat in the shallows with a phone."""
    horizon, w = 0.40, canvas.wide
    sky(canvas, horizon, sun=(w * 0.9, horizon - 0.02))
    sea(canvas, horizon, 0.80, chop=0.6, sun_x=w * 0.9, glitter=0.6)
    inflatable(canvas, w * 0.24, 0.485, min(0.36, w * 0.46), people=12, wake=0.2)
    shore = shore_line(canvas, 0.62, 0.56, sway=0.01)
    beach(canvas, shore, horizon, wet=0.12)
    surf(canvas, shore, horizon, lines=2, reach=0.04)
    _waders(canvas, w * 0.12, 0.55, w * 0.24, 0.08, 5, deepest=0.4)
    onlooker(canvas, w * 0.64, 1.06, 0.76, screen_light=0.25)


def officers_on_the_sand(canvas: Canvas) -> None:
    """Six officers standing along the water's edge, a boat and people in the water beyond."""
    horizon, w = 0.36, canvas.wide
    sky(canvas, horizon, sun=(w * 0.15, horizon - 0.02))
    sea(canvas, horizon, 0.85, chop=0.7, sun_x=w * 0.15, glitter=0.5)
    inflatable(canvas, w * 0.34, 0.465, 0.34, people=14, wake=0.25)
    shore = shore_line(canvas, 0.60, 0.57, sway=0.012)
    beach(canvas, shore, horizon, wet=0.16)
    surf(canvas, shore, horizon, lines=2, reach=0.045)
    _waders(canvas, w * 0.50, 0.545, w * 0.14, 0.085, 6, facing=-1)
    for x, y, pose, facing in (
        (0.56, 0.735, "stand", -1),
        (0.62, 0.75, "phone", -1),
        (0.69, 0.73, "stand", 1),
        (0.75, 0.76, "phone", -1),
        (0.84, 0.745, "stand", -1),
        (0.90, 0.77, "phone", -1),
    ):
        _shadow_on_sand(canvas, w * x, y, 0.25, lean=0.7)
        officer(canvas, w * x, y, 0.25 + 0.3 * (y - 0.74), pose=pose, facing=facing)


def helping_hands(canvas: Canvas) -> None:
    """Close by: people up to the waist lift each other and a child over the tube of a boat."""
    horizon, w = 0.26, canvas.wide
    sky(canvas, horizon, sun=(w * 0.7, horizon - 0.02))
    sea(canvas, horizon, chop=0.8, foam=0.15, sun_x=w * 0.7, glitter=0.4, size=1.3)
    inflatable(canvas, w * 0.62, 0.66, 1.0, people=18, wake=0.3, motor=False)
    rng = canvas.rng
    for x, pose, facing in (
        (0.16, "walk", 1),
        (0.25, "carry", 1),
        (0.345, "reach", 1),
        (0.46, "reach", 1),
        (0.56, "carry", 1),
        (0.70, "reach", -1),
    ):
        y = 0.83 + 0.05 * rng.normal() * 0.5
        shadow_on_water(canvas, w * x, y + 0.01, 0.14, 0.05, 0.55)
        figure(canvas, w * x, y, 0.36, anybody(canvas), pose=pose, facing=facing, sunk=0.44)
        foam_at(canvas, w * x, y + 0.004, 0.085, 0.018, strength=0.6, seed=int(x * 50))


def under_way(canvas: Canvas) -> None:
    """A full boat leaves the coast, seen from the beach, its wake behind it."""
    horizon, w = 0.44, canvas.wide
    sky(canvas, horizon, sun=(w * 0.30, horizon - 0.05))
    disc(canvas, w * 0.30, horizon - 0.05, 0.016, (1.0, 0.95, 0.80))
    ferry(canvas, w * 0.82, horizon + 0.003, 0.16, facing=-1, far=0.7, wake=0.0)
    sea(canvas, horizon, 1.0, chop=0.75, sun_x=w * 0.30, glitter=0.85)
    for step in range(10):
        foam_at(
            canvas,
            w * 0.60 + 0.075 * step,
            0.605 + 0.010 * step,
            0.10 + 0.012 * step,
            0.010 + 0.002 * step,
            strength=0.55 - 0.04 * step,
            seed=step,
        )
    inflatable(canvas, w * 0.46, 0.60, 0.42, people=22, facing=-1, wake=0.7)


def from_above(canvas: Canvas) -> None:
    """Straight down on a boat: pale shallows with sand bars, deeper water, a wake, people as seen by a gull."""
    light, w = canvas.light, canvas.wide
    rows = canvas.rows(0, 1)
    x, y = canvas.grid(rows)
    shift = canvas.rng.random(4)
    bars = sample(texture(101, falloff=1.9, upright=2.2), (x + 0.5 * y) * 0.35 + shift[0], y * 0.35 + shift[1])
    ripple = sample(texture(102, falloff=1.3, upright=0.5, coarsest=10), x * 0.9 + 0.3 * y, y * 0.9 + 0.2 * x)
    caustic = np.abs(sample(texture(103, falloff=1.2, coarsest=8), x * 1.1, y * 1.1))
    edge = 0.05 * sample(texture(104, falloff=1.7), x * 0.4, y * 0.4) + 0.02 * bars
    depth = np.clip((x - 0.10 * w + 0.20 * (1 - y)) / (0.9 * w) + edge, 0, 1)
    sand = np.asarray(light.sand, np.float32) * (1 + 0.03 * ripple + 0.02 * bars)[..., None]
    shoal, deep = np.array([0.50, 0.66, 0.62], np.float32), np.array([0.10, 0.30, 0.37], np.float32)
    water = blend(
        shoal * np.asarray(light.ambient, np.float32),
        deep * np.asarray(light.ambient, np.float32),
        smoothstep(0.10, 0.62, depth + 0.07 * bars)[..., None],
    )
    shade(water, 1 + 0.045 * ripple)
    water += (smoothstep(0.35, 0.0, caustic) * (1 - smoothstep(0.1, 0.6, depth)) * 0.08)[..., None]
    land = smoothstep(0.135, 0.105, depth)
    damp = smoothstep(0.02, 0.12, depth)
    shade(sand, 1 - 0.30 * damp)
    image = blend(water, sand, land[..., None])
    lace = sample(texture(105, falloff=1.0, finest=0.6), x * 2.4, y * 2.4)
    for at, wide, strength in ((0.128, 0.010, 0.9), (0.165, 0.008, 0.6), (0.225, 0.007, 0.45)):
        line = np.exp(-(((depth - at - 0.008 * lace) / wide) ** 2)) * smoothstep(-0.6, 0.7, lace + 0.35)
        image = blend(image, np.float32(0.95), (line * strength)[..., None])
    canvas.pixels[rows] = image

    cx, cy, turn, long = w * 0.60, 0.47, -0.42, 0.34
    ahead, aside = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])

    def at(along: float, across: float) -> tuple[float, float]:
        return tuple(np.array([cx, cy]) + ahead * along * long + aside * across * long)

    for step in range(16):
        spread = 0.05 + 0.014 * step
        for side in (-1, 1):
            foam_at(
                canvas,
                *at(-0.58 - 0.085 * step, side * spread),
                0.026 + 0.002 * step,
                0.018 + 0.002 * step,
                strength=0.62 - 0.035 * step,
                seed=step * 2 + side,
            )
        foam_at(canvas, *at(-0.56 - 0.08 * step, 0), 0.022, 0.018, strength=0.75 - 0.045 * step, seed=step)
    hull = curved(
        [
            at(-0.5, -0.115),
            at(0.0, -0.125),
            at(0.3, -0.115),
            at(0.50, 0.0),
            at(0.3, 0.115),
            at(0.0, 0.125),
            at(-0.5, 0.115),
        ],
        steps=10,
    )
    fill(canvas, hull + np.array([0.012, 0.018]), (0.03, 0.09, 0.12), opacity=0.55, soft=0.02)
    fill(canvas, hull, canvas.lit((0.12, 0.125, 0.135)), relief=0.9, round_over=0.018)
    inner = curved(
        [
            at(-0.46, -0.068),
            at(0.0, -0.075),
            at(0.25, -0.068),
            at(0.38, 0.0),
            at(0.25, 0.068),
            at(0.0, 0.075),
            at(-0.46, 0.068),
        ],
        steps=10,
    )
    fill(canvas, inner, canvas.lit((0.30, 0.29, 0.27)), relief=-0.4, round_over=0.012)
    fill(
        canvas,
        [at(-0.56, -0.022), at(-0.49, -0.022), at(-0.49, 0.022), at(-0.56, 0.022)],
        canvas.lit((0.16, 0.17, 0.18)),
        relief=0.5,
    )
    for row in (-0.098, -0.035, 0.035, 0.098):
        for along in np.linspace(-0.42, 0.27 if abs(row) > 0.05 else 0.33, 9):
            dress = anybody(canvas)
            px, py = at(along + 0.015 * canvas.rng.normal(), row + 0.008 * canvas.rng.normal())
            coat = ORANGE if dress.jacket else dress.coat
            fill(canvas, ellipse(px + 0.004, py + 0.006, 0.026, 0.020), (0.02, 0.03, 0.04), opacity=0.5, soft=0.004)
            fill(
                canvas,
                ellipse(px, py, 0.024, 0.018, turn=turn + np.pi / 2),
                canvas.lit(coat),
                relief=0.6,
                round_over=0.006,
            )
            fill(canvas, ellipse(px, py, 0.0115, 0.0115), canvas.lit(dress.hat), relief=0.7, round_over=0.005)
    for px, py in ((0.11, 0.30), (0.135, 0.335), (0.10, 0.37), (0.15, 0.52), (0.085, 0.62), (0.10, 0.645)):
        px *= w
        dress = anybody(canvas, jackets=0.3)
        fill(
            canvas,
            limb([(px, py), (px - 0.03, py + 0.022)], (0.012, 0.007)),
            (0.10, 0.09, 0.09),
            opacity=0.40,
            soft=0.004,
        )
        fill(
            canvas,
            ellipse(px, py, 0.022, 0.015),
            canvas.lit(ORANGE if dress.jacket else dress.coat),
            relief=0.5,
            round_over=0.005,
        )
        fill(canvas, ellipse(px, py, 0.010, 0.010), canvas.lit(dress.hat), relief=0.5, round_over=0.005)


def dunes_after(canvas: Canvas) -> None:
    """Dunes with marram grass over a beach at low water; two life jackets left in the sand."""
    horizon, w = 0.40, canvas.wide
    sky(canvas, horizon, sun=(w * 0.85, horizon - 0.06))
    sea(canvas, horizon, 0.62, chop=0.5)
    shore = shore_line(canvas, 0.50, 0.475, sway=0.006)
    beach(canvas, shore, horizon, wet=0.08)
    surf(canvas, shore, horizon, lines=3, reach=0.045, strength=0.7)
    back = dune(
        canvas, [(-0.1, 0.44), (w * 0.18, 0.46), (w * 0.38, 0.58), (w * 0.62, 0.69), (w * 1.05, 0.74)], far=0.08
    )
    marram(canvas, back[: len(back) * 2 // 3], tufts=46, length=0.07, green=0.45)
    front = dune(
        canvas, [(-0.1, 0.80), (w * 0.25, 0.77), (w * 0.5, 0.83), (w * 0.78, 0.74), (w * 1.08, 0.62)], dark=0.03
    )
    for step in range(13):
        x, y = w * (0.30 + 0.018 * step), 0.985 - 0.0165 * step
        fill(
            canvas,
            ellipse(x + 0.012 * (-1) ** step, y, 0.022 - 0.0008 * step, 0.0085),
            tuple(np.multiply(canvas.light.sand, 0.55)),
            opacity=0.6,
            soft=0.005,
        )
    for x, y, turn in ((0.43, 0.925, 0.3), (0.50, 0.895, -0.5)):
        px = w * x
        fill(
            canvas,
            ellipse(px + 0.012, y + 0.022, 0.11, 0.025),
            tuple(np.multiply(canvas.light.sand, 0.4)),
            opacity=0.5,
            soft=0.015,
        )
        for side in (-1, 1):
            pad = curved(
                [
                    (px + side * 0.024 + a, y + b + turn * a)
                    for a, b in ((-0.019, -0.028), (0.019, -0.030), (0.022, 0.024), (-0.018, 0.027))
                ]
            )
            fill(canvas, pad, canvas.lit(ORANGE), foot=canvas.lit((0.66, 0.26, 0.06)), relief=0.9, round_over=0.012)
            fill(
                canvas,
                limb([(px + side * 0.024 - 0.02, y - turn * 0.02), (px + side * 0.024 + 0.02, y + turn * 0.02)], 0.006),
                canvas.lit((0.16, 0.13, 0.13)),
                opacity=0.8,
            )
    marram(canvas, front[len(front) // 2 :] + np.array([0, 0.02]), tufts=26, length=0.15, green=0.5)
    marram(
        canvas,
        np.array([(w * 0.02, 1.0), (w * 0.10, 0.99), (w * 0.92, 0.98), (w * 0.98, 1.0), (w * 0.84, 1.01)]),
        tufts=16,
        length=0.24,
        green=0.55,
    )


def empty_boats(canvas: Canvas) -> None:
    """Two half-deflated boats left on the flats near a harbour channel with beacons."""
    horizon, w = 0.38, canvas.wide
    sky(canvas, horizon, sun=(w * 0.6, horizon - 0.10))
    skyline(canvas, horizon + 0.003, left=w * 0.02, right=w * 0.28, tall=0.040, far=0.66)
    for x in (0.34, 0.40, 0.46):
        fill(
            canvas,
            [
                (w * x - 0.02, horizon),
                (w * x - 0.015, horizon - 0.06),
                (w * x + 0.015, horizon - 0.06),
                (w * x + 0.02, horizon),
            ],
            canvas.lit((0.5, 0.5, 0.52), far=0.72),
        )
    sea(canvas, horizon, 0.66, chop=0.45)
    pier(canvas, (w * 1.02, 0.47), (w * 0.60, 0.405), legs=22, drop=0.075, far=0.25)
    lighthouse(canvas, w * 0.60, 0.408, 0.12, far=0.35)
    shore = shore_line(canvas, 0.52, 0.56, sway=0.008)
    beach(canvas, shore, horizon, wet=0.22, shine=0.75)
    surf(canvas, shore, horizon, lines=2, reach=0.035, strength=0.6)
    for x, y, long, facing in ((0.30, 0.70, 0.42, 1), (0.69, 0.82, 0.56, -1)):
        px = w * x
        fill(
            canvas,
            ellipse(px, y + 0.02, long * 1.05, 0.06),
            tuple(np.multiply(canvas.light.wet_sand, 0.45)),
            opacity=0.6,
            soft=0.03,
        )
        back = limb(
            [
                (px - facing * long * 0.46, y - 0.050),
                (px, y - 0.050),
                (px + facing * long * 0.36, y - 0.062),
                (px + facing * long * 0.5, y - 0.10),
            ],
            (0.036, 0.040, 0.030, 0.016),
        )
        fill(canvas, back, canvas.lit((0.17, 0.175, 0.19)), relief=0.7, round_over=0.02)
        floor = [
            (px - long * 0.45, y - 0.045),
            (px + long * 0.40, y - 0.045),
            (px + long * 0.40, y - 0.01),
            (px - long * 0.45, y - 0.01),
        ]
        fill(canvas, floor, canvas.lit((0.30, 0.28, 0.26)), mottle=0.08)
        for _ in range(5):
            jx = px + long * (canvas.rng.random() - 0.5) * 0.7
            fill(
                canvas,
                ellipse(jx, y - 0.042, 0.045, 0.026, turn=canvas.rng.normal() * 0.4),
                canvas.lit(ORANGE),
                foot=canvas.lit((0.62, 0.25, 0.06)),
                relief=0.8,
            )
        front = limb(
            [
                (px - facing * long * 0.5, y - 0.002),
                (px - facing * long * 0.2, y + 0.006),
                (px + facing * long * 0.1, y - 0.003),
                (px + facing * long * 0.34, y - 0.012),
                (px + facing * long * 0.5, y - 0.085),
            ],
            (0.040, 0.054, 0.046, 0.050, 0.018),
        )
        fill(
            canvas,
            front,
            canvas.lit((0.19, 0.195, 0.21)),
            foot=canvas.lit((0.07, 0.075, 0.085)),
            relief=1.0,
            round_over=0.03,
        )
        gleam = limb(
            [(px - facing * long * 0.4, y - 0.014), (px, y - 0.012), (px + facing * long * 0.3, y - 0.024)], 0.004
        )
        fill(canvas, gleam, canvas.light.horizon, opacity=0.35, soft=0.004)


def _dover(canvas: Canvas, horizon: float, *, far: float = 0.25, left: float = -0.1) -> None:
    """Paint the white cliffs as they stand behind the port."""
    w = canvas.wide
    cliffs(
        canvas,
        [
            (left, horizon - 0.20),
            (w * 0.20, horizon - 0.215),
            (w * 0.42, horizon - 0.175),
            (w * 0.62, horizon - 0.15),
            (w * 0.84, horizon - 0.095),
            (w * 0.98, horizon - 0.05),
            (w * 1.06, horizon - 0.025),
        ],
        [(left, horizon + 0.006), (w * 0.5, horizon + 0.005), (w * 1.06, horizon + 0.003)],
        far=far,
    )


def lifeboat_at_four(canvas: Canvas) -> None:
    """A lifeboat comes in before sunrise, lamps on, the cliffs pale behind."""
    horizon, w = 0.47, canvas.wide
    sky(canvas, horizon, sun=(w * 0.92, horizon))
    _dover(canvas, horizon, far=0.34)
    street_lamps(
        canvas,
        [
            (w * (0.03 + 0.028 * i + 0.008 * canvas.rng.normal()), horizon - 0.014 + 0.004 * canvas.rng.normal())
            for i in range(24)
        ],
        size=0.0035,
    )
    sea(canvas, horizon, chop=0.8, sun_x=w * 0.92, glitter=0.35)
    mirror(canvas, horizon + 0.006, 0.13, strength=0.5, ripple=0.012, stretch=1.4)
    lifeboat(canvas, w * 0.50, 0.70, 0.52, lamps=0.9)
    mirror(canvas, 0.715, 0.22, strength=0.32, ripple=0.016, left=w * 0.28, right=w * 0.72)
    for x in (0.32, 0.36, 0.40, 0.43):
        figure(canvas, w * x, 0.652, 0.072, anybody(canvas, jackets=1.0), pose="sit")


def patrol_in_port(canvas: Canvas) -> None:
    """A patrol vessel passes the breakwater of a lit port before sunrise."""
    horizon, w = 0.45, canvas.wide
    sky(canvas, horizon, sun=(w * 0.75, horizon))
    _dover(canvas, horizon, far=0.40)
    skyline(canvas, horizon + 0.004, left=0.0, right=w * 0.46, tall=0.055, far=0.25, lamps=0.28)
    sea(canvas, horizon, chop=0.6, sun_x=w * 0.78, glitter=0.3)
    street_lamps(canvas, [(w * (0.03 + 0.05 * i), horizon - 0.055) for i in range(10)], size=0.005)
    wall(
        canvas,
        [(w * 0.58, horizon - 0.012), (w * 1.02, horizon - 0.035)],
        [(w * 0.58, horizon + 0.010), (w * 1.02, horizon + 0.045)],
        far=0.12,
        courses=4,
    )
    lighthouse(canvas, w * 0.605, horizon - 0.012, 0.125, band=None, far=0.1, lamp=0.9)
    mirror(canvas, horizon + 0.010, 0.22, strength=0.62, ripple=0.014, stretch=1.7)
    patrol_vessel(canvas, w * 0.47, 0.665, 0.86, lamps=0.7)
    mirror(canvas, 0.675, 0.26, strength=0.42, ripple=0.014, left=w * 0.14, right=w * 0.82)


def landing_at_dover(canvas: Canvas) -> None:
    """People in orange life jackets walk off a catamaran along a pontoon."""
    horizon, w = 0.40, canvas.wide
    sky(canvas, horizon, sun=(w * 0.12, horizon - 0.02))
    _dover(canvas, horizon, far=0.30)
    skyline(canvas, horizon + 0.004, left=w * 0.62, right=w * 1.0, tall=0.045, far=0.4)
    sea(canvas, horizon, chop=0.35)
    mirror(canvas, horizon + 0.006, 0.18, strength=0.5, ripple=0.010)
    catamaran(canvas, w * 0.34, 0.665, 0.74)
    mirror(canvas, 0.672, 0.16, strength=0.45, ripple=0.012, left=0.02, right=w * 0.62)
    deck = [(w * 0.40, 0.705), (w * 1.02, 0.775), (w * 1.02, 0.93), (w * 0.36, 0.745)]
    fill(
        canvas,
        np.asarray(deck) + np.array([0, 0.05]),
        tuple(np.multiply(canvas.light.sea_near, 0.5)),
        opacity=0.7,
        soft=0.02,
    )
    fill(
        canvas,
        [(w * 0.36, 0.745), (w * 1.02, 0.93), (w * 1.02, 0.975), (w * 0.36, 0.765)],
        canvas.lit((0.26, 0.27, 0.28)),
    )
    fill(
        canvas,
        deck,
        canvas.lit((0.60, 0.59, 0.56)),
        foot=canvas.lit((0.50, 0.49, 0.47)),
        mottle=0.05,
        grain=(0.3, 0.05),
    )
    for share in np.linspace(0.02, 1, 30):
        a = (w * (0.40 + 0.62 * share), 0.705 + 0.070 * share)
        b = (w * (0.36 + 0.66 * share), 0.745 + 0.185 * share)
        fill(canvas, limb([a, b], 0.0016), canvas.lit((0.36, 0.35, 0.34)), opacity=0.6)
    for index in range(13):
        share = 0.05 + index / 13.5
        x, y = w * (0.39 + 0.60 * share), 0.727 + 0.118 * share + 0.006 * canvas.rng.normal()
        tall = 0.145 + 0.115 * share
        _shadow_on_sand(canvas, x, y, tall, lean=0.45, strength=0.4)
        figure(
            canvas, x, y, tall * (0.7 if index in (4, 9) else 1), anybody(canvas, jackets=0.95), pose="walk", facing=1
        )
    for share in np.linspace(0.02, 1, 14):
        x, y, tall = w * (0.36 + 0.66 * share), 0.745 + 0.185 * share, 0.055 + 0.05 * share
        fill(canvas, limb([(x, y), (x, y - tall)], 0.0035 + 0.002 * share), canvas.lit((0.75, 0.76, 0.76)))
    fill(canvas, limb([(w * 0.36, 0.690), (w * 1.02, 0.825)], 0.0045), canvas.lit((0.78, 0.79, 0.79)))


def ferry_port(canvas: Canvas) -> None:
    """A ferry at the end of a breakwater, cranes and quays behind, by day."""
    horizon, w = 0.46, canvas.wide
    sky(canvas, horizon)
    headland(
        canvas,
        [(w * 0.5, horizon - 0.01), (w * 0.75, horizon - 0.03), (w * 1.05, horizon - 0.045)],
        horizon + 0.002,
        colour=(0.36, 0.40, 0.36),
        far=0.6,
    )
    skyline(canvas, horizon + 0.004, left=w * 0.58, right=w * 1.0, tall=0.05, far=0.5)
    for x in (0.66, 0.74, 0.83):
        crane(canvas, w * x, horizon + 0.004, 0.14, far=0.5)
    sea(canvas, horizon, chop=0.55)
    catamaran(canvas, w * 0.86, horizon + 0.030, 0.16, facing=-1, far=0.35, wake=0.3)
    ferry(canvas, w * 0.40, 0.575, 0.88, facing=-1, far=0.06)
    mirror(canvas, 0.580, 0.20, strength=0.34, ripple=0.014, left=w * 0.06, right=w * 0.72)
    wall(
        canvas,
        [(-0.02, 0.74), (w * 0.45, 0.79), (w * 1.02, 0.90)],
        [(-0.02, 0.83), (w * 0.45, 0.92), (w * 1.02, 1.12)],
        courses=6,
    )


def chalk_from_the_water(canvas: Canvas) -> None:
    """The white cliffs from a ship's rail, gulls, a bright sea."""
    horizon, w = 0.52, canvas.wide
    sky(canvas, horizon)
    cliffs(
        canvas,
        [
            (-0.1, 0.20),
            (w * 0.15, 0.19),
            (w * 0.34, 0.25),
            (w * 0.52, 0.24),
            (w * 0.68, 0.33),
            (w * 0.82, 0.36),
            (w * 0.95, 0.45),
            (w * 1.04, 0.485),
        ],
        [(-0.1, 0.565), (w * 0.35, 0.55), (w * 0.7, 0.535), (w * 1.04, 0.525)],
        far=0.05,
    )
    lighthouse(canvas, w * 0.40, 0.262, 0.055, band=None, far=0.1)
    sea_rows = canvas.pixels.copy()
    sea(canvas, horizon, chop=0.75, foam=0.12)
    # The cliffs come lower than the horizon: put their foot back over the water.
    y = np.arange(canvas.height_px)[:, None] / canvas.height_px
    x = np.arange(canvas.width_px)[None, :] / canvas.height_px
    foot = np.interp(x[0], [0, w * 0.35, w * 0.7, w * 1.04], [0.565, 0.55, 0.535, 0.525])[None, :]
    share = (smoothstep(foot, foot - 0.004, y) * (y > horizon - 0.01)).astype(np.float32)[..., None]
    canvas.pixels += (sea_rows - canvas.pixels) * share
    for step in range(26):
        fx = w * step / 25
        foam_at(
            canvas,
            fx,
            float(np.interp(fx, [0, w * 0.35, w * 0.7, w], [0.567, 0.552, 0.537, 0.527])),
            0.05,
            0.005,
            strength=0.55,
            seed=step,
        )
    for x, y, span in ((0.62, 0.16, 0.05), (0.70, 0.21, 0.032), (0.55, 0.10, 0.026), (0.82, 0.27, 0.02)):
        gx = w * x
        for side in (-1, 1):
            wing = [(gx, y), (gx + side * span * 0.28, y - span * 0.22), (gx + side * span * 0.62, y - span * 0.06)]
            fill(
                canvas,
                limb(wing, (0.10 * span, 0.085 * span, 0.012 * span)),
                (0.93, 0.94, 0.94),
                foot=(0.50, 0.53, 0.57),
            )
        fill(canvas, ellipse(gx, y + span * 0.02, 0.16 * span, 0.085 * span), (0.97, 0.97, 0.96))


def stone_harbour(canvas: Canvas) -> None:
    """A small stone harbour under a wooded slope with whitewashed cottages stacked up it."""
    horizon, w = 0.50, canvas.wide
    sky(canvas, horizon)
    headland(
        canvas,
        [(w * 0.5, horizon - 0.05), (w * 0.75, horizon - 0.035), (w * 1.02, horizon - 0.012)],
        horizon + 0.002,
        colour=(0.30, 0.38, 0.33),
        far=0.5,
    )
    sea(canvas, horizon, chop=0.35)
    slope = [
        (-0.05, 0.02),
        (w * 0.14, 0.05),
        (w * 0.30, 0.15),
        (w * 0.44, 0.30),
        (w * 0.55, 0.44),
        (w * 0.60, 0.56),
        (w * 0.60, 0.62),
        (-0.05, 0.68),
    ]
    foliage(canvas, slope, clumps=420, size=0.055, far=0.08)
    washes = ((0.94, 0.93, 0.88), (0.92, 0.88, 0.78), (0.90, 0.90, 0.88), (0.86, 0.84, 0.80), (0.93, 0.86, 0.80))
    spots = [
        (0.06, 0.20, 0.055),
        (0.15, 0.235, 0.058),
        (0.10, 0.31, 0.066),
        (0.215, 0.315, 0.066),
        (0.155, 0.39, 0.072),
        (0.28, 0.395, 0.070),
        (0.045, 0.445, 0.080),
        (0.215, 0.475, 0.082),
        (0.34, 0.485, 0.080),
        (0.10, 0.555, 0.094),
        (0.27, 0.565, 0.094),
        (0.40, 0.575, 0.088),
    ]
    for index, (x, y, wide) in enumerate(spots):
        cottage(
            canvas, w * x, y, wide, wash=washes[index % 5], roof=((0.36, 0.35, 0.37), (0.42, 0.36, 0.33))[index % 2]
        )
        foliage(
            canvas,
            [
                (w * x - 0.05, y + 0.005),
                (w * x - 0.01, y - 0.045),
                (w * x + 0.02, y - 0.01),
                (w * x + wide * 1.2, y + 0.0),
                (w * x + wide * 1.2, y + 0.022),
            ],
            clumps=14,
            size=0.026,
        )
    quay_top, quay_foot = (
        [(-0.02, 0.60), (w * 0.28, 0.605), (w * 0.55, 0.605)],
        [(-0.02, 0.72), (w * 0.28, 0.695), (w * 0.55, 0.665)],
    )
    wall(canvas, quay_top, quay_foot, colour=(0.50, 0.46, 0.41), courses=6)
    wall(
        canvas,
        [(w * 0.52, 0.60), (w * 0.74, 0.598), (w * 0.93, 0.612)],
        [(w * 0.52, 0.668), (w * 0.74, 0.668), (w * 0.93, 0.690)],
        colour=(0.47, 0.44, 0.40),
        courses=5,
    )
    wall(
        canvas,
        [(w * 0.93, 0.612), (w * 0.965, 0.606)],
        [(w * 0.93, 0.690), (w * 0.965, 0.675)],
        colour=(0.36, 0.34, 0.31),
        courses=5,
    )
    mirror(canvas, 0.690, 0.31, strength=0.62, ripple=0.012, stretch=0.9)
    for x, y, long, facing, hull in (
        (0.40, 0.745, 0.20, 1, (0.16, 0.34, 0.50)),
        (0.70, 0.775, 0.24, -1, (0.60, 0.20, 0.16)),
        (0.22, 0.83, 0.27, 1, (0.20, 0.42, 0.34)),
    ):
        fishing_boat(canvas, w * x, y, long, facing=facing, hull=hull)
        mirror(
            canvas,
            y + 0.008,
            long * 0.45,
            strength=0.55,
            ripple=0.010,
            left=w * x - long * 0.56,
            right=w * x + long * 0.56,
        )
    for x, y in ((0.50, 0.87), (0.58, 0.91), (0.86, 0.84)):
        fill(
            canvas,
            ellipse(w * x, y, 0.026, 0.020),
            canvas.lit((0.88, 0.40, 0.16)),
            foot=canvas.lit((0.5, 0.2, 0.1)),
            relief=0.8,
        )


def harbour_arm(canvas: Canvas) -> None:
    """A curved harbour arm with a lighthouse at its end, in evening light."""
    horizon, w = 0.52, canvas.wide
    sky(canvas, horizon, sun=(w * 0.24, horizon - 0.07))
    disc(canvas, w * 0.24, horizon - 0.07, 0.022, (1.0, 0.93, 0.72))
    sea(canvas, horizon, chop=0.5, sun_x=w * 0.24, glitter=0.9)
    top = [(w * 1.03, 0.66), (w * 0.90, 0.585), (w * 0.74, 0.545), (w * 0.56, 0.530)]
    foot = [(w * 1.03, 0.86), (w * 0.90, 0.680), (w * 0.74, 0.600), (w * 0.56, 0.562)]
    wall(canvas, top[::-1], foot[::-1], colour=(0.56, 0.52, 0.47), courses=8)
    for x, tall in ((0.80, 0.05), (0.86, 0.055), (0.905, 0.06)):
        y = float(np.interp(x, [0.56, 0.74, 0.90, 1.03], [0.530, 0.545, 0.585, 0.66]))
        figure(canvas, w * x, y, tall, anybody(canvas, jackets=0.0), pose="stand", facing=-1)
    lighthouse(canvas, w * 0.585, 0.534, 0.25, band=None, colour=(0.80, 0.77, 0.70), lamp=0.5)
    mirror(canvas, 0.570, 0.30, strength=0.5, ripple=0.016, left=w * 0.50, right=w * 0.98)
    fishing_boat(canvas, w * 0.36, 0.66, 0.15, facing=-1, hull=(0.16, 0.20, 0.28))
    mirror(canvas, 0.664, 0.08, strength=0.5, ripple=0.012, left=w * 0.28, right=w * 0.44)


def night_harbour(canvas: Canvas) -> None:
    """A harbour at night: lamps and their long reflections, a patrol vessel at the quay, a moon in haze."""
    horizon, w = 0.46, canvas.wide
    sky(canvas, horizon, sun=(w * 0.30, 0.17))
    stars(canvas, horizon, 160)
    disc(canvas, w * 0.30, 0.17, 0.024, (0.93, 0.93, 0.88))
    glow(canvas, w * 0.30, 0.17, 0.10, (0.62, 0.66, 0.78), 0.35)
    _dover(canvas, horizon, far=0.12)
    skyline(
        canvas,
        horizon + 0.004,
        left=w * 0.02,
        right=w * 0.98,
        tall=0.060,
        far=0.02,
        lamps=0.30,
        colour=(0.34, 0.34, 0.38),
    )
    sea(canvas, horizon, chop=0.55, sun_x=w * 0.30, glitter=0.30)
    street_lamps(canvas, [(w * (0.02 + 0.041 * i), horizon - 0.070 - 0.006 * (i % 3)) for i in range(24)], size=0.0055)
    for i, colour in ((5, (1.0, 0.28, 0.22)), (17, (0.30, 1.0, 0.55)), (21, (1.0, 0.28, 0.22))):
        glow(canvas, w * 0.045 * i, horizon - 0.03, 0.010, colour, 0.95)
        glow(canvas, w * 0.045 * i, horizon - 0.03, 0.035, colour, 0.35)
    mirror(canvas, horizon + 0.006, 0.46, strength=0.95, ripple=0.016, stretch=2.8)
    patrol_vessel(canvas, w * 0.62, 0.640, 0.62, facing=-1, lamps=0.85, wake=0.0)
    mirror(canvas, 0.646, 0.30, strength=0.62, ripple=0.018, left=w * 0.36, right=w * 0.90)


def wide_beach(
    canvas: Canvas, *, town: float = 0.0, people: int = 5, groyne: bool = False, flags: bool = False
) -> None:
    """A wide beach with a few walkers; `town` is the height of the buildings behind it, if any."""
    horizon, w = 0.43, canvas.wide
    sky(canvas, horizon, sun=(w * 0.70, horizon - 0.09))
    sea(canvas, horizon, 0.90, chop=0.65, foam=0.05, sun_x=w * 0.70, glitter=0.5)
    if town:
        skyline(canvas, horizon + 0.022, left=-0.02, right=w * 0.36, tall=town, far=0.35)
        headland(
            canvas,
            [(-0.05, horizon + 0.006), (w * 0.2, horizon + 0.010), (w * 0.42, horizon + 0.018)],
            horizon + 0.026,
            colour=(0.55, 0.50, 0.42),
            far=0.4,
        )
    shore = shore_line(canvas, 0.46, 0.78, sway=0.012, falloff=1.9)
    beach(canvas, shore, horizon, wet=0.14, ripples=0.8)
    surf(canvas, shore, horizon, lines=3, reach=0.06)
    if groyne:
        groynes(canvas, [(w * 0.36, 0.60, 0.14), (w * 0.60, 0.68, 0.26)])
    for _ in range(people):
        share = canvas.rng.random()
        x, y = w * (0.10 + 0.38 * share), 0.535 + 0.20 * canvas.rng.random() + 0.10 * share
        tall = 0.34 * (y - horizon) + 0.012
        _shadow_on_sand(canvas, x, y, tall, lean=-0.7, strength=0.3)
        figure(
            canvas,
            x,
            y,
            tall,
            anybody(canvas, jackets=0.0),
            pose=("walk", "stand")[int(canvas.rng.integers(2))],
            facing=(-1, 1)[int(canvas.rng.integers(2))],
            far=0.1,
        )


def promenade(canvas: Canvas) -> None:
    """A tall picture of a seafront in the evening: tiled walk, beach huts, the long strand and a low sun."""
    horizon, w = 0.46, canvas.wide
    sky(canvas, horizon, sun=(w * 0.30, horizon - 0.05))
    disc(canvas, w * 0.30, horizon - 0.05, 0.017, (1.0, 0.94, 0.74))
    sea(canvas, horizon, 0.75, chop=0.45, sun_x=w * 0.30, glitter=0.9)
    skyline(canvas, horizon + 0.012, left=w * 0.72, right=w * 1.0, tall=0.085, far=0.35)
    shore = shore_line(canvas, 0.565, 0.485, sway=0.006)
    beach(canvas, shore, horizon, wet=0.07, ripples=0.9)
    surf(canvas, shore, horizon, lines=2, reach=0.03)
    for index, wash in enumerate(((0.90, 0.88, 0.82), (0.38, 0.56, 0.62), (0.85, 0.70, 0.52), (0.72, 0.40, 0.34))):
        wide = 0.040 + 0.020 * index
        x, y = w * 0.58 + 0.062 * index + 0.008 * index**2, 0.545 + 0.022 * index
        _shadow_on_sand(canvas, x + wide / 2, y, 1.6 * wide, lean=1.1, strength=0.35)
        box(
            canvas,
            x,
            y - wide * 1.05,
            wide,
            wide * 1.05,
            canvas.lit(wash),
            foot=canvas.lit(tuple(np.multiply(wash, 0.85))),
        )
        fill(
            canvas,
            [(x - 0.06 * wide, y - wide), (x + wide / 2, y - 1.5 * wide), (x + 1.06 * wide, y - wide)],
            canvas.lit(tuple(np.multiply(wash, 0.72))),
        )
        box(
            canvas,
            x + 0.32 * wide,
            y - 0.72 * wide,
            0.36 * wide,
            0.72 * wide,
            canvas.lit(tuple(np.multiply(wash, 0.6))),
        )
    walk = [(w * 1.02, 0.66), (w * 0.30, 1.02), (w * 1.02, 1.02)]
    fill(canvas, walk, canvas.lit((0.66, 0.62, 0.57)), foot=canvas.lit((0.52, 0.49, 0.46)), mottle=0.035)
    for share in np.linspace(0.04, 1.0, 16) ** 1.5:
        fill(
            canvas,
            limb([(w * (1.02 - 0.72 * share), 0.66 + 0.36 * share), (w * 1.02, 0.66 + 0.36 * share)], 0.0016),
            canvas.lit((0.40, 0.38, 0.36)),
            opacity=0.5,
        )
    for share in (0.10, 0.24, 0.42, 0.66, 0.96):
        x, y = w * (1.02 - 0.72 * share), 0.66 + 0.36 * share
        tall = 0.05 + 0.10 * share
        fill(canvas, limb([(x, y), (x, y - tall)], 0.006 + 0.004 * share), canvas.lit((0.24, 0.28, 0.30)))
    fill(canvas, limb([(w * 0.955, 0.655), (w * 0.30, 0.885)], 0.006), canvas.lit((0.24, 0.28, 0.30)))
    for x, y, tall, pose in ((0.20, 0.72, 0.115, "walk"), (0.29, 0.725, 0.11, "stand"), (0.82, 0.90, 0.25, "walk")):
        _shadow_on_sand(canvas, w * x, y, tall, lean=0.8, strength=0.35)
        figure(canvas, w * x, y, tall, anybody(canvas, jackets=0.0), pose=pose, facing=-1)


def shingle_and_pier(canvas: Canvas) -> None:
    """A shingle beach with a pier and boats drawn up."""
    horizon, w = 0.42, canvas.wide
    sky(canvas, horizon)
    sea(canvas, horizon, 0.85, chop=0.65, foam=0.05)
    pier(canvas, (w * 0.18, 0.525), (w * 0.86, 0.425), legs=20, drop=0.085, far=0.22, colour=(0.60, 0.60, 0.58))
    box(canvas, w * 0.80, 0.385, 0.10, 0.036, canvas.lit((0.70, 0.70, 0.68), far=0.3))
    fill(
        canvas,
        [(w * 0.80 - 0.006, 0.387), (w * 0.80 + 0.02, 0.368), (w * 0.80 + 0.08, 0.368), (w * 0.80 + 0.106, 0.387)],
        canvas.lit((0.42, 0.44, 0.46), far=0.3),
    )
    shore = shore_line(canvas, 0.51, 0.74, sway=0.008, falloff=1.9)
    beach(canvas, shore, horizon, wet=0.07, ripples=0.25, shine=0.4, shingle=0.8)
    surf(canvas, shore, horizon, lines=2, reach=0.04)
    for x, y, long, hull in ((0.16, 0.66, 0.20, (0.20, 0.36, 0.50)), (0.42, 0.80, 0.32, (0.86, 0.84, 0.78))):
        fill(
            canvas,
            ellipse(w * x, y + 0.012, long, 0.04),
            tuple(np.multiply(canvas.light.sand, 0.45)),
            opacity=0.55,
            soft=0.02,
        )
        body = [
            (w * x - long / 2, y - 0.36 * long),
            (w * x - long * 0.44, y),
            (w * x + long * 0.34, y),
            (w * x + long / 2, y - 0.40 * long),
            (w * x + 0.1 * long, y - 0.27 * long),
            (w * x - 0.2 * long, y - 0.27 * long),
        ]
        fill(
            canvas, body, canvas.lit(hull), foot=canvas.lit(tuple(np.multiply(hull, 0.7))), relief=0.6, round_over=0.03
        )
        fill(canvas, limb([body[0], body[5], body[4], body[3]], 0.018 * long + 0.002), canvas.lit((0.36, 0.25, 0.18)))
        for share in (0.62, 0.78):
            fill(
                canvas,
                limb(
                    [
                        (w * x - long * 0.47 * share, y - 0.27 * long * share),
                        (w * x + long * 0.44 * share, y - 0.27 * long * share),
                    ],
                    0.002,
                ),
                canvas.lit(tuple(np.multiply(hull, 0.6))),
            )


def seaside_pier(canvas: Canvas) -> None:
    """A long concrete pier with a round pavilion over a busy summer beach, a big wheel at its head."""
    horizon, w = 0.45, canvas.wide
    sky(canvas, horizon)
    sea(canvas, horizon, 0.85, chop=0.55, foam=0.05)
    px, py, radius = w * 0.70, 0.345, 0.115
    for spoke in np.linspace(0, np.pi, 9):
        ends = [
            (px + radius * np.cos(spoke), py + radius * np.sin(spoke)),
            (px - radius * np.cos(spoke), py - radius * np.sin(spoke)),
        ]
        fill(canvas, limb(ends, 0.0016), canvas.lit((0.9, 0.92, 0.93), far=0.25))
    ring = ellipse(px, py, 2 * radius, 2 * radius)
    fill(canvas, limb([*ring, ring[0]], 0.004), canvas.lit((0.92, 0.93, 0.94), far=0.2))
    for cabin in np.linspace(0, 2 * np.pi, 18, endpoint=False):
        fill(
            canvas,
            ellipse(px + radius * np.cos(cabin), py + radius * np.sin(cabin) + 0.005, 0.011, 0.013),
            canvas.lit((0.30, 0.45, 0.60), far=0.2),
        )
    fill(
        canvas, limb([(px - 0.05, 0.465), (px, py), (px + 0.05, 0.465)], 0.004), canvas.lit((0.8, 0.82, 0.84), far=0.25)
    )
    pier(canvas, (w * 1.02, 0.50), (w * 0.40, 0.462), legs=26, drop=0.10, far=0.2, colour=(0.66, 0.66, 0.64))
    box(canvas, w * 0.42, 0.418, 0.17, 0.046, canvas.lit((0.86, 0.86, 0.84), far=0.2))
    fill(
        canvas,
        curved(
            [(w * 0.42 - 0.01, 0.420), (w * 0.42 + 0.04, 0.395), (w * 0.42 + 0.13, 0.395), (w * 0.42 + 0.18, 0.420)],
            closed=True,
        ),
        canvas.lit((0.42, 0.55, 0.60), far=0.25),
    )
    shore = shore_line(canvas, 0.60, 0.56, sway=0.010)
    beach(canvas, shore, horizon, wet=0.10, ripples=0.9)
    surf(canvas, shore, horizon, lines=3, reach=0.05)
    for _ in range(26):
        y = 0.63 + 0.30 * canvas.rng.random() ** 1.6
        x, tall = w * canvas.rng.random(), 0.30 * (y - horizon) + 0.02
        _shadow_on_sand(canvas, x, y, tall, lean=-0.4, strength=0.3)
        figure(
            canvas,
            x,
            y,
            tall,
            anybody(canvas, jackets=0.0),
            pose=("walk", "stand")[int(canvas.rng.integers(2))],
            facing=(-1, 1)[int(canvas.rng.integers(2))],
        )


def boat_in_haze(canvas: Canvas) -> None:
    """A boat alone in haze, no land, no sun: nothing that tells where or when."""
    horizon, w = 0.46, canvas.wide
    sky(canvas, horizon)
    sea(canvas, horizon, chop=0.5)
    inflatable(canvas, w * 0.54, 0.60, 0.36, people=15, facing=1, far=0.22, wake=0.35)
    rows = canvas.rows(0, 1)
    _, y = canvas.grid(rows)
    veil = np.exp(-(((y - horizon) / 0.16) ** 2)) * 0.60
    canvas.pixels[:] = blend(canvas.pixels, np.asarray(canvas.light.horizon, np.float32) * 0.97, veil[..., None])
