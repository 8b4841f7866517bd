import pytest

from archive.extraction.captions.counting import find_counts


@pytest.mark.parametrize(
    ("text", "words", "least", "most"),
    [
        ("with 85 people aboard", "85 people", 85, 85),
        ("about two dozen migrants", "about two dozen migrants", 21, 27),
        ("at least six officers", "at least six officers", 6, None),
        ("more than 11,000 migrants", "more than 11,000 migrants", 11_001, None),
        ("fewer than 20 fans", "fewer than 20 fans", None, 19),
        ("up to 50 people", "up to 50 people", 1, 50),
        ("between 40 and 50 survivors", "between 40 and 50 survivors", 40, 50),
        ("dozens of young men", "dozens of young men", 20, None),
        ("une soixantaine de personnes", "une soixantaine de personnes", 54, 66),
        ("plusieurs dizaines d'exilés", "plusieurs dizaines d'exilés", 20, None),
        ("plus de 150 migrants", "plus de 150 migrants", 151, None),
    ],
)
def test_a_count_is_a_range(text: str, words: str, least: int | None, most: int | None) -> None:
    (count,) = find_counts(text, [])

    assert (text[count.start : count.end], count.minimum, count.maximum) == (words, least, most)


@pytest.mark.parametrize("text", ["two boats carrying people", "£3,000 for men", "5 miles from people", "no people"])
def test_what_counts_no_people_is_left(text: str) -> None:
    assert find_counts(text, []) == []
