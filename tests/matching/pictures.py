"""Pictures drawn for the tests: each seed another one, with shapes, shading and grain as photographs have."""

import cv2
import numpy as np

from archive.matching.fingerprints import Pixels


def photograph(seed: int, width_px: int = 900, height_px: int = 600) -> Pixels:
    """Draw some eighty shapes over a sloping light, soft at their edges, with the grain of a sensor."""
    rng = np.random.default_rng(seed)
    slope = np.linspace(rng.integers(120, 200), rng.integers(60, 110), height_px)
    pixels = np.repeat(slope[:, None, None], width_px, axis=1).repeat(3, axis=2).astype(np.uint8)
    for _ in range(80):
        colour = tuple(int(level) for level in rng.integers(10, 245, 3))
        centre = int(rng.integers(0, width_px)), int(rng.integers(0, height_px))
        size = int(rng.integers(6, 60)), int(rng.integers(6, 90))
        if rng.random() < 0.5:
            cv2.ellipse(pixels, centre, size, float(rng.integers(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
        else:
            corners = cv2.boxPoints((centre, size, float(rng.integers(0, 90))))
            cv2.fillConvexPoly(pixels, corners.astype(np.int32), colour, cv2.LINE_AA)
    soft = cv2.GaussianBlur(pixels, (0, 0), 1.2).astype(np.float32)
    return np.clip(soft + rng.normal(0, 3, soft.shape), 0, 255).astype(np.uint8)


def empty_sea(width_px: int = 900, height_px: int = 600) -> Pixels:
    """Draw fog over water: a little darker towards the bottom, grain, nothing else."""
    rng = np.random.default_rng(1)
    slope = np.linspace(190, 170, height_px)[:, None, None]
    return np.clip(slope + rng.normal(0, 1.5, (height_px, width_px, 3)), 0, 255).astype(np.uint8)


def saved(pixels: Pixels, quality: int = 60) -> Pixels:
    """Save as a JPEG and open again."""
    _, body = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(body, cv2.IMREAD_COLOR)


def bordered(pixels: Pixels, width_px: int, level: int) -> Pixels:
    """Put an even border around a picture."""
    return cv2.copyMakeBorder(pixels, *(width_px,) * 4, cv2.BORDER_CONSTANT, value=(level,) * 3)


def misty_hills(seed: int, width_px: int = 900, height_px: int = 600, *, moment: int | None = None) -> Pixels:
    """
    Draw hills behind one another in mist: some ten levels from the lightest to the darkest, with grain.

    The hills of a seed are the same at each moment, the mist is another one.
    """
    rng = np.random.default_rng(seed)
    drifting = rng if moment is None else np.random.default_rng([seed, moment])
    grey = np.repeat(np.linspace(190, 180, height_px, dtype=np.float32)[:, None], width_px, axis=1)
    for layer in range(3):
        line, mist = np.zeros(width_px), np.zeros_like(grey)
        for octave in range(6):
            places = np.linspace(0, width_px, 4 * 2**octave)
            line += np.interp(np.arange(width_px), places, rng.normal(0, 30, len(places))) / 2**octave
            noise = drifting.normal(0, 1, (4 * 2**octave, 6 * 2**octave)).astype(np.float32)
            mist += cv2.resize(noise, (width_px, height_px), interpolation=cv2.INTER_CUBIC) / 2**octave
        hill = np.arange(height_px)[:, None] > 200 + 110 * layer + line
        grey = np.where(hill, 182 - 5 * layer + 1.5 * mist, grey)
    soft = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 1.2)
    return np.clip(soft[:, :, None] + rng.normal(0, 1, (height_px, width_px, 3)), 0, 255).astype(np.uint8)


def clouds(seed: int, levels: float = 12.0, width_px: int = 900, height_px: int = 600) -> Pixels:
    """Draw an overcast sky: large soft shapes of some levels on a slope of light, with grain, and nothing else."""
    rng = np.random.default_rng(seed)
    grey = np.repeat(np.linspace(140, 180, height_px, dtype=np.float32)[:, None], width_px, axis=1)
    for octave in range(4):
        noise = rng.normal(0, 1, (3 * 2**octave, 4 * 2**octave)).astype(np.float32)
        grey += levels * cv2.resize(noise, (width_px, height_px), interpolation=cv2.INTER_CUBIC) / 2.2**octave
    return _grained(grey, rng)


def sea_under_clouds(seed: int, moment: int, width_px: int = 900, height_px: int = 600) -> Pixels:
    """Draw the sea of a seed at a moment: sky, horizon and a boat are the same at each, the waves are others."""
    rng = np.random.default_rng([seed, moment])
    grey = clouds(seed, 4.0, width_px, height_px)[:, :, 0].astype(np.float32)
    horizon = round(0.4 * height_px)
    waves = cv2.resize(rng.normal(0, 1, (60, 40)).astype(np.float32), (width_px, height_px - horizon))
    grey[horizon:] = 120 + 9 * waves
    grey[horizon - 25 : horizon + 3, 300:380] -= 45
    return _grained(grey, rng)


def card_of_words(words: list[str], width_px: int = 900, height_px: int = 600) -> Pixels:
    """Write lines of words on an even ground, each line as wide as all others."""
    grey = np.full((height_px, width_px), 225, np.uint8)
    for line, text in enumerate(words):
        (wide, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 1.0, 2)
        place, size = (80, 120 + 80 * line), 1.0 * 740 / wide
        cv2.putText(grey, text, place, cv2.FONT_HERSHEY_DUPLEX, size, 60, 2, cv2.LINE_AA)
    return _grained(grey.astype(np.float32), np.random.default_rng(1))


def with_birds(pixels: Pixels, seed: int, count: int = 1) -> Pixels:
    """Put small dark birds into a picture."""
    rng = np.random.default_rng(seed)
    pixels = pixels.copy()
    for _ in range(count):
        place = int(rng.integers(60, pixels.shape[1] - 60)), int(rng.integers(60, pixels.shape[0] - 60))
        cv2.ellipse(pixels, place, (4, 2), 0, 0, 360, (70, 70, 70), -1, cv2.LINE_AA)
    return pixels


def _grained(grey: np.ndarray, rng: np.random.Generator) -> Pixels:
    soft = cv2.GaussianBlur(grey, (0, 0), 1.2)
    return np.clip(soft[:, :, None] + rng.normal(0, 1, (*grey.shape, 3)), 0, 255).astype(np.uint8)
