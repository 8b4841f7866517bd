"""
Write the picture index of this machine: make files of what the database holds, and take in what is new.

One process of a machine does it, `manage.py keep_index`. A file is written whole, then named in `current.json`: killed
at any moment, it leaves what was named before. What is new waits for more of its kind, and is written together with the
last files that are no longer much larger: there are few of them, and each fingerprint is written seldom.
"""

import errno
import logging
import shutil
import time
from collections.abc import Generator, Sequence
from dataclasses import asdict, replace
from uuid import uuid4

from django.db import transaction

from archive.matching import picture_index_folder as folder
from archive.matching.array_file import ArrayFile, ArrayWriter, Damaged, check
from archive.matching.index_parts import PARTS, Part
from archive.matching.make_fingerprints import VERSION
from archive.matching.models import PictureIndexMark, RevisionHead
from archive.matching.picture_index_folder import CURRENT, DOUBTED, FORMAT, NEXT, WANTED, Known, Stretch

logger = logging.getLogger(__name__)

# So many that are new are written at once; each process reads them from the database until then …
SETTLE = 500
# … and fewer once they have waited so long.
SETTLE_SECONDS = 30.0
_LOOK_SECONDS = 1.0
_THIN_SECONDS = 3600.0
# A file is written anew where fewer of its fingerprints are left.
_LEAST_LEFT = 0.75
# A cache fills no disk: the database may stand on it.
_LEAST_FREE_BYTES = 256_000_000
# More than all machines in use write before the slowest of them writes again.
_MARKS_KEPT = 1000

Job = Generator[None, None, None]


class OtherHistory(Exception):
    """The database is another one than when the index was begun, or was restored meanwhile."""


class PictureKeeper:
    """The one writer of the picture index of this machine; `step` again and again, while `folder.locked()` is held."""

    def __init__(self) -> None:
        self._job: Job | None = None
        self._looked_at = -_LOOK_SECONDS
        self._waits_since: float | None = None
        self._thinned_at = time.monotonic()
        self._checked: set[str] = set()
        self._drop_leftovers()

    def step(self) -> bool:
        """
        Do a little of what there is to do; say whether there was anything.

        :raises OSError: a file could not be written; nothing is lost, and `step` may be called again
        """
        if self._job is None:
            if time.monotonic() - self._looked_at < _LOOK_SECONDS:
                return False
            self._job = self._next_job()
            if self._job is None:
                self._looked_at = time.monotonic()
                return False
        try:
            next(self._job)
        except StopIteration:
            self._job = None
        except OtherHistory:
            self._job = None
            logger.warning("The database was restored while the picture index was written: it is made anew.")
        except BaseException:
            self._job = None
            raise
        return True

    def begin_anew(self) -> None:
        """Begin to make the index anew, beside the one that answers; one that is being made is given up."""
        if head := RevisionHead.objects.filter(pk=1).first():
            self._begin(NEXT, head)
        folder.forget(WANTED)

    def _next_job(self) -> Job | None:
        if (folder.root() / WANTED).exists():
            self.begin_anew()
        head = RevisionHead.objects.filter(pk=1).first()
        for name in (NEXT, CURRENT):
            index = folder.known(name)
            if index and not folder.usable(index, head=head):
                logger.warning("The picture index is of another format, version or database: it is made anew.")
                folder.forget(name)
        if head is None:
            return None
        if folder.known(CURRENT) is None:
            self._begin(CURRENT, head)
        return self._mend() or self._take_in(head) or self._thin()

    def _begin(self, name: str, head: RevisionHead) -> None:
        # Before anything is read: a database without this row later on is not the one that was read.
        mark = PictureIndexMark.objects.create(mark=uuid4().hex).mark
        folder.note(name, Known(FORMAT, VERSION, str(head.epoch), mark))
        self._drop_leftovers()

    def _mend(self) -> Job | None:
        """Write anew each file that is missing, was cut, or of which the checksum does not hold."""
        index = folder.known(CURRENT)
        if (folder.root() / DOUBTED).exists():
            folder.forget(DOUBTED)
            self._checked.clear()
        for part in PARTS:
            for stretch in getattr(index, part.name):
                try:
                    is_other = ArrayFile(folder.root() / stretch.name).about != asdict(stretch)
                except (FileNotFoundError, Damaged):
                    is_other = True
                if is_other or stretch.name not in self._checked:
                    return self._check(part, stretch, is_other=is_other)
        return None

    def _check(self, part: Part, stretch: Stretch, *, is_other: bool) -> Job:
        try:
            if not is_other:
                yield from check(folder.root() / stretch.name)
        except (FileNotFoundError, Damaged) as problem:
            logger.error("A file of the picture index does not hold, %s: it is written anew.", problem)
            is_other = True
        # Where it cannot be written anew it is looked at again, and not believed from then on.
        if is_other:
            yield from self._write(CURRENT, part, stretch.after, stretch.to, [stretch])
        else:
            self._checked.add(stretch.name)

    def _take_in(self, head: RevisionHead) -> Job | None:
        """Write what is new, if it is enough or has waited. An index made anew takes its place once it is whole."""
        begun, current = folder.known(NEXT), folder.known(CURRENT)
        name, index = (NEXT, begun) if begun else (CURRENT, current)
        behind = head.last - index.reached
        # While pictures keep coming there may always be some more.
        is_whole = behind <= 0 or (behind < SETTLE and 0 < current.reached <= index.reached)
        if begun and is_whole:
            folder.note(CURRENT, begun)
            folder.forget(NEXT)
            self._drop_leftovers()
            return None
        if behind <= 0:
            self._waits_since = None
            return None
        if self._waits_since is None:
            self._waits_since = time.monotonic()
        if behind < SETTLE and not begun and time.monotonic() - self._waits_since < SETTLE_SECONDS:
            return None
        self._waits_since = None
        return self._append(name, index, head.last)

    def _append(self, name: str, index: Known, last: int) -> Job:
        """Write of each part what is new, as much as makes a file full."""
        for part in PARTS:
            after = getattr(index, f"{part.name}_to")
            new = part.rows(after=after, to=last).values_list("revision", flat=True)
            [to] = new[part.most - 1 : part.most] or [last]
            number, merged = part.rows(after=after, to=to).count(), []
            for stretch in reversed(getattr(index, part.name)):
                if stretch.count >= 2 * number or stretch.count + number > part.most:
                    break
                merged.append(stretch)
                number, after = number + stretch.count, stretch.after
            yield from self._write(name, part, after, to, merged)

    def _thin(self) -> Job | None:
        if time.monotonic() - self._thinned_at < _THIN_SECONDS:
            return None
        self._thinned_at = time.monotonic()
        return self._write_thin_ones()

    def _write_thin_ones(self) -> Job:
        """Write those anew of which much is gone from the database: what is gone would crowd out what is there."""
        for part in PARTS:
            for stretch in getattr(folder.known(CURRENT), part.name):
                if part.rows(after=stretch.after, to=stretch.to).count() < _LEAST_LEFT * stretch.count:
                    yield from self._write(CURRENT, part, stretch.after, stretch.to, [stretch])
                yield

    def _write(self, name: str, part: Part, after: int, to: int, replaced: Sequence[Stretch]) -> Job:
        """Write the file of a stretch, in the place of those that it was in before."""
        needed = part.rows(after=after, to=to).count() * part.bytes_each
        if shutil.disk_usage(folder.root()).free - needed < _LEAST_FREE_BYTES:
            raise OSError(errno.ENOSPC, f"there is no room for {needed // 1_000_000} MB more", str(folder.root()))
        path = folder.root() / uuid4().hex
        writer = ArrayWriter(path)
        try:
            count = yield from part.write(writer, part.read(after=after, to=to))
            stretch = Stretch(path.name, after, to, count)
            if count:
                writer.finish(asdict(stretch))
            self._note(name, part, stretch, replaced)
        except BaseException:
            writer.give_up()
            raise
        if count:
            self._checked.add(path.name)
        else:
            writer.give_up()
        self._drop_leftovers()

    def _note(self, name: str, part: Part, stretch: Stretch, replaced: Sequence[Stretch]) -> None:
        index = folder.known(name)
        with transaction.atomic():
            if index is None or not folder.usable(index, head=RevisionHead.objects.filter(pk=1).first()):
                raise OtherHistory
            mark = PictureIndexMark.objects.create(mark=uuid4().hex)
            PictureIndexMark.objects.filter(pk__lte=mark.pk - _MARKS_KEPT).delete()
        kept = [other for other in getattr(index, part.name) if other not in replaced]
        kept = sorted([*kept, *([stretch] if stretch.count else [])], key=lambda stretch: stretch.to)
        to = max(stretch.to, getattr(index, f"{part.name}_to"))
        folder.note(name, replace(index, mark=mark.mark, **{part.name: tuple(kept), f"{part.name}_to": to}))

    def _drop_leftovers(self) -> None:
        """Remove the files that nothing names: replaced, or left by a process that was killed."""
        indexes = [index for name in (CURRENT, NEXT) if (index := folder.known(name))]
        named = {stretch.name for index in indexes for stretch in index.stretches}
        for path in folder.root().glob("?" * 32):
            if path.name not in named:
                path.unlink(missing_ok=True)
