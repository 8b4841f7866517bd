from django.db import migrations, models

NEW = "new"  # as in `check_items`


def note_all(apps, schema_editor):
    """Note every item that was not checked as still to be; what the ledger tells of them so far need not be read."""
    Item, CheckedItem = apps.get_model("catalogue", "Item"), apps.get_model("provenance", "CheckedItem")
    head = apps.get_model("ledger", "LedgerHead").objects.first()
    # Before the items are read: what comes meanwhile is told by later entries.
    if head:
        apps.get_model("provenance", "ChecksRead").objects.get_or_create(pk=1, defaults={"sequence": head.sequence})
    items, marks = (schema_editor.quote_name(model._meta.db_table) for model in (Item, CheckedItem))
    schema_editor.execute(
        f"INSERT INTO {marks} (item_id, versions) SELECT item.id, %s FROM {items} item "
        f"WHERE NOT EXISTS (SELECT 1 FROM {marks} mark WHERE mark.item_id = item.id)",
        [NEW],
    )


def forget_unchecked(apps, schema_editor):
    """Leave the rows of items that were checked: none means that one is still to be."""
    apps.get_model("provenance", "CheckedItem").objects.filter(versions__in=["", NEW]).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("ledger", "0003_merkle_tree"),
        ("provenance", "0003_findings"),
    ]

    operations = [
        migrations.AlterField(
            model_name="checkeditem",
            name="checked_at",
            field=models.DateTimeField(help_text="null: never", null=True),
        ),
        migrations.AlterField(
            model_name="checkeditem",
            name="versions",
            field=models.CharField(help_text="digest of the checks and their versions; empty or a word where it is to be checked", max_length=32),
        ),
        migrations.AddIndex(
            model_name="checkeditem",
            index=models.Index(fields=["versions", "item"], name="checked_item_versions"),
        ),
        migrations.RunPython(note_all, forget_unchecked),
    ]
