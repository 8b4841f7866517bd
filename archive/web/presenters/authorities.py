"""What was done to a place, event or outlet, by whom and when, as the ledger has it."""

import json
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.authorities.models import Event, Outlet, Place
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import subject_of

_ACTS = {
    "create": gettext_lazy("added"),
    "edit": gettext_lazy("changed"),
    "merge": gettext_lazy("merged into another"),
    "unmerge": gettext_lazy("stands by itself again"),
    "give back": gettext_lazy("another record was taken out of this one"),
}
_FIELDS = {
    "name": gettext_lazy("name"),
    "names": gettext_lazy("further names"),
    "aliases": gettext_lazy("further names"),
    "kind": gettext_lazy("kind"),
    "parent": gettext_lazy("what it lies in"),
    "latitude_degrees": gettext_lazy("position"),
    "longitude_degrees": gettext_lazy("position"),
    "radius_metres": gettext_lazy("reach"),
    "outline": gettext_lazy("outline"),
    "country_code": gettext_lazy("country"),
    "date_edtf": gettext_lazy("date"),
    "places": gettext_lazy("places"),
    "description": gettext_lazy("what happened"),
    "website": gettext_lazy("website"),
}


class RecordAct(NamedTuple):
    """One act on a record: what was done, to which of its facts, by whom, when, and the reason they gave."""

    verb: str
    words: str
    fields: str
    actor: str
    at: datetime
    reason: str


def acts_on(record: Place | Event | Outlet) -> list[RecordAct]:
    """Return what was done to a record by hand, the latest first; none of what came with a list; one query."""
    entries = LedgerEntry.objects.filter(subject=subject_of(record)).order_by("-sequence")
    return [_act(entry) for entry in entries if entry.verb in _ACTS]


def _act(entry: LedgerEntry) -> RecordAct:
    payload = json.loads(entry.payload)
    changed = dict.fromkeys(str(_FIELDS[name]) for name in payload if name in _FIELDS) if entry.verb == "edit" else {}
    fields = ", ".join(changed) or (_("nothing") if entry.verb == "edit" else "")
    return RecordAct(
        entry.verb, str(_ACTS[entry.verb]), fields, entry.actor, entry.occurred_at, payload.get("reason", "")
    )
