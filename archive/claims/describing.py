"""People describe: a wording is added, what it says is read into claims, and what search reads follows."""

from typing import Any

from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.captioning import add_caption
from archive.catalogue.models import Caption, Item
from archive.claims.projecting import project
from archive.claims.reading import read_captions
from archive.ledger.recording import recording


def describe(item: Item, *, text: str, by: User, **more: Any) -> Caption:
    """
    Add the archive's own wording to an item; arguments and refusals are those of `captioning.add_caption`.
    """
    with recording():
        caption = add_caption(item, text=text, by=by, **more)
        read_captions([item], at=timezone.now())
        project([item])
    return caption
