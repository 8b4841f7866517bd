"""Merge two records that turned out to be one. Nothing is deleted: what pointed to the old record reads the new one."""

from typing import TypeVar

from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.authorities.models import Agent, Event, EventPlace, Outlet, OutletName, Place, PlaceName
from archive.authorities.record_tree import nest
from archive.authorities.revision import changing_names
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, subject_of

Record = TypeVar("Record", Place, Event, Outlet)


class CannotMerge(NotDone):
    """The two records cannot become one; the message says why."""


def merge(record: Record, *, into: Record, by: User | str | None, reason: str = "") -> Record:
    """
    Let one place, event or outlet stand for another, and return it.

    The names, the records beneath and the links between authority records go over. Claims keep pointing to the old
    record, which stays with its slug, stands beneath the new one, and reads it as `current`.

    :raises CannotMerge: they are the same, of two sorts, merged already, or the one left stands beneath the other
    """
    if type(record) is not type(into):
        raise CannotMerge(_("%(one)s and %(other)s are records of two sorts.") % {"one": record, "other": into})
    model = type(record)
    with changing_names(model):
        # As they are now that nobody else changes one: of two merges at once the second sees the first.
        fresh = model.objects.in_bulk((record.pk, into.pk))
        record, into = fresh[record.pk], fresh[into.pk]
        _check(record, into)
        _move(record, into)
        model.objects.filter(merged_into=record).update(merged_into=into)
        record.merged_into = into
        record.save(update_fields=["merged_into"])
        act(verb="merge", subject=record, actor=by, payload={"into": subject_of(into), "reason": reason})
    return into


def _check(record: Record, into: Record) -> None:
    names = {"one": record.name, "other": into.name}
    if record.pk == into.pk:
        raise CannotMerge(_("%(one)s cannot be merged into itself.") % names)
    if record.merged_into_id:
        raise CannotMerge(_("%(one)s was merged before; merge the record that stands for it.") % names)
    if into.merged_into_id:
        raise CannotMerge(_("%(other)s was itself merged into another; merge into that one.") % names)
    if not isinstance(record, Outlet) and into.path.startswith(record.path):
        raise CannotMerge(_("%(other)s stands beneath %(one)s: move it elsewhere first.") % names)


def _move(record: Record, into: Record) -> None:
    if isinstance(record, Outlet):
        _move_names(OutletName, "outlet", record, into)
        Agent.objects.filter(outlet=record).update(outlet=into)
        return
    if isinstance(record, Place):
        _move_names(PlaceName, "place", record, into)
        _move_links("place", "event", record, into)
    else:
        _move_links("event", "place", record, into)
    for child in type(record).objects.filter(parent=record).order_by("pk"):
        nest(child, into)
    nest(record, into)


def _move_names(model: type[PlaceName] | type[OutletName], owner: str, record: Record, into: Record) -> None:
    names = model.objects.filter(**{owner: record})
    names.filter(name__in=list(model.objects.filter(**{owner: into}).values_list("name", flat=True))).delete()
    names.update(**{owner: into})


def _move_links(end: str, other_end: str, record: Record, into: Record) -> None:
    links = EventPlace.objects.filter(**{end: record})
    linked = EventPlace.objects.filter(**{end: into}).values_list(other_end, flat=True)
    links.filter(**{f"{other_end}__in": list(linked)}).delete()
    links.update(**{end: into})
