"""In a real browser: the map of the results as a control, by mouse, by finger and by keyboard."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.models import Item
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import make_claim, make_item, make_place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def coast(transactional_db: None, with_pictures: Callable[..., None]) -> list[Item]:
    """Three items by their cameras near Dunkirk, two led to Calais, one by its camera at Dover."""
    calais = make_place(
        "Calais", kind=Place.Kind.TOWN, latitude_degrees=50.95, longitude_degrees=1.86, radius_metres=3000
    )
    items = []
    for north, east in ((51.030, 2.360), (51.033, 2.366), (51.036, 2.372), (51.12, 1.31)):
        items.append(item := make_item())
        make_claim(
            item, Property.LOCATION_CREATED, kind=SourceKind.DEVICE_METADATA,
            latitude_degrees=north, longitude_degrees=east, uncertainty_metres=20,
        )  # fmt: skip
    for _ in range(2):
        items.append(item := make_item())
        make_claim(item, Property.LOCATION_SHOWN, value_place=calais)
    with_pictures(*items)
    return items


def mark(page: Any, label: str) -> Any:
    return page.get_by_role("button", name=re.compile(label))


def ready(page: Any) -> None:
    page.locator("[data-results-map][data-ready]").wait_for()


def closer(page: Any) -> None:
    """Wait until the map has been moved so near that each mark in view is one item's."""
    page.wait_for_function(
        """() => {
            const marks = [...document.querySelectorAll(".leaflet-marker-pane .mark")];
            return marks.length > 0 && marks.every((mark) => mark.row.item);
        }"""
    )


def labels(page: Any) -> list[str]:
    return page.eval_on_selector_all(".leaflet-marker-pane .mark", "all => all.map(one => one.ariaLabel)")


def test_marks_count_what_stands_there_and_show_it_under_the_pointer(
    page_of: Callable[..., Any], people: People, coast: list[Item]
) -> None:
    page = page_of(people["researcher"], "/?view=map")
    ready(page)
    assert labels(page)[:2] == ["3 items, by the position of the camera", "2 items, Calais"]

    mark(page, "2 items, Calais").hover()

    peek = page.get_by_role("group", name="What stands there")
    peek.get_by_role("link").first.wait_for()
    assert peek.locator("img").count() == 2
    assert page.locator(".mark--place").first.get_attribute("aria-label") == "2 items, Calais"
    assert page.problems == []


def test_how_much_lies_outside_is_told_of_the_view_as_it_is(
    page_of: Callable[..., Any], people: People, coast: list[Item]
) -> None:
    page = page_of(people["researcher"], "/?view=map")
    ready(page)
    outside = page.get_by_role("button", name="Outside this view")
    assert outside.count() == 0

    mark(page, "3 items").press("Enter")
    closer(page)
    assert outside.inner_text() == "Outside this view: 3 · show all"

    outside.click()
    mark(page, "2 items, Calais").wait_for()
    assert outside.count() == 0 and page.problems == []


def test_a_mark_is_looked_at_closer_and_its_picture_opened_by_keyboard_alone(
    page_of: Callable[..., Any], people: People, coast: list[Item]
) -> None:
    page = page_of(people["researcher"], "/?view=map")
    ready(page)

    mark(page, "2 items, Calais").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.ariaLabel") == "1 item, by the position of the camera"
    page.get_by_role("group", name="What stands there").get_by_role("link").first.wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    focused = page.evaluate("document.activeElement.ariaLabel")
    assert focused == "3 items, by the position of the camera"

    page.keyboard.press("Enter")
    closer(page)
    assert page.evaluate("document.activeElement.ariaLabel") == "1 item, by the position of the camera"
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/items/\d+/\?view=map"))


def test_only_one_mark_is_a_stop_of_the_tab_key_and_escape_puts_the_pictures_away(
    page_of: Callable[..., Any], people: People, coast: list[Item]
) -> None:
    page = page_of(people["researcher"], "/?view=map")
    ready(page)
    assert page.locator('.leaflet-marker-pane .mark[tabindex="0"]').count() == 1

    mark(page, "2 items, Calais").focus()
    peek = page.get_by_role("group", name="What stands there")
    peek.wait_for()
    page.keyboard.press("Escape")

    assert not peek.is_visible()
    assert page.evaluate("document.activeElement.ariaLabel") == "2 items, Calais"


def test_the_area_that_is_seen_is_searched(page_of: Callable[..., Any], people: People, coast: list[Item]) -> None:
    page = page_of(people["researcher"], "/?view=map")
    ready(page)
    mark(page, "3 items").click()
    closer(page)

    page.get_by_role("button", name="Search this area").click()

    page.get_by_role("link", name=re.compile("Remove in the box")).wait_for()
    assert "within" in page.url and "view=map" in page.url
    assert page.locator(".results__counts strong").inner_text() == "3 items"
    ready(page)
    page.wait_for_function("() => document.activeElement.id === 'map-area'")
    assert page.locator(".leaflet-overlay-pane canvas").count() == 1


def test_a_box_is_drawn_with_the_mouse(page_of: Callable[..., Any], people: People, coast: list[Item]) -> None:
    page = page_of(people["researcher"], "/?view=map")
    ready(page)
    at = mark(page, "2 items, Calais").bounding_box()

    page.get_by_role("button", name="Draw a box").click()
    assert "Draw a box: drag" in page.locator("[data-map-told]").inner_text()
    page.mouse.move(at["x"] - 30, at["y"] - 30)
    page.mouse.down()
    page.mouse.move(at["x"] + 60, at["y"] + 60, steps=5)
    page.mouse.up()

    page.get_by_role("link", name=re.compile("Remove in the box")).wait_for()
    assert page.locator(".results__counts strong").inner_text() == "2 items"


def test_a_polygon_is_drawn_with_the_mouse_and_ends_at_its_first_corner(
    page_of: Callable[..., Any], people: People, coast: list[Item]
) -> None:
    page = page_of(people["researcher"], "/?view=map")
    ready(page)
    at = mark(page, "2 items, Calais").bounding_box()
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2

    page.get_by_role("button", name="Draw a polygon").click()
    for right, down in ((-50, 40), (0, -50), (50, 40), (-50, 40)):
        page.mouse.click(x + right, y + down)

    page.get_by_role("link", name=re.compile("Remove in a polygon of 3 corners")).wait_for()
    assert page.locator(".results__counts strong").inner_text() == "2 items"


def test_a_polygon_is_drawn_by_keyboard_alone(page_of: Callable[..., Any], people: People, coast: list[Item]) -> None:
    page = page_of(people["researcher"], "/?view=map")
    ready(page)

    page.keyboard.press("p")
    page.wait_for_function("() => document.activeElement.hasAttribute('data-map-stage')")
    for keys in (["Shift+ArrowLeft"] * 9, ["Shift+ArrowUp"] * 5, ["Shift+ArrowRight"] * 18, ["Shift+ArrowDown"] * 8):
        for key in keys:
            page.keyboard.press(key)
        page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Search in the polygon").focus()
    page.keyboard.press("Enter")

    page.get_by_role("link", name=re.compile("Remove in a polygon of 4 corners")).wait_for()
    page.wait_for_function("() => document.activeElement.id === 'map-polygon'")
    assert page.problems == []


def test_drawing_is_given_up_with_escape_and_leaves_nothing(
    page_of: Callable[..., Any], people: People, coast: list[Item]
) -> None:
    page = page_of(people["researcher"], "/?view=map")
    ready(page)

    page.keyboard.press("b")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")

    assert page.locator("[data-map-told]").inner_text() == "Nothing is drawn."
    assert page.locator(".map-cross").count() == 0
    page.wait_for_function("() => document.activeElement.id === 'map-box'")
    assert "within" not in page.url


def test_on_a_phone_a_finger_shows_what_stands_there_before_it_opens_it(
    page_of: Callable[..., Any], people: People, coast: list[Item]
) -> None:
    page = page_of(
        people["researcher"], "/?view=map", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    ready(page)
    assert len(labels(page)) >= 2

    mark(page, "2 items, Calais").tap()

    page.get_by_role("group", name="What stands there").get_by_role("link").first.wait_for()
    assert "/items/" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_two_continents_are_seen_together(
    page_of: Callable[..., Any], people: People, coast: list[Item]
) -> None:
    for east in (-74.0, -74.1, -74.2, -74.3, -74.4, -74.5):
        make_claim(
            make_item(), Property.LOCATION_CREATED, kind=SourceKind.DEVICE_METADATA,
            latitude_degrees=40.7, longitude_degrees=east, uncertainty_metres=20,
        )  # fmt: skip
    page = page_of(people["researcher"], "/?view=map", viewport={"width": 390, "height": 844})
    ready(page)

    page.wait_for_function(
        """() => {
            const map = document.querySelector("[data-map-stage]").getBoundingClientRect();
            const marks = [...document.querySelectorAll(".leaflet-marker-pane .mark")];
            const isSeen = (box) => box.left >= map.left && box.right <= map.right;
            return marks.length > 1 && marks.every((mark) => isSeen(mark.getBoundingClientRect()));
        }"""
    )
    assert [label.split(",")[0] for label in labels(page)] == ["6 items", "6 items"]


@pytest.mark.parametrize("width, scheme", [(1440, "light"), (390, "dark")])
def test_the_map_with_its_marks_passes_the_accessibility_rules(
    page_of: Callable[..., Any], people: People, coast: list[Item], width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = page_of(people["researcher"], "/?view=map", viewport={"width": width, "height": 844}, color_scheme=scheme)
    ready(page)
    mark(page, "2 items, Calais").focus()
    page.get_by_role("group", name="What stands there").get_by_role("link").first.wait_for()
    if width > 700:
        page.get_by_role("button", name="Draw a polygon").click()

    found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]

    assert [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found] == []
