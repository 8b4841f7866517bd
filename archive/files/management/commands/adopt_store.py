from argparse import ArgumentParser
from typing import Any

from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext

from archive.files.models import MediaFile
from archive.files.store_identity import adopt_store

MOST_LOOKED_FOR = 1000


class Command(BaseCommand):
    help = "Take the store of originals as it is now for the right one, after it was moved or brought back on purpose."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="also where originals are missing from it")

    def handle(self, *, yes: bool, **options: Any) -> None:
        store = storages["originals"]
        paths = list(MediaFile.objects.order_by("?").values_list("storage_path", flat=True)[:MOST_LOOKED_FOR])
        counts = {"there": sum(map(store.exists, paths)), "all": len(paths)}
        self.stdout.write(gettext("Of %(all)d originals looked for, %(there)d are in this store.") % counts)
        if counts["there"] < counts["all"] and not yes:
            raise CommandError(
                gettext("It was not adopted: see first where the others are, or adopt it all the same with --yes.")
            )
        identity = adopt_store(at=timezone.now())
        self.stdout.write(gettext("Originals are kept in it from now on: %(identity)s.") % {"identity": identity})
