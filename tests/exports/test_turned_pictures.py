"""What an export tells of a picture that a person turned: who said so, how it is shown, and the original as it is."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from archive.accounts.models import User
from archive.exports.write_list import _picture
from archive.review.turn_pictures import turn_pictures
from archive.standards.orientation import Turn
from tests.exports.test_write_bag import export_of, record_in
from tests.ingest.turning import as_jpeg, bring_in, corners, corners_turned, upright

pytestmark = pytest.mark.django_db


def test_the_bag_tells_the_claim_and_holds_the_original_as_it_was_received(
    people: dict[str, User], tmp_path: Path
) -> None:
    content = as_jpeg(upright(), tag=1)
    item = bring_in(content)
    turn_pictures([item], by=people["archivist"], turn=Turn.RIGHT, note="on end")

    folder = export_of(item, to=tmp_path / "bag")

    record = record_in(folder, item)
    [claim] = [claim for claim in record["claims"] if claim["property"] == "orientation"]
    assert (claim["value"]["label"], claim["source"]["person"]) == ("turned a quarter to the right", "archivist")
    assert record["leading"]["orientation"] == claim["id"]
    assert record["orientation"] == {
        "turned": 6, "words": "turned a quarter to the right", "file_tag": 1, "width_px": 200, "height_px": 320,
    }  # fmt: skip
    assert (record["file"]["width_px"], record["file"]["height_px"]) == (320, 200)
    assert content in [
        path.read_bytes() for path in (folder / "data" / "items" / str(item.pk)).rglob("*") if path.is_file()
    ]
    report = " ".join((folder / "data" / "report" / "index.html").read_text().split())
    assert "200 × 320 px" in report
    assert "turned a quarter to the right, on the word of a person; the file’s own tag Orientation: 1" in report
    picture = Image.open(folder / "data" / "report" / "pictures" / f"{item.pk}.jpg")
    assert corners(picture) == corners_turned(6) and picture.size == (200, 320)


def test_a_contact_sheet_shows_it_as_it_lies_before_its_copies_are_made_anew(people: dict[str, User]) -> None:
    item = bring_in(as_jpeg(upright()))
    turn_pictures([item], by=people["archivist"], turn=Turn.LEFT)
    item.refresh_from_db()

    _kind, _comma, content = _picture(item, distressing=True).partition(",")

    assert corners(Image.open(io.BytesIO(base64.b64decode(content)))) == corners_turned(8)
