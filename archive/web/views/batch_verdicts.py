"""One verdict on several items: what it would be on each, and then an entry on each that it may be given on."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from archive.ledger.not_done import NotDone
from archive.review.batch_verdicts import judge_each, prospects
from archive.web.forms.verdicts import VerdictsForm
from archive.web.presenters.batch_verdicts import lay_out, what_was_shown
from archive.web.views import errors
from archive.web.views.chosen_items import chosen, keys_asked
from archive.web.views.return_to import return_to


@never_cache
@permission_required("review.judge_item", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_verdicts(request: HttpRequest) -> HttpResponse:
    """Ask for one answer on the chosen items, tell what it would be on each, and give it."""
    asked = request.POST if request.method == "POST" else request.GET
    try:
        items = list(chosen(request, asked).with_card())
    except NotDone as problem:
        return errors.answer(request, 400, str(problem))
    if not items:
        return errors.answer(request, 400, _("None of the chosen items is open to you. Go back and choose others."))
    context: dict[str, Any] = {
        "items": items,
        "next": return_to(request, reverse("search")),
        "not_open": len(keys_asked(asked)) - len(items),
        "form": VerdictsForm(),
    }
    if "word" not in asked:
        return render(request, "bulk/verdicts.html", context)
    context["form"] = form = VerdictsForm(asked)
    # `look` asks what it would do: by POST too, for an address has no room for hundreds of keys.
    is_given = request.method == "POST" and "look" not in asked
    status = 422 if is_given else 200
    if form.is_valid():
        try:
            if is_given:
                seen = what_was_shown(asked.get("shown", ""))
                rows = judge_each(items, form.answer(), by=request.user, shown=seen)
                return render(request, "bulk/verdicts_given.html", context | {"laid_out": lay_out(rows)})
            rows = prospects(items, form.answer(), by=request.user, at=timezone.now())
            context["laid_out"] = lay_out(rows)
        except NotDone as problem:
            form.add_error("reason", str(problem))
    return render(request, "bulk/verdicts.html", context, status=status)
