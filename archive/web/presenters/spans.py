"""What pages show of spans of footage: those that stand, those that were retracted, and which events may be opened."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.catalogue.hidden_wordings import Withheld
from archive.catalogue.models import Item
from archive.claims.spans import ShownSpan
from archive.search.public import events_known_to, is_visitor
from archive.search.public_spans import spans_told_to
from archive.web.item_lists import ItemLists, Shown


@dataclass(frozen=True)
class SpansOfItem:
    """The spans of one footage as its page lists them."""

    standing: Shown[ShownSpan]
    retracted: list[ShownSpan]
    known_events: set[int]
    # Frames a second, where they do not vary.
    rate: float | None


def spans_on_page(user: object, item: Item, withheld: Withheld, lists: ItemLists) -> SpansOfItem:
    """Gather what the page of an item shows of its spans; of a picture nothing, without a query."""
    told = spans_told_to(user, item, withheld)
    standing = lists.cut("spans", [each for each in told if each.retraction is None])
    return SpansOfItem(
        standing,
        [each for each in told if each.retraction],
        known_events(user, standing),
        item.media_file.steady_frame_rate,
    )


def known_events(user: object, shown: Iterable[ShownSpan]) -> set[int]:
    """Return the keys of the events in spans whose pages this user may open; one query where there are any."""
    keys = {said.claim.value_event_id for each in shown for said in each.said if said.claim.value_event_id}
    if not keys or is_visitor(user):
        return set()
    return set(events_known_to(user).filter(pk__in=keys).values_list("pk", flat=True))
