import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0006_delivered_readings'),
        ('ingest', '0009_lines_of_press'),
        ('press', '0001_initial'),
    ]

    operations = [
        # Their tables stay: `press` has them.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='source',
                    name='appearance',
                    field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='press.appearance'),
                ),
                migrations.DeleteModel(name='Appearance'),
                migrations.DeleteModel(name='Figure'),
                migrations.DeleteModel(name='Article'),
            ],
        ),
    ]
