"""A picture that is shown wrongly turned is turned on its page."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from archive.ingest.wake_worker import wake
from archive.ledger.not_done import NotDone
from archive.review.turn_pictures import turn_pictures
from archive.web.forms.turns import TurnForm
from archive.web.views.items import page_of_item, seen_item
from archive.web.views.own_acts import one_act, tell_done
from archive.web.views.return_to import back_to_item


@login_required
@require_POST
def turn_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Turn the picture, as a claim by this person; its copies are made anew by a worker."""
    item = seen_item(request, item_id)
    if not request.user.has_perm("claims.add_claim"):
        raise PermissionDenied
    form = TurnForm(request.POST, item=item)
    if not form.is_valid():
        return page_of_item(request, item, status=422, turn_form=form, opened="turn")
    try:
        with one_act(request) as noted:
            turned = turn_pictures([item], by=request.user, **form.cleaned_data)
    except NotDone as refusal:
        form.add_error(None, str(refusal))
        item = seen_item(request, item_id)
        return page_of_item(request, item, status=422, turn_form=form.shown_again(item), opened="turn")
    transaction.on_commit(wake, robust=True)
    words = _("The picture is turned.") if turned.items else _("The picture lay so already.")
    tell_done(request, words, noted)
    return back_to_item(request, item_id)
