"""
Append acts to the ledger inside the transaction that does them.

    with recording():
        item.save()
        act(verb="describe", subject=item, actor=user, payload={...})

Acts gather until the outermost `recording()` block ends; then the head is locked once, the acts are chained, they and
their subtrees inserted, and the transaction commits. So a batch costs two queries (four on SQLite), and writers wait
for one another only for that last moment.

What such a block locks by itself, an account or an accession, it locks without the key (`no_key=True`): who appends has
the head by then, and at the commit looks whether the rows exist that theirs point to. With the key the two would wait
in a circle.
"""

import json
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models, transaction
from django.utils import timezone

from archive.ledger.chain import GENESIS, Link, canonical, entry_bytes, moment
from archive.ledger.grow_tree import frontier_of, grow, keep_frontier, subtrees_that_end_with
from archive.ledger.models import LedgerEntry, LedgerHead, LedgerSubtrees

SYSTEM = "system"
_Told = TypeVar("_Told")


class NotRecording(RuntimeError):
    """An act was named outside a `recording()` block: it could be kept without what it tells of."""


class _Open(threading.local):
    acts: list[tuple[datetime, str, str, str, str]] | None = None

    def __init__(self) -> None:
        self.told: dict[Hashable, tuple[Any, Callable[[Any, list[Link]], object]]] = {}


_open = _Open()


@contextmanager
def recording() -> Iterator[None]:
    """Open a transaction whose acts are chained at its end. Nested blocks join the outermost one."""
    if _open.acts is not None:
        # A savepoint, so that a nested block that fails takes back its rows; and its acts with them.
        mark, told_before = len(_open.acts), dict(_open.told)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del _open.acts[mark:]
            _open.told = told_before
            raise
        return
    _open.acts, _open.told = [], {}
    try:
        with transaction.atomic():
            yield
            links = _append(_open.acts)
            for told, tell in _open.told.values():
                tell(told, links)
            # What runs on the commit is not part of it: its acts are its own.
            _open.acts, _open.told = None, {}
    finally:
        _open.acts, _open.told = None, {}


def once_chained(key: Hashable, told: _Told, tell: Callable[[_Told, list[Link]], object]) -> _Told:
    """
    Call `tell` with all entries of this transaction, within it, once they have their places in the chain.

    :param key: of which there is one call a transaction, for whoever asks for it first
    :param told: what `tell` is called with too
    :return: that of the first
    :raises NotRecording: there is no `recording()` block around it
    """
    if _open.acts is None:
        raise NotRecording("nothing is chained outside recording()")
    return _open.told.setdefault(key, (told, tell))[0]


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


def _append(acts: list[tuple[datetime, str, str, str, str]]) -> list[Link]:
    if not acts:
        return []
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
        return links
    LedgerEntry.objects.bulk_create(
        LedgerEntry(**link._asdict(), entry_hash=own) for link, own in zip(links, hashes, strict=True)
    )
    LedgerSubtrees.objects.bulk_create(
        LedgerSubtrees(sequence=link.sequence, hashes=own) for link, own in zip(links, subtrees, strict=True)
    )
    head.save(update_fields=["sequence", "entry_hash", "tree_size", "frontier"])
    return links


def _write_at_once(head: LedgerHead, links: list[Link], hashes: list[str], subtrees: list[str]) -> None:
    """
    Write all of it by one statement: every other writer waits while this one asks the server and is answered.

    As one JSON text: a list for each column takes three times as long to write into a statement.
    """
    rows = [
        {**link._asdict(), "occurred_at": moment(link.occurred_at), "entry_hash": own, "hashes": of_tree}
        for link, own, of_tree in zip(links, hashes, subtrees, strict=True)
    ]
    columns = ", ".join((*Link._fields, "entry_hash"))
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH new AS (SELECT * FROM json_to_recordset(%s::json) AS new (sequence bigint, occurred_at timestamptz, "
            "actor text, verb text, subject text, payload text, previous_hash text, entry_hash text, hashes text)), "
            f"entries AS (INSERT INTO {LedgerEntry._meta.db_table} ({columns}) SELECT {columns} FROM new), "
            f"subtrees AS (INSERT INTO {LedgerSubtrees._meta.db_table} (sequence, hashes) "
            "SELECT sequence, hashes FROM new) "
            f"UPDATE {LedgerHead._meta.db_table} SET sequence = %s, entry_hash = %s, tree_size = %s, frontier = %s "
            "WHERE id = %s",
            [json.dumps(rows), head.sequence, head.entry_hash, head.tree_size, head.frontier, head.pk],
        )
