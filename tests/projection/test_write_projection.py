import pytest
from django.db import DatabaseError, transaction

from archive.accounts.models import User
from archive.authorities.merge_records import merge
from archive.catalogue.audiences import Audience
from archive.catalogue.hidden_wordings import bearers, hold, show_again
from archive.catalogue.models import Access, Caption, Item, ItemPlace
from archive.catalogue.text_index import matching
from archive.claims.models import Claim, Ruling
from archive.extraction.models import Reading
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.projection.item_gate import changing
from archive.projection.write_projection import project
from archive.review.claim_rulings import rule
from archive.review.link_items import link
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.builders import NOW, items_of_event, make_caption, make_claim, make_event, make_item, make_outlet, make_place

pytestmark = pytest.mark.django_db


def test_an_item_is_found_at_its_place_and_at_each_above() -> None:
    france = make_place("France", kind="COUNTRY")
    dunkirk = make_place("Dunkirk", parent=france)
    beach = make_place("Malo", kind="BEACH", parent=dunkirk)
    item = make_item()

    make_claim(item, Property.LOCATION_SHOWN, value_place=beach)

    for place in (france, dunkirk, beach):
        assert list(Item.objects.at_place(place)) == [item]
    assert ItemPlace.objects.get(is_stated=True).place == beach


def test_a_projection_thrown_away_is_made_again_the_same() -> None:
    item = make_item()
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    make_claim(item, Property.LOCATION_SHOWN, value_place=make_place("Dunkirk"))
    make_claim(item, Property.PUBLISHED_BY, value_outlet=make_outlet("Sky News"))
    make_caption(item, "A boat")
    item.refresh_from_db()
    kept = {
        name: getattr(item, name) for name in ("date_created_edtf", "lead_place_id", "lead_outlet_id", "lead_caption")
    }
    Item.objects.update(date_created_edtf="", lead_place=None, lead_outlet=None, lead_caption="", is_placed=False)
    ItemPlace.objects.all().delete()

    project([Item.objects.get()])

    item.refresh_from_db()
    assert {name: getattr(item, name) for name in kept} == kept
    assert item.is_placed
    assert ItemPlace.objects.count() == 1


def test_a_contradiction_marks_the_item_as_contested() -> None:
    item = make_item()
    make_claim(item, Property.DATE_CREATED, date="2024-06-18", kind=SourceKind.DEVICE_METADATA)
    make_claim(item, Property.DATE_CREATED, date="2024-04")

    item.refresh_from_db()

    assert item.is_contested
    assert item.contested == ["date_created"]
    assert item.date_created_edtf == "2024-06-18"


def test_a_nested_event_is_found_under_the_one_above() -> None:
    year = make_event("Crossings of 2024", date="2024")
    day = make_event("Crossings of 18 June", date="2024-06-18", parent=year)
    item = make_item()

    make_claim(item, Property.EVENT, value_event=day)

    assert list(items_of_event(year)) == [item]


def test_projecting_more_items_costs_one_query_more_for_each(django_assert_num_queries) -> None:
    items = [make_item() for _ in range(6)]
    for item in items:
        make_claim(item, Property.LOCATION_SHOWN, value_place=make_place(f"Town {item.pk}"))

    def queries(some: list[Item]) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            project(some)
        return len(caught)

    assert queries(items) - queries(items[:1]) <= 6 + 5


def test_nothing_is_asked_of_records_that_an_item_has_none_of(django_assert_max_num_queries) -> None:
    item = make_item(access=Access.RELEASED)

    with django_assert_max_num_queries(26):
        project([item])


def test_a_ruling_leads_anew_and_stands_in_the_ledger(people) -> None:
    item = make_item()
    camera = make_claim(item, Property.DATE_CREATED, date="2024-06-18", kind=SourceKind.DEVICE_METADATA)
    make_claim(item, Property.DATE_CREATED, date="2024-04")

    rule(camera, standing=Standing.REJECTED, by=people["moderator"], reason="the clock was never set")

    item.refresh_from_db()
    assert item.date_created_edtf == "2024-04"
    assert item.is_reviewed
    assert LedgerEntry.objects.get(verb="rejected claim").actor == "moderator"


def test_a_rejection_needs_a_reason(people) -> None:
    claim = make_claim(make_item(), Property.DATE_CREATED, date="2024-06-18")

    with pytest.raises(NotDone, match="needs a reason"):
        rule(claim, standing=Standing.REJECTED, by=people["moderator"])

    assert not Ruling.objects.exists()


def test_a_researcher_may_neither_rule_nor_link(people) -> None:
    claim = make_claim(make_item(), Property.DATE_CREATED, date="2024-06-18")

    with pytest.raises(PermissionError):
        rule(claim, standing=Standing.ACCEPTED, by=people["researcher"])
    with pytest.raises(PermissionError):
        link([claim.item], property=Property.EVENT, event=make_event("Crossing"), by=people["researcher"])


def test_a_link_by_hand_leads_and_names_the_person(people) -> None:
    items = [make_item(), make_item()]
    place = make_place("Dunkirk")

    claims = link(items, property=Property.LOCATION_SHOWN, place=place, by=people["archivist"], note="the lighthouse")

    assert [claim.source.person.username for claim in claims] == ["archivist", "archivist"]
    assert set(Item.objects.at_place(place)) == set(items)
    assert LedgerEntry.objects.filter(verb="claim").count() == 2


def test_who_supplied_a_picture_is_no_review_of_it(people) -> None:
    item = make_item()
    make_claim(item, Property.SUPPLIED_BY, value_text="A reader", kind=SourceKind.PERSON, person=people["archivist"])

    item.refresh_from_db()

    assert not item.is_reviewed


def test_a_date_is_linked_by_hand(people) -> None:
    item = make_item()

    link([item], property=Property.DATE_CREATED, date=parse("2024-06~"), by=people["archivist"])

    item.refresh_from_db()
    assert item.date_created_edtf == "2024-06~"


@pytest.mark.parametrize("model", [Claim, Ruling, Caption], ids=lambda model: model.__name__)
@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_claims_rulings_and_captions(model, act, people) -> None:
    item = make_item()
    claim = make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    rule(claim, standing=Standing.ACCEPTED, by=people["moderator"])
    make_caption(item, "A boat")
    table = model._meta.db_table
    from django.db import connection

    statement = f"DELETE FROM {table}" if act == "delete" else f"UPDATE {table} SET id = id"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_merged_place_leads_to_the_one_it_became() -> None:
    france = make_place("France", kind="COUNTRY")
    dunkirk, double = make_place("Dunkirk", parent=france), make_place("Dunkerque")
    item = make_item()
    make_claim(item, Property.LOCATION_SHOWN, value_place=double)

    merge(double, into=dunkirk, by=None)
    project([item])

    item.refresh_from_db()
    assert item.lead_place == dunkirk
    assert list(Item.objects.at_place(france)) == [item]


def test_a_visitor_cannot_search_by_file_name_and_a_reader_can() -> None:
    item = make_item(file_name="malo_beach_hut.jpg")
    project([item])

    assert list(Item.objects.filter(matching("hut", audience=Audience.STAFF))) == [item]
    assert not Item.objects.filter(matching("hut", audience=Audience.PUBLIC)).exists()


def test_a_held_wording_leads_nowhere_and_is_found_by_no_word_of_it(people: dict[str, User]) -> None:
    item = make_item()
    named = make_caption(item, "Nobody Known, 7, is carried ashore at Dover.", origin=Caption.Origin.LIST)
    make_caption(item, "A girl is carried ashore.", origin=Caption.Origin.EMBEDDED)
    Reading.objects.create(
        media_file=item.media_file, reader="embedded", reader_version="1", read_at=NOW, state="READ",
        statements=[["IPTC", "Caption-Abstract", named.text], ["EXIF", "Make", "Leica"]],
    )  # fmt: skip

    def found() -> set[str]:
        return {
            word for word in ("nobody", "leica", "girl") if Item.objects.filter(matching(word, audience=Audience.STAFF))
        }

    project([item])
    assert (item.lead_caption, found()) == (named.text, {"nobody", "leica", "girl"})

    with changing(bearers(named), alone=True):
        hold(named, by=people["researcher"])
    item.refresh_from_db()
    assert (item.lead_caption, found()) == ("A girl is carried ashore.", {"leica", "girl"})

    with changing(bearers(named), alone=True):
        show_again(named, by=people["moderator"])
    item.refresh_from_db()
    assert (item.lead_caption, found()) == (named.text, {"nobody", "leica", "girl"})
