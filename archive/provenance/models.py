from django.db import models


class LedgerRead(models.Model):
    """How far lineage has read the ledger, which tells whose evidence changed. One row, locked by who leads lineage."""

    sequence = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"read up to {self.sequence}"
