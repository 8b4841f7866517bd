"""
The one gate for changing an item: its row is locked, its acts are gathered, and what search reads is written once.

    with changing([item]):
        store([claim])
        act(verb="claim", subject=item, actor=user)

Whoever adds a claim, a ruling, a caption or an appearance does it in here. Two at once on one item wait for one
another, so that each projects what both have written; items are locked in the order of their keys, so that two batches
that share some never wait in a circle. While a gate is open no place, event or outlet changes its name or is merged.

The order of locks, for whoever needs more than one: the lineage's row or that of the checks, names, accession lines and
items, each in the order of their keys, new originals in the order of their digests, the head of the ledger.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from archive.authorities import revision
from archive.catalogue.models import Item
from archive.claims.caption_claims import Changes, read_captions
from archive.ledger.record_acts import recording
from archive.projection.write_projection import project
from archive.standards.batches import batches

_LOCKED_AT_ONCE = 1000


class NotLocked(RuntimeError):
    """Something was to be changed that the outermost gate did not lock: locked now, two could wait for one another."""


class _Mark(NamedTuple):
    locked: set[int]
    changed: dict[int, Item]
    reworded: dict[int, Item]


class Change:
    """What goes on in an open gate: which items are locked, which have changed, which have other captions."""

    def __init__(self, *, alone: bool) -> None:
        self.is_alone = alone
        self._locked: set[int] = set()
        self._changed: dict[int, Item] = {}
        self._reworded: dict[int, Item] = {}

    def lock(self, items: Iterable[Item]) -> None:
        """
        Lock items that may change, in the order of their keys; `add` then names those that did.

        :raises NotLocked: others were locked before, so that the order would be broken
        """
        missing = sorted({item.pk for item in items} - self._locked)
        if missing and self._locked:
            raise NotLocked(f"Items {missing[:5]} must be named where the gate is opened, with all the others.")
        if connection.features.has_select_for_update:
            for some in batches(missing, _LOCKED_AT_ONCE):
                rows = Item.objects.filter(pk__in=some).order_by("pk")
                # Without the key, for a row that merely points to the item may be written meanwhile.
                list(rows.select_for_update(no_key=True).values_list("pk"))
        self._locked.update(missing)

    def add(self, item: Item, *, reword: bool = False) -> None:
        """
        Say that a locked item changes, and with `reword` that it has other captions.

        :raises NotLocked: the item is not locked
        """
        if item.pk not in self._locked:
            raise NotLocked(f"Item {item.pk} must be named where the gate is opened.")
        self._changed.setdefault(item.pk, item)
        if reword:
            self._reworded.setdefault(item.pk, item)

    def add_new(self, item: Item) -> None:
        """Say that an item was created in here, with its captions: nobody else sees it yet."""
        self._locked.add(item.pk)
        self.add(item, reword=True)

    def read_captions(self, items: Iterable[Item]) -> dict[int, Changes]:
        """Read the captions of locked items at once; those for which something changed are added, and returned."""
        items = {item.pk: item for item in items}
        changed = read_captions(items.values(), at=timezone.now())
        for key in changed:
            self.add(items[key])
        return changed

    def _settle(self) -> None:
        if self._reworded:
            read_captions(self._reworded.values(), at=timezone.now())
        project(self._changed[key] for key in sorted(self._changed))

    def _mark(self) -> _Mark:
        return _Mark(set(self._locked), dict(self._changed), dict(self._reworded))

    def _take_back(self, mark: _Mark) -> None:
        self._locked, self._changed, self._reworded = mark


class _Open(threading.local):
    change: Change | None = None


_open = _Open()


@contextmanager
def changing(items: Iterable[Item] = (), *, reword: bool = False, alone: bool = False) -> Iterator[Change]:
    """
    Open a transaction in which these items change; on leaving, project each once. Nested gates join the outermost one.

    :param items: a QuerySet is asked once nobody else can change what it asks for
    :param reword: the items have other captions afterwards, which are read into claims first
    :param alone: names or holds change, which other items read too: no other gate is open meanwhile
    :raises NotLocked: a nested gate names items that the outermost one did not, or is alone where that one is not
    """
    if (change := _open.change) is not None:
        if alone and not change.is_alone:
            raise NotLocked("The outermost gate must be alone: two that are open could wait for one another.")
        mark = change._mark()
        try:
            with recording():
                _enter(change, items, reword)
                yield change
        except BaseException:
            change._take_back(mark)
            raise
        return
    with recording():
        (revision.lock_alone if alone else revision.lock_shared)()
        _open.change = change = Change(alone=alone)
        try:
            _enter(change, items, reword)
            yield change
            change._settle()
        finally:
            _open.change = None


def _enter(change: Change, items: Iterable[Item], reword: bool) -> None:
    items = list(items)
    change.lock(items)
    for item in items:
        change.add(item, reword=reword)
