"""The review of items by page: the queue, one item with its six questions, and what each role may do there."""

import re

import pytest
from django.test import Client

from archive.catalogue.models import Item
from archive.provenance.check_items import check
from archive.review.models import ItemLease, Verdict
from archive.standards.vocabulary import Property
from tests.builders import make_appearance, make_caption, make_claim, make_item, make_match, make_outlet
from tests.pages import folded

pytestmark = pytest.mark.django_db


@pytest.fixture
def recycled() -> Item:
    item = make_item()
    make_caption(item, "A boat off Gravelines on 18 June 2024.")
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    make_appearance(item, make_outlet("The Kentish Post"), published="2024-04-23")
    check([item.pk])
    return item


@pytest.fixture
def moderator(client: Client, people: dict) -> Client:
    client.force_login(people["moderator"])
    return client


def page_of(client: Client, item: Item) -> str:
    return folded(client.get(f"/items/{item.pk}/review/").content.decode())


def verdict(item: Item, **fields: str) -> dict[str, str]:
    return {"question": "WHEN", "word": "SUPPORTED", "reason_code": "GROUNDS_AGREE", "seen-WHEN": "0"} | fields


def test_the_page_has_the_six_questions_with_what_is_said_and_found(recycled: Item, moderator: Client) -> None:
    page = page_of(moderator, recycled)

    assert page.count("data-question=") == 6
    assert "Said to be made 18 June 2024, but already published 23 April 2024 (The Kentish Post)." in page
    assert 'data-column="caption"' in page
    assert "A boat off Gravelines on 18 June 2024." in page


def test_a_verdict_is_shown_with_who_gave_it_and_why(recycled: Item, moderator: Client) -> None:
    sent = verdict(recycled, word="CONTRADICTED", reason_code="PUBLICATION_SHOWS", reason="In print in April.")

    answer = moderator.post(f"/items/{recycled.pk}/verdicts/", sent, follow=True)

    page = folded(answer.content.decode())
    assert 'data-word="CONTRADICTED"' in page and "In print in April." in page and "moderator," in page


def test_a_verdict_that_is_refused_keeps_what_was_written(recycled: Item, moderator: Client) -> None:
    sent = verdict(recycled, word="SUPPORTED", reason_code="OTHER", reason="")

    answer = moderator.post(f"/items/{recycled.pk}/verdicts/", sent)

    assert answer.status_code == 422
    assert "Say why in a few words" in answer.content.decode()
    assert not Verdict.objects.exists()


def test_an_archivist_advises_and_the_page_says_so(recycled: Item, people: dict, client: Client) -> None:
    client.force_login(people["archivist"])

    assert "You advise: a moderator decides" in page_of(client, recycled)
    client.post(f"/items/{recycled.pk}/verdicts/", verdict(recycled))

    assert "archivist advises: supported" in page_of(client, recycled)


@pytest.mark.parametrize("role", ["visitor", "researcher"])
def test_others_do_not_review(recycled: Item, people: dict, client: Client, role: str) -> None:
    if role != "visitor":
        client.force_login(people[role])

    for address in (f"/items/{recycled.pk}/review/", "/review/items/"):
        assert client.get(address).status_code in (302, 403)
    assert client.post(f"/items/{recycled.pk}/verdicts/", verdict(recycled)).status_code in (302, 403)
    assert not Verdict.objects.exists()


def test_the_queue_is_narrowed_in_the_words_of_the_search(recycled: Item, moderator: Client) -> None:
    other = make_item()

    everything = moderator.get("/review/items/").content.decode()
    narrowed = moderator.get("/review/items/", {"q": "check:contradictory"}).content.decode()

    assert f"/items/{other.pk}/review/" in everything
    assert f"/items/{other.pk}/review/" not in narrowed and f"/items/{recycled.pk}/review/" in narrowed
    assert "no check with an outcome" in folded(moderator.get("/review/items/?check=no").content.decode())


def test_the_next_one_is_taken_and_the_one_before_given_back(recycled: Item, moderator: Client, people: dict) -> None:
    other = make_item()

    first = moderator.post("/review/items/next/")
    assert first.headers["Location"] == f"/items/{recycled.pk}/review/"
    second = moderator.post("/review/items/next/", {"after": recycled.pk})
    assert second.headers["Location"] == f"/items/{other.pk}/review/"

    assert [lease.item for lease in ItemLease.objects.all()] == [other]


def test_whoever_opens_what_another_reviews_is_told(recycled: Item, moderator: Client, people: dict) -> None:
    moderator.get(f"/items/{recycled.pk}/review/")
    second = Client()
    second.force_login(people["administrator"])

    assert "moderator works on this until" in page_of(second, recycled)


def test_an_empty_queue_says_so(moderator: Client) -> None:
    assert "Nothing is left to review here." in moderator.get("/review/items/").content.decode()
    assert moderator.post("/review/items/next/").headers["Location"] == "/review/items/"


def test_what_agrees_is_supported_by_one_button(moderator: Client) -> None:
    item = make_item()
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    check([item.pk])

    answer = moderator.post(f"/items/{item.pk}/verdicts/agreeing/", follow=True)

    assert "1 question supported." in answer.content.decode()
    assert 'data-word="SUPPORTED"' in answer.content.decode()


def test_the_page_and_the_queue_cost_a_known_number_of_queries(
    recycled: Item, moderator: Client, django_assert_max_num_queries: object
) -> None:
    for _number in range(10):
        make_item()

    with django_assert_max_num_queries(34):
        moderator.get(f"/items/{recycled.pk}/review/")
    with django_assert_max_num_queries(20):
        moderator.get("/review/items/")


def test_staff_search_by_verdicts(recycled: Item, moderator: Client, people: dict, client: Client) -> None:
    moderator.post(f"/items/{recycled.pk}/verdicts/", verdict(recycled))

    supported = moderator.get("/", {"q": "verdict:when=supported"})
    contradicted = moderator.get("/", {"verdict": "when=contradicted"})
    wrong = moderator.get("/", {"verdict": "when"})

    assert [item.pk for item in supported.context["found"].items] == [recycled.pk]
    assert contradicted.context["found"].items == []
    assert "is no question with a verdict" in folded(wrong.content.decode())
    client.force_login(people["researcher"])
    assert not client.get("/", {"verdict": "when=supported"}).context["found"].is_valid


def test_the_page_of_the_item_tells_staff_what_is_decided(
    recycled: Item, moderator: Client, people: dict, client: Client
) -> None:
    assert "None of the six questions is answered yet." in folded(
        moderator.get(f"/items/{recycled.pk}/").content.decode()
    )
    sent = verdict(recycled, word="CONTRADICTED", reason_code="PUBLICATION_SHOWS", reason="In print in April.")
    moderator.post(f"/items/{recycled.pk}/verdicts/", sent)

    assert "In print in April." in moderator.get(f"/items/{recycled.pk}/").content.decode()
    client.force_login(people["researcher"])
    assert "In print in April." not in client.get(f"/items/{recycled.pk}/").content.decode()


def test_what_was_found_since_the_page_was_opened_is_shown_before_a_verdict_is_taken(
    recycled: Item, moderator: Client
) -> None:
    opened = page_of(moderator, recycled)
    basis = re.search(r'name="basis-WHEN" value="(\w+)"', opened)[1]
    make_claim(recycled, Property.DATE_CREATED, date="2024-03-01")
    sent = verdict(recycled, **{"basis-WHEN": basis})

    answer = moderator.post(f"/items/{recycled.pk}/verdicts/", sent)

    page = folded(answer.content.decode())
    assert answer.status_code == 422 and "changed since you opened the page" in page and "1 March 2024" in page
    assert not Verdict.objects.exists()


def test_what_is_left_out_beside_the_questions_is_told(recycled: Item, moderator: Client) -> None:
    for number in range(8):
        make_caption(recycled, f"A boat, seen from pier {number}.")
        make_match(recycled, make_item())
    make_claim(recycled, Property.DATE_CREATED, date="2024-05-01")
    check([recycled.pk])

    page = page_of(moderator, recycled)

    assert "3 more captions" in page and "2 more copies" in page
    assert re.search(r"/items/\d+/#findings\"> ?1 more ?</a>", page)
