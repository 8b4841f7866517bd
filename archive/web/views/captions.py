"""One wording: its versions, what was proposed on it and what was answered; proposing, and one's own proposals."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.catalogue.hidden_wordings import Withheld, withheld_from, withheld_of_each
from archive.catalogue.models import Caption, Item
from archive.ledger.not_done import NotDone
from archive.review.decide_proposals import revert, show_held
from archive.review.models import Proposal
from archive.review.propose_wording import propose, see_answers
from archive.review.versions import versions
from archive.web.forms.captions import ProposalForm
from archive.web.presenters.caption_proposals import remarks
from archive.web.views.return_to import return_to

OWN_SHOWN = 50
_WAITS = gettext_lazy("Thank you. It waits for a moderator; the answer comes here and under “My proposals”.")
_HIDDEN = gettext_lazy(
    "Thank you. Until it is decided nobody but moderators reads this caption. The answer comes here."
)


@never_cache
@login_required
@require_safe
def caption(request: HttpRequest, caption_id: int) -> HttpResponse:
    """Show a wording with its history, to everyone who may see the item."""
    return _page(request, _seen(request, caption_id))


def _seen(request: HttpRequest, caption_id: int) -> Caption:
    """Return the wording if this user may read it: what is held is not found, rather than forbidden."""
    items = Item.objects.visible_to(request.user)
    caption = get_object_or_404(
        Caption.objects.told_to(request.user)
        .with_hold()
        .select_related("item__media_file", "recorded_by")
        .filter(item__in=items),
        pk=caption_id,
    )
    caption.withheld = withheld_from(request.user, [caption.item_id])
    if caption.withheld.covers(caption):
        raise Http404
    return caption


def _page(request: HttpRequest, caption: Caption, *, status: int = 200, **more: Any) -> HttpResponse:
    wordings = list(caption.item.captions.told_to(request.user).select_related("recorded_by").order_by("pk"))
    chain = versions(caption, wordings, caption.withheld)
    about = (
        Proposal.objects.filter(caption__in=[version.caption.pk for version in chain]).with_answers().order_by("-pk")
    )
    context = {
        "caption": caption,
        "item": caption.item,
        "versions": list(reversed(chain)),
        "remarks": remarks(about, caption.withheld, reader=request.user),
        "form": ProposalForm(caption=caption),
    } | more
    return render(request, "captions/caption.html", context, status=status)


@login_required
@require_POST
def propose_on_caption(request: HttpRequest, caption_id: int) -> HttpResponse:
    """Flag a wording, or propose another; it waits for a moderator."""
    caption = _seen(request, caption_id)
    if not request.user.has_perm("review.add_proposal"):
        raise PermissionDenied
    form = ProposalForm(request.POST, caption=caption)
    if form.is_valid():
        try:
            made = propose(caption, by=request.user, **form.cleaned_data)
        except NotDone as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _HIDDEN if made.identifies else _WAITS)
            hidden = made.identifies and not request.user.has_perm("catalogue.view_held_caption")
            return redirect("own_proposals" if hidden else return_to(request, reverse("caption", args=[caption.pk])))
    return _page(request, caption, status=422, form=form)


@permission_required("review.decide_on_proposal", raise_exception=True)
@require_POST
def revert_caption(request: HttpRequest, caption_id: int) -> HttpResponse:
    """Put an earlier version of the archive's wording back, as a new version."""
    caption = _seen(request, caption_id)
    try:
        caption = revert(caption, by=request.user)
    except NotDone as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The earlier version stands again, as a new one."))
    return redirect("caption", caption.pk)


@permission_required("review.decide_on_proposal", raise_exception=True)
@require_POST
def show_caption(request: HttpRequest, caption_id: int) -> HttpResponse:
    """Let everybody read a wording again that was hidden."""
    caption = _seen(request, caption_id)
    try:
        show_held(caption, by=request.user, reason=request.POST.get("reason", ""))
    except NotDone as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Everyone who may see the item reads this caption again."))
    return redirect("caption", caption.pk)


@never_cache
@login_required
@require_safe
def own_proposals(request: HttpRequest) -> HttpResponse:
    """Show somebody what became of their proposals; what is shown counts as seen."""
    own = Proposal.objects.visible_to(request.user).filter(proposed_by=request.user).order_by("-pk")
    own = own.with_answers().select_related("caption__item", "decision__seen")
    page = Paginator(own, OWN_SHOWN).get_page(request.GET.get("page"))
    withheld = withheld_of_each(request.user, {proposal.caption.item_id for proposal in page})
    shown = [
        remark
        for proposal in page
        for remark in remarks([proposal], withheld[proposal.caption.item_id], reader=request.user)
    ]
    rows = [(remark, remark.answer is not None and not hasattr(remark.answer, "seen")) for remark in shown]
    if request.method == "GET" and not hasattr(request, "views_as"):
        see_answers(request.user, [remark.answer for remark, is_new in rows if is_new])
    return render(request, "captions/own_proposals.html", {"rows": rows, "page": page})


def put_acts_beside(captions: list[Caption], request: HttpRequest, withheld: Withheld) -> None:
    """
    Give current wordings what `captions/_acts.html` shows beside each; two queries.

    Shown are the proposals that wait, and accepted remarks that led to no other words; the rest is in the history.
    """
    about = Proposal.objects.filter(caption__in=captions).with_answers().order_by("pk")
    items = {caption.item_id for caption in captions}
    before = dict(Caption.objects.filter(item__in=items).exclude(supersedes=None).values_list("pk", "supersedes"))
    for caption in captions:
        own = [proposal for proposal in about if proposal.caption_id == caption.pk]
        shown = remarks(own, withheld, reader=request.user)
        caption.remarks = [remark for remark in shown if remark.answer is None or remark.stands]
        caption.number_answered = sum(remark.answer is not None for remark in shown)
        caption.number_of_versions, key = 1, caption.pk
        while key in before:
            caption.number_of_versions, key = caption.number_of_versions + 1, before[key]
        caption.proposal_form = ProposalForm(caption=caption)
        caption.next = f"{request.get_full_path()}#captions"
