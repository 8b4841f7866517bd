"""What may stand where somebody types in the search box: prefixes, names and codes, each with the text it makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from archive.authorities.gazetteer import Suggestion, suggest_events, suggest_outlets, suggest_places
from archive.authorities.models import Place
from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.models import SEEN_BY, Item, ItemCredit, ItemEvent, ItemOutlet, ItemPlace
from archive.folders.models import Folder
from archive.provenance.checks.all_checks import BY_SLUG
from archive.provenance.checks.finding import Outcome, Question
from archive.review.models import CurrentVerdict
from archive.search.index_answers import all_values, asked_of_index, numbers_with
from archive.search.index_questions import NotInIndex
from archive.search.prefixes import PREFIXES, For, Prefix
from archive.search.public import events_known_to, is_staff, outlets_known_to, places_known_to
from archive.search.query_language import print_term
from archive.search.query_tree import Condition
from archive.standards.normal_form import normalise

SHOWN = 8
# Out of so many those that have most items are shown: of names that begin alike most are of places that have none.
_WEIGHED = 5 * SHOWN
_SHORTEST_NAME = 2
# The value that is being typed: behind the prefix and the last comma, within quotation marks or not.
_TYPED = re.compile(
    r'(?:^|(?<=\s))(?P<without>-?)(?:(?P<prefix>[a-z]+(?:-[a-z]+)*):(?P<before>(?:(?:"[^"]*"|[^\s",]*),)*))?'
    r'(?P<begun>"[^"]*|[^\s",:]*)$',
    re.IGNORECASE,
)
_KINDS_OF_PREFIX = {
    "beach": [Place.Kind.BEACH],
    "harbour": [Place.Kind.HARBOUR],
    "port": [Place.Kind.PORT],
    "town": [Place.Kind.TOWN],
}
_RECORDS = ("place", "between", "shown", "camera", *_KINDS_OF_PREFIX, "outlet", "event")


class Completion(NamedTuple):
    """One row: the term it writes, its name, what it is, how many items it has where counted, and the whole text."""

    term: str
    name: str
    kind: str
    count: int | None
    text: str


def prefixes_for(user: Any) -> list[Prefix]:
    """Return the prefixes that somebody may ask by."""
    most = {Audience.PUBLIC: For.EVERYBODY, Audience.RESEARCH: For.SIGNED_IN, Audience.STAFF: For.STAFF}
    return [prefix for prefix in PREFIXES.values() if prefix.asked_by <= most[audience_of(user)]]


def complete(text: str, at: int, *, user: Any) -> list[Completion]:
    """
    Return what may stand at a place in the text of the box; at most seven queries, and more to wait for the index.

    :param at: where the next letter will stand, counted from 0
    """
    typed = _TYPED.search(text[:at])
    if typed is None:
        return []
    prefix, begun = (typed["prefix"] or "").lower(), typed["begun"].strip('"')
    known = {each.name: each for each in prefixes_for(user)}
    if prefix and prefix not in known:
        return []
    found = _values(prefix, begun, user) if prefix else _beginnings(begun, known, user)
    rows = []
    for row_prefix, value, name, kind, count in found:
        term = print_term(Condition(row_prefix, (value,))) if value else f"{row_prefix}:"
        written = term[len(row_prefix) + 1 :] if prefix else term
        start = typed.start("begun")
        ending = "" if not value or text[at:].startswith(" ") else " "
        rows.append(Completion(term, name, kind, count, f"{text[:start]}{written}{ending}{text[at:]}"))
    return rows[:SHOWN]


_Row = tuple[str, str, str, str, int | None]


class _Named(NamedTuple):
    """
    Records that a prefix may name, the table of the links of items to them, its column that names them, and how many
    are shown.
    """

    prefix: str
    rows: list[Suggestion]
    links: Any
    name: str
    most: int


def _beginnings(begun: str, known: dict[str, Prefix], user: Any) -> Iterator[_Row]:
    """Yield the prefixes that begin so, then names of places, events and outlets."""
    if not begun:
        return
    for name, prefix in known.items():
        if name.startswith(begun.lower()):
            yield name, "", _(prefix.meaning), prefix.example, None
    if len(begun) >= _SHORTEST_NAME:
        named = [_named(prefix, begun, user, most=3) for prefix in ("place", "outlet", "event")]
        yield from _counted(named, begun, user)


def _values(prefix: str, begun: str, user: Any) -> Iterator[_Row]:
    if codes := _codes(prefix, user):
        fitting = [code for code in codes if code.startswith(begun.lower())]
        yield from ((prefix, code, code, "", None) for code in fitting)
    elif len(begun) < _SHORTEST_NAME:
        return
    elif prefix in _RECORDS:
        yield from _counted([_named(prefix, begun, user)], begun, user)
    elif prefix == "folder":
        folders = Folder.objects.visible_to(user).filter(normalised__contains=normalise(begun))
        for folder in folders.select_related("owner").order_by("normalised", "pk")[:SHOWN]:
            yield prefix, str(folder.pk), folder.name, str(folder.owner), None
    elif prefix == "by":
        credits = ItemCredit.objects.known_to(user).filter(name__contains=f" {normalise(begun).lower()}")
        for name, number in _most(credits, "name"):
            yield prefix, name.strip(), name.strip(), "", number
    elif prefix == "camera-model":
        for name, number in _cameras(normalise(begun).lower(), user):
            yield prefix, name, name, "", number


def _most(rows: Any, column: str) -> list[tuple[str, int]]:
    counted = rows.order_by().values_list(column).annotate(number=Count("pk")).order_by("-number", column)
    return list(counted[:SHOWN])


def _cameras(words: str, user: Any) -> list[tuple[str, int]]:
    try:
        numbers = asked_of_index(user, lambda index: all_values(index.searcher, "camera_model"))
    except NotInIndex:
        known = Item.objects.visible_to(user).exclude(camera_model="")
        return _most(known.filter(camera_model__contains=words), "camera_model")
    fitting = [(name, number) for name, number in numbers.items() if words in name]
    return sorted(fitting, key=lambda row: (-row[1], row[0]))[:SHOWN]


def _named(prefix: str, begun: str, user: Any, *, most: int = SHOWN) -> _Named:
    """Return the places, outlets or events whose names begin so, of those that the asker may read of."""
    if prefix == "outlet":
        return _Named(prefix, suggest_outlets(begun, _WEIGHED, outlets_known_to(user)), ItemOutlet, "outlet", most)
    if prefix == "event":
        return _Named(prefix, suggest_events(begun, _WEIGHED, events_known_to(user)), ItemEvent, "event", most)
    kinds = _KINDS_OF_PREFIX.get(prefix)
    if audience_of(user) == Audience.PUBLIC:
        kinds = [kind for kind in settings.PUBLIC_PLACE_KINDS if kinds is None or kind in kinds]
    known = None if is_staff(user) else places_known_to(user)
    return _Named(prefix, suggest_places(begun, _WEIGHED, kinds, known), ItemPlace, "place", most)


def _counted(named: Sequence[_Named], begun: str, user: Any) -> Iterator[_Row]:
    """
    Yield records with the numbers of their items; the index is asked once for all of them.

    First who bears just this name, then whose name begins so, then who has a word that does; those with most items
    first, and among equals the likeliest.
    """
    try:
        numbers = asked_of_index(
            user, lambda index: [numbers_with(index.searcher, each.name, _keys(each)) for each in named]
        )
    except NotInIndex:
        numbers = [_by_sql(each, user) for each in named]
    for each, of_each in zip(named, numbers, strict=True):
        likeliest = sorted(each.rows, key=lambda row: (_begins(row.matched, begun), -of_each.get(row.pk, 0)))
        for row in likeliest[: each.most]:
            kind = " · ".join(filter(None, [row.kind, row.context]))
            yield each.prefix, row.slug, row.name, kind, of_each.get(row.pk, 0)


def _begins(name: str, begun: str) -> int:
    """Return 0 for a name that is what was begun, 1 for one that begins so, 2 for any other."""
    name, begun = normalise(name), normalise(begun)
    return 0 if name == begun else 1 if name.startswith(begun) else 2


def _keys(named: _Named) -> list[int]:
    return [row.pk for row in named.rows]


def _by_sql(named: _Named, user: Any) -> dict[int, int]:
    linked = named.links.objects.known_to(user).filter(**{f"{named.name}__in": _keys(named)})
    return dict(linked.order_by().values_list(named.name).annotate(number=Count("item")))


def _codes(prefix: str, user: Any) -> list[str]:
    """Return the few words that a prefix takes, as this user may ask them; none where it takes names."""
    standings = ["contested", "unreviewed", "reviewed"]
    is_visitor = audience_of(user) == Audience.PUBLIC
    return {
        "kind": [kind.lower() for kind in Item.Kind.values],
        "place-kind": [
            kind.lower().replace("_", "-")
            for kind in Place.Kind.values
            if not is_visitor or kind in settings.PUBLIC_PLACE_KINDS
        ],
        "status": standings + ([access.lower() for access in SEEN_BY[Audience.STAFF]] if is_staff(user) else []),
        "certainty": ["possible", "certain"],
        "is": ["undated", "unplaced"] + ([] if is_visitor else ["distressing", *standings]),
        "has": ["caption", "headline", "date", "place", "event", "outlet", "by", "people"]
        + ([] if is_visitor else ["gps", "print", "camera-model"]),
        "verdict": [f"{question}={word}".lower() for question in Question for word in CurrentVerdict.Word.values],
        "check": ["contradictory", *(f"{slug}={outcome.lower()}" for slug in BY_SLUG for outcome in Outcome)],
    }.get(prefix, [])
