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


class WebProcess(models.Model):
    """One of the processes among which the web server divides requests; it starts another in place of a dead one."""

    process = models.ForeignKey(Process, models.CASCADE, related_name="web_processes")
    server_started_at = models.DateTimeField(help_text="when the server was that started it")
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="when the one in its place found it gone")

    def __str__(self) -> str:
        return f"{self.pid} of {self.process_id}"
