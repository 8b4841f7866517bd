"""Ask the time-stamp service of TIMESTAMP_URL for a stamp on a head: the one thing that the ledger sends out."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from archive.ledger.not_done import NotDone
from archive.ledger.time_stamps import MOST_BYTES, BadStamp, Stamp, printable, read_stamp, roots

# Services answer within a second or two.
SECONDS = 20


class NoStamp(NotDone):
    """The head was not stamped; the text says why."""


def ask_for_stamp(note: str) -> tuple[bytes, Stamp]:
    """
    Return the answer of the service, held against the head and the request, and what it says.

    Only the digest of the head, with a nonce, is sent; no redirect is followed.

    :raises NoStamp: none is to be asked for, the service cannot be reached, or what it answers is no stamp of this head
    """
    if not settings.TIMESTAMP_URL:
        raise NoStamp("Stamps are off: nothing is sent while TIMESTAMP_URL names no time-stamp service.")
    # A wrong TIMESTAMP_ROOTS is told before anything is sent.
    roots()
    request = TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = _within_limit(settings.TIMESTAMP_URL, request.as_bytes())
    try:
        return answer, read_stamp(answer, note, nonce=request.nonce)
    except BadStamp as problem:
        raise NoStamp(f"{settings.TIMESTAMP_URL} gave no stamp that holds: {problem}.") from problem


def _within_limit(url: str, body: bytes) -> bytes:
    """Send it in a thread that is left behind: a socket's own limit begins anew with every byte of a slow answer."""
    answers: SimpleQueue[bytes | Exception] = SimpleQueue()

    def send() -> None:
        try:
            answers.put(_send(url, body))
        except (NoStamp, OSError, HTTPException, ValueError) as problem:
            answers.put(problem)

    Thread(target=send, daemon=True).start()
    try:
        answer = answers.get(timeout=SECONDS)
    except Empty:
        raise NoStamp(f"{url} did not answer within {SECONDS} seconds.") from None
    if isinstance(answer, NoStamp):
        raise answer
    if isinstance(answer, Exception):
        why = printable(str(answer)) or type(answer).__name__
        raise NoStamp(f"{url} cannot be reached, or does not speak HTTP: {why}.") from answer
    return answer


def _send(url: str, body: bytes) -> bytes:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port or kind.default_port, timeout=SECONDS)
    try:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        connection.request("POST", urlunsplit(("", "", parts.path or "/", parts.query, "")), body, headers)
        response = connection.getresponse()
        if 300 <= response.status < 400:
            to = printable(response.getheader("Location", "nowhere"))
            raise NoStamp(f"{url} sends on to {to}, which is not followed: set TIMESTAMP_URL to where the service is.")
        if response.status != 200:
            raise NoStamp(f"{url} refused: it answered HTTP {response.status}.")
        return response.read(MOST_BYTES + 1)
    finally:
        connection.close()
