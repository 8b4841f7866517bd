from archive.ledger.append_only import append_only
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_initial'),
    ]

    operations = [
        *append_only("ledger_ledgerentry"),
    ]
