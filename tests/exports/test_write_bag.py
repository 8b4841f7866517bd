"""What stands in an export, for whom, and what becomes of one that fails."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree
from prov.model import ProvDocument

from archive.accounts.models import User
from archive.catalogue.archive_description import describe_archive
from archive.catalogue.models import Item
from archive.exports import write_bag
from archive.exports.gather_record import HIDDEN, records_of
from archive.exports.readers import archive_staff
from archive.exports.write_bag import Choice, NotExported, export
from archive.ingest.models import AccessionLine
from archive.provenance.checks.finding import Question
from archive.provenance.models import Finding
from archive.review import mark_spans
from archive.review.second_readings import let_go, read_second
from archive.review.verdicts import judge
from archive.standards.vocabulary import SpanProperty
from tests.builders import NOW, make_caption, make_footage, make_item, make_proposal
from tests.exports.conftest import Told
from tests.exports.kept_bytes import keep_bytes
from tests.pages import folded

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).with_name("premis-v3-0.xsd")


def export_of(*items: Item, to: Path, reader: User | None = None, **choice: bool) -> Path:
    export([item.pk for item in items], to, reader=reader or archive_staff(), choice=Choice(**choice))
    return to


def record_in(folder: Path, item: Item) -> dict[str, Any]:
    return json.loads((folder / "data" / "items" / str(item.pk) / "item.json").read_text())


def test_words_that_came_alone_are_no_further_delivery(told: Told, tmp_path: Path) -> None:
    line = AccessionLine.objects.get(item=told.item)
    words = AccessionLine.objects.create(
        about=line, accession=line.accession, original_name=line.original_name, size_bytes=12, way="PAGE",
        received_at=NOW, state="DONE", outcome="ALREADY_HELD", item=told.item,
    )  # fmt: skip

    folder = export_of(told.item, to=tmp_path / "out")

    assert [each["about"] for each in record_in(folder, told.item)["accession_lines"]] == [None, line.pk]
    written = (folder / "data" / "items" / str(told.item.pk) / "prov.json").read_text()
    activity = next(each for name, each in json.loads(written)["activity"].items() if name.endswith(f"line-{words.pk}"))
    assert "Words" in json.dumps(activity)
    assert "words alone came for it" in (folder / "data" / "report" / "index.html").read_text()


def test_the_record_holds_what_is_said_who_says_it_and_what_was_decided(told: Told, tmp_path: Path) -> None:
    record = record_in(export_of(told.item, to=tmp_path / "out"), told.item)

    assert [caption["text"] for caption in record["captions"] if caption["origin"] == "EMBEDDED"] == [told.caption.text]
    dated = next(claim for claim in record["claims"] if claim["id"] == told.claim.pk)
    assert (dated["value"]["edtf"], dated["standing"]) == ("2024-06-18T05:12:00", "ACCEPTED")
    assert dated["rulings"][0]["reason"] == "the clock was checked"
    assert record["leading"]["date_created"] == told.claim.pk
    when = next(each for each in record["verdicts"] if each["question"] == "WHEN")
    assert (when["given"][0]["word"], when["given"][0]["judged_by"]) == ("SUPPORTED", "moderator")
    assert record["matches"][0]["item"] == told.copy.pk
    assert record["appearances"][0]["outlet"]["name"] == "Sky News"
    assert record["accession_lines"][0]["outcome"] == "CREATED"
    assert {finding["check"] for finding in record["findings"]} >= {"date-against-first-publication"}
    assert all(finding["limits"] for finding in record["findings"])
    assert {act["verb"] for act in record["ledger"]} >= {"bring in", "judge", "check", "propose match"}


def test_a_finding_that_another_took_the_place_of_is_told_as_an_earlier_one(told: Told, tmp_path: Path) -> None:
    earlier = Finding.objects.create(
        item=told.item, check_slug="gone", version="1", outcome="INCONCLUSIVE", code="x", sentence="It was open.",
        observations=[{"outcome": "INCONCLUSIVE", "code": "x", "values": {}, "grounds": []}], found_at=NOW,
    )  # fmt: skip

    record = record_in(export_of(told.item, to=tmp_path / "out"), told.item)

    assert [finding["id"] for finding in record["earlier_findings"]] == [earlier.pk]
    assert earlier.pk not in [finding["id"] for finding in record["findings"]]


def test_it_is_a_bag_that_its_own_checker_finds_whole_until_a_byte_changes(told: Told, tmp_path: Path) -> None:
    folder = export_of(told.item, to=tmp_path / "out")
    checker = [sys.executable, "-I", "-S", folder / "verify.py"]

    whole = subprocess.run(checker, capture_output=True, text=True)
    report = folder / "data" / "report" / "index.html"
    report.write_text(report.read_text().replace("supported", "supparted", 1))
    altered = subprocess.run(checker, capture_output=True, text=True)

    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert altered.returncode == 1
    assert "data/report/index.html" in altered.stdout + altered.stderr


def test_without_a_key_to_sign_with_nothing_is_written(told: Told, tmp_path: Path) -> None:
    (Path(settings.VAR_ROOT) / "ledger_key").unlink()

    with pytest.raises(CommandError, match="checkpoint --new-key") as ended:
        call_command("export_record", told.item.pk, tmp_path / "out")

    assert ended.value.returncode == 2
    assert list(tmp_path.glob("out*")) == []


def test_two_exports_of_the_same_state_are_the_same_bytes(told: Told, tmp_path: Path) -> None:
    folders = [export_of(told.item, told.copy, to=tmp_path / name) for name in ("one", "two")]

    written = [
        {path.relative_to(folder): path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}
        for folder in folders
    ]
    assert written[0] == written[1]
    assert len(written[0]) >= 8


def test_the_premis_document_is_valid_by_its_schema(told: Told, tmp_path: Path) -> None:
    folder = export_of(told.item, told.copy, to=tmp_path / "out")
    schema = etree.XMLSchema(etree.parse(SCHEMA))

    for item in (told.item, told.copy):
        document = etree.parse(folder / "data" / "items" / str(item.pk) / "premis.xml")
        assert schema.validate(document), schema.error_log
    text = (folder / "data" / "items" / str(told.item.pk) / "premis.xml").read_text()
    for part in (told.item.media_file.message_digest, "Editorial use only", "ingestion", "originals/", "SUPPORTED"):
        assert part in text


def test_a_character_that_no_xml_may_hold_makes_no_document_invalid(told: Told, tmp_path: Path) -> None:
    make_caption(told.copy, "Boat \x0b and \ufffe buoy")

    folder = export_of(told.copy, to=tmp_path / "out") / "data" / "items" / str(told.copy.pk)

    assert "Boat \ufffd and \ufffd buoy" in (folder / "premis.xml").read_text()
    assert etree.XMLSchema(etree.parse(SCHEMA)).validate(etree.parse(folder / "premis.xml"))
    # The record itself keeps what was written.
    assert record_in(folder.parents[2], told.copy)["captions"][0]["text"] == "Boat \x0b and \ufffe buoy"


def test_the_schema_tells_a_document_that_is_not_valid() -> None:
    """The test above can fail."""
    schema = etree.XMLSchema(etree.parse(SCHEMA))

    assert not schema.validate(etree.fromstring('<premis xmlns="http://www.loc.gov/premis/v3" version="3.0"/>'))


def test_the_prov_document_is_read_again_by_the_library(told: Told, tmp_path: Path) -> None:
    folder = export_of(told.item, to=tmp_path / "out")

    document = ProvDocument.deserialize(folder / "data" / "items" / str(told.item.pk) / "prov.json", format="json")

    kinds = {type(record).__name__ for record in document.get_records()}
    assert kinds >= {"ProvEntity", "ProvActivity", "ProvAgent", "ProvGeneration", "ProvAssociation", "ProvUsage"}
    written = document.get_provn()
    for part in (
        f"record:claim-{told.claim.pk}",
        "prov:Person",
        "moderator",
        "the clock was checked",
        "record:judging-",
    ):
        assert part in written


def test_the_original_comes_with_it_for_who_may_have_it(told: Told, tmp_path: Path) -> None:
    folder = export_of(told.item, to=tmp_path / "out")

    record = record_in(folder, told.item)
    path = folder / "data" / "items" / str(told.item.pk) / record["original"]["path"]
    assert path.name == f"{told.item.media_file.message_digest}.jpg"
    assert path.read_bytes() == b"the original"


@pytest.mark.parametrize(
    ("role", "choice", "why"),
    [
        ("researcher", {}, "may not have originals"),
        ("archivist", {"originals": False}, "without originals"),
    ],
)
def test_where_the_original_is_left_out_the_record_says_why(
    told: Told, tmp_path: Path, role: str, choice: dict[str, bool], why: str
) -> None:
    folder = export_of(told.item, to=tmp_path / "out", reader=told.people[role], **choice)

    record = record_in(folder, told.item)
    assert why in record["original"]["left_out"]
    assert any(why in sentence for sentence in record["left_out"])
    assert not (folder / "data" / "items" / str(told.item.pk) / "originals").exists()


@pytest.mark.parametrize("is_asked", [False, True])
def test_the_original_of_a_distressing_picture_comes_where_it_is_asked_for(
    told: Told, tmp_path: Path, is_asked: bool
) -> None:
    Item.objects.filter(pk=told.item.pk).update(is_distressing=True)

    folder = export_of(told.item, to=tmp_path / "out", distressing=is_asked)

    assert (folder / "data" / "items" / str(told.item.pk) / "originals").exists() is is_asked


def test_an_original_that_was_altered_is_no_part_of_it_and_that_is_told(told: Told, tmp_path: Path) -> None:
    store = storages["originals"]
    store.delete(told.item.media_file.storage_path)
    keep_bytes(told.item, b"other bytes!")

    with pytest.raises(CommandError, match="could not be read") as ended:
        call_command("export_record", told.item.pk, tmp_path / "out")

    assert ended.value.returncode == 1
    record = record_in(tmp_path / "out", told.item)
    assert "altered" in record["original"]["left_out"]
    assert not list((tmp_path / "out").rglob("originals"))


def test_a_hidden_wording_is_in_no_file_but_for_who_decides_on_it(told: Told, tmp_path: Path) -> None:
    words = "Amina Haddad, seven years old, is carried ashore by her uncle"
    caption = make_caption(told.item, words)
    make_proposal(caption, "IDENTIFIES_PERSON", by=told.people["researcher"])

    for_staff = export_of(told.item, to=tmp_path / "staff")
    for_moderators = export_of(told.item, to=tmp_path / "moderators", reader=told.people["moderator"])

    holding = [path for path in for_staff.rglob("*") if path.is_file() and b"Amina" in path.read_bytes()]
    assert holding == []
    assert any("hidden" in sentence for sentence in record_in(for_staff, told.item)["left_out"])
    assert words in [caption["text"] for caption in record_in(for_moderators, told.item)["captions"]]


def test_hidden_words_of_spans_are_told_to_be_left_out_and_withhold_no_original(
    people: dict[str, User], tmp_path: Path
) -> None:
    film, by = make_footage(content=b"film"), people["archivist"]
    keep_bytes(film, b"film")
    words = "Amina Haddad, seven years old, is carried ashore by her uncle"
    make_proposal(make_caption(make_item(), words), "IDENTIFIES_PERSON", by=people["researcher"])
    moments = {"start_milliseconds": 1000, "end_milliseconds": 2000}
    span, _possible = mark_spans.mark(film, **moments, title=words, note="the pier", by=by)
    mark_spans.say(span, property=SpanProperty.DESCRIPTION, text=words, by=by)
    mark_spans.say(span, property=SpanProperty.PEOPLE_COUNT, count=(1, 1), ground=words, by=by)

    folder = export_of(film, to=tmp_path / "out")

    record = record_in(folder, film)
    [told] = record["spans"]
    assert (told["title"], told["note"], [said["ground"] for said in told["claims"]]) == (HIDDEN, "the pier", [HIDDEN])
    assert [sentence for sentence in record["left_out"] if "of spans" in sentence] == [
        f"1 claim(s) of spans, {HIDDEN}.",
        f"2 title(s), note(s), ground(s) or reason(s) of spans, {HIDDEN}.",
    ]
    assert record["original"]["path"] and not record["original"]["left_out"]
    assert [path for path in folder.rglob("*") if path.is_file() and b"Amina" in path.read_bytes()] == []


def test_an_export_says_which_archive_it_is_from_beside_the_software(told: Told, tmp_path: Path) -> None:
    said = {"purpose": "", "terms": "", "contact": "", "takedown": ""}
    describe_archive(by=told.people["administrator"], seen=0, name="Coast Archive", **said)

    folder = export_of(told.item, to=tmp_path / "out")

    assert record_in(folder, told.item)["archive"] == {"name": "Coast Archive", "address": settings.SITE_URL}
    assert f"Source-Organization: Coast Archive, {settings.SITE_URL}\n" in (folder / "bag-info.txt").read_text()
    of_item = folder / "data" / "items" / str(told.item.pk)
    originator = etree.parse(of_item / "premis.xml").findtext(".//{*}messageDigestOriginator")
    assert originator == "Coast Archive (Strandline)"
    prov = json.loads((of_item / "prov.json").read_text())
    assert prov["agent"]["archive:about/archive/"]["term:name"] == "Coast Archive"
    acting = [each["prov:delegate"] for each in prov["actedOnBehalfOf"].values()]
    software = [name for name in prov["agent"] if name.startswith("archive:software/")]
    assert sorted(acting) == sorted(software) and software
    report = folded((folder / "data" / "report" / "index.html").read_text())
    assert "· Coast Archive</title>" in report and f"Coast Archive, at {settings.SITE_URL}, holds of" in report


def test_verdicts_and_deliveries_are_not_told_to_researchers(told: Told, tmp_path: Path) -> None:
    record = record_in(export_of(told.item, to=tmp_path / "out", reader=told.people["researcher"]), told.item)

    assert record["verdicts"] == []
    assert record["accession_lines"] == []
    assert not {act["verb"] for act in record["ledger"]} & {"judge", "check"}


def test_what_waits_for_a_second_reading_is_in_no_file_and_then_both_readings_are(told: Told, tmp_path: Path) -> None:
    Item.objects.filter(pk=told.item.pk).update(access="RELEASED")
    told.item.refresh_from_db()
    first, second = ("zqfirst reading", "zqsecond reading")
    given = {"question": Question.EVENT, "word": "CONTRADICTED", "reason_code": "OTHER"}
    judge(told.item, **given, reason=first, by=told.people["moderator"])

    waiting = export_of(told.item, to=tmp_path / "waiting", reader=told.people["moderator"])
    read_second(told.item, **given, reason=second, by=told.people["administrator"])
    read = export_of(told.item, to=tmp_path / "read", reader=told.people["moderator"])

    assert [path for path in waiting.rglob("*") if path.is_file() and first.encode() in path.read_bytes()] == []
    page = (read / "data" / "report" / "index.html").read_text()
    assert "waits for a second reading" in (waiting / "data" / "report" / "index.html").read_text()
    assert first in page and second in page and "blind to the first" in page


def test_that_a_verdict_was_let_go_unread_stands_beside_it_in_every_part(told: Told, tmp_path: Path) -> None:
    Item.objects.filter(pk=told.item.pk).update(access="RELEASED")
    told.item.refresh_from_db()
    given = {"question": Question.EVENT, "word": "CONTRADICTED", "reason_code": "OTHER", "reason": "the pier is gone"}
    verdict = judge(told.item, **given, by=told.people["moderator"])
    let_go(by=told.people["administrator"], reason="zqnobody is here to read")

    bag = export_of(told.item, to=tmp_path / "out", reader=told.people["moderator"])

    question = next(each for each in record_in(bag, told.item)["verdicts"] if each["question"] == "EVENT")
    end = question["given"][0]["let_go"]
    assert (question["verdict"], end["reason"], end["ended_by"]) == (
        verdict.pk, "zqnobody is here to read", "administrator",
    )  # fmt: skip
    telling = {path.name for path in bag.rglob("*") if path.is_file() and b"zqnobody" in path.read_bytes()}
    assert telling == {"item.json", "prov.json", "index.html"}
    assert "Not read a second time: administrator" in folded((bag / "data" / "report" / "index.html").read_text())
    assert subprocess.run([sys.executable, "-I", "-S", bag / "verify.py"], check=False).returncode == 0


def test_an_item_that_the_reader_does_not_see_is_named_and_nothing_is_written(told: Told, tmp_path: Path) -> None:
    restricted = make_item(access="RESTRICTED")

    with pytest.raises(NotExported, match=rf"sees no item {restricted.pk}, 999999\."):
        export([told.item.pk, restricted.pk, 999999], tmp_path / "out", reader=told.people["researcher"])

    assert list(tmp_path.glob("out*")) == []


def test_a_folder_that_holds_something_is_refused_and_an_empty_one_taken(told: Told, tmp_path: Path) -> None:
    full, empty = tmp_path / "full", tmp_path / "empty"
    full.mkdir()
    empty.mkdir()
    (full / "mine.txt").write_text("mine")

    with pytest.raises(NotExported, match="is there already"):
        export_of(told.item, to=full)
    export_of(told.item, to=empty)

    assert [path.name for path in full.iterdir()] == ["mine.txt"]
    assert (empty / "data").is_dir()


def test_an_export_that_fails_leaves_nothing_that_looks_finished(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_named: Any) -> bytes:
        raise OSError("No space left on device")

    monkeypatch.setattr(write_bag, "premis_of", fail)

    with pytest.raises(OSError, match="No space"):
        export_of(told.item, to=tmp_path / "out")

    assert list(tmp_path.glob("out*")) == []


def test_an_item_that_was_restricted_meanwhile_ends_it(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_bag, "keys_seen", lambda keys, *, reader: set(keys))
    restricted = make_item(access="RESTRICTED")

    with pytest.raises(NotExported, match="changed meanwhile"):
        export_of(told.item, restricted, to=tmp_path / "out", reader=told.people["researcher"])

    assert list(tmp_path.glob("out*")) == []


def test_a_full_disk_is_told_in_a_sentence(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any, **_named: Any) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(write_bag, "premis_of", fail)

    with pytest.raises(CommandError, match="Nothing was exported") as ended:
        call_command("export_record", told.item.pk, tmp_path / "out")

    assert ended.value.returncode == 2


def test_the_folder_one_stands_in_takes_an_export_when_it_is_empty(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    export_of(told.item, to=Path("."))

    assert (tmp_path / "here" / "data").is_dir()


def test_a_folder_that_another_export_writes_is_not_touched(told: Told, tmp_path: Path) -> None:
    (tmp_path / "out.partial").mkdir()

    with pytest.raises(NotExported, match="goes on or was cut off"):
        export_of(told.item, to=tmp_path / "out")

    assert (tmp_path / "out.partial").is_dir()


def test_how_much_is_said_of_an_item_asks_no_more_of_the_database(told: Told) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(list(records_of([told.item.pk], reader=told.people["researcher"]))) == 1
        return len(asked)

    queries()  # what is asked once, of rights
    before = queries()
    for number in range(20):
        make_caption(told.item, f"Caption {number}")

    assert queries() == before


def test_the_command_says_what_was_exported_and_left_out(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_record", told.item.pk, told.copy.pk, tmp_path / "out", "--as", "researcher")

    said = capsys.readouterr().out
    assert f"Item {told.item.pk}, left out: The original: whom this was exported for may not have originals" in said
    assert "2 item(s) with 0 original(s) were exported" in said


@pytest.mark.parametrize(
    ("asked", "words"),
    [(["999999"], "sees no item 999999"), (["1", "--as", "nobody"], "Nobody signs in as 'nobody'")],
    ids=["no such item", "no such account"],
)
def test_the_command_says_what_it_does_not_understand(
    people: dict[str, User], tmp_path: Path, asked: list[str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("export_record", asked[0], tmp_path / "out", *asked[1:])
