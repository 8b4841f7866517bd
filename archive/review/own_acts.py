"""
What people did themselves of late: each act is noted with the entries of the ledger that tell it, to be undone by them.

    with changing(items):
        note_act(by)
        ...
        act(verb="claim", ...)

A use case notes its act before it begins; what calls several of them in one transaction has one act of them all.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.accounts.models import User
from archive.catalogue.distressing_marks import MARK_VERBS
from archive.catalogue.models import Item
from archive.claims.spans import SPAN_CLAIM_VERBS, SPAN_VERBS
from archive.ledger.chain import Link
from archive.ledger.record_acts import once_chained
from archive.review.models import OwnAct, OwnActQuerySet
from archive.standards.vocabulary import Standing

# For so long after it an act is undone in one step; later it is corrected like anything else.
UNDONE_WITHIN = timedelta(days=1)
CLAIM, SET_ACCESS, DESCRIBE = "claim", "set access", "describe"
WITHDRAW, BRING_BACK = "withdraw item", "bring item back"
RULINGS = {f"{standing.lower()} claim": standing for standing in Standing}
UNDOABLE = frozenset(
    [
        *(CLAIM, SET_ACCESS, DESCRIBE, WITHDRAW, BRING_BACK, *RULINGS, *MARK_VERBS.values()),
        *(*SPAN_VERBS, *SPAN_CLAIM_VERBS),
    ]
)
# Done beside an act and left as it is when that is undone: others may use the record by then. The page says so.
LEFT = frozenset(["create", "dismiss event proposal"])
_MOST_TOLD = 12
# How the ledger names an item, before its key.
ITEM = f"{Item._meta.label_lower}:"


@dataclass
class NotedAct:
    """Who acts in a transaction, and once it is over their act: None where nothing was done that can be undone."""

    by: User
    undoes: OwnAct | None = None
    act: OwnAct | None = None


def note_act(by: User, *, undoes: OwnAct | None = None) -> NotedAct:
    """
    Have what this person does in this transaction kept as one act; call it inside `recording()` or `changing()`.

    Nothing is kept where the transaction holds a decision of theirs as well, such as the answer to a flag: that stands.
    """
    return once_chained(("own act", by.pk), NotedAct(by, undoes), _keep)


def _keep(noted: NotedAct, links: Sequence[Link]) -> None:
    by = noted.by
    own = [link for link in links if link.actor == by.get_username()]
    done = [link for link in own if link.verb in UNDOABLE]
    if not done or any(link.verb not in UNDOABLE | LEFT for link in own):
        return
    told = [list(each) for each in dict.fromkeys((link.verb, *_told(link)) for link in own)]
    # Of the rest the number of each sort is kept, as a fourth word.
    more = Counter(verb for verb, *_rest in told[_MOST_TOLD:])
    keys = dict.fromkeys(int(link.subject.removeprefix(ITEM)) for link in done)
    noted.act = OwnAct.objects.create(
        done_by=by,
        done_at=max(link.occurred_at for link in own),
        first_entry=own[0].sequence,
        last_entry=own[-1].sequence,
        items=list(keys),
        what=[*told[:_MOST_TOLD], *([verb, "", "", number] for verb, number in more.items())],
        undoes=noted.undoes,
    )


def _told(link: Link) -> tuple[str, str]:
    payload = json.loads(link.payload)
    if payload.get("from") == payload.get("to", ""):
        return "", ""
    to = payload.get("to") if link.verb == SET_ACCESS else ""
    return payload.get("property", ""), payload.get("value") or to or payload.get("name") or ""


def acts_of_late(user: object, *, at: datetime) -> OwnActQuerySet:
    """Return what this user did within the time in which it can be undone, the latest first."""
    acts = OwnAct.objects.visible_to(user).filter(done_at__gt=at - UNDONE_WITHIN)
    return acts.select_related("done_by", "undone_by", "undoes").order_by("-pk")
