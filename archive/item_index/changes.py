"""
Read on in the table of changes, so that none is passed by.

PostgreSQL commits out of order: a slow transaction's rows come to light behind those of a faster one that began later.
So a position is not a row's key but the first transaction that may still be open: each before it has ended, and what it
wrote was seen. What faster ones wrote behind the position is taken in at once and remembered by its key until the
position has passed it. SQLite has one writer at a time, whose keys rise in the order of the commits.
"""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import uuid4

from django.db import connection

from archive.item_index.models import ItemChange

# So many rows are kept: a machine that was off for longer makes its index anew.
KEPT_ROWS = 500_000
# More that is taken in behind the position is not looked through at each question; SQL answers meanwhile.
MOST_AHEAD = 20_000
_NOBODY = 0


@dataclass(frozen=True)
class Position:
    """
    Up to where the changes were read.

    :param at: every change before it was read; a transaction's number on PostgreSQL, a row's key on SQLite
    :param ahead: keys of rows from there on that were read too
    :param anchor: the newest row read, its key and mark: where it is gone, this is another database or a restored one
    """

    at: int
    ahead: frozenset[int]
    anchor: tuple[int, str]


class Changed(NamedTuple):
    """Keys of the items that changed, and of the places that were moved; and the position behind that."""

    items: set[int]
    places: set[int]
    position: Position


class OtherHistory(Exception):
    """
    The row read last is not there: the database was restored, or so much changed that the row was removed. Or its
    transactions are numbered from lower on: it was moved to another server.
    """


class _Row(NamedTuple):
    key: int
    at: int
    item: int
    mark: str
    place: int | None


def newest() -> Position:
    """Return the position behind all that is committed now."""
    _remove_rows_of_another_server()
    _ensure_anchor()
    before, anchor = _horizon(), _rows("ORDER BY id DESC LIMIT 1")[0]
    rows = _rows(f"WHERE {_column()} >= %s", before)
    return _position(before, [anchor, *rows])


def read_on(position: Position) -> Changed:
    """
    Return what changed, and the new position; three queries.

    :raises OtherHistory: nobody can tell what changed since
    """
    # First the horizon, then the rows: what has ended before the horizon was taken is seen for sure.
    before = _horizon()
    if before < position.at:
        raise OtherHistory
    rows = _rows_from(position)
    if not any((row.key, row.mark) == position.anchor for row in rows):
        raise OtherHistory
    new = [row for row in rows if row.key not in position.ahead and row.key != position.anchor[0]]
    places = {row.place for row in new if row.place is not None}
    return Changed({row.item for row in new} - {_NOBODY}, places, _position(before, rows))


def is_behind(position: Position) -> bool:
    """Say whether something is committed that the position is before, or that nobody can tell; three queries."""
    if len(position.ahead) > MOST_AHEAD or _horizon() < position.at:
        return True
    rows = _rows_from(position, most=MOST_AHEAD + 2)
    is_same = any((row.key, row.mark) == position.anchor for row in rows)
    return not is_same or any(row.key not in position.ahead and row.key != position.anchor[0] for row in rows)


def prune() -> int:
    """Remove rows that every machine in use has read long ago; return how many. Safe beside others that do."""
    last = ItemChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    removed, _by_model = ItemChange.objects.filter(pk__lte=last - KEPT_ROWS).delete()
    return removed


def _position(before: int, rows: list[_Row]) -> Position:
    last = max(rows)
    return Position(before, frozenset(row.key for row in rows if row.at >= before), (last.key, last.mark))


def _remove_rows_of_another_server() -> None:
    """
    Remove rows whose transactions this server has not begun yet, which a dump brought from one that counted further.

    They would stand ahead of every position until it gets there.
    """
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        # Nobody sees a row of such a transaction but the transaction itself.
        cursor.execute(
            "DELETE FROM item_index_itemchange "
            "WHERE transaction_number >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint "
            "AND transaction_number <> pg_current_xact_id()::text::bigint"
        )


def _ensure_anchor() -> None:
    if not ItemChange.objects.exists():
        ItemChange.objects.create(item_id=_NOBODY, mark=uuid4().hex)


def _column() -> str:
    return "id" if connection.vendor == "sqlite" else "transaction_number"


def _horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), 0) + 1 FROM item_index_itemchange"
            if connection.vendor == "sqlite"
            else "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        )
        return int(cursor.fetchone()[0])


def _rows_from(position: Position, *, most: int | None = None) -> list[_Row]:
    """Return the rows from a position on, and its anchor."""
    # Asked with OR in one, PostgreSQL goes through half a million rows.
    limit = f"ORDER BY {_column()} LIMIT {most}" if most else ""
    rows = _rows(f"WHERE {_column()} >= %s {limit}", position.at)
    is_there = any(row.key == position.anchor[0] for row in rows)
    return rows if is_there else [*rows, *_rows("WHERE id = %s", position.anchor[0])]


def _rows(where: str, *values: int) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {_column()}, item_id, mark, place_id FROM item_index_itemchange {where}", values)
        return [_Row(*row) for row in cursor.fetchall()]
