"""Several records chosen in a form: what is no key, or larger than any, is a wrong choice and no fault of the site."""

import ast
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.models import Event, Place
from archive.web.forms.chosen_records import ChosenRecords
from tests.builders import make_place

ROOT = Path(__file__).parents[2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", [str(2**63), str(-(2**63) - 1), "9" * 5000, "abc", "", "\u0663", "1.5"],
    ids=["over 63 bits", "below 64 bits", "beyond what int() reads", "word", "empty", "other digits", "fraction"],
)  # fmt: skip
def test_what_is_no_key_is_refused(key: str, client: Client, people: dict[str, User]) -> None:
    place = make_place("Dunkirk")
    client.force_login(people["archivist"])
    form = {"name": "A crossing", "kind": Event.Kind.OTHER, "places": [place.pk, key]}

    made = client.post(reverse("new_event"), form)
    decided = client.post(reverse("decide_on_event"), form | {"proposed": "1", "act": "accept"}, HTTP_HX_REQUEST="true")

    assert (made.status_code, decided.status_code) == (422, 422)
    assert "is not a valid value" in decided.text
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_records_are_chosen_by_their_keys() -> None:
    places = [make_place("Dunkirk"), make_place("Calais")]

    assert list(ChosenRecords(Place.objects.order_by("pk")).clean([str(place.pk) for place in places])) == places


def test_every_form_chooses_records_with_it() -> None:
    used = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "archive").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and "ModelMultipleChoiceField" in ast.unparse(node.func)
    ]

    assert used == []
