"""Whoever sends many files to be read while they wait keeps their own requests waiting, and nobody else's."""

import threading
from contextlib import ExitStack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.web import reading_lane
from archive.web.reading_lane import READING_VIEWS, Busy, take_places


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_lane, "PATIENCE_SECONDS", 0.1)


def test_one_person_has_one_place(settings: object) -> None:
    with ExitStack() as first, ExitStack() as second:
        take_places(first, person="account 1", address="192.0.2.1")

        with pytest.raises(Busy, match="You have a file being read already") as busy:
            take_places(second, person="account 1", address="192.0.2.2")

    assert busy.value.status == 429


def test_an_address_has_a_few(settings: object) -> None:
    settings.INTERACTIVE_PER_ADDRESS, settings.INTERACTIVE_READERS = 2, 9
    with ExitStack() as places:
        for number in range(2):
            take_places(places, person=f"account {number}", address="192.0.2.1")

        with pytest.raises(Busy, match="for your address") as busy:
            take_places(places, person="account 3", address="192.0.2.1")
        take_places(places, person="account 4", address="192.0.2.4")

    assert busy.value.status == 429


def test_the_machine_has_a_few(settings: object) -> None:
    settings.INTERACTIVE_READERS = 2
    with ExitStack() as places:
        for number in range(2):
            take_places(places, person=f"account {number}", address=f"192.0.2.{number}")

        with pytest.raises(Busy, match="other people") as busy:
            take_places(places, person="account 3", address="192.0.2.3")

    assert busy.value.status == 503


def test_places_are_given_back() -> None:
    for _ in range(3):
        with ExitStack() as places:
            take_places(places, person="account 1", address="192.0.2.1")


def test_a_second_request_of_a_moment_later_waits_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_lane, "PATIENCE_SECONDS", 5)
    first = ExitStack()
    take_places(first, person="account 1", address="192.0.2.1")
    threading.Timer(0.2, first.close).start()

    with ExitStack() as second:
        take_places(second, person="account 1", address="192.0.2.1")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["search_by_image", "api:search-by-image"])
def test_a_search_by_picture_beside_another_is_told_to_wait(client: Client, people: dict[str, User], name: str) -> None:
    client.force_login(people["researcher"])
    with ExitStack() as places:
        take_places(places, person=f"account {people['researcher'].pk}", address="192.0.2.1")

        answer = client.post(reverse(name), {"picture": SimpleUploadedFile("a.jpg", b"not one")})

    assert answer.status_code == 429
    assert answer["Retry-After"] == "5"
    assert "Wait until that is done" in answer.content.decode()
    assert client.post(reverse(name), {"picture": SimpleUploadedFile("a.jpg", b"not one")}).status_code in (400, 422)
    assert client.get(reverse("search_by_image")).status_code == 200


def test_every_view_of_the_lane_is_an_address_of_the_site() -> None:
    for name in READING_VIEWS:
        assert reverse(name, args=[1] if "frame" in name else [])
