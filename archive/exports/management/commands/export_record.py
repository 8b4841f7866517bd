from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts.management.named_account import person_named
from archive.catalogue.audiences import Audience, audience_of
from archive.exports.readers import archive_staff
from archive.exports.write_bag import Choice, export
from archive.files.outside_faults import is_outside_fault, sentence_of
from archive.ingest.progress_bar import progress
from archive.ledger.not_done import NotDone

# Of what was left out so many lines are printed; all of it stands in the bag.
MOST_TOLD = 20


class Command(BaseCommand):
    help = (
        "Export the record of items into a new folder: what is known of each, who says so and what was decided, as a "
        "report to read and as data, with the originals. Ends with 0, with 1 where an original could not be read, or "
        "with 2 when nothing was exported."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("items", nargs="+", type=int, metavar="ITEM", help="the number of an item")
        parser.add_argument("directory", type=Path, metavar="DIR", help="a folder that is not there yet")
        parser.add_argument(
            "--as", dest="person", default="", metavar="NAME",
            help="export what this account may read; without it what archivists may",
        )  # fmt: skip
        parser.add_argument("--without-originals", action="store_true", help="leave the bytes as they came out")
        parser.add_argument(
            "--with-distressing", action="store_true", help="show pictures that are marked as distressing, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        reader = person_named(options["person"]) if options["person"] else archive_staff()
        if audience_of(reader) == Audience.PUBLIC:
            raise CommandError(
                f"Nothing was exported: {reader} may not read the archive. Name an open account with a role.",
                returncode=2,
            )
        choice = Choice(originals=not options["without_originals"], distressing=options["with_distressing"])
        number = len(set(options["items"]))
        try:
            with progress(what="exporting", total=number, unit="item") as bar:
                done = export(
                    options["items"], options["directory"], reader=reader, choice=choice,
                    on_progress=lambda _number: bar.update(),
                )  # fmt: skip
        except NotDone as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        except Exception as fault:
            if not is_outside_fault(fault):
                raise
            raise CommandError(f"Nothing was exported: {sentence_of(fault)}.", returncode=2) from fault
        for key, sentence in done.left_out[:MOST_TOLD]:
            self.stdout.write(f"Item {key}, left out: {sentence}")
        if len(done.left_out) > MOST_TOLD:
            self.stdout.write(f"… and {len(done.left_out) - MOST_TOLD} more: each record names what it is without.")
        self.stdout.write(
            f"{done.items} item(s) with {done.originals} original(s) were exported to {done.directory}, "
            f"as {reader.get_username()} may read them. `python3 verify.py` there tells what was altered since."
        )
        if done.faults:
            raise CommandError(f"{len(done.faults)} original(s) could not be read.", returncode=1)
