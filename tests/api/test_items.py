import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from archive.catalogue.models import Access, Item
from archive.extraction.models import Reading
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import (
    make_accession,
    make_caption,
    make_claim,
    make_event,
    make_item,
    make_outlet,
    make_place,
    projected_once,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def malo():
    dunkirk = make_place("Dunkirk", parent=make_place("France", kind="COUNTRY"))
    return make_place("Malo-les-Bains", kind="BEACH", parent=dunkirk)


@pytest.fixture
@projected_once()
def beach(malo):
    """A picture of one morning, with a rival date, a position and its raw metadata."""
    item = make_item(file_name="beach.jpg")
    make_caption(item, "Migrants board a dinghy near Malo-les-Bains")
    make_claim(
        item,
        Property.DATE_CREATED,
        date="2024-06-18T05:12:00",
        kind=SourceKind.DEVICE_METADATA,
        as_written="2024:06:18 05:12:00",
    )
    make_claim(item, Property.DATE_CREATED, date="2024-04", note="read in the caption")
    make_claim(item, Property.LOCATION_SHOWN, value_place=malo, as_written="near Malo-les-Bains")
    make_claim(
        item, Property.LOCATION_CREATED, kind=SourceKind.DEVICE_METADATA,
        latitude_degrees=51.05, longitude_degrees=2.4, uncertainty_metres=12,
    )  # fmt: skip
    make_claim(item, Property.PUBLISHED_BY, value_outlet=make_outlet("Sky News"))
    make_claim(item, Property.PEOPLE_COUNT, value_min=20, value_max=30)
    Reading.objects.create(
        media_file=item.media_file, reader="embedded", reader_version="1", read_at=timezone.now(), state="READ",
        statements=[["EXIF", "Model", "NIKON D5"]],
    )  # fmt: skip
    return item


@pytest.fixture
def reader(people) -> APIClient:
    """A client that sends the token of a researcher."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=people['researcher']).key}")
    return client


@pytest.mark.usefixtures("answered_by")
def test_items_of_a_beach_and_a_day_come_with_all_that_is_said_of_them(beach, reader):
    late = make_item(file_name="undated.jpg")
    make_claim(late, Property.LOCATION_SHOWN, value_place=beach.lead_place)

    answer = reader.get(
        "/api/v1/items/?place=malo-les-bains&date_from=2024-06-18&date_to=2024-06-18&certainty=possible"
    ).json()

    assert (answer["count"], answer["undated"], answer["unplaced"]) == (1, 1, 0)
    (item,) = answer["results"]
    assert item["id"] == beach.pk
    assert item["sha256"] == beach.media_file.message_digest
    assert (item["kind"], item["file_name"], item["match"]) == ("PHOTOGRAPH", "beach.jpg", "possible")
    assert [caption["text"] for caption in item["captions"]] == ["Migrants board a dinghy near Malo-les-Bains"]
    camera, caption = (claim for claim in item["claims"] if claim["property"] == "date_created")
    assert camera["value"] == {
        "type": "date", "label": "18 June 2024, 05:12", "edtf": "2024-06-18T05:12:00",
        "earliest": "2024-06-18", "latest": "2024-06-18", "moment": None,
    }  # fmt: skip
    assert (camera["as_written"], camera["standing"]) == ("2024:06:18 05:12:00", "PROPOSED")
    assert camera["source"]["kind"] == "DEVICE_METADATA"
    assert caption["source"]["note"] == "read in the caption"
    assert item["leading"]["date_created"] == camera["value"]
    assert item["leading"]["location_shown"]["place"]["slug"] == "malo-les-bains"
    assert item["leading"]["location_created"]["point"]["uncertainty_metres"] == 12
    assert item["leading"]["published_by"]["outlet"]["name"] == "Sky News"
    assert (item["leading"]["people_count"]["min"], item["leading"]["people_count"]["max"]) == (20, 30)
    assert item["links"]["self"] == f"http://testserver/api/v1/items/{beach.pk}/"
    assert item["links"]["page"] == f"http://testserver/items/{beach.pk}/"
    assert item["links"]["thumbnail"].endswith(f"/items/{beach.pk}/rendition/thumbnail/")
    assert "readings" not in item


def test_one_item_comes_with_the_raw_statements_of_its_file(beach, reader):
    item = reader.get(f"/api/v1/items/{beach.pk}/").json()

    assert item["readings"][0]["statements"] == [["EXIF", "Model", "NIKON D5"]]
    assert item["appearances"] == []
    assert "match" not in item


def test_an_open_end_of_a_date_is_null(reader):
    make_claim(make_item(), Property.DATE_CREATED, date="2024-01-01/..")

    (item,) = reader.get("/api/v1/items/").json()["results"]

    value = item["leading"]["date_created"]
    assert (value["earliest"], value["latest"]) == ("2024-01-01", None)


@pytest.mark.usefixtures("answered_by")
def test_a_visitor_reads_released_items_without_claims_positions_or_precise_places(beach):
    make_item(file_name="hidden.jpg")
    beach.access = Access.RELEASED
    beach.save(update_fields=["access"])

    answers = [APIClient().get("/api/v1/items/"), APIClient().get(f"/api/v1/items/{beach.pk}/")]

    for answer in answers:
        item = answer.json().get("results", [answer.json()])[0]
        assert item["id"] == beach.pk
        assert item.keys().isdisjoint({"claims", "readings", "appearances", "contested", "accession", "access"})
        assert item["leading"]["location_shown"] == {
            "type": "place", "label": "Dunkirk, France",
            "place": {"id": beach.lead_place.parent_id, "slug": "dunkirk", "name": "Dunkirk"},
        }  # fmt: skip
        assert "location_created" not in item["leading"]
        for secret in ("51.05", "NIKON", "DEVICE_METADATA", "malo-les-bains"):
            assert secret not in answer.content.decode()
    assert answers[0].json()["count"] == 1


def test_what_is_not_released_does_not_exist_for_a_visitor(beach):
    answer = APIClient().get(f"/api/v1/items/{beach.pk}/")

    assert answer.status_code == 404
    assert "There is no item" in answer.json()["detail"]


def test_a_session_reads_as_a_token_does(beach, people):
    client = APIClient()
    client.force_login(people["researcher"])

    assert client.get("/api/v1/items/").json()["count"] == 1


def test_a_wrong_token_is_refused(beach):
    answer = APIClient().get("/api/v1/items/", HTTP_AUTHORIZATION="Token 0123")

    assert answer.status_code == 401
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("place=atlantis", "place", "knows no place"),
        ("date_from=yesterday", "date_from", "no date"),
        ("certainty=sure", "certainty", "possible, certain"),
        ("plaice=dover", "plaice", "no parameter of this name"),
        ("date_from=2024-02-01&date_to=2024-01-01", "date_to", "before the first"),
    ],
)
def test_a_condition_that_is_not_understood_is_refused_in_a_sentence(reader, query, field, sentence):
    answer = reader.get(f"/api/v1/items/?{query}")

    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {field}
    assert sentence in answer.json()["errors"][0]["detail"]


def test_a_visitor_who_asks_for_raw_metadata_is_refused_in_a_sentence():
    answer = APIClient().get("/api/v1/items/?statement=nikon")

    assert answer.status_code == 400
    assert "Sign in" in answer.json()["detail"]


@pytest.mark.parametrize("page", ["0", "99", "x"])
def test_a_page_that_is_not_there_is_said_so(reader, page):
    answer = reader.get(f"/api/v1/items/?page={page}")

    assert answer.status_code == 404
    assert "There is no page" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(beach, reader, method):
    assert getattr(reader, method)(f"/api/v1/items/{beach.pk}/").status_code == 405


@pytest.mark.usefixtures("answered_by")
def test_a_picture_s_format_is_a_condition_and_no_form_of_answer(beach, reader):
    assert reader.get("/api/v1/items/?format=JPEG").json()["count"] == 1
    assert reader.get("/api/v1/items/?format=PNG").json()["count"] == 0


@pytest.mark.usefixtures("answered_by")
def test_pages_are_stable_and_of_the_size_asked_for(reader):
    items = {make_item(renditions=False).pk for _ in range(7)}

    seen, url = [], "/api/v1/items/?page_size=3"
    while url:
        answer = reader.get(url).json()
        seen += [item["id"] for item in answer["results"]]
        url = answer["next"]

    assert (len(seen), set(seen), answer["count"]) == (7, items, 7)


@pytest.mark.parametrize("who", ["reader", "visitor"])
def test_a_page_costs_the_same_number_of_queries_however_much_it_finds(malo, reader, who):
    client = reader if who == "reader" else APIClient()
    outlet, event, accession = make_outlet("Sky News"), make_event("Crossing"), make_accession()
    client.get("/api/v1/items/")  # the first request of an hour notes that the person was here: one query more
    costs = []
    for number in (1, 9, 30):
        with projected_once():
            for _ in range(number):
                item = make_item(accession=accession, access=Access.RELEASED)
                make_claim(item, Property.DATE_CREATED, date="2024-06-18")
                make_claim(item, Property.LOCATION_SHOWN, value_place=malo)
                make_claim(item, Property.PUBLISHED_BY, value_outlet=outlet)
                make_claim(item, Property.EVENT, value_event=event)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/api/v1/items/?date=2024-06&page_size=100")
        assert answer.status_code == 200
        costs.append(len(queries))

    # The keys of the page are one, where SQL answers, and what is shown of them another.
    assert costs[0] == costs[1] == costs[2] <= 12


@pytest.mark.usefixtures("answered_by")
def test_what_is_marked_as_distressing_can_be_asked_for_by_readers_alone(beach, reader):
    make_item(file_name="calm.jpg", access=Access.RELEASED)
    Item.objects.filter(pk=beach.pk).update(is_distressing=True, access=Access.RELEASED)

    marked, calm = (reader.get(f"/api/v1/items/?distressing={yes}").json()["results"] for yes in ("true", "false"))
    refused = APIClient().get("/api/v1/items/?distressing=true")

    assert [item["file_name"] for item in marked] == ["beach.jpg"]
    assert [item["file_name"] for item in calm] == ["calm.jpg"]
    assert refused.status_code == 400 and "Sign in to search" in refused.content.decode()


def test_a_list_tells_how_the_search_was_understood(reader):
    make_place("Dunkirk", source_id="1")
    make_item()
    answer = reader.get("/api/v1/items/", {"q": "what do we hold of a boat at Dunkirk foo:bar", "outlet": ""}).json()
    slip = reader.get("/api/v1/items/", {"q": "place:Dunkrik"}).json()
    checks = reader.get("/api/v1/items/", {"q": "boats at Dunkirk not yet contradicted"}).json()

    understood = answer["understood"]
    assert understood["read_as"] == [{"part": "at Dunkirk", "written": "place:dunkirk"}]
    assert "place:dunkirk" in understood["box"] and "at Dunkirk" in understood["conditions"]
    assert understood["passed_over"] and understood["unread"][0]["part"] == "foo:"
    assert (understood["withheld"], checks["understood"]["withheld"]) == ([], ["not yet contradicted"])
    assert slip["understood"]["taken"] == [{"written": "Dunkrik", "name": "Dunkirk"}]
