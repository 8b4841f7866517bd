"""
Set the indexes and constraints of some tables aside while very many rows are written, and build them anew at once.

How to make each stands in a table of its own meanwhile: whoever comes after an end that nobody expected puts them back.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

_KEPT = "sample_indexes_aside"
# Keys and uniqueness of keys stay: what points to a row of these tables needs them.
_OF_POSTGRESQL = """
    SELECT conrelid::regclass::text, conname::text,
           'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname),
           'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(conname) || ' '
           || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype IN ('f', 'u') AND conrelid <> 0
    UNION ALL
    SELECT indrelid::regclass::text, indexrelid::regclass::text, 'DROP INDEX ' || indexrelid::regclass,
           pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
"""
_OF_SQLITE = (
    "SELECT tbl_name, name, 'DROP INDEX \"' || name || '\"', sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"
)


def _present() -> list[tuple[str, str, str, str]]:
    """Return the indexes and constraints that can be set aside: table, name, what drops and what makes each."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_POSTGRESQL if connection.vendor == "postgresql" else _OF_SQLITE)
        return list(cursor.fetchall())


@transaction.atomic
def set_aside(tables: Iterable[str]) -> None:
    """
    Take indexes and constraints of these tables away, after it was noted how each is made.

    What is set aside already, since an end that nobody expected, stays so.
    """
    tables = set(tables)
    rows = [row for row in _present() if row[0] in tables]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {_KEPT} (at integer, name text, made_by text)")
        cursor.execute(f"SELECT coalesce(max(at), -1) + 1 FROM {_KEPT}")
        [(first,)] = cursor.fetchall()
        # An update in between may have made some of them anew.
        cursor.executemany(f"DELETE FROM {_KEPT} WHERE name = %s", [(name,) for _table, name, _drops, _makes in rows])
        cursor.executemany(
            f"INSERT INTO {_KEPT} (at, name, made_by) VALUES (%s, %s, %s)",
            [(at, name, makes) for at, (_table, name, _drops, makes) in enumerate(rows, first)],
        )
        for _table, _name, drops, _makes in rows:
            cursor.execute(drops)


def put_back(*, at_once: int = 1) -> None:
    """
    Make again what was set aside, each in a transaction of its own; nothing where nothing was.

    :param at_once: so many indexes are built beside one another, on PostgreSQL, each over a connection of its own
    """
    if _KEPT not in connection.introspection.table_names():
        return
    # An update in between may have made a table anew, with its indexes.
    present = {name for _table, name, _drops, _makes in _present()}
    with connection.cursor() as cursor:
        # Indexes first: constraints were listed first, and are checked faster with them.
        cursor.execute(f"SELECT at, name, made_by FROM {_KEPT} ORDER BY at DESC")
        rows = [(at, "" if name in present else makes) for at, name, makes in cursor.fetchall()]
    indexes = [row for row in rows if not row[1].startswith("ALTER")]
    if connection.vendor == "postgresql" and not connection.in_atomic_block and at_once > 1:
        # Those over all words take longest: begun last, one would go on alone.
        indexes.sort(key=lambda row: "USING gin" not in row[1])
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(_put_back_there, indexes))
        rows = [row for row in rows if row[1].startswith("ALTER")]
    for row in rows:
        _put_back_one(*row)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {_KEPT}")


def _put_back_there(row: tuple[int, str]) -> None:
    """Make one again in a thread, whose connection is its own."""
    try:
        _put_back_one(*row)
    finally:
        connection.close()


@transaction.atomic
def _put_back_one(at: int, makes: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        if makes:
            cursor.execute(makes)
        cursor.execute(f"DELETE FROM {_KEPT} WHERE at = %s", [at])
