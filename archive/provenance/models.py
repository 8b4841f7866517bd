from django.conf import settings
from django.db import models

from archive.catalogue.models import Item
from archive.matching.models import Match


class LedgerRead(models.Model):
    """How far lineage has read the ledger, which tells whose evidence changed. One row, locked by who leads lineage."""

    sequence = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"read up to {self.sequence}"


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
