from archive.ledger.append_only import append_only
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0002_footage'),
    ]

    operations = [
        *append_only("files_mediafile"),
        *append_only("files_preservationevent"),
    ]
