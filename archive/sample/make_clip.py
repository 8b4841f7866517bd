"""Films a picture: the camera draws back from its middle until all of it is in view. Takes frames out again."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

from archive.sample.embed_metadata import DISCLOSURE, MADE_BY

RATE = 25
WIDTH_PX = 640
# What is in view at first, as a share of each side.
CLOSEST = 0.7


def write_clip(image: Image.Image, path: Path, *, seconds: float, made_at: str) -> None:
    """
    Write MP4 with VP9, which every large browser plays; the bytes are the same each time.

    :param made_at: when its container says that it was made, in UTC: "2024-06-18T04:02:10Z"
    """
    whole = np.asarray(image.convert("RGB"))
    height, width = whole.shape[:2]
    size = WIDTH_PX, round(WIDTH_PX * height / width / 2) * 2
    frames = round(seconds * RATE)
    with av.open(
        str(path), "w", options={"movflags": "use_metadata_tags+faststart", "fflags": "+bitexact"}
    ) as container:
        container.metadata.update({"creation_time": made_at, "comment": DISCLOSURE, "software": MADE_BY})
        stream = container.add_stream("libvpx-vp9", rate=RATE, options={"deadline": "realtime", "cpu-used": "8"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.bit_rate = 900_000
        # Threads would share the work differently each time.
        stream.codec_context.thread_count = 1
        for number in range(frames):
            share = CLOSEST + (1 - CLOSEST) * number / max(frames - 1, 1)
            seen = width * share, height * share
            scale = size[0] / seen[0]
            shift = (np.array([width, height]) - seen) / 2
            laid = np.array([[scale, 0, -shift[0] * scale], [0, size[1] / seen[1], -shift[1] * size[1] / seen[1]]])
            pixels = cv2.warpAffine(whole, laid, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def frame_at(path: Path, seconds: float) -> Image.Image:
    """Return the first frame shown at or after a time."""
    with av.open(str(path)) as container:
        return next(frame.to_image() for frame in container.decode(video=0) if frame.time >= seconds)
