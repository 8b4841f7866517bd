"""The command that prints proposed events."""

import io
import json

import pytest
from django.core.management import call_command

from archive.standards.vocabulary import Property
from tests.builders import make_claim, make_item, make_place

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("propose_events", *arguments, stdout=out)
    return out.getvalue()


def test_each_proposal_is_a_line_for_people_and_an_object_for_scripts() -> None:
    place = make_place("Gravelines", latitude_degrees=50.99, longitude_degrees=2.13)
    items = [make_item() for _ in range(3)]
    for item in items:
        make_claim(item, Property.DATE_CREATED, date="2024-06-18")
        make_claim(item, Property.LOCATION_SHOWN, value_place=place)

    assert said() == "(new) Gravelines, 18 June 2024: 3 items, 18 June 2024, Gravelines 3\n"
    assert json.loads(said("--json")) == {
        "key": "2024-06-18-gravelines",
        "event": None,
        "name": "Gravelines, 18 June 2024",
        "date": "2024-06-18",
        "places": ["gravelines"],
        "spread_metres": 0,
        "items": [item.pk for item in items],
    }


def test_nothing_proposed_prints_nothing() -> None:
    assert said("--json") == ""
