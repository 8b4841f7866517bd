"""Brings the sample in as people would: deliveries with their captions lists, saved news pages, two items released."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from archive.accounts.models import User
from archive.accounts.roles import ARCHIVIST, MODERATOR
from archive.authorities import gazetteer
from archive.authorities.edit_records import create_event, create_outlet
from archive.authorities.models import Outlet
from archive.catalogue.models import Access, Accession, Item
from archive.ingest.captions_list import match_rows, read_list
from archive.ingest.command_line import Brought, bring_in, bring_in_page
from archive.ingest.delivery import walk
from archive.ingest.match_arrivals import match_accession
from archive.ingest.models import AccessionLine
from archive.ingest.process_lines import Bench
from archive.ingest.progress_bar import progress
from archive.ingest.receive_files import open_accession
from archive.ingest.record_news_page import Stated, open_sandbox
from archive.review.access import set_access
from archive.sample.collection import WrittenAccession, write_collection
from archive.sample.news_pages import write_pages
from archive.sample.story import SampleAccession, read_story

PAGES_TITLE = "News pages, June and July 2024"


def titles() -> list[str]:
    """Return the titles of the accessions that the sample makes."""
    return [*(accession.title for accession in read_story().accessions), PAGES_TITLE]


def is_loaded() -> bool:
    """Tell whether all of the sample's files have their outcome."""
    done = AccessionLine.objects.filter(accession__title__in=titles(), state=AccessionLine.State.DONE)
    saved = sum(1 + sum(bool(figure.of) for figure in page.figures) for page in read_story().pages)
    return done.count() >= len(read_story().files) + saved


def load_sample() -> list[str]:
    """
    Bring in what of the sample is not held, and return why files were refused.

    May run again: what was interrupted is gone on with.
    """
    by = _first(ARCHIVIST)
    with tempfile.TemporaryDirectory(prefix="strandline-sample-") as folder:
        collection = Path(folder)
        with progress(what="writing", total=len(read_story().files), unit="file") as bar:
            accessions = write_collection(collection, report=bar.update)
        add_records(by)
        refused = [f"{brought.path}: {brought.reason}" for brought in _bring_in(accessions, by)]
        refused += _bring_in_pages(collection, by)
    for accession in Accession.objects.filter(title__in=titles()).order_by("pk"):
        match_accession(accession)
    if moderator := _first(MODERATOR):
        _release(moderator)
    return refused


@transaction.atomic
def add_records(by: User | None) -> None:
    """Make the outlets and events that the story names, where they are not held."""
    for outlet in read_story().outlets:
        if gazetteer.outlet_meant(outlet.name) is None:
            create_outlet(
                name=outlet.name,
                kind=Outlet.Kind[outlet.kind.upper()],
                country_code=outlet.country_code,
                website=outlet.website,
                by=by,
            )
    for event in read_story().events:
        if gazetteer.event_meant(event.name) is None:
            create_event(
                name=event.name,
                date_edtf=event.date_edtf,
                description=event.note,
                parent=gazetteer.event_meant(event.within) if event.within else None,
                places=[place for name in event.places if (place := gazetteer.place_meant(name))],
                by=by,
            )


def _first(role: str) -> User | None:
    return User.objects.filter(groups__name=role, is_active=True).order_by("pk").first()


def _bring_in(accessions: list[WrittenAccession], by: User | None) -> list[Brought]:
    refused: list[Brought] = []
    with progress(what="bringing in", total=len(read_story().files), unit="file") as bar:

        def report(brought: Brought) -> None:
            bar.update()
            if brought.outcome == "refused":
                refused.append(brought)

        for written in accessions:
            delivered, _unmatched = match_rows(
                walk([written.folder], leave_out=written.captions), read_list(written.captions)
            )
            # The folder they were written to is gone afterwards; what it was called tells nobody anything.
            files = (replace(file, path=f"{written.folder.name}/{file.name}") for file in delivered)
            accession = _held(written.story.title) or _open(written.story, by)
            bring_in(files, accession=accession, by=by, size=settings.INGEST_WORKERS, report=report)
    return refused


def _bring_in_pages(collection: Path, by: User | None) -> Iterator[str]:
    """Bring the news pages in; give why each of those that were refused was."""
    if not read_story().pages:
        return
    accession = _held(PAGES_TITLE) or open_accession(
        title=PAGES_TITLE, by=by, note="Saved by a browser, each with its folder of pictures."
    )
    with open_sandbox() as sandbox, Bench(settings.INGEST_WORKERS) as bench:
        for path in write_pages(collection, collection / "pages"):
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
                yield line.reason


def _held(title: str) -> Accession | None:
    return Accession.objects.filter(title=title).order_by("pk").first()


def _open(story: SampleAccession, by: User | None) -> Accession:
    return open_accession(
        title=story.title,
        by=by,
        supplied_by=story.supplied_by,
        outlet=gazetteer.outlet_meant(story.outlet) if story.outlet else None,
        published_on=date.fromisoformat(story.published_on) if story.published_on else None,
        terms=story.terms,
        terms_public=True,
        note=story.note,
    )


def _release(by: User) -> None:
    for accession in read_story().accessions:
        names = [file.name for file in accession.files if file.released]
        items = Item.objects.filter(file_name__in=names, lines__accession__title=accession.title)
        set_access(items.distinct(), access=Access.RELEASED, by=by)
