"""People link items to dates, places, events, outlets and agents: each link is a claim with them as its source."""

from collections.abc import Iterable

from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.authorities.models import Agent, Event, Outlet, Place
from archive.catalogue.models import Item
from archive.claims.item_gate import changing
from archive.claims.models import Claim, Source
from archive.claims.projecting import BY_HAND
from archive.claims.recording import digest_of, put_date, store
from archive.ledger.recording import act
from archive.standards.edtf import DateInterval
from archive.standards.vocabulary import Property, SourceKind


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
) -> list[Claim]:
    """
    Claim one value for each of the items, on the word of a person.

    :param note: on which ground the person says so
    :param count: the least and the most people; None is open
    :param quoting: a source whose span of a caption the person reads so
    :raises NotAllowed: the person may not make claims
    :raises ValueError: no value was given
    """
    if not by.has_perm("claims.add_claim"):
        raise NotAllowed("Only an archivist may link items.")
    named = place or event or outlet or agent
    written = str(named) if named else date.edtf if date else _count_in_words(count) if count else text.strip()
    if not written:
        raise ValueError("Nothing to link to: choose a place, an event, an outlet, a date, or write a text.")
    if count and None not in count and count[0] > count[1]:
        raise ValueError("The least number of people is larger than the most: swap the two.")
    now, items = timezone.now(), list(items)
    with changing(items):
        source = Source(kind=SourceKind.PERSON, person=by, note=note.strip(), rule=BY_HAND)
        if quoting:
            source.caption, source.start, source.end = quoting.caption, quoting.start, quoting.end
        source.save()
        claims = []
        for item in items:
            claim = Claim(item=item, property=property, source=source, as_written=written, claimed_at=now)
            claim.value_place, claim.value_event, claim.value_outlet, claim.value_agent = place, event, outlet, agent
            claim.value_text = "" if named or date or count else written
            if count:
                claim.value_min, claim.value_max = count
            if date:
                put_date(claim, date)
            claims.append(claim)
        for claim in store(claims):
            payload = {"property": property, "value": written, "note": source.note}
            payload |= {"claim": claim.pk, "digest": digest_of(claim)}
            act(verb="claim", subject=claim.item, actor=by, payload=payload)
    return claims


def _count_in_words(count: tuple[int | None, int | None]) -> str:
    least, most = count
    if most is None:
        return "" if least is None else f"at least {least}"
    return f"at most {most}" if least is None else str(most) if least == most else f"{least} to {most}"
