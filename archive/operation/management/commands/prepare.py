import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from archive.authorities.models import Outlet, Place
from archive.catalogue.models import Accession
from archive.ledger.signing_key import NoSigningKey, make_key
from archive.operation.bind_address import check_bind
from archive.operation.interface_words import compile_words
from archive.projection.older_projections import older
from archive.sample.load_collection import is_loaded, titles
from archive.standards.garbage_collection import collecting_after


class Command(BaseCommand):
    help = "Make a machine ready to run: tables, roles, accounts, gazetteer, outlets, sample, languages, static files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--bind", metavar="HOST:PORT", help="see first that the site can listen there")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["bind"]:
            check_bind(options["bind"])
        try:
            compile_words()
            # A hundred thousand places are made that stay, and were looked through time and again.
            with self._gathering_static_files(), collecting_after(100_000):
                self._prepare()
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. Start it again to go on.")
            sys.exit(130)
        except OperationalError as problem:
            raise CommandError(f"The database of DATABASE_URL cannot be used: {problem}") from problem

    def _prepare(self) -> None:
        self._say(f"database {connection.vendor}, files in {os.path.relpath(settings.MEDIA_ROOT)}")
        is_new = "django_migrations" not in connection.introspection.table_names()
        if is_new:
            self._say("making the tables")
        call_command("migrate", verbosity=0)
        if number := older().count():
            self._say(f"workers write anew what search reads of {number} items; `status` tells how far they are")
        call_command("make_accounts", stdout=self.stdout)
        try:
            make_key()
        except NoSigningKey as problem:
            # The site runs without one; what it cannot do is sign the head of its ledger.
            self._say(f"no key for the ledger: {problem}")
        # What people have changed since is theirs: records are loaded into an empty archive only.
        if not Place.objects.exists():
            self._say("loading the gazetteer")
            call_command("load_gazetteer", stdout=self.stdout)
        if not Outlet.objects.exists():
            call_command("load_outlets", stdout=self.stdout)
        if not Accession.objects.exclude(title__in=titles()).exists() and not is_loaded():
            self._say("bringing in the sample collection")
            call_command("load_sample", stdout=self.stdout)
            call_command("load_sample_proposals", stdout=self.stdout)

    @contextmanager
    def _gathering_static_files(self) -> Iterator[None]:
        """Gather the static files in a process beside, when the code is newer than what was gathered."""
        gathered = settings.STATIC_ROOT / "staticfiles.json"
        newest = max(path.stat().st_mtime for path in (settings.BASE_DIR / "archive").rglob("static/**/*"))
        packages = Path(settings.BASE_DIR / "requirements.lock").stat().st_mtime
        if gathered.exists() and gathered.stat().st_mtime >= max(newest, packages):
            yield
            return
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0", "--skip-checks"]
        with subprocess.Popen(command, cwd=settings.BASE_DIR) as process:
            yield
        if process.returncode:
            raise CommandError("The static files could not be gathered; what is said above tells why.")

    def _say(self, words: str) -> None:
        self.stdout.write(f"· {words}")
        self.stdout.flush()
