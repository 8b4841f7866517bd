"""An answered item comes back to the queue when what a verdict rests on changes."""

from importlib import import_module

import pytest
from django.apps import apps

from archive.catalogue.models import Item
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording
from archive.provenance.check_items import check
from archive.provenance.checks.finding import Question
from archive.review import changed_verdicts
from archive.review.claim_rulings import rule
from archive.review.models import CurrentVerdict, VerdictsRead
from archive.review.review_queue import to_review
from archive.review.verdicts import judge
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_appearance, make_claim, make_item, make_outlet
from tests.two_at_once import together

WHY = {"word": "SUPPORTED", "reason_code": "GROUNDS_AGREE", "reason": ""}


def follow() -> None:
    while changed_verdicts.follow():
        pass


def queue() -> list[Item]:
    return list(to_review(Item.objects.all()))


def answer(item: Item, by: object) -> None:
    for question in Question:
        judge(item, question=question, by=by, **WHY)


@pytest.mark.django_db
def test_an_answered_item_comes_back_when_a_finding_changes_and_goes_when_it_is_answered_again(people: dict) -> None:
    item = make_item()
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    check([item.pk])
    answer(item, people["moderator"])
    follow()
    assert queue() == []

    make_appearance(item, make_outlet("The Kentish Post"), published="2024-04-23")
    check([item.pk])
    follow()
    assert queue() == [item]
    assert [row.question for row in CurrentVerdict.objects.filter(is_changed=True)] == ["WHEN"]

    judge(item, question=Question.WHEN, by=people["moderator"], **WHY)
    follow()
    assert queue() == []


@pytest.mark.django_db
def test_it_leaves_again_when_the_change_is_taken_back(people: dict) -> None:
    item = make_item()
    claim = make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    answer(item, people["moderator"])
    rule(claim, standing=Standing.ACCEPTED, by=people["archivist"])
    follow()
    assert queue() == [item]

    rule(claim, standing=Standing.PROPOSED, by=people["archivist"])
    follow()

    assert queue() == []


@pytest.mark.django_db
def test_what_changes_at_another_item_brings_back_nothing(people: dict) -> None:
    item = make_item()
    answer(item, people["moderator"])

    with recording():
        act(verb="claim", subject=make_item(), actor="test")
    follow()

    assert item not in queue()


@pytest.mark.django_db(transaction=True)
def test_two_who_look_at_once_and_one_who_decides_lose_nothing(people: dict) -> None:
    item = make_item()
    claim = make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    answer(item, people["moderator"])
    rule(claim, standing=Standing.ACCEPTED, by=people["archivist"])

    together(follow, follow, lambda: judge(item, question=Question.WHERE, by=people["moderator"], **WHY))
    follow()

    assert [row.question for row in CurrentVerdict.objects.filter(is_changed=True)] == ["WHEN"]


@pytest.mark.django_db
def test_an_old_archive_is_read_from_where_its_verdicts_begin(people: dict) -> None:
    item = make_item()
    for _number in range(5):
        with recording():
            act(verb="describe", subject=item, actor="test")
    before, migration = (
        LedgerEntry.objects.count(),
        import_module("archive.review.migrations.0010_where_verdicts_begin"),
    )

    migration.begin(apps, None)
    assert VerdictsRead.objects.get().sequence == before

    answer(item, people["moderator"])
    VerdictsRead.objects.update(sequence=0)
    migration.begin(apps, None)
    assert VerdictsRead.objects.get().sequence == before
