"""The moderators' queue of proposals on captions: the list, one at a time, and together what agrees with claims."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.claims.leading_claims import grounds_of
from archive.claims.models import Claim
from archive.extraction.gazetteer_of_captions import known_names
from archive.ledger.not_done import NotDone
from archive.review.agreeing_proposals import SPEAKS_OF, accept_agreeing, agreeing
from archive.review.decide_proposals import AlreadyDecided, decide
from archive.review.models import Proposal, ProposalDecision, ProposalLease
from archive.review.queue import count_by_reason, following, free_for, waiting, with_row
from archive.review.reopen_proposals import NothingToReopen, reopen
from archive.review.versions import own_wording, versions
from archive.review.work_leases import TakenByAnother, leave, take, take_first
from archive.standards.whole_numbers import whole_number, whole_numbers
from archive.standards.word_differences import differences
from archive.web.forms.caption_proposals import DecisionForm, QueueForm
from archive.web.presenters import items as item_page
from archive.web.presenters.caption_proposals import known

SHOWN = 50
# As many as can be looked through in one go.
AT_ONCE = 100
decides = permission_required("review.decide_on_proposal", raise_exception=True)


@never_cache
@decides
@require_safe
def caption_proposals(request: HttpRequest) -> HttpResponse:
    form = QueueForm(request.GET, user=request.user)
    queue = waiting(request.user, form.narrowing())
    form.offer()
    page = Paginator(with_row(queue), SHOWN).get_page(request.GET.get("page"))
    now = timezone.now()
    for row in page:
        lease = getattr(row, "lease", None)
        row.taken_by = lease.holder if lease and lease.holds(now) else None
        row.parts = differences(row.caption.text, row.text) if row.text else []
    context = {"form": form, "page": page, "address": _address(request), "can_agree": _agreeable(queue)}
    return render(request, "caption_proposals/caption_proposals.html", context)


def _agreeable(queue: Any) -> bool:
    """Say whether there is any proposal of a kind that accepted claims can speak to."""
    return queue.filter(reason__in=SPEAKS_OF).exclude(text="").exists()


@decides
@require_POST
def next_proposal(request: HttpRequest) -> HttpResponse:
    """Take the oldest that nobody else works on, or the next one behind the one that is left."""
    passed = None
    if (key := whole_number(request.POST.get("after", ""))) is not None:
        passed = Proposal.objects.filter(pk=key).first()
        if passed:
            leave(passed, by=request.user)
    return _go_on(request, passed)


def _go_on(request: HttpRequest, passed: Proposal | None) -> HttpResponseRedirect:
    queue = waiting(request.user, QueueForm(request.GET, user=request.user).narrowing())
    free = free_for(queue, user=request.user, at=timezone.now())
    proposal = take_first(following(free, passed), by=request.user, at=timezone.now())
    if proposal is None:
        messages.info(request, _("Nothing is left to decide here."))
        return redirect(reverse("caption_proposals") + _address(request))
    return redirect(reverse("caption_proposal", args=[proposal.pk]) + _address(request))


def _seen(request: HttpRequest, proposal_id: int) -> Proposal:
    proposals = Proposal.objects.visible_to(request.user).with_answers()
    return get_object_or_404(
        proposals.select_related(
            "lease__holder",
            "caption__recorded_by",
            "caption__item__media_file",
            "caption__item__accession",
            "decision__reopening__reopened_by",
            "reopens__reopened_by",
            "reopens__decision__decided_by",
        ).prefetch_related("caption__item__media_file__renditions"),
        pk=proposal_id,
    )


@never_cache
@decides
@require_safe
def caption_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Show one proposal with all that is needed to answer it."""
    return _page(request, _seen(request, proposal_id))


def _page(request: HttpRequest, proposal: Proposal, *, status: int = 200, **more: Any) -> HttpResponse:
    item, wording = proposal.caption.item, proposal.caption
    wordings = list(item.captions.with_hold().select_related("recorded_by").order_by("pk"))
    own = own_wording(wording, wordings)
    claims = list(Claim.objects.filter(item=item).with_grounds().order_by("pk"))
    queue = waiting(request.user, QueueForm(request.GET, user=request.user).narrowing())
    lease: ProposalLease | None = getattr(proposal, "lease", None)
    answered = getattr(proposal, "decision", None)
    context = {
        "proposal": proposal,
        "answer": answered,
        "reopening": getattr(answered, "reopening", None),
        "reopens": getattr(proposal, "reopens", None),
        "item": item,
        "caption": wording,
        "is_held": any(version.pk == wording.pk and version.is_held for version in wordings),
        "screen": item.sharpest,
        "own": own,
        "parts": differences(wording.text, proposal.text) if proposal.text else [],
        "own_parts": differences(own.text, proposal.text) if proposal.text and own and own != wording else [],
        "versions": list(reversed(versions(own, wordings)))[1:] if own else [],
        "known": known(grounds_of(claims), wording),
        "others": waiting(request.user).filter(caption=wording).exclude(pk=proposal.pk),
        "left": queue.count(),
        "taken_by": lease.holder if lease and lease.holds(timezone.now()) and lease.holder != request.user else None,
        "address": _address(request),
        "draft": proposal.text or (own or wording).text,
    } | more
    return render(request, "caption_proposals/caption_proposal.html", context, status=status)


@decides
@require_POST
def take_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Take one proposal of the list, or give it back."""
    proposal = _seen(request, proposal_id)
    if request.POST.get("act") == "leave":
        leave(proposal, by=request.user)
        return redirect(reverse("caption_proposals") + _address(request))
    try:
        take(proposal, by=request.user, at=timezone.now())
    except TakenByAnother as taken:
        messages.error(request, str(taken))
        return redirect(reverse("caption_proposals") + _address(request))
    return redirect(reverse("caption_proposal", args=[proposal.pk]) + _address(request))


@decides
@require_POST
def decide_on_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Answer the proposal and go on to the next one."""
    proposal = _seen(request, proposal_id)
    form = DecisionForm(request.POST, proposal=proposal)
    if not form.is_valid():
        return _page(request, proposal, status=422, problem=_("That was not understood. Choose what to do."))
    try:
        decision = decide(proposal, by=request.user, at=timezone.now(), **form.cleaned_data)
    except (TakenByAnother, AlreadyDecided) as refusal:
        messages.error(request, str(refusal))
    except NotDone as problem:
        return _page(
            request, proposal, status=422, problem=str(problem), draft=form.cleaned_data["text"] or proposal.text
        )
    else:
        names = {
            "what": decision.get_outcome_display(),
            "reason": proposal.get_reason_display(),
            "who": proposal.proposed_by,
        }
        messages.success(request, capfirst(_("%(what)s: %(reason)s, proposed by %(who)s.") % names))
        for change in decision.changes:
            words = {
                "property": item_page.PROPERTIES[change.property],
                "before": change.before or _("not known"),
                "after": change.after or _("not known"),
            }
            messages.success(request, _("%(property)s: %(before)s → %(after)s.") % words)
    return _go_on(request, proposal)


@decides
@require_POST
def reopen_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Open a decided proposal again, and lead to what waits for the answer now."""
    proposal, reason = _seen(request, proposal_id), request.POST.get("reason", "")[:2000]
    try:
        again = reopen(proposal, reason=reason, by=request.user, at=timezone.now())
    except NothingToReopen as refusal:
        messages.error(request, str(refusal))
        return redirect("caption_proposal", proposal.pk)
    except NotDone as problem:
        return _page(request, proposal, status=422, problem=str(problem))
    messages.success(request, _("It is open again. What was decided stands until there is another answer."))
    return redirect("caption_proposal", again.pk)


@never_cache
@decides
@require_http_methods(["GET", "HEAD", "POST"])
def agreeing_proposals(request: HttpRequest) -> HttpResponse:
    """Look through the proposals of one kind that agree with accepted claims, and accept them together."""
    queue = waiting(request.user, QueueForm(request.GET, user=request.user).narrowing())
    counts = count_by_reason(queue.filter(reason__in=SPEAKS_OF).exclude(text=""))
    kinds = [(code, label, counts[code]) for code, label in Proposal.Reason.choices if code in counts]
    kind = request.GET.get("reason") or (kinds[0][0] if kinds else "")
    candidates = with_row(free_for(queue.filter(reason=kind), user=request.user, at=timezone.now()).exclude(text=""))
    if request.method == "POST":
        keys = whole_numbers(request.POST.getlist("proposals"))
        chosen = candidates.filter(pk__in=keys[:AT_ONCE])
        decided, left = accept_agreeing(chosen, known_names(), by=request.user, at=timezone.now())
        _tell(request, decided, left)
        return redirect(reverse("caption_proposals") + _address(request, without="reason"))
    agreed = agreeing(candidates[:AT_ONCE], known_names()) if kind else []
    context = {"kinds": kinds, "kind": kind, "found": agreed, "address": _address(request)}
    return render(request, "caption_proposals/agreeing.html", context)


def _tell(request: HttpRequest, decided: list[ProposalDecision], left: list[Proposal]) -> None:
    words = ngettext("%(n)d proposal was accepted.", "%(n)d proposals were accepted.", len(decided))
    messages.success(request, words % {"n": len(decided)})
    if left:
        words = ngettext(
            "%(n)d was left: somebody else works on it, or it no longer agrees.",
            "%(n)d were left: somebody else works on them, or they no longer agree.",
            len(left),
        )
        messages.warning(request, words % {"n": len(left)})


def _address(request: HttpRequest, without: str = "") -> str:
    """Return what the queue is narrowed to, as the end of an address."""
    asked = request.GET.copy()
    for name in ("page", without):
        asked.pop(name, None)
    return f"?{asked.urlencode()}" if asked else ""
