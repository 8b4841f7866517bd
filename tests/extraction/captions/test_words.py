import re

import pytest

from archive.extraction.captions.words import language_of, sentences_of, small_letters, words_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("A boat at sea. Jo Roe/PA", ["A boat at sea.", "Jo Roe/PA"]),
        ("A boat on Nov. 8, 2023. Jo Roe", ["A boat on Nov. 8, 2023.", "Jo Roe"]),
        ("A boat on 10 Aug. PA Media", ["A boat on 10 Aug.", "PA Media"]),
        ("Mr. Roe at St. Ives", ["Mr. Roe at St. Ives"]),
    ],
)
def test_abbreviations_end_no_sentence(text: str, sentences: list[str]) -> None:
    assert [text[start:end].strip() for start, end in sentences_of(text)] == sentences


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Boulogne-sur-Mer, France, 3rd September 2024.", "en"),
        ("Un canot dans la Manche, mardi", "fr"),
        ("Ein Boot vor der Insel am Montag", "de"),
        ("Un grupo de bañistas en la playa, el lunes", "es"),
        ("", "en"),
    ],
)
def test_the_language_is_told_by_small_words_and_days(text: str, language: str) -> None:
    assert language_of(words_of(text)) == language


def test_small_letters_are_read_as_a_pattern_that_ignores_case_reads_the_text():
    text = "İSTANBUL KIYISI, ÎLE DE RÉ, ſea of \u212aelvin, STRASSE ẞ"

    small = small_letters(text)

    assert len(small) == len(text)
    for word in ("istanbul", "kiyisi", "île", "sea", "kelvin"):
        assert re.search(word, small).span() == re.search(word, text, re.IGNORECASE).span()
