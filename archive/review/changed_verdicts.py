"""
Notice verdicts that rest on what is no longer so, whoever changed it: the ledger tells of each change, in order.

They stay as they were given; their items come back to the queue.
"""

import re
from collections import defaultdict

from django.db.models import Exists, OuterRef

from archive.catalogue.distressing_marks import MARK_VERBS
from archive.catalogue.models import Item
from archive.ledger.record_acts import recording
from archive.projection.item_gate import changing
from archive.provenance.checks.finding import Question
from archive.review.models import CurrentVerdict, VerdictsRead
from archive.review.reading_policies import Policy
from archive.review.reading_requests import ask_where_due
from archive.review.verdicts import VERBS, standpoints

# So many entries are read at once, in a transaction of their own.
AT_ONCE = 500
_SUBJECT = re.compile(r"catalogue\.item:(\d+)")


def follow() -> bool:
    """Mark what changed since the last time; return whether there may be more. May run again, and beside others."""
    with recording():
        entries = VerdictsRead.locked().read_on(AT_ONCE)
        verbs: dict[int, set[str]] = defaultdict(set)
        for entry in entries:
            if entry.verb not in VERBS and (parsed := _SUBJECT.fullmatch(entry.subject)):
                verbs[int(parsed[1])].add(entry.verb)
        # Copies are marked by themselves too, where no person is whose act could ask for it.
        _mark(set(verbs), distressing={key for key, done in verbs.items() if MARK_VERBS[True] in done})
    return len(entries) == AT_ONCE


def _mark(keys: set[int], *, distressing: set[int]) -> None:
    """Write on the verdicts of these items whether what they rest on is still so, and which are to be read twice."""
    items = list(Item.objects.filter(Exists(CurrentVerdict.objects.filter(item=OuterRef("pk"))), pk__in=keys))
    if not items:
        return
    with changing() as change:
        # As who decides does, who comes to the verdicts of an item in another order: the two could wait in a circle.
        change.lock(items)
        _mark_locked(items)
        ask_where_due((item for item in items if item.pk in distressing), Policy.SENSITIVE)


def _mark_locked(items: list[Item]) -> None:
    current = CurrentVerdict.objects.filter(item__in=items).order_by("pk")
    by_question = {
        (key, standpoint.question): standpoint.is_to_be_looked_at
        for key, of_item in standpoints(items, reader=None).items()
        for standpoint in of_item
    }
    changed = []
    for row in current:
        is_changed = by_question[row.item_id, Question(row.question)]
        if row.is_changed != is_changed:
            row.is_changed = is_changed
            changed.append(row)
    CurrentVerdict.objects.bulk_update(changed, ["is_changed"])
