import pytest

from archive.extraction.captions.people_counts import find_counts


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
    (count,) = find_counts(text, [], "fr" if "d'exilés" in text or "de " in text else "en")

    assert (text[count.start : count.end], count.minimum, count.maximum) == (words, least, most)


@pytest.mark.parametrize("text", ["two boats carrying people", "£3,000 for men", "5 miles from people", "no people"])
def test_what_counts_no_people_is_left(text: str) -> None:
    assert find_counts(text, []) == []


@pytest.mark.parametrize(
    ("language", "text", "least", "most"),
    [
        ("en", "with 63 on board", 63, 63),
        ("en", "a group of about 40 who left", 36, 44),
        ("en", "tens of thousands of visitors", 20_000, None),
        ("en", "half a dozen swimmers", 6, 6),
        ("fr", "vingt-deux personnes", 22, 22),
        ("fr", "63 personnes à bord", 63, 63),
        ("de", "Rund 200 Menschen", 180, 220),
        ("de", "mindestens zwölf Geflüchtete", 12, None),
        ("de", "Dutzende Badegäste", 20, None),
        ("nl", "zeker twintig mensen", 20, None),
        ("nl", "een dertigtal opvarenden", 27, 33),
        ("it", "almeno 40 migranti", 40, None),
        ("it", "una cinquantina di persone", 45, 55),
        ("es", "unas 60 personas", 54, 66),
        ("es", "cientos de bañistas", 200, None),
    ],
)
def test_people_are_counted_in_six_languages(language: str, text: str, least: int | None, most: int | None) -> None:
    (count,) = find_counts(text, [], language)

    assert (count.minimum, count.maximum) == (least, most)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "a group of 20 boats"), ("de", "zwei Boote mit Menschen"), ("es", "hace dos años"), ("fr", "une femme")],
)
def test_other_things_count_nobody_in_any_language(language: str, text: str) -> None:
    assert find_counts(text, [], language) == []


@pytest.mark.parametrize(
    ("language", "text", "least", "most"),
    [
        ("en", "Some 40 were taken to hospital", 36, 44),
        ("en", "At least 12 drowned", 12, None),
        ("en", "Thousands marched through the town", 2000, None),
        ("en", "The 21-strong crew was safe", 21, 21),
        ("en", "A crew of 14 took to the boats", 14, 14),
        ("en", "Crowds of up to 5,000 lined the quay", 1, 5000),
        ("fr", "Quelque 40 ont été conduits à l'hôpital", 36, 44),
        ("fr", "Au moins 12 sont morts", 12, None),
        ("fr", "plusieurs centaines selon les autorités", 200, None),
        ("fr", "plus de 200 marcheurs", 201, None),
        ("de", "Rund 30 werden vermisst", 27, 33),
        ("de", "Rund 40 Beschäftigte protestieren", 36, 44),
        ("nl", "Zeker twaalf verdronken", 12, None),
        ("nl", "Tientallen actievoerders", 20, None),
        ("it", "Almeno dodici sono morti", 12, None),
        ("es", "Al menos doce murieron", 12, None),
        ("en", "Police and seven grandchildren", 7, 7),
        ("en", "Thirty-eight Albanians", 38, 38),
        ("fr", "Plus de 30 routiers", 31, None),
        ("fr", "Entre 800 et 1 000 personnes", 800, 1000),
        ("nl", "Vijf schaatsers", 5, 5),
        ("it", "I due arrestati", 2, 2),
        ("es", "Rescate de nueve marroquíes", 9, 9),
    ],
)
def test_what_only_people_do_counts_people(language: str, text: str, least: int | None, most: int | None) -> None:
    (count,) = find_counts(text, [], language)

    assert (count.minimum, count.maximum) == (least, most)


@pytest.mark.parametrize(
    "text",
    [
        "About 50 were sold at auction",
        "At least 40 boats sank",
        "Two were launched; three were repainted",
        "Skagen, 12 March.",
        "Two trawlers",
    ],
)
def test_what_things_do_counts_nobody(text: str) -> None:
    assert find_counts(text, []) == []


def test_a_part_of_those_counted_is_counted_too() -> None:
    counts = find_counts("Al menos 14 de los 82 ocupantes son menores", [], "es")

    assert [(count.minimum, count.maximum) for count in counts] == [(14, None), (82, 82)]
    assert len(find_counts("At least nine workers, two of them hurt", [])) == 2
