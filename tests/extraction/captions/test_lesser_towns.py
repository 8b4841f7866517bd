"""Names of a long list of towns: a place only where the words ask for one."""

import pytest

from archive.extraction.captions.gazetteer import Gazetteer, PlaceRecord
from archive.extraction.captions.read_caption import read_caption

IRELAND = frozenset({"ireland"})
ITALY = frozenset({"italy"})


@pytest.fixture(scope="module")
def towns() -> Gazetteer:
    places = [
        (PlaceRecord("ireland", "Ireland", "COUNTRY", "IE"), [("Ireland", "en")]),
        (PlaceRecord("italy", "Italy", "COUNTRY", "IT"), [("Italy", "en")]),
        (PlaceRecord("palermo", "Palermo", "TOWN", "IT", ITALY, (38.1, 13.4)), [("Palermo", "")]),
        (PlaceRecord("kinvara", "Kinvara", "TOWN", "IE", IRELAND, (53.1, -8.9), 700), [("Kinvara", "")]),
        (PlaceRecord("colli", "Colli", "TOWN", "IT", ITALY, (42.1, 13.1), 900), [("Colli", "")]),
        (PlaceRecord("court", "Court", "TOWN", "CH", frozenset(), (47.2, 7.3), 1400), [("Court", "")]),
        (PlaceRecord("palermo-village", "Palermo", "TOWN", "AL", frozenset(), (40.0, 19.8), 600), [("Palermo", "")]),
    ]
    return Gazetteer.of(places)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Boats racing off Kinvara in August.", ["kinvara"]),
        ("Kinvara, Ireland, in August.", ["kinvara", "ireland"]),
        ("Minister Marta Colli in Palermo, Italy.", ["palermo", "italy"]),
        ("Colli said the boat had left.", []),
        ("Three men in Court, Italy.", ["italy"]),
        ("Divers in Colli, Ireland.", ["ireland"]),
    ],
    ids=["led to", "what holds it follows", "a surname", "a surname alone", "a common word", "lies elsewhere"],
)
def test_a_lesser_town_is_meant_only_where_the_words_ask_for_it(towns: Gazetteer, text: str, names: list[str]) -> None:
    reading = read_caption(text, gazetteer=towns, language="en")

    assert [place.record.slug for place in reading.places if place.record] == names


def test_a_village_does_not_make_the_name_of_a_city_ambiguous(towns: Gazetteer) -> None:
    (place,) = read_caption("The boat was towed in Palermo on Sunday.", gazetteer=towns, language="en").places

    assert place.record is not None
    assert place.record.slug == "palermo"
