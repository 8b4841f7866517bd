import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from archive.extraction.captions.read_caption import read_caption
from archive.extraction.gazetteer_of_captions import known_names
from archive.standards.sent_json import read_json


class Command(BaseCommand):
    help = (
        'Read captions, one JSON object a line: {"text", "published", "language"?}; print what each says, one object '
        "a line. Nothing is stored. A bad line is named on standard error and the rest is read; exit 1 then."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="JSON lines; standard input if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        gazetteer = known_names().gazetteer
        refused = 0
        for number, line in enumerate(_lines(options["file"]), start=1):
            if not line.strip():
                continue
            try:
                text, published, language = _request(line)
            except ValueError as problem:
                refused += 1
                self.stderr.write(
                    _("Line %(number)d was not read: %(problem)s") % {"number": number, "problem": problem}
                )
                continue
            reading = read_caption(text, gazetteer=gazetteer, published=published, language=language)
            self.stdout.write(json.dumps(reading.to_json(), ensure_ascii=False))
        if refused:
            raise SystemExit(1)


def _lines(path: Path | None) -> Iterator[str]:
    if path is None:
        yield from sys.stdin
        return
    try:
        with path.open(encoding="utf-8-sig") as lines:
            yield from lines
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else _("it is not UTF-8 text")
        raise CommandError(_('"%(path)s" was not read: %(reason)s.') % {"path": path, "reason": reason}) from error


def _request(line: str) -> tuple[str, date | None, str]:
    """Take one line apart; raise ValueError with a sentence where it is no caption."""
    try:
        asked = read_json(line)
    except ValueError as error:
        raise ValueError(_("it is no JSON object.")) from error
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise ValueError(_('it has no "text".'))
    published, language = asked.get("published"), asked.get("language") or ""
    if not isinstance(language, str):
        raise ValueError(_('"language" is no text. Write "en" or "fr".'))
    try:
        # The day as the outlet printed it: a time and zone behind it do not move it.
        day = date.fromisoformat(published[:10]) if published else None
    except (TypeError, ValueError) as error:
        raise ValueError(_('"published" is no day. Write it as 2024-06-19.')) from error
    return asked["text"], day, language
