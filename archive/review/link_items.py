"""People link items to dates, places, events, outlets and agents: each link is a claim with them as its source."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.authorities.models import Agent, Event, Outlet, Place
from archive.catalogue.models import Item
from archive.claims.agreement import can_both_be_true
from archive.claims.models import Claim, Source
from archive.claims.record_claims import digest_of, put_date, store
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.projection.write_projection import BY_HAND
from archive.review.claim_rulings import rule_all
from archive.review.own_acts import note_act
from archive.standards.edtf import DateInterval
from archive.standards.vocabulary import Property, SourceKind, Standing


def link(
    items: Iterable[Item],
    *,
    property: Property,
    by: User,
    note: str = "",
    place: Place | None = None,
    event: Event | None = None,
    outlet: Outlet | None = None,
    agent: Agent | None = None,
    date: DateInterval | None = None,
    count: tuple[int | None, int | None] | None = None,
    text: str = "",
    quoting: Source | None = None,
    answers: int | None = None,
) -> list[Claim]:
    """
    Claim one value for each of the items, on the word of a person; said again on the same ground, it stands once.

    :param answers: the latest claim that the person was shown, where they say that theirs answers its rivals, as
        `answer_rivals` does
    :param note: on which ground the person says so
    :param count: the least and the most people; None is open
    :param quoting: a source whose span of a caption the person reads so
    :raises NotAllowed: the person may not make claims
    :raises NotDone: no value was given, or rivals are answered without a reason
    """
    if answers is not None:
        check_reason(note)
    if not by.has_perm("claims.add_claim"):
        raise NotAllowed(_("Only an archivist may link items."))
    if property == Property.ORIENTATION:
        raise NotDone(_("A picture is turned on its page: choose how it lies there."))
    named = place or event or outlet or agent
    written = str(named) if named else date.edtf if date else _count_in_words(count) if count else text.strip()
    if not written:
        raise NotDone(_("Nothing to link to: choose a place, an event, an outlet, a date, or write a text."))
    if count and None not in count and count[0] > count[1]:
        raise NotDone(_("The least number of people is larger than the most: swap the two."))
    value = {"value_place": place, "value_event": event, "value_outlet": outlet, "value_agent": agent}
    value["value_text"] = "" if named or date or count else written
    value["value_min"], value["value_max"] = count or (None, None)
    now, items = timezone.now(), list(items)
    with changing(items):
        note_act(by)
        source = Source(kind=SourceKind.PERSON, person=by, note=note.strip(), rule=BY_HAND)
        if quoting:
            source.caption, source.start, source.end = quoting.caption, quoting.start, quoting.end
        same = Claim.objects.filter(property=property, value_edtf=date.edtf if date else "", **value)
        given = _given_already(same, items, source)
        claims = {}
        for item in items:
            if item.pk in given or item.pk in claims:
                continue
            claim = Claim(item=item, property=property, source=source, as_written=written, claimed_at=now, **value)
            if date:
                put_date(claim, date)
            claims[item.pk] = claim
        for claim in store(claims.values()):
            payload = {"property": property, "value": written, "note": source.note}
            payload |= {"claim": claim.pk, "digest": digest_of(claim)}
            act(verb="claim", subject=claim.item, actor=by, payload=payload)
        linked = [given.get(item.pk) or claims[item.pk] for item in items]
        if answers is not None:
            answer_rivals(linked, until=answers, by=by, note=note)
    return linked


def check_reason(note: str) -> None:
    """
    Ask for the ground on which a person answers what else is said.

    :raises NotDone: none is given
    """
    if not note.strip():
        raise NotDone(_("Say how you know: that answers what else is said."))


def answer_rivals(claims: Iterable[Claim], *, until: int, by: User, note: str) -> None:
    """
    Supersede what contradicts the claims of a person, by their word: what is only proposed of the same property, was
    recorded by then, and cannot be true beside theirs. What people decided stands; what is said later contests again.

    :param until: the latest claim that the person was shown
    :raises NotAllowed: the person may not rule on claims
    """
    by_item = {claim.item_id: claim for claim in claims}
    names = {claim.property for claim in by_item.values()}
    shown = Claim.objects.filter(item__in=by_item, property__in=names, pk__lte=until).with_grounds().order_by("pk")
    rivals: dict[int, list[Claim]] = {}
    for rival in shown.select_related("item"):
        claim = by_item[rival.item_id]
        is_proposed = rival.property == claim.property and rival.standing == Standing.PROPOSED
        if is_proposed and not can_both_be_true(Property(claim.property), rival, claim):
            rivals.setdefault(rival.item_id, []).append(rival)
    for item_id, some in rivals.items():
        rule_all(some, standing=Standing.SUPERSEDED, by=by, reason=note, superseded_by=by_item[item_id])


def _given_already(same: QuerySet[Claim], items: list[Item], source: Source) -> dict[int, Claim]:
    """Return, by item, the claims that stand, of this value, ground and person: one act, one claim."""
    names = ("kind", "person", "note", "rule", "caption", "start", "end")
    ground = {f"source__{name}": getattr(source, name) for name in names}
    standing = same.filter(item__in=items, **ground).with_standing()
    return {claim.item_id: claim for claim in standing if claim.standing in (Standing.PROPOSED, Standing.ACCEPTED)}


def _count_in_words(count: tuple[int | None, int | None]) -> str:
    least, most = count
    if most is None:
        return "" if least is None else f"at least {least}"
    return f"at most {most}" if least is None else str(most) if least == most else f"{least} to {most}"
