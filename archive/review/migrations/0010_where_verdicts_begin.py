from django.db import migrations, models

VERBS = ("judge", "advise")


def begin(apps, schema_editor):
    """Take the ledger as read up to the first verdict: an old archive has millions of entries before it."""
    entries = apps.get_model("ledger", "LedgerEntry").objects
    head = apps.get_model("ledger", "LedgerHead").objects.first()
    if head is None:
        return
    # What comes after this look is read.
    first = entries.filter(verb__in=VERBS, sequence__lte=head.sequence).aggregate(first=models.Min("sequence"))["first"]
    read = head.sequence if first is None else first - 1
    rows = apps.get_model("review", "VerdictsRead").objects
    rows.get_or_create(pk=1)
    rows.filter(pk=1, sequence__lt=read).update(sequence=read)


class Migration(migrations.Migration):

    dependencies = [
        ("ledger", "0003_merkle_tree"),
        ("review", "0009_second_readings"),
    ]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
