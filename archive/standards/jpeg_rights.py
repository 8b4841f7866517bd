"""
Credit line and terms of use, written into a JPEG that has no metadata: IPTC-IIM and XMP, and nothing else.

The picture itself is not encoded anew: segments are set in before it.
"""

import struct
from xml.sax.saxutils import escape

_START, _APP0, _APP1, _APP13 = b"\xff\xd8", 0xE0, 0xE1, 0xED
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_PHOTOSHOP = b"Photoshop 3.0\x00"
# A segment has a length of two bytes; what does not fit is cut, and ends with this.
_MOST_BYTES = 60_000
_CUT = " […]"


class NoJPEG(ValueError):
    """The bytes are no JPEG."""


def with_rights(jpeg: bytes, *, credit: str, terms: str) -> bytes:
    """
    Return a JPEG with a credit line (IIM 2:110, photoshop:Credit) and terms (xmpRights:UsageTerms); "" is left out.

    :param terms: beyond 60,000 bytes they are cut, and end in "[…]"
    :raises NoJPEG: it does not begin as one
    """
    if not jpeg.startswith(_START):
        raise NoJPEG
    if not credit and not terms:
        return jpeg
    at = len(_START)
    # The JFIF segment stands first (JFIF 1.02).
    if jpeg[at : at + 2] == bytes((0xFF, _APP0)):
        at += 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    segments = _segment(_APP1, _XMP + _packet(credit, _cut(terms)))
    if credit:
        segments += _segment(_APP13, _PHOTOSHOP + _resource(_iim(_cut(credit, 2_000))))
    return jpeg[:at] + segments + jpeg[at:]


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def _packet(credit: str, terms: str) -> bytes:
    told = f"<photoshop:Credit>{_text(_cut(credit, 2_000))}</photoshop:Credit>" if credit else ""
    if terms:
        told += (
            f'<xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">{_text(terms)}</rdf:li></rdf:Alt>'
            "</xmpRights:UsageTerms>"
        )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/">'
        f'{told}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _text(text: str) -> str:
    """Write text into XML, without what no XML may hold."""
    return escape("".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff")))


def _cut(text: str, most_bytes: int = _MOST_BYTES) -> str:
    # Escaped, a sign may become five.
    if len(escape(text).encode()) <= most_bytes:
        return text
    while len(escape(text).encode()) > most_bytes - len(_CUT.encode()):
        text = text[: len(text) * 9 // 10]
    return text + _CUT


def _iim(credit: str) -> bytes:
    """Write the records of IIM: that they are UTF-8 (1:90), their version (2:00), the credit line (2:110)."""
    rows = ((1, 90, b"\x1b%G"), (2, 0, b"\x00\x04"), (2, 110, credit.encode()))
    return b"".join(b"\x1c" + struct.pack(">BBH", record, number, len(text)) + text for record, number, text in rows)


def _resource(iim: bytes) -> bytes:
    padding = b"\x00" * (len(iim) % 2)
    return b"8BIM" + struct.pack(">H", 0x0404) + b"\x00\x00" + struct.pack(">I", len(iim)) + iim + padding
