"""
The lists of an item's page: the first rows of each, and of one that is asked for by its name a page of its rows.

A file may name thousands of photographers, and a picture may have been printed a thousand times.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.http import QueryDict

Row = TypeVar("Row")
Other = TypeVar("Other")
FIRST_ROWS = 25
ROWS_A_PAGE = 100
FIRST_STATEMENTS = 200
NAME = "list"
PART = "part"


class Shown(list[Row]):
    """The rows that are shown of a list, how many there are, and where the others are."""

    def __init__(self, rows: Iterable[Row], *, name: str, number: int, asked: QueryDict, page: Page | None) -> None:
        super().__init__(rows)
        self.name, self.number, self._asked, self.page = name, number, asked, page

    def compose(self, change: Callable[[Row], Other]) -> "Shown[Other]":
        """Return the same part of the list with its rows written as they are drawn."""
        return Shown(map(change, self), name=self.name, number=self.number, asked=self._asked, page=self.page)

    @property
    def is_whole(self) -> bool:
        return len(self) == self.number

    @property
    def all_address(self) -> str:
        return self._address(1)

    @property
    def previous_address(self) -> str:
        return self._address(self.page.previous_page_number()) if self.page and self.page.has_previous() else ""

    @property
    def next_address(self) -> str:
        return self._address(self.page.next_page_number()) if self.page and self.page.has_next() else ""

    def _address(self, part: int) -> str:
        asked = self._asked.copy()
        asked[NAME], asked[PART] = self.name, str(part)
        return f"?{asked.urlencode()}"


class ItemLists:
    """Cut lists as the address asks: `list` names one, `part` is the number of its page."""

    def __init__(self, asked: QueryDict) -> None:
        self._name, self._part, self._asked = asked.get(NAME, ""), asked.get(PART), asked

    def cut(self, name: str, rows: Sequence[Row] | Any, *, first: int = FIRST_ROWS) -> Shown[Row]:
        """
        Return what is shown of a list.

        :param rows: a list, or an ordered QuerySet, of which only what is shown is fetched
        """
        pages = Paginator(rows, ROWS_A_PAGE)
        if name == self._name:
            page = pages.get_page(self._part)
            return Shown(page, name=name, number=pages.count, asked=self._asked, page=page)
        # Most lists are short: one row more tells so, without a query that counts.
        head = list(rows[: first + 1])
        number = pages.count if len(head) > first else len(head)
        return Shown(head[:first], name=name, number=number, asked=self._asked, page=None)
