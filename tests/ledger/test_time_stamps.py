"""A time-stamp service signs heads when it is asked to, and what it answers is held against head and request."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from archive.ledger import ask_for_stamp
from archive.ledger.models import LedgerEntry
from archive.ledger.signing_key import make_key
from archive.ledger.time_stamps import MOST_BYTES
from tests.ledger.test_heads import record, write_anew

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="the service in these tests is `openssl ts`"),
]
_SETTINGS = """
[tsa]
default_tsa = service
[service]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256, sha512
signer_digest = sha256
ess_cert_id_alg = sha256
"""


class Service:
    """A time-stamp service with a root of its own, asked through `openssl ts`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "settings").write_text(_SETTINGS)
        (folder / "extensions").write_text("extendedKeyUsage=critical,timeStamping\n")
        key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        self._run(f"req -x509 {key} -keyout root.key -out root.pem -subj /CN=Root -days 30")
        # A name that would colour a terminal.
        self._run(f"req {key} -keyout service.key -out service.csr -subj", "/CN=Stamps \x1b[31mHouse")
        self._run(
            "x509 -req -in service.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile extensions "
            "-out service.pem -days 20"
        )

    def _run(self, words: str, *more: str) -> None:
        subprocess.run(["openssl", *words.split(), *more], cwd=self.folder, check=True, capture_output=True)

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, request: bytes) -> bytes:
        (self.folder / "request").write_bytes(request)
        self._run("ts -reply -config settings -queryfile request -signer service.pem -inkey service.key -out answer")
        return (self.folder / "answer").read_bytes()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return Service(tmp_path_factory.mktemp("service"))


class Loopback(ThreadingHTTPServer):
    """Answers each request by `speak(handler, body)`, and remembers what came."""

    daemon_threads = True

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.speak: Callable[[BaseHTTPRequestHandler, bytes], None]
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.bodies.append(body)
                server.speak(self, body)

            do_GET = do_POST

            def log_message(self, *args: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, *args: object) -> None:
        # Whoever is sent too much hangs up.
        pass

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/stamp?policy=1"


@pytest.fixture
def loopback(settings: Any, service: Service) -> Iterator[Loopback]:
    with Loopback() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = server.url, service.root
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def head(tmp_path: Path) -> Path:
    make_key()
    record("first", "second")
    return tmp_path / "head"


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def answering(change: Callable[[bytes], bytes]) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    return lambda handler, body: send(handler, change(body))


def said(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=out, **options)
    return out.getvalue()


def refusal(head: Path) -> str:
    """Return why a head was not stamped; nothing may have been written."""
    with pytest.raises(CommandError) as told:
        said("checkpoint", stamp=True, out=str(head))
    assert told.value.returncode == 2
    assert not list(head.parent.glob("head*"))
    return str(told.value)


def test_a_head_is_stamped_and_kept_with_its_stamp(loopback: Loopback, service: Service, head: Path) -> None:
    loopback.speak = answering(service.answer)

    told = said("checkpoint", stamp=True, out=str(head))

    stamp = head.with_name("head.tsr")
    verified = "UTC by CN=Stamps ?[31mHouse: this head was there by then."
    assert f"Written to {stamp}. Stamped 20" in told
    assert verified in told
    assert "\x1b" not in told
    assert "Consistent: the first 3 entries" in said("checkpoint", check=str(head))
    assert verified in said("checkpoint", check=str(head))
    assert verified in said("verify_ledger", head=str(head))
    # The tool of others comes to the same.
    words = f"openssl ts -verify -data {head} -in {stamp} -CAfile {service.root}"
    done = subprocess.run(words.split(), capture_output=True, text=True)
    assert "Verification: OK" in done.stdout + done.stderr
    assert done.returncode == 0


def test_only_a_digest_and_a_nonce_are_sent(loopback: Loopback, service: Service, head: Path) -> None:
    loopback.speak = answering(service.answer)

    said("checkpoint", stamp=True, out=str(head))
    said("checkpoint", stamp=True, out=str(head.with_name("second")))

    first, second = loopback.bodies
    assert first != second, "each has a nonce of its own"
    assert len(first) < 80


def test_a_stamp_is_never_written_over(loopback: Loopback, service: Service, head: Path) -> None:
    loopback.speak = answering(service.answer)
    stamp = head.with_name("head.tsr")
    stamp.write_bytes(b"kept")

    with pytest.raises(CommandError, match=r"head\.tsr was not written: File exists"):
        said("checkpoint", stamp=True, out=str(head))

    assert (stamp.read_bytes(), head.exists(), loopback.bodies) == (b"kept", False, [])
    with pytest.raises(CommandError, match="--stamp needs --out FILE"):
        said("checkpoint", stamp=True)


def test_without_roots_a_stamp_is_kept_and_told_as_not_verified(
    loopback: Loopback, service: Service, head: Path, settings: Any
) -> None:
    loopback.speak = answering(service.answer)
    settings.TIMESTAMP_ROOTS = None

    told = said("checkpoint", stamp=True, out=str(head))

    assert "Stamp not verified, for TIMESTAMP_ROOTS is not set: it says 20" in told
    assert "which anybody may have written" in said("checkpoint", check=str(head))


def other_nonce(service: Service) -> Callable[[bytes], bytes]:
    kept: list[bytes] = []

    def answer(request: bytes) -> bytes:
        # The answer to an earlier request for the same digest.
        nonce = decode_timestamp_response(service.answer(request)).tst_info.nonce
        raw = nonce.to_bytes((nonce.bit_length() + 8) // 8)
        kept.append(service.answer(request.replace(raw, raw[:-1] + bytes([raw[-1] ^ 1]))))
        return kept[-1]

    return answer


def other_digest(service: Service) -> Callable[[bytes], bytes]:
    request = TimestampRequestBuilder().data(b"another head").hash_algorithm(HashAlgorithm.SHA256).build()
    return lambda _: service.answer(request.as_bytes())


def without_certificate(service: Service) -> Callable[[bytes], bytes]:
    # The wish for it ends the request: BOOLEAN TRUE.
    return lambda request: service.answer(bytes([request[0], request[1] - 3]) + request[2:-3])


def refused(service: Service) -> Callable[[bytes], bytes]:
    # SHA-384, which its settings leave out.
    def answer(request: bytes) -> bytes:
        return service.answer(request.replace(bytes.fromhex("608648016503040201"), bytes.fromhex("608648016503040202")))

    return answer


@pytest.mark.parametrize("has_roots", [True, False], ids=["with roots", "without roots"])
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (other_nonce, "it answers another request: its nonce is not the one that was sent"),
        (other_digest, "it is for another digest than that of this head"),
        (without_certificate, "it does not carry the one certificate of who signed it"),
        (refused, "the service refused (status 2"),
        (lambda _: lambda request: b"<html>Welcome</html>", "it is no answer of a time-stamp service"),
        (lambda service: lambda request: service.answer(request)[:-9], "it is no answer of a time-stamp service"),
        (lambda _: lambda request: b"", "it is no answer of a time-stamp service"),
        (lambda _: lambda request: b"0" * (MOST_BYTES * 3), "it is longer than a stamp ever is"),
    ],
    ids=["another nonce", "another digest", "no certificate", "refused", "garbage", "cut", "nothing", "huge"],
)
def test_what_is_no_stamp_of_this_head_is_told_and_not_kept(
    loopback: Loopback, service: Service, head: Path, settings: Any, change: Any, why: str, has_roots: bool
) -> None:
    loopback.speak = answering(change(service))
    settings.TIMESTAMP_ROOTS = service.root if has_roots else None

    told = refusal(head)

    assert f"{loopback.url} gave no stamp that holds: {why}" in told
    assert len(loopback.bodies) == 1


def test_a_stamp_of_a_stranger_is_refused(
    loopback: Loopback, head: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    loopback.speak = answering(Service(tmp_path_factory.mktemp("stranger")).answer)

    assert "it was altered, or no root of TIMESTAMP_ROOTS stands for who signed it" in refusal(head)


def test_what_is_signed_cannot_be_altered(loopback: Loopback, service: Service, head: Path) -> None:
    def answer(request: bytes) -> bytes:
        good = service.answer(request)
        year = decode_timestamp_response(good).tst_info.gen_time.strftime("%Y").encode()
        return good.replace(year, b"2019", 1)

    loopback.speak = answering(answer)

    assert "it was altered, or no root of TIMESTAMP_ROOTS stands for who signed it" in refusal(head)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(loopback: Loopback, service: Service, head: Path, status: int) -> None:
    with Loopback() as elsewhere:
        elsewhere.speak = answering(service.answer)
        thread = Thread(target=elsewhere.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        loopback.speak = lambda handler, _: send(handler, b"", status, Location=elsewhere.url)

        told = refusal(head)

        elsewhere.shutdown()
        thread.join()
    assert f"sends on to {elsewhere.url}, which is not followed: set TIMESTAMP_URL" in told
    assert elsewhere.bodies == []


def test_a_service_that_refuses_the_request_is_told(loopback: Loopback, head: Path) -> None:
    loopback.speak = lambda handler, _: send(handler, b"later", 503)

    assert f"{loopback.url} refused: it answered HTTP 503." in refusal(head)


def drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b"0")
        handler.wfile.flush()
        time.sleep(0.1)


def drip_headers(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    for sign in b"HTTP/1.0 200 OK and so on and on and on":
        handler.wfile.write(bytes([sign]))
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.mark.parametrize("speak", [drip, drip_headers])
def test_a_slow_answer_has_a_limit_as_a_whole(
    loopback: Loopback, head: Path, monkeypatch: pytest.MonkeyPatch, speak: Any
) -> None:
    loopback.speak = speak
    # Each byte comes well within it, all of them do not.
    monkeypatch.setattr(ask_for_stamp, "SECONDS", 1)
    began = time.monotonic()

    told = refusal(head)

    assert "did not answer within 1 seconds" in told
    assert time.monotonic() - began < 3


def test_a_service_that_is_not_there_is_told(head: Path, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings.TIMESTAMP_URL = f"http://127.0.0.1:{port}"

    assert f"http://127.0.0.1:{port} cannot be reached, or does not speak HTTP: [Errno 111]" in refusal(head)


def test_with_the_setting_empty_nothing_connects(
    head: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: asked.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: asked.append(args) or [])
    assert settings.TIMESTAMP_URL == ""
    settings.TIMESTAMP_ROOTS = service.root

    assert "Stamps are off: nothing is sent while TIMESTAMP_URL names no time-stamp service." in refusal(head)
    said("checkpoint", out=str(head))
    said("checkpoint", check=str(head))
    said("verify_ledger", head=str(head))

    assert asked == []


def test_roots_that_cannot_be_read_are_told_before_anything_is_sent(
    loopback: Loopback, head: Path, settings: Any
) -> None:
    settings.TIMESTAMP_ROOTS = head.with_name("missing.pem")
    assert "missing.pem cannot be read: No such file or directory." in refusal(head)
    settings.TIMESTAMP_ROOTS.write_text("no certificate")
    assert "missing.pem cannot be read: it holds no certificates in PEM." in refusal(head)

    assert loopback.bodies == []


@pytest.mark.parametrize("command", [("checkpoint", "check"), ("verify_ledger", "head")], ids=lambda c: c[0])
def test_a_stamp_beside_a_head_that_does_not_hold_is_told(
    loopback: Loopback, service: Service, head: Path, command: tuple[str, str]
) -> None:
    loopback.speak = answering(service.answer)
    said("checkpoint", stamp=True, out=str(head))
    record("third")
    later = head.with_name("later")
    said("checkpoint", out=str(later))
    shutil.copy(head.with_name("head.tsr"), head.with_name("later.tsr"))

    with pytest.raises(CommandError, match=r"later\.tsr does not hold: it is for another digest") as told:
        said(command[0], **{command[1]: str(later)})
    assert told.value.returncode == 2
    later.with_name("later.tsr").write_bytes(b"0" * (MOST_BYTES + 1))
    with pytest.raises(CommandError, match=r"later\.tsr does not hold: it is longer"):
        said(command[0], **{command[1]: str(later)})


@pytest.mark.parametrize("command", [("checkpoint", "check"), ("verify_ledger", "head")], ids=lambda c: c[0])
def test_the_stamp_on_the_head_of_a_fork_is_told_with_it(
    loopback: Loopback, service: Service, head: Path, command: tuple[str, str]
) -> None:
    loopback.speak = answering(service.answer)
    said("checkpoint", stamp=True, out=str(head))
    write_anew({LedgerEntry.objects.count(): "somebody else"})

    with pytest.raises(CommandError, match=r"Fork: .*Keep the head: it is the evidence\. Stamped 20.* UTC by ") as told:
        said(command[0], **{command[1]: str(head)})
    assert told.value.returncode == 1
