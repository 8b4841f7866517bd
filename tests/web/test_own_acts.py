"""What one did is offered to be undone: above the page, in the history, on a page of its own, by API and command."""

import json
from io import StringIO

import pytest
from django.contrib.messages import get_messages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.accounts.models import User
from archive.accounts.people import renew_token
from archive.catalogue.models import Item
from archive.claims.models import Claim
from archive.review.claim_rulings import rule
from archive.review.link_items import link
from archive.review.models import OwnAct
from archive.review.propose_wording import propose
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_caption, make_item, make_place
from tests.pages import folded

pytestmark = pytest.mark.django_db


@pytest.fixture
def items() -> list[Item]:
    return [make_item(file_name=f"boat-{number}.jpg") for number in range(3)]


def standings() -> list[str]:
    return list(Claim.objects.with_standing().order_by("pk").values_list("standing", flat=True))


def test_what_many_items_were_linked_to_is_undone_by_one_press_and_done_again_by_another(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    client.force_login(people["archivist"])
    form = {"items": [item.pk for item in items], "place": make_place("Malo").pk}

    page = client.post(reverse("bulk_link"), form | {"next": "/?q=boat"}, follow=True)
    address = reverse("undo_act", args=[OwnAct.objects.get().pk])
    assert f'action="{address}"' in page.content.decode()
    assert 'name="next" value="/?q=boat"' in folded(page.content.decode())
    answer = client.post(address, {"next": "/?q=boat"}, follow=True)

    assert answer.redirect_chain == [("/?q=boat", 302)]
    assert standings() == [Standing.SUPERSEDED] * 3
    assert "Undone on 3 items." in answer.content.decode()
    again = reverse("undo_act", args=[OwnAct.objects.latest("pk").pk])
    assert f'action="{again}"' in answer.content.decode()
    client.post(again)
    assert standings() == [Standing.PROPOSED] * 3


@pytest.mark.parametrize(
    ("role", "name", "form"),
    [
        ("archivist", "link_item", {"property": "creator", "text": "A. Person"}),
        ("archivist", "describe_item", {"text": "A boat.", "role": "DESCRIPTION"}),
        ("archivist", "item_access", {"access": "RESTRICTED"}),
        ("moderator", "mark_item", {"is_distressing": "yes", "reason": "a body"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_act_on_one_item_is_offered_to_be_undone(
    client: Client, people: dict[str, User], role: str, name: str, form: dict[str, str]
) -> None:
    item = make_item()
    client.force_login(people[role])

    page = client.post(reverse(name, args=[item.pk]), form, follow=True)

    address = reverse("undo_act", args=[OwnAct.objects.get().pk])
    # Above the page, and in its history.
    assert page.content.decode().count(f'action="{address}"') == 2
    client.post(address)
    history = client.get(reverse("item", args=[item.pk])).content.decode()
    assert "undid an act" in history
    assert f'action="{address}"' not in history


def test_nobody_is_offered_to_undo_what_another_did(client: Client, people: dict[str, User]) -> None:
    item = make_item()
    link([item], property=Property.CREATOR, by=people["archivist"], text="A. Person")
    address = reverse("undo_act", args=[OwnAct.objects.get().pk])
    client.force_login(people["moderator"])

    assert address not in client.get(reverse("item", args=[item.pk])).content.decode()
    assert address not in client.get(reverse("own_acts")).content.decode()
    assert client.post(address).status_code == 404


def test_what_somebody_decided_on_meanwhile_is_shown_and_asked_about(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    claims = link(items, property=Property.CREATOR, by=people["archivist"], text="A. Person")
    act = OwnAct.objects.get()
    rule(claims[0], standing=Standing.ACCEPTED, by=people["moderator"])
    client.force_login(people["archivist"])

    question = client.post(reverse("undo_act", args=[act.pk]), {"next": "/?q=boat"})
    words = folded(question.content.decode())
    assert question.status_code == 422
    assert "moderator decided on it since" in words and "Undo it on the other 2 items" in words
    assert reverse("item", args=[items[0].pk]) in words and reverse("item", args=[items[1].pk]) not in words
    assert standings() == ["ACCEPTED", "PROPOSED", "PROPOSED"]
    answer = client.post(reverse("undo_act", args=[act.pk]), {"next": "/?q=boat", "leave_others": "yes"})

    assert answer.url == "/?q=boat"
    assert standings() == ["ACCEPTED", "SUPERSEDED", "SUPERSEDED"]
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told == ["Undone on 2 items. 1 item stays as it is."]


def test_undoing_twice_is_told_and_changes_nothing(client: Client, people: dict[str, User]) -> None:
    link([make_item()], property=Property.CREATOR, by=people["archivist"], text="A. Person")
    client.force_login(people["archivist"])
    address = reverse("undo_act", args=[OwnAct.objects.get().pk])
    client.post(address)

    answer = client.post(address, follow=True)

    assert "This is undone already" in answer.content.decode()
    assert OwnAct.objects.count() == 2


def test_the_list_has_what_one_did_and_costs_the_same_for_many(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    client.force_login(people["archivist"])
    assert "You did nothing" in client.get(reverse("own_acts")).content.decode()
    link(items, property=Property.CREATOR, by=people["archivist"], text="A. Person")
    with CaptureQueriesContext(connection) as few:
        page = folded(client.get(reverse("own_acts")).content.decode())
    assert "information added · Photographer: A. Person" in page and "3 items" in page

    for number in range(10):
        link(items, property=Property.CREATOR, by=people["archivist"], text=f"Person {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("own_acts"))

    assert len(many) == len(few)


def test_words_that_are_hidden_now_are_not_told_of_an_act(client: Client, people: dict[str, User]) -> None:
    item = make_item()
    link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="Anna Example of Lyme Regis at home")
    propose(
        make_caption(item, "Anna Example of Lyme Regis at home"), reason="IDENTIFIES_PERSON", by=people["researcher"]
    )
    client.force_login(people["archivist"])
    token = {"Authorization": f"Token {renew_token(people['archivist'])}"}

    for page in (client.get(reverse("own_acts")), client.get(reverse("api:acts"), headers=token)):
        assert "Anna" not in page.content.decode() and "hidden until decided" in page.content.decode()


def test_a_short_wording_hidden_on_one_of_many_items_is_told_nowhere(client: Client, people: dict[str, User]) -> None:
    items, archivist = [make_item() for _ in range(7)], people["archivist"]
    link(items, property=Property.CREDIT_LINE, by=archivist, text="Anna Example, Lyme Regis, at home")
    propose(make_caption(items[-1], "Anna Example, Lyme Regis"), reason="IDENTIFIES_PERSON", by=people["researcher"])
    client.force_login(archivist)
    token, told = {"Authorization": f"Token {renew_token(archivist)}"}, StringIO()

    call_command("own_acts", by="archivist", stdout=told)

    pages = [client.get(reverse("own_acts")), client.get(reverse("api:acts"), headers=token)]
    for text in (told.getvalue(), *(page.content.decode() for page in pages)):
        assert "Anna" not in text and "hidden until decided" in text


def test_an_item_asks_for_acts_only_where_one_of_its_own_is_shown(client: Client, people: dict[str, User]) -> None:
    item, other, archivist = make_item(), make_item(), people["archivist"]
    for number in range(3):
        link([other], property=Property.CREATOR, by=archivist, text=f"Person {number}")
    client.force_login(archivist)

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("item", args=[item.pk]))
    assert not [query for query in queries if "review_ownact" in query["sql"]]
    link([item], property=Property.CREATOR, by=archivist, text="A. Person")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("item", args=[item.pk]))

    assert reverse("undo_act", args=[OwnAct.objects.latest("pk").pk]) in page.content.decode()
    [query] = [query["sql"] for query in queries if "review_ownact" in query["sql"]]
    assert '"first_entry" <=' in query and '"review_ownact"."what"' not in query


def test_a_program_lists_and_undoes_by_token(client: Client, people: dict[str, User], items: list[Item]) -> None:
    claims = link(items, property=Property.CREATOR, by=people["archivist"], text="A. Person")
    act = OwnAct.objects.get()
    rule(claims[0], standing=Standing.ACCEPTED, by=people["moderator"])
    headers = {"Authorization": f"Token {renew_token(people['archivist'])}"}
    address = reverse("api:undo-act", args=[act.pk])

    [row] = client.get(reverse("api:acts"), headers=headers).json()["results"]
    assert (row["id"], row["items"], row["undone_by"]) == (act.pk, [item.pk for item in items], None)
    assert row["words"] == ["information added · Photographer: A. Person"]
    refused = client.post(address, headers=headers)
    assert refused.status_code == 409
    assert f"Item {items[0].pk}: moderator decided on it since" in refused.json()["detail"]
    answer = client.post(address, {"leave_others": True}, content_type="application/json", headers=headers)

    assert answer.status_code == 201
    assert answer.json()["act"]["undoes"] == act.pk
    assert [each["item"] for each in answer.json()["standing"]] == [items[0].pk]
    assert client.post(address, headers=headers).status_code == 409
    others = {"Authorization": f"Token {renew_token(people['moderator'])}"}
    assert client.post(address, headers=others).status_code == 404


def test_the_command_lists_and_undoes(people: dict[str, User], items: list[Item]) -> None:
    link(items, property=Property.CREATOR, by=people["archivist"], text="A. Person")
    act, out = OwnAct.objects.get(), StringIO()

    call_command("own_acts", "--as", "archivist", stdout=out)
    assert "information added · Photographer: A. Person (3 items)" in out.getvalue()
    call_command("own_acts", "--as", "archivist", "--undo", str(act.pk), "--json", stdout=(told := StringIO()))
    assert json.loads(told.getvalue())["words"] == ["undid an act: withdrew information · Photographer: A. Person"]
    assert standings() == [Standing.SUPERSEDED] * 3
    with pytest.raises(CommandError, match="undone already"):
        call_command("own_acts", "--as", "archivist", "--undo", str(act.pk))
    with pytest.raises(CommandError, match="has no act"):
        call_command("own_acts", "--as", "moderator", "--undo", str(act.pk))
    with pytest.raises(CommandError, match="no open account"):
        call_command("own_acts", "--as", "nobody")
