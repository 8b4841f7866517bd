"""What the checks weigh is gathered from the records as they stand."""

import pytest

from archive.authorities.models import Place
from archive.catalogue.models import Item
from archive.provenance.checks.evidence import Evidence
from archive.provenance.gather_evidence import gather, with_evidence
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import make_claim, make_item, make_place

pytestmark = pytest.mark.django_db


def evidence_on(item: Item) -> Evidence:
    return gather(with_evidence([item.pk]))[0]


@pytest.fixture
def shores() -> dict[str, Place]:
    france = make_place("France", kind="COUNTRY", country_code="FR")
    britain = make_place("United Kingdom", kind="COUNTRY", country_code="GB")
    fields = {"kind": "TOWN", "radius_metres": 6_000}
    calais = make_place(
        "Calais", parent=france, country_code="FR", latitude_degrees=50.95, longitude_degrees=1.86, **fields
    )
    dover = make_place(
        "Dover", parent=britain, country_code="GB", latitude_degrees=51.13, longitude_degrees=1.31, **fields
    )
    return {"France": france, "United Kingdom": britain, "Calais": calais, "Dover": dover}


def test_what_lies_around_a_position_and_a_claimed_place_is_known(shores: dict[str, Place]) -> None:
    item = make_item()
    make_claim(
        item,
        Property.LOCATION_CREATED,
        kind=SourceKind.DEVICE_METADATA,
        latitude_degrees=50.97,
        longitude_degrees=1.84,
    )
    make_claim(item, Property.LOCATION_SHOWN, value_place=shores["Dover"])
    make_claim(item, Property.LOCATION_SHOWN, value_place=shores["United Kingdom"])

    around = evidence_on(item).surroundings

    at_camera, at_dover = around[50.97, 1.84], around[51.13, 1.31]
    assert (at_camera.nearest.name, list(at_camera.countries)) == ("Calais", ["FR", "GB"])
    assert at_camera.metres == pytest.approx(2_630, rel=0.01)
    assert at_camera.areas == {shores["United Kingdom"].pk: pytest.approx(41_100, rel=0.01)}
    assert (at_dover.nearest.name, at_dover.areas) == ("Dover", {})
    assert len(around) == 2
