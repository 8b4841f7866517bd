import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts.management.named_account import ACTOR, person_named
from archive.accounts.people import let_in
from archive.ledger.not_done import NotDone


class Command(BaseCommand):
    help = "Close an account: signed out at once, token and links end; asks first, and `open_account` opens it again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", help="the name they sign in with")
        parser.add_argument("--reason", default="", help="it stays in the ledger for good")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_named(options["name"])
        if not person.is_active:
            raise CommandError(f"The account of {person.get_username()!r} is closed already.")
        question = f"Close the account of {person.get_username()}? [y/N] "
        if not options["yes"] and input(question).strip().lower() not in ("y", "yes"):
            self.stdout.write("Nothing was changed.")
            return
        try:
            let_in(person, is_active=False, by=ACTOR, reason=options["reason"])
        except NotDone as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"The account of {person.get_username()} is closed.")
