"""Verdicts by script: read by archive staff, given on what was shown, one answer for many told beforehand."""

from typing import Any

import pytest
from django.test import Client

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.provenance.check_items import check
from archive.review.models import Verdict
from archive.standards.vocabulary import Property
from tests.api.test_proposals import by_token
from tests.builders import make_appearance, make_claim, make_item, make_outlet

pytestmark = pytest.mark.django_db
People = dict[str, User]
WHEN = {"question": "WHEN", "word": "SUPPORTED", "reason_code": "FILE_SHOWS", "reason": "The camera clock."}


@pytest.fixture
def item(db: None) -> Item:
    item = make_item(access=Access.RELEASED)
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    return item


def send(client: Client, person: User, address: str, body: dict[str, Any]) -> Any:
    return client.post(address, body, content_type="application/json", headers=by_token(person))


def read(client: Client, person: User, item: Item) -> dict[str, Any]:
    questions = client.get(f"/api/v1/items/{item.pk}/verdicts/", headers=by_token(person)).json()
    return {each["question"]: each for each in questions}


def test_the_six_questions_are_read_and_one_is_answered(client: Client, people: People, item: Item) -> None:
    questions = read(client, people["moderator"], item)
    assert list(questions) == ["WHEN", "WHERE", "EVENT", "MAKER", "WHOLENESS", "CAPTION"]
    shown = {name: questions["WHEN"][name] for name in ("seen", "basis")}

    made = send(client, people["moderator"], f"/api/v1/items/{item.pk}/verdicts/", WHEN | shown)

    assert made.status_code == 201 and made.json()["judged_by"] == "moderator"
    when = read(client, people["archivist"], item)["WHEN"]
    assert (when["is_open"], when["verdict"]["word"], when["verdict"]["reason"]) == (
        False,
        "SUPPORTED",
        "The camera clock.",
    )
    make_claim(item, Property.DATE_CREATED, date="2024-05-01")
    when = read(client, people["archivist"], item)["WHEN"]
    assert when["is_to_be_looked_at"] and when["changes"] == ["new information: 1"]


def test_an_archivist_advises(client: Client, people: People, item: Item) -> None:
    shown = read(client, people["archivist"], item)["WHEN"]

    send(client, people["archivist"], f"/api/v1/items/{item.pk}/verdicts/", WHEN | _shown(shown))

    when = read(client, people["moderator"], item)["WHEN"]
    assert when["is_open"] and when["verdict"] is None
    assert [(each["word"], each["judged_by"]) for each in when["advice"]] == [("SUPPORTED", "archivist")]


@pytest.mark.parametrize("change", ["verdict", "claim"])
def test_what_was_not_shown_is_no_ground_for_a_verdict(client: Client, people: People, item: Item, change: str) -> None:
    address = f"/api/v1/items/{item.pk}/verdicts/"
    shown = _shown(read(client, people["moderator"], item)["WHEN"])
    if change == "verdict":
        send(client, people["administrator"], address, WHEN | shown)
    else:
        make_claim(item, Property.DATE_CREATED, date="2024-05-01")
    number = Verdict.objects.count()

    late = send(client, people["moderator"], address, WHEN | {"word": "UNDETERMINED"} | shown)

    assert (late.status_code, late.headers["Content-Type"]) == (409, "application/problem+json")
    assert "Look at it again" in late.json()["detail"] and Verdict.objects.count() == number


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"word": "FAKE"}, "word"),
        ({"question": "WHY"}, "question"),
        ({"word": "CONTRADICTED", "reason": ""}, "reason"),
        ({"seen": None}, "seen"),
        ({"verdict": "x"}, "verdict"),
    ],
    ids=["no word", "no question", "no reason", "not said what was seen", "no field"],
)
def test_what_is_not_understood_is_refused_by_field(
    client: Client, people: People, item: Item, wrong: dict[str, Any], field: str
) -> None:
    body = WHEN | _shown(read(client, people["moderator"], item)["WHEN"]) | wrong

    refused = send(client, people["moderator"], f"/api/v1/items/{item.pk}/verdicts/", body)

    assert refused.status_code == 400 and [each["field"] for each in refused.json()["errors"]] == [field]
    assert not Verdict.objects.exists()


def test_others_are_told_of_no_verdict(client: Client, people: People, item: Item) -> None:
    address = f"/api/v1/items/{item.pk}/verdicts/"

    assert client.get(address).status_code == 401
    assert client.get(address, headers=by_token(people["researcher"])).status_code == 403
    assert send(client, people["archivist"], "/api/v1/verdicts/", {}).status_code == 403


def test_one_answer_for_many_is_told_beforehand_and_what_is_left_out_item_by_item(
    client: Client, people: People, item: Item
) -> None:
    recycled = make_item()
    make_claim(recycled, Property.DATE_CREATED, date="2024-06-18")
    make_appearance(recycled, make_outlet("The Kentish Post"), published="2024-04-23")
    make_claim(recycled, Property.DATE_CREATED, date="2024-05-01")
    check([recycled.pk])
    asked = WHEN | {"items": [item.pk, recycled.pk, 4711], "reason_code": "COPY_SHOWS"}

    before = send(client, people["moderator"], "/api/v1/verdicts/", asked | {"dry_run": True}).json()
    assert not Verdict.objects.exists()
    shown = {str(row["item"]): row["shown"] for row in before["results"]}
    after = send(client, people["moderator"], "/api/v1/verdicts/", asked | {"shown": shown}).json()

    assert before == after and after["given"] == 1
    assert [(row["item"], row["obstacles"], row["against"]) for row in after["results"]] == [
        (item.pk, [], []),
        (recycled.pk, ["AGAINST"], ["date_created", "date-against-first-publication"]),
        (4711, ["NOT_FOUND"], []),
    ]
    assert list(Verdict.objects.values_list("item", flat=True)) == [item.pk]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"items": []}, "items"),
        ({"shown": {"one": "0.1"}}, "shown"),
        ({"word": "CONTRADICTED", "reason": ""}, "reason"),
    ],
    ids=["no items", "shown of no number", "no reason"],
)
def test_an_answer_for_many_that_is_not_understood_is_refused(
    client: Client, people: People, item: Item, wrong: dict[str, Any], field: str
) -> None:
    refused = send(client, people["moderator"], "/api/v1/verdicts/", WHEN | {"items": [item.pk]} | wrong)

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"].split(".")[0] == field


def _shown(question: dict[str, Any]) -> dict[str, Any]:
    return {name: question[name] for name in ("seen", "basis")}
