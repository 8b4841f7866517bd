from typing import Any

from django.contrib.auth.models import Group
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections

from archive.accounts.roles import ROLES, grant_roles
from archive.operation.first_tables import is_empty, make_first_tables


class Command(migrate.Command):
    """
    Django's own, but that an empty database has its tables made at once, and that `make check` makes the checks.

    Where there are roles already they are given the permissions that a newer version brings.
    """

    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        is_whole = not options["app_label"] and not options["plan"] and not options["check_unapplied"]
        if is_whole and is_empty(connection):
            make_first_tables(connection)
        super().handle(*args, **options)
        is_ours = options["database"] == DEFAULT_DB_ALIAS
        if is_whole and is_ours and not options["fake"] and Group.objects.filter(name__in=ROLES).exists():
            grant_roles()
