"""
Check items: let every check weigh what is known of them, and keep what it found where that is new.

A finding is kept when it differs from the one that stands: checking again writes nothing. What is still to be checked
stands in the rows (`CheckedItem`), what changed since in the ledger; whoever changed it, nothing is missed.
"""

import gc
import hashlib
import json
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from archive.catalogue.models import Item
from archive.claims.models import Claim
from archive.files.models import MediaFile
from archive.ledger.chain import canonical
from archive.ledger.record_acts import act, recording
from archive.matching.models import Match
from archive.provenance.checks.all_checks import CHECKS
from archive.provenance.checks.evidence import Evidence
from archive.provenance.checks.finding import FAILED, Check, Observation, Outcome, Weighed, sentence_of, weigh
from archive.provenance.gather_evidence import MOST_STEPS, gather, joining_matches, naming, with_evidence
from archive.provenance.models import CheckedItem, ChecksRead, CurrentFinding, Finding

logger = logging.getLogger(__name__)

AGENT = "Strandline"
# A batch is one transaction: large enough for its queries to be worth it, small enough that nobody waits for long.
AT_ONCE = 250
# So many findings are stored by one statement; SQLite takes 32,766 values in one, of eight a finding.
ROWS_AT_ONCE = 1000
# So many keys are asked for by one statement.
KEYS_AT_ONCE = 1000
# One look at what is still to be checked serves for so many items: at a million it takes a second.
LOOKED_UP = 1000
# So many entries of the ledger are read at once.
ENTRIES_AT_ONCE = 500
_SUBJECT = re.compile(r"(catalogue\.item|matching\.match|authorities\.event|authorities\.place):(\d+)")
_BY_CLAIM = {"authorities.event": ("value_event",), "authorities.place": ("value_place", "value_event__places")}


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
    """Keep the items that were never checked, or by other versions."""
    done = CheckedItem.objects.filter(item=OuterRef("pk"), versions=versions())
    return Item.objects.filter(~Exists(done)).order_by("pk")


def ask_again(media_file: MediaFile) -> None:
    """Have the item of a file checked anew, for something was found in its bytes; within the transaction of that."""
    # Waits for who checks now, without having seen it: that its mark is removed, and not set after.
    _locked()
    CheckedItem.objects.filter(item__media_file=media_file).delete()


def follow() -> bool:
    """
    Check what changed since the last time, and some of what was never checked; return whether there may be more.

    What changed is what the ledger tells of an item, of a match with it, of an event or place that a claim on it names;
    its copies are checked with it, for they weigh what it says. It is noted as still to be checked first, in a
    transaction of its own: an event or a place may be that of half of the archive.
    """
    changed, is_read = _note_changed()
    due = list(still_to_check().values_list("pk", flat=True)[:LOOKED_UP])
    for part in (*_parts(changed[:LOOKED_UP]), *_parts(due)):
        with recording():
            _locked()
            # Another worker may have checked them since.
            _check(list(still_to_check().filter(pk__in=part).values_list("pk", flat=True)), at=timezone.now())
    return not is_read or len(changed) > LOOKED_UP or len(due) == LOOKED_UP


def _note_changed() -> tuple[list[int], bool]:
    """Note the items that changed as still to be checked; return them, and whether the ledger is read to its end."""
    with recording():
        entries = _locked().read_on(ENTRIES_AT_ONCE)
        changed = sorted(_with_copies(_changed(entry.subject for entry in entries if entry.verb != Finding.VERB)))
        for part in _parts(changed, KEYS_AT_ONCE):
            CheckedItem.objects.filter(item__in=part).delete()
    return changed, len(entries) < ENTRIES_AT_ONCE


def check(items: Sequence[int]) -> Checked:
    """Check these items now, by their keys; may run again, and beside workers."""
    with recording():
        _locked()
        return _check(sorted(items), at=timezone.now())


def check_all(items: Sequence[int], *, report: Callable[[Checked], None] = lambda checked: None) -> None:
    """Check items in batches, each a transaction of its own; `report` is told what each came to."""
    for batch in _parts(items):
        report(check(batch))


def _locked() -> ChecksRead:
    """Lock out who else checks: of two who check one item at the same time, each would keep the same finding."""
    return ChecksRead.locked()


def _changed(subjects: Iterable[str]) -> set[int]:
    """Return the keys of the items that these subjects of the ledger speak of."""
    named: dict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        if parsed := _SUBJECT.fullmatch(subject):
            named[parsed[1]].add(int(parsed[2]))
    pairs = Match.objects.filter(pk__in=named["matching.match"]).values_list("held", "other")
    files = {file for pair in pairs for file in pair}
    asked = Q(pk__in=named["catalogue.item"]) | Q(media_file__in=files)
    changed = set(Item.objects.filter(asked).values_list("pk", flat=True))
    for sort, paths in _BY_CLAIM.items():
        for path in paths if named[sort] else ():
            changed |= set(Claim.objects.filter(**{f"{path}__in": named[sort]}).values_list("item", flat=True))
    return changed


def _with_copies(items: set[int]) -> set[int]:
    """Add the items that weigh what these say: those that matches join with them, or a document that both name."""
    files = _column(Item.objects.all(), "pk", items, "media_file")
    reached, edge = set(files), files
    for _step in range(MOST_STEPS):
        matches = joining_matches()
        edge = (_column(matches, "held", edge, "other") | _column(matches, "other", edge, "held")) - reached
        reached |= edge
    for part in _parts(sorted(files), KEYS_AT_ONCE):
        reached |= {file for file, _identifier, _part in naming(part)}
    return items | _column(Item.objects.all(), "media_file", reached - files, "pk")


def _column(records: QuerySet, name: str, keys: Iterable[int], column: str) -> set[int]:
    """Return a column of the records of which another is one of these keys, however many these are."""
    return {
        value
        for part in _parts(sorted(keys), KEYS_AT_ONCE)
        for value in records.filter(**{f"{name}__in": part}).values_list(column, flat=True)
    }


def _parts(keys: Sequence[int], most: int = AT_ONCE) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), most):
        yield keys[start : start + most]


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
    new = [
        finding
        for evidence in gather(items.values())
        for check in CHECKS
        if (finding := _new(_weighed(check, evidence), evidence.item, current, at)) is not None
    ]
    _keep(new, items)
    mark = versions()
    CheckedItem.objects.bulk_create(
        [CheckedItem(item=item, versions=mark, checked_at=at) for item in items.values()],
        update_conflicts=True,
        unique_fields=["item"],
        update_fields=["versions", "checked_at"],
    )
    return Checked(list(items), new)


def _weighed(check: Check, evidence: Evidence) -> Weighed:
    """Weigh, whatever happens: an item on which a check fails would keep all others from being checked."""
    try:
        return weigh(check, evidence)
    except Exception:
        logger.exception("The check %s failed on item %s.", check.slug, evidence.item)
        return Weighed(check, (Observation(Outcome.INCONCLUSIVE, FAILED),))


# Of each check on each item, by both, the version and the observations of the finding that stands.
Current = dict[tuple[int, str], tuple[str, list[dict[str, Any]]]]


def _current(items: Iterable[int]) -> Current:
    rows = CurrentFinding.objects.filter(item__in=items)
    columns = rows.values_list("item", "check_slug", "finding__version", "finding__observations")
    return {(item, slug): (version, observations) for item, slug, version, observations in columns}


def _new(weighed: Weighed, item: int, current: Current, at: datetime) -> NewFinding | None:
    """Return a finding, or None where the one that stands says the same."""
    check, observations = weighed.check, [_stored(observation) for observation in weighed.observations]
    if current.get((item, check.slug)) == (check.version, observations):
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


def _keep(new: list[NewFinding], items: dict[int, Item]) -> None:
    """Store findings, put them in the place of those that stood, and tell the ledger, one act for each item."""
    if not new:
        return
    by_item: dict[int, list[NewFinding]] = defaultdict(list)
    _insert(new)
    for finding in new:
        by_item[finding.item_id].append(finding)
    _mark_contradicted(by_item)
    for key, findings in by_item.items():
        payload = {"findings": [finding.pk for finding in findings], "digest": digest_of(findings)}
        act(verb=Finding.VERB, subject=items[key], actor=AGENT, payload=payload)


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


def _insert(new: list[NewFinding]) -> None:
    """
    Store findings and give them their keys, by statements of our own: `bulk_create` takes ten times as long.

    Nobody else stores findings meanwhile (`_locked`), so that those from the first key on are these.
    """
    finding, current = Finding._meta.db_table, CurrentFinding._meta.db_table
    columns = ("item_id", "check_slug", "version", "outcome", "code", "sentence", "observations", "found_at")
    row = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        for start in range(0, len(new), ROWS_AT_ONCE):
            part = new[start : start + ROWS_AT_ONCE]
            values = [value for each in part for value in _columns(each)]
            cursor.execute(
                f"INSERT INTO {finding} ({', '.join(columns)}) VALUES {', '.join([row] * len(part))} RETURNING id",
                values,
            )
            for each, (key,) in zip(part, cursor.fetchall(), strict=True):
                each.pk = key
        cursor.execute(
            f"INSERT INTO {current} (item_id, finding_id, check_slug, outcome) "
            f"SELECT item_id, id, check_slug, outcome FROM {finding} WHERE id >= %s "
            "ON CONFLICT (item_id, check_slug) "
            "DO UPDATE SET finding_id = excluded.finding_id, outcome = excluded.outcome",
            [min(each.pk for each in new)],
        )


def _columns(finding: NewFinding) -> tuple[Any, ...]:
    found_at = connection.ops.adapt_datetimefield_value(finding.found_at)
    observations = json.dumps(finding.observations)
    texts = finding.check_slug, finding.version, finding.outcome, finding.code, finding.sentence
    return finding.item_id, *texts, observations, found_at


def digest_of(findings: Iterable[Finding | NewFinding]) -> str:
    """Return what the ledger holds of findings: the SHA-256 of what they say, so that a changed row is told."""
    rows = [[f.pk, f.check_slug, f.version, f.outcome, f.code, f.sentence, f.observations] for f in findings]
    return hashlib.sha256(canonical(rows).encode()).hexdigest()
