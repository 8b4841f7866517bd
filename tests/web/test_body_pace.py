"""A body that comes too slowly is given up: no sender holds a thread for as long as they like."""

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from archive.accounts.models import User
from archive.web import body_limits, body_pace
from archive.web.body_pace import PacedBody, TooSlow, notice_clients_that_are_gone, once_read, with_least_pace


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


SITE = """
from django.conf import settings

settings.configure(BODY_LEAST_BYTES_A_SECOND=1_000_000)

from archive.web import body_pace

body_pace.PATIENCE_SECONDS = 0.2


def site(environ, start_response):
    try:
        said = str(len(environ["wsgi.input"].read())).encode()
    except body_pace.TooSlow:
        said = b"too slow"
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]


application = body_pace.with_least_pace(site)
"""


@pytest.fixture
def server_port(tmp_path: Path) -> Iterator[int]:
    """The server of the Procfile, in one process, over a site that reads what it is sent."""
    (tmp_path / "site_that_reads.py").write_text(SITE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--blocking-threads", "4"]
    command += ["--log-level", "error", "--port", str(port), "site_that_reads:application"]
    paths = os.pathsep.join((str(tmp_path), str(settings.BASE_DIR)))
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": paths}, start_new_session=True)
    try:
        for _ in range(600):
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield port
    finally:
        # Its worker too, which outlives the one that started it.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask_server(connection: socket.socket, size: int, sent: bytes) -> bytes:
    """Say that so many bytes are sent, send some, and return the words of the answer."""
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n"
    connection.sendall(head.encode() + sent)
    with connection.makefile("rb") as answer:
        length = next(line for line in answer if line.startswith(b"content-length"))
        while answer.readline().strip():
            pass
        return answer.read(int(length.partition(b":")[2]))


def test_a_body_that_is_given_up_keeps_nobody_else_waiting(server_port: int) -> None:
    def connect() -> socket.socket:
        return socket.create_connection(("127.0.0.1", server_port), timeout=30)

    with connect() as staying, connect() as other, connect() as another:
        assert ask_server(staying, 100_000, b"abc") == b"too slow"
        assert ask_server(other, 0, b"") == b"0"
        assert ask_server(another, 5, b"12345") == b"5"


def test_the_place_of_who_sends_too_slowly_is_free_once_the_body_is_read_no_more(impatient: None) -> None:
    server = Server(b"abc", is_ended=False)
    environ: dict[str, Any] = {"wsgi.input": server, "CONTENT_LENGTH": "100000"}
    left: list[str] = []

    def site(environ: dict[str, Any], _start: object) -> list[bytes]:
        with suppress(TooSlow):
            environ["wsgi.input"].read()
        once_read(environ, lambda: left.append("left"))
        return [b"too slow"]

    answer = with_least_pace(site)(environ, lambda *_told: None)
    assert list(answer) == [b"too slow"] and not left
    server.ended.set()
    answer.close()

    assert left == ["left"]
    for reader in server.readers:
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
    server.ended.set()
    answer.close()
    return int(told[0].split()[0]), body


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["sign_in", "upload", "search_by_image", "search", "api:token", "file_uploads"])
@pytest.mark.parametrize("role", ["visitor", "archivist"])
def test_every_address_answers_who_sends_too_slowly_and_takes_the_next(
    name: str, role: str, impatient: None, trickle: Server, people: dict[str, User], caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    if role != "visitor":
        client.force_login(people[role])
    more = {"HTTP_TUS_RESUMABLE": "1.0.0"} if name == "file_uploads" else {}

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


@pytest.fixture
def sending_visitors(sending, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Let visitors of many addresses send forms that do not end, through the site, until they get no more places."""
    monkeypatch.setattr(body_limits, "_slots", threading.BoundedSemaphore(body_limits.MOST_SENDING))
    staying: list[HttpRequest] = []

    def send(addresses: int, name: str) -> None:
        judge = body_limits.BodyLimits(lambda request: HttpResponse())
        for number in range(addresses):
            for _ in range(body_limits.MOST_OF_ONE_ADDRESS + 1):
                request = RequestFactory().post(reverse(name), {"name": "x"}, REMOTE_ADDR=f"192.0.2.{number}")
                request.user, request.resolver_match = AnonymousUser(), resolve(reverse(name))
                if body_limits._slots.acquire(blocking=False):
                    staying.append(request)
                    if judge.process_view(request) is not None:
                        body_limits._leave(staying.pop())

    yield send
    for request in staying:
        body_limits._leave(request)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["sign_in", "search_by_image", "api:token"])
def test_visitors_of_many_addresses_leave_half_of_the_places_to_who_is_signed_in(
    sending_visitors, name: str, client: Client, people: dict[str, User]
) -> None:
    sending_visitors(60, name)
    client.force_login(people["archivist"])
    form = {"username": "archivist", "password": "archivist-password"}

    signed_in = client.post(reverse("upload"), {"title": "Files"})
    visitor = Client().post(reverse("search_by_image"), {"name": "x"}, REMOTE_ADDR="198.51.100.1")
    at_door = Client().post(reverse("sign_in"), form, REMOTE_ADDR="198.51.100.1")

    assert signed_in.status_code == 422
    assert visitor.status_code == 503
    assert at_door.status_code == (302 if name == "search_by_image" else 503)
    assert body_limits._slots._value >= body_limits.MOST_SENDING // 2
    assert body_limits._shares[body_limits.VISITORS] <= body_limits.MOST_OF_VISITORS


@pytest.mark.django_db
def test_six_addresses_keep_no_other_from_signing_in(sending_visitors, people: dict[str, User]) -> None:
    sending_visitors(6, "sign_in")
    form = {"username": "archivist", "password": "archivist-password"}

    at_door = Client().post(reverse("sign_in"), form, REMOTE_ADDR="198.51.100.1")

    assert at_door.status_code == 302


@pytest.mark.django_db
def test_one_person_keeps_no_other_from_sending(sending, client: Client, people: dict[str, User]) -> None:
    sending(f"person {people['archivist'].pk}", body_limits.MOST_OF_ONE_PERSON)
    answers = {}

    for role in ("archivist", "moderator"):
        client.force_login(people[role])
        answers[role] = client.post(reverse("upload"), {"title": "Files"}).status_code

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
