from archive.ledger.append_only import append_only
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0002_fingerprints'),
    ]

    operations = [
        *append_only("matching_match"),
        *append_only("matching_matchruling"),
    ]
