"""
A verdict that falls under a policy waits for a second reading. Until that is given, or no longer asked for, nobody but
who gave the verdict knows it: whatever shows verdicts asks `hidden_from` or `hidden_verdicts` first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.ledger.record_acts import SYSTEM, act, digest_of_words
from archive.review.models import CurrentVerdict, ReadingRequest, ReadingRequestEnd, Verdict
from archive.review.reading_policies import Policies, Policy

ASK, END = "ask second reading", "end second reading"
How = ReadingRequestEnd.How
_DECIDED = (CurrentVerdict.Word.SUPPORTED, CurrentVerdict.Word.CONTRADICTED, CurrentVerdict.Word.UNDETERMINED)


def waiting(decided: Sequence[Verdict]) -> Verdict | None:
    """
    Return the first reading that waits for a second one.

    :param decided: what was decided on one question of one item, second readings among it, the earliest first, with
        its readings
    """
    last = decided[-1] if decided else None
    is_waiting = last and last.second_of is None and last.asked and not _end_of(last)
    return last if is_waiting else None


def hidden_from(reader: User | None, decided: Sequence[Verdict]) -> set[int]:
    """
    Return the keys of the verdicts on one question that this reader may not know of yet, whoever they are.

    Hidden is what waits, and what was taken back while it waited, until the question is decided otherwise: it would
    tell what comes in its place. Who gave a verdict knows it.

    :param decided: as of `waiting`
    :param reader: None: whoever it is, so that nobody is shown more than all may know
    """
    read = {verdict.second_of_id for verdict in decided}
    hidden = set()
    for verdict in reversed([verdict for verdict in decided if verdict.second_of_id is None]):
        end = _end_of(verdict)
        is_hidden = verdict.asked and verdict.pk not in read and (end is None or end.how == How.WITHDRAWN)
        if is_hidden and (reader is None or verdict.judged_by_id != reader.pk):
            hidden.add(verdict.pk)
        if not is_hidden and verdict.word != Verdict.Word.OPEN:
            break
    return hidden


def is_drawn(decided: Sequence[Verdict]) -> bool:
    """
    Say whether a lot fell on what waits, or on what was taken back since the question was last decided.

    It is not drawn again: else whoever is asked could judge anew until no lot falls.
    """
    hidden = hidden_from(None, decided)
    return any(each.pk in hidden and each.asked and each.asked.policy == Policy.SAMPLE for each in decided)


def hidden_verdicts(items: Iterable[Item], reader: User | None) -> set[int]:
    """Return the keys of the verdicts on these items that this reader may not know of yet; one query."""
    return {key for decided in decided_on(items).values() for key in hidden_from(reader, decided)}


def decided_on(items: Iterable[Item], question: str = "") -> dict[tuple[int, str], list[Verdict]]:
    """Return what was decided on one question of these items, or on each, the earliest first; one query."""
    by_question: dict[tuple[int, str], list[Verdict]] = defaultdict(list)
    decided = Verdict.objects.filter(item__in=[item.pk for item in items], is_advice=False).select_related("item")
    if question:
        decided = decided.filter(question=question)
    for verdict in decided.with_readings().order_by("pk"):
        by_question[verdict.item_id, verdict.question].append(verdict)
    return by_question


def _end_of(verdict: Verdict) -> ReadingRequestEnd | None:
    return getattr(verdict.asked, "end", None)


def ask_each(policies: Mapping[Verdict, str], *, at: datetime) -> None:
    """
    Ask for a second reading of each of these verdicts, by the policy beside it; the items are locked.

    :param at: when they were given, where that is in the same transaction: they were hidden from the start then
    """
    requests = ReadingRequest.objects.bulk_create(
        ReadingRequest(verdict=verdict, policy=policy, asked_at=at) for verdict, policy in policies.items()
    )
    for request in requests:
        act(verb=ASK, subject=request.verdict.item, actor=SYSTEM, payload=payload_of_request(request))
    write_current(
        CurrentVerdict(item_id=each.item_id, question=each.question, word=CurrentVerdict.Word.WAITING)
        for each in policies
    )


def write_current(rows: Iterable[CurrentVerdict]) -> None:
    """Write what holds on questions from now on, in the place of what held; one query."""
    CurrentVerdict.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["item", "question"],
        update_fields=["verdict", "word", "is_changed"],
    )


def end(request: ReadingRequest, *, how: str, by: User, reason: str = "") -> None:
    """Ask no longer for a second reading; what holds instead is the caller's to write."""
    ended = ReadingRequestEnd.objects.create(
        request=request, how=how, reason=reason, ended_at=timezone.now(), ended_by=by
    )
    act(verb=END, subject=request.verdict.item, actor=by, payload=payload_of_end(ended))


def payload_of_request(request: ReadingRequest) -> dict[str, object]:
    verdict = request.verdict
    return {"verdict": verdict.pk, "question": str(verdict.question), "policy": str(request.policy)}


def payload_of_end(ended: ReadingRequestEnd) -> dict[str, object]:
    verdict = ended.request.verdict
    return {
        "verdict": verdict.pk,
        "question": str(verdict.question),
        "how": str(ended.how),
        "digest": digest_of_words(ended.reason),
    }


def ask_where_due(items: Iterable[Item], policy: Policy) -> int:
    """
    Ask for a second reading of what holds on items that have just come under a policy; return of how many verdicts.

    What was read twice, or was asked for before, is not asked for again. The items are locked; seven queries at most.
    """
    items = list(items)
    current = CurrentVerdict.objects.filter(item__in=[item.pk for item in items], word__in=_DECIDED)
    keys = set(current.values_list("item", flat=True))
    if not keys:
        return 0
    items = [item for item in items if item.pk in keys]
    policies, asking = Policies.on(items), {}
    for decided in decided_on(items).values():
        last, before = decided[-1], decided[-2] if len(decided) > 1 else None
        is_read_twice = last.second_of or last.asked or (before and before.is_dissent)
        if not is_read_twice and policies.covers(policy, last):
            asking[last] = policy
    ask_each(asking, at=timezone.now())
    return len(asking)
