import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.accounts.management.named_account import ACTOR, person_named
from archive.accounts.models import User
from archive.exports.write_acts import FORMS, record_export, write_acts
from archive.exports.write_list import Form
from archive.review.audit import GROUPS, Asked, all_acts, may_audit


class Command(BaseCommand):
    help = "Tell what was done by whom, the newest first, or write it as CSV or JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        groups = ", ".join(group.code for group in GROUPS)
        parser.add_argument("--person", default="", metavar="NAME", help="by whom")
        parser.add_argument("--people-only", action="store_true", help="leave out what the archive did by itself")
        parser.add_argument("--act", default="", help=f"verb of the ledger, or a group: {groups}")
        parser.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="first day, such as 2026-11-30")
        parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="last day")
        parser.add_argument("--about", default="", metavar="SUBJECT", help="such as catalogue.item:12")
        parser.add_argument("--as", dest="reader", metavar="NAME", help="as this account may read it")
        parser.add_argument("--out", type=Path, metavar="FILE", help="write it there; the ending says as what")

    def handle(self, *args: Any, **options: Any) -> None:
        reader = person_named(options["reader"]) if options["reader"] else None
        if reader is not None and not may_audit(reader):
            raise CommandError(f"The audit is for moderators and administrators, and {reader} is neither.")
        names = ("person", "people_only", "act", "since", "until", "about")
        asked = Asked(**{name: options[name] for name in names})
        if out := options["out"]:
            self._write(asked, out, reader)
            return
        for portion in all_acts(asked, reader=reader):
            for told in portion:
                at = timezone.localtime(told.occurred_at).strftime("%Y-%m-%d %H:%M:%S")
                more = f": {told.more}" if told.more else ""
                self.stdout.write(f"{told.sequence:>8} {at} {told.actor:<16} {told.what} [{told.subject}]{more}")

    def _write(self, asked: Asked, out: Path, reader: User | None) -> None:
        ending = out.suffix.lower().lstrip(".")
        if ending not in FORMS:
            raise CommandError(f"{out.name} is written as CSV or JSON: name it so that it ends with .csv or .json.")
        try:
            with out.open("xb") as file:
                file.writelines(write_acts(asked, Form(ending), reader=reader, at=timezone.now()))
        except OSError as problem:
            raise CommandError(f"{out} was not written: {problem.strerror}.") from problem
        record_export(asked, Form(ending), by=reader or ACTOR)
