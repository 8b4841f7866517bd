"""Keep a search under a name, change what it is called and who sees it, and remove it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.permissions import may
from archive.accounts.roles import NotAllowed
from archive.ledger.not_done import NotDone
from archive.saved_searches.models import SavedSearch
from archive.saved_searches.new_items import look
from archive.search.filters import ItemFilter
from archive.search.query_tree import VERSION
from archive.search.search_box import box

# Nobody finds their own among more; and each may have a feed.
MOST_OF_ONE_PERSON = 200
MOST_CHARACTERS = 2000


def text_of(asked: ItemFilter) -> str:
    """Return what a search asks as the text of a box, whatever stands in parameters of its address."""
    return box(asked.asked)


def keep_search(
    params: Mapping[str, str], *, name: str, is_shared: bool = False, by: User, at: datetime
) -> SavedSearch:
    """
    Keep a search for a person; what it finds now counts as looked at.

    :param params: those of its address
    :raises NotAllowed: the person does not read the archive
    :raises NotDone: it is not understood, too long, has a name that is taken, or there are too many
    """
    if not may(by, "saved_searches.add_savedsearch"):
        raise NotAllowed(_("Searches are kept by readers of the archive."))
    asked = ItemFilter(params, user=by)
    if not asked.form.is_valid():
        raise NotDone(_("This search is not understood, so it is not kept. Correct it first."))
    text = text_of(asked)
    if len(text) > MOST_CHARACTERS:
        raise NotDone(_("A search of more than %(n)d characters is not kept. Ask for less at once.")
                      % {"n": MOST_CHARACTERS})  # fmt: skip
    with transaction.atomic():
        # Of two who press the button at once for one person the second sees what the first kept.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if SavedSearch.objects.filter(owner=by).count() >= MOST_OF_ONE_PERSON:
            raise NotDone(_("You have kept %(n)d searches, which is all there is room for. Remove one first.")
                          % {"n": MOST_OF_ONE_PERSON})  # fmt: skip
        search = SavedSearch(owner=by, text=text, sort=asked.form.cleaned_data["sort"], version=VERSION, kept_at=at)
        _name(search, name=name, is_shared=is_shared)
        look(search, person=by, at=at)
    return search


def change_search(
    search: SavedSearch, *, name: str | None = None, is_shared: bool | None = None, by: User
) -> SavedSearch:
    """
    Give one's own search another name, or share it or no longer; what is None stays as it is.

    :return: the search as it is now
    :raises NotDone: it is somebody else's, was removed, or has the name of another
    """
    told = {"name": name, "is_shared": is_shared}
    with transaction.atomic():
        row = _own(search, by)
        _name(row, **{key: value for key, value in told.items() if value is not None})
        if not row.is_shared:
            row.feeds.exclude(person=row.owner_id).delete()
    return row


def read_anew(search: SavedSearch, *, by: User) -> None:
    """
    Say that a search kept in another version of the language means what it is read as now; its text stays.

    :raises NotDone: it is somebody else's, or was removed
    """
    with transaction.atomic():
        row = _own(search, by)
        row.version = VERSION
        row.save(update_fields=["version"])


def remove_search(search: SavedSearch, *, by: User) -> None:
    """
    Remove a search with its feeds; the items stay.

    :raises NotDone: it is somebody else's, or was removed already
    """
    with transaction.atomic():
        _own(search, by).delete()


def _own(search: SavedSearch, by: User) -> SavedSearch:
    """Return the search as it is now, locked until the transaction ends."""
    if search.owner_id != by.pk:
        raise NotDone(_("This search is %(name)s’s, who alone can change it.") % {"name": search.owner})
    row = SavedSearch.objects.select_for_update(of=["self"]).select_related("owner").filter(pk=search.pk).first()
    if row is None:
        raise NotDone(_("This search was removed meanwhile."))
    return row


def _name(search: SavedSearch, **told: Any) -> None:
    """Write a name or whether it is shared, and nothing else of a search that is there."""
    for field, value in told.items():
        setattr(search, field, value)
    try:
        with transaction.atomic():
            search.save(update_fields=list(told) if search.pk else None)
    except IntegrityError as taken:
        raise NotDone(_("You keep a search of this name already. Choose another name.")) from taken
