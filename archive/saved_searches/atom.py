"""
A kept search as an Atom feed (RFC 4287): what its person may read of the items that came into it last, and no pictures.

A program that reads feeds keeps what it fetched and may be a service on the web: it gets words and links, and whoever
follows one signs in.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.catalogue.archive_description import described
from archive.catalogue.models import Item
from archive.catalogue.names import name_of, read_by
from archive.saved_searches.models import SearchFeed
from archive.saved_searches.new_items import MOST_REMEMBERED
from archive.saved_searches.read_search import read_search
from archive.search.find_items import keys_found
from archive.standards.edtf import parse

MOST_ENTRIES = 50
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
# What no XML document may hold (XML 1.0, 2.2).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Feed:
    """The document, and when what it tells changed last."""

    body: str
    updated_at: datetime


def write_feed(feed: SearchFeed, *, address: str) -> Feed:
    """
    Write the feed of a kept search as its person may read it; ten queries or so.

    :param address: at which the feed itself is fetched
    """
    search, person = feed.search, feed.person
    page = f"{settings.SITE_URL}{reverse('saved_search', args=[search.pk])}"
    read = read_search(search, person)
    items: list[Item] = []
    if read.is_understood:
        keys, is_large = keys_found(read.asked, most=MOST_REMEMBERED)
        found = read.asked.narrowed() if is_large else Item.objects.filter(pk__in=keys)
        ready = found.select_related("media_file", "lead_place", "lead_outlet")
        ready = ready.annotate(stands_since=Coalesce("projected_at", "added_at"))
        # The moment of a change has no index: it orders what is no more than some thousands.
        items = list(ready.order_by("-added_at" if is_large else "-stands_since", "-pk")[:MOST_ENTRIES])
    moments = [item.stands_since for item in items]
    updated_at = max([feed.made_at, *moments])
    written = Atom1Feed(
        title=_clean(f"{search.name} · {described().name}"),
        link=page,
        description="",
        language=get_language(),
        subtitle=_clean(_says(read.is_understood, read.told)),
        feed_url=address,
        feed_guid=page,
        author_name=_clean(described().name),
    )
    written.latest_post_date = lambda: updated_at
    with read_by(lambda: person):
        for item in items:
            there = f"{settings.SITE_URL}{reverse('item', args=[item.pk])}"
            written.add_item(
                title=_clean(_title(item)),
                link=there,
                description=escape(_clean(_summary(item))),
                unique_id=there,
                pubdate=item.added_at,
                updateddate=max(item.stands_since, item.added_at),
            )
    return Feed(written.writeString("utf-8"), updated_at)


def _clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)


def _says(is_understood: bool, told: list[str]) -> str:
    if not is_understood:
        return " ".join([_("This search is not understood any more."), *told])
    return " ".join([_("The items of this search that were added or changed last, as you may read them."), *told])


def _title(item: Item) -> str:
    words = item.headline or item.lead_caption or name_of(item)
    title = Truncator(words).chars(140)
    return _("Distressing: %(title)s") % {"title": title} if item.is_distressing else title


def _summary(item: Item) -> str:
    date = parse(item.date_created_edtf).label(get_language()) if item.date_created_edtf else _("undated")
    known = [
        date,
        str(item.lead_place) if item.lead_place else _("unplaced"),
        str(item.lead_outlet or ""),
        _("contested") if item.is_contested else "",
    ]
    facts = " · ".join(filter(None, known))
    return f"{facts}\n{item.lead_caption}" if item.lead_caption else facts
