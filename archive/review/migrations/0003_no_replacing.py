from archive.ledger.append_only import append_only
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0002_dismissals'),
    ]

    operations = [
        *append_only("review_proposal"),
        *append_only("review_proposaldecision"),
        *append_only("review_dismissal"),
    ]
