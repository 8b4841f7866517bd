"""The terms of accessions and of the file reach the page, the lists, the bag and the API, each told apart."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import hold, withheld_of_each
from archive.catalogue.models import Access, Accession, Item
from archive.exports.readers import archive_staff
from archive.exports.terms_of_use import LONGEST, Terms, terms_of_each
from archive.exports.write_bag import export
from archive.exports.write_list import Form, ItemList, write_list
from archive.extraction.models import Reading
from archive.ingest.edit_accession import edit_accession
from archive.ingest.models import AccessionLine
from archive.ledger.signing_key import make_key
from archive.operation.ledger_comparison import differences
from tests.builders import NOW, make_accession, make_caption, make_item
from tests.pages import folded
from tests.web.test_accessions import make_line

pytestmark = pytest.mark.django_db
ONCE = "Once, with credit"


def read_of(item: Item, *statements: tuple[str, str, Any]) -> None:
    Reading.objects.create(
        media_file=item.media_file, reader="embedded", reader_version="1", read_at=NOW, statements=list(statements)
    )


def come_again(item: Item, accession: Accession, **fields: Any) -> None:
    make_line(accession, "again.jpg", outcome=AccessionLine.Outcome.ALREADY_HELD, item=item, **fields)


def told(item: Item, reader: object) -> list[Terms]:
    return terms_of_each([item], reader=reader, withheld=withheld_of_each(reader, [item]))[item.pk]


def said(item: Item, reader: object) -> list[tuple[str, str, str]]:
    return [(str(terms.origin), terms.source, terms.words) for terms in told(item, reader)]


@pytest.fixture
def item(db: None) -> Item:
    """A released picture that came twice, whose file states terms of its own."""
    first = make_accession("Feed", terms=ONCE, terms_public=True, supplied_by="Jo Doe", note="by mail")
    item = make_item(content=b"the original", accession=first, access=Access.RELEASED)
    come_again(item, make_accession("Again", terms="Twice", access=Access.RESEARCH))
    come_again(item, make_accession("Shut", terms="Never", access=Access.RESTRICTED))
    read_of(
        item,
        ("XMP-xmpRights", "UsageTerms", {"x-default": "No archives.", "fr": "Pas d’archives."}),
        ("XMP-dc", "rights", {"x-default": "© Doe"}),
        ("IPTC", "CopyrightNotice", "© Doe"),
    )
    return item


def test_each_accession_and_the_file_stand_side_by_side(item: Item, people: dict[str, User]) -> None:
    of_file = [
        ("FILE", "XMP-xmpRights:UsageTerms", "No archives."),
        ("FILE", "XMP-xmpRights:UsageTerms", "Pas d’archives."),
        ("FILE", "XMP-dc:rights, IPTC:CopyrightNotice", "© Doe"),
    ]

    assert said(item, people["archivist"]) == [
        ("ACCESSION", "", ONCE), ("ACCESSION", "", "Twice"), ("ACCESSION", "", "Never"), *of_file
    ]  # fmt: skip
    assert said(item, people["researcher"]) == [("ACCESSION", "", ONCE), ("ACCESSION", "", "Twice"), *of_file]


def test_a_visitor_reads_the_terms_that_are_for_visitors_and_nothing_else_of_the_accession(
    client: Client, item: Item, people: dict[str, User]
) -> None:
    visitor = AnonymousUser()
    assert said(item, visitor) == [("ACCESSION", "", ONCE)]
    assert all(terms.accession is None for terms in told(item, visitor))

    client.force_login(people["archivist"])
    again, kept = Accession.objects.get(title="Again"), {"title": "Again", "terms": "Twice", "seen": 0}
    client.post(reverse("edit_accession", args=[again.pk]), kept | {"terms_public": "on"})
    assert said(item, visitor) == [("ACCESSION", "", ONCE), ("ACCESSION", "", "Twice")]
    assert "visitors read them too" in client.get(reverse("accession", args=[again.pk])).content.decode()
    [statement] = again.statements.all()
    assert (statement.field, statement.before, statement.after) == ("terms_public", "", "yes")

    client.post(reverse("edit_accession", args=[again.pk]), kept | {"seen": statement.pk})
    assert said(item, visitor) == [("ACCESSION", "", ONCE)]
    # The item and its lines were made without acts.
    assert [each for each in differences() if "correction" in each or each.startswith("accession")] == []


def test_a_researcher_reads_no_less_than_a_visitor(item: Item, people: dict[str, User], tmp_path: Path) -> None:
    Accession.objects.filter(title="Shut").update(terms_public=True)

    shut = [terms for terms in told(item, people["researcher"]) if terms.words == "Never"]

    assert [(terms.origin, terms.accession) for terms in shut] == [("ACCESSION", None)]
    assert ("ACCESSION", "", "Never") in said(item, AnonymousUser())
    make_key()
    export([item.pk], tmp_path / "bag", reader=people["researcher"])
    folder = tmp_path / "bag/data/items" / str(item.pk)
    for written in ((folder / "premis.xml").read_text(), (folder / "prov.json").read_text()):
        assert "Never" in written and "Shut" not in written and "accession None" not in written
    report = folded((tmp_path / "bag/data/report/index.html").read_text())
    assert "Terms of an accession: “Never”" in report and "Shut" not in report


def test_words_that_came_by_themselves_bring_no_terms(people: dict[str, User]) -> None:
    item = make_item(accession=make_accession())
    file = make_line(item.accession, "a.jpg", outcome=AccessionLine.Outcome.CREATED, item=item)
    come_again(item, make_accession("Words", terms="Twice"), about=file)

    assert told(item, people["archivist"]) == []


def test_a_correction_changes_what_is_told(client: Client, item: Item, people: dict[str, User]) -> None:
    address = reverse("item", args=[item.pk])
    assert ONCE in client.get(address).content.decode()

    edit_accession(item.accession, by=people["archivist"], terms="Thrice")

    page = client.get(address).content.decode()
    assert "Thrice" in page and ONCE not in page


def test_hidden_words_are_told_to_be_hidden_and_to_a_visitor_not_at_all(item: Item, people: dict[str, User]) -> None:
    name = "Not of Amadou Knownchild, seven years old"
    Accession.objects.filter(title="Feed").update(terms=name)
    hold(make_caption(item, name), by=people["moderator"])

    [first, *_rest] = told(item, people["archivist"])
    assert (first.words, first.is_hidden) == ("", True)
    assert all(not terms.is_hidden and terms.words != name for terms in told(item, AnonymousUser()))
    assert told(item, people["moderator"])[0].words == name
    rows = b"".join(write_list(ItemList([item.pk], "All", ""), Form.CSV, reader=people["archivist"], at=NOW)).decode()
    [row] = csv.DictReader(io.StringIO(rows.lstrip("\ufeff")))
    assert row["terms_of_accessions"] == "Again: Twice\nShut: Never"


def test_a_long_text_is_cut_and_says_so(people: dict[str, User]) -> None:
    item = make_item(accession=make_accession(terms="x" * (LONGEST + 1)))

    [terms] = told(item, people["archivist"])

    assert len(terms.words) == LONGEST and terms.words.endswith("x…")


def test_many_items_cost_as_many_queries_as_one(
    item: Item, people: dict[str, User], django_assert_num_queries: Any
) -> None:
    items = [item, *(make_item(accession=make_accession(terms="Twice")) for _number in range(5))]
    withheld = withheld_of_each(people["archivist"], items)

    with django_assert_num_queries(3):
        terms_of_each(items, reader=people["archivist"], withheld=withheld)


@pytest.mark.parametrize("role", [None, "researcher", "archivist"])
def test_the_page_says_who_states_what(client: Client, item: Item, people: dict[str, User], role: str | None) -> None:
    if role:
        client.force_login(people[role])

    page = folded(client.get(reverse("item", args=[item.pk])).content.decode())

    assert "Credit and rights" in page and ONCE in page and ("Twice" in page) == bool(role)
    assert ("Never" in page) == (role == "archivist")
    if role:
        feed = reverse("accession", args=[item.accession_id])
        assert f'Terms of the accession <a href="{feed}">Feed</a>' in page
        assert "Terms in the file <code>XMP-xmpRights:UsageTerms</code>" in page
        assert "Copyright notice in the file <code>XMP-dc:rights, IPTC:CopyrightNotice</code>" in page
    else:
        assert "No archives." not in page and "Jo Doe" not in page and ">Feed<" not in page


def test_the_api_tells_the_same(client: Client, item: Item, people: dict[str, User]) -> None:
    address = reverse("api:item-detail", args=[item.pk])
    none = {"accession": None, "source": "", "is_copyright": False, "stated_by": "ACCESSION"}

    assert client.get(address).json()["terms"] == [none | {"words": ONCE}]
    client.force_login(people["researcher"])
    [first, _second, usage, *_rest] = client.get(address).json()["terms"]
    assert first == none | {"words": ONCE, "accession": item.accession_id}
    assert usage == none | {"words": "No archives.", "stated_by": "FILE", "source": "XMP-xmpRights:UsageTerms"}


def test_lists_tell_them_apart(item: Item) -> None:
    def written(form: Form) -> str:
        return b"".join(write_list(ItemList([item.pk], "All", ""), form, reader=archive_staff(), at=NOW)).decode()

    [row] = csv.DictReader(io.StringIO(written(Form.CSV).lstrip("\ufeff")))
    assert row["terms_of_accessions"] == f"Feed: {ONCE}\nAgain: Twice\nShut: Never"
    assert (row["terms_in_file"], row["copyright_in_file"]) == ("No archives.\nPas d’archives.", "© Doe")
    [told_of] = json.loads(written(Form.JSON))["items"]
    assert [terms["stated_by"] for terms in told_of["terms"]] == ["ACCESSION"] * 3 + ["FILE"] * 3
    sheet = folded(written(Form.SHEET))
    assert f"Terms of the accession : {ONCE}" in sheet.replace("accession:", "accession :")
    assert "Copyright notice in the file: © Doe" in sheet.replace("file :", "file:")


def test_the_bag_holds_them_as_data_as_rights_and_as_report(item: Item, tmp_path: Path) -> None:
    make_key()

    export([item.pk], tmp_path / "bag", reader=archive_staff())

    folder = tmp_path / "bag/data/items" / str(item.pk)
    record = json.loads((folder / "item.json").read_text())
    assert [terms["words"] for terms in record["terms"]][:3] == [ONCE, "Twice", "Never"]
    premis = folded((folder / "premis.xml").read_text())
    assert f"<otherRightsNote>{ONCE}</otherRightsNote>" in premis
    assert "<otherRightsBasis>rights as the file states them</otherRightsBasis>" in premis
    assert "<otherRightsNote>No archives. (XMP-xmpRights:UsageTerms)</otherRightsNote>" in premis
    prov = json.loads((folder / "prov.json").read_text())
    rights = prov["entity"]["record:item"]["dcterms:rights"]
    assert f"{ONCE} (accession {item.accession_id})" in rights
    assert "© Doe (XMP-dc:rights, IPTC:CopyrightNotice)" in rights
    report = folded((tmp_path / "bag/data/report/index.html").read_text())
    assert "Terms in the file: “No archives.”" in report
