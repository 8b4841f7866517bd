"""
A second person reads a question without knowing the first verdict. Then both are shown: where they agree the verdict
stands, where they differ the question is open until somebody decides who has seen both.
"""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.provenance.checks.finding import Question
from archive.review.models import CurrentVerdict, ReadingRequest, ReadingRequestEnd, Verdict
from archive.review.reading_requests import How, decided_on, end, waiting, write_current
from archive.review.review_queue import ORDER
from archive.review.verdicts import (
    Standpoint,
    kept_reason,
    payload_of,
    reasoned,
    refuse_other_basis,
    standpoints,
    verb_of,
)


class OwnVerdict(NotDone):
    """Nobody reads what they themselves have judged."""


class NoLongerAsked(NotDone):
    """Nothing waits for a second reading: it was taken back, let go, or read meanwhile."""


def read_second(
    item: Item,
    *,
    question: Question,
    word: str,
    reason_code: str,
    reason: str,
    by: User,
    seen_basis: str | None = None,
) -> Verdict:
    """
    Record a second reading of a question, of what stands now, by somebody who was not shown the first.

    :param seen_basis: as in `judge`
    :raises NotAllowed: the person may not decide
    :raises OwnVerdict: they gave the first reading
    :raises NoLongerAsked: the first reading was taken back, or its second is no longer asked for
    :raises DecidedMeanwhile: somebody else gave the second reading meanwhile
    :raises ChangedMeanwhile: what is said or found on the question is no longer what was shown
    :raises NotDone: a word or a reason code that is none, or a reason that is missing
    """
    if not by.has_perm("review.judge_item"):
        raise NotAllowed(_("Only a moderator may give a second reading."))
    reason = reasoned(question, word, reason_code, reason)
    if word == Verdict.Word.OPEN:
        raise NotDone(_("A second reading answers the question. If it cannot be told, say “undetermined”."))
    with changing([item]):
        decided = decided_on([item], question).get((item.pk, question), [])
        first, last = waiting(decided), decided[-1] if decided else None
        if first is None:
            if last and last.second_of_id:
                if last.says_again(by, word, reason_code, reason):
                    return last
                raise DecidedMeanwhile(last.judged_by, last.judged_at, _("a second reading"))
            raise NoLongerAsked(
                _("A second reading is no longer asked for: the first was taken back, or let go. Look at it again.")
            )
        if first.judged_by_id == by.pk:
            raise OwnVerdict(_("This is your own verdict: somebody else reads it a second time."))
        second = Verdict.objects.create(
            item=item,
            question=question,
            word=word,
            reason_code=reason_code,
            reason=reason,
            basis=refuse_other_basis(item, question, seen_basis),
            second_of=first,
            judged_at=timezone.now(),
            judged_by=by,
        )
        # Where both agree the later one holds: it rests on what stands now.
        write_current([CurrentVerdict.of(second)])
        act(verb=verb_of(second), subject=item, actor=by, payload=payload_of(second))
    return second


def took_back(verdict: Verdict) -> bool:
    """Say whether this verdict, just given, took back one that waited, and does not wait itself."""
    before = ReadingRequestEnd.objects.filter(
        request__verdict__item=verdict.item_id, request__verdict__question=verdict.question, how=How.WITHDRAWN
    )
    return verdict.asked is None and before.filter(ended_at__gte=verdict.judged_at).exists()


def to_read_second(items: QuerySet[Item], reader: User) -> QuerySet[Item]:
    """
    Keep the items of which a question waits for this reader's second reading, in the order in which items are reviewed.

    That order is of what everybody knows of them, and says nothing of the first readings.
    """
    if not reader.has_perm("review.judge_item"):
        return items.none()
    others = Verdict.objects.waiting().exclude(judged_by=reader)
    return items.filter(pk__in=others.values("item")).order_by(*ORDER)


def is_for_second(standpoint: Standpoint, reader: User) -> bool:
    """Say whether a question waits for a second reading that this reader may give."""
    return standpoint.is_waiting and not standpoint.is_own and reader.has_perm("review.judge_item")


def number_waiting() -> int:
    """Return of how many verdicts a second reading is asked for: all of them, for of one policy it would tell words."""
    return Verdict.objects.waiting().count()


def let_go(*, by: User, reason: str) -> int:
    """
    Let go of all second readings that nobody gave: the verdicts hold as read once; return how many.

    Not of one policy alone: which verdicts became readable would tell what they say.

    :raises NotAllowed: the person may not set policies
    :raises NotDone: no reason is given, or too long a one
    """
    if not by.has_perm("review.set_reading_policy"):
        raise NotAllowed(_("Only an administrator may let second readings go."))
    if not (reason := kept_reason(reason)):
        raise NotDone(_("Say in a few words why nobody is to read them a second time."))
    items = Item.objects.filter(pk__in=Verdict.objects.waiting().values("item"))
    with changing(items):
        # Asked again now that they are locked: some may have been read while this waited.
        requests = ReadingRequest.objects.filter(verdict__in=Verdict.objects.waiting().filter(item__in=list(items)))
        ended = list(requests.select_related("verdict__item", "verdict__second_of").order_by("pk"))
        for request in ended:
            end(request, how=How.LET_GO, by=by, reason=reason)
        _hold_unread(ended)
    return len(ended)


def _hold_unread(ended: list[ReadingRequest]) -> None:
    of_items = standpoints({request.verdict.item for request in ended}, reader=None)
    changed = {
        (item, standpoint.question): bool(standpoint.changes) for item, each in of_items.items() for standpoint in each
    }
    write_current(
        CurrentVerdict.of(verdict, is_changed=changed[verdict.item_id, Question(verdict.question)])
        for verdict in (request.verdict for request in ended)
    )
