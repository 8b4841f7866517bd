"""The page of all checks, the findings on an item's page, and the search by them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.catalogue.models import Access, Item
from archive.provenance.check_items import check
from archive.provenance.checks.all_checks import CHECKS
from archive.provenance.models import CurrentFinding
from archive.standards.vocabulary import Property
from tests.builders import make_appearance, make_claim, make_item, make_outlet
from tests.pages import folded

pytestmark = pytest.mark.django_db
SENTENCE = "Said to be made 18 June 2024, but already published 23 April 2024 (The Kentish Post)."


@pytest.fixture
def recycled() -> Item:
    item = make_item(access=Access.RELEASED)
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    make_appearance(item, make_outlet("The Kentish Post"), published="2024-04-23")
    check([item.pk, make_item().pk])
    return item


def test_the_page_lists_every_check_with_what_it_cannot_show(client: Client) -> None:
    page = folded(client.get("/checks/").content.decode())

    for each in CHECKS:
        assert f'id="{each.slug}"' in page
    assert page.count("What it cannot show:") == len(CHECKS)


def test_archive_staff_are_told_how_many_items_and_led_to_them(recycled: Item, people: dict, client: Client) -> None:
    address = "/?check=date-against-first-publication%3Dcontradictory"
    assert address not in client.get("/checks/").content.decode()
    client.force_login(people["researcher"])
    assert address not in client.get("/checks/").content.decode()
    client.force_login(people["archivist"])
    assert address in client.get("/checks/").content.decode()

    found = client.get(address)

    assert [item.pk for item in found.context["found"].items] == [recycled.pk]


def test_the_numbers_are_kept_and_not_counted_at_each_look(recycled: Item, people: dict, client: Client) -> None:
    client.force_login(people["archivist"])
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/checks/")

    number = next(row for row in page.context["rows"] if row.check.slug == "date-against-first-publication").counts
    assert [(outcome, each) for outcome, _shape, _label, each, _address in number] == [
        ("CONTRADICTORY", 1),
        ("NOT_APPLICABLE", 1),
    ]
    assert not any(CurrentFinding._meta.db_table in query["sql"] for query in queries)


@pytest.mark.parametrize("role", ["researcher", "moderator"])
def test_the_page_of_an_item_tells_what_contradicts(recycled: Item, people: dict, client: Client, role: str) -> None:
    client.force_login(people[role])

    page = folded(client.get(f"/items/{recycled.pk}/").content.decode())

    assert SENTENCE in page
    assert 'data-outcome="CONTRADICTORY"' in page


def test_a_visitor_is_shown_none(recycled: Item, client: Client) -> None:
    page = client.get(f"/items/{recycled.pk}/").content.decode()

    assert "already published" not in page and "data-outcome" not in page


def test_what_was_not_checked_yet_says_so(people: dict, client: Client) -> None:
    client.force_login(people["archivist"])

    page = folded(client.get(f"/items/{make_item().pk}/").content.decode())

    assert "It was not checked yet." in page


@pytest.mark.parametrize(
    "asked",
    ["check:contradictory", "check:date-against-first-publication=contradictory"],
    ids=["any check", "one check"],
)
def test_staff_search_by_findings_in_the_box(recycled: Item, people: dict, client: Client, asked: str) -> None:
    client.force_login(people["moderator"])

    page = client.get("/", {"q": asked})

    assert [item.pk for item in page.context["found"].items] == [recycled.pk]
    assert asked in page.content.decode()


@pytest.mark.parametrize("asked", ["sometimes", "nothing=contradictory", "embedded-dates", "embedded-dates=never"])
def test_what_is_no_finding_is_refused_in_a_sentence(people: dict, client: Client, asked: str) -> None:
    client.force_login(people["moderator"])

    page = folded(client.get("/", {"check": asked}).content.decode())

    assert f"“{asked}” is no check with an outcome." in page


@pytest.mark.parametrize("role", ["visitor", "researcher"])
def test_others_cannot_ask_by_findings(recycled: Item, people: dict, client: Client, role: str) -> None:
    if role != "visitor":
        client.force_login(people[role])

    found = client.get("/", {"check": "contradictory"})

    assert not found.context["found"].is_valid
    assert "contradictory</span>" not in found.content.decode()


def test_a_card_tells_staff_alone_that_a_check_contradicts(recycled: Item, people: dict, client: Client) -> None:
    told = "A check found something contradictory"
    for role, is_told in (("researcher", False), ("archivist", True)):
        client.force_login(people[role])
        assert (told in client.get("/").content.decode()) is is_told
        assert (told in client.get("/?view=list").content.decode()) is is_told
