"""A body that comes too slowly is given up: no sender holds a thread for as long as they like."""

import io
import os
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory
from django.urls import reverse

from archive.accounts.models import User
from archive.web import body_limits, body_pace
from archive.web.body_pace import PacedBody, TooSlow, notice_clients_that_are_gone, with_least_pace


class Server:
    """The body as a server gives it: it waits until all that was asked for is there, or the connection has ended."""

    def __init__(self, sent: bytes, *, is_ended: bool) -> None:
        self._sent = io.BytesIO(sent)
        self.ended = threading.Event()
        self.readers: set[threading.Thread] = set()
        if is_ended:
            self.ended.set()

    def read(self, size: int) -> bytes:
        self.readers.add(threading.current_thread())
        given = self._sent.read(size)
        if len(given) < size:
            self.ended.wait()
        return given


@pytest.fixture
def impatient(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BODY_LEAST_BYTES_A_SECOND = 1_000_000
    monkeypatch.setattr(body_pace, "PATIENCE_SECONDS", 0.05)


@pytest.fixture
def trickle() -> Iterator[Server]:
    """A body of which little comes, by somebody who stays."""
    server = Server(b"--x\r\nContent-Disposition: form-data; name=", is_ended=False)
    yield server
    server.ended.set()


def through(body: PacedBody) -> io.BufferedReader:
    return io.BufferedReader(body, body_pace.BLOCK_BYTES)


@pytest.mark.parametrize("size", [1, 1000, body_pace.BLOCK_BYTES, 5 * body_pace.BLOCK_BYTES + 7])
def test_a_body_that_comes_is_read_as_it_is(size: int) -> None:
    sent = bytes(number % 251 for number in range(size))
    body = through(PacedBody(Server(sent, is_ended=False), size))

    assert body.read(size // 2) + body.read(size - size // 2) == sent
    assert body.read(10) == b""


def test_lines_are_read_too_and_a_body_that_breaks_off_ends_there() -> None:
    body = through(PacedBody(Server(b"one\ntwo\nthr", is_ended=True), 100))

    assert list(body) == [b"one\n", b"two\n", b"thr"]
    assert body.read(10) == b""


def test_a_body_of_which_nothing_more_comes_is_given_up(impatient: None, trickle: Server) -> None:
    body = PacedBody(trickle, 900_000)
    stream = through(body)

    for _ in range(2):
        with pytest.raises(TooSlow):
            stream.read(900_000)
    assert body.is_given_up


def test_the_thread_that_reads_ends_with_the_connection(impatient: None, trickle: Server) -> None:
    body = PacedBody(trickle, 900_000)
    with pytest.raises(TooSlow):
        through(body).read(900_000)
    body.end()

    trickle.ended.set()

    for reader in trickle.readers:
        reader.join(timeout=30)
        assert not reader.is_alive()


def test_what_nobody_reads_is_not_read_ahead() -> None:
    server = Server(b"x" * 100_000, is_ended=False)
    body = PacedBody(server, 100_000)
    through(body).read(10)
    body.end()

    for reader in server.readers:
        reader.join(timeout=30)
    assert len(server._sent.read()) == 100_000 - body_pace.BLOCK_BYTES


def test_a_problem_of_the_server_is_told() -> None:
    class Broken:
        def read(self, size: int) -> bytes:
            raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        through(PacedBody(Broken(), 10)).read(10)


def ask(address: str, server: Server, client: Client, **headers: str) -> tuple[int, bytes]:
    """Send a request through the whole site, as a server does."""
    told: list[str] = []
    factory = RequestFactory()
    factory.cookies = client.cookies
    environ = factory.generic("POST", address, content_type="multipart/form-data; boundary=x", **headers).environ
    environ |= {"wsgi.input": server, "CONTENT_LENGTH": "900000"}
    answer = with_least_pace(WSGIHandler())(environ, lambda status, _headers: told.append(status))
    body = b"".join(answer)
    return int(told[0].split()[0]), body


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["sign_in", "bring_in", "search_by_image", "search", "api:token", "uploads"])
@pytest.mark.parametrize("role", ["visitor", "archivist"])
def test_every_address_answers_who_sends_too_slowly_and_takes_the_next(
    name: str, role: str, impatient: None, trickle: Server, people: dict[str, User], caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    if role != "visitor":
        client.force_login(people[role])
    more = {"HTTP_TUS_RESUMABLE": "1.0.0"} if name == "uploads" else {}

    status, answer = ask(reverse(name), trickle, client, **more)

    # Who may not send files, or not these, is told so before anything is read.
    assert status in ((408,) if trickle.readers else (302, 401, 403, 405, 415))
    assert status != 408 or b"too slowly" in answer
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert not body_limits._shares


@pytest.fixture
def sending(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    """Say that so many bodies of a sender are on their way."""
    monkeypatch.setattr(body_limits, "_shares", body_limits.Counter())
    return lambda sender, number: body_limits._shares.update({sender: number})


@pytest.mark.django_db
def test_one_address_keeps_no_other_from_signing_in(sending, client: Client, people: dict[str, User]) -> None:
    sending("address 127.0.0.1", body_limits.MOST_OF_ONE_ADDRESS)
    form = {"username": "archivist", "password": "archivist-password"}

    refused = client.post(reverse("sign_in"), form)
    elsewhere = client.post(reverse("sign_in"), form, REMOTE_ADDR="192.0.2.7")

    assert (refused.status_code, refused["Retry-After"]) == (429, "5")
    assert "sending too much at once" in refused.text
    assert elsewhere.status_code == 302
    assert body_limits.MOST_OF_ONE_ADDRESS < body_limits.MOST_OF_ONE_PERSON < body_limits.MOST_SENDING


@pytest.mark.django_db
def test_one_person_keeps_no_other_from_sending(sending, client: Client, people: dict[str, User]) -> None:
    sending(f"person {people['archivist'].pk}", body_limits.MOST_OF_ONE_PERSON)
    answers = {}

    for role in ("archivist", "moderator"):
        client.force_login(people[role])
        answers[role] = client.post(reverse("bring_in"), {"title": "Files"}).status_code

    assert answers == {"archivist": 429, "moderator": 422}
    assert dict(body_limits._shares) == {f"person {people['archivist'].pk}": body_limits.MOST_OF_ONE_PERSON}


@pytest.mark.skipif(not hasattr(socket, "TCP_KEEPIDLE"), reason="the kernel is another than Linux")
def test_the_kernel_asks_on_every_connection_whether_anybody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        opened = len(os.listdir("/proc/self/fd"))
        notice_clients_that_are_gone()
        assert len(os.listdir("/proc/self/fd")) == opened
        with socket.create_connection(listening.getsockname()):
            accepted, _address = listening.accept()
            with accepted:
                is_asking = accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
                after_seconds = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)

    assert (is_asking, after_seconds) == (1, 60)
