"""X-Forwarded-For is believed as far as TRUSTED_PROXIES says and no further."""

from typing import Any

import pytest
from django.test import RequestFactory

from archive.accounts.addresses import client_address


@pytest.mark.parametrize(
    "proxies, peer, forwarded, expected",
    [
        (0, "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (1, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        (2, "10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9", "", "203.0.113.9"),
        (0, "2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::"),
        (0, "2001:db8:1:2:bbbb::2", "", "2001:db8:1:2::"),
        (0, "::ffff:203.0.113.9", "", "203.0.113.9"),
        (1, "10.0.0.1", "nonsense", "0.0.0.0"),
        (0, "", "", "0.0.0.0"),
    ],
    ids=[
        "nobody is trusted",
        "one proxy",
        "what the client wrote before it",
        "two proxies",
        "one of two wrote nothing",
        "the proxy wrote nothing",
        "IPv6",
        "its neighbour in the same network",
        "IPv4 written as IPv6",
        "no address",
        "a socket of this machine",
    ],
)
def test_the_address_of_a_client(proxies: int, peer: str, forwarded: str, expected: str, settings: Any) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert client_address(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)) == expected
