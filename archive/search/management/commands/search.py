import json
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.html import strip_tags

from archive.accounts.management.named_account import open_account_named
from archive.catalogue.models import Item
from archive.catalogue.names import name_of, number_of, read_by
from archive.search.find_items import Found, find
from archive.search.query_tree import VERSION


class Command(BaseCommand):
    help = "Search as the page does, by the words of its box."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", nargs="?", default="", help='such as "beach:malo-les-bains date:2024-06 -dover"')
        parser.add_argument("--as", dest="username", metavar="USER", help="who asks; without it, a visitor")
        parser.add_argument("--sort", default="newest", help="newest, oldest, added or best")
        parser.add_argument("--page", default="1", help="48 items are on one")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        user = _user(options["username"])
        with read_by(lambda: user):
            self._print({"q": options["words"], "sort": options["sort"], "page": options["page"]}, user, **options)

    def _print(self, asked: dict[str, str], user: Any, **options: Any) -> None:
        found = find(asked, user=user)
        told = _told(found)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found, told), ensure_ascii=False, indent=2))
        for sentence in [] if options["json"] else told:
            self.stderr.write(sentence)
        if not found.is_valid:
            raise CommandError("This search was not understood.")
        if options["json"]:
            return
        self.stdout.write(f"{found.counts.total} items: {found.box or 'everything'}")
        for item in found.items:
            self.stdout.write("\t".join(map(str, _line(item, found).values())))
        if found.page.pages > 1:
            self.stdout.write(f"page {found.page.number} of {found.page.pages}")


def _user(name: str | None) -> Any:
    if name is None:
        return AnonymousUser()
    return open_account_named(name)


def _told(found: Found) -> list[str]:
    """Return what is said of the search: what was not read as written, and what cannot be asked."""
    told = [
        f"{unread.part}: {unread.sentence}" + (f" Right would be {unread.instead}" if unread.instead else "")
        for unread in found.unread
    ]
    told += [f'"{read.part}" was understood as {read.written or "what is shown anyway"}.' for read in found.read_as]
    told += [f"Passed over: {', '.join(found.passed_over)}"] if found.passed_over else []
    told += [f'"{words}" was not asked: who asks cannot search by that.' for words in found.withheld]
    told += [f'"{written}": taken as {name}.' for written, name in found.taken]
    told += [f'Nothing has the word "{meant.word}". Did you mean: {meant.label}' for meant in found.names_meant]
    return told + [strip_tags(str(error)) for errors in found.form.errors.values() for error in errors]


def _line(item: Item, found: Found) -> dict[str, Any]:
    return {
        "item": item.pk,
        "date": item.date_created_edtf,
        "match": item.match,
        "place": item.shown_place.full_name if item.shown_place else "",
        "outlet": str(item.lead_outlet or ""),
        # A visitor reads no names of files.
        "name": number_of(item) if found.is_public else name_of(item),
    }


def _as_json(found: Found, told: list[str]) -> dict[str, Any]:
    return {
        "query": found.box,
        "version": VERSION,
        "told": told,
        "is_understood": found.is_valid,
        "count": found.counts.total,
        "certain": found.counts.certain,
        "possible": found.counts.possible,
        "page": found.page.number,
        "pages": found.page.pages,
        "items": [_line(item, found) for item in found.items],
    }
