"""What people say of a wording, what moderators answer, and, for as long as it lasts, who works on what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from archive.accounts.models import User
from archive.accounts.permissions import may
from archive.authorities.models import Event
from archive.catalogue.hidden_wordings import Withheld
from archive.catalogue.models import Caption, Item
from archive.ledger.models import LedgerFollower
from archive.provenance.checks.finding import Question


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: object) -> ProposalQuerySet:
        """Keep proposals on wordings of items that this user may see."""
        return self.filter(Item.objects.visible_to(user).named_by("caption__item"))

    def undecided(self) -> ProposalQuerySet:
        return self.filter(decision=None)

    def with_answers(self) -> ProposalQuerySet:
        """Fetch who proposed, what was answered and what came of it, in the same query."""
        return self.select_related("proposed_by", "caption", "decision__decided_by", "decision__caption")


class Proposal(models.Model):
    """
    What a person says of a wording: a reason, perhaps other words, perhaps a note. It stands beside, never in it.

    Append-only.
    """

    class Reason(models.TextChoices):
        WRONG_DATE = "WRONG_DATE", _("wrong date")
        WRONG_PLACE = "WRONG_PLACE", _("wrong place")
        WRONG_COUNT = "WRONG_COUNT", _("wrong count")
        LOADED_LANGUAGE = "LOADED_LANGUAGE", _("loaded language")
        IDENTIFIES_PERSON = "IDENTIFIES_PERSON", _("identifies a private person or a child")
        NOT_WHAT_IS_SHOWN = "NOT_WHAT_IS_SHOWN", _("not what the picture shows")
        CREDIT_MISSING = "CREDIT_MISSING", _("credit missing")
        OTHER = "OTHER", _("other")

    caption = models.ForeignKey(Caption, models.PROTECT, related_name="proposals")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    text = models.TextField(blank=True, help_text="the wording proposed instead; empty: only flagged")
    note = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        permissions = [("decide_on_proposal", "Can decide on proposals for captions")]
        constraints = [
            models.CheckConstraint(
                name="proposal_other_says_what", condition=~Q(reason="OTHER") | ~Q(text="") | ~Q(note="")
            )
        ]
        indexes = [models.Index(fields=["proposed_by", "id"], name="proposal_of_person")]

    def __str__(self) -> str:
        return f"{self.reason} of caption {self.caption_id} by {self.proposed_by_id}"

    @property
    def identifies(self) -> bool:
        return self.reason == self.Reason.IDENTIFIES_PERSON

    def words_for(self, user: User, withheld: Withheld) -> tuple[str, str]:
        """
        Return the wording and the note as this user may read them, held words left out.

        Who says that a caption identifies somebody may well say whom: that is for the moderators, whatever they answer.
        """
        if self.identifies and self.proposed_by_id != user.pk and not user.has_perm("catalogue.view_held_caption"):
            return "", ""
        return "" if withheld.repeats(self.text) else self.text, "" if withheld.hides(self.note) else self.note


class ProposalDecision(models.Model):
    """A moderator's answer: who, when, why, and the archive's wording that came of it. One a proposal; append-only."""

    class Outcome(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("accepted")
        AMENDED = "AMENDED", _("accepted in other words")
        REVERTED = "REVERTED", _("an earlier version put back")
        REJECTED = "REJECTED", _("rejected")

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.TextField(blank=True)
    caption = models.ForeignKey(Caption, models.PROTECT, null=True, related_name="+", help_text="that came of it")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # What leads otherwise by it, for whoever has just decided; it is not stored, the rulings are.
    changes: Sequence[Any] = ()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="proposal_rejected_with_reason", condition=~Q(outcome="REJECTED") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="proposal_amended_by_a_caption",
                condition=~Q(outcome__in=["AMENDED", "REVERTED"]) | Q(caption__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.proposal_id} {self.outcome}"


class ProposalReopening(models.Model):
    """
    A decided proposal is decided anew: by the answer to `again`, which says the same in the same person's name.

    What the first answer did stands until then. Append-only.
    """

    decision = models.OneToOneField(ProposalDecision, models.PROTECT, related_name="reopening")
    again = models.OneToOneField(Proposal, models.PROTECT, related_name="reopens")
    reason = models.TextField()
    reopened_at = models.DateTimeField()
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="proposal_reopened_with_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"decision {self.decision_id} reopened by {self.reopened_by_id}"


class AnswerSeen(models.Model):
    """The proposer has seen the answer."""

    decision = models.OneToOneField(ProposalDecision, models.CASCADE, related_name="seen")
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"answer to proposal {self.decision_id} seen"


class WorkLease(models.Model):
    """Who works on something at the moment, until when; changed and removed as the work goes on."""

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        abstract = True

    def holds(self, at: datetime) -> bool:
        return at < self.until


class ProposalLease(WorkLease):
    """Who works on a proposal."""

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="lease")

    def __str__(self) -> str:
        return f"proposal {self.proposal_id} with {self.holder_id}"


class Dismissal(models.Model):
    """
    A person's word that items do not belong to the event they were proposed to: a recorded one, or a new one.

    Append-only.
    """

    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+", help_text="null: a new one")
    items = models.JSONField(help_text="the items' keys; a list of them is only ever read whole")
    name = models.CharField(max_length=300, help_text="of the event, as it was proposed")
    reason = models.TextField()
    dismissed_at = models.DateTimeField()
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{len(self.items)} items not of {self.name}"


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, user: object) -> FlagQuerySet:
        """Keep flags on pictures that this user may see: their own, and for moderators everybody's."""
        flags = self.filter(Item.objects.visible_to(user).named_by("item"))
        if may(user, "review.decide_on_flag"):
            return flags
        return flags.filter(flagged_by=user) if isinstance(user, User) else self.none()

    def undecided(self) -> FlagQuerySet:
        return self.filter(decision=None)

    def with_answers(self) -> FlagQuerySet:
        """Fetch who flagged and what was answered in the same query."""
        return self.select_related("flagged_by", "decision__decided_by")


class Flag(models.Model):
    """
    What a person says of a picture: on which ground it should perhaps not be shown as it is.

    Append-only, but that what a visitor wrote may be erased. The note may say whom it shows: it is for who wrote it and
    for the moderators. Of a visitor, who has no account, nothing is known but what they write themselves.
    """

    class Ground(models.TextChoices):
        IDENTIFIES_PERSON = "IDENTIFIES_PERSON", _("identifies a private person")
        IDENTIFIES_CHILD = "IDENTIFIES_CHILD", _("identifies a child")
        DISTRESSING = "DISTRESSING", _("distressing")
        RIGHTS = "RIGHTS", _("rights of others")
        FAMILY_REQUEST = "FAMILY_REQUEST", _("request of a family")

    item = models.ForeignKey(Item, models.PROTECT, related_name="flags")
    ground = models.CharField(max_length=20, choices=Ground.choices)
    note = models.TextField(blank=True)
    flagged_at = models.DateTimeField()
    flagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="null: a visitor"
    )
    contact = models.CharField(max_length=300, blank=True, help_text="of a visitor, as they wrote it; for moderators")
    rule = models.CharField(max_length=40, blank=True, help_text="by which the archive raised it; empty: somebody did")

    objects = FlagQuerySet.as_manager()

    class Meta:
        permissions = [("decide_on_flag", "Can decide on flags of pictures")]
        indexes = [models.Index(fields=["flagged_by", "id"], name="flag_of_person")]

    def __str__(self) -> str:
        return f"{self.ground} of item {self.item_id} by {self.flagged_by_id or self.rule or 'a visitor'}"

    @property
    def is_of_visitor(self) -> bool:
        return self.flagged_by_id is None and not self.rule

    @property
    def by_whom(self) -> str:
        """Who raised it, in words; free of queries after `with_answers()`."""
        if self.rule:
            return "Strandline"
        return self.flagged_by.get_username() if self.flagged_by else str(_("a visitor"))


class FlagReceipt(models.Model):
    """The number by which the archive finds the flag of a visitor, who was given it. Written once."""

    flag = models.OneToOneField(Flag, models.PROTECT, related_name="receipt")
    code = models.CharField(max_length=10, unique=True)

    def __str__(self) -> str:
        return f"{self.code[:5]}-{self.code[5:]}"


class FlagDecision(models.Model):
    """A moderator's answer to a flag: who, when, why. One a flag; append-only."""

    class Outcome(models.TextChoices):
        UPHELD = "UPHELD", _("upheld")
        NOT_UPHELD = "NOT_UPHELD", _("not upheld")

    flag = models.OneToOneField(Flag, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="flag_decided_with_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"flag {self.flag_id} {self.outcome}"


class FlagAnswerSeen(models.Model):
    """Who flagged has seen the answer."""

    decision = models.OneToOneField(FlagDecision, models.CASCADE, related_name="seen")
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"answer to flag {self.decision_id} seen"


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def with_readings(self) -> VerdictQuerySet:
        """Fetch with each who gave it, what it is a second reading of, and the request for one, in the same query."""
        return self.select_related("judged_by", "second_of", "request__end__ended_by")

    def waiting(self) -> VerdictQuerySet:
        """Keep the first readings that wait for a second one."""
        return self.filter(request__isnull=False, request__end=None, second=None)


class Verdict(models.Model):
    """
    What a person holds of one question on an item: who, when, on which ground, and what stood at that time.

    Append-only; of each question the latest that is no advice holds, but while it waits for a second reading, or where
    that says otherwise. `basis` says which claims stood and how, which
    findings, and which captions: what differs from it later is told.
    """

    class Word(models.TextChoices):
        SUPPORTED = "SUPPORTED", _("supported")
        CONTRADICTED = "CONTRADICTED", _("contradicted")
        UNDETERMINED = "UNDETERMINED", _("undetermined")
        OPEN = "OPEN", _("open again")

    class Reason(models.TextChoices):
        GROUNDS_AGREE = "GROUNDS_AGREE", _("the grounds agree")
        SEEN_IN_PICTURE = "SEEN_IN_PICTURE", _("it is seen in the picture")
        FILE_SHOWS = "FILE_SHOWS", _("the file shows it")
        PUBLICATION_SHOWS = "PUBLICATION_SHOWS", _("a publication shows it")
        COPY_SHOWS = "COPY_SHOWS", _("another copy shows it")
        MAKER_SAYS = "MAKER_SAYS", _("who made or supplied it says so")
        NOT_ENOUGH = "NOT_ENOUGH", _("there is not enough to tell")
        OTHER = "OTHER", _("other, as written")

    item = models.ForeignKey(Item, models.PROTECT, related_name="verdicts")
    question = models.CharField(max_length=12, choices=[(question.value, question.value) for question in Question])
    word = models.CharField(max_length=12, choices=Word.choices)
    reason_code = models.CharField(max_length=20, choices=Reason.choices)
    reason = models.TextField(blank=True)
    basis = models.JSONField(default=dict)
    is_advice = models.BooleanField(default=False, help_text="of somebody who may not decide")
    second_of = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="second",
        help_text="the first reading, that it was blind to",
    )
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = VerdictQuerySet.as_manager()

    class Meta:
        permissions = [
            ("judge_item", "Can give verdicts on the questions of a review"),
            ("advise_on_item", "Can advise on the questions of a review"),
        ]
        indexes = [models.Index(fields=["item", "question", "id"], name="verdict_of_question")]
        constraints = [
            models.CheckConstraint(
                name="verdict_says_why",
                condition=~Q(reason="") | ~Q(reason_code="OTHER") & ~Q(word__in=["CONTRADICTED", "OPEN"]),
            ),
            models.CheckConstraint(
                name="verdict_second_decides", condition=Q(second_of=None) | Q(is_advice=False) & ~Q(word="OPEN")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} of item {self.item_id} {self.word}"

    def says_again(self, by: User, word: str, reason_code: str, reason: str) -> bool:
        """Whether this is what somebody gives now: a double click, or a second tab."""
        return (self.judged_by, self.word, self.reason_code, self.reason) == (by, word, reason_code, reason)

    @property
    def is_dissent(self) -> bool:
        """Whether it is a second reading that says otherwise; free of queries after `with_readings()`."""
        return self.second_of is not None and self.second_of.word != self.word

    @property
    def asked(self) -> ReadingRequest | None:
        """The request for a second reading of it, if there ever was one; free of queries after `with_readings()`."""
        return getattr(self, "request", None)

    @property
    def let_go(self) -> ReadingRequestEnd | None:
        """Who said, and why, that nobody is to read it a second time; free of queries after `with_readings()`."""
        end = getattr(self.asked, "end", None)
        return end if end and end.how == ReadingRequestEnd.How.LET_GO else None


class ReadingPolicy(models.Model):
    """
    From now on verdicts of some sort are read a second time, or no longer. Append-only; the latest of a policy holds.
    """

    class Policy(models.TextChoices):
        SENSITIVE = "SENSITIVE", _("any verdict on a sensitive item")
        SAMPLE = "SAMPLE", _("some of all verdicts on released items, drawn by lot")
        CONTRADICTED = "CONTRADICTED", _("“contradicted” on a released item")

    policy = models.CharField(max_length=12, choices=Policy.choices)
    is_on = models.BooleanField()
    one_in = models.PositiveIntegerField(default=1, help_text="of so many verdicts one is drawn")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        permissions = [("set_reading_policy", "Can say which verdicts are read a second time")]
        constraints = [models.CheckConstraint(name="policy_one_in_some", condition=Q(one_in__gte=1))]

    def __str__(self) -> str:
        return f"{self.policy} {'on' if self.is_on else 'off'}"


class ReadingRequest(models.Model):
    """
    A second person is to read this question of an item, blind to the verdict. Append-only.

    Which policy asked tells something of the verdict: it is as hidden as the verdict is. `asked_at` is the moment of
    the verdict itself where that was hidden from the start (in earlier records some milliseconds after it); where it
    is later, others could read the verdict before.
    """

    verdict = models.OneToOneField(Verdict, models.PROTECT, related_name="request")
    policy = models.CharField(max_length=12, choices=ReadingPolicy.Policy.choices)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"second reading of verdict {self.verdict_id}"


class ReadingRequestEnd(models.Model):
    """A second reading is no longer asked for though nobody gave it: who said so, when, why. Append-only."""

    class How(models.TextChoices):
        WITHDRAWN = "WITHDRAWN", _("the first reader judged anew")
        LET_GO = "LET_GO", _("let go unread")

    request = models.OneToOneField(ReadingRequest, models.PROTECT, related_name="end")
    how = models.CharField(max_length=10, choices=How.choices)
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="reading_let_go_with_reason", condition=~Q(how="LET_GO") | ~Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"request {self.request_id} {self.how}"


class CurrentVerdict(models.Model):
    """
    Projection: what holds on each question of an item. `verdicts` and `second_readings` alone write it.

    Everybody may search it who may search by verdicts at all: of a first reading that waits for the second it has
    neither the key nor the word.
    """

    class Word(models.TextChoices):
        SUPPORTED = "SUPPORTED", _("supported")
        CONTRADICTED = "CONTRADICTED", _("contradicted")
        UNDETERMINED = "UNDETERMINED", _("undetermined")
        OPEN = "OPEN", _("open again")
        WAITING = "WAITING", _("waits for a second reading")
        DISSENT = "DISSENT", _("read twice, dissent")

    UNANSWERED = (Word.OPEN, Word.DISSENT)

    item = models.ForeignKey(Item, models.CASCADE, related_name="current_verdicts", db_index=False)
    question = models.CharField(max_length=12)
    verdict = models.OneToOneField(
        Verdict, models.CASCADE, null=True, related_name="current", help_text="the last reading; null: one waits"
    )
    word = models.CharField(max_length=12, choices=Word.choices)
    is_changed = models.BooleanField(default=False, help_text="what it rests on is no longer what it was")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "question"], name="current_verdict_once")]
        indexes = [models.Index(fields=["question", "word", "item"], name="current_verdict_word")]

    def __str__(self) -> str:
        return f"{self.question} of item {self.item_id} {self.word}"

    @classmethod
    def of(cls, verdict: Verdict, *, is_changed: bool = False) -> CurrentVerdict:
        """Return, unsaved, what holds once a verdict is given, or read a second time by this one."""
        word = cls.Word.DISSENT if verdict.is_dissent else verdict.word
        return cls(
            item_id=verdict.item_id, question=verdict.question, verdict=verdict, word=word, is_changed=is_changed
        )


class ItemLease(WorkLease):
    """Who reviews an item; told to nobody, for who gave a verdict that waits for a second reading would be told so."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="review_lease")

    def __str__(self) -> str:
        return f"item {self.item_id} with {self.holder_id}"


class VerdictsRead(LedgerFollower):
    """How far the ledger was read for what verdicts rest on."""


class OwnActQuerySet(models.QuerySet["OwnAct"]):
    def visible_to(self, user: object) -> OwnActQuerySet:
        """Keep one's own: only who did something undoes it."""
        return self.filter(done_by=user) if isinstance(user, User) else self.none()


class OwnAct(models.Model):
    """
    What a person did at once, to one item or to many, that a counter-act can undo: which entries of the ledger tell it.

    Written with those entries, in their transaction. Append-only: what undoes it is an act of its own, which `undoes`
    it and can be undone in its turn.
    """

    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField()
    first_entry = models.PositiveBigIntegerField(help_text="of the ledger")
    last_entry = models.PositiveBigIntegerField(help_text="of the ledger; those between are of the same transaction")
    items = models.JSONField(help_text="the keys of the items; a list of them is only ever read whole")
    what = models.JSONField(help_text="verb, property and value of the entries, each different one once")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    objects = OwnActQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["done_by", "-id"], name="own_act_of_person")]

    def __str__(self) -> str:
        return f"entries {self.first_entry} to {self.last_entry} of {self.done_by_id}"
