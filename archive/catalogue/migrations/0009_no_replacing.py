from archive.ledger.append_only import append_only
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0008_caption_accession'),
    ]

    operations = [
        *append_only("catalogue_caption"),
        *append_only("catalogue_captionhold"),
    ]
