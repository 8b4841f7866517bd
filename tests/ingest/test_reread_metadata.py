"""Files are read again after the readers changed; old readings and decisions of people stand."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from archive.catalogue.models import Access, Item
from archive.claims.models import Claim, Ruling, Source, readings_told_to
from archive.claims.record_claims import store
from archive.extraction.models import Reading
from archive.files.models import MediaFile
from archive.files.sandbox import Sandbox
from archive.ingest import process_lines, records, reread_metadata
from archive.ingest.receive_files import open_accession
from archive.ledger.models import LedgerEntry
from archive.review.claim_rulings import rule
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.ingest.pictures import jpeg, xmp
from tests.ingest.test_process_lines import receive, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> Item:
    send(jpeg(1, taken="2024:06:18 05:12:00", description="A boat off Dunkirk"))
    process_lines.work_off()
    return Item.objects.get()


def beside(sidecar: bytes, **accession: str) -> None:
    """Bring the same picture in with this sidecar."""
    opened = open_accession(title="Batch", by=None, **accession)
    receive(io.BytesIO(jpeg(1)), accession=opened, original_name="a.jpg", by=None, way="PAGE", sidecar=sidecar)
    process_lines.work_off()


def misread(item: Item, text: str = "1999", *, reader: str = "embedded") -> Claim:
    """Add a claim that an older reader drew from the file, and that no longer follows."""
    source = Source(
        kind=SourceKind.EMBEDDED_DESCRIPTION,
        reading=Reading.objects.get(reader=reader),
        group="IPTC",
        tag="DateCreated",
    )
    [claim] = store(
        [Claim(item=item, property=Property.CREATOR, source=source, value_text=text, claimed_at=item.added_at)]
    )
    return claim


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("reread_metadata", *arguments, stdout=out)
    return out.getvalue()


def standing(claim: Claim) -> str:
    return Claim.objects.with_standing().get(pk=claim.pk).standing


def test_reading_again_what_reads_the_same_changes_no_claim(item: Item) -> None:
    before = set(Claim.objects.values_list("pk", flat=True))

    said = run(str(item.pk))

    assert said == "1 files read, 0 not: 0 claims added, 0 superseded, 0 proposed again, 0 captions added.\n"
    assert set(Claim.objects.values_list("pk", flat=True)) == before
    assert not Ruling.objects.exists()
    assert Reading.objects.count() == 2
    assert LedgerEntry.objects.filter(verb="read metadata again").count() == 1


def test_what_no_longer_follows_is_superseded_and_follows_again(item: Item) -> None:
    claim = misread(item)

    first = run("--all")

    assert ", 1 superseded" in first
    assert standing(claim) == Standing.SUPERSEDED
    assert Ruling.objects.get().ruled_by is None
    dated = Claim.objects.filter(property=Property.DATE_CREATED, source__reading__isnull=False).first()
    Ruling.objects.create(claim=dated, standing=Standing.SUPERSEDED, reason="misread", ruled_at=item.added_at)
    assert ", 1 proposed again" in run("--all")
    assert standing(dated) == Standing.PROPOSED


def test_what_a_person_decided_stands(item: Item, people) -> None:
    claim = misread(item)
    rule(claim, standing=Standing.ACCEPTED, by=people["archivist"])

    run("--all")

    assert standing(claim) == Standing.ACCEPTED


def test_what_a_person_settled_is_not_opened_by_a_reading_that_says_as_once_before(item: Item, people) -> None:
    [once] = Claim.objects.filter(property=Property.DATE_CREATED, source__reading__isnull=False)
    Ruling.objects.create(claim=once, standing=Standing.SUPERSEDED, reason="misread", ruled_at=item.added_at)
    [between] = store(
        [
            Claim(
                item=item, property=once.property, source=once.source, claimed_at=item.added_at,
                value_edtf="2024-06", value_earliest="2024-06-01", value_latest="2024-06-30",
            )
        ]
    )  # fmt: skip
    rule(between, standing=Standing.ACCEPTED, by=people["archivist"])

    run("--all")

    assert (standing(once), standing(between)) == (Standing.SUPERSEDED, Standing.ACCEPTED)


def test_a_claim_that_the_old_reader_missed_is_added(item: Item) -> None:
    old = Reading.objects.get()
    [dated] = Claim.objects.filter(property=Property.DATE_CREATED, source__reading=old)
    other = misread(item)
    Ruling.objects.create(claim=dated, standing=Standing.SUPERSEDED, reason="x", ruled_at=item.added_at)

    run("--all")

    assert (standing(dated), standing(other)) == (Standing.PROPOSED, Standing.SUPERSEDED)
    item.refresh_from_db()
    assert item.date_created_edtf.startswith("2024-06-18")


def test_another_version_of_the_readers_drives_the_command(item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = run()
    for module in (reread_metadata, records):
        monkeypatch.setattr(module, "READER_VERSION", "next")

    outdated = reread_metadata.outdated().count()

    assert nothing.startswith("0 files read")
    assert outdated == 1
    assert run().startswith("1 files read")
    assert reread_metadata.outdated().count() == 0
    assert list(Reading.objects.order_by("pk").values_list("reader_version", flat=True))[-1] == "next"


def test_an_altered_original_is_not_read(item: Item, capsys: pytest.CaptureFixture) -> None:
    Path(storages["originals"].path(item.media_file.storage_path)).unlink()

    with pytest.raises(SystemExit) as ended:
        call_command("reread_metadata", "--all")

    assert ended.value.code == 1
    assert "its original is missing from the store" in capsys.readouterr().out
    with Sandbox(process_lines.limits()) as sandbox, pytest.raises(reread_metadata.NotRead):
        reread_metadata.reread(item, sandbox=sandbox)


def test_sidecars_are_read_again(people, monkeypatch: pytest.MonkeyPatch) -> None:
    beside(xmp("A boat off Dunkirk"))
    item = Item.objects.get()
    assert item.captions.count() == 1
    claim = misread(item, reader="sidecar")
    for module in (reread_metadata, records):
        monkeypatch.setattr(module, "READER_VERSION", "next")

    said = run()

    assert said == "1 files read, 0 not: 0 claims added, 1 superseded, 0 proposed again, 0 captions added.\n"
    assert standing(claim) == Standing.SUPERSEDED
    assert Reading.objects.filter(reader="sidecar", reader_version="next").count() == 1
    assert item.captions.count() == 1
    assert run().startswith("0 files read")


def test_a_sidecar_that_was_not_read_again_makes_its_file_due(monkeypatch: pytest.MonkeyPatch) -> None:
    beside(xmp("A boat off Dunkirk"))
    for module in (reread_metadata, records):
        monkeypatch.setattr(module, "READER_VERSION", "next")
    # As earlier versions of this command did: the file alone.
    old = Reading.objects.get(reader="embedded")
    Reading.objects.create(media_file=old.media_file, reader="embedded", reader_version="next", read_at=old.read_at,
                           state=old.state)  # fmt: skip

    assert reread_metadata.outdated().count() == 1


def test_what_each_of_several_sidecars_says_stays_beside_the_others() -> None:
    beside(xmp("A boat off Dunkirk", city="Dunkirk"))
    beside(xmp("A boat off Gravelines", city="Gravelines"))
    item = Item.objects.get()
    claims = item.claims.filter(source__reading__reader="sidecar")
    before = set(claims.values_list("pk", flat=True))
    assert len(before) == 2

    assert ": 0 claims added, 0 superseded" in run("--all")
    assert set(claims.values_list("pk", flat=True)) == before
    # What the reader had missed of the first is found.
    Ruling.objects.create(claim_id=min(before), standing=Standing.SUPERSEDED, reason="x", ruled_at=item.added_at)
    assert ", 1 proposed again" in run("--all")


def test_what_a_restricted_delivery_brought_is_told_to_staff_alone_after_reading_it_again(people) -> None:
    beside(xmp("A boat off Dunkirk"))
    beside(xmp("Named Amadou", city="Calais"), access=Access.RESTRICTED)
    beside(xmp("", keywords="zebrafish"), access=Access.RESTRICTED)
    beside(xmp("", keywords="open"))

    def told(to: str) -> set[str]:
        return {str(reading.statements) for reading in readings_told_to(people[to]).filter(reader="sidecar")}

    for _time in range(2):
        words = " ".join(told("researcher"))
        assert "Amadou" not in words and "zebrafish" not in words
        assert "off Dunkirk" in words and "open" in words
        assert "zebrafish" in " ".join(told("archivist"))
        run("--all")


def test_the_same_sidecar_of_an_open_delivery_opens_what_it_says(people) -> None:
    beside(xmp("", keywords="zebrafish"), access=Access.RESTRICTED)
    Item.objects.update(access=Access.RESEARCH, accession=open_accession(title="Other", by=None))
    assert not readings_told_to(people["researcher"]).filter(reader="sidecar").exists()

    beside(xmp("", keywords="zebrafish"))

    assert readings_told_to(people["researcher"]).filter(reader="sidecar").count() == 1


def test_a_wrong_call_says_so() -> None:
    with pytest.raises(CommandError) as ended:
        run("999")

    assert ended.value.returncode == 2


def test_a_file_that_fails_as_nobody_foresaw_does_not_end_the_command(
    item: Item, capsys: pytest.CaptureFixture
) -> None:
    send(jpeg(2), name="last.jpg")
    process_lines.work_off()
    # A digest that no store lets out of its folder.
    odd = MediaFile.objects.create(
        message_digest="../../../odd", size_bytes=1, format_name="JPEG", mime_type="image/jpeg",
        original_name="odd.jpg", received_at=item.added_at, storage_path="../../odd",
    )  # fmt: skip
    Item.objects.create(media_file=odd, file_name="odd.jpg", accession=item.accession, added_at=item.added_at)
    send(jpeg(3), name="after.jpg")
    process_lines.work_off()

    with pytest.raises(SystemExit) as ended:
        call_command("reread_metadata", "--all")

    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "“odd.jpg”" in said and "not foreseen" in said
    assert said.endswith("3 files read, 1 not: 0 claims added, 0 superseded, 0 proposed again, 0 captions added.\n")
