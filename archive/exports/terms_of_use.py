"""
On what terms an item may be used: by the accessions that brought it, and by its own file, each told apart.

Nothing is weighed here: where they differ, both stand. What a supplier bounds beside that, such as an embargo, is a
notice (`claims/notices.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.hidden_wordings import Withheld
from archive.catalogue.models import Accession, Item
from archive.claims.models import readings_told_to
from archive.extraction.readers.news_versions import latest_news
from archive.extraction.readers.statements import IPTC_GROUPS
from archive.ingest.models import AccessionLine

# A longer text is cut where it is told with others; the raw metadata and the accession have it whole.
LONGEST = 4000


class Origin(StrEnum):
    """Who states the terms."""

    ACCESSION = "ACCESSION"
    FILE = "FILE"


# What the IPTC Photo Metadata Standard calls Rights Usage Terms, Web Statement of Rights and Copyright Notice.
_USAGE = {
    "XMP-xmpRights:UsageTerms", "XMP-xmpRights:WebStatement", "XMP-plus:TermsAndConditionsText",
    "XMP-plus:TermsAndConditionsURL", "NewsML-G2:usageTerms", "ninjs:usageterms",
}  # fmt: skip
_COPYRIGHT = {
    "XMP-dc:rights", "IPTC:CopyrightNotice", "IFD0:Copyright", "NewsML-G2:copyrightNotice", "ninjs:copyrightnotice",
}  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """
    One statement of terms, as one reader may read it.

    `source` is the tag, or tags, of a file; of an accession there is its record, None for who may not read of it.
    """

    origin: Origin
    words: str
    source: str = ""
    accession: Accession | None = None
    is_copyright: bool = False
    is_hidden: bool = False


def terms_of_each(items: Iterable[Item], *, reader: object, withheld: Mapping[int, Withheld]) -> dict[int, list[Terms]]:
    """
    Return the terms of these items by their keys, those of accessions first; three queries, two for a visitor.

    A visitor reads those of accessions of which an archivist said so, without their names; so does a researcher of an
    accession that is restricted. What the file states is read by who may read its metadata.

    :param withheld: what the reader may not read, by the key of the item; hidden words are told to be hidden, but not
        to a visitor
    """
    items = list(items)
    is_public = audience_of(reader) == Audience.PUBLIC
    told: dict[int, list[Terms]] = {item.pk: [] for item in items}
    for item, accessions in _accessions(items, reader).items():
        for accession in accessions:
            shown = accession if accession.is_readable else None
            told[item].append(Terms(Origin.ACCESSION, _cut(accession.terms), accession=shown))
    if not is_public:
        for item, stated in _of_files(items, reader).items():
            told[item] += stated
    return {
        key: [each for terms in of_item if (each := _readable(terms, withheld[key], is_public))]
        for key, of_item in told.items()
    }


def words_of(terms: Iterable[Terms]) -> list[str]:
    """Return what may be done with a picture, in words, each once; whose copyright it is stands beside."""
    return list(dict.fromkeys(each.words for each in terms if each.words and not each.is_copyright))


def _accessions(items: Sequence[Item], reader: object) -> dict[int, list[Accession]]:
    """Return the accessions with terms that brought each item, the first one first."""
    brought: dict[int, dict[int, None]] = {item.pk: {item.accession_id: None} for item in items}
    # Words that came by themselves came under the terms of words.
    lines = AccessionLine.objects.filter(item__in=list(brought), about=None).order_by("pk")
    for item, accession in lines.values_list("item", "accession"):
        brought[item].setdefault(accession)
    wanted = {key for keys in brought.values() for key in keys}
    readable = Accession.objects.with_terms_for(reader).filter(pk__in=wanted).in_bulk()
    return {item: [readable[key] for key in keys if key in readable] for item, keys in brought.items()}


def _of_files(items: Sequence[Item], reader: object) -> dict[int, list[Terms]]:
    by_file = {item.media_file_id: item.pk for item in items}
    readings = defaultdict(list)
    rows = readings_told_to(reader).filter(media_file__in=by_file).order_by("pk")
    for file, statements in rows.values_list("media_file", "statements"):
        readings[file].append(statements)
    return {by_file[file]: _stated(latest_news(of_file)) for file, of_file in readings.items()}


def _stated(readings: Iterable[list[list[Any]]]) -> list[Terms]:
    """Return what readings state, the same words once, with each tag that holds them."""
    sources: dict[tuple[bool, str], dict[str, None]] = defaultdict(dict)
    for group, tag, value in (statement for reading in readings for statement in reading):
        name = f"{'IPTC' if group in IPTC_GROUPS else group}:{tag}"
        if name in _USAGE or name in _COPYRIGHT:
            for words in _texts(value):
                sources[name in _COPYRIGHT, _cut(words)].setdefault(f"{group}:{tag}")
    ordered = sorted(sources.items(), key=lambda each: each[0][0])
    return [
        Terms(Origin.FILE, words, source=", ".join(tags), is_copyright=is_copyright)
        for (is_copyright, words), tags in ordered
    ]


def _texts(value: Any) -> list[str]:
    """Return the texts of a value, of one in several languages each once."""
    if isinstance(value, dict):
        # PostgreSQL keeps no order of languages: the one for everybody leads.
        languages = sorted(value, key=lambda language: (language != "x-default", language))
        return list(dict.fromkeys(text for language in languages for text in _texts(value[language])))
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    text = str(value).strip()
    return [text] if text else []


def _cut(words: str) -> str:
    words = words.strip()
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _readable(terms: Terms, withheld: Withheld, is_public: bool) -> Terms | None:
    if not withheld.hides(terms.words):
        return terms
    if is_public:
        return None
    return Terms(terms.origin, "", terms.source, terms.accession, terms.is_copyright, is_hidden=True)
