from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.accounts.management.named_account import open_account_named
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.ledger.not_done import NotDone
from archive.review.destroy_originals import answer_waiting, ask_destruction


class Command(BaseCommand):
    help = (
        "Have the bytes of a withdrawn item destroyed, by two people: one asks, and an administrator who did not ask "
        "confirms it, which cannot be undone, or declines it. Ends with 1 when nothing was done."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("item", type=int, metavar="ITEM", help="number of a withdrawn item")
        parser.add_argument("--by", required=True, metavar="NAME", help="the account in whose name it is done")
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--ask", action="store_true", help="ask for it, with --reason")
        act.add_argument("--confirm", action="store_true", help="destroy what another person asked to be destroyed")
        act.add_argument("--decline", action="store_true", help="keep the bytes, with --reason")
        parser.add_argument("--reason", default="", help="why")

    def handle(self, *args: Any, **options: Any) -> None:
        by = open_account_named(options["by"])
        item = Item.objects.select_related("media_file").filter(pk=options["item"], access=Access.WITHDRAWN).first()
        if item is None:
            raise CommandError(f"Nothing was done: item {options['item']} is not withdrawn, or there is none.")
        now = timezone.now()
        try:
            if options["ask"]:
                request = ask_destruction(item, by=by, reason=options["reason"], at=now)
                words = f"It is asked for by {request.asked_by}. Another person, an administrator, has to confirm it."
            else:
                is_confirmed = options["confirm"]
                answer_waiting(item, is_confirmed=is_confirmed, by=by, reason=options["reason"], at=now)
                destroyed = f"The bytes of item {item.pk} are destroyed; the record of it and its SHA-256 stay."
                words = destroyed if is_confirmed else "Declined: its bytes are kept."
        except (NotAllowed, NotDone) as refusal:
            raise CommandError(f"Nothing was done: {refusal}") from refusal
        self.stdout.write(words)
