from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from archive.files.leases import is_over
from archive.files.models import MediaFile, Rendition
from archive.matching.kinds import Kind
from archive.standards.vocabulary import Standing

# Longer than a batch takes; after a worker's death its batch waits so long.
LEASE = timedelta(seconds=120)
KINDS = [
    (Kind.IDENTICAL.value, _("the same picture")),
    (Kind.REENCODED.value, _("the same picture, encoded or sized anew")),
    (Kind.CROPPED.value, _("a part of the picture")),
    (Kind.MIRRORED.value, _("the picture, mirrored")),
    (Kind.OVERLAID.value, _("the picture with something laid over it")),
    (Kind.SCREENSHOT.value, _("the picture within a screenshot")),
    (Kind.STILL_OF.value, _("a still of the footage")),
    (Kind.SIMILAR_SCENE.value, _("the same scene, another exposure")),
]


class FingerprintQuerySet(models.QuerySet["Fingerprint"]):
    def to_do(self, version: str, now: datetime) -> FingerprintQuerySet:
        """Keep what was not yet matched by this version and is in nobody's hands."""
        # Two ranges of the index; a plain "not equal" would read it whole.
        other = Q(matched_version__lt=version) | Q(matched_version__gt=version)
        return self.filter(other, Q(leased_until=None) | is_over("leased_until", now=now, longest=LEASE))


class Fingerprint(models.Model):
    """
    By what a picture, or a still of footage, is recognised. The row says what is still to do: it is there as soon as
    the picture is held, and `matched_version` is empty or another one until the picture was matched.

    Made from the picture's screen copy and can be made again at any time.
    """

    media_file = models.ForeignKey(MediaFile, models.PROTECT, related_name="fingerprints")
    rendition = models.OneToOneField(Rendition, models.CASCADE, related_name="fingerprint", help_text="it is made from")
    offset_milliseconds = models.PositiveIntegerField(null=True, help_text="of a still of footage")
    pdq = models.CharField(max_length=64, blank=True, help_text="256 bits; empty: too plain for one")
    pdq_mirrored = models.CharField(max_length=64, blank=True)
    quality = models.PositiveSmallIntegerField(default=0, help_text="of PDQ, 0 to 100")
    trim = models.JSONField(default=list, help_text="of uniform borders: left, top, right, bottom, 0 to 1")
    features = models.BinaryField(null=True, help_text="local features; null: too few")
    unmatchable_because = models.TextField(blank=True, help_text="a sentence for people; empty: it can be matched")
    orientation = models.SmallIntegerField(null=True, help_text="of the copy that it was made from; null: not turned")
    version = models.CharField(max_length=40, blank=True, help_text="of the methods it was made by; empty: not yet")
    # Given at the end of the transaction that makes it, in the order of commits: whoever has read up to one revision
    # has missed none before it. A fingerprint made again has a new one.
    revision = models.BigIntegerField(null=True, unique=True)
    made_at = models.DateTimeField(null=True)
    matched_version = models.CharField(max_length=60, blank=True, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)

    objects = FingerprintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["media_file"], condition=Q(offset_milliseconds=None), name="fingerprint_of_picture_once"
            ),
            models.UniqueConstraint(fields=["media_file", "offset_milliseconds"], name="fingerprint_of_still_once"),
        ]

    def __str__(self) -> str:
        return f"fingerprint of {self.media_file_id} {self.pdq[:12]}"

    @property
    def is_matchable(self) -> bool:
        return bool(self.version) and not self.unmatchable_because


class RevisionHead(models.Model):
    """The last revision given to a fingerprint. One row, locked by who gives the next; `epoch` tells it from others."""

    last = models.BigIntegerField(default=0)
    epoch = models.UUIDField(default=uuid4)

    def __str__(self) -> str:
        return f"revision {self.last}"


class PictureIndexMark(models.Model):
    """
    That a machine noted its picture index: its file names the newest such row. A database without it is another one, or
    was restored from before, and may have given the same revisions to other fingerprints. Old rows are removed.
    """

    mark = models.CharField(max_length=32, unique=True)

    def __str__(self) -> str:
        return f"mark {self.mark}"


class MatchQuerySet(models.QuerySet["Match"]):
    def with_standing(self) -> MatchQuerySet:
        """Annotate `standing`, that of the latest ruling, and `kind_now`, the person's kind before the machine's."""
        latest = MatchRuling.objects.filter(match=OuterRef("pk")).order_by("-pk")
        named = latest.annotate(named=NullIf("kind", models.Value(""))).values("named")[:1]
        return self.annotate(
            standing=Coalesce(Subquery(latest.values("standing")[:1]), models.Value(str(Standing.PROPOSED))),
            kind_now=Coalesce(Subquery(named), "kind"),
        )

    def counting(self) -> MatchQuerySet:
        """Keep what counts: confirmed matches, and strong ones until somebody denies them."""
        is_taken = Q(standing=Standing.ACCEPTED) | Q(standing=Standing.PROPOSED, is_strong=True)
        return self.with_standing().filter(is_taken)

    def same_picture(self) -> MatchQuerySet:
        """Keep what makes two files one picture: not another exposure, and not the footage that a still is of."""
        return self.counting().exclude(kind_now__in=[Kind.SIMILAR_SCENE, Kind.STILL_OF])

    def touching(self, media_files: models.QuerySet) -> MatchQuerySet:
        """Keep those of these files, with both items and `said_at`: when a person last answered, else when found."""
        answered = MatchRuling.objects.filter(match=OuterRef("pk")).order_by("-pk").values("ruled_at")[:1]
        told = self.filter(Q(held__in=media_files) | Q(other__in=media_files))
        return told.annotate(said_at=Coalesce(Subquery(answered), "found_at")).select_related(
            "held__item", "other__item"
        )

    def of_footage(self) -> MatchQuerySet:
        """Keep what makes a picture a still of footage."""
        return self.counting().filter(kind_now=Kind.STILL_OF)


class Match(models.Model):
    """
    Two files show the same picture, as far as a machine can tell: how they differ and how they lie on each other.

    `held` was received before `other`. Append-only; a person's answer is a `MatchRuling`, and the latest one holds.
    """

    held = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    other = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=KINDS, help_text="how the two differ")
    is_strong = models.BooleanField(help_text="proposed as the same picture; a weak one is only asked")
    distance = models.PositiveSmallIntegerField(null=True, help_text="bits of 256 in which the two PDQ differ")
    inliers = models.PositiveIntegerField(null=True, help_text="points that lie on each other under the transform")
    transform = models.JSONField(
        null=True, help_text="3 × 3, from `other` to `held`, both measured 0 to 1 from top left"
    )
    held_outline = models.JSONField(default=list, help_text="of the shared area in `held`: [[x, y], …], 0 to 1")
    other_outline = models.JSONField(default=list)
    # What was measured lies on the pictures as they were turned then; `provenance.matches` lays it on them as shown.
    held_orientation = models.SmallIntegerField(null=True, help_text="how `held` was turned then; null: not at all")
    other_orientation = models.SmallIntegerField(null=True)
    shared_of_held = models.FloatField(null=True, help_text="share of the held picture that both show, 0 to 1")
    shared_of_other = models.FloatField(null=True)
    offset_milliseconds = models.PositiveIntegerField(null=True, help_text="of the frame, where one is footage")
    method = models.CharField(max_length=40)
    method_version = models.CharField(max_length=20)
    found_at = models.DateTimeField()

    objects = MatchQuerySet.as_manager()

    class Meta:
        permissions = [("rule_on_match", "Can confirm and deny matches")]
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
    kind = models.CharField(
        max_length=16, blank=True, choices=KINDS, help_text="where the person names another kind than the machine"
    )
    reason = models.TextField(blank=True)
    ruled_at = models.DateTimeField()
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"match {self.match_id} {self.standing}"
