"""
Make what pages show of footage, and what it is recognised by: a poster, stills evenly apart, one of each scene.

Django-free and meant for the sandbox. Short footage is decoded whole; of long footage only key frames are, found by
seeking, so that an hour costs about as much as a minute.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from archive.files import refusals
from archive.files.decode_picture import Bounds, check_size
from archive.files.footage import Film, frames_from, measure, opened, picture_stream, upright
from archive.files.formats import UnreadableImage, recognise
from archive.files.pixels import shrink
from archive.files.renditions import PURPOSES, Picture, write_jpeg

STILL = "STILL"
STILL_LONG_SIDE_PX = 640
# By a still at most an eighth of a second off, one that was taken elsewhere is recognised and led back to its second.
LEAST_STEP_MILLISECONDS = 250
# Stills of one file at regular times at most …
MOST_REGULAR = 150
# … and of its scenes: 200 together.
MOST_SCENES = 50
# Footage of up to so many pixels is decoded whole: a minute of Full HD, at about half a billion a second.
DECODED_WHOLE_PIXELS = 4_000_000_000
KEY_FRAMES_LOOKED_AT = 400
# Mean difference of two frames, in grey levels, that is a cut.
CUT = 22.0
# Key frames lie further apart, so more of it is movement.
CUT_BETWEEN_KEY_FRAMES = 34.0
# A cut also stands out of the movement before it, so many times.
STANDS_OUT = 4.0
# Below this spread of grey levels a frame is black, white, or nothing to recognise the footage by.
PLAIN = 8.0


@dataclass
class _Gathered:
    """The stills so far, each by its moment: encoded only once it is known that they stay."""

    regular: dict[int, np.ndarray] = field(default_factory=dict)
    scenes: dict[int, tuple[float, np.ndarray]] = field(default_factory=dict)
    step: int = LEAST_STEP_MILLISECONDS
    due: int = 0
    poster: np.ndarray | None = None
    poster_moment: int = 0
    poster_worth: float = -1.0
    most_contrast: float = 0.0

    def add_regular(self, moment: int, small: np.ndarray) -> None:
        self.regular[moment] = small
        while self.due <= moment:
            self.due += self.step
        if len(self.regular) > MOST_REGULAR:
            # Longer than it said: every other still goes, and from here on they are twice as far apart.
            self.step *= 2
            self.regular = dict(list(self.regular.items())[::2])
            self.due = max(self.regular) + self.step

    def add_scene(self, moment: int, small: np.ndarray, difference: float) -> None:
        self.scenes[moment] = difference, small
        if len(self.scenes) > MOST_SCENES:
            del self.scenes[min(self.scenes, key=lambda at: self.scenes[at][0])]

    def offer_poster(self, moment: int, frame: VideoFrame, stream: VideoStream, small: np.ndarray) -> None:
        grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        self.most_contrast = max(self.most_contrast, float(grey.std()))
        # Contrast and sharpness; the later of two equals does not win.
        worth = float(grey.std()) * float(np.log1p(cv2.Laplacian(grey, cv2.CV_32F).std()))
        if worth > self.poster_worth * 1.05:
            self.poster, self.poster_moment = upright(frame, stream, PURPOSES[0][1]), moment
            self.poster_worth = worth


def make_stills(path: str, into_dir: str, bounds: Bounds | None = None, *, seconds: float = 30) -> Picture:
    """
    Write poster and stills of footage into a folder, and measure it.

    :param seconds: how long this may take; what could not be reached until then is said in `problems`
    :raises UnreadableImage: it is no footage that is kept, is larger than the bounds, or no frame can be shown
    """
    until = time.monotonic() + seconds
    check_size(path, bounds or Bounds())
    kept = recognise(path)
    with opened(path, kept) as container:
        stream = picture_stream(container)
        first = next(frames_from(container, stream), None)
        if first is None:
            raise UnreadableImage(refusals.NO_FRAME % {"format": kept.name})
        film = measure(container, stream, first[1], until=until)
        made, problems = _gather(container, stream, film, until)
        has_sound = bool(container.streams.audio)
    if made.most_contrast < PLAIN:
        problems.append("no frame was found that shows more than an even tone: its poster is plain")
    if not film.duration_milliseconds:
        problems.append("it has no duration: it is shown as the single frame that it holds")
    renditions, pixels = [], made.poster
    for purpose, long_side_px in PURPOSES:
        pixels = shrink(pixels, long_side_px)
        renditions.append(write_jpeg(pixels, purpose, into_dir))
    stills = made.regular | {moment: small for moment, (_difference, small) in made.scenes.items()}
    renditions += [write_jpeg(stills[at], STILL, into_dir, offset_milliseconds=at) for at in sorted(stills)]
    return Picture(
        format_name=kept.name,
        mime_type=kept.mime_type,
        width_px=film.width_px,
        height_px=film.height_px,
        frame_count=1,
        mode=first[1].format.name,
        icc_name="",
        renditions=renditions,
        problems=problems,
        footage=film.to_json() | {"poster_milliseconds": made.poster_moment, "has_sound": has_sound},
    )


def _gather(container: InputContainer, stream: VideoStream, film: Film, until: float) -> tuple[_Gathered, list[str]]:
    made = _Gathered()
    # Quarters of a second, above one whole seconds, so that people find a still where they expect it.
    least = film.duration_milliseconds / MOST_REGULAR
    whole = LEAST_STEP_MILLISECONDS if least <= 1000 else 1000
    made.step = max(1, ceil(least / whole)) * whole
    frames = film.duration_milliseconds / 1000 * (film.frame_rate or 25)
    if frames * film.width_px * film.height_px <= DECODED_WHOLE_PIXELS:
        looked_at, cut = frames_from(container, stream), CUT
    else:
        looked_at, cut = _key_frames(container, stream, film), CUT_BETWEEN_KEY_FRAMES
    before: np.ndarray | None = None
    movement, reached = 0.0, 0
    for moment, frame in looked_at:
        if moment in made.regular or moment in made.scenes:
            continue
        reached = moment
        signature = _signature(frame)
        difference = float(np.abs(signature - before).mean()) if before is not None else 0.0
        is_due = moment >= made.due
        is_cut = difference > cut and difference > STANDS_OUT * movement
        if is_due or is_cut:
            small = upright(frame, stream, STILL_LONG_SIDE_PX)
            made.offer_poster(moment, frame, stream, small)
            if is_due:
                made.add_regular(moment, small)
            else:
                made.add_scene(moment, small, difference)
        movement = 0.8 * movement + 0.2 * min(difference, cut)
        before = signature
        if time.monotonic() > until:
            at = f"{reached // 60000}:{reached // 1000 % 60:02}"
            return made, [f"stills were made up to {at} only: decoding the rest would have taken too long"]
    missing = film.duration_milliseconds - reached
    # Sound may go on a little longer, and of long footage only some frames are looked at.
    if missing > (1_500 if cut == CUT else max(15_000, 3 * made.step)):
        at = f"{reached // 60000}:{reached // 1000 % 60:02}"
        return made, [f"its pictures end at {at}, though it says that it is longer: it is damaged or was cut off"]
    return made, []


def _key_frames(container: InputContainer, stream: VideoStream, film: Film) -> Iterator[tuple[int, VideoFrame]]:
    """Yield frames about evenly apart, each the first one that can be decoded alone; where few can be, decode on."""
    step = film.duration_milliseconds / KEY_FRAMES_LOOKED_AT
    last = -1
    for number in range(KEY_FRAMES_LOOKED_AT):
        wanted = round(number * step)
        for moment, frame in frames_from(container, stream, wanted):
            if moment > last:
                yield moment, frame
                last = moment
                break
            if wanted - moment > 20 * step:
                # Key frames are rare here: going on from the one before is cheaper than beginning there each time.
                yield from _thinned(frames_from(container, stream, wanted), after=last, step=step)
                return


def _thinned(frames: Iterator[tuple[int, VideoFrame]], *, after: int, step: float) -> Iterator[tuple[int, VideoFrame]]:
    due = after + step
    for moment, frame in frames:
        if moment >= due:
            yield moment, frame
            due = moment + step


def _signature(frame: VideoFrame) -> np.ndarray:
    """Return 32 × 18 grey levels; from the plane of brightness where there is one, which costs next to nothing."""
    if frame.format.name in ("yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12"):
        plane = frame.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
        near = rows[:: max(1, frame.height // 180), :: max(1, frame.width // 320)]
        return cv2.resize(np.ascontiguousarray(near), (32, 18), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = frame.reformat(32, 18, format="gray", interpolation="AREA", threads=1)
    return small.to_ndarray().astype(np.float32)
