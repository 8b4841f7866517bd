"""People without faces: standing, wading, sitting, holding up a phone."""

import math
from dataclasses import dataclass

import numpy as np

from archive.ingest.sample.brush import Canvas, box, ellipse, fill, glow, limb
from archive.ingest.sample.light import Colour

ORANGE = (0.93, 0.42, 0.10)
SKINS = ((0.36, 0.24, 0.18), (0.48, 0.33, 0.24), (0.62, 0.45, 0.34), (0.28, 0.19, 0.15))
COATS = (
    (0.16, 0.18, 0.22),
    (0.25, 0.28, 0.33),
    (0.35, 0.22, 0.20),
    (0.20, 0.30, 0.29),
    (0.44, 0.41, 0.36),
    (0.15, 0.20, 0.32),
)
HATS = ((0.10, 0.10, 0.12), (0.22, 0.16, 0.13), (0.30, 0.31, 0.34), (0.42, 0.18, 0.16), (0.14, 0.20, 0.28))
UNIFORM = (0.10, 0.13, 0.21)


@dataclass(frozen=True)
class Dress:
    coat: Colour
    trousers: Colour
    skin: Colour
    hat: Colour
    jacket: bool = True
    hooded: bool = False


def anybody(canvas: Canvas, *, jackets: float = 0.75) -> Dress:
    """Dress one person by chance; `jackets` is the share of people who wear a life jacket."""
    rng = canvas.rng

    def pick(colours):
        return colours[rng.integers(len(colours))]

    return Dress(pick(COATS), pick(COATS), pick(SKINS), pick(HATS), rng.random() < jackets, rng.random() < 0.4)


def figure(
    canvas: Canvas,
    x: float,
    y: float,
    tall: float,
    dress: Dress,
    *,
    pose: str = "stand",
    facing: int = 1,
    sunk: float = 0.0,
    far: float = 0.0,
) -> None:
    """
    Paint one person whose feet stand at (x, y).

    :param tall: the whole height; `sunk` the share of it that is under water or behind a tube
    :param pose: stand, walk, sit, reach, carry, phone
    :param facing: 1 to the right, -1 to the left
    """
    rng = canvas.rng
    lean = rng.normal(0, 0.014)
    if pose == "sit":
        sunk = 0.45
    floor = y + sunk * tall

    def at(across: float, up: float) -> tuple[float, float]:
        return (x + tall * (across * facing + lean * up), floor - up * tall)

    def paint(points, colour: Colour, **manner) -> None:
        outline = np.asarray(points)
        if sunk:
            outline = np.stack([outline[:, 0], np.minimum(outline[:, 1], y)], axis=1)
        manner.setdefault("relief", 0.55)
        manner.setdefault("round_over", 0.05 * tall)
        fill(
            canvas,
            outline,
            canvas.lit(colour, far=far),
            foot=canvas.lit(tuple(np.multiply(colour, 0.78)), far=far),
            **manner,
        )

    def arm(points, *, behind: bool = False) -> None:
        sleeve = tuple(np.multiply(dress.coat, 0.8 if behind else 1.0))
        paint(limb([at(*p) for p in points], (0.075 * tall, 0.062 * tall, 0.045 * tall)), sleeve)
        hand = at(*points[-1])
        paint(ellipse(*hand, 0.05 * tall, 0.055 * tall), dress.skin, relief=0.3)

    stride = 0.13 if pose == "walk" else 0.045
    if pose != "sit" and sunk < 0.45:
        for side, shade in ((-1, 0.8), (1, 1.0)):
            knee = (side * stride * 0.75 + (0.03 if pose == "walk" else 0.0), 0.26)
            leg = [at(side * 0.045, 0.52), at(*knee), at(side * stride, 0.02)]
            paint(limb(leg, (0.115 * tall, 0.085 * tall, 0.055 * tall)), tuple(np.multiply(dress.trousers, shade)))
            if not sunk:
                shoe = ellipse(*at(side * stride + 0.025, 0.014), 0.10 * tall, 0.035 * tall)
                paint(shoe, (0.10, 0.10, 0.11), relief=0.2)
    if pose in ("reach", "carry"):
        arm([(-0.10, 0.79), (0.05, 0.88), (0.10, 1.02)], behind=True)
    elif pose == "phone":
        arm([(-0.09, 0.78), (0.06, 0.66), (0.19, 0.80)], behind=True)
    else:
        arm([(-0.11, 0.79), (-0.15, 0.62), (-0.11, 0.48)], behind=True)

    broad = 0.125
    torso = [
        at(-broad * 0.6, 0.83),
        at(broad * 0.6, 0.83),
        at(broad, 0.78),
        at(broad * 0.9, 0.62),
        at(broad * 0.82, 0.47),
        at(-broad * 0.82, 0.47),
        at(-broad * 0.9, 0.62),
        at(-broad, 0.78),
    ]
    paint(torso, dress.coat)
    if dress.jacket:
        vest = [
            at(-0.085, 0.845),
            at(0.085, 0.845),
            at(0.125, 0.78),
            at(0.118, 0.56),
            at(-0.118, 0.56),
            at(-0.125, 0.78),
        ]
        orange = tuple(np.multiply(ORANGE, 0.92 + 0.14 * rng.random()))
        paint(vest, orange, relief=0.9)
        for up in (0.73, 0.63):
            strap = [at(-0.122, up), at(0.122, up), at(0.122, up - 0.018), at(-0.122, up - 0.018)]
            paint(strap, (0.16, 0.12, 0.12), relief=0, opacity=0.75)
        paint(
            [at(-0.008, 0.82), at(0.008, 0.82), at(0.010, 0.57), at(-0.010, 0.57)],
            (0.45, 0.18, 0.06),
            relief=0,
            opacity=0.6,
        )
        collar = limb([at(-0.075, 0.80), at(-0.06, 0.875), at(0.06, 0.875), at(0.075, 0.80)], 0.045 * tall)
        paint(collar, orange)

    # The head is turned away or in shade: hair or a hood, and never a face.
    paint(limb([at(0, 0.82), at(0.008, 0.88)], 0.07 * tall), dress.skin, relief=0.2)
    paint(ellipse(*at(0.012, 0.925), 0.115 * tall, 0.145 * tall, turn=0.1 * facing), dress.skin)
    hair = [
        at(-0.066, 0.885),
        at(-0.066, 0.95),
        at(-0.035, 0.995),
        at(0.03, 1.0),
        at(0.068, 0.965),
        at(0.060, 0.94),
        at(0.0, 0.945),
        at(-0.022, 0.90),
        at(-0.035, 0.875),
    ]
    if dress.hooded:
        hair = [
            at(-0.082, 0.84),
            at(-0.078, 0.95),
            at(-0.035, 1.01),
            at(0.035, 1.012),
            at(0.075, 0.97),
            at(0.045, 0.955),
            at(0.012, 0.93),
            at(0.005, 0.87),
            at(-0.02, 0.835),
        ]
    paint(hair, dress.hat, relief=0.7)

    if pose == "reach":
        arm([(0.10, 0.79), (0.17, 0.92), (0.20, 1.06)])
    elif pose == "carry":
        child = Dress(COATS[int(rng.integers(len(COATS)))], dress.trousers, dress.skin, dress.hat, True)
        if tall > 0.06:
            cx, cy = at(0.15, 0.80)
            figure(canvas, cx, cy, tall * 0.62, child, pose="sit", facing=-facing, far=far)
        arm([(0.10, 0.79), (0.17, 0.88), (0.17, 1.00)])
    elif pose == "phone":
        arm([(0.10, 0.79), (0.16, 0.67), (0.23, 0.84)])
        phone = [at(0.205, 0.925), at(0.245, 0.925), at(0.245, 0.83), at(0.205, 0.83)]
        paint(phone, (0.07, 0.08, 0.10), relief=0)
        screen = [at(0.210, 0.918), at(0.226, 0.918), at(0.226, 0.838), at(0.210, 0.838)]
        fill(canvas, screen, (0.72, 0.84, 0.95), opacity=0.75 * (1 - far))
    else:
        swing = 0.06 if pose == "walk" else 0.0
        arm([(0.11, 0.79), (0.15, 0.63), (0.12 + swing, 0.49)])


def officer(
    canvas: Canvas, x: float, y: float, tall: float, *, pose: str = "stand", facing: int = 1, far: float = 0.0
) -> None:
    """Paint someone in a dark uniform with a peakless cap."""
    dress = Dress(UNIFORM, (0.09, 0.11, 0.17), SKINS[2], (0.07, 0.09, 0.15), jacket=False)
    figure(canvas, x, y, tall, dress, pose=pose, facing=facing, far=far)
    band = canvas.lit((0.62, 0.66, 0.70), far=far)
    box(canvas, x - 0.10 * tall, y - 0.745 * tall, 0.20 * tall, 0.013 * tall, band, opacity=0.55)


def onlooker(canvas: Canvas, x: float, y: float, tall: float, *, screen_light: float = 0.0) -> None:
    """
    Paint a gendarme large, from behind, who holds up a phone in both hands towards the sea.

    The phone's screen, seen past the shoulder, stands at about (x + 0.20 tall, y - 0.93 tall).
    """

    def at(across: float, up: float) -> tuple[float, float]:
        return (x + across * tall, y - up * tall)

    def paint(points, colour, **manner) -> None:
        manner.setdefault("relief", 0.8)
        manner.setdefault("round_over", 0.05 * tall)
        fill(canvas, points, canvas.lit(colour), foot=canvas.lit(tuple(np.multiply(colour, 0.7))), **manner)

    dark, cloth = (0.075, 0.09, 0.14), (0.115, 0.14, 0.21)
    for side in (-1, 1):
        leg = limb(
            [at(side * 0.062, 0.52), at(side * 0.075, 0.27), at(side * 0.08, 0.03)],
            (0.15 * tall, 0.115 * tall, 0.085 * tall),
        )
        paint(leg, dark)
        paint(ellipse(*at(side * 0.085, 0.02), 0.10 * tall, 0.05 * tall), (0.05, 0.05, 0.06))
    paint(limb([at(0.12, 0.80), at(0.225, 0.70), at(0.215, 0.855)], (0.10 * tall, 0.085 * tall, 0.055 * tall)), cloth)
    paint(limb([at(-0.12, 0.80), at(-0.17, 0.66), at(-0.06, 0.70)], (0.10 * tall, 0.085 * tall, 0.07 * tall)), cloth)
    back = [
        at(-0.06, 0.855),
        at(0.06, 0.855),
        at(0.145, 0.82),
        at(0.165, 0.74),
        at(0.135, 0.60),
        at(0.128, 0.48),
        at(-0.128, 0.48),
        at(-0.135, 0.60),
        at(-0.165, 0.74),
        at(-0.145, 0.82),
    ]
    paint(back, cloth)
    paint(
        [at(-0.128, 0.79), at(0.128, 0.79), at(0.125, 0.765), at(-0.125, 0.765)],
        (0.40, 0.44, 0.50),
        relief=0,
        opacity=0.8,
    )
    belt = [at(-0.132, 0.52), at(0.132, 0.52), at(0.132, 0.485), at(-0.132, 0.485)]
    paint(belt, (0.05, 0.05, 0.06), relief=0.5)
    for across, wide in ((-0.125, 0.05), (0.085, 0.045), (0.0, 0.035)):
        paint(
            [at(across, 0.525), at(across + wide, 0.525), at(across + wide, 0.43), at(across, 0.43)],
            (0.045, 0.05, 0.06),
        )
    paint(limb([at(0, 0.84), at(0, 0.89)], 0.085 * tall), SKINS[2], relief=0.4)
    paint(ellipse(*at(0.004, 0.925), 0.118 * tall, 0.142 * tall), (0.16, 0.12, 0.10))
    for side in (-1, 1):
        paint(ellipse(*at(side * 0.06, 0.915), 0.022 * tall, 0.038 * tall), SKINS[2], relief=0.3)
    cap = [at(-0.064, 0.935), at(-0.062, 0.985), at(-0.03, 1.008), at(0.035, 1.008), at(0.066, 0.985), at(0.066, 0.935)]
    paint(cap, (0.06, 0.075, 0.125), relief=1.0)

    px, py = at(0.215, 0.93)
    turn = math.radians(-5)
    wide, high = 0.062 * tall, 0.125 * tall

    def corner(u: float, v: float) -> tuple[float, float]:
        return (
            px + u * wide * math.cos(turn) - v * high * math.sin(turn),
            py + u * wide * math.sin(turn) + v * high * math.cos(turn),
        )

    fill(
        canvas,
        [corner(-0.58, -0.55), corner(0.58, -0.55), corner(0.58, 0.55), corner(-0.58, 0.55)],
        (0.03, 0.035, 0.045),
    )
    screen = [corner(-0.48, -0.48), corner(0.48, -0.48), corner(0.48, 0.48), corner(-0.48, 0.48)]
    fill(canvas, screen, tuple(np.minimum(1, np.multiply(canvas.light.horizon, 1.05))), foot=canvas.light.sea_near)
    fill(canvas, [corner(-0.25, 0.13), corner(0.28, 0.13), corner(0.22, 0.20), corner(-0.2, 0.20)], (0.06, 0.06, 0.07))
    for step in range(5):
        fill(canvas, ellipse(*corner(-0.17 + 0.09 * step, 0.09), 0.09 * wide, 0.10 * wide), ORANGE)
    paint(ellipse(*at(0.205, 0.862), 0.062 * tall, 0.05 * tall), SKINS[2])
    if screen_light:
        glow(canvas, px, py, 0.10 * tall, (0.75, 0.86, 1.0), screen_light)
