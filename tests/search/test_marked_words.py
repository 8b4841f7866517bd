import pytest

from archive.search.marked_words import marked


@pytest.mark.parametrize(("text", "words", "expected"), [
    ("A dinghy at Dunkirk", "dinghy", "A [dinghy] at Dunkirk"),
    ("A dinghy at Dunkirk", "dunk", "A dinghy at [Dunkirk]"),
    ("A dinghy at Dunkirk", "din dunkirk", "A dinghy at [Dunkirk]"),
    ("La plage de Gravelines, près de l’été", "PRES plage", "La [plage] de Gravelines, [près] de l’été"),
    ("Small boats, small boats and boats", '"small boats"', "[Small boats], [small boats] and boats"),
    ("The boat's crew", "boat", "The [boat's] crew"),
    ("A boat on sand", "boat -sand", "A [boat] on sand"),
    ("A boat", "-sand", "A boat"),
    ("", "boat", ""),
    ("<b>boat</b>", "boat", "<b>[boat]</b>"),
])  # fmt: skip
def test_the_words_that_are_found_are_marked(text, words, expected):
    parts = marked(text, words, most=260)

    assert "".join(f"[{part.text}]" if part.is_found else part.text for part in parts) == expected


def test_a_long_text_is_cut_around_the_first_word_that_is_found():
    text = "word " * 100 + "a dinghy " + "word " * 100

    parts = marked(text, "dinghy", most=120)

    assert [part.text for part in parts if part.is_found] == ["dinghy"]
    assert parts[0].text == "…" and parts[-1].text.endswith("…")
    assert sum(len(part.text) for part in parts) <= 122
    assert marked(text, "", most=20)[-1].text == "word word word word …"
