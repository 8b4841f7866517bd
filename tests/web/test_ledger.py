"""The page of the ledger's head, and of the heads of other archives."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.ledger.heads import note_handed_out, signed_head
from archive.ledger.models import LedgerHead
from archive.ledger.signed_notes import Head, SigningKey, read_signed_head
from archive.ledger.signing_key import make_key
from archive.ledger.witness import Refused, cosign
from tests.pages import folded

pytestmark = pytest.mark.django_db
OTHER = SigningKey("other.example/ledger", bytes(32))


def test_staff_read_and_save_the_head(client: Client, people: dict[str, Any]) -> None:
    key = make_key()
    client.force_login(people["archivist"])

    page = folded(client.get(reverse("ledger")).content.decode())
    saved = client.get(reverse("ledger"), {"save": ""})

    assert str(key.public) in page.replace("&#x2B;", "+")
    assert "Only a head that was kept elsewhere tells" in page
    assert saved["Content-Disposition"] == 'attachment; filename="ledger-head-1.txt"'
    assert read_signed_head(saved.content.decode()).is_signed_by(key.public)


def test_only_the_file_counts_as_taken(client: Client, people: dict[str, Any]) -> None:
    make_key()
    client.force_login(people["archivist"])

    client.get(reverse("ledger"))
    client.head(reverse("ledger"), {"save": ""})
    assert LedgerHead.objects.get().handed_out_at is None

    client.get(reverse("ledger"), {"save": ""})
    assert LedgerHead.objects.get().handed_out_size == 1


def test_that_heads_are_taken_is_noted_once_an_hour() -> None:
    make_key()
    taken = timezone.now()

    for minutes, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
        note_handed_out(signed_head(), at=taken + timedelta(minutes=minutes))
        assert LedgerHead.objects.get().handed_out_at == taken + timedelta(minutes=noted)


@pytest.mark.parametrize(("role", "status"), [(None, 302), ("researcher", 403)])
def test_it_is_for_archive_staff(client: Client, people: dict[str, Any], role: str | None, status: int) -> None:
    if role:
        client.force_login(people[role])

    assert client.get(reverse("ledger")).status_code == status


def test_a_machine_without_the_key_says_so(client: Client, people: dict[str, Any]) -> None:
    client.force_login(people["archivist"])

    for asked in ({}, {"save": ""}):
        page = client.get(reverse("ledger"), asked)
        assert page.status_code == 200
        assert "The ledger has no key yet" in page.content.decode()


def test_heads_of_others_are_listed_and_refused_ones_shown(client: Client, people: dict[str, Any]) -> None:
    make_key()
    first, fork = (OTHER.sign(Head(OTHER.name, 5, bytes([part]) * 32)).note() for part in (1, 2))
    cosign(first, key=str(OTHER.public), at=timezone.now())
    with pytest.raises(Refused):
        cosign(fork, at=timezone.now())
    client.force_login(people["archivist"])

    page = client.get(reverse("ledger")).content.decode().replace("&#x2B;", "+")

    assert "Heads of other archives signed here" in page
    assert "Refused heads of other archives" in page
    assert first in page
    assert fork in page
