import pytest

from archive.extraction.captions.openings import first_words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"gister(?:en(?:avond)?|ochtend)", {"gisteren", "gisterenavond", "gisterochtend"}),
        (r"(?:early |late )?yesterday(?: morning)?", {"early", "late", "yesterday"}),
        (r"l['’]an(?:née)? passé", {"l"}),
        (r"(?<=x)vergangene[nr]? Nacht(?!s)", {"vergangene", "vergangenen", "vergangener"}),
        (r"\d{1,2} days|(?P<far>ten)", {"0", "ten"}),
    ],
    ids=["glued", "optional", "apostrophe", "class", "digits"],
)  # fmt: skip
def test_a_pattern_is_tried_at_the_words_it_may_begin_with(pattern: str, words: set[str]) -> None:
    assert first_words(pattern) == words
