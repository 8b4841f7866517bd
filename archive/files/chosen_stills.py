"""
Make stills of footage at moments that somebody chose, in their order, for a contact sheet.

Django-free and meant for the sandbox. Each is the frame that is shown at its moment; two moments of one frame give one.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from archive.files import refusals
from archive.files.decode_picture import Bounds, check_size
from archive.files.footage import frames_from, opened, picture_stream, upright
from archive.files.formats import UnreadableImage, recognise
from archive.files.renditions import jpeg_of
from archive.files.stills import STILL_LONG_SIDE_PX

# Decoding on for so long costs no more than finding the key frame before a moment and beginning there.
_DECODED_ON_MILLISECONDS = 2000


@dataclass(frozen=True)
class ChosenStills:
    """The stills that were made: of each the moment of its frame, and its size; `is_whole` unless time ran out."""

    stills: list[tuple[int, int, int]]
    is_whole: bool

    def to_json(self) -> dict:
        return asdict(self)


def still_name(number: int) -> str:
    """Name the file of a still by its place, from 0."""
    return f"{number}.jpg"


def make_chosen_stills(
    path: str, into_dir: str, moments: list[int], bounds: Bounds | None = None, *, seconds: float = 15
) -> ChosenStills:
    """
    Write the stills of these moments into a folder, named by `still_name`.

    :param moments: in milliseconds, ascending
    :param seconds: how long this may take; what could not be reached until then is left out
    :raises UnreadableImage: it is no footage, no frame of it can be shown there, or none within the time
    """
    until = time.monotonic() + seconds
    check_size(path, bounds or Bounds())
    kept = recognise(path)
    if not kept.is_footage:
        raise UnreadableImage(refusals.NO_FOOTAGE)
    made: list[tuple[int, int, int]] = []
    is_whole = True
    with opened(path, kept) as container:
        stream = picture_stream(container)
        for moment, frame in _shown_at(container, stream, moments, until):
            if frame is None:
                is_whole = False
                break
            if made and made[-1][0] == moment:
                continue
            pixels = upright(frame, stream, STILL_LONG_SIDE_PX)
            (Path(into_dir) / still_name(len(made))).write_bytes(jpeg_of(pixels))
            made.append((moment, pixels.shape[1], pixels.shape[0]))
    if not made and not is_whole:
        raise UnreadableImage(refusals.TOOK_TOO_LONG % {"seconds": f"{seconds:.0f}"})
    if not made:
        raise UnreadableImage(refusals.NO_FRAME_HERE)
    return ChosenStills(made, is_whole)


def _shown_at(
    container: InputContainer, stream: VideoStream, moments: list[int], until: float
) -> Iterator[tuple[int, VideoFrame | None]]:
    """Yield for each moment the frame that is shown then, with its own moment; None where time ran out."""
    frames: Iterator[tuple[int, VideoFrame]] = iter(())
    shown: tuple[int, VideoFrame] | None = None
    ahead: tuple[int, VideoFrame] | None = None
    reached, may_seek = None, True
    for wanted in moments:
        if reached is None or (may_seek and wanted - reached > _DECODED_ON_MILLISECONDS):
            begun = frames_from(container, stream, wanted)
            first = next(begun, None)
            if first is not None and reached is not None and first[0] <= reached:
                # Key frames are rare here: to go on from it is what is left, and each seek would come back to it.
                may_seek = False
            if first is not None and first[0] > wanted and reached is None:
                # A seek lands behind the moment where the index is wrong: then it is looked for from the beginning.
                begun, may_seek = frames_from(container, stream, 0), False
                first = next(begun, None)
            frames, shown, ahead = begun, None, first
        while ahead is None or ahead[0] <= wanted:
            if time.monotonic() > until:
                yield wanted, None
                return
            if ahead is not None:
                shown, reached = ahead, ahead[0]
            ahead = next(frames, None)
            if ahead is None:
                break
        if shown is None and ahead is not None:
            # Nothing can be decoded so early: what comes next is nearest to it.
            shown, reached = ahead, ahead[0]
        if shown is not None:
            yield shown
