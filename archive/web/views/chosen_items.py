"""The items that a form is about: those chosen by their keys, on whichever page, or all that a search finds."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from archive.catalogue.models import Item, ItemQuerySet
from archive.ledger.not_done import NotDone
from archive.search.find_items import keys_found, read_search
from archive.standards.whole_numbers import whole_numbers
from archive.web.views.search import fixed_by

MOST = 1000


def keys_asked(asked: QueryDict) -> list[int]:
    """Return the keys that a form names in `items`, one or several in each, each once; whoever may see them."""
    written = [key for value in asked.getlist("items") for key in value.split(",")]
    return list(dict.fromkeys(whole_numbers(written)))


def chosen(request: HttpRequest, asked: QueryDict) -> ItemQuerySet:
    """
    Return the chosen items, those that this user may see.

    :raises NotDone: more are named than are changed at once
    """
    keys = keys_asked(asked)
    if len(keys) > MOST:
        raise NotDone(
            _("%(n)d items are chosen; at most %(most)d are changed at once. Choose fewer.")
            % {"n": len(keys), "most": MOST}
        )
    return Item.objects.visible_to(request.user).filter(pk__in=keys).order_by("pk")


def keys_of_search(request: HttpRequest, asked: Any) -> list[int]:
    """
    Return the keys of all that the search in `search` finds, within what its page is about (`of`), in its order.

    :raises NotDone: it is not understood, or finds more than are changed at once
    """
    params = QueryDict(str(asked.get("search", "")).removeprefix("?")).dict()
    try:
        search = read_search(params, user=request.user, fixed=fixed_by(str(asked.get("of", ""))))
    except ValueError as problem:
        raise NotDone(_("This search is not understood. Correct it first.")) from problem
    if not search.form.is_valid():
        raise NotDone(_("This search is not understood. Correct it first."))
    keys, is_cut = keys_found(search, most=MOST)
    if is_cut:
        raise NotDone(
            _("This search finds more than %(most)d items, which is as many as are chosen at once. Add a filter.")
            % {"most": MOST}
        )
    return keys
