"""Search finds an item by the words in its picture, and by none of a wording that is hidden."""

import pytest
from django.utils import timezone

from archive.catalogue import hidden_wordings
from archive.catalogue.audiences import Audience
from archive.catalogue.models import Caption, Item
from archive.catalogue.text_index import IN_PICTURE, in_picture, matching
from archive.extraction.models import Examination
from archive.projection.item_gate import changing
from archive.standards.vocabulary import WORDS_IN_PICTURE
from tests.builders import make_caption, make_item, make_people

pytestmark = pytest.mark.django_db
CORNERS = [[0.05, 0.8], [0.4, 0.8], [0.4, 0.85], [0.05, 0.85]]


def read_in(item: Item, *texts: str) -> None:
    """Record lines of words in the item's picture, and write what search reads."""
    lines = [{"text": text, "confidence": 0.99, "corners": CORNERS} for text in texts]
    Examination.objects.create(
        media_file=item.media_file, kind=WORDS_IN_PICTURE, version="1", examined_at=timezone.now(),
        result={"lines": lines, "passed_over": 0, "reader": "rapidocr 3", "model": "PP-OCRv6 small"},
    )  # fmt: skip
    with changing([item]):
        pass


def found(words: str, *, audience: Audience = Audience.STAFF) -> bool:
    return Item.objects.filter(in_picture(words, audience=audience)).exists()


def test_an_item_is_found_by_the_words_in_its_picture_by_whoever_sees_it() -> None:
    item = make_item(access="RESEARCH")

    read_in(item, "CHANNEL CROSSINGS", "Traversøe de la Manche")

    assert found("crossings")
    assert found("crossings", audience=Audience.RESEARCH)
    assert found("traversée"), "é is read as ø now and then"
    assert not found("crossings", audience=Audience.PUBLIC)


def test_a_hidden_wording_is_found_by_no_word_of_its_lines() -> None:
    item, people = make_item(), make_people()
    caption = make_caption(item, "Jane Roe of Margate waits for her brother", role=Caption.Role.DESCRIPTION)
    read_in(item, "LIVE FROM THE BEACH", "Jane Roe of Margate waits", "for her brother")
    assert found("margate")

    with changing(hidden_wordings.bearers(caption), alone=True):
        hidden_wordings.hold(caption, by=people["moderator"])

    assert not found("margate") and not found("brother")
    assert not Item.objects.filter(matching("margate", audience=Audience.STAFF)).exists()
    assert found("beach")


def test_no_question_finds_the_mark_that_words_in_pictures_bear() -> None:
    read_in(make_item(), "LIVE FROM A BEACH")

    for words in ("in", "inpicture", "inp", "th", "þ", "þlive", IN_PICTURE):
        assert not Item.objects.filter(matching(words, audience=Audience.STAFF)).exists(), words
