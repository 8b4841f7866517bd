"""Which picture of the archive a figure of a news page may show, and what is recorded once that is said."""

from datetime import date

import pytest

from archive.catalogue.models import Caption, Item
from archive.press.figures import appear, figures_for, items_for, name_in
from archive.press.models import Figure
from tests.builders import NOW, make_appearance, make_article, make_item, make_outlet

pytestmark = pytest.mark.django_db


def figure_citing(name: str, **fields: object) -> Figure:
    article = make_article(make_outlet(f"Courier of {name}"), published="2024-06-19", headline="Boat", language="en")
    return Figure.objects.create(article=article, position=1, image_name=name, **fields)


def test_a_figure_and_a_picture_of_one_file_name_are_offered_for_each_other() -> None:
    item, figure = make_item(file_name="boat-4711.jpg"), figure_citing("boat-4711.jpg")
    figure_citing("another.jpg")

    [for_item] = figures_for(item)

    assert (for_item.figure, for_item.reason) == (figure, "Its file has the name that the page cites: boat-4711.jpg")
    assert {key: [offer.item for offer in offers] for key, offers in items_for([figure], Item.objects).items()} == {
        figure.pk: [item]
    }


def test_a_name_that_any_picture_may_bear_is_no_reason() -> None:
    item, figure = make_item(file_name="1.jpg"), figure_citing("1.jpg")

    assert (figures_for(item), items_for([figure], Item.objects)) == ([], {})


def test_a_figure_whose_picture_this_is_already_is_not_offered_again() -> None:
    item, figure = make_item(file_name="boat-4711.jpg"), figure_citing("boat-4711.jpg")

    make_appearance(item, figure=figure)

    assert figures_for(item) == []


def test_an_appearance_keeps_what_is_printed_and_its_caption_is_a_text_of_the_picture() -> None:
    item, figure = make_item(), figure_citing("boat-4711.jpg", caption="A boat off the dunes.", credit="O. Varenne")

    seen = appear(figure, item, at=NOW, by=None)

    assert (seen.headline, seen.caption, seen.credit) == ("Boat", "A boat off the dunes.", "O. Varenne")
    assert (seen.outlet, seen.published_earliest) == (figure.article.outlet, date(2024, 6, 19))
    assert seen.accession == figure.article.accession
    caption = item.captions.get()
    assert (caption, caption.text, caption.origin) == (seen.wording, "A boat off the dunes.", Caption.Origin.PRINT)


def test_the_name_in_an_address_is_its_last_part() -> None:
    assert name_in("https://img.example/2024/boat%20one.jpg?width=600") == "boat one.jpg"
