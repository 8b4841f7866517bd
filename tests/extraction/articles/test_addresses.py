import pytest

from archive.extraction.articles.addresses import Capture, capture_of
from archive.extraction.articles.read_article import read_article
from tests.extraction.articles.making import PICTURE_URL, URL
from tests.extraction.articles.pages import H1, head, page, prose

MOMENT = "2024-06-19T08:00:00+00:00"


@pytest.mark.parametrize(
    ("address", "original", "captured"),
    [
        (f"https://web.archive.org/web/20240619080000/{URL}", URL, MOMENT),
        (f"https://web.archive.org/web/20240619080000id_/{URL}", URL, MOMENT),
        (f"http://web.archive.org/web/20240619080000im_/{PICTURE_URL}?w=1", f"{PICTURE_URL}?w=1", MOMENT),
        ("https://web.archive.org/web/20240619080000/http://a.example:80/b", "http://a.example/b", MOMENT),
        ("https://web.archive.org/web/20240619/http:/a.example/b", "http://a.example/b", "2024-06-19"),
        (f"https://archive.ph/20240619080000/{URL}", URL, MOMENT),
        (f"http://archive.today/2024.06.19-080000/{URL}", URL, MOMENT),
        (f"https://wayback.archive-it.org/1234/20240619080000/{URL}", URL, MOMENT),
        (f"https://arquivo.pt/wayback/20240619080000/{URL}", URL, MOMENT),
        (f"https://web.archive.org/web/20249919080000/{URL}", URL, ""),
    ],
)
def test_a_copy_in_a_web_archive_gives_the_address_that_was_copied_and_when(address, original, captured):
    assert capture_of(address) == Capture(original, captured)


@pytest.mark.parametrize(
    "address", [URL, "https://archive.ph/AbCdE", "https://a.example/2024/06/19/b", "", "web/20240619"]
)
def test_any_other_address_is_no_copy(address):
    assert capture_of(address) is None


def test_a_page_saved_from_a_web_archive_has_its_own_address_and_those_of_its_pictures(tmp_path):
    archived = f"https://web.archive.org/web/20240619080000/{URL}"
    content = page(
        head().replace(URL, archived) + f'<link rel="canonical" href="{archived}">',
        f'<article>{H1}<figure><img src="https://web.archive.org/web/20240619080000im_/{PICTURE_URL}" alt="Boat">'
        f"<figcaption>The boat off Dover (PA)</figcaption></figure>{prose()}</article>",
    )
    (tmp_path / "page.html").write_text(content)
    (tmp_path / "into").mkdir()

    reading = read_article(str(tmp_path / "page.html"), str(tmp_path / "into"))

    assert reading["url"]["value"] == URL
    assert reading["captured"]["value"].startswith("2024-06-19T08:00:00")
    assert reading["outlet"]["domain"] == "strandecho.example"
    assert reading["figures"][0]["image_urls"] == [PICTURE_URL]
    assert ["HTML", "archived copy", archived] in [list(said) for said in reading["statements"]]
