from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.files.models import MediaFile
from archive.files.sandbox import Sandbox
from archive.ingest.process_lines import limits
from archive.ingest.progress_bar import progress, why_failed
from archive.ingest.rebuild_renditions import NOT_FORESEEN, NotRebuilt, is_missing, outdated, rebuild, with_renditions

USAGE = 2


class Command(BaseCommand):
    help = (
        "Make the renditions of items again: of those named, or of those that an earlier version of their maker made. "
        "Each is fingerprinted and matched anew by the workers. May be interrupted and started again, beside workers "
        "too. Ends with 0 when all were made, 1 when some could not be, 2 when it was called wrongly."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("items", nargs="*", type=int, metavar="ITEM", help="numbers of items")
        parser.add_argument("--all", action="store_true", dest="is_all", help="those of all items")
        parser.add_argument("--missing", action="store_true", help="only those that are missing from the store")

    def handle(self, *, items: list[int], is_all: bool, missing: bool, **options: Any) -> None:
        if items and is_all:
            raise CommandError("Name items, or give --all; not both.", returncode=USAGE)
        media_files = with_renditions().filter(item__in=items) if items else with_renditions()
        if not (items or is_all or missing):
            media_files = outdated()
        if unknown := sorted(set(items) - set(media_files.values_list("item", flat=True) if items else items)):
            raise CommandError(f"There is no item {', '.join(map(str, unknown))}.", returncode=USAGE)
        made = failed = 0
        keys = list(media_files.values_list("pk", flat=True))
        with (
            progress(what="making renditions", total=len(keys), unit="file") as bar,
            Sandbox(limits()) as sandbox,
        ):
            for key in keys:
                media_file = MediaFile.objects.get(pk=key)
                try:
                    if not missing or is_missing(media_file):
                        rebuild(media_file, sandbox=sandbox, by="command line")
                        made += 1
                except Exception as problem:
                    failed += 1
                    what = f"the renditions of file {key}"
                    why = why_failed(problem, foreseen=NotRebuilt, unforeseen=NOT_FORESEEN, what=what)
                    bar.clear()
                    self.stdout.write(f"not made: “{media_file.original_name}”: {why}")
                bar.update()
        self.stdout.write(f"{len(keys)} files looked at: renditions of {made} made, of {failed} not.")
        if failed:
            raise SystemExit(1)
