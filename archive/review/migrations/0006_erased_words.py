"""Of flags of visitors, and of no other row, what they wrote may be erased, and nothing else be changed."""

from django.db import migrations

from archive.ledger.append_only import append_only

_SAME = " AND ".join(f"NEW.{name} = OLD.{name}" for name in ("id", "item_id", "ground", "flagged_at"))
_ERASES = (
    "OLD.flagged_by_id IS NULL AND NEW.flagged_by_id IS NULL AND NEW.contact = '' "
    f"AND (NEW.note = '' OR NEW.note = OLD.note) AND {_SAME}"
)


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0005_flags_of_visitors'),
    ]

    operations = append_only("review_flag", unless=_ERASES)
