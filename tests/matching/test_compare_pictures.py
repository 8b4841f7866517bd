from functools import partial

import cv2
import numpy as np
import pytest

from archive.matching.alignment import project
from archive.matching.compare_pictures import Comparison, Traits, compare
from archive.matching.features import features
from archive.matching.fingerprints import Pixels, fingerprint
from archive.matching.kinds import Kind
from tests.matching.pictures import (
    bordered,
    card_of_words,
    clouds,
    empty_sea,
    misty_hills,
    photograph,
    saved,
    sea_under_clouds,
    with_birds,
)


def traits(pixels: Pixels) -> Traits:
    return Traits(fingerprint(pixels), features(pixels), partial(np.asarray, pixels))


def compared(query: Pixels, held: Pixels) -> Comparison | None:
    return compare(traits(query), traits(held))


def with_banner(pixels: Pixels) -> Pixels:
    pixels = pixels.copy()
    top = round(len(pixels) * 0.82)
    pixels[top:] = (90, 30, 20)
    cv2.putText(
        pixels, "LIVE: the coast", (60, top + 70), cv2.FONT_HERSHEY_DUPLEX, 1.8, (255, 255, 255), 3, cv2.LINE_AA
    )
    return pixels


def on_a_phone(pixels: Pixels) -> Pixels:
    screen = np.full((1600, 800, 3), 244, np.uint8)
    for line, words in ((60, "09:41"), (180, "harbour watch"), (1100, "312 likes"), (1300, "where is this?")):
        cv2.putText(screen, words, (50, line), cv2.FONT_HERSHEY_DUPLEX, 1.2, (20, 20, 20), 2, cv2.LINE_AA)
    shown = cv2.resize(pixels, (800, round(800 * pixels.shape[0] / pixels.shape[1])), interpolation=cv2.INTER_AREA)
    screen[300 : 300 + len(shown)] = shown
    return screen


def from_a_slant(pixels: Pixels) -> Pixels:
    height_px, width_px = pixels.shape[:2]
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * (width_px, height_px)
    seen = np.array([[0.12, 0.14], [0.9, 0.06], [0.94, 0.92], [0.08, 0.84]], np.float32) * (width_px, height_px)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))
    return cv2.warpPerspective(pixels, matrix, (width_px, height_px), borderValue=(40, 44, 50))


def turned(pixels: Pixels) -> Pixels:
    height_px, width_px = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width_px / 2, height_px / 2), 3, 1.1)
    return cv2.warpAffine(pixels, matrix, (width_px, height_px), flags=cv2.INTER_LINEAR)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda pixels: saved(pixels, 30), Kind.REENCODED),
        (lambda pixels: cv2.resize(pixels, (450, 300), interpolation=cv2.INTER_AREA), Kind.REENCODED),
        (lambda pixels: cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), Kind.REENCODED),
        (lambda pixels: bordered(pixels, 60, 255), Kind.REENCODED),
        (lambda pixels: pixels[60:540, 200:860], Kind.CROPPED),
        (lambda pixels: pixels[300:, 450:], Kind.CROPPED),
        (turned, Kind.CROPPED),
        (lambda pixels: pixels[:, ::-1], Kind.MIRRORED),
        (lambda pixels: pixels[50:500, 100:800][:, ::-1], Kind.MIRRORED),
        (with_banner, Kind.OVERLAID),
        (on_a_phone, Kind.SCREENSHOT),
        (from_a_slant, Kind.SCREENSHOT),
    ],
    ids=[
        "saved again",
        "half size",
        "grey",
        "border",
        "crop",
        "quarter",
        "turned",
        "mirror",
        "mirrored crop",
        "banner",
        "phone",
        "slant",
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_copy_is_recognised_for_what_it_is(seed, change, kind):
    pixels = photograph(seed)

    forth = compared(saved(change(pixels)), pixels)
    back = compared(pixels, saved(change(pixels)))

    assert forth is not None and back is not None
    assert (forth.kind, forth.is_strong) == (back.kind, back.is_strong) == (kind, True)


def test_the_same_pixels_in_another_file_are_identical():
    assert compared(photograph(1), photograph(1)).kind is Kind.IDENTICAL


def test_the_transform_says_where_in_the_held_picture_a_mirrored_crop_lies():
    pixels = photograph(3)

    found = compared(pixels[150:600, 300:900][:, ::-1], pixels)

    corners = project(np.array(found.transform).reshape(3, 3), np.array([[0.0, 0.0], [1.0, 1.0]]))
    assert corners == pytest.approx(np.array([[1.0, 0.25], [1 / 3, 1.0]]), abs=0.01)
    assert found.held_share == pytest.approx(0.5, abs=0.02)
    assert found.query_share > 0.97
    assert found.is_mirrored


def test_different_pictures_have_nothing_to_do_with_each_other():
    seen = [traits(photograph(seed)) for seed in range(10)]

    assert [compare(one, other) for one in seen for other in seen if one is not other] == [None] * 90


@pytest.mark.parametrize("around", [with_banner, on_a_phone], ids=["banner", "phone"])
def test_two_pictures_under_one_banner_or_on_one_screen_are_not_the_same(around):
    pictures = [traits(around(photograph(seed))) for seed in range(4)]

    assert [compare(one, other) for one in pictures for other in pictures if one is not other] == [None] * 12


@pytest.mark.parametrize(
    "change",
    [with_banner, lambda pixels: pixels[:, :450]],
    ids=["banner", "half"],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_copy_of_hills_in_mist_is_recognised(seed, change):
    pixels = misty_hills(seed)

    found = compared(saved(change(pixels)), saved(pixels, 80))

    assert found is not None
    assert found.kind in (Kind.OVERLAID, Kind.CROPPED)


def test_different_hills_in_mist_have_nothing_to_do_with_each_other():
    seen = [traits(saved(change(misty_hills(seed)))) for seed in range(6) for change in (np.asarray, with_banner)]

    found = [
        (n, m) for n, one in enumerate(seen) for m, other in enumerate(seen) if n // 2 != m // 2 and compare(one, other)
    ]

    assert found == []


def with_words_over(pixels: Pixels) -> Pixels:
    pixels = pixels.copy()
    for line, words in ((100, "THEY SAY NOTHING"), (330, "SHARE BEFORE"), (560, "IT IS DELETED")):
        for colour, thick in (((0, 0, 0), 9), ((255, 255, 255), 4)):
            cv2.putText(pixels, words, (130, line), cv2.FONT_HERSHEY_DUPLEX, 2, colour, thick, cv2.LINE_AA)
    return pixels


@pytest.mark.parametrize("cut", [np.s_[:300, :450], np.s_[150:450, 225:675], np.s_[:, 450:]])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_part_of_a_sky_is_recognised_by_its_tones(seed, cut):
    sky = clouds(seed)

    found = compared(saved(sky[cut], 85), saved(sky, 85))

    assert found is not None
    assert found.kind is Kind.CROPPED


@pytest.mark.parametrize("change", [with_banner, with_words_over], ids=["banner", "words"])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_written_over_a_sky_does_not_count_against_it(seed, change):
    found = compared(saved(change(clouds(seed))), saved(clouds(seed), 85))

    assert found is not None
    assert found.kind is Kind.OVERLAID


@pytest.mark.parametrize("levels", [2.0, 3.0])
def test_calm_detail_beside_words_speaks_for_a_copy_where_the_rest_lies_under_them(levels):
    rng = np.random.default_rng(1)
    ripples = cv2.resize(rng.normal(0, 1, (60, 40)).astype(np.float32), (900, 600), interpolation=cv2.INTER_CUBIC)
    strength = np.where(np.arange(600) < 260, levels, 11)[:, None, None]
    beach = np.clip(150 + strength * ripples[:, :, None] + rng.normal(0, 1, (600, 900, 3)), 0, 255).astype(np.uint8)
    written = beach.copy()
    for line in (330, 440, 550):
        for colour, thick in (((0, 0, 0), 9), ((255, 255, 255), 4)):
            cv2.putText(
                written, "THEY SAY NOTHING", (130, line), cv2.FONT_HERSHEY_DUPLEX, 2, colour, thick, cv2.LINE_AA
            )

    found = compared(saved(written, 70), saved(beach, 85))

    assert found is not None
    assert (found.kind, found.is_strong) == (Kind.OVERLAID, False)


@pytest.mark.parametrize("around", [np.asarray, with_banner, with_words_over, on_a_phone])
def test_different_skies_are_no_match_whatever_both_lie_under(around):
    seen = [traits(saved(around(clouds(seed)), 85)) for seed in range(4)]

    found = [compare(one, other) for one in seen for other in seen if one is not other]

    assert [answer for answer in found if answer and answer.is_strong] == []


@pytest.mark.parametrize("seed", [1, 2])
def test_one_sea_at_two_moments_is_no_strong_match(seed):
    found = compared(saved(sea_under_clouds(seed, 1), 85), saved(sea_under_clouds(seed, 2), 85))

    assert found is None or not found.is_strong


def test_two_cards_of_one_layout_are_no_strong_match_but_a_card_saved_again_is():
    one = card_of_words(["all boats are back", "no search tonight", "thank you to everyone", "the harbour office"])
    other = card_of_words(["meeting at the pier", "bring warm clothes", "we look for three men", "coastguard and town"])

    copy, another = compared(saved(one, 50), one), compared(saved(other, 85), saved(one, 85))

    assert copy is not None
    assert copy.is_strong
    assert another is None or not another.is_strong


WORDS = ["all boats are back", "no search tonight", "thank you to everyone", "the harbour office"]


@pytest.mark.parametrize("words", ["the search goes on", "no ferry on sunday"])
def test_a_card_with_another_line_is_no_strong_match(words):
    card, other = card_of_words(WORDS), card_of_words([WORDS[0], words, *WORDS[2:]])

    found = compared(saved(other, 85), saved(card, 85))

    assert found is None or not found.is_strong


@pytest.mark.parametrize("seed", [1, 2])
def test_a_bird_elsewhere_in_a_sky_makes_it_another_moment(seed):
    one, other = with_birds(clouds(seed), 1), with_birds(clouds(seed), 2)

    copy, another = compared(saved(one, 50), saved(one, 85)), compared(saved(one, 85), saved(other, 85))

    assert copy.is_strong
    assert another is not None
    assert not another.is_strong


@pytest.mark.parametrize("seed", [3, 5, 7])
def test_other_mist_over_the_same_hills_is_no_strong_match(seed):
    one, other = misty_hills(seed, moment=1), misty_hills(seed, moment=2)

    copy, another = compared(saved(one, 85), one), compared(saved(one, 85), saved(other, 85))

    assert copy.is_strong
    assert another is None or not another.is_strong


def test_a_part_of_a_blur_that_few_points_hold_is_asked_about():
    blur = cv2.GaussianBlur(clouds(6, 40), (0, 0), 12)

    found = compared(saved(blur[:300, :450], 85), saved(blur, 85))

    assert found is not None
    assert (found.kind, found.is_strong) == (Kind.CROPPED, False)
    assert found.inliers < 15


def framing(seed: int, level: int) -> Pixels:
    pixels = photograph(seed)
    pixels[120:480, 180:720] = level
    return pixels


@pytest.mark.parametrize("seed", [1, 2])
def test_a_plain_picture_of_another_tone_in_one_frame_is_no_strong_match(seed):
    copy = compared(saved(framing(seed, 60), 60), saved(framing(seed, 60), 85))
    another = compared(saved(framing(seed, 60), 85), saved(framing(seed, 190), 85))

    assert copy.is_strong
    assert another is not None
    assert not another.is_strong


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_moments_of_a_sea_on_one_phone_are_no_match_but_a_copy_is(seed):
    screens = [saved(on_a_phone(sea_under_clouds(seed, moment)), 85) for moment in (1, 2)]

    copy, another = compared(saved(screens[0], 60), screens[0]), compared(*screens)

    assert copy is not None
    assert copy.is_strong
    assert another is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_turned_calm_picture_does_not_end_in_an_edge(seed):
    found = compared(saved(turned(clouds(seed)), 85), saved(clouds(seed), 85))

    assert found is not None
    assert found.is_strong


def test_what_tones_alone_have_laid_is_asked_about():
    sky = clouds(1)
    query, held = (
        Traits(None, None, partial(np.asarray, pixels)) for pixels in (saved(sky[150:450, 225:675], 85), sky)
    )

    found = compare(query, held)

    assert (found.method, found.kind, found.is_strong) == ("tones", Kind.CROPPED, False)


def test_what_was_painted_over_does_not_make_the_rest_another_picture():
    pixels, painted = photograph(5), photograph(5)
    painted[:240, :400] = photograph(6)[:240, :400]

    found = compared(painted, pixels)

    assert found.kind is Kind.OVERLAID
    assert 0.65 < found.agreement < 0.85


def test_a_plain_picture_is_not_matchable_and_says_why():
    plain = traits(empty_sea())

    assert not plain.is_matchable
    assert "too plain" in plain.reason
    assert compare(plain, plain) is None


def test_prints_alone_speak_until_the_features_are_there():
    pixels = photograph(7)
    held = Traits(fingerprint(pixels), None, lambda: pixels)

    found = compare(traits(saved(pixels, 40)), held)

    assert (found.kind, found.method, found.inliers, found.is_strong) == (Kind.REENCODED, "pdq", 0, True)
