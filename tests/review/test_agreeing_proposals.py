"""A wording agrees with an accepted claim only where the caption reader reads exactly that value from it."""

import pytest

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.claims.models import Claim
from archive.extraction.gazetteer_of_captions import known_names
from archive.review.agreeing_proposals import accept_agreeing, agreeing
from archive.review.claim_rulings import rule
from archive.review.models import Proposal
from archive.review.work_leases import take
from archive.standards.vocabulary import Property, Standing
from tests.builders import NOW, make_caption, make_claim, make_item, make_outlet, make_place, make_proposal

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def coast(db: None) -> dict[str, Place]:
    france = make_place("France", kind=Place.Kind.COUNTRY, country_code="FR")
    dunkirk = make_place("Dunkirk", parent=france, country_code="FR", latitude_degrees=51.03, longitude_degrees=2.37)
    calais = make_place("Calais", parent=france, country_code="FR", latitude_degrees=50.95, longitude_degrees=1.85)
    make_outlet("AFP", kind="AGENCY")
    return {"france": france, "dunkirk": dunkirk, "calais": calais}


def accepted(people: People, coast: dict[str, Place], name: str) -> Claim:
    values = {
        "date": {"property": Property.DATE_CREATED, "date": "2024-06-18"},
        "place": {"property": Property.LOCATION_SHOWN, "value_place": coast["dunkirk"]},
        "count": {"property": Property.PEOPLE_COUNT, "value_min": 85, "value_max": 85},
        "credit": {"property": Property.CREDIT_LINE, "value_text": "Jane Doe/AFP via Getty Images"},
    }[name]
    claim = make_claim(make_item(), **values)
    rule(claim, standing=Standing.ACCEPTED, by=people["archivist"])
    return claim


CASES = [
    ("date", "WRONG_DATE", "A boat off Calais on 18 June 2024.", True),
    ("date", "WRONG_DATE", "A boat off Calais on 19 June 2024.", False),
    ("date", "WRONG_DATE", "A boat off Calais in June 2024.", False),
    ("date", "WRONG_DATE", "A boat off Calais.", False),
    ("date", "LOADED_LANGUAGE", "A boat off Calais on 18 June 2024.", False),
    ("place", "WRONG_PLACE", "A boat near Dunkirk, France.", True),
    ("place", "WRONG_PLACE", "A boat near Calais, France.", False),
    ("place", "WRONG_PLACE", "A boat between Calais and Dunkirk.", False),
    ("place", "WRONG_PLACE", "A boat in France.", False),
    ("count", "WRONG_COUNT", "A boat with 85 people aboard.", True),
    ("count", "WRONG_COUNT", "A boat with about 80 people aboard.", False),
    ("credit", "CREDIT_MISSING", "A boat. (Photo by Jane Doe/AFP)", True),
    ("credit", "CREDIT_MISSING", "A boat. (Photo by John Roe/AFP)", False),
    ("credit", "CREDIT_MISSING", "A boat.", False),
]


@pytest.mark.parametrize("name, reason, text, agrees", CASES, ids=[f"{case[1]} {case[2]}" for case in CASES])
def test_a_wording_agrees_with_what_is_accepted(
    name: str, reason: str, text: str, agrees: bool, people: People, coast: dict[str, Place]
) -> None:
    claim = accepted(people, coast, name)
    proposal = make_proposal(make_caption(claim.item, "As it came."), reason, by=people["researcher"], text=text)

    found = agreeing([proposal], known_names())

    assert [(one.proposal, one.claim) for one in found] == ([(proposal, claim)] if agrees else [])


def test_a_claim_that_is_only_proposed_is_nothing_to_agree_with(people: People, coast: dict[str, Place]) -> None:
    claim = make_claim(make_item(), Property.DATE_CREATED, date="2024-06-18")
    caption = make_caption(claim.item, "As it came.")
    proposal = make_proposal(caption, "WRONG_DATE", by=people["researcher"], text="A boat, 18 June 2024.")

    assert agreeing([proposal], known_names()) == []


def test_what_agrees_is_accepted_together_and_the_rest_is_left(people: People, coast: dict[str, Place]) -> None:
    proposals = []
    for text in ("A boat, 18 June 2024.", "A boat, 19 June 2024.", "Off Calais, 18 June 2024."):
        caption = make_caption(accepted(people, coast, "date").item, "As it came.")
        proposals.append(make_proposal(caption, "WRONG_DATE", by=people["researcher"], text=text))
    take(proposals[2], by=people["administrator"], at=NOW)

    decisions, left = accept_agreeing(proposals, known_names(), by=people["moderator"], at=NOW)

    assert [decision.proposal for decision in decisions] == [proposals[0]]
    assert decisions[0].caption.text == "A boat, 18 June 2024."
    assert left == proposals[1:]
    assert list(Proposal.objects.undecided().order_by("pk")) == proposals[1:]
