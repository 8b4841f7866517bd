"""Whoever sends many files to be read while they wait keeps their own requests waiting, and nobody else's."""

import io
import threading
from contextlib import ExitStack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from archive.accounts.models import User
from archive.accounts.people import token_of
from archive.files import reading_lane
from archive.files.reading_lane import Busy, take_places
from archive.web.reading_lane import READING_PAGES


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_lane, "PATIENCE_SECONDS", 0.1)


def test_one_person_has_one_place(settings: object) -> None:
    with ExitStack() as first, ExitStack() as second:
        take_places(first, account=1, address="192.0.2.1")

        with pytest.raises(Busy, match="You have a file being read already") as busy:
            take_places(second, account=1, address="192.0.2.2")

    assert busy.value.status == 429


def test_an_address_has_a_few(settings: object) -> None:
    settings.INTERACTIVE_PER_ADDRESS, settings.INTERACTIVE_READERS = 2, 9
    with ExitStack() as places:
        for number in range(2):
            take_places(places, account=number, address="192.0.2.1")

        with pytest.raises(Busy, match="for your address") as busy:
            take_places(places, account=3, address="192.0.2.1")
        take_places(places, account=4, address="192.0.2.4")

    assert busy.value.status == 429


def test_the_machine_has_a_few(settings: object) -> None:
    settings.INTERACTIVE_READERS = 2
    with ExitStack() as places:
        for number in range(2):
            take_places(places, account=number, address=f"192.0.2.{number}")

        with pytest.raises(Busy, match="other people") as busy:
            take_places(places, account=3, address="192.0.2.3")

    assert busy.value.status == 503


def test_no_two_people_and_no_two_addresses_share_a_place(settings: object) -> None:
    settings.INTERACTIVE_PER_ADDRESS, settings.INTERACTIVE_READERS = 1, 200
    with ExitStack() as places:
        for number in range(200):
            take_places(places, account=number, address=f"192.0.2.{number}")


def test_places_are_given_back() -> None:
    for _ in range(3):
        with ExitStack() as places:
            take_places(places, account=1, address="192.0.2.1")


def test_a_second_request_of_a_moment_later_waits_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_lane, "PATIENCE_SECONDS", 5)
    first = ExitStack()
    take_places(first, account=1, address="192.0.2.1")
    threading.Timer(0.2, first.close).start()

    with ExitStack() as second:
        take_places(second, account=1, address="192.0.2.1")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["search_by_image", "api:search-by-image"])
def test_a_search_by_picture_beside_another_is_told_to_wait(client: Client, people: dict[str, User], name: str) -> None:
    client.force_login(people["researcher"])
    with ExitStack() as places:
        take_places(places, account=people["researcher"].pk, address="192.0.2.1")

        answer = client.post(reverse(name), {"picture": SimpleUploadedFile("a.jpg", b"not one")})

    assert answer.status_code == 429
    assert answer["Retry-After"] == "5"
    assert "Wait until that is done" in answer.content.decode()
    assert client.post(reverse(name), {"picture": SimpleUploadedFile("a.jpg", b"not one")}).status_code in (400, 422)
    assert client.get(reverse("search_by_image")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["search_by_image", "api:search-by-image"])
def test_that_all_places_are_taken_is_no_fault_in_the_log(
    client: Client, people: dict[str, User], name: str, settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    settings.INTERACTIVE_READERS = 1
    client.force_login(people["researcher"])
    with ExitStack() as places:
        take_places(places, account=0, address="192.0.2.1")

        answer = client.post(reverse(name), {"picture": SimpleUploadedFile("a.jpg", b"not one")})

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert [record.levelname for record in caplog.records if record.name == "django.request"] == ["WARNING"]


class WatchedBody(io.BytesIO):
    """A body that notes, as each part of it is read, whether somebody else finds a place and the database is let go."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.lane_was_free: list[bool] = []

    def read(self, *args: int) -> bytes:
        with ExitStack() as places:
            try:
                take_places(places, account=0, address="192.0.2.1")
                self.lane_was_free.append(True)
            except Busy:
                self.lane_was_free.append(False)
        return super().read(*args)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["page", "session", "token"])
def test_nobody_holds_a_place_while_their_file_is_on_its_way(
    client: Client, people: dict[str, User], settings: object, way: str
) -> None:
    settings.INTERACTIVE_READERS = 1
    sent = encode_multipart(BOUNDARY, {"picture": SimpleUploadedFile("a.jpg", b"not one")})
    body = WatchedBody(sent)
    environment = {"wsgi.input": body, "CONTENT_LENGTH": str(len(sent)), "CONTENT_TYPE": MULTIPART_CONTENT}
    if way == "token":
        environment["HTTP_AUTHORIZATION"] = f"Token {token_of(people['researcher'])}"
    else:
        client.force_login(people["researcher"])

    answer = client.generic(
        "POST", reverse("search_by_image" if way == "page" else "api:search-by-image"), **environment
    )

    assert answer.status_code in (400, 422)
    assert "cannot be searched with" in answer.content.decode()
    assert body.lane_was_free and all(body.lane_was_free)


@pytest.mark.django_db
def test_who_sends_no_token_that_holds_takes_no_place(client: Client, settings: object) -> None:
    settings.INTERACTIVE_READERS = 1
    with ExitStack() as places:
        take_places(places, account=0, address="192.0.2.1")

        answer = client.post(reverse("api:search-by-image"), HTTP_AUTHORIZATION="Token made-up")

    assert answer.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_the_database_is_let_go_while_a_file_of_the_api_is_on_its_way(client: Client, people: dict[str, User]) -> None:
    class BodyBesideTheDatabase(io.BytesIO):
        def read(self, *args: int) -> bytes:
            was_open.append(connection.connection is not None)
            return super().read(*args)

    was_open: list[bool] = []
    sent = encode_multipart(BOUNDARY, {"picture": SimpleUploadedFile("a.jpg", b"not one")})
    token = token_of(people["researcher"])

    client.generic(
        "POST",
        reverse("api:search-by-image"),
        HTTP_AUTHORIZATION=f"Token {token}",
        CONTENT_LENGTH=str(len(sent)),
        CONTENT_TYPE=MULTIPART_CONTENT,
        **{"wsgi.input": BodyBesideTheDatabase(sent)},
    )

    assert was_open and not any(was_open)


def test_every_page_of_the_lane_is_an_address_of_the_site() -> None:
    for name in READING_PAGES:
        assert reverse(name, args=[1] if "frame" in name else [])
