from django.db import models


class ItemChange(models.Model):
    """
    That an item changed in what search reads of it, written by the database itself: see `change_triggers`.

    Each machine reads on from where it was; old rows are removed. Of item 0 is a row that stands for none, or for all
    items that are linked to a place.
    """

    item_id = models.BigIntegerField()
    place_id = models.BigIntegerField(
        null=True, help_text="a place that was moved: all items that are linked to it stand for it"
    )
    transaction_number = models.BigIntegerField(
        default=0, help_text="PostgreSQL's number of the transaction; SQLite, with one writer at a time, needs none"
    )
    mark = models.CharField(max_length=32, help_text="of this row alone: a restored database has other ones")

    class Meta:
        indexes = [models.Index(fields=["transaction_number"], name="item_change_transaction")]

    def __str__(self) -> str:
        return f"change {self.pk} of item {self.item_id}"
