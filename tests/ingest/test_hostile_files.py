"""One hostile file holds nobody up, and what is not taken over of it is told."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from archive.claims.models import Claim
from archive.extraction import gazetteer_of_captions
from archive.extraction.captions.read_caption import CaptionReading, read_caption
from archive.extraction.readers.file_assertions import MOST_ASSERTIONS, MOST_WORDINGS
from archive.ingest import process_lines
from archive.ingest.models import AccessionLine
from archive.standards.vocabulary import Property
from tests.builders import make_outlet
from tests.extraction.making import jpeg_with, xmp
from tests.ingest.test_process_lines import send

pytestmark = pytest.mark.django_db(transaction=True)


def captions(texts: list[str]) -> str:
    """Write one description in many languages."""
    written = "".join(
        f'<rdf:li xml:lang="x{chr(97 + n // 26)}{chr(97 + n % 26)}">{text} {n}</rdf:li>' for n, text in enumerate(texts)
    )
    return f"<dc:description><rdf:Alt>{written}</rdf:Alt></dc:description>"


def test_captions_are_read_before_the_transaction_and_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, bool]] = []

    def watched(text: str, **more: object) -> CaptionReading:
        read.append((text[:8], connection.in_atomic_block))
        return read_caption(text, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(gazetteer_of_captions, "read_caption", watched)
    file = jpeg_with(tmp_path, xmp=xmp(captions(["juin (" * 100] * 20)))
    send(file.read_bytes(), outlet=make_outlet("La Voix du Nord"), published_on=date(2024, 6, 19))

    process_lines.work_off()

    assert AccessionLine.objects.get().outcome == "CREATED"
    assert {within for _text, within in read} == {False}
    # Once without a day, once against the day on which the accession was published.
    assert len(read) == 40


def test_more_wordings_than_any_file_has_stay_in_its_metadata_and_that_is_told(tmp_path: Path) -> None:
    file = jpeg_with(tmp_path, xmp=xmp(captions(["A boat"] * (MOST_WORDINGS + 60))))
    send(file.read_bytes())

    process_lines.work_off()

    line = AccessionLine.objects.get()
    assert line.item.captions.count() == MOST_WORDINGS
    assert f"Of {MOST_WORDINGS + 60} captions, headlines and titles in the file the first 40" in line.reason
    assert line.item.media_file.readings.get().problems


def test_of_thousands_of_by_lines_a_hundred_are_claimed_and_that_is_told(tmp_path: Path) -> None:
    names = "".join(f"<rdf:li>P{n}</rdf:li>" for n in range(2_000))
    file = jpeg_with(tmp_path, xmp=xmp(f"<dc:creator><rdf:Seq>{names}</rdf:Seq></dc:creator>"))
    send(file.read_bytes())

    process_lines.work_off()

    line = AccessionLine.objects.get()
    claim = Claim.objects.get(property=Property.CREATOR)
    assert claim.value_text.split("; ") == [f"P{n}" for n in range(MOST_ASSERTIONS)]
    assert "Of 2,000 creators in the file the first 100 were taken over" in line.reason
    creators = next(value for _group, tag, value in line.item.media_file.readings.get().statements if tag == "creator")
    assert len(creators) == 2_000


def test_a_caption_of_clocks_without_end_fails_no_file(tmp_path: Path) -> None:
    send(jpeg_with(tmp_path, xmp=xmp(captions(["1am " * 400]))).read_bytes())

    process_lines.work_off()

    assert AccessionLine.objects.get().outcome == "CREATED"
