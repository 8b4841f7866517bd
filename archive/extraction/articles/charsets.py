"""Turn a page's bytes into text: what the page declares is believed where the bytes agree with it."""

import codecs
import re

from charset_normalizer import from_bytes

from archive.extraction.articles.raw_markup import TAG, UNSEEN

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.-]{2,40})""")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# The WHATWG encoding standard reads these as their Windows supersets, as browsers do.
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "latin-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030",
          "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-11": "cp874"}  # fmt: skip
_READ_FOR_GUESS = 256 * 1024
_HEAD_BYTES = 64 * 1024

# Letters beyond a to z of the languages of Latin script, with the charset that their pages were written in. Where two
# fit alike the earlier is taken: pages without a declaration are mostly western.
_ALPHABETS = (
    ("en", "cp1252", "éèêçïñöü"), ("fr", "cp1252", "àâæçéèêëîïôœùûüÿ"), ("de", "cp1252", "äöüßéàè"),
    ("nl", "cp1252", "éëïöüèêáóíúçâ"), ("es", "cp1252", "áéíñóúüºª"), ("it", "cp1252", "àèéìíîòóùúºª"),
    ("pt", "cp1252", "áâãàçéêíóôõúüºª"), ("ca", "cp1252", "àçèéíïòóúü"), ("da", "cp1252", "æøåéäöü"),
    ("no", "cp1252", "æøåéòôèä"), ("sv", "cp1252", "åäöéüàè"), ("fi", "cp1252", "äöåšžé"),
    ("is", "cp1252", "áðéíóúýþæö"),
    ("pl", "cp1250", "ąćęłńóśźż"), ("cs", "cp1250", "áčďéěíňóřšťúůýž"), ("sk", "cp1250", "áäčďéíĺľňóôŕšťúýž"),
    ("hu", "cp1250", "áéíóöőúüű"), ("sl", "cp1250", "čšžćđ"), ("hr", "cp1250", "čćđšž"), ("bs", "cp1250", "čćđšž"),
    ("ro", "cp1250", "âăîşţ"), ("sq", "cp1252", "ëç"), ("tr", "cp1254", "çğıöşüâîû"), ("az", "cp1254", "çğıöşü"),
    ("lt", "cp1257", "ąčęėįšųūž"), ("lv", "cp1257", "āčēģīķļņšūž"), ("et", "cp1257", "äõöüšž"),
)  # fmt: skip
# Charsets of languages in other scripts, the likelier first; they decide only where the page names its language.
_OTHER_SCRIPTS = {
    "ru": ("cp1251", "koi8_r"), "uk": ("cp1251", "koi8_u"), "bg": ("cp1251",), "be": ("cp1251",), "sr": ("cp1251",),
    "mk": ("cp1251",), "el": ("cp1253",), "he": ("cp1255",), "ar": ("cp1256",), "fa": ("cp1256",), "ur": ("cp1256",),
    "th": ("cp874",), "ja": ("cp932", "euc_jp"), "ko": ("cp949",), "zh": ("gb18030", "big5"),
}  # fmt: skip
_LANGUAGE = re.compile(
    rb"""<html[^>]{0,500}?\s(?:xml:)?lang\s*=\s*["']?\s*([a-z]{2,3})\b"""
    rb"""|<meta[^>]{0,200}?(?:content-language|og:locale)["'][^>]{0,100}?content\s*=\s*["']\s*([a-z]{2})\b""",
    re.IGNORECASE,
)
# Marks that stand between two letters in some language: apostrophes, hyphens, the Catalan dot.
_SIGN_IN_WORD = re.compile(r"(?<=[^\W\d_])[^\w\x00-\x7f’‘´`\xad–—·…\xa0](?=[^\W\d_])")
# Of text in a Latin script, few bytes are beyond ASCII.
_MOST_BEYOND_ASCII = 0.25
_FITS = 0.8
_CLOSE = 0.03


def decode(content: bytes, header: str = "") -> tuple[str, str, str]:
    """
    Return the text, the name of the charset it was read as, and a sentence where the declaration does not hold.

    :param header: the charset that came with the page (HTTP, MIME), empty if none
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), name.removesuffix("-le").removesuffix("-be"), ""
    # A script may write markup of its own, and push the declaration far down.
    declaration = _XML.search(content[:200]) or _DECLARED.search(UNSEEN.sub(b" ", content[:_HEAD_BYTES]))
    in_page = declaration[1].decode("ascii", "replace") if declaration else ""
    declared, written = next(((known, name) for name in (header, in_page) if (known := _known(name))), ("", ""))
    utf8 = _decoded(content, "utf-8")
    if utf8 is not None and (not declared or declared == "utf-8" or not content.isascii()):
        is_wrong = declared not in ("", "utf-8") and not content.isascii()
        # Text of another charset is hardly ever valid UTF-8 by chance.
        return (
            utf8,
            "utf-8",
            f"The page declares {written} but is written in UTF-8; it was read so." if is_wrong else "",
        )
    if declared and declared != "utf-8" and (text := _decoded(content, declared)) is not None:
        return text, _public(declared), ""
    if declared == "utf-8" and _mostly_utf8(content):
        return (
            content.decode("utf-8", "replace"),
            "utf-8",
            "Some bytes of the page are not valid UTF-8; they are shown as �.",
        )
    guessed, ground = _guess(content)
    name = declared if declared not in ("", "utf-8") else guessed
    text = content.decode(name, "replace")
    if declared == name:
        doubt = f"The page declares {written} but holds bytes that are not; it was read as {_public(name)}."
    elif declared:
        doubt = f"The page declares {written} but is not written in it; it was read as {_public(name)}, {ground}."
    else:
        doubt = f"The page declares no charset; it was read as {_public(name)}, {ground}."
    return text, _public(name), doubt


def _guess(content: bytes) -> tuple[str, str]:
    """
    Guess the charset of a page by its language and its visible text, and say on what ground.

    Markup and scripts say nothing of it, but by their mass they would lead a guess by the frequency of bytes.
    """
    tongue = next(
        (code for match in [_LANGUAGE.search(content[:_HEAD_BYTES])] if match for code in match.groups() if code),
        b"",
    )
    language = {"nb": "no", "nn": "no"}.get(name := tongue.decode().lower(), name)
    shown = TAG.sub(b" ", UNSEEN.sub(b" ", content[:_READ_FOR_GUESS]))[:_HEAD_BYTES]
    for charset in _OTHER_SCRIPTS.get(language, ()):
        text = shown.decode(charset, "replace")
        if text.count("�") * 100 <= len(text):
            return charset, f"as pages in its language ({language}) are"
    beyond = sum(byte >= 0x80 for byte in shown)
    if beyond <= _MOST_BEYOND_ASCII * sum(byte > 0x20 for byte in shown):
        fits = [(_fit(shown, charset, letters), own, charset) for own, charset, letters in _ALPHABETS]
        by_language = max((fit for fit, own, _charset in fits if own == language), default=0.0)
        best, _own, charset = max(fits, key=lambda candidate: candidate[0])
        if by_language >= max(_FITS, best - 0.1):
            charset = next(charset for _fit, own, charset in fits if own == language)
            return charset, f"which fits its language ({language})"
        if best >= _FITS:
            rivals = {other for fit, _own, other in fits if fit >= best - _CLOSE and other != charset}
            rivals = {other for other in rivals if shown.decode(other, "replace") != shown.decode(charset, "replace")}
            others = " or ".join(sorted(map(_public, rivals)))
            return charset, f"by the letters of its text{f'; it may be {others}' if others else ''}"
    guess = from_bytes(shown).best() if beyond else None
    known = _known(guess.encoding) if guess else ""
    if known and known != "utf-8" and beyond > _MOST_BEYOND_ASCII * sum(byte > 0x20 for byte in shown):
        return known, "a guess by its bytes"
    return "cp1252", "as most such pages are, which is a guess"


def _fit(shown: bytes, charset: str, letters: str) -> float:
    """Give the share of the characters beyond ASCII in words that are letters of a language, when read so."""
    text = shown.decode(charset, "replace")
    seen = [character for character in text.lower() if character > "\x7f" and character.isalpha()]
    wrong = len(_SIGN_IN_WORD.findall(text)) + text.count("�")
    if not seen and not wrong:
        return 1.0
    return sum(character in letters for character in seen) / (len(seen) + wrong)


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
