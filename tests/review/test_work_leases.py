"""Two moderators do not work on the same proposal, however close together they ask for one."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from archive.accounts.models import User
from archive.review.decide_proposals import AlreadyDecided, decide
from archive.review.models import Proposal, ProposalDecision, ProposalLease
from archive.review.queue import free_for, waiting
from archive.review.work_leases import LEASE, TakenByAnother, leave, take, take_first
from tests.builders import NOW, make_caption, make_item, make_proposal

People = dict[str, User]


def propose_some(people: People, number: int) -> list[Proposal]:
    caption = make_caption(make_item(), "A boat off Dunkirk.")
    return [make_proposal(caption, "OTHER", by=people["researcher"], note=str(one)) for one in range(number)]


@pytest.mark.django_db
def test_a_taken_proposal_is_refused_to_another_until_the_lease_ends(people: People) -> None:
    [proposal] = propose_some(people, 1)
    take(proposal, by=people["moderator"], at=NOW)

    with pytest.raises(TakenByAnother, match="moderator works on this until 09:10"):
        take(proposal, by=people["administrator"], at=NOW + LEASE - timedelta(seconds=1))
    take(proposal, by=people["administrator"], at=NOW + LEASE)

    assert ProposalLease.objects.get().holder == people["administrator"]


@pytest.mark.django_db
def test_a_lease_is_prolonged_by_its_holder_and_given_back(people: People) -> None:
    [proposal] = propose_some(people, 1)
    take(proposal, by=people["moderator"], at=NOW)
    take(proposal, by=people["moderator"], at=NOW + timedelta(minutes=5))
    assert ProposalLease.objects.get().until == NOW + timedelta(minutes=15)

    leave(proposal, by=people["administrator"])
    assert ProposalLease.objects.count() == 1
    leave(proposal, by=people["moderator"])
    assert ProposalLease.objects.count() == 0


@pytest.mark.django_db
def test_the_next_one_is_the_first_that_nobody_else_has(people: People) -> None:
    first, second = propose_some(people, 2)
    take(first, by=people["moderator"], at=NOW)

    assert take_first(waiting(people["administrator"]), by=people["administrator"], at=NOW) == second
    assert list(free_for(waiting(people["moderator"]), user=people["moderator"], at=NOW)) == [first]
    assert take_first(waiting(people["administrator"]), by=people["administrator"], at=NOW + LEASE) == first


def _at_once(*acts: object) -> None:
    start = threading.Barrier(len(acts))

    def run(act: object) -> None:
        try:
            start.wait()
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_moment_get_different_proposals(people: People) -> None:
    propose_some(people, 12)
    got: dict[str, list[int]] = {"moderator": [], "administrator": []}

    def work_through(name: str) -> None:
        for _ in range(6):
            proposals = free_for(waiting(people[name]).filter(lease=None), user=people[name], at=NOW)
            got[name].append(take_first(proposals, by=people[name], at=NOW).pk)

    _at_once(lambda: work_through("moderator"), lambda: work_through("administrator"))

    assert len(got["moderator"]) == len(got["administrator"]) == 6
    assert not set(got["moderator"]) & set(got["administrator"])


@pytest.mark.django_db(transaction=True)
def test_one_of_two_answers_at_the_same_moment_counts(people: People) -> None:
    [proposal] = propose_some(people, 1)
    refused: list[Exception] = []

    def answer(name: str) -> None:
        try:
            decide(proposal, outcome="REJECTED", by=people[name], at=NOW, reason=f"says {name}")
        except (TakenByAnother, AlreadyDecided) as refusal:
            refused.append(refusal)

    _at_once(lambda: answer("moderator"), lambda: answer("administrator"), lambda: answer("moderator"))

    assert ProposalDecision.objects.count() == 1
    assert len(refused) == 2
