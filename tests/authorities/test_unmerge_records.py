"""A merge is taken back: what went over goes back, what came since stays, and both acts are in the ledger."""

import json

import pytest

from archive.authorities.edit_records import agent_named, create_event, create_outlet, create_place, edit_place
from archive.authorities.merge_records import CannotMerge, CannotUnmerge, merge, unmerge
from archive.authorities.models import Event, EventPlace, Place, PlaceName
from archive.authorities.record_tree import TooDeep, move_back_beneath, nest
from archive.authorities.revision import changing_names
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording, subject_of
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db


def place(name: str, parent: Place | None = None, **more: object) -> Place:
    return create_place(name=name, kind="TOWN", by=None, parent=parent, **more)


def names(record: object) -> set[tuple[str, str]]:
    return set(PlaceName.objects.filter(place=record).values_list("name", "language"))


def fresh(record: Place) -> Place:
    return type(record).objects.get(pk=record.pk)


def tree() -> dict[str, tuple[str, int | None]]:
    return {each.name: (each.path, each.merged_into_id) for each in Place.objects.all()}


def test_names_children_and_events_go_back_as_they_were() -> None:
    nord = place("Nord")
    old = place("Dunkerque", nord, names=[("Duinkerke", "nl"), ("Dunkirk", "en")])
    new, beach = place("Dunkirk", nord, names=[("Dunkirk Town", "")]), place("Malo", old)
    place("Terminus", beach)
    both = create_event(name="Both", by=None, places=[old, new])
    one = create_event(name="One", by=None, places=[old])
    before = [tree(), names(old), names(new), set(EventPlace.objects.values_list("event", "place"))]

    merge(old, into=new, by="ada")
    unmerge(fresh(old), by="bob", reason="two towns")

    assert [tree(), names(old), names(new), set(EventPlace.objects.values_list("event", "place"))] == before
    assert {both, one} == set(Event.objects.at(fresh(old)))


def test_a_name_that_somebody_took_away_since_does_not_come_back() -> None:
    old, new = place("Dunkerque", names=[("Duinkerke", "nl"), ("Wrong", "")]), place("Dunkirk")
    merge(old, into=new, by=None)
    edit_place(fresh(new), by=None, names=[("Duinkerke", "nl")])

    unmerge(fresh(old), by=None)

    assert names(old) == {("Dunkerque", ""), ("Duinkerke", "nl")} and names(new) == {("Dunkirk", "")}


def test_what_came_since_stays_and_what_was_moved_since_stays_where_it_is() -> None:
    old, new, elsewhere = place("Dunkerque"), place("Dunkirk"), place("Calais")
    moved, kept = place("Malo", old), place("Leffrinckoucke", old)
    merge(old, into=new, by=None)
    since = place("Grande Plage", new)
    edit_place(fresh(moved), by=None, parent=elsewhere)

    unmerge(fresh(old), by=None)

    parents = {
        each.name: each.parent and each.parent.name
        for each in Place.objects.filter(pk__in=[moved.pk, kept.pk, since.pk])
    }
    assert parents == {"Malo": "Calais", "Leffrinckoucke": "Dunkerque", "Grande Plage": "Dunkirk"}


def test_a_name_that_two_merged_records_brought_stays_with_the_other() -> None:
    new = place("Dunkirk")
    one, other = place("Dunkerque", names=[("DK", "")]), place("Duinkerke", names=[("DK", "")])
    merge(one, into=new, by=None)
    merge(other, into=new, by=None)

    unmerge(fresh(one), by=None)
    assert ("DK", "") in names(one) and ("DK", "") in names(new)
    unmerge(fresh(other), by=None)
    assert ("DK", "") in names(other)
    assert names(new) == {("Dunkirk", "")}


def test_a_chain_is_taken_apart_from_its_end() -> None:
    first, second, third = place("First"), place("Second"), place("Third")
    before = tree()
    merge(first, into=second, by=None)
    between = tree()
    merge(fresh(second), into=third, by=None)

    with pytest.raises(CannotUnmerge, match="itself merged into Third"):
        unmerge(fresh(first), by=None)
    unmerge(fresh(second), by=None)
    assert tree() == between
    unmerge(fresh(first), by=None)
    assert tree() == before


def test_an_outlet_has_its_aliases_and_agents_again() -> None:
    old = create_outlet(name="PA", kind="AGENCY", by=None, aliases=["Press Association"])
    new = create_outlet(name="PA Media", kind="AGENCY", by=None)
    agent = agent_named("Jo Doe", by=None, outlet=old)
    merge(old, into=new, by=None)

    unmerge(fresh(old), by=None)

    agent.refresh_from_db()
    assert agent.outlet == old
    assert set(old.names.values_list("name", flat=True)) == {"PA", "Press Association"}
    assert set(new.names.values_list("name", flat=True)) == {"PA Media"}


def test_both_records_tell_of_it() -> None:
    old, new = place("Dunkerque"), place("Dunkirk")
    merge(old, into=new, by="ada")

    unmerge(fresh(old), by="bob", reason="two towns")

    entries = list(LedgerEntry.objects.order_by("-sequence")[:2])[::-1]
    assert [(entry.actor, entry.verb, entry.subject) for entry in entries] == [
        ("bob", "unmerge", f"authorities.place:{old.pk}"),
        ("bob", "give back", f"authorities.place:{new.pk}"),
    ]
    assert json.loads(entries[1].payload)["former_names"] == ["Dunkerque"]


def test_a_merge_of_before_gives_back_its_name_alone() -> None:
    old, new = place("Dunkerque", names=[("Duinkerke", "nl")]), place("Dunkirk")
    # As it was noted before what went over was.
    with recording():
        Place.objects.filter(pk=old.pk).update(merged_into=new, parent=new, path=f"{new.path}{old.path}")
        PlaceName.objects.filter(place=old).update(place=new)
        act(verb="merge", subject=old, actor=None, payload={"into": subject_of(new), "reason": ""})

    unmerge(fresh(old), by=None)

    assert names(old) == {("Dunkerque", "")}
    assert ("Duinkerke", "nl") in names(new)


def test_what_was_never_merged_cannot_be_taken_back() -> None:
    with pytest.raises(CannotUnmerge, match="Dunkirk is not merged"):
        unmerge(place("Dunkirk"), by=None)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_merge_back_at_once_one_is_told_that_it_is_done() -> None:
    old, new = place("Dunkerque"), place("Dunkirk")
    merge(old, into=new, by=None)

    with pytest.raises(CannotUnmerge, match="not any more"):
        meet(lambda: unmerge(fresh(old), by="ada"), lambda: unmerge(fresh(old), by="bob"))

    assert LedgerEntry.objects.filter(verb="unmerge").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_towards_each_other_at_once_the_second_is_refused() -> None:
    one, other = place("Dunkerque"), place("Dunkirk")

    with pytest.raises(CannotMerge):
        meet(lambda: merge(one, into=other, by="ada"), lambda: merge(other, into=one, by="bob"))

    assert [fresh(one).merged_into_id, fresh(other).merged_into_id] == [other.pk, None]


def test_many_children_go_back_by_few_queries_and_what_stands_beneath_them_follows(
    django_assert_max_num_queries,
) -> None:
    nord = place("Nord")
    old, new = place("Dunkerque", nord), place("Dunkirk")
    own = place("Own", new)
    children = [place(f"Beach {n}", old) for n in range(40)]
    deeper = place("Pier", children[3])
    before = tree()

    merge(old, into=new, by=None)
    moved = place("Moved", nord)
    edit_place(fresh(children[5]), by=None, parent=moved)
    with django_assert_max_num_queries(60):
        unmerge(fresh(old), by=None)

    after = tree()
    assert fresh(children[5]).parent == moved and fresh(own).parent == new
    assert {name: after[name] for name in before if name != "Beach 5"} == {
        name: standing for name, standing in before.items() if name != "Beach 5"
    }
    assert fresh(deeper).path.startswith(fresh(children[3]).path)
    back = json.loads(LedgerEntry.objects.get(verb="unmerge").payload)["back"]["beneath"]
    assert back == [child.pk for n, child in enumerate(children) if n != 5]


def test_what_would_stand_too_deep_does_not_go_back() -> None:
    old, new = place("Dunkerque"), place("Dunkirk")
    child = place("Malo", old)
    merge(old, into=new, by=None)
    deep = None
    for n in range(11):
        deep = place(f"Deep {n}", deep)
    Place.objects.filter(pk=fresh(old).pk).update(parent=None)
    entry = LedgerEntry.objects.get(verb="merge")
    assert json.loads(entry.payload)["moved"]["beneath"] == [child.pk]
    with changing_names(Place), pytest.raises(TooDeep):
        nest(deep_one := place("Bottom", deep), deep)
        move_back_beneath([child.pk], fresh(new), deep_one)
    assert fresh(child).parent == new
