import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from archive.files.formats import UnreadableImage
from archive.files.sandbox import JobFailed
from archive.matching.models import KINDS
from archive.search.by_image import SamePicture, Search, open_sandbox, search_by_image


class Command(BaseCommand):
    help = (
        "Find what is held of the same pictures, without storing anything. Ends with 0 when all files were read, "
        "1 when one could not be, 2 when it was called wrongly."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a picture")
        parser.add_argument("--json", action="store_true", help="one JSON object a line and file")

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json, refused = options["json"], 0
        with open_sandbox() as sandbox:
            for path in options["files"]:
                try:
                    path.open("rb").close()  # a file that is missing or locked is no fault of its content
                    search = search_by_image(path, user=None, sandbox=sandbox)
                except (UnreadableImage, JobFailed, OSError) as error:
                    refused += 1
                    self._tell_refusal(path, error)
                else:
                    self._tell(path, search)
        if refused:
            raise SystemExit(1)

    def _tell(self, path: Path, search: Search) -> None:
        if self.as_json:
            matches = [_row(match) for match in search.results]
            self._print({"path": str(path), "matchable": search.is_matchable, "matches": matches})
            return
        said = search.reason or _("%(number)d found") % {"number": len(search.results)}
        self.stdout.write(f"{path}: {said}")
        for match in search.results:
            certainty = _("proposed") if match.is_strong else _("perhaps")
            kind = dict(KINDS)[match.kind]
            self.stdout.write(f"  {match.item.pk:>8}  {match.item.file_name}  {kind} ({certainty})")

    def _tell_refusal(self, path: Path, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        problem = _('"%(path)s" was not read: %(reason)s') % {"path": path, "reason": reason}
        if self.as_json:
            self._print({"path": str(path), "matchable": False, "matches": [], "problem": problem})
        else:
            self.stderr.write(problem)

    def _print(self, row: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(row, ensure_ascii=False))


def _row(match: SamePicture) -> dict[str, Any]:
    return {
        "item": match.item.pk,
        "kind": match.kind,
        "strong": match.is_strong,
        "distance": match.distance,
        "inliers": match.inliers,
        "shared_area": match.shared_of_query,
    }
