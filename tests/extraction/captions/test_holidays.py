from datetime import date

import pytest

from archive.extraction.captions.dates import find_dates
from archive.extraction.captions.holidays import day_of, holiday_pattern
from archive.extraction.captions.words import words_of


def dates(text: str, language: str, published: date) -> list[tuple[str, str]]:
    found = find_dates(text, words_of(text), language=language, published=published, skip=[])
    return [(text[mention.start : mention.end], mention.edtf) for mention in found]


@pytest.mark.parametrize(
    ("language", "text", "words", "edtf"),
    [
        ("en", "Boxing Day dip", "Boxing Day", "2023-12-26"),
        ("en", "Crowds on Easter Monday", "Easter Monday", "2024-04-01"),
        ("en", "Swimmers on New Year's Day 1987", "New Year's Day 1987", "1987-01-01"),
        ("en", "A dip on Christmas Day last year", "Christmas Day last year", "2023-12-25"),
        ("en", "Sunrise at 4.45am on Midsummer's Day", "4.45am on Midsummer's Day", "2023-06-24T04:45:00"),
        ("en", "The August bank holiday", "August bank holiday", "2023-08-28"),
        ("fr", "Le jeudi de l'Ascension à Berck", "jeudi de l'Ascension", "2024-05-09"),
        ("fr", "Le bal du 14-Juillet", "14-Juillet", "2023-07-14"),
        ("fr", "La veille de Noël à Calais", "veille de Noël", "2023-12-24"),
        ("de", "Strand am Pfingstmontag", "Pfingstmontag", "2024-05-20"),
        ("de", "Stau am Karfreitag", "Karfreitag", "2024-03-29"),
        ("nl", "Drukte op tweede paasdag", "tweede paasdag", "2024-04-01"),
        ("nl", "Koningsdag in Scheveningen", "Koningsdag", "2024-04-27"),
        ("es", "Cabalgata el día de Reyes", "día de Reyes", "2024-01-06"),
        ("it", "Spiaggia il giorno di Ferragosto", "giorno di Ferragosto", "2023-08-15"),
    ],
)
def test_a_holiday_is_the_day_that_was_last(language: str, text: str, words: str, edtf: str) -> None:
    assert dates(text, language, date(2024, 6, 19)) == [(words, edtf)]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "The Halloween house of a family"), ("it", "Natale Rossi cammina"), ("fr", "Un marché Noël")],
)
def test_a_season_and_a_name_are_no_day(language: str, text: str) -> None:
    assert dates(text, language, date(2024, 6, 19)) == []


@pytest.mark.parametrize("language", ["en", "fr", "de", "nl", "it", "es"])
def test_each_rule_is_a_day_of_every_year(language: str) -> None:
    _pattern, rules = holiday_pattern(language)

    for rule in rules:
        for year in (1936, 2000, 2024, 2025):
            first, last = day_of(rule, year)
            assert first <= last
            assert abs(first.year - year) <= 1


def test_easter_and_what_follows_from_it() -> None:
    assert day_of("E+0", 2024)[0] == date(2024, 3, 31)
    assert day_of("E+50", 2024)[0] == date(2024, 5, 20)
    assert day_of("8:mon:-1", 2023)[0] == date(2023, 8, 28)
    assert day_of("11:sun:2", 2024)[0] == date(2024, 11, 10)
