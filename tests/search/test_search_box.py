"""A search as its address has it: what stands in a parameter, what in the box, and that both say the same."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.search.query_language import parse
from archive.search.query_tree import Condition
from archive.search.search_box import STANDINGS, asked, box, coast_of, whole
from tests.search.test_query_language import TEXTS


@pytest.mark.parametrize(
    ("written", "fields"),
    [
        ("boats at dawn", {"q": "boats at dawn"}),
        ("beach:malo-les-bains boats", {"q": "boats", "place": "malo-les-bains"}),
        ("date:2024-06 boats outlet:sky-news", {"q": "boats", "date": "2024-06", "outlet": "sky-news"}),
        ('outlet:"Sky News" -dover', {"q": "-dover", "outlet": "Sky News"}),
        ("is:contested has:gps", {"standing": "contested", "has_gps": "true"}),
        ("is:undated -is:unplaced", {"undated": "true", "unplaced": "false"}),
        ("is:distressing boats", {"q": "boats", "distressing": "true"}),
        ("is:lost", {"standing": "lost"}),
        ("date:2024-06-15..20 June", {"q": "June", "date_from": "2024-06-15", "date_to": "20"}),
        ("date:2024-06-15..", {"date_from": "2024-06-15"}),
        ("from:2024 to:2025", {"date_from": "2024", "date_to": "2025"}),
        ("xmp:city -place:dover", {"q": "xmp:city -place:dover"}),
        ("place:calais,dunkirk", {"q": "place:calais,dunkirk"}),
        ("place:dunkirk place:malo boats", {"q": "place:dunkirk place:malo boats"}),
        ("place:dunkirk -place:malo", {"q": "-place:malo", "place": "dunkirk"}),
        ("date:2024 from:2025", {"q": "date:2024 from:2025"}),
        ('metadata:"nikon d5"', {"statement": "nikon d5"}),
        ("place:", {"q": "place:"}),
        ("  ", {}),
    ],
)
def test_what_a_parameter_can_say_stands_in_one(written: str, fields: dict[str, str]) -> None:
    assert asked({"q": written}).params == fields


def test_the_box_goes_before_the_parameters() -> None:
    fields = asked({"q": "place:dover date:2024", "place": "calais", "date_from": "2020-01-01", "kind": ""}).params

    assert fields == {"place": "dover", "date": "2024"}


def test_a_parameter_beside_several_of_its_conditions_is_one_more_of_them() -> None:
    fields = asked({"q": "place:a place:b boats", "place": "c", "date_from": "2024"}).params

    assert fields == {"q": "place:a place:b boats place:c", "date_from": "2024"}


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({"q": "boats", "place": "dover", "date": "2024-06"}, "boats place:dover date:2024-06"),
        (
            {"outlet": "Sky News", "standing": "contested", "has_gps": "true"},
            'outlet:"Sky News" is:contested has:gps',
        ),
        (
            {"distressing": "false", "undated": "false", "accession": "3", "statement": "nikon d5"},
            'accession:3 metadata:"nikon d5" -is:undated -is:distressing',
        ),
        (
            {"date_from": "2024-06-18", "date_to": "2024-06-20", "certainty": "certain"},
            "date:2024-06-18..2024-06-20 certainty:certain",
        ),
        ({"date_to": "mid June 2024"}, 'to:"mid June 2024"'),
        ({"q": "-place:malo", "place": "Calais, France"}, '-place:malo place:"Calais, France"'),
    ],
)
def test_parameters_written_into_the_box_come_out_of_it_again(fields: dict[str, str], written: str) -> None:
    assert box(fields) == written
    assert asked({"q": written}).params == fields


def _meant(query_terms: tuple) -> set:
    """What has to be met, whatever the order; dates alike whether written as a range or as its ends."""
    meant = set()
    for term in query_terms:
        if isinstance(term, Condition) and term.prefix in ("beach", "harbour", "port", "town"):
            term = Condition("place", term.values, term.is_excluded)
        # Whose review is asked for is written after `is`, the access after `status`.
        if (
            isinstance(term, Condition)
            and term.prefix == "status"
            and {*map(str.lower, map(str, term.values))} <= {*STANDINGS}
        ):
            term = Condition("is", term.values, term.is_excluded)
        meant.add(term)
    return meant


@settings(max_examples=1_000, deadline=None, database=None)
@given(TEXTS, st.sampled_from(["", "dover", "Calais, France"]), st.sampled_from(["", "2024", "mid June 2024"]))
def test_a_search_has_one_address(text: str, place: str, day: str) -> None:
    params = asked({"q": text, "place": place, "date_from": day}).params

    assert asked(params).params == params
    again = asked({"q": box(params)}).params
    assert box(again) == box(params)


@settings(max_examples=1_000, deadline=None, database=None)
@example("status:contested")
@given(TEXTS)
def test_no_condition_of_the_box_is_lost(text: str) -> None:
    said = _meant(parse(text).terms)

    kept = _meant(whole(asked({"q": text}).params).terms)

    # `from:a to:b` is written as a range; all else as it was.
    dated = {term for term in said | kept if isinstance(term, Condition) and term.prefix in ("date", "from", "to")}
    assert said - dated == kept - dated
    assert bool(said & dated) == bool(kept & dated)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"coast_from": "Calais", "coast_to": "Dunkirk"}, "between:Calais,Dunkirk"),
        ({"q": "boats", "coast_from": "calais", "coast_to": "malo les bains"}, 'boats between:calais,"malo les bains"'),
        ({"q": "boats", "coast_from": "", "coast_to": " "}, "boats"),
        ({"coast_from": 'a" is:lost', "coast_to": "b,c"}, None),
        # What is said half is refused as in the box.
        ({"coast_from": "calais"}, "between:calais"),
    ],
)
def test_the_ends_of_a_stretch_of_coast_stand_in_the_box(params: dict[str, str], words: str | None) -> None:
    fields = asked(params).params

    assert set(fields) == {"q"}
    if words is not None:
        assert fields["q"] == words
    assert {condition.prefix for condition in parse(fields["q"]).conditions} <= {"between"}


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("boats between:calais,dunkirk -sand", ("calais", "dunkirk", "boats -sand")),
        ("-between:calais,dunkirk", None),
        ("between:a,b between:c,d", None),
        ("between:a", None),
        ("between:2..3,b", None),
    ],
)
def test_a_form_has_the_one_stretch_that_the_box_asks_for(text: str, ends: tuple[str, ...] | None) -> None:
    assert coast_of(text) == ends
