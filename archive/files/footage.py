"""
Open footage and decode frames of it: upright, with square pixels, one thread, one demuxer known from the content.

Django-free and meant for the sandbox. A moment is a number of milliseconds from the beginning of the footage, and
names the frame that is shown then: the last one whose time, rounded to a millisecond, is not later.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import ceil
from statistics import median

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream

from archive.files import refusals
from archive.files.formats import MKV, WEBM, Format, UnreadableImage, recognise

# Above this FFmpeg's decoders need more memory than a job may have.
LONGEST_SIDE_PX = 8192
# The database counts milliseconds in 31 bits: 24 days.
LONGEST_MILLISECONDS = 2**31 - 1
# So many packets in a row that cannot be decoded, and the rest is given up.
DAMAGED_IN_A_ROW = 200
PACKETS_TIMED = 600
# Demuxers that open further files or addresses are never asked; `file` is the only protocol for those that are.
_OPTIONS = {"protocol_whitelist": "file", "export_all": "1", "export_xmp": "1"}


@dataclass(frozen=True)
class Film:
    """What was measured of footage. Width and height are those of an upright frame with square pixels."""

    width_px: int
    height_px: int
    duration_milliseconds: int
    video_codec: str
    frame_rate: float | None
    frame_rate_varies: bool

    def to_json(self) -> dict:
        return asdict(self)


@contextmanager
def opened(path: str | os.PathLike[str], kept: Format) -> Iterator[InputContainer]:
    """
    Open a container by the one demuxer that its content asks for.

    :raises UnreadableImage: what should follow its first bytes is damaged or missing
    """
    try:
        demuxer = "matroska" if kept in (WEBM, MKV) else "mov"
        container = av.open(os.fspath(path), format=demuxer, options=_OPTIONS, metadata_errors="replace")
    except MemoryError:
        raise
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise UnreadableImage(refusals.FILM_WITHOUT_INDEX % {"format": kept.name}) from error
    with container:
        yield container


def picture_stream(container: InputContainer) -> VideoStream:
    """
    Return the stream of moving pictures, made ready to be decoded in one thread.

    :raises UnreadableImage: there is none, or it is coded in a way that is not known, or too large
    """
    covers = Disposition.attached_pic | Disposition.timed_thumbnails
    streams = [stream for stream in container.streams.video if not stream.disposition & covers]
    if not streams:
        raise UnreadableImage(refusals.ONLY_SOUND if container.streams.audio else refusals.NO_PICTURES)
    known = [stream for stream in streams if stream.codec_context is not None]
    if not known:
        raise UnreadableImage(refusals.FILM_OF_UNKNOWN_CODING)
    stream = max(known, key=lambda stream: (stream.codec_context.width or 0) * (stream.codec_context.height or 0))
    codec = stream.codec_context
    if max(codec.width, codec.height) > LONGEST_SIDE_PX:
        values = {"width": codec.width, "height": codec.height, "side": LONGEST_SIDE_PX}
        raise UnreadableImage(refusals.FILM_TOO_LARGE % values)
    codec.thread_type, codec.thread_count = "NONE", 1
    return stream


def measure(container: InputContainer, stream: VideoStream, frame: VideoFrame, *, until: float) -> Film:
    """
    Measure the footage beside one of its frames; a duration that is not stated is counted from its packets.

    :param until: when to stop counting, in seconds of `time.monotonic`
    """
    width_px, height_px = upright_size(frame, stream)
    times = _first_times(stream, container)
    gaps = [after - before for before, after in pairwise(times) if after > before]
    # Containers round times to their own ticks; only more than that is a change of rate.
    varies = bool(gaps) and max(gaps) - min(gaps) > max(2 * float(stream.time_base), 0.1 * median(gaps))
    duration_seconds = container.duration / 1e6 if container.duration else _counted_seconds(container, stream, until)
    rate = stream.average_rate or stream.guessed_rate
    return Film(
        width_px=width_px,
        height_px=height_px,
        duration_milliseconds=min(max(0, round(duration_seconds * 1000)), LONGEST_MILLISECONDS),
        video_codec=stream.codec_context.codec.canonical_name,
        frame_rate=round(float(rate), 3) if rate and 0 < rate < 1000 else None,
        frame_rate_varies=varies,
    )


def _first_times(stream: VideoStream, container: InputContainer) -> list[float]:
    """Return the times of the first frames in seconds, in their order, without decoding one."""
    tick = float(stream.time_base)
    index = stream.index_entries
    if len(index) >= 2 and container.format.name != "matroska,webm":
        return sorted(index[at].timestamp * tick for at in range(min(len(index), PACKETS_TIMED)))
    times: list[float] = []
    try:
        _seek(container, stream, 0)
        for packet in container.demux(stream):
            if packet.pts is not None:
                times.append(packet.pts * tick)
            if len(times) >= PACKETS_TIMED:
                break
    except av.error.FFmpegError:
        pass
    return sorted(times)


def _counted_seconds(container: InputContainer, stream: VideoStream, until: float) -> float:
    """Return when the last packet ends; recordings of browsers do not state how long they are."""
    end = start = None
    try:
        _seek(container, stream, 0)
        for packet in container.demux(stream):
            if packet.pts is not None:
                start = packet.pts if start is None else min(start, packet.pts)
                end = max(end or 0, packet.pts + (packet.duration or 0))
            if time.monotonic() > until:
                break
    except av.error.FFmpegError:
        pass
    return float((end - start) * stream.time_base) if end is not None and start is not None else 0.0


def frames_from(
    container: InputContainer, stream: VideoStream, moment_milliseconds: int = 0
) -> Iterator[tuple[int, VideoFrame]]:
    """
    Decode from the last key frame that is not later than the moment; yield each frame with its own moment.

    Packets that cannot be decoded are left out; after too many in a row the footage ends there.
    """
    _seek(container, stream, moment_milliseconds)
    damaged, last = 0, -1
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            frames = packet.decode()
        except StopIteration:
            return
        except MemoryError:
            raise
        except av.error.InvalidDataError:
            damaged += 1
            if damaged > DAMAGED_IN_A_ROW:
                return
            continue
        except av.error.FFmpegError:
            return
        for frame in frames:
            damaged = 0
            moment = _moment_of(container, stream, frame, last)
            yield moment, frame
            last = moment


def frame_at(container: InputContainer, stream: VideoStream, moment_milliseconds: int) -> tuple[int, VideoFrame]:
    """
    Return the frame that is shown at a moment, with its own moment; after the end, the last frame.

    :raises UnreadableImage: nothing can be decoded there
    """
    shown = None
    for start in (moment_milliseconds, 0):
        for moment, frame in frames_from(container, stream, start):
            if shown is not None and moment > moment_milliseconds:
                break
            shown = moment, frame
        # A seek lands behind the moment where the index is wrong: then it is looked for from the beginning.
        if shown is not None and (shown[0] <= moment_milliseconds or start == 0):
            return shown
        shown = None
    raise UnreadableImage(refusals.NO_FRAME_HERE)


def cut_frame(path: str, into_path: str, moment_milliseconds: int) -> dict:
    """
    Write the frame shown at a moment as PNG, whole and exact; return its own moment.

    The same frame gives the same bytes each time. Pixels that are not square are widened, never dropped.
    """
    kept = recognise(path)
    if not kept.is_footage:
        raise UnreadableImage(refusals.NO_FOOTAGE)
    with opened(path, kept) as container:
        stream = picture_stream(container)
        moment, frame = frame_at(container, stream, moment_milliseconds)
        pixels = upright(frame, stream)
    cv2.imwrite(into_path, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 6])
    return {"moment_milliseconds": moment}


def upright_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Return width and height of a frame once its pixels are square and it is turned as it was meant to be seen."""
    width_px, height_px = frame.width, frame.height
    aspect = stream.sample_aspect_ratio
    # Above 4 : 1 and below 1 : 4 the statement is broken rather than anamorphic.
    if aspect and 0.25 <= aspect <= 4:
        if aspect > 1:
            width_px = round(width_px * aspect)
        else:
            height_px = round(height_px / aspect)
    return (height_px, width_px) if _quarter_turns(frame) % 2 else (width_px, height_px)


def upright(frame: VideoFrame, stream: VideoStream, long_side_px: int | None = None) -> np.ndarray:
    """Return the frame as RGB: square pixels, turned upright, its longer side fitted where one is asked for."""
    width_px, height_px = upright_size(frame, stream)
    turns = _quarter_turns(frame)
    scale = min(1.0, long_side_px / max(width_px, height_px)) if long_side_px else 1.0
    target = (ceil(width_px * scale), ceil(height_px * scale))
    stored = target[::-1] if turns % 2 else target
    is_unscaled = stored == (frame.width, frame.height)
    pixels = frame.reformat(
        *stored,
        format="rgb24",
        # ITU-R BT.709 from high definition upwards, where the file names no matrix.
        src_colorspace=Colorspace.ITU709 if frame.height >= 720 and int(frame.colorspace) == 2 else None,
        interpolation="BILINEAR" if is_unscaled else "AREA" if scale < 1 else "BICUBIC",
        threads=1,
    ).to_ndarray()
    return np.ascontiguousarray(np.rot90(pixels, turns))


def _quarter_turns(frame: VideoFrame) -> int:
    """ISO/IEC 14496-12, 8.3.2: the matrix of the track, as turns of 90° against the clock that make it upright."""
    return round(frame.rotation / 90) % 4


def _moment_of(container: InputContainer, stream: VideoStream, frame: VideoFrame, last: int) -> int:
    if frame.pts is None:
        # Streams without times are shown at their rate.
        return last + max(1, round(1000 / float(stream.average_rate or 25)))
    start_seconds = (container.start_time or 0) / 1e6
    return max(0, round((frame.pts * float(stream.time_base) - start_seconds) * 1000))


def _seek(container: InputContainer, stream: VideoStream, moment_milliseconds: int) -> None:
    start = (container.start_time or 0) / 1e6
    ticks = int((moment_milliseconds / 1000 + start) / float(stream.time_base))
    try:
        container.seek(max(ticks, 0), stream=stream, backward=True)
    except av.error.FFmpegError:
        # A container without an index cannot be entered in the middle; one whose index is broken not at all.
        with suppress(av.error.FFmpegError):
            container.seek(0)
    stream.codec_context.flush_buffers()
