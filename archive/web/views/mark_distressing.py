"""Distressing pictures: shown to who asks for one, marked and unmarked by moderators."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from archive.review.mark_distressing import CopiesDiffer, mark_distressing
from archive.web.blur import ask_for
from archive.web.forms.bulk import MarkForm
from archive.web.views.items import page_of_item, seen_item, with_cards
from archive.web.views.own_acts import one_act, tell_done
from archive.web.views.return_to import back_to_item


@require_POST
def show_picture(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show this distressing picture, and no other, for the rest of this session; or blur it again."""
    item = seen_item(request, item_id)
    ask_for(request, [item], is_shown=request.POST.get("act") != "blur")
    return HttpResponse(status=204) if request.htmx else back_to_item(request, item_id)


@login_required
@require_POST
def mark_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Mark the picture as distressing, or take that back; its copies are asked about."""
    item, form = seen_item(request, item_id), MarkForm(request.POST, auto_id="mark-%s")
    if not request.user.has_perm("catalogue.mark_distressing"):
        raise PermissionDenied
    if form.is_valid():
        try:
            with one_act(request) as noted:
                mark_distressing([item], by=request.user, **form.mark())
        except CopiesDiffer as question:
            differing = with_cards(question.copies)
            return page_of_item(request, item, status=422, mark_form=form, opened="mark", differing=differing)
        blurred, clear = _("It is shown blurred until somebody asks for it."), _("It is shown as it is.")
        tell_done(request, blurred if item.is_distressing else clear, noted)
        return back_to_item(request, item_id)
    return page_of_item(request, item, status=422, mark_form=form, opened="mark")
