import time
from datetime import date

import pytest

from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.read_caption import read_caption


def test_a_whole_caption_is_read_with_spans_into_the_text_as_given(gazetteer: Gazetteer) -> None:
    text = "About 50 people land at the port of Dover on Tuesday, helped by the RNLI. (Ana Roe/AFP)"

    read = read_caption(text, gazetteer=gazetteer, published=date(2024, 6, 19), language="en").to_json()

    def words(mention: dict) -> str:
        return text[mention["start"] : mention["end"]]

    assert read["text"] == text
    assert read["picture_date"] == "2024-06-18"
    assert [(words(one), one["role"]) for one in read["dates"]] == [("Tuesday", "picture")]
    assert [(words(one), one["place"], one["kind"], one["country_code"]) for one in read["places"]] == [
        ("port of Dover", "port-of-dover", "PORT", "GB")
    ]
    assert [(words(one), one["min"], one["max"]) for one in read["counts"]] == [("About 50 people", 45, 55)]
    assert [words(one) for one in read["bodies"]] == ["RNLI"]
    assert read["credit"]["creator"] == "Ana Roe"


def test_names_of_persons_outside_a_credit_are_given_out_nowhere(gazetteer: Gazetteer) -> None:
    text = "Paris Hartley and Jo Dover, both 30, walk the beach on Tuesday."

    read = read_caption(text, gazetteer=gazetteer, published=date(2024, 6, 19), language="en").to_json()
    read.pop("text")

    assert "Hartley" not in str(read)
    assert "Dover" not in str(read)


def test_the_language_is_told_where_it_is_not_given(gazetteer: Gazetteer) -> None:
    read = read_caption("Un canot dans la Manche, hier soir.", gazetteer=gazetteer, published=date(2024, 6, 19))

    assert (read.language, read.dates[0].edtf) == ("fr", "2024-06-18")


def test_a_publication_day_at_the_edge_of_the_calendar_resolves_nothing(gazetteer: Gazetteer) -> None:
    assert read_caption("A boat on Tuesday", gazetteer=gazetteer, published=date.min).dates == []


@pytest.mark.parametrize(
    "piece", ["A", "A-", "A'", "June 1 ", "(", "Photo: ", "A/", "Dover ", "more than 1,000 of the "]
)
def test_a_hostile_text_is_read_in_seconds(gazetteer: Gazetteer, piece: str) -> None:
    began = time.process_time()

    read_caption(piece * (50_000 // len(piece)), gazetteer=gazetteer, published=date(2024, 6, 19), language="en")

    assert time.process_time() - began < 5


def test_an_empty_caption_says_nothing(gazetteer: Gazetteer) -> None:
    read = read_caption("", gazetteer=gazetteer)

    assert (read.dates, read.places, read.bodies, read.counts) == ([], [], [], [])
