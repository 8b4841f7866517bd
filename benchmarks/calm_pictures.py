"""
Draw what a coast is photographed as most often, and what is hardest to tell apart: calm pictures of little contrast.

Seas, skies, mist over hills, harbours in fog, streets at night, light out of focus, snow, sand, cards of words. Each
seed gives another picture of each kind, with the grain of a sensor; the same seed gives the same ones every time. A
place drawn at two moments has other waves, drifted clouds, boats and lamps elsewhere, other words. Calm parts of real
photographs are found too.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Field = NDArray[np.float32]
WIDTH_PX, HEIGHT_PX = 1600, 1067
# A calm part has this side at least, and so many levels of detail: fewer are even ground, more are not calm.
LEAST_PART_PX, LEAST_STIR, MOST_STIR = 300, 0.2, 2.5
WORDS = [
    "the",
    "coast",
    "guard",
    "said",
    "on",
    "Monday",
    "that",
    "boats",
    "were",
    "seen",
    "off",
    "harbour",
    "and",
    "all",
    "people",
    "are",
    "safe",
    "we",
    "ask",
    "for",
    "names",
    "of",
    "those",
    "who",
    "came",
    "ashore",
    "in",
    "night",
    "thank",
    "you",
    "to",
    "everyone",
    "helped",
    "meeting",
    "at",
    "noon",
    "by",
    "old",
    "pier",
    "bring",
    "blankets",
    "no",
    "further",
    "search",
    "is",
    "planned",
    "weather",
    "permitting",
    "ferry",
    "delayed",
    "until",
    "notice",
    "statement",
    "families",
]


def calm_pictures(seed: int) -> dict[str, Image.Image]:
    """Return one picture of each kind, by the name of its kind."""
    pictures = {}
    for number, (name, draw) in enumerate(KINDS.items()):
        rng = np.random.default_rng([seed, number])
        pictures[name] = draw(rng, rng)
    return pictures


def at_moment(name: str, seed: int, moment: int) -> Image.Image:
    """
    Return a picture of a kind as its place looks at a moment: what stands there is the same at each, the rest is not.

    At odd moments the camera was held a little differently.
    """
    number = list(KINDS).index(name)
    here = np.random.default_rng([seed, number, 1000])
    then = np.random.default_rng([seed, number, 2000 + moment])
    image = KINDS[name](here, then)
    if moment % 2 == 0 or name == "card of words":
        return image
    left, top, right, bottom = then.uniform(0, 0.03, 4)
    box = left * WIDTH_PX, top * HEIGHT_PX, (1 - right) * WIDTH_PX, (1 - bottom) * HEIGHT_PX
    return image.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.BICUBIC, box=box)


def calm_parts(image: Image.Image) -> Iterator[Image.Image]:
    """
    Yield parts of a photograph that have little contrast, the calmest first: skies, seas, walls, shadows, blur.

    Each has half of the width and height at least, or 300 pixels; no two of them overlap.
    """
    grey = np.asarray(image.convert("L"), np.float32)
    detail = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 0.01 * max(grey.shape)))
    sums = cv2.integral(np.minimum(detail, 8.0))
    wide, high = (min(side, max(LEAST_PART_PX, side // 2)) for side in image.size)
    found = []
    for top in np.linspace(0, image.height - high, 9).astype(int):
        for left in np.linspace(0, image.width - wide, 9).astype(int):
            stir = sums[top + high, left + wide] - sums[top, left + wide] - sums[top + high, left] + sums[top, left]
            found.append((stir / (wide * high), left, top))
    kept: list[tuple[int, int]] = []
    for stir, left, top in sorted(found):
        if stir < LEAST_STIR:
            continue
        if stir > MOST_STIR or len(kept) == 2:
            return
        if all(abs(left - x) >= wide or abs(top - y) >= high for x, y in kept):
            kept.append((left, top))
            yield image.crop((left, top, left + wide, top + high))


def _clouds(rng: np.random.Generator, *, coarsest: float = 3, octaves: int = 6, across: float = 1.0) -> Field:
    """
    Return noise of several sizes, about -1 to 1.

    :param coarsest: of the largest shapes, so many fit into the height
    :param across: how much longer than high the shapes are
    """
    noise = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    for octave in range(octaves):
        rows = max(2, round(coarsest * 2**octave))
        columns = max(2, round(coarsest * 2**octave * WIDTH_PX / HEIGHT_PX / across))
        grid = rng.normal(0, 1, (rows + 3, columns + 3)).astype(np.float32)
        noise += cv2.resize(grid, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC) / 2**octave
    return noise / 2


def _slope(top: float, bottom: float) -> Field:
    return np.repeat(np.linspace(top, bottom, HEIGHT_PX, dtype=np.float32)[:, None], WIDTH_PX, axis=1)


def _ridge(rng: np.random.Generator, height: float, roughness: float) -> NDArray[np.int32]:
    """Return for each column how far down from the top a line of hills runs."""
    line = np.zeros(WIDTH_PX)
    for octave in range(7):
        count = 3 * 2**octave
        places = np.linspace(0, WIDTH_PX, count)
        line += np.interp(np.arange(WIDTH_PX), places, rng.normal(0, 1, count)) / 2 ** (octave * 0.9)
    return (height * HEIGHT_PX + line * roughness * HEIGHT_PX).astype(np.int32)


def _below(line: NDArray[np.int32]) -> NDArray[np.bool_]:
    below: NDArray[np.bool_] = np.arange(HEIGHT_PX)[:, None] > line[None, :]
    return below


def _finished(rng: np.random.Generator, grey: Field, *, grain: float = 2.0, soft: float = 0.8) -> Image.Image:
    """Soften as a lens does, tint, add the grain of a sensor."""
    tint = rng.normal(0, 5, 3).astype(np.float32)
    colours = cv2.GaussianBlur(grey, (0, 0), soft)[:, :, None] + tint
    colours += rng.normal(0, grain, (HEIGHT_PX, WIDTH_PX, 1)).astype(np.float32)
    return Image.fromarray(np.clip(colours, 0, 255).astype(np.uint8))


def _misty_hill(rng: np.random.Generator, then: np.random.Generator) -> Image.Image:
    haze = rng.uniform(150, 215)
    grey = _slope(haze + rng.uniform(-15, 15), haze) + 3 * _clouds(rng)
    for layer in range(int(rng.integers(2, 5))):
        depth = rng.uniform(5, 14) * (layer + 1)
        hill = _below(_ridge(rng, 0.35 + 0.17 * layer + rng.uniform(-0.05, 0.05), rng.uniform(0.02, 0.06)))
        rising = np.clip(_slope(1.4, 0.2), 0, 1)
        grey = np.where(hill, haze - depth * rising + rng.uniform(1, 4) * _clouds(then, coarsest=12), grey)
    return _finished(then, grey.astype(np.float32), grain=1.5, soft=1.5)


def _sea(rng: np.random.Generator, then: np.random.Generator) -> Image.Image:
    horizon = int(HEIGHT_PX * rng.uniform(0.25, 0.6))
    sky = rng.uniform(130, 210)
    grey = _slope(sky + rng.uniform(-30, 20), sky + rng.uniform(0, 20)) + rng.uniform(2, 8) * _clouds(rng, across=3)
    sea = _slope(sky - rng.uniform(10, 40), sky - rng.uniform(30, 70))
    # Waves get smaller towards the horizon: a plane seen at a slant.
    waves = _clouds(then, coarsest=20, octaves=5, across=3)
    depth = np.linspace(0, 1, HEIGHT_PX - horizon) ** 2.2
    rows = (depth * (HEIGHT_PX - 1)).astype(int)
    grey[horizon:] = sea[horizon:] + waves[rows] * np.linspace(1, rng.uniform(5, 16), len(rows))[:, None]
    if rng.random() < 0.5:
        middle = rng.uniform(0.1, 0.9) * WIDTH_PX
        glare = np.exp(-(((np.arange(WIDTH_PX) - middle) / rng.uniform(90, 260)) ** 2))
        grey[horizon:] += 25 * glare * (1 + 0.6 * waves[rows])
    if rng.random() < 0.4:
        left, wide = int(rng.uniform(0.1, 0.8) * WIDTH_PX), int(rng.uniform(20, 90))
        grey[horizon - wide // 5 : horizon + 2, left : left + wide] -= 35
    return _finished(then, grey, grain=2.0)


def _sky(rng: np.random.Generator, then: np.random.Generator) -> Image.Image:
    grey = _slope(rng.uniform(110, 160), rng.uniform(150, 210))
    strength, coarsest, across = rng.uniform(6, 18), rng.uniform(1.5, 4), rng.uniform(1, 3)
    shapes = _clouds(rng, coarsest=coarsest, across=across)
    if then is not rng:
        # Clouds drift, and change while they do.
        changed = then.uniform(0.3, 0.7)
        drift = np.array([[1, 0, then.integers(20, 120)], [0, 1, 0]], np.float32)
        shapes = cv2.warpAffine(shapes, drift, (WIDTH_PX, HEIGHT_PX), borderMode=cv2.BORDER_REFLECT_101)
        shapes = (1 - changed**2) ** 0.5 * shapes + changed * _clouds(then, coarsest=2 * coarsest, across=across)
    grey += strength * np.tanh(1.5 * shapes)
    return _finished(then, grey, grain=1.5, soft=1.5)


def _foggy_harbour(rng: np.random.Generator, then: np.random.Generator) -> Image.Image:
    fog = rng.uniform(160, 205)
    grey = _slope(fog, fog - rng.uniform(0, 15)) + 2 * _clouds(rng)
    drawn = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    quay = int(HEIGHT_PX * rng.uniform(0.55, 0.75))
    for _ in range(int(rng.integers(4, 10))):
        left, thin = int(rng.integers(0, WIDTH_PX)), int(rng.integers(2, 6))
        cv2.line(drawn, (left, quay), (left + int(rng.integers(-12, 12)), quay - int(rng.integers(90, 420))), 18, thin)
        hull = int(rng.integers(40, 150))
        if then is not rng:
            left += int(then.choice([0, 1])) * int(then.integers(-200, 200))
        cv2.ellipse(drawn, (left, quay), (hull, hull // 4), 0, 0, 180, float(rng.uniform(10, 28)), -1)
    cv2.rectangle(drawn, (int(rng.integers(-400, 900)), quay + 30), (WIDTH_PX, quay + 60), 14, -1)
    grey -= cv2.GaussianBlur(drawn, (0, 0), rng.uniform(1.5, 4)) * rng.uniform(0.5, 1)
    grey[quay:] += rng.uniform(1, 5) * _clouds(then, coarsest=20, across=4)[quay:]
    return _finished(then, grey, grain=2.0, soft=1.2)


def _night_street(rng: np.random.Generator, then: np.random.Generator) -> Image.Image:
    grey = _slope(rng.uniform(4, 12), rng.uniform(10, 25)) + 2 * _clouds(rng)
    for _ in range(int(rng.integers(3, 8))):
        left, top = int(rng.integers(-100, WIDTH_PX)), int(HEIGHT_PX * rng.uniform(0.1, 0.5))
        wide, down = int(rng.integers(120, 420)), int(HEIGHT_PX * 0.75)
        grey[top:down, max(0, left) : left + wide] += rng.uniform(2, 8)
        for row in range(top + 20, down - 40, 60):
            for column in range(left + 15, left + wide - 30, 50):
                light = rng.uniform(10, 60) if rng.random() < 0.12 and column > 0 else 0.0
                if then is not rng and then.random() < 0.1 and column > 0:
                    light = 0.0 if light else then.uniform(10, 60)
                grey[row : row + 28, column : column + 20] += light
    for _ in range(int(rng.integers(5, 16))):
        place = int(rng.integers(0, WIDTH_PX)), int(HEIGHT_PX * rng.uniform(0.15, 0.8))
        if then is not rng and then.random() < 0.4:
            place = place[0] + int(then.integers(-300, 300)), place[1]
        spot = np.zeros_like(grey)
        cv2.circle(spot, place, int(rng.integers(2, 8)), 1.0, -1, cv2.LINE_AA)
        glow = cv2.GaussianBlur(cv2.resize(spot, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), (0, 0), 12)
        grey += spot * rng.uniform(120, 230) + cv2.resize(glow, (WIDTH_PX, HEIGHT_PX)) * rng.uniform(100, 500)
    return _finished(then, grey, grain=rng.uniform(2, 5))


def _blur_of_light(rng: np.random.Generator, then: np.random.Generator) -> Image.Image:
    grey = _slope(rng.uniform(15, 60), rng.uniform(15, 60)) + 8 * _clouds(rng, coarsest=1.5, octaves=3)
    for _ in range(int(rng.integers(8, 30))):
        disc = np.zeros_like(grey)
        place = int(rng.integers(0, WIDTH_PX)), int(rng.integers(0, HEIGHT_PX))
        if then is not rng:
            place = place[0] + int(then.integers(-60, 60)), place[1] + int(then.integers(-10, 10))
        cv2.circle(disc, place, int(rng.integers(25, 110)), 1.0, -1, cv2.LINE_AA)
        grey += cv2.blur(disc, (17, 17)) * rng.uniform(6, 45)
    return _finished(then, cv2.GaussianBlur(grey, (0, 0), rng.uniform(3, 9)), grain=2.0)


def _snow(rng: np.random.Generator, then: np.random.Generator) -> Image.Image:
    grey = _slope(rng.uniform(205, 225), rng.uniform(215, 240))
    grey += rng.uniform(3, 7) * _clouds(rng, coarsest=2, across=3)
    horizon = _ridge(rng, rng.uniform(0.2, 0.45), 0.015)
    grey -= np.where(_below(horizon), 0, rng.uniform(8, 25))
    for _ in range(int(rng.integers(5, 40))):
        place = int(then.integers(0, WIDTH_PX)), int(HEIGHT_PX * then.uniform(0.5, 0.98))
        size = int(rng.integers(3, 12)), int(rng.integers(2, 6))
        cv2.ellipse(grey, place, size, float(rng.integers(0, 180)), 0, 360, float(rng.uniform(170, 200)), -1)
    return _finished(then, grey, grain=1.5, soft=1.5)


def _sand(rng: np.random.Generator, then: np.random.Generator) -> Image.Image:
    ripples = _clouds(then, coarsest=rng.uniform(8, 20), octaves=4, across=rng.uniform(3, 8))
    grey = _slope(rng.uniform(150, 190), rng.uniform(140, 180)) + rng.uniform(4, 12) * ripples
    grey += rng.uniform(2, 6) * _clouds(rng, coarsest=2)
    return _finished(then, grey, grain=4.0)


def _card_of_words(rng: np.random.Generator, then: np.random.Generator) -> Image.Image:
    paper, ink = (240, 40) if rng.random() < 0.6 else (30, 225)
    card = Image.new("L", (WIDTH_PX, HEIGHT_PX), paper)
    draw = ImageDraw.Draw(card)
    size = int(rng.integers(34, 90))
    font = ImageFont.load_default(size=size)
    top, left = int(HEIGHT_PX * rng.uniform(0.08, 0.3)), int(WIDTH_PX * rng.uniform(0.05, 0.15))
    lines = [" ".join(rng.choice(WORDS, int(rng.integers(3, 7)))) for _ in range(int(rng.integers(3, 9)))]
    if then is not rng:
        for number in then.permutation(len(lines))[: max(1, round(then.choice([0.2, 1.0]) * len(lines)))]:
            lines[number] = " ".join(then.choice(WORDS, len(lines[number].split())))
    for line in lines:
        draw.text((left, top), line, ink, font)
        top += round(size * 1.5)
    return _finished(then, np.asarray(card, np.float32), grain=0.8, soft=0.7)


# Each is given what draws the place, and what draws the moment; both are the same for a picture that stands alone.
KINDS: dict[str, Callable[[np.random.Generator, np.random.Generator], Image.Image]] = {
    "misty hill": _misty_hill,
    "sea": _sea,
    "sky": _sky,
    "foggy harbour": _foggy_harbour,
    "night street": _night_street,
    "blur of light": _blur_of_light,
    "snow": _snow,
    "sand": _sand,
    "card of words": _card_of_words,
}
