"""
Read captions into proposed claims, and keep those claims in step with the captions and the rules.

Reading again changes nothing that still follows. What no longer follows is ruled superseded by the machine, unless a
person has decided on it: decisions of people stand.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_noop

from archive.catalogue.models import Access, Caption, Item
from archive.claims.choose_mentions import Proposal, proposals
from archive.claims.later_versions import replaced
from archive.claims.models import Claim, Ruling, Source
from archive.claims.record_claims import put_date, store
from archive.extraction.captions.read_caption import READER_VERSION, CaptionReading
from archive.extraction.gazetteer_of_captions import Known, known_names
from archive.press.models import Appearance
from archive.standards.edtf import WEEKDAYS, label_of_day, parse
from archive.standards.normal_form import normalise
from archive.standards.vocabulary import Property, SourceKind, Standing

# Of the choice of mentions; the rules that find them have the version of the reader.
VERSION = f"{READER_VERSION}.1"
# A file whose own date lies so long before the delivery was published was captioned then, not for this delivery.
_OLD_FILE = timedelta(days=31)


@dataclass
class Changes:
    """
    What reading again changed of an item: claims that are new, that no longer follow, that follow again, and those that
    repeat what a person rejected.
    """

    new: list[Claim] = field(default_factory=list)
    gone: list[Claim] = field(default_factory=list)
    back: list[Claim] = field(default_factory=list)
    rejected: list[Claim] = field(default_factory=list)


@dataclass(frozen=True)
class _Against:
    """The publication day that "Tuesday" is read against, and which day that is in words."""

    day: date | None = None
    words: str = ""


def read_captions(items: Iterable[Item], *, at: datetime) -> dict[int, Changes]:
    """
    Bring the claims that captions make in step with the captions; return what changed, by the key of the item.

    Runs inside the transaction of the caller, who then projects the items. Reads the standing wordings of role
    DESCRIPTION: headlines and titles repeat them in fewer words. Costs some ten queries for any number of items.
    """
    keys = {item.pk for item in items}
    captions = _captions(keys)
    recorded = _held(keys)
    if not captions and not recorded:
        return {}
    wanted, corrected = _wanted(captions, known_names(), at) if captions else ([], [])
    return _bring_in_step(wanted, corrected, recorded, at)


def read_ahead(known: Known, wordings: Iterable[tuple[str, str]], *, days: Iterable[date | None]) -> list[str]:
    """
    Read texts before a transaction needs them, each against each of the days.

    :param wordings: (text, language)
    :return: what was left unread, in sentences
    """
    days, problems = set(days), dict[str, None]()
    for text, language in wordings:
        for day in days:
            reading = known.read(text, published=day, language=_language(language))
            problems.update(dict.fromkeys(reading.problems))
    return list(problems)


def read_ahead_for(items: Iterable[int]) -> None:
    """Read the standing captions of held items, by their keys, before a transaction needs them; some five queries."""
    captions, known = _captions(set(items)), known_names()
    against = _days(captions)
    for caption in captions:
        known.read(caption.text, published=against[caption.pk].day, language=_language(caption.language))


def would_claim(texts: Sequence[str], *, day: date | None, language: str) -> list[list[Claim]]:
    """
    Return for each text the unsaved claims it would make of its picture, were that picture held; two small queries.

    :param day: on which the texts were printed
    """
    known, at = known_names(), timezone.now()
    against = _named(day, "the day it was printed")
    claims_of_texts = []
    for text in texts:
        caption = Caption(text=text, language=language)
        reading = known.read(text, published=day, language=_language(language))
        claims_of_texts.append(
            [_claim(caption, proposal, known, at) for proposal in proposals(reading, against=against.words)]
        )
    return claims_of_texts


def _captions(keys: set[int]) -> list[Caption]:
    standing = Caption.objects.current().filter(item__in=keys, role=Caption.Role.DESCRIPTION)
    return list(standing.select_related("accession", "item__accession").order_by("pk"))


def _held(keys: set[int]) -> list[Claim]:
    """Return all claims that rest on captions, those of a captions list's columns among them, with who ruled last."""
    latest = Ruling.objects.filter(claim=OuterRef("pk")).order_by("-pk")
    return list(
        Claim.objects.filter(item__in=keys, source__kind=SourceKind.CAPTION, source__caption__isnull=False)
        .with_standing()
        .annotate(decided_by=Subquery(latest.values("ruled_by")[:1]), ruling=Subquery(latest.values("pk")[:1]))
        .select_related("source")
        .order_by("pk")
    )


# -- what the captions say now ----------------------------------------------------------------------------------------


def _wanted(captions: Sequence[Caption], known: Known, at: datetime) -> tuple[list[Claim], list[Claim]]:
    """
    Return the unsaved claims that follow, and those that another caption of their item corrects.

    Of wordings that say the same of an item the first alone is read.
    """
    against = _days(captions)
    claims, read = [], set()
    readings: dict[int, list[tuple[Caption, CaptionReading, list[Claim]]]] = defaultdict(list)
    for caption in captions:
        reference = against[caption.pk]
        twin = (caption.item_id, caption.text.strip(), reference.day)
        if twin in read:
            continue
        read.add(twin)
        reading = known.read(caption.text, published=reference.day, language=_language(caption.language))
        own = [_claim(caption, proposal, known, at) for proposal in proposals(reading, against=reference.words)]
        readings[caption.item_id].append((caption, reading, own))
        claims += own
    later = replaced(captions)
    corrected = [claim for of_item in readings.values() for claim in _corrected(of_item, later)]
    gone = set(map(id, corrected))
    return [claim for claim in claims if id(claim) not in gone], corrected


def _corrected(of_item: list[tuple[Caption, CaptionReading, list[Claim]]], later: dict[int, int]) -> list[Claim]:
    """
    Return the claims of an item's captions that another of its captions corrects.

    A caption corrects what it denies ("not Dunkirk"), whoever says it; a notice ("CORRECTION: …") also what captions
    before it say otherwise of what it states itself. So does the later version of a news document to the earlier.

    :param later: by the key of a caption that of the one which took its place
    """
    corrected = []
    for caption, reading, own in of_item:
        is_later = caption.pk in later.values()
        if not (reading.corrects or is_later or reading.denied_dates or reading.denied_places or reading.denied_counts):
            continue
        stated: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
        for claim in own:
            stated[claim.property].add(_value(claim)[2:])
        for other, other_reading, others in of_item:
            if other is caption or (other_reading.corrects and other.pk > caption.pk):
                continue
            for claim in others:
                if _value(claim)[2:] in stated[claim.property]:
                    continue
                is_before = (reading.corrects and other.pk < caption.pk) or later.get(other.pk) == caption.pk
                if (is_before and claim.property in stated) or _is_denied(claim, reading):
                    corrected.append(claim)
    return corrected


def _is_denied(claim: Claim, reading: CaptionReading) -> bool:
    if claim.property == Property.DATE_CREATED:
        return claim.value_edtf in {mention.edtf for mention in reading.denied_dates}
    if claim.property == Property.LOCATION_SHOWN:
        slugs = {mention.record.slug for mention in reading.denied_places if mention.record}
        return claim.value_place is not None and claim.value_place.current.slug in slugs
    if claim.property == Property.PEOPLE_COUNT:
        return (claim.value_min, claim.value_max) in {(count.minimum, count.maximum) for count in reading.denied_counts}
    return False


def _language(language: str) -> str:
    return "" if language == "x-default" else language


def _days(captions: Sequence[Caption]) -> dict[int, _Against]:
    """
    Return what each caption's "Tuesday" is read against.

    Words that stood in print: the day they were printed. Words of a captions list: the day on which an outlet published
    the delivery they came with, as the delivery says now, or else the day on which it was received. Words in a file:
    the day on which an outlet published the delivery; but a file that dates itself more than a month before that was
    captioned then, so its own date is taken, and it is taken where the delivery names no day. Other words that nobody
    published have no such day.

    What a restricted delivery tells of print says nothing of words that another one brought: others read those.
    """
    printed: dict[int, date] = {}
    seen = Appearance.objects.filter(
        Q(accession=None) | ~Q(accession__access=Access.RESTRICTED) | Q(accession=F("wording__accession")),
        wording__in=[caption.pk for caption in captions],
        published_earliest=F("published_latest"),
    ).exclude(figure=None, wording__origin=Caption.Origin.LIST, accession=F("wording__accession"))
    for wording, day in seen.order_by("published_earliest", "pk").values_list("wording", "published_earliest"):
        printed.setdefault(wording, day)
    own: dict[int, date] = {}
    dated = Claim.objects.filter(
        item__in={caption.item_id for caption in captions},
        property=Property.DATE_CREATED,
        source__kind=SourceKind.EMBEDDED_DESCRIPTION,
        source__reading__in={caption.reading_id for caption in captions if caption.reading_id},
        value_earliest=F("value_latest"),
    )
    for reading, day in dated.order_by("pk").values_list("source__reading", "value_earliest"):
        own.setdefault(reading, day)
    return {caption.pk: _against(caption, printed, own) for caption in captions}


def _against(caption: Caption, printed: dict[int, date], own: dict[int, date]) -> _Against:
    if caption.pk in printed:
        return _named(printed[caption.pk], "the day it was printed")
    delivery = caption.accession or caption.item.accession
    delivered: date | None = delivery.published_on if delivery.outlet_id else None
    if caption.reading_id is None:
        if caption.origin != Caption.Origin.LIST or caption.accession is None:
            return _Against()
        if delivered is None:
            return _named(delivery.received_on, "the day on which the accession was received")
    dated = own.get(caption.reading_id)
    if dated and (delivered is None or dated < delivered - _OLD_FILE):
        return _named(dated, "the date that stands in the file beside it")
    return _named(delivered, "the day on which the accession was published")


def _named(day: date | None, what: str) -> _Against:
    return _Against(day, f"{WEEKDAYS[day.weekday()]} {label_of_day(day)}, {what}") if day else _Against()


def _claim(caption: Caption, proposal: Proposal, known: Known, at: datetime) -> Claim:
    source = Source(
        kind=SourceKind.CAPTION,
        caption=caption,
        start=proposal.start,
        end=proposal.end,
        rule=proposal.rule,
        rule_version=VERSION,
        note=proposal.note,
    )
    claim = Claim(
        item_id=caption.item_id,
        property=proposal.property,
        source=source,
        as_written=caption.text[proposal.start : proposal.end],
        value_text=proposal.text,
        value_min=proposal.minimum,
        value_max=proposal.maximum,
        uncertainty_metres=proposal.uncertainty_metres,
        claimed_at=at,
    )
    if proposal.edtf:
        put_date(claim, parse(proposal.edtf))
    if proposal.place:
        claim.value_place = known.places[proposal.place]
    if proposal.candidates:
        names = [known.places[slug].full_name for slug in proposal.candidates]
        source.note = f"{proposal.note}: {'; '.join(names)}"
    if proposal.outlet:
        claim.value_outlet_id = known.outlets.get(normalise(proposal.outlet))
    return claim


# -- what is held of them ---------------------------------------------------------------------------------------------


def _bring_in_step(
    wanted: list[Claim], corrected: list[Claim], recorded: list[Claim], at: datetime
) -> dict[int, Changes]:
    read_before = {_key(claim): claim for claim in recorded if claim.source.start is not None}
    columns = {_value(claim) for claim in recorded if claim.source.start is None}
    # Where a person accepted or corrected what was read at a span, their word stands for it.
    settled = {
        _span(claim)
        for claim in read_before.values()
        if claim.decided_by and claim.standing in (Standing.ACCEPTED, Standing.SUPERSEDED)
    }
    follows = {_key(claim): claim for claim in wanted}
    answers = _answers(recorded)
    changes: dict[int, Changes] = defaultdict(Changes)
    for key, claim in follows.items():
        if key not in read_before and _value(claim) not in columns and _span(claim) not in settled:
            changes[claim.item_id].new.append(claim)
            if answers.get(_reading(claim)) == Standing.REJECTED:
                changes[claim.item_id].rejected.append(claim)
    for key, claim in read_before.items():
        if claim.decided_by:
            continue
        is_rejected = answers.get(_reading(claim)) == Standing.REJECTED
        if key in follows and is_rejected:
            if claim.standing != Standing.REJECTED:
                changes[claim.item_id].rejected.append(claim)
        elif key in follows and claim.standing in (Standing.SUPERSEDED, Standing.REJECTED):
            if _span(claim) not in settled:
                changes[claim.item_id].back.append(claim)
        elif key not in follows and claim.standing == Standing.PROPOSED:
            changes[claim.item_id].gone.append(claim)
    kept = [read_before[key] for key in follows if key in read_before]
    _record(list(changes.values()), kept, set(map(_key, corrected)), at)
    return dict(changes)


def _record(changes: list[Changes], kept: list[Claim], corrected: set[tuple[Any, ...]], at: datetime) -> None:
    new = store(claim for change in changes for claim in change.new)
    heirs: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    for claim in [*new, *kept]:
        heirs[claim.item_id, claim.property].append(claim)
    rulings = [
        Ruling(
            claim=claim,
            standing=Standing.SUPERSEDED,
            superseded_by=_heir(claim, heirs[claim.item_id, claim.property]),
            reason=gettext_noop("another caption of the item corrects it")
            if _key(claim) in corrected
            else gettext_noop("the caption, read again, does not say so"),
            ruled_at=at,
        )
        for change in changes
        for claim in change.gone
    ]
    again = gettext_noop("the caption, read again, says so")
    rulings += [
        Ruling(claim=claim, standing=Standing.PROPOSED, reason=again, ruled_at=at)
        for change in changes
        for claim in change.back
    ]
    rulings += [
        Ruling(
            claim=claim,
            standing=Standing.REJECTED,
            reason=gettext_noop("a person rejected this reading of the same words; a caption repeats them"),
            ruled_at=at,
        )
        for change in changes
        for claim in change.rejected
    ]
    Ruling.objects.bulk_create(rulings)


def _answers(recorded: list[Claim]) -> dict[tuple[Any, ...], Standing]:
    """Return where a reading stands by the latest word of a person, in whichever caption of the item it stood."""
    decided = sorted((claim for claim in recorded if claim.decided_by), key=lambda claim: claim.ruling)
    return {_reading(claim): Standing(claim.standing) for claim in decided}


def _reading(claim: Claim) -> tuple[Any, ...]:
    """Return what is read out of which words, wherever they stand among the captions of the item."""
    return claim.item_id, normalise(claim.as_written), *_value(claim)[1:]


def _heir(claim: Claim, heirs: list[Claim]) -> Claim | None:
    """Return the claim that says the same elsewhere, or something else of the same words; None where nothing does."""
    same = [heir for heir in heirs if _value(heir)[2:] == _value(claim)[2:]]
    there = [
        heir
        for heir in heirs
        if heir.source.caption_id == claim.source.caption_id
        and heir.source.start < claim.source.end
        and claim.source.start < heir.source.end
    ]
    return next(iter(same + there), None)


def _span(claim: Claim) -> tuple[Any, ...]:
    return claim.source.caption_id, claim.property, claim.source.start, claim.source.end


def _key(claim: Claim) -> tuple[Any, ...]:
    return *_span(claim), claim.uncertainty_metres, _value(claim)


def _value(claim: Claim) -> tuple[Any, ...]:
    """Return the value and on whose word: a column of a captions list that says the same is not said again."""
    named = claim.value_place_id or claim.value_outlet_id
    words = "" if named and claim.property != Property.CREDIT_LINE else normalise(claim.value_text)
    return claim.source.caption_id, claim.property, claim.value_edtf, named, claim.value_min, claim.value_max, words
