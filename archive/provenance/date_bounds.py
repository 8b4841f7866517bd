"""
Until when a picture must have been made: who holds a copy, has printed it or has dated it, bounds that day from above.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.models import Access, Item
from archive.claims.models import Claim, ClaimQuerySet
from archive.press.models import Appearance
from archive.standards.vocabulary import Property, SourceKind, Standing

# The calendar is ahead of UTC by up to 14 hours: by some local calendar a moment lies on the day after.
AHEAD_OF_UTC = timedelta(hours=14)
EMBEDDED = (SourceKind.DEVICE_METADATA, SourceKind.EMBEDDED_DESCRIPTION)


class Ground(StrEnum):
    """On what a bound rests, the firmest first."""

    APPEARANCE = "APPEARANCE"
    EMBEDDED = "EMBEDDED"
    ACCEPTED = "ACCEPTED"
    ACCESSION = "ACCESSION"


@dataclass(frozen=True)
class Bound:
    """The picture was made on this day or before; `words` say what became of the copy: "was in print on …"."""

    day: date
    ground: Ground
    words: str

    @property
    def rank(self) -> tuple[date, int]:
        """The key by which bounds are sorted, the earliest first."""
        return self.day, list(Ground).index(self.ground)


def bounds_of(items: Iterable[Item], *, reader: object = None) -> dict[int, list[Bound]]:
    """
    Gather what bounds each item, the earliest first; two queries.

    :param items: with `media_file` and `accession`
    :param reader: who is shown it, and only what they may read; None for all that is known
    """
    items = list(items)
    keys = [item.pk for item in items]
    bounds: dict[int, list[Bound]] = defaultdict(list)
    appearances, claims = Appearance.objects.all(), Claim.objects.all()
    if reader is not None:
        appearances, claims = appearances.told_to(reader), claims.told_to(reader)
    printed = appearances.filter(item__in=keys, published_latest__isnull=False).select_related("outlet")
    for appearance in printed.order_by("pk"):
        where = appearance.outlet.name if appearance.outlet else appearance.url
        words = _("was published in %(outlet)s on %(day)s") % {
            "outlet": where,
            "day": _day(appearance.published_latest),
        }
        bounds[appearance.item_id].append(Bound(appearance.published_latest, Ground.APPEARANCE, words))
    for claim in _dates(claims, keys):
        if bound := _of_claim(claim):
            bounds[claim.item_id].append(bound)
    is_staff = reader is None or audience_of(reader) == Audience.STAFF
    for item in items:
        is_told = is_staff or item.accession.access != Access.RESTRICTED
        bounds[item.pk].append(_of_accession(item, published_on=item.accession.published_on if is_told else None))
        bounds[item.pk].sort(key=lambda bound: bound.rank)
    return dict(bounds)


def _dates(claims: ClaimQuerySet, keys: list[int]) -> Iterable[Claim]:
    claims = claims.filter(item__in=keys, property=Property.DATE_CREATED, value_latest__isnull=False)
    # What one copy proves of another is no evidence of its own.
    return claims.exclude(source__kind=SourceKind.MATCH).with_standing().select_related("source").order_by("pk")


def _of_claim(claim: Claim) -> Bound | None:
    if claim.value_latest == date.max:
        return None
    # A day told in UTC may be the day after where it happened.
    day = claim.value_latest + timedelta(days=1) if "Z" in claim.value_edtf else claim.value_latest
    if claim.standing == Standing.ACCEPTED:
        return Bound(day, Ground.ACCEPTED, _("is accepted as made %(date)s") % {"date": claim.label(get_language())})
    if claim.standing == Standing.PROPOSED and claim.source.kind in EMBEDDED:
        return Bound(day, Ground.EMBEDDED, _("carries the date %(date)s") % {"date": claim.label(get_language())})
    return None


def _of_accession(item: Item, *, published_on: date | None) -> Bound:
    received = item.media_file.received_at
    day = (received + AHEAD_OF_UTC).date()
    if published_on and published_on < day:
        words = _("was published on %(day)s, as its accession says") % {"day": _day(published_on)}
        return Bound(published_on, Ground.ACCESSION, words)
    words = _("was received by the archive on %(day)s (UTC)") % {"day": _day(received.date())}
    return Bound(day, Ground.ACCESSION, words)


def _day(day: date) -> str:
    return date_format(day, "j F Y")
