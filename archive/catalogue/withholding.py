"""
Wordings that are hidden because somebody marked them as identifying a person, until it is decided that they do not.

The one gate: whatever shows or sends a text of an item asks `withheld_from` first. A hold speaks of words, so the same
words in another caption, in a statement of the file or in print are hidden with them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import md5

from django.db.models import QuerySet
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Caption, CaptionHold, Item
from archive.ledger.recording import act, recording
from archive.standards.wording import normalise

# A shorter run of words may stand in a held wording and tell nothing of it: "off Dunkirk", an agency's name.
_TELLING_WORDS = 5


@dataclass(frozen=True)
class Withheld:
    """The held wordings of some items, to be asked of any text that is about to be shown."""

    caption_ids: frozenset[int] = frozenset()
    texts: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.caption_ids)

    def covers(self, caption: Caption) -> bool:
        # The archive's own wording may well be the held one without the name at its end.
        told = self.repeats if caption.origin == Caption.Origin.PERSON else self.hides
        return caption.pk in self.caption_ids or told(caption.text)

    def hides(self, text: str) -> bool:
        """Say whether a text is a held wording, holds one, or is one cut short, as many fields cut; marks aside."""
        if not self.texts or not text:
            return False
        words = _words(text)
        is_cut_short = words.count(" ") > _TELLING_WORDS and any(held.startswith(words.rstrip()) for held in self.texts)
        return is_cut_short or self.repeats(text)

    def repeats(self, text: str) -> bool:
        """Say whether a text is a held wording or holds one whole; capitals and marks aside."""
        words = _words(text) if self.texts else ""
        # One word alone, such as "Boat", would hide half of what is said of the picture.
        return any(words == held or (held.count(" ") > 2 and held in words) for held in self.texts)


NOTHING = Withheld()


def withheld_from(user: object, items: Iterable[Item | int]) -> Withheld:
    """Return what this user may not read of these items, taken together; for those who decide on it, nothing."""
    each = withheld_of_each(user, items).values()
    return Withheld(
        frozenset().union(*(one.caption_ids for one in each)), frozenset().union(*(one.texts for one in each))
    )


def withheld_of_each(user: object, items: Iterable[Item | int]) -> dict[int, Withheld]:
    """Return what this user may not read, by the key of the item; items without are left out. One query, or two."""
    if isinstance(user, User) and user.is_active and user.has_perm("catalogue.view_held_caption"):
        return {}
    return held_on_each(items)


def held_on_each(items: Iterable[Item | int]) -> dict[int, Withheld]:
    """
    Return the held wordings, whoever asks, by the key of the item; items without are left out.

    With a wording of the archive the versions before it are held: they differ by a few words, hardly by the name.
    """
    of_items = Caption.objects.filter(item__in=[item if isinstance(item, int) else item.pk for item in items])
    found = list(of_items.with_hold().filter(is_held=True).values_list("pk", "item", "text"))
    if not found:
        return {}
    earlier = of_items.exclude(supersedes=None).values_list("pk", "supersedes", "supersedes__text")
    before = {key: (before, text) for key, before, text in earlier}
    held: dict[int, dict[int, str]] = defaultdict(dict)
    for key, item, text in found:
        held[item][key] = text
        while key in before:
            key, text = before[key]
            held[item][key] = text
    return {
        item: Withheld(frozenset(texts), frozenset(filter(str.strip, map(_words, texts.values()))))
        for item, texts in held.items()
    }


def bearers(caption: Caption) -> QuerySet[Item]:
    """Return the items on which these very words stand: what is hidden or shown again there is to be written anew."""
    return Item.objects.filter(captions__text=caption.text).distinct().order_by("pk")


def hold(caption: Caption, *, by: User, reason: str = "") -> None:
    """Hide a wording from all but moderators; called where its `bearers` change and nobody else writes."""
    _set(caption, is_held=True, by=by, reason=reason)


def show_again(caption: Caption, *, by: User, reason: str = "") -> None:
    """Show a held wording again; called where its `bearers` change and nobody else writes."""
    _set(caption, is_held=False, by=by, reason=reason)


def _set(caption: Caption, *, is_held: bool, by: User, reason: str) -> None:
    digest = md5(caption.text.encode(), usedforsecurity=False).hexdigest()
    with recording():
        CaptionHold.objects.create(
            caption=caption, text_md5=digest, is_held=is_held, reason=reason, set_at=timezone.now(), set_by=by
        )
        # The ledger can be read by all who see the item: it names the caption and never its words.
        verb = "hide caption" if is_held else "show caption again"
        act(verb=verb, subject=caption.item, actor=by, payload={"caption": caption.pk})


def _words(text: str) -> str:
    # Not through the cache of `normalise`, which is for names.
    return f" {normalise.__wrapped__(text)} "
