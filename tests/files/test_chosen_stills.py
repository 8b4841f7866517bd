"""Stills at chosen moments are the frames that are shown then, however the footage is coded; kept, and cleared away."""

import io
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from archive.catalogue.models import Item
from archive.files import chosen_stills, sheet_cache
from archive.files.chosen_stills import make_chosen_stills
from archive.files.formats import UnreadableImage
from archive.files.sheet_cache import clear_sheets, kept_sheet, make_sheet, moments_of, remove_sheets
from archive.ingest.command_line import bring_in
from archive.ingest.delivery import walk
from tests.builders import make_accession
from tests.filming import drawn_frame, film


def is_frame(path: Path, number: int) -> bool:
    pixels = np.asarray(Image.open(io.BytesIO(path.read_bytes()))).astype(int)
    return np.abs(pixels - drawn_frame(number)).mean() < 14


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".mkv"])
@pytest.mark.parametrize("decoded_on", [0, 2000], ids=["seeking each time", "decoding on"])
def test_each_still_is_the_frame_that_is_shown_at_its_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, decoded_on: int
) -> None:
    monkeypatch.setattr(chosen_stills, "_DECODED_ON_MILLISECONDS", decoded_on)
    clip = film(tmp_path / f"boat{suffix}", seconds=6)
    into = tmp_path / "into"
    into.mkdir()

    made = make_chosen_stills(str(clip), str(into), [250, 1000, 1099, 3555, 5999])

    assert made.is_whole
    # Two moments of one frame give one still.
    assert [moment for moment, _width, _height in made.stills] == [200, 1000, 3500, 5900]
    assert [is_frame(into / f"{at}.jpg", number) for at, number in enumerate((2, 10, 35, 59))] == [True] * 4


def test_what_time_allows_is_made_and_the_rest_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = film(tmp_path / "boat.mp4", seconds=3)
    clock = iter([0.0] + [1.0] * 12 + [99.0] * 1000)
    monkeypatch.setattr(chosen_stills, "time", SimpleNamespace(monotonic=lambda: next(clock)))

    made = make_chosen_stills(str(clip), str(tmp_path), [0, 500, 2900], seconds=15)

    assert not made.is_whole and [moment for moment, *_size in made.stills] == [0, 500]


def test_footage_of_which_time_allows_no_still_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = film(tmp_path / "boat.mp4", seconds=3)
    clock = iter([0.0] + [99.0] * 1000)
    monkeypatch.setattr(chosen_stills, "time", SimpleNamespace(monotonic=lambda: next(clock)))

    with pytest.raises(UnreadableImage, match="took longer than 15 seconds"):
        make_chosen_stills(str(clip), str(tmp_path), [2900], seconds=15)


def test_a_picture_has_no_stills(tmp_path: Path) -> None:
    Image.new("RGB", (40, 40)).save(tmp_path / "a.png")

    with pytest.raises(UnreadableImage):
        make_chosen_stills(str(tmp_path / "a.png"), str(tmp_path), [0])


def test_moments_lie_evenly_from_the_first_to_the_last_frame() -> None:
    assert moments_of(1000, 2101, 12) == list(range(1000, 2101, 100))
    assert moments_of(5, 7, 6) == [5, 6]


@pytest.mark.django_db(transaction=True)
def test_a_sheet_is_made_once_kept_and_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "boat.mp4", seconds=2)
    bring_in(walk([path]), accession=make_accession(), by=None, size=1, report=lambda told: None)
    media_file = Item.objects.get().media_file
    assert kept_sheet(media_file, 500, 1500, 6) is None

    made = make_sheet(media_file, 500, 1500, 6)

    assert [still.milliseconds for still in made.stills] == [500, 700, 900, 1000, 1200, 1400]
    assert kept_sheet(media_file, 500, 1500, 6) == made
    monkeypatch.setattr(sheet_cache, "MAKE", "archive.files.nothing.at_all")
    assert make_sheet(media_file, 500, 1500, 6) == made
    now = timezone.now()
    assert clear_sheets(now=now) == 0
    assert clear_sheets(now=now + timedelta(days=settings.TILES_KEEP_DAYS + 1)) == 1
    assert kept_sheet(media_file, 500, 1500, 6) is None


@pytest.mark.django_db(transaction=True)
def test_a_sheet_whose_note_a_power_cut_emptied_is_made_again_or_cleared_away(tmp_path: Path) -> None:
    path = film(tmp_path / "boat.mp4", seconds=2)
    bring_in(walk([path]), accession=make_accession(), by=None, size=1, report=lambda told: None)
    media_file = Item.objects.get().media_file
    note = make_sheet(media_file, 500, 1500, 6).stills[0].path.parent / "sheet.json"
    note.write_bytes(b"")

    assert kept_sheet(media_file, 500, 1500, 6) is None
    assert len(make_sheet(media_file, 500, 1500, 6).stills) == 6
    note.write_bytes(b"")
    assert clear_sheets(now=timezone.now()) == 1
    assert not note.parent.exists()


@pytest.mark.django_db(transaction=True)
def test_destroyed_bytes_leave_no_sheet(tmp_path: Path) -> None:
    path = film(tmp_path / "boat.mp4", seconds=2)
    bring_in(walk([path]), accession=make_accession(), by=None, size=1, report=lambda told: None)
    media_file = Item.objects.get().media_file
    make_sheet(media_file, 500, 1500, 6)

    remove_sheets(media_file)

    assert kept_sheet(media_file, 500, 1500, 6) is None
