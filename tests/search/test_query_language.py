"""The language of the search box: what it reads, what it tells, and that what it prints is read to the same tree."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.search.prefixes import PREFIXES
from archive.search.query_language import MOST_CONDITIONS, MOST_PROBLEMS, parse, print_query
from archive.search.query_tree import VERSION, Condition, Query, Range, Words
from tests.sweeps.chosen import IS_WHOLE


def condition(prefix: str, *values: str | Range, is_excluded: bool = False) -> Condition:
    return Condition(prefix, values, is_excluded)


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        ("boats at dawn", [Words("boats"), Words("at"), Words("dawn")]),
        ('"small boats" -dover', [Words("small boats", is_phrase=True), Words("dover", is_excluded=True)]),
        ('-"small boats"', [Words("small boats", is_phrase=True, is_excluded=True)]),
        ("beach:malo-les-bains", [condition("beach", "malo-les-bains")]),
        ("PLACE:Dover", [condition("place", "Dover")]),
        ('outlet:"Sky News"', [condition("outlet", "Sky News")]),
        ("place:calais,dunkirk", [condition("place", "calais", "dunkirk")]),
        ('place:"Calais, France",dover', [condition("place", "Calais, France", "dover")]),
        ("place:a place:b", [condition("place", "a"), condition("place", "b")]),
        ("-place:dover", [condition("place", "dover", is_excluded=True)]),
        ("date:2024-06-15..2024-06-20", [condition("date", Range("2024-06-15", "2024-06-20"))]),
        ("date:2024..", [condition("date", Range("2024", ""))]),
        ("date:..2024,1936", [condition("date", Range("", "2024"), "1936")]),
        ('date:"mid June 2024".."20 June 2024"', [condition("date", Range("mid June 2024", "20 June 2024"))]),
        ("date:2024-06-15/..", [condition("date", "2024-06-15/..")]),
        ("date:../2024", [condition("date", "../2024")]),
        ("date:[1667,1668..1670]", [condition("date", "[1667,1668..1670]")]),
        ('metadata:"a..b"', [condition("metadata", "a..b")]),
        ("https://example.org/a.jpg at 05:12", [Words("https://example.org/a.jpg"), Words("at"), Words("05:12")]),
        ("place://x", [Words("place://x")]),
        ("- --x", [Words("-"), Words("-x", is_excluded=True)]),
        ("  ", []),
    ],
)  # fmt: skip
def test_a_text_is_read_as_a_tree(written: str, terms: list) -> None:
    query = parse(written)

    assert query == Query(tuple(terms), version=VERSION)
    assert query.problems == ()


@pytest.mark.parametrize(
    ("written", "part", "sentence", "instead"),
    [
        ("boats baech:malo", "baech:", "no word of the search", "beach:"),
        ("-plce:dover", "-plce:", "no word of the search", "-place:"),
        ("xmp:city", "xmp:", "no word of the search", ""),
        ("boats place: dover", "place:", "Nothing stands behind", ""),
        ('boats "at dawn', '"at dawn', "not closed", '"at dawn"'),
        ('outlet:"sky news', '"sky news', "not closed", '"sky news"'),
        ('boats "" dawn', '""', "Nothing stands between", ""),
        ("place:calais,,dunkirk", ",,", "missing at the comma", ""),
        ("boats people:..", "people:..", "stand marks and no value", ""),
        ("-place:, dawn", "-place:,", "stand marks and no value", ""),
        ('place:"a"b', "b", "space is missing", ""),
    ],
)
def test_what_is_not_as_the_language_has_it_is_told_where_it_stands(
    written: str, part: str, sentence: str, instead: str
) -> None:
    (problem,) = parse(written).problems

    assert (written[problem.start : problem.end], problem.instead) == (part, instead)
    assert sentence in problem.sentence % problem.values


def test_what_is_not_understood_stays_a_word() -> None:
    assert parse("xmp:city place: -foo:bar").terms == (
        Words("xmp:city"),
        Words("place:"),
        Words("foo:bar", is_excluded=True),
    )


def test_of_very_many_problems_the_first_are_told() -> None:
    assert len(parse("place:dover" + "," * 1000).problems) == MOST_PROBLEMS
    assert len(parse("beech:calais " * 100).problems) == MOST_PROBLEMS


def test_a_term_says_where_it_stands() -> None:
    written = 'boats -"at dawn" place:calais,"Sandgate, Kent" x'

    parts = [written[term.start : term.end] for term in parse(written).terms]

    assert parts == ["boats", '-"at dawn"', 'place:calais,"Sandgate, Kent"', "x"]


def test_more_conditions_than_a_search_can_ask_are_left_out_and_told() -> None:
    query = parse(" ".join(f"place:p{number}" for number in range(MOST_CONDITIONS + 2)))

    assert len(query.conditions) == MOST_CONDITIONS
    assert len(query.problems) == 2


_PIECES = st.sampled_from(
    [
        *PREFIXES,
        "foo", "baech", ":", "::", "-", "--", '"', '""', ",", ",,", "..", "...", "/..", "../", "//", "[", "]",
        "[1667,1668]", "{", "}", " ", "  ", "\t", "\x1c", "\u00a0", "2024-06-15", "mid June 2024", "malo-les-bains",
        "Calais, France", "51.05", "-2.4", "10km", "20..60", "=", "when=supported", "gps-against-place=contradictory",
        "undated", "contested", "gps", "possible", "é", "K", "ſ", "’", "%", "\\", "'", "*", "(", ")", "\x00", "\ud800",
        "海",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(_PIECES, max_size=12).map("".join), st.text(max_size=40))


@settings(max_examples=20_000 if IS_WHOLE else 2_000, deadline=None, database=None)
@given(TEXTS)
@example('place:"a.".."/b"')
@example('beach:"..x",a"b -"c d"')
@example('place:"   ,x')
@example('place:,"')
def test_any_text_is_read_and_what_is_printed_is_read_to_the_same_tree(text: str) -> None:
    query = parse(text)
    printed = print_query(query)

    assert parse(printed) == query
    # What was told once is no word of what is printed but for what stays a word of it.
    assert print_query(parse(printed)) == printed
    for problem in query.problems:
        assert 0 <= problem.start < problem.end <= len(text)
        assert problem.sentence % problem.values
