import json
from typing import Any

from django.core.management.base import BaseCommand

from archive.ledger.models import LedgerEntry


class Command(BaseCommand):
    help = (
        "Tell which entries of the ledger hold the words of captions. Entries before digests took their place do; "
        "they cannot be edited, since each is chained to the one before. No page and no answer shows these words."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        entries = LedgerEntry.objects.filter(verb="describe").order_by("sequence").values_list("sequence", "payload")
        holding = [sequence for sequence, payload in entries.iterator() if json.loads(payload).get("text")]
        if not holding:
            self.stdout.write("No entry of the ledger holds the words of a caption.")
            return
        self.stdout.write(
            f"{len(holding)} entries of the ledger hold the words of captions in full: {_spans(holding)}.\n"
            "They were written before digests took the place of the words. The ledger is append-only and chained: an "
            "entry that is edited breaks every proof after it, so these stay as they are. Pages and API leave the "
            "words out; whoever is given a copy of the ledger, or of the database, can read them, hidden captions too."
        )


def _spans(numbers: list[int]) -> str:
    """Write rising numbers, those that follow one another as one span: "3, 7-9"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
