from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.accounts.management.named_account import open_account_named
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.ledger.not_done import NotDone
from archive.review.withdraw_items import bring_back, last_withdrawal, withdraw


class Command(BaseCommand):
    help = "Withdraw items that were brought in by mistake, in the name of a person, or bring them back; all or none."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("items", nargs="+", type=int, metavar="ITEM", help="numbers of items")
        parser.add_argument("--by", required=True, metavar="NAME", help="the account in whose name it is done")
        parser.add_argument("--reason", required=True, help="told to archive staff at the address of each")
        parser.add_argument("--back", action="store_true", help="bring them back instead")

    def handle(self, *args: Any, **options: Any) -> None:
        by = open_account_named(options["by"])
        items = Item.objects.in_bulk(options["items"])
        if missing := [str(key) for key in options["items"] if key not in items]:
            raise CommandError(f"Nothing was done: there is no item {', '.join(missing)}.")
        withdrawn = [item for item in items.values() if item.access == Access.WITHDRAWN and options["back"]]
        released = [item.pk for item in withdrawn if last_withdrawal(item).former == Access.RELEASED]
        act = bring_back if options["back"] else withdraw
        try:
            number = act(items.values(), by=by, reason=options["reason"], at=timezone.now())
        except (NotAllowed, NotDone) as refusal:
            raise CommandError(f"Nothing was done: {refusal}") from refusal
        done = "brought back" if options["back"] else "withdrawn"
        self.stdout.write(f"{number} {done}, {len(items) - number} were so already.")
        closed = Item.objects.filter(pk__in=released).exclude(access=Access.RELEASED).order_by("pk")
        if told := ", ".join(str(key) for key in closed.values_list("pk", flat=True)):
            self.stdout.write(f"Released before, for research now, as something speaks against a release: {told}.")
