"""The screen copy to keep: for who may see the picture, with credit and terms in it, and clear only once asked for."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image, IptcImagePlugin

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.files.models import Rendition
from archive.standards.vocabulary import Property
from tests.builders import make_accession, make_caption, make_claim, make_item, make_proposal

pytestmark = pytest.mark.django_db


def rights_in(content: bytes) -> tuple[str, str]:
    picture = Image.open(io.BytesIO(content))
    described = (picture.getxmp() or {}).get("xmpmeta", {}).get("RDF", {}).get("Description", {})
    terms = described.get("UsageTerms", {}).get("Alt", {}).get("li", {}).get("text", "")
    return (IptcImagePlugin.getiptcinfo(picture) or {}).get((2, 110), b"").decode(), terms


def test_it_comes_with_credit_and_terms_as_its_reader_may_read_them(
    client: Client, people: dict[str, User], with_pictures: Any
) -> None:
    item = make_item(access=Access.RELEASED, accession=make_accession(terms="For news alone", access=Access.RESEARCH))
    make_claim(item, Property.CREDIT_LINE, value_text="Doe/AFP")
    make_caption(item, "A boat. EDITORIAL USE ONLY")
    with_pictures(item)
    address = reverse("screen_copy", args=[item.pk])

    for_visitor = client.get(address)
    page_of_visitor = " ".join(client.get(reverse("item", args=[item.pk])).content.decode().split())
    client.force_login(people["researcher"])
    for_researcher = client.get(address)
    page = " ".join(client.get(reverse("item", args=[item.pk])).content.decode().split())

    # A notice may be a caption's that visitors do not read, and nobody said that the terms are for them.
    assert rights_in(for_visitor.content) == ("Doe/AFP", "")
    assert "None are recorded that you may read" in page_of_visitor and "For news alone" not in page_of_visitor
    credit, terms = rights_in(for_researcher.content)
    assert credit == "Doe/AFP" and terms.startswith("For news alone\nEditorial use only: ")
    assert "For news alone<br>Editorial use only" in page and address in page
    assert for_visitor["Content-Disposition"] == f'attachment; filename="strandline-item-{item.pk}.jpg"'
    assert Image.open(io.BytesIO(for_visitor.content)).size == (1500, 1000)
    assert "no-store" in for_visitor["Cache-Control"]


def test_who_may_not_see_a_picture_gets_no_copy(client: Client, people: dict[str, User], with_pictures: Any) -> None:
    item = make_item(access=Access.RESTRICTED)
    with_pictures(item)

    assert client.get(reverse("screen_copy", args=[item.pk])).status_code == 404
    client.force_login(people["researcher"])
    assert client.get(reverse("screen_copy", args=[item.pk])).status_code == 404


def test_a_distressing_picture_is_handed_out_once_it_is_asked_for(client: Client, with_pictures: Any) -> None:
    item = make_item(access=Access.RELEASED, is_distressing=True)
    with_pictures(item)
    address, page = reverse("screen_copy", args=[item.pk]), reverse("item", args=[item.pk])

    assert client.get(address).status_code == 403
    assert "show it on this page first" in client.get(page).content.decode()
    client.post(reverse("show_picture", args=[item.pk]))

    assert client.get(address).status_code == 200
    assert f'href="{address}"' in client.get(page).content.decode()


def test_hidden_words_are_in_no_copy(client: Client, people: dict[str, User], with_pictures: Any) -> None:
    name = "Jo Doe, seven years old, from Calais"
    item = make_item(access=Access.RELEASED, accession=make_accession(terms=f"Not of {name}", access=Access.RESEARCH))
    caption = make_caption(item, name)
    make_claim(item, Property.CREDIT_LINE, value_text=name, source_caption=caption)
    make_proposal(caption, "IDENTIFIES_PERSON", by=people["archivist"])
    with_pictures(item)

    for reader in (None, people["researcher"], people["archivist"]):
        if reader:
            client.force_login(reader)
        assert b"Jo Doe" not in client.get(reverse("screen_copy", args=[item.pk])).content
        assert "Jo Doe" not in client.get(reverse("item", args=[item.pk])).content.decode()


def test_a_copy_that_is_missing_is_told(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["archivist"])
    item, bare = make_item(), make_item(renditions=False)

    assert client.get(reverse("screen_copy", args=[item.pk])).status_code == 404
    assert client.get(reverse("screen_copy", args=[bare.pk])).status_code == 404
    assert 'id="screen-copy"' not in client.get(reverse("item", args=[bare.pk])).content.decode()
    assert Rendition.objects.filter(media_file=item.media_file).exists() and Item.objects.count() == 2
