import pytest

from archive.extraction.captions.gazetteer import Gazetteer, PlaceRecord
from archive.extraction.captions.read_caption import read_caption


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Waves at Dover", [("Dover", "at", "dover")]),
        ("A boat off the coast of Dunkerque", [("Dunkerque", "off", "dunkirk")]),
        ("Un canot au large de Dunkerque", [("Dunkerque", "off", "dunkirk")]),
        ("Boats at the port of Dover", [("port of Dover", "at", "port-of-dover")]),
        ("A ferry between Dover and Dunkirk", [("Dover", "between", "dover"), ("Dunkirk", "between", "dunkirk")]),
        ("Ten miles north of Dunkirk", [("Dunkirk", "north of", "dunkirk")]),
        ("A dinghy in the Channel", [("the Channel", "in", "english-channel")]),
        ("Snow in Southend", [("Southend", "in", "southend-on-sea")]),
        ("A walk to Hythe, Kent", [("Hythe", "to", "hythe-kent"), ("Kent", None, "kent")]),
        ("From Hythe to Dover", [("Hythe", "from", "hythe-kent"), ("Dover", "to", "dover")]),
        ("A house in Hythe", [("Hythe", "in", None)]),
        ("Crowds in Dover city centre", [("Dover", "in", "dover")]),
        ("A concert in Nice", [("Nice", "in", "nice")]),
    ],
)
def test_a_name_is_resolved_with_its_relation(
    gazetteer: Gazetteer, text: str, found: list[tuple[str, str | None, str | None]]
) -> None:
    read = read_caption(text, gazetteer=gazetteer).to_json()

    assert [(place["words"], place["relation"], place["place"]) for place in read["places"]] == found


@pytest.mark.parametrize(
    "text",
    [
        "Nice weather on the coast",
        "A Sandwich for lunch",
        "No Deal was reached",
        "A plate of Dover sole",
        "Paris Hartley sings",
        "Jo Dover runs",
        "The Dover Express newsroom",
        "A street in Dover, Delaware",
        "Boulogne-Paris by train",
        "The nica of it",
        "Students of the University of Dover",
        "A flypast for the Battle of France",
        "Dover Aquarium let the seals go",
    ],
)
def test_a_word_that_is_no_place_is_left(gazetteer: Gazetteer, text: str) -> None:
    assert read_caption(text, gazetteer=gazetteer).places == []


def test_an_ambiguous_name_keeps_all_candidates(gazetteer: Gazetteer) -> None:
    place = read_caption("A house in Hythe", gazetteer=gazetteer).to_json()["places"][0]

    assert place["candidates"] == ["hythe-kent", "hythe-hampshire"]


@pytest.mark.parametrize(
    ("language", "text", "slugs"),
    [
        ("de", "Schiffe im Hafen von Dover", ["port-of-dover"]),
        ("de", "Die Hafenstadt Dover am Montag", ["dover"]),
        ("de", "Anna Dover am Montag", []),
        ("en", "The ferry Pride of Dover at sea", []),
        ("en", "A boat off Dunkirk, not Dover", ["dunkirk"]),
    ],
)
def test_a_capital_before_a_name_means_other_things_in_other_languages(
    gazetteer: Gazetteer, language: str, text: str, slugs: list[str]
) -> None:
    places = read_caption(text, gazetteer=gazetteer, language=language).places

    assert [place.record.slug for place in places if place.record] == slugs


@pytest.fixture(scope="module")
def counties() -> Gazetteer:
    ireland = frozenset({"ireland"})
    return Gazetteer.of(
        [
            (PlaceRecord("county-cork", "County Cork", "COUNTY", "IE", ireland), [("County Cork", "")]),
            (PlaceRecord("bantry", "Bantry", "TOWN", "IE", ireland), [("Bantry", "")]),
            (PlaceRecord("lancashire", "Lancashire", "COUNTY", "GB"), [("Lancashire", "")]),
            (PlaceRecord("berwick", "Berwick-upon-Tweed", "TOWN", "GB"), [("Berwick-upon-Tweed", "")]),
            (PlaceRecord("grimsby", "Grimsby", "TOWN", "GB"), [("Grimsby", "")]),
            (PlaceRecord("severn", "Severn", "SEA_AREA"), [("Severn", "")]),
        ]
    )


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("The street in Bantry, Co Cork, last month", ["bantry", "county-cork"]),
        ("The street in Bantry, Co. Cork, last month", ["bantry", "county-cork"]),
        ("A fire in Morecambe, Lancs, on Sunday", ["lancashire"]),
        ("Carried through Berwick after the count", ["berwick"]),
        ("Grimsby Town keeper Jo Doe punches clear", []),
        ("The jury at Grimsby Crown Court", []),
        ("A lorry on the Severn Bridge", []),
        ("Eels in the Severn", ["severn"]),
        ('The ferry "Grimsby Star" at sea', []),
    ],
)
def test_places_as_papers_shorten_them_and_names_that_only_hold_one(
    counties: Gazetteer, text: str, slugs: list[str]
) -> None:
    places = read_caption(text, gazetteer=counties, language="en").places

    assert [place.record.slug for place in places if place.record] == slugs


def test_two_capitals_behind_a_comma_are_no_state_where_no_state_has_them(gazetteer: Gazetteer) -> None:
    (place,) = read_caption("DUNKERQUE, LE 12/03/2019. Une manifestation.", gazetteer=gazetteer, language="fr").places

    assert place.record is not None
    assert place.record.slug == "dunkirk"


@pytest.mark.parametrize(
    "text",
    [
        "Day-trippers aboard the paddle steamer Dover Belle",
        "Supporters of the group Dover First",
        "A print left to him by his late wife, Nice",
        "The crew of Dover Rowing Club",
        "Fans of Olympique de Nice",
        "A drill at sea, not a rescue near Dover",
        "Cette vidéo ne montre pas des migrants à Dunkerque",
    ],
)
def test_ships_groups_clubs_and_what_is_denied_are_no_places(gazetteer: Gazetteer, text: str) -> None:
    assert read_caption(text, gazetteer=gazetteer, language="fr" if "vidéo" in text else "en").places == []


def test_a_name_that_begins_with_its_kind_may_begin_in_small_letters() -> None:
    island = PlaceRecord("ile-de-re", "Île de Ré", "COUNTY", "FR")
    known = Gazetteer.of([(island, [("Île de Ré", "fr")])], [])

    (place,) = read_caption("Vue aérienne de l'île de Ré, lundi.", gazetteer=known, language="fr").places

    assert place.record == island


@pytest.mark.parametrize(
    "text", ["The cordon at Durley Chine beach", "Volunteers from Channel Rescue", "Crews of Manche Lifeboat"]
)
def test_seas_and_countries_in_the_names_of_other_things_are_no_places(text: str) -> None:
    china = PlaceRecord("china", "China", "COUNTRY", "CN")
    channel = PlaceRecord("english-channel", "English Channel", "SEA_AREA")
    names = [(china, [("China", "en"), ("Chine", "fr")]), (channel, [("Channel", "en"), ("Manche", "fr")])]

    assert read_caption(text, gazetteer=Gazetteer.of(names, []), language="en").places == []
