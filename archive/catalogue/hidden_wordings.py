"""
Wordings that are hidden because somebody marked them as identifying a person, until it is decided that they do not.

The one gate: whatever shows or sends a text of an item or of a news page asks `withheld_from` first. A hold speaks of
words, so the same words in another caption, on another picture, in a statement of a file or in print are hidden with
them, whatever their marks and spaces.
"""

from collections import defaultdict
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Self

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.audiences import Audience, may_read_held
from archive.catalogue.models import Caption, CaptionHold, CaptionQuerySet, Item
from archive.catalogue.text_index import NoWords, matching
from archive.ledger.record_acts import act, recording
from archive.standards.normal_form import normalise, text_digest

# A shorter run of words may stand in a held wording and tell nothing of it: "off Dunkirk", an agency's name.
TELLING_WORDS = 5


@dataclass(frozen=True)
class HeldWords:
    """
    All wordings of the archive that are held, found in any text in time that grows with the text alone.

    In a text of another picture a wording of few words counts only where it is the whole of that text.
    """

    texts: frozenset[str] = frozenset()
    by_beginning: dict[tuple[str, ...], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        wordings = frozenset(texts)
        by_beginning: dict[tuple[str, ...], list[str]] = {}
        for text in wordings:
            words = text.split()
            if len(words) >= TELLING_WORDS:
                by_beginning.setdefault(tuple(words[:TELLING_WORDS]), []).append(text)
        return cls(wordings, by_beginning)

    def repeats(self, text: str) -> bool:
        """Say whether a text, as `_words` gives it, is a held wording or holds a longer one whole."""
        if text in self.texts:
            return True
        words = text.split() if self.by_beginning else []
        return any(
            wording in text
            for at in range(len(words) - TELLING_WORDS + 1)
            for wording in self.by_beginning.get(tuple(words[at : at + TELLING_WORDS]), ())
        )

    def goes_on_from(self, text: str) -> bool:
        """Say whether a text, as `_words` gives it, is the beginning of a held wording, as many fields cut."""
        wordings = self.by_beginning.get(tuple(text.split()[:TELLING_WORDS]), ())
        return any(wording.startswith(text.rstrip()) for wording in wordings)

    def name(self, name: str) -> bool:
        """
        Say whether the name of a file tells a held wording of whichever picture; its ending aside.

        A name is short: one that holds a wording of two words may be a person's.
        """
        if not self.texts:
            return False
        words, stem = _words(name), _words(name.rpartition(".")[0] or name)
        has_wording = any(wording in words for wording in self.texts if wording.count(" ") > 2)
        return has_wording or stem in self.texts or self.repeats(words) or self.goes_on_from(stem)


@dataclass(frozen=True)
class Withheld:
    """What is held of some items, and of the whole archive, to be asked of any text that is about to be shown."""

    caption_ids: frozenset[int] = frozenset()
    texts: frozenset[str] = frozenset()
    everywhere: HeldWords = HeldWords()

    def __bool__(self) -> bool:
        return bool(self.caption_ids or self.everywhere.texts)

    def covers(self, caption: Caption) -> bool:
        # The archive's own wording may well be the held one without the name at its end.
        is_hidden = self.repeats if caption.origin == Caption.Origin.PERSON else self.hides
        return caption.pk in self.caption_ids or is_hidden(caption.text)

    def hides(self, text: str) -> bool:
        """Say whether a text is a held wording, holds one, or is one cut short, as many fields cut; marks aside."""
        if not self or not text:
            return False
        words = _words(text)
        if words.count(" ") > TELLING_WORDS:
            cut = words.rstrip()
            if any(wording.startswith(cut) for wording in self.texts) or self.everywhere.goes_on_from(words):
                return True
        return self._repeats(words)

    def repeats(self, text: str) -> bool:
        """Say whether a text is a held wording or holds one whole; capitals and marks aside."""
        return bool(self) and self._repeats(_words(text))

    def _repeats(self, words: str) -> bool:
        # One word alone, such as "Boat", would hide half of what is said of the picture.
        own = any(words == wording or (wording.count(" ") > 2 and wording in words) for wording in self.texts)
        return own or self.everywhere.repeats(words)


NOTHING = Withheld()
# What is held in the archive, by the key of who reads: asked once for one answer; None where nobody is answered.
everywhere_by_reader: ContextVar[dict[object, HeldWords] | None] = ContextVar("everywhere_by_reader", default=None)


class WithheldOfEach(dict[int, Withheld]):
    """What is held of each item by its key; an item without captions of its own that are held has the archive's."""

    def __init__(self, everywhere: HeldWords = HeldWords()) -> None:
        super().__init__()
        self.others = Withheld(everywhere=everywhere)

    def __missing__(self, key: int) -> Withheld:
        return self.others


def withheld_from(user: object, items: Iterable[Item | int] = ()) -> Withheld:
    """Return what this user may not read of these items, taken together; for those who decide on it, nothing."""
    each = withheld_of_each(user, items)
    return Withheld(
        frozenset().union(*(withheld.caption_ids for withheld in each.values())),
        frozenset().union(*(withheld.texts for withheld in each.values())),
        each.others.everywhere,
    )


def withheld_of_each(user: object, items: Iterable[Item | int]) -> WithheldOfEach:
    """Return what this user may not read, by the key of the item. One query, or four where anything is held."""
    each = WithheldOfEach() if may_read_held(user) else held_on_each(items)
    if (known := everywhere_by_reader.get()) is not None:
        known[getattr(user, "pk", None)] = each.others.everywhere
    return each


def standing_holds() -> QuerySet[CaptionHold]:
    """Return the latest hold of each wording, where it hides the wording."""
    latest = CaptionHold.objects.values("digest").annotate(last=Max("pk")).values("last")
    return CaptionHold.objects.filter(pk__in=latest, is_held=True)


def held_on_each(items: Iterable[Item | int]) -> WithheldOfEach:
    """
    Return the held wordings, whoever asks, by the key of the item.

    With a wording of the archive the versions before it are held: they differ by a few words, hardly by the name.
    """
    marked = list(standing_holds().values_list("caption", "caption__item", "caption__text"))
    if not marked:
        return WithheldOfEach()
    everywhere = _with_versions(Caption.objects.filter(item__in={item for _key, item, _text in marked}), marked)
    texts = (text for captions in everywhere.values() for text in captions.values())
    each = WithheldOfEach(HeldWords.of(filter(str.strip, map(_words, texts))))
    of_items = Caption.objects.filter(item__in=[item if isinstance(item, int) else item.pk for item in items])
    held_rows = list(of_items.with_hold().filter(is_held=True).values_list("pk", "item", "text"))
    for item, own in _with_versions(of_items, held_rows).items():
        words = frozenset(filter(str.strip, map(_words, own.values())))
        each[item] = Withheld(frozenset(own), words, each.others.everywhere)
    return each


def _with_versions(captions: CaptionQuerySet, held_rows: list[tuple[int, int, str]]) -> dict[int, dict[int, str]]:
    """Return held captions and the versions before them, text by key, item by item; one query where any is held."""
    by_item: dict[int, dict[int, str]] = defaultdict(dict)
    if not held_rows:
        return by_item
    earlier = captions.exclude(supersedes=None).values_list("pk", "supersedes", "supersedes__text")
    before = {key: (before, text) for key, before, text in earlier}
    for key, item, text in held_rows:
        by_item[item][key] = text
        while key in before:
            key, text = before[key]
            by_item[item][key] = text
    return by_item


def bearers(caption: Caption) -> QuerySet[Item]:
    """
    Return the items on which these words stand: what is hidden or shown again there is to be written anew.

    By their captions, by what search reads of them, and by what it read of them when the words were hidden.
    """
    stands = Q(captions__digest=text_digest(caption.text))
    before = CaptionHold.objects.filter(digest=text_digest(caption.text)).values_list("found_on", flat=True)
    keys = [key for found_on in before for key in found_on]
    return Item.objects.filter(stands | Q(pk__in=keys) | _found_by_search(caption)).distinct().order_by("pk")


def _found_by_search(caption: Caption) -> Q:
    words = normalise.__wrapped__(caption.text)
    if words.count(" ") + 1 < TELLING_WORDS:
        return Q(pk__in=[])
    try:
        return matching(f'"{words}"', audience=Audience.STAFF)
    except NoWords:
        return Q(pk__in=[])


def hold(caption: Caption, *, by: User, reason: str = "") -> None:
    """Hide a wording from all but moderators; called where its `bearers` change and nobody else writes."""
    _set(caption, is_held=True, by=by, reason=reason)


def show_again(caption: Caption, *, by: User, reason: str = "") -> None:
    """Show a held wording again; called where its `bearers` change and nobody else writes."""
    _set(caption, is_held=False, by=by, reason=reason)


def _set(caption: Caption, *, is_held: bool, by: User, reason: str) -> None:
    further = Item.objects.filter(_found_by_search(caption)) if is_held else Item.objects.none()
    with recording():
        CaptionHold.objects.create(
            caption=caption,
            digest=text_digest(caption.text),
            words=normalise.__wrapped__(caption.text),
            found_on=sorted(further.values_list("pk", flat=True)),
            is_held=is_held,
            reason=reason,
            set_at=timezone.now(),
            set_by=by,
        )
        # The ledger can be read by all who see the item: it names the caption and never its words.
        verb = "hide caption" if is_held else "show caption again"
        act(verb=verb, subject=caption.item, actor=by, payload={"caption": caption.pk})


def _words(text: str) -> str:
    # Not through the cache of `normalise`, which is for names.
    return f" {normalise.__wrapped__(text)} "
