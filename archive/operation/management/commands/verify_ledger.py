import argparse
import itertools
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.ledger.chain import GENESIS, Link, entry_bytes, first_broken
from archive.ledger.check_head import Verdict, check_head
from archive.ledger.grow_tree import frontier_of, subtrees_that_end_with
from archive.ledger.merkle_tree import Frontier
from archive.ledger.models import LedgerEntry, LedgerHead, LedgerSubtrees
from archive.ledger.note_files import read_note
from archive.ledger.signed_notes import SignedHead, UnreadableNote, read_signed_head
from archive.ledger.snapshot import snapshot
from archive.ledger.time_stamps import StampCheck, check_stamp
from archive.operation.ledger_comparison import differences

_MOST_SHOWN = 20
_AT_ONCE = 2000


class Command(BaseCommand):
    help = (
        "Walk the whole ledger and name the first entry that does not hold; see that the tree is the one over these "
        "entries; then compare access, accession lines, claims, rulings, findings and verdicts with the entries about "
        "them. With --head see that an earlier head is one of this ledger, and what the stamp beside it says. Others "
        "may go on writing meanwhile."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--head", metavar="FILE", help="a head of `checkpoint` that was kept elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        signed = self._head(options["head"]) if options["head"] else None
        stamp = check_stamp(options["head"], signed.note()) if signed else StampCheck(True, "")
        with snapshot():
            counted = self._walk()
            earlier = check_head(signed) if signed else None
            shown = list(itertools.islice(differences(), _MOST_SHOWN))
        if earlier and earlier.verdict is not Verdict.CONSISTENT:
            raise CommandError(f"{earlier.sentence} {stamp.sentence}".strip(), returncode=1)
        if shown:
            raise CommandError("The archive differs from its ledger: " + "; ".join(shown) + ".", returncode=1)
        self.stdout.write(
            f"The ledger holds: {counted} entries, each following the one before, and the tree is theirs. "
            "Access, accession lines, claims, rulings, findings and verdicts are as it says."
        )
        self.stdout.write(
            earlier.sentence
            if earlier
            else "Whether all of it was written anew, only a head that was kept elsewhere tells: --head FILE."
        )
        if not stamp.holds:
            raise CommandError(stamp.sentence, returncode=2)
        if stamp.sentence:
            self.stdout.write(stamp.sentence)

    def _head(self, name: str) -> SignedHead:
        try:
            return read_signed_head(read_note(name))
        except UnreadableNote as problem:
            raise CommandError(f"{name} is no head of a ledger: {problem}.", returncode=2) from problem

    def _walk(self) -> int:
        stored = LedgerSubtrees.objects.order_by("sequence").values_list("sequence", "hashes")
        # Closed whatever is found: a cursor of the server's that is left open would be closed in a later transaction.
        with closing(stored.iterator(chunk_size=_AT_ONCE)) as subtrees:
            return self._walk_with(subtrees)

    def _walk_with(self, subtrees: Iterator[tuple[int, str]]) -> int:
        rows = LedgerEntry.objects.order_by("sequence").values_list(*Link._fields, "entry_hash")
        frontier, last, differs = Frontier(), GENESIS, 0

        def walk() -> Iterator[tuple[Link, str]]:
            nonlocal last, differs
            for *fields, entry_hash in rows.iterator(chunk_size=_AT_ONCE):
                link, last = Link(*fields), entry_hash
                grown = subtrees_that_end_with(entry_bytes(link), frontier)
                if next(subtrees, None) != (link.sequence, grown):
                    differs = differs or link.sequence
                yield link, entry_hash

        with closing(walk()) as entries:
            broken = first_broken(entries)
        if broken:
            raise CommandError(f"The ledger is broken at entry {broken.sequence}: {broken.why}.", returncode=1)
        head, counted = LedgerHead.objects.first(), frontier.size
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
        if head and head.tree_size < counted and differs == head.tree_size + 1 and next(subtrees, None) is None:
            raise CommandError(
                f"The tree goes to entry {head.tree_size}, the ledger to {counted}: a process that was started before "
                "the update wrote the rest. Start all of them anew; the next act brings the tree on.",
                returncode=1,
            )
        if differs or next(subtrees, None) is not None:
            raise CommandError(
                f"The tree differs from the entries: what it has for entry {differs or counted + 1} does not follow.",
                returncode=1,
            )
        if head and (head.tree_size, frontier_of(head).hashes) != (counted, frontier.hashes):
            raise CommandError(
                "The tree differs from the entries: the head has another root than they give.", returncode=1
            )
        return counted
