"""
Triggers by which the database itself refuses UPDATE and DELETE on append-only tables, and what amounts to them.

Put `*append_only("app_table")` after the operations that make the table, and once more after operations that alter one:
SQLite alters most things by making the table anew, and its triggers go with the old one. After a unique constraint is
added too: on SQLite the trigger names the keys.

PostgreSQL has no REPLACE; its `ON CONFLICT DO UPDATE` is an UPDATE, and TRUNCATE has a trigger of its own.
"""

import re

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def append_only(table: str, *, unless: str = "") -> list[migrations.RunPython]:
    """
    Return the migration operations that make `table` append-only on SQLite and on PostgreSQL.

    :param unless: a condition on a row's OLD and NEW columns under which an UPDATE of it passes, such as one that
        erases what a law lets nobody keep
    """

    def install(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        remove(apps, schema_editor)
        vendor = schema_editor.connection.vendor
        of_vendor = _for_sqlite(table, schema_editor, unless) if vendor == "sqlite" else _for_postgresql(table, unless)
        for statement in of_vendor:
            schema_editor.execute(statement, params=None)

    def remove(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for act in ("update", "delete", "truncate" if on else "replace"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_{act}{on}", params=None)

    return [migrations.RunPython(install, remove)]


def _for_sqlite(table: str, schema_editor: BaseDatabaseSchemaEditor, unless: str) -> list[str]:
    # INSERT OR REPLACE removes the row that stands in its way, and fires no trigger of DELETE for it.
    stands = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {key})" for key in _unique_keys(table, schema_editor))
    return [
        *(
            f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table}{when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {act} refused'); END"
            for act, when in (("update", f" WHEN NOT ({unless})" if unless else ""), ("delete", ""))
        ),
        f"CREATE TRIGGER {table}_refuse_replace BEFORE INSERT ON {table} WHEN {stands} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: a row with this key is there'); END",
    ]


def _unique_keys(table: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
    """Return for each unique key the condition under which a row stands in the way of a new one."""
    # What was deferred of the operations before, such as the indexes of a new table, is needed here.
    deferred, schema_editor.deferred_sql = schema_editor.deferred_sql, []
    for statement in deferred:
        schema_editor.execute(statement)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_info({table})")
        of_table = cursor.fetchall()
        keys = [([name for _at, name, *_rest, is_key in of_table if is_key], "")]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s", [table])
        written = dict(cursor.fetchall())
        cursor.execute(f"PRAGMA index_list({table})")
        for _at, index, is_unique, *_rest in cursor.fetchall():
            if is_unique:
                cursor.execute(f"PRAGMA index_info({index})")
                columns = [name for _rank, _id, name in cursor.fetchall()]
                condition = re.search(r"\bWHERE\b(.*)", written.get(index) or "", re.IGNORECASE | re.DOTALL)
                keys.append((columns, condition[1] if condition else ""))
    return [
        " AND ".join(
            [f'"{name}" = NEW."{name}"' for name in columns]
            # What the index leaves out stands in nobody's way, be it the old row or the new one.
            + (
                [f"({condition})", f"({_of_new(condition, [name for _at, name, *_rest in of_table])})"]
                if condition
                else []
            )
        )
        for columns, condition in keys
    ]


def _of_new(condition: str, columns: list[str]) -> str:
    """Return a condition of an index as one on the new row: Django writes the columns in it in double quotes."""
    return re.sub(r'(?:"\w+"\.)?"(\w+)"', lambda name: f'NEW."{name[1]}"' if name[1] in columns else name[0], condition)


def _for_postgresql(table: str, unless: str) -> list[str]:
    of_rows = f"FOR EACH ROW WHEN (NOT ({unless}))" if unless else "FOR EACH STATEMENT"
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, lower(TG_OP) "
        "USING ERRCODE = 'restrict_violation'; END $$",
        *(
            f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
            f"{of_rows if act == 'update' else 'FOR EACH STATEMENT'} EXECUTE FUNCTION refuse_change()"
            for act in ("update", "delete", "truncate")
        ),
    ]
