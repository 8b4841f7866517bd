"""Which mentions of a caption claim something of the picture."""

from datetime import date
from typing import Any

import pytest

from archive.claims.choose_mentions import Proposal, proposals
from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.read_caption import read_caption
from archive.standards.vocabulary import Property

WEDNESDAY = date(2024, 6, 19)


@pytest.fixture
def read(gazetteer: Gazetteer) -> Any:
    def read(text: str) -> list[tuple[str, str, Proposal]]:
        reading = read_caption(text, gazetteer=gazetteer, published=WEDNESDAY)
        return [
            (said.property.value, text[said.start : said.end], said) for said in proposals(reading, against="19 June")
        ]

    return read


def places(said: list[tuple[str, str, Proposal]]) -> list[tuple[str, str | None, float | None]]:
    return [(words, one.place, one.uncertainty_metres) for name, words, one in said if name == Property.LOCATION_SHOWN]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A boat on the beach at Deal, Kent.", [("Deal", "deal", None)]),
        ("A rubber boat off Dunkirk.", [("Dunkirk", "dunkirk", 15_000)]),
        ("A rubber boat near Dunkirk.", [("Dunkirk", "dunkirk", 10_000)]),
        ("A rubber boat north of Dunkirk.", [("Dunkirk", "dunkirk", 20_000)]),
        ("A crowded boat that already appears overloaded off Dunkirk.", [("Dunkirk", "dunkirk", 15_000)]),
        ("A boat crosses the Channel.", [("the Channel", "english-channel", None)]),
        ("People are brought into the port of Dover.", [("port of Dover", "port-of-dover", None)]),
        ("A ferry bound for Dunkirk leaves the port of Dover, Kent.", [("port of Dover", "port-of-dover", None)]),
        ("A boat carrying people sets sail for British shores from Dunkirk", [("Dunkirk", "dunkirk", None)]),
        ("A family from Dunkirk on the pier at Deal.", [("Deal", "deal", None)]),
        ("A lifeboat returns to Dover.", [("Dover", "dover", None)]),
        ("People in Dover after their boat sank off Dunkirk.", [("Dover", "dover", None)]),
        ("A family from Dunkirk.", []),
        ("People on their way to Dover.", []),
        ("The mayor of Dunkirk speaks.", []),
        ("France beat everybody.", []),
        ("Since January 1, more than 11,000 people have crossed the Channel in small boats", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_place_is_claimed_where_the_words_put_the_picture(read: Any, text: str, expected: list) -> None:
    assert places(read(text)) == expected


def test_a_place_that_only_helps_to_find_another_is_not_claimed_too(read: Any) -> None:
    said = read("Two boats on the flats at Deal, between Dover and Dunkirk, and nobody about.")

    assert places(said) == [("Deal", "deal", None)]


def test_a_picture_between_two_places_is_at_either_within_the_way_between_them(gazetteer: Gazetteer) -> None:
    text = "A boat between Dover and Hythe, Kent."
    said = proposals(read_caption(text, gazetteer=gazetteer))

    assert [(one.place, one.uncertainty_metres) for one in said] == [("dover", 18_000), ("hythe-kent", 18_000)]


def test_what_was_pictured_goes_before_what_was_said(read: Any) -> None:
    said = read("A minister (pictured on a boat in Deal) said that young people crossing the Channel were brave.")

    assert places(said) == [("Deal", "deal", None)]


def test_a_name_of_several_places_is_left_open_with_its_candidates(read: Any) -> None:
    [(name, words, said)] = read("Waves at Hythe.")

    assert (name, words, said.place, said.text) == ("location_shown", "Hythe", None, "Hythe")
    assert set(said.candidates) == {"hythe-kent", "hythe-hampshire"}


@pytest.mark.parametrize(
    ("text", "edtf", "note"),
    [
        ("A boat leaves on Tuesday.", "2024-06-18", "read against 19 June"),
        ("A boat crossing to the UK in April", "2024-04", "read against 19 June"),
        ("A boat leaves on 18 June 2024.", "2024-06-18", ""),
        ("A lifeboat comes in a little after 4 am on Tuesday 18 June 2024.", "2024-06-18", ""),
    ],
    ids=["a weekday", "a month", "a full date", "an hour nearby"],
)
def test_the_date_of_the_picture_is_claimed(read: Any, text: str, edtf: str, note: str) -> None:
    assert [(one.edtf, one.note) for name, _words, one in read(text) if name == "date_created"] == [(edtf, note)]


@pytest.mark.parametrize(
    "text",
    ["Since January 1, more people have crossed.", "People wait after a boat sank on Monday."],
    ids=["since when", "the date of something else"],
)
def test_a_date_of_something_else_claims_nothing(read: Any, text: str) -> None:
    assert "date_created" not in [name for name, _words, _one in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Waves. Jo Doe/AFP via Getty Images",
            [
                ("credit_line", "Jo Doe/AFP via Getty Images", "AFP"),
                ("creator", "Jo Doe", ""),
                ("supplied_by", "Getty Images", "Getty Images"),
            ],
        ),
        (
            "Officers watch in footage captured by Sky News, several of whom whipped out telephones to take some more.",
            [("credit_line", "Sky News", "Sky News"), ("digital_source_type", "footage", "")],
        ),
        ("A boat leaves. Still from footage by Sky News, Tuesday.",
         [("credit_line", "Still from footage by Sky News", "Sky News"), ("digital_source_type", "Still from", "")]),
        ("Mandatory Credit: Photo by Jo Doe/Sky News (14550001a) Boat off Dover",
         [("location_shown", "Dover", ""), ("credit_line", "Photo by Jo Doe/Sky News", "Sky News"),
          ("creator", "Jo Doe", ""), ("published_by", "Sky News", "Sky News")]),
        ("A boat. Handout by RNLI", [("supplied_by", "RNLI", "RNLI")]),
        ("A boat. Photo: Jo Doe", [("creator", "Jo Doe", "")]),
    ],
    ids=["an agency and its supplier", "a sentence that goes on", "a still with its day", "a library's number",
         "a handout", "a maker alone"],
)  # fmt: skip
def test_a_credit_is_claimed_in_its_parts(read: Any, text: str, expected: list) -> None:
    said = [
        (name, words, one.outlet) for name, words, one in read(text) if name not in ("date_created", "people_count")
    ]

    assert said == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("About two dozen people in a boat.", [(21, 27)]),
        ("At least six officers watch.", [(6, None)]),
        ("Two officers watch.", [(2, None)]),
        ("Two officers and about 40 people watch.", [(36, None), (2, None)]),
        ("Fewer than 20 officers watch.", []),
        ("People in a boat. More than 11,000 people have crossed this year.", []),
    ],
    ids=["everybody", "at least", "one group of all", "two groups", "at most, of some", "the background"],
)
def test_counts_tell_how_many_people_the_picture_shows(read: Any, text: str, expected: list) -> None:
    said = [(one.minimum, one.maximum) for name, _words, one in read(text) if name == "people_count"]

    assert said == expected


def test_a_private_person_is_named_by_no_claim(read: Any) -> None:
    said = read("Refugee Amina Example, 34, holds her son Karim Example near Dover on Tuesday. Jo Doe/PA")

    assert [(name, words) for name, words, _one in said if name not in ("date_created", "location_shown")] == [
        ("credit_line", "Jo Doe/PA"),
        ("creator", "Jo Doe"),
    ]
