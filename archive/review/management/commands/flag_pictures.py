from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts.management.named_account import open_account_named
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import recording
from archive.review.flags import flag_picture
from archive.review.models import Flag


class Command(BaseCommand):
    help = "Flag pictures in the name of a person, such as those that a letter to the archive lists; all or none."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("items", nargs="+", type=int, metavar="ITEM", help="numbers of items")
        parser.add_argument("--ground", required=True, type=str.upper, choices=Flag.Ground.values)
        parser.add_argument("--by", required=True, metavar="NAME", help="the account in whose name they are flagged")
        parser.add_argument("--note", default="", help="read by that person and by moderators alone")

    def handle(self, *args: Any, **options: Any) -> None:
        by = open_account_named(options["by"])
        items = Item.objects.visible_to(by).in_bulk(options["items"])
        if missing := [str(key) for key in options["items"] if key not in items]:
            raise CommandError(f"Nothing was flagged: {by} sees no item {', '.join(missing)}.")
        try:
            with recording():
                flagged = [
                    flag_picture(items[key], ground=options["ground"], by=by, note=options["note"])
                    for key in sorted(items)
                ]
        except (NotAllowed, NotDone) as refusal:
            raise CommandError(f"Nothing was flagged: {refusal}") from refusal
        new = sum(is_new for _flag, is_new in flagged)
        self.stdout.write(f"{new} flagged, {len(flagged) - new} waited already and had nothing added.")
