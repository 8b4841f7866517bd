"""Give captions and holds the digest of their words, by which equal wordings meet whatever their marks and spaces."""

from django.db import migrations

from archive.ledger.append_only import append_only
from archive.standards.normal_form import normalise, text_digest

GUARDED = ("catalogue_caption", "catalogue_captionhold")
AT_ONCE = 1000


def unguard(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in GUARDED:
        on = "" if is_sqlite else f" ON {table}"
        for act in ("update", "delete", "replace" if is_sqlite else "truncate"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_{act}{on}", params=None)


def digest(apps, schema_editor):
    captions, holds = apps.get_model("catalogue", "Caption").objects, apps.get_model("catalogue", "CaptionHold").objects
    last = 0
    while rows := list(captions.filter(pk__gt=last).order_by("pk").only("pk", "text")[:AT_ONCE]):
        for caption in rows:
            caption.digest = text_digest(caption.text)
        captions.bulk_update(rows, ["digest"])
        last = rows[-1].pk
    for hold in holds.select_related("caption").order_by("pk"):
        hold.digest, hold.words = text_digest(hold.caption.text), normalise.__wrapped__(hold.caption.text)
        hold.save(update_fields=["digest", "words"])


class Migration(migrations.Migration):

    dependencies = [("catalogue", "0011_audiences")]

    operations = [
        migrations.RunPython(unguard, migrations.RunPython.noop),
        migrations.RunPython(digest, migrations.RunPython.noop),
        *append_only("catalogue_caption"),
        *append_only("catalogue_captionhold"),
    ]
