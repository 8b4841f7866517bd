"""
Append acts to the ledger inside the transaction that does them.

    with recording():
        item.save()
        act(verb="describe", subject=item, actor=user, payload={...})

Acts gather until the outermost `recording()` block ends; then the head is locked once, the acts are chained, they and
their subtrees inserted, and the transaction commits. So a batch costs two queries (four on SQLite), and writers wait
for one another only for that last moment.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models, transaction
from django.utils import timezone

from archive.ledger.chain import GENESIS, Link, canonical, entry_bytes
from archive.ledger.grow_tree import frontier_of, grow, keep_frontier, subtrees_that_end_with
from archive.ledger.models import LedgerEntry, LedgerHead, LedgerSubtrees

SYSTEM = "system"


class NotRecording(RuntimeError):
    """An act was named outside a `recording()` block: it could be kept without what it tells of."""


class _Open(threading.local):
    acts: list[tuple[datetime, str, str, str, str]] | None = None


_open = _Open()


@contextmanager
def recording() -> Iterator[None]:
    """Open a transaction whose acts are chained at its end. Nested blocks join the outermost one."""
    if _open.acts is not None:
        # A savepoint, so that a nested block that fails takes back its rows; and its acts with them.
        mark = len(_open.acts)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del _open.acts[mark:]
            raise
        return
    _open.acts = []
    try:
        with transaction.atomic():
            yield
            _append(_open.acts)
            # What runs on the commit is not part of it: its acts are its own.
            _open.acts = None
    finally:
        _open.acts = None


def act(
    *,
    verb: str,
    subject: models.Model | str,
    actor: AbstractBaseUser | str | None,
    payload: dict[str, Any] | None = None,
) -> None:
    """
    Name one act for the ledger.

    :param subject: a saved record, written as `app.model:pk`, or such a text
    :param actor: the person, or the name of the part of the software that acted by itself
    :raises NotRecording: there is no `recording()` block around it
    """
    if _open.acts is None:
        raise NotRecording(f"the act {verb!r} on {subject} stands outside recording()")
    named = subject if isinstance(subject, str) else subject_of(subject)
    who = actor if isinstance(actor, str) else actor.get_username() if actor else SYSTEM
    _open.acts.append((timezone.now(), who, verb, named, canonical(payload or {})))


def wait_for_appending() -> None:
    """Wait until nobody else is about to append, and let nobody until this transaction ends: it goes on alone."""
    if _open.acts is None:
        raise NotRecording("nothing waits for the ledger outside recording()")
    _locked_head()


def digest_of_words(words: str) -> str:
    """Return what an entry holds of words that it may not tell: their SHA-256."""
    return sha256(words.encode()).hexdigest()


def subject_of(record: models.Model) -> str:
    """
    Return how the ledger names a record: `app.model:pk`.

    That name stays: a model that moves to another app keeps the one of its first entries as `ledger_name`.
    """
    return f"{getattr(record, 'ledger_name', record._meta.label_lower)}:{record.pk}"


def _locked_head() -> LedgerHead:
    locked = LedgerHead.objects.select_for_update().filter(pk=1)
    if head := locked.first():
        return head
    LedgerHead.objects.get_or_create(pk=1, defaults={"sequence": 0, "entry_hash": GENESIS})
    return locked.get()


def _append(acts: list[tuple[datetime, str, str, str, str]]) -> None:
    if not acts:
        return
    head, links, hashes, subtrees = _locked_head(), [], [], []
    # Another process may run the code from before the tree until it is started anew.
    grow(head, LedgerEntry, LedgerSubtrees)
    frontier = frontier_of(head)
    for occurred_at, actor, verb, subject, payload in acts:
        link = Link(head.sequence + 1, occurred_at, actor, verb, subject, payload, head.entry_hash)
        covered = entry_bytes(link)
        head.sequence, head.entry_hash = link.sequence, sha256(covered).hexdigest()
        links.append(link)
        hashes.append(head.entry_hash)
        subtrees.append(subtrees_that_end_with(covered, frontier))
    keep_frontier(head, frontier)
    if connection.vendor == "postgresql":
        _write_at_once(head, links, hashes, subtrees)
        return
    LedgerEntry.objects.bulk_create(
        LedgerEntry(**link._asdict(), entry_hash=own) for link, own in zip(links, hashes, strict=True)
    )
    LedgerSubtrees.objects.bulk_create(
        LedgerSubtrees(sequence=link.sequence, hashes=own) for link, own in zip(links, subtrees, strict=True)
    )
    head.save(update_fields=["sequence", "entry_hash", "tree_size", "frontier"])


def _write_at_once(head: LedgerHead, links: list[Link], hashes: list[str], subtrees: list[str]) -> None:
    """Write all of it by one statement: every other writer waits while this one asks the server and is answered."""
    columns = ", ".join((*Link._fields, "entry_hash"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH entries AS (INSERT INTO {LedgerEntry._meta.db_table} ({columns}) "
            "SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], "
            "%s::text[], %s::text[])), "
            f"subtrees AS (INSERT INTO {LedgerSubtrees._meta.db_table} (sequence, hashes) "
            "SELECT * FROM unnest(%s::bigint[], %s::text[])) "
            f"UPDATE {LedgerHead._meta.db_table} SET sequence = %s, entry_hash = %s, tree_size = %s, frontier = %s "
            "WHERE id = %s",
            [
                *([getattr(link, name) for link in links] for name in Link._fields),
                hashes,
                [link.sequence for link in links],
                subtrees,
                head.sequence,
                head.entry_hash,
                head.tree_size,
                head.frontier,
                head.pk,
            ],
        )
