"""Pictures are marked distressing by moderators alone, with a reason, and their copies are asked about."""

import json

import pytest

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.review.mark_distressing import Alike, CopiesDiffer, mark_distressing
from tests.builders import make_item, make_match

pytestmark = pytest.mark.django_db


def acts() -> list[tuple[str, str, str, str]]:
    entries = LedgerEntry.objects.filter(verb__contains="distressing").order_by("sequence")
    return [(entry.actor, entry.verb, entry.subject, json.loads(entry.payload)["reason"]) for entry in entries]


def test_a_mark_and_its_end_each_have_an_entry_with_a_reason(people: dict[str, User]) -> None:
    item, moderator = make_item(), people["moderator"]

    mark_distressing([item], is_distressing=True, by=moderator, reason=" A body on the beach. ")
    mark_distressing([item], is_distressing=True, by=moderator, reason="again")
    assert Item.objects.get().is_distressing
    mark_distressing([item], is_distressing=False, by=moderator, reason="It is driftwood.")

    subject = f"catalogue.item:{item.pk}"
    assert not Item.objects.get().is_distressing
    assert acts() == [
        ("moderator", "mark distressing", subject, "A body on the beach."),
        ("moderator", "take distressing mark back", subject, "It is driftwood."),
    ]


@pytest.mark.parametrize("role", ["researcher", "archivist"])
def test_nobody_but_a_moderator_marks(people: dict[str, User], role: str) -> None:
    with pytest.raises(NotAllowed):
        mark_distressing([make_item()], is_distressing=True, by=people[role], reason="a body")


def test_a_mark_without_a_reason_is_refused(people: dict[str, User]) -> None:
    item = make_item()

    with pytest.raises(NotDone, match="why"):
        mark_distressing([item], is_distressing=True, by=people["moderator"], reason="  ")

    assert not Item.objects.get().is_distressing and not acts()


@pytest.mark.parametrize(
    ("answer", "marked"), [(Alike.TAKE, {"one", "copy"}), (Alike.LEAVE, {"one"})], ids=["taken", "left"]
)
def test_copies_are_asked_about_and_marked_as_the_answer_says(
    people: dict[str, User], answer: Alike, marked: set[str]
) -> None:
    one, copy, other = make_item(file_name="one"), make_item(file_name="copy"), make_item(file_name="other")
    make_match(one, copy)
    make_match(one, other, is_strong=False)
    asked = {"is_distressing": True, "by": people["moderator"], "reason": "a body"}

    with pytest.raises(CopiesDiffer) as question:
        mark_distressing([one], **asked)
    assert question.value.copies == [copy]
    assert not Item.objects.filter(is_distressing=True).exists()
    mark_distressing([one], **asked, copies=answer)

    assert set(Item.objects.filter(is_distressing=True).values_list("file_name", flat=True)) == marked
    assert len(acts()) == len(marked)
