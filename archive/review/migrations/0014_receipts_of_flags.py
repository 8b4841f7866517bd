import hashlib
from base64 import b32encode

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.crypto import salted_hmac

_AT_ONCE = 5000


def keep_numbers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Keep the numbers that visitors were given for their flags until now, when they were worked out each time."""
    flags = apps.get_model("review", "Flag").objects.using(editor.connection.alias)
    receipt = apps.get_model("review", "FlagReceipt")
    keys = flags.filter(flagged_by=None, rule="").order_by("pk").values_list("pk", flat=True)
    rows = [receipt(flag_id=key, code=_code(key)) for key in keys]
    receipt.objects.using(editor.connection.alias).bulk_create(rows, batch_size=_AT_ONCE)


def _code(key: int) -> str:
    secret = salted_hmac("archive.review.flags.erased", f"receipt {key}", algorithm="sha256").hexdigest()
    return b32encode(hashlib.sha256(secret.encode()).digest()).decode()[:10]


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0013_flags_of_the_archive'),
    ]

    operations = [
        migrations.CreateModel(
            name='FlagReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, unique=True)),
                ('flag', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='review.flag')),
            ],
        ),
        migrations.RunPython(keep_numbers, migrations.RunPython.noop),
    ]
