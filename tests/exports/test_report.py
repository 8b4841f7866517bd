"""The report that a person reads: what stands in it, and that it reaches nowhere."""

import re
from pathlib import Path

import pytest
from django.core.files.storage import storages

from archive.catalogue.models import Access, Caption, Item
from archive.exports import report
from archive.ingest.models import AccessionLine
from archive.provenance.checks.finding import Outcome
from archive.standards.vocabulary import SourceKind, Standing
from tests.exports.conftest import Told
from tests.exports.test_write_bag import export_of

pytestmark = pytest.mark.django_db


def report_of(*items: Item, to: Path, **choice: bool) -> tuple[Path, str]:
    folder = export_of(*items, to=to, **choice) / "data" / "report"
    return folder, (folder / "index.html").read_text()


def test_it_says_what_leads_who_decided_and_what_a_check_cannot_show(told: Told, tmp_path: Path) -> None:
    _folder, page = report_of(told.item, to=tmp_path / "out")

    for words in (
        "18 June 2024, 05:12", "April 2024", "the clock was checked", "accepted by archivist", "The clock is right.",
        "When was it made?", "What this cannot show:", "Sky News", "Editorial use only", "copy.jpg",
        "Migrants wait on the beach\nof Malo &amp; &lt;Dunkirk&gt;, Tuesday.", "brought in",
        told.item.media_file.message_digest,
    ):  # fmt: skip
        assert words in page, words


def test_it_holds_no_script_and_asks_no_other_host(told: Told, tmp_path: Path) -> None:
    folder, page = report_of(told.item, told.copy, to=tmp_path / "out")

    assert "<script" not in page and "@import" not in page and "url(" not in page
    loaded = re.findall(r"""(?:src|href)="([^"]*)\"""", page)
    assert loaded
    assert all((folder / address).is_file() for address in loaded)


def test_a_distressing_picture_is_blurred_and_clear_only_where_it_is_asked_for(told: Told, tmp_path: Path) -> None:
    Item.objects.filter(pk=told.item.pk).update(is_distressing=True)

    blurred, _page = report_of(told.item, told.copy, to=tmp_path / "blurred")
    asked, page = report_of(told.item, told.copy, to=tmp_path / "asked", distressing=True)

    number = told.item.pk
    assert sorted(path.name for path in (blurred / "pictures").glob(f"{number}*")) == [
        f"{number}-blurred.jpg", f"{number}-small-blurred.jpg",
    ]  # fmt: skip
    assert (asked / "pictures" / f"{number}.jpg").is_file()
    assert f'<img src="pictures/{number}-blurred.jpg"' in page.partition("<details>")[0]


def test_many_items_have_a_page_each_and_a_list(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_ON_ONE_PAGE", 1)

    folder, page = report_of(told.item, told.copy, to=tmp_path / "out")

    for item in (told.item, told.copy):
        assert f'href="item-{item.pk}.html"' in page
        assert item.media_file.message_digest in (folder / f"item-{item.pk}.html").read_text()
    assert told.item.media_file.message_digest not in page


def test_a_picture_whose_copy_is_gone_is_told_in_words(told: Told, tmp_path: Path) -> None:
    for made in told.item.media_file.renditions.all():
        storages["renditions"].delete(made.storage_path)

    _folder, page = report_of(told.item, to=tmp_path / "out")

    assert "No copy of the picture can be shown." in page


def test_each_code_that_a_record_may_hold_has_its_words() -> None:
    assert {*report._GROUNDS} == {*SourceKind}
    assert {*report._ORIGINS} == {*Caption.Origin.values}
    assert {*report._STANDINGS} == {*Standing}
    assert {*report._ACCESS} == {*Access.values}
    assert {*report._SHAPES} == {*report._WORDS_OF_OUTCOMES} == {*Outcome}
    assert {*report._OUTCOMES_OF_LINES} == {*AccessionLine.Outcome.values}
