"""
Write the index: take in what changed, and make it anew where there is none, or one of another format or history.

One process of a machine does it, `manage.py keep_index`. It may be killed at any moment: what the engine has committed
stays, and what it had not is read again from the changes.
"""

import json
import logging
import re
import shutil
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from archive.catalogue.models import Item, ItemPlace
from archive.item_index import changes, folder
from archive.item_index.documents import documents
from archive.item_index.fields import FOLDERS, FORMAT, IndexFailed, guarded, schema
from archive.item_index.folder import CURRENT, NEXT, REPORTED, WANTED, Known, Moved
from archive.item_index.makers import COLLECT_AFTER, Document, Makers, number_of_makers
from archive.standards.garbage_collection import collecting_after

if TYPE_CHECKING:
    import tantivy

logger = logging.getLogger(__name__)

_AT_ONCE = 1000
# While the index is made: a commit writes a segment, and many small ones are merged over and over.
_COMMIT_EVERY = 20_000
# Meanwhile the index that answers is to follow: what it tells may be five seconds old.
_LOOK_EVERY_SECONDS = 1.0
_HEAP_BYTES = 60_000_000
# Of a number in JSON the engine reads some fifteen digits exactly; a position that somebody wrote may have more.
_MANY_DIGITS = re.compile(r"\.\d{13}")
# With fewer items to go, other processes that help would not be worth starting.
_HELPED_FROM = 20_000
# The least that the engine takes; who follows writes a few items at a time, for weeks.
_SMALL_HEAP_BYTES = 15_000_000
# Items led to places that were moved are written at once, up to so many; more are, so many at a time, between all else.
_FEW_ITEMS = 2000
# So many items are looked through at a time for those that are led to such places.
_LOOKED_THROUGH = 20_000
# With more places, the database is not asked for each.
_FEW_PLACES = 500
# What is known is written again this often, where nothing changed: a page sees that somebody keeps the index.
_BEAT_SECONDS = 0.5
_PRUNE_SECONDS = 600


class Keeper:
    """
    The one writer of the index of this machine; `step` again and again.

    Made while `folder.locked()` is held, and closed before that is let go.
    """

    def __init__(self) -> None:
        self._writers: dict[str, _Writer] = {}
        self._made: dict[str, Generator[tuple[list[int], Iterable[Document]]]] = {}
        # By the folder, what its writer holds uncommitted: up to which item, and how many.
        self._uncommitted: dict[str, tuple[int, int]] = {}
        # Folders in which nothing was written but by the writer that is open.
        self._begun_here: set[str] = set()
        self._pruned_at = 0.0
        self._looked_at: folder.Report | None = None
        self._drop_leftovers()

    @property
    def is_building(self) -> bool:
        return folder.known(NEXT) is not None

    def step(self) -> bool:
        """
        Take in what changed, and make some of the next index if one is wanted; say whether there is more to do.

        :raises IndexFailed: the next index could not be written: it is given up, and `step` may be called again
        :raises OSError: what is known could not be noted: nothing is lost, and `step` may be called again
        """
        self._look_at_reports()
        if (folder.root() / WANTED).exists():
            self.begin_anew()
        current = folder.known(CURRENT)
        if current and current.format != FORMAT:
            logger.info("The index is of format %s, this is %s: it is made anew.", current.format, FORMAT)
            self._drop(current)
            current = None
        has_changed = self._follow(current) if current else False
        if (current := folder.known(CURRENT)) and current.moved:
            self._write_some_of_moved(current)
            has_changed = True
        if not self.is_building and folder.known(CURRENT) is None:
            self.begin_anew()
        is_built = self._build_some() if self.is_building else False
        if time.monotonic() - self._pruned_at > _PRUNE_SECONDS:
            self._pruned_at = time.monotonic()
            changes.prune()
        return has_changed or is_built

    def begin_anew(self) -> None:
        """Begin to make the index anew, beside the one that answers; one that is being made is given up."""
        if before := folder.known(NEXT):
            self._give_up(before)
        # First the position, then the items: what changes meanwhile is taken in twice, and never passed by.
        position = changes.newest()
        begun = Known(uuid4().hex, FORMAT, position, built_to=0, to_build=Item.objects.count())
        folder.note(NEXT, begun)
        # Last: who waits for this to be gone finds the next one there.
        folder.forget(WANTED)

    def close(self) -> None:
        """Let the engine finish its merges and give up its locks."""
        for name in list(self._writers):
            self._close(name)

    def _follow(self, current: Known) -> bool:
        """Take in what changed since; where nobody can tell, or the engine fails, the index is dropped."""
        began = time.time()
        try:
            items, places, position = changes.read_on(current.position)
            if places:
                led = _led_to(places)
                if len(led) <= _FEW_ITEMS:
                    items |= led
                else:
                    current = self._note_moved(current, places)
            if items:
                with self._writer(current.folder) as writer:
                    for some in _parts(sorted(items), _AT_ONCE):
                        writer.write(some, documents(some))
                    writer.commit()
            elif not places and began - current.read_at < _BEAT_SECONDS:
                return False
        except changes.OtherHistory:
            logger.warning("The index is of another history than the database, which was restored: it is made anew.")
            self._drop(current)
            return True
        except IndexFailed as problem:
            logger.error("The index could not be written and is made anew: %s", problem)
            self._drop(current)
            return True
        commits = current.commits + bool(items)
        folder.note(CURRENT, replace(current, position=position, read_at=began, commits=commits))
        return bool(items or places)

    def _note_moved(self, current: Known, places: set[int]) -> Known:
        """Note places whose items are many; what is returned is to be noted behind that."""
        before = folder.moved() if current.moved else None
        if current.moved and before is None:
            raise IndexFailed("nobody can tell any more which places were moved")
        moved = Moved(before.now, before.then | places) if before else Moved(frozenset(places), frozenset())
        folder.note_moved(moved)
        return replace(current, moved=len(moved.now | moved.then), moved_to=current.moved_to if before else 0)

    def _write_some_of_moved(self, current: Known) -> None:
        """Write some more of the items led to places that were moved; behind the last one, of those moved since."""
        moved = folder.moved()
        try:
            if moved is None:
                raise IndexFailed("nobody can tell any more which places were moved")
            last = current.moved_to
            if last == 0 and moved.then:
                moved = Moved(moved.now | moved.then, frozenset())
                folder.note_moved(moved)
            keys, end = _led_between(moved.now, last)
            if keys:
                with self._writer(current.folder) as writer:
                    writer.write(keys, documents(keys))
                    writer.commit()
        except IndexFailed as problem:
            logger.error("The index could not be written and is made anew: %s", problem)
            self._drop(current)
            return
        commits = current.commits + bool(keys)
        if end is not None:
            folder.note(CURRENT, replace(current, commits=commits, moved_to=end))
            return
        # First that it begins again, then with what: an end in between writes some items once more.
        folder.note(CURRENT, replace(current, commits=commits, moved=len(moved.then), moved_to=0))
        folder.note_moved(Moved(moved.then, frozenset()))

    def _build_some(self) -> bool:
        """Write some more items into the next index; behind the last one it becomes the one that answers."""
        begun = folder.known(NEXT)
        if begun is None or begun.format != FORMAT:
            self.begin_anew()
            return True
        last = begun.built_to or 0
        is_there = (folder.root() / begun.folder).exists()
        if last and not is_there:
            self.begin_anew()
            return True
        if not is_there:
            self._begun_here.add(begun.folder)
        # A process that was killed wrote items that are written again; of which there may be more by now.
        is_new = begun.folder in self._begun_here
        last, number = self._uncommitted.pop(begun.folder, (last, 0))
        is_whole, until = False, time.monotonic() + _LOOK_EVERY_SECONDS
        try:
            with self._writer(begun.folder, heap_bytes=_HEAP_BYTES) as writer, collecting_after(COLLECT_AFTER):
                if begun.folder not in self._made:
                    self._made[begun.folder] = _made_from(last, is_helped=begun.to_build - begun.built >= _HELPED_FROM)
                for keys, made in self._made[begun.folder]:
                    if keys:
                        writer.write(keys, made, is_new=is_new)
                        last, number = keys[-1], number + len(keys)
                    if number >= _COMMIT_EVERY:
                        break
                    if time.monotonic() >= until:
                        self._uncommitted[begun.folder] = last, number
                        return True
                else:
                    is_whole = True
                writer.commit()
            begun = replace(begun, built_to=last, built=begun.built + number, commits=begun.commits + 1)
            folder.note(NEXT, begun)
        except (IndexFailed, OSError):
            self._give_up(begun)
            raise
        if is_whole:
            self._take_up(begun)
        return True

    def _take_up(self, made: Known) -> None:
        before = folder.known(CURRENT)
        self._close(made.folder)
        # Old by the time it took to make it, until the next step has taken in what changed meanwhile.
        # Places that were moved are in it, or stand behind its position.
        folder.note(CURRENT, replace(made, built_to=None, read_at=0.0))
        folder.forget(NEXT)
        folder.forget(REPORTED)
        if before and before.folder != made.folder:
            self._remove(before.folder)

    def _give_up(self, begun: Known) -> None:
        folder.forget(NEXT)
        self._remove(begun.folder)

    def _look_at_reports(self) -> None:
        """Where a page told that the index did not answer, see whether it opens; if not, it is made anew."""
        report, current = folder.reported(), folder.known(CURRENT)
        if report is None or current is None or report == self._looked_at or report.folder != current.folder:
            return
        self._looked_at = report
        try:
            for name in FOLDERS.values():
                open_index(folder.root() / current.folder / name).searcher()
        except IndexFailed as problem:
            logger.error("The index is damaged and is made anew: %s", problem)
            self._drop(current)

    def _drop(self, current: Known) -> None:
        folder.forget(CURRENT)
        self._remove(current.folder)

    def _remove(self, name: str) -> None:
        self._close(name)
        shutil.rmtree(folder.root() / name, ignore_errors=True)

    def _close(self, name: str) -> None:
        self._uncommitted.pop(name, None)
        self._begun_here.discard(name)
        if made := self._made.pop(name, None):
            made.close()
        if writer := self._writers.pop(name, None):
            try:
                writer.close()
            except IndexFailed as problem:
                logger.warning("The index was not closed well: %s", problem)

    @contextmanager
    def _writer(self, name: str, *, heap_bytes: int = _SMALL_HEAP_BYTES) -> Iterator["_Writer"]:
        """Give the writer of a folder; one that failed is given up."""
        if name not in self._writers:
            self._writers[name] = _Writer(folder.root() / name, heap_bytes)
        try:
            yield self._writers[name]
        except BaseException:
            self._close(name)
            raise

    def _drop_leftovers(self) -> None:
        """Remove the folders that nobody names, left by a process that was killed."""
        current, begun = folder.known(CURRENT), folder.known(NEXT)
        if current and begun and current.folder == begun.folder:
            folder.forget(NEXT)
        named = {each.folder for each in (current, begun) if each}
        for path in folder.root().iterdir():
            if path.is_dir() and path.name not in named:
                shutil.rmtree(path, ignore_errors=True)


def open_index(path: Path):  # type: ignore[no-untyped-def]
    """
    Open one index of the engine.

    :raises IndexFailed: it is not there, is cut short, or has other fields
    """
    import tantivy

    with guarded():
        index = tantivy.Index(schema(), path=str(path))
        index.config_reader("manual", 0)
        index.reload()
        return index


class _Writer:
    """The engine's writers of the three indexes in a folder."""

    def __init__(self, path: Path, heap_bytes: int) -> None:
        with guarded():
            self._writers: dict[int, tantivy.IndexWriter] = {}
            for audience, name in FOLDERS.items():
                (path / name).mkdir(parents=True, exist_ok=True)
                self._writers[audience] = open_index(path / name).writer(heap_bytes, 1)

    def write(self, keys: Sequence[int], made: Iterable[Document], *, is_new: bool = False) -> None:
        """
        Write these items as they are now; one that is gone, or that an audience sees no more, is removed.

        :param made: their documents
        :param is_new: none of them is in the index
        """
        import tantivy

        with guarded():
            for writer in () if is_new else self._writers.values():
                for key in keys:
                    writer.delete_documents_by_term("id", key)
            for audience, document in made:
                if _MANY_DIGITS.search(document):
                    self._writers[audience].add_document(tantivy.Document.from_dict(json.loads(document)))
                else:
                    self._writers[audience].add_json(document)

    def commit(self) -> None:
        with guarded():
            for writer in self._writers.values():
                writer.commit()

    def close(self) -> None:
        with guarded():
            for writer in self._writers.values():
                writer.wait_merging_threads()


def _made_from(last: int, *, is_helped: bool) -> Generator[tuple[list[int], Iterable[Document]]]:
    """
    Yield the keys of the items behind one, a thousand at a time, and their documents; none while they are waited for.

    :param is_helped: by as many other processes as this machine has use for
    """
    makers = None
    if is_helped and (number := number_of_makers()):
        try:
            makers = Makers(number)
        except OSError as problem:
            logger.warning("No process could be begun that helps to make the index of items: %s", problem)
    if makers is None:
        for keys in _keys_from(last):
            yield keys, documents(keys)
        return
    try:
        for keys, made in makers.made(_keys_from(last)):
            yield keys, documents(keys) if made is None else made
    finally:
        makers.close()


def _keys_from(last: int) -> Iterator[list[int]]:
    while keys := list(Item.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
        yield keys
        last = keys[-1]


def _led_to(places: set[int]) -> set[int]:
    """Return the keys of the items linked to any of these places; where they are many, not all."""
    led: set[int] = set()
    for some in _parts(sorted(places), _FEW_PLACES):
        links = ItemPlace.objects.filter(place__in=some).order_by().values_list("item", flat=True).distinct()
        led.update(links[: _FEW_ITEMS + 1])
        if len(led) > _FEW_ITEMS:
            break
    return led


def _led_between(places: frozenset[int], last: int) -> tuple[list[int], int | None]:
    """
    Return the keys of some items linked to these places, which stand behind an item, in order; two queries.

    And the item up to which these are all; None where it was the last.
    """
    looked = list(Item.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_LOOKED_THROUGH])
    if not looked:
        return [], None
    links = ItemPlace.objects.filter(item__gte=looked[0], item__lte=looked[-1]).order_by()
    if len(places) <= _FEW_PLACES:
        keys = sorted(set(links.filter(place__in=places).values_list("item", flat=True)))
    else:
        keys = sorted({item for item, place in links.values_list("item", "place") if place in places})
    if len(keys) > _FEW_ITEMS:
        return keys[:_FEW_ITEMS], keys[_FEW_ITEMS - 1]
    return keys, looked[-1] if len(looked) == _LOOKED_THROUGH else None


def _parts(keys: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
