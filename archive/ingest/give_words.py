"""
Give captions lists, XMP sidecars and news documents to the files of their accession, in whatever order and batch they
came.

What comes beside its picture travels with it. What comes before it waits here; what comes after it, or with other words
than those before, becomes a line of its own that a worker reads, and stands beside what was said.

Whoever sends words waits while some are given; of many, workers give the others some at a time, and a row tells how far
that has come.
"""

import hashlib
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import override

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.ingest.captions_list import MOST_BYTES as MOST_LIST_BYTES
from archive.ingest.captions_list import (
    ROW,
    CaptionsList,
    Remark,
    Row,
    UnreadableList,
    bounded,
    is_list,
    match_all_rows,
    parse_list,
)
from archive.ingest.delivered_names import fold_path, is_sidecar, pair
from archive.ingest.delivery import MAX_SIDECAR_BYTES, Delivered
from archive.ingest.give_news import (
    give_news_document,
    keep_news,
    lines_with_sidecars,
    waiting_with_known_items,
)
from archive.ingest.keep_sidecars import keep_sidecar, kept_as
from archive.ingest.lines_of_words import (
    WAITING,
    Words,
    files_near,
    files_of,
    lines_of_words,
    lock_accession,
    path_of,
    told_by_name,
)
from archive.ingest.models import (
    HAS_NO_FILE,
    AccessionLine,
    DeliveredList,
    DeliveredNewsItem,
    DeliveredRow,
    DeliveredSidecar,
    WeighedWords,
)
from archive.ingest.receive_files import LONGEST_PATH
from archive.ingest.remarks import record_remarks
from archive.ingest.wake_worker import wake
from archive.ingest.zip_archives import CannotRead, why_unreadable
from archive.ledger.record_acts import act, recording

# So many are given while somebody waits who sent them, and by a worker in one transaction.
AT_ONCE = 250
IN_A_BATCH = 1000
# What was read or received so shortly before words were weighed may have been committed after it.
_COMMITTED_LATER = 3 * timedelta(seconds=settings.INGEST_SWEEP_SECONDS)


def keep_list(captions: CaptionsList, content: bytes, *, accession: Accession, by: User | None) -> DeliveredList:
    """Keep a captions list with its accession; the same bytes again add nothing. `give` gives its rows to files."""
    digest = hashlib.sha256(content).hexdigest()
    with recording():
        lock_accession(accession)
        record_remarks(accession, captions.remarks)
        if kept := DeliveredList.objects.filter(accession=accession, digest=digest).first():
            return kept
        kept = DeliveredList.objects.create(
            accession=accession,
            name=captions.name[:LONGEST_PATH],
            content=content,
            digest=digest,
            received_at=timezone.now(),
            received_by=by,
        )
        DeliveredRow.objects.bulk_create(
            (
                DeliveredRow(
                    captions_list=kept, line_number=row.line_number, file_name=row.filename, stated=dict(row.stated)
                )
                for row in captions.rows
            ),
            batch_size=1000,
        )
        payload = {"name": kept.name, "sha256": digest, "rows": len(captions.rows), "accession": accession.pk}
        act(verb="receive captions list", subject=kept, actor=by or "command line", payload=payload)
    return kept


def take_words(files: Iterable[Delivered], *, accession: Accession, by: User | None) -> list[Delivered]:
    """
    Keep the captions lists, and the sidecars and news documents without a picture, that lie among files; return the
    other files.

    What cannot be read as either is returned with a refusal.
    """
    others = []
    for file in files:
        if not file.news and (file.refusal or not (is_list(file.path) or is_sidecar(file.path))):
            others.append(file)
            continue
        try:
            captions, content = _read_words(file)
        except (CannotRead, UnreadableList) as problem:
            others.append(_refused(file, str(problem)))
            continue
        except Exception:  # files of other people fail in every way there is, such as within their archive
            others.append(_refused(file, "it cannot be read from the accession"))
            continue
        # What fails from here on is no fault of the file: its sender is told that nothing was received.
        if file.news:
            keep_news(replace(file, open=partial(BytesIO, content)), accession=accession, by=by)
        elif captions:
            keep_list(captions, content, accession=accession, by=by)
        else:
            keep_sidecar(file.path, content, accession=accession, by=by)
    return others


def keep_lone_sidecar(
    file: Delivered, *, accession: Accession, by: User | None, way: str = AccessionLine.Way.PAGE
) -> DeliveredSidecar:
    """
    Keep an XMP file of the command line that came without its picture; `give` gives it to its picture.

    :raises CannotRead: it cannot be read, or is longer than any sidecar
    """
    try:
        _captions, content = _read_words(file)
    except OSError as problem:
        raise CannotRead(why_unreadable(problem)) from problem
    return keep_sidecar(kept_as(file), content, accession=accession, by=by, way=way)


def _read_words(file: Delivered) -> tuple[CaptionsList | None, bytes]:
    """
    Read a captions list, or a sidecar or a news document that came by itself.

    :raises UnreadableList: it cannot be used as a captions list; the text is English, for the record
    :raises CannotRead: it cannot be read, or is longer than any sidecar
    """
    most = MOST_LIST_BYTES if is_list(file.path) else MAX_SIDECAR_BYTES
    with file.open() as stream:
        content = stream.read() if file.news else stream.read(most + 1)
    if file.news:
        return None, content
    if is_list(file.path):
        with override("en"):
            return parse_list(content, name=file.path), content
    if len(content) > most:
        raise CannotRead(f"it has more than {most // 1024**2} MB, and no sidecar is so long")
    return None, content


def _refused(file: Delivered, why: str) -> Delivered:
    return Delivered(file.path, file.size_bytes, refusal=why.rstrip("."), base=file.base, place=file.place)


def with_waiting_rows(files: list[Delivered], accession: Accession) -> tuple[list[Delivered], list[Remark]]:
    """
    Give files that are about to come the rows that wait in their accession, the earliest list first.

    A row that may be of several files waits no longer: it is told, and given to none.
    """
    remarks: list[Remark] = []
    for captions in waiting_lists(accession):
        matched, told = _matched(files, captions, accession)
        files = [file if file.stated else fresh for file, fresh in zip(files, matched, strict=True)]
        remarks += told
    return files, remarks


def _matched(
    files: list[Delivered], captions: CaptionsList, accession: Accession
) -> tuple[list[Delivered], list[Remark]]:
    """Match the rows of one list; note of those that could be of several files why they are given to none."""
    pending: list[Row] = []
    matched, remarks = match_all_rows(files, captions, pending, _given(captions))
    settled = {row.key for row in pending} | {int(file.stated[ROW]) for file in matched if ROW in file.stated}
    why_not = {remark.about: remark.text for remark in remarks if remark.is_problem}
    given_to_none = [
        DeliveredRow(pk=row.key, why_not=why)
        for row in captions.rows
        if row.key not in settled and (why := why_not.get(captions.about(row)))
    ]
    DeliveredRow.objects.filter(WAITING).bulk_update(given_to_none, ["why_not"], batch_size=500)
    # Why a row was given to none stands with the row.
    remarks = bounded([remark for remark in remarks if not remark.is_problem])
    record_remarks(accession, remarks)
    return matched, remarks


def _given(captions: CaptionsList) -> dict[str, Row]:
    """Return the rows of a list that went to files before, by the paths of these."""
    rows = DeliveredRow.objects.filter(captions_list__rows=captions.rows[0].key).exclude(HAS_NO_FILE)
    known = rows.values_list("line__delivered_path", "line__original_name", "line_number", "file_name")
    return {path or name: Row(line_number, file_name, {}) for path, name, line_number, file_name in known}


def waiting_lists(accession: Accession) -> list[CaptionsList]:
    """Return the captions lists of an accession with the rows that wait for their files, the earliest first."""
    lists: dict[int, CaptionsList] = {}
    rows = DeliveredRow.objects.filter(WAITING, captions_list__accession=accession)
    known = rows.order_by("captions_list", "line_number").values_list(
        "captions_list", "captions_list__name", "line_number", "file_name", "stated", "pk"
    )
    for list_key, name, line_number, file_name, stated, key in known:
        captions = lists.setdefault(list_key, CaptionsList(name))
        captions.rows.append(Row(line_number, file_name, stated, key))
    return list(lists.values())


def give(accession: Accession) -> int:
    """Give the rows and sidecars that wait in an accession to its files, all of them; return how many got theirs."""
    return _give_on(accession, is_enough=lambda: False)


def _give_on(accession: Accession, *, is_enough: Callable[[], bool]) -> int:
    """Weigh what waits in an accession once, and give it some at a time, until all is given or it is enough."""
    giving, given = _Giving(accession), 0
    while not giving.is_done and not (given and is_enough()):
        given += giving.some(most=IN_A_BATCH)
    return given


def give_some(accession: Accession, *, most: int = AT_ONCE) -> int:
    """Give up to so many of what waits in an accession to its files; return how many got theirs."""
    return _Giving(accession).some(most=most)


class _Giving:
    """
    What waits in an accession, weighed once against its files, and given some at a time.

    Each time in a transaction of its own, in which somebody else may have given some of it before: files and words that
    come meanwhile are weighed the next time.
    """

    def __init__(self, accession: Accession) -> None:
        self.accession = accession
        self.is_done = False
        self._rows: list[tuple[int, AccessionLine]] | None = None
        self._news: list[int] = []
        self._sidecars: list[int] = []

    def some(self, *, most: int) -> int:
        """Give up to so many; return how many got theirs."""
        rows = DeliveredRow.objects.filter(WAITING, captions_list__accession=self.accession)
        sidecars = DeliveredSidecar.objects.filter(WAITING, accession=self.accession)
        if self.is_done or (not rows.exists() and not sidecars.exists()):
            self.is_done = True
            return 0
        with recording():
            # Of two who give at once, the second finds what the first has left.
            lock_accession(self.accession)
            now = timezone.now()
            if self._rows is None:
                self._weigh(now)
            given = self._give(now, most)
            self.is_done = not (self._rows or self._news or self._sidecars)
            until = {"weighed_until": self._weighed_until, "is_under_way": not self.is_done}
            WeighedWords.objects.update_or_create(accession=self.accession, defaults=until)
            if given:
                # A message that is lost costs time only: the sweep finds the lines.
                transaction.on_commit(wake, robust=True)
        return given

    def _weigh(self, now: datetime) -> None:
        self._weighed_until = now - _COMMITTED_LATER
        lines = files_of(self.accession)
        self._rows = _rows_with_files(self.accession, lines)
        waiting = DeliveredSidecar.objects.filter(WAITING, accession=self.accession).order_by("pk")
        of_news = Q(pk__in=DeliveredNewsItem.objects.values("sidecar"))
        self._news = list(waiting.filter(of_news).values_list("pk", flat=True))
        self._brought = lines_with_sidecars(self.accession) if self._news else {}
        self._sidecars = list(waiting.exclude(of_news).values_list("pk", flat=True))
        self._by_name = _by_name(lines)

    def _give(self, now: datetime, most: int) -> int:
        """Give what comes next, up to so many, and take what was looked at out of what is left."""
        some, self._rows = self._rows[:most], self._rows[most:]
        given = _give_rows(dict(some), now)
        while self._news and given < most:
            given += give_news_document(self._news.pop(0), self._by_name, self._brought, now)
        remarks: list[Remark] = []
        while self._sidecars and given < most:
            given += _give_sidecar(self._sidecars.pop(0), self._by_name, now, remarks)
        record_remarks(self.accession, remarks)
        return given


def give_due(*, is_enough: Callable[[], bool] = lambda: False) -> int:
    """
    Give some of what waits in each accession where words or files came since it was weighed last, or where more were
    found than are given at once; return how many got theirs.

    Who was killed before that, or had no worker for days, left nothing behind: what was weighed stands in a row.

    :param is_enough: once it says yes, the accessions that are left wait for another call
    """
    read = AccessionLine.objects.files().filter(
        accession=OuterRef("pk"), finished_at__gte=OuterRef("weighed_words__weighed_until")
    )
    since = {"accession": OuterRef("pk"), "received_at__gte": OuterRef("weighed_words__weighed_until")}
    came = Exists(DeliveredList.objects.filter(**since)) | Exists(DeliveredSidecar.objects.filter(**since))
    rows = DeliveredRow.objects.filter(WAITING, captions_list__accession=OuterRef("pk"))
    sidecars = DeliveredSidecar.objects.filter(WAITING, accession=OuterRef("pk"))
    waiting = Accession.objects.filter(
        Exists(rows) | Exists(sidecars),
        Q(weighed_words=None) | Q(weighed_words__is_under_way=True) | Exists(read) | came,
    )
    accessions = list(dict.fromkeys([*waiting.order_by("pk"), *waiting_with_known_items()]))
    # In another order each time, or none of the last would ever have its turn where time is short.
    random.shuffle(accessions)
    return sum(_give_on(accession, is_enough=is_enough) for accession in accessions if not is_enough())


def _rows_with_files(accession: Accession, lines: list[AccessionLine]) -> list[tuple[int, AccessionLine]]:
    """Return the keys of the rows that wait and are of one of these files, the earliest first, each with its file."""
    files = [Delivered(path_of(line), line.size_bytes) for line in lines]
    found: list[tuple[int, AccessionLine]] = []
    for captions in waiting_lists(accession) if lines else ():
        matched, _told = _matched(files, captions, accession)
        by_row = {int(file.stated[ROW]): line for file, line in zip(matched, lines, strict=True) if file.stated}
        found += sorted(by_row.items())
    return found


def _give_rows(by_row: dict[int, AccessionLine], now: datetime) -> int:
    rows = DeliveredRow.objects.filter(WAITING, pk__in=by_row).select_related("captions_list__received_by")
    some = list(rows.defer("captions_list__content").order_by("pk"))
    words = [Words(by_row[row.pk], str(row), by=row.captions_list.received_by, stated=row.stated) for row in some]
    for row, line in zip(some, lines_of_words(words, at=now), strict=True):
        row.line = line
    DeliveredRow.objects.bulk_update(some, ["line"], batch_size=500)
    return len(some)


def _by_name(lines: list[AccessionLine]) -> dict[str, list[AccessionLine]]:
    """Return files by their names, whole and without what follows the last point."""
    by_name: dict[str, list[AccessionLine]] = {}
    for line in lines:
        name = fold_path(path_of(line)).rpartition("/")[2]
        for key in {name, name.rpartition(".")[0] or name}:
            by_name.setdefault(key, []).append(line)
    return by_name


def _give_sidecar(key: int, by_name: dict[str, list[AccessionLine]], now: datetime, remarks: list[Remark]) -> int:
    """Give a sidecar to the picture near it, where one alone is; return how many got theirs, one or none."""
    waiting = DeliveredSidecar.objects.filter(WAITING, pk=key).select_related("received_by")
    if (sidecar := waiting.defer("content").first()) is None:
        return 0
    name = fold_path(sidecar.name).rpartition("/")[2]
    near = next(filter(None, files_near(sidecar.name, by_name.get(name[: -len(".xmp")], []))), None)
    if not near:
        return 0
    line, why_not = _picture_of(sidecar.name, near)
    if line is None:
        DeliveredSidecar.objects.filter(pk=sidecar.pk).update(why_not=why_not)
        return 0
    words = Words(line, sidecar.name, by=sidecar.received_by, way=sidecar.came_by, sidecar=bytes(sidecar.content))
    DeliveredSidecar.objects.filter(pk=sidecar.pk).update(line=lines_of_words([words], at=now)[0])
    remarks += told_by_name(sidecar.name, [line])
    return 1


def _picture_of(name: str, near: list[AccessionLine]) -> tuple[AccessionLine | None, str]:
    """Return the picture of a sidecar: by its path, or else by its name where one file alone has that."""
    for written in (lambda path: path, lambda path: path.rpartition("/")[2]):
        by_path = {}
        for line in near:
            by_path.setdefault(written(path_of(line)), []).append(line)
        pairing = pair([*by_path, written(name)])
        for path in pairing.sidecar_of:
            if len(by_path[path]) == 1:
                return by_path[path][0], ""
    listed = ", ".join(path_of(line) for line in near[:3]) + (", …" if len(near) > 3 else "")
    why_not = f"It may belong to any of {len(near)} files ({listed}) and was given to none."
    return None, f"{why_not} Send it with its picture."
