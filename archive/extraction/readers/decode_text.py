"""Text out of bytes whose encoding nobody wrote down."""

import codecs
import re
from dataclasses import dataclass

# A curly apostrophe, a dash or a euro sign belongs into a caption; most other signs of these tables do not.
_AT_HOME = set("‘’“”–—…€£§°«»¿¡·½¼¾©®´ªº")
_SAMPLE_BYTES = 20_000
_UTF_8_BOM = codecs.BOM_UTF8
_REPLACEMENT = "\ufffd".encode()
# "Ã", "Å", "Ð" and the like, which as letters of Windows Latin-1 end no word.
_LEADS_ENDING_NO_WORD = {*range(0xC2, 0xC7), 0xCC, 0xCE, 0xCF, 0xD0, 0xD1}
# The final bytes of escape sequences (ISO 2022, the register of ISO/IEC 2375), and the part of ISO 8859 they name.
_PARTS_OF_8859 = {
    b"A": 1, b"B": 2, b"C": 3, b"D": 4, b"L": 5, b"G": 6, b"F": 7, b"H": 8, b"M": 9, b"V": 10, b"T": 11,
    b"Y": 13, b"_": 14, b"b": 15, b"f": 16,
}  # fmt: skip
_WINDOWS = {
    "iso8859_1": "cp1252", "iso8859_2": "cp1250", "iso8859_7": "cp1253", "iso8859_9": "cp1254", "iso8859_13": "cp1257",
    "ascii": "cp1252",
}  # fmt: skip
_NAMES = {f"iso8859_{part}": f"ISO 8859-{part}" for part in _PARTS_OF_8859.values()} | {
    **{f"cp125{number}": f"Windows-125{number}" for number in range(8)},
    "mac_roman": "MacRoman",
    "ascii": "ASCII",
}
# Escape sequences of ISO 2022.
_IN_UTF_8 = re.compile(rb"\x1b%(?:G|/[GHI])")
_UPPER_HALF = re.compile(rb"\x1b[\x2c-\x2f]([\x40-\x7e])")
_IN_ASCII = re.compile(rb"(?:\x1b[()][B@])+")
_BEYOND_ASCII = re.compile(r"([^\x00-\x7f]+)")
_BOMS = (
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF16_LE, "utf-16"),
)


@dataclass(frozen=True)
class Decoded:
    """A text out of bytes, and in half a sentence what is doubtful about it; "" where nothing is."""

    text: str
    doubt: str = ""


def decode_text(raw: bytes) -> str:
    """Decode 8-bit text as `decode_told` does, for what nobody is told about."""
    return decode_told(raw).text


def decode_told(raw: bytes, *, declared: str = "") -> Decoded:
    """
    Decode 8-bit text: as UTF-8 where it is that, but for damaged characters; else by the declared character set; else
    as Windows Latin-1 or MacRoman, whichever reads as words.

    Programs promise UTF-8 and write their own code page, or promise nothing and write UTF-8: the bytes decide.

    :param declared: the codec of the character set that the file names, "utf-8" among them
    """
    raw = raw.removeprefix(_UTF_8_BOM)
    try:
        return Decoded(raw.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if damaged := _damaged_utf_8(raw):
        return damaged
    if declared and declared != "utf-8":
        return _decode_declared(raw, declared)
    sample = raw[:_SAMPLE_BYTES]
    scores = {name: _likelihood(sample.decode(name, "replace")) for name in ("cp1252", "mac_roman")}
    codec = "mac_roman" if scores["mac_roman"] > scores["cp1252"] else "cp1252"
    doubt = ""
    if declared:
        doubt = f"is not in UTF-8, as the file says, and was read as {_NAMES[codec]}"
    else:
        # However well it reads: Łódź in Windows-1250 makes letters of Windows-1252 as well.
        doubt = f"names no character set and was read as {_NAMES[codec]}, which is a guess"
    return Decoded(raw.decode(codec, "replace"), doubt)


def _damaged_utf_8(raw: bytes) -> Decoded | None:
    """Decode what is UTF-8 but for a cut end or stray bytes; None for text of another character set."""
    cut = _cut_character(raw)
    text = raw.decode("utf-8", "replace")
    faults = text.count("\ufffd") - raw.count(_REPLACEMENT)
    whole = sum(1 for character in text if character > "\x7f") - faults
    if faults == 1 and cut:
        # A lone lead byte is a letter of Latin-1 as well ("café"), but for those that end no word there.
        if whole or len(cut) > 1 or cut[0] in _LEADS_ENDING_NO_WORD:
            return Decoded(text, "is cut off inside its last character; all that stands before it was kept")
        return None
    if faults > whole:
        return None
    return Decoded(text, f"has {faults} damaged {'character' if faults == 1 else 'characters'}, shown as \ufffd")


def _cut_character(raw: bytes) -> bytes:
    """Return the beginning of a UTF-8 character with which the bytes end; empty where they end with a whole one."""
    for length in (1, 2, 3):
        lead = raw[-length] if len(raw) >= length else 0
        if lead >= 0xC2 and lead <= 0xF4:
            needed = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
            return raw[-length:] if length < needed else b""
        if not 0x80 <= lead < 0xC0:
            return b""
    return b""


def _decode_declared(raw: bytes, codec: str) -> Decoded:
    # The bytes 0x80 to 0x9F are no letters in ISO 8859, but are in the Windows code page that programs mean by it.
    windows = _WINDOWS.get(codec)
    if windows and any(0x80 <= byte < 0xA0 for byte in raw):
        doubt = f"is not in {_NAMES[codec]}, as the file says, and was read as {_NAMES[windows]}"
        return Decoded(raw.decode(windows, "replace"), doubt)
    text = raw.decode(codec, "replace")
    faults = text.count("\ufffd")
    return Decoded(text, f"has {faults} bytes that are none of {_NAMES[codec]}, shown as \ufffd" if faults else "")


def coded_character_set(raw: bytes) -> tuple[str, str]:
    """
    Return the codec and the name of the set that IIM 1:90 names by ISO 2022 escape sequences; no codec where unknown.

    IIM 4.2, 1:90: "ESC % G" is UTF-8; "ESC - A" and its like designate the upper half of a part of ISO 8859.
    """
    if _IN_UTF_8.search(raw):
        return "utf-8", "UTF-8"
    parts = _UPPER_HALF.findall(raw)
    if parts and parts[-1] in _PARTS_OF_8859:
        codec = f"iso8859_{_PARTS_OF_8859[parts[-1]]}"
        return codec, _NAMES[codec]
    return ("ascii", "ASCII") if _IN_ASCII.fullmatch(raw) else ("", raw.hex())


def named_codec(name: str) -> str:
    """Return the codec of a character set that a document names; "" where it is none that is told by name."""
    try:
        codec = codecs.lookup(name).name.replace("-", "_")
    except LookupError:
        return ""
    return "utf-8" if codec in ("utf_8", "utf_8_sig") else codec if codec in _NAMES else ""


def decoded_once_more(text: str) -> str:
    """
    Return the text behind one that was encoded in UTF-8 twice ("FlÃ¼chtlinge"); the text itself where it was not.

    Only where each run of characters beyond ASCII makes UTF-8 of letters and signs that stand in captions.
    """
    if text.isascii():
        return text
    for codec in ("cp1252", "mac_roman"):
        mended, count = _mend(text, codec)
        if count:
            return mended
    return text


def _mend(text: str, codec: str) -> tuple[str, int]:
    parts, count = _BEYOND_ASCII.split(text), 0
    for number in range(1, len(parts), 2):
        bytes_of = [_byte_of(character, codec) for character in parts[number]]
        if not all(bytes_of):
            return text, 0  # a character that no second encoding makes
        raw = b"".join(bytes_of)
        try:
            run = raw.decode("utf-8")
        except UnicodeDecodeError:
            # A caption that was cut as well: the rest of its last character is no reason to leave it.
            cut = _cut_character(raw)
            if not count or number + 2 < len(parts) or parts[number + 1] or not cut:
                return text, 0
            run = raw.decode("utf-8", "replace")
        if not all(_stands_in_captions(character) for character in run):
            return text, 0
        parts[number] = run
        count += 1
    return "".join(parts), count


def _byte_of(character: str, codec: str) -> bytes:
    try:
        return character.encode(codec)
    except UnicodeEncodeError:
        # Bytes that the code page leaves open pass through as control characters.
        return bytes([ord(character)]) if codec == "cp1252" and ord(character) < 0x100 else b""


def _stands_in_captions(character: str) -> bool:
    code = ord(character)
    if code == 0xFFFD:
        return True
    two_bytes = ((0xA0, 0x17F), (0x218, 0x21B), (0x370, 0x3FF), (0x400, 0x45F), (0x490, 0x491), (0x5D0, 0x5EA))
    arabic = (0x600, 0x6FF)
    return code >= 0x1E00 or any(first <= code <= last for first, last in (*two_bytes, arabic))


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


def doubt_of_xml(raw: bytes) -> str:
    """Say in half a sentence what is doubtful about the encoding of an XML packet; "" where nothing is."""
    if raw.startswith(_UTF_8_BOM) or b"\x00" not in raw[:16]:
        return decode_told(raw.removeprefix(_UTF_8_BOM)).doubt
    return ""


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
