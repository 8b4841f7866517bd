"""
One pair of pictures: do they show the same, what is each to the other, and may a machine propose it unasked.

Prints and local features say how one may lie on the other; the pixels, laid so, decide. A print or some points may
agree by chance, or because two broadcasts carry the same banner: then what lies beneath differs.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from archive.matching import tones
from archive.matching.alignment import (
    MIRROR,
    WHOLE,
    Alignment,
    Box,
    Matrix,
    Polygon,
    align,
    lay_roughly,
    project,
    verify,
)
from archive.matching.features import Features
from archive.matching.fingerprints import CERTAIN_DISTANCE, POSSIBLE_DISTANCE, Pixels, Print, distance, to_grey
from archive.matching.kinds import Kind
from archive.standards.normal_form import gettext_noop

# Raised with every change that gives other answers for the same pair.
COMPARISON_VERSION = "7"

# --- How pictures are looked at: pixels of the longer side, squares, levels of 256 ----------------------------------

# A picture is looked at with this longer side …
_LOOKED_AT_PX = 480
# … what two pictures share, with this one …
_VIEW_PX = 224
# … in squares of this side.
_BLOCK_PX = 14
# A square with less light and dark than this says nothing.
_LEAST_CONTRAST = 3.0
# Two of a square agree from this correlation on.
_LIKE = 0.6
# Wider than this is a passage of light, not detail: a sky goes from light to dark the same way in many pictures.
_PASSAGE_PX = 7.0
# A square with less detail than this says nothing either.
_LEAST_DETAIL = 2.0

# --- Letters, screens and pages -------------------------------------------------------------------------------------

# Letters have this contrast …
_LETTERS_CONTRAST = 24.0
# … on ground of which this share is of one grey.
_FLAT_SHARE = 0.45
# A screen or a page has one ground: this share of it is of one grey …
_GROUND_SHARE = 0.25
# … and of a square on it this share, which makes it a lettered one …
_ON_GROUND_SHARE = 0.35
# … give or take so many levels.
_GROUND_LEVELS = 5
# What a page shows is thicker than letters, by this share of its longer side …
_THICK = 0.025
# … fills its outline so far …
_FILLED = 0.85
# … and has such a share of the page, at least and at most.
_SHOWN = (0.06, 0.85)
# Two pages show something in one place if so much of it lies on each other.
_ONE_PLACE = 0.8
# A calm picture is of one grey too: there a square holds letters only with this contrast.
_GROUND_CONTRAST = 12.0

# --- The same exposure, and a strong match: shares of the telling squares without letters that agree ------------------

# From here on it is the same exposure.
SAME_EXPOSURE = 0.65
# From here on it is proposed unasked …
STRONG_AGREEMENT = 0.75
# … if there are so many squares …
STRONG_SQUARES = 14
# … and so many points outside letters, or a near print.
STRONG_INLIERS = 10
# So many points make up for squares.
MANY_INLIERS = 80
# A drawing or a page, of which less than this share is left without letters, is compared with them …
_LEAST_PHOTOGRAPHIC = 0.4
# … and is the same from here on …
_PAGE_SAME = 0.6
# … and strong from here on.
_PAGE_STRONG = 0.9

# --- Calm pictures: fine detail alone, without the passages of light ------------------------------------------------
# Of aligned unrelated seas, skies and mists at most half of the squares agree.

# From so many levels on a square has fine detail.
_FAINT_DETAIL = 0.5
# Two of its squares agree from this correlation on.
_FAINT_LIKE = 0.5
# The same exposure from this share on with `STRONG_INLIERS` points …
_FAINT_WITH_POINTS = 0.5
# … from this one without …
_FAINT_SAME = 0.6
# … and strong from this one on with the points or a near print …
_FAINT_STRONG = 0.62
# … always with so many squares that agree.
_FAINT_SQUARES = 24
# Calm: fewer than this share of the squares with faint detail are telling.
_CALM = 0.5
# A picture is calm as a whole if fewer than this share of its squares have such detail …
_CALM_PICTURE = 0.6
# … or if it has fewer points than this.
_FEW_POINTS = 300

# --- What lies over one of the two ----------------------------------------------------------------------------------

# So many times the detail of the other picture are words or a banner put over it …
_PAINTED_OVER = 6.0
# … the other taken as at least so many levels.
_PAINTED_LEVELS = 1.0
# Letters, and edges of banners, that one picture has alone have this contrast …
_WRITTEN_CONTRAST = 24.0
# … so many times that of the other.
_WRITTEN_OVER = 2.0
# What is flatter than this in one of both belongs to them where it touches them.
_WRITTEN_FLAT = 1.5
# No more of the picture than this share is left out so.
_MOST_WRITTEN = 0.55
# Beside what lies over one of them, so many squares …
_BESIDE_SQUARES = 14
# … this share of the telling ones …
_BESIDE_SHARE = 0.3
# … of which this share agrees: to be asked about, no other exposure.
_BESIDE_SAME = 0.85
# An overlay spoils so many squares in one place …
_OVERLAID_BLOCKS = 3
# … and this share of all.
_OVERLAID_SHARE = 0.02

# --- Another moment, another card: what refutes a strong match ------------------------------------------------------
# Two exposures of one place, and two cards of one layout, share horizons and lines of writing. What is left of a square
# without its rows and columns, its weave, tells them apart.

# Both have so many levels of it …
_WEAVE_LEVELS = 0.45
# … the one not more than so many times that of the other.
_WEAVE_OVER = 2.5
# It is another below this correlation …
_WEAVE_OTHER = 0.2
# … and the same from this one on.
_WEAVE_SAME = 0.5
# No strong match where this share of it …
_CONTRARY_SHARE = 0.15
# … and so many squares are another.
_CONTRARY_SQUARES = 4
# A square is loud, as letters are, from this contrast on …
_LOUD_CONTRAST = 8.0
# … and from so many times the usual one of the picture on.
_LOUD_OVER = 4.0
# With brightness, contrast and a slope of light taken out, a square of another tone is so many levels off.
_TONE_LEVELS = 16.0
# No strong match where this share of the picture is of another tone: two pictures shown by one phone.
_TONE_SHARE = 0.25
# No match at all where so many faint squares away from letters hardly agree, for then only the letters are the same …
_REFUTING_SQUARES = 15
# … fewer than this share of all of them, for JPEG leaves little of what is faint …
_REFUTED = 0.2
# … or than this share of those with detail of like strength in both.
_REFUTED_TOLD = 0.6
# What JPEG scatters over even paper is no detail: so many levels in both, or so many in one.
_STIRRED = (0.25, 1.5)
# Unless so many telling squares away from letters agree, as they do in a copy that was turned …
_QUIET_SQUARES = 30
# … a strong match takes as much agreement in faint detail as one of calm pictures.
_QUIET_STRONG = 0.95
# Two moments of one calm place share its outlines: no strong match where fewer than this share of the squares with
# clear detail in both agree …
_CALM_STRONG = 0.93
# … or where so many squares have detail …
_ONE_SIDED_SQUARES = 2
# … so clear in levels …
_ONE_SIDED_LEVELS = 1.0
# … and beside the usual residue …
_OVER_NOISE = 7.5
# … that agrees with the other picture so little.
_ONE_SIDED = 0.3
# Nor, where the prints do not tell it, of a calm picture with fewer points.
_CALM_INLIERS = 15

# --- The closer look at two calm pictures before a strong match -----------------------------------------------------

# They are looked at in this size.
_CLOSE_PX = 448
# What is wider than letters is taken out.
_CLOSE_PASSAGE_PX = 3.0
# So many squares …
_CHANGED_SQUARES = 1
# … with so much detail in levels …
_CHANGED_LEVELS = 2.5
# … and beside the usual …
_CHANGED_OVER = 3.0
# … that are so little alike …
_CHANGED_LIKE = 0.6
# … even when moved by so many pixels, are two moments, or other words.
_ASKEW_PX = 2
# A card of words seen smaller than this cannot be read.
_READABLE_PX = 300

# --- Enough to ask a person -----------------------------------------------------------------------------------------
# Under a banner there is as much.

# Over so much of one of the pictures …
_MOST_OF_ONE = 0.5
# … so many squares with detail of like strength in both …
_FEW_FAINT = 10
# … of which this share agrees …
_FEW_TOLD = 0.9
# … and this share of all faint ones.
_FEW_AGREEMENT = 0.7
# What was laid by tones alone, tried in many ways, agrees by chance more easily: it takes so many squares of faint
# detail …
_SEARCHED_SQUARES = 14
# … and this share of them, and is never strong.
_SEARCHED_SAME = 0.75
# Where the tones agree so well all over …
_LIKE_TONES = 0.9
# … so few squares …
_LIKE_SQUARES = 5
# … and this share of them are enough.
_LIKE_SAME = 0.8
# Below, it is the same scene if so many points lie the same way …
SCENE_INLIERS = 25
# … over so much of it …
SCENE_SPREAD = 0.3
# … and this share of the squares agrees …
SCENE_AGREEMENT = 0.45
# … and at least so many.
_LEAST_AGREED = 8
# Less than this of both pictures is a detail, such as a banner, and not the picture.
_LEAST_SHARED = 0.15
# A side that is shared by this much is shared whole: borders and rounding take the rest.
_WHOLE = 0.93

# --- A picture shown on a screen ------------------------------------------------------------------------------------

# Its outline drawn in and drawn out by these factors …
_STEP = (0.98, 1.02)
# … has a step of so many levels between.
_STEP_LEVELS = 10
# This share of what is around it is of one grey …
_ONE_GREY_SHARE = 0.3
# … give or take so many levels.
_ONE_GREY = 3


@dataclass(frozen=True)
class Traits:
    """
    What is known of one picture.

    :param load: gives the upright picture at 200 pixels a side or more, grey or RGB; called when needed
    """

    print: Print | None
    features: Features | None
    load: Callable[[], Pixels]

    @property
    def is_matchable(self) -> bool:
        """Whether anything tells this picture from others. One that is not has no copies that could be found."""
        return bool((self.print and self.print.is_matchable) or (self.features and self.features.is_matchable))

    @property
    def reason(self) -> str:
        """Say why it is not matchable; empty if it is."""
        if self.is_matchable:
            return ""
        return gettext_noop(
            "It is too plain to be told from other pictures: there is too little light and dark, and no detail."
        )

    @cached_property
    def grey(self) -> Pixels:
        """The picture small and grey."""
        grey = to_grey(self.load())
        scale = _LOOKED_AT_PX / max(grey.shape)
        if scale >= 1:
            return grey
        size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
        return cv2.resize(grey, size, interpolation=cv2.INTER_AREA)

    @cached_property
    def is_calm(self) -> bool:
        """Whether it has few points, or few squares with detail: then tones are worth a search."""
        return bool(self.features and len(self.features) < _FEW_POINTS) or _has_little_detail(self.grey)

    @cached_property
    def shown(self) -> Box | None:
        """The picture that a page or a screen shows, in shares of it; None if this is no page with one picture."""
        return _shown_on_page(self.grey)

    @cached_property
    def mirrored_features(self) -> Features | None:
        return self.features.mirrored() if self.features else None


@dataclass(frozen=True)
class Comparison:
    """
    What a query and a held picture are to each other.

    :param is_strong: may be proposed unasked; else a person is asked
    :param distance: bits in which their prints differ; of the mirrored print where the query is mirrored
    :param inliers: points that agree with the transform; 0 where only prints speak
    :param transform: nine numbers, rows of 3 × 3: from shares of the query to shares of the held picture, mirroring too
    :param query_area: what both show, in shares of the query; so `held_area`
    :param query_share: that area as a share of the query; so `held_share`
    :param agreement: share of the telling squares of that area whose pixels agree
    """

    kind: Kind
    is_strong: bool
    distance: int | None
    inliers: int
    transform: list[float]
    is_mirrored: bool
    query_area: Polygon
    held_area: Polygon
    query_share: float
    held_share: float
    agreement: float
    method: str
    version: str = COMPARISON_VERSION


def compare(query: Traits, held: Traits) -> Comparison | None:
    """Say what two pictures are to each other; None if they do not show the same."""
    lays = list(_lays(query, held))
    best = _best(query, held, lays)
    if _is_settled(best) or not (query.is_calm or held.is_calm):
        return best
    best = _best(query, held, (_fitted(query, held, lay) for lay in lays), best)
    if best is not None and best.kind is not Kind.SIMILAR_SCENE:
        return best
    best = _best(query, held, _rough_lays(query, held), best)
    if best is not None and best.kind is not Kind.SIMILAR_SCENE:
        return best
    return _best(query, held, _searched_lays(query, held), best)


def _best(
    query: Traits, held: Traits, lays: "Iterable[_Lay | None]", best: Comparison | None = None
) -> Comparison | None:
    """Judge each lay; return the best answer, or the one that is there already."""
    answers = [best, *(_judge(query, held, lay) for lay in lays if lay)]
    return max((answer for answer in answers if answer), key=_rank, default=None)


def _is_settled(answer: Comparison | None) -> bool:
    return answer is not None and answer.is_strong


def _rough_lays(query: Traits, held: Traits) -> "Iterator[_Lay]":
    """Lay one calm picture on the other by their tones, from where the few points they share would have it."""
    for is_mirrored in (False, True):
        features = query.mirrored_features if is_mirrored else query.features
        roughly = lay_roughly(features, held.features) if features and held.features else None
        if roughly and is_mirrored:
            roughly = roughly.of_mirrored()
        fitted = tones.fit(query.grey, held.grey, roughly.transform) if roughly else None
        if fitted and (laid := _laid(fitted[0], query, held)):
            yield _Lay(laid, is_mirrored, "tones", None, fitted[1])


def _searched_lays(query: Traits, held: Traits) -> "Iterator[_Lay]":
    """Lay one calm picture on the other by their tones alone, and what a page shows by itself."""
    boxes = [(_box(query), _box(held)), (query.shown or _box(query), held.shown or _box(held))]
    for query_box, held_box in dict.fromkeys(boxes):
        for tone_lay in tones.lays(query.grey, held.grey, query_box, held_box):
            if laid := _laid(tone_lay.transform, query, held, is_perspective=tone_lay.is_perspective):
                yield _Lay(laid, tone_lay.is_mirrored, "tones", None, tone_lay.likeness)


def _fitted(query: Traits, held: Traits, lay: "_Lay") -> "_Lay | None":
    """Lay the one on the other by their tones, from where points or prints laid them roughly."""
    if lay.alignment.is_perspective:
        return None
    fitted = tones.fit(query.grey, held.grey, lay.alignment.transform)
    if fitted is None:
        return None
    laid = _laid(fitted[0], query, held, inliers=lay.alignment.inliers)
    if laid is None:
        return None
    return replace(lay, alignment=replace(laid, spread=lay.alignment.spread, points=lay.alignment.points))


def _laid(
    transform: Matrix, query: Traits, held: Traits, *, inliers: int = 0, is_perspective: bool = False
) -> Alignment | None:
    return align(transform, inliers=inliers, is_perspective=is_perspective, query_box=_box(query), held_box=_box(held))


def _rank(answer: Comparison) -> tuple[bool, float, bool, int]:
    """Prefer what agrees more; a picture that is its own mirror image is not called mirrored."""
    return answer.is_strong, round(answer.agreement, 2), not answer.is_mirrored, answer.inliers


@dataclass(frozen=True)
class _Lay:
    """One way of laying the query on the held picture that prints or features speak for."""

    alignment: Alignment
    is_mirrored: bool
    method: str
    distance: int | None
    likeness: float = 0.0


def _lays(query: Traits, held: Traits) -> Iterator[_Lay]:
    for is_mirrored in (False, True):
        bits = None
        if query.print and held.print and query.print.is_matchable and held.print.is_matchable:
            bits = distance(query.print.pdq_mirrored if is_mirrored else query.print.pdq, held.print.pdq)
            if bits <= POSSIBLE_DISTANCE and (laid := align(_between(query.print, held.print, is_mirrored))):
                yield _Lay(laid, is_mirrored, "pdq", bits)
        features = query.mirrored_features if is_mirrored else query.features
        if features and held.features and (laid := verify(features, held.features)):
            if is_mirrored:
                laid = laid.of_mirrored()
            # The bars of a screenshot are no part of what both show.
            laid = laid and laid.within(_box(query), _box(held))
            if laid:
                yield _Lay(laid, is_mirrored, "features", bits)


def _box(traits: Traits) -> Box:
    return traits.print.trim if traits.print else WHOLE


def _between(query: Print, held: Print, is_mirrored: bool) -> Matrix:
    """Lay picture on picture, both without their borders."""
    left, top, right, bottom = query.trim
    to_picture = np.array(
        [[1 / (right - left), 0, -left / (right - left)], [0, 1 / (bottom - top), -top / (bottom - top)], [0, 0, 1]]
    )
    left, top, right, bottom = held.trim
    from_picture = np.array([[right - left, 0, left], [0, bottom - top, top], [0, 0, 1]])
    laid: Matrix = from_picture @ (MIRROR if is_mirrored else np.eye(3)) @ to_picture
    return laid


@dataclass(frozen=True)
class _Squares:
    """
    The squares of a view, rows by columns, true or false.

    :param telling: has light and dark in one of them
    :param alike: telling, and the same in both
    :param lettered: letters or signs on flat ground in both: they tell of a banner or a screen, not of the picture
    :param written: lies under letters or a banner that one picture has alone: it tells nothing
    :param covered: has far more light and dark in one picture than in the other, or lies beside such a square
    :param faint: has fine detail in one of them, perhaps little; away from letters, and not painted over
    :param other_tone: share of all squares that are of another tone, and not written over
    :param contrary: share of the squares with detail of like strength in both where it is another one; 0 if few are
    :param stirred: faint, and more than what JPEG scatters: some detail in both, or much of it in one
    :param faintly_alike: faint, and the fine detail is the same in both
    :param comparable: faint, with detail of like strength in both
    :param clear: faint or loud, with clear detail in both, away from letters
    :param one_sided: how many squares away from letters have clear detail that the other picture does not show
    :param are_calm: whether one of the pictures is calm as a whole
    :param points_without_letters: how many of the points that agree lie in squares that are not lettered
    :param faint_points: how many of them lie in faint squares
    """

    telling: NDArray[Any]
    alike: NDArray[Any]
    lettered: NDArray[Any]
    written: NDArray[Any]
    covered: NDArray[Any]
    faint: NDArray[Any]
    stirred: NDArray[Any]
    faintly_alike: NDArray[Any]
    contrary: float
    other_tone: float
    comparable: NDArray[Any]
    clear: NDArray[Any]
    one_sided: int
    are_calm: bool
    points_without_letters: int
    faint_points: int


def _judge(query: Traits, held: Traits, lay: _Lay) -> Comparison | None:
    """Look at the pixels of both where they would show the same."""
    laid = lay.alignment
    if max(laid.query_share, laid.held_share) < _LEAST_SHARED:
        return None
    is_near = lay.distance is not None and lay.distance <= CERTAIN_DISTANCE
    likeness = lay.likeness if lay.method == "tones" else None
    verdict = _verdict(query, held, laid, is_near=is_near, are_calm=query.is_calm or held.is_calm, likeness=likeness)
    if verdict is None:
        return None
    inner = _on_one_page(query, held, laid)
    if inner is not None:
        # Two pages have their words and buttons in common, whatever they show: that is looked at alone, and closer.
        closer = _verdict(query, held, inner, is_near=True, are_calm=_is_calm_within(query, held, inner))
        if closer is None:
            return None
        verdict = replace(
            verdict, is_strong=verdict.is_strong and closer.is_strong, is_scene=verdict.is_scene or closer.is_scene
        )
    kind = Kind.SIMILAR_SCENE if verdict.is_scene else _kind(query, held, lay, verdict.differing)
    return Comparison(
        kind=kind,
        is_strong=verdict.is_strong,
        distance=lay.distance,
        inliers=laid.inliers,
        transform=[round(float(number), 8) for number in laid.transform.ravel()],
        is_mirrored=lay.is_mirrored,
        query_area=laid.query_area,
        held_area=laid.held_area,
        query_share=round(laid.query_share, 4),
        held_share=round(laid.held_share, 4),
        agreement=round(verdict.agreement, 4),
        method=lay.method,
    )


def _verdict(
    query: Traits, held: Traits, laid: Alignment, *, is_near: bool, are_calm: bool, likeness: float | None = None
) -> "_Verdict | None":
    """Judge one lay; None if the two do not agree. `likeness` is that of tones, where these alone laid them so."""
    squares = _look(query.grey, held.grey, laid, are_calm=are_calm)
    if squares is None:
        return None
    if likeness is not None:
        verdict = _by_search(squares, likeness)
    else:
        shares = _share_within(query, laid.query_share), _share_within(held, laid.held_share)
        is_most = max(shares) >= _MOST_OF_ONE
        verdict = _by_telling(squares, laid, is_near, is_most)
        if not (verdict and verdict.is_strong) and _is_calm(squares):
            verdict = _by_faint(squares, is_near, is_most) or verdict
    if verdict is None or (not verdict.is_scene and _is_refuted(squares)):
        return None
    if squares.contrary > _CONTRARY_SHARE or squares.other_tone > _TONE_SHARE or _is_doubtful(squares):
        return replace(verdict, is_strong=False)
    if verdict.is_strong and are_calm and _changed(query.grey, held.grey, laid, squares) >= _CHANGED_SQUARES:
        return replace(verdict, is_strong=False)
    return verdict


def _changed(query: Pixels, held: Pixels, laid: Alignment, squares: "_Squares") -> int:
    """
    Look closer at what lies on each other, and count the small squares that hold something else: a bird, a word.

    A square may lie askew by some pixels, as the one picture lies on the other. A card too small to be read is changed.
    """
    drawn = _drawn(query, held, laid, _CLOSE_PX)
    if drawn is None:
        return 0
    shown, inside, _ = drawn
    is_beside_picture = squares.clear.sum() >= _REFUTING_SQUARES
    is_card = not is_beside_picture and _is_page(squares)
    if is_card and max(inside.shape) < _READABLE_PX:
        return _CHANGED_SQUARES
    query_pixels, other = (cv2.GaussianBlur(pixels, (0, 0), 0.7) for pixels in shown)
    weights = _means(inside.astype(np.float32))
    query_pixels, other = (
        pixels - cv2.GaussianBlur(pixels, (0, 0), _CLOSE_PASSAGE_PX) for pixels in (query_pixels, other)
    )
    most = np.maximum(
        *(np.sqrt(np.maximum(_means(view * view) - _means(view) ** 2, 0)) for view in (query_pixels, other))
    )
    is_whole = weights >= 0.999
    # Where there is a picture beside the letters, what was written over it does not count; on a card it does.
    if is_beside_picture:
        size = is_whole.shape[::-1]
        is_whole &= cv2.resize(squares.written.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) == 0
    if not is_whole.any():
        return 0
    is_loud = is_whole & (most >= max(_CHANGED_LEVELS, _CHANGED_OVER * float(np.median(most[is_whole]))))
    count = 0
    for row, column in zip(*np.nonzero(is_loud), strict=True):
        top, left = row * _BLOCK_PX, column * _BLOCK_PX
        square = query_pixels[top : top + _BLOCK_PX, left : left + _BLOCK_PX]
        around = other[
            max(0, top - _ASKEW_PX) : top + _BLOCK_PX + _ASKEW_PX,
            max(0, left - _ASKEW_PX) : left + _BLOCK_PX + _ASKEW_PX,
        ]
        count += float(cv2.matchTemplate(around, square, cv2.TM_CCOEFF_NORMED).max()) < _CHANGED_LIKE
    return count


def _is_page(squares: "_Squares") -> bool:
    """Whether most of what tells something is letters."""
    return bool((squares.telling & ~squares.lettered).sum() < _LEAST_PHOTOGRAPHIC * squares.telling.sum())


def _on_one_page(query: Traits, held: Traits, laid: Alignment) -> Alignment | None:
    """Return how the pictures lie that both pages show in one place; None if these are no such pages."""
    if query.shown is None or held.shown is None:
        return None
    inner = laid.within(query.shown, held.shown)
    if inner is None:
        return None
    shares = [
        share / ((right - left) * (bottom - top))
        for share, (left, top, right, bottom) in ((inner.query_share, query.shown), (inner.held_share, held.shown))
    ]
    if min(shares) < _ONE_PLACE:
        return None
    left, top, right, bottom = held.shown
    points = [(x, y) for x, y in laid.points if left <= x <= right and top <= y <= bottom]
    return replace(inner, points=points, inliers=len(points))


def _is_calm_within(query: Traits, held: Traits, inner: Alignment) -> bool:
    parts = [_part(traits.grey, traits.shown or WHOLE) for traits in (query, held)]
    return any(_has_little_detail(part) for part in parts)


@dataclass(frozen=True)
class _Verdict:
    """
    What the squares say.

    :param is_scene: another exposure of the same scene
    :param agreement: share of the squares that count and agree
    :param differing: squares that clearly show something else
    """

    is_strong: bool
    agreement: float
    differing: NDArray[Any]
    is_scene: bool = False


def _by_telling(squares: _Squares, laid: Alignment, is_near: bool, is_most: bool) -> _Verdict | None:
    """Judge by the squares with light and dark and with detail; None if they do not agree."""
    telling = squares.telling & ~squares.written if squares.are_calm else squares.telling
    counted, same_from, strong_from = telling & ~squares.lettered, SAME_EXPOSURE, STRONG_AGREEMENT
    points = squares.points_without_letters
    if counted.sum() < max(_LEAST_AGREED, _LEAST_PHOTOGRAPHIC * telling.sum()):
        if squares.stirred.sum() >= max(_FAINT_SQUARES, squares.telling.sum()):
            return None  # a calm picture under a banner is no page: its letters tell of the banner
        if squares.are_calm and not is_most:
            return None  # nor is a small part of both a page
        counted, same_from, strong_from, points = squares.telling, _PAGE_SAME, _PAGE_STRONG, laid.inliers
    count, agreed = int(counted.sum()), int((counted & squares.alike).sum())
    agreement = agreed / count if count else 0.0
    differing = squares.telling & ~squares.alike
    if agreement < same_from or agreed < _LEAST_AGREED:
        if (beside := _beside_cover(squares, laid)) is not None:
            return _Verdict(False, beside, differing)
        if points < SCENE_INLIERS or laid.spread < SCENE_SPREAD or agreement < SCENE_AGREEMENT:
            return None
        return _Verdict(False, agreement, differing, is_scene=True)
    least_points = _CALM_INLIERS if squares.are_calm else STRONG_INLIERS
    is_strong = agreement >= strong_from and (is_near or points >= least_points)
    is_strong |= strong_from == STRONG_AGREEMENT and points >= MANY_INLIERS
    return _Verdict(is_strong and agreed >= STRONG_SQUARES, agreement, differing)


def _beside_cover(squares: _Squares, laid: Alignment) -> float | None:
    """Return the share that agrees beside what lies over one of them; None if that decides nothing."""
    if laid.inliers < SCENE_INLIERS:
        return None
    least = max(_BESIDE_SQUARES, _BESIDE_SHARE * squares.telling.sum())
    for beside, alike in (
        (squares.telling & ~squares.covered, squares.alike),
        (squares.comparable, squares.faintly_alike),
    ):
        count, agreed = int(beside.sum()), int((beside & alike).sum())
        if agreed >= max(least, _BESIDE_SAME * count):
            return agreed / count
    return None


def _by_search(squares: _Squares, likeness: float) -> _Verdict | None:
    """Judge what was laid by tones alone: by detail that both have, which chance seldom makes the same."""
    comparable, agreed = int(squares.comparable.sum()), int((squares.comparable & squares.faintly_alike).sum())
    agreement = agreed / max(1, comparable)
    is_like = likeness >= _LIKE_TONES and agreed >= _LIKE_SQUARES and agreement >= _LIKE_SAME
    if not is_like and (agreed < _SEARCHED_SQUARES or agreement < _SEARCHED_SAME):
        return None
    # Among so many ways of laying them a horizon finds another one: a person is asked.
    return _Verdict(False, agreement, squares.telling & ~squares.faintly_alike)


def _is_refuted(squares: _Squares) -> bool:
    """Whether faint detail away from letters is seldom the same, and no clear one away from them speaks for it."""
    clear = squares.telling & ~squares.lettered & ~squares.written
    if clear.sum() >= _QUIET_SQUARES and not _is_below(_QUIET_STRONG, squares.alike & clear, clear):
        return False
    agreeing = squares.comparable & squares.faintly_alike
    return _is_below(_REFUTED, squares.faintly_alike & squares.stirred, squares.stirred) or _is_below(
        _REFUTED_TOLD, agreeing, squares.comparable
    )


def _is_doubtful(squares: _Squares) -> bool:
    """Whether what agrees may be letters, a horizon, or a sky over another sea."""
    if squares.are_calm and _is_thin(squares):
        return True
    quiet = squares.telling & squares.faint
    if quiet.sum() >= _QUIET_SQUARES and not _is_below(_QUIET_STRONG, squares.alike & quiet, quiet):
        return False
    if squares.contrary and max(quiet.sum(), squares.faintly_alike.sum()) < _LEAST_AGREED:
        return True
    return _is_below(_FAINT_STRONG, squares.faintly_alike, squares.faint)


def _is_thin(squares: _Squares) -> bool:
    """Whether two calm pictures differ where they have detail: two moments of one place, or two under one banner."""
    count, agreed = int(squares.clear.sum()), int((squares.clear & squares.faintly_alike).sum())
    if count >= _REFUTING_SQUARES and agreed < _CALM_STRONG * count:
        return True
    return squares.one_sided >= _ONE_SIDED_SQUARES


def _is_below(share: float, agreeing: NDArray[Any], squares: NDArray[Any]) -> bool:
    count = int(squares.sum())
    return count >= _REFUTING_SQUARES and int(agreeing.sum()) < share * count


def _is_calm(squares: _Squares) -> bool:
    telling = squares.telling & ~squares.lettered & ~squares.written
    return bool(telling.sum() < _CALM * squares.faint.sum())


def _by_faint(squares: _Squares, is_near: bool, is_most: bool) -> _Verdict | None:
    """Judge a calm picture by its fine detail; None if that does not agree."""
    agreed = int(squares.faintly_alike.sum())
    agreement = agreed / max(1, int(squares.faint.sum()))
    points = squares.faint_points
    same_from = _FAINT_WITH_POINTS if points >= STRONG_INLIERS else _FAINT_SAME
    if agreement < same_from or agreed < _FAINT_SQUARES:
        comparable, agreed = int(squares.comparable.sum()), int((squares.comparable & squares.faintly_alike).sum())
        if not is_most or agreement < _FEW_AGREEMENT or agreed < _FEW_FAINT or agreed < _FEW_TOLD * comparable:
            return None
        return _Verdict(False, agreement, squares.telling & ~squares.faintly_alike)
    is_strong = agreement >= _FAINT_STRONG and (is_near or points >= _CALM_INLIERS)
    return _Verdict(is_strong, agreement, squares.telling & ~squares.faintly_alike)


def _drawn(
    query: Pixels, held: Pixels, laid: Alignment, longest_px: int
) -> tuple[list[NDArray[Any]], NDArray[Any], Matrix] | None:
    """Draw both in one view of what they share; return this, where both are, and the way there from the held one."""
    area = np.array(laid.held_area)
    (left, top), (right, bottom) = area.min(axis=0), area.max(axis=0)
    held_px = max((right - left) * held.shape[1], (bottom - top) * held.shape[0])
    extent = np.array(laid.query_area).max(axis=0) - np.array(laid.query_area).min(axis=0)
    query_px = max(extent * query.shape[::-1])
    # No larger than either shows it: what was never there cannot agree.
    scale = min(longest_px, held_px, query_px) / held_px if held_px > 0 else 0.0
    view = round((right - left) * held.shape[1] * scale), round((bottom - top) * held.shape[0] * scale)
    if min(view) < 2 * _BLOCK_PX:
        return None
    to_view = np.diag([view[0] / (right - left), view[1] / (bottom - top), 1.0]) @ np.array(
        [[1, 0, -left], [0, 1, -top], [0, 0, 1]]
    )
    shown = []
    for pixels, to_held in ((query, laid.transform), (held, np.eye(3))):
        from_pixels = np.diag([1 / pixels.shape[1], 1 / pixels.shape[0], 1.0])
        shown.append(_shown(pixels, to_view @ to_held @ from_pixels, view))
    inside = np.zeros(view[::-1], np.uint8)
    cv2.fillConvexPoly(inside, np.rint(project(to_view, area)).astype(np.int32), 1)
    # The outermost pixels belong to a border as soon as the lay is off by one.
    inside = cv2.erode(inside, np.ones((5, 5), np.uint8), borderValue=0)
    return shown, inside, to_view


def _look(query: Pixels, held: Pixels, laid: Alignment, *, are_calm: bool) -> "_Squares | None":
    """Lay both into one view of what they share and compare it square by square; None if there is nothing to see."""
    drawn = _drawn(query, held, laid, _VIEW_PX)
    if drawn is None:
        return None
    shown, inside, to_view = drawn
    seen = [np.rint(pixels).astype(np.uint8) for pixels in shown]
    weights = _means(inside.astype(np.float32))

    def mean(values: NDArray[Any]) -> NDArray[Any]:
        means: NDArray[Any] = _means(values * inside) / np.maximum(weights, 1e-6)
        return means

    # A little softness forgives a lay that is off by half a pixel, and what compression did.
    query_pixels, other = (cv2.GaussianBlur(pixels, (0, 0), 1.0) for pixels in shown)
    spread = [np.sqrt(np.maximum(mean(view * view) - mean(view) ** 2, 0)) for view in (query_pixels, other)]
    together = mean(query_pixels * other) - mean(query_pixels) * mean(other)
    fine = [view - cv2.GaussianBlur(view, (0, 0), _PASSAGE_PX) for view in (query_pixels, other)]
    detail = [np.sqrt(np.maximum(mean(view * view) - mean(view) ** 2, 0)) for view in fine]
    telling = (np.maximum(*spread) >= _LEAST_CONTRAST) & (np.maximum(*detail) >= _LEAST_DETAIL) & (weights >= 0.5)
    # A square that is flat in one picture alone has been painted over.
    alike = telling & (together / (np.maximum(spread[0], 0.8) * np.maximum(spread[1], 0.8)) >= _LIKE)
    lettered = (np.minimum(*spread) >= _LETTERS_CONTRAST) & _is_flat(seen[0]) & _is_flat(seen[1])
    on_ground = _is_on_ground(seen[0], query) & _is_on_ground(seen[1], held)
    if are_calm:
        on_ground &= np.minimum(*spread) >= _GROUND_CONTRAST
    lettered = telling & (lettered | on_ground)
    is_other_tone = _is_other_tone([mean(view) for view in (query_pixels, other)], alike, weights >= 0.5)
    written = _written(spread, detail, is_other_tone, are_calm=are_calm)
    covered = (np.maximum(*spread) >= _WRITTEN_CONTRAST) & (np.maximum(*spread) > _WRITTEN_OVER * np.minimum(*spread))
    covered = cv2.dilate(covered.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    # What JPEG scatters around the letters of a banner is the same wherever that banner is.
    quieter = np.minimum(*spread)
    usual = float(np.median(quieter[weights >= 0.5])) if (weights >= 0.5).any() else 0.0
    loud = lettered | (quieter >= min(_LETTERS_CONTRAST, max(_LOUD_CONTRAST, _LOUD_OVER * usual)))
    around = cv2.dilate(loud.astype(np.uint8), np.ones((3, 3), np.uint8))
    faint = (np.maximum(*detail) >= _FAINT_DETAIL) & (weights >= 0.5) & (around == 0) & ~written
    fine_together = mean(fine[0] * fine[1]) - mean(fine[0]) * mean(fine[1])
    correlation = fine_together / np.maximum(detail[0] * detail[1], 1e-6)
    faintly_alike = faint & (correlation >= _FAINT_LIKE)
    stirred = faint & ((np.minimum(*detail) >= _STIRRED[0]) | (np.maximum(*detail) >= _STIRRED[1]))
    comparable = (
        faint & (np.minimum(*detail) >= _WEAVE_LEVELS) & (np.maximum(*detail) <= _WEAVE_OVER * np.minimum(*detail))
    )
    away = (weights >= 0.5) & (around == 0) & ~written
    clear = faint & (np.minimum(*detail) >= _WEAVE_LEVELS)
    noise = np.sqrt(np.maximum(1 - correlation**2, 0)) * np.minimum(*detail)
    usual_noise = float(np.median(noise[away])) if away.any() else 0.0
    is_clear = np.maximum(*detail) >= max(_ONE_SIDED_LEVELS, _OVER_NOISE * usual_noise)
    one_sided = int((away & is_clear & (correlation < _ONE_SIDED)).sum())
    places = (project(to_view, np.array(laid.points).reshape(-1, 2)) / _BLOCK_PX).astype(int)
    rows, columns = lettered.shape
    columns_of, rows_of = places.clip(0, (columns - 1, rows - 1)).T
    points, faint_points = (int(squares[rows_of, columns_of].sum()) for squares in (~lettered & ~written, faint))
    contrary = _contrary(fine, written | (weights < 0.99))
    other_tone = float((is_other_tone & ~written).mean())
    return _Squares(
        telling,
        alike,
        lettered,
        written,
        covered,
        faint,
        stirred,
        faintly_alike,
        contrary,
        other_tone,
        comparable,
        clear,
        one_sided,
        are_calm,
        points,
        faint_points,
    )


def _is_other_tone(means: list[NDArray[Any]], alike: NDArray[Any], counted: NDArray[Any]) -> NDArray[Any]:
    """Say of each square whether its tone is another one, after what changes the light of the whole picture."""
    rows, columns = np.indices(alike.shape)
    terms = np.stack([means[0], np.ones_like(means[0]), rows, columns], axis=-1)
    fitted = counted & alike if (counted & alike).sum() >= 12 else counted
    off = np.zeros_like(means[0])
    for _ in range(4):
        if fitted.sum() < 12:
            break
        weights, *_rest = np.linalg.lstsq(terms[fitted], means[1][fitted], rcond=None)
        off = np.abs(terms @ weights - means[1])
        fitted = counted & (off <= max(_TONE_LEVELS / 2, 1.5 * float(np.median(off[counted]))))
    return counted & (off > _TONE_LEVELS)


def _contrary(fine: list[NDArray[Any]], left_out: NDArray[Any]) -> float:
    """Return in what share of the squares what is neither row nor column differs, of those where both have as much."""
    cut = [_cut(view).transpose(0, 2, 1, 3) for view in fine]
    weave = [
        view
        - view.mean(axis=2, keepdims=True)
        - view.mean(axis=3, keepdims=True)
        + view.mean(axis=(2, 3), keepdims=True)
        for view in cut
    ]
    levels = [np.sqrt((view * view).mean(axis=(2, 3))) for view in weave]
    correlation = (weave[0] * weave[1]).mean(axis=(2, 3)) / np.maximum(levels[0] * levels[1], 1e-6)
    comparable = (
        (np.minimum(*levels) >= _WEAVE_LEVELS) & (np.maximum(*levels) <= _WEAVE_OVER * np.minimum(*levels)) & ~left_out
    )
    other, same = (
        int((comparable & (correlation < _WEAVE_OTHER)).sum()),
        int((comparable & (correlation >= _WEAVE_SAME)).sum()),
    )
    return other / (other + same) if other >= _CONTRARY_SQUARES else 0.0


def _written(
    spread: list[NDArray[Any]], detail: list[NDArray[Any]], is_other_tone: NDArray[Any], *, are_calm: bool
) -> NDArray[Any]:
    """Say of each square whether something was put over it; of calm pictures also whether letters are beside it."""
    painted: NDArray[Any] = np.maximum(*detail) > _PAINTED_OVER * np.maximum(np.minimum(*detail), _PAINTED_LEVELS)
    if not are_calm:
        return painted
    seeds = (np.maximum(*spread) >= _WRITTEN_CONTRAST) & (np.maximum(*spread) > _WRITTEN_OVER * np.minimum(*spread))
    flat = (np.minimum(*spread) < _WRITTEN_FLAT) & (np.maximum(*detail) >= _FAINT_DETAIL)
    count, labels = cv2.connectedComponents((seeds | painted | flat | is_other_tone).astype(np.uint8), connectivity=8)
    is_written = np.bincount(labels.ravel(), weights=seeds.ravel(), minlength=count) > 0
    is_written[0] = False
    written = cv2.dilate(is_written[labels].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return written | painted if written.mean() <= _MOST_WRITTEN else painted


def _has_little_detail(grey: Pixels) -> bool:
    """Whether a picture is calm: few of its squares have detail, beyond the passages of light."""
    scale = min(1.0, _VIEW_PX / max(grey.shape))
    size = max(_BLOCK_PX, round(grey.shape[1] * scale)), max(_BLOCK_PX, round(grey.shape[0] * scale))
    small = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32), (0, 0), 1.0)
    detail = small - cv2.GaussianBlur(small, (0, 0), _PASSAGE_PX)
    is_telling = np.sqrt(np.maximum(_means(detail * detail) - _means(detail) ** 2, 0)) >= _LEAST_DETAIL
    return bool(is_telling.mean() < _CALM_PICTURE)


def _shown_on_page(grey: Pixels) -> Box | None:
    ground = _ground(grey)
    if ground is None:
        return None
    height_px, width_px = grey.shape
    is_off: NDArray[Any] = cv2.absdiff(grey, np.full(1, ground, np.uint8)) > _GROUND_LEVELS
    # Letters are thin: without them the largest thing on the page is the picture.
    thick = round(_THICK * max(grey.shape))
    kernel = np.ones((thick, thick), np.uint8)
    opened = cv2.morphologyEx(is_off.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    _, _, statistics, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    if len(statistics) < 2:
        return None
    left, top, wide, high, area = statistics[1:][np.argmax(statistics[1:, cv2.CC_STAT_AREA])]
    # A banner and a shore reach the edge on three sides.
    at_edge = [left <= 1, top <= 1, left + wide >= width_px - 1, top + high >= height_px - 1]
    if sum(at_edge) > 2 or area < _FILLED * wide * high or not _SHOWN[0] <= wide * high / grey.size <= _SHOWN[1]:
        return None
    return left / width_px, top / height_px, (left + wide) / width_px, (top + high) / height_px


def _part(grey: Pixels, box: Box) -> Pixels:
    height_px, width_px = grey.shape
    left, top, right, bottom = box
    return grey[round(top * height_px) : round(bottom * height_px), round(left * width_px) : round(right * width_px)]


def _shown(pixels: Pixels, to_view: Matrix, view: tuple[int, int]) -> NDArray[Any]:
    """Draw a picture as a view shows it, in floating point: the noise of single pixels averages out."""
    exact: NDArray[Any] = pixels.astype(np.float32)
    smaller = abs(float(np.linalg.det(to_view[:2, :2]))) ** -0.5
    if smaller > 1.2:
        exact = cv2.GaussianBlur(exact, (0, 0), 0.5 * smaller)
    # What lies beyond its edge goes on as the edge is: a black ground would look like detail that the other has not.
    drawn: NDArray[Any] = cv2.warpPerspective(
        exact, to_view, view, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return drawn


def _ground(picture: Pixels) -> int | None:
    """Return the one grey that much of a picture is of, as pages and screens are; None if there is none."""
    counts = np.convolve(np.bincount(picture.ravel(), minlength=256), np.ones(2 * _GROUND_LEVELS + 1), "same")
    ground = int(np.argmax(counts))
    return ground if counts[ground] >= _GROUND_SHARE * picture.size else None


def _is_on_ground(view: Pixels, picture: Pixels) -> NDArray[Any]:
    """Say of each square whether much of it is of the one grey that much of the picture is of, if there is one."""
    ground = _ground(picture)
    if ground is None:
        return np.zeros([side // _BLOCK_PX for side in view.shape], bool)
    on_ground: NDArray[Any] = cv2.absdiff(view, np.full(1, ground, np.uint8)) <= _GROUND_LEVELS
    return _means(on_ground) >= _ON_GROUND_SHARE


def _means(values: NDArray[Any]) -> NDArray[Any]:
    means: NDArray[Any] = _cut(values).mean(axis=(1, 3))
    return means


def _cut(values: NDArray[Any]) -> NDArray[Any]:
    """Cut into squares: rows of squares, rows of a square, columns of squares, columns of a square."""
    rows, columns = (side // _BLOCK_PX for side in values.shape)
    return values[: rows * _BLOCK_PX, : columns * _BLOCK_PX].reshape(rows, _BLOCK_PX, columns, _BLOCK_PX)


def _is_flat(view: Pixels) -> NDArray[Any]:
    """Say of each square whether nearly half of it is of one grey, as around letters and signs."""
    squares = _cut(view).transpose(0, 2, 1, 3)
    rows, columns = squares.shape[:2]
    greys = (squares // 4).reshape(rows * columns, -1).astype(np.int64)
    counts = np.bincount((greys + 64 * np.arange(len(greys))[:, None]).ravel(), minlength=64 * len(greys))
    counts = counts.reshape(-1, 64)
    share: NDArray[Any] = (counts[:, :-1] + counts[:, 1:]).max(axis=1) / greys.shape[1]
    return (share >= _FLAT_SHARE).reshape(rows, columns)


def _kind(query: Traits, held: Traits, lay: _Lay, differing: NDArray[Any]) -> Kind:
    laid = lay.alignment
    if lay.is_mirrored:
        return Kind.MIRRORED
    if lay.distance == 0 and np.array_equal(query.grey, held.grey):
        return Kind.IDENTICAL
    if laid.is_perspective:
        return Kind.SCREENSHOT
    if laid.query_share < _WHOLE <= laid.held_share and _is_framed(query, laid.query_area):
        return Kind.SCREENSHOT
    if laid.held_share < _WHOLE <= laid.query_share and _is_framed(held, laid.held_area):
        return Kind.SCREENSHOT
    if min(_share_within(query, laid.query_share), _share_within(held, laid.held_share)) < _WHOLE:
        return Kind.CROPPED
    count, _, statistics, _ = cv2.connectedComponentsWithStats(differing.astype(np.uint8), connectivity=8)
    largest = int(statistics[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0
    if largest >= max(_OVERLAID_BLOCKS, _OVERLAID_SHARE * differing.size):
        return Kind.OVERLAID
    return Kind.REENCODED


def _share_within(traits: Traits, share: float) -> float:
    """Return what share it is of the picture without its uniform borders."""
    if traits.print is None:
        return share
    left, top, right, bottom = traits.print.trim
    return min(1.0, share / ((right - left) * (bottom - top)))


def _is_framed(traits: Traits, area: Polygon) -> bool:
    """Whether the picture stands on a screen: it ends in straight steps, and around it much is of one grey."""
    grey = traits.grey.astype(np.int16)
    if traits.print is not None:
        share = float(cv2.contourArea(np.array(area, np.float32)))
        if _share_within(traits, share) >= _WHOLE:
            return False
    inner, outer = (_outline(grey, area, factor) for factor in _STEP)
    is_inside = (outer >= 0) & (inner >= 0)
    if is_inside.sum() < 20 or np.median(np.abs(outer - inner)[is_inside]) < _STEP_LEVELS:
        return False
    outside = np.ones(grey.shape, np.uint8)
    cv2.fillConvexPoly(outside, np.rint(np.array(area) * grey.shape[::-1]).astype(np.int32), 0)
    around = grey[outside > 0]
    commonest = int(np.argmax(np.bincount(around, minlength=256)))
    return bool((np.abs(around - commonest) <= _ONE_GREY).mean() >= _ONE_GREY_SHARE)


def _outline(grey: Pixels, area: Polygon, factor: float) -> NDArray[np.int16]:
    """Return the levels along the outline of an area, drawn in or out by a factor; -1 beyond the picture."""
    corners = np.array(area) * grey.shape[::-1]
    middle = corners.mean(axis=0)
    corners = middle + (corners - middle) * factor
    ways = np.linspace(0, 1, 100, endpoint=False)[:, None]
    places = np.concatenate(
        [here + (there - here) * ways for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    )
    columns, rows = np.floor(places).astype(int).T
    is_inside = (columns >= 0) & (rows >= 0) & (columns < grey.shape[1]) & (rows < grey.shape[0])
    levels = np.full(len(places), -1, np.int16)
    levels[is_inside] = grey[rows[is_inside], columns[is_inside]]
    return levels
