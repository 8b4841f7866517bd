"""
What copies prove of one another, as proposed claims: which is derived from which, when the picture can have been made,
and what an older copy says otherwise of its place, event and maker.

The claims follow from the matches that stand and from the evidence of the copies. When those change, what no longer
follows is superseded; what a person accepted or rejected stays as they left it, and is not proposed again.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from archive.catalogue.models import Item
from archive.claims.agreement import can_both_be_true, confirms, events_meet
from archive.claims.leading_claims import breadth, order_of_leading
from archive.claims.models import Claim, Ruling, Source
from archive.claims.record_claims import digest_of, put_date, store
from archive.ledger.record_acts import act, recording
from archive.matching.models import Match
from archive.projection.item_gate import changing
from archive.provenance.clusters import Cluster, clusters_of
from archive.provenance.date_bounds import EMBEDDED, Bound, bounds_of
from archive.provenance.models import Finding, LedgerRead
from archive.provenance.weigh_copies import Copy, Lineage, likeliest_sources, weigh
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property, SourceKind, Standing

AGENT = "Strandline"
# Of each side, the leading one first, when it is asked whether anything that two copies say agrees.
_MOST_ASKED = 100
LIKELIER_SOURCE = "likelier source"
STILL_OF = "still of footage"
DATE_OF_COPY = "date of a copy"
EARLIEST_KNOWN = "earliest known copy"
# What an older copy says otherwise, by the rule of the claim that carries it over.
CARRIED = {
    Property.LOCATION_SHOWN: "place of an older copy",
    Property.LOCATION_CREATED: "camera's place of an older copy",
    Property.EVENT: "event of an older copy",
    Property.CREATOR: "creator of an older copy",
    Property.CREDIT_LINE: "credit of an older copy",
}
RULES = (LIKELIER_SOURCE, STILL_OF, DATE_OF_COPY, EARLIEST_KNOWN, *CARRIED.values())
RULE_VERSION = "1"
# So many further copies are asked where a person rejected what the oldest one says.
MOST_RIVALS = 5
VALUES = (
    *("value_place_id", "latitude_degrees", "longitude_degrees", "uncertainty_metres", "value_event_id"),
    *("value_outlet_id", "value_agent_id", "value_text"),
)
# Its own acts change no evidence, nor does what checks found.
PROPOSE = "propose from a copy"
WITHDRAW = "withdraw"
_OWN_VERBS = (PROPOSE, WITHDRAW, Finding.VERB, Finding.DROP_VERB)
AT_ONCE = 500
GROUNDS = {
    SourceKind.PERSON: gettext_lazy("a person"),
    SourceKind.DEVICE_METADATA: gettext_lazy("the camera, in its file"),
    SourceKind.EMBEDDED_DESCRIPTION: gettext_lazy("the description in its file"),
    SourceKind.CAPTION: gettext_lazy("its caption"),
    SourceKind.APPEARANCE: gettext_lazy("the credit it was printed with"),
    SourceKind.INFERENCE: gettext_lazy("the place nearest to its position"),
}
SUBJECT = re.compile(r"(catalogue\.item|matching\.match):(\d+)")


@dataclass(frozen=True)
class Proposal:
    """
    A claim that follows from a match: that its item derives from the copy, or was made when that was, or until, or is
    what the copy's own claim says.
    """

    item: Item
    rule: str
    match: Match
    copy: Item
    note: str
    offset_milliseconds: int | None = None
    edtf: str = ""
    moment: datetime | None = None
    carried: Claim | None = None

    @property
    def value(self) -> tuple:
        """What it says on which ground, whatever the words: by this a claim is known again."""
        carried = tuple(getattr(self.carried, name) for name in VALUES) if self.carried else None
        return self.rule, self.match.pk, self.copy.pk, self.offset_milliseconds, self.edtf, carried


def follow() -> bool:
    """
    Lead the lineage of those whose matches or evidence changed since the last time; return whether there may be more.

    The ledger tells of each change, in the order of commits; so nothing is missed, whoever did it.
    """
    with recording():
        entries = _locked().read_on(AT_ONCE)
        if not entries:
            return False
        named: dict[str, set[int]] = defaultdict(set)
        for entry in entries:
            if entry.verb not in _OWN_VERBS and (parsed := SUBJECT.fullmatch(entry.subject)):
                named[parsed[1]].add(int(parsed[2]))
        pairs = Match.objects.filter(pk__in=named["matching.match"]).values_list("held", "other")
        files = {file for pair in pairs for file in pair}
        _lead(Item.objects.filter(Q(pk__in=named["catalogue.item"]) | Q(media_file__in=files)))
    return len(entries) == AT_ONCE


def lead(items: Iterable[Item]) -> None:
    """Bring the claims on lineage of these items, and of all their copies, to what follows now. May run again."""
    with recording():
        _locked()
        _lead(Item.objects.filter(pk__in=[item.pk for item in items]))


def _locked() -> LedgerRead:
    """Lock out who else leads lineage: of two who weigh one cluster at the same time, each would propose."""
    return LedgerRead.locked()


@override(settings.LANGUAGE_CODE)
def _lead(items: Iterable[Item]) -> None:
    clusters = clusters_of(_with_matches(items))
    with changing() as change:
        change.lock(item for cluster in clusters for item in cluster.items.values())
        for cluster in clusters:
            for item in _weigh_anew(cluster):
                change.add(item)


def _weigh_anew(cluster: Cluster) -> Iterable[Item]:
    """Bring the claims of one cluster to what follows now; return the items that changed."""
    everybody = [*cluster.items.values(), *cluster.footage.values()]
    bounds = bounds_of(everybody)
    own_dates = _own_dates(cluster.items.values())
    dates = list(_dates(cluster, own_dates))
    derivations = list(_derivations(cluster, bounds))
    proposals = [*derivations, *dates, *_bounds(cluster, bounds, own_dates, dates)]
    proposals += _contradictions(cluster, bounds, {each.item.pk: each.copy.pk for each in derivations})
    return _settle(cluster.items.values(), proposals)


def _with_matches(items: Iterable[Item]) -> list[Item]:
    items = list(items)
    files = [item.media_file_id for item in items]
    pairs = Match.objects.filter(Q(held__in=files) | Q(other__in=files)).values_list("held", "other")
    matched = {file for pair in pairs for file in pair}
    return [item for item in items if item.media_file_id in matched]


def weighed_copies(cluster: Cluster, bounds: dict[int, list[Bound]]) -> tuple[list[int], list[Lineage]]:
    """Rank the files of a cluster, the likeliest original first, and say from which each other one derives."""
    counts = dict(
        Claim.objects.filter(item__in=[item.pk for item in cluster.items.values()], source__kind__in=EMBEDDED)
        .values_list("item")
        .annotate(Count("pk"))
    )
    copies = {
        file: Copy(
            file,
            item.media_file.width_px or 0,
            item.media_file.height_px or 0,
            counts.get(item.pk, 0),
            bounds[item.pk][0],
        )
        for file, item in cluster.items.items()
    }
    weighed = (weigh(match, copies[match.held_id], copies[match.other_id]) for match in cluster.matches)
    return likeliest_sources(copies.values(), [lineage for lineage in weighed if lineage])


def _derivations(cluster: Cluster, bounds: dict[int, list[Bound]]) -> Iterable[Proposal]:
    _ranking, lineages = weighed_copies(cluster, bounds)
    for lineage in lineages:
        origin = cluster.items[lineage.source]
        note = _("likelier the source: %(reasons)s") % {"reasons": "; ".join(lineage.reasons)}
        yield Proposal(cluster.items[lineage.copy], LIKELIER_SOURCE, lineage.match, origin, note)
    for match in cluster.stills:
        still, footage = sorted(
            (cluster.item(match.held_id), cluster.item(match.other_id)), key=lambda item: item.kind == Item.Kind.FOOTAGE
        )
        if still in cluster:
            note = _("a frame of the footage shows this picture")
            yield Proposal(still, STILL_OF, match, footage, note, offset_milliseconds=match.offset_milliseconds)


def _dates(cluster: Cluster, own_dates: dict[int, list[Claim]]) -> Iterable[Proposal]:
    """
    Yield for each item when the cameras of other copies, or people, say that it was made, where it adds something.

    One picture was made once: what holds of a copy holds of the other, whose own metadata may have been stripped.
    """
    for item in cluster.items.values():
        firm = [
            (claim, copy)
            for copy in cluster.items.values()
            if copy != item
            for claim in own_dates[copy.pk]
            if claim.standing == Standing.ACCEPTED or claim.source.kind == SourceKind.DEVICE_METADATA
        ]
        firm.sort(key=lambda pair: (pair[0].standing != Standing.ACCEPTED, breadth(pair[0]), pair[0].pk))
        for claim, copy in firm:
            if any(
                claim.value_earliest <= own.value_earliest and own.value_latest <= claim.value_latest
                for own in own_dates[item.pk]
            ):
                continue
            note = (
                _("a copy of it is accepted as made then")
                if claim.standing == Standing.ACCEPTED
                else _("the camera says so in the file of a copy")
            )
            match = cluster.match_towards(item, copy)
            yield Proposal(item, DATE_OF_COPY, match, copy, note, edtf=claim.value_edtf, moment=claim.value_moment)


def _bounds(
    cluster: Cluster, bounds: dict[int, list[Bound]], own_dates: dict[int, list[Claim]], dates: list[Proposal]
) -> Iterable[Proposal]:
    """Yield for each item what all the other copies prove of its date, the earliest first, where it adds something."""
    latest: dict[int, date] = {}
    for proposal in dates:
        latest.setdefault(proposal.item.pk, parse(proposal.edtf).latest)
    everybody = [*cluster.items.values(), *cluster.footage.values()]
    for item in cluster.items.values():
        others = [(bound, copy) for copy in everybody if copy != item for bound in bounds[copy.pk]]
        for bound, copy in sorted(others, key=lambda pair: (pair[0].rank, pair[1].pk)):
            if latest.get(item.pk, date.max) <= bound.day or not _adds(bound, bounds[item.pk], own_dates[item.pk]):
                break
            note = _("a copy of it %(words)s") % {"words": bound.words}
            match = cluster.match_towards(item, copy)
            yield Proposal(item, EARLIEST_KNOWN, match, copy, note, edtf=f"../{bound.day.isoformat()}")


def _contradictions(cluster: Cluster, bounds: dict[int, list[Bound]], origins: dict[int, int]) -> Iterable[Proposal]:
    """
    Yield for each item what older copies say otherwise of its place, event and maker, the oldest first.

    Older is what is known earlier, or what the item derives from; of two known since the same day each contests the
    other. Where the oldest copy that speaks agrees with the item, nothing is carried over.
    """
    grounds = _own_grounds(cluster.items.values())
    known = {item.pk: bounds[item.pk][0].day for item in cluster.items.values()}
    by_age = sorted(cluster.items.values(), key=lambda item: (known[item.pk], item.pk))
    for name, rule in CARRIED.items():
        tellers = [copy for copy in by_age if name in grounds[copy.pk]]
        for item in tellers:
            number = 0
            for copy in tellers:
                if copy == item or (known[copy.pk] > known[item.pk] and origins.get(item.pk) != copy.pk):
                    continue
                if number == MOST_RIVALS or not _contradict(name, grounds[item.pk][name], grounds[copy.pk][name]):
                    break
                number += 1
                carried = grounds[copy.pk][name][0]
                note = _("a copy that is known since %(day)s says otherwise: %(ground)s") % {
                    "day": date_format(known[copy.pk], "j F Y"),
                    "ground": GROUNDS[SourceKind(carried.source.kind)],
                }
                match = cluster.match_towards(item, copy)
                yield Proposal(item, rule, match, copy, note, carried=carried)


def _own_grounds(items: Iterable[Item]) -> dict[int, dict[Property, list[Claim]]]:
    """Return of each item the claims that could lead, the leading one first, without what copies say; one query."""
    claims = Claim.objects.filter(item__in=[item.pk for item in items], property__in=CARRIED)
    claims = claims.exclude(source__kind=SourceKind.MATCH).with_grounds().order_by("pk")
    grounds: dict[int, dict[Property, list[Claim]]] = defaultdict(dict)
    for claim in claims:
        if claim.standing in (Standing.ACCEPTED, Standing.PROPOSED):
            grounds[claim.item_id].setdefault(Property(claim.property), []).append(claim)
    for of_item in grounds.values():
        for name, standing in of_item.items():
            standing.sort(key=order_of_leading)
            of_item[name] = [claim for claim in standing if claim.standing == standing[0].standing]
    return grounds


def _contradict(name: Property, own: list[Claim], of_copy: list[Claim]) -> bool:
    """Say whether the leading claims of two copies cannot both be true, and nothing else that may lead agrees."""
    pairs = product(own[:_MOST_ASKED], of_copy[:_MOST_ASKED])
    if name == Property.EVENT:
        return not any(events_meet(mine, theirs) for mine, theirs in pairs)
    return not can_both_be_true(name, own[0], of_copy[0]) and not any(
        confirms(name, mine, theirs) for mine, theirs in pairs
    )


def _own_dates(items: Iterable[Item]) -> dict[int, list[Claim]]:
    own_dates: dict[int, list[Claim]] = defaultdict(list)
    claims = Claim.objects.filter(
        item__in=[item.pk for item in items], property=Property.DATE_CREATED, value_latest__isnull=False
    )
    claims = claims.exclude(source__kind=SourceKind.MATCH).with_standing().select_related("source")
    for claim in claims.order_by("pk"):
        if claim.standing in (Standing.ACCEPTED, Standing.PROPOSED):
            own_dates[claim.item_id].append(claim)
    return own_dates


def _adds(bound: Bound, own: list[Bound], dates: list[Claim]) -> bool:
    """Tell whether a bound is narrower than what bounds the item by itself, or against a date that is said of it."""
    if dates:
        return any(claim.value_latest > bound.day for claim in dates)
    return bound.day < own[0].day


def _settle(items: Iterable[Item], proposals: Iterable[Proposal]) -> list[Item]:
    """Store what is new, supersede what no longer follows; return the items that changed."""
    items = {item.pk: item for item in items}
    standing: dict[int, list[Claim]] = defaultdict(list)
    latest = Ruling.objects.filter(claim=OuterRef("pk")).order_by("-pk")
    for claim in (
        Claim.objects.filter(item__in=items, source__kind=SourceKind.MATCH)
        .filter(source__rule__in=RULES)
        .with_standing()
        .annotate(decided_by=Subquery(latest.values("ruled_by")[:1]))
        .select_related("source")
        .order_by("pk")
    ):
        standing[claim.item_id].append(claim)
    kept, new = set(), []
    for proposal in _first_not_rejected(proposals, standing):
        same = [claim for claim in standing[proposal.item.pk] if _value(claim) == proposal.value]
        lasting = [
            claim
            for claim in same
            if claim.standing == Standing.ACCEPTED
            or (claim.standing == Standing.PROPOSED and claim.source.note == proposal.note)
        ]
        kept |= {claim.pk for claim in lasting}
        if not lasting:
            new.append(proposal)
    gone = [
        claim
        for claims in standing.values()
        for claim in claims
        if claim.standing == Standing.PROPOSED and claim.pk not in kept
    ]
    _store(new)
    _withdraw(gone)
    return [items[key] for key in {proposal.item.pk for proposal in new} | {claim.item_id for claim in gone}]


def _first_not_rejected(proposals: Iterable[Proposal], standing: dict[int, list[Claim]]) -> Iterable[Proposal]:
    """Keep the first proposal of each rule for each item that nobody has rejected, or answered with other words."""
    rejected = {
        (claim.item_id, _answered(_value(claim)))
        for claims in standing.values()
        for claim in claims
        if claim.standing == Standing.REJECTED or (claim.standing == Standing.SUPERSEDED and claim.decided_by)
    }
    first: dict[tuple[int, str], Proposal] = {}
    for proposal in proposals:
        if (proposal.item.pk, _answered(proposal.value)) not in rejected:
            first.setdefault((proposal.item.pk, proposal.rule), proposal)
    return first.values()


def _value(claim: Claim) -> tuple:
    source = claim.source
    carried = tuple(getattr(claim, name) for name in VALUES) if source.rule in CARRIED.values() else None
    value = (claim.value_offset_milliseconds, claim.value_edtf, carried)
    return source.rule, source.match_id, claim.value_item_id, *value


def _answered(value: tuple) -> tuple:
    """Return by what a person's answer is known again: what is carried over is one thing whichever copy says it."""
    rule, *_ground, carried = value
    return (rule, carried) if carried else value


def _store(proposals: Iterable[Proposal]) -> None:
    now, claims = timezone.now(), []
    for proposal in proposals:
        source = Source(
            kind=SourceKind.MATCH,
            match=proposal.match,
            rule=proposal.rule,
            rule_version=RULE_VERSION,
            note=proposal.note,
        )
        claim = Claim(item=proposal.item, source=source, property=Property.DERIVED_FROM, claimed_at=now)
        claim.value_item, claim.value_offset_milliseconds = proposal.copy, proposal.offset_milliseconds
        if proposal.edtf:
            claim.property, claim.value_moment = Property.DATE_CREATED, proposal.moment
            put_date(claim, parse(proposal.edtf))
        if proposal.carried:
            claim.property, claim.as_written = proposal.carried.property, proposal.carried.as_written
            for name in VALUES:
                setattr(claim, name, getattr(proposal.carried, name))
        claims.append(claim)
    for claim in store(claims):
        act(verb=PROPOSE, subject=claim.item, actor=AGENT, payload=_payload(claim))


def _withdraw(claims: list[Claim]) -> None:
    reason = _("It no longer follows from the matches that stand and from what is known of the copies.")
    Ruling.objects.bulk_create(
        Ruling(claim=claim, standing=Standing.SUPERSEDED, reason=reason, ruled_at=timezone.now()) for claim in claims
    )
    for claim in claims:
        act(verb=WITHDRAW, subject=claim.item, actor=AGENT, payload=_payload(claim))


def _payload(claim: Claim) -> dict[str, object]:
    # Who reads what was done to this item may not see the copy: its number says nothing of it.
    value = claim.value_edtf or f"no. {claim.value_item_id}"
    payload = {"property": claim.property, "value": value, "note": claim.source.note}
    return payload | {"claim": claim.pk, "digest": digest_of(claim)}
