from datetime import date

import pytest

from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.reading import read_caption

EMPTY = Gazetteer.of([])


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("Migrants board a boat on Tuesday.", "2024-06-18"),
        ("A boat, pictured in April, was found.", "2024-04"),
        ("Police on the dunes on Tuesday, a day after four people died on Monday.", "2024-06-18"),
        ("FILE PHOTO: A dinghy at sea, August 12, 2023.", "2023-08-12"),
        ("Six people died on Monday. File picture.", None),
        ("A rally will be held on Saturday.", None),
        ("Crossings since January 1 have risen.", None),
        ("The beach from where 40 people set off on Monday", None),
        ("A man who was elected in 2019", None),
        ("Plastics will be banned by 2030.", None),
        ("The mayor (pictured aboard a ferry) told reporters this week to wait.", None),
        ("A wreck on the sands in 1936.", "1936"),
        ("People are brought in following an incident. Picture date: Tuesday June 18, 2024.", "2024-06-18"),
    ],
)
def test_the_picture_s_date_is_told_from_others_or_left_open(text: str, edtf: str | None) -> None:
    read = read_caption(text, gazetteer=EMPTY, published=date(2024, 6, 19), language="en")

    assert read.to_json()["picture_date"] == edtf
