"""What the bytes tell is measured in the sandbox, and the check says what follows."""

from io import BytesIO
from pathlib import Path

import pytest

from archive.extraction.examination_kinds import FILE_TRACES, KINDS
from archive.extraction.examinations import examine_some
from archive.provenance import check_items
from archive.provenance.models import CurrentFinding
from tests.builders import make_item
from tests.extraction.readers.pictures_with_thumbnails import scene, thumbnail, with_thumbnail
from tests.files.keep import keep_original


@pytest.mark.django_db
def test_a_swapped_thumbnail_is_found_by_the_worker_and_told_by_the_check(tmp_path: Path) -> None:
    content = with_thumbnail(scene(1), thumbnail(scene(2)), tmp_path / "a.jpg").read_bytes()
    keep_original(BytesIO(content))
    item = make_item(content=content, renditions=False)

    while examine_some(kinds=[kind for kind in KINDS if kind.code == FILE_TRACES]):
        pass
    check_items.check([item.pk])

    assert item.media_file.examinations.get(kind=FILE_TRACES).problem == ""
    finding = CurrentFinding.objects.get(item=item, check_slug="embedded-thumbnail").finding
    assert (finding.outcome, finding.code) == ("CONTRADICTORY", "other-picture")
    assert finding.sentence == "The small picture inside the file (EXIF) shows another picture."
