"""The lists of an item are told in parts, with how many there are of each."""

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Caption
from archive.press.models import Appearance
from tests.builders import NOW, make_item

pytestmark = pytest.mark.django_db


def test_the_lists_of_an_item_come_in_parts_and_say_how_long_they_are(client: Client, people: dict[str, User]) -> None:
    item = make_item(access="RESEARCH")
    Caption.objects.bulk_create(Caption(item=item, text=f"Boat {n}", recorded_at=NOW) for n in range(230))
    Appearance.objects.bulk_create(Appearance(item=item, headline=f"Story {n}", recorded_at=NOW) for n in range(210))
    client.force_login(people["researcher"])
    address = reverse("api:item-detail", args=[item.pk])

    first, second = client.get(address).json(), client.get(address, {"part": 2}).json()

    assert (len(first["captions"]), len(second["captions"])) == (200, 30)
    assert (len(first["appearances"]), len(second["appearances"])) == (200, 10)
    assert first["counts"] == {"captions": 230, "claims": 0, "appearances": 210}
    assert client.get(address, {"part": "x"}).status_code == client.get(address, {"part": "0"}).status_code == 400
