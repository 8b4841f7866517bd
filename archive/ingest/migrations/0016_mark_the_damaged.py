from django.apps.registry import Apps
from django.db import migrations


def mark_the_damaged(apps: Apps, schema_editor: object) -> None:
    """Mark what came before: problems of a picture stood first, and began small; notes on its metadata do not."""
    lines = apps.get_model("ingest", "AccessionLine").objects
    last = 0
    while keys := list(lines.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:10_000]):
        some = lines.filter(pk__gt=last, pk__lte=keys[-1], has_problems=False)
        some.filter(outcome="CREATED", reason__regex="^[a-z]").update(has_problems=True)
        last = keys[-1]


class Migration(migrations.Migration):
    # By itself, some at a time: in one transaction with the new column nobody reads a line until all are looked at.
    atomic = False

    dependencies = [("ingest", "0015_accessions_of_held_items")]

    operations = [migrations.RunPython(mark_the_damaged, migrations.RunPython.noop)]
