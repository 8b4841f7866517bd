"""What is said beside a screen copy that is downloaded, and in it: whom to credit, and on what terms it may be used."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.claims.notices import Notice
from archive.exports.citations import Cited
from archive.exports.terms_of_use import Terms, words_of


@dataclass(frozen=True)
class Rights:
    """A credit line and terms, as the reader may read them; "" where none is known."""

    credit: str
    terms: str


def rights_of(cited: Cited, stated: Iterable[Terms], notices: Iterable[Notice]) -> Rights:
    """
    Compose them; no queries.

    :param stated: by accessions and by the file, as the reader may read them
    :param notices: of suppliers, as the reader may read them
    """
    terms = words_of(stated)
    terms += [f"{notice.label}: {notice.words}" if notice.words else notice.label for notice in notices]
    return Rights(cited.credited, "\n".join(terms))
