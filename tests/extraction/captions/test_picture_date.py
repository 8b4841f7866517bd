from datetime import date

import pytest

from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.read_caption import read_caption

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


@pytest.mark.parametrize(
    ("language", "text", "edtf"),
    [
        ("en", "The wreck, three days after the sinking of 2 February 2022.", "2022-02-05"),
        ("fr", "Hommage, deux jours après le naufrage du 2 février 2022.", "2022-02-04"),
        ("de", "Wrack, zwei Tage nach dem Untergang vom 2. Februar 2022.", "2022-02-04"),
        ("en", "The picture was taken on Tuesday, not Monday.", "2024-06-18"),
        ("en", "The pier, c. 1940.", "1940~"),
        ("en", "Ships left at 4am today.", "2024-06-19T04:00:00"),
        ("fr", "Les exilés, ici photographiés le 3 mai, attendent.", "2024-05-03"),
        ("de", "Die Fähre im Hafen. Das Bild entstand am 12. Juni.", "2024-06-12"),
        ("de", "Das Foto wurde am 12. Juni aufgenommen.", "2024-06-12"),
        ("de", "Die Menschen, die am Strand warten, am Montag.", "2024-06-17"),
        ("nl", "Twintig mensen werden zaterdag gered.", "2024-06-15"),
        ("en", "CALAIS, June 18 (Reuters) - People walk to the port", "2024-06-18"),
        ("en", "In this Monday, June 17, 2024 photo, people walk, a day before a boat sank.", "2024-06-17"),
        ("en", "Footage released by the coastguard on Tuesday.", None),
        ("fr", "Une vidéo publiée par la préfecture le 17 juin.", None),
        ("en", "People in Dover, pictured after a boat sank on Tuesday.", None),
        ("en", "A catch. Issue date: Wednesday June 19, 2024.", None),
        ("en", "Mill girls, probably 1911.", "1911?"),
        ("it", "Emigranti a Genova, anni Cinquanta.", "195X"),
        ("fr", "La joie après son but contre l'OM, dimanche soir au stade.", "2024-06-16"),
    ],
)
def test_the_picture_s_date_in_the_words_of_six_languages(language: str, text: str, edtf: str | None) -> None:
    reading = read_caption(text, gazetteer=EMPTY, published=date(2024, 6, 19), language=language)

    assert reading.to_json()["picture_date"] == edtf
    assert reading.picture_date is None or reading.picture_date in reading.dates


@pytest.mark.parametrize(
    ("language", "text", "edtf"),
    [
        ("en", "Joan Roe, who died at Fowey, Cornwall, on Sunday.", None),
        ("en", "Joan Roe, who died on Sunday, pictured at home in 1994.", "1994"),
        ("en", "Ida Moran, who has died aged 71, on stage in Aldeburgh, Suffolk, in June 1983.", "1983-06"),
        ("fr", "L'ancien maire, décédé lundi à Calais.", None),
        ("it", "Il pescatore Salvo Riggio, morto domenica a Mazara.", None),
        ("en", "Roe leaves court on Friday after admitting fishing without a licence on March 2.", "2024-06-14"),
        ("es", "Los dos detenidos el lunes salen de los juzgados este miércoles.", "2024-06-19"),
        ("fr", "L'incendie qui a ravagé un entrepôt dans la nuit de vendredi à samedi.", "2024-06-14/2024-06-15"),
        ("de", "Helfer bringen in der Nacht zu Freitag Menschen an Land.", "2024-06-13/2024-06-14"),
        ("en", "A blaze gutted a ballroom overnight Saturday into Sunday.", "2024-06-15/2024-06-16"),
        ("en", "Youths swim ashore in the night from Monday to Tuesday.", "2024-06-17/2024-06-18"),
        ("en", "Roe lifts the trophy after his side's 3-1 win on Saturday.", "2024-06-15"),
        ("es", "La Guardia Civil custodia una lancha. Imagen cedida el viernes.", None),
        ("fr", "Des bénévoles, le mercredi 9 décembre 2020. Ce soir-là, il neigeait.", "2020-12-09"),
        ("fr", "Tanger, années 1950 : pêcheurs.", "195X"),
        ("nl", "Vissers, jaren 1950.", "195X"),
        ("it", "Pescatori a Torre del Greco, 1928 circa.", "1928~"),
        ("es", "Temporal en San Sebastián, h. 1895.", "1895~"),
        ("fr", "Le cuirassé en rade, entre 1908 et 1912.", "1908/1912"),
        ("en", "The pier, between 1908 and 1912.", "1908/1912"),
    ],
)
def test_days_of_deaths_nights_decades_and_years_about(language: str, text: str, edtf: str | None) -> None:
    reading = read_caption(text, gazetteer=EMPTY, published=date(2024, 6, 19), language=language)

    assert reading.to_json()["picture_date"] == edtf


@pytest.mark.parametrize(
    ("language", "text", "edtf"),
    [
        # what opens a sentence ends at its comma, or in German and Dutch at the verb
        ("en", "Days after the ferry ran aground, crews attach a line on Tuesday.", "2024-06-18"),
        ("en", "Having left Dunkirk on Sunday evening, the 42 are brought into Dover on Monday.", "2024-06-17"),
        ("de", "Nach dem Brand vom Montag untersuchen Ermittler am Dienstag die Halle.", "2024-06-18"),
        ("nl", "Een dag na de brand ruimt de gemeente dinsdag puin.", "2024-06-18"),
        # a clause has one day; the next is the main clause's
        ("en", "A woman who arrived on Monday queues for food at the camp on Tuesday.", "2024-06-18"),
        ("es", "El pesquero que naufragó el lunes es reflotado el martes en Vigo.", "2024-06-18"),
        ("nl", "De kotter die maandag zonk, wordt dinsdag gelicht.", "2024-06-18"),
        ("nl", "De kotter die maandag zonk.", None),
        ("en", "The hotel in May 2023, before it was demolished in January this year.", "2023-05"),
        ("en", "A boat is seen in this image taken on June 14, 2024 and obtained on June 17, 2024.", "2024-06-14"),
        ("en", "The image released on Sunday by the navy was taken on Thursday.", "2024-06-13"),
        # what was done before
        ("en", "The lighthouse, built in 1836.", None),
        ("fr", "Le maire, élu en 2020, lors d'une fête en 2022.", "2022"),
        ("it", "Il peschereccio affondato lunedì viene recuperato martedì.", "2024-06-18"),
        ("de", "Das am Sonntag gesunkene Boot wird am Dienstag gehoben.", "2024-06-18"),
        ("de", "Das Unglück hatte sich am Montag ereignet.", None),
        ("en", "Three men jailed on Friday for smuggling.", None),
        ("en", "A man who was last seen in Margate on Sunday.", None),
        ("en", "Ann Roe (1921-1999).", None),
        # releases
        ("fr", "Capture d'écran d'une vidéo postée lundi sur TikTok.", None),
        ("de", "Das Video wurde am Montag auf X veröffentlicht.", None),
        ("en", "Jo Doe sent us this picture on Monday.", None),
        ("en", "Police released this picture on Monday.", None),
        # of two days, the one that is told and not the day of a thing
        ("en", "The minister speaking on Tuesday about Monday's deaths.", "2024-06-18"),
        ("de", "Menschen gedenken am Montag der Opfer des Unglücks vom 28. September 1994.", "2024-06-17"),
        ("en", "Wreaths are laid on Tuesday at a memorial to the crew lost on 19 December 1981.", "2024-06-18"),
        ("en", "The ferry lay empty on Monday. She leaves on Thursday.", "2024-06-17"),
        ("en", "Glass negative, 1908. Gift of the family, 1962.", "1908"),
        ("fr", "Boulogne, vers 1925, tirage de 1978.", "1925~"),
        ("en", "By Sunday evening the harbour had emptied, as this picture shows.", "2024-06-16"),
        ("nl", "De kotter, hier in augustus 2021, zonk maandag.", "2021-08"),
        ("en", "People at the port after a fire, in Larne, Northern Ireland June 15, 2024.", "2024-06-15"),
        ("en", "Barrels of herring stacked four high on the quay in the 1930s.", "193X"),
        ("en", "The hotel opened in 1991.", None),
        ("fr", "Les répétitions avant la fête de la mer, dimanche 23 juin.", None),
    ],
)  # fmt: skip
def test_clauses_and_what_was_done_before_tell_of_other_days(language: str, text: str, edtf: str | None) -> None:
    reading = read_caption(text, gazetteer=EMPTY, published=date(2024, 6, 19), language=language)

    assert reading.to_json()["picture_date"] == edtf


@pytest.mark.parametrize(
    ("language", "text", "edtf"),
    [
        ("de", "Ein Kutter im Hafen (Archivbild von 2018).", "2018"),
        ("de", "Ein Kutter im Hafen. Archivbild aus 2018.", "2018"),
        ("de", "Ein Kutter im Hafen (Archivfoto aus dem Jahr 2018).", "2018"),
        ("de", "Ein Kutter im Hafen (Archivbild vom 12. Juli 2018).", "2018-07-12"),
        ("en", "A trawler in the harbour (file photo from 2018).", "2018"),
        ("en", "A trawler in the harbour in this 2018 file photo.", "2018"),
        ("fr", "Un chalutier au port (photo d'archives de 2018).", "2018"),
        ("fr", "Un chalutier au port. Archives 2018.", "2018"),
        ("nl", "Een kotter in de haven (archiefbeeld van 2018).", "2018"),
        ("es", "Un pesquero en el puerto (foto de archivo de 2018).", "2018"),
        ("it", "Un peschereccio in porto (foto d'archivio del 2018).", "2018"),
        ("it", "Un peschereccio in porto (immagine di repertorio del 2018).", "2018"),
        ("de", "Ein Kutter brannte am Montag (Archivbild).", None),
    ],
)
def test_a_picture_from_the_files_is_of_the_year_that_stands_beside_it(
    gazetteer: Gazetteer, language: str, text: str, edtf: str | None
) -> None:
    reading = read_caption(text, gazetteer=gazetteer, published=date(2024, 6, 19), language=language)

    assert (reading.picture_date.edtf if reading.picture_date else None) == edtf
    assert reading.credit.supplier is None
