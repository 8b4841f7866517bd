"""Words are read in the sandbox when nothing else is to do, and the check says what they mean for the item."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command

from archive.catalogue.audiences import Audience
from archive.catalogue.models import Item
from archive.catalogue.text_index import in_picture, matching
from archive.extraction import examination_kinds
from archive.extraction.examination_kinds import SLOW_KINDS
from archive.extraction.models import Examination
from archive.ingest import match_arrivals, tasks
from archive.operation.status import State, words_in_pictures
from archive.provenance import check_items
from archive.provenance.models import CurrentFinding
from archive.standards.vocabulary import WORDS_IN_PICTURE, Property
from tests.banners import banner
from tests.builders import make_accession, make_claim, make_item, make_outlet
from tests.files.keep import keep_original

pytestmark = pytest.mark.django_db
[KIND] = SLOW_KINDS
NOW = datetime(2024, 6, 20, tzinfo=UTC)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination_kinds, "find_spec", lambda name: None)


def test_without_the_extra_nothing_is_examined_and_that_is_told(nothing_installed: None, capsys) -> None:
    item = make_item()

    assert not match_arrivals.examine_slowly()
    call_command("check_items", str(item.pk))

    assert not Examination.objects.filter(kind=WORDS_IN_PICTURE).exists()
    finding = CurrentFinding.objects.get(item=item, check_slug=WORDS_IN_PICTURE).finding
    assert (finding.outcome, finding.code) == ("NOT_APPLICABLE", "not-looked-for")
    assert "not looked for: onnxruntime, rapidocr is not installed" in capsys.readouterr().out
    [told] = words_in_pictures(NOW)
    assert told.state == State.GOOD and told.words.startswith("Not looked for: the program that reads them")


def test_what_is_slow_waits_until_all_else_is_done() -> None:
    assert KIND not in examination_kinds.PROMPT_KINDS
    assert {kind.code for kind in examination_kinds.PROMPT_KINDS} == {"content-credentials", "file-traces"}


@pytest.mark.skipif(not KIND.is_installed, reason="rapidocr is not installed: make .venv/ocr")
def test_what_is_slow_is_done_by_sweeps_and_keeps_nothing_behind_a_message_waiting(tmp_path: Path) -> None:
    content = banner(tmp_path / "a.jpg", "CHANNEL CROSSINGS", "Beach at Calais, Monday 17 June").read_bytes()
    keep_original(BytesIO(content))
    make_item(content=content, renditions=False)

    tasks.work()
    assert not Examination.objects.filter(kind=WORDS_IN_PICTURE).exists()

    tasks.sweep()
    assert Examination.objects.filter(kind=WORDS_IN_PICTURE).exists()


@pytest.mark.skipif(not KIND.is_installed, reason="rapidocr is not installed: make .venv/ocr")
def test_a_banner_that_contradicts_the_caption_is_found(tmp_path: Path) -> None:
    content = banner(tmp_path / "a.jpg", "CHANNEL CROSSINGS", "Beach at Calais, Monday 17 June").read_bytes()
    keep_original(BytesIO(content))
    accession = make_accession(outlet=make_outlet("Sky News"), published_on=date(2024, 6, 18))
    item = make_item(content=content, renditions=False, accession=accession)
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")

    while match_arrivals.examine_slowly():
        pass
    check_items.check([item.pk])

    assert item.media_file.examinations.get(kind=WORDS_IN_PICTURE).problem == ""
    finding = CurrentFinding.objects.get(item=item, check_slug=WORDS_IN_PICTURE).finding
    assert (finding.outcome, finding.code) == ("CONTRADICTORY", "earlier-day")
    assert finding.sentence == (
        "The picture bears “Beach at Calais, Monday 17 June”: 17 June 2024 is before the claimed 18 June 2024."
    )
    assert Item.objects.filter(in_picture("beach at calais", audience=Audience.STAFF)).get() == item
    assert Item.objects.filter(matching("calais", audience=Audience.STAFF)).get() == item
