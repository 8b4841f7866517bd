"""Text out of bytes whose encoding nobody wrote down."""

import codecs

# A curly apostrophe, a dash or a euro sign belongs into a caption; most other signs of these tables do not.
_AT_HOME = set("‘’“”–—…€£§°«»¿¡·½¼¾©®´ªº")
_SAMPLE_BYTES = 20_000
_UTF_8_BOM = codecs.BOM_UTF8
_BOMS = (
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF16_LE, "utf-16"),
)


def decode_text(raw: bytes) -> str:
    """Decode 8-bit text as UTF-8 where it is that, else as Windows Latin-1 or MacRoman, whichever reads as words."""
    try:
        return raw.removeprefix(_UTF_8_BOM).decode("utf-8")
    except UnicodeDecodeError:
        pass
    sample = raw[:_SAMPLE_BYTES]
    mac = _likelihood(sample.decode("mac_roman")) > _likelihood(sample.decode("cp1252", "replace"))
    return raw.decode("mac_roman" if mac else "cp1252", "replace")


def decode_wide(raw: bytes, *, little_endian: bool) -> str:
    """Decode UTF-16, by its byte order mark, else by where the zero bytes stand, else as the caller says."""
    if raw[:2] in (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE):
        return raw.decode("utf-16", "replace")
    even, odd = raw[0::2].count(0), raw[1::2].count(0)
    if even != odd:
        little_endian = odd > even
    return raw.decode("utf-16-le" if little_endian else "utf-16-be", "replace")


def decode_xml(raw: bytes) -> str:
    """Decode an XML packet: UTF-8, 16 or 32 with or without a mark, or bare Latin-1 that claims nothing."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    head = raw.lstrip(b"\x00 \t\r\n")[:8]
    lead = len(raw) - len(raw.lstrip(b"\x00"))
    if head.startswith(b"<\x00\x00\x00"):
        return raw[raw.index(b"<") :].decode("utf-32-le", "replace")
    if head.startswith(b"<\x00"):
        return raw[raw.index(b"<") :].decode("utf-16-le", "replace")
    if lead and lead % 4 == 3:
        return raw.decode("utf-32-be", "replace")
    if lead % 2 == 1:
        return raw.decode("utf-16-be", "replace")
    return decode_text(raw)


def _likelihood(text: str) -> int:
    """Score how much the characters beyond ASCII look like those of a western word or sentence."""
    score = 0
    before = " "
    for character in text:
        if character >= "\x80":
            if character.isalpha() and character.lower() in "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœß":
                # A capital after a small letter ("cafÈ") is the mark of the wrong table.
                score += -2 if character.isupper() and before.islower() else 1
            else:
                score += 1 if character in _AT_HOME else -2
        before = character
    return score
