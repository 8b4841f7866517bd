"""Turn what files, captions lists and appearances say into claims with their sources, and store them."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from archive.authorities import gazetteer
from archive.authorities.models import Place
from archive.catalogue.models import Accession, Item
from archive.claims.models import Claim, Source
from archive.extraction.models import Reading
from archive.extraction.readers.asserting import Assertion, PlaceWords
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
    for said in assertions:
        key = (said.group, said.tag)
        source = sources.setdefault(
            key,
            Source(
                kind=said.ground,
                reading=reading,
                group=said.group,
                tag=said.tag,
                note=said.note,
                accession=accession,
            ),
        )
        claim = Claim(item=item, property=said.property, source=source, as_written=said.as_written, claimed_at=at)
        if said.date:
            put_date(claim, said.date)
            claim.value_moment = said.moment
        if said.point:
            claim.latitude_degrees = said.point.latitude_degrees
            claim.longitude_degrees = said.point.longitude_degrees
            claim.uncertainty_metres = said.point.uncertainty_metres
            claim.altitude_metres = said.point.altitude_metres
            claim.bearing_degrees = said.point.bearing_degrees
            claims += place_near(claim)
        if said.place:
            claim.value_place = place_meant(said.place)
        if said.property in (Property.CREDIT_LINE, Property.SUPPLIED_BY):
            claim.value_outlet = gazetteer.outlet_meant(said.text)
        if said.property == Property.EVENT:
            claim.value_event = gazetteer.event_meant(said.text)
        claim.value_text = said.text or str(said.place or "")
        claims.append(claim)
    return claims


def place_near(position: Claim) -> list[Claim]:
    """Return the unsaved claim that the nearest place is where the camera stood, or nothing where none is near."""
    for place, metres in gazetteer.nearest(position.latitude_degrees, position.longitude_degrees, 1):
        if metres <= NEAREST_WITHIN_METRES:
            written = f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"
            source = Source(
                kind=SourceKind.INFERENCE,
                reading=position.source.reading,
                group=position.source.group,
                tag=position.source.tag,
                rule="nearest place",
                rule_version="1",
                note=f"the position lies {written} from {place.name}",
                accession=position.source.accession,
            )
            return [
                Claim(
                    item=position.item,
                    property=position.property,
                    source=source,
                    value_place=place,
                    as_written=position.as_written,
                    claimed_at=position.claimed_at,
                )
            ]
    return []


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


def digest_of(claim: Claim) -> str:
    """Return the SHA-256 of all that a stored claim says, by which the ledger knows it again."""
    told = {field.attname: getattr(claim, field.attname) for field in Claim._meta.concrete_fields}
    moments = {name: moment(value) for name, value in told.items() if isinstance(value, datetime)}
    return sha256(canonical(told | moments).encode()).hexdigest()


def store(claims: Iterable[Claim]) -> list[Claim]:
    """Save claims with their unsaved sources in two statements."""
    claims = list(claims)
    sources = {id(claim.source): claim.source for claim in claims if claim.source.pk is None}
    Source.objects.bulk_create(sources.values())
    for claim in claims:
        claim.source_id = claim.source.pk
    return Claim.objects.bulk_create(claims)
