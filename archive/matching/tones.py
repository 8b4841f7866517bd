"""
Where one picture lies within another by its light and dark as a whole: for calm pictures, which have few details.

The one is laid over the other small, in every size and place, mirrored too, each with its contrast evened out; what
agrees best is then fitted to fractions of a pixel. Clouds, swell and mist agree with nothing else over so wide an area.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from archive.matching.alignment import MOST_STRETCHING, Box, Matrix
from archive.matching.fingerprints import Pixels

# The longer side of what contains the other, to search.
_SEARCH_PX = 64
# Of the inner one, to fit: first roughly, then precisely.
_FIT_PX = (72, 160)
# The inner one is tried from the largest size that fits down to this share of it …
_SMALLEST = 0.45
# … in steps of this factor.
_STEP = 0.94
# Passages of light wider than this share of the longer side are taken out.
_PASSAGE = 0.1
# Contrast below so many levels stays low.
_LEAST_LEVELS = 0.5
# So much of the inner one is left out at its edge, that what is laid a little askew may still be found.
_EDGE_PX = 2
# So many of the best are fitted …
_FITTED = 2
# … those that agree at this correlation.
_LIKE = 0.68
# So well they must agree when fitted.
_FITTED_LIKE = 0.7
# And so well where points or prints laid them first: words over a picture agree with nothing.
_ROUGHLY_LIKE = 0.5
# Two that differ by less, in shares of the outer picture, are one.
_APART = 0.06
# A view at a slant is tried where a straight one agrees less than so well …
_STRAIGHT = 0.92
# … and taken where it agrees so much better.
_BETTER = 0.02
# Less perspective than this is none.
_SLANT = 1e-3
# A fit ends after so many rounds …
_ROUNDS = 30
# … or once a round changes it by less.
_PRECISE = 1e-4
_LEAST_PX = 32
_Map = NDArray[Any]


@dataclass(frozen=True)
class _Hypothesis:
    """
    :param scale: from pixels of the inner picture to those of the outer one; `left` and `top` in pixels of the latter,
        which is mirrored where `is_mirrored`
    """

    likeness: float
    is_query_within: bool
    is_mirrored: bool
    scale: float
    left: float
    top: float


class Laid(NamedTuple):
    """
    How the query may lie on the held picture.

    :param transform: 3 × 3, between shares of both
    :param likeness: correlation of their tones, evened out, where the smaller one lies
    """

    transform: Matrix
    is_mirrored: bool
    is_perspective: bool
    likeness: float


def lays(query: Pixels, held: Pixels, query_box: Box, held_box: Box) -> Iterator[Laid]:
    """
    Yield how the query may lie on the held picture, the likeliest first.

    :param query_box: the query without its borders, in shares; so `held_box`
    """
    one, other = _within(query, query_box), _within(held, held_box)
    if min(*one.shape, *other.shape) < _LEAST_PX:
        return
    hypotheses = [*_search(one, other, is_query_within=True), *_search(other, one, is_query_within=False)]
    for hypothesis in _distinct(hypotheses, one.shape, other.shape):
        inner, outer = (one, other) if hypothesis.is_query_within else (other, one)
        scale = hypothesis.scale
        start = np.array([[scale, 0, hypothesis.left], [0, scale, hypothesis.top], [0, 0, 1]])
        if hypothesis.is_mirrored:
            start = np.array([[-1, 0, outer.shape[1]], [0, 1, 0], [0, 0, 1]]) @ start
        fitted = _fit(inner, outer, start)
        if fitted is None:
            continue
        laid = _in_shares(fitted[0], inner, outer)
        laid = laid if hypothesis.is_query_within else np.linalg.inv(laid)
        laid = _from_box(held_box) @ laid @ np.linalg.inv(_from_box(query_box))
        is_perspective = bool(np.abs(laid[2, :2]).max() > _SLANT * abs(laid[2, 2]))
        yield Laid(laid, hypothesis.is_mirrored, is_perspective, fitted[1])


def fit(query: Pixels, held: Pixels, transform: Matrix) -> tuple[Matrix, float] | None:
    """
    Fit more precisely, by tones, how the query lies on the held picture; None if tones do not agree.

    :param transform: 3 × 3, affine, between shares of both; so is what is returned, with the likeness of their tones
    """
    is_query_within = abs(np.linalg.det(transform[:2, :2])) <= 1
    inner, outer = (query, held) if is_query_within else (held, query)
    start = transform if is_query_within else np.linalg.inv(transform)
    start = _sizes(outer) @ (start / start[2, 2]) @ np.linalg.inv(_sizes(inner))
    fitted = _fit(inner.astype(np.float32), outer.astype(np.float32), start, least=_ROUGHLY_LIKE)
    if fitted is None:
        return None
    laid = _in_shares(fitted[0], inner, outer)
    return laid if is_query_within else np.linalg.inv(laid), fitted[1]


def _within(picture: Pixels, box: Box) -> _Map:
    height_px, width_px = picture.shape
    left, top, right, bottom = box
    part = picture[round(top * height_px) : round(bottom * height_px), round(left * width_px) : round(right * width_px)]
    return part.astype(np.float32)


def _from_box(box: Box) -> Matrix:
    left, top, right, bottom = box
    return np.array([[right - left, 0, left], [0, bottom - top, top], [0, 0, 1]])


def _sizes(picture: NDArray[Any]) -> Matrix:
    return np.diag([picture.shape[1], picture.shape[0], 1.0])


def _in_shares(laid: Matrix, inner: NDArray[Any], outer: NDArray[Any]) -> Matrix:
    shares: Matrix = np.linalg.inv(_sizes(outer)) @ laid @ _sizes(inner)
    return shares


def _scaled(picture: _Map, scale: float) -> _Map:
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def _evened(picture: _Map, passage_px: float) -> _Map:
    """Return the picture without its passages of light, and with the same contrast all over."""
    detail = picture - cv2.GaussianBlur(picture, (0, 0), passage_px)
    spread = np.sqrt(cv2.GaussianBlur(detail * detail, (0, 0), passage_px))
    evened: _Map = detail / (spread + _LEAST_LEVELS)
    return evened


def _search(inner: _Map, outer: _Map, *, is_query_within: bool) -> Iterator[_Hypothesis]:
    """Lay the inner picture on the outer one in every size and place; yield the best place of each size."""
    shrinking = _SEARCH_PX / max(outer.shape)
    passage_px = _PASSAGE * _SEARCH_PX
    ground = _evened(_scaled(outer, shrinking), passage_px)
    grounds = (ground, np.ascontiguousarray(ground[:, ::-1]))
    largest = min(ground.shape[0] / inner.shape[0], ground.shape[1] / inner.shape[1])
    # From a copy not much larger than needed, the many sizes are made quickly.
    reduced = _scaled(inner, min(1.0, 1.5 * largest))
    to_reduced = reduced.shape[1] / inner.shape[1]
    for scale in largest * _STEP ** np.arange(int(np.log(_SMALLEST) / np.log(_STEP)) + 1):
        tried = _evened(_scaled(reduced, scale / to_reduced), passage_px)[_EDGE_PX:-_EDGE_PX, _EDGE_PX:-_EDGE_PX]
        if min(tried.shape) < 8:
            return
        for is_mirrored, shown in enumerate(grounds):
            likeness = cv2.matchTemplate(shown, tried, cv2.TM_CCOEFF_NORMED)
            _, best, _, (left, top) = cv2.minMaxLoc(likeness)
            if _LIKE <= best <= 1.01:
                left, top = ((place - _EDGE_PX) / shrinking for place in (left, top))
                yield _Hypothesis(best, is_query_within, bool(is_mirrored), scale / shrinking, left, top)


def _distinct(hypotheses: list[_Hypothesis], one: tuple[int, ...], other: tuple[int, ...]) -> list[_Hypothesis]:
    """Return the best few, each clearly another one."""
    kept: list[_Hypothesis] = []
    for hypothesis in sorted(hypotheses, key=lambda hypothesis: -hypothesis.likeness):
        sides = max(other if hypothesis.is_query_within else one)
        if not any(
            (hypothesis.is_query_within, hypothesis.is_mirrored) == (better.is_query_within, better.is_mirrored)
            and max(abs(hypothesis.left - better.left), abs(hypothesis.top - better.top)) < _APART * sides
            for better in kept
        ):
            kept.append(hypothesis)
        if len(kept) == _FITTED:
            break
    return kept


def _fit(inner: _Map, outer: _Map, start: Matrix, *, least: float = _FITTED_LIKE) -> tuple[Matrix, float] | None:
    """Fit pixels of the inner picture to those of the outer, from what lies nearby; None if they differ."""
    laid, likeness = start, 0.0
    for side_px in _FIT_PX:
        fitted = _fitted(inner, outer, laid, side_px, cv2.MOTION_AFFINE, least)
        if fitted is None:
            return None
        laid, likeness = fitted
    if likeness < _STRAIGHT and (slanting := _fitted(inner, outer, laid, _FIT_PX[-1], cv2.MOTION_HOMOGRAPHY, least)):
        laid, likeness = slanting if slanting[1] > likeness + _BETTER else (laid, likeness)
    return laid, likeness


def _fitted(
    inner: _Map, outer: _Map, laid: Matrix, side_px: int, motion: int, least: float
) -> tuple[Matrix, float] | None:
    """Fit once, the inner picture seen with this longer side; return the map and how well it agrees."""
    tried = _scaled(inner, min(1.0, side_px / max(inner.shape)))
    # Pixels are laid by their centres.
    half: Any = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    to_inner = _sizes(inner) @ np.linalg.inv(_sizes(tried))
    to_outer = np.linalg.inv(half) @ laid @ to_inner @ half
    # Both are evened within the same bounds, so that these do not make them differ.
    smaller = abs(float(np.linalg.det(to_outer[:2, :2]))) ** 0.5
    source = cv2.GaussianBlur(outer, (0, 0), 0.45 * smaller) if smaller > 1.2 else outer
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    ground = cv2.warpPerspective(source, to_outer, tried.shape[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE)
    passage_px = _PASSAGE * max(tried.shape)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _ROUNDS, _PRECISE)
    warp: Any = np.eye(3 if motion == cv2.MOTION_HOMOGRAPHY else 2, 3, dtype=np.float32)
    everywhere = np.full(tried.shape, 255, np.uint8)
    try:
        likeness, warp = cv2.findTransformECC(
            _evened(tried, passage_px), _evened(ground, passage_px), warp, motion, criteria, everywhere, 5
        )
    except cv2.error:
        return None  # it moved away, or has nothing to be fitted by
    full = warp if len(warp) == 3 else np.vstack([warp, [0, 0, 1]])
    larger, smaller = np.linalg.svd(full[:2, :2].astype(np.float64), compute_uv=False)
    if likeness < least or larger / max(smaller, 1e-6) > MOST_STRETCHING:
        return None
    fitted: Matrix = half @ to_outer @ full @ np.linalg.inv(half) @ np.linalg.inv(to_inner)
    return fitted, likeness
