"""What a kept search asks today, for whoever looks, and what has changed in how it is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from archive.authorities.models import Event, Outlet, Place
from archive.saved_searches.models import SavedSearch
from archive.search.addresses import Address
from archive.search.filters import ItemFilter
from archive.search.query_language import parse
from archive.search.query_tree import VERSION
from archive.search.search_box import parameter_of

_RECORDS = {"place": Place, "event": Event, "outlet": Outlet}
_OF_PLACES = ("between", "shown", "camera")


@dataclass
class ReadSearch:
    """A kept search as one person's search."""

    search: SavedSearch
    asked: ItemFilter

    @property
    def is_understood(self) -> bool:
        return self.asked.form.is_valid()

    @property
    def address(self) -> str:
        """The address of the search page that asks the same, its query alone."""
        return str(Address(self.asked.asked))

    @property
    def is_of_other_version(self) -> bool:
        return self.search.version != VERSION

    @cached_property
    def told(self) -> list[str]:
        """What is to be said of how it is read: the version, what is not understood, records merged; three queries."""
        told = []
        if self.is_of_other_version:
            told.append(
                _("It was kept in version %(then)d of the search language, and is read as version %(now)d now. See "
                  "whether it still finds what you meant.") % {"then": self.search.version, "now": VERSION}
            )  # fmt: skip
        told += [
            f"{self.asked.written[problem.start : problem.end]}: {_(problem.sentence) % problem.values}"
            for problem in self.asked.query.problems
        ]
        told += [strip_tags(str(error)) for errors in self.asked.form.errors.values() for error in errors]
        for name in ("place", "outlet"):
            told += [
                _("“%(written)s”: taken as %(name)s.") % {"written": written, "name": record}
                for written, record in dict.fromkeys(self.asked.form.fields[name].taken)
            ]
        return told + (list(self._merged()) if self.is_understood else [])

    def _merged(self) -> Iterator[str]:
        """Yield a sentence for each record that is asked for by a slug it had before it was merged into another."""
        named: dict[str, set[str]] = {}
        for condition in parse(self.search.text).conditions:
            for value in condition.values:
                name = "place" if condition.prefix in _OF_PLACES else parameter_of(condition.prefix, value)
                if name in _RECORDS and isinstance(value, str):
                    named.setdefault(name, set()).add(value.lower())
        for name, slugs in named.items():
            merged = _RECORDS[name].objects.filter(slug__in=slugs).exclude(merged_into=None)
            for record in merged.select_related("merged_into").order_by("pk"):
                yield _("%(name)s was merged into %(other)s, which is looked for now.") % {
                    "name": record.name, "other": record.merged_into.name,
                }  # fmt: skip


def read_search(search: SavedSearch, user: object) -> ReadSearch:
    return ReadSearch(search, ItemFilter({"q": search.text, "sort": search.sort}, user=user))
