"""What the acts of the audit are about: a title, an address and a picture, as far as their reader may see them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.authorities.models import Agent, Event, Outlet, Place
from archive.catalogue.models import Accession, Item
from archive.catalogue.names import is_hidden
from archive.ingest.models import AccessionLine
from archive.press.models import Article
from archive.review.audit import Told
from archive.review.verdicts import ADVISE, JUDGE, READ
from archive.web.templatetags.shown import called

# Where an act on an item is told more of than on the item's page: what its payload names, and the page of that.
_CLOSER = (
    ("proposal", "caption_proposal", gettext_lazy("the proposal")),
    ("flag", "flag", gettext_lazy("the flag")),
    ("caption", "caption", gettext_lazy("the caption")),
)


@dataclass(frozen=True)
class About:
    """The record that an act is about: no address where it has no page or this reader may not open it."""

    title: str
    address: str = ""
    item: Item | None = None


@dataclass(frozen=True)
class Row:
    """An act, what it is about, and what is closer to it than that page, if there is anything: address and title."""

    told: Told
    about: About
    closer: tuple[str, str] | None = None

    @property
    def day(self) -> date:
        return timezone.localdate(self.told.occurred_at)


def rows_of(acts: Iterable[Told], reader: User) -> list[Row]:
    """Put beside each act what it is about: one query for each sort of record among them, and the pictures."""
    acts = list(acts)
    keys: dict[str, set[int]] = defaultdict(set)
    for told in acts:
        name, _colon, key = told.subject.partition(":")
        if key.isdigit():
            keys[name].add(int(key))
    known: dict[str, About] = {}
    for name, find in _FIND.items():
        if name in keys:
            known |= {f"{name}:{key}": about for key, about in find(keys[name], reader).items()}
    return [Row(told, known.get(told.subject) or About(_plain(told)), _closer(told)) for told in acts]


def _closer(told: Told) -> tuple[str, str] | None:
    payload = told.payload or {}
    for name, page, title in _CLOSER:
        if isinstance(payload.get(name), int):
            return reverse(page, args=[payload[name]]), str(title)
    if told.item_id and told.verb in (JUDGE, ADVISE, READ):
        return reverse("item_review", args=[told.item_id]), _("the review")
    return None


def _plain(told: Told) -> str:
    """Name what has no page, or is not for this reader."""
    name, _colon, key = told.subject.partition(":")
    titles = {
        "catalogue.item": _("an item"),
        "catalogue.accession": _("an accession"),
        "ingest.accessionline": _("a file"),
        "files.mediafile": _("originals"),
        "files.storeidentity": _("the store of originals"),
        "matching.match": _("a pair"),
        "accounts.user": _("accounts"),
        "exports.bag": _("a bag"),
        "exports.list": _("a list"),
        "exports.acts": _("the audit"),
        "operation.backup": _("a backup"),
        "ledger.key": _("the key of the ledger"),
        "authorities.place": _("the gazetteer"),
        "authorities.outlet": _("outlets"),
        "review.dismissal": _("a proposed event"),
        "review.readingpolicy": _("second readings"),
    }
    title = titles.get(name, name)
    return f"{title} {key}" if key.isdigit() and name not in ("files.mediafile", "review.readingpolicy") else title


def _items(keys: set[int], reader: User) -> dict[int, About]:
    items = Item.objects.visible_to(reader).filter(pk__in=keys).with_card()
    return {item.pk: About(called(item), reverse("item", args=[item.pk]), item) for item in items}


def _accessions(keys: set[int], reader: User) -> dict[int, About]:
    rows = Accession.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", "title")
    return {key: About(title, reverse("accession", args=[key])) for key, title in rows}


def _lines(keys: set[int], reader: User) -> dict[int, About]:
    rows = AccessionLine.objects.visible_to(reader).filter(pk__in=keys)
    return {
        key: About(_("a file") if is_hidden(name) else name, reverse("accession", args=[accession]))
        for key, name, accession in rows.values_list("pk", "original_name", "accession")
    }


def _articles(keys: set[int], reader: User) -> dict[int, About]:
    # Without its headline, in which a hidden wording may stand: its page says what may be read of it.
    rows = Article.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", "outlet__name")
    return {
        key: About(" · ".join(filter(None, [_("news page"), outlet])), reverse("article", args=[key]))
        for key, outlet in rows
    }


def _people(keys: set[int], reader: User) -> dict[int, About]:
    opens = reader.has_perm("accounts.change_user")
    rows = User.objects.filter(pk__in=keys).values_list("pk", "username")
    return {key: About(name, reverse("person", args=[key]) if opens else "") for key, name in rows}


def _matches(keys: set[int], reader: User) -> dict[int, About]:
    return {key: About(_("pair %(n)s") % {"n": key}, reverse("compare", args=[key])) for key in keys}


def _named(model: type[Place] | type[Event] | type[Outlet], page: str):  # type: ignore[no-untyped-def]
    def find(keys: set[int], reader: User) -> dict[int, About]:
        rows = model.objects.filter(pk__in=keys).values_list("pk", "name", "slug")
        return {key: About(Truncator(name).chars(140), reverse(page, args=[slug])) for key, name, slug in rows}

    return find


def _agents(keys: set[int], reader: User) -> dict[int, About]:
    return {key: About(name) for key, name in Agent.objects.filter(pk__in=keys).values_list("pk", "name")}


def _descriptions(keys: set[int], reader: User) -> dict[int, About]:
    return {key: About(_("this archive"), reverse("this_archive")) for key in keys}


_FIND = {
    "catalogue.archivedescription": _descriptions,
    "catalogue.item": _items,
    "catalogue.accession": _accessions,
    "ingest.accessionline": _lines,
    "claims.article": _articles,
    "accounts.user": _people,
    "matching.match": _matches,
    "authorities.place": _named(Place, "place"),
    "authorities.event": _named(Event, "event"),
    "authorities.outlet": _named(Outlet, "outlet"),
    "authorities.agent": _agents,
}
