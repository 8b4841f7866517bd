"""
One answer for many items: what it would be on each, told beforehand, and then an entry of its own on each it may be.

Nothing is supported over what speaks against it, and no verdict that holds is replaced, unless the person says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.ledger.not_done import NotDone
from archive.projection.item_gate import changing
from archive.provenance.checks.finding import Question
from archive.review.models import ItemLease, Verdict
from archive.review.shown_verdicts import standpoints_for
from archive.review.verdicts import Standpoint, give_each, has_grounds, reasoned, what_speaks_against

# More at once than a person can answer for by one look.
MOST = 1000
# As much of a digest as tells one basis from another; of a thousand items all of it would be a long form.
_DIGITS = 16


class Obstacle(models.TextChoices):
    """Why an answer for many is not given on one of them."""

    AGAINST = "AGAINST", gettext_lazy("something speaks against it")
    ANSWERED = "ANSWERED", gettext_lazy("a verdict holds already")
    SAME = "SAME", gettext_lazy("the same verdict holds already")
    NOT_ANSWERED = "NOT_ANSWERED", gettext_lazy("no verdict holds that could be opened again")
    SILENT = "SILENT", gettext_lazy("nothing is said on it that could agree")
    TAKEN = "TAKEN", gettext_lazy("somebody else reviews it now")
    WAITING = "WAITING", gettext_lazy("it waits for a second reading, which is given for itself")
    DISSENT = "DISSENT", gettext_lazy("two readings differ, which is decided for itself")
    CHANGED = "CHANGED", gettext_lazy("what stands on it changed since you looked")


@dataclass(frozen=True)
class Answer:
    """One word on one question with its reason, for many items; what of them it is given on all the same."""

    question: Question
    word: str
    reason_code: str
    reason: str = ""
    is_against: bool = False  # supported also where something speaks against it
    is_instead: bool = False  # also in the place of another verdict that holds

    @property
    def overcomes(self) -> set[Obstacle]:
        """The obstacles that the person chose to pass over."""
        chosen = {Obstacle.AGAINST: self.is_against, Obstacle.ANSWERED: self.is_instead}
        return {obstacle for obstacle, is_chosen in chosen.items() if is_chosen}


@dataclass(frozen=True)
class Prospect:
    """What an answer would be on one item: what stands on the question, and why it would not be given."""

    item: Item
    standpoint: Standpoint
    against: list[str]
    obstacles: list[Obstacle]
    is_given: bool

    @property
    def shown(self) -> str:
        """What the person is shown of the question, to be held against what stands when they answer."""
        return f"{self.standpoint.seen}.{self.standpoint.basis_digest[:_DIGITS]}"


def prospects(items: Iterable[Item], answer: Answer, *, by: User, at: datetime) -> list[Prospect]:
    """
    Return what an answer would be on each of these items, in their order; ten queries at most, whatever their number.

    :raises NotAllowed: the person may not decide
    :raises NotDone: a word or a ground that is none, a reason that is missing, or too many items
    """
    items = list(items)
    answer = _acceptable(items, answer, by)
    leases = ItemLease.objects.filter(item__in=items).exclude(holder=by)
    taken = {lease.item_id for lease in leases if lease.holds(at)}
    return [
        _prospect(item, next(each for each in of_item if each.question == answer.question), answer, taken)
        for item, of_item in zip(items, standpoints_for(by, items).values(), strict=True)
    ]


def judge_each(
    items: Iterable[Item], answer: Answer, *, by: User, shown: dict[int, str], at: datetime | None = None
) -> list[Prospect]:
    """
    Give an answer on each of these items that it may be given on; return what became of each, in the order of keys.

    :param shown: `Prospect.shown` by the key of the item, as the person saw it
    :raises NotAllowed: the person may not decide
    :raises NotDone: a word or a ground that is none, a reason that is missing, or too many items
    """
    items = list(items)
    answer = _acceptable(items, answer, by)
    with changing() as change:
        # Nothing that search reads of an item hangs on its verdicts: it is locked, and not written.
        change.lock(items)
        # What the rows say now: somebody may have ruled on claims, or restricted an item, since the page was opened.
        locked = Item.objects.visible_to(by).filter(pk__in=[item.pk for item in items]).with_card().order_by("pk")
        rows = [_unless_changed(row, shown) for row in prospects(locked, answer, by=by, at=at or timezone.now())]
        given = {row.item: row.standpoint.basis for row in rows if row.is_given}
        give_each(given, answer.question, answer.word, answer.reason_code, answer.reason, by=by)
    return rows


def _acceptable(items: list[Item], answer: Answer, by: User) -> Answer:
    if not by.has_perm("review.judge_item"):
        raise NotAllowed(_("Only a moderator may give verdicts on several items at once."))
    reason = reasoned(answer.question, answer.word, answer.reason_code, answer.reason)
    if answer.is_against and answer.reason_code == Verdict.Reason.GROUNDS_AGREE:
        raise NotDone(_("Where something speaks against it the grounds do not agree. Choose another ground."))
    if len(items) > MOST:
        raise NotDone(_("No more than %(most)d items are answered at once.") % {"most": MOST})
    return replace(answer, reason=reason)


def _prospect(item: Item, standpoint: Standpoint, answer: Answer, taken: set[int]) -> Prospect:
    against = what_speaks_against(item, standpoint)
    obstacles = list(_obstacles(standpoint, answer, against))
    if item.pk in taken:
        obstacles.append(Obstacle.TAKEN)
    is_given = set(obstacles) <= answer.overcomes
    return Prospect(item, standpoint, against, obstacles, is_given)


def _obstacles(standpoint: Standpoint, answer: Answer, against: list[str]) -> Iterable[Obstacle]:
    holds = None if standpoint.is_open or standpoint.verdict is None else standpoint.verdict.word
    if standpoint.is_waiting:
        yield Obstacle.WAITING
        return
    if standpoint.is_dissent:
        yield Obstacle.DISSENT
        return
    if answer.word == Verdict.Word.OPEN:
        if not holds:
            yield Obstacle.NOT_ANSWERED
        return
    if holds == answer.word and not standpoint.is_to_be_looked_at:
        yield Obstacle.SAME
    elif holds:
        yield Obstacle.ANSWERED
    if answer.word == Verdict.Word.SUPPORTED:
        if against:
            yield Obstacle.AGAINST
        elif answer.reason_code == Verdict.Reason.GROUNDS_AGREE and not has_grounds(standpoint.basis):
            yield Obstacle.SILENT


def _unless_changed(row: Prospect, shown: dict[int, str]) -> Prospect:
    if shown.get(row.item.pk) == row.shown:
        return row
    return replace(row, obstacles=[*row.obstacles, Obstacle.CHANGED], is_given=False)
