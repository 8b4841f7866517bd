"""
What each process knows of all fingerprints: the files of this machine's picture index, mapped, and what is newer than
they, read from the database. Without files all is read.

The rows are the truth; their revisions say what is new. Several processes add at the same time without knowing of each
other: each reads on from the last revision it has seen, and none can appear before that one.
"""

import logging
import threading
from collections import Counter
from dataclasses import asdict
from typing import Any
from uuid import UUID

from archive.matching import picture_index_folder as folder
from archive.matching.array_file import ArrayFile, Damaged
from archive.matching.compare_pictures import Traits
from archive.matching.feature_index import WordIndex
from archive.matching.fingerprints import POSSIBLE_DISTANCE
from archive.matching.index_parts import FEATURES, PRINTS, Part, feature_codes, print_codes
from archive.matching.models import Fingerprint, RevisionHead
from archive.matching.pdq_index import PdqIndex, codes_of
from archive.matching.picture_index_folder import CURRENT, Known

logger = logging.getLogger(__name__)

# So many files, the nearest by fingerprint; the rest of what is held in a hundred copies is reached through these.
MOST_NEAR = 40
# And so many that share most details.
MOST_ALIKE = 20
# A clip has many stills that are nearly the same: so many of them, lest it crowd out the other files.
MOST_OF_ONE = 20
# So many are ranked in all, before they are thinned.
_RANKED = 400


class Held:
    """What is held, by revision. Threads of a process share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._epoch: UUID | None = None
        self._refused = ""
        self._opened: dict[str, tuple[ArrayFile, Any]] = {}
        self._begin(None)

    def __len__(self) -> int:
        return len(self._prints)

    @property
    def size_bytes(self) -> int:
        """How much memory it takes of this process alone."""
        return self._prints.size_bytes + self._words.size_bytes

    def candidates(self, traits: Traits) -> list[int]:
        """
        Return the revisions of what may show the same picture, after catching up with the database.

        A revision that is gone from the database meanwhile, its fingerprint made again under another, is left out.
        """
        with self._lock:
            self._catch_up()
            try:
                nearest, alike = self._look_up(traits)
            except (IndexError, ValueError) as problem:
                if not self._opened:
                    raise
                logger.error("The picture index does not hold, the database is read instead: %s", problem)
                folder.doubt()
                self._refused = self._known.mark if self._known else ""
                self._begin(None)
                self._catch_up()
                nearest, alike = self._look_up(traits)
        files = dict(Fingerprint.objects.filter(revision__in={*nearest, *alike}).values_list("revision", "media_file"))
        return list(dict.fromkeys([*_thinned(nearest, files, MOST_NEAR), *_thinned(alike, files, MOST_ALIKE)]))

    def _look_up(self, traits: Traits) -> tuple[list[int], list[int]]:
        near: dict[int, int] = {}
        if traits.print and traits.print.is_matchable:
            for code in codes_of([traits.print.pdq, traits.print.pdq_mirrored]):
                for revision, distance in self._prints.within(code, POSSIBLE_DISTANCE).items():
                    near[revision] = min(distance, near.get(revision, distance))
        nearest = sorted(near, key=lambda revision: (near[revision], revision))[:_RANKED]
        alike: list[int] = []
        if traits.features and traits.features.is_matchable:
            alike = [candidate.key for candidate in self._words.candidates(traits.features, limit=_RANKED)]
        return nearest, alike

    def _catch_up(self) -> None:
        head = RevisionHead.objects.filter(pk=1).first()
        index = self._usable(head)
        is_same = head is not None and head.epoch == self._epoch and head.last >= self._seen
        if not is_same or index != self._known or any(file.is_cut() for file, _ in self._opened.values()):
            # Another database than before, restored from a backup or emptied; or other files.
            while not self._begin(index) and (now := self._usable(head)) != index:
                index = now
        if head is None:
            return
        self._epoch = head.epoch
        for rows in PRINTS.read(after=self._prints_to, to=head.last):
            self._prints.add([row.revision for row in rows], print_codes(rows))
        for rows in FEATURES.read(after=self._features_to, to=head.last):
            self._words.add_codes(feature_codes(rows))
        self._seen = head.last
        self._prints_to, self._features_to = max(self._prints_to, head.last), max(self._features_to, head.last)

    def _usable(self, head: RevisionHead | None) -> Known | None:
        """Return the index that holds most: what is mapped goes on answering where its files are deleted."""
        possible = folder.usable(folder.known(CURRENT), self._known, head=head)
        possible = [index for index in possible if index.mark != self._refused]
        return max(possible, key=lambda index: index.reached, default=None)

    def _begin(self, index: Known | None) -> bool:
        """Map the files of an index, up to one that cannot be read; say whether all could."""
        self._known, self._seen = index, 0
        before, self._opened = self._opened, {}
        prints, self._prints_to, has_all_prints = self._mapped(PRINTS, index, before)
        shelves, self._features_to, has_all_features = self._mapped(FEATURES, index, before)
        self._prints, self._words = PdqIndex(prints), WordIndex(shelves)
        return has_all_prints and has_all_features

    def _mapped(
        self, part: Part, index: Known | None, before: dict[str, tuple[ArrayFile, Any]]
    ) -> tuple[list[Any], int, bool]:
        mapped: list[Any] = []
        to = 0
        for stretch in getattr(index, part.name, ()):
            file, opened = before.get(stretch.name, (None, None))
            if file is None or file.is_cut():
                try:
                    file = ArrayFile(folder.root() / stretch.name)
                    if file.about != asdict(stretch):
                        raise Damaged("it is another file")
                except (OSError, Damaged) as problem:
                    logger.error("A file of the picture index is not used, the database is read instead: %s", problem)
                    folder.doubt()
                    return mapped, to, False
                opened = part.opened(**file.arrays)
            self._opened[stretch.name] = file, opened
            mapped.append(opened)
            to = stretch.to
        return mapped, getattr(index, f"{part.name}_to", 0), True


def _thinned(ranked: list[int], files: dict[int, int], most_files: int) -> list[int]:
    """Keep the first of each file, in their order, until there are enough files."""
    kept: list[int] = []
    of_file: Counter[int] = Counter()
    for revision in ranked:
        file = files.get(revision)
        if file is None or of_file[file] == MOST_OF_ONE:
            continue
        if file not in of_file and len(of_file) == most_files:
            break
        of_file[file] += 1
        kept.append(revision)
    return kept


fingerprint_index = Held()
