"""Places, events and outlets kept by script and by command: added, merged, merges taken back, as on their pages."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from archive.accounts.models import User
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import Access
from archive.ledger.models import LedgerEntry
from archive.standards.vocabulary import Property
from tests.api.test_proposals import by_token
from tests.builders import make_claim, make_event, make_item, make_outlet, make_place

pytestmark = pytest.mark.django_db
People = dict[str, User]


def send(client: Client, person: User | None, address: str, **body: Any) -> Any:
    headers = by_token(person) if person else {}
    return client.post(f"/api/v1/{address}/", body, content_type="application/json", headers=headers)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("authority_record", *arguments, stdout=out)
    return out.getvalue()


def test_a_place_an_event_and_an_outlet_are_added(client: Client, people: People) -> None:
    archivist = people["archivist"]
    make_place("Dunkirk", country_code="FR")

    place = send(
        client, archivist, "places", name="Malo-les-Bains", kind="BEACH", parent="dunkirk", latitude_degrees=51.05,
        longitude_degrees=2.4, names=[{"name": "Malo", "language": "fr"}],
    )  # fmt: skip
    event = send(
        client, archivist, "events", name="Crossing", kind="CROSSING", date_edtf="2024-06-18", places=["malo-les-bains"]
    )
    outlet = send(client, archivist, "outlets", name="The Courier", kind="NEWSPAPER", aliases=["Courier"])

    assert [answer.status_code for answer in (place, event, outlet)] == [201, 201, 201]
    assert place.json()["parent"]["slug"] == "dunkirk" and set(place.json()["names"]) == {"Malo-les-Bains", "Malo"}
    made = Place.objects.get(slug="malo-les-bains")
    assert (made.country_code, made.point) == ("FR", (51.05, 2.4))
    assert Event.objects.get().places.get() == made and str(Event.objects.get().date_latest) == "2024-06-18"
    assert set(Outlet.objects.get().names.values_list("name", flat=True)) == {"The Courier", "Courier"}
    assert LedgerEntry.objects.filter(verb="create", actor="archivist").count() == 3


def test_what_may_be_a_record_of_it_already_is_told_with_its_items_until_it_is_said_to_be_another(
    client: Client, people: People
) -> None:
    there = make_place("Malo-les-Bains")
    make_claim(make_item(access=Access.RELEASED), Property.LOCATION_SHOWN, value_place=there)

    told = send(client, people["archivist"], "places", name="Malo les Bains", kind="BEACH")

    assert told.status_code == 409 and told["Content-Type"].startswith("application/problem+json")
    [likely] = told.json()["likely"]
    assert (likely["slug"], likely["items"], bool(likely["reasons"])) == ("malo-les-bains", 1, True)
    assert "malo-les-bains" in told.json()["detail"] and Place.objects.count() == 1

    made = send(client, people["archivist"], "places", name="Malo les Bains", kind="BEACH", seen=["malo-les-bains"])
    assert made.status_code == 201 and Place.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Malo"}, "kind"),
        ({"name": "Malo", "kind": "SHORE"}, "kind"),
        ({"name": " ", "kind": "BEACH"}, "name"),
        ({"name": "…", "kind": "BEACH"}, "name"),
        ({"name": "Malo", "kind": "BEACH", "parent": "nowhere"}, "parent"),
        ({"name": "Malo", "kind": "BEACH", "latitude_degrees": 51}, "longitude_degrees"),
        ({"name": "Malo", "kind": "BEACH", "town": "Dunkirk"}, "town"),
    ],
    ids=["no kind", "another kind", "no name", "a name without a letter", "no such parent", "half a point", "unknown"],
)
def test_what_cannot_be_recorded_is_refused_by_its_field(
    client: Client, people: People, body: dict[str, Any], field: str
) -> None:
    answer = send(client, people["archivist"], "places", **body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Place.objects.exists()


def test_a_merge_is_seen_done_and_taken_back(client: Client, people: People) -> None:
    archivist, reader = people["archivist"], by_token(people["archivist"])
    old, new = make_place("Dunkerque"), make_place("Dunkirk")
    make_place("Malo", parent=old)
    make_claim(make_item(access=Access.RELEASED), Property.LOCATION_SHOWN, value_place=old)

    seen = client.get("/api/v1/places/dunkerque/merge/?into=dunkirk", headers=reader).json()
    assert seen["record"] == {
        "slug": "dunkerque", "name": "Dunkerque", "kind": "TOWN", "items": 1, "claims": 1, "beneath": 1,
    }  # fmt: skip
    assert seen["into"]["items"] == 0 and seen["why_not"] == ""

    merged = send(client, archivist, "places/dunkerque/merge", into="dunkirk", reason="one town")
    assert merged.json() == {"slug": "dunkirk", "name": "Dunkirk", "items_to_follow": 0}
    assert Place.objects.get(name="Malo").parent == new

    back = client.get("/api/v1/places/dunkerque/unmerge/", headers=reader).json()
    assert (back["into"], back["merged_by"], back["reason"], back["beneath"], back["claims"]) == (
        "dunkirk", "archivist", "one town", 1, 1,
    )  # fmt: skip
    assert send(client, archivist, "places/dunkerque/unmerge", reason="two towns").status_code == 200
    assert Place.objects.get(name="Malo").parent == old
    assert client.get("/api/v1/places/dunkerque/unmerge/", headers=reader).status_code == 404
    verbs = LedgerEntry.objects.filter(actor="archivist", verb__in=["merge", "unmerge"]).values_list("verb", "payload")
    assert [(verb, json.loads(payload)["reason"]) for verb, payload in verbs.order_by("sequence")] == [
        ("merge", "one town"), ("unmerge", "two towns"),
    ]  # fmt: skip


def test_what_cannot_become_one_says_why(client: Client, people: People) -> None:
    make_outlet("The Courier")

    for into, words in (("the-courier", "cannot be merged into itself"), ("nobody", "There is no such record")):
        answer = send(client, people["archivist"], "outlets/the-courier/merge", into=into)
        assert answer.status_code == 400 and words in answer.json()["detail"]
    assert send(client, people["archivist"], "outlets/nobody/merge", into="the-courier").status_code == 404


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("researcher", 403)])
@pytest.mark.parametrize("address", ["events", "events/crossing/merge", "events/crossing/unmerge"])
def test_others_may_not_keep_records(
    client: Client, people: People, role: str | None, status: int, address: str
) -> None:
    make_event("Crossing")

    body = {"name": "Another", "kind": "CROSSING", "into": "crossing"}
    assert send(client, role and people[role], address, **body).status_code == status
    assert Event.objects.count() == 1


def test_the_command_adds_merges_and_takes_back_in_the_name_of_a_person(people: People) -> None:
    by = ("--by", "archivist")
    assert run("add", "place", "Dunkerque", "--kind", "TOWN", *by) == "Dunkerque is recorded as dunkerque.\n"
    assert "is recorded as crossing" in run("add", "event", "Crossing", "--kind", "CROSSING", "--date", "2024", *by)
    assert "is recorded as courier" in run("add", "outlet", "Courier", "--kind", "NEWSPAPER", *by)
    make_place("Dunkirk")

    assert "The two can become one." in run("merge", "place", "dunkerque", "dunkirk", "--dry-run", *by)
    assert run("merge", "place", "dunkerque", "dunkirk", *by) == "Dunkerque now reads Dunkirk.\n"
    assert json.loads(run("unmerge", "place", "dunkerque", "--dry-run", *by))["into"] == "dunkirk"
    assert Place.objects.get(slug="dunkerque").merged_into
    assert run("unmerge", "place", "dunkerque", *by) == "Dunkerque stands by itself again.\n"
    assert not Place.objects.get(slug="dunkerque").merged_into


def test_the_command_refuses_with_a_sentence_and_does_nothing(people: People) -> None:
    make_place("Malo-les-Bains")
    refused = {
        (
            "add",
            "place",
            "Malo les Bains",
            "--kind",
            "BEACH",
            "--by",
            "archivist",
        ): "name each with --seen:\n  malo-les",
        ("add", "place", "Malo", "--kind", "SHORE", "--by", "archivist"): "--kind is one of",
        ("add", "place", "Malo", "--kind", "BEACH", "--by", "researcher"): "may not keep places",
        ("add", "place", "Malo", "--kind", "BEACH", "--by", "nobody"): "There is no open account",
        ("add", "event", "E", "--kind", "OTHER", "--date", "soon", "--by", "archivist"): "Nothing was done: ",
        ("merge", "place", "malo-les-bains", "nowhere", "--by", "archivist"): "there is no place “nowhere”",
        ("unmerge", "place", "malo-les-bains", "--by", "archivist"): "is not merged into another",
    }
    for arguments, words in refused.items():
        with pytest.raises(CommandError, match=words):
            run(*arguments)
    assert Place.objects.count() == 1 and not Event.objects.exists()
    assert "malo-les-bains-2" in run(
        "add", "place", "Malo-les-Bains", "--kind", "BEACH", "--seen", "malo-les-bains", "--by", "archivist"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("place", "Malo", "--kind", "TOWN", "--country", "France"), "--country takes two letters"),
        (("place", "Malo", "--kind", "TOWN", "--radius", "-5"), "--radius takes 1 to"),
        (("place", "M" * 201, "--kind", "TOWN"), "name: .*at most 200"),
        (("place", "Malo", "--kind", "TOWN", "--also", "M" * 201), "--also takes names"),
        (("outlet", "Courier", "--kind", "NEWSPAPER", "--website", "javascript:alert(1)"), "website: .*valid URL"),
        (("place", "Malo", "--kind", "TOWN", "--date", "2024", "--website", "a"), "--date, --website cannot be said"),
        (("event", "Crossing", "--kind", "CROSSING", "--also", "Sea"), "--also cannot be said of the sort “event”"),
        (("outlet", "Courier", "--kind", "NEWSPAPER", "--parent", "nowhere"), "--parent cannot be said"),
    ],
    ids=["country", "radius", "long name", "long further name", "website", "of events", "of places", "of no outlet"],
)
def test_the_command_drops_nothing_and_refuses_what_the_form_refuses(
    people: People, arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(CommandError, match=f"Nothing was done: {words}"):
        run("add", *arguments, "--by", "archivist")
    assert not (Place.objects.exists() or Event.objects.exists() or Outlet.objects.exists())


def test_the_command_records_all_that_it_is_told(people: People) -> None:
    by = ("--by", "archivist")
    run("add", "place", "Malo", "--kind", "BEACH", "--also", "Malo Beach", "--country", "fr", "--point", "51.05", "2.4",
        "--radius", "900", *by)  # fmt: skip
    run("add", "event", "Crossing", "--kind", "CROSSING", "--date", "2024-06", "--place", "malo", *by)
    run("add", "outlet", "Courier", "--kind", "NEWSPAPER", "--country", "GB", "--website", "https://courier.example",
        *by)  # fmt: skip

    place, outlet = Place.objects.get(), Outlet.objects.get()
    assert (place.country_code, place.point, place.radius_metres) == ("FR", (51.05, 2.4), 900)
    assert set(place.names.values_list("name", flat=True)) == {"Malo", "Malo Beach"}
    assert Event.objects.get().places.get() == place and Event.objects.get().date_edtf == "2024-06"
    assert (outlet.country_code, outlet.website) == ("GB", "https://courier.example")
