from typing import NamedTuple, Self

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
        # By each of these the newest are asked for first; `sequence` stands in each, so that the index alone answers.
        indexes = [
            models.Index(fields=["subject", "sequence"], name="ledger_subject"),
            models.Index(fields=["actor", "sequence"], name="ledger_actor"),
            models.Index(fields=["verb", "sequence"], name="ledger_verb"),
            models.Index(fields=["occurred_at", "sequence"], name="ledger_occurred_at"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.actor} {self.verb} {self.subject}"


class Told(NamedTuple):
    """What an entry tells whoever follows the ledger."""

    sequence: int
    subject: str
    verb: str
    payload: str


class LedgerFollower(models.Model):
    """How far some part of the archive has read the ledger, which tells what changed. One row, locked by who reads."""

    sequence = models.BigIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"read up to {self.sequence}"

    @classmethod
    def locked(cls) -> Self:
        """Return the row, locked until the transaction ends: nobody else reads on meanwhile."""
        cls.objects.get_or_create(pk=1)
        return cls.objects.select_for_update().get(pk=1)

    def read_on(self, most: int) -> list[Told]:
        """Return what was written since, in the order of commits, so that nothing is missed; the row remembers it."""
        new = LedgerEntry.objects.filter(sequence__gt=self.sequence).order_by("sequence")
        told = [Told(*row) for row in new.values_list(*Told._fields)[:most]]
        if told:
            self.sequence = told[-1].sequence
            self.save(update_fields=["sequence"])
        return told


class LedgerHead(models.Model):
    """
    The one row that writers lock, so that the chain has no fork: the last sequence, its hash, and how far the tree is.
    """

    sequence = models.PositiveBigIntegerField()
    entry_hash = models.CharField(max_length=64)
    tree_size = models.PositiveBigIntegerField(default=0)
    frontier = models.TextField(
        blank=True, default="", help_text="hashes of the full subtrees of the whole tree, the largest first"
    )
    handed_out_at = models.DateTimeField(null=True, help_text="when somebody last took the signed head, to keep it")
    handed_out_size = models.PositiveBigIntegerField(default=0, help_text="how many entries that head covers")

    def __str__(self) -> str:
        return f"head at {self.sequence}"


class LedgerSubtrees(models.Model):
    """
    The full subtrees of the Merkle tree that end with entry `sequence`: of 1, 2, 4, ... entries, each 64 hex digits.

    Written with their entries; the database refuses UPDATE and DELETE.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    hashes = models.TextField()

    def __str__(self) -> str:
        return f"subtrees that end with {self.sequence}"


class WitnessedHead(models.Model):
    """
    A head of another archive's ledger that this one has cosigned, or refused and kept as evidence. Append-only.

    The last one of an origin that was not refused is what its next head has to go on from.
    """

    origin = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    key = models.CharField(max_length=400, help_text="public key that signed it: name+number+key")
    note = models.TextField(help_text="as it came, with its signatures")
    seen_at = models.DateTimeField()
    against = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="refused", help_text="the head that a refused one contradicts"
    )
    proof = models.TextField(blank=True, help_text="that came with a refused one")

    class Meta:
        indexes = [models.Index(fields=["origin", "id"], name="witnessed_origin")]

    def __str__(self) -> str:
        return f"head of {self.origin} at {self.size}{', refused' if self.against_id else ''}"
