"""
The number of the last committed change of places, events and outlets, and the lock that goes with it.

Keys and clocks tell of changes in the order in which they began; whoever keeps names in memory would pass by one that
began earlier and was committed later. The number rises under a lock that is held until the commit, so a reader that
has seen a number has seen all that came before it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import F

from archive.authorities.models import AuthorityRevision
from archive.ledger.recording import recording

_TABLE = AuthorityRevision._meta.db_table


def current() -> int:
    """Return the number of the last committed change, or of one of this transaction; one query."""
    return AuthorityRevision.objects.filter(pk=1).values_list("number", flat=True).first() or 0


@contextmanager
def changing_names() -> Iterator[None]:
    """Open a transaction in which places, events or outlets change, one such at a time; its acts are recorded."""
    with recording():
        advance()
        yield


def advance() -> None:
    """Count a change of this transaction, which from now on is alone with the names."""
    lock_alone()
    if not AuthorityRevision.objects.filter(pk=1).update(number=F("number") + 1):
        AuthorityRevision.objects.create(pk=1, number=1)


def lock_shared() -> None:
    """Let no name change until the end of the transaction: what is written from names stays true of them."""
    # The table and not its row: waiting for a table is fair, while a row that many share can be shared for ever.
    _lock("ROW SHARE")


def lock_alone() -> None:
    """Keep out everybody who changes names, or holds them still, until the end of the transaction."""
    _lock("EXCLUSIVE")


def _lock(mode: str) -> None:
    # SQLite has one writer at a time, from the beginning of its transaction: there is nothing to lock.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {_TABLE} IN {mode} MODE")
