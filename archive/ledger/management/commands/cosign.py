import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.ledger.not_done import NotDone
from archive.ledger.note_files import read_note, write_note
from archive.ledger.signed_notes import UnreadableNote
from archive.ledger.witness import Refused, cosign


class Command(BaseCommand):
    help = (
        "Witness another archive: sign the head of its ledger where it goes on from the last one that was seen here, "
        "and print it. Ends with 1 where it contradicts that one, and keeps both; with 2 where it is not signed for "
        "another reason."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("checkpoint", help="file of `checkpoint` or `checkpoint --since`; - reads it from the pipe")
        parser.add_argument("--key", default="", help="public key of that archive: the first time, or a new one")
        parser.add_argument("--out", metavar="FILE", help="write it into a new file")

    def handle(self, *args: Any, **options: Any) -> None:
        name, out = options["checkpoint"], options["out"]
        try:
            signed, before = cosign(read_note(name), key=options["key"], at=timezone.now())
            if out:
                write_note(out, signed.note())
        except UnreadableNote as problem:
            raise CommandError(f"{name} was not signed: {problem}.", returncode=2) from problem
        except NotDone as problem:
            raise CommandError(str(problem), returncode=1 if isinstance(problem, Refused) else 2) from problem
        since = f"goes on from the {before.size} entries seen before" if before else "is the first one seen here"
        self.stderr.write(f"Signed: the head of {signed.head.origin} over {signed.head.size} entries {since}.")
        if not out:
            self.stdout.write(signed.note(), ending="")
