"""Turn a page's bytes into text: what the page declares is believed where the bytes agree with it."""

import codecs
import re

from charset_normalizer import from_bytes

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.-]{2,40})""")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# The WHATWG encoding standard reads these as their Windows supersets, as browsers do.
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "latin-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030",
          "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-11": "cp874"}  # fmt: skip
_READ_FOR_GUESS = 64 * 1024


def decode(content: bytes, header: str = "") -> tuple[str, str, str]:
    """
    Return the text, the name of the charset it was read as, and a sentence where the declaration does not hold.

    :param header: the charset that came with the page (HTTP, MIME), empty if none
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), name.removesuffix("-le").removesuffix("-be"), ""
    found = _XML.search(content[:200]) or _DECLARED.search(content[:8192])
    in_page = found[1].decode("ascii", "replace") if found else ""
    declared, written = next(((known, name) for name in (header, in_page) if (known := _known(name))), ("", ""))
    utf8 = _decoded(content, "utf-8")
    if utf8 is not None and (not declared or declared == "utf-8" or not content.isascii()):
        told = declared not in ("", "utf-8") and not content.isascii()
        # Text of another charset is hardly ever valid UTF-8 by chance.
        return utf8, "utf-8", f"The page declares {written} but is written in UTF-8; it was read so." if told else ""
    if declared and declared != "utf-8" and (text := _decoded(content, declared)) is not None:
        return text, _public(declared), ""
    guess = from_bytes(content[:_READ_FOR_GUESS]).best() if not declared else None
    name = (_known(guess.encoding) if guess else "") or (declared if declared != "utf-8" else "") or "cp1252"
    text = content.decode("utf-8" if declared == "utf-8" and _mostly_utf8(content) else name, "replace")
    if declared == "utf-8" and _mostly_utf8(content):
        return text, "utf-8", "Some bytes of the page are not valid UTF-8; they are shown as �."
    if declared:
        return (
            text,
            _public(name),
            f"The page declares {written} but holds bytes that are not; it was read as {_public(name)}.",
        )
    return text, _public(name), f"The page declares no charset; it was read as {_public(name)}."


def _known(name: str) -> str:
    try:
        known = codecs.lookup(name.strip()).name if name else ""
    except (LookupError, ValueError):
        return ""
    # Python counts codecs among its encodings that turn no bytes into text.
    if known.startswith(("utf-16", "utf-32")):
        return "utf-8"  # a declaration that could be read as ASCII is not true
    known = _WIDER.get(known, known)
    try:
        return known if isinstance(b"a".decode(known), str) else ""
    except (LookupError, UnicodeError):
        return ""


def _public(name: str) -> str:
    return re.sub(r"^cp(125\d|874)$", r"windows-\1", name.replace("_", "-"))


def _decoded(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except UnicodeError:
        return None


def _mostly_utf8(content: bytes) -> bool:
    """Tell a UTF-8 page with a few broken bytes from one of another charset."""
    broken = content.decode("utf-8", "replace").count("�")
    return broken * 10 < sum(byte >= 0x80 for byte in content) + 10
