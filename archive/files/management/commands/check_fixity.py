import json
from argparse import ArgumentParser
from collections import Counter
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext
from tqdm import tqdm

from archive.files.destroyed_originals import not_destroyed
from archive.files.fixity import FixityOutcome, State, check, not_checked_since
from archive.files.models import MediaFile


class Command(BaseCommand):
    help = "Read all originals again and compare them with their SHA-256. Exit 1 if one is altered or missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=int, metavar="DAYS", help="leave out what was checked in the last DAYS days"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one object a line and file")

    def handle(self, *, since: int | None, as_json: bool, **options: Any) -> None:
        media_files = not_destroyed(MediaFile.objects.all())
        if since is not None:
            media_files = not_checked_since(timezone.now() - timedelta(days=since))
        counts: Counter[State] = Counter()
        # tqdm draws on a terminal only (disable=None) and on stderr, so that stdout stays clean for --json.
        with tqdm(total=media_files.count(), unit="file", disable=None, leave=False) as progress:
            for outcome in check(media_files, clock=timezone.now):
                counts[outcome.state] += 1
                progress.update()
                if as_json or outcome.state is not State.INTACT:
                    with tqdm.external_write_mode():
                        self.stdout.write(self._as_json(outcome) if as_json else self._as_sentence(outcome))
        if not as_json:
            sentence = gettext(
                "%(ALL)d originals read: %(INTACT)d intact, %(ALTERED)d altered, %(MISSING)d missing, "
                "%(UNREADABLE)d that could not be read now."
            )
            self.stdout.write(sentence % {"ALL": counts.total(), **{state: counts[state] for state in State}})
        if counts.total() > counts[State.INTACT]:
            raise SystemExit(1)

    def _as_sentence(self, outcome: FixityOutcome) -> str:
        return f'"{outcome.media_file.original_name}": {outcome.detail}'

    def _as_json(self, outcome: FixityOutcome) -> str:
        media_file = outcome.media_file
        return json.dumps(
            {
                "sha256": media_file.message_digest,
                "path": media_file.storage_path,
                "original_name": media_file.original_name,
                "outcome": outcome.state.lower(),
                "detail": outcome.detail,
            },
            ensure_ascii=False,
        )
