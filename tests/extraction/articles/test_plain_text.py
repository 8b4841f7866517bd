from archive.extraction.articles.plain_text import offer_captions, read_plain
from archive.extraction.articles.read_article import read_article

STORY = """date 2024-06-19 Pictures have come out of people who wade out to a boat off Gravelines.

The boat was reported shortly after four in the morning, a spokeswoman said on Tuesday.

People climb into a boat that is already full

A lifeboat waits off Gravelines in April

Dozens of people could be seen leaving the quay in orange life jackets.

“We went out as soon as we heard”

The harbour office said that nobody was missing

Minister Jo Doe (pictured on a ferry in Dover Harbour) told reporters that the pier would stay.

It had been closed since the storm, and the works on it cost more than was thought.

Dozens of people were seen on the beach.
"""


def test_the_day_before_the_first_words_is_the_day_of_publication():
    assert read_plain("date 2024-06-19 One.\n\nTwo.") == ("2024-06-19", ["One.", "Two."])
    assert read_plain("2024-06-19\nOne.\n\nTwo.") == ("2024-06-19", ["One.", "Two."])
    assert read_plain("In 2024-06 one.\r\n\r\nTwo.") == ("", ["In 2024-06 one.", "Two."])


def test_lines_are_paragraphs_where_no_line_is_empty():
    assert read_plain("One.\nTwo.\nThree.")[1] == ["One.", "Two.", "Three."]


def test_caption_like_paragraphs_are_offered_each_with_its_reason():
    _day, paragraphs = read_plain(STORY)

    offered = offer_captions(paragraphs)

    assert {paragraphs[at].split()[0]: why for at, why in offered.items()} == {
        "People": "It ends without a full stop, as captions do.",
        "A": "It ends without a full stop, as captions do.",
        "Dozens": "It says what is to be seen, and stands beside another caption.",
        "Minister": "It names what is pictured.",
    }


def test_a_text_is_read_into_paragraphs_and_offered_figures(tmp_path):
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")

    reading = read_article(str(tmp_path / "story.txt"), str(tmp_path))

    assert reading["container"] == "text"
    assert reading["published"] == {"value": "2024-06-19", "day": "2024-06-19", "ground": "text:date"}
    first = reading["figures"][0]
    assert first["caption"] == reading["paragraphs"][first["after_paragraph"]]
    assert first["offered_because"] == "It ends without a full stop, as captions do."
    assert reading["statements"] == [["text", "date", "2024-06-19"]]
