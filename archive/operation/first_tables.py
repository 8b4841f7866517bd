"""
Make the tables of an empty database at once, as the last migration leaves them.

The migrations one after the other take ten seconds, most of it for the models of every step in between, which nobody
needs where there is nothing to carry over. `tests/operation/test_first_tables.py` holds the two ways together.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import StateApps
from django.db.models import Model

from archive.item_index.change_triggers import note_changes
from archive.ledger.append_only import append_only

# Migrations whose functions make what no model tells of. Those that make triggers are known by themselves; all others
# move what an empty database has nothing of.
_BESIDE_MODELS = {
    ("catalogue", "0002_text_index"),
    ("catalogue", "0003_search_indexes"),
    ("catalogue", "0011_audiences"),
}
_TRIGGERS = (append_only.__module__, note_changes.__module__)


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether nothing at all was made in a database."""
    return not connection.introspection.table_names()


def make_first_tables(connection: BaseDatabaseWrapper) -> None:
    """Make all tables in a database without any, and record every migration as run."""
    loader = MigrationLoader(None)
    apps = loader.project_state().apps
    recorded = MigrationRecorder.Migration
    # One transaction: what was interrupted leaves the database as empty as it was.
    with connection.schema_editor(atomic=True) as editor:
        for model in (*_parents_first(apps), recorded):
            editor.create_model(model)
        for function in _functions(loader):
            function(apps, editor)
        recorded.objects.using(connection.alias).bulk_create(
            recorded(app=app, name=name) for app, name in _order(loader)
        )


def _parents_first(apps: StateApps) -> list[type[Model]]:
    """Return the models in an order in which each stands behind those that it points to."""
    made: dict[type[Model], None] = {}

    def add(model: type[Model], above: tuple[type[Model], ...] = ()) -> None:
        if model in made or model in above:
            return
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.remote_field and isinstance(field.remote_field.model, type):
                add(field.remote_field.model, (*above, model))
        made[model] = None

    for model in apps.get_models():
        add(model)
    return [model for model in made if model._meta.managed and not model._meta.proxy]


def _functions(loader: MigrationLoader) -> Iterator[object]:
    for key in _order(loader):
        for operation in loader.graph.nodes[key].operations:
            if isinstance(operation, RunPython) and (key in _BESIDE_MODELS or operation.code.__module__ in _TRIGGERS):
                yield operation.code


def _order(loader: MigrationLoader) -> list[tuple[str, str]]:
    """Return the keys of all migrations, each behind those it depends on."""
    order: dict[tuple[str, str], None] = {}
    for leaf in loader.graph.leaf_nodes():
        order |= dict.fromkeys(loader.graph.forwards_plan(leaf))
    return list(order)
