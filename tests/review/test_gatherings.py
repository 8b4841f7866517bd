"""To which events items are proposed, what people make of it, and what does not come back."""

from typing import Any

import pytest

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.authorities.models import Event, EventPlace, Place
from archive.catalogue.models import Access, Item
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.review.assign_events import accept, dismiss
from archive.review.gatherings import Gathering, gatherings
from archive.review.models import Dismissal
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import items_of_event, make_claim, make_event, make_item, make_place

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def shore(db: None) -> dict[str, Place]:
    """The coast about Dunkirk: a town with two beaches, the next towns, and England over the water."""
    nord = make_place("Nord", kind=Place.Kind.COUNTY)
    town = make_place("Dunkirk", parent=nord, latitude_degrees=51.03, longitude_degrees=2.37)
    other = make_place("Leffrinckoucke", parent=nord, latitude_degrees=51.04, longitude_degrees=2.44)
    places = {
        "nord": nord,
        "dunkirk": town,
        "leffrinckoucke": other,
        "malo": make_place(
            "Malo-les-Bains", kind=Place.Kind.BEACH, parent=town, latitude_degrees=51.05, longitude_degrees=2.40
        ),
        "dover": make_place("Dover", latitude_degrees=51.13, longitude_degrees=1.31),
        "coast": make_place(
            "Opal Coast",
            kind=Place.Kind.COAST,
            latitude_degrees=50.75,
            longitude_degrees=1.6,
            outline=[[50.0, 1.4], [51.2, 1.4], [51.2, 2.6], [50.0, 2.6]],
        ),
    }
    places["sea"] = make_place("English Channel", kind=Place.Kind.SEA_AREA, latitude_degrees=50.2, longitude_degrees=0)
    return places


def picture(place: Place | None, when: str = "2024-06-18", **fields: Any) -> Item:
    item = make_item(**fields)
    make_claim(item, Property.DATE_CREATED, date=when)
    if place:
        make_claim(item, Property.LOCATION_SHOWN, value_place=place)
    return item


def proposed() -> list[Gathering]:
    return gatherings(Item.objects.all())


def happening(name: str, when: str, *places: Place) -> Event:
    event = make_event(name, date=when)
    EventPlace.objects.bulk_create(EventPlace(event=event, place=place) for place in places)
    return event


def accepted(one: Gathering, **told: Any) -> tuple[Event, int]:
    told = {"name": one.name, "date_edtf": one.date_edtf, "places": [place for place, _n in one.places]} | told
    return accept(one.items, event=one.event, **told)


def dismissed(one: Gathering, **told: Any) -> None:
    dismiss(one.items, event=one.event, name=one.name, **told)


# --- New events ------------------------------------------------------------------------------------------------------


def test_three_of_one_day_and_shore_are_proposed_to_a_new_event_named_after_both(shore: dict[str, Place]) -> None:
    items = [picture(shore[name]) for name in ("malo", "malo", "leffrinckoucke", "dunkirk")]
    picture(shore["dover"])

    (one,) = proposed()

    assert one.items == [item.pk for item in items]
    assert (one.event, one.name, one.key) == (None, "Dunkirk, 18 June 2024", "2024-06-18-dunkirk")
    assert [(str(place), number) for place, number in one.places] == [
        ("Malo-les-Bains", 2), ("Dunkirk", 1), ("Leffrinckoucke", 1)
    ]  # fmt: skip
    assert 2_000 < one.spread_metres < 6_000
    assert one.date_grounds == one.place_grounds == ["CAPTION"]


def test_an_event_of_one_beach_and_two_days_is_named_so(shore: dict[str, Place]) -> None:
    for when in ("2024-06-18", "2024-06-18", "2024-06-19"):
        picture(shore["malo"], when)

    (one,) = proposed()

    assert (one.name, one.date_edtf) == ("Malo-les-Bains, 18 June 2024 to 19 June 2024", "2024-06-18/2024-06-19")
    assert one.key == "2024-06-18-2024-06-19-malo-les-bains"


@pytest.mark.parametrize("when", ["2024-06", "2024-06-18?", "2024-06-18~", "2024-06-18/..", "2024-06-17/2024-06-19"])
def test_a_doubtful_date_does_not_gather(shore: dict[str, Place], when: str) -> None:
    for _ in range(3):
        picture(shore["malo"], when)

    assert proposed() == []


@pytest.mark.parametrize("name", ["nord", "sea", None])
def test_a_wide_place_or_none_does_not_gather(shore: dict[str, Place], name: str | None) -> None:
    for _ in range(3):
        picture(shore[name] if name else None)

    assert proposed() == []


def test_what_is_only_said_to_be_on_a_coast_gathers_with_what_lies_on_it(shore: dict[str, Place]) -> None:
    items = [picture(shore[name]) for name in ("coast", "coast", "malo")]

    (one,) = proposed()

    assert one.items == [item.pk for item in items]
    assert one.name == "Opal Coast, 18 June 2024"


def test_positions_of_cameras_gather_without_a_name(shore: dict[str, Place]) -> None:
    for _ in range(3):
        item = picture(None)
        make_claim(
            item,
            Property.LOCATION_CREATED,
            latitude_degrees=51.5,
            longitude_degrees=3.2,
            kind=SourceKind.DEVICE_METADATA,
        )

    (one,) = proposed()

    assert (one.name, one.places, one.spread_metres) == ("18 June 2024", [], 0)


def test_a_camera_that_stood_elsewhere_than_the_picture_shows_does_not_gather(shore: dict[str, Place]) -> None:
    for _ in range(3):
        item = picture(shore["malo"])
        make_claim(item, Property.LOCATION_CREATED, latitude_degrees=51.13, longitude_degrees=1.31)

    assert proposed() == []


def test_only_what_one_may_see_is_proposed(shore: dict[str, Place], people: People) -> None:
    for access in (Access.RESEARCH, Access.RESEARCH, Access.RESTRICTED):
        picture(shore["malo"], access=access)

    assert gatherings(Item.objects.visible_to(people["researcher"])) == []
    assert len(gatherings(Item.objects.visible_to(people["archivist"]))) == 1


# --- Recorded events -------------------------------------------------------------------------------------------------


def test_a_recorded_event_takes_even_one_item_that_it_covers(shore: dict[str, Place]) -> None:
    event = happening("Crossing", "2024-06-18", shore["dunkirk"])
    item = picture(shore["malo"])
    picture(shore["malo"], "2024-06-20"), picture(shore["dover"])

    (one,) = proposed()

    assert (one.event, one.items, one.key, one.name) == (event, [item.pk], "event-crossing", "Crossing")


def test_the_shortest_of_several_events_takes_an_item(shore: dict[str, Place]) -> None:
    happening("A week", "2024-06-15/2024-06-21", shore["dunkirk"])
    day = happening("A day", "2024-06-18", shore["dunkirk"])
    happening("A season", "2024-04/2024-08", shore["dunkirk"])
    picture(shore["malo"])

    assert [one.event for one in proposed()] == [day]


def test_an_event_of_months_covers_nothing_and_one_without_places_neither(shore: dict[str, Place]) -> None:
    happening("A season", "2024-04/2024-08", shore["nord"])
    happening("Nowhere", "2024-06-18")
    for _ in range(3):
        picture(shore["malo"])

    assert [one.event for one in proposed()] == [None]


def test_an_event_at_sea_takes_what_is_said_to_be_at_that_sea(shore: dict[str, Place]) -> None:
    event = happening("Crossing", "2024-06-18", shore["sea"])
    item = picture(shore["sea"])

    assert [(one.event, one.items) for one in proposed()] == [(event, [item.pk])]


def test_what_has_an_event_is_proposed_to_no_other(shore: dict[str, Place]) -> None:
    event = happening("Crossing", "2024-06-18", shore["dunkirk"])
    make_claim(picture(shore["malo"]), Property.EVENT, value_event=event)

    assert proposed() == []


# --- What people make of it ------------------------------------------------------------------------------------------


def test_nothing_is_linked_before_a_person_accepts(shore: dict[str, Place], people: People) -> None:
    items = [picture(shore["malo"]) for _ in range(3)]
    (one,) = proposed()
    assert not Event.objects.exists()

    event, count = accepted(one, by=people["archivist"], kind="CROSSING")

    assert count == 3
    assert (event.name, event.date_edtf, event.kind) == ("Malo-les-Bains, 18 June 2024", "2024-06-18", "CROSSING")
    assert list(event.places.all()) == [shore["malo"]]
    assert set(items_of_event(event)) == set(items)
    claim = items[0].claims.get(property=Property.EVENT)
    assert (claim.source.kind, claim.source.person) == (SourceKind.PERSON, people["archivist"])
    assert proposed() == []


def test_what_is_left_out_is_not_proposed_to_that_event_again(shore: dict[str, Place], people: People) -> None:
    items = [picture(shore["malo"]) for _ in range(4)]
    (one,) = proposed()

    event, _count = accepted(one, by=people["archivist"], leave_out={items[0].pk}, name="A crossing")

    assert set(items_of_event(event)) == set(items[1:])
    assert proposed() == []
    new = picture(shore["malo"])
    assert [(again.event, again.items) for again in proposed()] == [(event, [new.pk])]


def test_what_was_dismissed_comes_back_when_another_joins(shore: dict[str, Place], people: People) -> None:
    items = [picture(shore["malo"]) for _ in range(3)]

    dismissed(proposed()[0], by=people["archivist"], reason="three days at the beach")

    assert proposed() == []
    assert Dismissal.objects.get().items == [item.pk for item in items]
    assert LedgerEntry.objects.filter(verb="dismiss event proposal", actor="archivist").count() == 1
    make_claim(items[0], Property.EVENT, value_event=make_event("Another"))
    assert proposed() == []
    picture(shore["malo"]), picture(shore["malo"])
    assert [len(one.items) for one in proposed()] == [4]


def test_what_does_not_belong_to_a_recorded_event_may_gather_to_a_new_one(
    shore: dict[str, Place], people: People
) -> None:
    event = happening("Crossing", "2024-06-18", shore["dunkirk"])
    items = [picture(shore["malo"]) for _ in range(3)]
    assert [one.event for one in proposed()] == [event]

    dismissed(proposed()[0], by=people["archivist"], reason="a regatta")

    assert [(one.event, one.items) for one in proposed()] == [(None, [item.pk for item in items])]


def test_others_may_neither_accept_nor_dismiss(shore: dict[str, Place], people: People) -> None:
    for _ in range(3):
        picture(shore["malo"])
    (one,) = proposed()

    with pytest.raises(NotAllowed):
        accepted(one, by=people["researcher"])
    with pytest.raises(NotAllowed):
        dismissed(one, by=people["researcher"], reason="no")

    assert not Event.objects.exists() and not Dismissal.objects.exists()


def test_a_dismissal_needs_a_reason_and_an_acceptance_a_picture(shore: dict[str, Place], people: People) -> None:
    for _ in range(3):
        picture(shore["malo"])
    (one,) = proposed()

    with pytest.raises(NotDone, match="Say why"):
        dismissed(one, by=people["archivist"], reason=" ")
    with pytest.raises(NotDone, match="left out"):
        accepted(one, by=people["archivist"], leave_out=one.items)

    assert not Event.objects.exists() and not Dismissal.objects.exists()


def test_what_was_linked_meanwhile_or_is_hidden_is_passed_over(shore: dict[str, Place], people: People) -> None:
    items = [picture(shore["malo"]) for _ in range(3)]
    (one,) = proposed()
    make_claim(items[0], Property.EVENT, value_event=make_event("Another"))

    event, count = accepted(one, by=people["archivist"])

    assert count == 2
    assert set(items_of_event(event)) == set(items[1:])
    with pytest.raises(NotDone, match="meanwhile"):
        accepted(one, by=people["archivist"])
    with pytest.raises(NotDone, match="meanwhile"):
        dismissed(one, by=people["archivist"], reason="late")
    assert Event.objects.count() == 2


def test_proposing_costs_the_same_queries_whatever_there_is(
    shore: dict[str, Place], people: People, django_assert_num_queries: Any
) -> None:
    happening("Crossing", "2024-06-18", shore["dunkirk"])
    for day in range(10, 20):
        for _ in range(3):
            picture(shore["malo"], f"2024-06-{day}")

    with django_assert_num_queries(6):
        found = proposed()
        assert [(one.key, one.name, one.places) for one in found]

    assert len(found) == 10


def test_no_items_give_no_proposals() -> None:
    assert proposed() == []
