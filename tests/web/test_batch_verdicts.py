"""One verdict on several items by page: told beforehand, given on those it may be, and what is left out is told."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from archive.catalogue.models import Item
from archive.provenance.check_items import check
from archive.review.models import Verdict
from archive.standards.vocabulary import Property
from tests.builders import make_appearance, make_claim, make_item, make_match, make_outlet
from tests.pages import folded

pytestmark = pytest.mark.django_db
SUPPORTED = {"question": "WHEN", "word": "SUPPORTED", "reason_code": "COPY_SHOWS", "reason": "one boat"}


@pytest.fixture
def items() -> list[Item]:
    made = [make_item() for _number in range(3)]
    for item in made:
        make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    make_appearance(made[2], make_outlet("The Kentish Post"), published="2024-04-23")
    make_claim(made[2], Property.DATE_CREATED, date="2024-05-01")
    check([item.pk for item in made])
    return made


@pytest.fixture
def moderator(client: Client, people: dict) -> Client:
    client.force_login(people["moderator"])
    return client


def asked(items: list[Item], **more: object) -> dict[str, object]:
    return {"items": [item.pk for item in items], "next": "/?q=boat"} | SUPPORTED | more


def shown_on(page: str) -> str:
    return re.search(r'name="shown" value="([^"]*)"', page)[1]


def test_what_it_would_do_is_told_before_anything_is_written(items: list[Item], moderator: Client) -> None:
    page = folded(moderator.get(reverse("bulk_verdicts"), asked(items)).content.decode())

    assert "<dt>Given</dt><dd>2</dd>" in page and "<dt>something speaks against it</dt><dd>1</dd>" in page
    assert "something speaks against it: When is contested, Date against first publication" in page
    assert not Verdict.objects.exists()


def test_it_is_given_where_nothing_hinders_it_and_the_rest_is_told(items: list[Item], moderator: Client) -> None:
    page = moderator.get(reverse("bulk_verdicts"), asked(items)).content.decode()

    answer = moderator.post(reverse("bulk_verdicts"), asked(items, shown=shown_on(page)))

    told = folded(answer.content.decode())
    assert "The verdict is given on 2 items" in told and "something speaks against it:" in told
    assert 'href="/?q=boat"' in told
    assert set(Verdict.objects.values_list("item", "word")) == {(item.pk, "SUPPORTED") for item in items[:2]}


def test_over_a_contradiction_it_is_given_by_a_tick_alone(items: list[Item], moderator: Client) -> None:
    page = moderator.get(reverse("bulk_verdicts"), asked(items)).content.decode()
    assert 'name="is_against"' in page

    moderator.post(reverse("bulk_verdicts"), asked(items, shown=shown_on(page), is_against="on"))

    assert Verdict.objects.filter(item=items[2]).exists()


def test_that_the_grounds_agree_offers_no_tick_over_a_contradiction(items: list[Item], moderator: Client) -> None:
    page = moderator.get(reverse("bulk_verdicts"), asked(items, reason_code="GROUNDS_AGREE")).content.decode()

    assert 'name="is_against"' not in page and "Choose another ground to support it there." in folded(page)


def test_a_missing_reason_is_told_beside_the_field_and_nothing_written(items: list[Item], moderator: Client) -> None:
    answer = moderator.post(reverse("bulk_verdicts"), asked(items, word="CONTRADICTED", reason="", shown=""))

    assert answer.status_code == 422 and "Say why in a few words" in answer.content.decode()
    assert not Verdict.objects.exists()


def test_nothing_is_given_on_what_was_not_shown(items: list[Item], moderator: Client) -> None:
    told = folded(moderator.post(reverse("bulk_verdicts"), asked(items)).content.decode())

    assert "The verdict is given on 0 items" in told and "what stands on it changed since you looked" in told
    assert not Verdict.objects.exists()


def test_the_bar_of_the_selection_leads_there_and_the_copies_of_a_picture_too(
    items: list[Item], moderator: Client, people: dict
) -> None:
    make_match(items[0], items[1])

    by_bar = moderator.get(reverse("bulk"), {"act": "verdict", "items": [items[0].pk]}, headers={"HX-Request": "true"})
    copies = moderator.get(reverse("copies", args=[items[0].pk])).content.decode()

    assert by_bar.headers["HX-Redirect"].startswith(reverse("bulk_verdicts"))
    assert "One verdict on all copies" in copies
    assert all(f'name="items" value="{item.pk}"' in copies for item in items[:2])
    moderator.force_login(people["archivist"])
    assert "One verdict" not in moderator.get(reverse("copies", args=[items[0].pk])).content.decode()
    assert moderator.get(reverse("bulk_verdicts"), asked(items)).status_code == 403


def test_many_items_cost_the_page_as_many_queries_as_few(
    items: list[Item], moderator: Client, django_assert_num_queries: object, django_assert_max_num_queries: object
) -> None:
    more = [make_item() for _number in range(20)]
    moderator.get(reverse("bulk_verdicts"), asked(items))
    with django_assert_max_num_queries(30) as of_few:
        moderator.get(reverse("bulk_verdicts"), asked(items))

    with django_assert_num_queries(len(of_few)):
        moderator.get(reverse("bulk_verdicts"), asked(more))
