"""Turn what files, captions lists and appearances say into claims with their sources, and store them."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db.models import Model

from archive.authorities import gazetteer
from archive.authorities.models import Place
from archive.catalogue.models import Accession, Item
from archive.claims.models import Claim, Source
from archive.extraction.models import Reading
from archive.extraction.readers.file_assertions import Assertion, PlaceWords
from archive.ledger.chain import canonical, moment
from archive.press.models import Appearance
from archive.standards.edtf import DateInterval
from archive.standards.vocabulary import Property, SourceKind

# Farther than this, the nearest place of the gazetteer says nothing of where the camera stood.
NEAREST_WITHIN_METRES = 15_000


def claims_of_file(
    item: Item,
    reading: Reading,
    assertions: Iterable[Assertion],
    *,
    at: datetime,
    accession: Accession | None = None,
) -> list[Claim]:
    """
    Return unsaved claims for what a file asserts of itself, one source a statement; twins stay apart.

    :param accession: the delivery that the file, or its sidecar, came with
    """
    sources: dict[tuple[str, str], Source] = {}
    claims = []
    for assertion in assertions:
        key = (assertion.group, assertion.tag)
        source = sources.setdefault(
            key,
            Source(
                kind=assertion.ground,
                reading=reading,
                group=assertion.group,
                tag=assertion.tag,
                note=assertion.note,
                accession=accession,
            ),
        )
        claim = Claim(
            item=item, property=assertion.property, source=source, as_written=assertion.as_written, claimed_at=at
        )
        if assertion.date:
            put_date(claim, assertion.date)
            claim.value_moment = assertion.moment
        if assertion.point:
            claim.latitude_degrees = assertion.point.latitude_degrees
            claim.longitude_degrees = assertion.point.longitude_degrees
            claim.uncertainty_metres = assertion.point.uncertainty_metres
            claim.altitude_metres = assertion.point.altitude_metres
            claim.bearing_degrees = assertion.point.bearing_degrees
            claims += place_near(claim)
        if assertion.place:
            claim.value_place = place_meant(assertion.place)
        if assertion.property in (Property.CREDIT_LINE, Property.SUPPLIED_BY):
            claim.value_outlet = gazetteer.outlet_meant(assertion.text)
        if assertion.property == Property.EVENT:
            claim.value_event = gazetteer.event_meant(assertion.text)
        claim.value_text = assertion.text or str(assertion.place or "")
        claims.append(claim)
    return claims


def place_near(position: Claim) -> list[Claim]:
    """Return the unsaved claim that the nearest place is where the camera stood, or nothing where none is near."""
    point = position.latitude_degrees, position.longitude_degrees
    around = gazetteer.neighbourhoods({point: frozenset()}, within_metres=NEAREST_WITHIN_METRES)[point]
    if around.nearest is None:
        return []
    written = f"{around.metres / 1000:.1f} km" if around.metres >= 1000 else f"{around.metres:.0f} m"
    source = Source(
        kind=SourceKind.INFERENCE,
        reading=position.source.reading,
        group=position.source.group,
        tag=position.source.tag,
        rule="nearest place",
        rule_version="1",
        note=f"the position lies {written} from {around.nearest.name}",
        accession=position.source.accession,
    )
    return [
        Claim(
            item=position.item,
            property=position.property,
            source=source,
            value_place=around.nearest,
            as_written=position.as_written,
            claimed_at=position.claimed_at,
        )
    ]


def place_meant(words: PlaceWords) -> Place | None:
    """Return the one place that the words name, the most precise of them first; None where that is open."""
    for name in (words.sublocation, words.city, words.province, words.country):
        if name:
            meant = gazetteer.place_meant(
                name, country=words.country_code or words.country or "", province=words.province or ""
            )
            if meant:
                return meant
    return None


def put_date(claim: Claim, date: DateInterval) -> None:
    """Write a date into a claim: the EDTF string and its two days."""
    claim.value_edtf, claim.value_earliest, claim.value_latest = date.edtf, date.earliest, date.latest


def claims_of_appearance(appearance: Appearance, *, at: datetime) -> list[Claim]:
    """Return the unsaved claims that an appearance makes: who published the picture, and its credit as printed."""
    source = Source(kind=SourceKind.APPEARANCE, appearance=appearance)
    claims = []
    if outlet := appearance.outlet:
        claims.append(Claim(property=Property.PUBLISHED_BY, value_outlet=outlet, as_written=outlet.name))
    if credit := appearance.credit:
        claims.append(
            Claim(
                property=Property.CREDIT_LINE,
                value_text=credit,
                value_outlet=gazetteer.outlet_meant(credit),
                as_written=credit,
            )
        )
    for claim in claims:
        claim.item, claim.source, claim.claimed_at = appearance.item, source, at
    return claims


def digest_of(claim: Model) -> str:
    """Return the SHA-256 of all that a stored claim says, or a row beside it, by which the ledger knows it again."""
    values = {field.attname: getattr(claim, field.attname) for field in claim._meta.concrete_fields}
    moments = {name: moment(value) for name, value in values.items() if isinstance(value, datetime)}
    return sha256(canonical(values | moments).encode()).hexdigest()


def store(claims: Iterable[Claim]) -> list[Claim]:
    """Save claims with their unsaved sources in two statements."""
    claims = list(claims)
    sources = {id(claim.source): claim.source for claim in claims if claim.source.pk is None}
    Source.objects.bulk_create(sources.values())
    for claim in claims:
        claim.source_id = claim.source.pk
    return Claim.objects.bulk_create(claims)
