"""
Check items: let every check weigh what is known of them, and keep what it found where that is new.

A finding is kept when it differs from the one that stands: checking again writes nothing. What is still to be checked
stands in the rows (`CheckedItem`), what changed since in the ledger; whoever changed it, nothing is missed.
"""

import gc
import hashlib
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from archive.catalogue.models import Item
from archive.extraction.examinations import examined_by_all
from archive.files.models import MediaFile
from archive.files.outside_faults import is_outside_fault
from archive.ledger.chain import canonical
from archive.ledger.record_acts import act, recording
from archive.provenance.changed_items import KEYS_AT_ONCE, changed_items
from archive.provenance.checks.all_checks import CHECKS
from archive.provenance.checks.evidence import Evidence
from archive.provenance.checks.finding import FAILED, Check, Observation, Outcome, Weighed, sentence_of, weigh
from archive.provenance.gather_evidence import gather, with_evidence
from archive.provenance.models import CheckedItem, ChecksRead, CurrentFinding, Finding, FindingCount
from archive.standards.batches import batches

logger = logging.getLogger(__name__)

AGENT = "Strandline"
# A batch is one transaction: large enough for its queries to be worth it, small enough that nobody waits for long.
AT_ONCE = 250
# So many findings are stored by one statement; SQLite takes 32,766 values in one, of eight a finding.
ROWS_AT_ONCE = 1000
# One look at what is still to be checked serves for so many items.
LOOKED_UP = 1000
# What stands in the place of versions: an item changed; or it was never checked, nor was its file read to the end. In
# the order of texts they stand before and after all digests.
CHANGED, NEW = "", "new"
# So many entries of the ledger are read at once.
ENTRIES_AT_ONCE = 500
# An item on which a check failed is tried again by itself after so long, then after four times that, and so on.
TRIED_AGAIN_AFTER, MOST_TRIES = timedelta(minutes=2), 6
OWN_VERBS = (Finding.VERB, Finding.DROP_VERB)


@dataclass(slots=True)
class NewFinding:
    """A finding before it is stored, with the columns of `Finding`: making such a record takes as long as a check."""

    item_id: int
    check_slug: str
    version: str
    outcome: str
    code: str
    sentence: str
    observations: list[dict[str, Any]]
    found_at: datetime
    pk: int = 0


class Checked(NamedTuple):
    """What a batch came to: the items that were checked, by their keys, and the findings that are new."""

    items: list[int]
    findings: list[NewFinding]


def versions() -> str:
    """Return the digest of all checks with their versions: another one means that items are to be checked anew."""
    return hashlib.md5("\n".join(f"{c.slug} {c.version}" for c in CHECKS).encode()).hexdigest()


def still_to_check() -> QuerySet[Item]:
    """Keep the items that were never checked, or by other versions; every item is looked at."""
    done = CheckedItem.objects.filter(item=OuterRef("pk"), versions=versions())
    return Item.objects.filter(~Exists(done)).order_by("pk")


def ask_again(media_file: MediaFile) -> None:
    """Have the item of a file checked anew, for something was found in its bytes; within the transaction of that."""
    # Waits for who checks now, without having seen it: that its mark is removed, and not set after.
    _locked()
    items = CheckedItem.objects.filter(item__media_file=media_file)
    if not examined_by_all([media_file.pk]):
        items = items.exclude(versions=NEW)
    items.update(versions=CHANGED)


def follow(*, is_all: bool = True) -> bool:
    """
    Check what changed since the last time, and some of what was never checked; return whether there may be more.

    What changed is what the ledger tells of an item, of a match with it, of an event, place or outlet that its evidence
    names; its copies are checked with it, for they weigh what it says. That is noted as still to be checked first, in a
    transaction of its own, for an event or a place may be that of half of the archive; so is an item on which a check
    failed some time ago. Where nothing changed that is six queries, however many items there are.

    :param is_all: also what is new and whose bytes are still to be examined: it would be weighed twice
    """
    drop_removed()
    is_read = _note_changed()
    due = _due(is_all=is_all)
    for part in batches(due, AT_ONCE):
        with recording():
            _locked()
            # Another worker may have checked them since.
            _check(list(still_to_check().filter(pk__in=part).values_list("pk", flat=True)), at=timezone.now())
    return not is_read or len(due) == LOOKED_UP


def _due(*, is_all: bool) -> list[int]:
    """Return some of the items that are due, those that changed first; two queries."""
    marks, by = CheckedItem.objects.order_by("versions", "item").values_list("item", flat=True), versions()
    # Two ranges of the index: "another than this" would look at every row of it.
    before = list(marks.filter(versions__lt=by)[:LOOKED_UP])
    after = marks.filter(versions__gt=by) if is_all else marks.filter(versions__gt=by, versions__lt=NEW)
    return before + list(after[: LOOKED_UP - len(before)])


def _note_changed() -> bool:
    """Note what changed, or is to be tried again, as due; return whether the ledger is read to its end."""
    with recording():
        entries = _locked().read_on(ENTRIES_AT_ONCE)
        tried_again = CheckedItem.objects.filter(failures__gt=0, try_at__lte=timezone.now())
        tried_again.update(versions=CHANGED, try_at=None)
        changed = sorted(changed_items(entry for entry in entries if entry.verb not in OWN_VERBS))
        for part in batches(changed, KEYS_AT_ONCE):
            marked = CheckedItem.objects.filter(item__in=part)
            _note_new(set(part) - set(marked.values_list("item", flat=True)))
            marked.exclude(versions=NEW).update(versions=CHANGED)
    return len(entries) < ENTRIES_AT_ONCE


def _note_new(items: set[int]) -> None:
    """Note items that were never checked: each has come with an entry of the ledger."""
    files = dict(Item.objects.filter(pk__in=items).values_list("pk", "media_file"))
    examined = examined_by_all(files.values())
    CheckedItem.objects.bulk_create(
        CheckedItem(item_id=item, versions=CHANGED if file in examined else NEW) for item, file in files.items()
    )


def drop_removed() -> dict[str, int]:
    """
    Let the findings of checks that are no longer made stand no longer; return of how many items, by the check.

    The findings themselves stay readable. Where there are none that is one query.
    """
    made = [check.slug for check in CHECKS]
    removed = FindingCount.objects.exclude(check_slug__in=made).values_list("check_slug", flat=True)
    dropped: Counter[str] = Counter()
    for slug in sorted(set(removed)):
        while number := _drop_some(slug):
            dropped[slug] += number
        logger.warning("The check %s is no longer made: its findings on %d items stand no longer.", slug, dropped[slug])
    return dropped


def _drop_some(slug: str) -> int:
    with recording():
        _locked()
        standing = CurrentFinding.objects.filter(check_slug=slug).order_by("pk")
        rows = list(standing.select_related("item")[:AT_ONCE])
        CurrentFinding.objects.filter(pk__in=[row.pk for row in rows]).delete()
        _count(Counter({(slug, outcome): -number for outcome, number in Counter(row.outcome for row in rows).items()}))
        if len(rows) < AT_ONCE:
            FindingCount.objects.filter(check_slug=slug).delete()
        _mark_contradicted([row.item_id for row in rows])
        # No verdict rests on what does not apply.
        for row in rows:
            if row.outcome != Outcome.NOT_APPLICABLE:
                act(verb=Finding.DROP_VERB, subject=row.item, actor=AGENT, payload={"finding": row.finding_id})
        return len(rows)


def check(items: Sequence[int]) -> Checked:
    """Check these items now, by their keys; may run again, and beside workers."""
    with recording():
        _locked()
        return _check(sorted(items), at=timezone.now())


def check_all(items: Sequence[int], *, report: Callable[[Checked], None] = lambda checked: None) -> None:
    """Check items in batches, each a transaction of its own; `report` is told what each came to."""
    for batch in batches(items, AT_ONCE):
        report(check(batch))


def _locked() -> ChecksRead:
    """Lock out who else checks: of two who check one item at the same time, each would keep the same finding."""
    return ChecksRead.locked()


def _check(keys: Sequence[int], *, at: datetime) -> Checked:
    if not keys:
        return Checked([], [])
    with _without_collecting():
        return _checked(keys, at=at)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Let no garbage be looked for while a batch is weighed: there is none, and looking takes a quarter of the time."""
    is_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_enabled:
            gc.enable()


def _checked(keys: Sequence[int], *, at: datetime) -> Checked:
    items = {item.pk: item for item in with_evidence(keys)}
    current = _current(items)
    new: list[NewFinding] = []
    failed: set[int] = set()
    for item, evidence in _gathered(list(items.values())):
        weighed = [_weighed(check, item, evidence) for check in CHECKS]
        new += [finding for each in weighed if (finding := _new(each, item.pk, current, at)) is not None]
        if any(each.code == FAILED for each in weighed):
            failed.add(item.pk)
    _keep(new, items, current)
    _note_checked(items, failed, at)
    return Checked(list(items), new)


def _note_checked(items: Iterable[int], failed: set[int], at: datetime) -> None:
    """Note that items were checked, and when those on which a check failed are tried again; two queries."""
    before = CheckedItem.objects.filter(item__in=failed).values_list("item", "failures") if failed else ()
    failures = dict.fromkeys(failed, 1) | {item: min(number + 1, MOST_TRIES) for item, number in before}
    wait = {item: TRIED_AGAIN_AFTER * 4 ** (number - 1) for item, number in failures.items() if number < MOST_TRIES}
    mark = versions()
    CheckedItem.objects.bulk_create(
        [
            CheckedItem(
                item_id=item,
                versions=mark,
                checked_at=at,
                failures=failures.get(item, 0),
                try_at=at + wait[item] if item in wait else None,
            )
            for item in items
        ],
        update_conflicts=True,
        unique_fields=["item"],
        update_fields=["versions", "checked_at", "failures", "try_at"],
    )


def _gathered(items: list[Item]) -> Iterator[tuple[Item, Evidence | None]]:
    """Yield the evidence on each item; None where it cannot be gathered, found by halving the batch that fails."""
    try:
        # A savepoint: what the database refuses would else end the whole transaction.
        with transaction.atomic():
            gathered = gather(items)
    except Exception as problem:
        if is_outside_fault(problem):
            raise
        if len(items) == 1:
            logger.exception("The evidence on item %s could not be gathered.", items[0].pk)
            yield items[0], None
        else:
            half = len(items) // 2
            yield from (*_gathered(items[:half]), *_gathered(items[half:]))
    else:
        yield from zip(items, gathered, strict=True)


def _weighed(check: Check, item: Item, evidence: Evidence | None) -> Weighed:
    """Weigh, whatever happens: an item on which a check fails would keep all others from being checked."""
    if evidence is not None:
        try:
            return weigh(check, evidence)
        except Exception:
            logger.exception("The check %s failed on item %s.", check.slug, item.pk)
    return Weighed(check, (Observation(Outcome.INCONCLUSIVE, FAILED),))


# Of each check on each item, by both, the version, the observations and the outcome of the finding that stands.
Current = dict[tuple[int, str], tuple[str, list[dict[str, Any]], str]]


def _current(items: Iterable[int]) -> Current:
    rows = CurrentFinding.objects.filter(item__in=items)
    columns = rows.values_list("item", "check_slug", "finding__version", "finding__observations", "outcome")
    return {(item, slug): (version, observations, outcome) for item, slug, version, observations, outcome in columns}


def _new(weighed: Weighed, item: int, current: Current, at: datetime) -> NewFinding | None:
    """Return a finding, or None where the one that stands says the same."""
    check, observations = weighed.check, [_stored(observation) for observation in weighed.observations]
    if current.get((item, check.slug), ())[:2] == (check.version, observations):
        return None
    first = weighed.observations[0]
    return NewFinding(
        item_id=item,
        check_slug=check.slug,
        version=check.version,
        outcome=str(weighed.outcome),
        code=weighed.code,
        sentence=sentence_of(check.sentence(first.code), first.values),
        observations=observations,
        found_at=at,
    )


def _stored(observation: Observation) -> dict[str, Any]:
    return {
        "outcome": str(observation.outcome),
        "code": observation.code,
        "values": {name: dict(v) if isinstance(v, dict) else v for name, v in observation.values.items()},
        "grounds": [list(ground) for ground in observation.grounds],
    }


def _keep(new: list[NewFinding], items: dict[int, Item], current: Current) -> None:
    """Store findings, put them in the place of those that stood, and tell the ledger, one act for each item."""
    if not new:
        return
    by_item: dict[int, list[NewFinding]] = defaultdict(list)
    _insert(new)
    counts: Counter[tuple[str, str]] = Counter()
    for finding in new:
        by_item[finding.item_id].append(finding)
        counts[finding.check_slug, finding.outcome] += 1
        if before := current.get((finding.item_id, finding.check_slug)):
            counts[finding.check_slug, before[2]] -= 1
    _count(counts)
    _mark_contradicted(by_item)
    for key, findings in by_item.items():
        payload = {"findings": [finding.pk for finding in findings], "digest": digest_of(findings)}
        act(verb=Finding.VERB, subject=items[key], actor=AGENT, payload=payload)


def _count(changes: Counter[tuple[str, str]]) -> None:
    """Add to, or take from, how many items each check found what of; nobody else does meanwhile (`_locked`)."""
    rows = [(*key, number) for key, number in sorted(changes.items()) if number]
    if not rows:
        return
    table = FindingCount._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (check_slug, outcome, number) VALUES {', '.join(['(%s, %s, %s)'] * len(rows))} "
            f"ON CONFLICT (check_slug, outcome) DO UPDATE SET number = {table}.number + excluded.number",
            [value for row in rows for value in row],
        )


def _mark_contradicted(items: Iterable[int]) -> None:
    """Write on items whether any check that stands found something contradictory; two queries where that changed."""
    contradictory = Exists(CurrentFinding.objects.filter(item=OuterRef("pk"), outcome=Outcome.CONTRADICTORY))
    wrong = Q(contradictory, is_contradicted=False) | Q(~contradictory, is_contradicted=True)
    # In the order of their keys, as the gate locks them: an update comes to them in any order, and could wait in a
    # circle with who changes the same items.
    rows = Item.objects.filter(wrong, pk__in=items).order_by("pk").select_for_update(no_key=True)
    if changed := list(rows.values_list("pk", flat=True)):
        Item.objects.filter(pk__in=changed).update(
            is_contradicted=Case(When(is_contradicted=True, then=Value(False)), default=Value(True))
        )


_COLUMNS = ("item_id", "check_slug", "version", "outcome", "code", "sentence", "observations", "found_at")


def _insert(new: list[NewFinding]) -> None:
    """
    Store findings, give them their keys and let them stand, by statements of our own: `bulk_create` takes ten times as
    long.

    Nobody else stores findings meanwhile (`_locked`), so that those from the first key on are these.
    """
    finding, current = Finding._meta.db_table, CurrentFinding._meta.db_table
    with connection.cursor() as cursor:
        store = _copy if connection.vendor == "postgresql" else _insert_rows
        store(cursor, finding, new)
        cursor.execute(
            f"INSERT INTO {current} (item_id, finding_id, check_slug, outcome) "
            f"SELECT item_id, id, check_slug, outcome FROM {finding} WHERE id >= %s "
            "ON CONFLICT (item_id, check_slug) "
            "DO UPDATE SET finding_id = excluded.finding_id, outcome = excluded.outcome",
            [min(each.pk for each in new)],
        )


def _insert_rows(cursor: Any, table: str, new: list[NewFinding]) -> None:
    row = f"({', '.join(['%s'] * len(_COLUMNS))})"
    for part in batches(new, ROWS_AT_ONCE):
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(_COLUMNS)}) VALUES {', '.join([row] * len(part))} RETURNING id",
            [value for each in part for value in _columns(each)],
        )
        for each, (key,) in zip(part, cursor.fetchall(), strict=True):
            each.pk = key


def _copy(cursor: Any, table: str, new: list[NewFinding]) -> None:
    """Hand all of them to PostgreSQL as a stream: written into a statement they take five times as long."""
    keys = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, %s)"
    cursor.execute(keys, [len(new)])
    for each, (key,) in zip(new, cursor.fetchall(), strict=True):
        each.pk = key
    with cursor.cursor.copy(f"COPY {table} (id, {', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for each in new:
            copy.write_row((each.pk, *_columns(each)))


def _columns(finding: NewFinding) -> tuple[Any, ...]:
    found_at = connection.ops.adapt_datetimefield_value(finding.found_at)
    observations = json.dumps(finding.observations)
    texts = finding.check_slug, finding.version, finding.outcome, finding.code, finding.sentence
    return finding.item_id, *texts, observations, found_at


def digest_of(findings: Iterable[Finding | NewFinding]) -> str:
    """Return what the ledger holds of findings: the SHA-256 of what they say, so that a changed row is told."""
    rows = [[f.pk, f.check_slug, f.version, f.outcome, f.code, f.sentence, f.observations] for f in findings]
    return hashlib.sha256(canonical(rows).encode()).hexdigest()
