"""Bring in the outlets that ship with the project. An outlet once there is left as people have made it."""

import csv
from collections import Counter
from pathlib import Path

from django.utils.translation import gettext as _

from archive.authorities import revision
from archive.authorities.models import Outlet, OutletName
from archive.ledger.recording import act, recording
from archive.standards.wording import normalise, slug

OUTLETS = Path(__file__).parent / "data" / "outlets.csv"


class BadOutlets(ValueError):
    """The list could not be loaded; the message names the line. Nothing of it was stored."""


def load_outlets(path: Path = OUTLETS, *, by: str = "load_outlets") -> tuple[int, int]:
    """
    Create the outlets of a list that are not there yet; return how many were created and how many were there.

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
        held = set(Outlet.objects.values_list("slug", flat=True))
        new = [(outlet, aliases) for outlet, aliases in listed if outlet.slug not in held]
        Outlet.objects.bulk_create([outlet for outlet, _aliases in new])
        OutletName.objects.bulk_create(
            OutletName(outlet=outlet, name=name, normalised=normalise(name))
            for outlet, aliases in new
            for name in dict.fromkeys([outlet.name, *aliases])
        )
        if new:
            revision.advance(Outlet)
            act(verb="load outlets", subject="authorities.outlet", actor=by, payload={"created": len(new)})
    return len(new), len(listed) - len(new)


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
