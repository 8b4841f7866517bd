"""The language of pages: chosen in the footer, else asked for by the browser; programs are answered in English."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access
from archive.standards.vocabulary import Property
from tests.builders import make_claim, make_item

pytestmark = pytest.mark.django_db
FRENCH = {"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.8"}


def page(client: Client, address: str, **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


@pytest.mark.parametrize(
    ("asked", "language"),
    [("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("fr-CA", "fr"), ("en-US,fr;q=0.5", "en-gb"), ("de", "en-gb"), ("", "en-gb")],
)
def test_a_page_speaks_what_the_browser_asks_for(client: Client, asked: str, language: str) -> None:
    answer = client.get(reverse("search"), headers={"Accept-Language": asked})

    assert f'<html lang="{language}">' in answer.content.decode()
    assert (answer["Content-Language"], "Accept-Language" in answer["Vary"]) == (language, True)


def test_who_is_not_signed_in_chooses_a_language_and_stays_on_the_page(client: Client) -> None:
    there = f"http://testserver{reverse('sign_in')}?next=/account/"
    assert '<button name="language" value="fr" lang="fr"' in page(client, there)

    answer = client.post(reverse("language"), {"language": "fr"}, headers={"Referer": there}, follow=True)

    assert answer.redirect_chain == [(there, 302)]
    assert '<html lang="fr">' in answer.content.decode()
    assert '<html lang="fr">' in page(client, reverse("about"), **{"Accept-Language": "en"})
    kept = client.cookies["django_language"]
    assert (kept["httponly"], kept["samesite"], kept["max-age"]) == (True, "Lax", 365 * 24 * 3600)


def test_a_refused_form_keeps_what_was_typed_and_offers_no_language_that_would_lose_it(client: Client) -> None:
    refused = client.post(reverse("sign_in"), {"username": "nobody", "password": "x"})

    assert 'name="language"' in page(client, reverse("sign_in"))
    assert 'name="language"' not in refused.content.decode()


@pytest.mark.parametrize("chosen", ["de", "", "fr\0", "../fr"])
def test_a_language_that_there_is_not_changes_nothing(client: Client, chosen: str) -> None:
    client.post(reverse("language"), {"language": chosen})

    assert '<html lang="en-gb">' in page(client, reverse("about"))


def test_who_must_change_a_first_password_may_choose_a_language(client: Client, people: dict[str, User]) -> None:
    User.objects.filter(username="researcher").update(must_change_password=True)
    client.force_login(User.objects.get(username="researcher"))

    client.post(reverse("language"), {"language": "fr"})

    assert '<html lang="fr">' in page(client, reverse("password"))


@pytest.mark.parametrize("address", ["/api/v1/items/?date=Tuesday", "/api/v1/items/999999/", "/api/nowhere/"])
def test_the_api_answers_in_english_whatever_is_asked_for(client: Client, address: str) -> None:
    client.cookies["django_language"] = "fr"

    in_english, asked = client.get(address), client.get(address, headers=FRENCH)

    assert asked.status_code >= 400
    assert asked.json() == in_english.json()
    assert asked["Content-Language"] == "en-gb"
    assert "Accept-Language" not in asked.get("Vary", "")


def test_the_bars_of_the_timeline_have_their_places_in_french_too(client: Client) -> None:
    for day in ("2024-06-18", "2024-06-20", "2024-06-24"):
        make_claim(make_item(access=Access.RELEASED), Property.DATE_CREATED, date=day)

    bars = re.findall(r'<rect class="histogram__\w+"\s+x="([^"]*)"[^>]*width="([^"]*)"', page(client, "/", **FRENCH))

    assert bars and all(re.fullmatch(r"\d+\.\d+%", length) for bar in bars for length in bar)
