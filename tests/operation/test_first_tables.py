"""An empty database that has its tables made at once is like one that went through every migration."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

ROOT = Path(__file__).parents[2]
STEP_BY_STEP = """
import json
import django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
from tests.operation.test_first_tables import described
call_command(Command(), verbosity=0, interactive=False)
print(json.dumps(described()))
"""
ON_POSTGRESQL = {
    "columns": "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, "
    "pg_get_expr(adbin, adrelid) FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum "
    "WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r' AND "
    "relnamespace = 'public'::regnamespace)",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}
_CHECKED = re.compile(r'CONSTRAINT "(\w+)" (?:CHECK|UNIQUE)')


def described() -> dict[str, list]:
    """Return what the database has, in no order that depends on how it came: tables, guards, kinds, permissions."""
    with connection.cursor() as cursor:
        made = _on_sqlite(cursor) if connection.vendor == "sqlite" else {}
        for sort, question in ON_POSTGRESQL.items() if connection.vendor == "postgresql" else ():
            cursor.execute(question)
            made[sort] = cursor.fetchall()
    made["kinds"] = list(ContentType.objects.values_list("app_label", "model"))
    made["permissions"] = list(Permission.objects.values_list("content_type__app_label", "codename", "name"))
    made["migrations"] = list(MigrationRecorder.Migration.objects.values_list("app", "name"))
    return {sort: sorted(json.loads(json.dumps(rows)), key=str) for sort, rows in made.items()}


def _on_sqlite(cursor: object) -> dict[str, list]:
    made: dict[str, list] = {"columns": [], "keys": [], "constraints": [], "indexes and triggers": []}
    cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    for sort, name, table, sql in cursor.fetchall():
        if sort != "table":
            made["indexes and triggers"].append((sort, name, table, sql))
            continue
        cursor.execute(f'PRAGMA table_xinfo("{name}")')
        made["columns"] += [(name, *column[1:]) for column in cursor.fetchall()]
        cursor.execute(f'PRAGMA foreign_key_list("{name}")')
        made["keys"] += [(name, *key[2:]) for key in cursor.fetchall()]
        made["constraints"] += [(name, constraint) for constraint in _CHECKED.findall(sql)]
    return made


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'steps.sqlite3'}"
        return
    name = f"{connection.settings_dict['NAME']}_steps"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


@pytest.mark.django_db
def test_tables_made_at_once_are_those_that_the_migrations_make(empty_database: str, tmp_path: Path) -> None:
    site = {"DATABASE_URL": empty_database, "VAR_ROOT": str(tmp_path / "var"), "PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **site, "DJANGO_SETTINGS_MODULE": "archive.settings"}

    ran = subprocess.run(
        [sys.executable, "-c", STEP_BY_STEP], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stderr
    step_by_step, at_once = json.loads(ran.stdout), described()
    for sort, rows in step_by_step.items():
        differing = [row for row in rows + at_once[sort] if (row in rows) != (row in at_once[sort])]
        assert differing == [], sort
    assert len(step_by_step["columns"]) > 400
