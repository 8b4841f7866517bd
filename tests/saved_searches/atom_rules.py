"""What RFC 4287 asks of a feed document, as far as this archive writes one: each broken rule in a sentence."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 4287, 4.1.1 and 4.1.2: what may stand at most once in each.
_ONCE = ("generator", "icon", "logo", "id", "rights", "subtitle", "title", "updated", "published", "summary", "content")
_TEXTS = ("title", "subtitle", "summary", "rights")


def broken_rules(document: bytes) -> list[str]:
    """Return what is wrong with an Atom feed; empty: nothing."""
    feed = ElementTree.fromstring(document)
    if feed.tag != f"{ATOM}feed":
        return ["the document is no atom:feed"]
    entries = feed.findall(f"{ATOM}entry")
    told = list(_of_both(feed, "the feed"))
    if not feed.findall(f"{ATOM}author") and not all(entry.findall(f"{ATOM}author") for entry in entries):
        told.append("neither the feed nor each entry has an author (4.1.1)")
    if not any(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link")):
        told.append("the feed has no link to itself (4.1.1: SHOULD)")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    if len(ids) != len(set(ids)):
        told.append("two entries have one id (4.1.1: SHOULD NOT, but for versions)")
    for number, entry in enumerate(entries, start=1):
        told += _of_both(entry, f"entry {number}")
        alternates = [link for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        if entry.find(f"{ATOM}content") is None and not alternates:
            told.append(f"entry {number} has neither content nor an alternate link (4.1.2)")
    return told


def _of_both(element: ElementTree.Element, name: str) -> Iterator[str]:
    for child in ("id", "title", "updated"):
        if len(element.findall(f"{ATOM}{child}")) != 1:
            yield f"{name} has not exactly one {child}"
    for child in _ONCE:
        if len(element.findall(f"{ATOM}{child}")) > 1:
            yield f"{name} has more than one {child}"
    for child in element.findall(f"{ATOM}id"):
        if not urlsplit(child.text or "").scheme:
            yield f"{name} has an id that is no IRI (4.2.6)"
    for child in (*element.findall(f"{ATOM}updated"), *element.findall(f"{ATOM}published")):
        # RFC 3339 with an upper-case T and Z, or an offset (3.3).
        if "T" not in (child.text or "") or datetime.fromisoformat(child.text or "").tzinfo is None:
            yield f"{name} has a date that is none of RFC 3339: {child.text}"
    for tag in _TEXTS:
        for child in element.findall(f"{ATOM}{tag}"):
            if child.get("type", "text") not in ("text", "html", "xhtml"):
                yield f"{name} has a {tag} of type {child.get('type')} (3.1.1)"
            if child.get("type", "text") != "xhtml" and len(child):
                yield f"{name} has elements within its {tag} (3.1.1)"
    for link in element.findall(f"{ATOM}link"):
        if not link.get("href"):
            yield f"{name} has a link to nowhere (4.2.7)"
    for author in element.findall(f"{ATOM}author"):
        if len(author.findall(f"{ATOM}name")) != 1:
            yield f"{name} has an author without a name (3.2.1)"
