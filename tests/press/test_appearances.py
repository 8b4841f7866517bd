"""Which appearance of a picture is the earliest in the archive, and in which order they stand."""

from typing import Any

import pytest

from archive.accounts.models import User
from archive.catalogue.models import Access
from archive.press.appearances import EARLIEST_FIRST, First, appearances_in, appearances_of, firsts, printed
from archive.press.models import Appearance
from tests.builders import make_accession, make_appearance, make_article, make_item, make_outlet

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (["2024-06-20", "2024-06-19", ""], {"2024-06-19": First.EARLIEST}),
        (["2024-06-19", "2024-06-19"], {"2024-06-19": First.SAME_DAY}),
        (["2024-06", "2024-06-19", "2024-07-01"], {"2024-06": First.POSSIBLY, "2024-06-19": First.POSSIBLY}),
        (["2024-06", "2024-07-02"], {"2024-06": First.EARLIEST}),
        (["2024-06", "2024-06"], {"2024-06": First.POSSIBLY}),
        (["../2024-06-18", "2024-06-01"], {"../2024-06-18": First.POSSIBLY, "2024-06-01": First.POSSIBLY}),
        ([""], {}),
    ],
    ids=["a day before another", "one day", "overlapping", "a month before", "one month", "open", "undated"],
)
def test_the_earliest_is_named_only_as_far_as_dates_tell(published: list[str], expected: dict) -> None:
    item = make_item()
    appearances = [make_appearance(item, published=written) for written in published]

    found = firsts(appearances)

    assert {one.published_edtf: found[one.pk] for one in appearances if one.pk in found} == expected


def test_undated_appearances_stand_last(people: dict[str, User]) -> None:
    item = make_item()
    for written in ("", "2024-06-20", "2024-06-19"):
        make_appearance(item, published=written)

    assert [one.published_edtf for one in appearances_of(item, user=people["archivist"])] == [
        "2024-06-19",
        "2024-06-20",
        "",
    ]


def test_an_outlets_list_holds_what_was_printed_under_its_former_names_and_nothing_hidden(
    people: dict[str, User],
) -> None:
    outlet = make_outlet("Courier")
    former = make_outlet("Coast Courier", merged_into=outlet)
    seen, hidden = make_item(), make_item(access=Access.RESTRICTED)
    for item in (seen, hidden):
        make_appearance(item, former, published="2024-06-19")
    make_appearance(seen, make_outlet("Another"))

    def found(role: str) -> list[int]:
        return [one.item_id for one in appearances_in(outlet, user=people[role]).order_by(*EARLIEST_FIRST)]

    assert found("researcher") == [seen.pk]
    assert found("archivist") == [seen.pk, hidden.pk]


def test_a_row_is_the_first_among_all_outlets_not_among_those_listed(people: dict[str, User]) -> None:
    item, courier = make_item(), make_outlet("Courier")
    make_appearance(item, make_outlet("Gazette"), published="2024-06-18")
    later = make_appearance(item, courier, published="2024-06-19")

    rows = printed(list(appearances_in(courier, user=people["archivist"])), user=people["archivist"])

    assert [(row.appearance, row.first) for row in rows] == [(later, None)]


def test_a_news_page_is_led_to_only_for_whom_its_delivery_is_open(
    people: dict[str, User], django_assert_num_queries: Any
) -> None:
    item = make_item()
    article = make_article(accession=make_accession(access=Access.RESTRICTED), figures=1)
    make_appearance(item, figure=article.figures.get())
    appearances = list(appearances_of(item, user=people["archivist"]))

    led = {role: printed(appearances, user=people[role])[0].article_id for role in ("researcher", "archivist")}

    assert led == {"researcher": None, "archivist": article.pk}
    with django_assert_num_queries(3):
        printed(appearances, user=people["archivist"])
    assert Appearance.objects.count() == 1
