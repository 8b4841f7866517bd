"""Add an index to a table that is written to meanwhile: on PostgreSQL a plain one lets nobody write until it stands."""

from typing import Any

from django.db import migrations


class AddIndexBesideWriters(migrations.AddIndex):
    """
    Add an index without keeping writers out; its migration is not `atomic`.

    May run again: what a broken run left half made is dropped first.
    """

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute(f"DROP INDEX {'CONCURRENTLY ' if is_postgresql else ''}IF EXISTS {name}")
        more = {"concurrently": True} if is_postgresql else {}
        schema_editor.add_index(model, self.index, **more)
