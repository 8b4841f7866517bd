"""
From an examined file to a draft item: kept, described, claimed, each statement with its source.

The steps stand in the order of the way of a file. All of them run inside the transaction of the caller.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.authorities import gazetteer
from archive.authorities.models import Outlet
from archive.catalogue.audiences import Audience
from archive.catalogue.distressing_marks import MARK_VERBS
from archive.catalogue.models import Access, Accession, Caption, Item
from archive.claims.later_versions import replaced
from archive.claims.models import ACCESSION_GROUP, Claim, DeliveredReading, Source, closed_readings
from archive.claims.record_claims import claims_of_appearance, claims_of_file, put_date, store
from archive.extraction.models import NamedDocument, NewsVersion, Reading
from archive.extraction.readers import file_assertions, statements
from archive.extraction.readers.document_identifiers import documents_named
from archive.extraction.readers.news_versions import NOBODY_KNOWS, Version, identity_of
from archive.extraction.readers.statements import READER_VERSION
from archive.files.maker_version import MAKER_VERSION
from archive.files.models import MediaFile, PreservationEvent, Rendition
from archive.ingest.captions_list import DATE_ORDER
from archive.ingest.claims_in_step import bring_in_step
from archive.ingest.models import AccessionLine
from archive.ledger.record_acts import act
from archive.press.figures import appear
from archive.press.models import Appearance
from archive.standards.date_words import DayOrder, understand
from archive.standards.edtf import DateInterval, InvalidEDTF
from archive.standards.timecode import timecode
from archive.standards.vocabulary import Property, SourceKind

AGENT = "Strandline"
# The rule of a claim that a still is derived from footage because it was cut out of it here.
KEPT_FRAME = "kept frame"
# What broadcasters and agencies call a frame taken out of footage.
STILL = re.compile(
    r"\b(still|screengrab|screen grab|frame grab|video grab|screenshot|capture d['’]écran)\b", re.IGNORECASE
)
# Not a column of the captions list: the identifier of the news item by which a document found what is held.
NEWS_ITEM = "news_item"
# The group of sources that are columns of the captions list.
LIST_GROUP = "CSV"
# What the columns of a captions list speak of; outlet and url tell of an appearance.
COLUMN_PROPERTIES = {
    "credit": Property.CREDIT_LINE,
    "creator": Property.CREATOR,
    "date": Property.DATE_CREATED,
    "place": Property.LOCATION_SHOWN,
    "event": Property.EVENT,
}


@dataclass(frozen=True)
class Examined:
    """What the sandbox found in one file, and where its bytes are kept; each rendition names its `storage_path`."""

    picture: dict[str, Any]
    reading: statements.Reading
    sidecar: statements.Reading | None
    storage_path: str


def keep(new: Sequence[tuple[AccessionLine, Examined]], *, at: datetime) -> list[MediaFile]:
    """Record kept originals, their renditions, and what was done to the files as PREMIS events; four queries."""
    # The libraries that decode pictures come with these: most commands and pages need none of them.
    from archive.matching.make_fingerprints import expect

    media_files = MediaFile.objects.bulk_create(
        MediaFile(
            message_digest=line.message_digest,
            size_bytes=line.size_bytes,
            format_name=examined.picture["format_name"],
            mime_type=examined.picture["mime_type"],
            width_px=examined.picture["width_px"],
            height_px=examined.picture["height_px"],
            frame_count=examined.picture["frame_count"],
            **_measured(examined.picture),
            original_name=line.original_name,
            received_at=line.received_at,
            storage_path=examined.storage_path,
        )
        for line, examined in new
    )
    renditions = Rendition.objects.bulk_create(
        Rendition(
            media_file=media_file,
            purpose=made["purpose"],
            width_px=made["width_px"],
            height_px=made["height_px"],
            size_bytes=made["size_bytes"],
            mime_type=made["mime_type"],
            storage_path=made["storage_path"],
            offset_milliseconds=made["offset_milliseconds"],
            made_at=at,
            maker_version=MAKER_VERSION,
        )
        for media_file, (_line, examined) in zip(media_files, new, strict=True)
        for made in examined.picture["renditions"]
    )
    expect(renditions)
    PreservationEvent.objects.bulk_create(
        PreservationEvent(
            media_file=media_file,
            event_type=kind,
            occurred_at=moment,
            event_outcome=outcome,
            event_outcome_detail=detail,
            linking_agent=AGENT,
        )
        for media_file, (line, examined) in zip(media_files, new, strict=True)
        for kind, moment, outcome, detail in _happened(line, examined, at)
    )
    return media_files


def _happened(line: AccessionLine, examined: Examined, at: datetime) -> list[tuple[str, datetime, str, str]]:
    """Return what was done to a file: the kind of event, when, how it went, and what came of it."""
    picture, reading = examined.picture, examined.reading
    problems = [*picture["problems"], *(problem.text for problem in reading.problems)]
    return [
        ("ingestion", line.received_at, "success", f"received as {line.original_name}"),
        ("message digest calculation", line.received_at, "success", f"SHA-256 {line.message_digest}"),
        ("metadata extraction", at, "success" if reading.state != "UNREADABLE" else "warning", " ".join(problems)),
        ("creation", at, "success", _made_of(picture)),
    ]


def _measured(picture: dict[str, Any]) -> dict[str, Any]:
    """Return what was measured of footage; nothing of a picture."""
    film = picture["footage"] or {}
    measured = ("duration_milliseconds", "frame_rate", "frame_rate_varies", "video_codec")
    return {name: film[name] for name in measured if name in film}


def _made_of(picture: dict[str, Any]) -> str:
    stills = sum(made["purpose"] == Rendition.Purpose.STILL for made in picture["renditions"])
    return f"thumbnail and screen copy of a poster, {stills} stills" if stills else "thumbnail and screen copy"


def describe(line: AccessionLine, media_file: MediaFile, examined: Examined, *, at: datetime) -> Item:
    """Open the draft item, with every wording and every claim that the file and its sidecar bring."""
    item = Item.objects.create(
        media_file=media_file,
        kind=_kind(line, media_file, examined.reading),
        access=_access(line),
        file_name=line.original_name,
        added_at=at,
        added_by=line.received_by,
        accession=line.accession,
    )
    _add_reading(line, item, "embedded", examined.reading, at=at, is_new=True)
    if examined.sidecar:
        _add_reading(line, item, "sidecar", examined.sidecar, at=at, is_new=True)
    return item


def add_sidecar(line: AccessionLine, item: Item, raw_reading: statements.Reading, *, at: datetime) -> bool:
    """
    Record what a sidecar says that came with held bytes; return whether it says anything that none said before.

    What an earlier sidecar said stays beside it, but that a later version of a news document takes the place of what an
    earlier one claimed. A version that comes after a later one is kept, and claims nothing. The bytes of each sidecar
    are those of its line.
    """
    before = list(_sidecars_before(line, item))
    stated = _stated_by(raw_reading)
    for reading in before:
        if reading.statements == stated and reading.state == raw_reading.state:
            note_delivery(reading, [line.accession])
            return False
    match _compare_versions(before, stated):
        case _Versions(is_late=True):
            note_delivery(record_reading(item.media_file, "sidecar", raw_reading, at=at), [line.accession])
        case _Versions(earlier=earlier) if earlier:
            _add_version(line, item, raw_reading, earlier, at=at)
        case _:
            _add_reading(line, item, "sidecar", raw_reading, at=at)
    return True


def tell_version(line: AccessionLine, item: Item, raw_reading: statements.Reading) -> str:
    """Say, before it is recorded, what a version of a news document is to those that came before; else ""."""
    stated = _stated_by(raw_reading)
    versions = _compare_versions(_sidecars_before(line, item), stated) if identity_of(stated) else None
    if versions is None or (not versions.earlier and not versions.is_late):
        return ""
    if versions.is_late:
        return (
            f"It is version {versions.written} of a news document of which version {versions.latest_written} came "
            "before: it is kept with the metadata, and nothing in it leads."
        )
    return f"Version {versions.written} of its news document took the place of version {versions.latest_written}."


@dataclass(frozen=True)
class _Versions:
    """
    A version of a news document beside those that came before.

    `earlier` are the readings of the same item that it is later than; `is_late` says that a later one came before it.
    """

    earlier: list[Reading]
    is_late: bool
    written: str
    latest_written: str


def _sidecars_before(line: AccessionLine, item: Item) -> Iterable[Reading]:
    before = Reading.objects.filter(media_file=item.media_file, reader="sidecar").order_by("pk")
    return before if _told_to(line.accession) == Audience.STAFF else before.exclude(closed_readings())


def _compare_versions(before: Iterable[Reading], stated: list[list[Any]]) -> _Versions | None:
    """Compare a version with those before; None where it is of no news document, or none of its item came before."""
    identity = identity_of(stated)
    if identity is None:
        return None
    guid, version = identity
    of_item = [
        (known[1], reading)
        for reading in before
        if (known := identity_of(reading.statements)) is not None and known[0] == guid
    ]
    earlier = [(known, reading) for known, reading in of_item if known.is_before(version)]
    same = version if version.is_stated else None
    later = [(known, reading) for known, reading in of_item if known == same or version.is_before(known)]
    # What cannot be compared, for one gives no number or moment, stands beside the others: nobody knows which is later.
    if not earlier and not later:
        return None
    latest, reading = max(later or earlier, key=lambda known: known[0])
    readings = [] if later else [reading for _known, reading in earlier]
    return _Versions(readings, bool(later), _written(version, stated), _written(latest, reading.statements))


def _written(version: Version, stated: list[list[Any]]) -> str:
    number = next((str(value) for _group, tag, value in stated if tag == "version"), "")
    made = f"{version.created:%Y-%m-%d %H:%M} UTC" if version.created != NOBODY_KNOWS else ""
    return f"{number} ({made})" if number and made else number or f"of {made}"


def _add_version(
    line: AccessionLine, item: Item, raw_reading: statements.Reading, earlier: list[Reading], *, at: datetime
) -> None:
    """Record a later version of a news document: its wordings beside the earlier, its claims in their place."""
    reading = record_reading(item.media_file, "sidecar", raw_reading, at=at)
    note_delivery(reading, [line.accession])
    captions = item.captions.filter(origin=Caption.Origin.SIDECAR).order_by("pk")
    gone = replaced(captions)
    standing = {(caption.role, caption.text, caption.tag) for caption in captions if caption.pk not in gone}
    add_wordings(
        item, reading, raw_reading, before=standing,
        origin=Caption.Origin.SIDECAR, accession=line.accession, recorded_at=at, recorded_by=line.received_by,
    )  # fmt: skip
    assertions = file_assertions.assertions(raw_reading)
    bring_in_step(
        Claim.objects.filter(item=item, source__reading__in=[*earlier, reading]),
        claims_of_file(item, reading, assertions, at=at, accession=line.accession),
        at=at,
        gone_because="a later version of the news document does not say so",
        back_because="a later version of the news document says so",
    )


def named_in_sidecar(line: AccessionLine) -> dict[str, str]:
    """Return by what the item of a news document is found that speaks of the file of a line."""
    return {"file_name": line.original_name, "guid": line.stated.get(NEWS_ITEM, "")}


def _told_to(accession: Accession) -> Audience:
    """
    Return the audience that reads what this delivery brings.

    What only a restricted delivery has told them is not told: an open one that says the same tells it anew.
    """
    return Audience.STAFF if accession.access == Access.RESTRICTED else Audience.RESEARCH


def _stated_by(raw_reading: statements.Reading) -> list[list[Any]]:
    return [[s.group, s.tag, s.value] for s in raw_reading.statements]


def _add_reading(
    line: AccessionLine, item: Item, reader: str, raw_reading: statements.Reading, *, at: datetime, is_new: bool = False
) -> None:
    """Record a reading with its wordings and claims; those that an earlier sidecar brought already are left out."""
    origin = Caption.Origin.EMBEDDED if reader == "embedded" else Caption.Origin.SIDECAR
    claims_before, captions_before = set(), set()
    if not is_new:
        audience = _told_to(line.accession)
        earlier = Claim.objects.told_for(audience).filter(item=item, source__reading__reader=reader)
        claims_before = set(earlier.values_list("property", "source__group", "source__tag", "as_written"))
        captions_before = wordings_before(item, origin, audience)
    reading = record_reading(item.media_file, reader, raw_reading, at=at)
    if reader == "sidecar":
        note_delivery(reading, [line.accession])
    brought = {"origin": origin, "accession": line.accession, "recorded_at": at, "recorded_by": line.received_by}
    add_wordings(item, reading, raw_reading, before=captions_before, **brought)
    store(
        claim
        for claim in claims_of_file(
            item, reading, file_assertions.assertions(raw_reading), at=at, accession=line.accession
        )
        if (claim.property, claim.source.group, claim.source.tag, claim.as_written) not in claims_before
    )


def record_reading(media_file: MediaFile, reader: str, raw_reading: statements.Reading, *, at: datetime) -> Reading:
    """Record what a file or its sidecar says of itself, verbatim, and the documents that the file names."""
    if reader == "embedded" and (documents := documents_named(raw_reading)):
        known = set(NamedDocument.objects.filter(media_file=media_file).values_list("identifier", flat=True))
        NamedDocument.objects.bulk_create(
            NamedDocument(media_file=media_file, part=part, identifier=identifier)
            for part, identifier in documents
            if identifier not in known
        )
    recorded = Reading.objects.create(
        media_file=media_file,
        reader=reader,
        reader_version=READER_VERSION,
        read_at=at,
        state=raw_reading.state,
        statements=_stated_by(raw_reading),
        properties=raw_reading.properties,
        problems=[problem.text for problem in raw_reading.problems],
    )
    if identity := identity_of(raw_reading.statements):
        written = raw_reading.first(f"{raw_reading.format_name}:version") or ""
        NewsVersion.objects.create(media_file=media_file, reading=recorded, guid=identity[0], version=str(written)[:40])
    return recorded


def note_delivery(reading: Reading, accessions: Iterable[Accession]) -> None:
    """Record which deliveries brought the sidecar of a reading; what is known already is not written again."""
    known = set(DeliveredReading.objects.filter(reading=reading).values_list("accession", flat=True))
    new = {accession.pk: accession for accession in accessions if accession.pk not in known}
    DeliveredReading.objects.bulk_create(
        DeliveredReading(reading=reading, accession=accession) for accession in new.values()
    )


def wordings_before(item: Item, origin: str, audience: Audience = Audience.STAFF) -> set[tuple[str, str, str]]:
    """Return role, text and tag of the wordings that this origin has given the item, as far as this audience reads."""
    return set(item.captions.told_for(audience).filter(origin=origin).values_list("role", "text", "tag"))


def add_wordings(
    item: Item, reading: Reading, raw_reading: statements.Reading, *, before: set[tuple[str, str, str]], **brought: Any
) -> int:
    """
    Add the wordings of a reading as captions, but for those that stand there `before`; return how many.

    :param brought: further fields of each caption: its origin, when it was recorded, with which accession and by whom
    """
    new = [
        Caption(
            item=item,
            role=wording.role,
            text=wording.text,
            language=wording.language,
            reading=reading,
            group=wording.group,
            tag=wording.tag,
            **brought,
        )
        for wording in file_assertions.wordings(raw_reading)
        if (wording.role, wording.text, wording.tag) not in before
    ]
    return len(Caption.objects.bulk_create(new))


def is_frame(line: AccessionLine) -> bool:
    """Tell whether the file is a frame that was cut here: nobody supplied or printed it."""
    return "frame_of" in line.stated


def add_origin(line: AccessionLine, item: Item, *, at: datetime) -> bool:
    """Claim that a kept frame is derived from its footage at its moment, where nobody did; say if it is new."""
    footage = Item.objects.get(pk=line.stated["frame_of"])
    moment = line.stated["frame_milliseconds"]
    known = {"property": Property.DERIVED_FROM, "value_item": footage, "value_offset_milliseconds": moment}
    if item.claims.filter(**known).exists():
        return False
    person = line.received_by
    source = Source(
        kind=SourceKind.PERSON if person else SourceKind.INFERENCE, person=person, rule=KEPT_FRAME, rule_version="1"
    )
    written = f"{footage.file_name}, {timecode(moment)}"
    store([Claim(item=item, source=source, as_written=written, claimed_at=at, **known)])
    payload = {"footage": footage.pk, "frame": written, "sha256": line.message_digest}
    act(verb="keep frame", subject=item, actor=person or "command line", payload=payload)
    if footage.is_distressing and not item.is_distressing:
        # What it was cut from is shown blurred, so nobody shall come upon the frame unasked.
        Item.objects.filter(pk=item.pk).update(is_distressing=True)
        item.is_distressing = True
        reason = "It is a frame of footage that is marked so."
        act(verb=MARK_VERBS[True], subject=item, actor=person or "command line", payload={"reason": reason})
    return True


def add_stated(line: AccessionLine, item: Item, *, at: datetime, is_new: bool = False) -> tuple[bool, Caption | None]:
    """
    Record what the delivery says of the picture: its row of the captions list, and who supplied it.

    New words stand beside the old; the same words again add nothing. Return whether it said anything new, and the row's
    caption if it has one.

    :param is_new: the item was opened a moment ago, so nothing was said of it before
    """
    stated = {name: str(value).strip() for name, value in line.stated.items() if str(value).strip()}
    caption, says_new = None, False
    audience = _told_to(line.accession)
    if text := stated.get("caption"):
        if not is_new:
            known = item.captions.told_for(audience)
            caption = known.filter(origin=Caption.Origin.LIST, text=text).order_by("pk").first()
        says_new = caption is None
        caption = caption or Caption.objects.create(
            item=item,
            text=text,
            origin=Caption.Origin.LIST,
            accession=line.accession,
            recorded_at=at,
            recorded_by=line.received_by,
        )
    claims = [_supplied_by(line, item, at)] if line.accession.supplied_by else []
    claims += _claims_of_row(item, caption, stated, at, accession=line.accession)
    before = set()
    if claims and not is_new:
        stood = item.claims.told_for(audience).filter(source__group__in=[LIST_GROUP, ACCESSION_GROUP])
        before = set(stood.values_list("property", "source__group", "as_written"))
    claims = [claim for claim in claims if (claim.property, claim.source.group, claim.as_written) not in before]
    store(claims)
    return says_new or bool(claims), caption


def add_appearance(line: AccessionLine, item: Item, *, wording: Caption | None, at: datetime) -> Appearance | None:
    """
    Record where the picture stood in print, with its claims: as a figure of the news page it came with, or as the
    delivery says.

    None where it came with no page and the delivery names neither outlet nor address, or has told of it before.

    :param wording: the caption of the delivery under which it stood there
    """
    if line.figure:
        if appearance := line.figure.appearances.filter(item=item).first():
            return appearance
        appearance = appear(line.figure, item, at=at, by=line.received_by)
    else:
        appearance = _stated_appearance(line, item, wording, at)
    if appearance:
        store(claims_of_appearance(appearance, at=at))
    return appearance


def _stated_appearance(line: AccessionLine, item: Item, wording: Caption | None, at: datetime) -> Appearance | None:
    stated = line.stated
    outlet = gazetteer.outlet_meant(stated.get("outlet", "")) or line.accession.outlet
    outlet = outlet and outlet.current
    url = stated.get("url", "")
    if not outlet and not url:
        return None
    day = line.accession.published_on
    if stands_in_print(line, item, outlet=outlet, url=url):
        return None
    return Appearance.objects.create(
        item=item,
        outlet=outlet,
        url=url[:1000],
        published_edtf=day.isoformat() if day else "",
        published_earliest=day,
        published_latest=day,
        caption=stated.get("caption", ""),
        credit=stated.get("credit", ""),
        wording=wording,
        accession=line.accession,
        recorded_at=at,
        recorded_by=line.received_by,
    )


def stands_in_print(line: AccessionLine, item: Item, *, outlet: Outlet | None, url: str = "") -> bool:
    """Tell whether this delivery has an appearance of the item there already: it needs another delivery or page."""
    lines = AccessionLine.objects.filter(accession=line.accession, item=item, appearance__isnull=False)
    there = {"appearance__outlet__in": Outlet.objects.alike(pk=outlet.pk)} if outlet else {"appearance__outlet": None}
    return lines.filter(**there, appearance__url=url[:1000]).exists()


def _claims_of_row(
    item: Item, caption: Caption | None, stated: dict[str, str], at: datetime, *, accession: Accession
) -> list[Claim]:
    """Return the unsaved claims of a row of the captions list; each column is a source, beside the row's caption."""
    claims = []
    for column, name in COLUMN_PROPERTIES.items():
        if written := stated.get(column):
            source = Source(kind=SourceKind.CAPTION, caption=caption, group=LIST_GROUP, tag=column, accession=accession)
            claim = Claim(item=item, property=name, source=source, as_written=written, claimed_at=at)
            claim.value_text = written
            match name:
                case Property.CREDIT_LINE:
                    claim.value_outlet = gazetteer.outlet_meant(written)
                case Property.LOCATION_SHOWN:
                    claim.value_place = gazetteer.place_meant(written)
                case Property.EVENT:
                    claim.value_event = gazetteer.event_meant(written)
                case Property.DATE_CREATED:
                    date = read_date(written, stated.get(DATE_ORDER))
                    if date is None:
                        continue  # told with its line of the list; words that are no date lead nothing
                    put_date(claim, date)
                    claim.value_text = ""
            claims.append(claim)
    return claims


def read_date(written: str, order: DayOrder | None = None) -> DateInterval | None:
    """
    Read a date of a captions list as people write it; None where it is no date, or one that may be two.

    :param order: of day and month, where other dates of the list have settled it
    """
    try:
        return understand(written, order=order)
    except InvalidEDTF:
        return None


def _supplied_by(line: AccessionLine, item: Item, at: datetime) -> Claim:
    name = line.accession.supplied_by
    person = line.accession.opened_by
    source = Source(
        kind=SourceKind.PERSON if person else SourceKind.CAPTION,
        person=person,
        group=ACCESSION_GROUP,
        tag="supplied_by",
        note=line.accession.title,
        accession=line.accession,
    )
    return Claim(
        item=item,
        property=Property.SUPPLIED_BY,
        source=source,
        as_written=name,
        value_text=name,
        value_outlet=gazetteer.outlet_meant(name),
        claimed_at=at,
    )


def _access(line: AccessionLine) -> str:
    """Return who may see the item at first: as the delivery says; a frame no more people than its footage."""
    if not is_frame(line):
        return line.accession.access
    footage = Item.objects.get(pk=line.stated["frame_of"])
    # What is public is decided for each item by itself.
    return Access.RESEARCH if footage.access == Access.RELEASED else footage.access


def _kind(line: AccessionLine, media_file: MediaFile, reading: statements.Reading) -> str:
    if media_file.duration_milliseconds is not None:
        return Item.Kind.FOOTAGE
    if is_frame(line):
        return Item.Kind.STILL
    words = " ".join(str(line.stated.get(name, "")) for name in ("caption", "credit"))
    words += f" {line.figure.caption} {line.figure.credit}" if line.figure else ""
    words += " ".join(str(reading.properties.get(name, "")) for name in ("description", "credit_line"))
    kind = reading.properties.get("digital_source_type", "")
    still = STILL.search(words) or kind.endswith("screenCapture")
    return Item.Kind.STILL if still else Item.Kind.PHOTOGRAPH
