"""An address that is too long to be led on from is refused with a page, before any link repeats it."""

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.web.address_length import MOST_CHARACTERS

pytestmark = pytest.mark.django_db

FORM = {"username": "archivist", "password": "archivist-password"}


def long_address(characters: int, *, path: str = "/", filling: str = "a") -> str:
    address = f"{path}?q="
    return address + filling * ((characters - len(address)) // len(filling))


def no_faults(caplog: pytest.LogCaptureFixture) -> bool:
    return not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]


@pytest.mark.parametrize("characters", [MOST_CHARACTERS + 1, 60_000])
@pytest.mark.parametrize("name", ["search", "sign_in", "accessions", "status", "api:item-list"])
@pytest.mark.parametrize("role", ["visitor", "administrator"])
def test_too_long_an_address_is_refused_in_few_words(
    role: str, name: str, characters: int, client: Client, people: dict[str, User], caplog: pytest.LogCaptureFixture
) -> None:
    if role != "visitor":
        client.force_login(people[role])
    characters *= 4 if name == "sign_in" else 1

    answer = client.get(long_address(characters, path=reverse(name)))

    assert answer.status_code == 414
    assert "characters; up to" in answer.text
    assert len(answer.content) < 30_000
    assert "Content-Security-Policy" in answer.headers
    assert no_faults(caplog)


def test_a_path_is_counted_as_it_is_written_in_an_address(client: Client) -> None:
    assert client.get("/" + "ж" * 400 + "/").status_code == 414
    assert client.get("/" + "a" * 400 + "/").status_code == 404


def test_the_longest_address_is_led_back_to_after_signing_in(client: Client, people: dict[str, User]) -> None:
    asked = long_address(MOST_CHARACTERS, path=reverse("accessions"), filling="%26")

    door = client.get(asked)
    form = client.get(door.url)
    there = client.post(door.url, FORM | {"next": asked})

    assert MOST_CHARACTERS - 3 < len(asked) <= MOST_CHARACTERS
    assert (door.status_code, form.status_code, there.status_code) == (302, 200, 302)
    assert quote(asked, safe="/") in door.url
    assert there.url == asked


def test_the_longest_address_makes_no_large_page(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["archivist"])
    short = len(client.get(long_address(20)).content)

    assert len(client.get(long_address(MOST_CHARACTERS)).content) - short < 150_000


def test_a_redirect_that_is_too_long_is_answered_as_an_address_that_is(
    settings, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get(long_address(60_000))

    assert answer.status_code == 414
    assert "longer than the archive takes" in answer.text
    assert [record.levelname for record in caplog.records if record.name.startswith("django.security")] == ["WARNING"]
