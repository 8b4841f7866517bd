"""The review of items: the queue, and one item with its six questions, answered by keys."""

from collections.abc import Iterable
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

from archive.catalogue.hidden_wordings import Withheld, withheld_from
from archive.catalogue.models import Item, ItemQuerySet
from archive.catalogue.words_in_pictures import readable_lines, words_in_files
from archive.claims.hidden_claims import readable_claims
from archive.claims.leading_claims import grounds_of
from archive.claims.models import Claim
from archive.claims.picture_words import day_against, said_in
from archive.extraction.gazetteer_of_captions import known_names
from archive.ledger.not_done import NotDone
from archive.press.appearances import EARLIEST_FIRST, appearances_of, printed
from archive.press.models import Appearance
from archive.provenance.checks.finding import Question
from archive.provenance.matches import matches_of, other_side
from archive.provenance.shown_findings import findings_on
from archive.review.models import Verdict
from archive.review.review_queue import following, free_for, to_review
from archive.review.second_readings import is_for_second, read_second, to_read_second, took_back
from archive.review.shown_verdicts import standpoints_for
from archive.review.verdicts import judge, judge_agreeing, judge_silent
from archive.review.work_leases import TakenByAnother, leave, take, take_first
from archive.search import facets
from archive.search.addresses import Address
from archive.search.facets import Choice
from archive.search.filters import ItemFilter
from archive.search.find_items import said
from archive.search.sql_answers import SqlAnswers
from archive.standards.vocabulary import Property
from archive.standards.whole_numbers import whole_number
from archive.web.blur import is_blurred
from archive.web.presenters import items as item_page
from archive.web.presenters.beside_claims import Beside, note_on_words
from archive.web.presenters.item_review import Asked, columns, questions
from archive.web.presenters.items import Wording, wordings
from archive.web.views.items import seen_item

SHOWN = 50
MOST_PLACES = 12
# Copies and captions shown beside the questions; how many more there are is told, and leads to the item's own page.
MOST_BESIDE = 6
reviews = permission_required("review.advise_on_item", raise_exception=True)


def asked_queue(request: HttpRequest, *, is_second: bool = False) -> tuple[ItemFilter, ItemQuerySet]:
    """Return the search that narrows the queue, and the queue; what is not understood narrows to nothing."""
    items = Item.objects.visible_to(request.user)
    waiting = to_read_second(items, request.user) if is_second else to_review(items)
    asked = ItemFilter(request.GET, queryset=waiting, user=request.user)
    return asked, asked.narrowed() if asked.form.is_valid() else waiting.none()


def address_of(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"?{asked.urlencode()}" if asked else ""


@never_cache
@reviews
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """List the items that wait for a review, the gravest first; the search's own words narrow it."""
    asked, address, context = queue_page(request)
    by_item = standpoints_for(request.user, context["page"].object_list)
    for item in context["page"]:
        item.leads_to = reverse("item_review", args=[item.pk])
        item.left = sum(standpoint.is_open for standpoint in by_item[item.pk])
        item.dissent = sum(standpoint.is_dissent for standpoint in by_item[item.pk])
        item.to_be_looked_at = sum(standpoint.is_to_be_looked_at for standpoint in by_item[item.pk])
    context["facets"] = _facets(asked, address) if asked.form.is_valid() else []
    return render(request, "item_review/queue.html", context)


def queue_page(request: HttpRequest, *, is_second: bool = False) -> tuple[ItemFilter, Address, dict[str, Any]]:
    """Return the search that narrows a queue, its address, and a page of the queue with what others work on."""
    asked, queue = asked_queue(request, is_second=is_second)
    page = Paginator(queue.with_card().select_related("review_lease"), SHOWN).get_page(request.GET.get("page"))
    now, address = timezone.now(), Address(asked.asked)
    for item in page:
        lease = getattr(item, "review_lease", None)
        item.is_taken = lease is not None and lease.holds(now) and lease.holder_id != request.user.pk
    context = {"form": asked.form, "page": page, "address": address_of(request), "said": said(asked, address)}
    return asked, address, context


def _facets(asked: ItemFilter, address: Address) -> list[tuple[str, list[Choice]]]:
    """Return by what the queue can be narrowed, each choice with how many of it wait."""
    # What stands in the queue is no part of the index.
    answers = SqlAnswers(asked)
    places = facets.places(answers, asked, address)
    return [
        (_("Check"), facets.contradictions(answers, asked, address)),
        (_("Event"), facets.events(answers, asked, address)),
        (_("Place"), [*places.trail, *places.beneath[:MOST_PLACES]]),
        (_("Accession"), facets.accessions(answers, asked, address)),
    ]


@reviews
@require_POST
def next_review(request: HttpRequest) -> HttpResponseRedirect:
    """Take the first item that nobody else reviews, or the next one behind the one that is left."""
    return next_in_queue(request)


def next_in_queue(request: HttpRequest, *, is_second: bool = False) -> HttpResponseRedirect:
    """Take the first item of a queue that nobody else works on, or the next one behind the one that is left."""
    passed = None
    if (key := whole_number(request.POST.get("after", ""))) is not None:
        passed = Item.objects.visible_to(request.user).filter(pk=key).first()
        if passed:
            leave(passed, by=request.user)
    _form, queue = asked_queue(request, is_second=is_second)
    free = free_for(queue, user=request.user, at=timezone.now())
    item = take_first(following(free, passed), by=request.user, at=timezone.now())
    if item is None:
        left = _("What is left came before, or somebody else works on it.")
        messages.info(request, left if queue.exists() else _("Nothing is left to review here."))
        return redirect(reverse("second_reading_queue" if is_second else "review_queue") + address_of(request))
    name = "second_reading" if is_second else "item_review"
    return redirect(reverse(name, args=[item.pk]) + address_of(request))


@never_cache
@reviews
@require_safe
def item_review(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show one item with its six questions; whoever opens it holds it for ten minutes."""
    return review_page(request, seen_item(request, item_id))


def review_page(
    request: HttpRequest, item: Item, *, is_second: bool = False, status: int = 200, **more: Any
) -> HttpResponse:
    """
    Show one item with its six questions.

    :param is_second: who reviews goes through the second readings, and not through all that is open
    """
    taken = None
    try:
        take(item, by=request.user, at=timezone.now())
    except TakenByAnother as refusal:
        taken = str(refusal)
    withheld = withheld_from(request.user, [item])
    claims = item.claims.told_to(request.user).with_grounds().order_by("pk")
    claims = readable_claims(claims, withheld)
    grounds = grounds_of(claims)
    findings = findings_on(item, request.user, withheld=withheld, language=get_language())
    captions = item.captions.readable_by(request.user).current().order_by("pk")
    captions = wordings(caption for caption in captions if not withheld.covers(caption))
    matches = matches_of(item, request.user).prefetch_related("held__renditions", "other__renditions")
    copies = [(match, other_side(match, item)) for match in matches[:MOST_BESIDE]]
    beside = _beside(request, item, captions, [copy for _match, copy in copies], claims, withheld)
    rows = item_page.rows(grounds)
    dated = next((row for row in rows if row.property == Property.DATE_CREATED), None)
    _form, queue = asked_queue(request, is_second=is_second)
    asked = questions(standpoints_for(request.user, [item])[item.pk], grounds, findings, beside)
    context = {
        "item": item,
        "screen": item.sharpest,
        "asked": asked,
        "columns": [label for _code, label, _kinds in columns(beside)],
        "words_note": beside.words_note,
        "axis": item_page.axis(dated, beside.printed),
        "marks": item_page.marks(rows),
        "captions": captions[:MOST_BESIDE],
        "captions_left": len(captions[MOST_BESIDE:]),
        "copies": copies,
        "copies_left": max(0, matches.count() - MOST_BESIDE),
        "taken": taken,
        "left": queue.count(),
        "following": next(following(queue.with_card(), item), None),
        "reasons": Verdict.Reason.choices,
        "may_judge": request.user.has_perm("review.judge_item"),
        "address": address_of(request),
        "is_second": is_second,
        "question": _first_to_answer(asked, request.user, is_second=is_second),
    } | more
    return render(request, "item_review/item_review.html", context, status=status)


def _beside(
    request: HttpRequest,
    item: Item,
    captions: list[Wording],
    copies: list[Item],
    claims: list[Claim],
    withheld: Withheld,
) -> Beside:
    """Gather what is said of an item other than by claims; eight queries at most, one more for words in the picture."""
    appearances = list(appearances_of(item, user=request.user)[:MOST_BESIDE])
    of_copies = Appearance.objects.told_to(request.user).filter(item__in=[copy.pk for copy in copies])
    of_copies = of_copies.exclude(published_edtf="").select_related("outlet").order_by(*EARLIEST_FIRST)
    told = [row.appearance for row in printed(appearances, user=request.user)]
    words = words_in_files([item.media_file_id]).get(item.media_file_id)
    lines = readable_lines(words.lines, withheld) if words and not is_blurred(request, item) else []
    day = day_against(
        published_on=item.accession.published_on if item.accession.outlet_id else None,
        printed=next((each.published_earliest for each in told if each.published_earliest), None),
        claimed=[each.value_latest for each in claims if each.property == Property.DATE_CREATED and each.value_latest],
    )
    return Beside(
        captions=captions,
        printed=told,
        copies=copies,
        copies_printed=list(of_copies[:1]),
        lines=lines,
        said=said_in(lines, known=known_names(), day=day) if lines else [],
        words_note=note_on_words(words, number_shown=len(lines), is_blurred=is_blurred(request, item)),
    )


def _first_to_answer(asked: Iterable[Asked], reader: Any, *, is_second: bool) -> Question:
    """Return the first question that is open to the reader; in a second reading, that waits for it."""
    waits = [each.question for each in asked if is_for_second(each.standpoint, reader)]
    still = [each.question for each in asked if each.standpoint.is_open]
    return next(iter([*waits, *still] if is_second else [*still, *waits]), Question.WHEN)


@reviews
@require_POST
def judge_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Record one verdict, one second reading or one piece of advice, and stay with the item."""
    return judged(request, item_id)


def judged(request: HttpRequest, item_id: int, *, is_second: bool = False) -> HttpResponse:
    """Record what was given on one question, and show the page on which it was given."""
    item, written = seen_item(request, item_id), request.POST
    question = written.get("question", "")
    given: dict[str, Any] = {
        "question": Question(question) if question in list(Question) else question,
        "word": written.get("word", ""),
        "reason_code": written.get("reason_code", ""),
        "reason": written.get("reason", ""),
        "by": request.user,
        "seen_basis": written.get(f"basis-{question}"),
    }
    try:
        if written.get(f"second-{question}"):
            messages.success(request, _said_of_second(read_second(item, **given)))
        else:
            verdict = judge(item, seen=whole_number(written.get(f"seen-{question}", "")), **given)
            messages.success(request, _said(verdict))
    except NotDone as problem:
        draft = {"problem": str(problem), "question": question, "draft": written}
        return review_page(request, item, is_second=is_second, status=422, **draft)
    name = "second_reading" if is_second else "item_review"
    return redirect(reverse(name, args=[item.pk]) + address_of(request))


def _said(verdict: Verdict) -> str:
    if verdict.is_advice:
        return _("Your advice stands beside the verdicts.")
    word = {"word": verdict.get_word_display()}
    if took_back(verdict):
        return _("Saved: %(word)s. What waited for a second reading is taken back: it is no longer asked for.") % word
    if verdict.asked:
        return _("Saved: %(word)s. It waits for a second reading; until then nobody else is shown it.") % word
    return _("Saved: %(word)s.") % word


def _said_of_second(second: Verdict) -> str:
    if second.is_dissent:
        return _("Saved. The first reading says otherwise: both are shown now, and the question is open.")
    return _("Saved. The first reading says the same: both are shown now.")


@reviews
@require_POST
def judge_item_agreeing(request: HttpRequest, item_id: int) -> HttpResponse:
    """Support every open question that nothing speaks against, or leave undetermined each on which nothing is said."""
    item = seen_item(request, item_id)
    if request.POST.get("where") == "silent":
        given = judge_silent(item, by=request.user)
        words = ngettext("%(number)d question undetermined.", "%(number)d questions undetermined.", len(given))
    else:
        given = judge_agreeing(item, by=request.user)
        words = ngettext("%(number)d question supported.", "%(number)d questions supported.", len(given))
    messages.success(request, words % {"number": len(given)})
    return redirect(reverse("item_review", args=[item.pk]) + address_of(request))
