"""
Whether the local features of two pictures lie the same way, and how one picture is laid onto the other.

A point knows its size and direction, so each single pair of points says where all the others must lie. Every pair is
tried (RANSAC with nothing left to chance), then the lay that most others agree with is refined. The same two pictures
always give the same answer.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from archive.matching.features import Features

Matrix = NDArray[Any]
Polygon = list[tuple[float, float]]
# Left, top, right and bottom, in shares of a picture.
Box = tuple[float, float, float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)

# Bits of 128 in which two codes of one spot differ at most.
MOST_BITS = 30
# At most this share of the distance of the next best spot.
NEARER = 0.85
# How far, in pixels as looked at, a point may lie from where it should: first roughly …
ROUGHLY_PX = 14.0
# … then precisely.
PRECISELY_PX = 3.0
# Fewer agreeing pairs are chance.
LEAST_INLIERS = 7
# So many may still be where a closer fit starts.
ROUGH_INLIERS = 4
# One picture may be shown up to so much smaller within the other …
MOST_SCALING = 8.0
# … and stretched by so much.
MOST_STRETCHING = 2.0
_MOST_PAIRS = 250
MIRROR = np.array([[-1.0, 0, 1], [0, 1, 0], [0, 0, 1]])


@dataclass(frozen=True)
class Alignment:
    """
    How the query is laid onto the held picture.

    :param transform: 3 × 3, from shares of the query's width and height to shares of the held picture's
    :param inliers: pairs of points that agree with it
    :param is_perspective: a homography; else affine
    :param spread: share of the shared area, in the held picture, that lies among these points
    :param points: where these are in the held picture
    :param query_share: of the query's area that the held picture shows too; so `held_share`
    """

    transform: Matrix
    inliers: int
    is_perspective: bool
    query_area: Polygon
    held_area: Polygon
    query_share: float
    held_share: float
    spread: float = 0.0
    points: Polygon = field(default_factory=list)

    def within(self, query_box: Box, held_box: Box) -> "Alignment | None":
        """Return the alignment of what lies inside the borders of both; None if that shares nothing."""
        laid = align(
            self.transform,
            inliers=self.inliers,
            is_perspective=self.is_perspective,
            query_box=query_box,
            held_box=held_box,
        )
        return laid and replace(laid, spread=self.spread, points=self.points)

    def of_mirrored(self) -> "Alignment | None":
        """Return the alignment of the query whose mirror image this is of."""
        laid = align(self.transform @ MIRROR, inliers=self.inliers, is_perspective=self.is_perspective)
        return laid and replace(laid, spread=self.spread, points=self.points)


def verify(query: Features, held: Features) -> Alignment | None:
    """Lay the query onto the held picture; None where too few points agree or only an impossible view would do."""
    source, target = _agreeing_points(query, held)
    if len(source) < LEAST_INLIERS:
        return None
    fitted = _fit(source.astype(np.float64), target.astype(np.float64))
    if fitted is None:
        return None
    matrix, is_perspective = fitted
    near = target[_is_near(matrix, source, target)]
    laid = align(_in_shares(matrix, query, held), inliers=_places(near), is_perspective=is_perspective)
    if laid is None:
        return None
    among = cv2.contourArea(cv2.convexHull(near.astype(np.float32))) / (held.frame[0] * held.frame[1])
    points = _polygon(near / held.frame)
    return replace(laid, spread=min(1.0, among / max(laid.held_share, 1e-6)), points=points)


def lay_roughly(query: Features, held: Features) -> Alignment | None:
    """
    Lay the query onto the held picture by points that are too few, or lie too far off, to be told from chance.

    It tells nothing by itself: it is where a closer fit may start.
    """
    source, target = _agreeing_points(query, held)
    if len(source) < ROUGH_INLIERS:
        return None
    matrix, _ = cv2.estimateAffinePartial2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=ROUGHLY_PX / 2)
    if matrix is None or not _is_possible(matrix[:, :2]):
        return None
    return align(_in_shares(np.vstack([matrix, [0, 0, 1]]), query, held))


def _agreeing_points(query: Features, held: Features) -> tuple[Matrix, Matrix]:
    """Return the places, in the query and in the held picture, of the most pairs that lie the same way, roughly."""
    queried, paired = _pairs(query, held) if min(len(query), len(held)) else (np.zeros(0, int),) * 2
    if len(queried):
        roughly = _agreeing(query, held, queried, paired)
        queried, paired = queried[roughly], paired[roughly]
    return query.places[queried], held.places[paired]


def _in_shares(matrix: Matrix, query: Features, held: Features) -> Matrix:
    shares: Matrix = np.diag([1 / held.frame[0], 1 / held.frame[1], 1.0]) @ matrix @ np.diag([*query.frame, 1.0])
    return shares


def align(
    transform: Matrix,
    *,
    inliers: int = 0,
    is_perspective: bool = False,
    query_box: Box = WHOLE,
    held_box: Box = WHOLE,
) -> Alignment | None:
    """
    Say what two pictures share under a transform, mirroring or not; None if it folds one or shares nothing.

    :param query_box: the query without its borders, left, top, right and bottom in shares; so `held_box`
    """
    transform = transform / transform[2, 2]
    left, top, right, bottom = query_box
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
    depths = np.c_[corners, np.ones(4)] @ transform[2]
    if depths.min() <= 0.05:
        return None
    laid = project(transform, corners).astype(np.float32)
    if not cv2.isContourConvex(laid):
        return None
    shared = _within(held_box, laid.astype(np.float64))
    if len(shared) < 3:
        return None
    back = project(np.linalg.inv(transform), shared)
    return Alignment(
        transform=transform,
        inliers=inliers,
        is_perspective=is_perspective,
        query_area=_polygon(back),
        held_area=_polygon(shared),
        query_share=min(1.0, abs(float(cv2.contourArea(back.astype(np.float32))))),
        held_share=min(1.0, abs(float(cv2.contourArea(shared.astype(np.float32))))),
    )


def project(transform: Matrix, points: Matrix) -> Matrix:
    """Map points, (n, 2), by a 3 × 3 transform."""
    mapped = np.c_[points, np.ones(len(points))] @ transform.T
    places: Matrix = mapped[:, :2] / mapped[:, 2:]
    return places


def _within(box: Box, polygon: Matrix) -> Matrix:
    """Cut off what lies outside the box, side by side (Sutherland and Hodgman)."""
    left, top, right, bottom = box
    for axis, sign, limit in ((0, 1, left), (0, -1, -right), (1, 1, top), (1, -1, -bottom)):
        kept = []
        for here, there in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
            depth, next_depth = sign * here[axis] - limit, sign * there[axis] - limit
            if depth >= 0:
                kept.append(here)
            if depth * next_depth < 0:
                kept.append(here + (there - here) * (depth / (depth - next_depth)))
        polygon = np.array(kept).reshape(-1, 2)
    return polygon


def _polygon(points: Matrix) -> Polygon:
    return [(round(float(x), 4), round(float(y), 4)) for x, y in np.clip(points, 0, 1)]


def _pairs(query: Features, held: Features) -> tuple[NDArray[Any], NDArray[Any]]:
    """Pair each point with the one whose code is nearest, if both choose each other and the choice is a clear one."""
    codes, other = (np.ascontiguousarray(features.codes).view(np.uint64) for features in (query, held))
    bits = np.bitwise_count(codes[:, None, 0] ^ other[None, :, 0]) + np.bitwise_count(
        codes[:, None, 1] ^ other[None, :, 1]
    )
    rows = np.arange(len(query))
    nearest, back = bits.argmin(axis=1), bits.argmin(axis=0)
    first = bits[rows, nearest]
    bits[rows, nearest] = 255
    rival = bits.argmin(axis=1)
    # One spot often carries two points, of two directions or sizes: the second best is no rival then.
    is_rival = np.linalg.norm(held.places[nearest] - held.places[rival], axis=1) > 2 * PRECISELY_PX
    is_clear = ~is_rival | (first <= NEARER * bits[rows, rival])
    queried = np.flatnonzero((first <= MOST_BITS) & is_clear & (back[nearest] == rows))
    queried = queried[np.argsort(first[queried], kind="stable")[:_MOST_PAIRS]]
    return queried, nearest[queried]


def _agreeing(query: Features, held: Features, queried: NDArray[Any], paired: NDArray[Any]) -> NDArray[Any]:
    """Try the scaling, turning and shifting of each pair on all; return those that agree with the best of them."""
    source = query.places[queried] @ np.array([1, 1j])
    target = held.places[paired] @ np.array([1, 1j])
    scaling = held.sizes[paired] / query.sizes[queried]
    turning = held.angles[paired] - query.angles[queried]
    # A point of the plane as a complex number: scaling and turning is one multiplication.
    factor = scaling * np.exp(1j * np.radians(turning))
    expected = target[:, None] + factor[:, None] * (source[None, :] - source[:, None])
    distance = np.abs(expected - target[None, :])
    is_alike = np.abs(np.log2(scaling[:, None] / scaling[None, :])) < 0.8
    is_alike &= np.abs((turning[:, None] - turning[None, :] + 180) % 360 - 180) < 40
    # One pair alone is sure of its direction within degrees only: what lies far from it may be further off.
    allowed = ROUGHLY_PX * np.maximum(1, np.sqrt(scaling))[:, None] + 0.12 * np.abs(target[None, :] - target[:, None])
    agrees = (distance < allowed) & is_alike
    best = int(np.argmax(agrees.sum(axis=1)))
    return np.flatnonzero(agrees[best])


def _fit(source: Matrix, target: Matrix) -> tuple[Matrix, bool] | None:
    """Refine by affine maps first; a homography, which can bend to chance, must explain clearly more."""
    best: tuple[Matrix, int, bool] | None = None
    affine, _ = cv2.estimateAffine2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=PRECISELY_PX)
    if affine is not None:
        matrix = np.vstack([affine, [0, 0, 1]])
        if _is_possible(matrix[:2, :2]):
            best = matrix, _count(matrix, source, target), False
    if len(source) >= 2 * LEAST_INLIERS and (best is None or best[1] < 0.8 * len(source)):
        homography, _ = cv2.findHomography(source, target, cv2.RANSAC, PRECISELY_PX)
        if homography is not None and abs(homography[2, 2]) > 1e-9:
            homography = np.divide(homography, homography[2, 2])
            count = _count(homography, source, target)
            if _is_possible(homography[:2, :2]) and count > (1.15 * best[1] + 3 if best else 0):
                best = homography, count, True
    if best is None or best[1] < LEAST_INLIERS:
        return None
    return best[0], best[2]


def _count(matrix: Matrix, source: Matrix, target: Matrix) -> int:
    """Count the places that a transform explains."""
    return _places(target[_is_near(matrix, source, target)])


def _is_near(matrix: Matrix, source: Matrix, target: Matrix) -> NDArray[Any]:
    near: NDArray[Any] = np.linalg.norm(project(matrix, source) - target, axis=1) < PRECISELY_PX
    return near


def _places(points: Matrix) -> int:
    """Count points; several at one spot are one."""
    return len(np.unique((points / (2 * PRECISELY_PX)).astype(int), axis=0))


def _is_possible(linear: Matrix) -> bool:
    if np.linalg.det(linear) <= 0:
        return False
    larger, smaller = np.linalg.svd(linear, compute_uv=False)
    return bool(smaller > 1 / MOST_SCALING and larger < MOST_SCALING and larger / smaller < MOST_STRETCHING)
