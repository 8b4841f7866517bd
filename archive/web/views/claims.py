"""Claims that people accept, reject or correct, where they stand: on the item page or among the data of captions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from archive.catalogue.models import Item
from archive.claims.models import Claim
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.review.claim_rulings import rule
from archive.review.correct_claims import correct
from archive.standards.vocabulary import Standing
from archive.standards.whole_numbers import whole_number
from archive.web.forms.claims import CorrectionForm
from archive.web.unsaved_words import with_unsaved
from archive.web.views.return_to import back_to_item

# Takes the place of all of them in the forms of a claim.
_SEEN_SINCE = (
    '<input type="hidden" name="seen" value="{}" data-seen="{}" hx-swap-oob="outerHTML:[data-seen=&quot;{}&quot;]">'
)


def _claim(request: HttpRequest, claim_id: int) -> Claim:
    seen = Item.objects.visible_to(request.user)
    return get_object_or_404(Claim.objects.with_grounds().select_related("item").filter(item__in=seen), pk=claim_id)


def _refuse(request: HttpRequest, claim: Claim, problem: str | NotDone) -> HttpResponse:
    """
    Say beside the form, or above the page where there is no script, why nothing was done.

    Who is told what another decided meanwhile may decide after that, with what they typed.
    """
    if not request.htmx:
        # Beside the form what was typed still stands.
        words = request.POST.get("reason", "") or request.POST.get("note", "")
        messages.error(request, with_unsaved(problem, words))
        return back_to_item(request, claim.item_id)
    seen = SafeString()
    if isinstance(problem, DecidedMeanwhile) and (rulings := list(claim.rulings.order_by("pk"))):
        if reason := rulings[-1].reason:
            problem = f"{problem} “{reason}”"
        seen = format_html(_SEEN_SINCE, len(rulings), claim.pk, claim.pk)
    refused = format_html('<p class="field__error" id="refused-{}" role="alert">{}</p>{}', claim.pk, problem, seen)
    refusal = f"#refused-{claim.pk}"
    return HttpResponse(
        refused, status=422, headers={"HX-Retarget": refusal, "HX-Reselect": refusal, "HX-Reswap": "outerHTML"}
    )


@login_required
@permission_required("claims.rule_on_claim", raise_exception=True)
@require_POST
def rule_on_claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Accept or reject a claim, or put it back to proposed."""
    claim = _claim(request, claim_id)
    standing = request.POST.get("standing", "")
    if standing not in (Standing.ACCEPTED, Standing.REJECTED, Standing.PROPOSED):
        return _refuse(request, claim, _("Accept or reject the claim."))
    try:
        reason, seen = request.POST.get("reason", ""), whole_number(request.POST.get("seen", ""))
        rule(claim, standing=Standing(standing), by=request.user, reason=reason, seen=seen)
    except NotDone as problem:
        return _refuse(request, claim, problem)
    return back_to_item(request, claim.item_id)


@login_required
@permission_required("claims.rule_on_claim", raise_exception=True)
@require_POST
def correct_claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Say what the words of a caption mean, in place of what was read."""
    claim = _claim(request, claim_id)
    form = CorrectionForm(request.POST, claim=claim)
    if claim.source.start is None:
        return _refuse(request, claim, _("This claim was not read from a caption. Add information instead."))
    if not form.is_valid():
        return _refuse(request, claim, form.refusal())
    seen, answers = (whole_number(request.POST.get(name, "")) for name in ("seen", "answers"))
    try:
        note = form.cleaned_data["note"]
        correct(claim, by=request.user, note=note, seen=seen, answers=answers, **form.value())
    except NotDone as problem:
        return _refuse(request, claim, problem)
    return back_to_item(request, claim.item_id)
