"""What each reader may be told of the spans of footage. The one rule; pages and API ask here."""

from collections.abc import Iterable

from archive.catalogue.hidden_wordings import Withheld
from archive.catalogue.models import Item
from archive.claims.spans import ShownSpan, readable_spans, spans_of, standing_spans
from archive.search.public import is_visitor, public_place


def spans_told_to(user: object, item: Item, withheld: Withheld, *, spans: list[int] | None = None) -> list[ShownSpan]:
    """
    Return the spans of an item that this user may see, as they may read them; of a picture none, without a query.

    A visitor reads of spans that stand the title and what stands, places no more precise than allowed; neither notes
    and grounds nor who said what.

    :param spans: only those of these keys
    """
    if item.kind != Item.Kind.FOOTAGE:
        return []
    shown = readable_spans(spans_of([item], spans=spans).get(item.pk, []), withheld)
    return _public(standing_spans(shown)) if is_visitor(user) else shown


def _public(shown: Iterable[ShownSpan]) -> list[ShownSpan]:
    shown = list(shown)
    for each in shown:
        each.versions, each.words, each.word = [each.now], [], None
        each.now.note = ""
        each.said = each.standing
        for said in each.said:
            claim = said.claim
            claim.ground = ""
            if claim.value_place:
                claim.value_place = public_place(claim.value_place)
                claim.as_written = str(claim.value_place or "")
        each.said = [said for said in each.said if not said.is_hidden]
    return shown
