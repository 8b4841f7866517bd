"""
The mark of the last committed change of places, events and outlets, and the lock that goes with it.

Keys and clocks tell of changes in the order in which they began; whoever keeps names in memory would pass by one that
began earlier and was committed later. The mark changes under a lock that is held until the commit, so a reader that
has seen a mark has seen all that came before it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar
from uuid import uuid4

from django.db import connection, models

from archive.authorities.models import AuthorityRevision
from archive.ledger.record_acts import recording

T = TypeVar("T")
Model = type[models.Model]

_TABLE = AuthorityRevision._meta.db_table
_TRIES = 3


class Kept(Generic[T]):
    """
    What this process has made of the names, made anew once they changed; the same for all threads, and for reading.

    :param make: reads the database, and may do so in several queries
    :param of: the sorts of records that it reads
    """

    def __init__(self, make: Callable[[], T], *, of: tuple[Model, ...]) -> None:
        self._make, self._of = make, of
        self._kept: tuple[tuple[str, ...], T] | None = None
        self._making = threading.Lock()

    def get(self) -> T:
        """Return what follows from the names as they are committed now; one small query where nothing changed."""
        kept, marks = self._kept, current(*self._of)
        if kept and kept[0] == marks:
            return kept[1]
        # Reading them takes a second: who asks meanwhile waits for that, and does not read them too.
        with self._making:
            if self._kept is not kept:
                # What another thread has kept meanwhile may be of a later mark than the one known here.
                kept, marks = self._kept, current(*self._of)
                if kept and kept[0] == marks:
                    return kept[1]
            for _try in range(_TRIES):
                made = self._make()
                # Its queries may have met a change between them; then it is made again.
                before, marks = marks, current(*self._of)
                if before == marks:
                    self._kept = marks, made
                    break
        return made

    def forget(self) -> None:
        self._kept = None


def current(*of: Model) -> tuple[str, ...]:
    """Return the marks of the last committed change of these sorts, or of one of this transaction; one query."""
    marks = dict(AuthorityRevision.objects.values_list("sort", "mark"))
    return tuple(marks.get(model._meta.model_name, "") for model in of)


@contextmanager
def changing_names(of: Model) -> Iterator[None]:
    """Open a transaction in which records of this sort change, one such at a time; its acts are recorded."""
    with recording():
        lock_alone()
        advance(of)
        yield


def advance(of: Model) -> None:
    """Mark that records of this sort changed; called under `lock_alone`."""
    # A number would come again after a transaction that was taken back, with other names.
    AuthorityRevision.objects.update_or_create(sort=of._meta.model_name, defaults={"mark": uuid4().hex})


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
