"""
Load a list of certificates by which signers of Content Credentials are known, from files that were fetched by hand.

Pictures with credentials are then examined again by the workers; the others are left as they are.
"""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.accounts.management.named_account import open_account_named
from archive.extraction.models import TrustList
from archive.extraction.trust_lists import BadTrustList, is_overdue, lists_in_use, load_trust_list, to_be_renewed_by


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = "; ".join(f"{name}: {label}" for name, label in TrustList.Name.choices)
        parser.add_argument("name", nargs="?", choices=TrustList.Name.values, metavar="NAME", help=names)
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="PEM; what IPTC publishes is two")
        parser.add_argument("--dated", type=_day, metavar="YYYY-MM-DD", help="the day on which it was published")
        parser.add_argument("--by", metavar="NAME", help="the account in whose name it is loaded")
        parser.add_argument("--list", action="store_true", help="tell which lists are in use, and load none")

    def handle(self, *, name: str | None, files: list[Path], dated: date | None, **options: Any) -> None:
        if options["list"]:
            self._print_lists()
            return
        if name is None or not files or dated is None:
            raise CommandError("Give NAME, FILE and --dated YYYY-MM-DD, or --list to see which lists are in use.")
        by = open_account_named(options["by"]) if options["by"] else None
        now = timezone.now()
        try:
            trust_list, is_new = load_trust_list(name, files, dated=dated, today=now.date(), at=now, by=by)
        except BadTrustList as problem:
            raise CommandError(f"Nothing was loaded: {problem}") from problem
        told = f"{trust_list.get_name_display()} of {trust_list.dated}: {_certificates(trust_list)}"
        self.stdout.write(f"{told}, sha256 {trust_list.sha256}." if is_new else f"{told}, which was loaded before.")
        in_use = {used.name: used for used in lists_in_use()}[name]
        if in_use.pk != trust_list.pk:
            self.stdout.write(f"In use is still the one of {in_use.dated}: of each name the latest counts.")

    def _print_lists(self) -> None:
        in_use, today = lists_in_use(), timezone.now().date()
        for used in in_use:
            day = to_be_renewed_by(used.name, used.dated)
            renewal = "frozen" if day is None else f"to be renewed by {day}"
            if is_overdue(used.name, used.dated, on=today):
                renewal = f"overdue since {day}"
            by = used.loaded_by.get_username() if used.loaded_by else "the command line"
            self.stdout.write(
                f"{used.name}: dated {used.dated}, {renewal}; {_certificates(used)}, "
                f"sha256 {used.sha256}, loaded {used.loaded_at:%Y-%m-%d} by {by}."
            )
        if not in_use:
            self.stdout.write("No trust list has been loaded: every signer of Content Credentials is unknown.")


def _certificates(trust_list: TrustList) -> str:
    return f"{trust_list.certificate_count} certificate{'s' if trust_list.certificate_count > 1 else ''}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"{text} is no day: write it as 2026-09-24") from problem
