"""Second readings: their queue and page, how far readings agree, and which verdicts are read twice at all."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.ledger.not_done import NotDone
from archive.provenance.models import QUESTIONS
from archive.review.agreement import LEAST_FOR_KAPPA, WORDS
from archive.review.agreement import agreement as counted
from archive.review.models import ReadingPolicy
from archive.review.reading_policies import set_policy, settings_of_policies, who_may_judge
from archive.review.second_readings import is_for_second, let_go, number_waiting
from archive.review.shown_verdicts import standpoints_for
from archive.standards.whole_numbers import whole_number
from archive.web.views.item_review import judged, next_in_queue, queue_page, review_page
from archive.web.views.items import seen_item

judges = permission_required("review.judge_item", raise_exception=True)
sets_policies = permission_required("review.set_reading_policy", raise_exception=True)


@never_cache
@judges
@require_safe
def second_reading_queue(request: HttpRequest) -> HttpResponse:
    """List the items of which a question waits for this person's second reading."""
    _asked, _address, shown = queue_page(request, is_second=True)
    by_item = standpoints_for(request.user, shown["page"].object_list)
    for item in shown["page"]:
        item.leads_to = reverse("second_reading", args=[item.pk])
        item.waiting = [QUESTIONS[each.question] for each in by_item[item.pk] if is_for_second(each, request.user)]
    shown["is_drawn"] = settings_of_policies()[ReadingPolicy.Policy.SAMPLE].is_on
    return render(request, "second_readings/queue.html", shown)


@judges
@require_POST
def next_second_reading(request: HttpRequest) -> HttpResponseRedirect:
    """Take the first item that waits for a second reading, or the next one behind the one that is left."""
    return next_in_queue(request, is_second=True)


@never_cache
@judges
@require_safe
def second_reading(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show one item as its review does, with what waits for a second reading first."""
    return review_page(request, seen_item(request, item_id), is_second=True)


@judges
@require_POST
def give_second_reading(request: HttpRequest, item_id: int) -> HttpResponse:
    """Record a second reading, and stay with the item."""
    return judged(request, item_id, is_second=True)


class AgreementForm(forms.Form):
    """Which readings are counted: by when the second was given, and by what asked for it."""

    earliest = forms.DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}))
    latest = forms.DateField(label=gettext_lazy("To"), required=False, widget=forms.DateInput({"type": "date"}))
    policy = forms.ChoiceField(
        label=gettext_lazy("Asked for by"),
        required=False,
        choices=[("", gettext_lazy("any policy")), *ReadingPolicy.Policy.choices],
    )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        earliest, latest = fields.get("earliest"), fields.get("latest")
        if isinstance(earliest, date) and isinstance(latest, date) and earliest > latest:
            self.add_error("latest", _("This day is before the first one."))
        return fields


@never_cache
@judges
@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """Show, for each question, how often it was read twice, how often both agreed, and which words differed."""
    form = AgreementForm(request.GET)
    counts = counted(**form.cleaned_data) if form.is_valid() else []
    rows = [
        {
            "label": QUESTIONS[each.question],
            "search": each.question.lower(),
            "counts": each,
            "dissent": each.dissent,
            "kappa": None if each.kappa is None else f"{each.kappa:.2f}",
        }
        for each in counts
    ]
    shown = {
        "form": form,
        "rows": rows,
        "total": sum(each.number + each.left_out for each in counts),
        "verdicts": [word.label for word in WORDS],
        "least": LEAST_FOR_KAPPA,
    }
    return render(request, "second_readings/agreement.html", shown, status=200 if form.is_valid() else 400)


@never_cache
@sets_policies
@require_http_methods(["GET", "HEAD", "POST"])
def reading_policies(request: HttpRequest) -> HttpResponse:
    """Show which verdicts are read twice; a POST sets one policy."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            one_in = whole_number(request.POST.get("one_in", "1"))
            set_policy(
                request.POST.get("policy", ""), is_on="is_on" in request.POST, one_in=one_in or 0, by=request.user
            )
        except NotDone as refusal:
            problem, status = str(refusal), 422
        else:
            messages.success(request, _("Saved. It holds for verdicts from now on."))
            return redirect("reading_policies")
    labels, people = dict(ReadingPolicy.Policy.choices), who_may_judge()
    shown = {
        "policies": [(labels[policy], setting) for policy, setting in settings_of_policies().items()],
        "people": people,
        "waiting_for_all": number_waiting(),
        "problem": problem,
    }
    return render(request, "second_readings/policies.html", shown, status=status)


@sets_policies
@require_POST
def let_second_readings_go(request: HttpRequest) -> HttpResponse:
    """Ask no longer for what waits to be read a second time."""
    try:
        number = let_go(by=request.user, reason=request.POST.get("reason", ""))
    except NotDone as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext("%(number)d verdict holds as read once.", "%(number)d verdicts hold as read once.", number)
        messages.success(request, words % {"number": number})
    return redirect(reverse("reading_policies"))
