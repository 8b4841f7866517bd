"""Read one saved page whole: `read_article`."""

import base64
import binascii
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from archive.extraction.articles.addresses import original_of
from archive.extraction.articles.charsets import decode
from archive.extraction.articles.containers import name_of, open_page
from archive.extraction.articles.dom import PageOrder, parse
from archive.extraction.articles.figures import Figure, find_figures
from archive.extraction.articles.images import absolute
from archive.extraction.articles.leading_statements import (
    headlines_said,
    language_of_text,
    lead_authors,
    lead_headline,
    lead_language,
    lead_outlet,
    lead_url,
)
from archive.extraction.articles.limits import Limits, Refused
from archive.extraction.articles.moments import read_moment
from archive.extraction.articles.page_dates import date_page
from archive.extraction.articles.page_statements import Stated, gather, state_copyright, state_lines
from archive.extraction.articles.plain_text import offer_captions, read_plain
from archive.extraction.articles.saved_page import TEXT, SavedPage
from archive.extraction.articles.story import Story, find_story
from archive.extraction.readers.statements import clean
from archive.files.formats import UnreadableImage, recognise

# Raise it when the reader comes to read the same page differently.
READER_VERSION = "2"
_DATA_ADDRESS = re.compile(r"data:image/[\w.+-]+(;base64)?,(.*)", re.DOTALL)


@dataclass
class ArticleReading:
    """
    All that a saved page says; leading values are objects with the `ground` they stand on, None where it says nothing.

    `refusal` completes the sentence `"page.html": ...` where the file is no page that can be read; then all else is
    empty.
    """

    version: str = READER_VERSION
    refusal: str | None = None
    container: str | None = None
    charset: str | None = None
    pages: list[str] = field(default_factory=list)
    statements: list[tuple[str, str, str]] = field(default_factory=list)
    outlet: dict[str, Any] = field(default_factory=lambda: {"value": None, "ground": None, "names": [], "domain": None})
    headline: dict[str, str] | None = None
    authors: dict[str, Any] = field(default_factory=lambda: {"value": [], "ground": None})
    published: dict[str, str] | None = None
    modified: dict[str, str] | None = None
    captured: dict[str, str] | None = None
    url: dict[str, str] | None = None
    language: dict[str, str] | None = None
    paragraphs: list[str] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)

    def add_problem(self, code: str, text: str) -> None:
        if {"code": code, "text": text} not in self.problems:
            self.problems.append({"code": code, "text": text})

    def to_json(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = clean(asdict(self))
        return cleaned


def read_article(
    path: str, into_dir: str, *, folder: str | None = None, url: str | None = None, limits: dict[str, int] | None = None
) -> dict[str, Any]:
    """
    Read a saved page as JSON values, for `archive.files.sandbox` to call by name.

    :param into_dir: an empty directory, into which the pictures held with the page are written
    :param folder: the folder of pictures saved with the page; None looks for one beside it
    :param url: of a web archive with several pages the one to read
    :raises OSError: the file itself cannot be opened
    """
    bounds = Limits(**(limits or {}))
    reading = ArticleReading()
    try:
        page = open_page(Path(path), folder=Path(folder) if folder else None, url=url or "", limits=bounds)
        if page.container == TEXT:
            _read_text(reading, page, bounds)
        else:
            _read_html(reading, page, Path(into_dir), bounds)
    except Refused as refusal:
        return ArticleReading(refusal=str(refusal)).to_json()
    return reading.to_json()


def _read_html(reading: ArticleReading, page: SavedPage, into_dir: Path, limits: Limits) -> None:
    text, reading.charset, doubt = decode(page.content, page.charset)
    reading.container, reading.pages = page.container, page.pages
    for code, sentence in page.problems:
        reading.add_problem(code, sentence)
    if doubt:
        reading.add_problem("CHARSET", doubt)
    root, cut = parse(text)
    elements = sum(1 for _ in root.iter())
    if cut or elements > limits.elements:
        reading.add_problem("LIMIT", "The page is nested or branched beyond what is read; parts of it were left out.")
    if elements > limits.elements:
        raise Refused(f"it has more than {limits.elements:,} elements.")
    stated = gather(page, root, limits)
    if stated.unreadable_scripts:
        reading.add_problem("UNREADABLE", f"{stated.unreadable_scripts} of its JSON-LD scripts could not be read.")
    headlines = headlines_said(stated)
    story = find_story(text, PageOrder(root), [value for _ground, value in headlines], paragraphs=limits.paragraphs)
    state_lines(stated, story.order, story.headline_at, story.first_at)
    state_copyright(stated, story.order)
    reading.url = lead_url(stated, page.url)
    url = reading.url["value"] if reading.url else ""
    reading.outlet = lead_outlet(stated, url)
    reading.headline = lead_headline(stated, story, reading.outlet["names"])
    reading.authors = lead_authors(stated, reading.outlet["names"])
    reading.language = lead_language(stated, story)
    _date(reading, stated, page, url, text)
    reading.paragraphs = story.paragraphs
    if not story.paragraphs:
        reading.add_problem("MISSING", "No text of a story was found in the page.")
    if story.is_cut:
        _tell_of_paragraphs(reading, "page", limits)
    figures = find_figures(story, stated, reading.headline["value"] if reading.headline else "", url)
    _give_figures(reading, figures[: limits.figures], story, page, absolute(stated.base_url, url) or url)
    if len(figures) > limits.figures:
        reading.add_problem("LIMIT", f"The page has {len(figures)} figures; the first {limits.figures} were read.")
    _write_pictures(reading, figures[: limits.figures], page, into_dir, limits)
    reading.statements = stated.statements[: limits.statements]
    if stated.is_cut or len(stated.statements) > limits.statements:
        reading.add_problem(
            "LIMIT", f"The page states more of itself than is read; the first {limits.statements:,} statements were."
        )


def _tell_of_paragraphs(reading: ArticleReading, what: str, limits: Limits) -> None:
    reading.add_problem("LIMIT", f"The {what} has more paragraphs than are read; the first {limits.paragraphs:,} were.")


def _date(reading: ArticleReading, stated: Stated, page: SavedPage, url: str, text: str) -> None:
    language = reading.language["value"] if reading.language else ""
    published, modified, captured, problems = date_page(
        stated, url=url, captured=page.captured, language=language, page_text=text
    )
    reading.published = published.to_json() if published else None
    reading.modified = modified.to_json() if modified else None
    reading.captured = captured.to_json() if captured else None
    for code, sentence in problems:
        reading.add_problem(code, sentence)


def _give_figures(reading: ArticleReading, figures: list[Figure], story: Story, page: SavedPage, base: str) -> None:
    for number, figure in enumerate(figures, start=1):
        cited = [
            url for reference in figure.references if not page.holds(reference) and (url := absolute(reference, base))
        ]
        web = [original_of(url) for url in cited]
        names = [name for reference in figure.references if (name := name_of(reference))]
        reading.figures.append(
            {
                "position": number,
                "after_paragraph": story.paragraphs_before(figure.at),
                "caption": figure.printed.caption,
                "credit": figure.printed.credit,
                "printed": figure.printed.printed,
                "alt": figure.alt,
                "headline": figure.printed.headline,
                "image_urls": list(dict.fromkeys(web)),
                "image_file": None,
                "image_name": next(iter(names), None),
                "image_offered_from": None,
                "is_lead": figure.is_lead,
                "group": figure.group,
                "ground": figure.ground,
                "offered_because": None,
            }
        )


def _write_pictures(
    reading: ArticleReading, figures: list[Figure], page: SavedPage, into_dir: Path, limits: Limits
) -> None:
    """Write out the first picture of each figure that the container holds, its bytes unchanged."""
    wanted: dict[str, list[int]] = {}
    for number, figure in enumerate(figures):
        originals = map(original_of, figure.references)
        for address in (*figure.references, *originals, *reading.figures[number]["image_urls"]):
            wanted.setdefault(address, []).append(number)
    embedded = [(reference, content) for reference in wanted if (content := _embedded(reference, limits)) is not None]
    written = total = 0
    best: dict[int, tuple[int, str, bytes]] = {}
    for reference, content in (
        *embedded,
        *page.pictures({address for address in wanted if not address.startswith("data:")}),
    ):
        if not content or len(content) > limits.picture_bytes:
            if content:
                reading.add_problem(
                    "LIMIT", f"A picture of the page is larger than {limits.picture_bytes:,} bytes and was left out."
                )
            continue
        for number in dict.fromkeys(wanted[reference]):
            # Of one picture in several sizes the largest is kept.
            if number not in best or len(content) > best[number][0]:
                best[number] = (len(content), reference, content)
    offered: dict[int, str] = {}
    missing = {address for address, numbers in wanted.items() if not best.keys() & set(numbers)}
    for reference, address, content in page.pictures_in_other_sizes(missing):
        for number in set(wanted[reference]):
            if number not in best or len(content) > best[number][0]:
                best[number], offered[number] = (len(content), reference, content), address
    for number, (size, reference, content) in sorted(best.items()):
        total += size
        written += 1
        if total > limits.total_bytes or written > limits.pictures:
            reading.add_problem("LIMIT", "The page holds more pictures than are taken from one; the rest was left out.")
            return
        path = into_dir / f"{number + 1:03}"
        path.write_bytes(content)
        try:
            kept = recognise(path)
        except UnreadableImage:
            path.unlink()
            reading.add_problem(
                "UNREADABLE", f"What is held for figure {number + 1} is no picture that the archive keeps."
            )
            continue
        path = path.rename(path.with_suffix(kept.extension))
        reading.figures[number]["image_file"] = path.name
        if offered_from := offered.get(number):
            reading.figures[number]["image_offered_from"] = offered_from
            reading.add_problem(
                "OFFERED",
                f"Figure {number + 1} is held in another size than the page cites ({offered_from}): the picture is "
                "brought in by itself and offered for the figure. Say whether it is the one.",
            )
            continue
        reading.figures[number]["image_name"] = name_of(reference) or reading.figures[number]["image_name"]


def _embedded(reference: str, limits: Limits) -> bytes | None:
    """Decode a picture that the page carries in the reference itself, as single-file savers write it."""
    match = _DATA_ADDRESS.match(reference) if reference.startswith("data:") else None
    if match is None or not match[1] or len(match[2]) > limits.picture_bytes * 2:
        return None
    try:
        return base64.b64decode(match[2], validate=False)
    except (binascii.Error, ValueError):
        return None


def _read_text(reading: ArticleReading, page: SavedPage, limits: Limits) -> None:
    text, reading.charset, doubt = decode(page.content)
    reading.container = TEXT
    if doubt and not page.content.isascii() and reading.charset != "utf-8":
        reading.add_problem("CHARSET", doubt.replace("The page", "The text"))
    day, paragraphs = read_plain(text)
    if not paragraphs:
        raise Refused("it holds no text.")
    reading.paragraphs = paragraphs[: limits.paragraphs]
    if len(paragraphs) > limits.paragraphs:
        _tell_of_paragraphs(reading, "text", limits)
    if moment := read_moment(day) if day else None:
        reading.statements.append(("text", "date", day))
        reading.published = {"value": moment.value, "day": moment.day, "ground": "text:date"}
    else:
        reading.add_problem("MISSING", "The text does not begin with the day of its publication.")
    reading.language = language_of_text(paragraphs)
    for number, (at, why) in enumerate(offer_captions(reading.paragraphs).items(), start=1):
        reading.figures.append(
            {
                "position": number, "after_paragraph": at, "caption": reading.paragraphs[at], "credit": None,
                "printed": reading.paragraphs[at], "alt": None, "headline": None, "image_urls": [], "image_file": None,
                "image_name": None, "image_offered_from": None,
                "is_lead": False, "group": None, "ground": "text:paragraph", "offered_because": why,
            }
        )  # fmt: skip
