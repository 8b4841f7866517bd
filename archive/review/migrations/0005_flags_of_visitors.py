"""Flags of visitors: by nobody, with a way to reach them. What was flagged before stays as it is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from archive.ledger.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0004_flags'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='flag',
            name='contact',
            field=models.CharField(blank=True, default='', help_text='of a visitor, as they wrote it; for moderators', max_length=300),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='flag',
            name='flagged_by',
            field=models.ForeignKey(help_text='null: a visitor', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        *append_only("review_flag"),
    ]
