from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts.management.named_account import open_account_named
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.ledger.not_done import NotDone
from archive.review.turn_pictures import CannotBeTurned, turn_pictures
from archive.standards.orientation import AS_IT_IS, Turn

AS_THE_FILE = "as-the-file"


class Command(BaseCommand):
    help = (
        "Turn pictures that are shown wrongly turned, in the name of a person, as a claim on each; all or none. Each "
        "is turned from how it is shown now; workers make its copies anew. Ends with 0, or 1 when it was refused."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("how", choices=[*(turn.value for turn in Turn), AS_THE_FILE])
        parser.add_argument("items", nargs="+", type=int, metavar="ITEM", help="numbers of items")
        parser.add_argument("--by", required=True, metavar="NAME", help="the account in whose name it is done")
        parser.add_argument("--note", default="", help="how that person knows")

    def handle(self, *args: Any, **options: Any) -> None:
        by = open_account_named(options["by"])
        items = Item.objects.in_bulk(options["items"])
        if missing := [str(key) for key in options["items"] if key not in items]:
            raise CommandError(f"Nothing was turned: there is no item {', '.join(missing)}.")
        is_back = options["how"] == AS_THE_FILE
        way = {"orientation": AS_IT_IS} if is_back else {"turn": Turn(options["how"])}
        try:
            turned = turn_pictures(items.values(), by=by, note=options["note"], **way)
        except CannotBeTurned as refusal:
            told = "\n".join(f"item {each.item.pk}: {each.why}" for each in refusal.left)
            raise CommandError(f"Nothing was turned.\n{told}") from refusal
        except (NotAllowed, NotDone) as refusal:
            raise CommandError(f"Nothing was turned: {refusal}") from refusal
        self.stdout.write(f"{len(turned.items)} turned, {turned.number_as_before} lay so already.")
