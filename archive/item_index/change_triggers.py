"""
Triggers by which the database notes, in the same transaction, which items changed in what search reads of them.

No code that writes can forget it. Put `note_changes()` after the operations that alter one of the tables: SQLite alters
most things by making the table anew, and its triggers go with the old one; a test tells when one is missing.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The tables whose rows tell something of one item, and the column that names it. Links and words need none: they are
# written when the item's own row is, in one transaction.
TABLES = {
    "catalogue_item": "id",
    "provenance_currentfinding": "item_id",
    "review_currentverdict": "item_id",
}
# Where a place is tells where the items led to it are on the map, and for visitors those led to what is beneath it:
# items are linked to all places above the one that they are led to. Of a country these are most of an archive, so the
# place alone is noted, and who keeps the index looks for its items.
_PLACES = "authorities_place"
_OF_POSITION = ("latitude_degrees", "longitude_degrees", "radius_metres", "kind", "path")
_ROWS_OF = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
_INSERT = "INSERT INTO item_index_itemchange (item_id, transaction_number, mark)"
_INSERT_PLACE = "INSERT INTO item_index_itemchange (item_id, place_id, transaction_number, mark)"


def note_changes() -> migrations.RunPython:
    """Return the operation that makes these triggers, or makes them anew, on SQLite or on PostgreSQL."""
    return migrations.RunPython(_install, _remove)


def trigger_names() -> set[str]:
    return {f"{table}_note_{act}" for table in TABLES for act in _ROWS_OF} | {f"{_PLACES}_note_position"}


def _install(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _remove(apps, schema_editor)
    make = _for_sqlite if schema_editor.connection.vendor == "sqlite" else _for_postgresql
    for table, column in TABLES.items():
        for statement in make(table, column):
            schema_editor.execute(statement, params=None)
    with schema_editor.connection.cursor() as cursor:
        columns = schema_editor.connection.introspection.get_table_description(cursor, "item_index_itemchange")
    # The first migrations install all of them before that column is there.
    if "place_id" in {column.name for column in columns}:
        for statement in _for_places(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)


def _for_places(vendor: str) -> list[str]:
    is_other = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    number, mark = (
        ("0", "lower(hex(randomblob(16)))")
        if vendor == "sqlite"
        else ("pg_current_xact_id()::text::bigint", "md5(random()::text)")
    )
    name = f"{_PLACES}_note_position"
    when = " OR ".join(f"OLD.{column} {is_other} NEW.{column}" for column in _OF_POSITION)
    trigger = f"CREATE TRIGGER {name} AFTER UPDATE OF {', '.join(_OF_POSITION)} ON {_PLACES} FOR EACH ROW WHEN ({when})"
    # Of a place without items too: one may be led to it in a transaction that nobody sees yet.
    note = f"{_INSERT_PLACE} VALUES (0, NEW.id, {number}, {mark})"
    if vendor == "sqlite":
        return [f"{trigger} BEGIN {note}; END"]
    function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
    return [f"{function} $$ BEGIN {note}; RETURN NULL; END $$", f"{trigger} EXECUTE FUNCTION {name}()"]


def _for_sqlite(table: str, column: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_note_{act} AFTER {act.upper()} ON {table} FOR EACH ROW "
        f"BEGIN {_INSERT} VALUES ({rows}.{column}, 0, lower(hex(randomblob(16)))); END"
        for act, rows in _ROWS_OF.items()
    ]


def _for_postgresql(table: str, column: str) -> list[str]:
    # Once a statement, not once a row: a batch of thousands costs one more.
    return [
        f"CREATE OR REPLACE FUNCTION note_change_by_{column}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {_INSERT} "
        f"SELECT DISTINCT ON ({column}) {column}, pg_current_xact_id()::text::bigint, md5(random()::text) "
        "FROM changed; RETURN NULL; END $$",
        *(
            f"CREATE TRIGGER {table}_note_{act} AFTER {act.upper()} ON {table} "
            f"REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_change_by_{column}()"
            for act, rows in _ROWS_OF.items()
        ),
    ]


def _remove(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for act in _ROWS_OF:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_note_{act}{on}", params=None)
    on = f" ON {_PLACES}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {_PLACES}_note_position{on}", params=None)
