"""Which verdicts a second person reads: the policies that the administrator sets, as rows; the latest of each holds."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, recording
from archive.review.models import Flag, FlagDecision, ReadingPolicy, Verdict

Policy = ReadingPolicy.Policy
SET_POLICY = "set reading policy"
LEAST_DRAWN = 100  # one in so many: below that nothing would be told by what is drawn


@dataclass(frozen=True)
class Setting:
    """How a policy is set: whether it holds, of how many verdicts one is drawn, and the row that says so, if any."""

    policy: str
    is_on: bool = True
    one_in: int = 1
    said_by: ReadingPolicy | None = None


# What holds until the administrator says otherwise. Of the sample one in five: beside "contradicted", which is rare, it
# is the larger part, so that to be asked says little of what the first reading says.
DEFAULTS = {
    Policy.SENSITIVE: Setting(Policy.SENSITIVE),
    Policy.SAMPLE: Setting(Policy.SAMPLE, one_in=5),
    Policy.CONTRADICTED: Setting(Policy.CONTRADICTED),
}
# Whoever flags a picture on one of these says that it shows somebody, or what is hard to look at.
SENSITIVE_GROUNDS = [ground for ground in Flag.Ground if ground != Flag.Ground.RIGHTS]


def settings_of_policies() -> dict[str, Setting]:
    """Return how each policy is set, in their order; one query."""
    said = {row.policy: row for row in ReadingPolicy.objects.select_related("set_by").order_by("pk")}
    return {
        policy: Setting(policy, row.is_on, row.one_in, row) if (row := said.get(policy)) else default
        for policy, default in DEFAULTS.items()
    }


def set_policy(policy: str, *, is_on: bool, one_in: int = 1, by: User) -> Setting:
    """
    Say whether verdicts are read a second time by a policy, from now on; what waits already goes on waiting.

    :param one_in: of the sample: of so many verdicts one is drawn
    :raises NotAllowed: the person may not set policies
    :raises NotDone: no such policy, or a number that cannot be drawn from
    """
    if not by.has_perm("review.set_reading_policy"):
        raise NotAllowed(_("Only an administrator may say which verdicts are read a second time."))
    if policy not in DEFAULTS:
        raise NotDone(_("There is no such policy."))
    if not 1 <= one_in <= LEAST_DRAWN:
        raise NotDone(_("One in how many? Write a number from 1 to %(most)d.") % {"most": LEAST_DRAWN})
    if policy != Policy.SAMPLE:
        one_in = 1
    with recording():
        before = settings_of_policies()[policy]
        if (before.is_on, before.one_in) == (is_on, one_in):
            return before
        row = ReadingPolicy.objects.create(policy=policy, is_on=is_on, one_in=one_in, set_at=timezone.now(), set_by=by)
        act(verb=SET_POLICY, subject=row, actor=by, payload=payload_of_policy(row))
    return Setting(policy, is_on, one_in, row)


def payload_of_policy(row: ReadingPolicy) -> dict[str, object]:
    return {"policy": str(row.policy), "is_on": row.is_on, "one_in": row.one_in}


def who_may_judge() -> list[User]:
    """Return the people who may give verdicts, and so second readings."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return list(User.objects.with_perm("review.judge_item", backend=backend).order_by("username"))


@dataclass(frozen=True)
class Policies:
    """The policies as they are set, and which of some items are sensitive or released: what falls under them."""

    settings: dict[str, Setting]
    sensitive: set[int]
    released: set[int]

    @classmethod
    def on(cls, items: Iterable[Item]) -> "Policies":
        """Ask what the rows say now of these items, which are locked; three queries."""
        keys = [item.pk for item in items]
        here = Item.objects.filter(pk__in=keys)
        return cls(
            settings_of_policies(),
            set(here.filter(is_sensitive()).values_list("pk", flat=True)),
            set(here.filter(access=Access.RELEASED).values_list("pk", flat=True)),
        )

    def asking(self, verdict: Verdict, *, is_drawn: bool = False) -> str | None:
        """
        Return the first policy that a verdict just given falls under; None: it is read once.

        :param is_drawn: a lot fell on this question already
        """
        # The lot is drawn before the word is looked at, so that the sample is one of all words.
        return next((policy for policy in DEFAULTS if self.covers(policy, verdict, is_drawn=is_drawn)), None)

    def covers(self, policy: str, verdict: Verdict, *, is_drawn: bool = False) -> bool:
        """Say whether a verdict falls under a policy; under the sample by a lot drawn now, unless one fell before."""
        if not self.settings[policy].is_on or verdict.is_advice or verdict.word == Verdict.Word.OPEN:
            return False
        if policy == Policy.SENSITIVE:
            return verdict.item_id in self.sensitive
        if verdict.item_id not in self.released:
            return False
        if policy == Policy.SAMPLE:
            return is_drawn or not secrets.randbelow(self.settings[policy].one_in)
        return verdict.word == Verdict.Word.CONTRADICTED


def is_sensitive() -> Q:
    """
    Narrow to items marked as distressing, and to those with a flag on a person or on what is hard to look at.

    A flag counts until it is answered with no; one of a visitor, whom nobody knows, once it is upheld.
    """
    flags = Flag.objects.filter(item=OuterRef("pk"), ground__in=SENSITIVE_GROUNDS)
    waits = Q(decision=None, flagged_by__isnull=False)
    counting = flags.filter(waits | Q(decision__outcome=FlagDecision.Outcome.UPHELD))
    return Q(is_distressing=True) | Q(Exists(counting))
