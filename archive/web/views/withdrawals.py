"""Items that were brought in by mistake: withdrawn with a reason, told of at their address, brought back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.accounts.roles import NotAllowed
from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.models import SEEN_BY, Access, DestructionAnswer, Item, Withdrawal
from archive.ledger.not_done import NotDone
from archive.review.destroy_originals import answer_waiting, ask_destruction, waiting_request
from archive.review.withdraw_items import bring_back, last_withdrawal, may_withdraw, standing_withdrawals, withdraw
from archive.web.forms.items import WithdrawForm
from archive.web.views.own_acts import one_act, tell_done


def withdrawn_told_to(user: object, item_id: int) -> Withdrawal | None:
    """Return how an item was withdrawn, where it was and this user could see it before."""
    item = Item.objects.select_related("media_file").filter(pk=item_id, access=Access.WITHDRAWN).first()
    if item is None:
        return None
    last = last_withdrawal(item)
    last.item = item
    return last if last.former in SEEN_BY[audience_of(user)] else None


@never_cache
@login_required
@permission_required("catalogue.view_restricted_item", raise_exception=True)
@require_safe
def withdrawn_items(request: HttpRequest) -> HttpResponse:
    """The withdrawn items, those withdrawn last first, and those of which somebody asks that the bytes be destroyed."""
    rows = standing_withdrawals()
    only_asked = "asked" in request.GET
    if only_asked:
        rows = rows.exclude(destruction_by=None)
    page = Paginator(rows, per_page=50).get_page(request.GET.get("page"))
    return render(request, "items/withdrawn_items.html", {"page": page, "only_asked": only_asked})


def tombstone(request: HttpRequest, last: Withdrawal, *, form: WithdrawForm | None = None) -> HttpResponse:
    """Say that an item was withdrawn; who, when and why archive staff alone read."""
    context = {
        "item": last.item,
        "last": last,
        "is_staff": audience_of(request.user) == Audience.STAFF,
        "may_bring_back": may_withdraw(request.user, last.item),
        "asked": waiting_request(last.item),
        "destroyed": DestructionAnswer.objects.select_related("answered_by", "asked_by", "request")
        .filter(request__item=last.item, is_confirmed=True)
        .first(),
        "form": form or WithdrawForm(),
    }
    return render(request, "items/withdrawn.html", context, status=422 if form is not None else 410)


@login_required
@require_POST
def withdraw_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Withdraw an item; its address says so from then on."""
    item = get_object_or_404(Item.objects.visible_to(request.user), pk=item_id)
    if not may_withdraw(request.user, item):
        raise PermissionDenied
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was withdrawn: say in a few words why."))
        return redirect("item", item_id)
    try:
        with one_act(request) as noted:
            withdraw([item], by=request.user, at=timezone.now(), **form.cleaned_data)
    except (NotAllowed, NotDone) as refusal:
        messages.error(request, str(refusal))
    else:
        tell_done(request, _("The item is withdrawn. It is found and shown nowhere any more."), noted)
    return redirect("item", item_id)


@login_required
@require_POST
def bring_item_back(request: HttpRequest, item_id: int) -> HttpResponse:
    """Let a withdrawn item be seen again by whom it was seen before."""
    last = withdrawn_told_to(request.user, item_id)
    if last is None:
        raise Http404
    if not may_withdraw(request.user, last.item):
        raise PermissionDenied
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return tombstone(request, last, form=form)
    try:
        with one_act(request) as noted:
            bring_back([last.item], by=request.user, at=timezone.now(), **form.cleaned_data)
    except (NotAllowed, NotDone) as refusal:
        messages.error(request, str(refusal))
    else:
        if Item.objects.only("access").get(pk=item_id).access == last.former:
            words = _("The item is back, and seen by whom it was seen before.")
        else:
            words = _(
                "The item is back, for research: something speaks against its release now. "
                "Release it anew and read what."
            )
        tell_done(request, words, noted)
    return redirect("item", item_id)


@login_required
@require_POST
def destroy_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Ask that the bytes of a withdrawn item be destroyed; confirm or decline what another person asked."""
    last = withdrawn_told_to(request.user, item_id)
    if last is None:
        raise Http404
    if not (may_withdraw(request.user, last.item) or request.user.has_perm("catalogue.destroy_original")):
        raise PermissionDenied
    act, reason, now = request.POST.get("act", ""), request.POST.get("reason", "")[:2000], timezone.now()
    try:
        if act == "ask":
            ask_destruction(last.item, by=request.user, reason=reason, at=now)
            messages.success(request, _("It is asked for. Another person, an administrator, has to confirm it."))
        elif act in ("confirm", "decline"):
            is_confirmed = act == "confirm"
            answer_waiting(last.item, is_confirmed=is_confirmed, by=request.user, reason=reason, at=now)
            destroyed, kept = _("Its bytes are destroyed. The record of it stays."), _("Declined: its bytes are kept.")
            messages.success(request, destroyed if is_confirmed else kept)
        else:
            raise NotDone(_("This was answered meanwhile, or the item was brought back. Look at it again."))
    except (NotAllowed, NotDone) as refusal:
        messages.error(request, str(refusal))
    return redirect("item", item_id)
