"""A store that accepts and never answers holds nobody up, and is no fault of a file."""

import socket
import threading
from collections.abc import Iterator

import pytest

from archive.files import s3_store
from archive.files.outside_faults import is_outside_fault, sentence_of
from archive.files.s3_store import BoundedS3Storage


@pytest.fixture
def silent() -> Iterator[tuple[int, list[socket.socket]]]:
    """A server that takes connections, and says nothing: its port, and who came."""
    accepted: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    accepted.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], accepted
        server.shutdown(socket.SHUT_RDWR)
    for connection in accepted:
        connection.close()


def test_a_store_that_never_answers_is_asked_twice_and_given_up(
    silent: tuple[int, list[socket.socket]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, accepted = silent
    monkeypatch.setattr(s3_store, "READ_SECONDS", 0.2)
    store = BoundedS3Storage(
        bucket_name="originals",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="here",
        access_key="key",
        secret_key="secret",
    )

    with pytest.raises(Exception, match="timeout") as fault:
        store.exists("ab/cd/abcd")

    assert is_outside_fault(fault.value)
    assert sentence_of(fault.value) == "the file store cannot be reached, or does not take it now"
    assert len(accepted) == 2


def test_a_bucket_is_opened_a_store_with_bounded_waits() -> None:
    store = BoundedS3Storage(bucket_name="originals", region_name="here")

    config = store.client_config
    assert (config.connect_timeout, config.read_timeout) == (s3_store.CONNECT_SECONDS, s3_store.READ_SECONDS)
    assert config.retries == {"total_max_attempts": s3_store.ATTEMPTS, "mode": "standard"}
