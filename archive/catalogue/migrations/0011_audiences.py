"""
What search reads, for each audience: links with those they are for, and the words in a table for each audience.

Until `rebuild_projection` has run, what was linked and indexed before is found by archive staff alone.
"""

import archive.catalogue.models
from django.db import migrations, models

TABLES = ["catalogue_itemtext_public", "catalogue_itemtext_research"]
STATEMENTS = {
    "sqlite": [
        "CREATE VIRTUAL TABLE {table} USING fts5(heading, captions, places, statements, tokenize = 'ascii')",
    ],
    "postgresql": [
        "CREATE TABLE {table} ("
        "item_id bigint PRIMARY KEY REFERENCES catalogue_item (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, "
        "words tsvector NOT NULL)",
        "CREATE INDEX {table}_words ON {table} USING gin (words)",
    ],
}


def make(apps, schema_editor):
    for table in TABLES:
        for statement in STATEMENTS[schema_editor.connection.vendor]:
            schema_editor.execute(statement.format(table=table), params=None)


def drop(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(f"DROP TABLE {table}", params=None)


def audiences(name):
    return [
        migrations.AddField(
            model_name=name, name="audiences", field=models.PositiveSmallIntegerField(default=4)
        ),
        migrations.AlterField(
            model_name=name, name="audiences", field=models.PositiveSmallIntegerField(default=7)
        ),
    ]


class Migration(migrations.Migration):

    dependencies = [("catalogue", "0010_unsearched_words")]

    operations = [
        migrations.RunPython(make, drop),
        *[operation for name in ("itemplace", "itemevent", "itemoutlet", "itemwording") for operation in audiences(name)],
        migrations.AddField(
            model_name="caption",
            name="digest",
            field=archive.catalogue.models.DigestField(
                db_index=True, default="", editable=False, help_text="of its words, marks and spaces aside",
                max_length=32, of="text",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="captionhold",
            name="digest",
            field=models.CharField(
                db_index=True, default="", help_text="of the caption's words; to look them up", max_length=32
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="captionhold",
            name="words",
            field=models.TextField(blank=True, help_text="the caption's words as they are compared: normalised", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="captionhold",
            name="found_on",
            field=models.JSONField(
                default=list, help_text="keys of further items whose texts held the words at that time"
            ),
        ),
        migrations.RemoveField(model_name="captionhold", name="text_md5"),
    ]
