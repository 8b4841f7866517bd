"""The item page lists the words in its picture, with where they stand, and the API tells the same."""

import json

import pytest
from django.test import Client
from rest_framework.test import APIClient

from archive.accounts.models import User
from archive.catalogue import hidden_wordings
from archive.catalogue.models import Caption, Item
from archive.extraction.models import Examination
from archive.projection.item_gate import changing
from archive.review.turn_pictures import turn_pictures
from archive.standards.orientation import Turn
from archive.standards.vocabulary import WORDS_IN_PICTURE
from tests.builders import NOW, make_caption, make_item
from tests.pages import folded
from tests.projection.test_words_in_pictures import read_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def still(people: dict[str, User]) -> Item:
    item = make_item(access="RESEARCH")
    read_in(item, "CHANNEL CROSSINGS", "Jane Roe of Margate waits here")
    return item


def page(client: Client, item: Item) -> str:
    return folded(client.get(f"/items/{item.pk}/").content.decode())


def test_lines_are_listed_with_where_they_stand(client: Client, people: dict[str, User], still: Item) -> None:
    client.force_login(people["researcher"])

    shown = page(client, still)

    assert "<span>CHANNEL CROSSINGS</span>" in shown
    assert 'data-words="0.0500,0.8000 0.4000,0.8000 0.4000,0.8500 0.0500,0.8500"' in shown
    assert "Read by machine, on this machine: rapidocr 3, PP-OCRv6 small." in shown


def test_it_is_told_that_a_turned_picture_is_not_read_again(
    client: Client, people: dict[str, User], still: Item
) -> None:
    client.force_login(people["archivist"])
    before = page(client, still)
    turn_pictures([still], by=people["archivist"], turn=Turn.LEFT)

    assert "are not read again where it is turned" in page(client, still)
    assert "are not read again where it is turned" not in before


@pytest.mark.parametrize(
    ("result", "problem", "expected"),
    [
        (None, "", "Not looked for: it is not this picture’s turn yet"),
        ({}, "It could not be examined: it took too long.", "It could not be examined: it took too long."),
        ({"lines": [], "passed_over": 2, "reader": "rapidocr 3"}, "", "2 more marks were seen that are too faint"),
    ],
    ids=["nobody looked", "unreadable", "none"],
)
def test_no_words_for_want_of_a_look_and_none_found_are_told_apart(
    client: Client, people: dict[str, User], result: dict | None, problem: str, expected: str
) -> None:
    item = make_item()
    if result is not None:
        Examination.objects.create(
            media_file=item.media_file, kind=WORDS_IN_PICTURE, version="1", result=result, problem=problem,
            examined_at=NOW,
        )  # fmt: skip
    client.force_login(people["archivist"])

    shown = page(client, item)

    assert expected in shown
    assert ("No words were found in the picture." in shown) == bool(result)


def test_a_line_that_repeats_a_hidden_caption_is_kept_from_all_but_moderators(
    client: Client, people: dict[str, User], still: Item
) -> None:
    caption = make_caption(still, "Jane Roe of Margate waits here", role=Caption.Role.DESCRIPTION)
    with changing(hidden_wordings.bearers(caption), alone=True):
        hidden_wordings.hold(caption, by=people["moderator"])

    told = {}
    for role in ("researcher", "archivist", "moderator"):
        client.force_login(people[role])
        api = APIClient()
        api.force_authenticate(people[role])
        lines = api.get(f"/api/v1/items/{still.pk}/").json()["words_in_picture"]["lines"]
        told[role] = ("Jane Roe" in page(client, still), [line["number"] for line in lines])

    assert told == {"researcher": (False, [1]), "archivist": (False, [1]), "moderator": (True, [1, 2])}
    client.force_login(people["researcher"])
    assert "1 line repeats a hidden caption and is not listed." in page(client, still)


def test_the_words_of_a_distressing_picture_wait_until_it_is_shown(
    client: Client, people: dict[str, User], still: Item
) -> None:
    Item.objects.filter(pk=still.pk).update(is_distressing=True)
    client.force_login(people["researcher"])

    shown = page(client, still)

    assert "CHANNEL CROSSINGS" not in shown
    assert "its words are listed once it is shown" in shown


def test_a_visitor_reads_the_words_of_a_released_picture(client: Client, still: Item) -> None:
    Item.objects.filter(pk=still.pk).update(access="RELEASED")

    assert "<span>CHANNEL CROSSINGS</span>" in page(client, still)
    record = json.loads(client.get(f"/api/v1/items/{still.pk}/").content)
    assert record["words_in_picture"]["lines"][0] == {
        "number": 1, "text": "CHANNEL CROSSINGS", "confidence": 0.99,
        "corners": [[0.05, 0.8], [0.4, 0.8], [0.4, 0.85], [0.05, 0.85]],
    }  # fmt: skip


def test_items_are_found_by_words_in_the_picture(client: Client, people: dict[str, User], still: Item) -> None:
    other = make_item(access="RESEARCH")
    client.force_login(people["researcher"])

    shown = folded(client.get("/", {"q": 'text:"channel crossings"'}).content.decode())

    assert f"/items/{still.pk}/" in shown and f"/items/{other.pk}/" not in shown
    assert "in the picture “channel crossings”" in shown
