import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.catalogue.models import Item
from archive.extraction.examination_kinds import KINDS, PROMPT_KINDS
from archive.files.models import MediaFile
from archive.ingest import match_arrivals
from archive.ingest.progress_bar import progress
from archive.provenance.check_items import Checked, check_all, drop_removed, still_to_check
from archive.provenance.checks.finding import FAILED, Outcome
from archive.provenance.models import Finding

# Shown without --json, as is that a check failed; what is consistent, or does not apply, is only counted.
TOLD = (Outcome.CONTRADICTORY, Outcome.UNREADABLE)


class Command(BaseCommand):
    help = (
        "Let every check weigh what is known of items, and keep what is new; without ITEM those that were never "
        "checked, or by an earlier version. Safe to run again, and beside workers. Ends with 0, or with 2 when it was "
        "called wrongly."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("items", nargs="*", type=int, metavar="ITEM", help="the number of an item")
        parser.add_argument("--all", action="store_true", help="every item, checked before or not")
        parser.add_argument("--json", action="store_true", help="one JSON object a line and finding that stands")

    def handle(self, *args: Any, **options: Any) -> None:
        asked, self.as_json = options["items"], options["json"]
        if asked and options["all"]:
            raise CommandError(_("Name items, or give --all: not both."), returncode=2)
        items = Item.objects.all() if options["all"] else still_to_check()
        if asked:
            items = Item.objects.filter(pk__in=asked)
            if missing := sorted(set(asked) - set(items.values_list("pk", flat=True))):
                numbers = ", ".join(map(str, missing))
                raise CommandError(_("No item has the number %(numbers)s.") % {"numbers": numbers}, returncode=2)
        for slug, number in drop_removed().items():
            self.stderr.write(
                _("The check %(check)s is no longer made: what it found on items stands no longer (%(number)d).")
                % {"check": slug, "number": number}
            )
        # What takes seconds a picture is done for items that somebody names; of the others, workers do it.
        match_arrivals.examine(MediaFile.objects.filter(item__in=items), kinds=KINDS if asked else PROMPT_KINDS)
        # The numbers alone are held: eight bytes for each item of the archive.
        keys = list(items.order_by("pk").values_list("pk", flat=True))
        self.new, self.outcomes = 0, Counter[str]()
        with progress(what="checking", total=len(keys), unit="item") as bar:
            check_all(keys, report=lambda checked: self._report(checked, bar))
        if not self.as_json:
            self._tell_sum(len(keys))

    def _report(self, checked: Checked, bar: Any) -> None:
        self.new += len(checked.findings)
        self._tell(checked.items)
        bar.update(len(checked.items))

    def _tell(self, items: Sequence[int]) -> None:
        findings = Finding.objects.current().filter(item__in=items).select_related("item").order_by("item", "pk")
        for finding in findings:
            self.outcomes[finding.outcome] += 1
            if self.as_json:
                self.stdout.write(json.dumps(_row(finding), ensure_ascii=False))
            elif finding.outcome in TOLD or finding.code == FAILED:
                self.stdout.write(
                    f"{finding.item_id} {finding.item.file_name}: {finding.outcome} {finding.check_slug}: "
                    f"{finding.sentence}"
                )

    def _tell_sum(self, number: int) -> None:
        checked = ngettext("%(number)d item checked", "%(number)d items checked", number) % {"number": number}
        new = ngettext("%(number)d new finding", "%(number)d new findings", self.new) % {"number": self.new}
        counts = ", ".join(f"{outcome} {self.outcomes[outcome]}" for outcome in Outcome)
        self.stdout.write(f"{checked}, {new}. {counts}.")
        if missing := sorted({name for kind in KINDS if not kind.is_installed for name in kind.libraries}):
            not_looked_for = _(
                "Words in pictures were not looked for: %(libraries)s is not installed (make run OCR=yes)."
            )
            self.stdout.write(not_looked_for % {"libraries": ", ".join(missing)})


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "item": finding.item_id,
        "check": finding.check_slug,
        "version": finding.version,
        "outcome": finding.outcome,
        "code": finding.code,
        "sentence": finding.sentence,
    }
