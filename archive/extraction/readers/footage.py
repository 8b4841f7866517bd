"""Read what a container of footage says of itself: its own tags, those of each stream, and how it is built."""

import time
from pathlib import Path
from typing import Any

from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Stream

from archive.extraction.readers.statements import Reading, State, Statement, clean
from archive.files.footage import frames_from, measure, opened, picture_stream
from archive.files.formats import MKV, WEBM, Format, UnreadableImage

LONGEST_COUNT_SECONDS = 5
# What every container has to say and nobody has stated.
_STRUCTURE = {"major_brand", "minor_version", "compatible_brands", "encoder", "vendor_id", "handler_name", "language"}


def group_of(kept: Format) -> str:
    """Name the group of a container's own tags: ISO base media files have QuickTime's."""
    return "Matroska" if kept in (WEBM, MKV) else "QuickTime"


def read_footage(reading: Reading, path: Path, kept: Format) -> list[bytes]:
    """
    Add the statements of a container to the reading; one frame is decoded, which alone knows how it is turned.

    :return: the XMP packets that the container carries
    """
    group = group_of(kept)
    try:
        with opened(path, kept) as container:
            tags = dict(container.metadata)
            packet = tags.pop("xmp", "")
            _state(reading, group, tags)
            _state(reading, "Container", _built(container))
            for stream in container.streams:
                _state(reading, f"Stream {stream.index}", _described(stream) | dict(stream.metadata))
            _frame(reading, container)
    except UnreadableImage as refusal:
        reading.unreadable(group, f"The container cannot be read: {refusal}")
        return []
    says = any(tag.lower() not in _STRUCTURE for tag in tags)
    reading.states.setdefault(group, State.READ if says else State.ABSENT)
    return [packet.encode()] if packet else []


def _state(reading: Reading, group: str, values: dict[str, Any]) -> None:
    reading.statements += [
        Statement(group, clean(str(tag)), clean(value)) for tag, value in values.items() if value not in (None, "")
    ]


def _built(container: InputContainer) -> dict[str, Any]:
    return {
        "Format": container.format.long_name,
        "DurationSeconds": container.duration / 1e6 if container.duration else None,
        "StartSeconds": container.start_time / 1e6 if container.start_time else None,
        "BitsPerSecond": container.bit_rate or None,
    }


def _described(stream: Stream) -> dict[str, Any]:
    codec: Any = stream.codec_context
    described: dict[str, Any] = {"Type": stream.type, "Codec": "unknown" if codec is None else codec.codec.name}
    if stream.duration and stream.time_base:
        described["DurationSeconds"] = round(float(stream.duration * stream.time_base), 6)
    if codec is None:
        return described
    described["CodecName"] = codec.codec.long_name
    described["Profile"] = codec.profile
    if stream.type == "video":
        video: Any = stream
        described |= {
            "Width": codec.width,
            "Height": codec.height,
            "PixelFormat": codec.pix_fmt,
            "PixelAspectRatio": _ratio(video.sample_aspect_ratio),
            "FramesPerSecond": _ratio(video.average_rate),
            "Frames": video.frames or None,
        }
    elif stream.type == "audio":
        described |= {"SamplesPerSecond": codec.sample_rate, "Channels": codec.layout.name}
    return described


def _ratio(value: Any) -> str | None:
    return str(value) if value else None


def _frame(reading: Reading, container: InputContainer) -> None:
    try:
        stream = picture_stream(container)
        first = next(frames_from(container, stream), None)
    except (UnreadableImage, FFmpegError):
        first = None
    if first is None:
        return
    film = measure(container, stream, first[1], until=time.monotonic() + LONGEST_COUNT_SECONDS)
    seen: dict[str, Any] = {"FrameRateVaries": "yes" if film.frame_rate_varies else "no"}
    if first[1].rotation:
        seen["RotationDegrees"] = first[1].rotation
    if not container.duration:
        seen["CountedDurationSeconds"] = film.duration_milliseconds / 1000
    _state(reading, f"Stream {stream.index}", seen)
    reading.width_px, reading.height_px = first[1].width, first[1].height
