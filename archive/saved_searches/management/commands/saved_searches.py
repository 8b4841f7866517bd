import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from archive.accounts.management.named_account import open_account_named
from archive.saved_searches.models import SavedSearch
from archive.saved_searches.new_items import NewItems, new_items
from archive.saved_searches.read_search import read_search


class Command(BaseCommand):
    help = "List the searches that an account keeps or is shared, with what is new in each since they looked."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as", dest="username", metavar="USER", required=True, help="whose searches")
        parser.add_argument("--json", action="store_true", help="print one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        person = open_account_named(options["username"])
        searches = SavedSearch.objects.visible_to(person).select_related("owner").order_by("name", "pk")
        for search in searches.iterator():
            read, new = read_search(search, person), new_items(search, person=person)
            for sentence in read.told:
                self.stderr.write(f"{search.name}: {sentence}")
            row = {
                "search": search.pk,
                "name": search.name,
                "query": search.text,
                "version": search.version,
                "owner": search.owner.username,
                "is_shared": search.is_shared,
                "new": _said(new),
                "total": new.total,
                "looked_at": new.looked_at and new.looked_at.isoformat(),
                "address": f"{settings.SITE_URL}{reverse('saved_search', args=[search.pk])}",
            }
            line = json.dumps(row, ensure_ascii=False) if options["json"] else "\t".join(map(str, row.values()))
            self.stdout.write(line)


def _said(new: NewItems) -> int | None:
    """Return how many are new; None where that cannot be said: not understood, or never looked at."""
    return len(new.keys) if new.is_understood and new.looked_at else None
