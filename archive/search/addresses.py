"""The address of a search: its parameters as a query string, one order for all, so that a search has one address."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote_plus

from archive.search.filters import GROUPS, ItemFilter

# Parameters of the page that shows the results, not of the search; they go along.
_GOES_ALONG = ("view",)
_ORDER = (*ItemFilter.base_filters, *_GOES_ALONG)
_PLACE = {name: place for place, name in enumerate((*_ORDER, "page"))}
_quoted = lru_cache(maxsize=1024)(quote_plus)


class Address:
    """Writes the addresses next to a search: the same without one condition, or with another."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        self._params = {name: asked[name] for name in _ORDER if name in asked}

    def __str__(self) -> str:
        return self.with_()

    def with_(self, *, without: tuple[str, ...] = (), **params: object) -> str:
        """
        Return the address with these parameters in place of those it has.

        :param without: parameters to leave out, or "dates" for all that ask for days
        """
        gone = {name for group in without for name in GROUPS.get(group, (group,))}
        kept = {name: value for name, value in self._params.items() if name not in gone}
        merged = kept | {name: str(value) for name, value in params.items()}
        ordered = sorted(merged, key=_PLACE.__getitem__)
        # As `urlencode` does; a page has two hundred addresses, and the same texts in all of them.
        return f"?{'&'.join([f'{name}={_quoted(merged[name])}' for name in ordered])}"
