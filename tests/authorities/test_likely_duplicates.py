"""What may be the same place, event or outlet already."""

from typing import Any

import pytest

from archive.authorities.edit_records import create_event, create_outlet, create_place
from archive.authorities.likely_duplicates import likely_duplicates
from archive.authorities.merge_records import merge
from archive.authorities.models import Event, Outlet, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def malo() -> Place:
    france = create_place(name="France", kind="COUNTRY", by=None, country_code="FR")
    nord = create_place(name="Nord", kind="COUNTY", by=None, parent=france)
    return create_place(
        name="Malo-les-Bains", kind="BEACH", by=None, parent=nord, names=[("Plage de Malo", "fr")],
        latitude_degrees=51.0500, longitude_degrees=2.4000, radius_metres=900,
    )  # fmt: skip


def alike(model: type, **fields: Any) -> dict[str, tuple[str, ...]]:
    return {likely.record.name: likely.reasons for likely in likely_duplicates(model, fields)}


@pytest.mark.parametrize(
    "fields, reasons",
    [
        ({"name": "MALO LES BAINS"}, ("the same name",)),
        ({"name": "Malo-les-Bain"}, ("a like name",)),
        ({"name": "plage de Málo"}, ("also called Plage de Malo",)),
        ({"name": "Grande Plage", "names": [("Plage de Malo", "")]}, ("also called Plage de Malo",)),
        (
            {"name": "Malo-les-Bains", "latitude_degrees": 51.06, "longitude_degrees": 2.40},
            ("the same name", "1.1 km away"),
        ),
        ({"name": "Malo", "latitude_degrees": 51.05, "longitude_degrees": 2.41}, ("a like name", "700 m away")),
        (
            {"name": "Seaside", "kind": "BEACH", "latitude_degrees": 51.051, "longitude_degrees": 2.40},
            ("the same kind", "110 m away"),
        ),
    ],
    ids=["capitals", "a slip", "an accent", "a further name", "near", "a part of the name", "the same spot"],
)
def test_a_place_that_may_be_the_same_is_told_with_why(malo: Place, fields: dict, reasons: tuple[str, ...]) -> None:
    assert alike(Place, **fields) == {"Malo-les-Bains": reasons}


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Wissant"},
        {"name": "Malo-les-Bains", "latitude_degrees": 43.3, "longitude_degrees": 5.4},
        {"name": "Malo-les-Bains", "country_code": "BE"},
        {"name": "Seaside", "kind": "HARBOUR", "latitude_degrees": 51.05, "longitude_degrees": 2.40},
        {"name": "Seaside", "kind": "BEACH", "latitude_degrees": 51.055, "longitude_degrees": 2.40},
    ],
    ids=["another name", "far away", "another country", "another kind", "some way off"],
)
def test_another_place_is_not_told(malo: Place, fields: dict) -> None:
    assert alike(Place, **fields) == {}


def test_a_merged_place_is_told_by_the_one_that_stands_for_it(malo: Place) -> None:
    merge(malo, into=create_place(name="Dunkirk", kind="TOWN", by=None), by=None)

    assert alike(Place, name="Malo-les-Bains") == {"Dunkirk": ("also called Malo-les-Bains",)}


@pytest.mark.parametrize(
    "fields, told",
    [
        ({"name": "Rescue off Malo", "date_edtf": "2023"}, True),
        ({"name": "Seven saved", "date_edtf": "2024-06-19", "at": "Malo-les-Bains"}, True),
        ({"name": "Seven saved", "date_edtf": "2024-06-19", "at": "Nord"}, True),
        ({"name": "Seven saved", "date_edtf": "2024-06-21", "at": "Malo-les-Bains"}, False),
        ({"name": "Seven saved", "date_edtf": "2024", "at": "Malo-les-Bains"}, False),
        ({"name": "Seven saved", "date_edtf": "2024-06-19", "at": "France"}, False),
        ({"name": "Seven saved", "date_edtf": "2024-06-19"}, False),
        ({"name": "The rescue off Malo", "date_edtf": "2024-06-19"}, True),
    ],
    ids=["name", "days and place", "days and what it lies in", "other days", "a whole year", "a whole country",
         "days alone", "like name and days"],
)  # fmt: skip
def test_an_event_may_be_the_same_by_name_or_by_days_and_place(malo: Place, fields: dict, told: bool) -> None:
    create_event(name="Rescue off Malo", by=None, date_edtf="2024-06-18/2024-06-20", places=[malo])
    places = [Place.objects.get(name=fields.pop("at"))] if "at" in fields else []

    assert ("Rescue off Malo" in alike(Event, places=places, **fields)) == told


def test_an_outlet_may_be_the_same_by_a_name_or_its_website() -> None:
    create_outlet(name="Press Association", kind="AGENCY", by=None, aliases=["PA"], website="https://pa.example/")

    assert alike(Outlet, name="pa") == {"Press Association": ("also called PA",)}
    assert alike(Outlet, name="Pres Association") == {"Press Association": ("a like name",)}
    assert alike(Outlet, name="Other", website="https://www.pa.example/news") == {
        "Press Association": ("the same website",)
    }
    assert alike(Outlet, name="Reuters") == {}
