"""
Create the agencies, broadcasters, newspapers and authorities that ship with the project. Those held follow the list,
but for what a person has changed, which is told.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.authorities.outlets_file import OUTLETS, BadOutlets, load_outlets


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=OUTLETS, help="CSV in UTF-8; else the shipped list")

    def handle(self, *, file: Path, verbosity: int, **options: object) -> None:
        try:
            loaded = load_outlets(file)
        except (BadOutlets, OSError) as problem:
            raise CommandError(str(problem)) from problem
        if verbosity:
            held = f"{loaded.held} there before, {loaded.revised} changed after the list"
            self.stdout.write(f"Outlets: {loaded.created} created, {held}.")
            for told in loaded.left:
                self.stdout.write(f"Left as a person made it: {told}.")
