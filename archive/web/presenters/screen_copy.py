"""What is said beside a screen copy that is downloaded, and in it: whom to credit, and on what terms it may be used."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.catalogue.hidden_wordings import Withheld
from archive.catalogue.models import Accession
from archive.claims.notices import Notice
from archive.exports.citations import Cited


@dataclass(frozen=True)
class Rights:
    """A credit line and terms, as the reader may read them; "" where none is known."""

    credit: str
    terms: str


def rights_of(cited: Cited, delivery: Accession | None, notices: Iterable[Notice], withheld: Withheld) -> Rights:
    """
    Compose them; no queries.

    :param delivery: the accession it first came with, where the reader may see it
    :param notices: of suppliers, as the reader may read them
    """
    terms = [delivery.terms] if delivery and delivery.terms and not withheld.hides(delivery.terms) else []
    terms += [f"{notice.label}: {notice.words}" if notice.words else notice.label for notice in notices]
    return Rights(cited.credited, "\n".join(terms))
