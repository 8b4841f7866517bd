from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from archive.operation.first_tables import is_empty, make_first_tables


class Command(migrate.Command):
    """Django's own, but that an empty database has its tables made at once, and that `make check` makes the checks."""

    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        is_whole = not options["app_label"] and not options["plan"] and not options["check_unapplied"]
        if is_whole and is_empty(connection):
            make_first_tables(connection)
        super().handle(*args, **options)
