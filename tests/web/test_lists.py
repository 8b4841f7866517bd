"""Lists that go out: CSV, JSON and contact sheets of a search or a folder, on the page, by programs and the command."""

import base64
import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Caption, Item
from archive.exports import write_list as module
from archive.exports.readers import archive_staff
from archive.exports.write_list import Form, ItemList, safe_cell, write_list
from archive.folders.fill_folders import make_folder, note_beside, put_in
from archive.folders.models import Folder
from archive.item_index import folder as index_folder
from archive.item_index.keep_index import Keeper
from archive.ledger.models import LedgerEntry
from archive.search.lists import list_of_search
from archive.standards.vocabulary import Property
from archive.web import body_limits
from tests.builders import NOW, make_accession, make_caption, make_claim, make_item, make_proposal
from tests.indexing import catch_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def archivist(people: dict[str, User], client: Client) -> Client:
    client.force_login(people["archivist"])
    return client


def body(response: Any) -> str:
    assert response.status_code == 200, response
    return b"".join(response.streaming_content).decode()


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_what_a_search_finds_is_a_table_in_its_order(archivist: Client) -> None:
    first, second, _other = make_item(), make_item(), make_item()
    for item in (first, second):
        make_caption(item, "A boat,\nof “wood”")
    make_claim(first, Property.DATE_CREATED, date="2024-06")
    asked = archivist.get(f"{reverse('export_search')}?q=boat&sort=oldest")

    response = archivist.post(f"{reverse('export_search')}?q=boat&sort=oldest", {"form": "csv"})
    rows = rows_of(body(response))

    assert "Export a list of 2 items" in " ".join(asked.content.decode().split())
    assert [row["item"] for row in rows] == [str(first.pk), str(second.pk)]
    assert rows[0]["date"] == "2024-06" and rows[0]["date_in_words"] == "June 2024"
    assert rows[0]["caption"] == "A boat,\nof “wood”" and "June 2024, photograph" in rows[0]["citation"]
    assert response["Content-Type"] == "text/csv; charset=utf-8" and "no-store" in response["Cache-Control"]
    assert re.search(r'filename="strandline-[\d-]+\.csv"', response["Content-Disposition"])


@pytest.mark.parametrize(
    "sign",
    [
        "=1+1",
        "+1",
        "-1",
        "@a",
        "\ta",
        "\ra",
        "  =1",
        "＝1",
        "－1",
        "\ufeff=1",
        "\u200b+1",
        " \u200b\ufeff-1",
        "\u2060@a",
        "\x00=1",
    ],
    ids=ascii,
)
def test_no_cell_is_taken_for_a_formula(sign: str) -> None:
    assert safe_cell(sign) == f"'{sign}"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a;=1;b", "a;'=1;b"),
        ("a; +1", "a; '+1"),
        ("a;;-1;@b", "a;;'-1;'@b"),
        ("a\t=1", "a\t'=1"),
        ("a\n =1\r\n＝2", "a\n '=1\r\n'＝2"),
        ("a;\u200b=1\n\ufeff@b", "a;\u200b'=1\n\ufeff'@b"),
        ("a\u200bb \ufeffc", "a\u200bb \ufeffc"),
        ("=1;=2", "'=1;'=2"),
        ('a;"=1+1;b', "a;\"'=1+1;b"),
        ('a; " "=1', 'a; " "\'=1'),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("a; b=1 - c", "a; b=1 - c"),
    ],
    ids=ascii,
)
def test_no_part_that_excel_may_split_off_is_taken_for_a_formula(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


@pytest.mark.parametrize(("value", "cell"), [("a=1", "a=1"), (7, "7"), (True, "yes"), (False, "no"), ("", "")])
def test_other_cells_stay_as_they_are(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


def test_a_formula_in_a_caption_or_a_note_goes_out_as_words(archivist: Client, people: dict[str, User]) -> None:
    item = make_item(file_name="@file.jpg")
    make_caption(item, '=HYPERLINK("http://news.example","x")')
    folder = make_folder(name="Shelf", by=people["archivist"], at=NOW)
    put_in(folder, [item.pk], by=people["archivist"], at=NOW)
    note_beside(folder, item.pk, note="-cmd", by=people["archivist"], at=NOW)

    (row,) = rows_of(body(archivist.post(reverse("export_folder", args=[folder.pk]), {"form": "csv"})))

    assert (row["caption"][0], row["note"], row["file_name"]) == ("'", "'-cmd", "'@file.jpg")


def test_a_folder_goes_out_in_its_order_as_its_reader_sees_it(client: Client, people: dict[str, User]) -> None:
    a, closed, b = make_item(), make_item(access=Access.RESTRICTED), make_item()
    folder = make_folder(name="Shelf", sharing="READ", by=people["archivist"], at=NOW)
    put_in(folder, [b.pk, closed.pk, a.pk], by=people["archivist"], at=NOW)
    note_beside(folder, closed.pk, note="a secret", by=people["archivist"], at=NOW)
    client.force_login(people["researcher"])

    told = body(client.post(reverse("export_folder", args=[folder.pk]), {"form": "json"}))

    listed = json.loads(told)
    assert [row["item"] for row in listed["items"]] == [b.pk, a.pk]
    assert (listed["title"], listed["source"], listed["is_cut"]) == ("Shelf", f"folder:{folder.pk}", False)
    assert listed["items"][0]["csl"]["type"] == "graphic" and "secret" not in told
    Folder.objects.update(sharing="PRIVATE")
    assert client.post(reverse("export_folder", args=[folder.pk]), {"form": "json"}).status_code == 404


def test_what_was_closed_since_the_index_saw_it_is_not_counted_in_a_list(people: dict[str, User]) -> None:
    stays, closed = make_item(), make_item()
    with index_folder.locked():
        keeper = Keeper()
        catch_up(keeper)
        Item.objects.filter(pk=closed.pk).update(access=Access.RESTRICTED)

        listed = list_of_search({}, Form.CSV, reader=people["researcher"])
        keeper.close()

    assert (listed.keys, listed.is_cut) == ([stays.pk], False)


def test_a_sheet_holds_pictures_and_covers_distressing_ones(archivist: Client, with_pictures: Any) -> None:
    clear, hard, bare = make_item(), make_item(is_distressing=True), make_item(renditions=False)
    with_pictures(clear, hard)
    make_caption(clear, "<script>alert(1)</script>", role=Caption.Role.HEADLINE)

    response = archivist.post(reverse("export_search"), {"form": "html"})
    covered = body(response)
    shown = body(archivist.post(reverse("export_search"), {"form": "html", "distressing": "on"}))

    def pictures(sheet: str) -> list[bytes]:
        return [base64.b64decode(found) for found in re.findall(r'src="data:image/jpeg;base64,([^"]+)"', sheet)]

    def stored(item: Item) -> bytes:
        from django.core.files.storage import storages

        made = item.media_file.renditions.get(purpose="THUMBNAIL")
        return storages["renditions"].open(made.storage_path).read()

    assert stored(clear) in pictures(covered) and stored(hard) not in pictures(covered) and len(pictures(covered)) == 2
    assert stored(hard) in pictures(shown)
    assert "Marked as distressing: blurred." in covered and "Marked as distressing" not in shown
    assert "no picture could be made" in covered and f"item {bare.pk}" in covered
    assert "<script" not in covered and "src=http" not in covered and "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("form", Form)
def test_no_list_holds_what_its_reader_may_not_read(form: Form, client: Client, people: dict[str, User]) -> None:
    item, closed = make_item(), make_item(access=Access.RESTRICTED, file_name="closed.jpg")
    caption = make_caption(item, "Jo Doe, seven years old, from Calais")
    make_caption(closed, "A thing nobody knows of")
    make_proposal(caption, "IDENTIFIES_PERSON", by=people["archivist"])
    Item.objects.filter(pk=item.pk).update(file_name="jo-doe-seven-years-old-from-calais.jpg")
    client.force_login(people["researcher"])

    told = body(client.post(reverse("export_search"), {"form": form.value}))

    assert f"/items/{item.pk}/" in told
    for hidden in ("Jo Doe", "jo-doe", "nobody knows", "closed.jpg", f"/items/{closed.pk}/"):
        assert hidden not in told, hidden


def test_more_than_a_list_holds_is_told_and_cut(archivist: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Form, "most", property(lambda form: 2 if form == Form.CSV else 1))
    accession = make_accession()
    items = [make_item(accession=accession) for _number in range(3)]

    page = " ".join(archivist.get(reverse("export_search")).content.decode().split())
    response = archivist.post(reverse("export_search"), {"form": "csv"})

    assert "These are the first 2 of their order" in page and "A contact sheet holds the first 1" in page
    assert [row["item"] for row in rows_of(body(response))] == [str(items[2].pk), str(items[1].pk)]
    assert "first-2.csv" in response["Content-Disposition"]
    assert json.loads(body(archivist.post(reverse("export_search"), {"form": "json"})))["is_cut"] is True
    assert "More were found" in body(archivist.post(reverse("export_search"), {"form": "html"}))


def test_a_list_is_written_in_portions_of_as_many_queries_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PORTION", 3)
    accession = make_accession()
    keys = [make_item(accession=accession).pk for _number in range(9)]
    blocks = write_list(ItemList(keys, "All", ""), Form.CSV, reader=archive_staff(), at=NOW)
    numbers = []

    for _block in range(4):
        with CaptureQueriesContext(connection) as context:
            next(blocks)
        numbers.append(len(context))

    assert numbers == [0, 7, 7, 7]
    with pytest.raises(StopIteration):
        next(blocks)


def test_what_is_closed_while_a_list_is_written_does_not_go_out(
    monkeypatch: pytest.MonkeyPatch, people: dict[str, User]
) -> None:
    monkeypatch.setattr(module, "PORTION", 1)
    first, second = make_item(), make_item()
    blocks = write_list(ItemList([first.pk, second.pk], "All", ""), Form.CSV, reader=people["researcher"], at=NOW)
    next(blocks), next(blocks)

    Item.objects.update(access=Access.RESTRICTED)

    assert f"/items/{second.pk}/" not in b"".join(blocks).decode()


def test_the_act_stands_in_the_ledger_without_what_was_asked(archivist: Client) -> None:
    make_caption(make_item(), "Jo Doe on a boat")

    body(archivist.post(f"{reverse('export_search')}?q=Jo+Doe", {"form": "csv"}))

    entry = LedgerEntry.objects.get(verb="export list")
    assert entry.actor == "archivist" and entry.subject == "exports.list:search"
    assert json.loads(entry.payload)["items"] == 1 and "Doe" not in entry.payload


def test_the_ledger_tells_a_folder_from_a_search_in_it(archivist: Client, people: dict[str, User]) -> None:
    folder = make_folder(name="Shelf", by=people["archivist"], at=NOW)
    put_in(folder, [make_item().pk], by=people["archivist"], at=NOW)

    body(archivist.post(f"{reverse('export_search')}?q=folder:{folder.pk}+kind:photograph", {"form": "csv"}))
    body(archivist.post(reverse("export_folder", args=[folder.pk]), {"form": "csv"}))

    told = LedgerEntry.objects.filter(verb="export list").order_by("pk").values_list("subject", flat=True)
    assert list(told) == ["exports.list:search", "exports.list:folder"]


def test_what_cannot_be_exported_is_told(archivist: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = archivist.get(f"{reverse('export_search')}?q=boat")
    unknown = archivist.get(f"{reverse('export_search')}?q=place:atlantis")
    make_item()
    formless = archivist.post(reverse("export_search"), {"form": "pdf"})

    assert empty.status_code == 400 and "nothing to export that is open to you" in empty.content.decode()
    assert unknown.status_code == 400 and formless.status_code == 422
    monkeypatch.setattr(body_limits._slots, "_value", 0)
    assert archivist.post(reverse("export_search"), {"form": "csv"}).status_code == 503
    assert not LedgerEntry.objects.filter(verb="export list").exists()


def test_a_list_gives_its_place_back(archivist: Client) -> None:
    make_item()
    free = body_limits._slots._value

    response = archivist.post(reverse("export_search"), {"form": "csv"})
    assert body_limits._slots._value == free - 1
    body(response)
    response.close()

    assert body_limits._slots._value == free


def test_programs_export_lists(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    item = make_item()
    folder = make_folder(name="Shelf", by=people["archivist"], at=NOW)

    def ask(**sent: object) -> Any:
        return client.post(reverse("api-lists"), sent, content_type="application/json")

    assert json.loads(body(ask(query="", form="json")))["items"][0]["item"] == item.pk
    assert rows_of(body(ask(query="kind:photograph", form="csv", sort="oldest")))[0]["item"] == str(item.pk)
    for refused in (
        ask(form="csv"), ask(query="", folder=1, form="csv"), ask(query="place:atlantis", form="csv"),
        ask(folder=folder.pk, form="csv"), ask(query="", form="pdf"),
    ):  # fmt: skip
        assert refused.status_code == 400, refused.content
    client.logout()
    assert ask(query="", form="csv").status_code in (401, 403)


def test_the_command_writes_a_new_file(people: dict[str, User], tmp_path: Path, capsys: Any) -> None:
    item, closed = make_item(), make_item(access=Access.RESTRICTED)
    folder = make_folder(name="Shelf", by=people["researcher"], at=NOW)
    put_in(folder, [item.pk], by=people["researcher"], at=NOW)

    call_command("export_list", "--search", "", str(tmp_path / "all.csv"))
    call_command("export_list", "--folder", str(folder.pk), "--as", "researcher", str(tmp_path / "shelf.json"))
    call_command("export_list", "--search", "kind:photograph", "--as", "researcher", str(tmp_path / "sheet.html"))

    all_rows = rows_of((tmp_path / "all.csv").read_bytes().decode())
    assert {row["item"] for row in all_rows} == {str(item.pk), str(closed.pk)}
    assert [row["item"] for row in json.loads((tmp_path / "shelf.json").read_text())["items"]] == [item.pk]
    assert f"item {item.pk}" in (tmp_path / "sheet.html").read_text()
    assert "1 item(s) are in" in capsys.readouterr().out
    assert LedgerEntry.objects.filter(verb="export list").values_list("actor", flat=True)[0] == "command line"
    for arguments in (
        ["--search", "", str(tmp_path / "all.csv")],
        ["--search", "", str(tmp_path / "all.pdf")],
        ["--search", "place:atlantis", str(tmp_path / "new.csv")],
        ["--folder", str(folder.pk), str(tmp_path / "new.csv")],
        ["--folder", str(folder.pk), "--as", "archivist", str(tmp_path / "new.csv")],
        ["--search", "", str(tmp_path / "nowhere" / "new.csv")],
    ):
        with pytest.raises(CommandError) as refusal:
            call_command("export_list", *arguments)
        assert refusal.value.returncode == 2, arguments
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["all.csv", "sheet.html", "shelf.json"]
