from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.accounts.management.named_account import open_account_named
from archive.accounts.roles import NotAllowed
from archive.authorities.models import Outlet
from archive.catalogue.models import Access, Accession, AccessionStatement
from archive.ingest.edit_accession import edit_accession, undo_correction
from archive.ingest.flag_notices import count_flagged_by_terms
from archive.ingest.follow_access import otherwise
from archive.ledger.not_done import NotDone
from archive.projection.carry_changes import progress_of


class Command(BaseCommand):
    help = (
        "Correct what is said of an accession, in the name of a person; what was said before stays in its history. An "
        "empty text says that nothing is stated. Ends with 0, or 1 when it was refused."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("accession", type=int, metavar="ACCESSION", help="its number")
        parser.add_argument("--by", required=True, metavar="NAME", help="the account in whose name it is done")
        parser.add_argument("--reason", default="", help="why it is corrected")
        for name in ("title", "supplied-by", "terms", "note"):
            parser.add_argument(f"--{name}", metavar="WORDS")
        for name in ("received", "published"):
            parser.add_argument(f"--{name}", metavar="DATE", dest=f"{name}_on", help="YYYY-MM-DD")
        parser.add_argument("--outlet", metavar="SLUG")
        parser.add_argument("--terms-public", choices=["yes", "no"], help="whether visitors read the terms")
        parser.add_argument(
            "--access",
            choices=["restricted", "research"],
            help="who may see its items, but those of which somebody decided by itself or that something holds closed",
        )
        parser.add_argument("--undo", action="store_true", help="undo that person's own last correction, within a day")

    def handle(self, *args: Any, **options: Any) -> None:
        by = open_account_named(options["by"])
        accession = Accession.objects.filter(pk=options["accession"]).first()
        if accession is None:
            raise CommandError(f"There is no accession {options['accession']}.")
        changes = {name: read(options[name]) for name, read in _READ.items() if options[name] is not None}
        if bool(changes) == options["undo"]:
            raise CommandError("Say what to correct, or --undo, and not both.")
        latest = AccessionStatement.objects.filter(accession=accession).order_by("-pk").first()
        try:
            if options["undo"]:
                made = undo_correction(accession, by=by, seen=latest.pk if latest else 0, at=timezone.now())
            else:
                made = edit_accession(accession, by=by, reason=options["reason"], **changes)
        except (NotAllowed, NotDone) as refusal:
            raise CommandError(f"Nothing was corrected: {refusal}") from refusal
        fields = ", ".join(statement.field for statement in made)
        self.stdout.write(f"Corrected: {fields}." if made else "Nothing was corrected: all of it said so before.")
        accession.refresh_from_db()
        changes = progress_of(accession)
        if changes:
            left = sum(change.items - change.done for change in changes)
            self.stdout.write(f"{left} items follow one after the other, as workers come to them.")
        if any(statement.field == "terms" for statement in made) and (flagged := count_flagged_by_terms(accession)):
            self.stdout.write(f"{flagged} public items were flagged for moderators: the terms bound their use.")
        # Restricted, what is open still is known at once; opened, each item is looked at first.
        is_known = accession.access == Access.RESTRICTED or not changes
        if is_known and any(statement.field == "access" for statement in made):
            self.stdout.write(f"{otherwise(accession, by).count()} items are seen otherwise than it says.")


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError as problem:
        raise CommandError(f"“{words}” is no day: write YYYY-MM-DD.") from problem


def _outlet(slug: str) -> Outlet | None:
    if slug and not (outlet := Outlet.objects.standing().filter(slug=slug).first()):
        raise CommandError(f"There is no outlet “{slug}”.")
    return outlet if slug else None


_READ = {
    "title": str,
    "supplied_by": str,
    "received_on": _day,
    "outlet": _outlet,
    "published_on": _day,
    "terms": str,
    "terms_public": lambda words: words == "yes",
    "note": str,
    "access": lambda words: Access(words.upper()),
}
