"""
Ask the index: who may use it, and when it is too old to.

What it tells may be as old as `MOST_BEHIND_SECONDS`; to somebody who has just changed something themself it is as new
as the database, or it does not answer.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Subquery
from django.utils import timezone

from archive.catalogue.audiences import Audience
from archive.item_index import changes, folder
from archive.item_index.fields import FOLDERS, FORMAT, IndexFailed, Refused, guarded
from archive.item_index.folder import CURRENT, Known, Report
from archive.item_index.keep_index import open_index
from archive.ledger.models import LedgerEntry

if TYPE_CHECKING:
    import tantivy

logger = logging.getLogger(__name__)

MOST_BEHIND_SECONDS = 5.0
WAIT_SECONDS = 0.3
# Longer ago than this, what somebody did is in the index, or the index is too old for everybody.
_JUST_NOW = timedelta(seconds=2 * MOST_BEHIND_SECONDS)
# So many entries stand behind the last act of somebody at most; more are not written in ten seconds.
_ENTRIES = 1000
_LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Asked:
    """
    The index of an audience, to be asked.

    :param is_moving: places were moved, and not all of their items are written anew yet: what the index has of where
        places are, and how deep in their tree, may be old; all else is not
    """

    searcher: "tantivy.Searcher"
    is_moving: bool = False


class _Opened:
    """The indexes that this process has open, for all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder = ""
        self._indexes: dict[Audience, tuple[int, tantivy.Index]] = {}

    def searcher(self, known: Known, audience: Audience) -> "tantivy.Searcher":
        with self._lock, guarded():
            if self._folder != known.folder:
                self._folder, self._indexes = known.folder, {}
            commits, index = self._indexes.get(audience, (-1, None))
            if index is None:
                index = open_index(folder.root() / known.folder / FOLDERS[audience])
            elif commits != known.commits:
                index.reload()
            self._indexes[audience] = (known.commits, index)
            return index.searcher()

    def close(self) -> None:
        with self._lock:
            self._folder, self._indexes = "", {}


_opened = _Opened()


def opened(audience: Audience, *, for_user: object) -> Asked | None:
    """
    Return the index of an audience; None where there is none, or none that may be used: SQL answers.

    :param for_user: where they changed something just now, what is committed is waited for, 0.3 s at most
    """
    if folder.known(CURRENT) is None:
        return None
    must_be_new = _has_just_acted(for_user)
    known = _usable(must_be_new=must_be_new)
    while known:
        try:
            return Asked(_opened.searcher(known, audience), known.moved > 0)
        except IndexFailed as problem:
            now = folder.known(CURRENT)
            if now and now.folder == known.folder:
                tell_failure(problem)
                return None
            # Another one took its place just now, and its folder is gone.
            known = _usable(must_be_new=must_be_new)
    return None


def _has_just_acted(user: object) -> bool:
    """Say whether the ledger's last entries tell of an act of this person, a moment ago; one query."""
    if not getattr(user, "is_authenticated", False):
        return False
    last = Subquery(LedgerEntry.objects.order_by("-sequence").values("sequence")[:1])
    own = LedgerEntry.objects.filter(sequence__gt=last - _ENTRIES, actor=user.get_username())
    return own.filter(occurred_at__gte=timezone.now() - _JUST_NOW).exists()


def _usable(*, must_be_new: bool) -> Known | None:
    until = time.monotonic() + WAIT_SECONDS
    while (known := folder.known(CURRENT)) and known.format == FORMAT:
        if not must_be_new and 0 <= time.time() - known.read_at <= MOST_BEHIND_SECONDS:
            return known
        if not changes.is_behind(known.position):
            return known
        if not must_be_new or time.monotonic() >= until:
            return None
        time.sleep(_LOOK_SECONDS)
    return None


def tell_refusal(problem: Refused) -> None:
    """Tell the log that the engine did not take a question; nothing is wrong with the index."""
    logger.warning("The index of items refused a question, SQL answered it: %s", problem)


def tell_failure(problem: IndexFailed) -> None:
    """Tell the log, the status page and the process that writes that the index did not answer."""
    logger.error("The index of items did not answer, SQL did: %s", problem)
    known = folder.known(CURRENT)
    _opened.close()
    try:
        folder.report(Report(known.folder if known else "", time.time(), str(problem)[:500]))
    except OSError as full:
        logger.warning("That could not be noted: %s", full)
