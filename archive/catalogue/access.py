"""Who may see an item: archivists clear for research or restrict, moderators release to the public and take back."""

from collections.abc import Iterable

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.ledger.recording import act, recording


def set_access(items: Iterable[Item], *, access: str, by: User, reason: str = "") -> int:
    """
    Let items be seen by others than before; return how many changed.

    :raises NotAllowed: the person may not clear, or, where the public side is concerned, not release; nothing changed
    """
    access = Access(access)
    with recording():
        changing = [item for item in items if item.access != access]
        public = access == Access.RELEASED or any(item.access == Access.RELEASED for item in changing)
        needed = "catalogue.release_item" if public else "catalogue.clear_item"
        if not by.has_perm(needed):
            raise NotAllowed(
                "Only a moderator may release an item to the public or take it back."
                if public
                else "Only an archivist may clear an item for research or restrict it."
            )
        for item in changing:
            payload = {"from": item.access, "to": str(access), "reason": reason.strip()}
            act(verb="set access", subject=item, actor=by, payload=payload)
            item.access = access
        Item.objects.filter(pk__in=[item.pk for item in changing]).update(access=access)
    return len(changing)
