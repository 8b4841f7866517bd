"""Write HEIC files, box by box, around a picture that FFmpeg coded (ISO/IEC 23008-12)."""

import io
import struct

import av
import numpy as np
from PIL import Image


def write_heic(image: Image.Image, *, exif_orientation: int = 1, quarter_turns: int | None = None) -> bytes:
    """
    Return a HEIC of this picture.

    :param exif_orientation: what its EXIF says
    :param quarter_turns: what its container says, anti-clockwise; None leaves that property out
    """
    configuration, coded = _coded(image)
    exif = Image.Exif()
    exif[0x0112] = exif_orientation
    # The item begins with the distance to the TIFF header.
    exif_item = struct.pack(">I", 6) + exif.tobytes()
    properties = [_box(b"hvcC", configuration), _full(b"ispe", struct.pack(">II", *image.size))]
    if quarter_turns is not None:
        properties.append(_box(b"irot", bytes([quarter_turns])))
    numbers = bytes(number | (0x80 if number != 2 else 0) for number in range(1, len(properties) + 1))
    associations = _full(b"ipma", struct.pack(">IHB", 1, 1, len(numbers)) + numbers)
    items = _full(
        b"infe", struct.pack(">HH4s", 1, 0, b"hvc1") + b"\0", version=2
    ) + _full(b"infe", struct.pack(">HH4s", 2, 0, b"Exif") + b"\0", version=2)  # fmt: skip
    file_type = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")

    def whole(start: int) -> bytes:
        places = struct.pack(">BBH", 0x44, 0, 2)
        for number, at, size in ((1, start, len(coded)), (2, start + len(coded), len(exif_item))):
            places += struct.pack(">HHHII", number, 0, 1, at, size)
        meta = _full(
            b"meta",
            _full(b"hdlr", bytes(4) + b"pict" + bytes(13))
            + _full(b"pitm", struct.pack(">H", 1))
            + _full(b"iloc", places)
            + _full(b"iinf", struct.pack(">H", 2) + items)
            + _full(b"iref", _box(b"cdsc", struct.pack(">HHH", 2, 1, 1)))
            + _box(b"iprp", _box(b"ipco", b"".join(properties)) + associations),
        )
        return file_type + meta + struct.pack(">I4s", 8 + len(coded) + len(exif_item), b"mdat")

    return whole(len(whole(0))) + coded + exif_item


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, body: bytes, *, version: int = 0) -> bytes:
    return _box(kind, bytes([version, 0, 0, 0]) + body)


def _coded(image: Image.Image) -> tuple[bytes, bytes]:
    """Return the decoder's configuration and the picture, coded as HEVC; without frames that wait for later ones."""
    body = io.BytesIO()
    with av.open(body, "w", format="mp4") as container:
        stream = container.add_stream(
            "libx265", rate=25, options={"x265-params": "log-level=none:keyint=1", "crf": "8"}
        )
        stream.width, stream.height = image.size
        stream.pix_fmt, stream.codec_context.codec_tag = "yuv420p", "hvc1"
        frame = av.VideoFrame.from_ndarray(np.asarray(image.convert("RGB")), format="rgb24")
        frame.pts = 0
        for packet in (*stream.encode(frame), *stream.encode()):
            container.mux(packet)
    written = body.getvalue()
    at = written.index(b"hvcC")
    configuration = written[at + 4 : at - 4 + int.from_bytes(written[at - 4 : at], "big")]
    with av.open(io.BytesIO(written)) as container:
        coded = next(bytes(packet) for packet in container.demux(video=0) if packet.size)
    return configuration, coded
