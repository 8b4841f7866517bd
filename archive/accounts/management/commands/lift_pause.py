import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts.locks import lift
from archive.accounts.management.named_account import ACTOR


class Command(BaseCommand):
    help = "Let somebody who typed wrong passwords try again at once: a name, an address, or a name from an address."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="the name they sign in with")
        parser.add_argument("--address", default="", help="the address they come from, as list_accounts prints it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["name"] and not options["address"]:
            raise CommandError("Say whose pause: a name, --address, or both. `manage.py list_accounts` names them.")
        try:
            forgotten = lift(name=options["name"], address=options["address"], by=ACTOR)
        except ValueError as problem:
            raise CommandError(f"{options['address']!r} is no address, such as 192.0.2.1.") from problem
        self.stdout.write(f"{forgotten} wrong passwords forgotten." if forgotten else "Nothing was counted.")
