from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

_AT_ONCE = 5000


def note_accessions(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Note for each item which accessions brought it again: their terms bound its use from now on."""
    lines = apps.get_model("ingest", "AccessionLine").objects.using(editor.connection.alias)
    further = apps.get_model("catalogue", "FurtherAccession")
    brought = lines.filter(about=None).exclude(item=None).exclude(accession=F("item__accession"))
    pairs = sorted(brought.values_list("item", "accession").distinct())
    rows = [further(item_id=item, accession_id=accession) for item, accession in pairs]
    further.objects.using(editor.connection.alias).bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0027_further_accessions"),
        ("ingest", "0014_words_given_by_workers"),
    ]

    operations = [migrations.RunPython(note_accessions, migrations.RunPython.noop)]
