"""In a real browser: a distressing picture by keyboard, with and without scripts, and what a screen reader is told."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.review.flags import flag_picture
from tests.builders import make_caption, make_item, make_match

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def pictures(transactional_db: None, with_pictures: Callable[..., None]) -> list[Item]:
    """Three pictures, of which the first two are distressing and copies of one another."""
    items = [make_item(file_name=f"boat-{number}.jpg") for number in range(3)]
    for item in items:
        make_caption(item, "A boat that has capsized, seen from the pier.")
    make_match(items[0], items[1])
    Item.objects.filter(pk__in=[item.pk for item in items[:2]]).update(is_distressing=True)
    with_pictures(*items)
    return items


def image(page: Any, item: Item) -> tuple[str, str]:
    found = page.locator(f"img[data-picture='{item.pk}']").first
    return found.get_attribute("src").partition("?")[2], found.get_attribute("alt")


def test_a_picture_of_the_grid_is_shown_in_its_place_by_key_and_stays_shown(
    page_of: Callable[..., Any], people: People, pictures: list[Item]
) -> None:
    page = page_of(people["researcher"], "/")
    one, other, _clear = pictures
    assert image(page, one)[0] == "blurred"
    assert image(page, one)[1].startswith("distressing picture, hidden until asked for: ")

    button = page.get_by_role("button", name="Show the distressing picture").first
    key = int(page.locator("[data-reveals]").first.get_attribute("data-reveals"))
    shown, left = (one, other) if key == one.pk else (other, one)
    button.focus()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 204):
        page.keyboard.press("Enter")

    page.wait_for_function(f"() => document.querySelector('img[data-picture=\"{shown.pk}\"]').src.endsWith('?shown')")
    assert "hidden" not in image(page, shown)[1]
    assert image(page, left)[0] == "blurred"
    page.reload()
    assert (image(page, shown)[0], image(page, left)[0]) == ("shown", "blurred")
    assert page.get_by_role("button", name="Blur the distressing picture").count() == 1
    assert page.problems == []


def test_without_scripts_the_button_loads_the_page_with_the_picture(
    page_of: Callable[..., Any], people: People, pictures: list[Item]
) -> None:
    page = page_of(people["researcher"], "/", java_script_enabled=False)

    page.locator(f"[data-reveals='{pictures[1].pk}'] button").click()

    assert (image(page, pictures[1])[0], image(page, pictures[0])[0]) == ("shown", "blurred")


def test_one_key_of_the_item_page_shows_it(page_of: Callable[..., Any], people: People, pictures: list[Item]) -> None:
    page = page_of(people["researcher"], f"/items/{pictures[0].pk}/")
    assert page.locator("#stage img").get_attribute("src").endswith("?blurred")

    with page.expect_navigation():
        page.keyboard.press("v")

    assert page.locator("#stage img").get_attribute("src").endswith("?shown")


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_with_distressing_pictures_are_accessible_and_nothing_overflows(
    page_of: Callable[..., Any], people: People, pictures: list[Item], width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = page_of(people["moderator"], "/", viewport={"width": width, "height": 900})

    item = pictures[0].pk
    flag, _is_new = flag_picture(pictures[2], ground="DISTRESSING", by=people["researcher"], note="A body in the surf.")
    flag_picture(pictures[2], ground="FAMILY_REQUEST", by=people["moderator"], note="They wrote to the archive.")
    opened = {f"/items/{item}/": "#act-mark", f"/items/{pictures[2].pk}/": "#act-flag"}
    others = ("/", "/?view=list", f"/items/{item}/copies/", "/matches/1/", "/review/flags/", "/account/flags/")
    for address in (*opened, *others, f"/review/flags/{flag.pk}/", f"/review/flags/{flag.pk + 1}/"):
        page.goto(address)
        if address in opened:
            page.locator(f"{opened[address]} summary").click()
        found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{width}{address.replace('/', '_').replace('?', '_')}.png", full_page=True)


@pytest.mark.parametrize("width", [1440, 390])
def test_what_is_open_before_a_release_is_shown_accessibly_and_answered(
    page_of: Callable[..., Any], people: People, pictures: list[Item], width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    item = pictures[0]
    flag_picture(item, ground="FAMILY_REQUEST", by=people["researcher"], note="They wrote to the archive.")
    page = page_of(people["moderator"], f"/items/{item.pk}/", viewport={"width": width, "height": 900})
    page.locator("#act-access summary").click()
    page.get_by_label("released to the public").check()
    with page.expect_navigation():
        page.locator("#act-access button").click()

    found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{width}_release.png", full_page=True)
    page.locator("#act-access textarea").fill("The family agreed.")
    page.get_by_label("I have seen what is open").check()
    with page.expect_navigation():
        page.locator("#act-access button").click()

    assert page.get_by_text("Saved: released to the public").is_visible()
    assert Item.objects.get(pk=item.pk).access == "RELEASED"
