"""
Let items follow who may see the accession that they first came with, once that is corrected.

What a person decided on an item by itself stands (`review/access_decisions.py`). Narrower, the correction holds for
readers from the moment it is saved, however many items there are: nothing that it told of other items is told any more.
That each item's entry in the ledger, and what search reads of it, are written may take a while. Wider, an item is
opened one by one, and stays closed where a flag, a notice of its supplier, a copy that was taken down, what it was made
from or another accession holds it.
"""

import json
from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from archive.catalogue.models import Access, Accession, Caption, Item
from archive.claims.models import ACCESSION_GROUP, Claim, DeliveredReading
from archive.claims.notices import notices_of, standing
from archive.extraction.captions.notices import NoticeKind
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, subject_of
from archive.press.models import Appearance
from archive.projection.item_gate import Change
from archive.projection.write_projection import leave_untold
from archive.provenance.taking_down import AGENT, copies_of, taken_down
from archive.review.access import resting_on
from archive.review.access_decisions import FOLLOWS, decisions_on
from archive.review.models import Flag, FlagDecision
from archive.review.own_acts import BRING_BACK, SET_ACCESS, WITHDRAW
from archive.standards.batches import batches
from archive.standards.vocabulary import Property, Standing

_AT_ONCE = 1000
_REASON = gettext_noop("Its accession was corrected.")
_OPEN = (Access.RESEARCH, Access.RELEASED)


def beside(items: Collection[Item]) -> list[Item]:
    """Return what else is to be locked where the access of these items may change: whose claims rest on them."""
    return resting_on(list(items))


def close_at_once(accession: Accession) -> None:
    """
    Close all items that follow an accession which is restricted now, and leave untold what it told of others.

    All that follows from that is left to workers. The caller is alone at the gate, so that nobody decides on one of
    them meanwhile.
    """
    keys = list(Item.objects.filter(accession=accession, access__in=_OPEN).order_by("pk").values_list("pk", flat=True))
    decided = decisions_on(keys)
    closed = [key for key in keys if key not in decided]
    told = list(
        Item.objects.filter(_told_something_by(accession), access__in=_OPEN).order_by("pk").values_list("pk", flat=True)
    )
    told = sorted({*told, *_resting_on({*closed, *told})} - set(closed))
    for some in batches(sorted([*closed, *told]), _AT_ONCE):
        rows = Item.objects.filter(pk__in=some).order_by("pk")
        if connection.features.has_select_for_update:
            list(rows.select_for_update(no_key=True).values_list("pk"))
    for some in batches(closed, _AT_ONCE):
        Item.objects.filter(pk__in=some).update(access=Access.RESTRICTED)
    leave_untold(told)


def _told_something_by(accession: Accession) -> Q:
    """Narrow to items that tell something for what a restricted accession brought, but for the words of its own."""
    is_other = ~Q(item__accession=accession)
    claims = Claim.objects.filter(source__accession=accession).filter(
        is_other | Q(source__group=ACCESSION_GROUP, value_outlet__isnull=False)
    )
    captions = Caption.objects.filter(is_other | Q(origin=Caption.Origin.PRINT), accession=accession)
    readings = DeliveredReading.objects.filter(accession=accession)
    readings = readings.exclude(reading__media_file__item__accession=accession)
    printed = Appearance.objects.filter(accession=accession)
    told = Q(media_file__in=readings.values("reading__media_file"))
    for rows in (claims, captions, printed):
        told |= Q(pk__in=rows.values("item"))
    return told


def _resting_on(keys: Collection[int]) -> set[int]:
    """Return the keys of the open items with claims whose ground is one of these."""
    items = (Item.objects.filter(pk__in=some).only("media_file") for some in batches(sorted(keys), _AT_ONCE))
    return {item.pk for some in items for item in resting_on(list(some)) if item.access in _OPEN}


def follow_access(accession: Accession, items: list[Item], resting: list[Item], change: Change) -> None:
    """
    Let locked items follow who may see the accession now; what does so already is left as it is.

    :param items: those that it brought, and those that it brought words for, of which others read more or less
    :param resting: what is `beside` them, locked with them
    """
    own = {item.pk: item for item in items if item.accession_id == accession.pk}
    now = dict(Item.objects.filter(pk__in=own).values_list("pk", "access"))
    decided = decisions_on(own)
    following = [item for key, item in own.items() if key not in decided and now[key] != Access.WITHDRAWN]
    if accession.access == Access.RESTRICTED:
        told = _told_of(following)
    else:
        # Nothing is opened that is not closed: of what is open already there is nothing to say.
        following = [item for item in following if now[item.pk] == Access.RESTRICTED]
        held = holds_on(following)
        following, told = [item for item in following if item.pk not in held], {}
    for item in following:
        former = now[item.pk] if now[item.pk] != accession.access else told.get(item.pk, accession.access)
        if former != accession.access:
            payload = {"from": former, "to": accession.access, "reason": _REASON, FOLLOWS: accession.pk}
            act(verb=SET_ACCESS, subject=item, actor=AGENT, payload=payload)
    Item.objects.filter(pk__in=[item.pk for item in following]).update(access=accession.access)
    for item in [*items, *resting]:
        change.add(item)


def _told_of(items: Iterable[Item]) -> dict[int, str]:
    """Return what the ledger says last of who may see these items; one query."""
    by_subject = {subject_of(item): item.pk for item in items}
    verbs = [SET_ACCESS, "bring in", WITHDRAW, BRING_BACK]
    entries = LedgerEntry.objects.filter(subject__in=by_subject, verb__in=verbs).order_by("sequence")
    told = {}
    for subject, written in entries.values_list("subject", "payload"):
        payload = json.loads(written)
        if access := payload.get("to") or payload.get("access"):
            told[by_subject[subject]] = access
    return told


def otherwise(accession: Accession, user: object) -> QuerySet[Item]:
    """Return the items of an accession that others see than it says, of those that this user may see."""
    return Item.objects.visible_to(user).filter(accession=accession).exclude(access=accession.access).order_by("pk")


def why_otherwise(accession: Accession, items: Iterable[Item]) -> dict[int, str]:
    """Return in words why others see these items than their accession says, by their keys."""
    items = list(items)
    why = {}
    for key, entry in decisions_on(item.pk for item in items).items():
        when = date_format(localtime(entry.occurred_at), "j F Y, H:i")
        why[key] = _("%(name)s decided so (%(when)s).") % {"name": entry.actor, "when": when}
    closed = [item for item in items if item.access == Access.RESTRICTED and item.pk not in why]
    if closed and accession.access != Access.RESTRICTED:
        why |= {key: _("It stays closed: %(why)s.") % {"why": hold} for key, hold in holds_on(closed).items()}
    return why


def holds_on(items: Iterable[Item]) -> dict[int, str]:
    """Return why closed items that follow their accession are not opened with it, in words, by the key of the item."""
    following = {item.pk: item for item in items}
    asked, sources, stay = list(following), _sources_of(following), set()
    # What they were made from may be about to be opened as well, or was made from something itself.
    while beyond := {
        item.pk: item for of_one in sources.values() for item in of_one if item.pk not in following.keys() | stay
    }:
        decided = decisions_on(beyond)
        to_open = {
            key: item
            for key, item in beyond.items()
            if key not in decided and item.access == Access.RESTRICTED and item.accession.access != Access.RESTRICTED
        }
        stay |= beyond.keys() - to_open.keys()
        following |= to_open
        sources |= _sources_of(to_open)
    holds = _held_by_themselves(list(following.values()))
    stay |= holds.keys()
    while more := {
        key for key, of_one in sources.items() if key not in stay and any(source.pk in stay for source in of_one)
    }:
        holds |= dict.fromkeys(more, _("what it was made from is closed"))
        stay |= more
    return {key: holds[key] for key in asked if key in holds}


def _held_by_themselves(items: list[Item]) -> dict[int, str]:
    """Return what holds these items closed, whatever they were made from, in words, by the key of the item."""
    keys = [item.pk for item in items]
    holds: dict[int, str] = {}
    closed = Access.RESTRICTED
    elsewhere = AccessionLine.objects.filter(item__in=keys, accession__access=closed).exclude(
        outcome=AccessionLine.Outcome.REFUSED
    )
    own = {item.pk: item.accession_id for item in items}
    for key, accession in elsewhere.values_list("item", "accession"):
        if accession != own[key]:
            holds[key] = _("it came with a restricted accession too")
    holds |= {key: _("a copy of it is taken down") for key in _with_copies_down(items)}
    # Editorial use is what this archive is for.
    for key, notices in notices_of(items, at=timezone.now()).items():
        if any(notice.kind != NoticeKind.EDITORIAL_ONLY for notice in standing(notices)):
            holds[key] = _("its supplier bounds the use")
    flags = Flag.objects.filter(item__in=keys)
    # What is upheld as distressing is marked so, and shown with that mark.
    upheld = flags.filter(decision__outcome=FlagDecision.Outcome.UPHELD).exclude(ground=Flag.Ground.DISTRESSING)
    holds |= {key: _("a flag on it was upheld") for key in upheld.values_list("item", flat=True)}
    waiting = flags.undecided().values_list("item", flat=True)
    return holds | {key: _("a flag on it waits for an answer") for key in waiting}


def _with_copies_down(items: list[Item]) -> set[int]:
    """Return the keys of those that show the same as what is taken down."""
    down = set(taken_down().values_list("pk", flat=True))
    if not down or not down & {item.pk for item in [*items, *copies_of(items)]}:
        return set()
    return {item.pk for item in items if down & {item.pk, *(copy.pk for copy in copies_of([item]))}}


def _sources_of(items: Iterable[int]) -> dict[int, list[Item]]:
    """Return what is closed of that from which these items were made, by their keys; one query."""
    claims = Claim.objects.filter(
        property=Property.DERIVED_FROM,
        item__in=list(items),
        value_item__access__in=[Access.RESTRICTED, Access.WITHDRAWN],
    ).with_standing()
    claims = claims.exclude(standing__in=[Standing.REJECTED, Standing.SUPERSEDED])
    sources: dict[int, list[Item]] = {}
    for claim in claims.select_related("value_item__accession"):
        sources.setdefault(claim.item_id, []).append(claim.value_item)
    return sources
