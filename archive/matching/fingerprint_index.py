"""
The index that each process holds in memory over all fingerprints, rebuilt from the database and caught up from it.

The rows are the truth; their revisions say what is new. Several processes add at the same time without knowing of each
other: each reads on from the last revision it has seen, and none can appear before that one.
"""

import threading
from collections import Counter
from uuid import UUID

from archive.matching.compare_pictures import Traits
from archive.matching.feature_index import WordIndex
from archive.matching.features import Features
from archive.matching.fingerprints import POSSIBLE_DISTANCE
from archive.matching.make_fingerprints import VERSION
from archive.matching.models import Fingerprint, RevisionHead
from archive.matching.pdq_index import PdqIndex, codes_of

# Rows are read in parts of so many: a print takes 32 bytes, the features of a picture some kilobytes.
PRINTS_AT_ONCE = 50_000
FEATURES_AT_ONCE = 1_000
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
        self._forget()

    def _forget(self) -> None:
        self._prints, self._words, self._seen = PdqIndex(), WordIndex(), 0

    def __len__(self) -> int:
        return len(self._prints)

    @property
    def size_bytes(self) -> int:
        """How much memory it takes."""
        return self._prints.size_bytes + self._words.size_bytes

    def candidates(self, traits: Traits) -> list[int]:
        """
        Return the revisions of what may show the same picture, after catching up with the database.

        A revision that is gone from the database meanwhile, its fingerprint made again under another, is left out.
        """
        with self._lock:
            self._catch_up()
            near: dict[int, int] = {}
            if traits.print and traits.print.is_matchable:
                for code in codes_of([traits.print.pdq, traits.print.pdq_mirrored]):
                    for revision, distance in self._prints.within(code, POSSIBLE_DISTANCE).items():
                        near[revision] = min(distance, near.get(revision, distance))
            nearest = sorted(near, key=lambda revision: (near[revision], revision))[:_RANKED]
            alike: list[int] = []
            if traits.features and traits.features.is_matchable:
                alike = [candidate.key for candidate in self._words.candidates(traits.features, limit=_RANKED)]
        files = dict(Fingerprint.objects.filter(revision__in={*nearest, *alike}).values_list("revision", "media_file"))
        return list(dict.fromkeys([*_thinned(nearest, files, MOST_NEAR), *_thinned(alike, files, MOST_ALIKE)]))

    def _catch_up(self) -> None:
        head = RevisionHead.objects.filter(pk=1).first()
        if head is None or head.epoch != self._epoch or head.last < self._seen:
            # Another database than before: restored from a backup, or emptied.
            self._forget()
        if head is None:
            return
        self._epoch = head.epoch
        if head.last == self._seen:
            return
        new = Fingerprint.objects.filter(version=VERSION, revision__gt=self._seen, revision__lte=head.last)
        prints = new.exclude(pdq="").order_by("revision").values_list("revision", "pdq")
        for part in _in_parts(prints, self._seen, PRINTS_AT_ONCE):
            self._prints.add([revision for revision, _ in part], codes_of([pdq for _, pdq in part]))
        local = new.exclude(features=None).order_by("revision").values_list("revision", "features")
        for part in _in_parts(local, self._seen, FEATURES_AT_ONCE):
            self._words.add_many([(revision, Features.from_bytes(bytes(kept))) for revision, kept in part])
        self._seen = head.last


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


def _in_parts(rows, after: int, size: int):
    while part := list(rows.filter(revision__gt=after)[:size]):
        yield part
        after = part[-1][0]


fingerprint_index = Held()
