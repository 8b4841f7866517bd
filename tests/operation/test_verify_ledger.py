"""verify_ledger names a ledger that is broken, and holds while others go on working."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from archive.accounts.models import User
from archive.catalogue.models import Access
from archive.claims.models import Claim
from archive.ledger.models import LedgerEntry, LedgerHead, LedgerSubtrees
from archive.ledger.record_acts import act, recording
from archive.operation.management.commands.verify_ledger import Command
from archive.review.access import set_access
from archive.review.claim_rulings import rule
from archive.review.link_items import link
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_item
from tests.two_at_once import together


def without_triggers(*tables: str) -> None:
    """Do as somebody does who owns the database."""
    with connection.cursor() as cursor:
        for table in tables:
            for name in ("update", "delete"):
                if connection.vendor == "sqlite":
                    cursor.execute(f"DROP TRIGGER {table}_refuse_{name}")
                else:
                    cursor.execute(f"DROP TRIGGER {table}_refuse_{name} ON {table}")


@pytest.mark.django_db
def test_an_entry_from_before_its_claim_was_named_is_compared_by_what_it_names(people: dict[str, User]) -> None:
    item = make_item()
    [claim] = link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="Jo Doe")
    rule(claim, standing=Standing.ACCEPTED, by=people["archivist"], reason="asked her")
    without_triggers("ledger_ledgerentry", "ledger_ledgersubtrees", "claims_claim")
    LedgerEntry.objects.all().delete()
    LedgerSubtrees.objects.all().delete()
    LedgerHead.objects.all().delete()
    with recording():
        payload = {"property": "credit_line", "value": "Jo Doe", "note": ""}
        act(verb="claim", subject=item, actor="archivist", payload=payload)
        payload = {"claim": claim.pk, "property": "credit_line", "value": "Jo Doe", "reason": "asked her"}
        act(verb="accepted claim", subject=item, actor="archivist", payload=payload)
    call_command("verify_ledger")

    Claim.objects.update(as_written="Bo Roe")

    with pytest.raises(CommandError, match="the claim of entry 1 is gone"):
        call_command("verify_ledger")


@pytest.mark.django_db
def test_a_head_with_another_hash_is_named() -> None:
    with recording():
        act(verb="first", subject="item:1", actor=None)
    LedgerHead.objects.update(entry_hash="0" * 64)

    with pytest.raises(CommandError, match="broken at entry 1: the head has another hash"):
        call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_acts_that_come_while_it_walks_break_nothing(people: dict[str, User], monkeypatch) -> None:
    item = make_item()
    link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="before")
    walk = Command._walk

    def walk_slowly(self: Command) -> int:
        counted = walk(self)
        # On a connection of its own, between the walk and what is compared with it.
        together(lambda: link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="after"))
        together(lambda: set_access([item], access=Access.RESTRICTED, by=people["archivist"]))
        return counted

    monkeypatch.setattr(Command, "_walk", walk_slowly)

    call_command("verify_ledger")

    assert Claim.objects.count() == 2
    monkeypatch.undo()
    call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_it_holds_while_acts_come_between_its_queries(people: dict[str, User]) -> None:
    item = make_item()
    link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="before")

    def write() -> None:
        for number in range(10):
            link([item], property=Property.CREDIT_LINE, by=people["archivist"], text=f"credit {number}")

    def verify() -> None:
        for _ in range(10):
            call_command("verify_ledger")

    together(write, verify)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: rows.filter(pk=2).update(hashes="00" * 32), "what it has for entry 2 does not follow"),
        (lambda rows: rows.filter(pk=2).delete(), "what it has for entry 2 does not follow"),
        (lambda rows: rows.filter(pk=3).delete(), "what it has for entry 3 does not follow"),
        (lambda rows: rows.create(sequence=4, hashes="00" * 32), "what it has for entry 4 does not follow"),
        (lambda rows: LedgerHead.objects.update(frontier="00" * 32), "the head has another root"),
    ],
    ids=["altered", "gone", "cut off", "added", "another root"],
)
def test_a_tree_that_is_not_the_one_of_the_entries_is_told(change: Callable[[Any], Any], sentence: str) -> None:
    with recording():
        for number in range(3):
            act(verb=f"act {number}", subject="item:1", actor=None)
    without_triggers("ledger_ledgersubtrees")
    call_command("verify_ledger")

    change(LedgerSubtrees.objects)

    with pytest.raises(CommandError, match="The tree differs from the entries") as told:
        call_command("verify_ledger")
    assert sentence in str(told.value)
