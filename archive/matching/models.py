from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from archive.files.models import MediaFile
from archive.standards.vocabulary import Standing


class Match(models.Model):
    """
    Two files show the same picture, as far as a machine can tell: how they differ and how they lie on each other.

    `held` was received before `other`. Append-only; a person's answer is a `MatchRuling`, and the latest one holds.
    """

    held = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    other = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, help_text="how `other` differs from `held`")
    is_strong = models.BooleanField(help_text="proposed as the same picture; a weak one is only asked")
    distance = models.PositiveSmallIntegerField(null=True, help_text="bits of 256 in which the two PDQ differ")
    inliers = models.PositiveIntegerField(null=True, help_text="points that lie on each other under the transform")
    transform = models.JSONField(
        null=True, help_text="3 × 3, from `other` to `held`, both measured 0 to 1 from top left"
    )
    shared_of_held = models.FloatField(null=True, help_text="share of the held picture that both show, 0 to 1")
    shared_of_other = models.FloatField(null=True)
    offset_milliseconds = models.PositiveIntegerField(null=True, help_text="of the frame, where one is footage")
    method = models.CharField(max_length=40)
    method_version = models.CharField(max_length=20)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["held", "other"], name="match_pair_once"),
            models.CheckConstraint(name="match_of_two_files", condition=~Q(held=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} {self.kind} of {self.held_id}"


class MatchRuling(models.Model):
    """A person's answer to a match: who, when, why. Append-only; the latest holds."""

    match = models.ForeignKey(Match, models.PROTECT, related_name="rulings")
    standing = models.CharField(max_length=12, choices=[(name.value, name.value) for name in Standing])
    kind = models.CharField(max_length=16, blank=True, help_text="where the person names another kind than the machine")
    reason = models.TextField(blank=True)
    ruled_at = models.DateTimeField()
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"match {self.match_id} {self.standing}"
