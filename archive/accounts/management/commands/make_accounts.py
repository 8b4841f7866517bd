import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from archive.accounts.models import User
from archive.accounts.roles import ROLES, grant_roles


class Command(BaseCommand):
    help = "Make the roles, and one account for each role that has none; the passwords are printed this once."
    requires_system_checks: list[str] = []

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        grant_roles()
        made = []
        for role in ROLES:
            if not User.objects.filter(groups__name=role).exists():
                password = secrets.token_urlsafe(12)
                user = User.objects.create_user(role, password=password, must_change_password=settings.PRODUCTION)
                user.groups.add(user.groups.model.objects.get(name=role))
                made.append((role, password))
        if made:
            self.stdout.write("Accounts, one for each role. The passwords are shown this once:")
            for role, password in made:
                self.stdout.write(f"  {role:<14} {password}")
            if settings.PRODUCTION:
                self.stdout.write("Each has to be changed at the first sign-in.")
            else:
                self.stdout.write(
                    "They are for trying the site on this machine and may stay as they are; with "
                    "STRANDLINE_PRODUCTION=yes each has to be changed at the first sign-in."
                )
