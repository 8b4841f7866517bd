from datetime import date

import pytest

from archive.extraction.captions.dates import find_dates
from archive.extraction.captions.words import words_of
from archive.standards.edtf import parse

WEDNESDAY = date(2024, 6, 19)


def dates(text: str, language: str = "en", published: date | None = WEDNESDAY) -> list[tuple[str, str]]:
    found = find_dates(text, words_of(text), language=language, published=published, skip=[])
    for one in found:
        parse(one.edtf)
    return [(text[one.start : one.end], one.edtf) for one in found]


@pytest.mark.parametrize(
    ("language", "text", "words", "edtf"),
    [
        ("en", "A boat on 18 June 2024.", "18 June 2024", "2024-06-18"),
        ("en", "A boat, Tuesday, June 18, 2024.", "Tuesday, June 18, 2024", "2024-06-18"),
        ("en", "A boat on the 1st of March 2018", "1st of March 2018", "2018-03-01"),
        ("en", "A boat on 18/06/2024", "18/06/2024", "2024-06-18"),
        ("en", "A boat on 2024-06-18", "2024-06-18", "2024-06-18"),
        ("en", "A boat on Sept. 16", "Sept. 16", "2023-09-16"),
        ("en", "A boat on 18 June", "18 June", "2024-06-18"),
        ("en", "A boat in April", "April", "2024-04"),
        ("en", "A boat in May\nCredit: Ana Roe", "May", "2024-05"),
        ("en", "Works due on Friday and Saturday", "Friday and Saturday", "2024-06-21/2024-06-22"),
        ("en", "A boat in October", "October", "2023-10"),
        ("en", "A boat on Tuesday", "Tuesday", "2024-06-18"),
        ("en", "A boat on Wednesday", "Wednesday", "2024-06-19"),
        ("en", "A boat last Wednesday", "last Wednesday", "2024-06-12"),
        ("en", "A boat on Monday night", "Monday night", "2024-06-17"),
        ("en", "They will sail on Friday", "Friday", "2024-06-21"),
        ("en", "Sent out at 4am yesterday morning", "4am yesterday morning", "2024-06-18T04:00:00"),
        ("en", "Sent out around 4am yesterday", "yesterday", "2024-06-18"),
        ("en", "A boat overnight", "overnight", "2024-06-18/2024-06-19"),
        ("en", "A boat earlier this week", "earlier this week", "2024-06-17/2024-06-18"),
        ("en", "A boat last month", "last month", "2024-05"),
        ("en", "A boat at the weekend", "the weekend", "2024-06-15/2024-06-16"),
        ("en", "A boat two days ago", "two days ago", "2024-06-17"),
        ("en", "A boat between 3 and 5 May", "3 and 5 May", "2024-05-03/2024-05-05"),
        ("en", "A boat, 18-21 February 2022", "18-21 February 2022", "2022-02-18/2022-02-21"),
        ("en", "A boat, 30 May to 2 June 2024", "30 May to 2 June 2024", "2024-05-30/2024-06-02"),
        ("en", "Crossings since January 1", "since January 1", "2024-01-01/.."),
        ("en", "A boat in late June 2023", "late June 2023", "2023-06-21/2023-06-30"),
        ("en", "A boat in the 1970s", "1970s", "197X"),
        ("en", "A boat, circa 1936", "circa 1936", "1936~"),
        ("en", "A boat last summer", "last summer", "2023-22"),
        ("fr", "Un canot mardi 18 juin", "mardi 18 juin", "2024-06-18"),
        ("fr", "Un canot le 1er mars 2018", "1er mars 2018", "2018-03-01"),
        ("fr", "Un canot lundi dernier", "lundi dernier", "2024-06-17"),
        ("fr", "Un canot ce week-end", "ce week-end", "2024-06-15/2024-06-16"),
        ("fr", "Un canot hier soir", "hier soir", "2024-06-18"),
        ("fr", "Un canot avant-hier", "avant-hier", "2024-06-17"),
        ("fr", "Dans la nuit de lundi à mardi", "lundi à mardi", "2024-06-17/2024-06-18"),
        ("fr", "Un canot fin octobre 2023", "fin octobre 2023", "2023-10-21/2023-10-31"),
        ("fr", "Depuis le 1er janvier", "Depuis le 1er janvier", "2024-01-01/.."),
        ("fr", "Un canot dimanche à 4 heures", "dimanche à 4 heures", "2024-06-16T04:00:00"),
        ("fr", "Il se rendra à Calais vendredi", "vendredi", "2024-06-21"),
        ("de", "Ein Boot am 18. Juni 2024", "18. Juni 2024", "2024-06-18"),
        ("de", "Ein Boot gestern", "gestern", "2024-06-18"),
        ("nl", "Een boot op dinsdag 18 juni 2024", "dinsdag 18 juni 2024", "2024-06-18"),
        ("it", "Una barca martedì 18 giugno", "martedì 18 giugno", "2024-06-18"),
        ("es", "Una patera el 11 de febrero pasado", "11 de febrero pasado", "2024-02-11"),
        ("es", "Una patera en junio del año pasado", "junio del año pasado", "2023-06"),
        ("es", "Una patera, 18 jun", "18 jun", "2024-06-18"),
        ("nl", "De boot, gisterochtend om 6.15 uur", "gisterochtend om 6.15 uur", "2024-06-18T06:15:00"),
        ("nl", "In de nacht van maandag op dinsdag", "maandag op dinsdag", "2024-06-17/2024-06-18"),
        ("nl", "In de zomer van 2023", "zomer van 2023", "2023-22"),
        ("de", "Am Dienstag um 18 Uhr 30", "Dienstag um 18 Uhr 30", "2024-06-18T18:30:00"),
        ("de", "In der Nacht von Montag auf Dienstag", "Montag auf Dienstag", "2024-06-17/2024-06-18"),
        ("de", "In der Nacht zum 17. Juni 2024", "17. Juni 2024", "2024-06-16/2024-06-17"),
        ("de", "In den 30er-Jahren", "30er", "193X"),
        ("de", "Kiel 1930.", "1930", "1930"),
        ("de", "Ein Boot am 17.06. vor Kiel", "17.06", "2024-06-17"),
        ("it", "Bagnanti nel fine settimana", "nel fine settimana", "2024-06-15/2024-06-16"),
        ("it", "Martedì 18 giugno, ore 6:15", "Martedì 18 giugno, ore 6:15", "2024-06-18T06:15:00"),
        ("fr", "L'hiver 2023-2024", "hiver 2023-2024", "2023-24"),
        ("fr", "Mardi de la semaine dernière", "Mardi de la semaine dernière", "2024-06-11"),
        ("en", "At 0330hrs on Monday", "0330hrs on Monday", "2024-06-17T03:30:00"),
        ("en", "Bude on Saturday 8th", "Saturday 8th", "2024-06-08"),
        ("en", "Bude, 18-06-2024", "18-06-2024", "2024-06-18"),
        ("en", "Boulogne, 22/9/44", "22/9/44", "1944-09-22"),
        ("en", "Margate, c1890", "c1890", "1890~"),
        ("en", "Margate, c 1890", "c 1890", "1890~"),
        ("en", "Margate, 1890?", "1890?", "1890?"),
        ("en", "Margate in '73", "73", "1973"),
        ("en", "Boats left overnight on 17/18 June", "overnight on 17/18 June", "2024-06-17/2024-06-18"),
        ("en", "Fair on Sunday 23 June", "Sunday 23 June", "2024-06-23"),
    ],
)
def test_a_form_of_the_press_is_read_with_its_span(language: str, text: str, words: str, edtf: str) -> None:
    assert dates(text, language) == [(words, edtf)]


@pytest.mark.parametrize(
    "text",
    ["It may rain.", "They march on.", "A sun over the sea.", "Euro 2024 fans", "2,000 people", "£2,024", "At 4am."],
)
def test_words_and_numbers_that_are_no_dates_are_left(text: str) -> None:
    assert dates(text) == []


def test_without_a_publication_day_only_whole_dates_are_read() -> None:
    assert dates("On Tuesday and on 18 June, as on 3 May 2021", published=None) == [("3 May 2021", "2021-05-03")]


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert dates("On 31 June 2024") == []
