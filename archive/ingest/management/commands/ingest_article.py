import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.accounts.models import User
from archive.authorities import gazetteer
from archive.catalogue.models import Accession
from archive.extraction.articles.containers import folder_beside
from archive.files.room import NoRoom
from archive.ingest.command_line import bring_in_page
from archive.ingest.delivery import name_of
from archive.ingest.match_arrivals import match_accession
from archive.ingest.models import AccessionLine
from archive.ingest.process_lines import Bench
from archive.ingest.receive_files import open_accession
from archive.ingest.record_news_page import (
    NotAPage,
    Stated,
    describe_page,
    open_sandbox,
    read_page,
)
from archive.ingest.zip_archives import CannotRead, open_regular
from archive.press.models import Article

USAGE = 2
_WAY = AccessionLine.Way.COMMAND


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = (
        "Bring news pages in: saved HTML with its folder of pictures, MHTML, WARC, WACZ, webarchive or plain text. "
        "Nothing is fetched. Started again after an interruption it goes on where it stopped. Ends with 0 when nothing "
        "was refused, 1 when something was, 2 when it was called wrongly."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a saved page")
        parser.add_argument("--outlet", metavar="NAME", help="who published it, whatever the page says")
        parser.add_argument("--url", default="", help="its address; of a web archive the page that is meant")
        parser.add_argument("--published", type=_day, metavar="DATE", help="the day it was published, YYYY-MM-DD")
        parser.add_argument("--accession", metavar="TITLE", help="title of the accession; the first file and the day")
        parser.add_argument("--by", metavar="USER", help="the account that brings it in")
        parser.add_argument("--dry-run", action="store_true", help="say what the pages say, and store nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object a page")

    def handle(self, *args: Any, **options: Any) -> None:
        if missing := [name_of(path).text for path in options["files"] if not os.path.lexists(path)]:
            raise CommandError(f"{', '.join(missing)}: no such file.", returncode=USAGE)
        self.stated = Stated(_outlet(options["outlet"]), options["url"], options["published"])
        self.by = _user(options["by"])
        self.as_json, self.refused = options["json"], 0
        try:
            if options["dry_run"]:
                self._look(options["files"])
            else:
                self._bring(options["files"], options["accession"])
        except NoRoom as full:
            raise CommandError(f"{full} What was brought in stays; start the same command again to go on.") from full
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. What was brought in stays; start the same command again to go on.")
            sys.exit(130)
        if self.refused:
            sys.exit(1)

    def _look(self, files: Iterable[Path]) -> None:
        with open_sandbox() as sandbox:
            for path in files:
                with tempfile.TemporaryDirectory(prefix="strandline-page-") as into_dir:
                    try:
                        open_regular(path).close()
                        page = read_page(
                            path, Path(into_dir), sandbox=sandbox, folder=folder_beside(path), url=self.stated.url
                        )
                    except NotAPage as why:
                        self._tell_refused(path, f"“{name_of(path).text}” cannot be read: {why}")
                        continue
                    except CannotRead as why:
                        self._tell_refused(path, f"“{name_of(path).text}” cannot be read: {why}.")
                        continue
                    described = describe_page(page, self.stated)
                    figures = [
                        _figure(f["caption"] or "", f["credit"] or "", next(iter(f["image_urls"]), None), None)
                        for f in page.figures
                    ]
                    self._tell(
                        path,
                        outlet=str(described.outlet) if described.outlet else described.outlet_as_written or None,
                        headline=page.value("headline"),
                        authors=page.read["authors"]["value"],
                        published=described.published.edtf if described.published else None,
                        modified=described.modified.edtf if described.modified else None,
                        url=described.url or None,
                        language=page.value("language"),
                        figures=figures,
                        problems=described.problems,
                    )

    def _bring(self, files: list[Path], title: str | None) -> None:
        title = title or f"{name_of(Path(files[0].name)).text}, {timezone.localdate().isoformat()}"
        accession = Accession.objects.filter(title=title).order_by("-pk").first() or open_accession(
            title=title, by=self.by
        )
        with open_sandbox() as sandbox, Bench(settings.INGEST_WORKERS) as bench:
            for path in files:
                line = bring_in_page(
                    path, accession=accession, by=self.by, sandbox=sandbox, bench=bench, stated=self.stated
                )
                if line.outcome == AccessionLine.Outcome.REFUSED:
                    self._tell_refused(path, line.reason)
                else:
                    self._tell_article(path, line)
        match_accession(accession)

    def _tell_article(self, path: Path, line: AccessionLine) -> None:
        article = Article.objects.select_related("outlet").get(pk=line.article_id)
        items: dict[int, int] = dict(
            article.figures.filter(appearances__isnull=False)
            .order_by("-appearances__pk")
            .values_list("pk", "appearances__item")
        )
        refused = AccessionLine.objects.filter(figure__article=article, outcome=AccessionLine.Outcome.REFUSED).order_by(
            "pk"
        )
        problems = [*article.problems, *(picture.reason for picture in refused)]
        self.refused += len(refused)
        if line.outcome == AccessionLine.Outcome.ALREADY_HELD:
            problems.append(line.reason)
        self._tell(
            path,
            outlet=str(article.outlet) if article.outlet else article.outlet_as_written or None,
            headline=article.headline or None,
            authors=article.authors,
            published=article.published_edtf or None,
            modified=article.modified_edtf or None,
            url=article.url or None,
            language=article.language or None,
            figures=[
                _figure(figure.caption, figure.credit, next(iter(figure.image_urls), None), items.get(figure.pk))
                for figure in article.figures.order_by("position")
            ],
            problems=problems,
        )

    def _tell_refused(self, path: Path, reason: str) -> None:
        self.refused += 1
        fields = dict.fromkeys(("outlet", "headline", "published", "modified", "url", "language"))
        self._tell(path, **fields, authors=[], figures=[], problems=[reason])

    def _tell(self, path: Path, **fields: Any) -> None:
        if self.as_json:
            order = ("outlet", "headline", "authors", "published", "modified", "url", "language", "figures", "problems")
            line = {"path": name_of(path).text} | {name: fields[name] for name in order}
            self.stdout.write(json.dumps(line, ensure_ascii=False))
            return
        held_count = sum(figure["item"] is not None for figure in fields["figures"])
        about = ", ".join(str(part) for part in (fields["outlet"], fields["published"]) if part)
        figures = f"figures: {len(fields['figures'])}, held: {held_count}"
        self.stdout.write(f"{name_of(path).text}: {fields['headline'] or '–'} ({about or '–'}); {figures}")
        for problem in fields["problems"]:
            self.stdout.write(f"  {problem}")


def _figure(caption: str, credit: str, image_url: str | None, item: int | None) -> dict[str, Any]:
    return {"caption": caption or None, "credit": credit or None, "image_url": image_url, "item": item}


def _outlet(name: str | None) -> Any:
    outlet = gazetteer.outlet_meant(name) if name else None
    if name and outlet is None:
        raise CommandError(
            f"No outlet is known as {name}. Write it as in the list of outlets, or add it there first.",
            returncode=USAGE,
        )
    return outlet


def _user(name: str | None) -> User | None:
    user = User.objects.filter(username=name, is_active=True).first() if name else None
    if name and (user is None or not user.has_perm("ingest.add_accessionline")):
        raise CommandError(f"There is no account {name} that may bring files in.", returncode=USAGE)
    return user


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{written} is no day: write it as 2024-06-18") from problem
