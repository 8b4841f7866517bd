"""
Triggers by which the database itself refuses UPDATE and DELETE on append-only tables.

Put `*append_only("app_table")` after the operations that make the table, and once more after operations that alter one:
SQLite alters most things by making the table anew, and its triggers go with the old one.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def append_only(table: str) -> list[migrations.RunPython]:
    """Return the migration operations that make `table` append-only on SQLite and on PostgreSQL."""

    def install(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        remove(apps, schema_editor)
        statements = {"sqlite": _for_sqlite, "postgresql": _for_postgresql}[schema_editor.connection.vendor](table)
        for statement in statements:
            schema_editor.execute(statement, params=None)

    def remove(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for act in ("update", "delete", *(["truncate"] if on else [])):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_{act}{on}", params=None)

    return [migrations.RunPython(install, remove)]


def _for_sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {act} refused'); END"
        for act in ("update", "delete")
    ]


def _for_postgresql(table: str) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, lower(TG_OP) "
        "USING ERRCODE = 'restrict_violation'; END $$",
        *(
            f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for act in ("update", "delete", "truncate")
        ),
    ]
