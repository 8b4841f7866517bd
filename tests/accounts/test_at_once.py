"""Two at once on the same account: one after the other, and nobody meets a fault of the server."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.authtoken.models import Token

from archive.accounts.models import User
from archive.accounts.passwords import make_reset_link
from archive.accounts.people import add_person, give_role, let_in, renew_token, role_of, token_of
from archive.accounts.roles import ADMINISTRATOR
from archive.ledger.not_done import NotDone

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
