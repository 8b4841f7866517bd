from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.catalogue.models import Item
from archive.ledger.models import LedgerFollower
from archive.matching.models import Match
from archive.provenance.checks.finding import Outcome, Question

OUTCOMES = [
    (Outcome.CONTRADICTORY.value, _("contradictory")),
    (Outcome.UNREADABLE.value, _("unreadable")),
    (Outcome.CONSISTENT.value, _("consistent")),
    (Outcome.INCONCLUSIVE.value, _("inconclusive")),
    (Outcome.NOT_APPLICABLE.value, _("does not apply")),
]


QUESTIONS = {
    Question.WHEN: _("When was it made?"),
    Question.WHERE: _("Where was it made?"),
    Question.EVENT: _("What event does it show?"),
    Question.MAKER: _("Who made it, and who published it first?"),
    Question.WHOLENESS: _("Is it the whole original?"),
    Question.CAPTION: _("Does the caption say what it shows?"),
}


class LedgerRead(LedgerFollower):
    """How far lineage has read the ledger, which tells whose evidence changed."""


class TakeDown(models.Model):
    """
    From now on a picture is taken down, or may be shown again. Append-only; the latest of an item holds.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="take_downs")
    is_down = models.BooleanField()
    reason = models.TextField(blank=True)
    match = models.ForeignKey(
        Match, models.PROTECT, null=True, related_name="+", help_text="by which it was taken down by itself"
    )
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="null: by itself"
    )

    def __str__(self) -> str:
        return f"item {self.item_id} {'taken down' if self.is_down else 'may be shown'}"


class FindingQuerySet(models.QuerySet["Finding"]):
    def current(self) -> FindingQuerySet:
        """Keep those that stand now: of each check on each item the last one."""
        return self.filter(current__isnull=False)


class Finding(models.Model):
    """
    What one check found on one item. Append-only: a later one of the same check takes its place, the old one stays.

    `observations` is a list of {"outcome", "code", "values", "grounds"}, the gravest first, whose outcome and code
    stand for the whole; `sentence` is the first one's, in English.
    """

    VERB = "check"  # of the act in the ledger
    DROP_VERB = "drop check"  # of the one by which findings stand no longer, for nobody makes them any more

    item = models.ForeignKey(Item, models.PROTECT, related_name="findings")
    check_slug = models.CharField(max_length=60)
    version = models.CharField(max_length=20, help_text="of the check")
    outcome = models.CharField(max_length=14, choices=[(outcome.value, outcome.value) for outcome in Outcome])
    code = models.CharField(max_length=60)
    sentence = models.TextField()
    observations = models.JSONField(default=list)
    found_at = models.DateTimeField()

    objects = FindingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.check_slug} of item {self.item_id}: {self.outcome}"


class CurrentFinding(models.Model):
    """
    Projection: the finding of each check on each item that stands now. `check_items` alone writes it.

    The database does not look up what it points to: findings are append-only and hold on to their items, so that
    neither can go; the two looks took a third of the time in which findings are stored.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="current_findings", db_index=False, db_constraint=False)
    finding = models.OneToOneField(Finding, models.CASCADE, related_name="current", db_constraint=False)
    check_slug = models.CharField(max_length=60)
    outcome = models.CharField(max_length=14)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "check_slug"], name="current_finding_once")]
        indexes = [models.Index(fields=["check_slug", "outcome", "item"], name="current_finding_outcome")]

    def __str__(self) -> str:
        return f"{self.check_slug} of item {self.item_id}: {self.outcome}"


class FindingCount(models.Model):
    """Projection: on how many items a check found what, of the findings that stand. `check_items` alone writes it."""

    check_slug = models.CharField(max_length=60)
    outcome = models.CharField(max_length=14)
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["check_slug", "outcome"], name="finding_count_once")]

    def __str__(self) -> str:
        return f"{self.check_slug}: {self.number} {self.outcome}"


class CheckedItem(models.Model):
    """That an item was checked, and by which versions; or that it is still to be checked."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="checked")
    versions = models.CharField(
        max_length=32, help_text="digest of the checks and their versions; empty or a word where it is to be checked"
    )
    checked_at = models.DateTimeField(null=True, help_text="null: never")
    failures = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="how often in a row a check failed on it"
    )
    try_at = models.DateTimeField(null=True, help_text="when it is tried again by itself; null: not")

    class Meta:
        indexes = [
            models.Index(fields=["versions", "item"], name="checked_item_versions"),
            models.Index(fields=["try_at", "item"], name="checked_item_failed", condition=models.Q(failures__gt=0)),
        ]

    def __str__(self) -> str:
        return f"item {self.item_id} checked {self.checked_at}"


class ChecksRead(LedgerFollower):
    """How far the checks have read the ledger."""
