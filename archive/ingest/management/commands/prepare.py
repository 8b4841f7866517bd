import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from archive.authorities.models import Outlet, Place
from archive.catalogue.models import Accession


class Command(BaseCommand):
    help = "Make a machine ready to run: tables, roles, accounts, gazetteer, outlets, sample collection, static files."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self._say(f"database {connection.vendor}, files in {os.path.relpath(settings.MEDIA_ROOT)}")
        is_new = "django_migrations" not in connection.introspection.table_names()
        if is_new:
            self._say("making the tables")
        call_command("migrate", verbosity=0, skip_checks=True)
        call_command("make_accounts", stdout=self.stdout)
        # What people have changed since is theirs: records are loaded into an empty archive only.
        if not Place.objects.exists():
            self._say("loading the gazetteer")
            call_command("load_gazetteer", stdout=self.stdout)
        if not Outlet.objects.exists():
            call_command("load_outlets", stdout=self.stdout)
        if not Accession.objects.exists():
            self._say("drawing the sample collection and bringing it in")
            call_command("load_sample", stdout=self.stdout)
        self._collect_static()

    def _collect_static(self) -> None:
        """Gather the static files when the code is newer than what was gathered."""
        gathered = settings.STATIC_ROOT / "staticfiles.json"
        newest = max(path.stat().st_mtime for path in (settings.BASE_DIR / "archive").rglob("static/**/*"))
        packages = Path(settings.BASE_DIR / "requirements.txt").stat().st_mtime
        if not gathered.exists() or gathered.stat().st_mtime < max(newest, packages):
            call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)

    def _say(self, words: str) -> None:
        self.stdout.write(f"· {words}")
        self.stdout.flush()
