"""Who decides on what others see looks as they do: no more is shown, nothing can be changed, one click leads back."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from archive.accounts.models import User
from archive.accounts.people import give_role
from archive.catalogue.models import Access, Item
from archive.review.decide_proposals import decide
from archive.review.models import AnswerSeen
from tests.builders import make_caption, make_item, make_proposal
from tests.pages import folded

pytestmark = pytest.mark.django_db


@pytest.fixture
def items() -> dict[str, Item]:
    made = {access.name.lower(): make_item(access=access) for access in list(Access)[:3]}
    for item in made.values():
        make_caption(item, f"A boat, number {item.pk}.")
    return made


@pytest.fixture
def moderator(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["moderator"])
    return client


def look_as(client: Client, reader: str, **more: str) -> object:
    return client.post(reverse("view_as"), {"reader": reader, "next": reverse("search"), **more})


def compared(client: Client, address: str) -> tuple[int, str]:
    """Return what a page shows, but for the banner and the tokens of its forms."""
    answer = client.get(address)
    page = re.sub(r"<section class=\"viewing-as.*?</section>", "", answer.content.decode(), flags=re.DOTALL)
    return answer.status_code, re.sub(r"[A-Za-z0-9]{64}|\s+", "", page)


def test_a_moderator_sees_each_page_exactly_as_a_visitor_does(moderator: Client, items: dict[str, Item]) -> None:
    addresses = [
        *(reverse("item", args=[item.pk]) for item in items.values()),
        *("/", "/?q=boat", "/?view=list", "/places/", "/report/", "/api/v1/items/", "/sign-in/"),
        *(reverse("rendition", args=[item.pk, "screen"]) for item in items.values()),
    ]
    assert moderator.get(reverse("item", args=[items["restricted"].pk])).status_code == 200

    look_as(moderator, "visitor")

    for address in addresses:
        assert compared(moderator, address) == compared(Client(), address), address
    assert "You see the archive as a visitor does." in moderator.get("/").content.decode()


def test_a_moderator_sees_what_a_researcher_sees_and_no_more(
    moderator: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    other = Client()
    other.force_login(people["researcher"])

    look_as(moderator, "researcher")

    for item in items.values():
        for name in ("item", "caption_history", "api:item-detail", "original", "item_review"):
            address = reverse(name, args=[item.pk])
            assert moderator.get(address).status_code == other.get(address).status_code, address
    for address in ("/people/", "/audit/", "/review/captions/", "/upload/", "/status/"):
        assert moderator.get(address).status_code == 403, address
    ids = [row["id"] for row in moderator.get("/api/v1/items/").json()["results"]]
    assert ids == [row["id"] for row in other.get("/api/v1/items/").json()["results"]]


@pytest.mark.parametrize("reader", ["visitor", "researcher"])
def test_nothing_can_be_changed_meanwhile(
    moderator: Client, people: dict[str, User], items: dict[str, Item], reader: str
) -> None:
    released = items["released"]
    look_as(moderator, reader)

    for address, sent in (
        (reverse("flag_as_visitor", args=[released.pk]), {"ground": "RIGHTS"}),
        (reverse("flag_item", args=[released.pk]), {"ground": "RIGHTS"}),
        (reverse("item_access", args=[released.pk]), {"access": "RESTRICTED"}),
        (reverse("make_token"), {}),
        (reverse("password"), {}),
        ("/api/v1/folders/", {"name": "x"}),
    ):
        answer = moderator.post(address, sent)
        assert answer.status_code == 403 and "nothing can be changed" in answer.content.decode(), address
    assert Item.objects.get(pk=released.pk).access == Access.RELEASED
    assert not Token.objects.exists()


def test_an_answer_that_comes_into_sight_meanwhile_does_not_count_as_seen(
    moderator: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    proposal = make_proposal(items["research"].captions.get(), by=people["moderator"])
    decide(proposal, outcome="ACCEPTED", by=people["administrator"], at=timezone.now())

    look_as(moderator, "researcher")
    moderator.get(reverse("own_proposals"))

    assert not AnswerSeen.objects.exists()


def test_one_click_leads_back_to_ones_own_view_of_the_page(moderator: Client, items: dict[str, Item]) -> None:
    there = reverse("item", args=[items["restricted"].pk])
    look_as(moderator, "visitor")
    page = moderator.get(there)
    assert page.status_code == 404 and "Back to moderator" in folded(page.content.decode())

    answer = look_as(moderator, "", next=there)

    assert answer.url == there
    assert moderator.get(there).status_code == 200


def test_it_ends_with_the_session_and_with_the_role(
    moderator: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    look_as(moderator, "visitor")
    give_role(people["moderator"], role="researcher", by="test")
    assert moderator.get(reverse("account")).status_code == 200
    assert "viewing-as" not in moderator.get("/").content.decode()
    give_role(people["moderator"], role="moderator", by="test")
    look_as(moderator, "visitor")

    moderator.post(reverse("sign_out"))
    moderator.force_login(people["moderator"])

    assert "viewing-as" not in moderator.get("/").content.decode()


@pytest.mark.parametrize("role", ["researcher", "archivist"])
def test_who_decides_on_nothing_looks_as_nobody(client: Client, people: dict[str, User], role: str) -> None:
    client.force_login(people[role])

    assert look_as(client, "visitor").status_code == 403
    assert "See this as a visitor" not in client.get("/").content.decode()


@pytest.mark.parametrize("reader", ["administrator", "archivist", "moderator"])
def test_nobody_looks_as_more_than_a_researcher(moderator: Client, reader: str) -> None:
    assert look_as(moderator, reader).status_code == 403


def test_a_program_with_a_token_is_not_held_up(
    moderator: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    token = Token.objects.create(user=people["moderator"])
    look_as(moderator, "visitor")

    answer = Client().get("/api/v1/items/", headers={"Authorization": f"Token {token.key}"})

    assert answer.json()["count"] == len(items)
