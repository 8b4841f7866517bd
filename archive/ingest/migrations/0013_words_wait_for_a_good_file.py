from django.db import migrations

from archive.ledger.append_only import append_only

# What waits gets its file, or why it gets none; another file where that one was refused, and never none again.
_MOVES_ON = " AND (OLD.line_id IS NULL OR NEW.line_id IS NOT NULL)"
_SAME_ROW = (
    " AND ".join(f"OLD.{name} = NEW.{name}" for name in ("id", "captions_list_id", "line_number", "file_name"))
    + f" AND CAST(OLD.stated AS TEXT) = CAST(NEW.stated AS TEXT){_MOVES_ON}"
)
_SAME_SIDECAR = (
    " AND ".join(f"OLD.{name} = NEW.{name}" for name in ("id", "accession_id", "name", "content", "digest"))
    + f" AND OLD.received_at = NEW.received_at{_MOVES_ON}"
)


class Migration(migrations.Migration):

    dependencies = [
        ("ingest", "0012_news_without_pictures"),
    ]

    operations = [
        *append_only("ingest_deliveredrow", unless=_SAME_ROW),
        *append_only("ingest_deliveredsidecar", unless=_SAME_SIDECAR),
    ]
