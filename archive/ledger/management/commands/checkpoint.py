import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from archive.ledger.check_head import Verdict, check_head
from archive.ledger.heads import prove_consistency, signed_head
from archive.ledger.not_done import NotDone
from archive.ledger.note_files import read_note, write_note
from archive.ledger.signed_notes import UnreadableNote, WitnessRequest, read_signed_head
from archive.ledger.signing_key import replace_key, signing_key
from archive.ledger.snapshot import snapshot


class Command(BaseCommand):
    help = (
        "Print the signed head of the ledger, to be kept where whoever runs this machine cannot change it; or check an "
        "earlier one against the ledger: ends with 0 where it is consistent, with 1 where the ledger is another one, "
        "with 2 where the file proves nothing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--check", metavar="FILE", help="hold an earlier head against the ledger; - reads it from the pipe"
        )
        what.add_argument(
            "--since",
            metavar="ENTRIES",
            type=int,
            help="add the proof that it goes on from that of so many entries",
        )
        what.add_argument("--public-key", action="store_true", help="print the keys that others check with")
        what.add_argument("--new-key", action="store_true", help="make a new key in the place of the one that was")
        parser.add_argument("--out", metavar="FILE", help="write it into a new file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["check"]:
                self._check(options["check"])
            else:
                self._give(self._asked_for(options), options["out"])
        except NotDone as problem:
            raise CommandError(str(problem), returncode=2) from problem

    def _asked_for(self, options: dict[str, Any]) -> str:
        if options["public_key"]:
            key = signing_key()
            return f"{key.public}\n{key.as_witness}\n"
        if options["new_key"]:
            key = replace_key()
            return f"{key.public}\n{key.as_witness}\n"
        with transaction.atomic():
            signed = signed_head()
            if options["since"] is None:
                return signed.note()
            try:
                proof = prove_consistency(options["since"], signed.head.size)
            except ValueError:
                raise CommandError(
                    f"The ledger has {signed.head.size} entries: it goes on from none or from some of these.",
                    returncode=2,
                ) from None
            return WitnessRequest(options["since"], tuple(proof), signed).text()

    def _give(self, text: str, out: str | None) -> None:
        if out is None:
            self.stdout.write(text, ending="")
            return
        write_note(out, text)
        self.stderr.write(f"Written to {out}.")

    def _check(self, name: str) -> None:
        try:
            signed = read_signed_head(read_note(name))
        except UnreadableNote as problem:
            raise CommandError(f"{name} is no head of a ledger: {problem}.", returncode=2) from problem
        with snapshot():
            verdict, sentence = check_head(signed)
        if verdict is not Verdict.CONSISTENT:
            raise CommandError(sentence, returncode=1 if verdict is Verdict.FORK else 2)
        self.stdout.write(sentence)
