"""
Make the exports that were asked for: the payload is written, sealed, packed, and kept in the store for a while.

The row is leased and the lease renewed while the worker lives; who lost it meanwhile records nothing.
"""

import logging
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from archive.accounts.permissions import may
from archive.catalogue.audiences import audience_of
from archive.catalogue.models import Item
from archive.exports.models import LEASE, LONGEST_WAIT, Export
from archive.files.outside_faults import is_outside_fault, sentence_of
from archive.files.room import check_room
from archive.ledger.not_done import NotDone

logger = logging.getLogger(__name__)

DESK = "export-"
MOST_ATTEMPTS = 3
NOT_FORESEEN = "Making it failed in a way that was not foreseen. Ask an administrator to look at the log."
LOST = f"Its worker ended {MOST_ATTEMPTS} times while it was made. Export fewer items at once."
_BEAT_SECONDS = 2
# No export takes so long.
_LEFT_AFTER = timedelta(days=1)


def make_due() -> int:
    """Make every export that is due, one after the other; return how many were tried."""
    number = 0
    while asked := _take(timezone.now()):
        number += 1
        _make(asked)
    return number


@transaction.atomic
def _take(now: datetime) -> Export | None:
    """Lease the next one that is due; one whose workers ended again and again is given up."""
    due = Export.objects.due(now).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    for asked in due[: MOST_ATTEMPTS + 1]:
        if asked.state == Export.State.WORKING and asked.attempts >= MOST_ATTEMPTS:
            _end(asked, Export.State.FAILED, reason=LOST)
            continue
        asked.state, asked.attempts, asked.items_done = Export.State.WORKING, asked.attempts + 1, 0
        asked.leased_until, asked.reason = now + LEASE, ""
        asked.save(update_fields=["state", "attempts", "items_done", "leased_until", "reason"])
        return asked
    return None


def _make(asked: Export) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix=DESK, dir=settings.SPOOL_ROOT) as desk, _beating(asked):
            _write(asked, Path(desk))
    except NotDone as problem:
        _end(asked, Export.State.FAILED, reason=str(problem))
    except Exception as problem:
        if is_outside_fault(problem):
            _put_off(asked, f"{sentence_of(problem)}.")
            return
        logger.exception("export %s was not made", asked.pk)
        _end(asked, Export.State.FAILED, reason=NOT_FORESEEN)


def _write(asked: Export, desk: Path) -> None:
    from archive.exports.write_bag import Choice, export  # with Pillow and lxml: for who makes one alone

    reader, read_at = asked.asked_by, timezone.now()
    if not may(reader, "exports.add_export"):
        raise NotDone("Whoever asked for this may not export any more.")
    # What was restricted since it was asked for is left out, as it is of every list.
    items = Item.objects.visible_to(reader).filter(pk__in=asked.item_keys)
    keys = list(items.order_by("pk").values_list("pk", flat=True))
    if not keys:
        raise NotDone("None of these items is open to you any more.")
    # The bytes lie on the disk twice for a moment: packed, and in the store.
    check_room(2 * (items.aggregate(total=Sum("media_file__size_bytes"))["total"] or 0))

    def tell(number: int) -> None:
        asked.items_done = number

    choice = Choice(distressing=asked.with_distressing)
    sealed = export(keys, desk / "bag", reader=reader, by=reader, choice=choice, on_progress=tell).sealed
    packed = desk / "bag.zip"
    _pack(desk / "bag", packed, below=bag_name(asked))
    with packed.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        file.seek(0)
        stored = _keep(f"{sealed.bag}.zip", file)
    is_ours = _end(
        asked,
        Export.State.DONE,
        audience=audience_of(reader).value,
        item_count=len(keys),
        items_done=len(keys),
        read_at=read_at,
        bag=sealed.bag,
        sequence=sealed.sequence,
        storage_path=stored,
        size_bytes=packed.stat().st_size,
        message_digest=digest,
    )
    if not is_ours:
        storages["exports"].delete(stored)


def _keep(name: str, file: BinaryIO) -> str:
    """Put a bag into the store, and leave nothing there of one that does not come whole: it would fill the disk."""
    try:
        return storages["exports"].save(name, File(file))
    except BaseException:
        with suppress(Exception):
            storages["exports"].delete(name)
        raise


def bag_name(asked: Export) -> str:
    """Return what the bag is called where it is unpacked."""
    return f"strandline-export-{asked.pk}"


def _pack(folder: Path, packed: Path, *, below: str) -> None:
    """Pack a folder without compressing it: pictures are compressed already; each file goes once it is packed."""
    with zipfile.ZipFile(packed, "x", zipfile.ZIP_STORED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, f"{below}/{path.relative_to(folder).as_posix()}")
            path.unlink()


def _ours(asked: Export) -> QuerySet[Export]:
    """Return the row as long as no other worker has taken it up."""
    return Export.objects.filter(pk=asked.pk, state=Export.State.WORKING, attempts=asked.attempts)


def _end(asked: Export, state: str, **facts: object) -> bool:
    """Record how it ended, and return whether it was ours to end."""
    return bool(_ours(asked).update(state=state, finished_at=timezone.now(), leased_until=None, **facts))


def _put_off(asked: Export, reason: str) -> None:
    """Let it wait for what will pass, whose tries are not counted against it."""
    logger.warning("export %s is put off: %s", asked.pk, reason)
    wait = min(timedelta(seconds=20 * 2 ** min(asked.attempts, 10)), LONGEST_WAIT)
    _ours(asked).update(state=Export.State.WAITING, reason=reason, not_before=timezone.now() + wait, leased_until=None)


@contextmanager
def _beating(asked: Export) -> Iterator[None]:
    """Renew the lease and record the progress meanwhile, on a connection of its own: this one reads one moment."""
    is_over = threading.Event()

    def beat() -> None:
        try:
            while not is_over.wait(_BEAT_SECONDS):
                # A fault passes, or the lease runs out and another worker takes it up.
                with suppress(Exception):
                    _ours(asked).update(items_done=asked.items_done, leased_until=timezone.now() + LEASE)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def remove_expired(*, now: datetime) -> int:
    """Remove the bags that were kept for long enough, and what killed workers left; return how many bags."""
    since = now - timedelta(days=settings.EXPORTS_KEEP_DAYS)
    expired = list(Export.objects.filter(state=Export.State.DONE, finished_at__lt=since))
    for done in expired:
        storages["exports"].delete(done.storage_path)
        Export.objects.filter(pk=done.pk).update(state=Export.State.EXPIRED)
    _remove_left(now - _LEFT_AFTER)
    return len(expired)


def _remove_left(before: datetime) -> None:
    """Remove desks, and bags in the store that no export names, of workers that were killed."""
    for desk in Path(settings.SPOOL_ROOT).glob(f"{DESK}*"):
        with suppress(FileNotFoundError):
            if desk.stat().st_mtime < before.timestamp():
                shutil.rmtree(desk, ignore_errors=True)
    store = storages["exports"]
    with suppress(FileNotFoundError):  # nothing was ever kept, or another worker removes the same
        named = set(Export.objects.filter(state=Export.State.DONE).values_list("storage_path", flat=True))
        for name in store.listdir("")[1]:
            if name not in named and store.get_modified_time(name) < before:
                store.delete(name)
