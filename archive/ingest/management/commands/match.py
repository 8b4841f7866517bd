from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from archive.ingest.match_arrivals import match_all
from archive.ingest.progress_bar import progress
from archive.matching.make_fingerprints import still_to_do
from archive.matching.models import Fingerprint, Match


class Command(BaseCommand):
    help = (
        "Fingerprint and match all that is still to do: what a worker has not come to, and everything after a change "
        "of method. What people confirmed or denied stays. May be interrupted and started again, beside workers too."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        before = Match.objects.count()
        with progress(what="matching", total=still_to_do(timezone.now()).count(), unit="picture") as bar:
            match_all(report=bar.update)
        done = Fingerprint.objects.exclude(version="")
        plain = done.exclude(unmatchable_because="").count()
        self.stdout.write(
            f"{done.count()} fingerprints, {plain} of them of pictures too plain to match; "
            f"{Match.objects.count() - before} new matches, {Match.objects.count()} in all."
        )
