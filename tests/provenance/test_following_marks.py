"""A copy of a distressing picture that comes later is marked as it is recognised, unless a person has decided on it."""

import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.ingest.match_arrivals import match_some
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import subject_of
from archive.matching.kinds import Kind
from archive.provenance import following_marks
from archive.provenance.rule_on_match import rule_on_match
from archive.review.mark_distressing import mark_distressing
from archive.standards.vocabulary import Standing
from tests.builders import make_footage, make_item, make_match

pytestmark = pytest.mark.django_db
People = dict[str, User]


def is_marked(*items: Item) -> list[bool]:
    return [Item.objects.get(pk=item.pk).is_distressing for item in items]


def mark(item: Item, by: User, *, is_distressing: bool = True, copies: str = "LEAVE") -> None:
    mark_distressing([item], is_distressing=is_distressing, by=by, reason="a body", copies=copies)


def test_a_copy_that_comes_later_is_marked_and_the_ledger_says_by_which_match(people: People) -> None:
    item, later, other = make_item(), make_item(), make_item()
    mark(item, people["moderator"])
    match = make_match(item, later, found_at=timezone.now())
    make_match(item, other, is_strong=False, found_at=timezone.now())

    match_some()

    assert is_marked(later, other) == [True, False]
    entry = LedgerEntry.objects.get(subject=subject_of(later))
    assert (entry.actor, entry.verb) == ("Strandline", "mark distressing") and f'"match":{match.pk}' in entry.payload
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    assert "holds" in out.getvalue()


def test_a_copy_of_a_copy_is_marked_with_it_and_what_was_asked_about_stays(people: People) -> None:
    item, left, copy, copy_of_copy = (make_item() for _ in range(4))
    make_match(item, left, found_at=timezone.now())
    mark(item, people["moderator"])
    for one, other in ((item, copy), (copy, copy_of_copy), (copy, left)):
        make_match(one, other, found_at=timezone.now())

    assert following_marks.follow() == 2

    assert is_marked(copy, copy_of_copy, left) == [True, True, False]


def test_what_a_person_left_or_took_back_stays_as_it_is(people: People) -> None:
    item, left, taken_back = make_item(), make_item(), make_item()
    make_match(item, left, found_at=timezone.now())
    mark(item, people["moderator"])
    mark(taken_back, people["moderator"])
    mark(taken_back, people["moderator"], is_distressing=False)
    make_match(item, taken_back, found_at=timezone.now())

    assert following_marks.follow() == 0
    assert is_marked(left, taken_back) == [False, False]


def test_a_copy_that_a_person_confirms_is_marked_and_another_moment_is_not(people: People) -> None:
    item, perhaps, scene, film = make_item(), make_item(), make_item(), make_footage()
    mark(item, people["moderator"])
    match, other = (make_match(item, each, is_strong=False) for each in (perhaps, scene))
    make_match(film, item, kind=Kind.STILL_OF, found_at=timezone.now())

    rule_on_match(match, standing=Standing.ACCEPTED, by=people["archivist"])
    rule_on_match(other, standing=Standing.ACCEPTED, kind=Kind.SIMILAR_SCENE, by=people["archivist"])

    assert is_marked(perhaps, scene, film) == [True, False, False]
