"""What was done by whom: the acts of the ledger, for moderators and administrators."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.exports.write_acts import FORMS, record_export, write_acts
from archive.exports.write_list import Form
from archive.review.audit import Page, page_of_acts
from archive.standards.whole_numbers import whole_number
from archive.web.body_limits import Unhurried, take_slot, too_many_at_once
from archive.web.forms.audit import AuditForm, actors
from archive.web.presenters.audit import rows_of
from archive.web.views import errors
from archive.web.views.lists import between_portions

audits = permission_required("ledger.view_ledgerentry", raise_exception=True)


@never_cache
@login_required
@audits
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Show the acts that are asked for, the newest first, a page at a time."""
    form = AuditForm(request.GET)
    page = Page([])
    if is_valid := form.is_valid():
        page = page_of_acts(
            form.asked,
            reader=request.user,
            before=whole_number(request.GET.get("before", "")),
            after=whole_number(request.GET.get("after", "")),
        )
    asked = request.GET.copy()
    for name in ("before", "after"):
        asked.pop(name, None)
    filled = {name: value for name, value in asked.items() if value and name in form.fields}
    context = {
        "form": form,
        "rows": rows_of(page.acts, request.user),
        "page": page,
        "actors": actors(),
        "asked": filled,
        "address": "".join(f"{part}&" for part in [asked.urlencode()] if part),
        "forms": [form.value for form in FORMS],
    }
    return render(request, "audit/audit.html", context, status=200 if is_valid else 422)


@never_cache
@login_required
@audits
@require_POST
def export_audit(request: HttpRequest) -> HttpResponse:
    """Hand out all acts that are asked for as CSV or JSON, as fast as they are taken; that is an act itself."""
    form, written = AuditForm(request.POST), request.POST.get("form", "")
    if not form.is_valid() or written not in FORMS:
        sentences = [words for errors_of in form.errors.values() for words in errors_of]
        return errors.answer(request, 400, " ".join(sentences) or None)
    if not take_slot():
        return too_many_at_once(request)
    now, as_form = timezone.now(), Form(written)
    unhurried = Unhurried(between_portions(write_acts(form.asked, as_form, reader=request.user, at=now)))
    try:
        record_export(form.asked, as_form, by=request.user)
    except BaseException:
        unhurried.close()
        raise
    response = StreamingHttpResponse(unhurried, content_type=as_form.media_type)
    response["Content-Disposition"] = content_disposition_header(
        True, f"strandline-audit-{now:%Y%m%d-%H%M%S}.{written}"
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
