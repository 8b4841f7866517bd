import itertools
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.ledger.chain import GENESIS, Link, first_broken
from archive.ledger.models import LedgerEntry, LedgerHead
from archive.ledger.snapshot import snapshot
from archive.operation.ledger_comparison import differences

_MOST_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Walk the whole ledger and name the first entry that does not hold; then compare access, accession lines, "
        "claims and rulings with the entries about them. Others may go on writing meanwhile."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with snapshot():
            counted = self._walk()
            shown = list(itertools.islice(differences(), _MOST_SHOWN))
        if shown:
            raise CommandError("The archive differs from its ledger: " + "; ".join(shown) + ".", returncode=1)
        self.stdout.write(
            f"The ledger holds: {counted} entries, each following the one before. "
            "Access, accession lines, claims and rulings are as it says."
        )

    def _walk(self) -> int:
        rows = LedgerEntry.objects.order_by("sequence").values_list(*Link._fields, "entry_hash")
        counted, last = 0, GENESIS

        def walk() -> Any:
            nonlocal counted, last
            for *fields, stored in rows.iterator(chunk_size=2000):
                counted, last = counted + 1, stored
                yield Link(*fields), stored

        if broken := first_broken(walk()):
            raise CommandError(f"The ledger is broken at entry {broken.sequence}: {broken.why}.", returncode=1)
        head = LedgerHead.objects.first()
        if (head.sequence if head else 0) != counted:
            raise CommandError(
                f"The ledger is broken at entry {counted + 1}: the head stands at {head.sequence if head else 0}, "
                f"but {counted} entries are there.",
                returncode=1,
            )
        if head and head.entry_hash != last:
            raise CommandError(
                f"The ledger is broken at entry {counted}: the head has another hash than this, the last entry.",
                returncode=1,
            )
        return counted
