"""In a real browser: footage plays, is stepped through, keeps a frame; what cannot be played is stepped through."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.claims.models import Claim
from archive.ingest.command_line import bring_in
from archive.ingest.delivery import walk
from archive.standards.vocabulary import Property
from tests.builders import make_accession
from tests.filming import film
from tests.web.test_browser import RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]


@pytest.fixture
def footage(transactional_db: None, tmp_path: Path) -> Item:
    """Three seconds, ten frames a second, coded as every browser plays it."""
    path = film(tmp_path / "boat.webm", seconds=3)
    bring_in(walk([path]), accession=make_accession(), by=None, size=1, report=lambda told: None)
    return Item.objects.get()


def at(page: Any) -> str:
    return page.input_value("#film-at")


def shows(page: Any, moment: str) -> None:
    page.wait_for_function("moment => document.getElementById('film-at').value === moment", arg=moment)


def test_footage_plays_and_is_stepped_through_by_key(
    page_of: Callable[..., Any], people: People, footage: Item
) -> None:
    page = page_of(people["researcher"], f"/items/{footage.pk}/")
    page.wait_for_function("() => document.getElementById('film').readyState >= 2")

    page.keyboard.press(".")
    shows(page, "0:00.100")
    page.keyboard.press(".")
    shows(page, "0:00.200")
    page.keyboard.press(",")
    shows(page, "0:00.100")
    page.keyboard.press(">")
    shows(page, "0:00.300")
    page.locator(".film__stills a").nth(4).click()
    shows(page, "0:01.000")
    page.keyboard.press("ArrowRight")
    shows(page, "0:01.300")
    page.locator(".film__stills a").nth(5).blur()
    page.keyboard.press("Space")
    page.wait_for_function("() => document.getElementById('film').currentTime > 1.5")

    assert page.locator(".film__stills [aria-current]").count() == 1
    assert page.get_by_role("button", name="Keep this frame").count() == 0
    assert page.problems == []


def test_j_k_and_l_are_those_of_cutting_rooms_in_the_player_alone(
    page_of: Callable[..., Any], people: People, footage: Item
) -> None:
    page = page_of(people["archivist"], f"/items/{footage.pk}/#t=2.000")
    page.wait_for_function("() => document.getElementById('film').readyState >= 2")
    shows(page, "0:02.000")

    page.keyboard.press("l")
    page.locator("#act-link[open]").wait_for()
    page.locator("#act-link summary").blur()
    assert page.evaluate("document.getElementById('film').paused"), "elsewhere it adds information"
    page.locator("#film").focus()
    page.keyboard.press("j")
    shows(page, "0:01.000")
    page.keyboard.press("l")
    page.wait_for_function("() => !document.getElementById('film').paused")
    page.keyboard.press("l")
    page.wait_for_function("() => document.getElementById('film').playbackRate === 2")
    page.keyboard.press("k")
    page.wait_for_function("() => document.getElementById('film').paused")

    assert page.evaluate("document.getElementById('film').playbackRate") == 1
    assert page.problems == []


def test_a_copied_moment_leads_back_to_its_frame(page_of: Callable[..., Any], people: People, footage: Item) -> None:
    page = page_of(people["researcher"], f"/items/{footage.pk}/#t=1.500")

    shows(page, "0:01.500")

    assert page.get_attribute("#film-link", "data-copy").endswith(f"/items/{footage.pk}/#t=1.500")


def test_the_frame_in_view_is_kept_by_key(page_of: Callable[..., Any], people: People, footage: Item) -> None:
    page = page_of(people["archivist"], f"/items/{footage.pk}/#t=0.700")
    shows(page, "0:00.700")

    page.keyboard.press("g")
    page.get_by_text("The frame at 0:00.700 is kept as this still.").wait_for()

    claim = Claim.objects.get(property=Property.DERIVED_FROM)
    assert (claim.value_item, claim.value_offset_milliseconds) == (footage, 700)
    assert page.url.endswith(f"/items/{claim.item_id}/")
    page.get_by_role("link", name=re.compile("boat.webm, 0:00.700")).first.click()
    shows(page, "0:00.700")


def test_footage_that_the_browser_cannot_play_is_stepped_through_by_its_stills(
    page_of: Callable[..., Any], people: People, transactional_db: None, tmp_path: Path
) -> None:
    path = film(tmp_path / "old.mp4", seconds=3, codec="mpeg4")
    bring_in(walk([path]), accession=make_accession(), by=None, size=1, report=lambda told: None)
    page = page_of(people["researcher"], f"/items/{Item.objects.get().pk}/")

    page.get_by_text("Browsers do not play footage that is coded as mpeg4.").wait_for()
    page.keyboard.press(">")
    shows(page, "0:00.300")

    assert page.get_attribute("#film-still", "src").endswith("/stills/300/")
    assert page.problems == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_of_footage_is_accessible(
    page_of: Callable[..., Any], people: People, footage: Item, width: int
) -> None:
    page = page_of(people["archivist"], f"/items/{footage.pk}/", viewport={"width": width, "height": 844})
    page.wait_for_function("() => document.getElementById('film').readyState >= 1")

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})

    assert found.response["violations"] == [], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
