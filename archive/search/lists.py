"""What a search finds, or a folder holds, as a list to be exported: keys in their order, as one person sees them."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.exports.write_list import Form, ItemList
from archive.folders.models import Folder
from archive.ledger.not_done import NotDone
from archive.search.filters import ItemFilter
from archive.search.find_items import keys_found
from archive.search.search_box import box


def list_of_search(params: Mapping[str, str], form: Form, *, reader: User) -> ItemList:
    """
    Return what a search finds, the first of its order where it finds more than the form holds.

    :raises NotDone: it is not understood, or finds nothing
    """
    asked = ItemFilter(params, user=reader)
    if not asked.form.is_valid():
        raise NotDone(_("This search is not understood. Correct it first."))
    keys, is_cut = keys_found(asked, most=form.most)
    source = box(asked.asked)
    return _listed(keys, title=source or _("Everything"), source=source, is_cut=is_cut)


def list_of_folder(folder: Folder, form: Form, *, reader: User) -> ItemList:
    """
    Return what a folder holds for somebody who sees it, in its order, with the notes.

    :raises NotDone: it holds nothing that they may see
    """
    rows = folder.entries.visible_to(reader).in_order().values_list("item", "note")[: form.most + 1]
    source = f"folder:{folder.pk}"
    notes = dict(rows[: form.most])
    listed = _listed(list(notes), title=folder.name, source=source, is_cut=len(rows) > form.most)
    return replace(listed, notes={key: note for key, note in notes.items() if note}, is_folder=True)


def _listed(keys: list[int], *, title: str, source: str, is_cut: bool) -> ItemList:
    if not keys:
        raise NotDone(_("There is nothing to export that is open to you."))
    return ItemList(keys, title, source, is_cut)
