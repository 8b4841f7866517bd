"""Flags on pictures: raised on the page of an item, answered by moderators in their queue."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.accounts.addresses import client_address
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.ingest.flag_notices import RULE, still_bounds
from archive.ledger.not_done import NotDone
from archive.review.access import CopiesStand
from archive.review.decide_proposals import AlreadyDecided
from archive.review.flags import (
    TooOften,
    count_by_ground,
    decide_on_flag,
    erase_words,
    erasures_of,
    flag_as_visitor,
    flag_of_receipt,
    flag_picture,
    receipt_of,
    see_flag_answers,
    waiting_flags,
    with_row,
)
from archive.review.mark_distressing import CopiesDiffer
from archive.review.models import Flag
from archive.web.forms.flags import EraseForm, FlagDecisionForm, FlagForm, VisitorFlagForm
from archive.web.views.items import page_of_item, seen_item, with_cards
from archive.web.views.return_to import back_to_item

SHOWN = 50
decides = permission_required("review.decide_on_flag", raise_exception=True)


@login_required
@require_POST
def flag_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Flag the picture; it waits for a moderator."""
    item, form = seen_item(request, item_id), FlagForm(request.POST)
    if not request.user.has_perm("review.add_flag"):
        raise PermissionDenied
    if form.is_valid():
        try:
            _flag, is_new = flag_picture(item, by=request.user, **form.cleaned_data)
        except NotDone as problem:
            form.add_error(None, str(problem))
        else:
            tell_flagged(request, new=int(is_new), waiting=int(not is_new))
            return back_to_item(request, item_id)
    return page_of_item(request, item, status=422, flag_form=form, opened="flag")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag_as_somebody(request: HttpRequest, item_id: int) -> HttpResponse:
    """Let somebody without an account flag a picture that the public sees; who has one does it on the item's page."""
    item = seen_item(request, item_id)
    if request.user.is_authenticated:
        return redirect(f"{reverse('item', args=[item_id])}#act-flag")
    form, status = VisitorFlagForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                flag = flag_as_visitor(item, address=client_address(request), **form.cleaned_data)
            except TooOften as refusal:
                form.add_error(None, str(refusal))
                status = 429
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
                status = 403
            else:
                sentence = _(
                    "Thank you. A moderator reads it. Until somebody has decided, the picture stays as it is. Keep the "
                    "number %(receipt)s: by it the archive finds what you sent."
                )
                messages.success(request, sentence % {"receipt": receipt_of(flag)})
                return redirect("item", item_id)
    response = render(request, "flags/visitor.html", {"item": item, "form": form}, status=status)
    if status == 429:
        response["Retry-After"] = "3600"
    return response


def tell_flagged(request: HttpRequest, *, new: int, waiting: int) -> None:
    """Say what became of flags: what was recorded, and what waits already and was not recorded again."""
    if new:
        sentence = _("Thank you. It waits for a moderator; the answer comes here and under “My proposals and flags”.")
        messages.success(request, sentence)
    if waiting:
        again = _("Flagged by you on this ground before and waiting for an answer: %(n)d. Nothing was added to that.")
        messages.info(request, again % {"n": waiting})


@never_cache
@decides
@require_safe
def flags(request: HttpRequest) -> HttpResponse:
    """The flags that wait, the oldest first; with `?receipt=` the one that a visitor was given this number for."""
    receipt, unknown = request.GET.get("receipt", "").strip()[:40], ""
    if receipt:
        if known := flag_of_receipt(receipt, reader=request.user):
            return redirect("flag", known.pk)
        unknown = receipt
    counts = count_by_ground(waiting_flags(request.user))
    ground = request.GET.get("ground", "")
    ground = ground if ground in Flag.Ground else ""
    page = Paginator(with_row(waiting_flags(request.user, ground)), SHOWN).get_page(request.GET.get("page"))
    # What somebody says is distressing comes blurred to who decides on it, on whichever ground.
    doubtful = _doubtful(request, [row.item_id for row in page])
    for row in page:
        row.is_doubtful = row.item_id in doubtful
    context = {
        "page": page,
        "ground": ground,
        "unknown": unknown,
        "grounds": [(code, label, counts[code]) for code, label in Flag.Ground.choices if code in counts],
        "address": f"?ground={ground}" if ground else "",
    }
    return render(request, "flags/queue.html", context)


@never_cache
@decides
@require_safe
def flag(request: HttpRequest, flag_id: int) -> HttpResponse:
    """Show one flag with all that is needed to answer it."""
    return _page(request, _seen(request, flag_id))


def _doubtful(request: HttpRequest, items: Iterable[int]) -> set[int]:
    """Return those of these pictures of which it waits for an answer whether they are distressing."""
    waiting = waiting_flags(request.user, Flag.Ground.DISTRESSING).filter(item__in=items)
    return set(waiting.values_list("item", flat=True))


def _seen(request: HttpRequest, flag_id: int) -> Flag:
    return get_object_or_404(with_row(Flag.objects.visible_to(request.user)), pk=flag_id)


def _page(request: HttpRequest, flag: Flag, *, status: int = 200, **more: Any) -> HttpResponse:
    others = Flag.objects.visible_to(request.user).filter(item=flag.item_id).exclude(pk=flag.pk).with_answers()
    is_doubtful = not flag.item.is_distressing and bool(_doubtful(request, [flag.item_id]))
    shows = "show" in request.GET
    context = {
        "flag": flag,
        "item": flag.item,
        "answer": getattr(flag, "decision", None),
        "receipt": receipt_of(flag),
        "screen": flag.item.sharpest,
        "others": others.order_by("pk"),
        "left": waiting_flags(request.user).count(),
        "next": waiting_flags(request.user).filter(pk__gt=flag.pk).first(),
        "form": FlagDecisionForm(flag=flag),
        "erase_form": EraseForm(),
        # Only of visitors something can be erased, so only there it is asked for.
        "erasures": erasures_of(flag) if flag.is_of_visitor else [],
        "is_over": flag.rule == RULE and not still_bounds(flag, at=timezone.now()),
        # Not marked yet, but said to be distressing: a moderator asks for it on this page alone.
        "is_doubtful": is_doubtful,
        "shows": shows,
        "blurs": is_doubtful and not shows,
    } | more
    return render(request, "flags/flag.html", context, status=status)


@decides
@require_POST
def answer_flag(request: HttpRequest, flag_id: int) -> HttpResponse:
    """Answer the flag and go on to the next one."""
    flag = _seen(request, flag_id)
    form = FlagDecisionForm(request.POST, flag=flag)
    if not form.is_valid():
        return _page(request, flag, status=422, form=form)
    try:
        decision = decide_on_flag(flag, by=request.user, **form.cleaned_data)
    except CopiesDiffer as question:
        return _page(request, flag, status=422, form=form, differing=with_cards(question.copies))
    except CopiesStand as question:
        return _page(request, flag, status=422, form=form, open_copies=with_cards(question.copies))
    except AlreadyDecided as refusal:
        messages.error(request, str(refusal))
        return redirect("flag", flag.pk)
    names = {"what": decision.get_outcome_display(), "ground": flag.get_ground_display(), "who": flag.by_whom}
    messages.success(request, capfirst(_("%(what)s: %(ground)s, flagged by %(who)s.") % names))
    following = waiting_flags(request.user).filter(pk__gt=flag.pk).first() or waiting_flags(request.user).first()
    return redirect("flag", following.pk) if following else redirect("flags")


@decides
@require_POST
def erase_flag_words(request: HttpRequest, flag_id: int) -> HttpResponse:
    """Erase what a visitor wrote of themselves in the flag; the flag stays."""
    flag, form = _seen(request, flag_id), EraseForm(request.POST)
    if form.is_valid():
        try:
            is_erased = erase_words(flag, by=request.user, **form.cleaned_data)
        except NotDone as problem:
            form.add_error(None, str(problem))
        else:
            erased = _("What the visitor wrote is erased. The flag stays as it is.")
            messages.success(request, erased if is_erased else _("There was nothing left to erase."))
            return redirect("flag", flag.pk)
    return _page(request, flag, status=422, erase_form=form)


@never_cache
@login_required
@require_safe
def own_flags(request: HttpRequest) -> HttpResponse:
    """Show somebody what became of their flags; what is shown counts as seen."""
    flags = Flag.objects.filter(flagged_by=request.user).with_answers().select_related("decision__seen", "item")
    page = Paginator(flags.order_by("-pk"), SHOWN).get_page(request.GET.get("page"))
    # The answer is theirs also where the picture was taken down: then it is not named any more.
    seen = set(Item.objects.visible_to(request.user).filter(flags__in=list(page)).values_list("pk", flat=True))
    rows = [
        (flag, flag.item_id in seen, hasattr(flag, "decision") and not hasattr(flag.decision, "seen")) for flag in page
    ]
    for flag in page:
        flag.alone = [flag]
    if request.method == "GET" and not hasattr(request, "views_as"):
        see_flag_answers(request.user, [flag for flag, _is_seen, is_new in rows if is_new])
    return render(request, "flags/own.html", {"rows": rows, "page": page})
