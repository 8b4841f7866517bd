from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.ledger.chain import Link, first_broken
from archive.ledger.models import LedgerEntry, LedgerHead


class Command(BaseCommand):
    help = "Walk the whole ledger and name the first entry that does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = LedgerEntry.objects.order_by("sequence").values_list(*Link._fields, "entry_hash")
        counted = 0

        def walk() -> Any:
            nonlocal counted
            for *fields, stored in rows.iterator(chunk_size=2000):
                counted += 1
                yield Link(*fields), stored

        if broken := first_broken(walk()):
            raise CommandError(f"The ledger is broken at entry {broken.sequence}: {broken.why}.", returncode=1)
        head = LedgerHead.objects.first()
        if (head.sequence if head else 0) != counted:
            raise CommandError(
                f"The ledger is broken at entry {counted + 1}: the head stands at {head.sequence if head else 0}, "
                f"but only {counted} entries are there.",
                returncode=1,
            )
        self.stdout.write(f"The ledger holds: {counted} entries, each following the one before.")
