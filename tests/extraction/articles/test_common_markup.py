import pytest

from archive.extraction.articles.read_article import read_article
from tests.extraction.articles.pages import ALL, H1, PROSE, WORDPRESS, Page, prose
from tests.extraction.articles.pages import page as markup


def read(tmp_path, html: str) -> dict:
    path, into_dir = tmp_path / "page.html", tmp_path / "pictures"
    path.write_text(html, encoding="utf-8")
    into_dir.mkdir(exist_ok=True)
    return read_article(str(path), str(into_dir))


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.name)
def test_figures_have_their_captions_and_credits_and_nobody_elses(page: Page, tmp_path):
    reading = read(tmp_path, page.html)

    figures = [(figure["caption"], figure["credit"]) for figure in reading["figures"]]
    assert figures == page.figures
    assert [figure["position"] for figure in reading["figures"]] == list(range(1, len(figures) + 1))
    assert all(figure["image_urls"] or figure["image_name"] for figure in reading["figures"])


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.name)
def test_the_outlet_the_day_and_the_authors_lead(page: Page, tmp_path):
    reading = read(tmp_path, page.html)

    assert reading["outlet"]["value"] == page.outlet
    assert reading["published"]["day"] == page.published
    assert reading["authors"]["value"] == page.authors
    assert reading["headline"]["value"] == "Lifeboat called out before dawn"


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.name)
def test_the_paragraphs_of_the_story_stand_in_order(page: Page, tmp_path):
    reading = read(tmp_path, page.html)

    assert [paragraph for paragraph in reading["paragraphs"] if paragraph in PROSE] == list(PROSE)


def test_figures_stand_where_they_are_in_the_text(tmp_path):
    reading = read(tmp_path, WORDPRESS.html)

    assert [figure["after_paragraph"] for figure in reading["figures"]] == [0, 2, 4, 4]
    assert [figure["group"] for figure in reading["figures"]] == [None, None, "gallery 1", "gallery 1"]
    assert [figure["is_lead"] for figure in reading["figures"]] == [True, False, False, False]


def test_the_largest_of_a_pictures_sizes_comes_first(tmp_path):
    reading = read(tmp_path, WORDPRESS.html)

    assert reading["figures"][0]["image_urls"][0].endswith("boat-2048x1366.jpg")
    assert reading["figures"][0]["alt"] == "A boat"


@pytest.mark.parametrize(
    ("caption", "read_as"),
    [("The boat at the quay", "The boat at the quay"), ("Lifeboat called out before dawn", None)],
)
def test_an_unprinted_caption_is_taken_from_linked_data_unless_it_is_the_headline(caption, read_as, tmp_path):
    told = (
        '<script type="application/ld+json">{"@type": "NewsArticle", '
        '"headline": "Lifeboat called out before dawn", "image": '
        f'{{"@type": "ImageObject", "url": "https://e.example/a/harbour-boat.jpg", "caption": "{caption}"}}}}</script>'
    )
    body = f'<article>{H1}<img src="https://e.example/a/harbour-boat-640x480.jpg" width="640">{prose()}</article>'

    (figure,) = read(tmp_path, markup(told, body))["figures"]

    assert figure["caption"] == read_as
    assert figure["ground"] == ("JSON-LD:ImageObject" if read_as else "HTML:img")
