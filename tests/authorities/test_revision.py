"""What is kept of the names follows each committed change, whichever began first; and no move makes a circle."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from archive.authorities import edit_records, gazetteer, revision
from archive.authorities.merge_records import CannotMerge, merge
from archive.authorities.models import Event, Place
from archive.authorities.record_tree import MOST_DEPTH, CannotNest, TooDeep
from archive.authorities.revision import Kept, current
from archive.extraction.gazetteer_of_captions import known_names
from archive.ledger.record_acts import recording
from tests.builders import make_event, make_outlet, make_place
from tests.two_at_once import meet

at_once = pytest.mark.django_db(transaction=True)


def captions_know(name: str) -> bool:
    return any(place.name == name for place in known_names().places.values())


@at_once
def test_an_edit_that_began_earlier_and_is_committed_later_is_not_passed_by() -> None:
    early, late = make_place("Dunkirk"), make_place("Dover")
    has_begun, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with recording():
                edit_records.edit_place(early, by="first", name="Duinkerke")
                has_begun.set()
                may_end.wait(10)
        finally:
            connection.close()

    def other() -> None:
        try:
            edit_records.edit_place(late, by="second", name="Douvres")
        finally:
            connection.close()

    first, second = threading.Thread(target=slow), threading.Thread(target=other)
    first.start()
    has_begun.wait(10)
    second.start()
    # Between the two a reader fills the caches with what it can see.
    seen_meanwhile = gazetteer.resolve("Duinkerke"), captions_know("Duinkerke")
    may_end.set()
    first.join()
    second.join()

    assert seen_meanwhile == ([], False)
    for name in ("Duinkerke", "Douvres"):
        assert [found.name for found in gazetteer.resolve(name)] == [name]
        assert captions_know(name)


@at_once
def test_an_alias_of_an_outlet_reaches_the_captions() -> None:
    outlet = make_outlet("The Channel Courier")
    assert "channel courier weekly" not in known_names().outlets

    edit_records.edit_outlet(outlet, by="test", aliases=["Channel Courier Weekly"])

    assert known_names().outlets["channel courier weekly"] == outlet.pk


@pytest.mark.django_db
def test_names_that_were_taken_back_are_not_kept() -> None:
    place = make_place("Dunkirk")
    with pytest.raises(KeyError), recording():
        edit_records.edit_place(place, by="test", name="Duinkerke")
        assert gazetteer.resolve("Duinkerke")
        raise KeyError

    edit_records.edit_place(Place.objects.get(), by="test", name="Dunkerque")

    assert not gazetteer.resolve("Duinkerke")
    assert gazetteer.resolve("Dunkerque")


@pytest.mark.django_db
def test_what_was_made_while_names_changed_is_made_again() -> None:
    place, made = make_place("Dunkirk"), []

    def make() -> str:
        made.append(Place.objects.get().name)
        if len(made) == 1:
            edit_records.edit_place(place, by="another", name="Duinkerke")
        return made[-1]

    kept = Kept(make, of=(Place,))

    assert [kept.get(), kept.get()] == ["Duinkerke", "Duinkerke"]
    assert made == ["Dunkirk", "Duinkerke"]


def made_by_two_who_ask(
    make: Callable[[], str], monkeypatch: pytest.MonkeyPatch, *, meanwhile: Callable[[], object] = lambda: None
) -> list[str]:
    """Let two threads ask, the second while the first is reading, and return what was read."""
    made: list[str] = []
    has_begun, has_asked, may_end = threading.Event(), threading.Event(), threading.Event()

    def read() -> str:
        made.append(make())
        has_begun.set()
        may_end.wait(10)
        return made[-1]

    def asked(*of: type[Place]) -> tuple[str, ...]:
        marks = current(*of)
        if has_begun.is_set():
            has_asked.set()
        return marks

    def ask() -> None:
        try:
            kept.get()
        finally:
            connection.close()

    monkeypatch.setattr(revision, "current", asked)
    kept = Kept(read, of=(Place,))
    threads = [threading.Thread(target=ask) for _ in range(2)]
    threads[0].start()
    has_begun.wait(10)
    threads[1].start()
    has_asked.wait(10)
    meanwhile()
    may_end.set()
    for thread in threads:
        thread.join()
    return made


@at_once
def test_who_asks_while_the_names_are_read_waits_for_them_and_does_not_read_them_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert made_by_two_who_ask(lambda: "names", monkeypatch) == ["names"]


@at_once
def test_who_waited_while_the_names_changed_does_not_read_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    place = make_place("Dunkirk")

    def rename() -> None:
        edit_records.edit_place(place, by="another", name="Duinkerke")

    made = made_by_two_who_ask(lambda: Place.objects.get().name, monkeypatch, meanwhile=rename)

    assert made == ["Dunkirk", "Duinkerke"]


@pytest.mark.django_db
def test_an_event_makes_no_place_read_again() -> None:
    before = current(Place)

    edit_records.create_event(name="Crossings", by="test")

    assert current(Place) == before


@at_once
@pytest.mark.parametrize(
    ("make", "edit"), [(make_place, edit_records.edit_place), (make_event, edit_records.edit_event)]
)
def test_two_moves_at_once_make_no_circle(make, edit) -> None:
    one, other = make("One"), make("Other")
    forms = [type(one).objects.get(pk=record.pk) for record in (one, other)]

    with pytest.raises(CannotNest):
        meet(lambda: edit(one, by="first", parent=other), lambda: edit(forms[1], by="second", parent=forms[0]))

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.parent, other.parent) == (other, None)
    assert one.path.startswith(other.path)


@at_once
def test_two_merges_at_once_make_no_circle() -> None:
    one, other = make_outlet("One"), make_outlet("Other")

    with pytest.raises(CannotMerge):
        meet(lambda: merge(one, into=other, by="first"), lambda: merge(other, into=one, by="second"))

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.merged_into, other.merged_into) == (other, None)


@at_once
def test_two_edits_of_different_fields_both_stay() -> None:
    place = make_place("Dunkirk")
    form = Place.objects.get()

    meet(
        lambda: edit_records.edit_place(place, by="first", radius_metres=900),
        lambda: edit_records.edit_place(form, by="second", country_code="FR"),
    )

    place.refresh_from_db()
    assert (place.radius_metres, place.country_code) == (900, "FR")


@at_once
def test_two_new_places_of_one_name_get_two_slugs() -> None:
    def make() -> Place:
        return edit_records.create_place(name="Sandy Bay", kind="BEACH", by="test")

    meet(make, make)

    assert sorted(Place.objects.values_list("slug", flat=True)) == ["sandy-bay", "sandy-bay-2"]


@at_once
def test_a_place_moved_beneath_one_that_was_merged_meanwhile_stands_beneath_the_one_that_stands() -> None:
    place, parent, into = make_place("Beach"), make_place("Doublet"), make_place("Dunkirk")
    form = Place.objects.get(pk=parent.pk)

    meet(
        lambda: merge(parent, into=into, by="first"),
        lambda: edit_records.edit_place(place, by="second", parent=form),
    )

    place.refresh_from_db()
    assert place.parent == into


@pytest.mark.django_db
def test_a_circle_that_is_there_ends_a_full_name() -> None:
    one, other = make_place("One"), make_place("Other")
    Place.objects.filter(pk=one.pk).update(parent=other)
    Place.objects.filter(pk=other.pk).update(parent=one)

    assert Place.objects.get(pk=one.pk).full_name == "One, Other"


@pytest.mark.django_db
def test_records_nest_no_deeper_than_their_paths_can_say() -> None:
    deepest = make_event("Event 0")
    for number in range(1, MOST_DEPTH):
        deepest = make_event(f"Event {number}", parent=deepest)
    branch = make_event("Branch")
    make_event("Twig", parent=branch)

    with pytest.raises(TooDeep, match="13"):
        edit_records.create_event(name="One too many", by="test", parent=deepest)
    with pytest.raises(TooDeep, match="13"):
        edit_records.edit_event(branch, by="test", parent=deepest.parent)

    assert not Event.objects.filter(name="One too many").exists()


@pytest.mark.django_db
def test_the_database_refuses_a_place_beneath_itself() -> None:
    place = make_place("Dunkirk")

    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.filter(pk=place.pk).update(parent=place)
