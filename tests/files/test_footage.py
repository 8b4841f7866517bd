import time
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from archive.files import formats
from archive.files.footage import cut_frame, frame_at, frames_from, measure, opened, picture_stream
from archive.files.formats import UnreadableImage, recognise
from archive.files.sandbox import Limits, Sandbox, TookTooMuchMemory
from tests.filming import drawn_frame, film, record_sound


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.mp4", formats.MP4),
        ("a.mov", formats.MOV),
        ("a.3gp", formats.THREE_GP),
        ("a.webm", formats.WEBM),
        ("a.mkv", formats.MKV),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_footage_is_known_by_its_content_whatever_its_name(tmp_path: Path, name, kept):
    made = film(tmp_path / name, seconds=0.3, size=(352, 288))
    renamed = made.rename(tmp_path / "holiday.jpg")

    assert recognise(renamed) == kept
    assert kept.is_footage


def test_a_quicktime_file_from_before_brands_is_known_by_its_atoms(tmp_path: Path):
    path = tmp_path / "old"
    path.write_bytes(b"\0\0\0\x08wide\0\0\0\x10mdat" + bytes(8))

    assert recognise(path) == formats.MOV


def _measured(path: Path) -> dict:
    with opened(path, recognise(path)) as container:
        stream = picture_stream(container)
        _moment, first = next(frames_from(container, stream))
        return measure(container, stream, first, until=time.monotonic() + 5).to_json()


def test_footage_is_measured(tmp_path: Path):
    measured = _measured(film(tmp_path / "a.mp4", seconds=2, rate=25))

    assert measured == {
        "width_px": 320,
        "height_px": 180,
        "duration_milliseconds": 2000,
        "video_codec": "h264",
        "frame_rate": 25.0,
        "frame_rate_varies": False,
    }


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_clock_that_jumps_makes_the_frame_rate_vary(tmp_path: Path, name):
    assert _measured(film(tmp_path / name, gaps=(5, 12)))["frame_rate_varies"]


@pytest.mark.corpus
def test_a_recording_that_states_no_duration_is_counted(corpus: Path):
    measured = _measured(corpus / "video" / "no_duration.webm")

    assert measured["duration_milliseconds"] == 4938
    assert measured["frame_rate_varies"]


@pytest.mark.parametrize(
    ("options", "width", "height"),
    [
        ({"rotation": 90}, 180, 320),
        ({"rotation": -90}, 180, 320),
        ({"rotation": 180}, 320, 180),
        ({"aspect": Fraction(4, 3)}, 427, 180),
    ],
    ids=["left", "right", "upside down", "anamorphic"],
)
def test_a_frame_is_upright_with_square_pixels(tmp_path: Path, options, width, height):
    path = film(tmp_path / "a.mp4", seconds=0.5, **options)

    cut_frame(str(path), str(tmp_path / "frame.png"), 0)

    frame = cv2.cvtColor(cv2.imread(str(tmp_path / "frame.png")), cv2.COLOR_BGR2RGB)
    assert frame.shape[:2] == (height, width)
    stored = drawn_frame(0)
    shown = np.rot90(stored, options.get("rotation", 0) // 90)
    shown = cv2.resize(np.ascontiguousarray(shown), (width, height))
    # The coding is lossy: alike, where any other turn would differ by about 80 grey levels.
    assert np.abs(frame.astype(int) - shown).mean() < 25


def test_the_frame_of_a_moment_is_the_last_one_that_is_not_later(tmp_path: Path):
    path = film(tmp_path / "a.mp4", seconds=2)

    found = {}
    with opened(path, recognise(path)) as container:
        stream = picture_stream(container)
        for moment in (0, 99, 100, 1250, 60_000):
            found[moment] = frame_at(container, stream, moment)[0]

    assert found == {0: 0, 99: 0, 100: 100, 1250: 1200, 60_000: 1900}


def test_a_frame_cut_twice_has_the_same_bytes(tmp_path: Path):
    path = film(tmp_path / "a.webm", seconds=1)

    for name, moment in (("one.png", 700), ("two.png", 799)):
        assert cut_frame(str(path), str(tmp_path / name), moment) == {"moment_milliseconds": 700}

    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_sound_alone_is_refused_with_a_sentence(tmp_path: Path):
    path = record_sound(tmp_path / "sound.mp4")

    with pytest.raises(UnreadableImage, match="it holds sound and no pictures"), opened(path, formats.MP4) as container:
        picture_stream(container)


def test_a_playlist_that_names_other_files_is_not_followed(tmp_path: Path):
    film(tmp_path / "secret.mp4", seconds=0.3)
    playlist = tmp_path / "list.mp4"
    playlist.write_text(f"#EXTM3U\n#EXTINF:1,\n{tmp_path / 'secret.mp4'}\n")

    with pytest.raises(UnreadableImage), opened(playlist, formats.MP4):
        pass


def test_decoding_that_needs_too_much_memory_is_ended(tmp_path: Path):
    path = film(tmp_path / "large.mp4", seconds=0.2, size=(4096, 2304), options={})
    limits = Limits(address_space_bytes=420 * 1024 * 1024)

    with Sandbox(limits) as sandbox, pytest.raises(TookTooMuchMemory):
        sandbox.run("archive.files.footage.cut_frame", path=str(path), into_path="/dev/null", moment_milliseconds=0)
