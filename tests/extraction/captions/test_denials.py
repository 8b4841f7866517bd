from datetime import date

import pytest

from archive.extraction.captions.denials import blanked, denied_spans, is_correction, kept_alone
from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.read_caption import read_caption


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
        ("fr", "La plage de Gravelines, pas celle de Wissant, lundi.", ["pas celle de Wissant"]),
        ("it", "La spiaggia di Cutro, non quella di Crotone.", ["non quella di Crotone"]),
        ("es", "La playa de Bolonia, no la de Tarifa.", ["no la de Tarifa"]),
        ("de", "Der Strand von Cuxhaven, nicht der von Büsum.", ["nicht der von Büsum"]),
        ("nl", "De haven van Oostende, niet die van Zeebrugge.", ["niet die van Zeebrugge"]),
        ("en", "The beach at Gravelines, nowhere near Calais, on Monday.", ["nowhere near Calais"]),
        ("en", "The boat off Gravelines, which never reached Dover, on Monday.", ["never reached Dover"]),
        ("fr", "Le bateau, qui n’a jamais atteint Douvres, au large de Calais.", ["jamais atteint Douvres"]),
        ("fr", "Légende erronée : Dunkerque. La photo montre Gravelines.", ["Légende erronée : Dunkerque"]),
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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Dunkirk is not where this boat was; it was off Dover."),
        ("en", "Dunkirk isn’t where this boat was; it was off Dover."),
        ("en", "Photo wasn't taken in Dunkirk but in Dover."),
        ("en", "These weren’t taken off Dunkirk but off Dover."),
        ("en", "This didn't happen at Dunkirk but at Dover."),
        ("es", "Una barca frente a Dover, no Dunkerque."),
        ("it", "Una barca al largo di Dover, non Dunkerque."),
        ("", "Una barca frente a Dover, no Dunkerque."),
        ("en", "No boat was seen in Dunkirk on 18 June 2024; this is Dover."),
        ("fr", "Aucun bateau n'a été vu à Dunkerque le 18 juin 2024 ; ici Douvres."),
        ("de", "In Dunkerque wurde kein Boot gesehen; das ist Dover."),
        ("nl", "Geen boot werd in Dunkerque gezien; dit is Dover."),
        ("en", "Neither Dunkirk nor Nice: the beach of Dover."),
        ("en", "Neither in Dunkirk nor in Nice: the beach of Dover."),
        ("fr", "Ni à Dunkerque ni à Nice : la plage de Douvres."),
        ("de", "Weder in Dunkerque noch in Nice: der Strand von Dover."),
        ("nl", "Noch in Dunkerque, noch in Nice: het strand van Dover."),
        ("es", "Ni en Dunkerque ni en Nice: la playa de Dover."),
        ("it", "Né a Dunkerque né a Nice: la spiaggia di Dover."),
        ("en", "A boat off Dover and not - as we wrote - off Dunkirk."),
        ("en", "A boat off Dover, not, as stated, Dunkirk."),
        ("fr", "Un canot à Douvres et non, comme indiqué, à Dunkerque."),
        ("de", "Ein Boot vor Dover und nicht – wie angegeben – vor Dunkerque."),
        ("en", "The location is Dover; Dunkirk was incorrect."),
        ("en", "The location is Dover; Dunkirk was given in error."),
        ("fr", "Le lieu est Douvres ; Dunkerque était une erreur."),
        ("de", "Der Ort ist Dover; Dunkerque war falsch."),
        ("nl", "De plaats is Dover; Dunkerque was onjuist."),
        ("es", "El lugar es Dover; Dunkerque era incorrecto."),
        ("it", "Il luogo è Dover; Dunkerque era sbagliato."),
        ("en", "CORRECTION - NOT DUNKIRK - DOVER: a boat leaves the beach."),
        ("en", "CORRECTION: NOT DUNKIRK BUT DOVER: a boat leaves the beach."),
        ("en", "A boat at Dover; the beach at Dunkirk is not shown."),
        ("fr", "Un canot à Douvres ; la plage de Dunkerque n’est pas montrée."),
        ("de", "Ein Boot in Dover; der Strand von Dunkerque ist nicht zu sehen."),
        ("nl", "Een boot in Dover; het strand van Dunkerque is niet te zien."),
        ("es", "Un bote en Dover; la playa de Dunkerque no se ve."),
        ("it", "Un gommone a Dover; la spiaggia di Dunkerque non si vede."),
        ("en", "Dunkirk? No: Dover."),
        ("fr", "Dunkerque ? Non : Douvres."),
        ("de", "Dunkerque? Nein, Dover."),
        ("nl", "Dunkerque? Nee: Dover."),
        ("en", "The boat was never near Dunkirk; it lay off Dover."),
        ("fr", "Le bateau n'est jamais passé par Dunkerque ; il était à Douvres."),
        ("de", "Das Boot war nie in Dunkerque, es lag vor Dover."),
        ("nl", "De boot kwam nooit bij Dunkerque; hij lag voor Dover."),
        ("es", "El bote nunca estuvo en Dunkerque; estaba frente a Dover."),
        ("it", "La barca non è mai arrivata a Dunkerque; era al largo di Dover."),
        ("en", "Unlike at Dunkirk, people boarded by day at Dover."),
        ("fr", "Contrairement à Dunkerque, on embarque de jour à Douvres."),
        ("de", "Anders als in Dunkerque steigen sie in Dover bei Tag ein."),
        ("nl", "Anders dan in Dunkerque gaan zij in Dover overdag aan boord."),
        ("es", "A diferencia de Dunkerque, en Dover embarcan de día."),
        ("it", "A differenza di Dunkerque, a Dover salgono di giorno."),
    ],
)
def test_a_denied_place_is_claimed_by_nobody_and_the_right_one_is(
    gazetteer: Gazetteer, language: str, text: str
) -> None:
    reading = read_caption(text, gazetteer=gazetteer, published=date(2024, 6, 19), language=language)

    assert [place.record.slug for place in reading.places if place.record] == ["dover"]
    assert "dunkirk" in [place.record.slug for place in reading.denied_places if place.record]
    assert [one.edtf for one in reading.dates] == []


def test_pas_de_calais_is_a_county_but_not_behind_et() -> None:
    county, denied = "Une plage du Nord et du Pas de Calais.", "Une plage de Wissant (et pas de Calais)."

    assert denied_spans(county, "fr") == []
    assert [denied[start:end] for start, end in denied_spans(denied, "fr")] == ["pas de Calais"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No ferries sailed from Dover on Tuesday."),
        ("en", "No boats were seen at Dover on Tuesday."),
        ("en", "Dover was not calm on Sunday."),
        ("en", "Dover was wrong to close, he says."),
        ("en", "Residents of Dover, who are not pictured, protest."),
        ("en", "A sign at Dover. The rest of the family is not pictured."),
        ("en", "Ferries to Dover? No chance on Sunday."),
        ("en", "A boat at Dover was wrongly captioned as Calais."),
        ("es", "No hubo heridos en Dover."),
        ("de", "Noch immer warten Menschen in Dover."),
        ("en", "Never in Dover had so many people waited."),
        ("de", "Noch nie warteten so viele Menschen in Dover."),
        ("de", "In Dover warten mehr Menschen, anders als gemeldet."),
        ("fr", "Contrairement aux années passées, il y a foule à Douvres."),
        ("nl", "Noch steeds wachten mensen in Dover."),
    ],
)
def test_a_negation_about_something_else_leaves_the_place(gazetteer: Gazetteer, language: str, text: str) -> None:
    reading = read_caption(text, gazetteer=gazetteer, language=language)

    assert [place.record.slug for place in reading.places if place.record] == ["dover"]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("fr", "Le 19 et non le 18 juin, la plage de Douvres.", "2024-06-19"),
        ("fr", "La plage de Douvres, le 19 et non le 18 juin.", "2024-06-19"),
        ("fr", "La plage de Douvres le 19, et non le 18, juin 2023.", "2023-06-19"),
        ("fr", "Douvres, le 19 et non le 18 juin 1944.", "1944-06-19"),
        ("fr", "Douvres, le 19 juin et non le 18 juin 1944.", "1944-06-19"),
        ("fr", "Douvres, mardi 18 et non lundi 17 juin.", "2024-06-18"),
        ("fr", "Douvres, le 19, pas le 18 juin.", "2024-06-19"),
        ("fr", "Douvres, non pas le 18 mais le 19 juin.", "2024-06-19"),
        ("fr", "Douvres, le 19 plutôt que le 18 juin.", "2024-06-19"),
        ("en", "The beach at Dover on 19, not 18 June.", "2024-06-19"),
        ("en", "The beach at Dover on the 19th, not the 18th, of June.", "2024-06-19"),
        ("en", "The beach at Dover on the 19th and not the 18th of June.", "2024-06-19"),
        ("en", "The beach at Dover on June 19, not 18.", "2024-06-19"),
        ("en", "The beach at Dover on June 19, not June 18, 1944.", "1944-06-19"),
        ("en", "The beach at Dover on 19 June, not 18 June 1944.", "1944-06-19"),
        ("en", "The beach at Dover in June, not July 1944.", "1944-06"),
        ("en", "The beach at Dover, 19 rather than 18 June.", "2024-06-19"),
        ("en", "The beach at Dover on 19 (not 18) June.", "2024-06-19"),
        ("de", "Der Strand von Dover am 19., nicht am 18. Juni.", "2024-06-19"),
        ("de", "Der Strand von Dover am 19. und nicht am 18. Juni.", "2024-06-19"),
        ("de", "Der Strand von Dover nicht am 18., sondern am 19. Juni.", "2024-06-19"),
        ("de", "Der Strand von Dover am 19. statt am 18. Juni.", "2024-06-19"),
        ("nl", "Het strand van Dover op 19 en niet op 18 juni.", "2024-06-19"),
        ("nl", "Het strand van Dover op 19, niet 18 juni.", "2024-06-19"),
        ("nl", "Het strand van Dover niet op 18 maar op 19 juni.", "2024-06-19"),
        ("es", "La playa de Dover el 19 y no el 18 de junio.", "2024-06-19"),
        ("es", "La playa de Dover el 19, no el 18, de junio.", "2024-06-19"),
        ("es", "La playa de Dover, no el 18 sino el 19 de junio.", "2024-06-19"),
        ("it", "La spiaggia di Dover il 19 e non il 18 giugno.", "2024-06-19"),
        ("it", "La spiaggia di Dover, non il 18 ma il 19 giugno.", "2024-06-19"),
        ("en", "A child aged 12, not 14 as reported, at Dover on 19 June.", "2024-06-19"),
        ("en", "Dover on Wednesday 19, not Tuesday 18 June.", "2024-06-19"),
        ("en", "Dover on Wednesday, not Tuesday.", "2024-06-19"),
        ("fr", "Douvres, mercredi 19 juin et non mardi 18.", "2024-06-19"),
        ("de", "Dover am Mittwoch, den 19., und nicht am Dienstag, den 18. Juni.", "2024-06-19"),
        ("en", "Dover in June and not in July.", "2024-06"),
        ("en", "Dover on Wednesday, 19 June, not Tuesday, 18 June.", "2024-06-19"),
        ("en", "Dover on Wednesday, not Tuesday, June 18.", "2024-06-19"),
        ("fr", "Douvres, mercredi et non mardi, 12 bateaux sont partis.", "2024-06-19"),
    ],
)
def test_month_and_year_behind_a_denied_day_belong_to_the_right_one_too(
    gazetteer: Gazetteer, language: str, text: str, day: str
) -> None:
    reading = read_caption(text, gazetteer=gazetteer, published=date(2024, 6, 21), language=language)

    assert [mention.edtf for mention in reading.dates] == [day]
    assert [place.record.slug for place in reading.places if place.record] == ["dover"]


def test_the_denied_day_keeps_its_month_too(gazetteer: Gazetteer) -> None:
    text = "Douvres, le 19 et non le 18 juin 1944."

    reading = read_caption(text, gazetteer=gazetteer, language="fr")

    assert [mention.edtf for mention in reading.denied_dates] == ["1944-06-18"]
    assert [text[mention.start : mention.end] for mention in reading.dates] == ["19 et non le 18 juin 1944"]


@pytest.mark.parametrize(
    ("language", "text", "counts"),
    [
        ("en", "Twelve, not 14 people landed at Dover.", [(12, 12)]),
        ("en", "At Dover 12 and not 14 migrants were landed.", [(12, 12)]),
        ("en", "At Dover 12 migrants, not 14, were landed.", [(12, 12)]),
        ("en", "Not 14 but 12 migrants were landed at Dover.", [(12, 12)]),
        ("en", "12 rather than 14 people were landed at Dover.", [(12, 12)]),
        ("fr", "Douze et non quatorze personnes à Douvres.", [(12, 12)]),
        ("fr", "Non pas 14 mais 12 personnes à Douvres.", [(12, 12)]),
        ("fr", "À Douvres, 12 personnes et non 14 ont débarqué.", [(12, 12)]),
        ("de", "Zwölf, nicht 14 Menschen in Dover.", [(12, 12)]),
        ("de", "Nicht 14, sondern 12 Menschen in Dover.", [(12, 12)]),
        ("nl", "Twaalf en niet 14 mensen in Dover.", [(12, 12)]),
        ("nl", "Geen 14 maar 12 mensen in Dover.", [(12, 12)]),
        ("es", "En Dover, 12 y no 14 personas.", [(12, 12)]),
        ("it", "A Dover 12 e non 14 persone.", [(12, 12)]),
        ("en", "About 50 people, not including children, at Dover on 19 June.", [(45, 55)]),
        ("en", "In Dover 12, not 14, were rescued.", [(12, 12)]),
        ("de", "Zwölf statt 14 Menschen in Dover.", [(12, 12)]),
        ("it", "Dodici e non quattordici persone a Dover.", [(12, 12)]),
        ("es", "Doce y no catorce personas en Dover.", [(12, 12)]),
        ("en", "Twelve people, including three children, not 14, at Dover.", [(12, 12), (3, 3)]),
        ("en", "Dover on Wednesday, not Tuesday, 12 people landed.", [(12, 12)]),
    ],
)
def test_the_noun_behind_a_denied_number_belongs_to_the_right_one_too(
    gazetteer: Gazetteer, language: str, text: str, counts: list[tuple[int, int]]
) -> None:
    reading = read_caption(text, gazetteer=gazetteer, published=date(2024, 6, 21), language=language)

    assert [(count.minimum, count.maximum) for count in reading.counts] == counts
