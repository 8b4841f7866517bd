import signal
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.standards.date_words import AmbiguousDate, NoDate, day_order, understand
from archive.standards.edtf import InvalidEDTF, parse

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("18 June 2024", "2024-06-18"),
        ("Tuesday, 18th of June 2024", "2024-06-18"),
        ("June 18, 2024", "2024-06-18"),
        ("18 juin 2024", "2024-06-18"),
        ("18. Juni 2024", "2024-06-18"),
        ("mardi 18 juin 2024 à 5h12", "2024-06-18T05:12:00"),
        ("18 de junio de 2024", "2024-06-18"),
        ("18 giugno 2024", "2024-06-18"),
        ("18 augustus 2024", "2024-08-18"),
        ("18-Jun-24", "2024-06-18"),
        ("18-Jun-68", "1968-06-18"),
        ("18/06/24", "2024-06-18"),
        ("18/06/2024", "2024-06-18"),
        ("06/18/2024", "2024-06-18"),
        ("06/06/2024", "2024-06-06"),
        ("2024:06:18 05:12:00", "2024-06-18T05:12:00"),
        ("2024-06-18 05:12", "2024-06-18T05:12:00"),
        ("2024-06-18T05:12:00.25+02:00", "2024-06-18T05:12:00+02:00"),
        ("18 juin 2024 à 5 h 12", "2024-06-18T05:12:00"),
        ("18 de junio de 2024 a las 05:12", "2024-06-18T05:12:00"),
        ("18 giugno 2024 ore 05:12", "2024-06-18T05:12:00"),
        ("18/06/2024 5:12 p. m.", "2024-06-18T17:12:00"),
        ("Tue Jun 18 05:12:00 2024", "2024-06-18T05:12:00"),
        ("20240618T051200Z", "2024-06-18T05:12:00Z"),
        ("20240618_0512", "2024-06-18T05:12:00"),
        ("Di., 18.6.2024", "2024-06-18"),
        ("midi, 18 juin 2024", "2024-06-18"),
        ("18.VI.2024", "2024-06-18"),
        ("KW 25/2024", "2024-06-17/2024-06-23"),
        ("2024-W25", "2024-06-17/2024-06-23"),
        ("nuit du 17 au 18 juin 2024", "2024-06-17/2024-06-18"),
        ("30.5.-2.6.2024", "2024-05-30/2024-06-02"),
        ("30/05/2024 - 02/06/2024", "2024-05-30/2024-06-02"),
        ("XIXe siècle", "18XX"),
        ("siglo XIX", "18XX"),
        ("19th c.", "18XX"),
        ("[ca. 1936]", "1936~"),
        ("1936 [?]", "1936?"),
        ("18 June 2024, 5.12 pm", "2024-06-18T17:12:00"),
        ("18 June 2024 05:12 BST", "2024-06-18T05:12:00+01:00"),
        ("0600 18 June 2024", "2024-06-18T06:00:00"),
        ("20240618", "2024-06-18"),
        ("June 2024", "2024-06"),
        ("06/2024", "2024-06"),
        ("June '24", "2024-06"),
        ("mi-juin 2024", "2024-06-11/2024-06-20"),
        ("Mi. 19. Juni 2024", "2024-06-19"),
        ("mid June 2024?", "2024-06-11?/2024-06-20?"),
        ("late 2024", "2024-09/2024-12"),
        ("Q2 2024", "2024-04/2024-06"),
        ("second half of 2024", "2024-07/2024-12"),
        ("summer 2024", "2024-22"),
        ("Spring/Summer 2024", "2024-21/2024-22"),
        ("winter 2023/24", "2023-12/2024-02"),
        ("1930s", "193X"),
        ("19th century", "18XX"),
        ("c. 1936", "1936~"),
        ("probably 1936", "1936?"),
        ("vermutlich um 1936", "1936%"),
        ("18/06/2024 (approx)", "2024-06-18~"),
        ("18-20 June 2024", "2024-06-18/2024-06-20"),
        ("June 18-20, 2024", "2024-06-18/2024-06-20"),
        ("18 June - 2 July 2024", "2024-06-18/2024-07-02"),
        ("du 18 au 20 juin 2024", "2024-06-18/2024-06-20"),
        ("between May and July 2024", "2024-05/2024-07"),
        ("night of 18 June 2024", "2024-06-18/2024-06-19"),
        ("1936-40", "1936/1940"),
        ("2024 or 2025", "[2024,2025]"),
        ("18 or 19 June 2024", "[2024-06-18,2024-06-19]"),
        ("pre 1940", "../1939"),
        ("before 18 June 2024", "../2024-06-17"),
        ("nach 1945", "1946/.."),
        ("since January 2024", "2024-01/.."),
        ("no later than June 2024", "../2024-06"),
        ("18 June 2024 to present", "2024-06-18/.."),
        ("1936 or earlier", "../1936"),
    ],
    ids=lambda value: value,
)
def test_a_date_in_words_is_read_whole(words, edtf):
    assert understand(words, today=TODAY).edtf == edtf


@pytest.mark.parametrize(
    "words",
    [
        "Monday",
        "Tuesday",
        "June",
        "18 June",
        "18-20 June",
        "June 18-20",
        "Jun 24",
        "6 2024",
        "not 18 June 2024",
        "18 June 2024 not 19",
        "not 2024",
        "never 1936",
        "June 2024 in Dover",
        "last Tuesday",
        "31 June 2024",
        "2024-02-30",
        "2024-13-01",
        "Monday 18 June 2024",
        "2024 2025",
        "18 June 2024 18 June 2024",
        "18 June 2024 -",
        "13/12/2024 or so",
        "9999-12-31",
        "0000:00:00 00:00:00",
        "31/12/9999",
        "00/00/0000 00:00",
        "o. J.",
        "sin fecha",
        "In der Nacht auf den 18. Juni 2024",
        "30.5.-2.5.2024",
        "KW 54/2024",
        "18.XIII.2024",
        "IMG_20240618_051200",
        "undated",
        "n.d.",
        "?",
        "18 June 20244",
        "24 o'clock",
        "2024年6月18日",
        "around 5am on 18 June 2024",
        "a" * 5000,
        "18 " * 60,
    ],
)
def test_what_is_not_wholly_understood_is_refused_with_a_sentence(words):
    with pytest.raises(InvalidEDTF, match=r"^.+\.+$"):
        understand(words, today=TODAY)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("1 Jan 2024 to 3 Jan 2023", "ends before it begins"),
        ("2024-06-18T25:00", "a time that no clock shows"),
        ("18 June 2024 25:00", "a time that no clock shows"),
        ("18 June 2024 05:12 EST", "Write it behind the date"),
        ("Mi., 18.6.2024", "that day is a Tuesday"),
        ("31/02/2024", "no day of the calendar"),
        ("Monday 18 June 2024", "that day is a Tuesday"),
        ("18 June", "names no year"),
        ("2024-13", "no month 13"),
        ("not 18 June 2024", '"not"'),
    ],
)
def test_the_refusal_says_what_is_wrong(words, why):
    with pytest.raises(InvalidEDTF, match=why):
        understand(words, today=TODAY)


@pytest.mark.parametrize(
    "words", ["12-06-2024", "12.06.2024 05:12", "12/06/2024 05:12", "06/07/24", "24-06-18", "5 2 2024"]
)
def test_a_date_that_can_be_two_days_is_left_open_and_names_both(words):
    with pytest.raises(AmbiguousDate) as refused:
        understand(words, today=TODAY)

    first, second = (parse(edtf).label() for edtf in refused.value.readings)
    assert first != second
    assert first in str(refused.value) and second in str(refused.value)


@pytest.mark.parametrize(
    ("written", "season", "years"),
    [("1923-24", "winter 1923", "1923/1924"), ("2020-21", "spring 2020", "2020/2021")],
    ids=["winter", "spring"],
)
def test_a_season_that_looks_like_two_years_is_left_open_and_names_both(written, season, years):
    for order in (None, "DMY"):
        with pytest.raises(AmbiguousDate) as refused:
            understand(written, order=order)
        assert refused.value.readings == (season, years)
    assert understand(season).edtf == written
    assert understand(years).edtf == years
    assert understand("2024-22").edtf == "2024-22"


@pytest.mark.parametrize("written", ["../..", "XXXX", "XXXX-XX", "XXXX-XX-XX", "/.."])
def test_what_bounds_no_day_is_no_date(written):
    with pytest.raises(NoDate):
        understand(written)


def test_the_order_of_a_list_settles_its_ambiguous_dates():
    assert day_order(["12/06/2024", "25/06/2024 05:12"]) == "DMY"
    assert day_order(["12.06.2024", "06.25.2024"]) == "MDY"
    assert day_order(["12/06/2024"]) is None
    assert day_order(["25/06/2024", "06/25/2024"]) is None
    assert understand("12/06/2024 05:12", order="DMY").edtf == "2024-06-12T05:12:00"
    assert understand("12/06/2024", order="MDY").edtf == "2024-12-06"


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
days = st.dates(min_value=date(1826, 1, 1), max_value=date(2026, 11, 28))
FORMS = [
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    lambda day: f"{day:%A} {day.day} {MONTHS[day.month - 1][:3]} {day.year}",
    lambda day: f"{day:%d-%b-%Y}",
    lambda day: f"{day:%Y:%m:%d}",
    lambda day: f"{day:%Y/%m/%d}",
]


@given(days, st.sampled_from(FORMS))
def test_every_day_is_read_as_itself_in_every_form(day, form):
    interval = understand(form(day), today=TODAY)

    assert (interval.earliest, interval.latest) == (day, day)


@given(
    days,
    st.sampled_from(FORMS),
    st.sampled_from(["not", "never", "except", "Dover", "ish", "7", "2031", "xyz", "-", "5 June"]),
    st.booleans(),
)
def test_a_further_word_never_leaves_the_date_as_it_was(day, form, word, is_before):
    written = f"{word} {form(day)}" if is_before else f"{form(day)} {word}"

    try:
        interval = understand(written, today=TODAY)
    except InvalidEDTF:
        return
    assert interval.edtf != str(day)


@given(days, st.integers(1, 400), st.sampled_from(FORMS[:3]))
def test_two_days_are_read_as_the_span_between_them(day, length, form):
    last = day + timedelta(days=length)

    interval = understand(f"{form(day)} to {form(last)}", today=date(2030, 1, 1))

    assert (interval.earliest, interval.latest) == (day, last)


@given(st.text(alphabet="0123456789/-.:~?%X[]{},TZ+ Jjuneoradtbfc", max_size=24))
def test_any_text_is_a_date_within_its_bounds_or_is_refused(text):
    try:
        interval = understand(text, today=TODAY)
    except InvalidEDTF as problem:
        assert str(problem)
        return
    assert date.min <= interval.earliest <= interval.latest <= date.max
    assert parse(interval.edtf) == interval
    assert interval.label()


@pytest.mark.parametrize("behind", ["a", "a b", "(a", "a.", "?", "~ ", " a", "1a", "xi", ". "])
@pytest.mark.parametrize("date", ["18 6 2024", "2024-06-18 ", "18 June 2024 ", "week 12 ", "30.5.-2.6.2024", ""])
def test_no_words_beside_a_date_take_for_ever(date: str, behind: str) -> None:
    def too_long(*_told: object) -> None:
        raise AssertionError("a date of 120 characters took more than 20 seconds")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(20)
    try:
        for words in (f"{date}{behind * 100}"[:100] + "!", f"{behind * 100}"[:80] + f" {date}!"):
            with suppress(InvalidEDTF):
                understand(words)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
