"""Ask for an export, and ask whether it may be handed out."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.accounts.models import User
from archive.accounts.permissions import may
from archive.accounts.roles import NotAllowed
from archive.catalogue.audiences import Audience, audience_of, may_read_held
from archive.catalogue.models import Access, AccessionStatement, CaptionHold, Item
from archive.exports.models import Export
from archive.ingest.wake_worker import wake
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import subject_of
from archive.matching.models import Match

MAKE = "archive.exports.tasks.make_exports"
MOST_ITEMS = 1000
# Of one person: who wants more waits for these.
MOST_UNFINISHED = 5


class TooMany(NotDone):
    """So many are not exported at once; the text says how many are."""


class NotHandedOut(NotDone):
    """An export is not there, or not for its person any more; the text says why and what now."""


def ask_for_export(items: Iterable[Item], *, by: User, distressing: bool = False) -> tuple[Export, bool]:
    """
    Have the record of these items made for a person, and wake a worker; whoever asks for the same again waits for it.

    :param distressing: with pictures that are marked as distressing, as they are
    :return: the export, and whether it is a new one
    :raises NotAllowed: the person may not export
    :raises TooMany: so many items, or so many exports at once
    """
    if not may(by, "exports.add_export"):
        raise NotAllowed(_("Exports are for readers of the archive."))
    keys = sorted({item.pk for item in items})
    if not keys:
        raise NotDone(_("No item was named that is open to you."))
    if len(keys) > MOST_ITEMS:
        at_most = ngettext("%(n)d item", "%(n)d items", MOST_ITEMS) % {"n": MOST_ITEMS}
        raise TooMany(_("An export holds at most %(items)s. Choose fewer.") % {"items": at_most})
    with transaction.atomic():
        # Of two who press the button at once for the same person one makes the row.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        unfinished = list(Export.objects.filter(asked_by=by).unfinished())
        for export in unfinished:
            if (export.item_keys, export.with_distressing) == (keys, distressing):
                return export, False
        if len(unfinished) >= MOST_UNFINISHED:
            words = _("%(n)d of your exports are still being made. Wait for one of them.")
            raise TooMany(words % {"n": len(unfinished)})
        export = Export.objects.create(
            asked_by=by, asked_at=timezone.now(), item_keys=keys, with_distressing=distressing
        )
        transaction.on_commit(partial(wake, MAKE), robust=True)
    return export, True


def check_handed_out(export: Export, user: User) -> None:
    """
    See that a finished export still holds nothing that its person may not read; six queries.

    :raises NotHandedOut: it is not ready, was removed, or what it holds was withdrawn from the person since
    """
    if export.state == Export.State.EXPIRED:
        raise NotHandedOut(_("This export was removed, as all are after some days. Export the items again."))
    if export.state != Export.State.DONE:
        raise NotHandedOut(_("This export is not ready."))
    keys = export.item_keys
    lost = Item.objects.filter(pk__in=keys).count() != Item.objects.visible_to(user).filter(pk__in=keys).count()
    since = CaptionHold.objects.filter(is_held=True, set_at__gte=export.read_at)
    is_hidden = not may_read_held(user) and since.exists()
    # What a delivery brought to pictures of others is closed with it, and so are copies of its own.
    restricted = AccessionStatement.objects.filter(
        field=AccessionStatement.Field.ACCESS, after=Access.RESTRICTED, made_at__gte=export.read_at
    )
    is_hidden |= audience_of(user) != Audience.STAFF and restricted.exists()
    if lost or is_hidden or audience_of(user) < (export.audience or 0) or _shows_closed_copies(export, user):
        raise NotHandedOut(
            _("What you may read of these items has changed since this export was made. Export them again.")
        )


def _shows_closed_copies(export: Export, user: User) -> bool:
    """Say whether a picture that matches one of its items, and is shown beside it, was closed to its person since."""
    files = Item.objects.filter(pk__in=export.item_keys).values("media_file")
    matched = Q(media_file__in=Match.objects.filter(held__in=files).values("other"))
    matched |= Q(media_file__in=Match.objects.filter(other__in=files).values("held"))
    copies = Item.objects.filter(matched)
    closed = copies.exclude(pk__in=Item.objects.visible_to(user).values("pk"))
    changed = LedgerEntry.objects.filter(verb="set access", occurred_at__gte=export.read_at)
    return changed.filter(subject__in=list(map(subject_of, closed))).exists()
