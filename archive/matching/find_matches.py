"""Find which held files show the same picture, and keep what was found as matches for people to rule on."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils import timezone

from archive.files.models import MediaFile
from archive.files.outside_faults import is_outside_fault
from archive.ledger.record_acts import act, recording
from archive.matching.compare_pictures import COMPARISON_VERSION, Comparison, Traits, compare
from archive.matching.fingerprint_index import fingerprint_index
from archive.matching.fingerprints import CERTAIN_DISTANCE
from archive.matching.kinds import Kind
from archive.matching.make_fingerprints import MATCHED_VERSION, VERSION, make, take, traits_of
from archive.matching.models import Fingerprint, Match

log = logging.getLogger(__name__)

AGENT = "Strandline"
# Pictures looked over, about a megabyte each.
_KEPT_IN_MEMORY = 64


@dataclass(frozen=True)
class Found:
    """A held picture that shows the same as another one: the fingerprint it was found by, and how the two compare."""

    row: Fingerprint
    comparison: Comparison

    @property
    def rank(self) -> tuple:
        """The key by which results are sorted, the likeliest first."""
        comparison = self.comparison
        # Prints that differ by more say nothing of which is nearer: of a crop, or of stills a moment apart.
        is_near = comparison.distance is not None and comparison.distance <= CERTAIN_DISTANCE
        bits = comparison.distance if is_near else 256
        return not comparison.is_strong, -round(comparison.agreement, 1), bits, -comparison.inliers, self.row.pk


def find(traits: Traits) -> list[Found]:
    """Return the held files that show this picture, the likeliest first; of footage, its likeliest still."""
    return _best((row, _compared_now(traits, traits_of(row))) for row in _candidates(traits))


def _candidates(traits: Traits) -> Iterable[Fingerprint]:
    rows = Fingerprint.objects.filter(revision__in=fingerprint_index.candidates(traits))
    return rows.select_related("media_file", "rendition").order_by("revision")


def _compared(query: Traits, kept: Traits) -> Comparison | None:
    try:
        return compare(query, kept)
    except (FileNotFoundError, ValueError) as problem:
        # A copy that is missing from the store hinders nobody else; it is made again, and matched then.
        log.warning("a pair was not compared: %s", problem)
        return None


def _compared_now(query: Traits, kept: Traits) -> Comparison | None:
    """Compare for somebody who waits for the answer: what cannot be read now is left out."""
    try:
        return _compared(query, kept)
    except Exception as fault:
        if not is_outside_fault(fault):
            raise
        log.warning("a pair was not compared for a search: %s", fault)
        return None


def _best(compared: Iterable[tuple[Fingerprint, Comparison | None]]) -> list[Found]:
    best: dict[int, Found] = {}
    for result in sorted(
        (Found(row, comparison) for row, comparison in compared if comparison), key=lambda result: result.rank
    ):
        best.setdefault(result.row.media_file_id, result)
    return list(best.values())


def match_some(count: int, *, of: QuerySet[MediaFile] | None = None) -> int:
    """
    Fingerprint and match up to `count` of the pictures that are still to do; return how many were taken up.

    May be stopped at any moment, and run by several processes at once: what is unfinished is taken up again after a
    while, and a pair is kept once. Of two pictures that arrive at the same moment, whoever commits its fingerprint
    later finds the other one's.

    :param of: only pictures of these files are taken up; they are matched with all
    """
    now = timezone.now()
    taken = take(count, now=now, of=of)
    if not taken:
        return 0
    made = {row.pk for row in make([row for row in taken if row.version != VERSION], at=now)}
    ready = [row for row in taken if row.pk in made or (row.version == VERSION and row.revision is not None)]
    results, done = [], []
    # What arrives together is mostly compared with each other: a picture is decoded and looked over once, not for each.
    once = lru_cache(_KEPT_IN_MEMORY)(traits_of)
    for row in ready:
        try:
            results += [(row, result) for result in _find_for(row, once)]
        except Exception as fault:
            if not is_outside_fault(fault):
                raise
            # It is not matched as long as one pair could not be compared: taken up again when its lease ends.
            log.warning("a picture could not be matched now: %s", fault)
        else:
            done.append(row)
    try:
        _record(done, results, at=now)
    except IntegrityError:
        # Another process kept one of these pairs at the same moment; now it is seen and left out.
        _record(done, results, at=now)
    return len(taken)


def _find_for(row: Fingerprint, traits_of: Callable[[Fingerprint], Traits]) -> list[Found]:
    """Compare one kept picture with what may be the same; each pair with the later one asking for the earlier one."""
    if not row.is_matchable:
        return []
    own = traits_of(row)
    known = _known(row.media_file_id)
    compared = []
    for near in _candidates(own):
        both_are_stills = row.offset_milliseconds is not None and near.offset_milliseconds is not None
        if near.media_file_id in known or both_are_stills:
            continue
        is_later = _order(row.media_file) > _order(near.media_file)
        other = traits_of(near)
        compared.append((near, _compared(own, other) if is_later else _compared(other, own)))
    return _best(compared)


def _known(media_file: int) -> set[int]:
    """Return the file itself, and those it is matched with already, whatever a person said to it."""
    pairs = Match.objects.filter(Q(held=media_file) | Q(other=media_file)).values_list("held", "other")
    return {media_file, *(key for pair in pairs for key in pair)}


def _order(media_file: MediaFile) -> tuple[datetime, int]:
    return media_file.received_at, media_file.pk


def _record(rows: list[Fingerprint], results: list[tuple[Fingerprint, Found]], *, at: datetime) -> None:
    """Keep the matches, each pair once, and that these pictures are done."""
    with recording():
        new: dict[tuple[int, int], Match] = {}
        for row, result in sorted(results, key=lambda pair: pair[1].rank):
            match = _match(row, result, at)
            new.setdefault((match.held_id, match.other_id), match)
        held_already = Match.objects.filter(
            held__in=[pair[0] for pair in new], other__in=[pair[1] for pair in new]
        ).values_list("held", "other")
        for pair in held_already:
            new.pop(pair, None)
        for match in Match.objects.bulk_create(new.values()):
            payload = {"held": match.held_id, "other": match.other_id, "kind": match.kind}
            payload |= {"distance": match.distance, "inliers": match.inliers, "version": match.method_version}
            act(
                verb="propose match" if match.is_strong else "ask about match",
                subject=match,
                actor=AGENT,
                payload=payload,
            )
        # Not of those that are to be made anew since, as where a picture was turned.
        Fingerprint.objects.filter(pk__in=[row.pk for row in rows], version=VERSION).update(
            matched_version=MATCHED_VERSION, leased_until=None
        )


def _match(row: Fingerprint, result: Found, at: datetime) -> Match:
    comparison, near = result.comparison, result.row
    earlier, later = sorted((row, near), key=lambda side: _order(side.media_file))
    offset = row.offset_milliseconds if near.offset_milliseconds is None else near.offset_milliseconds
    return Match(
        held=earlier.media_file,
        other=later.media_file,
        kind=comparison.kind if offset is None else Kind.STILL_OF,
        is_strong=comparison.is_strong,
        distance=comparison.distance,
        inliers=comparison.inliers,
        transform=list(comparison.transform),
        held_outline=comparison.held_area,
        other_outline=comparison.query_area,
        held_orientation=earlier.orientation,
        other_orientation=later.orientation,
        shared_of_held=comparison.held_share,
        shared_of_other=comparison.query_share,
        offset_milliseconds=offset,
        method=comparison.method,
        method_version=COMPARISON_VERSION,
        found_at=at,
    )
