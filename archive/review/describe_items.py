"""People describe: a wording is added, what it says is read into claims, and what search reads follows."""

from typing import Any

from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.catalogue.add_caption import add_caption
from archive.catalogue.models import Caption, Item
from archive.ledger.not_done import DecidedMeanwhile
from archive.projection.item_gate import changing
from archive.review.own_acts import note_act


def describe(item: Item, *, text: str, by: User, **more: Any) -> Caption:
    """
    Add the archive's own wording to an item; arguments and refusals are those of `captioning.add_caption`.

    The same wording again from the same person, while it is current, is the one that stands: a double click is one act.

    :raises DecidedMeanwhile: somebody has replaced the wording that this one was to replace
    """
    with changing([item], reword=True):
        note_act(by)
        if same := _given_already(item, text=text, by=by, **more):
            return same
        if older := more.get("supersedes"):
            newer = Caption.objects.filter(supersedes=older).select_related("recorded_by").first()
            if newer is not None:
                raise DecidedMeanwhile(newer.recorded_by, newer.recorded_at, _("the wording was replaced"))
        return add_caption(item, text=text, by=by, **more)


def _given_already(item: Item, *, text: str, by: User, **more: Any) -> Caption | None:
    same = {"role": Caption.Role.DESCRIPTION, "language": "", "supersedes": None, **more}
    replaced = same.pop("supersedes")
    captions = item.captions.filter(text=text.strip(), recorded_by=by, origin=Caption.Origin.PERSON, **same)
    captions = captions.filter(supersedes=replaced) if replaced else captions.filter(supersedes__isnull=True)
    return captions.current().first()
