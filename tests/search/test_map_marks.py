"""Marks on the map: every placed item once, counted by the server, never more precise than who looks may know."""

import random

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.models import Access, Item
from archive.search.map_marks import Box, NoArea, box_of, items_in, label_of, marks, names_of, overview, zoom_of
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import make_claim, make_item, make_place, projected_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answered_by")]
WORLD = Box(-90, -180, 90, 180)
STRAIT = Box(50.5, 1, 51.5, 3)


@pytest.fixture
def places() -> dict[str, Place]:
    france = make_place("France", kind="COUNTRY", latitude_degrees=46.0, longitude_degrees=2.0, source_id="1")
    town = make_place(
        "Dunkirk", parent=france, latitude_degrees=51.03, longitude_degrees=2.37, radius_metres=2500, source_id="2"
    )
    beach = make_place(
        "Malo-les-Bains", kind="BEACH", parent=town, latitude_degrees=51.05, longitude_degrees=2.41, source_id="3"
    )
    return {"france": france, "town": town, "beach": beach}


def stand(north: float, east: float, **fields: object) -> Item:
    """Make an item whose camera stood there."""
    item = make_item(**fields)
    make_claim(
        item, Property.LOCATION_CREATED, kind=SourceKind.DEVICE_METADATA,
        latitude_degrees=north, longitude_degrees=east, uncertainty_metres=12,
    )  # fmt: skip
    return item


def lie(place: Place, **fields: object) -> Item:
    item = make_item(**fields)
    make_claim(item, Property.LOCATION_SHOWN, value_place=place)
    return item


def asked(params: str, user: object, box: Box = WORLD, zoom: float = 8) -> list[tuple[float, float, int, int]]:
    found = marks(QueryDict(params), box=box, zoom=zoom, user=user)
    return [(round(mark.north, 4), round(mark.east, 4), mark.count, mark.cameras) for mark in found]


def test_an_item_stands_where_its_camera_stood_else_at_its_place(
    people: dict[str, User], places: dict[str, Place]
) -> None:
    by_camera = stand(51.2, 1.4)
    make_claim(by_camera, Property.LOCATION_SHOWN, value_place=places["beach"])
    lie(places["town"])
    make_item()

    found = marks(QueryDict(""), box=STRAIT, zoom=12, user=people["researcher"])

    assert [(mark.north, mark.east, mark.cameras, mark.metres) for mark in found] == [
        (51.03, 2.37, 0, 2500.0),
        (51.2, 1.4, 1, 12.0),
    ]
    assert [mark.item for mark in found][1] == by_camera.pk
    seen = overview(QueryDict(""), user=people["researcher"])
    assert (seen.total, seen.on_map, seen.cameras, seen.places, seen.absent) == (3, 2, 1, 1, 1)


def test_items_close_by_are_one_mark_until_one_looks_closer(people: dict[str, User]) -> None:
    stand(51.04, 2.36), stand(51.05, 2.38), stand(51.3, 1.5)

    assert asked("", people["researcher"], STRAIT, 8) == [(51.045, 2.37, 2, 2), (51.3, 1.5, 1, 1)]
    closer = Box(51.0, 2.3, 51.1, 2.4)
    assert asked("", people["researcher"], closer, 14) == [(51.04, 2.36, 1, 1), (51.05, 2.38, 1, 1)]


def test_marks_of_neighbouring_cells_that_touch_are_one(people: dict[str, User]) -> None:
    """Either side of the edge of a cell, at 0 degrees."""
    stand(50.80, 0.001), stand(50.80, -0.001)

    assert asked("", people["researcher"], Box(50, -2, 51, 2), 8) == [(50.8, 0.0, 2, 2)]


def test_only_what_lies_in_the_box_and_meets_the_search_is_counted(
    people: dict[str, User], places: dict[str, Place]
) -> None:
    lie(places["beach"]), lie(places["france"]), stand(48.0, -4.0)

    assert asked("", people["researcher"], STRAIT) == [(51.05, 2.41, 1, 0)]
    assert asked("place=malo-les-bains", people["researcher"]) == [(51.05, 2.41, 1, 0)]
    assert asked("place=atlantis", people["researcher"]) == []


def test_no_item_is_lost_however_many_there_are_and_the_answer_is_bounded(people: dict[str, User]) -> None:
    chance = random.Random(12)
    items = [make_item(renditions=False) for _ in range(300)]
    for item in items:
        item.latitude_degrees, item.longitude_degrees = chance.uniform(-80, 80), chance.uniform(-180, 180)
    Item.objects.bulk_update(items, ["latitude_degrees", "longitude_degrees"])

    for zoom in (0, 3, 8, 18):
        found = marks(QueryDict(""), box=WORLD, zoom=zoom, user=people["researcher"])
        assert sum(mark.count for mark in found) == 300
        assert len(found) <= 41 * 41
        assert all(mark.box.with_(Box(mark.north, mark.east, mark.north, mark.east)) == mark.box for mark in found)
    assert len(marks(QueryDict(""), box=WORLD, zoom=0, user=people["researcher"])) < 60


def test_a_visitor_is_told_towns_and_no_camera(people: dict[str, User], places: dict[str, Place]) -> None:
    released = lie(places["beach"], access=Access.RELEASED)
    make_claim(
        released, Property.LOCATION_CREATED, kind=SourceKind.DEVICE_METADATA,
        latitude_degrees=51.0512, longitude_degrees=2.4134,
    )  # fmt: skip
    stand(51.0512, 2.4134, access=Access.RELEASED)
    lie(places["beach"], access=Access.RESEARCH)

    found = marks(QueryDict(""), box=WORLD, zoom=18, user=AnonymousUser())

    assert [(mark.north, mark.east, mark.count, mark.cameras) for mark in found] == [(51.03, 2.37, 1, 0)]
    assert [place.slug for place in names_of(found).values()] == ["dunkirk"]
    seen = overview(QueryDict(""), user=AnonymousUser())
    assert (seen.total, seen.on_map, seen.cameras, seen.area_address) == (2, 1, 0, "")
    # Looked for where the camera stood, and where the beach lies, nothing is found.
    for close in (Box(51.051, 2.413, 51.052, 2.414), Box(51.049, 2.409, 51.0505, 2.411)):
        assert marks(QueryDict(""), box=close, zoom=18, user=AnonymousUser()) == []
        assert items_in(QueryDict(""), box=close, user=AnonymousUser()).count == 0


def test_a_visitor_is_led_to_the_town_and_a_researcher_to_the_area(
    people: dict[str, User], places: dict[str, Place]
) -> None:
    for _ in range(8):
        lie(places["beach"], access=Access.RELEASED)

    by_visitor = items_in(QueryDict("q=-boat"), box=STRAIT, user=AnonymousUser())
    by_researcher = items_in(QueryDict("view=map"), box=Box(51.05, 2.41, 51.05, 2.41), user=people["researcher"])

    assert (by_visitor.count, len(by_visitor.items), by_visitor.more) == (8, 6, 2)
    assert by_visitor.address == "?q=-boat&place=dunkirk"
    assert by_researcher.address == "?q=within%3A51.049990%2C2.409990%2C51.050010%2C2.410010"
    assert by_researcher.search == "?view=map"


def test_the_first_view_leaves_out_what_lies_far_off(people: dict[str, User]) -> None:
    for number in range(40):
        stand(51 + number / 200, 2 + number / 200)
    stand(-33.0, 151.0)

    seen = overview(QueryDict(""), user=people["researcher"])

    assert seen.extent == Box(51.0, 2.0, pytest.approx(51.195), pytest.approx(2.195))
    assert seen.whole == Box(-33.0, 2.0, pytest.approx(51.195), 151.0)


def test_an_area_that_is_asked_for_is_looked_at_and_drawn_and_another_takes_its_place(people: dict[str, User]) -> None:
    stand(51.04, 2.36)
    params = QueryDict("q=-boat within:50.9,1.8,51.1,2.6 near:51,2,10km&view=map&place=&unplaced=")

    seen = overview(params, user=people["researcher"])

    assert [area.get("corners") for area in seen.areas] == [None, None]
    assert seen.areas[1]["circle"] == (51.0, 2.0, 10.0)
    assert (seen.extent.south, seen.extent.north) == (50.9, 51.1)
    assert seen.area_address == "?q=-boat+near%3A51%2C2%2C10km+within%3A__area__&view=map"


@pytest.mark.parametrize("answered_by", ["SQL"], indirect=True)
def test_the_number_of_queries_is_the_same_for_one_item_and_for_many(
    people: dict[str, User], places: dict[str, Place]
) -> None:
    user, costs = people["researcher"], []
    overview(QueryDict(""), user=user)  # permissions are fetched once
    for number in (1, 30):
        with projected_once():
            for _ in range(number):
                lie(places["beach"]), stand(51.2, 1.4)
        with CaptureQueriesContext(connection) as queries:
            seen = overview(QueryDict(""), user=user)
            found = marks(QueryDict(""), box=seen.extent, zoom=9, user=user)
            names = names_of(found)
            assert [label_of(mark, names.get(mark.place)) for mark in found]
            assert items_in(QueryDict(""), box=STRAIT, user=user).items
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 9


@pytest.mark.parametrize("written", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "inf,0,1,1", "51,2,50,3", "50,3,51,2"])
def test_what_is_no_box_is_refused_in_a_sentence(written: str) -> None:
    with pytest.raises(NoArea):
        box_of(written)


def test_a_box_beyond_the_edge_of_the_map_is_cut() -> None:
    assert box_of("-95,-200,95,200") == WORLD
    assert (zoom_of("8.5"), zoom_of("400"), zoom_of("3")) == (8.5, 18.0, 3.0)
    with pytest.raises(NoArea):
        zoom_of("-1")
