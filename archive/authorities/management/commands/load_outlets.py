"""Create the agencies, broadcasters, newspapers and authorities that ship with the project; leave those held alone."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.authorities.seeding import OUTLETS, BadOutlets, load_outlets


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=OUTLETS, help="CSV in UTF-8; else the shipped list")

    def handle(self, *, file: Path, verbosity: int, **options: object) -> None:
        try:
            created, held = load_outlets(file)
        except (BadOutlets, OSError) as problem:
            raise CommandError(str(problem)) from problem
        if verbosity:
            self.stdout.write(f"Outlets: {created} created, {held} there before.")
