import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingest', '0008_upload_keys'),
        ('press', '0001_initial'),
    ]

    operations = [
        # The tables that these columns point to are the same.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='accessionline',
                    name='appearance',
                    field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='press.appearance'),
                ),
                migrations.AlterField(
                    model_name='accessionline',
                    name='article',
                    field=models.ForeignKey(help_text='the news page that this file is', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='press.article'),
                ),
                migrations.AlterField(
                    model_name='accessionline',
                    name='figure',
                    field=models.ForeignKey(help_text='the figure of a news page that this file shows', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='press.figure'),
                ),
            ],
        ),
    ]
