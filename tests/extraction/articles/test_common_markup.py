import pytest

from archive.extraction.articles.reading import read_article
from tests.extraction.articles.pages import ALL, PROSE, WORDPRESS, Page


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
