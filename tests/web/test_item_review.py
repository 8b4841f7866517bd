"""The review of items by page: the queue, one item with its six questions, and what each role may do there."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.catalogue import hidden_wordings
from archive.catalogue.models import Item
from archive.extraction.models import Examination
from archive.projection.item_gate import changing
from archive.provenance.check_items import check
from archive.provenance.checks.finding import Question
from archive.review.models import ItemLease, Verdict
from archive.review.verdicts import judge
from archive.standards.vocabulary import WORDS_IN_PICTURE, Property
from tests.builders import (
    NOW,
    make_appearance,
    make_caption,
    make_claim,
    make_event,
    make_item,
    make_match,
    make_outlet,
    make_place,
)
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


def found_words(item: Item, *texts: str) -> None:
    """Keep that these words were read in the picture, each as a line."""
    corners = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.2], [0.1, 0.2]]
    lines = [{"text": text, "confidence": 0.99, "corners": corners} for text in texts]
    fields = {"kind": WORDS_IN_PICTURE, "version": "test", "result": {"lines": lines, "reader": "test"}}
    Examination.objects.create(media_file=item.media_file, examined_at=NOW, **fields)


def cells(page: Any, question: str, row: str) -> dict[str, list[str]]:
    """Return the labels of a row of the matrix, by their column."""
    asked = next(each for each in page.context["asked"] if each.question == question)
    found = next(each for each in asked.rows if each.label == row)
    return {column: [cell.label for cell in of_column] for column, of_column in found.columns if of_column}


def test_the_matrix_has_captions_and_first_publications_by_where_they_stand(recycled: Item, moderator: Client) -> None:
    copy = make_item()
    make_caption(copy, "Migrants at Dunkirk.")
    make_appearance(copy, make_outlet("The Gazette"), published="2023-11", caption="A boat in winter.")
    make_match(recycled, copy)
    make_caption(recycled, "Our own words.", origin="PERSON")

    page = moderator.get(f"/items/{recycled.pk}/review/")

    assert cells(page, "MAKER", "First publication") == {
        "published": ["23 April 2024, The Kentish Post"],
        "copies": ["November 2023, The Gazette"],
    }
    assert cells(page, "CAPTION", "Caption") == {
        "file": ["A boat off Gravelines on 18 June 2024."],
        "copies": ["Migrants at Dunkirk."],
        "people": ["Our own words."],
    }
    assert cells(page, "WHEN", "When") == {"caption": ["18 June 2024"]}
    # Nobody has looked for words in it: no column stands empty for them, and that is told once.
    assert "words in the picture" not in page.context["columns"]
    assert folded(page.content.decode()).count("Words in the picture · Not looked for: it is not") == 1


def test_the_words_in_the_picture_have_a_column_where_there_are_any(recycled: Item, moderator: Client) -> None:
    found_words(recycled, "CALAIS", "17 June 2024", "CALAIS")

    page = moderator.get(f"/items/{recycled.pk}/review/")

    assert "words in the picture" in page.context["columns"]
    assert cells(page, "WHEN", "When")["words in the picture"] == ["17 June 2024"]
    assert cells(page, "CAPTION", "Caption")["words in the picture"] == ["CALAIS", "17 June 2024"]
    shown = folded(page.content.decode())
    assert f'href="/items/{recycled.pk}/#line-2"' in shown and "#line-3" not in shown
    assert "Words in the picture ·" not in shown


def test_a_day_in_the_picture_without_its_year_is_read_as_the_check_reads_it(recycled: Item, moderator: Client) -> None:
    found_words(recycled, "Monday 22 April")
    check([recycled.pk])

    page = moderator.get(f"/items/{recycled.pk}/review/")

    # Against 23 April 2024, when it was printed.
    assert cells(page, "WHEN", "When")["words in the picture"] == ["Monday 22 April"]
    assert "“Monday 22 April”: 22 April 2024 is before the claimed 18 June 2024" in folded(page.content.decode())


def test_words_that_repeat_a_hidden_caption_are_left_out_of_the_matrix_and_told(
    recycled: Item, client: Client, people: dict
) -> None:
    found_words(recycled, "Jane Roe of Margate waits here", "CALAIS")
    caption = make_caption(recycled, "Jane Roe of Margate waits here")
    with changing(hidden_wordings.bearers(caption), alone=True):
        hidden_wordings.hold(caption, by=people["moderator"])

    told = {}
    for role in ("archivist", "moderator"):
        client.force_login(people[role])
        page = page_of(client, recycled)
        told[role] = ("Jane Roe" in page, page.count("1 line repeats a hidden caption and is not listed."))

    assert told == {"archivist": (False, 1), "moderator": (True, 0)}


def test_the_words_of_a_distressing_picture_stand_in_no_cell_until_it_is_shown(
    recycled: Item, moderator: Client
) -> None:
    found_words(recycled, "CALAIS")
    Item.objects.filter(pk=recycled.pk).update(is_distressing=True)

    page = page_of(moderator, recycled)
    moderator.post(reverse("show_picture", args=[recycled.pk]))
    revealed = page_of(moderator, recycled)

    assert "CALAIS" not in page and page.count("its words are listed once it is shown") == 1
    assert "CALAIS" in revealed and "its words are listed once it is shown" not in revealed


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"result": {"lines": [], "reader": "test"}}, "No words were found in the picture."),
        ({"problem": "It took too long."}, "It took too long."),
    ],
    ids=["none", "unreadable"],
)
def test_a_picture_without_words_says_why_once(
    recycled: Item, moderator: Client, fields: dict[str, Any], told: str
) -> None:
    Examination.objects.create(
        media_file=recycled.media_file, kind=WORDS_IN_PICTURE, version="test", examined_at=NOW, **fields
    )

    assert page_of(moderator, recycled).count(f"Words in the picture · {told}") == 1


def test_dates_are_drawn_as_spans_and_places_on_the_map(recycled: Item, moderator: Client) -> None:
    place = make_place("Dover", latitude_degrees=51.1, longitude_degrees=1.3, radius_metres=3000)
    make_claim(recycled, Property.LOCATION_SHOWN, value_place=place)
    make_claim(recycled, Property.LOCATION_CREATED, latitude_degrees=50.9, longitude_degrees=1.8, uncertainty_metres=20)

    page = moderator.get(f"/items/{recycled.pk}/review/")

    assert [bar.label for bar in page.context["axis"].bars] == [
        "18 June 2024",
        "not after 23 April 2024, when it was printed",
    ]
    assert [(kind, metres) for _key, _lat, _lon, metres, _label, kind in page.context["marks"]] == [
        ("shown", 3000),
        ("camera", 20),
    ]
    assert 'data-map="marks"' in page.content.decode()


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


def test_the_queue_offers_what_it_can_be_narrowed_by_with_how_many_wait(
    recycled: Item, moderator: Client, people: dict
) -> None:
    dover, crossing = make_place("Dover"), make_event("A crossing")
    at_dover, answered = make_item(accession=recycled.accession), make_item(accession=recycled.accession)
    for item in (at_dover, answered):
        make_claim(item, Property.LOCATION_SHOWN, value_place=dover)
        make_claim(item, Property.EVENT, value_event=crossing)
    for question in Question:
        judge(
            answered,
            question=question,
            word="UNDETERMINED",
            reason_code="NOT_ENOUGH",
            reason="",
            by=people["moderator"],
        )

    facets = dict(moderator.get("/review/items/").context["facets"])

    offered = {title: [(choice.label, choice.count) for choice in choices] for title, choices in facets.items()}
    # What is answered waits no more, and is not counted.
    assert offered == {
        "Check": [("Date against first publication", 1)],
        "Event": [("A crossing", 1)],
        "Place": [("Dover", 1)],
        "Accession": [("Delivery", 2)],
    }
    for title, left in {"Check": recycled, "Event": at_dover, "Place": at_dover}.items():
        page = moderator.get("/review/items/" + facets[title][0].address)
        assert [item.pk for item in page.context["page"]] == [left.pk], title
        assert page.context["said"].chips and page.context["said"].box


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

    page, queue = page_of(second, recycled), folded(second.get("/review/items/").content.decode())
    assert "Somebody else works on this until" in page and "moderator" not in page
    assert "somebody else works on it" in queue and "moderator" not in queue


def test_an_empty_queue_says_so(moderator: Client) -> None:
    assert "Nothing is left to review here." in moderator.get("/review/items/").content.decode()
    assert moderator.post("/review/items/next/").headers["Location"] == "/review/items/"


def test_what_somebody_else_works_on_is_not_called_nothing(moderator: Client, people: dict) -> None:
    item = make_item()
    other = Client()
    other.force_login(people["administrator"])
    other.get(f"/items/{item.pk}/review/")

    moderator.post("/review/items/next/")

    queue = moderator.get("/review/items/").content.decode()
    assert "somebody else works on it" in queue and "Nothing is left to review here." not in queue


def test_what_agrees_is_supported_by_one_button(moderator: Client) -> None:
    item = make_item()
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    check([item.pk])

    answer = moderator.post(f"/items/{item.pk}/verdicts/agreeing/", follow=True)

    assert "1 question supported." in answer.content.decode()
    assert 'data-word="SUPPORTED"' in answer.content.decode()


def test_where_nothing_is_said_is_left_undetermined_by_one_button(moderator: Client) -> None:
    item = make_item()

    answer = moderator.post(f"/items/{item.pk}/verdicts/agreeing/", {"where": "silent"}, follow=True)

    assert "questions undetermined." in answer.content.decode()
    assert set(Verdict.objects.values_list("word", flat=True)) == {"UNDETERMINED"}


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


def test_open_is_where_no_verdict_holds_whether_opened_again_or_never_given(
    recycled: Item, moderator: Client, people: dict
) -> None:
    never, opened, answered = make_item(), recycled, make_item()
    for item in (opened, answered):
        moderator.post(f"/items/{item.pk}/verdicts/", verdict(item))
    moderator.post(
        f"/items/{opened.pk}/verdicts/",
        {"question": "WHEN", "word": "OPEN", "reason_code": "OTHER", "reason": "a copy came"},
    )

    found = moderator.get("/", {"q": "verdict:when=open"}).context["found"]

    assert {item.pk for item in found.items} == {never.pk, opened.pk}
    assert [chip.label for chip in found.chips] == ["When was it made?: open"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("verdict:when", "is no question with a verdict. Write one of when, where"),
        ("verdict:when=fake", "is no question with a verdict"),
        ("check:gps-against-place", "is no check with an outcome. Write “contradictory”, or one of date-against"),
        ("check:consistent", "is no check with an outcome"),
        ("check:", "Nothing stands behind “check:”"),
    ],
)
def test_what_is_no_verdict_and_no_check_is_told(moderator: Client, written: str, told: str) -> None:
    for address in ("/", "/review/items/"):
        assert told in folded(moderator.get(address, {"q": written}).content.decode()), address


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
