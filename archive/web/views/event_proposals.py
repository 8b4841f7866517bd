"""Events proposed for items that agree in date and place: a list to be worked through, one decision each."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from archive.authorities.models import Event
from archive.catalogue.models import Item
from archive.ledger.not_done import NotDone
from archive.review.assign_events import accept, dismiss
from archive.review.gatherings import Gathering, gatherings
from archive.review.own_acts import NotedAct
from archive.web.forms.event_proposals import EventProposalForm
from archive.web.views.own_acts import one_act, tell_done

PAGE_SIZE = 10
# Of a larger event the rest is linked or dismissed with those that are shown.
SHOWN = 36


@dataclass(frozen=True)
class Proposed:
    """One proposal as the page shows it: the gathering, its first pictures, how many more there are."""

    gathering: Gathering
    items: list[Item]
    more: int


@never_cache
@permission_required("claims.add_claim", raise_exception=True)
@require_safe
def event_proposals(request: HttpRequest) -> HttpResponse:
    """Show where items gather, the largest gatherings first; the pictures of one page cost two queries."""
    visible = Item.objects.visible_to(request.user)
    page = Paginator(gatherings(visible), PAGE_SIZE).get_page(request.GET.get("page"))
    cards = visible.with_card().in_bulk({key for gathering in page for key in gathering.items[:SHOWN]})
    context = {
        "page": page,
        "proposals": [
            Proposed(
                gathering,
                [cards[key] for key in gathering.items[:SHOWN] if key in cards],
                max(len(gathering.items) - SHOWN, 0),
            )
            for gathering in page
        ],
        "kinds": Event.Kind.choices,
    }
    return render(request, "event_proposals/event_proposals.html", context)


@permission_required("claims.add_claim", raise_exception=True)
@require_POST
def decide_on_event(request: HttpRequest) -> HttpResponse:
    """Link the proposed items to their event, without those that were deselected, or dismiss the proposal."""
    form = EventProposalForm(request.POST)
    if not form.is_valid():
        return _refused(request, next(str(problem) for fields in form.errors.values() for problem in fields))
    fields = form.cleaned_data
    proposed, event, name = fields["proposed"], fields["event"], fields["name"]
    try:
        if request.POST.get("act") == "dismiss":
            dismiss(proposed, by=request.user, event=event, name=name, reason=fields["reason"])
            words = _("“%(name)s” is dismissed; it comes back if more pictures join.") % {"name": name}
            if event:
                words = _("These pictures are not proposed to “%(name)s” again.") % {"name": name}
            return _done(request, words, None, NotedAct(request.user))
        chosen = set(request.POST.getlist("items"))
        with one_act(request) as noted:
            event, count = accept(
                proposed,
                by=request.user,
                event=event,
                leave_out={key for key in proposed[:SHOWN] if str(key) not in chosen},
                name=name,
                date_edtf=fields["date_edtf"],
                kind=fields["kind"] or Event.Kind.OTHER,
                places=list(fields["places"]),
            )
    except NotDone as problem:
        return _refused(request, str(problem))
    words = ngettext(
        "%(count)d picture is linked to “%(name)s”.", "%(count)d pictures are linked to “%(name)s”.", count
    )
    return _done(request, words % {"count": count, "name": event.name}, event, noted)


def _done(request: HttpRequest, words: str, event: Event | None, noted: NotedAct) -> HttpResponse:
    if request.htmx:
        return render(request, "event_proposals/_decided.html", {"words": words, "event": event, "act": noted.act})
    tell_done(request, words, noted)
    return redirect("event_proposals")


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    if request.htmx:
        answer = render(request, "event_proposals/_refused.html", {"words": words}, status=422)
        return reswap(retarget(answer, f"#{request.htmx.target} .event-proposal__problem"), "innerHTML")
    messages.error(request, words)
    return redirect("event_proposals")
