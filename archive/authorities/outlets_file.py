"""
Bring in the outlets that ship with the project.

An outlet that nobody has changed follows the list; one that a person has changed is left as they made it, and told.
"""

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from archive.authorities import revision
from archive.authorities.edit_records import edit_outlet
from archive.authorities.models import Outlet, OutletName
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording, subject_of
from archive.standards.normal_form import normalise, slug

_FIELDS = ("name", "kind", "country_code", "website")
OUTLETS = Path(__file__).parent / "data" / "outlets.csv"


class BadOutlets(ValueError):
    """The list could not be loaded; the message names the line. Nothing of it was stored."""


@dataclass(frozen=True)
class Loaded:
    """How many outlets were created, how many were there, how many of these follow the list anew; which were left."""

    created: int
    held: int
    revised: int
    left: list[str] = field(default_factory=list)


def load_outlets(path: Path = OUTLETS, *, by: str = "load_outlets") -> Loaded:
    """
    Create the outlets of a list that are not there yet, and bring those in step that no person has changed.

    :param path: CSV in UTF-8 with the columns name, kind, country_code, website, aliases ("|" between)
    :raises BadOutlets: a line cannot be understood
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = csv.DictReader(stream)
        listed = [_outlet(line, f"{path.name} line {lines.line_num}") for line in lines]
    twice = [once for once, count in Counter(outlet.slug for outlet, _aliases in listed).items() if count > 1]
    if twice:
        raise BadOutlets(_("%(file)s lists %(names)s twice.") % {"file": path.name, "names": ", ".join(twice)})
    with recording():
        revision.lock_alone()
        existing = {outlet.slug: outlet for outlet in Outlet.objects.prefetch_related("names")}
        revised, left = _follow(listed, existing, by=by)
        new = [(outlet, aliases) for outlet, aliases in listed if outlet.slug not in existing]
        Outlet.objects.bulk_create([outlet for outlet, _aliases in new])
        OutletName.objects.bulk_create(
            OutletName(outlet=outlet, name=name, normalised=normalise(name))
            for outlet, aliases in new
            for name in dict.fromkeys([outlet.name, *aliases])
        )
        if new:
            revision.advance(Outlet)
            act(verb="load outlets", subject="authorities.outlet", actor=by, payload={"created": len(new)})
    return Loaded(len(new), len(listed) - len(new), revised, left)


def _follow(listed: list[tuple[Outlet, list[str]]], existing: dict[str, Outlet], *, by: str) -> tuple[int, list[str]]:
    """Bring outlets that are held in step with the list; return how many changed, and what was left otherwise."""
    changed_by_hand = set(
        LedgerEntry.objects.filter(subject__in=[subject_of(outlet) for outlet in existing.values()])
        .exclude(actor=by)
        .values_list("subject", flat=True)
    )
    revised, left = 0, []
    for listed_outlet, aliases in listed:
        outlet = existing.get(listed_outlet.slug)
        if outlet is None:
            continue
        here, there = {name.name for name in outlet.names.all()}, {listed_outlet.name, *aliases}
        is_same = all(getattr(outlet, name) == getattr(listed_outlet, name) for name in _FIELDS)
        if subject_of(outlet) in changed_by_hand:
            if here != there:
                left.append(_told(outlet, here - there, there - here))
        elif here != there or not is_same:
            edit_outlet(outlet, by=by, aliases=aliases, **{name: getattr(listed_outlet, name) for name in _FIELDS})
            revised += 1
    return revised, left


def _told(outlet: Outlet, only_here: set[str], only_there: set[str]) -> str:
    parts = []
    if only_here:
        parts.append(_("also called %(names)s here") % {"names": ", ".join(sorted(only_here))})
    if only_there:
        parts.append(_("called %(names)s in the list") % {"names": ", ".join(sorted(only_there))})
    return f"{outlet.name}: {'; '.join(parts)}"


def _outlet(line: dict[str, str], where: str) -> tuple[Outlet, list[str]]:
    try:
        kind, aliases = line["kind"].strip().upper(), line["aliases"].split("|")
        outlet = Outlet(
            slug=slug(line["name"]),
            name=line["name"].strip(),
            kind=kind,
            country_code=line["country_code"].strip().upper(),
            website=line["website"].strip(),
        )
    except (KeyError, AttributeError) as missing:
        problem = _("%(where)s: it needs the columns name, kind, country_code, website and aliases.")
        raise BadOutlets(problem % {"where": where}) from missing
    if not outlet.slug:
        raise BadOutlets(_("%(where)s: the name is empty.") % {"where": where})
    if kind not in Outlet.Kind:
        problem = _('%(where)s: kind "%(kind)s" is none of %(kinds)s.')
        kinds = ", ".join(code.lower() for code in Outlet.Kind.values)
        raise BadOutlets(problem % {"where": where, "kind": line["kind"], "kinds": kinds})
    return outlet, [alias.strip() for alias in aliases if normalise(alias)]
