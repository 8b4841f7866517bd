"""Sky, sea, sand, dunes and cliffs."""

import cv2
import numpy as np

from archive.ingest.sample.brush import (
    Canvas,
    blend,
    curved,
    fill,
    glow,
    sample,
    shade,
    smoothstep,
    strokes,
    texture,
    wavering,
)
from archive.ingest.sample.light import Colour

_EYE = 0.12  # height of the eye over the ground, which sets how fast the ground runs away


def sky(canvas: Canvas, horizon: float, *, sun: tuple[float, float] | None = None, drift: float = 0.0) -> None:
    """Paint everything above the horizon: the gradient, the glow around the sun, clouds in perspective."""
    light = canvas.light
    rows = canvas.rows(0, horizon + 0.01)
    x, y = canvas.grid(rows)
    stops = np.array([light.zenith, light.middle, light.horizon], np.float32)
    at = np.array([0, 0.58, 1]) * horizon
    column = np.stack([np.interp(y[:, 0], at, stops[:, i]) for i in range(3)], axis=1).astype(np.float32)
    image = np.repeat(column[:, None, :], canvas.width_px, axis=1)
    sun_x, sun_y = sun or (canvas.wide * 0.3, horizon * 0.9)
    nearness = np.exp(-(((x - sun_x) / 0.75) ** 2) - ((y - sun_y) / 0.22) ** 2)[..., None]
    image = blend(image, np.asarray(light.sun, np.float32), nearness * light.glow * 0.8)

    depth = 0.16 / (np.maximum(horizon - y, 0) + 0.07)
    shift = canvas.rng.random(2)
    u, v = (x - canvas.wide / 2) * depth * 0.32 + shift[0] + drift, depth * 0.42 + shift[1]
    wisps = sample(texture(1, falloff=1.75, upright=0.5), u, v)
    edge = 1.25 - 1.6 * light.cloudiness
    cover = smoothstep(edge, edge + 1.5, wisps)
    # The side towards the light is where the cloud thins out in its direction.
    lee = sample(texture(1, falloff=1.75, upright=0.5), u + 0.012, v - 0.02)
    brightness = smoothstep(-0.55, 0.55, wisps - lee + 0.25 * nearness[..., 0])
    cloud = blend(
        np.asarray(light.cloud_shade, np.float32), np.asarray(light.cloud_lit, np.float32), brightness[..., None]
    )
    low_haze = smoothstep(0.0, 0.30, (horizon - y) / max(horizon, 1e-6))
    image = blend(image, cloud, (cover * (0.25 + 0.6 * low_haze))[..., None])
    canvas.pixels[rows] = image
    if sun:
        glow(canvas, sun_x, sun_y, 0.20, light.sun, 0.35 * light.glow)
        glow(canvas, sun_x, sun_y, 0.055, light.sun, 0.9 * light.glow)


def disc(canvas: Canvas, x: float, y: float, radius: float, colour: Colour) -> None:
    """Paint the sun or the moon itself."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    fill(canvas, np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], 1), colour, soft=radius * 0.25)


def stars(canvas: Canvas, horizon: float, count: int = 260) -> None:
    for _ in range(count):
        x, y = canvas.rng.random() * canvas.wide, canvas.rng.random() ** 1.3 * horizon * 0.85
        glow(canvas, x, y, 0.0008 + 0.0008 * canvas.rng.random(), (0.8, 0.85, 1.0), 0.25 + 0.6 * canvas.rng.random())


def sea(
    canvas: Canvas,
    horizon: float,
    bottom: float = 1.0,
    *,
    chop: float = 0.5,
    foam: float = 0.0,
    sun_x: float | None = None,
    glitter: float = 0.8,
    size: float = 1.0,
) -> None:
    """
    Paint water from the horizon down, its waves in perspective.

    :param chop: contrast of the waves, 0 calm to 1 rough; `foam` the share of crests that break
    :param sun_x: where the road of light lies
    :param size: how large the waves are
    """
    light = canvas.light
    rows = canvas.rows(horizon, bottom)
    x, y = canvas.grid(rows)
    below = np.maximum(y - horizon, 0)
    depth = _EYE / (below + 0.0035)
    shift = canvas.rng.random(8)
    # How much of the ground one pixel spans away from the viewer; finer waves than that must fade or they flicker.
    span = depth**2 / _EYE / canvas.height_px
    waves = np.zeros((rows.stop - rows.start, canvas.width_px), np.float32)
    for octave, (scale, share) in enumerate(((0.5, 0.7), (1.2, 0.6), (3.1, 0.6), (7.5, 0.55))):
        scale /= size
        tile = texture(31 + octave, falloff=1.6, upright=0.30, finest=0.55, coarsest=9)
        seen = 1 / (1 + (span * scale * 75) ** 2)
        u = (x - canvas.wide / 2) * depth / _EYE * 0.16 * scale + shift[octave]
        height = sample(tile, u, depth * scale + shift[octave + 4])
        if octave:
            # Small waves are ridges: sharp crests, round troughs.
            height = 1.35 * (0.8 - np.abs(height)) + 0.35 * height
        height *= seen * share
        waves += height
    ripples = height + 0.5 * waves
    share = np.clip(below / max(bottom - horizon, 0.3), 0, 1) ** 0.55
    far, near, gleam = (np.asarray(c, np.float32) for c in (light.sea_far, light.sea_near, light.sea_gleam))
    column = blend(far, near, share[..., None])
    image = np.repeat(column, canvas.width_px, axis=1)
    lit = smoothstep(0.05, 2.1, waves) * chop
    dark = smoothstep(0.05, 2.0, -waves) * chop
    shade(image, 1 - 0.42 * dark)
    image = blend(image, gleam, (lit * (0.62 - 0.15 * share))[..., None])
    # Long, calm bands of wind on the water.
    bands = sample(texture(41, falloff=1.9, upright=0.12), x * 0.22 + shift[0], np.log(below + 0.02) * 0.35 + shift[1])
    shade(image, 1 + 0.05 * bands * (1 - 0.5 * share))
    if sun_x is not None:
        width = 0.055 + 0.42 * below
        road = np.exp(-(((x - sun_x) / width) ** 2))
        sparkle = smoothstep(0.25, 1.1, ripples + 0.6 * road - 0.2) * road
        sheen = road * np.exp(-below / 0.16) * 0.55
        image = blend(image, np.asarray(light.sun, np.float32), (np.clip(sparkle + sheen, 0, 1) * glitter)[..., None])
    if foam:
        froth = sample(texture(51, falloff=0.9, upright=0.5, coarsest=6), (x - canvas.wide / 2) * depth * 9, depth * 7)
        crest = smoothstep(2.15 - foam, 2.9 - foam, waves + 0.55 * froth) * smoothstep(0.02, 0.10, below)
        white = np.asarray(light.horizon, np.float32) * 0.5 + np.asarray(light.ambient, np.float32) * 0.47
        image = blend(image, white, (crest * 0.7)[..., None])
    # Air between: the horizon is a soft step, not a line.
    haze = np.exp(-below / 0.012)[..., None] * 0.55
    canvas.pixels[rows] = blend(image, np.asarray(light.horizon, np.float32) * 0.97, haze)


def shore_line(canvas: Canvas, left: float, right: float, *, sway: float = 0.02, falloff: float = 1.7) -> np.ndarray:
    """Return, for each column of pixels, the height at which sand and water meet."""
    x = np.linspace(0, 1, canvas.width_px)
    # The wandering line closes on itself; take a part of a longer one.
    line = wavering(canvas, canvas.width_px * 2, falloff=falloff)[: canvas.width_px]
    return left + (right - left) * x**1.15 + sway * (line - line[0] * (1 - x))


def beach(
    canvas: Canvas,
    shore: np.ndarray,
    horizon: float,
    *,
    wet: float = 0.10,
    ripples: float = 0.5,
    shine: float = 0.6,
    shingle: float = 0.0,
) -> None:
    """Lay sand over everything below a shore line: a wet mirror near the water, dry ripples near the viewer."""
    light = canvas.light
    top = float(shore.min()) - 0.002
    rows = canvas.rows(top, 1)
    x, y = canvas.grid(rows)
    inland = y - shore[None, :].astype(np.float32)
    below = np.maximum(y - horizon, 0.004)
    depth = _EYE / below
    shift = canvas.rng.random(8)
    u = (x - canvas.wide / 2) * depth / _EYE * 0.16
    seen = 1 / (1 + (depth**2 / _EYE / canvas.height_px * 160) ** 2)
    broad = sample(texture(61, falloff=1.8, upright=0.5), u * 0.6 + shift[0], depth * 0.5 + shift[1])
    rippled = sample(texture(62, falloff=1.25, upright=0.25, finest=0.5), u * 2.2 + shift[2], depth * 2.6 + shift[3])
    fine = sample(texture(63, falloff=0.75, finest=0.9), u * 5 + shift[4], depth * 5 + shift[5])
    dryness = smoothstep(wet * 0.45, wet * 1.25, inland + 0.018 * broad)
    sand, damp = np.asarray(light.sand, np.float32), np.asarray(light.wet_sand, np.float32)
    image = blend(damp, sand, dryness[..., None])
    relief = (0.035 * broad + ripples * 0.085 * rippled * seen + (0.035 + 0.10 * shingle) * fine * seen) * (
        0.35 + 0.65 * dryness
    )
    shade(image, 1 + relief)
    if shingle:
        pebbles = sample(texture(64, falloff=0.35, finest=0.45), u * 5.5 + shift[6], depth * 5.5 + shift[7])
        tone = np.stack([1 + 0.10 * pebbles, 1 + 0.085 * pebbles, 1 + 0.075 * pebbles], axis=-1)
        image *= blend(np.float32(1), tone, (shingle * seen * dryness)[..., None])
    # Wet sand is a blurred mirror of the sky over it.
    source = np.clip((2 * shore[None, :] - y) * canvas.height_px, 0, canvas.height_px - 1).astype(np.float32)
    # At a third of the size: the blur is wide, and wide blurs are slow.
    across = np.broadcast_to(x + 0.004 * rippled, source.shape) * canvas.height_px
    across, source = (np.ascontiguousarray(grid[::3, ::3], np.float32) for grid in (across, source))
    above = cv2.remap(canvas.pixels, across, source, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    above = cv2.GaussianBlur(above, (0, 0), 0.0014 * canvas.height_px, sigmaY=0.006 * canvas.height_px)
    above = cv2.resize(above, (canvas.width_px, rows.stop - rows.start), interpolation=cv2.INTER_LINEAR)
    mirror = (1 - dryness) * shine * (0.85 + 0.12 * rippled)
    image = blend(image, above, np.clip(mirror, 0, 1)[..., None])
    edge = np.clip(inland * canvas.height_px, 0, 1)[..., None]
    canvas.pixels[rows] = blend(canvas.pixels[rows], image, edge)


def surf(
    canvas: Canvas, shore: np.ndarray, horizon: float, *, lines: int = 3, strength: float = 0.8, reach: float = 0.07
) -> None:
    """Paint the foam that runs up the sand and the small breakers behind it, outermost first."""
    light = canvas.light
    rows = canvas.rows(float(shore.min()) - reach - 0.03, min(1.0, float(shore.max()) + 0.05))
    x, y = canvas.grid(rows)
    white = np.asarray(light.ambient, np.float32) * 0.62 + np.asarray(light.horizon, np.float32) * 0.36
    white = np.minimum(white, 0.98)
    for index in range(lines, -1, -1):
        wander = wavering(canvas, canvas.width_px * 2, falloff=1.15)[: canvas.width_px]
        offset = reach * (index / max(lines, 1)) ** 1.3
        line = (shore - offset + 0.011 * wander * (1 + 0.6 * (index > 0))).astype(np.float32)
        scale = np.clip((line - horizon) / 0.35, 0.12, 1.2).astype(np.float32)
        distance = (y - line[None, :]) / scale[None, :]
        lace = sample(texture(71, falloff=1.0, upright=0.5, finest=0.5), x * 2.2 + index * 0.3, y * 5 + index * 0.17)
        presence = smoothstep(
            -0.5, 0.7, sample(texture(72, falloff=1.5), x * 0.5 + index * 0.23, x * 0 + 0.1 * index) + 0.4
        )
        front = smoothstep(-0.034 - 0.014 * lace, -0.004, distance) * (1 - smoothstep(0.0, 0.006, distance))
        hollow = smoothstep(-0.008, 0.004, distance) * (1 - smoothstep(0.004, 0.022, distance)) * 0.35
        region = canvas.pixels[rows]
        if index:
            # The hollow in front of a breaker is the darkest water.
            shade(region, 1 - 0.8 * hollow * presence)
        thin = np.clip(front * (0.55 + 0.35 * lace), 0, 1) * presence * strength
        canvas.pixels[rows] = blend(region, white, thin[..., None])


def dune(
    canvas: Canvas,
    crest: list[tuple[float, float]],
    *,
    dark: float = 0.0,
    far: float = 0.0,
    rough: float = 0.006,
) -> np.ndarray:
    """Paint a dune below its crest, right across or from edge to edge of the points; return the crest line."""
    line = curved(crest, closed=False, steps=24)
    line[:, 1] += rough * np.interp(np.arange(len(line)), np.linspace(0, len(line), 600), wavering(canvas, 600))
    body = np.concatenate([line, [(line[-1, 0], 1.02), (line[0, 0], 1.02)]])
    sand = np.asarray(canvas.light.sand) * (1 - dark)
    top = tuple(blend(sand * 1.10, np.asarray(canvas.light.horizon) * 0.95, far))
    foot = tuple(blend(sand * 0.74, np.asarray(canvas.light.horizon) * 0.9, far))
    fill(canvas, body, top, foot=foot, relief=0.5, round_over=0.10, mottle=0.035, grain=(0.55, 0.16))
    return line


def marram(
    canvas: Canvas,
    roots: np.ndarray,
    *,
    tufts: int = 40,
    blades: int = 34,
    length: float = 0.10,
    lean: float = 0.35,
    green: float = 0.5,
) -> None:
    """Plant tufts of marram grass along or around the given roots, bent by the wind to the right."""
    rng = canvas.rng
    lines = []
    at = roots[rng.integers(0, len(roots), tufts)]
    order = np.argsort(at[:, 1])
    for x, y in at[order]:
        size = length * (0.55 + 0.6 * rng.random())
        # The tuft's own shadow on the sand first.
        fill(
            canvas,
            [
                (x - size * 0.25, y),
                (x + size * 0.5, y - 0.004),
                (x + size * 0.6, y + 0.010),
                (x - size * 0.1, y + 0.012),
            ],
            tuple(np.asarray(canvas.light.sand) * 0.5),
            opacity=0.35,
            soft=0.012,
        )
        for _ in range(blades):
            spread = rng.normal(0, 0.34)
            tall = size * (0.55 + 0.5 * rng.random())
            bend = lean * (0.5 + rng.random()) + spread
            t = np.linspace(0, 1, 7)
            root = x + rng.normal(0, size * 0.10)
            blade = np.stack(
                [root + tall * (spread * 0.55 * t + bend * 0.75 * t**2.2), y - tall * (t - 0.34 * abs(bend) * t**2.4)],
                1,
            )
            tone = 0.62 + 0.55 * rng.random()
            straw, leaf = np.array([0.78, 0.70, 0.44]), np.array([0.40, 0.47, 0.29])
            colour = blend(straw, leaf, np.clip(green + 0.35 * rng.normal(), 0, 1)) * tone
            lines.append((blade, canvas.lit(tuple(colour)), 0.0012))
    top = max(0.0, float(at[:, 1].min()) - 2 * length)
    strokes(canvas, lines, top=top, bottom=min(1.0, float(at[:, 1].max()) + 0.02))


def cliffs(
    canvas: Canvas,
    crest: list[tuple[float, float]],
    foot: list[tuple[float, float]],
    *,
    far: float = 0.0,
    grass: bool = True,
) -> None:
    """Paint chalk cliffs between a crest and a foot, streaked and banded, with turf on top."""
    unit = canvas.height_px
    top = curved(crest, closed=False, steps=30)
    low = curved(foot, closed=False, steps=30)
    top[:, 1] += 0.007 * np.interp(
        np.arange(len(top)), np.linspace(0, len(top), 500), wavering(canvas, 500, falloff=1.0)
    )
    low[:, 1] += 0.003 * np.interp(
        np.arange(len(low)), np.linspace(0, len(low), 300), wavering(canvas, 300, falloff=1.0)
    )
    x0, x1 = max(0, int(top[0, 0] * unit)), min(canvas.width_px, int(top[-1, 0] * unit))
    columns = (np.arange(x0, x1) + 0.5) / unit
    upper = np.interp(columns, top[:, 0], top[:, 1]).astype(np.float32)
    lower = np.interp(columns, low[:, 0], low[:, 1]).astype(np.float32)
    rows = canvas.rows(float(upper.min()) - 0.02, float(lower.max()) + 0.02)
    y = ((np.arange(rows.start, rows.stop) + 0.5) / unit).astype(np.float32)[:, None]
    x = columns.astype(np.float32)[None, :]
    height = np.maximum(lower - upper, 1e-3)[None, :]
    share = (y - upper) / height
    shift = canvas.rng.random(4)
    buttress = sample(texture(81, falloff=1.75, upright=2.2), x * 0.9 + shift[0] - 0.12 * y, y * 0.7 + shift[1])
    streak = sample(texture(82, falloff=1.1, upright=3.2, finest=0.6), x * 1.6 + shift[2], y * 0.8 + shift[3])
    strata = sample(texture(83, falloff=1.0, upright=0.05, finest=0.5), x * 0.3, share * 1.1 + shift[0])
    facing = np.gradient(
        cv2.GaussianBlur(np.broadcast_to(buttress, share.shape).astype(np.float32), (0, 0), 0.004 * unit), axis=1
    )
    tone = 0.93 + np.clip(facing * 0.055 * unit / 2, -0.30, 0.14) + 0.035 * streak + 0.03 * strata - 0.06 * share
    chalk = np.stack([tone * 0.985, tone * 0.975, tone * 0.93], -1) * np.asarray(canvas.light.ambient, np.float32)
    # Fallen chalk and weed darken the foot.
    chalk *= (1 - 0.28 * smoothstep(0.86, 1.0, share + 0.05 * streak))[..., None]
    if grass:
        turf = smoothstep(0.085, 0.02, share + 0.035 * buttress + 0.03 * streak)
        ledges = smoothstep(1.0, 1.9, streak + strata) * smoothstep(0.5, 0.1, share) * 0.5
        green = np.array([0.43, 0.49, 0.27], np.float32) * np.asarray(canvas.light.ambient, np.float32)
        green = green * (0.95 + 0.12 * streak)[..., None]
        chalk = blend(chalk, green, np.clip(turf + ledges, 0, 1)[..., None])
    chalk = blend(chalk, np.asarray(canvas.light.horizon, np.float32) * 0.95, np.float32(far))
    inside = np.clip((y - upper) * unit, 0, 1) * np.clip((lower - y) * unit, 0, 1)
    region = canvas.pixels[rows, x0:x1]
    region += (chalk - region) * inside[..., None]


def headland(
    canvas: Canvas, points: list[tuple[float, float]], waterline: float, *, colour: Colour, far: float
) -> None:
    """Paint a far strip of land whose lower edge is the waterline."""
    line = curved(points, closed=False, steps=20)
    line[:, 1] += 0.003 * np.interp(
        np.arange(len(line)), np.linspace(0, len(line), 500), wavering(canvas, 500, falloff=0.9)
    )
    line[:, 1] = np.minimum(line[:, 1], waterline)
    body = np.concatenate([line, [(line[-1, 0], waterline), (line[0, 0], waterline)]])
    fill(canvas, body, canvas.lit(colour, far=far), foot=canvas.lit(colour, far=min(1, far + 0.15)), soft=0.0015)
