from pathlib import Path

import cv2
import pytest

from archive.files import stills
from archive.files.decode_picture import Bounds
from archive.files.footage import cut_frame
from archive.files.formats import UnreadableImage
from archive.files.stills import make_stills
from tests.filming import film


@pytest.fixture(autouse=True)
def a_still_each_second(monkeypatch):
    """Let the figures below be read at a glance."""
    monkeypatch.setattr(stills, "LEAST_STEP_MILLISECONDS", 1000)


def _stills(picture) -> list[int]:
    return [made.offset_milliseconds for made in picture.renditions if made.purpose == "STILL"]


def test_there_is_a_still_for_each_second_and_for_each_scene(tmp_path: Path):
    path = film(tmp_path / "a.mp4", seconds=4, scenes=(1.3, 2.7))

    picture = make_stills(str(path), str(tmp_path))

    assert _stills(picture) == [0, 1000, 1300, 2000, 2700, 3000]
    assert picture.problems == []
    for made in picture.renditions:
        assert cv2.imread(made.path).shape[:2] == (made.height_px, made.width_px)


def test_short_footage_has_four_stills_a_second(tmp_path: Path, monkeypatch):
    monkeypatch.undo()
    path = film(tmp_path / "a.mp4", seconds=1.5, rate=20)

    assert _stills(make_stills(str(path), str(tmp_path))) == [0, 250, 500, 750, 1000, 1250]


def test_a_still_shows_the_frame_of_its_moment(tmp_path: Path):
    path = film(tmp_path / "a.mp4", seconds=3, scenes=(1.5,))

    picture = make_stills(str(path), str(tmp_path))
    cut_frame(str(path), str(tmp_path / "frame.png"), 1500)

    still = next(made for made in picture.renditions if made.offset_milliseconds == 1500)
    assert cv2.norm(cv2.imread(still.path), cv2.imread(str(tmp_path / "frame.png")), cv2.NORM_L1) / (320 * 180 * 3) < 6


def test_footage_that_is_longer_than_is_decoded_whole_is_entered_at_key_frames(tmp_path: Path, monkeypatch):
    path = film(tmp_path / "long.mkv", seconds=40, rate=5, options={}, scenes=(20.0,))
    whole = _stills(make_stills(str(path), str(tmp_path)))

    monkeypatch.setattr(stills, "DECODED_WHOLE_PIXELS", 0)
    by_key_frames = _stills(make_stills(str(path), str(tmp_path)))

    assert len(whole) == 40
    assert by_key_frames[0] == 0
    assert len(by_key_frames) >= 3
    assert set(by_key_frames) <= set(range(0, 40_000, 200))


def test_stills_are_bounded_and_evenly_spread(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(stills, "MOST_REGULAR", 10)
    path = film(tmp_path / "long.mp4", seconds=60, rate=2)

    assert _stills(make_stills(str(path), str(tmp_path))) == list(range(0, 60_000, 6_000))


def test_time_that_runs_out_leaves_the_stills_so_far_and_a_sentence(tmp_path: Path):
    path = film(tmp_path / "a.mp4", seconds=3)

    picture = make_stills(str(path), str(tmp_path), seconds=0)

    assert _stills(picture) == [0]
    assert picture.problems == ["stills were made up to 0:00 only: decoding the rest would have taken too long"]


def test_footage_that_was_cut_off_is_shown_as_far_as_it_goes(tmp_path: Path):
    path = film(tmp_path / "a.mp4", seconds=6, options={"movflags": "+faststart"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    picture = make_stills(str(path), str(tmp_path))

    assert _stills(picture)[0] == 0
    assert "though it says that it is longer" in picture.problems[0]


def test_footage_larger_than_the_bounds_is_refused(tmp_path: Path):
    path = film(tmp_path / "a.mp4", seconds=0.3)

    with pytest.raises(UnreadableImage, match="files of up to 0 MB are read"):
        make_stills(str(path), str(tmp_path), Bounds(size_bytes=100))


# What becomes of each real clip: how many stills, or the refusal.
CORPUS = {
    "Matroska.mkv": "the index of its streams is damaged or missing",
    "QuickTime.mov": "no frame of this QuickTime file can be decoded",
    "big_buck_bunny_432_433.webm": 1,
    "carphone_pristine.mp4": 4,
    "chaplin.mp4": 10,
    "doorknob-hd-no-bar.mp4": 4,
    "no_duration.webm": 5,
    "sample.3gp": 5,
    "test-padded-dimensions.mp4": 5,
    "video1.mp4": 2,
    "with-gps.mov": 4,
}


@pytest.mark.corpus
@pytest.mark.parametrize("name", CORPUS)
def test_real_clips_have_their_stills_or_are_refused_with_a_sentence(name: str, corpus: Path, tmp_path: Path):
    path, becomes = corpus / "video" / name, CORPUS[name]

    if isinstance(becomes, str):
        with pytest.raises(UnreadableImage, match=becomes):
            make_stills(str(path), str(tmp_path))
    else:
        picture = make_stills(str(path), str(tmp_path))
        assert len(_stills(picture)) == becomes
