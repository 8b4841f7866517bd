import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts.management.named_account import ACTOR, address_of, person_named
from archive.accounts.passwords import make_reset_link
from archive.ledger.not_done import NotDone


class Command(BaseCommand):
    help = (
        "Print a link with which somebody chooses a new password, once and within a day; links made before end. It "
        "leads to SITE_URL."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", help="the name they sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(address_of(make_reset_link(person_named(options["name"]), by=ACTOR)))
        except NotDone as refusal:
            raise CommandError(str(refusal)) from refusal
