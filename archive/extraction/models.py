from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.files.models import MediaFile


class Reading(models.Model):
    """
    What one reader found in one file: every statement verbatim, kept whole. Append-only.

    `statements` is a list of [group, tag, value]; `properties` holds the leading value of each property by name;
    `problems` are sentences for people.
    """

    class State(models.TextChoices):
        READ = "READ", _("read")
        ABSENT = "ABSENT", _("the file carries no metadata")
        UNREADABLE = "UNREADABLE", _("the file carries metadata that cannot be read")

    media_file = models.ForeignKey(MediaFile, models.PROTECT, related_name="readings")
    reader = models.CharField(max_length=40, help_text="embedded or sidecar")
    reader_version = models.CharField(max_length=20)
    read_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices)
    statements = models.JSONField(default=list)
    properties = models.JSONField(default=dict)
    problems = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.reader} reading of {self.media_file_id}: {self.state}"
