from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.catalogue.models import Item
from archive.files.sandbox import Sandbox
from archive.ingest.process_lines import limits
from archive.ingest.progress_bar import progress, why_failed
from archive.ingest.reread_metadata import NOT_FORESEEN, NotRead, outdated, reread

USAGE = 2


class Command(BaseCommand):
    help = (
        "Read again what the files of items and their sidecars say: of those named, of all, or else of those last read "
        "by another version of the readers. Old readings stay; claims that no longer follow are superseded; what a "
        "person decided stands. May be interrupted and started again. Ends with 0 when all were read, 1 when some "
        "could not be, 2 when it was called wrongly."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("items", nargs="*", type=int, metavar="ITEM", help="numbers of items")
        parser.add_argument("--all", action="store_true", dest="is_all", help="the files of all items")

    def handle(self, *, items: list[int], is_all: bool, **options: Any) -> None:
        if items and is_all:
            raise CommandError("Name items, or give --all; not both.", returncode=USAGE)
        wanted = Item.objects.filter(pk__in=items) if items else Item.objects.all() if is_all else outdated()
        keys = list(wanted.order_by("pk").values_list("pk", flat=True))
        if unknown := sorted(set(items) - set(keys)):
            raise CommandError(f"There is no item {', '.join(map(str, unknown))}.", returncode=USAGE)
        read = failed = added = superseded = restored = captions = 0
        with progress(what="reading", total=len(keys), unit="file") as bar, Sandbox(limits()) as sandbox:
            for key in keys:
                item = Item.objects.select_related("media_file").get(pk=key)
                try:
                    done = reread(item, sandbox=sandbox, by="command line")
                except Exception as problem:
                    failed += 1
                    why = why_failed(problem, foreseen=NotRead, unforeseen=NOT_FORESEEN, what=f"item {key}")
                    bar.clear()
                    self.stdout.write(f"not read: item {key}, “{item.file_name}”: {why}")
                else:
                    read += 1
                    added, superseded = added + done.added, superseded + done.superseded
                    restored, captions = restored + done.restored, captions + done.captions
                bar.update()
        self.stdout.write(
            f"{read} files read, {failed} not: {added} claims added, {superseded} superseded, {restored} proposed "
            f"again, {captions} captions added."
        )
        if failed:
            raise SystemExit(1)
