"""Find other pictures under the same words: a caption that went from one picture to another, or fits many."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.catalogue.hidden_wordings import withheld_of_each
from archive.catalogue.models import Item, ItemWording
from archive.standards.normal_form import wording_digest

SHOWN = 12
# Beyond so many pictures the exact number says nothing more.
_COUNTED = 200


@dataclass(frozen=True)
class Repeated:
    """Other pictures under one wording: the first of them, and how many are known; there may be more of them."""

    text: str
    items: list[Item]
    total: int
    may_be_more: bool


def repeated(item: Item, texts: Iterable[str], *, user: object) -> list[Repeated]:
    """
    Return the other items that this user may see under each of these wordings; four queries at most.

    :param texts: wordings of the item that the user may read; those that no other item bears are left out
    """
    worded = {digest: text for text in texts if (digest := wording_digest(text))}
    if not worded:
        return []
    visible = Item.objects.visible_to(user)
    links = ItemWording.objects.known_to(user).filter(digest__in=worded).exclude(item=item)
    pairs = list(links.order_by("item", "digest").values_list("item", "digest")[: _COUNTED + 1])
    # The words may be open to read here and held there.
    withheld = withheld_of_each(user, {key for key, _digest in pairs})
    keys: dict[str, list[int]] = {digest: [] for digest in worded}
    for key, digest in pairs:
        if not withheld[key].hides(worded[digest]):
            keys[digest].append(key)
    cards = visible.with_card().in_bulk({key for some in keys.values() for key in some[:SHOWN]})
    return [
        Repeated(
            worded[digest],
            [cards[key] for key in some[:SHOWN] if key in cards],
            len(some),
            may_be_more=len(pairs) > _COUNTED,
        )
        for digest, some in keys.items()
        if some
    ]
