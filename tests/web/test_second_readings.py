"""Second readings by page: their queue, the page of a review, and which verdicts are read twice."""

import pytest
from django.test import Client

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.ledger.models import LedgerEntry
from archive.provenance.checks.finding import Question
from archive.review.models import ReadingPolicy, Verdict
from archive.review.verdicts import judge
from tests.builders import make_item
from tests.pages import folded

pytestmark = pytest.mark.django_db
GIVEN = {"question": Question.WHEN, "word": "CONTRADICTED", "reason_code": "OTHER", "reason": "the pier is gone"}


@pytest.fixture
def item(people: dict[str, User]) -> Item:
    item = make_item(access=Access.RELEASED)
    judge(item, by=people["moderator"], **GIVEN)
    return item


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_queue_leads_to_what_waits_and_from_one_to_the_next(item: Item, people: dict[str, User]) -> None:
    late = make_item(access=Access.RELEASED)
    judge(late, by=people["moderator"], **GIVEN)
    client = signed_in(people["administrator"])

    queue = folded(client.get("/review/second/").content.decode())
    first = client.post("/review/second/next/")
    second = client.post("/review/second/next/", {"after": item.pk})

    assert "2 items were judged by somebody else" in queue
    assert first["Location"] == f"/items/{item.pk}/second-reading/"
    assert second["Location"] == f"/items/{late.pk}/second-reading/"
    own = folded(signed_in(people["moderator"]).get("/review/second/").content.decode())
    assert "Nothing waits for your second reading" in own


def test_the_queue_says_what_narrows_it_and_what_of_that_was_not_understood(
    item: Item, people: dict[str, User]
) -> None:
    client = signed_in(people["administrator"])

    page = folded(client.get("/review/second/", {"q": "kind:photograph", "date": "2024-06-18"}).content.decode())
    wrong = folded(client.get("/review/second/", {"q": "plase:calais"}).content.decode())

    assert 'value="date:2024-06-18 kind:photograph"' in page and "Remove 18 June 2024" in page
    assert "is no word of the search" in wrong and "<mark>plase:</mark>" in wrong


def test_a_second_reading_is_given_on_the_page_and_shows_both(item: Item, people: dict[str, User]) -> None:
    client = signed_in(people["administrator"])
    page = folded(client.get(f"/items/{item.pk}/second-reading/").content.decode())
    assert "waits for a second reading; the first is shown when that is given" in page
    assert 'name="second-WHEN"' in page and "the pier is gone" not in page

    form = {"question": "WHEN", "word": "SUPPORTED", "reason_code": "FILE_SHOWS", "second-WHEN": "1"}
    answer = client.post(f"/items/{item.pk}/second-reading/verdicts/", form, follow=True)

    page = folded(answer.content.decode())
    assert "The first reading says otherwise" in page and "read twice, dissent" in page
    assert "the pier is gone" in page and "the file shows it" in page
    history = folded(client.get(f"/items/{item.pk}/").content.decode())
    assert "gave a second reading" in history and "read twice, dissent" in history
    assert "read twice, dissent" in client.get("/review/items/").content.decode()


def test_the_first_reader_sees_their_own_and_is_offered_no_second_reading(item: Item, people: dict[str, User]) -> None:
    client = signed_in(people["moderator"])

    page = folded(client.get(f"/items/{item.pk}/second-reading/").content.decode())
    form = {"question": "WHEN", "word": "SUPPORTED", "reason_code": "FILE_SHOWS", "second-WHEN": "1"}
    answer = client.post(f"/items/{item.pk}/second-reading/verdicts/", form)

    assert "the pier is gone" in page and 'name="second-WHEN"' not in page
    assert answer.status_code == 422 and "This is your own verdict" in folded(answer.content.decode())


def test_taking_back_what_waits_is_told(item: Item, people: dict[str, User]) -> None:
    client, first = signed_in(people["moderator"]), Verdict.objects.get()
    form = {"question": "WHEN", "word": "OPEN", "reason_code": "OTHER", "reason": "not so", "seen-WHEN": str(first.pk)}

    answer = client.post(f"/items/{item.pk}/verdicts/", form, follow=True)

    assert "What waited for a second reading is taken back" in folded(answer.content.decode())


def test_the_api_gives_a_second_reading_and_nothing_of_the_first_before(item: Item, people: dict[str, User]) -> None:
    client = signed_in(people["administrator"])
    address = f"/api/v1/items/{item.pk}/verdicts/"
    before = next(each for each in client.get(address).json() if each["question"] == "WHEN")
    assert before["is_waiting"] and before["verdict"] is None and before["seen"] == 0

    sent = {
        "question": "WHEN", "word": "CONTRADICTED", "reason_code": "OTHER", "reason": "no pier",
        "seen": 0, "basis": before["basis"],
    }  # fmt: skip
    refused = client.post(address, sent, content_type="application/json")
    given = client.post(address, sent | {"is_second": True}, content_type="application/json")

    assert refused.status_code == 409 and "pier is gone" not in refused.content.decode()
    assert given.status_code == 201 and given.json()["second_of"] == Verdict.objects.order_by("pk").first().pk
    after = next(each for each in client.get(address).json() if each["question"] == "WHEN")
    assert after["verdict"]["reason"] == "the pier is gone" and after["second"]["reason"] == "no pier"


def test_one_answer_for_many_leaves_out_what_waits(item: Item, people: dict[str, User]) -> None:
    client = signed_in(people["administrator"])
    sent = {"question": "WHEN", "word": "SUPPORTED", "reason_code": "FILE_SHOWS", "items": [item.pk], "dry_run": True}

    answer = client.post("/api/v1/verdicts/", sent, content_type="application/json").json()

    assert answer["results"][0]["obstacles"] == ["WAITING"] and not answer["results"][0]["is_given"]


def test_the_administrator_sets_policies_and_is_told_who_could_read(people: dict[str, User]) -> None:
    client = signed_in(people["administrator"])
    page = folded(client.get("/review/second/policies/").content.decode())
    assert "Who may give verdicts and second readings: administrator, moderator." in page

    client.post("/review/second/policies/", {"policy": "SAMPLE", "is_on": "on", "one_in": "3"})
    refused = client.post("/review/second/policies/", {"policy": "SAMPLE", "is_on": "on", "one_in": "many"})
    User.objects.filter(pk=people["moderator"].pk).update(is_active=False)

    assert [(row.is_on, row.one_in) for row in ReadingPolicy.objects.all()] == [(True, 3)]
    assert LedgerEntry.objects.filter(verb="set reading policy").count() == 1
    assert refused.status_code == 422 and "One in how many?" in refused.content.decode()
    page = folded(client.get("/review/second/policies/").content.decode())
    assert "There is no second person: only administrator may give verdicts" in page


def test_what_waits_is_let_go_from_the_page_with_a_reason(item: Item, people: dict[str, User]) -> None:
    client = signed_in(people["administrator"])
    page = folded(client.get("/review/second/policies/").content.decode())
    assert "1 verdict waits for a second reading." in page

    answer = client.post("/review/second/let-go/", {"reason": "nobody else is here"}, follow=True)

    assert "1 verdict holds as read once." in folded(answer.content.decode())
    page = folded(client.get(f"/items/{item.pk}/").content.decode())
    assert "the pier is gone" in page and "administrator: nobody else is here" in page
    answer = client.get(f"/api/v1/items/{item.pk}/verdicts/").json()
    when = next(each for each in answer if each["question"] == "WHEN")
    assert when["verdict"]["let_go"] == "nobody else is here"
