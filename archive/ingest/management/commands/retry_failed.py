from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from archive.catalogue.models import Accession
from archive.ingest.failed_lines import held_up, retry_failed

USAGE = 2


class Command(BaseCommand):
    help = (
        "Try all files again that failed; the workers read them. What waits because a disk, the file store or the "
        "database failed is tried again without this command. Ends with 0, or 2 when it was called wrongly."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accession", type=int, metavar="NUMBER", help="only those of this accession")

    def handle(self, *, accession: int | None, **options: Any) -> None:
        only = Accession.objects.filter(pk=accession).first() if accession is not None else None
        if accession is not None and only is None:
            raise CommandError(f"There is no accession {accession}.", returncode=USAGE)
        count = retry_failed(by=None, accession=only)
        if count:
            self.stdout.write(
                ngettext("%(n)d file is tried again.", "%(n)d files are tried again.", count) % {"n": count}
            )
        else:
            self.stdout.write("No file has failed: there is nothing to try again.")
        if waiting := held_up():
            self.stdout.write(f"{waiting.count} wait, and are tried again by themselves. The last: {waiting.reason}")
