"""
Bring a news page in: read in the sandbox, kept by hash, recorded with its figures; its pictures go the usual way.

A page is read while its sender waits. Then one transaction writes all that came of it: its line, done, and a waiting
line for each picture, whose bytes lie in the spool by then. So nothing is answered "received" that a kill could lose.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from archive.accounts.models import User
from archive.authorities import gazetteer
from archive.authorities.models import Outlet
from archive.catalogue.models import Accession
from archive.extraction.articles.addresses import original_of
from archive.extraction.models import Reading
from archive.extraction.readers.statements import clean
from archive.files.kept_files import keep_spooled
from archive.files.models import MediaFile, PreservationEvent
from archive.files.original_repair import restore, sentence_on
from archive.files.sandbox import JobFailed, Sandbox, made_in
from archive.files.store_identity import ensure_store
from archive.ingest.models import AccessionLine
from archive.ingest.process_lines import limits
from archive.ingest.receive_files import Arrived, arrive, line_of, record_arrivals
from archive.ingest.records import AGENT
from archive.ledger.record_acts import act, recording
from archive.press.models import Article, Figure
from archive.standards.addresses import is_web_address
from archive.standards.edtf import DateInterval, InvalidEDTF, label_of_day, parse
from archive.standards.normal_form import normalise

log = logging.getLogger(__name__)

READER = "article"
FUNCTION = "archive.extraction.articles.read_article.read_article"
# How the kept file is called; a news page is known as one only by the way it came.
FORMATS = {
    "HTML": ("HTML", "text/html"),
    "MHTML": ("MHTML", "multipart/related"),
    "WARC": ("WARC", "application/warc"),
    "WACZ": ("WACZ", "application/wacz"),
    "webarchive": ("Safari web archive", "application/x-webarchive"),
    "text": ("plain text", "text/plain"),
}
# What the reader leads to, kept with its grounds beside the statements themselves.
_LED = ("container", "charset", "outlet", "headline", "authors", "published", "modified", "captured", "url", "language",
        "figures")  # fmt: skip

State, Outcome = AccessionLine.State, AccessionLine.Outcome


class NotAPage(ValueError):
    """The file is no news page that can be read; the text completes the sentence `"page.html" was not kept: …`."""


@dataclass(frozen=True)
class Stated:
    """What the person who brings a page in says of it; it leads over what the page says."""

    outlet: Outlet | None = None
    url: str = ""
    published: date | None = None


@dataclass(frozen=True)
class Page:
    """A page as the sandbox read it: what the reader gave, and the folder where the pictures it holds lie."""

    read: dict[str, Any]
    pictures: Path

    @property
    def figures(self) -> list[dict[str, Any]]:
        return self.read["figures"]

    def value(self, name: str) -> Any:
        """Return a leading value as the page states it; None where it states none."""
        return (self.read[name] or {}).get("value")


@dataclass(frozen=True)
class Described:
    """What an article will say: the page's own word, led by that of the person who brings it in."""

    outlet: Outlet | None
    outlet_as_written: str
    url: str
    published: DateInterval | None
    published_moment: datetime | None
    modified: DateInterval | None
    problems: list[str]


def open_sandbox(*, seconds: int | None = None) -> Sandbox:
    """
    Set up the sandbox for pages, under the limits of the settings.

    :param seconds: what a page may take, where somebody waits for it
    """
    bounds = limits()
    return Sandbox(replace(bounds, cpu_seconds=seconds, wall_seconds=seconds) if seconds else bounds)


def read_page(path: Path, into_dir: Path, *, sandbox: Sandbox, folder: Path | None = None, url: str = "") -> Page:
    """
    Read a saved page in the sandbox.

    :param into_dir: an empty folder; the pictures that the page holds are written there
    :param folder: the pictures that were saved with an HTML page
    :param url: of an archive with several pages the one that is meant
    :raises NotAPage: it cannot be read; the sentence says why
    """
    try:
        read = sandbox.run(
            FUNCTION, path=str(path), into_dir=str(into_dir), folder=str(folder) if folder else None, url=url or None
        )
    except JobFailed as failed:
        raise NotAPage(str(failed)) from failed
    if read["refusal"]:
        raise NotAPage(read["refusal"])
    return Page(clean(read), into_dir)


def describe_page(page: Page, stated: Stated) -> Described:
    """Lead the values of a page: what a person states before what it says of itself; three queries."""
    url = _web(original_of(stated.url)) or _web(page.value("url") or "")
    by_address = gazetteer.outlet_at(url or page.read["outlet"]["domain"] or "")
    written = page.value("outlet") or page.read["outlet"]["domain"] or ""
    # Of all that it is called, what leads alone: further names may be those of an agency whose story it prints.
    by_name = gazetteer.outlet_meant(page.value("outlet") or "")
    problems = [problem["text"] for problem in page.read["problems"]]
    outlet = stated.outlet or by_address or by_name
    if by_address and by_name and by_address != by_name:
        problems.append(f"Its address belongs to {by_address}, but the page names {by_name}.")
    if outlet is None:
        problems.append(
            f"No outlet is known as {written}: it is kept as written." if written else "The page names no outlet."
        )
    published, moment = _date(page.read["published"])
    if stated.published:
        if published and not published.earliest <= stated.published <= published.latest:
            problems.append(
                f"It was brought in as published on {label_of_day(stated.published)}; "
                f"the page says {published.label()}."
            )
            moment = None
        elif published is None:
            moment = None
        if moment is None:
            published = parse(stated.published.isoformat())
    modified, _moment = _date(page.read["modified"])
    return Described(outlet, written[:300], url, published, moment, modified, problems)


def article_held(message_digest: str) -> Article | None:
    """Return the article whose page has these bytes."""
    return Article.objects.filter(media_file__message_digest=message_digest).select_related("media_file").first()


def record_page(
    came: Arrived,
    page: Page,
    *,
    accession: Accession,
    by: User | None,
    way: str,
    stated: Stated,
    captions: Collection[int] | None = None,
    refused: Collection[Arrived] = (),
    leased_until: datetime | None = None,
) -> tuple[AccessionLine, list[AccessionLine]]:
    """
    Record a page that was read, and return its line and those of its pictures.

    :param captions: positions of the offered captions that are captions; None takes the reader's offer
    :param refused: files that came with the page and cannot be read
    :param leased_until: given by who will process the pictures at once
    """
    figures = [f for f in page.figures if not f["offered_because"] or captions is None or f["position"] in captions]
    brought = {figure["position"]: _arrived(page, figure) for figure in figures if figure["image_file"]}
    ensure_store()
    storage_path = keep_spooled(came.spool_path, came.message_digest)

    def record() -> tuple[AccessionLine, list[AccessionLine]]:
        with recording():
            if held_article := article_held(came.message_digest):
                return record_held_page(came, held_article, accession=accession, by=by, way=way, refused=refused), []
            article = _record_article(came, page, figures, storage_path, accession=accession, by=by, stated=stated)
            line = _record_line(came, article, Outcome.CREATED, "", accession=accession, by=by, way=way)
            payload = {"sha256": came.message_digest, "name": came.original_name, "accession": accession.pk}
            if stated.published:
                payload["published"] = stated.published.isoformat()
            act(verb="bring in", subject=article, actor=by or "command line", payload=payload)
            offered = {figure["position"] for figure in figures if figure["image_offered_from"]}
            arrivals = [
                # What is only offered for a figure becomes its picture by the word of a person.
                replace(brought[figure.position], figure=None if figure.position in offered else figure)
                for figure in article.figures.select_related("article__outlet").order_by("position")
                if figure.position in brought
            ]
            arrivals += refused
            lines = record_arrivals(arrivals, accession=accession, by=by, way=way, leased_until=leased_until)
            return line, lines

    try:
        line, lines = record()
    except IntegrityError:
        # Somebody brought in the same bytes at the same moment; the second try finds them held.
        line, lines = record()
    if not lines:
        for picture in brought.values():
            if picture.spool_path:
                picture.spool_path.unlink(missing_ok=True)
    return line, lines


def record_held_page(
    came: Arrived,
    article: Article,
    *,
    accession: Accession,
    by: User | None,
    way: str,
    refused: Collection[Arrived] = (),
) -> AccessionLine:
    """Record that a page came again whose bytes are held; it adds a line and nothing else, but what was refused."""
    reason = f"Held since {label_of_day(article.recorded_at)} as “{article.media_file.original_name}”."
    if came.spool_path and came.spool_path.exists():
        outcome = restore(article.media_file, came.spool_path, delivered_as=came.original_name, at=timezone.now())
        reason = f"{reason} {sentence_on(outcome)}".strip()
    with recording():
        line = _record_line(came, article, Outcome.ALREADY_HELD, reason, accession=accession, by=by, way=way)
        payload = {"sha256": came.message_digest, "name": came.original_name, "accession": accession.pk}
        act(verb="deliver again", subject=article, actor=by or "command line", payload=payload)
        record_arrivals(refused, accession=accession, by=by, way=way)
    if came.spool_path:
        came.spool_path.unlink(missing_ok=True)
    return line


def record_refused_page(came: Arrived, why: str, *, accession: Accession, by: User | None, way: str) -> AccessionLine:
    """
    Record that a page was refused: its name, size, hash and the reason stay, its bytes do not.

    A command that is started again for the same page adds no further line, as for files.
    """
    refusal = came.refusal or f"“{came.original_name}” was not kept: {why}"
    refused = replace(came, spool_name="", refusal=refusal)
    line = _refused_before(refused, accession) if way == AccessionLine.Way.COMMAND else None
    if line is None:
        [line] = record_arrivals([refused], accession=accession, by=by, way=way)
    if came.spool_path:
        came.spool_path.unlink(missing_ok=True)
    return line


def _refused_before(refused: Arrived, accession: Accession) -> AccessionLine | None:
    lines = AccessionLine.objects.filter(accession=accession, way=AccessionLine.Way.COMMAND, outcome=Outcome.REFUSED)
    lines = lines.filter(message_digest=refused.message_digest, delivered_path=refused.delivered_path)
    return lines.filter(original_name=refused.original_name, reason=refused.refusal).order_by("pk").first()


def _arrived(page: Page, figure: dict[str, Any]) -> Arrived:
    """Bring a picture that came with the page into the spool."""
    name = figure["image_name"] or figure["image_file"]
    with made_in(page.pictures, figure["image_file"]).open("rb") as stream:
        cited = figure["image_offered_from"] or next(iter(figure["image_urls"]), name)
        return arrive(stream, original_name=name, delivered_path=cited)


def _record_article(
    came: Arrived,
    page: Page,
    figures: list[dict[str, Any]],
    storage_path: str,
    *,
    accession: Accession,
    by: User | None,
    stated: Stated,
) -> Article:
    now, described = timezone.now(), describe_page(page, stated)
    format_name, mime_type = FORMATS[page.read["container"]]
    media_file = MediaFile.objects.create(
        message_digest=came.message_digest,
        size_bytes=came.size_bytes,
        format_name=format_name,
        mime_type=mime_type,
        original_name=came.original_name[:300],
        received_at=now,
        storage_path=storage_path,
    )
    own_problems = [problem["text"] for problem in page.read["problems"]]
    happened = [
        ("ingestion", f"received as {came.original_name}"),
        ("message digest calculation", f"SHA-256 {came.message_digest}"),
        ("metadata extraction", " ".join(own_problems)),
    ]
    PreservationEvent.objects.bulk_create(
        PreservationEvent(
            media_file=media_file,
            event_type=kind,
            occurred_at=now,
            event_outcome="success",
            event_outcome_detail=detail,
            linking_agent=AGENT,
        )
        for kind, detail in happened
    )
    Reading.objects.create(
        media_file=media_file,
        reader=READER,
        reader_version=page.read["version"],
        read_at=now,
        state=Reading.State.READ if page.read["statements"] else Reading.State.ABSENT,
        statements=page.read["statements"],
        properties={name: page.read[name] for name in _LED},
        problems=own_problems,
    )
    headline, authors = page.value("headline") or "", page.read["authors"]["value"]
    text = "\n\n".join(page.read["paragraphs"])
    shown = [word for f in figures for word in (f["caption"], f["credit"], f["alt"]) if word]
    article = Article.objects.create(
        media_file=media_file,
        accession=accession,
        outlet=described.outlet,
        outlet_as_written=described.outlet_as_written,
        headline=headline,
        authors=authors,
        language=(page.value("language") or "")[:20],
        url=described.url,
        **_days("published", described.published),
        published_moment=described.published_moment,
        modified_edtf=described.modified.edtf if described.modified else "",
        text=text,
        problems=described.problems,
        normalised=normalise(" ".join([headline, *authors, text, *shown])),
        recorded_at=now,
        recorded_by=by,
    )
    Figure.objects.bulk_create(
        Figure(
            article=article,
            position=figure["position"],
            after_paragraph=figure["after_paragraph"],
            image_urls=[url for url in figure["image_urls"] if _web(url)],
            image_name=(figure["image_name"] or "")[:300],
            caption=figure["caption"] or "",
            credit=figure["credit"] or "",
            alternative_text=figure["alt"] or "",
        )
        for figure in figures
    )
    return article


def _record_line(
    came: Arrived,
    article: Article,
    outcome: str,
    reason: str,
    *,
    accession: Accession,
    by: User | None,
    way: str,
) -> AccessionLine:
    now = timezone.now()
    line = line_of(replace(came, spool_name=""), accession=accession, by=by, way=way, at=now)
    line.state, line.outcome, line.reason, line.article, line.finished_at = State.DONE, outcome, reason, article, now
    line.save()
    payload = {"name": line.original_name, "size_bytes": line.size_bytes, "sha256": line.message_digest}
    act(verb="receive", subject=line, actor=by or "command line", payload=payload)
    return line


def _days(name: str, interval: DateInterval | None) -> dict[str, Any]:
    return {
        f"{name}_edtf": interval.edtf if interval else "",
        f"{name}_earliest": interval.earliest if interval else None,
        f"{name}_latest": interval.latest if interval else None,
    }


def _date(stated: dict[str, Any] | None) -> tuple[DateInterval | None, datetime | None]:
    """Return a date as stated, an EDTF date, and its moment where it names a zone."""
    if not stated:
        return None, None
    try:
        moment = datetime.fromisoformat(stated["value"])
    except ValueError:
        moment = None
    has_clock = moment is not None and len(stated["value"]) > 10
    for written in (moment.replace(microsecond=0).isoformat() if has_clock else stated["value"], stated["day"]):
        try:
            return parse(written), moment if has_clock and moment.tzinfo else None
        except InvalidEDTF:
            continue
    return None, None


def _web(address: str) -> str:
    """Return an address of the web; "" for any other: a page may call a script an address."""
    return address if is_web_address(address) and len(address) <= 1000 else ""
