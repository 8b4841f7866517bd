import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from archive.accounts.models import User
from archive.accounts.roles import ARCHIVIST
from archive.authorities import gazetteer
from archive.authorities.describing import create_event, create_outlet
from archive.authorities.models import Outlet
from archive.catalogue.models import Accession
from archive.ingest.bringing import Brought, bring_in, bring_in_page
from archive.ingest.captions_list import match_rows, read_list
from archive.ingest.clipping import Stated, open_sandbox
from archive.ingest.delivery import walk
from archive.ingest.matching import match_accession
from archive.ingest.models import AccessionLine
from archive.ingest.processing import Bench
from archive.ingest.receiving import open_accession
from archive.ingest.sample import pages, story
from archive.ingest.sample.drawing import Collection, DrawnAccession, draw_collection
from archive.ingest.telling import progress

TITLES = [accession.title for accession in story.ACCESSIONS]


def is_loaded() -> bool:
    """Tell whether all of the sample's files have their outcome."""
    done = AccessionLine.objects.filter(accession__title__in=[*TITLES, pages.TITLE], state=AccessionLine.State.DONE)
    saved = sum(1 + sum(bool(figure.of) for figure in page.figures) for page in pages.PAGES)
    return done.count() >= sum(len(accession.pictures) for accession in story.ACCESSIONS) + saved


class Command(BaseCommand):
    help = (
        "Draw the sample collection and bring it in, as any delivery is. Done once; a second run changes nothing, and "
        "one that was interrupted is gone on with."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if is_loaded():
            self.stdout.write("The sample collection is here already.")
            return
        by = User.objects.filter(groups__name=ARCHIVIST, is_active=True).order_by("pk").first()
        with tempfile.TemporaryDirectory(prefix="strandline-sample-") as folder:
            collection = self._draw(Path(folder))
            add_records(by)
            refused = [f"{brought.path}: {brought.reason}" for brought in self._bring(collection, by)]
            refused += self._bring_pages(Path(folder), by)
        for accession in Accession.objects.filter(title__in=[*TITLES, pages.TITLE]).order_by("pk"):
            match_accession(accession)
        for said in refused:
            self.stderr.write(f"refused: {said}")
        found = f"{len(collection.files)} files in {len(TITLES)} accessions, and {len(pages.PAGES)} news pages"
        self.stdout.write(f"The sample collection is in: {found}.")

    def _draw(self, folder: Path) -> Collection:
        with progress(what="drawing", total=0, unit="picture") as bar:

            def report(done: int, total: int, name: str) -> None:
                bar.total = total
                bar.update(done - bar.n)

            return draw_collection(folder, report=report)

    def _bring(self, collection: Collection, by: User | None) -> list[Brought]:
        refused: list[Brought] = []
        with progress(what="bringing in", total=len(collection.files), unit="file") as bar:

            def report(brought: Brought) -> None:
                bar.update()
                if brought.outcome == "refused":
                    refused.append(brought)

            for drawn in collection.accessions:
                found, _unmatched = match_rows(
                    walk([drawn.folder], leave_out=drawn.captions), read_list(drawn.captions)
                )
                # The folder they are drawn in is gone afterwards; what it was called tells nobody anything.
                files = (replace(file, path=f"{drawn.folder.name}/{file.name}") for file in found)
                accession = Accession.objects.filter(title=drawn.title).order_by("pk").first() or _open(drawn, by)
                bring_in(files, accession=accession, by=by, size=settings.INGEST_WORKERS, report=report)
        return refused

    def _bring_pages(self, drawn: Path, by: User | None) -> list[str]:
        """Bring the news pages in; return why each of those that were refused was."""
        if not pages.PAGES:
            return []
        refused = []
        accession = Accession.objects.filter(title=pages.TITLE).order_by("pk").first() or open_accession(
            title=pages.TITLE, by=by, note="Saved by a browser, each with its folder of pictures."
        )
        with open_sandbox() as sandbox, Bench(settings.INGEST_WORKERS) as bench:
            for path in pages.write_pages(drawn, drawn / "pages"):
                line = bring_in_page(
                    path,
                    accession=accession,
                    by=by,
                    sandbox=sandbox,
                    bench=bench,
                    stated=Stated(),
                    delivered_path=path.name,
                )
                if line.outcome == AccessionLine.Outcome.REFUSED:
                    refused.append(line.reason)
        return refused


@transaction.atomic
def add_records(by: User | None) -> None:
    """Make the outlets and events that the story names, where they are not held."""
    for outlet in story.OUTLETS:
        if gazetteer.outlet_meant(outlet.name) is None:
            create_outlet(
                name=outlet.name,
                kind=Outlet.Kind[outlet.kind.upper()],
                country_code=outlet.country_code,
                website=outlet.website,
                by=by,
            )
    for event in story.EVENTS:
        if gazetteer.event_meant(event.name) is None:
            create_event(
                name=event.name,
                date_edtf=event.date_edtf,
                description=event.note,
                parent=gazetteer.event_meant(event.within) if event.within else None,
                places=[place for name in event.places if (place := gazetteer.place_meant(name))],
                by=by,
            )


def _open(drawn: DrawnAccession, by: User | None) -> Accession:
    return open_accession(
        title=drawn.title,
        by=by,
        supplied_by=drawn.supplied_by,
        outlet=gazetteer.outlet_meant(drawn.outlet) if drawn.outlet else None,
        published_on=date.fromisoformat(drawn.published_on) if drawn.published_on else None,
        terms=drawn.terms,
        note=drawn.note,
    )
