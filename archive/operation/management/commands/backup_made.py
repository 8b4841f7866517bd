import argparse
from typing import Any

from django.core.management.base import BaseCommand

from archive.accounts.management.named_account import ACTOR
from archive.ledger.record_acts import act, recording
from archive.operation.status import BACKUP, BACKUPS


class Command(BaseCommand):
    help = "Record that a backup was just made: run it at the end of what makes them. The status tells of the last one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("where", nargs="?", default="", help="where it lies, in words; it stays in the ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        with recording():
            act(verb=BACKUP, subject=BACKUPS, actor=ACTOR, payload={"where": options["where"][:200]})
        self.stdout.write("The backup is recorded.")
