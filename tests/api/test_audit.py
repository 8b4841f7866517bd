"""The audit in the API."""

import pytest
from django.test import Client

from archive.accounts.models import User
from archive.ledger.record_acts import act, recording

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/audit/"


@pytest.fixture
def moderator(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["moderator"])
    with recording():
        for _number in range(7):
            act(verb="claim", subject="catalogue.item:1", actor="archivist", payload={"property": "creator"})
        act(verb="close account", subject="accounts.user:1", actor="administrator")
    return client


def test_pages_follow_one_another_to_the_end(moderator: Client) -> None:
    seen, address = [], f"{ADDRESS}?act=claim&page_size=3"
    while address:
        told = moderator.get(address).json()
        seen += [each["sequence"] for each in told["results"]]
        address = told["next"]

    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_an_act_is_told_in_words_and_as_it_is_hashed(moderator: Client) -> None:
    [told] = moderator.get(ADDRESS, {"act": "accounts"}).json()["results"]

    assert (told["verb"], told["in_words"], told["payload"]) == ("close account", "closed an account", {})
    assert len(told["entry_hash"]) == 64


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "until"),
        ({"page_size": "0"}, "page_size"),
        ({"before": "x"}, "before"),
        ({"q": "boat"}, "q"),
    ],
    ids=["day", "days", "size", "before", "unknown"],
)
def test_what_cannot_be_read_is_a_problem_with_its_name(moderator: Client, asked: dict, named: str) -> None:
    answer = moderator.get(ADDRESS, asked)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [named]
