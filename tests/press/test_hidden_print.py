"""A news page without the words that are hidden, for those who may not read them."""

import pytest

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import hold
from archive.press.hidden_print import readable_appearances, readable_article, searched_by, withheld_in_print
from archive.press.models import Article, Figure
from archive.standards.normal_form import normalise
from tests.builders import make_appearance, make_article, make_caption, make_item, make_outlet

pytestmark = pytest.mark.django_db

NAMED = "Ada Knownchild, 9, is carried ashore at Dover on Tuesday"


@pytest.fixture
def page(people: dict[str, User]) -> Article:
    """A news page that prints a hidden wording as the caption of a figure and in its text."""
    text = f"Nothing is known.\n\n{NAMED}. The police came."
    article = make_article(make_outlet("Courier"), headline="On the beach", text=text, normalised=normalise(text))
    figure = Figure.objects.create(article=article, position=1, caption=NAMED, credit="Courier")
    item = make_item()
    make_appearance(item, figure=figure, headline="On the beach", caption=NAMED)
    hold(make_caption(item, NAMED), by=people["moderator"])
    return article


@pytest.mark.parametrize(("role", "is_hidden"), [("archivist", True), ("moderator", False)])
def test_hidden_words_are_taken_out_of_the_page_and_its_figures(
    page: Article, people: dict[str, User], role: str, is_hidden: bool
) -> None:
    figures = list(page.figures.all())
    withheld = withheld_in_print(people[role], [page])

    readable_article(page, figures, withheld)
    [seen] = readable_appearances(figures[0].appearances.all(), withheld)

    assert ("Knownchild" in page.text, figures[0].caption, seen.caption) == (
        (False, "", "") if is_hidden else (True, NAMED, NAMED)
    )
    assert (page.headline, figures[0].credit, seen.headline) == ("On the beach", "Courier", "On the beach")


def test_a_page_is_not_found_by_whoever_may_not_read_its_words(page: Article, people: dict[str, User]) -> None:
    found = {role: list(searched_by(people[role], Article.objects.all())) for role in ("archivist", "moderator")}

    assert found == {"archivist": [], "moderator": [page]}
