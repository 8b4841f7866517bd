"""The indexes of the audit come into a filled ledger without keeping writers out."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_index_of_the_audit_is_built_beside_writers_and_again_after_a_broken_run() -> None:
    migration = import_module("archive.ledger.migrations.0004_audit_indexes").Migration
    before = MigrationExecutor(connection).loader.project_state(("ledger", "0003_merkle_tree"))
    after = before.clone()
    run: list[str] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        run.append(sql)
        return execute(sql, params, many, context)

    # They stand already, as after a run that broke off before it was noted.
    for operation in migration.operations:
        operation.state_forwards("ledger", after)
        with connection.execute_wrapper(note), connection.schema_editor(atomic=migration.atomic) as editor:
            operation.database_forwards("ledger", editor, before, after)

    built = [sql for sql in run if sql.startswith("CREATE INDEX")]
    assert len(built) == 3
    if connection.vendor == "postgresql":
        assert all(sql.startswith("CREATE INDEX CONCURRENTLY") for sql in built)
    with connection.cursor() as cursor:
        names = connection.introspection.get_constraints(cursor, "ledger_ledgerentry")
    assert {"ledger_actor", "ledger_verb", "ledger_occurred_at"} <= names.keys()
