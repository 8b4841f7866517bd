"""What is still to be written of what search reads."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from archive.files.leases import is_over

# Between two tries of what failed, however many there were.
LONGEST_WAIT = timedelta(hours=1)


class RecordChangeQuerySet(models.QuerySet["RecordChange"]):
    def unfinished(self) -> Self:
        return self.filter(finished_at=None)

    def due(self, now: datetime) -> Self:
        """Keep what may be carried on now: what failed waits for a while, and others go on meanwhile."""
        is_due = Q(not_before=None) | is_over("not_before", now=now, longest=LONGEST_WAIT)
        return self.unfinished().filter(is_due)

    def failing(self) -> Self:
        """Keep what could not be carried on the last time."""
        return self.unfinished().filter(tries__gt=0)


class RecordChange(models.Model):
    """
    A change of a record that so many items follow that workers carry it through, some at a time: of a place, event or
    outlet that they lead to, or of what else is carried this way, as a corrected accession.

    The row is the truth about how far that has come: whoever goes on begins behind `after_item`.
    """

    sort = models.CharField(max_length=20, help_text="name of the model of the records")
    keys = models.JSONField(help_text="of the records whose items are written anew")
    by_claims = models.BooleanField(help_text="also the items that a claim leads there, whatever links were written")
    shown_with = models.BigIntegerField(help_text="key of the record on whose page it is told how far this has come")
    items = models.PositiveIntegerField(help_text="that were counted when it began")
    done = models.PositiveIntegerField(default=0)
    after_item = models.BigIntegerField(default=0)
    fields = models.JSONField(default=list, db_default=[], help_text="what changed, where that says what follows")
    failed = models.JSONField(default=list, db_default=[], help_text="keys of items that could not be carried")
    tries = models.PositiveIntegerField(default=0, db_default=0, help_text="that failed, one after the other")
    not_before = models.DateTimeField(null=True, help_text="when it is tried again; null: at once")
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = RecordChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["sort", "shown_with"], name="record_change_unfinished", condition=Q(finished_at__isnull=True)
            ),
            # The latest change of a record, for its page.
            models.Index(fields=["sort", "shown_with", "-id"], name="record_change_latest"),
        ]

    def __str__(self) -> str:
        return f"change of {self.sort} {self.keys}: {self.done} of {self.items} items"
