"""The page of the audit: who reads it, how it is narrowed and paged, where its lines lead, and what is exported."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.accounts.people import add_person
from archive.catalogue.models import Access
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording, subject_of
from archive.ledger.signing_key import make_key
from archive.review.access import set_access
from archive.review.flags import flag_picture
from tests.builders import (
    make_accession,
    make_article,
    make_caption,
    make_event,
    make_item,
    make_match,
    make_outlet,
    make_place,
    make_proposal,
)
from tests.pages import folded

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["moderator"])
    return client


def page(client: Client, **asked: object) -> str:
    return folded(client.get(reverse("audit"), asked).content.decode())


def test_each_line_says_who_did_what_and_leads_to_what_it_is_about(moderator: Client, people: dict[str, User]) -> None:
    item = make_item(access=Access.RESEARCH)
    set_access([item], access=Access.RESTRICTED, by=people["moderator"], reason="asked by the family")
    flag, _is_new = flag_picture(item, ground="RIGHTS", by=people["archivist"])
    proposal = make_proposal(make_caption(item, "A boat."), by=people["archivist"])

    shown = page(moderator)

    assert "moderator</a> changed access" in shown
    assert "asked by the family" in shown
    for address in (
        reverse("item", args=[item.pk]),
        reverse("flag", args=[flag.pk]),
        reverse("caption_proposal", args=[proposal.pk]),
    ):
        assert f'href="{address}"' in shown, address


def test_every_sort_of_record_is_named_by_as_many_questions_as_one(
    moderator: Client, people: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    records = [
        *(make_item() for _number in range(3)),
        *(make_accession(f"Delivery {number}") for number in range(3)),
        *(make_place(f"Town {number}") for number in range(3)),
        *(make_event(f"Landing {number}") for number in range(3)),
        *(make_outlet(f"Post {number}") for number in range(3)),
        make_article(),
        people["researcher"],
    ]
    match = make_match(make_item(), make_item())
    with recording():
        for each in [*records, match]:
            act(verb="edit", subject=subject_of(each), actor="archivist")

    with django_assert_max_num_queries(28):
        shown = page(moderator)

    for name in ("Delivery 2", "Town 2", "Landing 2", "Post 2", "researcher", f"pair {match.pk}"):
        assert name in shown, name


def test_a_moderator_is_led_to_no_account_and_an_administrator_is(client: Client, people: dict[str, User]) -> None:
    maud = add_person(username="maud", role="researcher", by=people["administrator"])
    address = f'href="{reverse("person", args=[maud.pk])}"'

    for role, leads in (("moderator", False), ("administrator", True)):
        client.force_login(people[role])
        shown = page(client, act="accounts")
        assert "administrator</a> made an account" in shown and "maud" in shown
        assert (address in shown) is leads, role


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"about": "the boat"}, "paste the address of its page"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "This day is before the first one."),
        ({"act": "nonsense"}, "Select a valid choice"),
    ],
    ids=["about", "days", "act"],
)
def test_what_cannot_be_read_is_told_beside_its_field(moderator: Client, asked: dict, words: str) -> None:
    answer = moderator.get(reverse("audit"), asked)

    assert answer.status_code == 422
    assert words in folded(answer.content.decode())


@pytest.mark.parametrize("written", ["{}", "#{}", "no. {}", "/items/{}/", "https://a.example/items/{}/?q=boat#history"])
def test_an_item_is_asked_for_by_number_or_address(moderator: Client, people: dict[str, User], written: str) -> None:
    item, other = make_item(), make_item()
    with recording():
        act(verb="claim", subject=item, actor="archivist")
        act(verb="describe", subject=other, actor="archivist")

    shown = page(moderator, about=written.format(item.pk))

    assert "archivist</a> information added" in shown
    assert "archivist</a> added a caption" not in shown


def test_an_empty_answer_says_what_to_do(moderator: Client) -> None:
    assert "clear the filter" in page(moderator, person="nobody")


def test_a_long_ledger_is_paged_and_the_filter_stays(moderator: Client) -> None:
    with recording():
        for _number in range(205):
            act(verb="claim", subject="catalogue.item:1", actor="archivist")

    first = page(moderator, act="claim")
    assert 'href="?act=claim&amp;before=106"' in first and "after=" not in first
    second = page(moderator, act="claim", before=106)
    assert 'href="?act=claim&amp;after=105"' in second and 'href="?act=claim&amp;before=6"' in second


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_is_asked_for_is_exported_and_that_is_an_act(moderator: Client, form: str) -> None:
    with recording():
        act(verb="claim", subject="catalogue.item:1", actor="archivist")
        act(verb="describe", subject="catalogue.item:1", actor="=2+2")

    answer = moderator.post(reverse("export_audit"), {"form": form, "act": "captions"})

    written = b"".join(answer.streaming_content).decode()
    assert answer["Content-Disposition"].endswith(f'.{form}"')
    assert "catalogue.item:1" in written and '"claim"' not in written and ",claim," not in written
    assert ("'=2+2" in written) is (form == "csv")
    last = LedgerEntry.objects.order_by("-sequence").first()
    assert (last.verb, last.actor) == ("export acts", "moderator")
    assert json.loads(last.payload) == {"form": form, "act": "captions"}


@pytest.mark.parametrize("sent", [{"form": "exe"}, {"form": "csv", "about": "the boat"}], ids=["form", "about"])
def test_an_export_that_cannot_be_read_is_refused_and_no_act(moderator: Client, sent: dict) -> None:
    assert moderator.post(reverse("export_audit"), sent).status_code == 400
    assert not LedgerEntry.objects.filter(verb="export acts").exists()


def test_the_item_and_the_ledger_lead_moderators_to_it(client: Client, people: dict[str, User]) -> None:
    item = make_item(access=Access.RESEARCH)
    make_key()

    for role, leads in (("moderator", True), ("archivist", False)):
        client.force_login(people[role])
        of_item = client.get(reverse("item", args=[item.pk])).content.decode()
        assert (f"/audit/?about=catalogue.item:{item.pk}" in of_item) is leads
        assert (
            'href="/audit/"' in folded(client.get(reverse("ledger")).content.decode()).partition("<main")[2]
        ) is leads
