"""Load the places of the gazetteer that ships with the project, or of a file with the same columns."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from archive.authorities.gazetteer_file import SHIPPED, BadGazetteer, load_gazetteer

_NAMES_SHOWN = 50


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="CSV in UTF-8; without it, the shipped gazetteer")

    def handle(self, *, file: Path | None, verbosity: int, **options: object) -> None:
        with tqdm(desc="Places", unit="", leave=False, disable=None if verbosity else True) as bar:

            def progress(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                loaded = load_gazetteer([file] if file else SHIPPED, progress=progress)
            except BadGazetteer as problem:
                raise CommandError(str(problem)) from problem
        if verbosity:
            self.stdout.write(
                f"Places: {loaded.created} created, {loaded.updated} updated, {loaded.unchanged} unchanged."
            )
            if removed := loaded.names_removed:
                shown = "; ".join(removed[:_NAMES_SHOWN])
                more = f"; and {len(removed) - _NAMES_SHOWN} more" if len(removed) > _NAMES_SHOWN else ""
                self.stdout.write(
                    f"Names removed, for their rows no longer have them: {shown}{more}. Captions read by them "
                    "are read again by reread_captions, and search forgets them with rebuild_projection."
                )
