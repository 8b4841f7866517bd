import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from archive.authorities.models import EventPlace
from archive.catalogue.models import Access
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.standards.vocabulary import Property
from tests.builders import make_accession, make_claim, make_event, make_item, make_outlet, make_place
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(people) -> APIClient:
    client = APIClient()
    client.force_login(people["researcher"])
    return client


@pytest.fixture
def released():
    """A released picture at a beach, of an event, in print."""
    dunkirk = make_place("Dunkirk", parent=make_place("France", kind="COUNTRY"))
    malo = make_place("Malo-les-Bains", kind="BEACH", parent=dunkirk)
    event = make_event("Crossing from Malo", date="2024-06-18")
    EventPlace.objects.create(event=event, place=malo)
    item = make_item(access=Access.RELEASED)
    make_claim(item, Property.LOCATION_SHOWN, value_place=malo)
    make_claim(item, Property.EVENT, value_event=event)
    make_claim(item, Property.PUBLISHED_BY, value_outlet=make_outlet("Sky News"))
    make_place("Dover")
    make_outlet("Nobody's Gazette")
    make_event("Another crossing")
    return item


def listed(client: APIClient, url: str) -> list[str]:
    return [record["name"] for record in client.get(url).json()["results"]]


def test_staff_read_every_record_and_a_researcher_those_that_lead_to_what_they_may_see(released, reader, people):
    staff = APIClient()
    staff.force_authenticate(people["archivist"])

    assert listed(staff, "/api/v1/places/") == ["Dover", "Dunkirk", "France", "Malo-les-Bains"]
    assert listed(staff, "/api/v1/outlets/") == ["Nobody's Gazette", "Sky News"]
    assert listed(staff, "/api/v1/events/") == ["Another crossing", "Crossing from Malo"]
    assert listed(reader, "/api/v1/places/") == ["Dunkirk", "France", "Malo-les-Bains"]
    assert listed(reader, "/api/v1/outlets/") == ["Sky News"]
    assert listed(reader, "/api/v1/events/") == ["Crossing from Malo"]


def test_a_visitor_reads_the_records_of_released_items_and_no_place_too_precise(released):
    assert listed(APIClient(), "/api/v1/places/") == ["Dunkirk", "France"]
    assert listed(APIClient(), "/api/v1/outlets/") == ["Sky News"]
    answer = APIClient().get("/api/v1/events/")
    assert [record["name"] for record in answer.json()["results"]] == ["Crossing from Malo"]
    assert "malo-les-bains" not in answer.content.decode().replace("crossing-from-malo", "")
    assert APIClient().get("/api/v1/places/malo-les-bains/").status_code == 404


def test_records_are_found_by_the_beginning_of_any_name(released, reader):
    assert listed(reader, "/api/v1/places/?name=malo les") == ["Malo-les-Bains"]
    assert listed(reader, "/api/v1/outlets/?name=SKY") == ["Sky News"]
    assert listed(reader, "/api/v1/events/?name=crossing") == ["Crossing from Malo"]
    assert reader.get("/api/v1/places/?q=malo").status_code == 400


def test_a_record_names_what_it_stands_in_and_where_it_is(released, reader):
    place = reader.get("/api/v1/places/malo-les-bains/").json()

    assert place["full_name"] == "Malo-les-Bains, Dunkirk, France"
    assert place["parent"]["slug"] == "dunkirk"
    assert place["names"] == ["Malo-les-Bains"]
    assert place["links"]["page"] == "http://testserver/places/malo-les-bains/"
    assert reader.get("/api/v1/events/crossing-from-malo/").json()["places"][0]["name"] == "Malo-les-Bains"


def test_deliveries_are_for_readers_of_the_archive(reader):
    accession = make_accession("From the desk")

    assert reader.get("/api/v1/accessions/").json()["results"][0]["title"] == "From the desk"
    assert reader.get(f"/api/v1/accessions/{accession.pk}/").status_code == 200
    answer = APIClient().get("/api/v1/accessions/")
    assert answer.status_code == 401
    assert answer.json()["detail"]


@pytest.mark.parametrize("records", ["items", "places", "events", "outlets", "accessions"])
@pytest.mark.parametrize("key", ["999999", "nothing"])
def test_a_missing_record_is_said_so_in_json(reader, records, key):
    answer = reader.get(f"/api/v1/{records}/{key}/")

    assert answer.status_code == 404
    assert answer.json()["detail"].startswith(("There is no", "Not found"))


def test_a_name_and_a_password_give_a_token(people):
    given = APIClient().post("/api/v1/token/", {"username": "researcher", "password": "researcher-password"})

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {given.json()['token']}")
    assert client.get("/api/v1/accessions/").status_code == 200


def test_a_token_made_by_the_api_is_in_the_ledger_once(people):
    answers = [
        APIClient().post("/api/v1/token/", {"username": "researcher", "password": "researcher-password"}).json()
        for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert LedgerEntry.objects.get(verb="make token").actor == "researcher"


def test_passwords_cannot_be_tried_without_end(people):
    answers = [APIClient().post("/api/v1/token/", {"username": "researcher", "password": "guess"}) for _ in range(6)]
    right = APIClient().post("/api/v1/token/", {"username": "researcher", "password": "researcher-password"})

    assert [answer.status_code for answer in answers] == [400] * 4 + [429] * 2
    assert right.status_code == 429 and "token" not in right.json()
    assert 0 < int(right["Retry-After"]) <= 15 * 60


def test_the_schema_is_valid_and_complete_without_a_warning(capsys):
    schema = SchemaGenerator().get_schema(request=None, public=True)

    validate_schema(schema)
    said = capsys.readouterr().err
    assert "Warning" not in said and "Error" not in said
    parameters = {each["name"] for each in schema["paths"]["/api/v1/items/"]["get"]["parameters"]}
    assert {"place", "date_from", "date_to", "certainty", "q", "sort", "page"} <= parameters
    for kind in ("places", "events", "outlets"):
        [refused] = schema["paths"][f"/api/v1/{kind}/"]["post"]["responses"]["409"]["content"].values()
        assert refused["schema"] == {"$ref": "#/components/schemas/MayBeThereAlready"}
    answer = schema["components"]["schemas"]["PaginatedItemList"]["properties"]
    assert {"count", "undated", "unplaced", "results"} <= answer.keys()


def test_the_schema_is_served_without_an_account():
    answer = APIClient().get("/api/schema/")

    assert answer.status_code == 200
    assert b"/api/v1/items/" in answer.content


def test_what_failed_is_tried_again_by_the_api(people):
    line = send(jpeg(1))
    AccessionLine.objects.update(state="FAILED")
    client = APIClient()
    client.force_login(people["archivist"])

    missing = client.post("/api/v1/accessions/999/retry-failed/")
    of_one = client.post(f"/api/v1/accessions/{line.accession_id}/retry-failed/")
    of_all = client.post("/api/v1/accessions/retry-failed/")

    assert missing.status_code == 404
    assert (of_one.json(), of_all.json()) == ({"files": 1}, {"files": 0})
    client.force_login(people["researcher"])
    assert client.post("/api/v1/accessions/retry-failed/").status_code == 403
