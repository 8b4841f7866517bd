"""Two at once on the same account: one after the other, and nobody meets a fault of the server."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.authtoken.models import Token

from archive.accounts.models import User
from archive.accounts.passwords import make_reset_link, set_own_password
from archive.accounts.people import (
    add_person,
    give_role,
    let_in,
    renew_token,
    role_of,
    set_names,
    sign_out_everywhere,
    token_of,
)
from archive.accounts.roles import ADMINISTRATOR
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.review.flags import flag_picture
from archive.review.link_items import link
from archive.standards.vocabulary import Property
from tests.builders import make_item
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment, each on a connection of its own; return what each returned or raised."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[number] = act()
        except Exception as problem:
            results[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("time", range(3))
def test_two_administrators_cannot_send_each_other_away(people: dict[str, User], time: int) -> None:
    first, other = people["administrator"], people["moderator"]
    give_role(other, role=ADMINISTRATOR, by="test")

    results = at_once(
        lambda: give_role(other, role="researcher", by=first),
        lambda: let_in(first, is_active=False, by=other),
    )

    assert [type(result) for result in results if result] == [NotDone]
    left = User.objects.filter(is_active=True, groups__name=ADMINISTRATOR)
    assert left.count() == 1 and role_of(left.get()) == ADMINISTRATOR


def test_a_name_added_twice_at_once_is_one_account(people: dict[str, User]) -> None:
    def add() -> User:
        return add_person(username="maud", role="archivist", by="test")

    results = at_once(add, add, add)

    assert User.objects.filter(username="maud").count() == 1
    assert sorted(type(result).__name__ for result in results) == ["NotDone", "NotDone", "User"]


@pytest.mark.parametrize("make", [renew_token, token_of], ids=["renew", "ask for"])
def test_a_token_asked_for_twice_at_once_is_one_token(people: dict[str, User], make: Callable[[User], str]) -> None:
    results = at_once(*[lambda: make(people["researcher"])] * 4)

    assert not [result for result in results if isinstance(result, Exception)]
    assert Token.objects.get().key in results


def test_links_made_at_once_leave_one_that_works(people: dict[str, User]) -> None:
    links = at_once(*[lambda: make_reset_link(User.objects.get(username="researcher"), by="test")] * 3)

    assert all(isinstance(link, dict) for link in links)


@pytest.mark.parametrize("time", range(3))
def test_of_two_who_use_one_invitation_at_once_one_chooses_the_password(people: dict[str, User], time: int) -> None:
    add_person(username="maud", role="archivist", by="test")
    guests = [User.objects.get(username="maud") for _number in range(2)]

    results = at_once(
        lambda: set_own_password(guests[0], "kelp-and-shingle-9"),
        lambda: set_own_password(guests[1], "slate-herring-40"),
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotDone"]
    chosen = ["kelp-and-shingle-9", "slate-herring-40"][results.index(None)]
    assert User.objects.get(username="maud").check_password(chosen)


@pytest.mark.parametrize("time", range(3))
def test_an_account_closed_twice_at_once_is_closed_once(people: dict[str, User], time: int) -> None:
    person = people["researcher"]

    results = at_once(*[lambda: let_in(person, is_active=False, by="test", reason="left")] * 2)

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotDone"]
    assert LedgerEntry.objects.filter(verb="close account").count() == 1


def test_two_sign_outs_at_once_count_twice(people: dict[str, User]) -> None:
    at_once(*[lambda: sign_out_everywhere(User.objects.get(username="researcher"), by="test")] * 2)

    assert User.objects.get(username="researcher").sign_out_count == 2


@pytest.mark.parametrize("time", range(2))
def test_an_account_is_closed_while_its_role_changes(people: dict[str, User], time: int) -> None:
    person = people["researcher"]

    meet(lambda: give_role(person, role="archivist", by="test"), lambda: let_in(person, is_active=False, by="test"))

    stands = User.objects.get(pk=person.pk)
    assert (role_of(stands), stands.is_active) == ("archivist", False)


@pytest.mark.parametrize(
    "act",
    [
        lambda person: set_names(person, full_name="Ruth Example", email="ruth@example.org", by="test"),
        lambda person: let_in(person, is_active=False, by="test"),
        lambda person: renew_token(person),
        lambda person: set_own_password(person, "kelp-and-shingle-9"),
        lambda person: flag_picture(make_item(), ground="DISTRESSING", by=person),
    ],
    ids=["names", "closed", "token", "password", "flag"],
)
def test_what_a_person_says_meanwhile_is_recorded_beside_what_is_done_to_their_account(
    people: dict[str, User], act: Callable[[User], Any]
) -> None:
    person, item = people["archivist"], make_item()
    speaker = User.objects.get(pk=person.pk)

    meet(lambda: act(person), lambda: link([item], property=Property.CREATOR, by=speaker, text="A. Person"))

    assert item.claims.filter(source__person=person).exists()
    assert LedgerEntry.objects.count() >= 2
