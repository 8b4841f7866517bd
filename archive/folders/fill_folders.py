"""
Make folders, put items in, order them, note something beside them, take them out.

Each act locks the folder's row first, so that two people who add or order at once do it one after the other.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.permissions import may
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.folders.models import Folder, FolderEntry
from archive.ledger.not_done import NotDone
from archive.standards.normal_form import normalise

MOST_FOLDERS = 500
MOST_ITEMS = 5000
# So many of a search are put in at once.
MOST_AT_ONCE = 1000


class NotOpen(NotDone):
    """The folder was removed, or the person may not put items in it, nor order or note them."""


def make_folder(*, name: str, note: str = "", sharing: str = Folder.Sharing.PRIVATE, by: User, at: datetime) -> Folder:
    """
    Make an empty folder.

    :raises NotAllowed: the person does not read the archive
    :raises NotDone: a folder of theirs has this name, or there are too many
    """
    if not may(by, "folders.add_folder"):
        raise NotAllowed(_("Folders are for readers of the archive."))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if Folder.objects.filter(owner=by).count() >= MOST_FOLDERS:
            raise NotDone(
                _("You have %(n)d folders, which is all there is room for. Remove one first.") % {"n": MOST_FOLDERS}
            )
        folder = Folder(owner=by, made_at=at, changed_at=at)
        _describe(folder, name=name, note=note, sharing=sharing)
    return folder


def change_folder(
    folder: Folder, *, name: str | None = None, note: str | None = None, sharing: str | None = None, by: User
) -> Folder:
    """
    Give one's own folder another name or note, or share it otherwise; what is None stays as it is.

    :return: the folder as it is now
    :raises NotDone: it is somebody else's, was removed, or another folder has this name
    """
    told = {"name": name, "note": note, "sharing": sharing}
    with transaction.atomic():
        row = _own(folder, by)
        _describe(row, **{key: value for key, value in told.items() if value is not None})
    return row


def remove_folder(folder: Folder, *, by: User) -> None:
    """
    Remove a folder with its notes; the items stay in the archive.

    :raises NotDone: it is somebody else's, or was removed already
    """
    with transaction.atomic():
        _own(folder, by).delete()


def put_in(folder: Folder, keys: Iterable[int], *, by: User, at: datetime) -> int:
    """
    Put items at the end of a folder, in this order; those that are in it stay where they are.

    :param keys: of items; those that the person may not see are passed over
    :return: how many are new in it
    :raises NotDone: the person may not add to it, or it would hold too many; then none is put in
    """
    with _locked(folder, by, at=at):
        held = set(folder.entries.values_list("item", flat=True))
        new = [key for key in Item.objects.visible_to(by).among(keys) if key not in held]
        if len(held) + len(new) > MOST_ITEMS:
            raise NotDone(
                _("A folder holds at most %(most)d items, and these are too many for it. Nothing was put in.")
                % {"most": MOST_ITEMS}
            )
        last = folder.entries.aggregate(last=Max("position"))["last"] or 0
        FolderEntry.objects.bulk_create(
            FolderEntry(folder=folder, item_id=key, position=position, added_by=by, added_at=at)
            for position, key in enumerate(new, start=last + 1)
        )
    return len(new)


def take_back(folder: Folder, put_in_at: datetime, *, by: User, at: datetime) -> int:
    """
    Take out what this person put in at once, as far as it is still in it; what was noted beside it goes with it.

    :return: how many items are taken out
    :raises NotDone: nothing of it is in the folder any more
    """
    with _locked(folder, by, at=at):
        number, _of_each = folder.entries.filter(added_by=by, added_at=put_in_at).delete()
        if not number:
            raise NotDone(_("Nothing of it is in the folder any more."))
    return number


def move(folder: Folder, item_id: int, *, before: int | None, by: User, at: datetime) -> None:
    """
    Move an item before another one, or to the end; those between, also of whom one does not know, move by one.

    :param before: the key of the other item; None: to the end
    :raises NotDone: the person may not order it, or somebody took one of the two out meanwhile
    """
    with _locked(folder, by, at=at):
        entry = _entry(folder, item_id, by)
        if before is None:
            target = folder.entries.aggregate(last=Max("position"))["last"] + 1
        elif before == item_id:
            return
        else:
            target = _entry(folder, before, by).position
        folder.entries.filter(position__gte=target).update(position=F("position") + 1)
        FolderEntry.objects.filter(pk=entry.pk).update(position=target)


def note_beside(
    folder: Folder, item_id: int, *, note: str, seen: str | None = None, by: User, at: datetime
) -> None:  # fmt: skip
    """
    Note something beside an item, in the place of what was noted; "" takes the note away.

    :param seen: the note that the person was shown; None: whatever stands is written over
    :raises NotDone: the person may not write in it, the item is not in it any more, or another note stands than `seen`
    """
    with _locked(folder, by, at=at):
        entry = _entry(folder, item_id, by)
        if seen is not None and _as_sent(entry.note) not in (_as_sent(seen), _as_sent(note)):
            raise NotDone(
                _("Somebody wrote another note here meanwhile, which stays. Yours was not saved: “%(note)s”.")
                % {"note": note}
            )
        entry.note = note
        entry.save(update_fields=["note"])


def take_out(folder: Folder, item_id: int, *, by: User, at: datetime) -> None:
    """
    Take an item out, as the owner, or as who put it in.

    :raises NotDone: it is neither, or the item is not in it any more
    """
    with _locked(folder, by, at=at):
        entry = _entry(folder, item_id, by)
        if by.pk not in (folder.owner_id, entry.added_by_id):
            raise NotDone(
                _("%(name)s put this in: they can take it out, or %(owner)s, whose folder it is.")
                % {"name": entry.added_by, "owner": folder.owner}
            )
        entry.delete()


@contextmanager
def _locked(folder: Folder, by: User, *, at: datetime) -> Iterator[None]:
    """
    Open a transaction in which nobody else changes a folder.

    :raises NotOpen: it was removed, or the person may not, or no longer, add to it
    """
    with transaction.atomic():
        # The update locks its row, on both databases, until the transaction ends.
        if not Folder.objects.open_to(by).filter(pk=folder.pk).update(changed_at=at):
            raise NotOpen(_("This folder is not, or no longer, open to you to put items in or to order."))
        yield


def _entry(folder: Folder, item_id: int, by: User) -> FolderEntry:
    entry = folder.entries.visible_to(by).select_related("added_by").filter(item__pk=item_id).first()
    if entry is None:
        raise NotDone(_("This item is not in the folder any more: somebody took it out. Look at the folder again."))
    return entry


def _as_sent(note: str) -> str:
    """Return a note without what forms change in it: the ends of lines, and spaces around it."""
    return "\n".join(note.splitlines()).strip()


def _own(folder: Folder, by: User) -> Folder:
    """Return the folder as it is now, locked until the transaction ends."""
    if folder.owner_id != by.pk:
        raise NotDone(_("This folder is %(name)s’s, who alone can change it.") % {"name": folder.owner})
    row = Folder.objects.select_for_update(of=["self"]).select_related("owner").filter(pk=folder.pk).first()
    if row is None:
        raise NotDone(_("This folder was removed meanwhile."))
    return row


def _describe(folder: Folder, **told: str) -> None:
    """Write a name, a note or a sharing, and nothing else of a folder that is there."""
    for field, value in told.items():
        setattr(folder, field, value)
    if "name" in told:
        folder.normalised = normalise(told["name"])[:240]
    try:
        with transaction.atomic():
            # Not when it was changed last: somebody may be putting items in.
            folder.save(update_fields=[*told, "normalised"] if folder.pk else None)
    except IntegrityError as taken:
        raise NotDone(_("You have a folder of this name already. Choose another name.")) from taken
