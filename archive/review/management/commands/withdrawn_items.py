import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from archive.review.withdraw_items import standing_withdrawals


class Command(BaseCommand):
    help = "List the withdrawn items, those withdrawn last first: who withdrew each, when, why, and what of its bytes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object an item")

    def handle(self, *args: Any, **options: Any) -> None:
        number = 0
        for row in standing_withdrawals().iterator():
            number += 1
            known = {
                "item": row.item_id,
                "file_name": row.item.file_name,
                "sha256": row.item.media_file.message_digest,
                "reason": row.reason,
                "set_at": row.set_at.isoformat(),
                "set_by": row.set_by.get_username(),
                "destruction_asked_by": row.destruction_by,
                "is_destroyed": row.is_destroyed,
            }
            if options["json"]:
                self.stdout.write(json.dumps(known, ensure_ascii=False))
                continue
            of_bytes = "its bytes are destroyed" if row.is_destroyed else "its bytes are kept"
            if row.destruction_by:
                of_bytes = f"{row.destruction_by} asks that its bytes be destroyed"
            self.stdout.write(
                f"{row.item_id} {row.item.file_name}: withdrawn by {row.set_by} on {row.set_at:%Y-%m-%d} "
                f"(“{row.reason}”); {of_bytes}"
            )
        if not number and not options["json"]:
            self.stdout.write("Nothing is withdrawn.")
