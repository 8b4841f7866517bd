"""The copies of a picture that a person turned are made anew as they said; the original and its tag stay."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.files.kept_files import open_original
from archive.files.maker_version import MAKER_VERSION
from archive.files.models import Rendition, RenditionRequest
from archive.files.tile_cache import cut_tiles, kept_tiles
from archive.files.turned_copies import open_as_shown
from archive.ingest import match_arrivals, rebuild_renditions
from archive.ingest.rebuild_renditions import rebuild_some
from archive.matching.models import Fingerprint, Match
from archive.provenance.matches import laid_as_shown
from archive.review.models import OwnAct
from archive.review.turn_pictures import turn_pictures
from archive.review.undo_acts import undo
from archive.standards.orientation import ORIENTATIONS, Turn, then
from tests.builders import make_people
from tests.ingest.turning import as_jpeg, bring_in, copies, corners, corners_turned, upright
from tests.two_at_once import meet

FLAGS = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_90", 7: "TRANSVERSE",
         8: "ROTATE_270"}  # fmt: skip


@pytest.fixture
def by(people: dict[str, User]) -> User:
    return people["archivist"]


def stored_with(tag: int) -> bytes:
    """Store the picture as a camera does that was held so: by its tag it is shown upright."""
    image = upright()
    return as_jpeg(image.transpose(Image.Transpose[FLAGS[tag]]) if tag > 1 else image, tag=tag)


@pytest.mark.parametrize("tag", ORIENTATIONS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_picture_of_every_tag_is_turned_as_a_person_says(by: User, tag: int, orientation: int) -> None:
    content = stored_with(tag)
    item = bring_in(content)
    assert corners(copies(item)["SCREEN"]) == corners_turned(1)

    turn_pictures([item], by=by, orientation=orientation)
    is_asked = rebuild_some()
    item.refresh_from_db()

    assert is_asked == (orientation != 1)
    size = (320, 200) if orientation < 5 else (200, 320)
    for copy in copies(item).values():
        assert corners(copy) == corners_turned(orientation)
        assert copy.size == size
    assert set(Rendition.objects.values_list("width_px", "height_px")) == {size}
    assert (item.width_px, item.height_px) == size
    # Of the file nothing changed: its bytes, its size, what its tag was read as.
    with open_original(item.media_file) as stored:
        assert stored.read() == content
    assert (item.media_file.width_px, item.media_file.height_px) == (320, 200)
    assert item.media_file.readings.get().properties["orientation"] == tag


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_until_then_the_earlier_copy_is_handed_out_turned(by: User, orientation: int) -> None:
    item = bring_in(as_jpeg(upright()))

    turn_pictures([item], by=by, orientation=orientation)
    item = Item.objects.with_card().get()

    assert item.is_being_turned == (orientation != 1)
    shown = Image.open(open_as_shown(item.media_file.sharpest, item.orientation))
    assert corners(shown) == corners_turned(orientation)
    assert shown.size == (item.sharpest.width_px, item.sharpest.height_px) == (item.width_px, item.height_px)
    rebuild_some()
    assert not Item.objects.with_card().get().is_being_turned


def test_a_turn_that_is_undone_brings_the_copies_back(by: User) -> None:
    item = bring_in(as_jpeg(upright()))
    turn_pictures([item], by=by, turn=Turn.RIGHT)
    rebuild_some()
    turned = set(Rendition.objects.values_list("storage_path", flat=True))

    undo(OwnAct.objects.get(), by=by, at=timezone.now())
    rebuild_some()

    assert {corners(copy)[0] for copy in copies(item).values()} == {"red"}
    assert not turned & set(Rendition.objects.values_list("storage_path", flat=True))
    assert set(Rendition.objects.values_list("orientation", flat=True)) == {None}


def test_the_command_makes_them_as_they_are_turned(by: User) -> None:
    item = bring_in(as_jpeg(upright()))
    turn_pictures([item], by=by, turn=Turn.LEFT)
    rebuild_some()
    Rendition.objects.update(maker_version="0")

    call_command("rebuild_renditions", stdout=io.StringIO())

    assert corners(copies(item)["SCREEN"]) == corners_turned(Turn.LEFT.orientation)
    assert set(Rendition.objects.values_list("maker_version", "orientation")) == {(MAKER_VERSION, 8)}


def test_of_what_was_tried_in_vain_a_turn_asks_anew(by: User) -> None:
    item = bring_in(as_jpeg(upright()))
    RenditionRequest.objects.create(
        media_file=item.media_file, asked_at=timezone.now(), attempts=RenditionRequest.MOST_ATTEMPTS, reason="no"
    )

    turn_pictures([item], by=by, turn=Turn.RIGHT)

    assert rebuild_some()
    assert corners(copies(item)["THUMBNAIL"]) == corners_turned(6)


@pytest.mark.django_db(transaction=True)
def test_copies_that_no_longer_stand_on_record_leave_the_store() -> None:
    by = make_people()["archivist"]
    item = bring_in(as_jpeg(upright()))
    before = set(Path(storages["renditions"].location).rglob("*.jpg"))
    turn_pictures([item], by=by, turn=Turn.RIGHT)

    rebuild_some()

    now = {Path(storages["renditions"].path(copy.storage_path)) for copy in Rendition.objects.all()}
    assert set(Path(storages["renditions"].location).rglob("*.jpg")) == now
    assert not before & now


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("purpose", ["THUMBNAIL", "SCREEN"])
def test_who_asks_for_a_copy_while_another_takes_its_place_is_given_that(purpose: str) -> None:
    by = make_people()["archivist"]
    item = bring_in(as_jpeg(upright()))
    turn_pictures([item], by=by, turn=Turn.RIGHT)
    item.refresh_from_db()
    # Read by whoever asks, before the worker records the new one and removes this.
    asked_for = Rendition.objects.get(purpose=purpose)
    rebuild_some()
    assert not storages["renditions"].exists(asked_for.storage_path)

    with open_as_shown(asked_for, item.orientation) as stored, Image.open(stored) as shown:
        assert corners(shown) == corners_turned(Turn.RIGHT.orientation)
    turn_pictures([item], by=by, turn=Turn.LEFT)
    with open_as_shown(asked_for, None) as stored, Image.open(stored) as shown:
        assert corners(shown) == corners_turned(1)
    storages["renditions"].delete(Rendition.objects.get(purpose=purpose).storage_path)
    with pytest.raises(FileNotFoundError):
        open_as_shown(asked_for, item.orientation)


@pytest.mark.django_db(transaction=True)
def test_who_turns_it_while_its_copies_are_made_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    by = make_people()["archivist"]
    item = bring_in(as_jpeg(upright()))
    turn_pictures([item], by=by, turn=Turn.RIGHT)
    make, made_as = rebuild_renditions._make, []

    def make_slowly(media_file, orientation, sandbox):
        made = make(media_file, orientation, sandbox)
        made_as.append(orientation)
        if len(made_as) == 1:
            turn_pictures([item], by=by, turn=Turn.UPSIDE_DOWN)
        return made

    monkeypatch.setattr(rebuild_renditions, "_make", make_slowly)
    rebuild_some()

    assert made_as == [6, 8]
    assert corners(copies(item)["SCREEN"]) == corners_turned(8)
    assert set(Rendition.objects.values_list("width_px", "height_px", "orientation")) == {(200, 320, 8)}
    assert not RenditionRequest.objects.exists()
    assert len(set(Path(storages["renditions"].location).rglob("*.jpg"))) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_a_turn_between_them_leave_no_mix_of_sizes() -> None:
    by = make_people()["archivist"]
    item = bring_in(as_jpeg(upright()))
    turn_pictures([item], by=by, turn=Turn.RIGHT)

    # The turn has written and waits to commit while a worker records what it made before.
    meet(lambda: turn_pictures([item], by=by, turn=Turn.RIGHT), rebuild_some)
    while rebuild_some():
        pass

    assert Item.objects.get().orientation == then(6, 6)
    assert set(Rendition.objects.values_list("width_px", "height_px", "orientation")) == {(320, 200, 3)}
    assert corners(copies(item)["SCREEN"]) == corners_turned(3)


def test_tiles_are_those_of_the_turned_picture(by: User) -> None:
    item = bring_in(as_jpeg(upright((1800, 1200))))
    as_filed = cut_tiles(item.media_file)
    turn_pictures([item], by=by, turn=Turn.RIGHT)
    item.refresh_from_db()

    assert kept_tiles(item.media_file, item.orientation) is None
    tiles = cut_tiles(item.media_file, item.orientation)

    assert (as_filed.width_px, as_filed.height_px) == (1800, 1200)
    assert (tiles.width_px, tiles.height_px) == (1200, 1800)
    # Red is the top left of the file, and the top right of what is shown.
    first, last = (Image.open(tiles.path_of(0, column, 0)).convert("RGB").getpixel((9, 9)) for column in (0, 2))
    assert first[:2] > (200, 200) and first[2] < 60, "yellow"
    assert last[0] > 200 and max(last[1:]) < 60, "red"
    assert kept_tiles(item.media_file) == as_filed


@pytest.mark.corpus
def test_an_area_that_two_pictures_share_turns_with_them(by: User, corpus: Path) -> None:
    picture = Image.open(next(iter(sorted((corpus / "photos").rglob("*.jp*g"))))).convert("RGB")
    picture.thumbnail((1000, 1000))
    width, height = picture.size
    part = picture.crop((0, 0, width * 2 // 3, height * 2 // 3))
    whole = bring_in(as_jpeg(picture), "whole.jpg")
    bring_in(as_jpeg(part), "part.jpg")
    match_arrivals.match_all()
    before = laid_as_shown(Match.objects.get())
    assert Match.objects.get().held.item == whole

    turn_pictures([whole], by=by, turn=Turn.RIGHT)
    rebuild_some()
    match_arrivals.match_all()
    match = Match.objects.select_related("held__item", "other__item").get()
    lie = laid_as_shown(match)

    was, now = before.held_outline, lie.held_outline
    assert max(x for x, _y in was) < 0.75 and min(x for x, _y in was) < 0.1
    # What lay at the left of the whole lies at its right now, the top stays within two thirds of the other side.
    assert max(x for x, _y in now) > 0.9 and min(x for x, _y in now) > 0.25 and min(y for _x, y in now) < 0.1
    # The top left corner of the part, where the transform puts it: at the top right.
    assert (lie.transform[2], lie.transform[5]) == pytest.approx((1, 0), abs=0.03)
    assert Fingerprint.objects.get(media_file=whole.media_file).orientation == 6
    assert (match.held_orientation, match.other_orientation) == (None, None), "as they were compared then"
