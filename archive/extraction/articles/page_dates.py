"""Choose when a page was published, modified and captured, and say where its dates contradict one another."""

import re
from dataclasses import dataclass
from datetime import timedelta

from htmldate import find_date

from archive.extraction.articles.moments import Moment, read_moment
from archive.extraction.articles.page_statements import Stated

_PUBLISHED = ("article:published_time", "og:article:published_time", "og:published_time", "article:published",
              "og:datepublished", "article:publicationdate", "article:published_date", "og:pubdate", "og:release_date",
              "article:post_date", "video:release_date")  # fmt: skip
_PUBLISHED_META = (
    "article:published_time", "datepublished", "date.release", "pubdate", "publishdate", "publish-date",
    "publication_date", "published_time", "published", "sailthru.date", "parsely-pub-date", "pdate",
    "vr:published-time", "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date", "dc.date.created",
    "dcterms.created", "analyticsattributes.articledate", "cxenseparse:recs:publishtime",
    "article_date_original", "originalpublicationdate", "displaydate",
    "citation_publication_date", "date", "last_published", "ptime", "rnews:datepublished",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:article:modified_time", "og:updated_time", "article:modified",
             "article:updated_time", "og:modified_time")  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "datemodified", "lastmod", "last-modified", "dcterms.modified",
    "dc.date.modified", "lastupdate", "last_updated_date", "modified", "utime", "moddate", "revision_date",
    "last_updated",
)  # fmt: skip
# A date in the address is a day, hardly ever changed afterwards.
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?:/|-|_|\.|$)")
_SAME = timedelta(minutes=2)


@dataclass(frozen=True)
class Dated:
    """One statement that could be read as a date."""

    ground: str
    written: str
    moment: Moment

    def to_json(self) -> dict[str, str]:
        return {"value": self.moment.value, "day": self.moment.day, "ground": self.ground}


def date_page(
    stated: Stated, *, url: str, captured: str, language: str, page_text: str
) -> tuple[Dated | None, Dated | None, Dated | None, list[tuple[str, str]]]:
    """Return when the page was published, modified and captured, and the problems among its dates."""
    published, modified = _candidates(stated, language)
    if in_address := _IN_ADDRESS.search(url):
        day = read_moment("-".join(in_address.groups()))
        published += [Dated("HTML:address", "/".join(in_address.groups()), day)] if day else []
    if not published and (guess := _guess(page_text, url)) is not None:
        published.append(guess)
    at_capture = _read(("container:captured", captured or stated.captured), language)
    leading, changed = _zoned(published), _zoned(modified)
    problems = _problems(leading, changed, at_capture, published)
    return leading, changed, at_capture, problems


def _candidates(stated: Stated, language: str) -> tuple[list[Dated], list[Dated]]:
    """List the dates of publication and of change, the surest kind of statement first."""
    published: list[tuple[str, str]] = []
    modified: list[tuple[str, str]] = []
    for group, thing in stated.story:
        published += [(f"{group}:{thing.type}.datePublished", value) for value in thing.texts("datePublished")]
        modified += [(f"{group}:{thing.type}.dateModified", value) for value in thing.texts("dateModified")]
    published += stated.values("Open Graph", *_PUBLISHED) + stated.values("meta", *_PUBLISHED_META)
    modified += stated.values("Open Graph", *_MODIFIED) + stated.values("meta", *_MODIFIED_META)
    lines = stated.values("time", "date") + stated.values("text", "date")
    changed_lines = stated.values("time", "date modified") + stated.values("text", "date modified")
    for group, thing in stated.story:
        lines += [
            (f"{group}:{thing.type}.{name}", value)
            for name in ("dateCreated", "uploadDate")
            for value in thing.texts(name)
        ]
    read = [dated for pair in published if (dated := _read(pair, language)) is not None]
    # What is printed may be the day of the story, or a day the story tells of; it leads only where markup says nothing.
    printed = [dated for pair in lines if (dated := _read(pair, language)) is not None]
    changed = [dated for pair in modified + changed_lines if (dated := _read(pair, language)) is not None]
    return read + printed, changed


def _read(pair: tuple[str, str], language: str) -> Dated | None:
    moment = read_moment(pair[1], language=language) if pair[1] else None
    return Dated(pair[0], pair[1], moment) if moment is not None else None


def _zoned(dates: list[Dated]) -> Dated | None:
    """Take the first; where another states the same moment in a local zone, take that: its day is the outlet's."""
    if not dates:
        return None
    first = dates[0]
    if (moment := first.moment.moment) is None or first.moment.at is None or first.moment.at.utcoffset():
        return first
    for other in dates[1:]:
        at = other.moment.at
        if (
            at is not None
            and at.utcoffset()
            and other.moment.moment is not None
            and abs(other.moment.moment - moment) <= _SAME
        ):
            return other
    return first


def _guess(page_text: str, url: str) -> Dated | None:
    """Ask the library that searches the whole page; it leads only where nothing else says a day."""
    try:
        day = find_date(page_text, url=url or None, original_date=True, extensive_search=False)
    except Exception:  # the library promises nothing about pages made to break it
        return None
    moment = read_moment(day) if day else None
    return Dated("text:htmldate", str(day), moment) if moment is not None else None


def _problems(
    published: Dated | None, modified: Dated | None, captured: Dated | None, all_published: list[Dated]
) -> list[tuple[str, str]]:
    """Say what is missing among the dates and where they cannot all be true; nothing is resolved here."""
    if published is None:
        return [("MISSING", "The page says nowhere when it was published.")]
    problems: list[str] = []
    day = published.moment.day
    if published.ground in ("text:htmldate", "HTML:address"):
        where = "its address" if published.ground == "HTML:address" else "its text"
        problems.append(f"The publication day {day} was only found in {where}.")
    if modified is not None and _before(modified.moment, published.moment):
        problems.append(
            f"The page says it was modified ({modified.written}, {modified.ground}) before it was published "
            f"({published.written}, {published.ground})."
        )
    days: dict[str, Dated] = {}
    for dated in all_published:
        # A printed day need not be that of the story; it is no contradiction.
        if dated.ground != "text:date" and dated.moment.day != day and not _touch(dated.moment, published.moment):
            days.setdefault(dated.moment.day, dated)
    if days:
        listing = "; ".join(f"{dated.moment.day} ({dated.ground})" for dated in [published, *days.values()])
        problems.append(f"The page gives several days of publication: {listing}.")
    for stated in (published, modified):
        if stated is None or captured is None:
            continue
        if captured.moment.day < stated.moment.day and _before(captured.moment, stated.moment):
            problems.append(
                f"The page was saved on {captured.moment.day}, before the day {stated.moment.day} that it gives "
                f"({stated.ground})."
            )
    if captured is not None and _years(day, captured.moment.day) >= 1:
        problems.append(
            f"The page was saved on {captured.moment.day}, more than a year after its publication on {day}."
        )
    return [("DATES", text) for text in dict.fromkeys(problems)]


def _before(one: Moment, other: Moment) -> bool:
    if one.moment is not None and other.moment is not None:
        return one.moment < other.moment - timedelta(seconds=1)
    if one.at is not None and other.at is not None and one.at.tzinfo is None and other.at.tzinfo is None:
        return one.at < other.at
    return one.day < other.day and not _touch(one, other)


def _touch(one: Moment, other: Moment) -> bool:
    """Tell whether two days may be the same moment seen from two zones."""
    if one.moment is not None and other.moment is not None:
        return abs(one.moment - other.moment) <= _SAME
    return False


def _years(earlier: str, later: str) -> int:
    return int(later[:4]) - int(earlier[:4]) - (later[5:] < earlier[5:])
