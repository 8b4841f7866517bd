"""In a real browser: a span is marked by I and O and played to its end; its pages and its sheet are accessible."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.claims.models import SpanVersion
from archive.ingest.command_line import bring_in
from archive.ingest.delivery import walk
from archive.review.mark_spans import mark, say
from archive.standards.vocabulary import SpanProperty
from tests.builders import make_accession
from tests.filming import film
from tests.web.test_browser import RULES
from tests.web.test_browser_footage import shows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]


@pytest.fixture
def footage(transactional_db: None, tmp_path: Path) -> Item:
    """Three seconds, ten frames a second, coded as every browser plays it."""
    path = film(tmp_path / "boat.webm", seconds=3)
    bring_in(walk([path]), accession=make_accession(), by=None, size=1, report=lambda told: None)
    return Item.objects.select_related("media_file").get()


def test_a_span_is_marked_by_keys_and_played_to_its_last_frame(
    page_of: Callable[..., Any], people: People, footage: Item
) -> None:
    page = page_of(people["archivist"], f"/items/{footage.pk}/#t=0.500")
    shows(page, "0:00.500")

    page.keyboard.press("i")
    page.keyboard.press(".")
    shows(page, "0:00.600")
    page.keyboard.press(".")
    shows(page, "0:00.700")
    page.keyboard.press("o")
    # The frame in view is part of the span.
    assert (page.input_value("#span-start"), page.input_value("#span-end")) == ("0:00.500", "0:00.800")
    page.keyboard.type("Ashore")
    page.keyboard.press("Enter")
    page.get_by_text("The span is marked.").wait_for()
    # Before its script has come the link leads to the bare film.
    page.wait_for_load_state("load")

    version = SpanVersion.objects.get()
    assert (version.start_milliseconds, version.end_milliseconds, version.title) == (500, 800, "Ashore")
    page.locator("a[data-span]").click()
    page.wait_for_function("() => document.getElementById('film').paused && document.querySelector('[data-playing]')")
    shows(page, "0:00.700")
    assert page.problems == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_a_span_are_accessible(
    page_of: Callable[..., Any], people: People, footage: Item, width: int
) -> None:
    by = people["archivist"]
    span, _is_new = mark(footage, start_milliseconds=500, end_milliseconds=2000, title="Ashore", by=by)
    say(span, property=SpanProperty.DESCRIPTION, text="They climb ashore", ground="seen", by=by)
    page = page_of(by, f"/items/{footage.pk}/spans/{span.pk}/sheet/", viewport={"width": width, "height": 844})
    page.locator(".sheet img").nth(11).wait_for()

    for path in ("sheet/", "", None):
        if path != "sheet/":
            item_page = page.url.split("/spans/")[0]
            page.goto(f"{item_page}/" if path is None else f"{item_page}/spans/{span.pk}/{path}")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.response["violations"] == [], found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert page.problems == []


def test_what_is_wrong_stands_in_a_row_of_its_own_above_the_fields(
    page_of: Callable[..., Any], people: People, footage: Item
) -> None:
    page = page_of(people["archivist"], f"/items/{footage.pk}/")
    page.locator("#mark > summary").click()
    for name, words in (("start", "1"), ("end", "99"), ("title", "Ashore")):
        page.fill(f"#span-{name}", words)
    page.press("#span-title", "Enter")
    error = page.get_by_text("lies beyond that")
    error.wait_for()

    above, field = error.bounding_box(), page.locator("#span-start").bounding_box()
    assert above["y"] + above["height"] <= field["y"]
    assert abs(above["x"] - field["x"]) < 2
