"""A release asks about what is open on the picture first, and says which; the answer is in the ledger."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.ledger.models import LedgerEntry
from archive.matching.models import Match
from archive.provenance.rule_on_match import rule_on_match
from archive.review.access import ReleaseAsks, set_access
from archive.review.decide_proposals import decide
from archive.review.flags import decide_on_flag, flag_picture
from archive.review.models import Flag, Proposal
from archive.review.release_questions import digest_of, open_questions
from archive.standards.vocabulary import Standing
from tests.builders import NOW, make_caption, make_item, make_match, make_proposal
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db
People = dict[str, User]


def make_open(people: People, *kinds: str) -> Item:
    """Make a picture on which something of each kind is open."""
    item = make_item()
    if "caption" in kinds:
        make_proposal(make_caption(item, "Ada Quill is carried."), "IDENTIFIES_PERSON", by=people["researcher"])
    if "flag" in kinds:
        flag_picture(item, ground="IDENTIFIES_CHILD", by=people["researcher"])
    if "copy" in kinds:
        make_match(make_item(file_name="twin.jpg", access=Access.RESTRICTED), item, is_strong=False)
    return item


def settle(people: People, kind: str) -> None:
    moderator = people["moderator"]
    if kind == "caption":
        decide(Proposal.objects.get(), outcome="REJECTED", by=moderator, at=NOW, reason="She is a minister.")
    elif kind == "flag":
        decide_on_flag(Flag.objects.get(), outcome="NOT_UPHELD", by=moderator, reason="Nobody can be told.")
    else:
        rule_on_match(Match.objects.get(), standing=Standing.REJECTED, by=moderator)


@pytest.mark.parametrize("kind", ["caption", "flag", "copy"])
def test_a_release_asks_about_what_is_open_until_it_is_answered_there(people: People, kind: str) -> None:
    item = make_open(people, kind)

    with pytest.raises(ReleaseAsks) as asked:
        set_access([item], access=Access.RELEASED, by=people["moderator"], reason="The family agreed.")
    assert [name.split()[0] for name in asked.value.questions[item.pk].named()] == [
        {"caption": "hidden", "flag": "flag", "copy": "match"}[kind]
    ]
    settle(people, kind)

    assert set_access([item], access=Access.RELEASED, by=people["moderator"]) == 1


def test_an_answer_with_a_reason_releases_and_the_ledger_names_what_was_open(people: People) -> None:
    item, plain = make_open(people, "caption", "flag", "copy"), make_item()
    seen, act = digest_of(open_questions([item, plain])), {"access": Access.RELEASED, "by": people["moderator"]}

    halves: list[dict[str, Any]] = [
        {"reason": "so"},
        {"answers_questions": seen},
        {"answers_questions": "x", "reason": "so"},
    ]
    for half in halves:
        with pytest.raises(ReleaseAsks):
            set_access([item, plain], **act, **half)
    assert not Item.objects.filter(access=Access.RELEASED).exists()
    assert set_access([item, plain], **act, reason="The family agreed.", answers_questions=seen) == 2

    payloads = {one.subject: json.loads(one.payload) for one in LedgerEntry.objects.filter(verb="set access")}
    caption = item.captions.get()
    assert payloads[f"catalogue.item:{item.pk}"]["open"] == [
        f"hidden caption {caption.pk}", f"flag {Flag.objects.get().pk}", f"match {Match.objects.get().pk}"
    ]  # fmt: skip
    assert "open" not in payloads[f"catalogue.item:{plain.pk}"]


def test_an_answer_reaches_no_further_than_what_was_shown(people: People) -> None:
    item = make_open(people, "copy")
    seen = digest_of(open_questions([item]))

    flag_picture(item, ground="FAMILY_REQUEST", by=people["researcher"])

    with pytest.raises(ReleaseAsks):
        set_access([item], access="RELEASED", by=people["moderator"], reason="ours", answers_questions=seen)


@pytest.mark.django_db(transaction=True)
def test_a_flag_that_is_raised_while_somebody_releases_is_asked_about(people: People) -> None:
    item, asked = make_item(), []

    def release() -> None:
        try:
            set_access([item], access=Access.RELEASED, by=people["moderator"])
        except ReleaseAsks as question:
            asked.append(question.questions[item.pk].named())

    meet(lambda: flag_picture(item, ground="RIGHTS", by=people["researcher"]), release)

    assert asked == [[f"flag {Flag.objects.get().pk}"]]
    assert Item.objects.get().access == Access.RESEARCH


def test_other_access_asks_nothing_of_this(people: People) -> None:
    item = make_open(people, "caption", "flag", "copy")

    assert set_access([item], access=Access.RESTRICTED, by=people["moderator"]) == 1
    assert set_access([item], access=Access.RESEARCH, by=people["moderator"]) == 1


def test_many_cost_no_more_queries_than_one(people: People, django_assert_num_queries: Any) -> None:
    for number in (1, 6):
        items = [
            item for _ in range(number) for item in (make_open(people, "flag", "copy"), make_open(people, "caption"))
        ]
        with django_assert_num_queries(5):
            assert len(open_questions(items)) == 2 * number


@pytest.mark.parametrize("way", ["item_access", "bulk_access"])
def test_the_page_names_what_is_open_and_takes_the_answer(client: Client, people: People, way: str) -> None:
    item = make_open(people, "caption", "flag", "copy")
    client.force_login(people["moderator"])
    address = reverse(way, args=[item.pk] if way == "item_access" else [])
    given = {"access": "RELEASED", "reason": "The family agreed.", "items": [item.pk]}

    asked = client.post(address, given)

    page, match = asked.content.decode(), Match.objects.get()
    assert asked.status_code == 422
    for name, key in (("caption", item.captions.get().pk), ("flag", Flag.objects.get().pk), ("compare", match.pk)):
        assert f'href="{reverse(name, args=[key])}"' in page
    assert f"/items/{match.held.item.pk}/rendition/thumbnail/" in page
    digest = digest_of(open_questions([item]))
    assert f'name="answers_questions" value="{digest}"' in page
    assert client.post(address, given | {"answers_questions": digest}).status_code == 302
    assert Item.objects.get(pk=item.pk).access == Access.RELEASED
