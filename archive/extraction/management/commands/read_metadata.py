import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from archive.extraction.readers.news_documents import LARGEST_BYTES, group_of
from archive.extraction.readers.statements import Reading, as_text
from archive.files.formats import UnreadableImage
from archive.files.sandbox import JobFailed, Sandbox

READ = "archive.extraction.readers.read_file.read_in_sandbox"
READ_SIDECAR = "archive.extraction.readers.read_file.read_sidecar_in_sandbox"


class Command(BaseCommand):
    help = "Print what picture files say of themselves, without storing anything. Exit 1 when a file could not be read."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="a picture, an XMP sidecar or a news document"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line and file")

    def handle(self, *args: Any, **options: Any) -> None:
        refused = 0
        with Sandbox() as sandbox:
            for path in options["files"]:
                try:
                    reading = _read(sandbox, path)
                except (UnreadableImage, JobFailed, OSError) as error:
                    refused += 1
                    self._print_refusal(path, error, as_json=options["json"])
                else:
                    self._print(path, reading, as_json=options["json"])
        if refused:
            raise SystemExit(1)

    def _print(self, path: Path, reading: Reading, *, as_json: bool) -> None:
        if as_json:
            self._print_json(
                {
                    "path": str(path),
                    "format_name": reading.format_name,
                    "width_px": reading.width_px,
                    "height_px": reading.height_px,
                    "statements": [
                        {"group": statement.group, "tag": statement.tag, "value": statement.value}
                        for statement in reading.statements
                    ],
                    "properties": reading.properties,
                    "problems": [problem.text for problem in reading.problems],
                }
            )
            return
        size = f", {reading.width_px} × {reading.height_px} px" if reading.width_px else ""
        self.stdout.write(self.style.MIGRATE_HEADING(f"{path}: {reading.format_name}{size}"))
        for name, value in reading.properties.items():
            self.stdout.write(f"  {name:<22} {as_text(value)}")
        self.stdout.write(_("  all statements:"))
        for statement in reading.statements:
            self.stdout.write(f"    {statement.name:<38} {as_text(statement.value)}")
        for problem in reading.problems:
            self.stdout.write(self.style.WARNING(f"  {problem.text}"))

    def _print_refusal(self, path: Path, error: Exception, *, as_json: bool) -> None:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        if as_json:
            self._print_json({"path": str(path), "statements": [], "properties": {}, "problems": [reason]})
        else:
            self.stderr.write(_('"%(path)s" was not read: %(reason)s') % {"path": path, "reason": reason})

    def _print_json(self, row: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(row, ensure_ascii=False))


def _read(sandbox: Sandbox, path: Path) -> Reading:
    with path.open("rb") as file:  # a file that is missing or locked is no fault of its content
        is_news = path.suffix.lower() in (".xml", ".json") and group_of(file.read(LARGEST_BYTES))
    function = READ_SIDECAR if is_news or path.suffix.lower() == ".xmp" else READ
    return Reading.from_json(sandbox.run(function, path=str(path.resolve())))
