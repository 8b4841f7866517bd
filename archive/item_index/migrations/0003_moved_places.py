from django.db import migrations, models

from archive.item_index.change_triggers import note_changes


class Migration(migrations.Migration):
    dependencies = [
        ("item_index", "0002_positions_of_places"),
    ]

    operations = [
        migrations.AddField(
            model_name="itemchange",
            name="place_id",
            field=models.BigIntegerField(
                null=True, help_text="a place that was moved: all items that are linked to it stand for it"
            ),
        ),
        note_changes(),
    ]
