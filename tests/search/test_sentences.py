"""Plain sentences, English and French: what becomes a condition, and what stays a word."""

import pytest

from archive.search.query_language import parse, print_query
from archive.search.sentences import read_sentence

PLACES = {"calais": "calais", "dunkirk": "dunkirk", "dunkerque": "dunkirk", "france": "france", "dover": "dover",
          "le portel": "le-portel", "malo les bains": "malo-les-bains"}  # fmt: skip


def read(text: str, *, untold: str = ""):
    named = lambda name: PLACES.get(name.lower().replace("-", " "))  # noqa: E731
    return read_sentence(parse(text), place_named=named, may_ask=lambda condition: condition.prefix != untold)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (
            "beaches between Calais and Dunkirk in mid June 2024",
            'place-kind:beach between:calais,dunkirk date:"mid June 2024"',
        ),
        (
            "plages entre Calais et Dunkerque à la mi-juin 2024",
            'place-kind:beach between:calais,dunkirk date:"mi-juin 2024"',
        ),
        (
            "what do we hold from the beaches between Calais and Dunkirk in mid June 2024, by whom, possible or "
            "certain, not yet contradicted?",
            'place-kind:beach between:calais,dunkirk date:"mid June 2024" -check:contradictory',
        ),
        (
            "Que détenons-nous des plages entre Calais et Dunkerque à la mi-juin 2024, par qui, possible ou certain, "
            "pas encore contredit\N{NO-BREAK SPACE}?",
            'place-kind:beach between:calais,dunkirk date:"mi-juin 2024" -check:contradictory',
        ),
        (
            "Quelles photos avons-nous à Malo-les-Bains en juin 2024 ?",
            'place:malo-les-bains date:"juin 2024"',
        ),
        ("a dinghy at Malo-les-Bains on 18 June 2024", 'dinghy place:malo-les-bains date:"18 June 2024"'),
        ("boats near Dover certain only", "boats place:dover certainty:certain"),
        ("footage from Dover in 2024", "kind:footage place:dover date:2024"),
        ("boats at dawn", "boats at dawn"),
        ("18 June 2024", "18 June 2024"),
        ("Calais Dunkirk boats", "Calais Dunkirk boats"),
        ('boats "at Dover" today', 'boats "at Dover" today'),
        ("the march in May", "the march in May"),
        ("between two boats and sand", "between two boats and sand"),
        ("night footage of boats", "night footage of boats"),
        ("dinghy in Dover -sand outlet:sky", "dinghy -sand outlet:sky place:dover"),
    ],
)
def test_names_and_dates_in_a_sentence_become_conditions(text: str, written: str) -> None:
    assert print_query(read(text).query) == written


def test_each_part_is_told_with_the_search_for_its_words_instead() -> None:
    sentence = read("a dinghy at Dover in June 2024")

    assert [(each.part, each.instead) for each in sentence.understood] == [
        ("at Dover", 'a dinghy "at Dover" in June 2024'),
        ("in June 2024", 'a dinghy at Dover "in June 2024"'),
    ]
    assert sentence.passed_over == ["a"]
    assert print_query(read(sentence.understood[0].instead).query) == 'dinghy "at Dover" date:"June 2024"'


def test_who_may_not_ask_what_checks_found_is_told_so() -> None:
    sentence = read("boats in Dover not yet contradicted", untold="check")

    assert print_query(sentence.query) == "boats place:dover"
    assert sentence.withheld == ["not yet contradicted"]
    assert sentence.passed_over == []
