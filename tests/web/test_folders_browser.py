"""A folder is ordered in a real browser: by dragging, and by the keyboard, with the focus where the work is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from archive.folders.fill_folders import make_folder, put_in
from archive.folders.models import Folder
from archive.saved_searches.keep_searches import keep_search
from tests.builders import NOW, make_item, make_people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shelf(with_pictures: Callable[..., None]) -> tuple[Folder, list[int], dict[str, Any]]:
    people = make_people()
    items = [make_item() for _number in range(3)]
    with_pictures(*items)
    folder = make_folder(name="Shelf", by=people["archivist"], at=NOW)
    put_in(folder, [item.pk for item in items], by=people["archivist"], at=NOW)
    return folder, [item.pk for item in items], people


def order(page: Any) -> list[int]:
    return [int(key) for key in page.eval_on_selector_all("[data-entry]", "all => all.map(one => one.dataset.entry)")]


def test_an_item_is_dragged_before_another_one(page_of: Callable[..., Any], shelf: tuple) -> None:
    folder, (a, b, c), people = shelf
    page = page_of(people["archivist"], reverse("folder", args=[folder.pk]))

    page.drag_and_drop(f'[data-entry="{c}"] .entry__words strong', f'[data-entry="{a}"] .entry__words strong')
    page.wait_for_selector(f'[data-entry]:first-child[data-entry="{c}"]')

    assert order(page) == [c, a, b] and page.problems == []
    assert list(folder.entries.in_order().values_list("item", flat=True)) == [c, a, b]


def test_an_item_is_moved_by_keys_and_the_focus_stays_on_it(page_of: Callable[..., Any], shelf: tuple) -> None:
    folder, (a, b, c), people = shelf
    page = page_of(people["archivist"], reverse("folder", args=[folder.pk]))

    page.focus(f"#later-{a}")
    for place, expected in ((2, [b, a, c]), (3, [b, c, a])):
        page.keyboard.press("Enter")
        page.wait_for_selector(f'[data-entry="{a}"]:nth-child({place})')
        assert order(page) == expected
        assert page.evaluate("() => document.activeElement.id") == f"later-{a}"

    assert page.problems == []


def test_a_note_is_saved_where_it_is_written(page_of: Callable[..., Any], shelf: tuple) -> None:
    folder, (a, _b, _c), people = shelf
    page = page_of(people["archivist"], reverse("folder", args=[folder.pk]))
    button = page.locator(f'[data-entry="{a}"] .entry__save')
    assert not button.is_visible()

    page.fill(f'[data-entry="{a}"] textarea', "The first of them")
    with page.expect_response("**/note/**"):
        button.click()

    page.wait_for_selector('textarea:text("The first of them")')
    assert folder.entries.get(item=a).note == "The first of them" and page.problems == []


def test_the_list_of_searches_counts_what_is_new_by_itself(page_of: Callable[..., Any], shelf: tuple) -> None:
    people = shelf[2]
    keep_search({}, name="Everything", by=people["archivist"], at=NOW)
    page = page_of(people["archivist"], reverse("saved_searches"))

    page.wait_for_selector('.saved__count:has-text("in all")')

    assert page.problems == []


def test_of_a_long_list_of_searches_only_rows_that_come_into_sight_are_counted(
    page_of: Callable[..., Any], shelf: tuple
) -> None:
    people = shelf[2]
    for number in range(40):
        keep_search({}, name=f"Search {number:02}", by=people["archivist"], at=NOW)
    page = page_of(people["archivist"], reverse("saved_searches"))
    page.wait_for_selector('.saved__row:first-child .saved__count:has-text("in all")')
    page.wait_for_load_state("networkidle")
    counted = page.locator('.saved__count:has-text("in all")').count()
    in_sight = page.eval_on_selector_all(
        ".saved__count", "all => all.filter(one => one.getBoundingClientRect().top < innerHeight).length"
    )

    page.locator(".saved__row:last-child").scroll_into_view_if_needed()
    page.wait_for_selector('.saved__row:last-child .saved__count:has-text("in all")')

    assert in_sight <= counted < 40 and page.problems == []
