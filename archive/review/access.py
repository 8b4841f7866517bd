"""Who may see an item: archivists clear for research or restrict, moderators release to the public and take back."""

from collections.abc import Iterable

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.claims.item_gate import changing
from archive.ledger.recording import act


def set_access(items: Iterable[Item], *, access: str, by: User, reason: str = "") -> int:
    """
    Let items be seen by others than before; return how many changed.

    :raises NotAllowed: the person may not clear, or, where the public side is concerned, not release; nothing changed
    """
    access = Access(access)
    with changing() as change:
        items = list(items)
        change.lock(items)
        # What the rows say now that nobody else can change them: each act begins where the one before it ended.
        former = dict(Item.objects.filter(pk__in=[item.pk for item in items]).values_list("pk", "access"))
        changed = [item for item in items if former[item.pk] != access]
        public = access == Access.RELEASED or any(former[item.pk] == Access.RELEASED for item in changed)
        needed = "catalogue.release_item" if public else "catalogue.clear_item"
        if not by.has_perm(needed):
            raise NotAllowed(
                "Only a moderator may release an item to the public or take it back."
                if public
                else "Only an archivist may clear an item for research or restrict it."
            )
        for item in changed:
            payload = {"from": former[item.pk], "to": str(access), "reason": reason.strip()}
            act(verb="set access", subject=item, actor=by, payload=payload)
        Item.objects.filter(pk__in=[item.pk for item in changed]).update(access=access)
    for item in items:
        item.access = access
    return len(changed)
