"""How far readings agree is counted per question, and kappa given where it says something."""

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.provenance.checks.finding import Question
from archive.review import reading_requests, verdicts
from archive.review.access import set_access
from archive.review.agreement import Agreement, agreement
from archive.review.mark_distressing import mark_distressing
from archive.review.second_readings import read_second
from archive.review.verdicts import judge
from archive.standards.vocabulary import Property
from tests.builders import make_claim, make_item
from tests.pages import folded

WHY = {"reason_code": "OTHER", "reason": "seen"}


def read_twice(people: dict[str, User], first: str, second: str, *, is_sensitive: bool = True) -> Item:
    item = make_item(access=Access.RELEASED)
    if is_sensitive:
        mark_distressing([item], is_distressing=True, by=people["moderator"], reason="the dead are seen")
    judge(item, question=Question.WHEN, word=first, by=people["moderator"], **WHY)
    read_second(item, question=Question.WHEN, word=second, by=people["administrator"], **WHY)
    return item


def on_when(**narrowed: object) -> Agreement:
    return next(each for each in agreement(**narrowed) if each.question == Question.WHEN)


@pytest.mark.django_db
def test_pairs_of_words_are_counted_by_policy_and_day_and_what_changed_between_apart(people: dict[str, User]) -> None:
    read_twice(people, "SUPPORTED", "SUPPORTED")
    read_twice(people, "SUPPORTED", "UNDETERMINED")
    read_twice(people, "CONTRADICTED", "CONTRADICTED", is_sensitive=False)
    changed = make_item(access=Access.RELEASED)
    judge(changed, question=Question.WHEN, word="CONTRADICTED", by=people["moderator"], **WHY)
    make_claim(changed, Property.DATE_CREATED, date="2024-06-18")
    read_second(changed, question=Question.WHEN, word="SUPPORTED", by=people["administrator"], **WHY)

    counts = on_when()

    assert counts.pairs == {
        ("SUPPORTED", "SUPPORTED"): 1, ("SUPPORTED", "UNDETERMINED"): 1, ("CONTRADICTED", "CONTRADICTED"): 1,
    }  # fmt: skip
    assert (counts.number, counts.agreed, counts.differing, counts.percent) == (3, 2, 1, 67)
    assert counts.on_other_grounds == 1
    assert (on_when(policy="CONTRADICTED").number, on_when(policy="SENSITIVE").number) == (1, 2)
    today = timezone.localdate()
    assert on_when(earliest=today, latest=today).number == 3
    assert on_when(latest=today - timedelta(days=1)).number == on_when(earliest=date(2100, 1, 1)).number == 0


@pytest.mark.django_db
def test_what_could_be_read_before_a_second_reading_was_asked_for_is_in_no_pair_and_told(
    people: dict[str, User], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_twice(people, "SUPPORTED", "SUPPORTED")
    # Its items are released a minute after their verdicts.
    late = SimpleNamespace(now=lambda: timezone.now() + timedelta(minutes=1))
    monkeypatch.setattr(reading_requests, "timezone", late)
    for released_later in (make_item(), make_item()):
        judge(released_later, question=Question.WHEN, word="CONTRADICTED", by=people["moderator"], **WHY)
        set_access([released_later], access=Access.RELEASED, reason="cleared", by=people["moderator"])
        read_second(released_later, question=Question.WHEN, word="SUPPORTED", by=people["administrator"], **WHY)
    client.force_login(people["moderator"])

    counts = on_when()
    page = folded(client.get("/review/second/agreement/").content.decode())
    when = client.get("/api/v1/review/agreement/").json()[0]

    assert counts.pairs == {("SUPPORTED", "SUPPORTED"): 1}
    assert (counts.number, counts.differing, counts.not_blind, counts.is_chosen) == (1, 0, 2, False)
    assert "2 more are left out: others could read the first verdict" in page and "1 of 1 agrees" in page
    assert (when["question"], when["read_twice"], when["not_blind"]) == ("WHEN", 1, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(("later", "is_blind"), [(4, True), (999, True), (1000, False)])
def test_what_was_asked_for_within_a_second_of_the_verdict_was_hidden_from_the_start(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch, later: int, is_blind: bool
) -> None:
    ask_each = verdicts.ask_each
    # As it was asked for by an earlier version, which took the moment anew.
    monkeypatch.setattr(
        verdicts, "ask_each", lambda policies, *, at: ask_each(policies, at=at + timedelta(milliseconds=later))
    )
    read_twice(people, "SUPPORTED", "SUPPORTED")

    assert (on_when().number, on_when().not_blind) == ((1, 0) if is_blind else (0, 1))


@pytest.mark.django_db
def test_of_any_number_of_readings_the_latest_dissent_is_told_in_two_queries(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("archive.review.agreement.MOST_DISSENT", 2)
    items = [read_twice(people, "SUPPORTED", "UNDETERMINED") for _number in range(3)]

    with django_assert_num_queries(2):
        counts = on_when()
        named = [(second.item, second.second_of.word) for second in counts.dissent]

    assert counts.differing == 3
    assert named == [(items[2], "SUPPORTED"), (items[1], "SUPPORTED")]


def test_kappa_is_agreement_beyond_chance_and_not_given_of_few_or_of_what_was_chosen() -> None:
    # 20 of 40 each way: by chance half would agree; 30 of 40 do, (0.75 − 0.5) / (1 − 0.5).
    pairs = Counter(
        {
            ("SUPPORTED", "SUPPORTED"): 15, ("SUPPORTED", "CONTRADICTED"): 5,
            ("CONTRADICTED", "SUPPORTED"): 5, ("CONTRADICTED", "CONTRADICTED"): 15,
        }
    )  # fmt: skip

    assert Agreement(Question.WHEN, pairs).kappa == pytest.approx(0.5)
    assert Agreement(Question.WHEN, pairs, is_chosen=True).kappa is None
    assert Agreement(Question.WHEN, Counter({("SUPPORTED", "SUPPORTED"): 29})).kappa is None
    assert Agreement(Question.WHEN, Counter({("SUPPORTED", "SUPPORTED"): 30})).kappa is None


@pytest.mark.django_db
def test_the_page_and_the_api_tell_the_same_and_lead_to_the_dissent(people: dict[str, User], client: Client) -> None:
    item = read_twice(people, "SUPPORTED", "UNDETERMINED")
    client.force_login(people["moderator"])

    page = folded(client.get("/review/second/agreement/").content.decode())
    answer = client.get("/api/v1/review/agreement/").json()

    assert "0 of 1 agrees (0 %)" in page and f'href="/items/{item.pk}/review/"' in page
    when = next(each for each in answer if each["question"] == "WHEN")
    assert (when["read_twice"], when["agreed"], when["dissent"], when["kappa"]) == (1, 0, 1, None)
    assert when["pairs"] == [{"first": "SUPPORTED", "second": "UNDETERMINED", "number": 1}]
    assert client.get("/?verdict=when%3Ddissent").context["found"].items == [item]


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["earliest=2024-13-01", "policy=NONE", "earliest=2024-02-02&latest=2024-01-01"])
def test_what_is_not_understood_is_told(people: dict[str, User], client: Client, asked: str) -> None:
    client.force_login(people["moderator"])

    assert client.get(f"/review/second/agreement/?{asked}").status_code == 400
    assert client.get(f"/api/v1/review/agreement/?{asked}").status_code == 400
