"""The full text of items: an FTS5 table on SQLite, a tsvector with a GIN index on PostgreSQL."""

from django.db import migrations

STATEMENTS = {
    # Words come split and plain; the ascii tokenizer cuts at spaces and leaves every other letter alone.
    "sqlite": [
        "CREATE VIRTUAL TABLE catalogue_itemtext USING fts5(heading, captions, places, statements, tokenize = 'ascii')"
    ],
    "postgresql": [
        "CREATE TABLE catalogue_itemtext ("
        "item_id bigint PRIMARY KEY REFERENCES catalogue_item (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, "
        "words tsvector NOT NULL)",
        "CREATE INDEX itemtext_words ON catalogue_itemtext USING gin (words)",
    ],
}


def make(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE catalogue_itemtext", params=None)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [migrations.RunPython(make, drop)]
