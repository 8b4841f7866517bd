"""People describe: a wording is added, what it says is read into claims, and what search reads follows."""

from typing import Any

from archive.accounts.models import User
from archive.catalogue.captioning import add_caption
from archive.catalogue.models import Caption, Item
from archive.claims.item_gate import changing


def describe(item: Item, *, text: str, by: User, **more: Any) -> Caption:
    """
    Add the archive's own wording to an item; arguments and refusals are those of `captioning.add_caption`.
    """
    with changing([item], reword=True):
        return add_caption(item, text=text, by=by, **more)
