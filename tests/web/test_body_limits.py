"""What is sent is judged by its headers: nothing of a body is read, and nothing written, before it is allowed."""

import gc
import io
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from archive.accounts.models import User
from archive.web import body_limits
from archive.web.ranges import ranged
from tests.addresses import every_address

pytestmark = pytest.mark.django_db

TOO_MUCH = 3 * 1024**3
FORM = "multipart/form-data; boundary=x"


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")

    def readinto(self, buffer: object) -> int:
        raise AssertionError("the body was read")


def send(client: Client, address: str, size_bytes: int, *, content_type: str = FORM, method: str = "POST") -> object:
    sent = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(size_bytes), "CONTENT_TYPE": content_type}
    return client.generic(method, address, **sent)


@pytest.fixture
def checking() -> Client:
    """A client whose forms are checked for their token, as a browser's are."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture(autouse=True)
def temporary(settings, tmp_path: Path) -> Iterator[Path]:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    yield tmp_path
    assert not list(tmp_path.glob("*.upload*"))


@pytest.mark.parametrize(
    "name", ["search", "sign_in", "account", "bulk", "places", "accessions", "api:token", "api:item-list"]
)
def test_nobody_sends_a_large_body_where_no_files_are_taken(name: str, people: dict[str, User]) -> None:
    for person in (None, people["administrator"]):
        client = Client(enforce_csrf_checks=True)
        if person:
            client.force_login(person)

        response = send(client, reverse(name), 100_000_000)

        assert response.status_code == 413, person
        assert "95.4\xa0MB are too much for this address" in response.text


def test_every_address_that_takes_files_is_one_of_the_site() -> None:
    assert body_limits.FILES_TAKEN.keys() <= set(every_address())


@pytest.mark.parametrize("name", ["upload", "upload_article", "search_by_image"])
def test_who_may_not_send_files_is_refused_before_they_are_read(
    name: str, checking: Client, people: dict[str, User]
) -> None:
    assert send(checking, reverse(name), 100_000_000).url.startswith(reverse("sign_in"))
    if name != "search_by_image":
        checking.force_login(people["researcher"])
        assert send(checking, reverse(name), 100_000_000).status_code == 403


@pytest.mark.parametrize("name", ["upload", "upload_article", "search_by_image", "api:search-by-image"])
def test_more_than_the_largest_file_is_refused_before_it_is_read(
    name: str, checking: Client, people: dict[str, User]
) -> None:
    checking.force_login(people["archivist"])

    response = send(checking, reverse(name), TOO_MUCH)

    assert response.status_code == 413
    assert "which takes up to" in response.text


def test_who_was_signed_out_during_an_upload_is_told_so_and_nothing_is_read(checking: Client) -> None:
    address = reverse("file_upload", kwargs={"key": uuid.uuid4()})

    response = send(checking, address, 8_000_000, method="PATCH", content_type="application/offset+octet-stream")

    assert response.status_code in (401, 403)


def test_what_the_disk_has_no_room_for_is_refused_before_it_is_read(
    checking: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_limits, "free_bytes", lambda: 50_000_000)
    checking.force_login(people["archivist"])

    response = send(checking, reverse("upload"), 100_000_000)

    assert response.status_code == 507
    assert "disk is too full" in response.text


def test_a_form_passes(client: Client, people: dict[str, User]) -> None:
    response = client.post(reverse("sign_in"), {"username": "archivist", "password": "archivist-password"})

    assert response.status_code == 302


@pytest.fixture
def one_slot(monkeypatch: pytest.MonkeyPatch) -> threading.BoundedSemaphore:
    slots = threading.BoundedSemaphore(1)
    monkeypatch.setattr(body_limits, "_slots", slots)
    return slots


def test_when_too_many_are_sending_the_next_is_asked_to_come_back_and_pages_are_served(
    one_slot: threading.BoundedSemaphore, client: Client, people: dict[str, User], caplog: pytest.LogCaptureFixture
) -> None:
    one_slot.acquire()

    response = client.post(reverse("sign_in"), {"username": "archivist", "password": "archivist-password"})

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert [record.levelname for record in caplog.records if record.name == "django.request"] == ["WARNING"]
    assert client.get(reverse("sign_in")).status_code == 200
    one_slot.release()
    response = client.post(reverse("sign_in"), {"username": "archivist", "password": "archivist-password"})
    assert response.status_code == 302


@pytest.fixture
def same_connection() -> Iterator[None]:
    """A closed answer would end the test's own connection to the database."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def test_a_download_holds_a_slot_until_it_is_closed_even_if_it_was_broken_off(
    one_slot: threading.BoundedSemaphore, tmp_path: Path, same_connection: None
) -> None:
    store = FileSystemStorage(tmp_path)
    store.save("film", ContentFile(b"x" * 5000))

    def ask(method: str = "get") -> HttpResponse:
        known = {"size_bytes": 5000, "etag": '"etag"', "content_type": "video/mp4"}
        return ranged(getattr(RequestFactory(), method)("/"), store, "film", **known)

    first = ask()
    next(iter(first.streaming_content))
    assert ask().status_code == 503
    assert ask("head").status_code == 200
    first.close()
    whole = ask()

    assert len(b"".join(whole.streaming_content)) == 5000
    whole.close()
    whole.close()
    assert one_slot.acquire(blocking=False)


def test_an_answer_that_is_dropped_unclosed_gives_its_slot_back(
    one_slot: threading.BoundedSemaphore, tmp_path: Path
) -> None:
    store = FileSystemStorage(tmp_path)
    store.save("film", ContentFile(b"x" * 5000))
    known = {"size_bytes": 5000, "etag": '"etag"', "content_type": "video/mp4"}
    dropped = ranged(RequestFactory().get("/"), store, "film", **known)
    assert not one_slot.acquire(blocking=False)

    del dropped
    gc.collect()

    assert one_slot.acquire(blocking=False)
