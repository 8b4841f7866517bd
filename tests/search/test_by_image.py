"""Search by a file that is not kept, from the command line and from pages."""

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from django.core.management import call_command

from archive.catalogue.models import Access, Item
from archive.files.models import MediaFile
from archive.ledger.models import LedgerEntry
from archive.matching.find_matches import match_some
from archive.matching.models import Fingerprint
from archive.search.by_image import search_by_image
from tests.matching.held_pictures import cropped, hold, reencoded
from tests.matching.pictures import photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def original() -> Item:
    item = hold(photograph(1), name="original.jpg")
    hold(photograph(2))
    match_some(4)
    return item


def written(folder: Path, name: str, pixels: np.ndarray) -> Path:
    path = folder / name
    path.write_bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), 80))
    return path


def find_copies(*paths: Path) -> tuple[list[dict], int]:
    out = StringIO()
    try:
        call_command("find_copies", *paths, "--json", stdout=out)
    except SystemExit as end:
        return [json.loads(line) for line in out.getvalue().splitlines()], int(end.code)
    return [json.loads(line) for line in out.getvalue().splitlines()], 0


def test_the_command_tells_each_file_on_a_line_and_stores_nothing(original, tmp_path):
    files = [
        written(tmp_path, "small.jpg", reencoded(photograph(1))),
        written(tmp_path, "crop.jpg", cropped(photograph(1))),
        written(tmp_path, "unrelated.jpg", photograph(3)),
        written(tmp_path, "plain.jpg", np.full((400, 600, 3), 90, np.uint8)),
    ]
    before = [model.objects.count() for model in (MediaFile, Fingerprint, LedgerEntry)]

    told, code = find_copies(*files)

    assert code == 0
    assert [row["path"] for row in told] == [str(path) for path in files]
    assert [row["matchable"] for row in told] == [True, True, True, False]
    assert [[match["item"] for match in row["matches"]] for row in told] == [[original.pk], [original.pk], [], []]
    assert [told[n]["matches"][0]["kind"] for n in (0, 1)] == ["REENCODED", "CROPPED"]
    match = told[0]["matches"][0]
    assert set(match) == {"item", "kind", "strong", "distance", "inliers", "shared_area"}
    assert match["strong"] is True
    assert match["distance"] <= 31
    assert match["shared_area"] > 0.9
    assert [model.objects.count() for model in (MediaFile, Fingerprint, LedgerEntry)] == before


def test_a_file_that_cannot_be_read_is_told_with_its_problem_and_stops_no_other(original, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    good = written(tmp_path, "good.jpg", photograph(1))

    told, code = find_copies(broken, tmp_path / "missing.jpg", good)

    assert code == 1
    assert ["problem" in row for row in told] == [True, True, False]
    assert told[1]["problem"] == f'"{tmp_path / "missing.jpg"}" was not read: No such file or directory'
    assert told[2]["matches"][0]["item"] == original.pk


def test_a_person_finds_only_what_they_may_see(original, people, tmp_path):
    Item.objects.filter(pk=original.pk).update(access=Access.RESTRICTED)
    path = written(tmp_path, "copy.jpg", reencoded(photograph(1)))

    found = {role: search_by_image(path, user=people[role]).results for role in ("researcher", "archivist")}

    assert found["researcher"] == []
    assert [one.item for one in found["archivist"]] == [original]


def test_the_shared_area_is_told_in_both_pictures(original, tmp_path):
    path = written(tmp_path, "crop.jpg", cropped(photograph(1)))

    (found,) = search_by_image(path, user=None).results

    assert found.shared_of_query > 0.9
    assert found.shared_of_item == pytest.approx(4 / 9, abs=0.06)
    assert np.min(found.item_outline, axis=0) == pytest.approx((1 / 3, 1 / 3), abs=0.03)
    assert np.max(found.item_outline, axis=0) == pytest.approx((1, 1), abs=0.03)
