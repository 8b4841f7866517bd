"""How what is written about a picture changed, and which other pictures the same words stand with."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item
from archive.claims.caption_history import Change, Step, drift, tellings
from archive.claims.hidden_claims import readable_claims
from archive.claims.same_words import repeated
from archive.press.appearances import Printed, appearances_of, printed
from archive.search.public import is_visitor
from archive.standards.vocabulary import Property
from archive.web.presenters.items import PROPERTIES


@dataclass(frozen=True)
class Row:
    """One wording as the page shows it: what changed since the one before, and where it was printed."""

    step: Step
    changes: list[tuple[str, Change]]
    printed: list[Printed]


@never_cache
@require_safe
def caption_history(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show the wordings of a picture in time; for readers of the archive, since a visitor reads nothing of print."""
    if is_visitor(request.user):
        raise Http404
    item = get_object_or_404(Item.objects.visible_to(request.user).with_card(), pk=item_id)
    withheld = withheld_from(request.user, [item])
    current = item.captions.told_to(request.user).select_related("recorded_by").current().order_by("pk")
    captions = [caption for caption in current if not withheld.covers(caption)]
    rows = {
        row.appearance: row
        for row in printed(list(appearances_of(item, user=request.user)), user=request.user, are_all=True)
    }
    wordings = tellings(captions, rows)
    claims = item.claims.told_to(request.user).with_grounds().order_by("pk")
    same = repeated(item, [telling.text for telling in wordings], user=request.user)
    for other in {other for repetition in same for other in repetition.items}:
        other.shown_place = other.lead_place
    context = {
        "item": item,
        "rows": [
            Row(
                step,
                [(str(PROPERTIES[Property(change.property)]), change) for change in step.changes],
                [rows[seen] for seen in step.telling.appearances],
            )
            for step in drift(wordings, readable_claims(claims, withheld))
        ],
        "same": same,
    }
    return render(request, "caption_history/caption_history.html", context)
