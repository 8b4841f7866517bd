"""Make decoded pixels smaller, and turn them upright."""

from math import ceil

import cv2
import numpy as np

# One processor a job: threads of a library would only take it from the next job.
cv2.setNumThreads(1)


def shrink(pixels: np.ndarray, long_side_px: int) -> np.ndarray:
    """Fit the longer side, in steps that at most halve: there bilinear equals a box filter and is the fastest."""
    height_px, width_px = pixels.shape[:2]
    scale = long_side_px / max(width_px, height_px)
    if scale >= 1:
        return pixels
    target = max(1, round(width_px * scale)), max(1, round(height_px * scale))
    if scale < 1 / 8:
        # One pass over many pixels beats several.
        return cv2.resize(pixels, target, interpolation=cv2.INTER_AREA)
    for power in range(ceil(np.log2(1 / scale)) - 1, -1, -1):
        step = min(target[0] << power, width_px), min(target[1] << power, height_px)
        pixels = cv2.resize(pixels, step, interpolation=cv2.INTER_LINEAR)
    return pixels


# After the transposition of 5 to 8: which flags still mirror left to right (1), top to bottom (0), or both (-1).
_MIRRORED = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}


def turn(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Undo what the orientation flag says the camera did."""
    if orientation >= 5:
        pixels = cv2.transpose(pixels)
    code = _MIRRORED.get(orientation)
    return pixels if code is None else cv2.flip(pixels, code)


def turn_part(pixels: np.ndarray, orientation: int, *, left: int, top: int, side_px: int) -> np.ndarray:
    """Return a square of what `turn` would return, smaller at the right and lower edge, without turning the whole."""
    height_px, width_px = pixels.shape[:2] if orientation < 5 else pixels.shape[1::-1]
    right, bottom = min(left + side_px, width_px), min(top + side_px, height_px)
    code = _MIRRORED.get(orientation)
    if code in (1, -1):
        left, right = width_px - right, width_px - left
    if code in (0, -1):
        top, bottom = height_px - bottom, height_px - top
    part = pixels[top:bottom, left:right] if orientation < 5 else pixels[left:right, top:bottom]
    return turn(part, orientation)
