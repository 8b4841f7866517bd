"""A decided proposal is opened again with a reason, and decided anew; nothing that was decided is changed by that."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Access, Caption
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.review.decide_proposals import decide
from archive.review.models import Proposal, ProposalDecision, ProposalReopening
from archive.review.queue import waiting
from archive.review.reopen_proposals import NothingToReopen, reopen
from tests.builders import make_caption, make_item, make_proposal
from tests.pages import folded
from tests.two_at_once import meet


@pytest.fixture
def caption(db: None) -> Caption:
    return make_caption(make_item(access=Access.RESEARCH), "A boat off Calais.")


def decided(caption: Caption, people: dict[str, User], reason: str = "WRONG_PLACE", **fields: Any) -> Proposal:
    proposal = make_proposal(caption, reason, by=people["researcher"], **fields)
    decide(proposal, outcome="REJECTED", by=people["moderator"], at=timezone.now(), reason="It was Calais.")
    return proposal


@pytest.mark.django_db
def test_what_was_decided_waits_again_in_the_name_of_who_proposed_it(caption: Caption, people: dict[str, User]) -> None:
    proposal = decided(caption, people, text="A boat off Dunkirk.", note="the pier")

    again = reopen(proposal, reason="a new witness", by=people["administrator"], at=timezone.now())

    assert list(waiting(people["moderator"])) == [again]
    assert (again.proposed_by, again.text, again.note) == (people["researcher"], "A boat off Dunkirk.", "the pier")
    assert ProposalDecision.objects.get(proposal=proposal).outcome == "REJECTED"
    last = LedgerEntry.objects.order_by("-sequence").first()
    assert (last.verb, last.actor) == ("reopen proposal", "administrator")
    assert "witness" not in last.payload

    decide(again, outcome="ACCEPTED", by=people["moderator"], at=timezone.now())
    assert not waiting(people["moderator"]).exists()
    assert Caption.objects.filter(text="A boat off Dunkirk.").exists()


@pytest.mark.django_db
def test_who_may_not_and_what_cannot_be_opened_again_is_refused(caption: Caption, people: dict[str, User]) -> None:
    proposal, now = decided(caption, people), timezone.now()
    undecided = make_proposal(caption, "WRONG_DATE", by=people["researcher"])

    with pytest.raises(NotAllowed):
        reopen(proposal, reason="x", by=people["archivist"], at=now)
    with pytest.raises(NotDone, match="few words why"):
        reopen(proposal, reason=" ", by=people["moderator"], at=now)
    with pytest.raises(NothingToReopen, match="waits for its answer"):
        reopen(undecided, reason="x", by=people["moderator"], at=now)
    reopen(proposal, reason="x", by=people["moderator"], at=now)
    with pytest.raises(NothingToReopen, match="meanwhile"):
        reopen(proposal, reason="x", by=people["moderator"], at=now)
    assert Proposal.objects.count() == 3


@pytest.mark.django_db
def test_a_wording_said_to_identify_somebody_is_hidden_again(caption: Caption, people: dict[str, User]) -> None:
    proposal = decided(caption, people, "IDENTIFIES_PERSON")
    assert not withheld_from(people["archivist"], [caption.item]).covers(caption)

    reopen(proposal, reason="the family wrote", by=people["moderator"], at=timezone.now())

    assert withheld_from(people["archivist"], [caption.item]).covers(caption)


@pytest.mark.django_db
def test_no_reopening_is_changed(caption: Caption, people: dict[str, User]) -> None:
    reopen(decided(caption, people), reason="x", by=people["moderator"], at=timezone.now())

    for act in (lambda: ProposalReopening.objects.update(reason="y"), lambda: ProposalReopening.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


@pytest.mark.django_db
def test_it_is_done_on_the_page_and_both_pages_tell_of_it(
    client: Client, caption: Caption, people: dict[str, User]
) -> None:
    proposal = decided(caption, people)
    client.force_login(people["administrator"])
    there = reverse("reopen_proposal", args=[proposal.pk])

    assert client.post(there, {"reason": ""}).status_code == 422
    led = client.post(there, {"reason": "a new witness"}, follow=True)
    again = Proposal.objects.exclude(pk=proposal.pk).get()
    assert led.redirect_chain[-1][0] == reverse("caption_proposal", args=[again.pk])
    page = folded(led.content.decode())
    assert "Opened again by administrator, after “rejected” by moderator:" in page and "a new witness" in page
    before = folded(client.get(reverse("caption_proposal", args=[proposal.pk])).content.decode())
    assert "Opened again by administrator" in before and reverse("caption_proposal", args=[again.pk]) in before
    late = client.post(there, {"reason": "once more"}, follow=True)
    assert "opened this again meanwhile" in late.content.decode()
    client.force_login(people["archivist"])
    assert "a new witness" not in client.get(reverse("caption", args=[caption.pk])).content.decode()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="two connections that write at once")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_it_again_at_once_the_second_is_told(people: dict[str, User]) -> None:
    proposal = decided(make_caption(make_item(access=Access.RESEARCH), "A boat."), people)

    def again(by: User) -> Proposal:
        return reopen(proposal, reason="x", by=by, at=timezone.now())

    with pytest.raises(NothingToReopen):
        meet(lambda: again(people["moderator"]), lambda: again(people["administrator"]))
    assert ProposalReopening.objects.count() == 1
