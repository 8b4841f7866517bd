from datetime import date

import pytest

from archive.authorities.edit_records import (
    Nameless,
    NoSuchField,
    agent_named,
    create_event,
    create_outlet,
    create_place,
    edit_event,
    edit_outlet,
    edit_place,
)
from archive.authorities.models import Agent, Event, Outlet, Place
from archive.authorities.record_tree import WouldNestInItself
from archive.ledger.models import LedgerEntry
from archive.standards.edtf import InvalidEDTF

pytestmark = pytest.mark.django_db


def names(record) -> set[str]:
    return set(record.names.values_list("name", flat=True))


def test_a_place_is_created_with_its_names_beneath_its_parent():
    nord = create_place(name="Nord", kind="COUNTY", by="ada", country_code="fr")

    place = create_place(name="Dunkirk", kind="TOWN", by="ada", parent=nord, names=[("Dunkerque", "fr")])

    assert (place.slug, place.country_code) == ("dunkirk", "FR")
    assert names(place) == {"Dunkirk", "Dunkerque"}
    assert place in Place.objects.beneath(nord)
    assert list(LedgerEntry.objects.order_by("sequence").values_list("verb", "actor")) == [("create", "ada")] * 2


def test_a_taken_slug_gets_a_number():
    assert [create_place(name="Hythe", kind="TOWN", by=None).slug for _ in range(2)] == ["hythe", "hythe-2"]


def test_a_new_name_is_added_and_the_slug_stays():
    place = create_place(name="Dunkerque", kind="TOWN", by=None, names=[("Duinkerke", "nl")])

    edit_place(place, by="ada", name="Dunkirk")

    assert place.slug == "dunkerque"
    assert names(place) == {"Dunkirk", "Dunkerque", "Duinkerke"}


def test_given_names_replace_those_before():
    place = create_place(name="Dunkirk", kind="TOWN", by=None, names=[("Denkerk", "")])

    edit_place(place, by="ada", names=[("Dunkerque", "fr")])

    assert names(place) == {"Dunkirk", "Dunkerque"}


def test_a_place_cannot_be_moved_beneath_its_own_beach_and_stays_as_it_was():
    town = create_place(name="Dunkirk", kind="TOWN", by=None)
    beach = create_place(name="Malo", kind="BEACH", by=None, parent=town)

    with pytest.raises(WouldNestInItself):
        edit_place(town, by="ada", name="Other", parent=beach)

    assert Place.objects.get(pk=town.pk).name == "Dunkirk"


@pytest.mark.parametrize("name", ["", "  ", "—"])
def test_a_name_is_needed(name):
    with pytest.raises(Nameless):
        create_place(name=name, kind="TOWN", by=None)

    assert not Place.objects.exists()


def test_a_slug_cannot_be_edited():
    place = create_place(name="Dunkirk", kind="TOWN", by=None)

    with pytest.raises(NoSuchField):
        edit_place(place, by=None, slug="dunkerque")


def test_an_event_takes_the_days_of_its_date_and_nests():
    beach = create_place(name="Malo", kind="BEACH", by=None)
    week = create_event(name="Third week of June", by=None, date_edtf="2024-06-17/2024-06-23")

    event = create_event(
        name="Departure", by="ada", kind="DEPARTURE", date_edtf="2024-06-18", parent=week, places=[beach]
    )

    assert (event.date_earliest, event.date_latest) == (date(2024, 6, 18), date(2024, 6, 18))
    assert list(Event.objects.beneath(week).order_by("pk")) == [week, event]
    assert list(Event.objects.at(beach)) == [event]
    assert set(Event.objects.overlapping(date(2024, 6, 19), date(2024, 6, 19))) == {week}


def test_an_event_may_be_undated_and_dated_later():
    event = create_event(name="Departure", by=None)
    assert event.interval is None

    edit_event(event, by="ada", date_edtf="2024-06")

    assert (event.date_earliest, event.date_latest) == (date(2024, 6, 1), date(2024, 6, 30))


def test_a_date_that_is_no_edtf_is_refused():
    with pytest.raises(InvalidEDTF):
        create_event(name="Departure", by=None, date_edtf="last Tuesday")


def test_an_event_at_a_beach_is_at_the_town_above_it():
    town = create_place(name="Dunkirk", kind="TOWN", by=None)
    beach = create_place(name="Malo", kind="BEACH", by=None, parent=town)
    event = create_event(name="Departure", by=None, places=[beach])

    assert list(Event.objects.at(town)) == [event]


def test_an_outlet_is_found_by_its_aliases_and_edited():
    outlet = create_outlet(name="Agence France-Presse", kind="AGENCY", by="ada", country_code="fr", aliases=["AFP"])
    assert list(Outlet.objects.named("afp")) == [outlet]

    edit_outlet(outlet, by="ada", aliases=["AFP Photo"], website="https://www.afp.com")

    assert names(outlet) == {"Agence France-Presse", "AFP Photo"}
    assert LedgerEntry.objects.filter(verb="edit").count() == 1


def test_an_agent_of_one_name_and_outlet_is_one_agent():
    outlet = create_outlet(name="AFP", kind="AGENCY", by=None)

    first = agent_named("Jo Doe", by=None, outlet=outlet)

    assert agent_named("JO DOE ", by=None, outlet=outlet) == first
    assert agent_named("Jo Doe", by=None) != first
    assert Agent.objects.count() == 2
