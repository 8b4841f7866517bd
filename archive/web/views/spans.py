"""Spans of footage: marked beside the player, each with a page of its own where it is spoken of and retracted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item
from archive.claims.models import SpanClaim
from archive.claims.spans import ShownSpan
from archive.ledger.not_done import NotDone
from archive.review.mark_spans import (
    NotAsSeen,
    change,
    check_footage,
    mark,
    may_mark,
    restore,
    restore_claim,
    retract,
    retract_claim,
    say,
)
from archive.search.public import is_visitor
from archive.search.public_spans import spans_told_to
from archive.web.forms.spans import RetractForm, SaySpanForm, SpanForm
from archive.web.presenters.spans import known_events
from archive.web.unsaved_words import with_unsaved
from archive.web.views.items import page_of_item, seen_item
from archive.web.views.own_acts import one_act, tell_done


@login_required
@require_POST
def mark_span(request: HttpRequest, item_id: int) -> HttpResponse:
    """Mark a span of footage, and come back to the player with it in the list."""
    item = seen_item(request, item_id)
    _refuse_others(request)
    try:
        check_footage(item)
    except NotDone as problem:
        messages.error(request, str(problem))
        return redirect("item", item_id)
    form = SpanForm(request.POST, media_file=item.media_file, auto_id="span-%s")
    if form.is_valid():
        with _refusing(form), one_act(request) as noted:
            span, is_new = mark(item, by=request.user, **form.span())
        if form.is_valid():
            words = _("The span is marked. Say when, where and what on its page.")
            tell_done(request, words if is_new else _("You marked this span before: it stands."), noted)
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            return redirect(f"{reverse('item', args=[item_id])}{query}#span-{span.pk}")
    return page_of_item(request, item, status=422, span_form=form)


@never_cache
@require_safe
def span(request: HttpRequest, item_id: int, span_id: int) -> HttpResponse:
    """Show one span: what is said of it, its versions, and what may be done with it."""
    return _page(request, *shown_span(request, item_id, span_id))


@login_required
@require_POST
def change_span(request: HttpRequest, item_id: int, span_id: int) -> HttpResponse:
    """Put another version of a span in the place of the one that the form shows."""
    item, shown = shown_span(request, item_id, span_id)
    _refuse_others(request)
    form = SpanForm(request.POST, media_file=item.media_file, auto_id="change-%s")
    if form.is_valid():
        with _refusing(form), one_act(request) as noted:
            is_other = change(shown.span, seen=form.cleaned_data["seen"], by=request.user, **form.span())
        if form.is_valid():
            words = _("The span is changed; what it was before stays readable.")
            tell_done(request, words if is_other else _("Nothing differs: it stays as it is."), noted)
            return redirect("span", item_id, span_id)
    if getattr(form, "is_late", False):
        item, shown = shown_span(request, item_id, span_id)
        form = form.with_version_since(shown)
    return _refused(request, item_id, span_id, form, change_form=form, opened="change")


@login_required
@require_POST
def claim_of_span(request: HttpRequest, item_id: int, span_id: int) -> HttpResponse:
    """Say something of a span."""
    _item, shown = shown_span(request, item_id, span_id)
    _refuse_others(request)
    form = SaySpanForm(request.POST)
    if form.is_valid():
        with _refusing(form), one_act(request) as noted:
            say(shown.span, by=request.user, **form.claim())
        if form.is_valid():
            tell_done(request, _("Your claim stands with the span. It leads nothing of the whole footage."), noted)
            return redirect("span", item_id, span_id)
    return _refused(request, item_id, span_id, form, say_form=form, opened="say")


@login_required
@require_POST
def retract_span(request: HttpRequest, item_id: int, span_id: int) -> HttpResponse:
    """Retract a span with a reason, or let it stand again."""
    _item, shown = shown_span(request, item_id, span_id)
    _refuse_others(request)
    form, back = RetractForm(request.POST, auto_id="retract-%s"), "back" in request.POST
    if form.is_valid():
        with _refusing(form), one_act(request) as noted:
            (restore if back else retract)(shown.span, reason=form.cleaned_data["reason"], by=request.user)
        if form.is_valid():
            tell_done(request, _("The span stands again.") if back else _("The span is retracted."), noted)
            return redirect("span", item_id, span_id)
    return _refused(request, item_id, span_id, form, retract_form=form, opened="retract")


@login_required
@require_POST
def retract_span_claim(request: HttpRequest, item_id: int, span_id: int, claim_id: int) -> HttpResponse:
    """Retract what is said of a span with a reason, or let it stand again."""
    _item, shown = shown_span(request, item_id, span_id)
    _refuse_others(request)
    claims = SpanClaim.objects.select_related("value_place__parent", "value_event")
    claim = get_object_or_404(claims, pk=claim_id, span=shown.span)
    claim.span = shown.span
    form, back = RetractForm(request.POST, auto_id=f"claim-{claim_id}-%s"), "back" in request.POST
    if form.is_valid():
        with _refusing(form), one_act(request) as noted:
            (restore_claim if back else retract_claim)(claim, reason=form.cleaned_data["reason"], by=request.user)
        if form.is_valid():
            tell_done(request, _("The claim stands again.") if back else _("The claim is retracted."), noted)
            return redirect("span", item_id, span_id)
    return _refused(request, item_id, span_id, form, claim_form=form, opened_claim=claim_id)


def shown_span(request: HttpRequest, item_id: int, span_id: int) -> tuple[Item, ShownSpan]:
    """Return the footage and its span, if this user may see both; a visitor is told of spans on the item's page."""
    item = get_object_or_404(Item.objects.visible_to(request.user).with_card(), pk=item_id)
    if is_visitor(request.user):
        raise PermissionDenied
    told = spans_told_to(request.user, item, withheld_from(request.user, [item]), spans=[span_id])
    if not told:
        raise Http404(_("This footage has no such span."))
    # What acts change is the item at hand.
    told[0].span.item = item
    return item, told[0]


def _page(request: HttpRequest, item: Item, shown: ShownSpan, *, status: int = 200, **over: Any) -> HttpResponse:
    context = {
        "item": item,
        "shown": shown,
        "rate": item.media_file.steady_frame_rate,
        "may_mark": may_mark(request.user),
        "known_events": known_events(request.user, [shown]),
        "change_form": SpanForm.of(shown.now, item.media_file),
        "say_form": SaySpanForm(),
        "retract_form": RetractForm(auto_id="retract-%s"),
    }
    return render(request, "spans/span.html", context | over, status=status)


@contextmanager
def _refusing(form: forms.Form) -> Iterator[None]:
    """Put what an act refuses beside the form: it is then no longer valid, and `is_late` where others were first."""
    try:
        yield
    except NotDone as problem:
        form.is_late = isinstance(problem, NotAsSeen)
        if form.is_late and isinstance(form, RetractForm):
            # Beside it now stands the button for the opposite, for which these words are no reason.
            form.add_error(None, with_unsaved(problem, form.cleaned_data["reason"]))
            form.data = {}
        else:
            form.add_error(None, str(problem))


def _refused(request: HttpRequest, item_id: int, span_id: int, form: forms.Form, **over: Any) -> HttpResponse:
    """Show the page as it is now, with the form as it was filled in."""
    status = 409 if getattr(form, "is_late", False) else 422
    return _page(request, *shown_span(request, item_id, span_id), status=status, **over)


def _refuse_others(request: HttpRequest) -> None:
    if not may_mark(request.user):
        raise PermissionDenied
