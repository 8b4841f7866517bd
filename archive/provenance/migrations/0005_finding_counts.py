from django.db import migrations, models


def count(apps, schema_editor):
    found = apps.get_model("provenance", "CurrentFinding").objects.values_list("check_slug", "outcome")
    counts = apps.get_model("provenance", "FindingCount")
    counts.objects.bulk_create(
        counts(check_slug=slug, outcome=outcome, number=number)
        for slug, outcome, number in found.annotate(number=models.Count("pk")).order_by()
    )


class Migration(migrations.Migration):

    dependencies = [
        ("provenance", "0004_due_items"),
    ]

    operations = [
        migrations.CreateModel(
            name="FindingCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("check_slug", models.CharField(max_length=60)),
                ("outcome", models.CharField(max_length=14)),
                ("number", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("check_slug", "outcome"), name="finding_count_once")],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
