"""Notices of suppliers are found by their words, in six languages; other uses of the same words are none."""

import pytest

from archive.extraction.captions.notices import NoticeKind, find_notices


def kinds(text: str, **how: bool) -> set[str]:
    return {str(notice.kind) for notice in find_notices(text, **how)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("EMBARGOED UNTIL 2200 GMT 20 JUNE. NO ARCHIVES", "EMBARGO"),
        ("EMBARGO: A boat off Dunkirk.", "EMBARGO"),
        ("A boat off Dunkirk. Under strict embargo until Friday.", "EMBARGO"),
        ("Sous embargo jusqu'au 20 juin.", "EMBARGO"),
        ("Sperrfrist 20. Juni, 22 Uhr. Boote vor Dünkirchen.", "EMBARGO"),
        ("Onder embargo tot 20 juni", "EMBARGO"),
        ("Embargo hasta el 20 de junio", "EMBARGO"),
        ("Sotto embargo fino al 20 giugno", "EMBARGO"),
        ("Not for publication before 20 June", "EMBARGO"),
        ("Ne pas publier avant le 20 juin", "EMBARGO"),
        ("HOLD FOR RELEASE. A boat.", "HOLD"),
        ("Do not publish.", "HOLD"),
        ("MANDATORY KILL: the caption names a child.", "KILL"),
        ("KILL", "KILL"),
        ("*** PICTURE KILL *** please remove this photo from your archives", "KILL"),
        ("Photo annulée, veuillez la supprimer.", "KILL"),
        ("Achtung: Bild zurückgezogen", "KILL"),
        ("FOTO INGETROKKEN", "KILL"),
        ("Foto anulada", "KILL"),
        ("FOTO ANNULLATA", "KILL"),
        ("EDITORIAL USE ONLY. A boat off Dunkirk", "EDITORIAL_ONLY"),
        ("For editorial use only", "EDITORIAL_ONLY"),
        ("Usage éditorial uniquement", "EDITORIAL_ONLY"),
        ("Réservé à un usage éditorial", "EDITORIAL_ONLY"),
        ("Nur zur redaktionellen Verwendung", "EDITORIAL_ONLY"),
        ("Alleen voor redactioneel gebruik", "EDITORIAL_ONLY"),
        ("Sólo para uso editorial", "EDITORIAL_ONLY"),
        ("Solo uso editoriale", "EDITORIAL_ONLY"),
        ("HANDOUT. NOT FOR USE AFTER 20 JUNE 2024", "EXPIRY"),
        ("Must be used within 14 days from transmission.", "EXPIRY"),
        ("Archive use prohibited after July 18, 2024.", "EXPIRY"),
        ("Usage rights expire on 20 June.", "EXPIRY"),
        ("Ne pas utiliser après le 20 juin", "EXPIRY"),
        ("Verwendung nur bis 20. Juni", "EXPIRY"),
        ("Niet gebruiken na 20 juni", "EXPIRY"),
        ("No usar después del 20 de junio", "EXPIRY"),
        ("Non utilizzare dopo il 20 giugno", "EXPIRY"),
    ],
)
def test_a_notice_is_found_in_a_caption(text: str, kind: str) -> None:
    assert kinds(text) == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "A tanker that broke the oil embargo of last year, off Dunkirk.",
        "Ships waiting after the arms embargo on the country.",
        "Embargoed goods are unloaded in Calais.",
        "EMBARGO LIFTED. A boat off Dunkirk.",
        "The embargo has been lifted.",
        "No embargo.",
        "L'embargo sur les armes est discuté à Calais.",
        "The storm killed five people off Gravelines.",
        "Police hold a man for questioning.",
        "Workers kill time on the beach.",
        "The editorial office of the Courier.",
        "Do not publish without credit.",
        "The deadline for the use of the harbour expires on Friday.",
        "The pier may be used until Sunday.",
        "A dinghy to be used by smugglers off Gravelines.",
        "The old lifeboat, not used after 2019.",
        "The right of use of the quay.",
        "The camp is not for use after the fire.",
        "A boat off Dunkirk on 18 June 2024.",
    ],
)
def test_other_uses_of_the_words_are_no_notice(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Embargo 20 June, 22:00", "EMBARGO"), ("HOLD", "HOLD"), ("embargoed", "EMBARGO"), ("NO ARCHIVES", "")],
)
def test_in_a_field_for_instructions_the_word_alone_says_it(text: str, kind: str) -> None:
    assert kinds(text, is_instruction=True) == ({kind} if kind else set())


def test_the_sentence_is_quoted_and_nothing_more() -> None:
    [notice] = find_notices("A boat off Dunkirk. Embargo until 20 June. Photo: X")

    assert (notice.kind, notice.words) == (NoticeKind.EMBARGO, "Embargo until 20 June.")


@pytest.mark.parametrize(
    "notice",
    [
        "EMBARGOED until 6 a.m. 1 January 2025",
        "Embargo until 6 p.m. Wednesday, Jan. 1 2025.",
        "EMBARGO: not before 00.01 a.m. GMT, 1 January",
        "SOUS EMBARGO jusqu'au 1er janv. 2025 à 6 h.",
        "SPERRFRIST: 1. Januar 2025, 6 Uhr",
        "SPERRFRIST: 1. JANUAR 2025",
        "Gesperrt bis Mi., 1. Jan. 2025, 6.00 Uhr.",
        "EMBARGO TOT 1 jan. 2025, 6 uur",
        "EMBARGADO hasta el 1 de enero de 2025 a las 6 h.",
        "EMBARGADAS HASTA EL 1 ENE. 2025",
        "EMBARGO fino al 1 gen. 2025, ore 6.",
    ],
)
def test_an_embargo_is_quoted_with_the_whole_of_its_day_and_hour(notice: str) -> None:
    [found] = find_notices(f"A boat off Dunkirk. {notice}\nPhoto: X")

    assert (found.kind, found.words) == (NoticeKind.EMBARGO, notice)


def test_what_follows_the_day_of_an_embargo_is_no_part_of_it() -> None:
    [notice] = find_notices("Embargo until 20 June. 40 people wait in Calais. Embarked at 6 a.m. They left.")

    assert notice.words == "Embargo until 20 June."


def test_a_long_text_is_read_in_time_that_grows_as_it_does() -> None:
    assert kinds("please " * 3000 + "only " * 3000) == set()
