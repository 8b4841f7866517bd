from datetime import date

import pytest

from archive.extraction.captions.denying import blanked, denied_spans, is_correction, kept_alone
from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.reading import read_caption


@pytest.mark.parametrize(
    ("language", "text", "denied"),
    [
        ("en", "A boat off Gravelines, not Dunkirk.", ["not Dunkirk"]),
        ("en", "Off Gravelines (not Dunkirk as previously captioned), Monday", ["not Dunkirk as previously captioned"]),
        ("en", "CORRECTS LOCATION TO GRAVELINES, NOT DUNKIRK: people wade", ["NOT DUNKIRK"]),
        ("en", "CORRECTS DATE FROM JUNE 17 TO JUNE 18", ["JUNE 17"]),
        ("en", "People queue at Folkestone rather than Dover on Monday.", ["rather than Dover"]),
        ("en", "It was not taken in Dover on Monday but in Calais", ["not taken in Dover on Monday"]),
        ("en", "Sixteen people, not 12 as first reported, landed", ["not 12 as first reported"]),
        ("en", "Seen in Hove, wrongly described as Worthing, on Monday", ["wrongly described as Worthing"]),
        ("en", "Dover, not Folkestone, Hythe or Deal, was calm", ["not Folkestone, Hythe or Deal"]),
        ("fr", "Au large de Calais, et non de Dunkerque, mardi", ["non de Dunkerque"]),
        ("fr", "Prise le 12 juin et non le 14 juin.", ["non le 14 juin"]),
        ("fr", "Elle n'a pas été prise à Calais mais à Wissant", ["pas été prise à Calais"]),
        ("de", "Vor Cuxhaven, nicht vor Emden.", ["nicht vor Emden"]),
        ("de", "Nicht in Emden, sondern in Kiel lag das Schiff", ["Nicht in Emden"]),
        ("nl", "Het strand van Oostende, niet van Nieuwpoort.", ["niet van Nieuwpoort"]),
        ("es", "Frente a Almería, y no en Málaga, el 15 de junio.", ["no en Málaga"]),
        ("it", "Sbarco a Trapani e non a Palermo, domenica.", ["non a Palermo"]),
    ],
)
def test_a_denial_ends_where_its_names_end(language: str, text: str, denied: list[str]) -> None:
    assert [text[start:end] for start, end in denied_spans(text, language)] == denied


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A man walks his dog not far from Dover on Sunday."),
        ("en", "The rain did not stop on Monday."),
        ("en", "NOT ALL MIGRANTS WERE RESCUED OFF DUNKIRK ON MONDAY"),
        ("en", "Not only Dover was closed."),
        ("fr", "Le Pas de Calais et le Pas-de-Calais, non loin de Douvres"),
        ("de", "Nicht weit von Kiel."),
        ("es", "No lejos de Cádiz."),
        ("it", "Non lontano da Trapani."),
    ],
)
def test_not_far_from_and_not_all_deny_no_name(language: str, text: str) -> None:
    assert denied_spans(text, language) == []


def test_what_is_denied_is_read_apart(gazetteer: Gazetteer) -> None:
    text = "CORRECTION: 16 people, not 12, land in Dover, not Dunkirk, on Tuesday, not Monday."

    reading = read_caption(text, gazetteer=gazetteer, published=date(2024, 6, 19), language="en")

    assert reading.corrects
    assert reading.to_json()["picture_date"] == "2024-06-18"
    assert [one.edtf for one in reading.dates] == ["2024-06-18"]
    assert [one.record.slug for one in reading.places if one.record] == ["dover"]
    assert [one.minimum for one in reading.counts] == [16]
    assert [one.edtf for one in reading.denied_dates] == ["2024-06-17"]
    assert [one.record.slug for one in reading.denied_places if one.record] == ["dunkirk"]


def test_blanks_keep_all_else_where_it_stood() -> None:
    text = "off Dover, not Deal, today"

    assert blanked(text, [(11, 19)]) == "off Dover,         , today"
    assert kept_alone(text, [(11, 19)]) == "           not Deal       "


@pytest.mark.parametrize("text", ["CORRECTS YEAR", "(Corrected) A boat", "Rectificatif : un canot", "Korrektur: Boot"])
def test_a_notice_is_known_by_how_it_opens(text: str) -> None:
    assert is_correction(text)
    assert not is_correction(f"A boat. {text}")


def test_a_notice_that_corrects_a_place_puts_the_picture_there(gazetteer: Gazetteer) -> None:
    text = "CORRECTS LOCATION TO DOVER, NOT DUNKIRK: people wade to a boat on Tuesday, June 18, 2024."

    places = read_caption(text, gazetteer=gazetteer, language="en").places

    assert [(place.record.slug, place.relation) for place in places if place.record] == [("dover", "in")]
