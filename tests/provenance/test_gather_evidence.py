"""What the checks weigh is gathered from the records as they stand."""

import pytest
from django.db.models.signals import post_init

from archive.authorities.models import Place
from archive.catalogue.models import Caption, Item
from archive.claims.models import Ruling
from archive.provenance.checks.evidence import Evidence
from archive.provenance.gather_evidence import gather, with_evidence
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.builders import NOW, make_caption, make_claim, make_event, make_item, make_outlet, make_place

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


def test_what_lies_around_a_position_is_known(shores: dict[str, Place]) -> None:
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

    assert list(around) == [(50.97, 1.84)]
    at_camera = around[50.97, 1.84]
    assert (at_camera.nearest.name, list(at_camera.countries)) == ("Calais", ["FR", "GB"])
    assert at_camera.metres == pytest.approx(2_630, rel=0.01)
    assert at_camera.areas == {shores["United Kingdom"].pk: pytest.approx(41_100, rel=0.01)}


def test_without_a_position_the_surroundings_are_those_of_the_claimed_places(shores: dict[str, Place]) -> None:
    item = make_item()
    make_claim(item, Property.LOCATION_SHOWN, value_place=shores["Dover"])
    make_claim(item, Property.LOCATION_SHOWN, value_place=shores["France"])

    around = evidence_on(item).surroundings

    assert list(around) == [(51.13, 1.31)]
    assert (around[51.13, 1.31].nearest.name, around[51.13, 1.31].areas) == ("Dover", {})


def test_a_claim_is_gathered_with_all_that_it_says() -> None:
    item, outlet = make_item(), make_outlet("The Kentish Post")
    merged, kept = make_event("Landing", date="2024-06-18"), make_event("Landings of June", date="2024-06")
    make_claim(item, Property.EVENT, value_event=merged, value_text="landing")
    make_claim(item, Property.CREDIT_LINE, value_outlet=outlet, value_text="Kentish Post", kind=SourceKind.APPEARANCE)
    count = make_claim(item, Property.PEOPLE_COUNT, value_min=20, value_max=30, as_written="20 to 30")
    Ruling.objects.create(claim=count, standing=Standing.ACCEPTED, ruled_at=NOW)
    type(merged).objects.filter(pk=merged.pk).update(merged_into=kept)

    event, credit, people_count = evidence_on(item).claims

    assert (event.event.name, event.text, event.standing) == ("Landings of June", "landing", Standing.PROPOSED)
    assert (credit.outlet, credit.source) == ("The Kentish Post", SourceKind.APPEARANCE)
    assert (people_count.least, people_count.most, people_count.standing) == (20, 30, Standing.ACCEPTED)
    assert people_count.as_written == "20 to 30"


def test_of_pictures_with_the_same_words_no_more_are_fetched_than_are_told_of() -> None:
    wording = "A boat lies off the beach at Gravelines."
    item, *others = [make_item(renditions=False) for _number in range(90)]
    for each in (item, *others):
        make_caption(each, wording)
    made: list[Caption] = []

    def note(instance: Caption, **known: object) -> None:
        made.append(instance)

    post_init.connect(note, sender=Caption)
    try:
        same = evidence_on(item).same_words
    finally:
        post_init.disconnect(note, sender=Caption)

    assert [each.item for each in same] == [other.pk for other in others[:20]]
    # Itself, as many copies as it may have, and those.
    assert len(made) == 71
