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


def turn(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Undo what the orientation flag says the camera did."""
    if orientation >= 5:
        pixels = cv2.transpose(pixels)
    # After the transposition of 5 to 8: which of them still mirror left to right, and top to bottom.
    code = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}.get(orientation)
    return pixels if code is None else cv2.flip(pixels, code)
