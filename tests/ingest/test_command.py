import csv
import io
import json
import os
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from archive.accounts.models import User
from archive.catalogue.models import Accession, Caption, Item
from archive.claims.models import Claim
from archive.extraction.models import Reading
from archive.files.models import MediaFile, PreservationEvent
from archive.files.room import NoRoom
from archive.ingest.command_line import bring_in
from archive.ingest.delivery import Delivered
from archive.ingest.models import AccessionLine, AccessionRemark, DeliveredSidecar
from archive.ingest.process_lines import work_off
from archive.ledger.models import LedgerEntry
from archive.press.models import Appearance
from archive.standards.vocabulary import Property
from tests.builders import items_of_event, make_accession, make_event, make_outlet, make_place
from tests.ingest.pictures import delivery, jpeg, xmp
from tests.sweeps.chosen import is_chosen

pytestmark = pytest.mark.django_db(transaction=True)


def ingest(*paths: Path, **options: Any) -> tuple[list[dict], int]:
    """Run the command as a script would; return its lines and its exit code."""
    out = io.StringIO()
    try:
        call_command("ingest", *map(str, paths), json=True, workers=1, stdout=out, stderr=io.StringIO(), **options)
        code = 0
    except SystemExit as left:
        code = left.code
    return [json.loads(line) for line in out.getvalue().splitlines()], code


def test_a_picture_comes_in_whole(tmp_path: Path) -> None:
    content = jpeg(taken="2024:06:18 05:12:00", description="A boat off the beach")
    folder = delivery(tmp_path / "delivery", boat_jpg=content)

    told, code = ingest(folder)

    item = Item.objects.get()
    assert code == 0
    assert told == [
        {
            "path": str(folder / "boat.jpg"),
            "outcome": "created",
            "item": item.pk,
            "sha256": item.media_file.message_digest,
            "reason": "",
        }
    ]
    assert storages["originals"].open(item.media_file.storage_path).read() == content
    assert set(item.media_file.renditions.values_list("purpose", flat=True)) == {"SCREEN", "THUMBNAIL"}
    assert item.date_created_edtf == "2024-06-18T05:12:00"
    assert item.lead_caption == "A boat off the beach"
    assert Reading.objects.get().state == "READ"
    assert set(PreservationEvent.objects.values_list("event_type", flat=True)) == {
        "ingestion", "message digest calculation", "metadata extraction", "creation",
    }  # fmt: skip
    verbs = LedgerEntry.objects.order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["open accession", "receive", "bring in", "check"]
    assert not list((tmp_path / "var" / "spool").iterdir()), "nothing is left in the spool"


def test_a_refused_file_leaves_a_record_and_stops_nothing(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1), b_jpg=b"<html>not found</html>", c_jpg=jpeg(2))

    told, code = ingest(folder)

    assert code == 1
    assert sorted(line["outcome"] for line in told) == ["created", "created", "refused"]
    line = AccessionLine.objects.get(outcome="REFUSED")
    assert (line.original_name, line.size_bytes, len(line.message_digest)) == ("b.jpg", 22, 64)
    assert line.reason.startswith('"b.jpg" was not kept: it seems to be an HTML page')


def test_the_same_command_again_changes_nothing(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1), b_jpg=b"no picture")
    ingest(folder, accession="Delivery")
    entries, kept = LedgerEntry.objects.count(), storages["originals"].path(MediaFile.objects.get().storage_path)
    written = Path(kept).stat().st_mtime_ns

    told, code = ingest(folder, accession="Delivery")

    assert sorted(line["outcome"] for line in told) == ["already_held", "refused"]
    assert code == 1
    assert AccessionLine.objects.count() == 2
    assert LedgerEntry.objects.count() == entries
    assert Path(kept).stat().st_mtime_ns == written


def test_held_bytes_in_another_delivery_add_a_line_and_an_appearance(tmp_path: Path) -> None:
    outlet = make_outlet("The Channel Courier")
    first = delivery(tmp_path / "first", a_jpg=jpeg(1))
    second = delivery(tmp_path / "second", renamed_jpg=jpeg(1))
    ingest(first, accession="First")

    told, code = ingest(second, accession="Second", outlet="The Channel Courier", published=date(2024, 6, 19))

    item = Item.objects.get()
    assert code == 0
    assert told[0]["outcome"] == "already_held"
    assert told[0]["reason"].endswith('as "a.jpg".')
    assert item.file_name == "a.jpg"
    assert [line.original_name for line in item.lines.order_by("pk")] == ["a.jpg", "renamed.jpg"]
    appearance = Appearance.objects.get()
    assert (appearance.outlet, appearance.published_edtf) == (outlet, "2024-06-19")
    assert Claim.objects.filter(property=Property.PUBLISHED_BY, value_outlet=outlet).exists()
    assert Item.objects.of_outlet(outlet).get() == item


def test_the_captions_list_speaks_for_its_file(tmp_path: Path) -> None:
    dunkirk, event = make_place("Dunkirk"), make_event("Crossings of 18 June")
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1))
    row = {
        "filename": "a.jpg", "caption": "A boat leaves", "credit": "Sky News", "creator": "Jo Doe",
        "date": "18 June 2024", "place": "Dunkirk", "event": "Crossings of 18 June", "outlet": "",
        "url": "https://courier.example/1",
    }  # fmt: skip
    with (tmp_path / "captions.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)

    ingest(folder, captions=tmp_path / "captions.csv")

    item = Item.objects.get()
    assert Caption.objects.get().text == "A boat leaves"
    assert (item.date_created_edtf, item.lead_place) == ("2024-06-18", dunkirk)
    assert items_of_event(event).get() == item
    assert item.appearances.get().url == "https://courier.example/1"
    said = dict(item.claims.values_list("property", "as_written"))
    assert said == {
        "credit_line": "Sky News", "creator": "Jo Doe", "date_created": "18 June 2024",
        "location_shown": "Dunkirk", "event": "Crossings of 18 June",
    }  # fmt: skip


def told_to_a_person(*paths: Path, **options: Any) -> tuple[str, int]:
    """Run the command as a person does; return what it prints and its exit code."""
    out = io.StringIO()
    try:
        call_command("ingest", *map(str, paths), workers=1, stdout=out, stderr=io.StringIO(), **options)
    except SystemExit as left:
        return out.getvalue(), int(left.code or 0)
    return out.getvalue(), 0


def test_an_empty_folder_and_an_empty_archive_are_told_and_end_with_1(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    zipfile.ZipFile(tmp_path / "empty.zip", "w").close()

    words, code = told_to_a_person(tmp_path / "empty", tmp_path / "empty.zip")

    assert code == 1
    assert f"note: {tmp_path}/empty: This folder holds no file to bring in." in words
    assert "it is an archive that holds no file" in words
    assert AccessionRemark.objects.get().is_problem


def test_what_a_corrected_list_adds_is_told_once(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1))
    told_to_a_person(folder)
    (tmp_path / "captions.csv").write_text("filename,caption\na.jpg,A boat\n")

    words, code = told_to_a_person(folder, captions=tmp_path / "captions.csv")
    again, _code = told_to_a_person(folder, captions=tmp_path / "captions.csv")

    assert code == 0
    assert f"note: {folder}/a.jpg: What it says anew stands beside what was said before." in words
    assert "What it says anew" not in again


def test_a_picture_that_is_cut_off_is_told_on_the_command_line(tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.effect_noise((400, 300), 80).save(whole, "JPEG")
    folder = delivery(tmp_path / "d", a_jpg=whole.getvalue()[: len(whole.getvalue()) // 2])

    words, code = told_to_a_person(folder)

    assert code == 0
    assert f"note: {folder}/a.jpg: Its image data ends early: rows below about " in words


def test_a_date_that_may_be_two_days_is_kept_in_words_and_claims_nothing(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1))
    (tmp_path / "captions.csv").write_text("filename,date\na.jpg,06/07/2024\n")

    _words, code = told_to_a_person(folder, captions=tmp_path / "captions.csv")

    assert code == 1
    assert not Claim.objects.exists()
    assert "“06/07/2024” stays on record here and claims nothing." in AccessionRemark.objects.get().text
    assert not Caption.objects.exists(), "a row without a caption gives none"
    assert list(Item.objects.undated()) == [Item.objects.get()]


@pytest.mark.parametrize("written", ["unknown", "n.d.", "-", "no date", "—", "[n.d.]", "0000-00-00"])
def test_words_for_no_date_claim_nothing_and_are_no_problem(tmp_path: Path, written: str) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1))
    (tmp_path / "captions.csv").write_text(f"filename,date\na.jpg,{written}\n")

    ingest(folder, captions=tmp_path / "captions.csv")

    assert not Claim.objects.exists()
    remark = AccessionRemark.objects.get()
    assert (remark.is_problem, remark.text) == (False, f"“{written}” says that there is no date: none is claimed.")


def test_what_is_not_used_of_a_list_is_told_kept_with_the_accession_and_ends_with_1(
    tmp_path: Path, client: Client, people: dict[str, User]
) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1), b_jpg=jpeg(2))
    rows = "a.jpg,x,12-06-2024\nnowhere.jpg,y,\nb.jpg,A boat, at sea, today\n"
    (tmp_path / "list.csv").write_text("filename,caption,date\n" + rows)

    for _run in range(2):
        told, code = ingest(folder, accession="T", captions=tmp_path / "list.csv")

    assert code == 1
    remarks = {line["about"]: line["text"] for line in told if "about" in line}
    assert set(remarks) == {"list.csv, line 2", "list.csv, line 3", "list.csv, line 4"}
    assert AccessionRemark.objects.count() == len(remarks)
    client.force_login(people["archivist"])
    page = client.get(reverse("accession", args=[Accession.objects.get().pk])).content.decode()
    assert "“nowhere.jpg” names no file of this accession." in page
    assert "can be 12 June 2024 or 6 December 2024" in page
    client.force_login(people["researcher"])
    assert "nowhere.jpg" not in client.get(reverse("accession", args=[Accession.objects.get().pk])).content.decode()


def test_other_dates_of_the_list_settle_the_order_of_its_numbers(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1), b_jpg=jpeg(2))
    (tmp_path / "list.csv").write_text("filename,date\na.jpg,12-06-2024\nb.jpg,25-06-2024\n")

    told, code = ingest(folder, captions=tmp_path / "list.csv")

    assert code == 0
    assert [line for line in told if "about" in line]
    assert dict(Item.objects.values_list("file_name", "date_created_edtf")) == {
        "a.jpg": "2024-06-12", "b.jpg": "2024-06-25",
    }  # fmt: skip


def test_guessed_names_and_litter_are_told_and_are_no_problem(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d")
    with open(os.fsencode(folder) + b"/\xe9t\xe9.jpg", "wb") as file:
        file.write(jpeg(1))
    (folder / "._a.jpg").write_bytes(b"litter")

    told, code = ingest(folder)

    assert code == 0
    texts = " ".join(line["text"] for line in told if "about" in line)
    assert "read as Windows-1252: “été.jpg”" in texts
    assert "Left out: 1 file that an operating system leaves behind (._a.jpg)." in texts
    assert AccessionRemark.objects.count() == 2


def test_a_sidecar_is_read_beside_the_file_and_not_brought_in_alone(tmp_path: Path) -> None:
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Headline="From the sidecar"/>'
        "</rdf:RDF></x:xmpmeta>"
    )
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1), a_xmp=xmp.encode())

    told, _ = ingest(folder)

    assert [line["outcome"] for line in told] == ["created"]
    caption = Caption.objects.get()
    assert (caption.text, caption.origin, caption.role) == ("From the sidecar", "SIDECAR", "HEADLINE")
    assert set(Reading.objects.values_list("reader", flat=True)) == {"embedded", "sidecar"}


def test_a_sidecar_whose_picture_is_not_given_is_kept_told_and_given_to_it(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1), a_xmp=xmp("Off Dunkirk"))

    told, code = ingest(folder / "a.xmp", accession="Day")

    assert code == 1
    assert [(line["path"], line["outcome"]) for line in told] == [(str(folder / "a.xmp"), "kept")]
    assert "It came without its picture" in told[0]["reason"]
    sidecar = DeliveredSidecar.objects.get()
    assert (sidecar.name, sidecar.way, sidecar.line) == ("a.xmp", "COMMAND", None)

    (folder / "a.xmp").unlink()
    ingest(folder / "a.jpg", accession="Day")
    work_off()

    assert [caption.text for caption in Item.objects.get().captions.all()] == ["Off Dunkirk"]
    assert AccessionLine.objects.get(about__isnull=False).way == "COMMAND"


def test_a_sidecar_finds_the_picture_that_came_before_it(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1))
    ingest(folder, accession="Day")
    (folder / "a.xmp").write_bytes(xmp("Off Dunkirk"))

    told, code = ingest(folder / "a.xmp", accession="Day")

    assert code == 0 and [line["outcome"] for line in told] == ["already_held"]
    assert [caption.text for caption in Item.objects.get().captions.all()] == ["Off Dunkirk"]
    again, code = ingest(folder / "a.xmp", accession="Day")
    assert code == 0 and again == told and DeliveredSidecar.objects.count() == 1


def test_a_zip_archive_is_brought_in_without_unpacking(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("day/a.jpg", jpeg(1))
        archive.writestr("../../escape.jpg", jpeg(2))
        archive.writestr("__MACOSX/._a.jpg", b"litter")

    told, code = ingest(tmp_path / "d.zip")

    assert code == 0
    assert sorted(line["path"] for line in told if "path" in line) == [
        f"{tmp_path}/d.zip/../../escape.jpg",
        f"{tmp_path}/d.zip/day/a.jpg",
    ]
    assert set(Item.objects.values_list("file_name", flat=True)) == {"a.jpg", "escape.jpg"}


def test_a_damaged_member_of_an_archive_stops_nothing_and_reruns_change_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", bytes(range(256)) * 40)
        archive.writestr("b.jpg", jpeg(1))
    content = bytearray((tmp_path / "d.zip").read_bytes())
    content[60:90] = b"\xff" * 30
    (tmp_path / "d.zip").write_bytes(content)

    for _run in range(2):
        told, code = ingest(tmp_path / "d.zip", accession="Damaged")

        assert code == 1
        assert {line["path"].rpartition("/")[2]: line["outcome"] for line in told}["a.jpg"] == "refused"
        assert Item.objects.get().file_name == "b.jpg"
        assert AccessionLine.objects.count() == 2
    assert "its packed data is damaged" in AccessionLine.objects.get(outcome="REFUSED").reason


def test_what_cannot_be_listed_leaves_a_record_and_stops_nothing(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", good_jpg=jpeg(1), cut_zip=b"PK\x03\x04 and no more")
    (folder / "gone.jpg").symlink_to("nowhere.jpg")
    os.mkfifo(folder / "pipe.jpg")
    with open(os.fsencode(folder) + b"/\xe9t\xe9.jpg", "wb") as file:
        file.write(jpeg(2))

    told, code = ingest(folder, accession="Odd")

    assert code == 1
    assert {Path(line["path"]).name: line["outcome"] for line in told if "path" in line} == {
        "good.jpg": "created", "été.jpg": "created", "cut.zip": "refused", "gone.jpg": "refused", "pipe.jpg": "refused",
    }  # fmt: skip
    assert set(AccessionLine.objects.filter(outcome="REFUSED").values_list("original_name", flat=True)) == {
        "cut.zip", "gone.jpg", "pipe.jpg",
    }  # fmt: skip
    assert Item.objects.filter(file_name="été.jpg").exists()


def test_a_sidecar_that_cannot_be_read_is_refused_and_its_picture_comes_in(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1), b_jpg=jpeg(2), b_xmp=b" " * (4 * 1024**2 + 1))
    (folder / "a.xmp").symlink_to("nowhere.xmp")

    told, code = ingest(folder)

    assert code == 1
    assert {Path(line["path"]).name: line["outcome"] for line in told} == {
        "a.jpg": "created", "b.jpg": "created", "a.xmp": "refused", "b.xmp": "refused",
    }  # fmt: skip


def test_lines_stand_in_the_order_of_the_delivery(tmp_path: Path) -> None:
    sizes = [(2400, 1800), (40, 30), (1600, 1200), (50, 30)]
    folder = delivery(tmp_path / "d", **{f"{n}_jpg": jpeg(n, size=size) for n, size in enumerate(sizes)})

    ingest(folder)

    assert list(AccessionLine.objects.order_by("pk").values_list("original_name", flat=True)) == [
        "0.jpg", "1.jpg", "2.jpg", "3.jpg",
    ]  # fmt: skip


def test_a_corrected_list_adds_its_words_beside_the_old_and_once(tmp_path: Path) -> None:
    make_place("Dunkirk"), make_place("Gravelines")
    folder = delivery(tmp_path / "d", boat_jpg=jpeg(1))
    head = "filename,caption,date,place\n"
    (tmp_path / "v1.csv").write_text(head + "boat.jpg,A boat off Dunkirk,2024-06-18,Dunkirk\n")
    (tmp_path / "v2.csv").write_text(head + "boat.jpg,A boat off Gravelines,2024-06-17,Gravelines\n")

    for version in ("v1", "v2", "v1", "v2"):
        ingest(folder, accession="T", captions=tmp_path / f"{version}.csv")

    item = Item.objects.get()
    captions = item.captions.filter(origin="LIST").order_by("pk")
    assert [caption.text for caption in captions] == ["A boat off Dunkirk", "A boat off Gravelines"]
    assert {caption.accession.title for caption in captions} == {"T"}
    listed = item.claims.filter(source__group="CSV").values_list("property", "as_written")
    assert sorted(listed) == [
        ("date_created", "2024-06-17"), ("date_created", "2024-06-18"),
        ("location_shown", "Dunkirk"), ("location_shown", "Gravelines"),
    ]  # fmt: skip
    assert AccessionLine.objects.count() == 2


def test_words_of_another_delivery_are_added_too_and_the_same_words_are_not(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", boat_jpg=jpeg(1))
    (tmp_path / "a.csv").write_text("filename,caption\nboat.jpg,A boat\n")
    (tmp_path / "b.csv").write_text("filename,caption\nboat.jpg,A boat at sea\n")

    for title, version in (("First", "a"), ("Second", "b"), ("Third", "a")):
        ingest(folder, accession=title, captions=tmp_path / f"{version}.csv")

    told = Caption.objects.order_by("pk").values_list("text", "accession__title")
    assert list(told) == [("A boat", "First"), ("A boat at sea", "Second")]
    assert AccessionLine.objects.count() == 3


@pytest.mark.parametrize("hand_over", [False, True], ids=["here", "by workers"])
def test_a_corrected_sidecar_is_read_beside_the_first(tmp_path: Path, hand_over: bool) -> None:
    folders = [
        delivery(tmp_path / "first", wire_jpg=jpeg(1), wire_xmp=xmp("Off Dunkirk")),
        delivery(tmp_path / "second", wire_jpg=jpeg(1), wire_xmp=xmp("Off Gravelines")),
        delivery(tmp_path / "third", wire_jpg=jpeg(1), wire_xmp=xmp("Off Gravelines")),
    ]

    for folder in (*folders, folders[1]):
        told, code = ingest(folder, accession=folder.name, hand_over=hand_over)
        assert code == 0

    assert told[0]["outcome"] == "already_held"
    assert [caption.text for caption in Caption.objects.order_by("pk")] == ["Off Dunkirk", "Off Gravelines"]
    assert Reading.objects.filter(reader="sidecar").count() == 2
    kept = AccessionLine.objects.order_by("pk").values_list("sidecar", flat=True)
    assert xmp("Off Gravelines") in [bytes(sidecar) for sidecar in kept]


def test_the_same_delivery_again_adds_no_appearance(tmp_path: Path) -> None:
    make_outlet("The Channel Courier")
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1), twin_jpg=jpeg(1))

    for _run in range(2):
        ingest(folder, accession="T", outlet="The Channel Courier")
    delivery(tmp_path / "d", third_jpg=jpeg(1))
    ingest(folder, accession="T", outlet="The Channel Courier")

    assert Appearance.objects.count() == 1
    assert AccessionLine.objects.count() == 3


@pytest.mark.parametrize("hand_over", [False, True], ids=["here", "by workers"])
def test_of_the_same_bytes_twice_the_first_in_the_delivery_leads(tmp_path: Path, hand_over: bool) -> None:
    folder = delivery(tmp_path / "d", **{f"{n}{side}_jpg": jpeg(n) for n in range(6) for side in "AB"})
    rows = "".join(f"{n}{side}.jpg,{side} {n}\n" for n in range(6) for side in "BA")
    (tmp_path / "list.csv").write_text("filename,caption\n" + rows)

    ingest(folder, captions=tmp_path / "list.csv", hand_over=hand_over)

    assert sorted(Item.objects.values_list("file_name", "lead_caption")) == [(f"{n}A.jpg", f"A {n}") for n in range(6)]


def test_twins_in_one_delivery_make_one_item(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1), b_jpg=jpeg(1))

    told, _ = ingest(folder)

    assert sorted(line["outcome"] for line in told) == ["already_held", "created"]
    assert Item.objects.count() == 1
    assert AccessionLine.objects.count() == 2


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    told, code = ingest(delivery(tmp_path / "d", a_jpg=b""))

    assert code == 1
    assert "empty" in told[0]["reason"]


def test_a_file_above_the_limit_is_refused_and_not_kept(tmp_path: Path, settings) -> None:
    settings.INGEST_MAX_BYTES = 1000
    told, code = ingest(delivery(tmp_path / "d", a_jpg=jpeg(1, size=(1000, 1000))))

    assert code == 1
    assert told[0]["outcome"] == "refused"
    assert not MediaFile.objects.exists()
    assert not list((tmp_path / "var" / "spool").iterdir())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"outlet": "No Such Paper"}, "No outlet is known as No Such Paper"),
        ({"captions": Path("/nowhere.csv")}, "cannot be read as a captions list"),
        ({"by": "nobody"}, "There is no account nobody"),
    ],
    ids=["outlet", "captions", "account"],
)
def test_a_wrong_call_says_what_is_wrong(tmp_path: Path, options: dict, said: str) -> None:
    with pytest.raises(CommandError, match=said) as wrong:
        ingest(delivery(tmp_path / "d", a_jpg=jpeg(1)), **options)

    assert wrong.value.returncode == 2
    assert not Accession.objects.exists()


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such file or folder") as wrong:
        ingest(tmp_path / "missing")

    assert wrong.value.returncode == 2


@pytest.mark.corpus
def some_of(files: list[Path], one_in: int) -> list[Path]:
    """Choose one file in so many, and of each sort, by its ending, the first."""
    firsts = {path.suffix.lower(): path for path in reversed(files)}
    return [path for path in files if path in firsts.values() or is_chosen(one_in, path.name)]


@pytest.mark.parametrize(("folder", "one_in"), [("photos", 5), ("malformed", 1), ("near-dup", 5)])
def test_every_file_of_the_corpus_is_kept_or_refused_in_a_sentence(folder: str, one_in: int, corpus: Path) -> None:
    files = some_of(sorted(path for path in (corpus / folder).rglob("*") if path.is_file()), one_in)

    told, _ = ingest(*files)

    assert len(told) == len(files)
    for line in told:
        assert line["outcome"] in ("created", "already_held", "refused", "kept")
        if line["outcome"] == "refused":
            assert line["reason"].endswith("."), line
            assert "not foreseen" not in line["reason"], line
    assert AccessionLine.objects.count() + DeliveredSidecar.objects.count() == len(files)
    assert MediaFile.objects.count() == len(
        {line["sha256"] for line in told if line["outcome"] not in ("refused", "kept")}
    )


def test_a_full_disk_ends_the_command_and_it_goes_on_once_there_is_room(tmp_path: Path, settings) -> None:
    folder = str(delivery(tmp_path / "delivery", a_jpg=jpeg(1)))
    reserve, settings.DISK_RESERVE_BYTES = settings.DISK_RESERVE_BYTES, 2**62

    with pytest.raises(CommandError, match=r"disk is too full.*start the same command again") as ended:
        call_command("ingest", folder, "--accession", "Full")
    settings.DISK_RESERVE_BYTES = reserve
    call_command("ingest", folder, "--accession", "Full")

    assert ended.value.returncode == 1
    assert AccessionLine.objects.get().outcome == "CREATED"


def test_what_had_arrived_before_the_disk_was_full_is_brought_in(settings) -> None:
    reserve = settings.DISK_RESERVE_BYTES

    def filling() -> io.BytesIO:
        time.sleep(0.5)  # the one before it arrives meanwhile
        settings.DISK_RESERVE_BYTES = 2**62
        return io.BytesIO(jpeg(2))

    def emptied() -> io.BytesIO:
        time.sleep(1)
        settings.DISK_RESERVE_BYTES = reserve
        return io.BytesIO(jpeg(3))

    files = [
        Delivered("1.jpg", 1, lambda: io.BytesIO(jpeg(1))), Delivered("2.jpg", 1, filling),
        Delivered("3.jpg", 1, emptied),
    ]  # fmt: skip

    with pytest.raises(NoRoom):
        bring_in(files, accession=make_accession(), by=None, size=1, report=lambda brought: None)

    assert list(Item.objects.order_by("pk").values_list("file_name", flat=True)) == ["1.jpg", "3.jpg"]
    assert not [path for path in settings.SPOOL_ROOT.iterdir() if path.is_file()], "bytes that nobody asks for"
