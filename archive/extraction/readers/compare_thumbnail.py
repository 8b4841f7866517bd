"""
Compare the small picture inside a file with the picture: how alike they are, and whether one is a part of the other.

Measures alone; what follows from them is said elsewhere. Pictures are compared by their detail (what remains when broad
light and shade are taken away), for beaches are alike in light and shade, and by light and shade too.
"""

from dataclasses import dataclass

import cv2
import numpy as np

# Most thumbnails are 160 by 120 pixels (DCF, JEITA CP-3461); larger ones are reduced to that.
LONG_SIDE_PX = 160
# A side shorter than this has no detail to compare.
LEAST_SIDE_PX = 24
# So far apart, as a share of each side, the two may lie; programs round and cameras cut a few rows.
PLAY = 0.04
# Bars around a thumbnail: darker or more even than any picture is up to its edge.
_BAR_LEVEL, _BAR_SPREAD = 24, 6
_LARGEST_BAR = 0.35
# What is alike from left and right fits mirrored as well; by so much it must fit better.
_CLEARLY = 0.05
_COARSE = [0.25 * 1.06**step for step in range(25)]  # of the largest size that fits, up to 1.01
# Fields across and down; of those with less spread of detail than this, in both, nothing can be told.
_FIELDS = (6, 5)
_LEAST_SPREAD = 2.0
_ALIKE = 0.7
_FINE = (0.96, 0.97, 0.98, 0.99, 1.0, 1.01, 1.02, 1.03, 1.04)


@dataclass(frozen=True)
class Likeness:
    """
    How alike two pictures are: `detail` and `shading` are correlations, 1 for equal ones and about 0 for others.

    `agreeing` is the share of their fields that are alike, of those that have any detail. `turn` is by how many
    quarters the picture is to be turned clockwise, mirrored first where `is_mirrored`, to lie as the thumbnail does.
    """

    detail: float
    shading: float
    agreeing: float
    turn: int
    is_mirrored: bool


@dataclass(frozen=True)
class Part:
    """Where one lies in the other: their correlation of detail, and left, top, right, bottom of it in shares."""

    detail: float
    box: tuple[float, float, float, float]
    turn: int

    @property
    def area(self) -> float:
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)


def as_grey(pixels: np.ndarray) -> np.ndarray:
    """Return a picture in grey, reduced to the size of comparison."""
    grey = (
        pixels
        if pixels.ndim == 2
        else pixels[:, :, 0]
        if pixels.shape[2] == 1
        else cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_RGB2GRAY)
    )
    scale = LONG_SIDE_PX / max(grey.shape)
    if scale < 1:
        size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return grey


def spread_of_detail(grey: np.ndarray) -> float:
    """Return how much detail a picture has, in levels: some 1 for an even wall, 10 and more for most."""
    return float(_detail(grey).std())


def without_bars(thumbnail: np.ndarray) -> np.ndarray:
    """Cut off dark bars, as cameras put around a picture of 3:2 in a thumbnail of 4:3."""
    for _axis in range(2):
        rows = thumbnail.astype(np.float32)
        is_bar = (rows.mean(axis=1) < _BAR_LEVEL) & (rows.std(axis=1) < _BAR_SPREAD)
        most = int(len(rows) * _LARGEST_BAR)
        top = next((at for at in range(most) if not is_bar[at]), most)
        bottom = next((at for at in range(most) if not is_bar[-1 - at]), most)
        if top < most and bottom < most:
            # The row beside a bar is a mixture of both.
            thumbnail = thumbnail[top + (top > 0) : len(rows) - bottom - (bottom > 0)]
        thumbnail = thumbnail.T
    return np.ascontiguousarray(thumbnail)


def compare(picture: np.ndarray, thumbnail: np.ndarray) -> Likeness:
    """Return how alike a grey picture and a grey thumbnail are, whichever way one is turned and fitted."""
    best = (-1.0, 0, False, picture, thumbnail)
    trimmed = without_bars(thumbnail)
    for is_mirrored in (False, True):
        for turn in range(4):
            turned = np.ascontiguousarray(np.rot90(np.fliplr(picture) if is_mirrored else picture, -turn))
            for here, there in _fits(turned, thumbnail, trimmed):
                detail, _at = _correlation(_detail(here), _detail(there))
                if detail > best[0] + (_CLEARLY if is_mirrored and not best[2] else 0):
                    best = detail, turn, is_mirrored, here, there
    detail, turn, is_mirrored, here, there = best
    shading, _at = _correlation(here.astype(np.float32), there.astype(np.float32))
    return Likeness(detail, shading, _agreeing(here, there), turn, is_mirrored)


def _agreeing(here: np.ndarray, there: np.ndarray) -> float:
    """Return the share of fields in which two pictures of one size are alike where they fit best."""
    fields_here, fields_there = _detail(here), _detail(there)
    _found, (left, top) = _correlation(fields_here, fields_there)
    height, width = there.shape
    across, down = _play(width), _play(height)
    pattern = fields_here[down : height - down, across : width - across]
    beneath = fields_there[top : top + pattern.shape[0], left : left + pattern.shape[1]]
    alike = told = 0
    for rows in np.array_split(np.arange(pattern.shape[0]), _FIELDS[1]):
        for columns in np.array_split(np.arange(pattern.shape[1]), _FIELDS[0]):
            ours, theirs = (each[np.ix_(rows, columns)].ravel() for each in (pattern, beneath))
            if ours.std() < _LEAST_SPREAD and theirs.std() < _LEAST_SPREAD:
                continue
            told += 1
            if ours.std() > 0 and theirs.std() > 0:
                alike += bool(np.corrcoef(ours, theirs)[0, 1] >= _ALIKE)
    return alike / told if told else 0.0


def _fits(picture: np.ndarray, thumbnail: np.ndarray, trimmed: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the ways in which programs fit a picture into a thumbnail, both of one size."""
    fits = []
    for there in (thumbnail, trimmed) if trimmed.shape != thumbnail.shape else (thumbnail,):
        height, width = there.shape
        fits.append((_sized(picture, width, height), there))
        wanted = picture.shape[1] / picture.shape[0]
        # The whole picture within the thumbnail, between bars of any level; else what is beside it was cut off.
        inner = (width, round(width / wanted)) if wanted > width / height else (round(height * wanted), height)
        left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
        if min(inner) >= LEAST_SIDE_PX and inner != (width, height):
            within = there[top : top + inner[1], left : left + inner[0]]
            if _is_even(there[:top]) and _is_even(there[:, :left]):
                fits.append((_sized(picture, within.shape[1], within.shape[0]), within))
            # The middle of the picture filling the thumbnail.
            whole = _sized(picture, *(round(side * max(width / inner[0], height / inner[1])) for side in inner))
            left, top = (whole.shape[1] - width) // 2, (whole.shape[0] - height) // 2
            middle = whole[max(top, 0) : max(top, 0) + height, max(left, 0) : max(left, 0) + width]
            if middle.shape == there.shape:
                fits.append((middle, there))
    return fits


def _is_even(bar: np.ndarray) -> bool:
    return bar.size == 0 or float(bar.std()) < _BAR_SPREAD


def find_part(whole: np.ndarray, part: np.ndarray) -> Part:
    """Return where a grey picture lies in another one, of which it may be a crop, turned or not."""
    best = Part(-1, (0, 0, 1, 1), 0)
    field = _detail(whole)
    for turn in range(4):
        turned = np.ascontiguousarray(np.rot90(part, -turn))
        fitting = min(whole.shape[1] / turned.shape[1], whole.shape[0] / turned.shape[0])
        best_scale = 0.0
        for scales in (_COARSE, _FINE):
            around = best_scale if scales is _FINE else 1.0
            if not around:
                continue
            for scale in scales:
                found = _placed(field, turned, fitting * scale * around, turn)
                if found and found.detail > best.detail:
                    best, best_scale = found, scale * around
    return best


def _placed(field: np.ndarray, part: np.ndarray, scale: float, turn: int) -> Part | None:
    width, height = round(part.shape[1] * scale), round(part.shape[0] * scale)
    if min(width, height) < LEAST_SIDE_PX or width > field.shape[1] or height > field.shape[0]:
        return None
    pattern = _detail(_sized(part, width, height))
    if pattern.std() < 0.5:
        return None
    found = cv2.matchTemplate(field, pattern, cv2.TM_CCOEFF_NORMED)
    _least, most, _at_least, (left, top) = cv2.minMaxLoc(found)
    box = (
        left / field.shape[1],
        top / field.shape[0],
        (left + width) / field.shape[1],
        (top + height) / field.shape[0],
    )
    return Part(float(most), box, turn)


def _sized(grey: np.ndarray, width: int, height: int) -> np.ndarray:
    if grey.shape == (height, width):
        return grey
    smaller = width <= grey.shape[1] and height <= grey.shape[0]
    return cv2.resize(
        grey, (max(1, width), max(1, height)), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    )


def _detail(grey: np.ndarray) -> np.ndarray:
    """Take broad light and shade away, and the finest grain, which a strong compression makes."""
    values = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 1.0)
    return values - cv2.GaussianBlur(values, (0, 0), 6.0)


def _play(side: int) -> int:
    return max(1, round(side * PLAY))


def _correlation(here: np.ndarray, there: np.ndarray) -> tuple[float, tuple[int, int]]:
    """Return the highest correlation of two of one size within the play between them, and where that is."""
    height, width = there.shape
    across, down = _play(width), _play(height)
    pattern = here[down : height - down, across : width - across]
    if min(pattern.shape) < 8 or pattern.std() < 0.5 or there.std() < 0.5:
        return 0.0, (across, down)
    found = cv2.matchTemplate(there, np.ascontiguousarray(pattern), cv2.TM_CCOEFF_NORMED)
    _least, most, _at_least, (left, top) = cv2.minMaxLoc(found)
    return float(most), (int(left), int(top))
