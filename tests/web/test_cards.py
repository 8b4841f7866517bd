"""The cards and facets of a search, which are written without templates: what people wrote stays words."""

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.standards.vocabulary import Property
from tests.builders import make_caption, make_claim, make_item, make_outlet, make_place

pytestmark = pytest.mark.django_db
WRITTEN = """<script>alert('x')</script> & "quoted" """


@pytest.fixture
def item() -> Item:
    item = make_item(access=Access.RELEASED, is_distressing=True)
    make_claim(item, Property.LOCATION_SHOWN, value_place=make_place(f"Pier {WRITTEN}"))
    make_claim(item, Property.PUBLISHED_BY, value_outlet=make_outlet(f"Paper {WRITTEN}"))
    make_caption(item, f"A boat {WRITTEN}")
    return item


@pytest.mark.parametrize("view", ["grid", "list", "days"])
@pytest.mark.parametrize("role", [None, "moderator"], ids=["visitor", "moderator"])
def test_no_markup_in_words_reaches_the_page(
    client: Client, people: dict[str, User], item: Item, role: str | None, view: str
) -> None:
    if role:
        client.force_login(people[role])

    page = client.get(reverse("search"), {"q": "boat alert", "view": view}).content.decode()

    assert f'data-item="{item.pk}"' in page
    assert "<mark>boat</mark>" in page or view != "list"
    assert "<script>alert" not in page
    assert "&amp;lt;" not in page
    assert 'alt="distressing picture, hidden until asked for: A boat &lt;script&gt;' in page
