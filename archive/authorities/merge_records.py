"""
Merge two records that turned out to be one, and take a merge back. What pointed to the old record reads the new one.

The entry of the ledger holds what went over, so that it can go back: names, what stood beneath, links, agents.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.authorities.models import Agent, Event, EventPlace, Outlet, OutletName, Place, PlaceName
from archive.authorities.record_tree import move_all_beneath, move_back_beneath, nest
from archive.authorities.revision import changing_names
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, subject_of
from archive.standards.normal_form import normalise

Record = TypeVar("Record", Place, Event, Outlet)


class CannotMerge(NotDone):
    """The two records cannot become one; the message says why."""


class CannotUnmerge(NotDone):
    """A record cannot stand by itself again; the message says why."""


@dataclass(frozen=True)
class Merged:
    """
    What a merge did, as its entry of the ledger has it.

    :param names: of the record, each as (name, language, origin); of an event none
    :param taken: those of them that the other did not have before
    :param beneath: keys of what stood directly in the record
    :param links: keys of the events of a place, or the places of an event
    :param taken_links: those of them that the other was not linked with before
    :param merged: keys of what had been merged into the record before
    :param is_whole: it was noted what went over; before that was done, no more than the record's own name is known
    """

    into: str
    by: str
    at: datetime
    reason: str
    names: list[tuple[str, str, str]]
    taken: set[str]
    parent: int | None
    beneath: list[int]
    links: list[int]
    taken_links: list[int]
    agents: list[int]
    merged: list[int]
    is_whole: bool


def merge(record: Record, *, into: Record, by: User | str | None, reason: str = "") -> Record:
    """
    Let one place, event or outlet stand for another, and return it.

    The names, the records beneath and the links between authority records go over. Claims keep pointing to the old
    record, which stays with its slug, stands beneath the new one, and reads it as `current`.

    :raises CannotMerge: they are the same, of two sorts, merged already, or the one left stands beneath the other
    """
    model = type(record)
    if type(into) is not model:
        raise CannotMerge(why_not(record, into))
    with changing_names(model):
        # As they are now that nobody else changes one: of two merges at once the second sees the first.
        fresh = model.objects.in_bulk((record.pk, into.pk))
        record, into = fresh[record.pk], fresh[into.pk]
        if problem := why_not(record, into):
            raise CannotMerge(problem)
        merged_before = model.objects.filter(merged_into=record)
        moved: dict[str, Any] = {"merged": list(merged_before.order_by("pk").values_list("pk", flat=True))}
        merged_before.update(merged_into=into)
        moved |= _move(record, into)
        record.merged_into = into
        record.save(update_fields=["merged_into"])
        act(
            verb="merge", subject=record, actor=by, payload={"into": subject_of(into), "reason": reason, "moved": moved}
        )
    return into


def what_was_merged(record: Record) -> Merged:
    """
    Return what the merge did by which a record leads to another; one query.

    :raises CannotUnmerge: it was never merged
    """
    entry = LedgerEntry.objects.filter(subject=subject_of(record), verb="merge").order_by("-sequence").first()
    if entry is None or not record.merged_into_id:
        raise CannotUnmerge(_("%(one)s is not merged into another, or not any more.") % {"one": record})
    payload = json.loads(entry.payload)
    moved = payload.get("moved", {})
    names = [(name, language, origin) for name, language, origin in moved.get("names", [(record.name, "", "")])]
    return Merged(
        into=payload["into"],
        by=entry.actor,
        at=entry.occurred_at,
        reason=payload.get("reason", ""),
        names=names,
        taken=set(moved.get("taken", ())),
        parent=moved.get("parent"),
        beneath=moved.get("beneath", []),
        links=moved.get("links", []),
        taken_links=moved.get("taken_links", []),
        agents=moved.get("agents", []),
        merged=moved.get("merged", []),
        is_whole="moved" in payload,
    )


def unmerge(record: Record, *, by: User | str | None, reason: str = "") -> Record:
    """
    Let a merged record stand by itself again, and return it.

    Its names, what stood beneath it and its links go back, as far as they are still where the merge brought them: what
    somebody has moved or taken away since stays as they left it. So does what was linked since with the other record.

    :raises CannotUnmerge: it stands by itself already, or the record it was merged into was itself merged since
    :raises archive.authorities.record_tree.CannotNest: what it stood beneath stands beneath it now, or too deep
    """
    model = type(record)
    with changing_names(model):
        record = model.objects.select_related("merged_into").get(pk=record.pk)
        merged, into = what_was_merged(record), record.merged_into
        if merged.into != subject_of(into):
            raise CannotUnmerge(
                _("%(one)s was merged into a record that was itself merged into %(other)s since: take that back first.")
                % {"one": record, "other": into}
            )
        record.merged_into = None
        record.save(update_fields=["merged_into"])
        returned = model.objects.filter(pk__in=merged.merged, merged_into=into)
        back: dict[str, Any] = {"merged": sorted(returned.values_list("pk", flat=True))}
        returned.update(merged_into=record)
        left: dict[str, list[Any]] = {}
        gone = _move_back(record, into, _with_left(merged, into), back, left)
        parent = {"parent": record.parent.slug if record.parent else ""} if not isinstance(record, Outlet) else {}
        payload = {"from": subject_of(into), "reason": reason, "back": back} | parent
        act(verb="unmerge", subject=record, actor=by, payload=payload)
        # What is found by the names that are gone is looked at anew.
        lost = {"former_names": sorted(gone)} if gone else {}
        payload = {"record": subject_of(record), "reason": reason, "left": left} | lost
        act(verb="give back", subject=into, actor=by, payload=payload)
    return record


def _with_left(merged: Merged, into: Record) -> Merged:
    """Count as taken also what another record had brought first, and left for this one when it was taken out."""
    entries = LedgerEntry.objects.filter(subject=subject_of(into), verb="give back")
    left = [json.loads(payload).get("left", {}) for payload in entries.values_list("payload", flat=True)]
    names = {name for each in left for name in each.get("names", ())}
    links = {key for each in left for key in each.get("links", ())}
    return replace(
        merged,
        taken=merged.taken | (names & {name for name, *_rest in merged.names}),
        taken_links=[*merged.taken_links, *(links & set(merged.links))],
    )


def why_not(record: Record, into: Record) -> str:
    """Return why the two cannot become one, in a sentence, or ""."""
    names = {"one": record.name, "other": into.name}
    if type(record) is not type(into):
        return _("%(one)s and %(other)s are records of two sorts.") % names
    if record.pk == into.pk:
        return _("%(one)s cannot be merged into itself.") % names
    if record.merged_into_id:
        return _("%(one)s was merged before; merge the record that stands for it.") % names
    if into.merged_into_id:
        return _("%(other)s was itself merged into another; merge into that one.") % names
    if not isinstance(record, Outlet) and into.path.startswith(record.path):
        return _("%(other)s stands beneath %(one)s: move it elsewhere first.") % names
    return ""


def _move(record: Record, into: Record) -> dict[str, Any]:
    """Move over what goes over, and return it for the ledger."""
    if isinstance(record, Outlet):
        agents = Agent.objects.filter(outlet=record)
        moved = {"agents": list(agents.order_by("pk").values_list("pk", flat=True))}
        agents.update(outlet=into)
        return moved | _move_names(OutletName, "outlet", record, into)
    moved = {"parent": record.parent_id}
    if isinstance(record, Place):
        moved |= _move_names(PlaceName, "place", record, into) | _move_links("place", "event", record, into)
    else:
        moved |= _move_links("event", "place", record, into)
    moved["beneath"] = move_all_beneath(record, into)
    nest(record, into)
    return moved


def _move_names(
    model: type[PlaceName] | type[OutletName], owner: str, record: Record, into: Record
) -> dict[str, list[Any]]:
    names = model.objects.filter(**{owner: record})
    there = set(model.objects.filter(**{owner: into}).values_list("name", flat=True))
    rows = [[name.name, getattr(name, "language", ""), getattr(name, "origin", "")] for name in names.order_by("pk")]
    names.filter(name__in=there).delete()
    names.update(**{owner: into})
    return {"names": rows, "taken": [name for name, *_rest in rows if name not in there]}


def _move_links(end: str, other_end: str, record: Record, into: Record) -> dict[str, list[int]]:
    links = EventPlace.objects.filter(**{end: record})
    there = set(EventPlace.objects.filter(**{end: into}).values_list(other_end, flat=True))
    keys = sorted(links.values_list(other_end, flat=True))
    links.filter(**{f"{other_end}__in": there}).delete()
    links.update(**{end: into})
    return {"links": keys, "taken_links": [key for key in keys if key not in there]}


def _move_back(
    record: Record, into: Record, merged: Merged, back: dict[str, Any], left: dict[str, list[Any]]
) -> set[str]:
    """
    Move back what the merge brought, and return the names that the other record has lost.

    What goes back is noted in `back`, and in `left` what stays because further records brought it too.
    """
    # What other records brought there too stays.
    others = [what_was_merged(other) for other in type(record).objects.filter(merged_into=into).order_by("pk")]
    if isinstance(record, Outlet):
        agents = Agent.objects.filter(pk__in=merged.agents, outlet=into)
        back["agents"] = sorted(agents.values_list("pk", flat=True))
        agents.update(outlet=record)
        return _move_names_back(OutletName, "outlet", record, into, merged, others, left)
    if isinstance(record, Place):
        gone = _move_names_back(PlaceName, "place", record, into, merged, others, left)
        back["links"] = _move_links_back("place", "event", record, into, merged, others, left)
    else:
        gone = set()
        back["links"] = _move_links_back("event", "place", record, into, merged, others, left)
    parent = type(record).objects.select_related("merged_into").filter(pk=merged.parent).first()
    nest(record, parent.current if parent else None)
    back["beneath"] = move_back_beneath(merged.beneath, into, record)
    return gone


def _move_names_back(
    model: type[PlaceName] | type[OutletName],
    owner: str,
    record: Record,
    into: Record,
    merged: Merged,
    others: list[Merged],
    left: dict[str, list[Any]],
) -> set[str]:
    kept = {into.name} | {name for other in others for name, *_rest in other.names}
    left["names"] = sorted(merged.taken & kept - {into.name})
    # A name that somebody has taken from the other since stays away; its own name a record always has.
    known = set(model.objects.filter(**{owner: into}).values_list("name", flat=True)) | {record.name}
    gone = merged.taken - kept
    taken = model.objects.filter(**{owner: into}, name__in=gone)
    gone = set(taken.values_list("name", flat=True))
    taken.delete()
    more = ("language", "origin") if model is PlaceName else ()
    rows = [
        model(**{owner: record}, name=name, normalised=normalise(name), **dict(zip(more, rest, strict=False)))
        for name, *rest in merged.names
        if name in known
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    return gone


def _move_links_back(
    end: str,
    other_end: str,
    record: Record,
    into: Record,
    merged: Merged,
    others: list[Merged],
    left: dict[str, list[Any]],
) -> list[int]:
    there = EventPlace.objects.filter(**{end: into, f"{other_end}__in": merged.links})
    back = sorted(there.values_list(other_end, flat=True))
    kept = {key for other in others for key in other.links}
    left["links"] = sorted(set(merged.taken_links) & kept)
    there.filter(**{f"{other_end}__in": set(merged.taken_links) - kept}).delete()
    EventPlace.objects.bulk_create(
        (EventPlace(**{f"{end}_id": record.pk, f"{other_end}_id": key}) for key in back), ignore_conflicts=True
    )
    return back
