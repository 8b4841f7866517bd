"""The language of pages: chosen in the footer, else asked for by the browser; programs are answered in English."""

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User

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
