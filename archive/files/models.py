from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from archive.files.leases import is_over


class MediaFile(models.Model):
    """
    The bytes as received (PREMIS file), kept under their SHA-256. Append-only: a row never changes, nor do the bytes.
    """

    message_digest = models.CharField(max_length=64, unique=True)
    message_digest_algorithm = models.CharField(max_length=10, default="SHA-256")
    size_bytes = models.PositiveBigIntegerField(db_index=True)
    format_name = models.CharField(max_length=40)
    mime_type = models.CharField(max_length=60)
    width_px = models.PositiveIntegerField(null=True, help_text="upright, as the file itself says")
    height_px = models.PositiveIntegerField(null=True, help_text="upright, as the file itself says")
    frame_count = models.PositiveIntegerField(default=1, help_text="pages of a picture, frames of an animation")
    duration_milliseconds = models.PositiveIntegerField(null=True, help_text="of footage; null: a picture")
    frame_rate = models.FloatField(null=True, help_text="frames a second, on average")
    frame_rate_varies = models.BooleanField(default=False)
    video_codec = models.CharField(max_length=40, blank=True)
    original_name = models.CharField(max_length=300)
    received_at = models.DateTimeField()
    storage_path = models.CharField(max_length=300)

    class Meta:
        permissions = [("download_original", "Can download original bytes")]

    def __str__(self) -> str:
        return f"{self.original_name} {self.message_digest[:12]}"

    @property
    def steady_frame_rate(self) -> float | None:
        """Frames a second of footage, where they do not vary: only then has each moment a number of a frame."""
        return None if self.frame_rate_varies else self.frame_rate

    @property
    def thumbnail(self) -> Rendition | None:
        """The small copy, out of what was fetched."""
        return next((made for made in self.renditions.all() if made.purpose == Rendition.Purpose.THUMBNAIL), None)

    @property
    def sharpest(self) -> Rendition | None:
        """The largest copy that may be shown of the whole file; there is nothing behind it but the original."""
        whole = [made for made in self.renditions.all() if made.purpose != Rendition.Purpose.STILL]
        return max(whole, key=lambda made: made.width_px, default=None)


class RenditionQuerySet(models.QuerySet["Rendition"]):
    def one_of_each(self) -> RenditionQuerySet:
        """Keep what stands for the whole file: not the stills, of which footage has up to 200."""
        return self.exclude(purpose=Rendition.Purpose.STILL)

    def stills(self) -> RenditionQuerySet:
        return self.filter(purpose=Rendition.Purpose.STILL).order_by("offset_milliseconds", "pk")


class Rendition(models.Model):
    """
    A copy made from the original for a purpose (PREMIS derivative): upright, sRGB, without metadata.

    Footage has a screen copy and a thumbnail of its poster, and stills, each with the moment of its frame.
    """

    class Purpose(models.TextChoices):
        THUMBNAIL = "THUMBNAIL", _("thumbnail, 400 px")
        SCREEN = "SCREEN", _("screen, 1600 px")
        STILL = "STILL", _("still of footage, 640 px")

    media_file = models.ForeignKey(MediaFile, models.PROTECT, related_name="renditions")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    mime_type = models.CharField(max_length=60)
    storage_path = models.CharField(max_length=300)
    offset_milliseconds = models.PositiveIntegerField(null=True, help_text="of a still, from the beginning")
    orientation = models.SmallIntegerField(
        null=True, help_text="Exif's 2 to 8: it is turned from how its file shows it; null: it is not"
    )
    made_at = models.DateTimeField()
    maker_version = models.CharField(max_length=20)

    objects = RenditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rendition_once", fields=["media_file", "purpose"], condition=~models.Q(purpose="STILL")
            ),
            models.UniqueConstraint(fields=["media_file", "purpose", "offset_milliseconds"], name="still_once"),
            models.CheckConstraint(
                name="still_has_a_moment",
                condition=models.Q(purpose="STILL", offset_milliseconds__isnull=False)
                | (~models.Q(purpose="STILL") & models.Q(offset_milliseconds__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.media_file_id}"


class RenditionRequestQuerySet(models.QuerySet["RenditionRequest"]):
    def due(self, now: datetime) -> RenditionRequestQuerySet:
        """Keep what is to be made now; what failed too often waits until it is asked for by the command."""
        waited = Q(not_before=None) | is_over("not_before", now=now, longest=RenditionRequest.LONGEST_WAIT)
        free = Q(leased_until=None) | is_over("leased_until", now=now, longest=RenditionRequest.LEASE)
        return self.filter(waited, free, attempts__lt=RenditionRequest.MOST_ATTEMPTS)


class RenditionRequest(models.Model):
    """
    A file whose renditions are to be made again. The row is the truth about what is still to do, and goes once they are
    made; `reason` is a sentence on why the last try failed.
    """

    MOST_ATTEMPTS = 4
    LEASE = timedelta(minutes=10)
    LONGEST_WAIT = timedelta(minutes=5)

    media_file = models.OneToOneField(MediaFile, models.PROTECT, related_name="rendition_request")
    asked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = RenditionRequestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"renditions of {self.media_file_id}"

    @property
    def is_given_up(self) -> bool:
        return self.attempts >= self.MOST_ATTEMPTS


class PreservationEvent(models.Model):
    """Something done to a file (PREMIS event). Append-only."""

    media_file = models.ForeignKey(MediaFile, models.PROTECT, related_name="preservation_events")
    event_type = models.CharField(max_length=40, help_text="PREMIS event type, such as fixity check")
    occurred_at = models.DateTimeField()
    event_outcome = models.CharField(max_length=20)
    event_outcome_detail = models.TextField(blank=True)
    linking_agent = models.CharField(max_length=150)

    class Meta:
        # The failed checks of millions that did not fail.
        indexes = [models.Index(fields=["event_outcome", "event_type"], name="event_by_outcome")]

    def __str__(self) -> str:
        return f"{self.event_type} of {self.media_file_id}: {self.event_outcome}"


class StoreIdentity(models.Model):
    """Which store the originals are kept in: the identity that it bears in a file of its own. One row."""

    identity = models.CharField(max_length=100)
    known_since = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="one_store", condition=Q(pk=1))]

    def __str__(self) -> str:
        return self.identity
