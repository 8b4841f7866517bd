"""What changes of a place, an event or an outlet has the items checked anew whose evidence names it, and no other."""

from collections.abc import Callable

import pytest

from archive.authorities.edit_records import edit_event, edit_outlet, edit_place
from archive.authorities.gazetteer_file import load_gazetteer
from archive.authorities.merge_records import merge
from archive.authorities.models import Place
from archive.catalogue.models import Item
from archive.ledger.models import LedgerEntry, Told
from archive.provenance import changed_items
from archive.standards.vocabulary import Property
from tests.authorities.test_gazetteer_file import TOWN, file  # noqa: F401
from tests.builders import (
    make_accession,
    make_appearance,
    make_claim,
    make_event,
    make_item,
    make_match,
    make_outlet,
    make_place,
    tell_of_items,
)
from tests.projection.test_words_in_pictures import read_in

pytestmark = pytest.mark.django_db


def due_after(change: Callable[[], object]) -> set[Item]:
    tell_of_items()
    last = LedgerEntry.objects.count()
    change()
    entries = LedgerEntry.objects.filter(sequence__gt=last).order_by("sequence").values_list(*Told._fields)
    return set(Item.objects.filter(pk__in=changed_items.changed_items(Told(*entry) for entry in entries)))


def test_another_name_of_an_outlet_is_weighed_wherever_it_is_named() -> None:
    outlet, _unnamed = make_outlet("The Kentish Post"), make_item()
    supplied = make_item(accession=make_accession(outlet=outlet))
    printed, claimed, pictured, copy = (make_item() for _number in range(4))
    make_appearance(printed, outlet)
    make_claim(claimed, Property.PUBLISHED_BY, value_outlet=outlet)
    make_match(claimed, copy)
    read_in(pictured, "SEEN IN THE KENTISH POST TODAY")

    assert due_after(lambda: edit_outlet(outlet, by="test", name="The Kent Mail")) == {
        supplied, printed, claimed, copy, pictured,
    }  # fmt: skip
    read_in(shorter := make_item(), "KENT MAIL")
    assert shorter not in due_after(lambda: edit_outlet(outlet, by="test", website="https://mail.example"))
    assert shorter in due_after(lambda: edit_outlet(outlet, by="test", aliases=["Kent Mail"]))


def test_a_name_that_is_taken_away_is_weighed_where_it_stands_in_a_picture() -> None:
    outlet, place = make_outlet("The Kentish Post"), make_place("Dunkirk")
    edit_outlet(outlet, by="test", aliases=["Kent Mail", "The Strait"])
    edit_place(place, by="test", names=[("Duinkerke", "nl"), ("Dunkerque", "fr")])
    mail, town, strait = (make_item() for _number in range(3))
    read_in(mail, "SEEN IN KENT MAIL")
    read_in(town, "DUINKERKE, TUESDAY")

    assert due_after(lambda: edit_outlet(outlet, by="test", aliases=["The Strait"])) == {mail}
    assert due_after(lambda: edit_place(place, by="test", names=[("Dunkerque", "fr")])) == {town}
    read_in(strait, "READ THE STRAIT")
    assert due_after(lambda: merge(outlet, into=make_outlet("The Mail"), by="test")) >= {strait}


def test_what_is_claimed_beneath_a_place_that_moves_is_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changed_items, "NAMES_AT_ONCE", 1)
    france, other = make_place("France"), make_place("Flanders")
    town = edit_place(make_place("Dunkirk"), by="test", parent=france)
    port = edit_place(make_place("Port"), by="test", parent=town)
    twin = make_place("Dunkirk Town")
    inside, above, beside = (make_item() for _number in range(3))
    for item, place in ((inside, port), (above, france), (beside, other)):
        make_claim(item, Property.LOCATION_SHOWN, value_place=place)

    assert due_after(lambda: edit_place(town, by="test", radius_metres=900)) == set()
    assert due_after(lambda: edit_place(town, by="test", parent=other)) == {inside}
    assert due_after(lambda: merge(town, into=twin, by="test")) == {inside}


def test_another_reach_of_a_place_is_weighed_where_it_or_an_event_there_is_claimed_or_it_is_read() -> None:
    place, event, other = make_place("Dunkirk"), make_event("Crossing"), make_event("Crossing of June")
    event.places.set([place])
    shown, crossing, crossed, pictured, _unnamed = (make_item() for _number in range(5))
    make_claim(shown, Property.LOCATION_SHOWN, value_place=place)
    make_claim(crossing, Property.EVENT, value_event=event)
    make_claim(crossed, Property.EVENT, value_event=other)
    read_in(pictured, "DUNKIRK, TUESDAY")
    merge(other, into=event, by="test")

    assert due_after(lambda: edit_place(place, by="test", radius_metres=900)) == {shown, crossing, crossed, pictured}


def test_other_dates_of_an_event_are_weighed_where_it_or_one_merged_into_it_is_claimed() -> None:
    event, merged = make_event("Crossing"), make_event("Crossing of June")
    crossing, crossed, _unnamed = (make_item() for _number in range(3))
    make_claim(crossing, Property.EVENT, value_event=event)
    make_claim(crossed, Property.EVENT, value_event=merged)

    # What was recorded of the other's places is now of this one.
    assert due_after(lambda: merge(merged, into=event, by="test")) == {crossing, crossed}
    assert due_after(lambda: edit_event(event, by="test", date_edtf="2024-06-18")) == {crossing, crossed}


def test_a_row_of_the_gazetteer_that_changed_is_weighed_where_its_place_is_named(
    file: Callable,  # noqa: F811
) -> None:
    load_gazetteer([file(TOWN)])
    shown, _unnamed = make_item(), make_item()
    make_claim(shown, Property.LOCATION_SHOWN, value_place=Place.objects.get(slug="dunkirk"))

    assert due_after(lambda: load_gazetteer([file(TOWN.replace("51.034", "51.04"))])) == {shown}
    assert due_after(lambda: load_gazetteer([file(TOWN.replace("51.034", "51.04"))])) == set()


def test_a_row_of_the_gazetteer_that_moved_is_weighed_beneath_it_and_where_a_name_it_lost_is_in_a_picture(
    file: Callable,  # noqa: F811
) -> None:
    load_gazetteer([file(TOWN)])
    read_in(pictured := make_item(), "DUINKERKE, TUESDAY")
    port = edit_place(make_place("Port"), by="test", parent=Place.objects.get(slug="dunkirk"))
    make_claim(beneath := make_item(), Property.LOCATION_SHOWN, value_place=port)

    assert due_after(lambda: load_gazetteer([file(TOWN.replace(",Nord,", ",Somme,"))])) == {pictured, beneath}
    load_gazetteer([file(TOWN)])
    assert due_after(lambda: load_gazetteer([file(TOWN.replace("nl:Duinkerke", ""))])) == {pictured}


def test_however_many_items_name_a_record_they_are_asked_for_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changed_items, "KEYS_AT_ONCE", 2)
    place = make_place("Dunkirk")
    items = [make_item() for _number in range(5)]
    for item in items:
        make_claim(item, Property.LOCATION_SHOWN, value_place=place)
    make_match(items[0], copy := make_item())

    assert due_after(lambda: edit_place(place, by="test", name="Dunkerque")) == {*items, copy}
