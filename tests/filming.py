"""Film small clips for tests: a drawn frame for each moment, coded by the libraries that the archive decodes with."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

CODECS = {".mp4": "libx264", ".mov": "libx264", ".3gp": "mpeg4", ".webm": "libvpx-vp9", ".mkv": "libx264"}


def drawn_frame(number: int, *, width: int = 320, height: int = 180, scene: int = 0) -> np.ndarray:
    """Draw a frame that differs from its neighbours a little, and from other scenes a lot."""
    pattern = np.random.default_rng(1000 + scene).integers(0, 256, (9, 16, 3), np.uint8)
    pixels = np.kron(pattern, np.ones((height // 9, width // 16, 1), np.uint8))
    at = (number * 7) % (width - 40)
    pixels[height // 3 : height // 3 + 30, at : at + 40] = (250, 240, 30)
    return pixels


def film(
    path: Path,
    *,
    seconds: float = 3,
    rate: int = 10,
    size: tuple[int, int] = (320, 180),
    scenes: tuple[float, ...] = (),
    codec: str = "",
    metadata: dict[str, str] | None = None,
    rotation: int = 0,
    aspect: Fraction | None = None,
    gaps: tuple[int, ...] = (),
    with_sound: bool = False,
    options: dict[str, str] | None = None,
) -> Path:
    """
    Write a clip.

    :param scenes: the seconds at which another scene begins
    :param rotation: degrees against the clock by which players turn it
    :param gaps: frames after which the clock jumps by half a second
    """
    moving_tags = {"movflags": "use_metadata_tags"} if path.suffix in (".mp4", ".mov", ".3gp") else {}
    with av.open(str(path), "w", options=moving_tags | (options or {})) as container:
        container.metadata.update(metadata or {})
        stream = container.add_stream(codec or CODECS[path.suffix], rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, 1000)
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        sound = container.add_stream("aac" if path.suffix != ".webm" else "libopus", rate=48000) if with_sound else None
        late = 0
        for number in range(max(1, round(seconds * rate))):
            scene = sum(number / rate >= begins for begins in scenes)
            drawn = drawn_frame(number, width=size[0], height=size[1], scene=scene)
            frame = av.VideoFrame.from_ndarray(drawn, format="rgb24")
            late += 500 * (number in gaps)
            frame.pts, frame.time_base = number * 1000 // rate + late, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound:
            _hum(container, sound, seconds)
    return path


def rewrap(path: Path, into: Path) -> Path:
    """Put the coded pictures of a clip into another container, as they are."""
    with av.open(str(path)) as container, av.open(str(into), "w") as wrapped:
        stream = container.streams.video[0]
        target = wrapped.add_stream_from_template(stream)
        for packet in container.demux(stream):
            if packet.dts is not None:
                packet.stream = target
                wrapped.mux(packet)
    return into


def record_sound(path: Path, seconds: float = 1) -> Path:
    """Write a file of sound alone."""
    with av.open(str(path), "w") as container:
        _hum(container, container.add_stream("aac", rate=48000), seconds)
    return path


def _hum(container: Any, stream: Any, seconds: float) -> None:
    for number in range(round(seconds * 48000 / 1024)):
        wave = np.sin((np.arange(1024) + number * 1024) / 20).astype(np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, number * 1024, Fraction(1, 48000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
