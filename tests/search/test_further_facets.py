"""Each choice of each facet leaves as many items as it says, whatever else is asked."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.provenance.checks.finding import Question
from archive.review.verdicts import judge
from archive.search.find_items import Found, find
from archive.standards.vocabulary import Property
from tests.builders import make_accession, make_claim, make_event, make_item, make_outlet, make_place, projected_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(people: dict[str, User]) -> list[Item]:
    """Nine items: of several years, months, cameras and accessions; some without any of these."""
    open_one, shut = make_accession("Open"), make_accession("In confidence", access=Access.RESTRICTED)
    country = make_place("France", kind="COUNTRY", source_id="1")
    beach = make_place("Malo-les-Bains", kind="BEACH", parent=country, source_id="2")
    event, outlet = make_event("Landing"), make_outlet("Sky News")
    days = ["2024-06-18", "2024-06", "2024", "2023-12-31/2024-01-02", "1999", "2024-07-02", "../2024-05", "", ""]
    cameras = ["nikon d5", "nikon d500", "nikon d5", "canon", "", "", "", "canon", ""]
    with projected_once():
        made = [make_item(accession=shut if at % 4 == 3 else open_one) for at in range(9)]
        for at, (item, day) in enumerate(zip(made, days, strict=True)):
            if day:
                make_claim(item, Property.DATE_CREATED, date=day)
            if at % 3 == 0:
                make_claim(item, Property.LOCATION_SHOWN, value_place=beach)
            if at % 3 == 1:
                make_claim(item, Property.EVENT, value_event=event)
            if at % 2:
                make_claim(item, Property.PUBLISHED_BY, value_outlet=outlet)
        make_claim(made[0], Property.DATE_CREATED, date="2022-06-18")
    for item, camera in zip(made, cameras, strict=True):
        Item.objects.filter(pk=item.pk).update(camera_model=camera)
    for item, word in ((made[0], "SUPPORTED"), (made[1], "CONTRADICTED"), (made[2], "SUPPORTED")):
        reason = {"reason_code": "OTHER", "reason": "seen"}
        judge(item, question=Question.WHEN, word=word, by=people["moderator"], **reason)
    Item.objects.filter(pk=made[0].pk).update(is_contradicted=True)
    return made


def choices(found: Found) -> list:
    further = [choice for facet in found.facets for choice in facet.choices]
    own = [*found.places.trail, *found.places.beneath, *found.events, *found.outlets, *found.kinds]
    return [*own, *([found.unplaced] if found.unplaced else []), *further]


@pytest.mark.parametrize("asked", [
    "", "date=2024-06", "place=france&date=2024&certainty=certain", "q=camera-model:canon", "q=-has:outlet",
    "q=-has:event camera-model:canon", "verdict=when=supported", "undated=true",
])  # fmt: skip
@pytest.mark.parametrize("role", ["archivist", "researcher"])
def test_each_choice_leaves_as_many_items_as_it_says(
    people: dict[str, User], items: list[Item], role: str, asked: str
) -> None:
    if role == "researcher" and "verdict" in asked:
        pytest.skip("for archive staff")
    found = find(QueryDict(asked), user=people[role])
    assert found.is_valid, found.form.errors

    for choice in choices(found):
        if not choice.is_chosen:
            left = find(QueryDict(choice.address[1:]), user=people[role])
            assert left.is_valid and left.counts.total == choice.count, choice
        else:
            without = find(QueryDict(choice.address[1:]), user=people[role])
            assert without.is_valid and not [c for c in choices(without) if c.is_chosen and c.value == choice.value]


def test_the_years_open_into_months_where_one_is_chosen(people: dict[str, User], items: list[Item]) -> None:
    found = find(QueryDict("date=2024-06"), user=people["researcher"])
    (time,) = (facet for facet in found.facets if facet.name == "time")

    labels = [choice.label for choice in time.choices]
    assert labels[:3] == ["2024", "January 2024", "February 2024"] and labels[-1] == "undated"
    assert [choice.label for choice in time.choices if choice.is_chosen] == ["June 2024"]
    assert time.is_open


def test_what_is_closed_to_a_reader_is_no_facet_of_theirs(people: dict[str, User], items: list[Item]) -> None:
    Item.objects.update(access=Access.RELEASED)

    def names(user: object) -> list[str]:
        return [facet.name for facet in find(QueryDict(""), user=user).facets]

    assert names(AnonymousUser()) == ["time"]
    assert names(people["researcher"]) == ["time", "accession", "camera"]
    assert names(people["archivist"]) == ["time", "accession", "camera", "verdict"]
    found = find(QueryDict(""), user=people["researcher"])
    assert [choice.label for facet in found.facets for choice in facet.choices if facet.name == "accession"] == ["Open"]


def test_places_of_the_tree_tell_their_kind(people: dict[str, User], items: list[Item]) -> None:
    found = find(QueryDict("place=france"), user=people["researcher"])

    assert [(place.kind, place.may_open) for place in found.places.trail] == [("country", True)]
    assert [(place.kind, place.may_open) for place in found.places.beneath] == [("beach", False)]
    assert found.unplaced.count == 6
