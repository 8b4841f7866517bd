import pytest

from archive.extraction.articles.moments import read_moment
from tests.extraction.articles.pages import H1, page, prose
from tests.extraction.articles.test_common_markup import read


def linked_data(**dates: str) -> str:
    told = ", ".join(f'"{name}": "{value}"' for name, value in dates.items())
    return f'<title>x</title><script type="application/ld+json">{{"@type": "NewsArticle", {told}}}</script>'


def body(lines: str = "") -> str:
    return f"<article>{H1}{lines}{prose()}</article>"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-06-19T06:30:00Z", "2024-06-19T06:30:00+00:00"),
        ("2024-06-19T06:30:00.123+0100", "2024-06-19T06:30:00+01:00"),
        ("2024-06-19T06:30:00+02:00CET", "2024-06-19T06:30:00+02:00"),
        ("2024-06-19T06:30:00EEST", "2024-06-19T06:30:00+03:00"),
        ("2024-06-19 06:30:25", "2024-06-19T06:30:25"),
        ("20240619", "2024-06-19"),
        ("Wed Jun 19 2024 06:30:58 GMT+0000", "2024-06-19T06:30:58+00:00"),
        ("Wed Jun 19 06:30:01 UTC 2024", "2024-06-19T06:30:01+00:00"),
        ("Wed, 19 Jun 2024 06:30:00 +0100", "2024-06-19T06:30:00+01:00"),
        ("19 Jun 2024 06:30 GMT", "2024-06-19T06:30:00+00:00"),
        ("19.06.2024 - 18:50 Uhr", "2024-06-19T18:50:00"),
        ("June 19, 2024 / 6:30 PM", "2024-06-19T18:30:00"),
        ("Publié le 19 juin 2024 à 07h30", "2024-06-19T07:30:00"),
        ("1936-07-02", "1936-07-02"),
    ],
)
def test_a_date_is_read_as_pages_write_it(written, value):
    moment = read_moment(written)

    assert moment is not None
    assert moment.value == value
    assert moment.day == value[:10]


@pytest.mark.parametrize(
    "written", ["", "yesterday", "2024-13-45", "1970-01-01T00:00:00Z", "0001-01-01", "18:30", "9" * 300]
)
def test_what_is_no_whole_date_is_none(written):
    assert read_moment(written) is None


def test_the_local_zone_of_one_moment_leads_before_utc(tmp_path):
    head = linked_data(datePublished="2024-06-19T03:30:00Z")
    line = '<time datetime="2024-06-18T23:30:00-04:00">June 18, 2024</time>'

    published = read(tmp_path, page(head, body(line)))["published"]

    assert published == {"value": "2024-06-18T23:30:00-04:00", "day": "2024-06-18", "ground": "time:date"}


def test_modified_before_published_is_said_and_both_stay(tmp_path):
    head = linked_data(datePublished="2024-06-19T08:00:00Z", dateModified="2024-06-19T07:00:00Z")

    reading = read(tmp_path, page(head, body()))

    assert reading["modified"]["value"] == "2024-06-19T07:00:00+00:00"
    (problem,) = [problem["text"] for problem in reading["problems"] if problem["code"] == "DATES"]
    assert "modified (2024-06-19T07:00:00Z, JSON-LD:NewsArticle.dateModified) before it was published" in problem


def test_several_days_of_publication_are_all_named(tmp_path):
    head = linked_data(datePublished="2024-06-19") + '<meta property="article:published_time" content="2024-06-21">'

    reading = read(tmp_path, page(head, body()))

    assert reading["published"]["day"] == "2024-06-19"
    assert ["Open Graph", "article:published_time", "2024-06-21"] in reading["statements"]
    assert reading["problems"] == [
        {
            "code": "DATES",
            "text": "The page gives several days of publication: 2024-06-19 (JSON-LD:NewsArticle.datePublished); "
            "2024-06-21 (Open Graph:article:published_time).",
        }
    ]


def test_a_page_saved_long_after_its_day_says_so(tmp_path):
    comment = (
        "<!-- Page saved with SingleFile url: https://e.example/a saved date: Fri Nov 21 2025 10:00:00 GMT+0000 -->"
    )
    html = page(linked_data(datePublished="2024-06-19"), body()).replace("<html", f"{comment}<html", 1)

    reading = read(tmp_path, html)

    assert reading["captured"]["day"] == "2025-11-21"
    assert reading["url"]["value"] == "https://e.example/a"
    assert "saved on 2025-11-21, more than a year after its publication" in reading["problems"][0]["text"]


def test_a_page_without_any_date_says_that_it_has_none(tmp_path):
    reading = read(tmp_path, page("<title>x</title>", body()).replace("2024", ""))

    assert reading["published"] is None
    assert {"code": "MISSING", "text": "The page says nowhere when it was published."} in reading["problems"]


def test_a_day_found_in_the_address_alone_is_marked_as_such(tmp_path):
    head = '<link rel="canonical" href="https://e.example/2024/06/19/lifeboat">'

    reading = read(tmp_path, page(head, body()))

    assert (reading["published"]["day"], reading["published"]["ground"]) == ("2024-06-19", "HTML:address")
    assert reading["problems"][0]["text"] == "The publication day 2024-06-19 was only found in its address."
