"""
People say several things of several items in one act: the place, the event, the day, the outlet.

What contradicts it is told before anything is said: what stands on those items already, and what does not go together
in what they say.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import NOTHING, Withheld, withheld_from
from archive.catalogue.models import Item
from archive.claims.agreement import can_both_be_true
from archive.claims.hidden_claims import readable_claims
from archive.claims.leading_claims import Grounds, grounds_of
from archive.claims.models import Claim, Source
from archive.claims.record_claims import put_date
from archive.ledger.not_done import NotDone
from archive.projection.item_gate import changing
from archive.review.link_items import check_reason, link
from archive.review.own_acts import note_act
from archive.standards.batches import batches
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property, SourceKind, Standing

# What a person gives for one property: the arguments of `link` that carry the value.
Values = Mapping[Property, Mapping[str, Any]]
_AT_ONCE = 1000
_MOST_SAID = 3


@dataclass
class Objection:
    """What speaks against one value: on which items, and what is said there, the most frequent first."""

    property: Property
    value: str
    # The days of an event are held against the days of the pictures.
    is_of_dates: bool = False
    items: list[Item] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    @property
    def said(self) -> list[tuple[str, int]]:
        return self.told.most_common(_MOST_SAID)

    @property
    def more(self) -> int:
        """How many other values are said."""
        return max(0, len(self.told) - _MOST_SAID)


class Contradicts(Exception):
    """Something contradicts what is to be said, and the person was not shown it; nothing changed."""

    def __init__(self, objections: list[Objection]) -> None:
        super().__init__("Something contradicts it. Read it, then say whether it is set all the same.")
        self.objections = objections
        self.digest = digest_of(objections)
        self.items = {item.pk for objection in objections for item in objection.items}


def digest_of(objections: Iterable[Objection]) -> str:
    """Return what tells these objections from others, so that a person answers what they were shown."""
    told = [f"{each.property} {each.value} {sorted(item.pk for item in each.items)}" for each in objections]
    return sha256("\n".join(told).encode()).hexdigest()[:32]


def link_many(
    items: Iterable[Item],
    values: Values,
    *,
    by: User,
    note: str = "",
    answers: int | None = None,
    seen: str = "",
    leaves_out: bool = False,
) -> list[Item]:
    """
    Claim each of the values for each of the items, on the word of a person, as one act; return the items.

    As many queries for many items as for few, but for their projection.

    :param seen: the `digest` of the objections that the person was shown
    :param leaves_out: set nothing on the items to which they speak
    :raises NotAllowed: the person may not make claims
    :raises Contradicts: something speaks against it that was not shown
    :raises NotDone: no value is given, no item is left, or rivals are answered without a reason
    """
    if not values:
        raise NotDone(_("Nothing is filled in: say a place, an event, a date, or something else."))
    if answers is not None:
        check_reason(note)
    items = list(items)
    with changing() as change:
        note_act(by)
        change.lock(items)
        speaks = objections(items, values, withheld=withheld_from(by, items))
        if speaks and digest_of(speaks) != seen:
            raise Contradicts(speaks)
        if leaves_out:
            against = {item.pk for each in speaks for item in each.items}
            items = [item for item in items if item.pk not in against]
        if not items:
            raise NotDone(_("Nothing was set: something speaks against it on each of these items."))
        for name, value in values.items():
            link(items, property=name, by=by, note=note, answers=answers, **value)
    return items


def objections(items: list[Item], values: Values, *, withheld: Withheld = NOTHING) -> list[Objection]:
    """
    Return what contradicts these values on the items: a claim that could lead there and cannot be true beside it.

    An event is held against the days of the pictures, or against the day that is given with it.
    """
    asked = {*values, Property.DATE_CREATED} if Property.EVENT in values else set(values)
    standing = _standing(items, asked, withheld)
    found = []
    for name, value in values.items():
        claim = _unsaved(name, value)
        if name != Property.EVENT:
            found.append(_speaks(name, claim, items, standing, value=_label(claim)))
        elif (days := _days_of(value["event"])) is not None:
            given = _unsaved(name, values[Property.DATE_CREATED]) if Property.DATE_CREATED in values else None
            found.append(
                _speaks(Property.DATE_CREATED, days, items, standing, value=_of_event(value["event"]), given=given)
            )
            found[-1].property, found[-1].is_of_dates = Property.EVENT, True
    return [each for each in found if each.items]


def _speaks(
    name: Property,
    claim: Claim,
    items: list[Item],
    standing: dict[int, dict[Property, Grounds]],
    *,
    value: str,
    given: Claim | None = None,
) -> Objection:
    objection = Objection(name, value)
    for item in items:
        grounds = standing.get(item.pk, {}).get(name)
        leading = grounds.leading if grounds else None
        against = given if given is not None else leading
        others = [] if given is not None or not grounds or not leading else grounds.rivals
        could_lead = [each for each in others if leading and each.standing == leading.standing]
        for other in filter(None, [against, *could_lead]):
            if not can_both_be_true(name, claim, other):
                objection.items.append(item)
                objection.told[_label(other)] += 1
                break
    return objection


def _standing(items: list[Item], names: set[Property], withheld: Withheld) -> dict[int, dict[Property, Grounds]]:
    """Return what stands on these properties of the items; one query for a thousand items."""
    by_item: dict[int, list[Claim]] = {}
    for some in batches([item.pk for item in items], _AT_ONCE):
        claims = Claim.objects.filter(item__in=some, property__in=names).with_grounds().order_by("pk")
        standing = claims.filter(standing__in=[Standing.PROPOSED, Standing.ACCEPTED])
        for claim in readable_claims(standing, withheld):
            by_item.setdefault(claim.item_id, []).append(claim)
    return {key: grounds_of(claims) for key, claims in by_item.items()}


def _unsaved(name: Property, value: Mapping[str, Any]) -> Claim:
    """Return the claim as it would be stored, without its item."""
    given = {f"value_{key}": value.get(key) for key in ("place", "event", "outlet", "agent")}
    claim = Claim(property=name, source=Source(kind=SourceKind.PERSON), value_text=value.get("text", ""), **given)
    claim.value_min, claim.value_max = value.get("count") or (None, None)
    if date := value.get("date"):
        put_date(claim, date)
    return claim


def _days_of(event: Any) -> Claim | None:
    """Return the days of an event as the date of a picture of it; None where it has none."""
    if event.date_earliest is None or event.date_latest is None:
        return None
    # Of another teller than what is given beside it: else the two could not contradict one another.
    source = Source(pk=-1, kind=SourceKind.PERSON)
    days = Claim(property=Property.DATE_CREATED, source=source, value_edtf=event.date_edtf)
    days.value_earliest, days.value_latest = event.date_earliest, event.date_latest
    return days


def _of_event(event: Any) -> str:
    return f"{event.name} ({parse(event.date_edtf).label(get_language())})" if event.date_edtf else event.name


def _label(claim: Claim) -> str:
    return claim.label(get_language())
