"""An act that is done twice, by a double click, from two tabs or by two people, is answered calmly and counts once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.models import Access, Caption
from archive.claims.models import Claim, Ruling
from archive.ledger.models import LedgerEntry
from archive.matching.models import MatchRuling
from archive.press.models import Appearance
from archive.review.models import Proposal, ProposalDecision
from archive.standards.vocabulary import Property
from tests.builders import (
    make_accession,
    make_article,
    make_caption,
    make_claim,
    make_item,
    make_match,
    make_place,
    make_proposal,
)

People = dict[str, User]
# What is posted where, and what counts how often it was done.
Act = tuple[str, dict[str, Any], Callable[[], int]]


def accept_claim(people: People) -> Act:
    claim = make_claim(make_item(), Property.DATE_CREATED, date="2024-06-18")
    return reverse("rule_on_claim", args=[claim.pk]), {"standing": "ACCEPTED"}, Ruling.objects.count


def answer_match(people: People) -> Act:
    match = make_match(make_item(), make_item())
    address = reverse("answer_match", args=[match.pk])
    return address, {"standing": "ACCEPTED"}, MatchRuling.objects.count


def decide_on_proposal(people: People) -> Act:
    proposal = make_proposal(make_caption(make_item(), "A boat off Dunkirk."), by=people["researcher"])
    address = reverse("decide_on_proposal", args=[proposal.pk])
    return address, {"outcome": "REJECTED", "reason": "it is Dunkirk"}, ProposalDecision.objects.count


def change_access(people: People) -> Act:
    item = make_item(access=Access.RESEARCH)
    address = reverse("item_access", args=[item.pk])
    return address, {"access": "RELEASED"}, LedgerEntry.objects.filter(subject=f"catalogue.item:{item.pk}").count


def merge_places(people: People) -> Act:
    first, second = make_place("Dunkirk"), make_place("Dunkerque")
    address = reverse("merge_place", args=[second.slug])
    counted = Place.objects.filter(merged_into=first).count
    return address, {"into": first.pk, "reason": "one town"}, counted


def identify_figure(people: People) -> Act:
    article = make_article(accession=make_accession(), figures=1)
    address = reverse("identify_figure", args=[article.figures.get().pk])
    return address, {"item": str(make_item().pk)}, Appearance.objects.count


def propose(people: People) -> Act:
    caption = make_caption(make_item(access=Access.RESEARCH), "A boat off Dunkirk.")
    address = reverse("propose_on_caption", args=[caption.pk])
    return address, {"reason": "WRONG_PLACE", "text": "A boat off Calais."}, Proposal.objects.count


def link(people: People) -> Act:
    item, place = make_item(), make_place("Dunkirk")
    form = {"property": "location_shown", "place": place.pk, "note": "the lighthouse"}
    return reverse("link_item", args=[item.pk]), form, Claim.objects.count


def link_by_date(people: People) -> Act:
    form = {"property": "date_created", "date": "18 June 2024"}
    return reverse("link_item", args=[make_item().pk]), form, Claim.objects.count


def link_many(people: People) -> Act:
    items = [make_item().pk for _ in range(3)]
    form = {"credit_line": "Jo Doe", "items": items}
    return reverse("bulk_link"), form, lambda: Claim.objects.count() / 3


def describe(people: People) -> Act:
    form = {"text": "A boat off Dunkirk.", "role": "DESCRIPTION"}
    return reverse("describe_item", args=[make_item().pk]), form, Caption.objects.count


def describe_anew(people: People) -> Act:
    item = make_item()
    older = make_caption(item, "A boat.", origin=Caption.Origin.PERSON, recorded_by=people["moderator"])
    form = {"text": "A boat off Dunkirk.", "role": "DESCRIPTION", "supersedes": older.pk}
    counted = Caption.objects.filter(supersedes=older).count
    return reverse("describe_item", args=[item.pk]), form, counted


ACTS = [
    link,
    link_by_date,
    link_many,
    describe,
    describe_anew,
    accept_claim,
    answer_match,
    decide_on_proposal,
    change_access,
    merge_places,
    identify_figure,
    propose,
]


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_act_done_again_is_answered_calmly_and_counts_once(
    client: Client, people: People, act: Callable[[People], Act]
) -> None:
    client.force_login(people["moderator"])
    address, form, count = act(people)

    answers = [client.post(address, form).status_code for _ in range(2)]

    assert answers[0] == 302 and answers[1] in (302, 404, 409, 422)
    assert count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_act_done_twice_at_once_is_answered_calmly_and_counts_once(
    people: People, act: Callable[[People], Act]
) -> None:
    address, form, count = act(people)
    clients = [Client(raise_request_exception=False) for _ in range(2)]
    for client in clients:
        client.force_login(people["moderator"])
    start, answers = threading.Barrier(2), []

    def send(client: Client) -> None:
        start.wait()
        answers.append(client.post(address, form).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 302 in answers and set(answers) <= {302, 404, 409, 422}
    assert count() == 1
