"""Spans of footage by script: read by who sees the footage, marked, changed, spoken of and retracted by archivists."""

from typing import Any

import pytest
from django.test import Client

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.claims.models import Span, SpanClaim
from tests.api.test_proposals import by_token
from tests.builders import make_event, make_footage, make_item, make_place

pytestmark = pytest.mark.django_db
People = dict[str, User]
LANDING = {"start": "00:00:01:05", "end": "0:02.5", "title": "The boat lands"}


@pytest.fixture
def film(db: None) -> Item:
    return make_footage(access=Access.RELEASED)


def address(film: Item, rest: str = "") -> str:
    return f"/api/v1/items/{film.pk}/spans/{rest}"


def send(client: Client, person: User, where: str, body: dict[str, Any], way: str = "post") -> Any:
    return getattr(client, way)(where, body, content_type="application/json", headers=by_token(person))


def marked(client: Client, person: User, film: Item, **more: Any) -> dict[str, Any]:
    answer = send(client, person, address(film), LANDING | more)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_a_span_is_marked_once_and_listed(client: Client, people: People, film: Item) -> None:
    span = marked(client, people["archivist"], film, note="from the pier")

    assert span["start"] == {"milliseconds": 1200, "timecode": "0:01.200", "frames": "00:00:01:05"}
    assert span["end"] == {"milliseconds": 2500, "timecode": "0:02.500", "frames": "00:00:02:12"}
    assert (span["title"], span["note"], span["marked_by"]) == ("The boat lands", "from the pier", "archivist")
    again = send(client, people["archivist"], address(film), LANDING | {"note": "from the pier"})
    assert (again.status_code, again.json()["id"]) == (200, span["id"])
    listed = client.get(address(film), headers=by_token(people["researcher"])).json()
    assert listed == {"count": 1, "results": [span]}


def test_of_footage_at_no_steady_rate_no_frames_are_told(client: Client, people: People) -> None:
    varying = make_footage(frame_rate_varies=True)

    refused = send(client, people["archivist"], address(varying), LANDING)
    span = marked(client, people["archivist"], varying, start="1.2")

    assert refused.status_code == 400 and "no steady rate" in refused.json()["detail"]
    assert span["start"]["frames"] is None


@pytest.mark.parametrize(
    ("body", "field", "why"),
    [
        ({"start": "2", "end": "1"}, "end", "before it begins"),
        ({"end": "9"}, "end", "lies beyond"),
        ({"start": "soon"}, "start", "is no moment"),
        ({"title": ""}, "title", "blank"),
        ({"colour": "red"}, "colour", "no such field"),
    ],
)
def test_what_cannot_be_marked_is_refused_with_its_field(
    client: Client, people: People, film: Item, body: dict, field: str, why: str
) -> None:
    answer = send(client, people["archivist"], address(film), LANDING | body)

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == field and why in error["detail"]
    assert not Span.objects.exists()


def test_a_picture_has_no_spans(client: Client, people: People) -> None:
    item = make_item()

    assert client.get(address(item), headers=by_token(people["archivist"])).json() == {"count": 0, "results": []}
    answer = send(client, people["archivist"], address(item), LANDING)

    assert answer.status_code == 400 and "only footage has spans" in answer.json()["detail"]


def test_a_span_is_changed_on_what_was_seen(client: Client, people: People, film: Item) -> None:
    span = marked(client, people["archivist"], film)
    where = address(film, f"{span['id']}/")

    changed = send(client, people["moderator"], where, LANDING | {"title": "It leaves", "seen": span["version"]}, "put")
    late = send(client, people["archivist"], where, LANDING | {"title": "Other", "seen": span["version"]}, "put")

    assert changed.status_code == 200 and changed.json()["title"] == "It leaves"
    assert [version["title"] for version in changed.json()["earlier"]] == ["The boat lands"]
    assert late.status_code == 409 and "moderator changed this span meanwhile" in late.json()["detail"]


def test_something_is_said_of_a_span_and_retracted(client: Client, people: People, film: Item) -> None:
    span, by = marked(client, people["archivist"], film), people["archivist"]
    where = address(film, f"{span['id']}/claims/")
    place, event = make_place("Malo", kind="BEACH"), make_event("Landing")

    for body in (
        {"property": "date_created", "date": "18 June 2024", "ground": "the clock"},
        {"property": "location_shown", "place": place.slug},
        {"property": "event", "event": event.slug},
        {"property": "people_count", "least": 40},
        {"property": "description", "text": "They climb ashore"},
    ):
        answer = send(client, by, where, body)
        assert answer.status_code == 201, answer.json()
        assert send(client, by, where, body).status_code == 200

    claims = answer.json()["claims"]
    assert [claim["value"]["label"] for claim in claims] == [
        "18 June 2024", "Malo", "Landing", "at least 40", "They climb ashore",
    ]  # fmt: skip
    assert claims[0]["value"]["edtf"] == "2024-06-18" and claims[0]["ground"] == "the clock"
    gone = send(client, by, f"{where}{claims[0]['id']}/retraction/", {"reason": "the clock is wrong"})
    again = send(client, by, f"{where}{claims[0]['id']}/retraction/", {"reason": "the clock is wrong"})
    back = send(client, by, f"{where}{claims[0]['id']}/retraction/", {"reason": "it is right", "is_retracted": False})
    assert (gone.json()["claims"][0]["is_retracted"], gone.json()["claims"][0]["reason"]) == (
        True,
        "the clock is wrong",
    )
    assert again.status_code == 409
    assert back.json()["claims"][0]["is_retracted"] is False
    film.refresh_from_db()
    assert film.date_created_edtf == ""


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"property": "date_created", "date": "soon"}, "date"),
        ({"property": "date_created"}, "date"),
        ({"property": "event", "place": "malo"}, "place"),
        ({"property": "location_shown", "place": "nowhere"}, "place"),
        ({"property": "people_count", "least": 5, "most": 3}, "property"),
        ({"property": "creator", "text": "Jo"}, "property"),
    ],
)
def test_what_says_nothing_is_refused(client: Client, people: People, film: Item, body: dict, field: str) -> None:
    span = marked(client, people["archivist"], film)

    answer = send(client, people["archivist"], address(film, f"{span['id']}/claims/"), body)

    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field, answer.json()
    assert not SpanClaim.objects.exists()


def test_a_retracted_span_is_listed_no_more_and_read_with_the_reason(
    client: Client, people: People, film: Item
) -> None:
    span = marked(client, people["archivist"], film)

    send(client, people["archivist"], address(film, f"{span['id']}/retraction/"), {"reason": "another boat"})

    assert client.get(address(film), headers=by_token(people["archivist"])).json()["count"] == 0
    read = client.get(address(film, f"{span['id']}/"), headers=by_token(people["archivist"])).json()
    assert (read["is_retracted"], read["reason"]) == (True, "another boat")
    assert client.get(address(film, f"{span['id']}/")).status_code == 404


def test_a_visitor_reads_no_note_no_name_and_no_precise_place(client: Client, people: People, film: Item) -> None:
    span, by = marked(client, people["archivist"], film, note="from the pier"), people["archivist"]
    beach = make_place("Malo", kind="BEACH", parent=make_place("Dunkirk", kind="TOWN"))
    for body in (
        {
            "property": "location_shown",
            "place": beach.slug,
            "ground": "the pier",
        },
        {"property": "location_created", "place": make_place("Secret cove", kind="BEACH").slug},
        {"property": "description", "text": "They climb ashore"},
    ):
        send(client, by, address(film, f"{span['id']}/claims/"), body)

    answer = client.get(address(film))

    [read] = answer.json()["results"]
    assert (read["title"], read["note"], read["marked_by"], read["earlier"]) == ("The boat lands", "", None, [])
    said = [(c["value"]["label"], c["ground"], c["claimed_by"]) for c in read["claims"]]
    assert said == [("Dunkirk", "", None), ("They climb ashore", "", None)]
    for word in ("Malo", "cove", "pier", "archivist"):
        assert word not in answer.content.decode()
    assert client.post(address(film), LANDING, content_type="application/json").status_code == 401
    assert send(client, people["researcher"], address(film), LANDING).status_code == 403
