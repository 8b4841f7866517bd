"""The review of items: the queue, and one item with its six questions, answered by keys."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item, ItemQuerySet
from archive.claims.hidden_claims import readable_claims
from archive.claims.leading_claims import grounds_of
from archive.ledger.not_done import NotDone
from archive.provenance.checks.finding import Question
from archive.provenance.matches import matches_of, other_side
from archive.provenance.shown_findings import findings_on
from archive.review.models import Verdict
from archive.review.review_queue import following, free_for, to_review
from archive.review.verdicts import judge, judge_agreeing, standpoints
from archive.review.work_leases import TakenByAnother, leave, take, take_first
from archive.search.filters import ItemFilter
from archive.standards.whole_numbers import whole_number
from archive.web.presenters.item_review import COLUMNS, questions, readable
from archive.web.presenters.items import wordings
from archive.web.views.items import seen_item

SHOWN = 50
# Copies and captions shown beside the questions; how many more there are is told, and leads to the item's own page.
MOST_BESIDE = 6
reviews = permission_required("review.advise_on_item", raise_exception=True)


def _asked(request: HttpRequest) -> tuple[ItemFilter, ItemQuerySet]:
    """Return the search that narrows the queue, and the queue; what is not understood narrows to nothing."""
    asked = ItemFilter(request.GET, user=request.user)
    items = asked.narrowed() if asked.form.is_valid() else Item.objects.none()
    return asked, to_review(items)


def _address(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"?{asked.urlencode()}" if asked else ""


@never_cache
@reviews
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """List the items that wait for a review, the gravest first; the search's own words narrow it."""
    asked, queue = _asked(request)
    page = Paginator(queue.with_card().select_related("review_lease__holder"), SHOWN).get_page(request.GET.get("page"))
    now, by_item = timezone.now(), standpoints(page.object_list)
    for item in page:
        lease = getattr(item, "review_lease", None)
        item.taken_by = lease.holder if lease and lease.holds(now) and lease.holder != request.user else None
        item.left = sum(standpoint.is_open for standpoint in by_item[item.pk])
        item.to_be_looked_at = sum(standpoint.is_to_be_looked_at for standpoint in by_item[item.pk])
    context = {"form": asked.form, "page": page, "address": _address(request), "asked": asked.asked}
    return render(request, "item_review/queue.html", context)


@reviews
@require_POST
def next_review(request: HttpRequest) -> HttpResponseRedirect:
    """Take the first item that nobody else reviews, or the next one behind the one that is left."""
    passed = None
    if (key := whole_number(request.POST.get("after", ""))) is not None:
        passed = Item.objects.visible_to(request.user).filter(pk=key).first()
        if passed:
            leave(passed, by=request.user)
    _form, queue = _asked(request)
    free = free_for(queue, user=request.user, at=timezone.now())
    item = take_first(following(free, passed), by=request.user, at=timezone.now())
    if item is None:
        messages.info(request, _("Nothing is left to review here."))
        return redirect(reverse("review_queue") + _address(request))
    return redirect(reverse("item_review", args=[item.pk]) + _address(request))


@never_cache
@reviews
@require_safe
def item_review(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show one item with its six questions; whoever opens it holds it for ten minutes."""
    return _page(request, seen_item(request, item_id))


def _page(request: HttpRequest, item: Item, *, status: int = 200, **more: Any) -> HttpResponse:
    taken = None
    try:
        take(item, by=request.user, at=timezone.now())
    except TakenByAnother as refusal:
        taken = str(refusal)
    withheld = withheld_from(request.user, [item])
    claims = item.claims.told_to(request.user).with_grounds().order_by("pk")
    findings = findings_on(item, request.user, withheld=withheld, language=get_language())
    captions = item.captions.readable_by(request.user).filter(superseded_by=None).order_by("pk")
    captions = wordings(caption for caption in captions if not withheld.covers(caption))
    matches = matches_of(item, request.user).prefetch_related("held__renditions", "other__renditions")
    _form, queue = _asked(request)
    asked = questions(
        readable(standpoints([item])[item.pk], withheld), grounds_of(readable_claims(claims, withheld)), findings
    )
    context = {
        "item": item,
        "screen": item.media_file.sharpest,
        "asked": asked,
        "columns": [label for label, _kinds in COLUMNS],
        "captions": captions[:MOST_BESIDE],
        "captions_left": len(captions[MOST_BESIDE:]),
        "copies": [(match, other_side(match, item)) for match in matches[:MOST_BESIDE]],
        "copies_left": max(0, matches.count() - MOST_BESIDE),
        "taken": taken,
        "left": queue.count(),
        "following": next(following(queue.with_card(), item), None),
        "reasons": Verdict.Reason.choices,
        "may_judge": request.user.has_perm("review.judge_item"),
        "address": _address(request),
        "question": next((each.question for each in asked if each.standpoint.is_open), Question.WHEN),
    } | more
    return render(request, "item_review/item_review.html", context, status=status)


@reviews
@require_POST
def judge_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Record one verdict, or one piece of advice, and stay with the item."""
    item, written = seen_item(request, item_id), request.POST
    question = written.get("question", "")
    try:
        verdict = judge(
            item,
            question=Question(question) if question in list(Question) else question,
            word=written.get("word", ""),
            reason_code=written.get("reason_code", ""),
            reason=written.get("reason", ""),
            by=request.user,
            seen=whole_number(written.get(f"seen-{question}", "")),
            seen_basis=written.get(f"basis-{question}"),
        )
    except NotDone as problem:
        return _page(request, item, status=422, problem=str(problem), question=question, draft=written)
    said = _("Your advice stands beside the verdicts.") if verdict.is_advice else _("Saved: %(word)s.")
    messages.success(request, said % {"word": verdict.get_word_display()} if not verdict.is_advice else said)
    return redirect(reverse("item_review", args=[item.pk]) + _address(request))


@reviews
@require_POST
def judge_item_agreeing(request: HttpRequest, item_id: int) -> HttpResponse:
    """Support every open question that nothing speaks against."""
    item = seen_item(request, item_id)
    given = judge_agreeing(item, by=request.user)
    words = ngettext("%(number)d question supported.", "%(number)d questions supported.", len(given))
    messages.success(request, words % {"number": len(given)})
    return redirect(reverse("item_review", args=[item.pk]) + _address(request))
