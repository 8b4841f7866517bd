"""How a picture lies is told by the API, and said by who may make claims."""

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.claims.models import Claim
from archive.review.turn_pictures import turn_pictures
from archive.standards.orientation import Turn
from tests.builders import make_footage, make_item

pytestmark = pytest.mark.django_db


def address(item: Item) -> str:
    return reverse("api:item-orientation", args=[item.pk])


def turn(client: Client, item: Item, **body: object):
    return client.post(address(item), body, content_type="application/json")


def test_it_is_turned_and_told(client: Client, people: dict[str, User]) -> None:
    item = make_item(size_px=(1500, 1000))
    client.force_login(people["archivist"])

    before = client.get(address(item)).json()
    after = turn(client, item, turn="right", note="on end", seen=before["seen"]).json()
    record = client.get(reverse("api:item-detail", args=[item.pk])).json()

    assert before | {"seen": ""} == {
        "item": item.pk, "orientation": 1, "words": "as its file shows it", "file_tag": None, "width_px": 1500,
        "height_px": 1000, "is_being_turned": False, "seen": "",
    }  # fmt: skip
    assert (after["orientation"], after["width_px"], after["height_px"]) == (6, 1000, 1500)
    assert after["is_being_turned"] and after["words"] == "turned a quarter to the right"
    assert (record["orientation"], record["width_px"], record["height_px"]) == (6, 1000, 1500)
    assert record["links"]["screen"].endswith("/rendition/screen/?turned=6")
    assert record["leading"]["orientation"]["text"] == "6"
    assert Claim.objects.get().source.note == "on end"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "one of the two"),
        ({"turn": "left", "orientation": 3}, "one of the two"),
        ({"turn": "sideways"}, "not a valid choice"),
        ({"orientation": 9}, "less than or equal to 8"),
        ({"turn": "left", "degrees": 90}, "degrees"),
    ],
    ids=["nothing", "both", "no such turn", "beyond", "unknown field"],
)
def test_what_is_not_understood_is_told(
    client: Client, people: dict[str, User], body: dict[str, object], words: str
) -> None:
    item = make_item()
    client.force_login(people["archivist"])

    answer = turn(client, item, **body)

    assert answer.status_code == 400 and words in answer.content.decode()
    assert not Claim.objects.exists()


def test_refusals_are_told(client: Client, people: dict[str, User]) -> None:
    item, footage = make_item(), make_footage()
    seen = client.get(address(item))
    client.force_login(people["archivist"])
    told = client.get(address(item)).json()["seen"]
    turn_pictures([item], by=people["moderator"], turn=Turn.LEFT)

    late, film = turn(client, item, turn="left", seen=told), turn(client, footage, turn="left")
    client.force_login(people["researcher"])

    assert seen.status_code == 401
    assert late.status_code == 400 and "turned" in late.content.decode()
    assert film.status_code == 400 and "footage" in film.content.decode()
    assert client.get(address(item)).json()["orientation"] == 8
    assert turn(client, item, turn="left").status_code == 403
    assert Item.objects.get(pk=item.pk).orientation == 8
