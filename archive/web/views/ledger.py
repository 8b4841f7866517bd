"""The head of the ledger, to be kept elsewhere, and the heads of other archives that are kept here."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archive.ledger.heads import note_handed_out, signed_head
from archive.ledger.models import WitnessedHead
from archive.ledger.signing_key import NoSigningKey, signing_key

# Of the heads of other archives; the others are in the table and stay there.
_MOST_SHOWN = 50


@never_cache
@login_required
@permission_required("catalogue.view_restricted_item", raise_exception=True)
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the head; with `?save` give it as a file."""
    signed, key, problem = None, None, ""
    try:
        key, signed = signing_key(), signed_head()
    except NoSigningKey as missing:
        problem = str(missing)
    if signed and "save" in request.GET:
        if request.method == "GET":
            note_handed_out(signed, at=timezone.now())
        name = f"ledger-head-{signed.head.size}.txt"
        answer = HttpResponse(signed.note(), content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    heads = WitnessedHead.objects.select_related("against").order_by("-pk")
    shown = {
        "signed": signed,
        "key": key and key.public,
        "problem": problem,
        "refused": heads.filter(against__isnull=False)[:_MOST_SHOWN],
        "witnessed": heads.filter(against=None)[:_MOST_SHOWN],
    }
    return render(request, "ledger/ledger.html", shown)
