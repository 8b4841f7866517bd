"""The two parts of the picture index, prints and local features: of which rows they are, how files are written."""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from django.db.models import QuerySet

from archive.matching import features, pdq_index
from archive.matching.array_file import ArrayWriter
from archive.matching.feature_index import POINTS_HELD, WORDS, Shelf, packed_codes, sort_points
from archive.matching.make_fingerprints import VERSION
from archive.matching.models import Fingerprint


class Row(NamedTuple):
    revision: int
    kept: Any


@dataclass(frozen=True)
class Part:
    """
    :param column: of the fingerprint, with the value of those that have none
    :param most: so many rows make a file full
    :param at_once: so many rows are read at once
    :param bytes_each: how much of the disk a row takes
    :param write: writes the arrays of a file, some at a step, and returns how many rows they hold
    :param opened: what reads these arrays
    """

    name: str
    column: tuple[str, Any]
    most: int
    at_once: int
    bytes_each: int
    write: Callable[[ArrayWriter, Iterable[list[Row]]], Generator[None, None, int]]
    opened: type

    def rows(self, *, after: int, to: int) -> QuerySet:
        """Return revision and value of those behind one revision and up to another, in their order."""
        column, nothing = self.column
        known = Fingerprint.objects.filter(version=VERSION, revision__gt=after, revision__lte=to)
        return known.exclude(**{column: nothing}).order_by("revision").values_list("revision", column)

    def read(self, *, after: int, to: int) -> Iterator[list[Row]]:
        """Read these rows, some at once."""
        while part := [Row(*row) for row in self.rows(after=after, to=to)[: self.at_once]]:
            yield part
            after = part[-1].revision


def print_codes(rows: list[Row]) -> pdq_index.Codes:
    return pdq_index.codes_of([row.kept for row in rows])


def feature_codes(rows: list[Row]) -> list[tuple[int, Any]]:
    return [(row.revision, features.codes_of(bytes(row.kept))) for row in rows]


def _write_prints(writer: ArrayWriter, parts: Iterable[list[Row]]) -> Generator[None, None, int]:
    keys, codes = [np.zeros(0, np.int64)], [np.zeros((0, 32), np.uint8)]
    for rows in parts:
        keys.append(np.array([row.revision for row in rows], np.int64))
        codes.append(print_codes(rows))
        yield
    made = pdq_index.Segment.sorted(np.concatenate(keys), np.concatenate(codes))
    for name, array in vars(made).items():
        writer.put(name, array)
        yield
    return len(made.keys)


def _write_features(writer: ArrayWriter, parts: Iterable[list[Row]]) -> Generator[None, None, int]:
    keys: list[int] = []
    counts: list[int] = []
    for rows in parts:
        codes = [held[:POINTS_HELD] for _, held in feature_codes(rows)]
        writer.put("codes", packed_codes(codes))
        keys += [row.revision for row in rows]
        counts += map(len, codes)
        yield
    if not keys:
        return 0
    # They are many: sorted as they stand in the file, one word after the other.
    written, starts = writer.written("codes"), []
    writer.put("keys", np.array(keys, np.int64))
    writer.put("owners", np.repeat(np.arange(len(keys), dtype=np.int32), counts))
    for position in range(WORDS):
        order, start = sort_points(written, position)
        writer.put("orders", order[None])
        starts.append(start)
        yield
    writer.put("starts", np.stack(starts))
    return len(keys)


PRINTS = Part("prints", ("pdq", ""), 1_000_000, 50_000, 110, _write_prints, pdq_index.Segment)
FEATURES = Part("features", ("features", None), 50_000, 1_000, 10_000, _write_features, Shelf)
PARTS = (PRINTS, FEATURES)
