import django.db.models.deletion
from archive.ledger.append_only import append_only
from django.db import migrations, models

# As before, and the way by which it came.
_SAME_SIDECAR = (
    " AND ".join(f"OLD.{name} = NEW.{name}" for name in ("id", "accession_id", "name", "content", "digest", "way"))
    + " AND OLD.received_at = NEW.received_at AND (OLD.line_id IS NULL OR NEW.line_id IS NOT NULL)"
)


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0001_initial"),
        ("ingest", "0013_words_wait_for_a_good_file"),
    ]

    operations = [
        migrations.CreateModel(
            name="WeighedWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weighed_until",
                    models.DateTimeField(help_text="files read and words received before this were weighed"),
                ),
                ("is_under_way", models.BooleanField(help_text="more were found than are given at once")),
                (
                    "accession",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="weighed_words",
                        to="catalogue.accession",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="deliveredsidecar",
            name="way",
            field=models.CharField(
                blank=True, choices=[("PAGE", "the page"), ("COMMAND", "the command line")], default="", max_length=8
            ),
        ),
        *append_only("ingest_deliveredsidecar", unless=_SAME_SIDECAR),
    ]
