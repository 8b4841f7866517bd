import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from archive.ledger.ask_for_stamp import ask_for_stamp
from archive.ledger.check_head import Verdict, check_head
from archive.ledger.heads import note_handed_out, prove_consistency, signed_head
from archive.ledger.not_done import NotDone
from archive.ledger.note_files import read_note, refuse_existing, write_new, write_note
from archive.ledger.signed_notes import UnreadableNote, WitnessRequest, read_signed_head
from archive.ledger.signing_key import replace_key, signing_key
from archive.ledger.snapshot import snapshot
from archive.ledger.time_stamps import check_stamp, file_of_stamp


class Command(BaseCommand):
    help = (
        "Print the signed head of the ledger, to be kept where whoever runs this machine cannot change it; or check an "
        "earlier one against the ledger: ends with 0 where it is consistent, with 1 where the ledger is another one, "
        "with 2 where the file, or the stamp beside it, proves nothing."
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
        what.add_argument(
            "--stamp",
            action="store_true",
            help="have it stamped by the time-stamp service of TIMESTAMP_URL; the stamp is kept beside --out FILE",
        )
        what.add_argument("--public-key", action="store_true", help="print the keys that others check with")
        what.add_argument("--new-key", action="store_true", help="make a new key in the place of the one that was")
        parser.add_argument("--out", metavar="FILE", help="write it into a new file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["check"]:
                self._check(options["check"])
            elif options["stamp"]:
                self._stamp(options["out"])
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
            note_handed_out(signed, at=timezone.now())
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

    def _stamp(self, out: str | None) -> None:
        if out is None:
            raise CommandError("--stamp needs --out FILE: the stamp is kept beside it, as FILE.tsr.", returncode=2)
        # Both may be written, before anything is sent.
        refuse_existing(out, file_of_stamp(out))
        with transaction.atomic():
            signed = signed_head()
            note = signed.note()
        answer, stamp = ask_for_stamp(note)
        self._give(note, out)
        write_new(file_of_stamp(out), answer)
        note_handed_out(signed, at=timezone.now())
        self.stderr.write(f"Written to {file_of_stamp(out)}. {stamp}")

    def _check(self, name: str) -> None:
        try:
            signed = read_signed_head(read_note(name))
        except UnreadableNote as problem:
            raise CommandError(f"{name} is no head of a ledger: {problem}.", returncode=2) from problem
        with snapshot():
            verdict, sentence = check_head(signed)
        stamp = check_stamp(name, signed.note())
        if verdict is not Verdict.CONSISTENT:
            # A stamp on the head of a fork is evidence too.
            raise CommandError(f"{sentence} {stamp.sentence}".strip(), returncode=1 if verdict is Verdict.FORK else 2)
        self.stdout.write(sentence)
        if not stamp.holds:
            raise CommandError(stamp.sentence, returncode=2)
        if stamp.sentence:
            self.stdout.write(stamp.sentence)
