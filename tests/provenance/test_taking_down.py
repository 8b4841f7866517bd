"""What is taken down takes its copies with it, those that come later too."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.ingest.match_arrivals import match_some
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import subject_of
from archive.matching.kinds import Kind
from archive.provenance import taking_down
from archive.provenance.models import TakeDown
from archive.provenance.rule_on_match import rule_on_match
from archive.review.access import Copies, CopiesStand, set_access
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_claim, make_footage, make_item, make_match
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db
People = dict[str, User]


def access_of(*items: Item) -> list[str]:
    return [Item.objects.get(pk=item.pk).access for item in items]


def test_the_copies_crops_and_stills_of_a_picture_are_named(people: People) -> None:
    film, still, copy, crop, other = make_footage(), make_item(), make_item(), make_item(), make_item()
    another_still = make_item()
    make_match(film, still, kind=Kind.STILL_OF)
    make_match(film, another_still, kind=Kind.STILL_OF)
    make_match(still, copy)
    make_match(copy, crop, kind=Kind.CROPPED)
    make_match(still, other, is_strong=False)

    assert taking_down.copies_of([crop]) == [film, still, copy]
    assert taking_down.copies_of([film]) == [still, copy, crop, another_still]


def test_the_copies_of_many_pictures_are_all_named(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(taking_down, "MOST_MEMBERS", 3)
    items = [make_item() for _ in range(8)]
    copies = [make_item(), make_item()]
    make_match(items[0], copies[0])
    make_match(copies[1], items[7])
    film, still = make_footage(), make_item()
    make_claim(still, Property.DERIVED_FROM, value_item=film)

    # Only what is tied to something is followed.
    with django_assert_max_num_queries(30):
        assert taking_down.copies_of([*items, film]) == [*copies, still]


def test_a_picture_is_restricted_once_it_is_said_what_becomes_of_its_copies(people: People) -> None:
    item, copy = make_item(access=Access.RESEARCH), make_item(access=Access.RESEARCH)
    make_match(item, copy)
    archivist = people["archivist"]

    with pytest.raises(CopiesStand) as question:
        set_access([item], access=Access.RESTRICTED, by=archivist, reason="The family asks.")
    assert question.value.copies == [copy]
    with pytest.raises(CopiesStand):
        set_access([item], access=Access.RESTRICTED, by=archivist, copies=Copies.TAKE)
    assert access_of(item, copy) == ["RESEARCH", "RESEARCH"]
    set_access([item], access=Access.RESTRICTED, by=archivist, reason="The family asks.", copies=Copies.TAKE)

    assert access_of(item, copy) == ["RESTRICTED", "RESTRICTED"]
    for each in (item, copy):
        entry = LedgerEntry.objects.get(subject=subject_of(each), verb="set access")
        assert "The family asks." in entry.payload


def test_copies_may_be_left_open_and_then_nothing_follows(people: People) -> None:
    item, copy = make_item(), make_item()
    make_match(item, copy)

    set_access([item], access=Access.RESTRICTED, by=people["archivist"], reason="A double.", copies=Copies.LEAVE)

    assert access_of(item, copy) == ["RESTRICTED", "RESEARCH"]
    assert taking_down.follow() == 0
    assert access_of(copy) == ["RESEARCH"]


def test_a_copy_that_comes_later_is_restricted_and_stands_on_the_list(client: Client, people: People) -> None:
    item, later, perhaps = make_item(), make_item(access=Access.RELEASED), make_item()
    set_access([item], access=Access.RESTRICTED, by=people["archivist"], reason="The family asks.")
    make_match(item, later)
    make_match(item, perhaps, is_strong=False)

    assert taking_down.follow() == 1
    assert taking_down.follow() == 0

    assert access_of(later, perhaps) == ["RESTRICTED", "RESEARCH"]
    assert [one.item for one in taking_down.to_look_at(people["moderator"])] == [later]
    client.force_login(people["moderator"])
    assert "Restricted by themselves" in client.get(reverse("matches")).content.decode()
    set_access([later], access=Access.RESEARCH, by=people["moderator"], reason="Another boat.")
    assert not taking_down.to_look_at(people["moderator"]).exists()
    assert taking_down.follow() == 0
    assert TakeDown.objects.count() == 3


def test_the_page_names_the_copies_and_takes_them_along(client: Client, people: People) -> None:
    item, copy = make_item(), make_item(file_name="copy.jpg")
    make_match(item, copy)
    client.force_login(people["archivist"])
    address, asked = reverse("item_access", args=[item.pk]), {"access": "RESTRICTED", "reason": "The family asks."}

    answer = client.post(address, asked)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert reverse("rendition", args=[copy.pk, "thumbnail"]) in page and "1 copy of it stays open" in page
    client.post(address, asked | {"copies": "TAKE"})
    assert access_of(item, copy) == ["RESTRICTED", "RESTRICTED"]


def test_the_bulk_action_asks_the_same(client: Client, people: People) -> None:
    item, copy = make_item(), make_item()
    make_match(item, copy)
    client.force_login(people["archivist"])
    asked = {"items": [item.pk], "act": "access", "access": "RESTRICTED", "reason": "The family asks."}

    assert client.post(reverse("bulk_access"), asked).status_code == 422
    client.post(reverse("bulk_access"), asked | {"copies": "TAKE"})

    assert access_of(item, copy) == ["RESTRICTED", "RESTRICTED"]


def test_a_copy_that_a_person_confirms_later_is_restricted_at_once(people: People) -> None:
    item, perhaps, another = make_item(), make_item(), make_item()
    set_access([item], access=Access.RESTRICTED, by=people["archivist"], reason="The family asks.")
    match, other_scene = (make_match(item, each, is_strong=False) for each in (perhaps, another))

    rule_on_match(match, standing=Standing.ACCEPTED, by=people["archivist"])
    rule_on_match(other_scene, standing=Standing.ACCEPTED, kind=Kind.SIMILAR_SCENE, by=people["archivist"])
    taking_down.follow()

    assert access_of(perhaps, another) == ["RESTRICTED", "RESEARCH"]


def test_the_other_stills_of_footage_that_was_taken_along_stay_and_those_that_come_later_follow(
    people: People,
) -> None:
    film, still, another, later = make_footage(), make_item(), make_item(), make_item()
    make_match(film, still, kind=Kind.STILL_OF)
    make_match(film, another, kind=Kind.STILL_OF)

    set_access([still], access=Access.RESTRICTED, by=people["archivist"], reason="A child.", copies=Copies.TAKE)
    make_match(film, later, kind=Kind.STILL_OF, found_at=timezone.now())
    taking_down.follow()

    assert access_of(film, still, another, later) == ["RESTRICTED", "RESTRICTED", "RESEARCH", "RESTRICTED"]


def test_what_a_killed_worker_left_unfollowed_is_taken_down_by_the_next(people: People) -> None:
    item, later = make_item(), make_item()
    set_access([item], access=Access.RESTRICTED, by=people["archivist"], reason="The family asks.")
    make_match(item, later)

    match_some()

    assert access_of(later) == ["RESTRICTED"]


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_a_person_denies_meanwhile_is_left_open(people: People) -> None:
    item, later = make_item(), make_item(access=Access.RELEASED)
    set_access([item], access=Access.RESTRICTED, by=people["archivist"], reason="The family asks.")
    match = make_match(item, later)

    meet(
        lambda: rule_on_match(match, standing=Standing.REJECTED, by=people["moderator"]),
        taking_down.follow,
    )

    assert access_of(later) == ["RELEASED"]


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_is_opened_while_a_picture_is_taken_down_is_asked_about(people: People) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    item, copy = make_item(), make_item(access=Access.RESTRICTED)
    make_match(item, copy)
    asked: list[list[Item]] = []

    def take_down() -> None:
        try:
            set_access([item], access=Access.RESTRICTED, by=people["moderator"], reason="the family asks")
        except CopiesStand as question:
            asked.append(question.copies)

    def open_both() -> None:
        set_access([item, copy], access=Access.RESEARCH, by=people["archivist"])

    meet(open_both, take_down)

    assert asked == [[copy]]
    assert access_of(item, copy) == [Access.RESEARCH, Access.RESEARCH], "nothing is taken down before the answer"


@pytest.mark.django_db(transaction=True)
def test_a_closed_copy_that_another_opens_alone_while_a_picture_is_taken_down_is_asked_about(people: People) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    item, copy = make_item(), make_item(access=Access.RESTRICTED)
    make_match(item, copy)
    asked: list[list[Item]] = []

    def take_down() -> None:
        try:
            set_access([item], access=Access.RESTRICTED, by=people["moderator"], reason="the family asks")
        except CopiesStand as question:
            asked.append(question.copies)

    meet(lambda: set_access([copy], access=Access.RESEARCH, by=people["archivist"]), take_down)

    assert asked == [[copy]]
    assert access_of(item, copy) == [Access.RESEARCH, Access.RESEARCH], "nothing is taken down before the answer"
