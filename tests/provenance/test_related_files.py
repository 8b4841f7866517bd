"""Files that name the same documents find each other."""

import pytest

from archive.catalogue.models import Item
from archive.extraction.models import NamedDocument
from archive.extraction.readers.document_identifiers import Part
from archive.ledger.record_acts import act, recording
from archive.provenance import check_items
from archive.provenance.checks.evidence import RelatedFile, Relation
from archive.provenance.gather_evidence import MOST_NAMING, gather, with_evidence
from archive.provenance.models import CurrentFinding
from tests.builders import make_item, tell_of_items

RAW = "605F385A877D41D35E76807EC60DC25F"
LAYER = "09E6D0F0F1566931425946F327E43067"

pytestmark = pytest.mark.django_db


def name_document(item: Item, identifier: str, part: Part = Part.WHOLE) -> None:
    NamedDocument.objects.create(media_file=item.media_file, identifier=identifier, part=part)


def related(item: Item) -> tuple[RelatedFile, ...]:
    return gather(with_evidence([item.pk]))[0].related_files


def test_files_that_name_the_same_document_find_each_other_the_nearest_first() -> None:
    this, part, version, beside, stranger = [make_item() for _number in range(5)]
    name_document(this, RAW)
    name_document(this, LAYER, Part.PLACED)
    name_document(version, RAW)
    name_document(version, LAYER, Part.PLACED)
    name_document(part, LAYER)
    name_document(beside, LAYER, Part.PLACED)
    name_document(stranger, "xmp.did:of-nobody-else")

    assert related(this) == (
        RelatedFile(version.pk, Relation.SAME),
        RelatedFile(part.pk, Relation.PLACED_IN_THIS),
        RelatedFile(beside.pk, Relation.PARTS),
    )
    assert RelatedFile(this.pk, Relation.PLACED_IN_OTHER) in related(part)
    assert related(stranger) == ()


def test_a_template_that_everybody_uses_joins_nothing() -> None:
    items = [make_item() for _number in range(MOST_NAMING + 1)]
    for item in items[1:]:
        name_document(item, RAW)
    assert len(related(items[1])) == 20

    name_document(items[0], RAW)

    assert related(items[1]) == ()


def test_an_item_is_checked_again_when_another_of_the_same_document_comes() -> None:
    first = make_item()
    name_document(first, RAW)
    tell_of_items()
    while check_items.follow():
        pass

    second = make_item()
    name_document(second, RAW)
    with recording():
        act(verb="upload", subject=second, actor="test")
    while check_items.follow():
        pass

    finding = CurrentFinding.objects.get(item=first, check_slug="software-and-history").finding
    assert finding.code == "same-document"
    assert finding.observations[0]["grounds"] == [["item", second.pk]]
