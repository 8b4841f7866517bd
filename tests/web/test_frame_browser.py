"""In a real browser: the frame of every page on a phone, and what is printed of an item."""

from collections.abc import Callable
from typing import Any

import pytest

from archive.accounts.models import User
from archive.catalogue.models import Access
from tests.builders import make_appearance, make_caption, make_item, make_outlet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
ROLES = [None, "researcher", "archivist", "moderator", "administrator"]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "visitor")
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_the_header_of_a_phone_is_one_row(
    page_of: Callable[..., Any], people: People, role: str | None, locale: str
) -> None:
    page = page_of(people[role] if role else None, "/", locale=locale, **PHONE)

    bar = page.locator(".bar").bounding_box()
    assert bar["height"] < 60
    assert bar["width"] == 390
    assert page.locator(".bar__words input").bounding_box()["width"] > 120
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_what_the_header_of_a_phone_has_no_room_for_stands_in_its_menu(
    page_of: Callable[..., Any], people: People
) -> None:
    page = page_of(people["moderator"], "/", **PHONE)

    page.locator(".bar .bar__menu > summary").tap()

    menu = page.locator(".bar .bar__menu > div")
    for name in ("Upload", "Review", "Search by a picture", "Places"):
        assert menu.get_by_role("link", name=name).is_visible()
    assert not page.locator(".foot kbd").first.is_visible()
    assert page.locator(".foot").get_by_role("link", name="What a search can say").is_visible()


def test_an_item_is_printed_with_its_address_the_archive_s_name_and_its_appearances(
    page_of: Callable[..., Any], people: People, with_pictures: Callable[..., None]
) -> None:
    item = make_item(access=Access.RELEASED)
    make_caption(item, "A boat leaves the beach.")
    make_appearance(item, make_outlet("Littoral Press"), published="2024-06-18")
    with_pictures(item)
    page = page_of(people["researcher"], f"/items/{item.pk}/?q=boat")
    assert not page.locator(".print-only").is_visible()

    page.emulate_media(media="print")

    assert f"/items/{item.pk}/?q=boat" in page.locator(".print-only").inner_text()
    assert "Strandline" in page.locator(".print-only").inner_text()
    assert page.locator("#appearances").get_by_text("Littoral Press").first.is_visible()
    for unseen in (".bar", ".foot", ".tabs", ".viewer__bar"):
        assert not page.locator(unseen).first.is_visible()
