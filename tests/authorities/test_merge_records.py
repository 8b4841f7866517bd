import pytest

from archive.authorities.edit_records import agent_named, create_event, create_outlet, create_place
from archive.authorities.merge_records import CannotMerge, merge
from archive.authorities.models import Event, Outlet, Place
from archive.ledger.models import LedgerEntry

pytestmark = pytest.mark.django_db


def place(name, parent=None, **fields):
    return create_place(name=name, kind="TOWN", by=None, parent=parent, **fields)


def test_names_and_what_stands_beneath_go_over():
    old, new = place("Dunkerque", names=[("Duinkerke", "nl")]), place("Dunkirk", names=[("Duinkerke", "nl")])
    beach = place("Malo", old)

    merge(old, into=new, by="ada", reason="one town")

    assert set(new.names.values_list("name", flat=True)) == {"Dunkirk", "Dunkerque", "Duinkerke"}
    assert set(Place.objects.beneath(new)) == {old, new, beach}
    assert list(Place.objects.named("dunkerque")) == [new]
    assert Place.objects.get(pk=beach.pk).parent == new


def test_the_old_record_stays_and_reads_the_new_one():
    old, new = place("Dunkerque"), place("Dunkirk")

    merge(old, into=new, by="ada")

    assert Place.objects.get(slug="dunkerque").current == new
    assert list(Place.objects.standing()) == [new]
    assert list(Place.objects.filter(slug="dunkerque").current()) == [new]


def test_a_chain_of_merges_stays_one_step_long():
    first, second, third = place("First"), place("Second"), place("Third")

    merge(first, into=second, by=None)
    merge(second, into=third, by=None)

    assert Place.objects.get(slug="first").current == third
    assert Place.objects.beneath(third).count() == 3


def test_a_beach_may_be_merged_into_the_town_above_it():
    town = place("Dunkirk")
    beach = place("Malo", town)

    merge(beach, into=town, by=None)

    assert Place.objects.get(slug="malo").current == town


def test_events_of_a_place_go_over_once():
    old, new = place("Dunkerque"), place("Dunkirk")
    both, one = create_event(name="Both", by=None, places=[old, new]), create_event(name="One", by=None, places=[old])

    merge(old, into=new, by=None)

    assert list(both.places.all()) == list(one.places.all()) == [new]


def test_an_event_takes_over_places_and_parts():
    beach = place("Malo")
    old, new = create_event(name="Old", by=None, places=[beach]), create_event(name="New", by=None)
    part = create_event(name="Part", by=None, parent=old)

    merge(old, into=new, by=None)

    assert list(new.places.all()) == [beach]
    assert set(Event.objects.beneath(new)) == {old, new, part}


def test_an_outlet_takes_over_aliases_and_agents():
    old, new = (create_outlet(name=name, kind="AGENCY", by=None) for name in ("PA", "PA Media"))
    agent = agent_named("Jo Doe", by=None, outlet=old)

    merge(old, into=new, by=None)

    agent.refresh_from_db()
    assert agent.outlet == new
    assert list(Outlet.objects.named("pa")) == [new]


def test_the_merge_is_in_the_ledger():
    old, new = place("Dunkerque"), place("Dunkirk")

    merge(old, into=new, by="ada", reason="one town")

    entry = LedgerEntry.objects.get(verb="merge")
    assert (entry.actor, entry.subject) == ("ada", f"authorities.place:{old.pk}")
    assert f"authorities.place:{new.pk}" in entry.payload and "one town" in entry.payload


def test_what_cannot_become_one_is_refused():
    town = place("Dunkirk")
    beach, merged = place("Malo", town), place("Dunkerque")
    merge(merged, into=town, by=None)
    outlet = create_outlet(name="AFP", kind="AGENCY", by=None)

    for record, into in [(town, town), (merged, beach), (beach, merged), (town, beach), (town, outlet)]:
        with pytest.raises(CannotMerge):
            merge(record, into=into, by=None)
