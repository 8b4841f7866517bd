"""
Every address × every parameter that it reads × hostile values × roles × GET, HEAD and POST: never an answer of 5xx.

What an address reads is learnt from itself: a first request without parameters notes which names are asked for. One
run in so many is taken, by a fixed choice. `STRANDLINE_SWEEP=all` takes all, with a test for each address: a run of
hours tells what breaks as it goes, and which address is done with `-vv`; it may be done in parts with `-k outlet`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from math import ceil
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from tests.addresses import ROLES, arguments, clients, every_address
from tests.sweeps.chosen import IS_WHOLE, is_chosen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

ONE_IN = 150
# What one test goes through.
PARTS = [pytest.param([name], id=name) for name in every_address()] if IS_WHOLE else [pytest.param(None, id="some")]
METHODS = ["get", "head", "post"]
HOSTILE: dict[str, list[str]] = {
    "nul": ["\0"],
    "nul within": ["a\0b"],
    "empty": [""],
    "word": ["abc"],
    "zero": ["0"],
    "negative": ["-1"],
    "over 32 bits": [str(2**31)],
    "over 63 bits": [str(2**63)],
    "below 64 bits": [str(-(2**63) - 1)],
    "huge": [str(10**30)],
    "beyond what int() reads": ["9" * 5000],
    "many numbers": [",".join(["1"] * 2000)],
    "huge among numbers": [f"1,{2**64},3"],
    "fraction": ["1.5e308"],
    "not a number": ["nan"],
    "infinite": ["inf"],
    "unicode digits": ["٣²"],
    "other script": ["Ⅷ ﷽ 🛶"],
    "surrogate": ["\ud800"],
    "direction": ["\u202e\u0000abc"],
    "first day": ["0001-01-01"],
    "last day": ["9999-12-31"],
    "no day": ["2024-02-30"],
    "year 0": ["0000"],
    "open date": ["../.."],
    "long year": ["Y-170000002"],
    "very long": ["a" * 20_000],
    "markup": ["<script>alert(1)</script>"],
    "quotes": ["'\"%_\\"],
    "brackets": ['[{"a": 1}]'],
    "uuid": ["00000000-0000-0000-0000-000000000000"],
    "path": ["../../etc/passwd"],
    "slashes": ["//evil.example/"],
    "new lines": ["a\r\nb"],
    "box": ["1,2,3"],
    "box of nothing": ["nan,inf,-inf,1e400"],
    "repeated": ["1", "abc", "\0", "1"],
}
# Where nothing else is said, a path takes these in each of its places.
IN_PATH = [
    "\0", "a\0b", "-1", "0", str(2**31), str(2**63), str(10**30), "9" * 5000, "٣", "\ud800", "a" * 3000, "..", "%",
    "00000000-0000-0000-0000-000000000000", "a\r\nb", "🛶",
]  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the parameters that were read since it was last emptied."""
    names: set[str] = set()

    def noting(method):
        def read(self, key, *args, **kwargs):
            if isinstance(key, str):
                names.add(key)
            return method(self, key, *args, **kwargs)

        return read

    for method in ("__getitem__", "_getlist", "__contains__"):
        monkeypatch.setattr(QueryDict, method, noting(getattr(QueryDict, method)))
    return names


@pytest.fixture
def broken(capsys: pytest.CaptureFixture[str]) -> list[tuple]:
    """What broke the site; in a run of hours each is told at once."""

    class Told(list):
        def append(self, what: tuple) -> None:
            super().append(what)
            if IS_WHOLE:
                with capsys.disabled():
                    print(f"\nbroken: {what}", flush=True)

    return Told()


def encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, errors="surrogatepass")


def send(client: Client, method: str, address: str, pairs: list[tuple[str, str]] = ()) -> object:
    """Send one request, and undo what it did to the database."""
    mark = transaction.savepoint()
    try:
        if method == "post":
            return client.post(address, encoded(pairs), content_type="application/x-www-form-urlencoded")
        return getattr(client, method)(address + (f"?{encoded(pairs)}" if pairs else ""))
    finally:
        transaction.savepoint_rollback(mark)


def names_read(client: Client, address: str, asked: set[str]) -> list[str]:
    names: set[str] = set()
    for method in ("get", "post"):
        asked.clear()
        send(client, method, address)
        names |= asked
    return sorted(names - {"csrfmiddlewaretoken"})


def paths(name: str, world: dict) -> Iterator[str]:
    """Yield the address with each of its places filled by each hostile value."""
    given = arguments(name, world)
    address = reverse(name, kwargs=given)
    for part in given.values():
        for value in IN_PATH:
            yield re.sub(
                rf"(?<=/){re.escape(str(part))}(?=/|$)",
                lambda _match, value=value: quote(value, safe="", errors="surrogatepass"),
                address,
                count=1,
            )


@pytest.mark.parametrize("names", PARTS)
def test_no_parameter_breaks_an_address(
    names: list[str] | None, world: dict, asked: set[str], broken: list[tuple]
) -> None:
    number, people = 0, clients(world["people"])
    addresses = {name: reverse(name, kwargs=arguments(name, world)) for name in names or every_address()}
    read = {name: names_read(people["administrator"], address, asked) for name, address in addresses.items()}
    readers = Counter(chain.from_iterable(read.values()))

    for name, address in addresses.items():
        for parameter in read[name]:
            # What a search is asked by is read by two dozen addresses, by one function: of all of them, not of each.
            one_in = ONE_IN * ceil(readers[parameter] / 5)
            for sort, values in HOSTILE.items():
                for method in METHODS:
                    for role in ROLES:
                        if not is_chosen(one_in, name, parameter, sort, method, role):
                            continue
                        number += 1
                        response = send(people[role], method, address, [(parameter, value) for value in values])
                        if response.status_code >= 500 and response.status_code != 507:
                            broken.append((name, parameter, sort, method, role, response.status_code))

    assert not broken, "\n".join(map(str, broken))
    assert names or number > 500


@pytest.mark.parametrize("names", PARTS)
def test_no_path_breaks_the_site(names: list[str] | None, world: dict, broken: list[tuple]) -> None:
    people = clients(world["people"])

    for name in names or every_address():
        for path in paths(name, world):
            for method in METHODS:
                for role in ROLES:
                    if is_chosen(ONE_IN, path, method, role):
                        response = send(people[role], method, path)
                        if response.status_code >= 500:
                            broken.append((path[:80], method, role, response.status_code))

    assert not broken, "\n".join(map(str, broken))
