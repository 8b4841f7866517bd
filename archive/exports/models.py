from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from archive.accounts.permissions import may
from archive.catalogue.audiences import Audience
from archive.files.leases import is_over

# A worker that lives renews it; this long after its death another takes the export up.
LEASE = timedelta(minutes=3)
LONGEST_WAIT = timedelta(minutes=30)


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: object) -> ExportQuerySet:
        """Keep one's own: an export holds what its person may read."""
        return self.filter(asked_by=user) if may(user, "exports.add_export") else self.none()

    def unfinished(self) -> ExportQuerySet:
        return self.filter(state__in=[Export.State.WAITING, Export.State.WORKING])

    def due(self, now: datetime) -> ExportQuerySet:
        """Keep what waits to be made: new ones, those put off, those whose worker was lost."""
        waits = Q(not_before=None) | is_over("not_before", now=now, longest=LONGEST_WAIT)
        lost = is_over("leased_until", now=now, longest=LEASE)
        return self.filter(Q(state=Export.State.WAITING) & waits | Q(state=Export.State.WORKING) & lost)


class Export(models.Model):
    """The record of some items that somebody asked for as a bag. The row is the truth about what is still to do."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("waiting")
        WORKING = "WORKING", _("being made")
        DONE = "DONE", _("ready")
        FAILED = "FAILED", _("failed")
        EXPIRED = "EXPIRED", _("removed")

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports")
    asked_at = models.DateTimeField()
    item_keys = models.JSONField(help_text="of the items that were asked for, in order")
    with_distressing = models.BooleanField(default=False, help_text="also pictures that are marked as distressing")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    items_done = models.PositiveIntegerField(default=0, help_text="that are written so far")
    reason = models.TextField(blank=True, help_text="why it failed, or was put off")

    attempts = models.PositiveSmallIntegerField(default=0, help_text="tells a worker that lost it from who has it now")
    leased_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True, help_text="when it is tried again")

    audience = models.PositiveSmallIntegerField(
        null=True, choices=[(audience.value, audience.name) for audience in Audience], help_text="it was written for"
    )
    item_count = models.PositiveIntegerField(default=0, help_text="that are in it")
    read_at = models.DateTimeField(null=True, help_text="when the record was read")
    bag = models.CharField(max_length=36, blank=True)
    sequence = models.PositiveBigIntegerField(null=True, help_text="of its act in the ledger")
    storage_path = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    message_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the ZIP archive")
    finished_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="export_asked_by"),
            models.Index(fields=["state"], name="export_state"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk} of {len(self.item_keys)} items, {self.state.lower()}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.WAITING, self.State.WORKING)

    @property
    def kept_until(self) -> datetime | None:
        return self.finished_at + timedelta(days=settings.EXPORTS_KEEP_DAYS) if self.finished_at else None
