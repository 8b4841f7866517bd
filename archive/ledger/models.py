from django.db import models


class LedgerEntry(models.Model):
    """
    One act, chained to the one before: `entry_hash` is the SHA-256 of `previous_hash` and of the act's canonical JSON.

    Rows are appended by `recording` alone; the database refuses UPDATE and DELETE.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    occurred_at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    payload = models.TextField(help_text="canonical JSON: keys sorted, no spaces, UTF-8")
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "sequence"], name="ledger_subject")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.actor} {self.verb} {self.subject}"


class LedgerHead(models.Model):
    """The one row that writers lock, so that the chain has no fork: the last sequence and its hash."""

    sequence = models.PositiveBigIntegerField()
    entry_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"head at {self.sequence}"
