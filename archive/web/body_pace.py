"""
How fast a body must come: whoever sends a byte now and then, or nothing any more, does not hold a thread for ever.

The server's `read` waits until it has as many bytes as it was asked for, and nothing interrupts it. So a thread of its
own asks for block after block, and the request waits for each no longer than the least pace allows; who sends is told.
That thread ends with the connection at the latest; connections whose other side has gone are ended by the kernel.

Until it ends, the server is not given the request back: granian then takes the body from whoever still reads it, and
all threads of the process stand still for as long as that takes.
"""

import io
import os
import socket
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from django.conf import settings

# The pace is judged block by block: smaller ones are judged sooner, larger ones are handed over faster.
BLOCK_BYTES = 16 * 1024
# A connection may falter for a moment.
PATIENCE_SECONDS = 10.0
# The kernel asks whether anybody is there still: after so long a silence …
_ASK_AFTER_SECONDS = 60
# … every so often …
_ASK_EVERY_SECONDS = 15
# … so many times.
_ASK_TIMES = 4

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TooSlow(OSError):
    """The body comes more slowly than BODY_LEAST_BYTES_A_SECOND."""


class PacedBody(io.RawIOBase):
    """A body of a known length that comes at the least pace, or is given up."""

    def __init__(self, body: Any, size_bytes: int) -> None:
        self._body, self._missing_bytes = body, size_bytes
        self._wanted: SimpleQueue[int] = SimpleQueue()
        self._blocks: SimpleQueue[bytes | Exception] = SimpleQueue()
        self._left = b""
        self._reader: threading.Thread | None = None
        self.is_given_up = False
        self.afterwards: list[Callable[[], None]] = []

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """
        Fill the buffer as far as the next block reaches; 0 at the end.

        :raises TooSlow: the block did not come in time, now or before
        """
        self._left = self._left or self._next_block()
        given, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)

    def end(self) -> None:
        """Let go of the thread that reads: nothing more is wanted."""
        self._wanted.put(0)

    def wait(self) -> None:
        """Wait until nobody reads, then do what was to be done afterwards."""
        if self._reader is not None:
            self._reader.join()
        for act in self.afterwards:
            act()

    def _next_block(self) -> bytes:
        if self.is_given_up:
            raise TooSlow
        wanted = min(BLOCK_BYTES, self._missing_bytes)
        if not wanted:
            return b""
        if self._reader is None:
            self._reader = threading.Thread(target=self._read, name="body", daemon=True)
            self._reader.start()
        self._wanted.put(wanted)
        try:
            block = self._blocks.get(timeout=PATIENCE_SECONDS + wanted / settings.BODY_LEAST_BYTES_A_SECOND)
        except Empty:
            self.is_given_up = True
            raise TooSlow from None
        if isinstance(block, Exception):
            raise block
        # A short block is the last: the connection was broken off.
        self._missing_bytes = self._missing_bytes - len(block) if len(block) == wanted else 0
        return block

    def _read(self) -> None:
        while wanted := self._wanted.get():
            try:
                self._blocks.put(self._body.read(wanted))
            except Exception as problem:  # it is told to whoever waits for the block
                self._blocks.put(problem)


def with_least_pace(application: Application) -> Application:
    """Let a WSGI application read bodies at the least pace; `is_too_slow` tells where one was given up."""
    is_noticing = threading.Event()

    def paced(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # The server listens only once it has loaded the application.
        if not is_noticing.is_set():
            is_noticing.set()
            notice_clients_that_are_gone()
        try:
            size_bytes = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size_bytes = 0
        # Without a length, Django reads none.
        if size_bytes <= 0:
            return application(environ, start_response)
        body = PacedBody(environ["wsgi.input"], size_bytes)
        environ |= {"wsgi.input": io.BufferedReader(body, BLOCK_BYTES), "strandline.body": body}
        try:
            answer = application(environ, start_response)
        except BaseException:
            body.end()
            body.wait()
            raise
        body.end()
        return AnswerToTheSlow(answer, body) if body.is_given_up else answer

    return paced


class AnswerToTheSlow:
    """Blocks of an answer that goes out at once, and is over only when the body is read no more."""

    def __init__(self, answer: Iterable[bytes], body: PacedBody) -> None:
        self._answer, self._body = answer, body

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer

    def close(self) -> None:
        if hasattr(self._answer, "close"):
            self._answer.close()
        self._body.wait()


def once_read(environ: dict[str, Any], act: Callable[[], None]) -> None:
    """Do something once nobody reads the body of this request: at once, unless it was given up."""
    if is_too_slow(environ):
        environ["strandline.body"].afterwards.append(act)
    else:
        act()


def is_too_slow(environ: dict[str, Any]) -> bool:
    """Tell whether the body of this request was given up."""
    body = environ.get("strandline.body")
    return body is not None and body.is_given_up


def notice_clients_that_are_gone() -> None:
    """
    Let the kernel ask on each connection of this web process whether the other side is there still.

    A telephone that lost its network says no good-bye: its connection would stay for ever. Accepted connections take
    this over from the socket that listens, on Linux; elsewhere it does nothing.
    """
    options = [
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPIDLE", None), _ASK_AFTER_SECONDS),
        (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPINTVL", None), _ASK_EVERY_SECONDS),
        (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPCNT", None), _ASK_TIMES),
    ]
    with suppress(OSError):
        for name in os.listdir("/proc/self/fd"):
            # Another thread closes one meanwhile, and so does the listing of its own folder.
            with suppress(OSError):
                if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                    with socket.fromfd(int(name), socket.AF_INET, socket.SOCK_STREAM) as connection:
                        if connection.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                            for level, option, value in options:
                                connection.setsockopt(level, option, value)
