"""In a real browser: readings of captions decided on by keys alone, on the item page and for a delivery."""

from collections.abc import Callable
from typing import Any

import pytest

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.claims.caption_claims import read_captions
from archive.claims.models import Claim, Ruling
from archive.ledger.record_acts import recording
from archive.projection.write_projection import project
from archive.review.claim_rulings import rule
from archive.standards.vocabulary import SourceKind, Standing
from tests.builders import NOW, make_accession, make_caption, make_item, make_place
from tests.web.test_browser import RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]


@pytest.fixture
def delivery(transactional_db: None, with_pictures: Callable[..., None]) -> list[Item]:
    """Two items of one delivery, with six readings of their captions."""
    kent = make_place("Kent", kind="COUNTY")
    for name in ("Dover", "Deal"):
        make_place(name, parent=kent)
    accession = make_accession("Feed")
    items = [make_item(accession=accession, file_name=f"boat-{number}.jpg") for number in range(2)]
    for item in items:
        make_caption(item, "Two dozen people and an RNLI lifeboat at Dover on 18 June 2024.")
    with recording():
        read_captions(items, at=NOW)
        project(items)
    with_pictures(*items)
    return items


def active(page: Any) -> str:
    return page.locator(".reading--active q").inner_text()


def standings(item: Item) -> dict[str, str]:
    claims = Claim.objects.filter(item=item).with_standing().order_by("pk")
    return {claim.as_written: claim.standing for claim in claims if claim.standing != "SUPERSEDED"}


def test_the_readings_of_an_item_are_decided_by_keys_alone(
    page_of: Callable[..., Any], people: People, delivery: list[Item]
) -> None:
    item = delivery[0]
    page = page_of(people["archivist"], f"/items/{item.pk}/")

    page.keyboard.press("n")
    assert active(page) == "Two dozen people"
    page.keyboard.press("x")
    page.keyboard.type("only a few are seen")
    page.keyboard.press("Enter")
    page.locator(".reading--active", has_text="Dover").wait_for()

    page.keyboard.press("e")
    page.keyboard.type("dea")
    page.get_by_role("option", name="Deal").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator(".reading--active", has_text="18 June 2024").wait_for()

    page.keyboard.press("c")
    page.keyboard.type("mid June 2024?")
    page.get_by_text("= 11 June 2024").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.locator(".reading[data-open]").first.wait_for(state="detached")

    assert standings(item) == {"Two dozen people": "REJECTED", "Deal": "PROPOSED", "18 June 2024": "ACCEPTED"}
    assert Ruling.objects.get(standing="REJECTED").reason == "only a few are seen"
    assert Claim.objects.get(source__kind=SourceKind.PERSON).source.start is not None
    assert "Deal, Kent" in page.locator("#grounds").inner_text()
    assert page.problems == []


def test_the_next_undecided_reading_of_a_delivery_follows(
    page_of: Callable[..., Any], people: People, delivery: list[Item]
) -> None:
    page = page_of(people["archivist"], f"/accessions/{delivery[0].accession_id}/caption-data/")

    page.keyboard.press("j")
    for left in range(5, -1, -1):
        page.locator(".reading[data-open]:focus").wait_for()
        page.keyboard.press("a")
        page.locator("#counts a").first.get_by_text(str(left), exact=True).wait_for()
    page.locator(".wording").first.wait_for(state="detached")

    for item in delivery:
        assert set(standings(item).values()) == {"ACCEPTED"}
    assert page.problems == []


def test_pressing_words_opens_what_they_say(page_of: Callable[..., Any], people: People, delivery: list[Item]) -> None:
    page = page_of(people["archivist"], f"/items/{delivery[0].pk}/")

    page.get_by_role("link", name="18 June 2024", exact=True).click()

    assert active(page) == "18 June 2024"
    assert page.locator(".reading--active").get_by_role("button", name="Accept").is_visible()
    assert not page.locator(".reading", has_text="Dover").get_by_role("button", name="Accept").is_visible()


def test_who_is_told_what_another_decided_meanwhile_may_decide_after_that_without_typing_anew(
    page_of: Callable[..., Any], people: People, delivery: list[Item]
) -> None:
    page = page_of(people["archivist"], f"/items/{delivery[0].pk}/")
    page.get_by_role("link", name="18 June 2024", exact=True).click()
    claim = Claim.objects.get(item=delivery[0], as_written="18 June 2024")
    rule(claim, standing=Standing.ACCEPTED, by=people["moderator"], reason="by its clock")
    reading = page.locator(".reading--active")

    reading.get_by_placeholder("Reason to reject").fill("another boat")
    reading.get_by_role("button", name="Reject").click()
    refusal = page.locator(f"#refused-{claim.pk}:visible")
    refusal.wait_for()
    assert "moderator decided on this already" in refusal.inner_text() and "by its clock" in refusal.inner_text()
    reading.get_by_role("button", name="Reject").click()
    page.get_by_text("another boat").first.wait_for(state="attached")

    assert Ruling.objects.filter(claim=claim).latest("pk").reason == "another boat"
    assert page.problems == []


def test_the_pages_of_readings_pass_the_accessibility_rules(
    page_of: Callable[..., Any], people: People, delivery: list[Item]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    readings = f"/accessions/{delivery[0].accession_id}/caption-data/"
    for path in (f"/items/{delivery[0].pk}/", readings, f"{readings}?kind=date", f"{readings}date/agreeing/"):
        for scheme in ("light", "dark"):
            page = page_of(people["archivist"], path, color_scheme=scheme)
            page.keyboard.press("n")
            page.keyboard.press("e")
            found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], (path, scheme)


def test_a_telephone_shows_readings_without_scrolling_sideways(
    page_of: Callable[..., Any], people: People, delivery: list[Item]
) -> None:
    for path in (f"/items/{delivery[0].pk}/", f"/accessions/{delivery[0].accession_id}/caption-data/"):
        page = page_of(people["archivist"], path, viewport={"width": 390, "height": 844})
        page.keyboard.press("n")
        page.keyboard.press("e")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
