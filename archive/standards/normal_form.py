"""Bring the many spellings of one name to one form, so that they meet in an index."""

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

# Letters that Unicode does not take apart into a base and an accent (NFKD leaves them whole).
_WHOLE_LETTERS = {
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ĳ": "ij", "&": " and ",
}  # fmt: skip
_POSSESSIVE = re.compile(r"['’ʼ`]s\b")
_NOT_IN_ADDRESS = re.compile(r"[^a-z0-9]+")
_SAINT = {"saint": "st", "sint": "st", "sankt": "st", "sainte": "ste"}


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translators where no Django is known, by the name xgettext looks for; it stays English."""
    return sentence


@lru_cache(maxsize=16_384)
def normalise(text: str) -> str:
    """
    Reduce a name to lower-case words without accents or punctuation, one space between them.

    "Saint-Étienne", "St. Etienne" and "ST ETIENNE" meet in "st etienne"; "St Margaret's Bay" and
    "St Margarets Bay" in "st margarets bay". A text without a letter or digit gives "".
    """
    words = _fold(text).split()
    return " ".join(words if _SAINT.keys().isdisjoint(words) else [_SAINT.get(word, word) for word in words])


# A shorter name is too often one slip from another one.
_SHORTEST_MISTYPED = 5
_LETTERS = "abcdefghijklmnopqrstuvwxyz "


def one_slip_from(name: str) -> list[str]:
    """Return what a normalised name may have been meant as: a letter more, less or other, or two exchanged."""
    if not _SHORTEST_MISTYPED <= len(name) <= 40:
        return []
    halves = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    slips = {head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1}
    slips |= {head + tail[1:] for head, tail in halves if tail}
    slips |= {head + letter + tail[1:] for head, tail in halves if tail for letter in _LETTERS}
    slips |= {head + letter + tail for head, tail in halves for letter in _LETTERS}
    return sorted(slips - {name})


def wording_digest(text: str) -> str:
    """
    Return 32 hexadecimal digits that equal wordings share, capitals, accents, punctuation and spaces aside.

    A text of fewer than four words gives "": too many pictures bear those.
    """
    # Not through the cache of `normalise`, which is for names.
    words = normalise.__wrapped__(text)
    return digest_of_words(words) if words.count(" ") >= 3 else ""


def text_digest(text: str) -> str:
    """
    Return 32 hexadecimal digits that equal texts share, of any length; capitals, accents, marks and spaces aside.

    Texts of marks alone are told apart by their marks.
    """
    return digest_of_words(normalise.__wrapped__(text) or f"\0{text.strip()}")


def digest_of_words(words: str) -> str:
    """Return the digits for words as `normalise` leaves them."""
    return blake2b(words.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def slug(text: str) -> str:
    """Write a name for an address, lower-case ASCII with hyphens; a text without a Latin letter or digit gives ""."""
    return _NOT_IN_ADDRESS.sub("-", _fold(text)).strip("-")


class _Folded(dict[int, str]):
    """What becomes of each letter of a text in small letters, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        apart = _WHOLE_LETTERS.get(letter) or unicodedata.normalize("NFKD", letter)
        kept = [part for part in apart if not unicodedata.combining(part)]
        self[code] = "".join([part if part.isalnum() else " " for part in kept])
        return self[code]


_FOLDED = _Folded()


def _fold(text: str) -> str:
    """Return the words of a text in small letters without accents, with spaces for all that is no letter or digit."""
    return _POSSESSIVE.sub("s", text.casefold()).translate(_FOLDED)


def word_set(listed: str) -> frozenset[str]:
    """Return the words of a list that is written with spaces between them."""
    return frozenset(listed.split())
