"""The page to upload: the form, the uploads (tus 1.0.0), the question at the door."""

import base64
import fcntl
import hashlib
import io
import json
import os
import sqlite3
import threading
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Accession, Item
from archive.files import room
from archive.ingest import give_words, receive_files, sent_archives, spool_sweep, uploads
from archive.ingest.captions_list import parse_list
from archive.ingest.models import AccessionLine, AccessionRemark, DeliveredRow, DeliveredSidecar, WeighedWords
from archive.ledger.models import LedgerEntry
from archive.web.views import uploads as upload_page
from tests.builders import make_accession, make_outlet
from tests.extraction.readers.news import newsml, ninjs
from tests.ingest.pictures import jpeg, xmp
from tests.ingest.test_process_lines import receive

pytestmark = pytest.mark.django_db
FORM = {"title": "From the agency", "supplied_by": "A. Desk", "access": "RESEARCH", "published_on": "2024-06-19"}
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def archivist(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["archivist"])
    return client


def encoded(**metadata: object) -> str:
    return ",".join(f"{name} {base64.b64encode(str(value).encode()).decode()}" for name, value in metadata.items())


def begin(client: Client, content: bytes, accession: Accession | None = None, **metadata: object) -> Any:
    accession = accession or make_accession()
    said = encoded(accession=accession.pk, **({"filename": "a.jpg"} | metadata))
    headers = TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": said}
    return client.post(reverse("file_uploads"), headers=headers)


def send(client: Client, url: str, chunk: bytes, offset: int, **headers: str) -> Any:
    # The test client drops the type of an empty body, so it is said among the headers too.
    sort = "application/offset+octet-stream"
    headers = TUS | {"Upload-Offset": str(offset), "Content-Type": sort} | headers
    return client.patch(url, chunk, content_type=sort, headers=headers)


def left_behind(settings: Any) -> list[Path]:
    return [path for path in (Path(settings.SPOOL_ROOT) / "uploads").iterdir() if path.suffix != ".json"]


# --- The page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 302), ("researcher", 403), ("archivist", 200), ("moderator", 200), ("administrator", 200)],
)
def test_the_page_is_for_who_may_bring_in(
    client: Client, people: dict[str, User], role: str | None, status: int
) -> None:
    if role:
        client.force_login(people[role])

    assert client.get(reverse("upload")).status_code == status


def test_files_come_in_without_javascript(archivist: Client, django_capture_on_commit_callbacks: Any) -> None:
    files = [SimpleUploadedFile("a.jpg", jpeg(1)), SimpleUploadedFile("b.jpg", b"no picture at all")]

    with django_capture_on_commit_callbacks(execute=True):
        answer = archivist.post(reverse("upload"), FORM | {"files": files})

    accession = Accession.objects.get()
    assert answer.url == reverse("accession", args=[accession.pk])
    assert (accession.title, str(accession.published_on)) == ("From the agency", "2024-06-19")
    assert {line.original_name: line.outcome for line in accession.lines.all()} == {
        "a.jpg": "CREATED",
        "b.jpg": "REFUSED",
    }


def test_the_form_goes_by_the_rules_of_the_command_line(
    archivist: Client, django_capture_on_commit_callbacks: Any
) -> None:
    files = [
        SimpleUploadedFile(name, content)
        for name, content in [
            ("P.JPG", jpeg(1)), ("p.jpg.xmp", xmp("first words")), ("p.xmp", xmp("second words")),
            ("q.jpg", jpeg(2)), ("Q.XMP", xmp("words of q")), ("._p.jpg", b"litter"), ("Thumbs.db", b"litter"),
        ]
    ]  # fmt: skip

    with django_capture_on_commit_callbacks(execute=True):
        archivist.post(reverse("upload"), FORM | {"files": files})

    accession = Accession.objects.get()
    assert dict(accession.lines.values_list("original_name", "outcome")) == {
        "P.JPG": "CREATED", "q.jpg": "CREATED", "p.xmp": "REFUSED",
    }  # fmt: skip
    assert {item.file_name: item.captions.get().text for item in Item.objects.all()} == {
        "P.JPG": "first words", "q.jpg": "words of q",
    }  # fmt: skip
    assert "has the sidecar “p.jpg.xmp” beside it already" in accession.lines.get(original_name="p.xmp").reason
    assert "Left out: 2 files" in accession.remarks.get().text


LIST = """filename,caption,date
b.jpg,Off Gravelines,2024-06-18
a.jpg,Off Dunkirk,18 June 2024
gone.jpg,Nobody has it,
a.jpg,One, cell, too, many
"""


def captions_list(content: str = LIST) -> SimpleUploadedFile:
    return SimpleUploadedFile("words.csv", content.encode(), content_type="text/csv")


def test_a_captions_list_comes_with_a_form(archivist: Client, django_capture_on_commit_callbacks: Any) -> None:
    files = [SimpleUploadedFile(name, jpeg(shade)) for name, shade in (("b.jpg", 2), ("a.jpg", 1), ("0.jpg", 2))]

    with django_capture_on_commit_callbacks(execute=True):
        archivist.post(reverse("upload"), FORM | {"files": files, "captions": captions_list()})

    accession = Accession.objects.get()
    lines = list(accession.lines.order_by("pk").values_list("original_name", "outcome"))
    # The order of the names, not that in which a browser sends: the first of two with the same bytes leads.
    assert lines == [("0.jpg", "CREATED"), ("a.jpg", "CREATED"), ("b.jpg", "ALREADY_HELD")]
    words = {item.file_name: [caption.text for caption in item.captions.all()] for item in Item.objects.all()}
    assert words == {"0.jpg": ["Off Gravelines"], "a.jpg": ["Off Dunkirk"]}
    assert [item.date_created_edtf for item in Item.objects.order_by("pk")] == ["2024-06-18", "2024-06-18"]
    told = [f"{remark.about}: {remark.text}" for remark in accession.remarks.order_by("pk")]
    assert [line.partition(": ")[0] for line in told] == ["words.csv, line 5"]
    rows = DeliveredRow.objects.order_by("line_number").values_list("file_name", "line__original_name")
    assert list(rows) == [("b.jpg", "b.jpg"), ("a.jpg", "a.jpg"), ("gone.jpg", None)]
    page = archivist.get(reverse("accession", args=[accession.pk])).content.decode()
    assert "“gone.jpg”" in page
    assert "It has 5 cells for 3 columns" in page


def test_the_address_that_the_page_had_before_leads_to_it(archivist: Client) -> None:
    answer = archivist.get("/bring-in/")

    assert (answer.status_code, answer["Location"]) == (301, reverse("upload"))


@pytest.mark.parametrize("way", ["upload", "open_batch"])
def test_what_is_no_captions_list_is_refused_before_anything_comes_in(archivist: Client, way: str) -> None:
    sent = {"files": [SimpleUploadedFile("a.jpg", jpeg(1))], "captions": captions_list("a,b\n1,2\n")}

    answer = archivist.post(reverse(way), FORM | sent)

    assert answer.status_code == 422
    assert "filename" in answer.content.decode()
    assert not Accession.objects.exists()


def announced(client: Client, accession: Accession, *paths: str, **more: Any) -> Any:
    listed = SimpleUploadedFile("files.json", json.dumps([(path, 455) for path in paths]).encode())
    return client.post(reverse("announce_files"), {"accession": accession.pk, "files": listed, **more})


def test_files_that_are_announced_are_paired_by_the_rules_of_the_command_line(archivist: Client) -> None:
    accession = make_accession()
    paths = ["d/x.jpg", "d/x.png", "d/x.xmp", "d/p.jpg", "d/p.xmp", "d/p.jpg.xmp", "d/._p.jpg", "d/Q.XMP", "d/q.jpg"]

    told = announced(archivist, accession, *paths).json()

    assert told["sidecars"] == {"3": 5, "8": 7}
    assert told["left_out"] == [6]
    reasons = {int(n): AccessionLine.objects.get(pk=key).reason for n, key in told["refused"].items()}
    assert set(reasons) == {2, 4}
    assert "may belong to any of 2 files" in reasons[2]
    assert set(accession.lines.values_list("size_bytes", flat=True)) == {455}
    assert "has the sidecar “p.jpg.xmp” beside it already" in reasons[4]
    assert "Left out: 1 file" in accession.remarks.get().text


def test_rows_of_a_list_go_to_the_files_that_are_announced(archivist: Client) -> None:
    archivist.post(reverse("open_batch"), FORM | {"captions": captions_list()})
    accession = Accession.objects.get()
    rows = dict(DeliveredRow.objects.values_list("file_name", "pk"))

    told = announced(archivist, accession, "d/a.jpg", "d/b.jpg").json()

    assert told["stated"] == {
        "0": {"caption": "Off Dunkirk", "date": "18 June 2024", "row": str(rows["a.jpg"])},
        "1": {"caption": "Off Gravelines", "date": "2024-06-18", "row": str(rows["b.jpg"])},
    }
    assert told["said_by"] == {"0": "words.csv, line 3", "1": "words.csv, line 2"}
    assert [remark.about for remark in accession.remarks.all()] == ["words.csv, line 5"]
    # What no file has taken yet waits for those that are added later.
    assert set(announced(archivist, accession, "e/gone.jpg").json()["said_by"]) == {"0"}


def test_which_row_goes_to_which_file_is_told_before_anything_is_sent(archivist: Client) -> None:
    listed = SimpleUploadedFile("files.json", json.dumps([("d/a.jpg", 1), ("d/b.jpg", 1), ("c.jpg", 1)]).encode())
    none = SimpleUploadedFile("none.csv", b"name only")

    told = archivist.post(reverse("foresee_rows"), {"files": listed, "captions": [captions_list(), none]}).json()

    assert told["said_by"] == {"0": "words.csv, line 3", "1": "words.csv, line 2"}
    assert told["stated"]["0"] == {"caption": "Off Dunkirk", "date": "18 June 2024"}
    assert [remark["text"] for remark in told["remarks"]][-1] == "1 line waits for its file: “gone.jpg” (line 4)."
    assert told["problems"][0].startswith("none.csv: line 1 names no column “filename”.")
    assert not DeliveredRow.objects.exists()
    assert not AccessionRemark.objects.exists()


def beside(client: Client, accession: Accession, name: str, content: bytes) -> Any:
    sent = {"accession": accession.pk, "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("words_beside"), sent)


def test_words_that_come_after_their_picture_find_it(
    archivist: Client, django_capture_on_commit_callbacks: Any
) -> None:
    item = hold(archivist, jpeg(1), django_capture_on_commit_callbacks)

    with django_capture_on_commit_callbacks(execute=True):
        beside(archivist, item.accession, "words.csv", b"filename,caption\nFirst.jpg,Off Dunkirk\nnone.jpg,gone\n")
        beside(archivist, item.accession, "first.xmp", xmp("Beside it"))

    assert {caption.text for caption in item.captions.all()} == {"Off Dunkirk", "Beside it"}
    page = archivist.get(reverse("accession", args=[item.accession_id]))
    said = " ".join(page.content.decode().split())
    assert "words.csv, line 2, came later:" in said
    assert "first.xmp came later:" in said
    assert "“none.jpg”" in said
    counted = {row["name"]: row["count"] for row in page.context["counts"]}
    # Words that came by themselves are no files.
    assert (counted[""], counted["held"], counted["further"], counted["unlisted"]) == (1, 0, 1, 0)


@pytest.mark.parametrize("document", [newsml(href=""), ninjs(renditions={})], ids=["NewsML-G2", "ninjs"])
def test_a_news_document_that_is_sent_by_itself_is_read_and_goes_to_its_picture(
    archivist: Client, django_capture_on_commit_callbacks: Any, document: str
) -> None:
    ending = "xml" if document.startswith("<") else "json"
    item = hold(archivist, jpeg(1), django_capture_on_commit_callbacks)

    with django_capture_on_commit_callbacks(execute=True):
        answer = beside(archivist, item.accession, f"first.{ending}", document.encode())

    assert answer.json() == {"line": None}
    assert "Boat off " in " ".join(caption.text for caption in item.captions.all())
    assert AccessionLine.objects.get(about__isnull=False).way == "PAGE"


@pytest.mark.parametrize("name", ["first.json", "first.xml"])
def test_what_is_no_news_document_is_told_plainly(archivist: Client, name: str) -> None:
    line = beside(archivist, make_accession(), name, b"{}").json()["line"]

    line = AccessionLine.objects.get(pk=line)
    assert (line.original_name, line.outcome) == (name, "REFUSED")
    assert "it is no news document (neither NewsML-G2 nor ninjs by what stands in it)" in line.reason


def test_a_damaged_news_document_says_what_is_wrong_with_it(archivist: Client) -> None:
    line = beside(archivist, make_accession(), "first.xml", newsml().encode()[:400]).json()["line"]

    assert "it is a news document (NewsML-G2) without its picture" in AccessionLine.objects.get(pk=line).reason


def test_what_may_be_a_news_document_is_announced_as_words(archivist: Client) -> None:
    told = announced(archivist, make_accession(), "a.jpg", "a.json", "b.xml").json()

    assert told["words"] == [1, 2]


def test_the_page_tells_that_the_rows_of_a_long_list_are_being_given(
    archivist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    accession = make_accession()
    for n in range(3):
        receive(io.BytesIO(jpeg(n)), accession=accession, original_name=f"{n}.jpg")
    content = "filename,caption\n" + "".join(f"{n}.jpg,words {n}\n" for n in range(3))
    captions = parse_list(content.encode(), name="words.csv")
    give_words.keep_list(captions, content.encode(), accession=accession, by=None)
    addresses = [reverse("accession", args=[accession.pk]), reverse("accession_lines", args=[accession.pk])]

    give_words.give_some(accession, most=1)
    for address in addresses:
        said = " ".join(archivist.get(address).content.decode().split())
        assert 'aria-labelledby="beside-words-title" data-open' in said
        assert "They are being given to their files, some at a time." in said
        assert "waits for its file" not in said.replace("2 wait for their files", "")
    give_words.give_due()

    for address in addresses:
        said = archivist.get(address).content.decode()
        assert "data-open>" not in said.partition('id="beside-words"')[2].partition(">")[0] + ">"
        assert "being given to their files" not in said


def test_of_many_sidecars_that_wait_the_page_tells_how_many_and_that_they_are_being_given(archivist: Client) -> None:
    accession, now = make_accession(), timezone.now()
    DeliveredSidecar.objects.bulk_create(
        DeliveredSidecar(
            accession=accession, name=f"{n}.xmp", content=b"", digest=f"{n:064d}", received_at=now,
            why_not="It may belong to any of 2 files (a, b) and was given to none. Send it with its picture."
            if n < 52
            else "",
        )
        for n in range(60)
    )  # fmt: skip
    WeighedWords.objects.create(accession=accession, weighed_until=now, is_under_way=True)

    said = " ".join(archivist.get(reverse("accession", args=[accession.pk])).content.decode().split())

    assert "60 came without their pictures, 8 wait for them." in said
    assert "and 10 more sidecars and news documents" in said
    assert "They are being given to their files, some at a time." in said, "though none of those shown waits"


def test_what_the_page_of_another_person_sends_is_refused_until_they_say_that_it_is_theirs(
    archivist: Client, people: dict[str, User]
) -> None:
    accession = make_accession()
    other = {"headers": {"X-Person": str(people["moderator"].pk)}}
    own = {"headers": {"X-Person": str(people["archivist"].pk)}}
    files = json.dumps([["a.jpg", 1]]).encode()

    def announce(more: dict) -> Any:
        sent = {"accession": accession.pk, "files": SimpleUploadedFile("files.json", files)}
        return archivist.post(reverse("announce_files"), sent, **more)

    refused = announce(other)
    begun = archivist.post(
        reverse("file_uploads"),
        headers={
            "Tus-Resumable": "1.0.0", "Upload-Length": "1", "X-Person": str(people["moderator"].pk),
            "Upload-Metadata": encoded(accession=accession.pk, filename="a.jpg"),
        },
    )  # fmt: skip

    for answer in (refused, begun):
        assert answer.status_code == 403
        assert answer["Strandline-Person"] == str(people["archivist"].pk)
        assert answer["Strandline-Person-Name"] == "archivist"
        assert "archivist is signed in now" in answer.content.decode()
    assert announce(own).status_code == announce({}).status_code == 200
    # A page may be looked at, whoever opened it.
    assert archivist.get(reverse("upload"), **other).status_code == 200


def test_what_is_no_captions_list_is_a_refusal_on_record(archivist: Client) -> None:
    accession = make_accession()

    line = beside(archivist, accession, "words.csv", b"name\nfirst.jpg\n").json()["line"]

    line = AccessionLine.objects.get(pk=line)
    assert (line.original_name, line.outcome) == ("words.csv", "REFUSED")
    assert "names no column “filename”" in line.reason


@pytest.mark.parametrize("name", ["words.txt", ""], ids=["neither", "nothing"])
def test_what_is_neither_list_nor_sidecar_is_not_taken_as_words(archivist: Client, name: str) -> None:
    sent = {"accession": make_accession().pk} | ({"file": SimpleUploadedFile(name, b"x")} if name else {})

    assert archivist.post(reverse("words_beside"), sent).status_code == 400


@pytest.mark.parametrize(
    "files",
    ["", "[1]", '["a"]', '[["a\\u0000", 1]]', '[["a\\ud800", 1]]', '[["a", -1]]', '[["a", 1e999]]', "[" * 100_000],
    ids=["empty", "no pair", "no size", "NUL", "half a character", "below 0", "infinite", "nested without end"],
)
def test_an_announcement_that_is_none_is_refused(archivist: Client, files: str) -> None:
    sent = {"accession": make_accession().pk, "files": SimpleUploadedFile("files.json", files.encode())}

    assert archivist.post(reverse("announce_files"), sent).status_code == 400


def test_the_row_of_a_file_travels_with_the_beginning_of_its_upload(
    archivist: Client, django_capture_on_commit_callbacks: Any
) -> None:
    row = {"caption": "Off Dunkirk", "date": "12/06/2024", "date_order": "DMY"}
    headers = TUS | {"Upload-Length": str(len(jpeg(1))), "Upload-Metadata": encoded(
        accession=make_accession().pk, filename="a.jpg")}  # fmt: skip
    said = {"stated": json.dumps(row), "sidecar": SimpleUploadedFile("a.xmp", xmp("Beside it"))}

    began = archivist.post(reverse("file_uploads"), said, headers=headers)
    with django_capture_on_commit_callbacks(execute=True):
        send(archivist, began["Location"], jpeg(1), 0)

    assert AccessionLine.objects.get().stated == row
    item = Item.objects.get()
    assert {caption.text for caption in item.captions.all()} == {"Off Dunkirk", "Beside it"}
    assert item.date_created_edtf == "2024-06-12"


def test_the_row_of_held_bytes_is_read_without_sending_them(
    archivist: Client, django_capture_on_commit_callbacks: Any
) -> None:
    item = hold(archivist, jpeg(7), django_capture_on_commit_callbacks)

    ask(archivist, jpeg(7), make_accession("Corrected"), stated=json.dumps({"caption": "Off Gravelines"}))

    assert [caption.text for caption in item.captions.all()] == ["Off Gravelines"]


@pytest.mark.parametrize(
    "said",
    [
        "[]",
        "{",
        '{"frame_of": "1"}',
        '{"caption": 1}',
        '{"caption": "\\u0000"}',
        '{"caption": "\\ud800"}',
        "[" * 100_000,
        '{"row": "x"}',
    ],
    ids=["a list", "half", "no column", "no text", "NUL", "half a character", "nested without end", "no row"],
)
def test_what_no_list_may_state_is_refused(archivist: Client, said: str) -> None:
    headers = TUS | {"Upload-Length": "4", "Upload-Metadata": encoded(accession=make_accession().pk, filename="a.jpg")}

    assert archivist.post(reverse("file_uploads"), {"stated": said}, headers=headers).status_code == 400
    assert ask(archivist, jpeg(7), make_accession(), stated=said).status_code == 400


def test_a_form_without_files_says_so_beside_it(archivist: Client) -> None:
    answer = archivist.post(reverse("upload"), FORM)

    assert answer.status_code == 422
    assert b"No file was chosen" in answer.content
    assert not Accession.objects.exists()


def test_the_next_delivery_starts_with_supplier_and_access_and_nothing_else(archivist: Client) -> None:
    outlet = make_outlet("The Courier")
    said = {"outlet": outlet.pk, "terms": "for this story only", "note": "from the desk", "access": "RESTRICTED"}
    archivist.post(reverse("open_batch"), FORM | said)

    page = archivist.get(reverse("upload"), {"new": ""}, follow=True)

    initial = page.context["form"].initial
    assert (initial.pop("supplied_by"), initial.pop("access")) == ("A. Desk", "RESTRICTED")
    assert set(initial) == {"title"}
    assert page.context["outlet_text"] == ""
    assert page.context["batch"] is None


@pytest.mark.parametrize(
    ("written", "status"), [("the courier", 200), ("The Courrier", 422), ("", 200)], ids=["known", "unknown", "none"]
)
def test_an_outlet_may_be_written_out(archivist: Client, written: str, status: int) -> None:
    outlet = make_outlet("The Courier")

    answer = archivist.post(reverse("open_batch"), FORM | {"outlet": "", "outlet_text": written})

    assert answer.status_code == status
    if status == 200:
        assert Accession.objects.get().outlet == (outlet if written else None)
    else:
        assert "outlet" in answer.json()["errors"]


def test_after_a_reload_the_page_shows_the_delivery_that_is_under_way(archivist: Client) -> None:
    opened = archivist.post(reverse("open_batch"), FORM).json()

    page = archivist.get(reverse("upload"))

    assert page.context["batch"].pk == opened["id"]
    assert page.context["counts"][0]["count"] == 0
    assert "A. Desk" in opened["facts"]


def test_an_earlier_accession_is_opened_again_for_more_files(archivist: Client) -> None:
    accession = make_accession("Of last week")

    answer = archivist.get(reverse("upload"), {"accession": accession.pk}, follow=True)

    assert answer.context["batch"] == accession
    assert archivist.get(reverse("upload"), {"accession": accession.pk + 1}).status_code == 404


def test_of_a_large_delivery_the_latest_files_are_shown_and_the_rest_led_to(archivist: Client) -> None:
    archivist.post(reverse("open_batch"), FORM)
    accession, now = Accession.objects.get(), timezone.now()

    def size_with(count: int) -> int:
        made = accession.lines.count()
        AccessionLine.objects.bulk_create(
            AccessionLine(
                accession=accession, original_name=f"{number:04}.jpg", size_bytes=1, way="PAGE", state="DONE",
                outcome="REFUSED",
                received_at=now, not_before=now,
            )
            for number in range(made, count)
        )  # fmt: skip
        return len(archivist.get(reverse("upload")).content)

    size_with(100)
    assert "files are shown" not in archivist.get(reverse("upload")).content.decode()
    of_200, of_1000 = size_with(200), size_with(1000)
    page = archivist.get(reverse("upload")).content.decode()

    assert abs(of_1000 - of_200) < 1000
    assert "The latest 100 files are shown." in page
    assert f'href="{reverse("accession", args=[accession.pk])}">See all 1000 files' in page
    assert "0900.jpg" in page
    assert "0899.jpg" not in page


def test_a_delivery_without_a_title_is_not_opened(archivist: Client) -> None:
    answer = archivist.post(reverse("open_batch"), FORM | {"title": " "})

    assert answer.status_code == 422
    assert "title" in answer.json()["errors"]


# --- Uploads -------------------------------------------------------------------------------------------------------


def test_an_upload_in_chunks_becomes_an_item(archivist: Client, django_capture_on_commit_callbacks: Any) -> None:
    content = jpeg(7)
    half = len(content) // 2

    url = begin(archivist, content, filename="tide.jpg", path="beach/tide.jpg")["Location"]
    first = send(archivist, url, content[:half], 0)
    with django_capture_on_commit_callbacks(execute=True):
        last = send(archivist, url, content[half:], half)

    line = AccessionLine.objects.get()
    assert (first.status_code, first["Upload-Offset"]) == (204, str(half))
    assert (last.status_code, last["Strandline-Line"]) == (204, str(line.pk))
    assert (line.original_name, line.delivered_path, line.outcome) == ("tide.jpg", "beach/tide.jpg", "CREATED")
    assert Item.objects.get().media_file.message_digest == hashlib.sha256(content).hexdigest()


def test_the_sidecar_of_a_picture_travels_with_the_beginning_of_its_upload(archivist: Client, settings: Any) -> None:
    said = encoded(accession=make_accession().pk, filename="a.jpg")
    headers = TUS | {"Upload-Length": "4", "Upload-Metadata": said}

    began = archivist.post(
        reverse("file_uploads"), b"<x:xmpmeta/>", content_type="application/rdf+xml", headers=headers
    )
    send(archivist, began["Location"], b"0123", 0)

    assert bytes(AccessionLine.objects.get().sidecar) == b"<x:xmpmeta/>"
    assert left_behind(settings) == []


def test_a_broken_off_upload_goes_on_where_it_stopped(archivist: Client, settings: Any) -> None:
    content = jpeg(7)
    url = begin(archivist, content)["Location"]
    send(archivist, url, content[:100], 0)

    standing = archivist.head(url, headers=TUS)
    send(archivist, url, content[100:], int(standing["Upload-Offset"]))

    assert (standing["Upload-Offset"], standing["Upload-Length"]) == ("100", str(len(content)))
    assert AccessionLine.objects.get().message_digest == hashlib.sha256(content).hexdigest()
    assert left_behind(settings) == []


def test_the_end_of_an_upload_can_be_asked_for_again(archivist: Client) -> None:
    """The answer to the last chunk may be lost on its way; then the sender asks, and learns of its line."""
    url = begin(archivist, b"all of it")["Location"]
    send(archivist, url, b"all of it", 0)

    standing = archivist.head(url, headers=TUS)

    assert (standing["Upload-Offset"], standing["Strandline-Line"]) == ("9", str(AccessionLine.objects.get().pk))
    assert send(archivist, url, b"", 9).status_code == 409
    assert AccessionLine.objects.count() == 1


def test_a_whole_upload_that_a_crash_left_unreceived_is_received_when_asked_for(
    archivist: Client, settings: Any
) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    [path] = left_behind(settings)
    path.write_bytes(b"0123456789")

    standing = archivist.head(url, headers=TUS)
    answer = send(archivist, url, b"", 10)

    assert (standing["Upload-Offset"], standing.get("Strandline-Line")) == ("10", None)
    assert answer["Strandline-Line"] == str(AccessionLine.objects.get().pk)


class Killed(BaseException):
    """Stands for the power cut."""


@pytest.mark.parametrize("bytes_are_left", [True, False], ids=["before the bytes went", "after the bytes went"])
def test_an_upload_killed_between_its_line_and_its_note_gets_no_second_line(
    archivist: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, bytes_are_left: bool
) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    [path] = left_behind(settings)

    def receive_and_die(*arguments: Any, **known: Any) -> None:
        receive_files.receive_spooled(*arguments, **known)
        if bytes_are_left:
            path.write_bytes(b"0123456789")
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(uploads, "receive_spooled", receive_and_die)
        send(archivist, url, b"0123456789", 0)

    if bytes_are_left:
        answers = [send(archivist, url, b"", 10), archivist.head(url, headers=TUS)]
    else:
        answers = [archivist.head(url, headers=TUS)]

    line = AccessionLine.objects.get()
    assert [answer["Strandline-Line"] for answer in answers] == [str(line.pk)] * len(answers)
    assert left_behind(settings) == []
    assert uploads.unfinished() == []


@pytest.mark.parametrize("is_open", [True, False], ids=["opened before", "opened after"])
def test_a_request_that_meets_the_end_of_its_upload_is_told_that_all_has_arrived(
    archivist: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    known = uploads.find(UUID(url.rstrip("/").rpartition("/")[2]), by=people["archivist"])
    lock = fcntl.flock

    def lock_late(*arguments: Any) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        send(archivist, url, b"0123456789", 0)
        lock(*arguments)

    if is_open:
        monkeypatch.setattr(fcntl, "flock", lock_late)
    else:
        send(archivist, url, b"0123456789", 0)

    with pytest.raises(uploads.WrongOffset, match="All of this file"):
        uploads.append(known, lambda _size: b"", offset_bytes=10, by=people["archivist"])
    assert AccessionLine.objects.count() == 1


def test_an_upload_that_is_cancelled_while_it_is_sent_is_not_received(
    archivist: Client, people: dict[str, User]
) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    known = uploads.find(UUID(url.rstrip("/").rpartition("/")[2]), by=people["archivist"])
    chunks = [b"0123456789", b""]

    def read(_size: int) -> bytes:
        uploads.terminate(known)
        return chunks.pop(0)

    with pytest.raises(uploads.NoSuchUpload, match="cancelled"):
        uploads.append(known, read, offset_bytes=0, by=people["archivist"])
    assert not AccessionLine.objects.exists()


def test_another_offset_than_the_archive_has_is_a_conflict(archivist: Client) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    send(archivist, url, b"0123", 0)

    assert send(archivist, url, b"0123", 0).status_code == 409
    assert send(archivist, url, b"6789", 6).status_code == 409
    assert archivist.head(url, headers=TUS)["Upload-Offset"] == "4"


def test_a_chunk_that_was_altered_on_its_way_is_dropped_whole(archivist: Client) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    checksum = base64.b64encode(hashlib.sha256(b"01234").digest()).decode()

    altered = send(archivist, url, b"01X34", 0, **{"Upload-Checksum": f"sha256 {checksum}"})
    whole = send(archivist, url, b"01234", 0, **{"Upload-Checksum": f"sha256 {checksum}"})

    assert altered.status_code == 460
    assert (whole.status_code, whole["Upload-Offset"]) == (204, "5")


def test_more_bytes_than_announced_are_not_taken(archivist: Client) -> None:
    url = begin(archivist, b"0123")["Location"]

    assert send(archivist, url, b"0123456789", 0).status_code == 413
    assert not AccessionLine.objects.exists()


def test_a_file_over_the_limit_is_refused_before_it_is_sent_and_on_record(archivist: Client, settings: Any) -> None:
    settings.INGEST_MAX_BYTES = 3

    answer = begin(archivist, b"0123", filename="big.tif")

    line = AccessionLine.objects.get()
    assert (answer.status_code, answer["Strandline-Line"]) == (413, str(line.pk))
    assert (line.outcome, line.size_bytes) == ("REFUSED", 4)
    assert "big.tif" in line.reason


def test_an_empty_file_is_received_and_answered_like_any_other(archivist: Client) -> None:
    url = begin(archivist, b"")["Location"]

    answer = send(archivist, url, b"", 0)

    assert answer["Strandline-Line"] == str(AccessionLine.objects.get().pk)


def test_the_upload_of_somebody_else_is_not_found(archivist: Client, people: dict[str, User]) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    archivist.force_login(people["moderator"])

    assert archivist.head(url, headers=TUS).status_code == 404
    assert send(archivist, url, b"0123456789", 0).status_code == 404
    assert archivist.delete(url, headers=TUS).status_code == 404


def test_a_terminated_upload_leaves_nothing(archivist: Client, settings: Any) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    send(archivist, url, b"0123", 0)

    answer = archivist.delete(url, headers=TUS)

    assert answer.status_code == 204
    assert list((Path(settings.SPOOL_ROOT) / "uploads").iterdir()) == []
    assert archivist.head(url, headers=TUS).status_code == 404


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("researcher", 403)])
def test_nobody_else_may_upload(client: Client, people: dict[str, User], role: str | None, status: int) -> None:
    if role:
        client.force_login(people[role])

    assert begin(client, b"0123").status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "4"}, 412),
        (TUS | {"Upload-Length": "four", "Upload-Metadata": encoded(accession=1)}, 400),
        (TUS | {"Upload-Length": "-4", "Upload-Metadata": encoded(accession=1)}, 400),
        (TUS | {"Upload-Length": "4"}, 400),
        (TUS | {"Upload-Length": "4", "Upload-Metadata": "accession %%%"}, 400),
        (TUS | {"Upload-Length": "4", "Upload-Metadata": encoded(accession=999999)}, 404),
    ],
    ids=["no version", "no number", "below zero", "no metadata", "no base64", "no such accession"],
)
def test_an_upload_that_is_not_understood_is_not_begun(archivist: Client, headers: dict, status: int) -> None:
    assert archivist.post(reverse("file_uploads"), headers=headers).status_code == status


@pytest.mark.parametrize(
    ("written", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\photos\\a.jpg", "a.jpg"), ("a\x00\n.jpg", "a.jpg"), ("/", "without a name")],
)
def test_a_name_is_never_a_path(archivist: Client, written: str, kept: str) -> None:
    url = begin(archivist, b"0123", filename=written)["Location"]
    send(archivist, url, b"0123", 0)

    assert AccessionLine.objects.get().original_name == kept


def test_the_server_says_what_it_can_do(archivist: Client) -> None:
    answer = archivist.options(reverse("file_uploads"))

    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) == {"creation", "checksum", "termination"}


def test_uploads_that_nobody_goes_on_with_are_dropped_after_a_while(archivist: Client, settings: Any) -> None:
    begin(archivist, b"0123456789")

    kept = spool_sweep.expire_uploads(timezone.now() + spool_sweep.UPLOADS_KEPT_FOR / 2)
    gone = spool_sweep.expire_uploads(timezone.now() + spool_sweep.UPLOADS_KEPT_FOR * 2)

    assert (kept, gone) == (0, 2)
    assert left_behind(settings) == []


def test_an_upload_that_goes_on_keeps_its_note_and_its_sidecar(archivist: Client, settings: Any) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    folder = settings.SPOOL_ROOT / "uploads"
    [note] = folder.glob("*.json")
    sidecar = note.with_suffix(".xmp")
    sidecar.write_bytes(b"<x/>")
    for path in (note, sidecar):
        os.utime(path, (0, 0))  # written once, at the beginning
    send(archivist, url, b"01234", 0)

    gone = spool_sweep.expire_uploads(timezone.now())

    assert gone == 0 and note.exists() and sidecar.exists()


# --- Room on the disk, and unfinished uploads -------------------------------------------------------------------------


@pytest.fixture
def full_disk(settings: Any) -> None:
    """Leave no room: whatever is free belongs to the reserve."""
    settings.DISK_RESERVE_BYTES = 2**62


def test_a_full_disk_takes_no_upload_until_there_is_room(archivist: Client, settings: Any) -> None:
    reserve, settings.DISK_RESERVE_BYTES = settings.DISK_RESERVE_BYTES, 2**62

    refused = begin(archivist, b"0123456789")
    settings.DISK_RESERVE_BYTES = reserve
    taken = begin(archivist, b"0123456789")

    assert (refused.status_code, taken.status_code) == (507, 201)
    assert "disk is too full" in refused.content.decode()


def test_a_disk_that_fills_up_meanwhile_keeps_what_has_come(archivist: Client, settings: Any) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    send(archivist, url, b"01234", 0)
    reserve, settings.DISK_RESERVE_BYTES = settings.DISK_RESERVE_BYTES, 2**62

    refused = send(archivist, url, b"56789", 5)
    settings.DISK_RESERVE_BYTES = reserve
    rest = send(archivist, url, b"56789", 5)

    assert (refused.status_code, rest.status_code) == (507, 204)
    assert rest["Strandline-Line"]


def test_the_form_says_that_the_disk_is_full(archivist: Client, full_disk: None) -> None:
    file = SimpleUploadedFile("a.jpg", jpeg(1))

    answer = archivist.post(reverse("upload"), {"title": "A batch", "access": "RESEARCH", "files": file})

    assert answer.status_code == 507
    assert "disk is too full" in answer.content.decode()
    assert not AccessionLine.objects.exists()


def test_what_is_promised_room_counts(archivist: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda: 15)

    answers = [begin(archivist, b"0123456789").status_code for _ in range(2)]

    assert answers == [201, 507]


@pytest.mark.parametrize(
    ("setting", "value"), [("UPLOAD_MOST_UNFINISHED", 2), ("UPLOAD_MOST_UNFINISHED_BYTES", 25)], ids=["number", "size"]
)
def test_a_person_may_have_so_many_unfinished_uploads(
    archivist: Client, people: dict[str, User], settings: Any, setting: str, value: int
) -> None:
    setattr(settings, setting, value)
    urls = [begin(archivist, b"0123456789")["Location"] for _ in range(2)]

    refused = begin(archivist, b"0123456789")
    archivist.delete(urls[0], headers=TUS)
    after = begin(archivist, b"0123456789")
    archivist.force_login(people["moderator"])
    of_another = begin(archivist, b"0123456789")

    assert (refused.status_code, after.status_code, of_another.status_code) == (413, 201, 201)
    assert "unfinished uploads" in refused.content.decode()


@pytest.mark.parametrize("limit", ["of a person", "of the disk"])
def test_uploads_that_begin_at_once_do_not_pass_the_limit_together(
    people: dict[str, User], settings: Any, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    def fits_one(size_bytes: int) -> None:
        if size_bytes > 10:
            raise room.NoRoom

    accession = make_accession()
    senders = [people["archivist"], people["archivist" if limit == "of a person" else "moderator"]]
    if limit == "of a person":
        settings.UPLOAD_MOST_UNFINISHED = 1
    else:
        monkeypatch.setattr(room, "check_room", fits_one)
    counted, both = uploads.unfinished, threading.Barrier(2)

    def count_slowly() -> list[uploads.Upload]:
        begun = counted()
        # Where both may count at once they meet here; where one waits for the other, it comes alone.
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return begun

    monkeypatch.setattr(uploads, "unfinished", count_slowly)
    refused = []

    def begin_one(sender: User) -> None:
        try:
            uploads.begin(accession=accession, original_name="a.jpg", delivered_path="", size_bytes=10, by=sender)
        except uploads.UploadProblem as problem:
            refused.append(type(problem))

    threads = [threading.Thread(target=begin_one, args=[sender]) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == [uploads.TooManyUnfinished if limit == "of a person" else uploads.NoRoom]
    assert len(counted()) == 1


def test_finished_uploads_do_not_count(archivist: Client, settings: Any) -> None:
    settings.UPLOAD_MOST_UNFINISHED = 1

    for _ in range(3):
        send(archivist, begin(archivist, b"0123456789")["Location"], b"0123456789", 0)

    assert AccessionLine.objects.count() == 3


def test_a_finished_upload_is_not_written_twice(archivist: Client, settings: Any) -> None:
    url = begin(archivist, b"0123456789")["Location"]
    part = settings.SPOOL_ROOT / "uploads" / url.rstrip("/").rpartition("/")[2].replace("-", "")
    number = part.stat().st_ino

    send(archivist, url, b"0123456789", 0)

    assert AccessionLine.objects.get().spool_path.stat().st_ino == number
    assert not part.exists()


def test_a_sweep_drops_stale_uploads(archivist: Client, settings: Any) -> None:
    begin(archivist, b"0123456789")

    spool_sweep.clear_spool(now=timezone.now() + spool_sweep.UPLOADS_KEPT_FOR * 2)

    assert left_behind(settings) == []


def test_a_database_without_room_is_answered_with_a_sentence(
    client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        problem = sqlite3.OperationalError("database or disk is full")
        problem.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("database or disk is full") from problem

    client.force_login(people["archivist"])
    client.raise_request_exception = False
    monkeypatch.setattr(upload_page, "open_accession", full)

    answer = client.post(
        reverse("upload"), {"title": "A", "access": "RESEARCH", "files": SimpleUploadedFile("a.jpg", b"x")}
    )

    assert answer.status_code == 503
    assert "disk is too full" in answer.content.decode()
    assert int(answer["Retry-After"]) > 0


# --- ZIP archives --------------------------------------------------------------------------------------------------


def packed(**files: bytes) -> bytes:
    """Return a ZIP archive; `beach__a_jpg` becomes `beach/a.jpg`."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in files.items():
            archive.writestr(".".join(name.replace("__", "/").rsplit("_", 1)), content)
    return body.getvalue()


MIXED = {
    "beach__a_jpg": jpeg(1), "beach__a_xmp": xmp("words of a"), "beach__b_jpg": jpeg(2), "beach__c_jpg": b"no picture",
    "beach__Thumbs_db": b"litter", "inner_zip": packed(d_jpg=jpeg(3)),
}  # fmt: skip
OUTCOMES = {
    "sent.zip/beach/a.jpg": "CREATED", "sent.zip/beach/b.jpg": "CREATED", "sent.zip/beach/c.jpg": "REFUSED",
    "sent.zip/inner.zip/d.jpg": "CREATED",
}  # fmt: skip


def outcomes() -> dict[str, str]:
    return dict(AccessionLine.objects.values_list("delivered_path", "outcome"))


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_zip_in_a_form_is_unpacked_by_the_rules_of_the_command_line(
    archivist: Client, settings: Any, django_capture_on_commit_callbacks: Any, in_memory: bool
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10**9 if in_memory else 10
    captions = SimpleUploadedFile("list.csv", b"filename,caption\nbeach/b.jpg,of the list\nz.jpg,gone\n")
    files = [SimpleUploadedFile("sent.zip", packed(**MIXED))]

    with django_capture_on_commit_callbacks(execute=True):
        archivist.post(reverse("upload"), FORM | {"files": files, "captions": captions})

    assert outcomes() == OUTCOMES
    assert {item.file_name: item.lead_caption for item in Item.objects.all()} == {
        "a.jpg": "words of a", "b.jpg": "of the list", "d.jpg": "",
    }  # fmt: skip
    assert DeliveredRow.objects.get(line=None).file_name == "z.jpg"
    assert "Left out: 1 file" in AccessionRemark.objects.get().text
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def send_archive(client: Client, content: bytes, accession: Accession, capture: Any, **fields: object) -> Any:
    said = encoded(accession=accession.pk, filename="sent.zip")
    headers = TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": said}
    url = client.post(reverse("file_uploads"), fields, headers=headers)["Location"]
    with capture(execute=True):
        return send(client, url, content, 0)


def test_a_zip_that_was_uploaded_is_unpacked_by_the_rules_of_the_command_line(
    archivist: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    accession = make_accession()

    answer = send_archive(archivist, packed(**MIXED), accession, django_capture_on_commit_callbacks)

    assert outcomes() == OUTCOMES
    lines = list(AccessionLine.objects.order_by("pk"))
    assert answer["Strandline-Line"] == " ".join(str(line.pk) for line in lines)
    assert answer["Strandline-Files"] == "4"
    assert [line.way for line in lines] == ["PAGE"] * 4
    assert Item.objects.get(file_name="a.jpg").lead_caption == "words of a"
    assert "Left out: 1 file" in accession.remarks.get().text
    assert left_behind(settings) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (packed(a_jpg=jpeg(1))[:-30], "it is no ZIP archive that can be read, or its end is missing"),
        (packed(), "it is an archive that holds no file"),
        (b"PK\x03\x04 and nothing", "it is no ZIP archive that can be read"),
    ],
    ids=["cut off", "empty", "none"],
)
def test_a_zip_that_cannot_be_read_is_one_line_that_says_so(
    archivist: Client, django_capture_on_commit_callbacks: Any, content: bytes, why: str
) -> None:
    answer = send_archive(archivist, content, make_accession(), django_capture_on_commit_callbacks)

    line = AccessionLine.objects.get()
    assert answer["Strandline-Line"] == str(line.pk)
    assert (line.original_name, line.outcome) == ("sent.zip", "REFUSED")
    assert why in line.reason


def test_a_damaged_member_of_an_uploaded_zip_is_refused_by_itself(
    archivist: Client, django_capture_on_commit_callbacks: Any
) -> None:
    content = packed(a_jpg=jpeg(1), b_jpg=jpeg(2))
    at = content.index(jpeg(1)) + 200

    damaged = content[:at] + bytes(8) + content[at + 8 :]
    send_archive(archivist, damaged, make_accession(), django_capture_on_commit_callbacks)

    assert outcomes() == {"sent.zip/a.jpg": "REFUSED", "sent.zip/b.jpg": "CREATED"}
    assert "checksum differs" in AccessionLine.objects.get(outcome="REFUSED").reason


def test_a_zip_of_more_files_than_the_page_takes_is_refused_whole(
    archivist: Client, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_archives, "MOST_FILES", 2)

    send_archive(
        archivist, packed(**{f"{n}_jpg": b"x" for n in "abc"}), make_accession(), django_capture_on_commit_callbacks
    )

    assert "it holds 3 files, and the page takes archives of up to 2" in AccessionLine.objects.get().reason


@pytest.mark.parametrize("within", [True, False], ids=["in the archive", "sent before it"])
def test_a_captions_list_speaks_of_what_lies_in_an_archive(
    archivist: Client, django_capture_on_commit_callbacks: Any, within: bool
) -> None:
    accession = make_accession()
    words = b"filename,caption\nbeach/b.jpg,of b\nz.jpg,gone\n"
    if not within:
        beside(archivist, accession, "list.csv", words)

    files = MIXED | ({"list_csv": words} if within else {})
    send_archive(archivist, packed(**files), accession, django_capture_on_commit_callbacks)

    assert outcomes() == OUTCOMES
    assert Item.objects.get(file_name="b.jpg").lead_caption == "of b"
    assert [row.file_name for row in DeliveredRow.objects.filter(line=None)] == ["z.jpg"]
    # A later batch of the same accession.
    send_archive(archivist, packed(z_jpg=jpeg(8)), accession, django_capture_on_commit_callbacks)
    assert Item.objects.get(file_name="z.jpg").lead_caption == "gone"


def test_an_archive_of_words_alone_gives_them_to_the_files_that_are_there(
    archivist: Client, django_capture_on_commit_callbacks: Any
) -> None:
    item = hold(archivist, jpeg(1), django_capture_on_commit_callbacks)
    words = packed(list_csv=b"filename,caption\nfirst.jpg,Off Dunkirk\n", first_xmp=xmp("Beside it"))

    send_archive(archivist, words, item.accession, django_capture_on_commit_callbacks)

    assert {caption.text for caption in item.captions.all()} == {"Off Dunkirk", "Beside it"}
    assert "captions lists and sidecars alone. They were read" in AccessionLine.objects.get(outcome="REFUSED").reason


def test_an_archive_that_fills_the_disk_is_received_later_and_whole(
    archivist: Client, settings: Any, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, accession = packed(**MIXED), make_accession()
    url = begin(archivist, content, accession, filename="sent.zip")["Location"]
    taken: list[str] = []
    spooled = receive_files.spool

    def full_at_the_second(*known: Any) -> Any:
        taken.append("")
        if len(taken) == 2:
            raise room.NoRoom
        return spooled(*known)

    with monkeypatch.context() as patched:
        patched.setattr(receive_files, "spool", full_at_the_second)
        first = send(archivist, url, content, 0)
    assert (first.status_code, AccessionLine.objects.count()) == (507, 0)
    assert [path.name for path in Path(settings.SPOOL_ROOT).iterdir() if path.is_file()] == []

    with django_capture_on_commit_callbacks(execute=True):
        again = send(archivist, url, b"", len(content))

    assert (again.status_code, again["Strandline-Files"]) == (204, "4")
    assert outcomes() == OUTCOMES


def test_an_archive_whose_sender_was_killed_before_the_note_is_not_received_twice(
    archivist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, received = packed(**MIXED), sent_archives.receive_archive
    url = begin(archivist, content, filename="sent.zip")["Location"]

    def receive_and_die(*arguments: Any, **known: Any) -> None:
        received(*arguments, **known)
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(uploads, "receive_archive", receive_and_die)
        send(archivist, url, content, 0)
    answer = send(archivist, url, b"", len(content))

    assert set(outcomes()) == set(OUTCOMES)
    assert AccessionLine.objects.count() == len(OUTCOMES)
    assert answer["Strandline-Line"] == str(AccessionLine.objects.order_by("pk").last().pk)


# --- The question at the door --------------------------------------------------------------------------------------


def hold(client: Client, content: bytes, capture: Any) -> Item:
    url = begin(client, content, filename="first.jpg")["Location"]
    with capture(execute=True):
        send(client, url, content, 0)
    return Item.objects.get()


def ask(client: Client, content: bytes, accession: Accession, **more: object) -> Any:
    digest = hashlib.sha256(content).hexdigest()
    asked = {"accession": accession.pk, "sha256": digest, "size": len(content), "name": "again.jpg"} | more
    return client.post(reverse("already_held"), asked)


def test_bytes_that_are_held_need_not_be_sent(archivist: Client, django_capture_on_commit_callbacks: Any) -> None:
    item = hold(archivist, jpeg(7), django_capture_on_commit_callbacks)
    accession = make_accession("Again", outlet=make_outlet("The Courier"))

    line = AccessionLine.objects.get(pk=ask(archivist, jpeg(7), accession).json()["line"])

    assert (line.outcome, line.item, line.accession) == ("ALREADY_HELD", item, accession)
    assert "first.jpg" in line.reason
    assert LedgerEntry.objects.filter(verb="deliver again", subject=f"catalogue.item:{item.pk}").count() == 1


def test_bytes_that_are_not_held_are_asked_for(archivist: Client) -> None:
    assert ask(archivist, jpeg(7), make_accession()).json() == {"line": None}
    assert not AccessionLine.objects.exists()


def test_the_answer_to_the_question_is_a_further_appearance(
    archivist: Client, django_capture_on_commit_callbacks: Any
) -> None:
    item = hold(archivist, jpeg(7), django_capture_on_commit_callbacks)
    outlet = make_outlet("The Courier")
    key = ask(archivist, jpeg(7), make_accession("Again", outlet=outlet)).json()["line"]
    assert not item.appearances.exists()

    archivist.post(reverse("add_appearance", args=[key]))
    archivist.post(reverse("add_appearance", args=[key]))

    assert [appearance.outlet for appearance in item.appearances.all()] == [outlet]


def test_what_a_sidecar_says_of_held_bytes_is_read(archivist: Client, django_capture_on_commit_callbacks: Any) -> None:
    item = hold(archivist, jpeg(7), django_capture_on_commit_callbacks)
    first, second = make_accession("First"), make_accession("Corrected")

    for accession, words in ((first, "Off Dunkirk"), (second, "Off Gravelines"), (second, "Off Gravelines")):
        sidecar = SimpleUploadedFile("again.xmp", xmp(words))
        with django_capture_on_commit_callbacks(execute=True):
            key = ask(archivist, jpeg(7), accession, sidecar=sidecar).json()["line"]
        assert AccessionLine.objects.get(pk=key).outcome == "ALREADY_HELD"

    assert [(caption.text, caption.accession) for caption in item.captions.order_by("pk")] == [
        ("Off Dunkirk", first),
        ("Off Gravelines", second),
    ]
    assert item.media_file.readings.filter(reader="sidecar").count() == 2
    assert [bytes(line.sidecar) for line in second.lines.all()] == [xmp("Off Gravelines")] * 2


def test_the_same_files_again_in_one_delivery_have_no_appearance_to_add(
    archivist: Client, django_capture_on_commit_callbacks: Any
) -> None:
    delivery = make_accession("From the courier", outlet=make_outlet("The Courier"))
    with django_capture_on_commit_callbacks(execute=True):
        send(archivist, begin(archivist, jpeg(7), delivery)["Location"], jpeg(7), 0)
    assert Item.objects.get().appearances.count() == 1

    key = ask(archivist, jpeg(7), delivery).json()["line"]

    assert b"further appearance" not in archivist.get(reverse("accession", args=[delivery.pk])).content
    archivist.post(reverse("add_appearance", args=[key]))
    archivist.post(reverse("add_appearances", args=[delivery.pk]))
    assert Item.objects.get().appearances.count() == 1


def test_all_held_pictures_of_a_delivery_are_answered_at_once(
    archivist: Client, django_capture_on_commit_callbacks: Any
) -> None:
    first, outlet = make_accession("First"), make_outlet("The Courier")
    for shade in (1, 2, 3):
        with django_capture_on_commit_callbacks(execute=True):
            send(archivist, begin(archivist, jpeg(shade), first)["Location"], jpeg(shade), 0)
    again = make_accession("Again", outlet=outlet)
    for shade in (1, 2, 3, 3):
        ask(archivist, jpeg(shade), again)
    page = archivist.get(reverse("accession", args=[again.pk])).content.decode()
    assert "Add 3 further appearances" in page

    archivist.post(reverse("add_appearances", args=[again.pk]))

    assert [item.appearances.get().outlet for item in Item.objects.all()] == [outlet] * 3
    assert "further appearances</button>" not in archivist.get(reverse("accession", args=[again.pk])).content.decode()


@pytest.mark.parametrize("digest", ["", "abc", "G" * 64, "A" * 64])
def test_a_question_without_a_digest_is_refused(archivist: Client, digest: str) -> None:
    assert ask(archivist, b"", make_accession(), sha256=digest).status_code == 400


# --- In a browser --------------------------------------------------------------------------------------------------


def wait_for_outcomes(page: Any, number: int) -> None:
    from playwright.sync_api import expect

    expect(page.locator("tr[data-line]:not([data-open])")).to_have_count(number, timeout=30_000)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_files_dropped_on_the_page_are_followed_to_their_outcome(
    page_of: Any, people: dict[str, User], tmp_path: Path
) -> None:
    files = {
        "one.jpg": jpeg(11),
        "one.jpg.xmp": b"<x:xmpmeta/>",
        "two.jpg": jpeg(12),
        "broken.jpg": jpeg(13)[:40],
        "none.jpg": b"<html></html>",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    page = page_of(people["archivist"], "/upload/")

    page.set_input_files("#files", [tmp_path / name for name in files])
    page.fill("[name=title]", "By the page")
    page.click("#start")
    wait_for_outcomes(page, 4)

    said = page.inner_text(".lines")
    assert said.count("uploaded") == 2
    assert said.count("refused") == 2
    assert page.inner_text("#overall strong") == "All 4 files have arrived."
    assert page.locator(".line__picture img").count() == 2
    assert bytes(AccessionLine.objects.get(original_name="one.jpg").sidecar) == b"<x:xmpmeta/>"
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_is_dropped_comes_in_as_by_the_command_line(page_of: Any, people: dict[str, User], tmp_path: Path) -> None:
    twins = {f"{n}_{name}.jpg": jpeg(40 + n) for n in range(4) for name in "BA"}
    files = twins | {
        "words.csv": b"filename,caption\n0_A.jpg,first words\n0_B.jpg,second words\nnone.jpg,gone\n",
        "x.xmp": xmp("of one of two"), "x.jpg": jpeg(51), "x.png": jpeg(52),
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    page = page_of(people["archivist"], "/upload/")

    page.set_input_files("#files", [tmp_path / name for name in sorted(files, reverse=True)])
    page.click("#start")
    wait_for_outcomes(page, 11)

    lines = AccessionLine.objects.exclude(outcome="REFUSED").order_by("pk")
    assert {line.original_name for line in lines if line.outcome == "CREATED"} == {
        "0_A.jpg", "1_A.jpg", "2_A.jpg", "3_A.jpg", "x.jpg", "x.png",
    }  # fmt: skip
    assert Item.objects.get(file_name="0_A.jpg").lead_caption == "first words"
    assert "may belong to any of 2 files" in page.inner_text(".lines")
    assert "words.csv, line 4: “none.jpg”" in page.inner_text("#beside-words")
    assert "Its words: words.csv, line 2." in page.inner_text(".lines")
    assert page.problems == []
    page.reload()
    assert "words.csv, line 4: “none.jpg”" in page.inner_text("#beside-words")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_sidecar_that_the_archive_could_not_take_is_sent_again(
    page_of: Any, people: dict[str, User], tmp_path: Path
) -> None:
    for name, content in {"a.jpg": jpeg(1), "b.xmp": xmp("of b")}.items():
        (tmp_path / name).write_bytes(content)
    page = page_of(people["archivist"], "/upload/")
    answers = [lambda route: route.abort(), lambda route: route.fulfill(status=503, body="busy")]
    page.route("**/upload/words/", lambda route: (answers.pop(0) if answers else type(route).continue_)(route))

    page.set_input_files("#files", [tmp_path / "a.jpg", tmp_path / "b.xmp"])
    page.click("#start")
    page.wait_for_selector("#beside-words >> text=b.xmp", timeout=30_000)

    assert answers == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_zip_that_is_dropped_shows_what_lay_in_it(page_of: Any, people: dict[str, User], tmp_path: Path) -> None:
    files = {
        "sent.zip": packed(**MIXED),
        "bad.zip": b"PK\x03\x04 and nothing",
        "loose.jpg": jpeg(9),
        "words.csv": b"filename,caption\nloose.jpg,loose words\nbeach/b.jpg,words of b\nz.jpg,gone\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    page = page_of(people["archivist"], "/upload/")

    page.set_input_files("#files", [tmp_path / name for name in files if name != "bad.zip"])
    page.click("#start")
    wait_for_outcomes(page, 5)

    said = page.inner_text(".lines")
    assert [name for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg", "loose.jpg") if name not in said] == []
    assert (said.count("uploaded"), said.count("refused")) == (4, 1)
    assert Item.objects.get(file_name="b.jpg").lead_caption == "words of b"
    assert "words.csv, line 4: “z.jpg”" in page.inner_text("#beside-words")
    page.set_input_files("#files", tmp_path / "bad.zip")
    wait_for_outcomes(page, 6)
    assert "it is no ZIP archive that can be read" in page.inner_text(".lines")
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_same_files_dropped_again_ask_nothing_and_those_of_another_delivery_once(
    page_of: Any, people: dict[str, User], tmp_path: Path
) -> None:
    outlet = make_outlet("The Courier")
    pictures = [tmp_path / f"{shade}.jpg" for shade in (61, 62, 63)]
    for path in pictures:
        path.write_bytes(jpeg(int(path.stem)))
    page = page_of(people["archivist"], "/upload/")

    def deliver(title: str) -> None:
        page.goto(urljoin(page.url, "/upload/?new"))
        page.set_input_files("#files", pictures)
        page.fill("[name=title]", title)
        page.fill("[name=outlet_text]", outlet.name)
        page.click("#start")
        wait_for_outcomes(page, 3)

    deliver("First")
    page.reload()
    page.set_input_files("#files", pictures)
    page.wait_for_selector("text=All 3 files have arrived.")
    wait_for_outcomes(page, 3)
    page.goto(urljoin(page.url, page.get_attribute("#batch-link", "href")))
    assert "held already" not in page.inner_text("main")
    assert "appearance" not in page.inner_text("main").lower()
    deliver("Another")
    page.goto(urljoin(page.url, page.get_attribute("#batch-link", "href")))
    page.click("button:has-text('Add 3 further appearances')")

    assert [item.appearances.count() for item in Item.objects.all()] == [2, 2, 2]
    assert page.locator("button:has-text('further appearances')").count() == 0
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_upload_goes_on_after_the_network_was_away(page_of: Any, people: dict[str, User], tmp_path: Path) -> None:
    # Over 8 MB, so that it takes two chunks; what follows the picture's end is noted, and kept.
    content = jpeg(21) + bytes(9_000_000)
    (tmp_path / "long.jpg").write_bytes(content)
    page = page_of(people["archivist"], "/upload/")
    sent: list[int] = []

    def break_the_second(route: Any) -> None:
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
            if len(sent) == 2:
                return route.abort()
        return route.continue_()

    page.route("**/upload/files/**", break_the_second)
    page.set_input_files("#files", tmp_path / "long.jpg")
    page.click("#start")
    wait_for_outcomes(page, 1)

    line = AccessionLine.objects.get()
    assert sent == [0, 8 * 1024 * 1024, 8 * 1024 * 1024]
    assert line.message_digest == hashlib.sha256(content).hexdigest()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_upload_goes_on_after_the_page_was_loaded_again(
    page_of: Any, people: dict[str, User], tmp_path: Path
) -> None:
    content = jpeg(22) + bytes(9_000_000)
    (tmp_path / "long.jpg").write_bytes(content)
    page = page_of(people["archivist"], "/upload/")
    page.on("dialog", lambda dialog: dialog.accept())
    offsets: list[int] = []

    def stop_after_the_first(route: Any) -> None:
        if route.request.method == "PATCH":
            offset = int(route.request.headers["upload-offset"])
            offsets.append(offset)
            if offset:
                return route.abort()
        return route.continue_()

    page.route("**/upload/files/**", stop_after_the_first)
    page.set_input_files("#files", tmp_path / "long.jpg")
    page.click("#start")
    page.wait_for_selector("text=The connection broke")
    page.unroute("**/upload/files/**")
    page.reload()
    page.wait_for_selector("text=1 file has still to be sent")
    assert "to be chosen again" in page.inner_text(".lines")

    page.route(
        "**/upload/files/**",
        lambda route: (
            route.request.method == "PATCH" and offsets.append(int(route.request.headers["upload-offset"])),
            route.continue_(),
        )[1],
    )
    page.set_input_files("#files", tmp_path / "long.jpg")
    wait_for_outcomes(page, 1)

    assert offsets[0] == 0
    assert 0 not in offsets[1:]
    assert AccessionLine.objects.get().message_digest == hashlib.sha256(content).hexdigest()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_files_that_have_not_arrived_are_asked_for_in_one_act_after_a_reload(
    page_of: Any, people: dict[str, User], tmp_path: Path
) -> None:
    pictures = [tmp_path / f"{shade}.jpg" for shade in range(31, 37)]
    for path in pictures:
        path.write_bytes(jpeg(int(path.stem)))
    page = page_of(people["archivist"], "/upload/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.set_input_files("#files", pictures)
    page.reload()
    page.wait_for_selector("text=6 files have still to be sent")

    begun: list[str] = []

    def lose_the_network(route: Any) -> None:
        begun.append(route.request.method)
        return route.abort() if begun.count("POST") > 2 else route.continue_()

    page.set_input_files("#files", pictures)
    page.route("**/upload/files/**", lose_the_network)
    page.click("#start")
    page.wait_for_selector("#overall >> text=The connection is lost. It goes on by itself")
    assert "left" not in page.inner_text("#overall [data-rate]")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("text=Another tab of this browser is uploading here.")
    assert not other.is_visible("#missing")
    page.unroute("**/upload/files/**")
    page.goto("/upload/")
    page.wait_for_selector("text=4 files have still to be sent")
    other.wait_for_selector("text=4 files have still to be sent")
    other.close()
    page.set_input_files("#files", pictures)
    page.wait_for_selector("text=All 6 files have arrived.")
    wait_for_outcomes(page, 6)

    assert not page.is_visible("#missing")
    assert sorted(line.original_name for line in AccessionLine.objects.all()) == sorted(path.name for path in pictures)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('strandline.wanted.'))") == []
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_files_wanted_for_another_accession_are_told_with_the_way_to_it(
    page_of: Any, people: dict[str, User], tmp_path: Path
) -> None:
    (tmp_path / "one.jpg").write_bytes(jpeg(41))
    page = page_of(people["archivist"], "/upload/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/upload/held/", lambda route: route.abort())
    page.route("**/upload/files/**", lambda route: route.abort())
    page.set_input_files("#files", tmp_path / "one.jpg")
    page.fill("[name=title]", "Left behind")
    page.click("#start")
    page.wait_for_selector("text=The connection broke")
    page.goto("/upload/?new")

    page.click("#elsewhere >> text=Left behind")

    page.wait_for_selector("text=1 file has still to be sent")
    assert page.inner_text("#batch-link") == "Left behind"
    page.click("[data-leave-all]")
    assert not page.is_visible("#missing")
    page.reload()
    assert not page.is_visible("#missing")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_upload_waits_while_it_is_paused_and_leaves_nothing_when_it_is_cancelled(
    page_of: Any, people: dict[str, User], tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "long.jpg").write_bytes(jpeg(23) + bytes(9_000_000))
    (tmp_path / "short.jpg").write_bytes(jpeg(24))
    page = page_of(people["archivist"], "/upload/")

    def never_the_second_chunk(route: Any) -> None:
        if route.request.headers.get("upload-offset", "0") != "0":
            return route.abort()
        return route.continue_()

    page.route("**/upload/files/**", never_the_second_chunk)
    page.set_input_files("#files", tmp_path / "long.jpg")
    page.click("#start")
    page.wait_for_selector("text=The connection broke")
    page.keyboard.press("p")
    page.wait_for_selector(".state:text-is('paused')")
    page.set_input_files("#files", tmp_path / "short.jpg")
    waiting = page.locator("tr:has-text('short.jpg') .state").inner_text()
    page.click("tr:has-text('long.jpg') [data-cancel]")
    page.keyboard.press("p")
    wait_for_outcomes(page, 1)

    assert waiting == "waiting for its turn"
    assert [line.original_name for line in AccessionLine.objects.all()] == ["short.jpg"]
    assert left_behind(settings) == []


def test_an_upload_that_ends_while_stale_ones_are_looked_for_is_passed_over(settings: Any) -> None:
    folder = settings.SPOOL_ROOT / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    # Listed, and gone when it is looked at.
    (folder / "gone.draft").symlink_to(folder / "nowhere")

    assert spool_sweep.expire_uploads(timezone.now()) == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_upload_that_did_not_get_its_turn_to_begin_waits_and_tries_again(
    page_of: Any, people: dict[str, User], tmp_path: Path
) -> None:
    (tmp_path / "boat.jpg").write_bytes(jpeg(1))
    page = page_of(people["archivist"], reverse("upload"))
    turned_away = []

    def answer(route: Any) -> None:
        if route.request.method == "POST" and not turned_away:
            turned_away.append(route.request.url)
            route.fulfill(status=423, body="Too many uploads are begun at this moment.")
        else:
            route.continue_()

    page.route("**/upload/files/**", answer)
    page.set_input_files("#files", tmp_path / "boat.jpg")
    page.click("#start")

    page.get_by_text("Too many uploads are begun at this moment.").wait_for()
    wait_for_outcomes(page, 1)
    assert len(turned_away) == 1
    assert AccessionLine.objects.get().original_name == "boat.jpg"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reader", ["visitor", "researcher"])
def test_an_upload_waits_while_its_session_looks_as_somebody_else(
    page_of: Any, people: dict[str, User], client: Client, tmp_path: Path, reader: str
) -> None:
    content = jpeg(25) + bytes(9_000_000)
    (tmp_path / "long.jpg").write_bytes(content)
    page = page_of(people["moderator"], "/upload/")
    sent: list[int] = []

    def look_as_another_at_the_second(route: Any) -> None:
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
            if len(sent) == 2:
                client.post(reverse("view_as"), {"reader": reader})
        route.continue_()

    page.route("**/upload/files/**", look_as_another_at_the_second)
    page.set_input_files("#files", tmp_path / "long.jpg")
    page.click("#start")
    page.get_by_text("Not sent: this session looks at the archive as somebody else").wait_for()
    wanted = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('strandline.wanted.'))")
    # Also the question of how much has arrived is refused meanwhile.
    with page.expect_response(lambda answer: answer.request.method == "HEAD" and answer.status == 403):
        pass
    page.get_by_text("Not sent: this session looks at the archive as somebody else").wait_for()
    client.post(reverse("view_as"), {"reader": ""})
    wait_for_outcomes(page, 1)

    assert len(wanted) == 1
    assert sent == [0, 8 * 1024 * 1024, 8 * 1024 * 1024]
    assert AccessionLine.objects.get().message_digest == hashlib.sha256(content).hexdigest()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_upload_whose_session_ended_says_so_and_goes_on_after_signing_in(
    page_of: Any, people: dict[str, User], client: Client, tmp_path: Path
) -> None:
    content = jpeg(26) + bytes(9_000_000)
    (tmp_path / "long.jpg").write_bytes(content)
    page = page_of(people["archivist"], "/upload/")
    sent: list[int] = []

    def end_the_session_at_the_second(route: Any) -> None:
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
            if len(sent) == 2:
                client.logout()
        route.continue_()

    page.route("**/upload/files/**", end_the_session_at_the_second)
    page.set_input_files("#files", tmp_path / "long.jpg")
    page.click("#start")
    page.get_by_text("Not sent: you are signed out.").wait_for()
    client.force_login(people["archivist"])
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": urljoin(page.url, "/")}
    page.context.add_cookies([session])
    wait_for_outcomes(page, 1)

    assert sent == [0, 8 * 1024 * 1024, 8 * 1024 * 1024]
    assert AccessionLine.objects.get().message_digest == hashlib.sha256(content).hexdigest()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_captions_list_that_may_not_be_sent_now_is_sent_again(
    page_of: Any, people: dict[str, User], tmp_path: Path
) -> None:
    (tmp_path / "boat.jpg").write_bytes(jpeg(27))
    (tmp_path / "words.csv").write_text("file,caption\nlater.jpg,A boat.\n")
    page = page_of(people["archivist"], "/upload/")
    refused: list[str] = []

    def refuse_the_first(route: Any) -> None:
        if refused:
            return route.continue_()
        refused.append(route.request.url)
        return route.fulfill(status=403, content_type="text/plain", body="You look at the archive as somebody else.")

    page.set_input_files("#files", tmp_path / "boat.jpg")
    page.click("#start")
    wait_for_outcomes(page, 1)
    page.route("**/upload/words/", refuse_the_first)
    with page.expect_response(lambda answer: answer.url.endswith("/upload/words/") and answer.ok):
        page.set_input_files("#captions", tmp_path / "words.csv")
        page.get_by_text("You look at the archive as somebody else.").wait_for()

    assert refused


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["signed out", "session ended", "somebody else"])
def test_the_names_of_chosen_files_are_left_to_nobody_else(
    page_of: Any, people: dict[str, User], client: Client, tmp_path: Path, ending: str
) -> None:
    (tmp_path / "informant.jpg").write_bytes(jpeg(28))
    page = page_of(people["archivist"], "/upload/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/upload/held/", lambda route: route.abort())
    page.route(
        "**/upload/files/**", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_()
    )
    page.set_input_files("#files", tmp_path / "informant.jpg")
    page.fill("[name=title]", "From a source")
    page.click("#start")
    page.wait_for_selector("text=The connection broke")

    def kept() -> list[str]:
        kinds = ["wanted", "wanted-title", "upload"]
        keys = page.evaluate("Object.keys(localStorage)")
        return [kind for kind in kinds if any(key.startswith(f"strandline.{kind}.") for key in keys)]

    assert kept() == ["wanted", "wanted-title", "upload"]
    page.goto("/")
    if ending == "signed out":
        with page.expect_navigation():
            page.evaluate("document.querySelector('[data-signs-out]').requestSubmit()")
    else:
        client.logout()
        page.goto("/")
        assert len(kept()) == 3
        client.force_login(people["archivist" if ending == "session ended" else "moderator"])
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": urljoin(page.url, "/")}
        page.context.add_cookies([session])
        page.goto("/")

    assert kept() == (["wanted", "wanted-title", "upload"] if ending == "session ended" else [])
