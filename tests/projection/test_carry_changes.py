"""Changes of records that many items lead to are saved at once and carried through by workers."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from archive.accounts.models import User
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import Item
from archive.projection import carry_changes, item_gate
from archive.projection.carry_changes import carry_some
from archive.projection.models import RecordChange
from archive.projection.older_projections import older
from archive.review import authority_records
from archive.review.link_items import link
from archive.standards.vocabulary import Property
from tests.builders import make_claim, make_event, make_item, make_outlet, make_place
from tests.projection.test_item_gate import assert_in_step, is_found, projected
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db(transaction=True)
People = dict[str, User]


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 2)


@pytest.fixture
def place() -> Place:
    """A beach that five items show."""
    place = make_place("Malo-les-Bains", kind=Place.Kind.BEACH)
    for _number in range(5):
        make_claim(make_item(), Property.LOCATION_SHOWN, value_place=place)
    return place


def all_items() -> list[Item]:
    return list(Item.objects.order_by("pk"))


def carry_all() -> None:
    while carry_some():
        pass


def test_a_change_of_few_items_is_written_with_it(
    people: People, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 5)

    authority_records.edit(place, by=people["archivist"], name="Terminus")

    assert not RecordChange.objects.exists()
    assert all(is_found(item, "Terminus") for item in all_items())


def test_a_change_of_many_items_is_carried_through_some_at_a_time(people: People, place: Place) -> None:
    authority_records.edit(place, by=people["archivist"], name="Terminus")
    found = [[is_found(item, "Terminus") for item in all_items()]]
    while carry_some():
        found.append([is_found(item, "Terminus") for item in all_items()])

    row = RecordChange.objects.get()
    assert [sum(step) for step in found] == [0, 2, 4, 5]
    assert (row.items, row.done) == (5, 5) and row.finished_at
    assert_in_step(*all_items())


@pytest.mark.parametrize(
    ("make", "property", "value"),
    [
        (make_place, Property.LOCATION_SHOWN, "place"),
        (make_event, Property.EVENT, "event"),
        (make_outlet, Property.PUBLISHED_BY, "outlet"),
    ],
    ids=["places", "events", "outlets"],
)
def test_a_merge_of_many_and_its_taking_back_leave_what_was(
    people: People, make: Callable[[str], Place | Event | Outlet], property: Property, value: str
) -> None:
    record, into = make("Doublet"), make("Dunkirk")
    for of in (record, record, record, record, into):
        make_claim(make_item(), property, **{f"value_{value}": of})
    before = [projected(item) for item in all_items()]

    authority_records.merge(record, into=into, by=people["archivist"])
    carry_all()
    merged = [projected(item)[value] for item in all_items()]
    authority_records.unmerge(type(record).objects.get(pk=record.pk), by=people["archivist"])
    carry_all()

    assert merged == [{into.pk}] * 5
    assert [projected(item) for item in all_items()] == before
    assert [row.shown_with for row in RecordChange.objects.order_by("pk")] == [into.pk, record.pk]


def test_a_merge_that_is_taken_back_half_way_leaves_what_was(people: People, place: Place) -> None:
    into = make_place("Dunkirk")
    before = [projected(item) for item in all_items()]

    authority_records.merge(place, into=into, by=people["archivist"])
    carry_some()
    authority_records.unmerge(Place.objects.get(pk=place.pk), by=people["archivist"])
    carry_all()

    assert [projected(item) for item in all_items()] == before
    assert_in_step(*all_items())


def test_what_was_killed_goes_on_behind_the_last_items_that_were_written(
    people: People, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority_records.edit(place, by=people["archivist"], name="Terminus")
    carry_some()
    with monkeypatch.context() as dying:
        # A killed worker commits nothing of what it had begun.
        dying.setattr(item_gate, "project", lambda items: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            carry_some()
    at_death = RecordChange.objects.get().done
    carry_all()

    assert (at_death, RecordChange.objects.get().done) == (2, 5)
    assert all(is_found(item, "Terminus") for item in all_items())


def test_items_that_cannot_be_written_do_not_stop_the_others(
    people: People, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, project = all_items()[2], item_gate.project

    def fail(items: object) -> None:
        items = list(items)
        if bad in items:
            raise ValueError("cannot be written")
        project(items)

    monkeypatch.setattr(item_gate, "project", fail)
    authority_records.edit(place, by=people["archivist"], name="Terminus")
    carry_all()

    assert RecordChange.objects.get().finished_at
    # These are tried again one by one, as all that an earlier version wrote.
    assert set(older()) == {bad, all_items()[3]}
    assert [is_found(item, "Terminus") for item in all_items()] == [True, True, False, False, True]


@pytest.mark.parametrize("is_first", [True, False], ids=["carried first", "linked first"])
def test_an_item_linked_while_a_merge_is_carried_through_leads_to_the_one_that_stands(
    people: People, place: Place, is_first: bool
) -> None:
    into, item = make_place("Dunkirk"), make_item()
    authority_records.merge(place, into=into, by=people["archivist"])
    acts = [
        carry_some,
        lambda: link([item], property=Property.LOCATION_SHOWN, by=people["archivist"], place=place),
    ]

    meet(*(acts if is_first else acts[::-1]))
    carry_all()

    assert [projected(item)["place"] for item in all_items()] == [{into.pk}] * 6
    assert_in_step(*all_items())


def test_two_workers_carry_each_item_once(people: People, place: Place) -> None:
    authority_records.edit(place, by=people["archivist"], name="Terminus")

    meet(carry_some, carry_some)
    carry_all()

    row = RecordChange.objects.get()
    assert (row.done, bool(row.finished_at)) == (5, True)
    assert all(is_found(item, "Terminus") for item in all_items())


def test_two_changes_one_behind_the_other_end_as_the_last_one(people: People, place: Place) -> None:
    started = timezone.now()
    authority_records.edit(place, by=people["archivist"], name="Terminus")
    carry_some()
    authority_records.edit(place, by=people["archivist"], name="Rosendael")
    carry_all()

    assert RecordChange.objects.filter(finished_at__gte=started).count() == 2
    assert all(is_found(item, "Rosendael") for item in all_items())
    assert_in_step(*all_items())
