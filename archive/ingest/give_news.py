"""
Give news documents that came without their picture, such as corrections and kills, to what is held.

An item is known by the identifier that an earlier document gave it; what is not known waits with its accession for a
file that it names.
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from datetime import datetime
from hashlib import sha256
from io import BytesIO

from django.db.models import Exists, OuterRef

from archive.accounts.models import User
from archive.catalogue.models import Accession, Item
from archive.extraction.models import NewsVersion
from archive.extraction.readers.news_documents import DamagedNews, NewsItem, last_part, read_news
from archive.extraction.readers.news_versions import LONGEST_GUID
from archive.ingest.captions_list import Remark
from archive.ingest.delivered_names import fold_path, without_ending
from archive.ingest.delivery import Delivered
from archive.ingest.keep_sidecars import keep_sidecar, kept_as
from archive.ingest.lines_of_words import (
    WAITING,
    Words,
    files_near,
    is_in_archive,
    lines_of_words,
    path_of,
    told_by_name,
)
from archive.ingest.models import AccessionLine, AccessionRemark, DeliveredNewsItem, DeliveredSidecar
from archive.ingest.news_pairing import pair_news
from archive.ingest.records import NEWS_ITEM
from archive.ingest.remarks import record_remarks
from archive.ingest.zip_archives import CannotRead
from archive.ledger.record_acts import recording

# So many sidecars are in memory at a time.
_AT_ONCE = 100


def keep_news(
    file: Delivered, *, accession: Accession, by: User | None, way: str = AccessionLine.Way.PAGE
) -> DeliveredSidecar:
    """
    Keep a news document that came without its picture; `give_news` gives it to what it is about.

    :raises CannotRead: it is damaged, about no picture, or cannot be read now
    """
    if not file.news:
        raise CannotRead(file.refusal)
    with file.open() as stream:
        content = stream.read()
    with recording():
        sidecar = keep_sidecar(kept_as(file), content, accession=accession, by=by, way=way)
        known = set(sidecar.news_items.values_list("guid", flat=True))
        guids = dict.fromkeys(guid[:LONGEST_GUID] for guid in file.news)
        DeliveredNewsItem.objects.bulk_create(
            DeliveredNewsItem(sidecar=sidecar, guid=guid) for guid in guids if guid not in known
        )
    return sidecar


def are_known(guids: Iterable[str]) -> bool:
    """Tell whether any of these news items is of a picture that is held."""
    return NewsVersion.objects.filter(guid__in=list(guids), media_file__item__isnull=False).exists()


def waiting_with_known_items() -> list[Accession]:
    """Return the accessions in which a document waits whose picture came with another one meanwhile; one query."""
    known = NewsVersion.objects.filter(guid=OuterRef("news_items__guid"), media_file__item__isnull=False)
    waiting = DeliveredSidecar.objects.filter(WAITING, Exists(known), news_items__isnull=False)
    return list(Accession.objects.filter(pk__in=waiting.values("accession")).order_by("pk"))


def lines_with_sidecars(accession: Accession) -> dict[str, int]:
    """Return the keys of the lines of an accession that brought a sidecar, the first of each, by its digest."""
    lines = AccessionLine.objects.filter(accession=accession, sidecar__isnull=False).order_by("-pk")
    rows = lines.values_list("sidecar", "pk").iterator(chunk_size=_AT_ONCE)
    return {sha256(sidecar).hexdigest(): key for sidecar, key in rows}


def give_news_document(
    key: int, files: Mapping[str, list[AccessionLine]], brought: MutableMapping[str, int], now: datetime
) -> bool:
    """
    Give a news document that waits in an accession to the files it is about; return whether it got any.

    :param files: those of the accession, which is locked, by their names, whole and without an ending
    :param brought: its `lines_with_sidecars`; that of this document is added
    """
    waiting = DeliveredSidecar.objects.filter(WAITING, pk=key).select_related("accession", "received_by")
    return (sidecar := waiting.first()) is not None and _give(sidecar, files, brought, now)


def _give(
    sidecar: DeliveredSidecar,
    files: Mapping[str, list[AccessionLine]],
    brought: MutableMapping[str, int],
    now: datetime,
) -> bool:
    content = bytes(sidecar.content)
    digest = sha256(content).hexdigest()
    # Its picture came later, and with it the document once more.
    if digest in brought:
        DeliveredSidecar.objects.filter(pk=sidecar.pk).update(line=brought[digest])
        return False
    try:
        items = read_news(content)
    except DamagedNews:  # was told when it came
        return False
    found = _by_identifier(items)
    if not found:
        named, several = _by_name(sidecar, content, _of_such_names(sidecar.name, items, files))
        found = [(line, "") for line in named]
        remarks = told_by_name(sidecar.name, named)
        record_remarks(sidecar.accession, [*remarks, *_told_of_several(sidecar.name, several)])
    words = [
        Words(
            line, sidecar.name, by=sidecar.received_by, way=sidecar.came_by, sidecar=content,
            accession=sidecar.accession_id, stated={NEWS_ITEM: guid} if guid else {},
        )
        for line, guid in found
    ]  # fmt: skip
    if not words:
        return False
    brought[digest] = lines_of_words(words, at=now)[0].pk
    DeliveredSidecar.objects.filter(pk=sidecar.pk).update(line=brought[digest])
    return True


def _by_identifier(items: list[NewsItem]) -> list[tuple[AccessionLine, str]]:
    """Return the line of each held picture that a document with one of these identifiers came with."""
    guids = [item.guid[:LONGEST_GUID] for item in items if item.guid]
    known = NewsVersion.objects.filter(guid__in=guids).order_by("media_file", "-pk")
    by_file = dict(known.values_list("media_file", "guid"))
    lines = []
    for item in Item.objects.filter(media_file__in=by_file).order_by("pk"):
        brought = AccessionLine.objects.files().filter(item=item).exclude(outcome=AccessionLine.Outcome.REFUSED)
        if line := brought.order_by("pk").first():
            lines.append((line, by_file[item.media_file_id]))
    return lines


def _told_of_several(name: str, lines: list[AccessionLine]) -> list[Remark]:
    """Tell that a document waits for it may be about several files, and what to do."""
    if not lines:
        return []
    listed = ", ".join(path_of(line) for line in lines[:3]) + (", …" if len(lines) > 3 else "")
    why = f"{AccessionRemark.MAY_BE_ABOUT} {len(lines)} files ({listed}) and was given to none."
    return [Remark(name, f"{why} Send it with its picture, or in the folder of its picture.", is_problem=True)]


def _of_such_names(name: str, items: list[NewsItem], files: Mapping[str, list[AccessionLine]]) -> list[AccessionLine]:
    """Return the files of a name that a document names, or has itself: it is about no other, wherever they lie."""
    names = [without_ending(fold_path(name)), *(href.strip() for item in items for href in item.hrefs)]
    names += [last_part(href) for item in items for href in item.hrefs]
    keys = dict.fromkeys(fold_path(each).rpartition("/")[2] for each in names)
    lines = {line.pk: line for key in keys for line in files.get(key, ())}
    return [lines[key] for key in sorted(lines)]


def _by_name(
    sidecar: DeliveredSidecar, content: bytes, files: list[AccessionLine]
) -> tuple[list[AccessionLine], list[AccessionLine]]:
    """
    Return those of these files of its accession that a document names, or that are named like it: those in its folder
    or beneath it, else those near it (`files_near`), where no other of these has that name. Where there are none,
    return as the second those that it may be about of which several have one name.
    """
    several: dict[int, AccessionLine] = {}
    name = fold_path(sidecar.name)
    own_name = name.rpartition("/")[2]
    # The folder that was given is no part of the path of a document, but it is of theirs.
    for path, near in (
        (name, _by_path(files, _whole if is_in_archive(name) else _ends)),
        *((own_name, _by_path(near, _last_part)) for near in files_near(name, files)),
    ):
        document = Delivered(path, len(content), lambda: BytesIO(content))
        pairing = pair_news([document, *(Delivered(way, 0) for way in near)])
        named = {near[way][0].pk: near[way][0] for way in pairing.document_of if len(near[way]) == 1}
        if named:
            return list(named.values()), []
        several |= {line.pk: line for way in pairing.document_of for line in near[way]}
    return [], list(several.values())


def _by_path(lines: list[AccessionLine], written: Callable[[str], Iterable[str]]) -> dict[str, list[AccessionLine]]:
    """Return files by the ways in which their paths may be written; what is the whole path of one is that one's."""
    by_path: dict[str, list[AccessionLine]] = {}
    whole: dict[str, list[AccessionLine]] = {}
    for line in lines:
        path = fold_path(path_of(line))
        whole.setdefault(path, []).append(line)
        for way in written(path):
            by_path.setdefault(way, []).append(line)
    return by_path | {path: lines for path, lines in whole.items() if path in by_path}


def _whole(path: str) -> list[str]:
    return [path]


def _ends(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[n:]) for n in range(len(parts))]


def _last_part(path: str) -> list[str]:
    return [path.rpartition("/")[2]]
