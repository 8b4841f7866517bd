"""What is still open on items that somebody wants to release: hidden captions, flags, copies that nobody answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import Q

from archive.catalogue.models import Caption, Item
from archive.matching.models import Match
from archive.review.models import Flag
from archive.standards.vocabulary import Standing


@dataclass(frozen=True)
class Questions:
    """What is open on one item; `copies` has each match that waits for an answer with the item on its other side."""

    captions: list[Caption] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    copies: list[tuple[Match, Item]] = field(default_factory=list)

    def named(self) -> list[str]:
        """Return how the ledger names them: it can be read by others than moderators, and holds no words."""
        return [
            *(f"hidden caption {caption.pk}" for caption in self.captions),
            *(f"flag {flag.pk}" for flag in self.flags),
            *(f"match {match.pk}" for match, _twin in self.copies),
        ]


def open_questions(items: Iterable[Item]) -> dict[int, Questions]:
    """Return what is open on those items on which anything is, by their keys; five queries, whatever their number."""
    by_file = {item.media_file_id: item.pk for item in items}
    questions: dict[int, Questions] = {}

    def on(item: int) -> Questions:
        return questions.setdefault(item, Questions())

    current = Caption.objects.current().with_hold().filter(item__in=by_file.values(), is_held=True)
    for caption in current.order_by("pk"):
        on(caption.item_id).captions.append(caption)
    flags = Flag.objects.undecided().filter(item__in=by_file.values()).select_related("flagged_by")
    for flag in flags.order_by("pk"):
        on(flag.item_id).flags.append(flag)
    matches = Match.objects.with_standing().filter(standing=Standing.PROPOSED)
    touching = matches.filter(Q(held__in=by_file) | Q(other__in=by_file)).select_related("held__item", "other__item")
    for match in touching.prefetch_related("held__renditions", "other__renditions").order_by("pk"):
        for own, other in ((match.held, match.other), (match.other, match.held)):
            if own.pk in by_file:
                on(by_file[own.pk]).copies.append((match, other.item))
    return questions


def digest_of(questions: dict[int, Questions]) -> str:
    """Return by what an answer names the questions it was shown, so that it answers no later one; "" for none."""
    named = sorted(f"{item}: {name}" for item, asked in questions.items() for name in asked.named())
    return sha256("\n".join(named).encode()).hexdigest()[:32] if named else ""
