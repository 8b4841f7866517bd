"""The map of the results: its page, the JSON of its marks and what stands at one, for each role."""

import html
import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.models import Access, Item
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import make_caption, make_claim, make_event, make_item, make_place
from tests.pages import folded

pytestmark = pytest.mark.django_db
BOX = "50,1,52,4"


@pytest.fixture
def items() -> dict[str, Item]:
    """One item of each access: its camera stood at a beach of Dunkirk."""
    town = make_place("Dunkirk", latitude_degrees=51.03, longitude_degrees=2.37, source_id="1")
    beach = make_place(
        "Malo-les-Bains", kind=Place.Kind.BEACH, parent=town, latitude_degrees=51.05, longitude_degrees=2.41
    )
    made = {access: make_item(file_name=f"{access.lower()}.jpg", access=access) for access in Access.values[:3]}
    for access, item in made.items():
        make_claim(item, Property.LOCATION_SHOWN, value_place=beach)
        make_claim(
            item, Property.LOCATION_CREATED, kind=SourceKind.DEVICE_METADATA,
            latitude_degrees=51.0512, longitude_degrees=2.4134,
        )  # fmt: skip
        make_caption(item, f"A boat, {access.lower()}.")
    return made


def counted(client: Client, **params: str) -> list[dict]:
    answer = client.get(reverse("map_marks"), {"box": BOX, "zoom": "9"} | params)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    return json.loads(answer.content)["marks"]


@pytest.mark.parametrize("role, number, at", [
    (None, 1, [51.03, 2.37]), ("researcher", 2, [51.0512, 2.4134]), ("archivist", 3, [51.0512, 2.4134]),
])  # fmt: skip
def test_each_role_is_told_of_its_items_alone(
    client: Client, people: dict[str, User], items: dict[str, Item], role: str | None, number: int, at: list[float]
) -> None:
    if role:
        client.force_login(people[role])

    (mark,) = counted(client)

    assert (mark["count"], mark["at"]) == (number, at)
    assert mark["label"] == ("1 item, Dunkirk" if role is None else f"{number} items, by the position of the camera")
    assert counted(client, q="whale") == []


def test_what_stands_at_a_mark_is_shown_with_links_that_follow_the_search(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    client.force_login(people["researcher"])

    page = folded(client.get(reverse("map_items"), {"box": BOX, "q": "boat", "view": "map"}).content.decode())

    assert "2 items" in page
    assert set(re.findall(r'href="/items/(\d+)/\?q=boat&amp;view=map"', page)) == {
        str(items[access].pk) for access in (Access.RELEASED, Access.RESEARCH)
    }
    assert "Look closer" in page


def test_a_visitor_is_shown_no_file_name_and_led_to_no_area(client: Client, items: dict[str, Item]) -> None:
    page = folded(client.get(reverse("map_items"), {"box": BOX}).content.decode())
    whole = folded(client.get(reverse("search"), {"view": "map"}).content.decode())

    assert "1 item" in page and "released.jpg" not in page and "within" not in page
    assert "Search this area" not in whole and "Places are told down to towns." in whole
    for text in (page, whole):
        assert "51.05" not in text and "2.41" not in text


def test_a_page_of_a_record_shows_its_own_items_alone(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    event = make_event("Landing")
    make_claim(items[Access.RESEARCH], Property.EVENT, value_event=event)
    client.force_login(people["researcher"])

    page = html.unescape(client.get(reverse("event", args=["landing"]), {"view": "map"}).content.decode())

    assert 'data-of="event:landing"' in page
    assert [mark["count"] for mark in counted(client, of="event:landing")] == [1]
    assert "1 item is on the map" in folded(page)


@pytest.mark.parametrize("params", [
    {"box": "a"}, {"box": ""}, {"box": BOX, "zoom": "x"}, {"box": BOX, "of": "kind:STILL"},
    {"box": BOX, "of": "place:atlantis"}, {"box": BOX, "of": "place:malo-les-bains"},
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_words(
    client: Client, items: dict[str, Item], params: dict[str, str]
) -> None:
    answer = client.get(reverse("map_marks"), {"zoom": "9"} | params)

    assert answer.status_code == 400


def test_the_page_says_in_words_what_the_map_shows(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    make_item()
    client.force_login(people["archivist"])

    page = folded(client.get(reverse("search"), {"view": "map"}).content.decode())

    assert "3 items are on the map" in page and "3 where the camera stood" in page
    assert "1 item has no position and is not on it." in page


def test_the_number_of_queries_is_pinned(
    client: Client, people: dict[str, User], items: dict[str, Item], django_assert_max_num_queries: object
) -> None:
    client.force_login(people["archivist"])

    with django_assert_max_num_queries(5):
        counted(client)
    with django_assert_max_num_queries(9):
        client.get(reverse("map_items"), {"box": BOX})
