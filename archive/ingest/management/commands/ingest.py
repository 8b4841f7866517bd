import argparse
import json
import os
import sys
import time
from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.accounts.models import User
from archive.authorities import gazetteer
from archive.authorities.models import Outlet
from archive.catalogue.models import Accession
from archive.files.room import NoRoom
from archive.ingest.captions_list import CaptionsList, Remark, UnreadableList, match_rows, read_list
from archive.ingest.command_line import Brought, bring_in, read_words, told, told_of_words
from archive.ingest.delivered_bytes import hand_over
from archive.ingest.delivered_names import is_sidecar
from archive.ingest.delivery import Delivered, name_of, walk
from archive.ingest.give_news import are_known, keep_news
from archive.ingest.give_words import give, keep_lone_sidecar
from archive.ingest.match_arrivals import match_accession
from archive.ingest.models import AccessionLine, DeliveredSidecar
from archive.ingest.news_pairing import look_into
from archive.ingest.progress_bar import progress
from archive.ingest.receive_files import open_accession
from archive.ingest.remarks import record_remarks, remarks_of
from archive.ingest.watched_folder import WatchedFolder
from archive.ingest.zip_archives import CannotRead

USAGE = 2
POLL_SECONDS = 2


class WrongCall(ValueError):
    """A path, an outlet or an account that the command line names is not there; the text says which."""


class Command(BaseCommand):
    # Starts faster, and works while a page is being mended.
    requires_system_checks: list[str] = []
    help = (
        "Bring files, folders and ZIP archives in. Started again after an interruption it goes on where it stopped. "
        "Ends with 0 when all was used, 1 when a file or a line of the list was not or still waits, 2 when it was "
        "called wrongly."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, a folder or a ZIP archive")
        parser.add_argument("--accession", metavar="TITLE", help="title of the accession; the day and the first path")
        parser.add_argument("--supplied-by", default="", metavar="NAME", help="who handed the material over")
        parser.add_argument("--outlet", metavar="NAME", help="the outlet that published it")
        parser.add_argument("--published", type=_day, metavar="DATE", help="the day it was published, YYYY-MM-DD")
        parser.add_argument("--received", type=_day, metavar="DATE", help="the day it was handed over, YYYY-MM-DD")
        parser.add_argument("--captions", type=Path, metavar="FILE.csv", help="filename, caption, credit, creator, …")
        parser.add_argument("--by", metavar="USER", help="the account that brings it in")
        parser.add_argument("--json", action="store_true", help="print one JSON object a file")
        parser.add_argument("--watch", action="store_true", help="stay, and bring in what is put there later")
        parser.add_argument(
            "--patience",
            type=float,
            default=60,
            metavar="SECONDS",
            help="how long a sidecar or a news document waits for its picture to come, with --watch; 60",
        )
        parser.add_argument(
            "--hand-over", action="store_true", help="leave the reading to the workers and wait for them"
        )
        parser.add_argument("--workers", type=int, default=settings.INGEST_WORKERS, help="files read at the same time")

    def handle(self, *args: Any, **options: Any) -> None:
        self.counted: Counter[str] = Counter()
        self.as_json = options["json"]
        self.remarks: set[Remark] = set()
        try:
            self.captions = read_list(options["captions"]) if options["captions"] else CaptionsList()
            if missing := [str(path) for path in options["paths"] if not os.path.lexists(path)]:
                raise WrongCall(f"{', '.join(missing)}: no such file or folder.")
            accession, by = self._accession(options), self._user(options["by"])
        except (WrongCall, UnreadableList) as wrong:
            raise CommandError(str(wrong), returncode=USAGE) from wrong
        watched = WatchedFolder(options["patience"], are_known) if options["watch"] else None
        try:
            while True:
                left_out: list[str] = []
                look = watched.look if watched else look_into
                files = list(walk(options["paths"], leave_out=options["captions"], left_out=left_out, look=look))
                empty = [] if watched else _empty_folders(options["paths"], files)
                files = self._remark(files, left_out, accession, empty, is_watching=bool(watched))
                self._bring(watched.ready(files, now=time.monotonic()) if watched else files, accession, by, options)
                if not watched:
                    break
                # Who reads along behind a pipe is told now.
                self.stdout.flush()
                time.sleep(POLL_SECONDS)
        except NoRoom as full:
            raise CommandError(f"{full} What was brought in stays; start the same command again to go on.") from full
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. What was brought in stays; start the same command again to go on.")
            sys.exit(130)
        self._sum_up(accession)
        has_problem = any(remark.is_problem for remark in self.remarks)
        if self.counted["refused"] or self.counted["waiting"] or self.counted["kept"] or has_problem:
            sys.exit(1)

    def _remark(
        self,
        files: list[Delivered],
        left_out: list[str],
        accession: Accession,
        empty: list[Remark],
        *,
        is_watching: bool,
    ) -> list[Delivered]:
        """Return the files with their rows of the list; tell and keep, once, what is to be said of rows and names."""
        files, unmatched = match_rows(files, self.captions)
        remarks = [*empty, *self.captions.remarks, *remarks_of(files, left_out)]
        # What is not there yet may come while a folder is watched.
        remarks += [] if is_watching else unmatched
        new = [remark for remark in dict.fromkeys(remarks) if remark not in self.remarks]
        self.remarks |= set(new)
        record_remarks(accession, new)
        for remark in new:
            about = f"{remark.about}: " if remark.about else ""
            self.stdout.write(
                json.dumps(asdict(remark), ensure_ascii=False) if self.as_json else f"note: {about}{remark.text}"
            )
        return files

    def _bring(self, files: list[Delivered], accession: Accession, by: User | None, options: dict[str, Any]) -> None:
        if not files:
            return
        words = [file for file in files if _is_words(file)]
        files = [file for file in files if not _is_words(file)]
        with progress(what="bringing in", total=len(files) + len(words), unit="file") as self.bar:
            if options["hand_over"]:
                self._wait_for(hand_over(files, accession=accession, by=by, way=AccessionLine.Way.COMMAND))
            else:
                bring_in(files, accession=accession, by=by, size=options["workers"], report=self._report)
            kept = {file.path: self._keep_words(file, accession, by) for file in words}
            give(accession)
            self._report_words({path: sidecar.pk for path, sidecar in kept.items() if sidecar}, accession, options)
        if not options["hand_over"]:
            match_accession(accession)

    def _keep_words(self, file: Delivered, accession: Accession, by: User | None) -> DeliveredSidecar | None:
        keep = keep_news if file.news else keep_lone_sidecar
        try:
            return keep(file, accession=accession, by=by, way=AccessionLine.Way.COMMAND)
        except CannotRead as problem:
            self._report(Brought(file.path, "refused", None, "", f'"{file.name}" was not kept: {problem}.'))
            return None

    def _report_words(self, kept: dict[str, int], accession: Accession, options: dict[str, Any]) -> None:
        """Have the sidecars and news documents that found their picture read, and tell of each what became of it."""
        if options["hand_over"]:
            self._wait_until_read(accession)
        else:
            read_words(accession=accession, size=options["workers"], report=lambda _brought: None)
        now = DeliveredSidecar.objects.select_related("line__item__media_file").defer("content").in_bulk(kept.values())
        for path, key in kept.items():
            self._report(told_of_words(path, now[key]))

    def _wait_until_read(self, accession: Accession) -> None:
        words = AccessionLine.objects.filter(accession=accession).exclude(about=None)
        while words.exclude(state__in=[AccessionLine.State.DONE, AccessionLine.State.FAILED]).exists():
            time.sleep(0.2)

    def _report(self, brought: Brought) -> None:
        self.bar.update()
        self.counted[brought.outcome] += 1
        if self.as_json:
            told_of = asdict(brought)
            del told_of["note"]  # stands in the reason
            self.stdout.write(json.dumps(told_of, ensure_ascii=False))
        elif brought.outcome in ("refused", "waiting", "kept"):
            self.bar.clear()
            self.stdout.write(f"{brought.outcome}: {brought.path}: {brought.reason}")
        elif brought.note:
            self.bar.clear()
            self.stdout.write(f"note: {brought.path}: {brought.note}")

    def _wait_for(self, lines: list[AccessionLine]) -> None:
        waiting = {line.pk for line in lines}
        while waiting:
            done = AccessionLine.objects.filter(
                pk__in=waiting, state__in=[AccessionLine.State.DONE, AccessionLine.State.FAILED]
            )
            for line in done.select_related("item").order_by("pk"):
                waiting.discard(line.pk)
                self._report(told(line))
            time.sleep(0.2 if waiting else 0)

    def _accession(self, options: dict[str, Any]) -> Accession:
        """Return the delivery of this title that is open already, so that a second start goes on in it."""
        outlet = gazetteer.outlet_meant(options["outlet"]) if options["outlet"] else None
        if options["outlet"] and outlet is None:
            raise WrongCall(
                f"No outlet is known as {options['outlet']}. Write it as in the list of outlets, or add it there first."
            )
        first = name_of(Path(options["paths"][0].name)).text
        title = options["accession"] or f"{first}, {timezone.localdate().isoformat()}"
        of_outlet = {"outlet__in": Outlet.objects.alike(pk=outlet.pk)} if outlet else {"outlet": None}
        accessions = Accession.objects.filter(title=title, published_on=options["published"], **of_outlet)
        return accessions.order_by("-pk").first() or open_accession(
            title=title,
            by=self._user(options["by"]),
            supplied_by=options["supplied_by"],
            outlet=outlet,
            published_on=options["published"],
            received_on=options["received"],
        )

    def _user(self, name: str | None) -> User | None:
        if not name:
            return None
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None or not user.has_perm("ingest.add_accessionline"):
            raise WrongCall(f"There is no account {name} that may bring files in.")
        return user

    def _sum_up(self, accession: Accession) -> None:
        if not self.as_json:
            summary = ", ".join(
                f"{self.counted[name]} {words}"
                for name, words in (("created", "brought in"), ("already_held", "held already"), ("refused", "refused"))
            )
            if self.counted["kept"]:
                summary += f", {self.counted['kept']} kept without their picture"
            if self.counted["waiting"]:
                summary += f", {self.counted['waiting']} left to the workers"
            self.stdout.write(f"{accession.title}: {summary}.")


def _is_words(file: Delivered) -> bool:
    """Tell whether a file is a sidecar or a news document that came without its picture."""
    return bool(file.news) or (is_sidecar(file.path) and not file.refusal)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{written} is no day: write it as 2024-06-18") from problem


def _empty_folders(paths: list[Path], files: list[Delivered]) -> list[Remark]:
    """Tell of each folder that was named and brings nothing; an archive that does is a file refused."""
    bases = {file.base for file in files}
    names = [name_of(path).text for path in paths if path.is_dir()]
    return [Remark(name, "This folder holds no file to bring in.") for name in names if name not in bases]
