"""The page of how a wording changed: who reads it, what it says, and what it keeps to itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import bearers, hold
from archive.catalogue.models import Access, Caption, Item
from archive.projection.item_gate import changing
from tests.builders import make_appearance, make_caption, make_item, make_outlet
from tests.pages import folded
from tests.web.test_browser import RULES

pytestmark = pytest.mark.django_db
People = dict[str, User]
FIRST = "About two dozen people board a boat near Dunkirk on Tuesday."


@pytest.fixture
def item(db: None) -> Item:
    """A picture whose caption was shortened in print, and another one under the first words."""
    item = make_item(access=Access.RELEASED)
    make_caption(item, FIRST, group="XMP-dc", tag="description")
    make_appearance(item, make_outlet("Courier"), published="2024-07-19", caption="About 40 people board a boat.")
    make_caption(make_item(file_name="other.jpg"), FIRST)
    return item


def address_of(item: Item) -> str:
    return reverse("caption_history", args=[item.pk])


def test_words_that_went_and_came_are_marked(client: Client, people: People, item: Item) -> None:
    client.force_login(people["researcher"])

    page = folded(client.get(address_of(item)).content.decode())

    words = [
        "dropped: </span>two dozen</del>",
        "added: </span>40</ins>",
        "dropped: </span>near Dunkirk on Tuesday</del>",
    ]
    for said in [*words, "19 July 2024", "Courier"]:
        assert said in page, said
    assert "XMP-dc:description" in page
    assert reverse("item", args=[Item.objects.get(file_name="other.jpg").pk]) in page


def test_a_visitor_is_not_told_of_print(client: Client, item: Item) -> None:
    assert client.get(address_of(item)).status_code == 404


def test_what_is_held_stands_nowhere_on_the_page(client: Client, people: People, item: Item) -> None:
    with changing(bearers(item.captions.get()), alone=True):
        hold(item.captions.get(), by=people["moderator"])
    client.force_login(people["archivist"])

    answer = client.get(address_of(item))

    assert "two dozen" not in answer.content.decode()
    assert answer.context["same"] == []


def test_another_picture_that_one_may_not_see_is_not_told(client: Client, people: People, item: Item) -> None:
    Item.objects.filter(file_name="other.jpg").update(access=Access.RESTRICTED)
    client.force_login(people["researcher"])

    assert client.get(address_of(item)).context["same"] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "Nothing was written about this picture"), (FIRST, "There is one wording only")],
    ids=["no wording", "one wording"],
)
def test_an_empty_page_says_what_will_stand_there(client: Client, people: People, text: str, words: str) -> None:
    item = make_item()
    if text:
        make_caption(item, text)
    client.force_login(people["researcher"])

    assert words in client.get(address_of(item)).content.decode()


def test_words_are_text_and_never_markup(client: Client, people: People) -> None:
    item = make_item()
    make_caption(item, "<b>A boat</b> off the pier")
    make_caption(item, "<script>alert(1)</script> off the pier", origin=Caption.Origin.LIST)
    client.force_login(people["researcher"])

    page = client.get(address_of(item)).content.decode()

    assert "<b>A boat" not in page and "<script>alert" not in page


def test_the_item_page_leads_there(client: Client, people: People, item: Item) -> None:
    client.force_login(people["researcher"])

    assert address_of(item) in client.get(reverse("item", args=[item.pk])).content.decode()


def test_the_page_costs_as_much_for_many_wordings_as_for_two(
    client: Client, people: People, item: Item, django_assert_max_num_queries: Any
) -> None:
    for number in range(15):
        make_appearance(item, make_outlet(f"Paper {number}"), published="2024-08-01", caption=f"{FIRST} {number}")
        make_caption(make_item(), FIRST)
    client.force_login(people["archivist"])

    with django_assert_max_num_queries(20):
        client.get(address_of(item))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_page_passes_the_accessibility_rules(
    page_of: Callable[..., Any],
    with_pictures: Callable[..., None],
    people: People,
    item: Item,
    width: int,
    scheme: str,
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with_pictures(*Item.objects.all())
    page = page_of(people["archivist"], address_of(item), viewport={"width": width, "height": 900}, color_scheme=scheme)

    found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]

    assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
