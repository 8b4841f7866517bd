"""Undo the content codings of HTTP (RFC 9110, 8.4.1) a piece at a time: no bomb is ever held in memory whole."""

import io
import zlib
from collections.abc import Callable
from typing import IO, Any, Protocol

import brotli
from backports import zstd

_PIECE = 64 * 1024


class UnknownCoding(Exception):
    """A body is stored in a coding that is not read; the text is its name."""


class _Decoder(Protocol):
    """Decodes step by step: each gives some bytes, or none when it wants more coded ones or is over."""

    def decode(self, data: bytes) -> bytes: ...

    @property
    def wants_more(self) -> bool: ...

    @property
    def is_over(self) -> bool: ...


class _Zlib:
    """gzip in several members, zlib, and the bare deflate that some servers send under its name."""

    def __init__(self, bits: int) -> None:
        self._bits, self._inflater, self._waiting, self.is_over = bits, zlib.decompressobj(bits), b"", False

    @property
    def wants_more(self) -> bool:
        return not self._waiting

    def decode(self, data: bytes) -> bytes:
        data = self._waiting + data
        try:
            decoded = self._inflater.decompress(data, _PIECE)
        except zlib.error:
            if self._bits != zlib.MAX_WBITS:
                raise
            self._bits, self._inflater = -zlib.MAX_WBITS, zlib.decompressobj(-zlib.MAX_WBITS)
            decoded = self._inflater.decompress(data, _PIECE)
        self._waiting = self._inflater.unconsumed_tail
        if self._inflater.eof:
            self._waiting = self._inflater.unused_data
            # Behind a gzip member another may follow; anything else is padding.
            self.is_over = self._bits < 16 or not self._waiting.startswith(b"\x1f\x8b")
            self._inflater = zlib.decompressobj(self._bits)
        return decoded


class _Brotli:
    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()

    @property
    def is_over(self) -> bool:
        return bool(self._decompressor.is_finished())

    @property
    def wants_more(self) -> bool:
        return bool(self._decompressor.can_accept_more_data())

    def decode(self, data: bytes) -> bytes:
        return bytes(self._decompressor.process(data, output_buffer_limit=_PIECE))


class _Zstandard:
    def __init__(self) -> None:
        self._decompressor = zstd.ZstdDecompressor()

    @property
    def is_over(self) -> bool:
        return self._decompressor.eof

    @property
    def wants_more(self) -> bool:
        return self._decompressor.needs_input

    def decode(self, data: bytes) -> bytes:
        return self._decompressor.decompress(data, _PIECE)


_CODINGS: dict[str, Callable[[], _Decoder]] = {
    "gzip": lambda: _Zlib(16 + zlib.MAX_WBITS),
    "deflate": lambda: _Zlib(zlib.MAX_WBITS),
    "br": _Brotli,
    "zstd": _Zstandard,
}
DAMAGE = (zlib.error, brotli.error, zstd.ZstdError, EOFError)


def decoded(stream: IO[bytes], codings: str) -> IO[bytes]:
    """
    Return the body of a record as it was before it was coded.

    :param codings: the header Content-Encoding
    :raises UnknownCoding: one of them is not read here
    """
    for name in reversed([part.strip().lower().removeprefix("x-") for part in codings.split(",")]):
        if name in ("", "identity"):
            continue
        if name not in _CODINGS:
            raise UnknownCoding(name[:40])
        stream = io.BufferedReader(_Decoding(stream, _CODINGS[name]()), _PIECE)
    return stream


class _Decoding(io.RawIOBase):
    """A stream as it decodes; one that is not coded after all, as some writers store it, passes as it is."""

    def __init__(self, stream: IO[bytes], decoder: _Decoder) -> None:
        self._stream, self._decoder, self._given = stream, decoder, b""
        self._is_plain = self._has_begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._given:
            piece = self._next()
            if piece is None:
                return 0
            self._given = piece
        piece, self._given = self._given[: len(buffer)], self._given[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def _next(self) -> bytes | None:
        """Return some decoded bytes, perhaps none; None at the end."""
        if self._is_plain:
            return self._stream.read(_PIECE) or None
        if self._decoder.is_over:
            return None
        coded = self._stream.read(_PIECE // 4) if self._decoder.wants_more else b""
        has_ended = not coded and self._decoder.wants_more
        try:
            piece = self._decoder.decode(coded)
        except DAMAGE:
            if self._has_begun:
                raise
            self._is_plain = True
            return coded
        self._has_begun = True
        # What was read may still be in the decoder when it asks for more.
        return None if has_ended and not piece else piece
