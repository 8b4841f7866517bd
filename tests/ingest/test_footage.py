"""Footage on its way in: kept, read, described with poster and stills; what cannot be shown is refused."""

from pathlib import Path

import pytest
from django.core.files.storage import storages

from archive.catalogue.models import Item
from archive.claims.models import Claim
from archive.files.kept_files import digest_of
from archive.files.models import MediaFile, Rendition
from archive.ingest.command_line import bring_in
from archive.ingest.delivery import walk
from archive.standards.vocabulary import Property
from tests.builders import make_accession
from tests.filming import film, record_sound

pytestmark = pytest.mark.django_db(transaction=True)


def bring(*paths: Path) -> list:
    told: list = []
    bring_in(walk(list(paths)), accession=make_accession(), by=None, size=1, report=told.append)
    return told


def test_footage_is_brought_in_as_an_item_with_a_poster_and_stills(tmp_path: Path) -> None:
    tags = {"creation_time": "2024-06-18T05:12:00Z", "com.apple.quicktime.make": "Apple"}
    path = film(tmp_path / "boat.mov", seconds=3, metadata=tags)

    told = bring(path)

    assert [brought.outcome for brought in told] == ["created"]
    item = Item.objects.select_related("media_file").get()
    assert item.kind == Item.Kind.FOOTAGE
    held = item.media_file
    assert (held.format_name, held.video_codec, held.duration_milliseconds) == ("QuickTime", "h264", 3000)
    assert (held.width_px, held.height_px, held.frame_rate, held.frame_rate_varies) == (320, 180, 10.0, False)
    assert [still.offset_milliseconds for still in held.renditions.stills()] == [
        *(0, 300, 500, 800, 1000, 1300, 1500, 1800, 2000, 2300, 2500, 2800)
    ]
    assert {made.purpose for made in held.renditions.one_of_each()} == {"SCREEN", "THUMBNAIL"}
    for made in held.renditions.all():
        assert storages["renditions"].size(made.storage_path) == made.size_bytes
    with storages["originals"].open(held.storage_path) as kept:
        assert digest_of(kept)[0] == held.message_digest
    dated = Claim.objects.get(item=item, property=Property.DATE_CREATED)
    assert (dated.source.group, dated.source.tag, dated.value_moment) == ("QuickTime", "creation_time", None)
    assert str(item.date_created_earliest) == "2024-06-17"


def test_sound_and_footage_cut_off_at_its_end_are_refused_and_the_rest_comes_in(tmp_path: Path) -> None:
    whole = film(tmp_path / "a.mp4", seconds=1)
    sound = record_sound(tmp_path / "b.mp4")
    cut = tmp_path / "c.mp4"
    cut.write_bytes(whole.read_bytes()[:5000])

    told = {brought.path.rpartition("/")[2]: brought for brought in bring(whole, sound, cut)}

    assert {name: brought.outcome for name, brought in told.items()} == {
        "a.mp4": "created",
        "b.mp4": "refused",
        "c.mp4": "refused",
    }
    assert told["b.mp4"].reason.startswith('"b.mp4" was not kept: it holds sound and no pictures')
    assert "send the file again" in told["c.mp4"].reason
    assert MediaFile.objects.count() == 1


def test_a_card_fetches_no_stills(tmp_path: Path) -> None:
    bring(film(tmp_path / "a.mp4", seconds=3))

    item = Item.objects.with_card().get()

    assert {made.purpose for made in item.media_file.renditions.all()} == {"SCREEN", "THUMBNAIL"}
    assert Rendition.objects.count() == 14
