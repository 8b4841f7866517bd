"""In a real browser: two pictures compared and answered by keys, a picture pasted into the search, accessibility."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from archive.accounts.models import User
from archive.matching.models import Match, MatchRuling
from tests.builders import make_caption, make_item
from tests.web.test_browser import RULES
from tests.web.test_matches import make_crop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]


@pytest.fixture
def pairs(transactional_db: None, with_pictures: Callable[..., None]) -> list[Match]:
    made = []
    for number in range(3):
        held, other = make_item(file_name=f"held-{number}.jpg"), make_item(file_name=f"other-{number}.jpg")
        make_caption(held, "A boat off Dunkirk in April")
        make_caption(other, "A boat off Dunkirk on Tuesday")
        with_pictures(held, other)
        made.append(make_crop(held, other))
    return made


def test_pairs_are_answered_by_keys_alone(page_of: Callable[..., Any], people: People, pairs: list[Match]) -> None:
    page = page_of(people["archivist"], "/matches/")

    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/matches/{pairs[0].pk}/"))
    page.keyboard.press("a")
    page.wait_for_url(re.compile(rf"/matches/{pairs[1].pk}/"))
    page.keyboard.press("w")
    page.keyboard.type("another boat")
    page.keyboard.press("Enter")
    page.keyboard.press("x")
    page.wait_for_url(re.compile(rf"/matches/{pairs[2].pk}/"))
    page.keyboard.press("e")
    page.get_by_text("No pair waits").wait_for()

    rulings = MatchRuling.objects.order_by("pk").values_list("match", "standing", "kind", "reason")
    assert list(rulings) == [
        (pairs[0].pk, "ACCEPTED", "", ""),
        (pairs[1].pk, "REJECTED", "", "another boat"),
        (pairs[2].pk, "ACCEPTED", "SIMILAR_SCENE", ""),
    ]
    assert page.problems == []


def test_the_pictures_are_aligned_and_laid_in_three_ways(
    page_of: Callable[..., Any], people: People, pairs: list[Match]
) -> None:
    page = page_of(people["researcher"], f"/matches/{pairs[0].pk}/")
    stage, over = page.locator("#stage").bounding_box(), page.locator("#over img").bounding_box()

    # `other` is the middle half of `held`: it lies there, at half the size.
    assert over["width"] == pytest.approx(stage["width"] / 2, abs=1)
    assert over["x"] - stage["x"] == pytest.approx(stage["width"] / 4, abs=1)
    assert over["y"] - stage["y"] == pytest.approx(stage["height"] / 4, abs=1)

    page.keyboard.press("d")
    assert page.locator("#over").evaluate("one => getComputedStyle(one).mixBlendMode") == "difference"
    page.keyboard.press("Space")
    assert page.locator("#over").evaluate("one => getComputedStyle(one).visibility") == "hidden"
    page.keyboard.press("Space")
    assert page.locator("#over").evaluate("one => getComputedStyle(one).visibility") == "visible"
    page.keyboard.press("s")
    page.keyboard.press("ArrowRight")
    assert page.locator("#stage").evaluate("one => one.style.getPropertyValue('--at')") == "55%"


@pytest.mark.parametrize("width, scheme", [(1440, "light"), (390, "dark")])
def test_pages_of_copies_pass_the_accessibility_rules(
    page_of: Callable[..., Any], people: People, pairs: list[Match], width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    item = pairs[0].held.item
    paths = ["/matches/", f"/matches/{pairs[0].pk}/", f"/items/{item.pk}/copies/", f"/items/{item.pk}/#copies"]
    paths += ["/search/by-image/"]
    page = page_of(people["archivist"], "/", viewport={"width": width, "height": 900}, color_scheme=scheme)
    faults = []
    for path in paths:
        page.goto(path)
        found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]
        faults += [(path, fault["id"], fault["nodes"][0]["html"][:120]) for fault in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "wider than the window", ""))

    assert faults == []
