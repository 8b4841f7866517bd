"""The head of the ledger over the API."""

import pytest
from django.test import Client

from archive.ledger.heads import root_of_entries
from archive.ledger.models import LedgerHead
from archive.ledger.signed_notes import read_signed_head, read_verifier_key
from archive.ledger.signing_key import make_key

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/ledger/head/"


def test_readers_are_given_the_signed_head(people: dict, client: Client) -> None:
    make_key()
    assert client.get(ADDRESS).status_code == 401
    client.force_login(people["researcher"])

    told = client.get(ADDRESS).json()

    signed = read_signed_head(told["note"])
    assert signed.is_signed_by(read_verifier_key(told["key"]))
    assert (told["origin"], told["size"], told["root"]) == (signed.head.origin, 1, root_of_entries(1).hex())


def test_a_machine_without_the_key_says_so(people: dict, client: Client) -> None:
    client.force_login(people["researcher"])

    answer = client.get(ADDRESS)

    assert answer.status_code == 404
    assert "manage.py prepare" in answer.json()["detail"]


def test_only_a_head_that_is_saved_counts_as_taken(people: dict, client: Client) -> None:
    make_key()
    client.force_login(people["researcher"])

    client.get(ADDRESS)
    client.head(ADDRESS, {"save": ""})
    assert LedgerHead.objects.get().handed_out_at is None

    assert client.get(ADDRESS, {"save": ""}).status_code == 200
    assert LedgerHead.objects.get().handed_out_size == 1
