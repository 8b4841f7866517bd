"""What an outlet printed: its appearances and its news pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.models import Outlet
from archive.catalogue.models import Access, Item
from tests.builders import make_accession, make_appearance, make_article, make_caption, make_item, make_outlet
from tests.web.test_browser import RULES

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def courier(db: None) -> Outlet:
    """An outlet that printed three pictures, one of them first, and has one news page of three figures."""
    outlet, other = make_outlet("Courier"), make_outlet("Gazette")
    article = make_article(outlet, published="2024-06-19", headline="Boat off the dunes", figures=3, normalised="boat")
    for number, published in enumerate(["2024-06-19", "2024-06-20", ""]):
        item = make_item(file_name=f"boat-{number}.jpg")
        make_appearance(
            item,
            outlet,
            published=published,
            headline=f"Headline {number}",
            caption=f"Caption {number} as printed",
            credit="Odile Varenne/Courier",
            figure=article.figures.get(position=1) if number == 0 else None,
        )
        make_caption(item, f"A boat and {['dunes', 'casino', 'ferry'][number]}")
        make_appearance(item, other, published="2024-06-20" if number == 0 else "2024-06-18")
    return outlet


def listed(client: Client, outlet: Outlet, **asked: str) -> list[str]:
    answer = client.get(reverse("outlet_appearances", args=[outlet.slug]), asked)
    return [row.appearance.headline for row in answer.context["printed"]]


def test_what_it_printed_stands_earliest_first_and_undated_last(
    client: Client, people: People, courier: Outlet
) -> None:
    client.force_login(people["researcher"])

    page = client.get(reverse("outlet_appearances", args=[courier.slug])).content.decode()

    assert listed(client, courier) == ["Headline 0", "Headline 1", "Headline 2"]
    assert listed(client, courier, order="latest") == ["Headline 1", "Headline 0", "Headline 2"]
    assert page.count("earliest in this archive") == 1
    other = client.get(reverse("outlet_appearances", args=[courier.slug]), {"order": "newest"}).content.decode()
    assert "“newest” is no order of this list" in other and "is no order" not in page
    in_french = client.get(
        reverse("outlet_appearances", args=[courier.slug]), headers={"accept-language": "fr"}
    ).content.decode()
    assert re.search(r"enregistrée\s+<time", in_french), "il y a 26 minutes"
    for said in ("Caption 1 as printed", "Odile Varenne/Courier", "19 June 2024", "undated"):
        assert said in page


def test_words_narrow_to_the_pictures_they_stand_with(client: Client, people: People, courier: Outlet) -> None:
    client.force_login(people["researcher"])

    assert listed(client, courier, q="casino") == ["Headline 1"]
    assert listed(client, courier, q="whale") == []
    answer = client.get(reverse("outlet_appearances", args=[courier.slug]), {"q": "!!"})
    assert "There is no word in" in answer.context["problem"]


def test_its_news_pages_stand_in_the_list_of_all_news_pages_with_the_outlet_fixed(
    client: Client, people: People, courier: Outlet
) -> None:
    make_article(courier, headline="For staff", accession=make_accession(access=Access.RESTRICTED))
    make_article(make_outlet("Coast Courier", merged_into=courier), headline="A walk on the pier")
    make_article(Outlet.objects.get(name="Gazette"), headline="Boat of another", normalised="boat of another")
    client.force_login(people["researcher"])

    answer = client.get(reverse("outlet_articles", args=[courier.slug]))
    among = client.get(reverse("outlet_articles", args=[courier.slug]), {"q": "boat", "outlet": "gazette"})

    assert [(article.headline, article.figure_count, article.held_count) for article, _ in answer.context["rows"]] == [
        ("Boat off the dunes", 3, 1),
        ("A walk on the pier", 0, 0),
    ]
    assert [item.file_name for _, item in answer.context["rows"] if item] == ["boat-0.jpg"]
    assert answer.context["article_count"] == 2
    assert '<th scope="col">Outlet</th>' not in answer.content.decode()
    assert [article.headline for article, _ in among.context["rows"]] == ["Boat off the dunes"]


@pytest.mark.parametrize("name", ["outlet_appearances", "outlet_articles"])
def test_a_visitor_and_a_former_name_are_led_elsewhere(client: Client, people: People, name: str) -> None:
    outlet = make_outlet("Courier")
    make_outlet("Coast Courier", merged_into=outlet)
    assert client.get(reverse(name, args=[outlet.slug])).status_code == 404

    client.force_login(people["archivist"])
    assert client.get(reverse(name, args=["coast-courier"])).url == reverse(name, args=["courier"])


@pytest.mark.parametrize("name", ["outlet_appearances", "outlet_articles"])
def test_an_empty_list_says_what_adds_to_it(client: Client, people: People, name: str) -> None:
    client.force_login(people["archivist"])

    page = client.get(reverse(name, args=[make_outlet("Courier").slug])).content.decode()

    assert 'class="empty"' in page


def test_the_lists_cost_as_much_for_many_as_for_one(
    client: Client, people: People, courier: Outlet, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        make_appearance(make_item(), courier, figure=make_article(courier, figures=2).figures.first())
    client.force_login(people["researcher"])

    with django_assert_max_num_queries(16):
        client.get(reverse("outlet_appearances", args=[courier.slug]))
    with django_assert_max_num_queries(16):
        client.get(reverse("outlet_articles", args=[courier.slug]))


def test_the_api_lists_them_for_readers(client: Client, people: People, courier: Outlet) -> None:
    address = reverse("api:outlet-appearances", args=[courier.slug])
    assert client.get(address).status_code == 404
    client.force_login(people["researcher"])

    rows = client.get(address).json()

    assert rows["count"] == 3
    assert [(row["headline"], row["first"]) for row in rows["results"]] == [
        ("Headline 0", "earliest"), ("Headline 1", None), ("Headline 2", None)
    ]  # fmt: skip
    assert rows["results"][0]["article"] is not None


def test_the_api_tells_an_items_appearances_in_order(client: Client, people: People, courier: Outlet) -> None:
    item = Item.objects.get(file_name="boat-1.jpg")
    client.force_login(people["researcher"])

    rows = client.get(reverse("api:item-detail", args=[item.pk])).json()["appearances"]

    assert [(row["published_edtf"], row["first"]) for row in rows] == [("2024-06-18", "earliest"), ("2024-06-20", None)]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_lists_pass_the_accessibility_rules(
    page_of: Callable[..., Any],
    with_pictures: Callable[..., None],
    people: People,
    courier: Outlet,
    width: int,
    scheme: str,
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with_pictures(*Item.objects.all())
    item = Item.objects.get(file_name="boat-0.jpg")
    page = page_of(people["researcher"], "/", viewport={"width": width, "height": 900}, color_scheme=scheme)
    faults = []
    for path in ("/outlets/courier/appearances/", "/outlets/courier/articles/", f"/items/{item.pk}/#appearances"):
        page.goto(path)
        found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]
        faults += [(path, fault["id"], fault["nodes"][0]["html"][:120]) for fault in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "wider than the window", ""))

    assert faults == []
