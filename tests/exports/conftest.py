"""An item with everything that a record can hold of it, with its bytes in the store."""

from dataclasses import dataclass

import pytest

from archive.accounts.models import User
from archive.catalogue.models import Caption, Item
from archive.claims.models import Claim, Ruling
from archive.extraction.models import Reading
from archive.files.models import PreservationEvent
from archive.ingest.models import AccessionLine
from archive.ledger.record_acts import act, recording
from archive.ledger.signing_key import make_key
from archive.provenance.check_items import check
from archive.provenance.checks.finding import Question
from archive.review.verdicts import judge
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.builders import (
    NOW,
    make_accession,
    make_appearance,
    make_caption,
    make_claim,
    make_item,
    make_match,
    make_outlet,
    make_people,
    make_place,
    projected_once,
)
from tests.exports.kept_bytes import keep_bytes


@dataclass
class Told:
    """What the tests of exports speak of."""

    item: Item
    copy: Item
    caption: Caption
    claim: Claim
    people: dict[str, User]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    make_key()
    return make_people()


@pytest.fixture
def told(people: dict[str, User]) -> Told:
    accession = make_accession("Agency feed", supplied_by="Jo Doe", terms="Editorial use only", note="by mail")
    item = make_item(content=b"the original", accession=accession, access="RESEARCH", file_name="boat.jpg")
    copy = make_item(content=b"the copy", access="RESEARCH", file_name="copy.jpg")
    keep_bytes(item, b"the original")
    keep_bytes(copy, b"the copy")
    with projected_once():
        caption = make_caption(item, "Migrants wait on the beach\nof Malo & <Dunkirk>, Tuesday.")
        newer = make_caption(
            item, "People wait on the beach.", origin=Caption.Origin.PERSON, recorded_by=people["archivist"]
        )
        make_caption(item, "People wait on a beach.", origin=Caption.Origin.PERSON, supersedes=newer)
        claim = make_claim(item, Property.DATE_CREATED, date="2024-06-18T05:12:00", kind=SourceKind.DEVICE_METADATA)
        make_claim(item, Property.DATE_CREATED, date="2024-04", kind=SourceKind.CAPTION)
        make_claim(item, Property.LOCATION_SHOWN, value_place=make_place("Malo-les-Bains"))
    Ruling.objects.create(
        claim=claim,
        standing=Standing.ACCEPTED,
        reason="the clock was checked",
        ruled_at=NOW,
        ruled_by=people["archivist"],
    )
    make_appearance(
        item, make_outlet("Sky News"), published="2024-06-19", headline="Boats", caption="A boat", credit="AP"
    )
    make_match(copy, item)
    Reading.objects.create(
        media_file=item.media_file, reader="embedded", reader_version="3", read_at=NOW, state=Reading.State.READ,
        statements=[["EXIF", "Make", "Canon"], ["IPTC", "Caption-Abstract", "a\x01b"]],
    )  # fmt: skip
    PreservationEvent.objects.create(
        media_file=item.media_file, event_type="ingestion", occurred_at=NOW, event_outcome="success",
        event_outcome_detail="received as boat.jpg", linking_agent="Strandline",
    )  # fmt: skip
    AccessionLine.objects.create(
        accession=accession, original_name="boat.jpg", size_bytes=12, way="COMMAND", received_at=NOW, state="DONE",
        outcome="CREATED", item=item, received_by=people["archivist"],
    )  # fmt: skip
    with recording():
        act(verb="bring in", subject=item, actor=people["archivist"], payload={"name": "boat.jpg"})
    check([item.pk, copy.pk])
    judge(
        item, question=Question.WHEN, word="SUPPORTED", reason_code="FILE_SHOWS", reason="The clock is right.",
        by=people["moderator"],
    )  # fmt: skip
    return Told(item, copy, caption, claim, people)
