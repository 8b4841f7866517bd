from django.db import models


class Process(models.Model):
    """A process that ought to run on one of the machines, by its name in the Procfile, and what is last known of it."""

    host = models.CharField(max_length=255)
    name = models.CharField(max_length=50)
    pid = models.PositiveIntegerField(null=True, help_text="empty while it is down")
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(help_text="when it was last known to run")
    worked_at = models.DateTimeField(null=True, help_text="when it last finished a task; of workers only")
    restarts = models.PositiveIntegerField(default=0, help_text="since the site was started there")
    ended_at = models.DateTimeField(null=True, help_text="when it last ended without being told to")
    end_reason = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField(null=True, help_text="when it was told to stop; empty while it ought to run")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "name"], name="process_once_a_host")]

    def __str__(self) -> str:
        return f"{self.name} on {self.host}"
