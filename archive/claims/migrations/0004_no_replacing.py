from archive.ledger.append_only import append_only
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0003_articles_searched'),
    ]

    operations = [
        *append_only("claims_article"),
        *append_only("claims_figure"),
        *append_only("claims_appearance"),
        *append_only("claims_source"),
        *append_only("claims_claim"),
        *append_only("claims_ruling"),
    ]
