from django.db import migrations

from archive.item_index.change_triggers import note_changes


class Migration(migrations.Migration):
    dependencies = [
        ("item_index", "0001_changes"),
        ("authorities", "0005_population"),
    ]

    operations = [note_changes()]
