"""What a person did themselves within the last day, and how they undo it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.accounts.roles import NotAllowed
from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import recording
from archive.review.models import OwnAct
from archive.review.own_acts import NotedAct, acts_of_late, note_act
from archive.review.told_acts import words_of_own_act
from archive.review.undo_acts import SomeStands, undo
from archive.review.withdraw_items import standing_withdrawals
from archive.web.views.return_to import return_to

_A_PAGE = 30
_PICTURED = 6
_MOST_ROWS = 50


@dataclass(frozen=True)
class _Row:
    act: OwnAct
    lines: list[str]
    pictured: list[Item]
    withdrawn: list[Item]
    number: int
    undone_at: datetime | None


@contextmanager
def one_act(request: HttpRequest) -> Iterator[NotedAct]:
    """Let all that is done in here be one act of this person: `tell_done` then offers to undo it."""
    with recording():
        yield note_act(request.user)


def tell_done(request: HttpRequest, words: str, noted: NotedAct) -> None:
    """Say above the next page what was done, and offer to undo it."""
    address = reverse("undo_act", args=[noted.act.pk]) if noted.act else ""
    messages.success(request, words, extra_tags=address)


@never_cache
@login_required
@require_safe
def own_acts(request: HttpRequest) -> HttpResponse:
    """List one's own acts of the last day, the latest first."""
    page = Paginator(acts_of_late(request.user, at=timezone.now()), _A_PAGE).get_page(request.GET.get("page"))
    acts = list(page)
    keys = {key for act in acts for key in act.items[:_PICTURED]}
    items = Item.objects.visible_to(request.user).with_card().in_bulk(keys)
    is_staff = request.user.has_perm("catalogue.view_restricted_item")
    gone = {row.item_id: row.item for row in standing_withdrawals().filter(item__in=keys)} if is_staff else {}
    withheld = withheld_from(request.user, {key for act in acts for key in act.items})
    rows = [
        _Row(
            act,
            words_of_own_act(act, withheld),
            [items[key] for key in act.items[:_PICTURED] if key in items],
            [gone[key] for key in act.items[:_PICTURED] if key in gone],
            len(act.items),
            counter.done_at if (counter := getattr(act, "undone_by", None)) else None,
        )
        for act in acts
    ]
    return render(request, "own_acts/list.html", {"page": page, "rows": rows})


@login_required
@require_POST
def undo_act(request: HttpRequest, act_id: int) -> HttpResponse:
    """Undo an act of one's own; where somebody decided on some of it since, show what, and ask."""
    act = get_object_or_404(OwnAct.objects.visible_to(request.user).select_related("done_by"), pk=act_id)
    page = return_to(request, reverse("own_acts"))
    try:
        undone = undo(act, by=request.user, at=timezone.now(), leaves_others="leave_others" in request.POST)
    except SomeStands as question:
        return _ask(request, act, question, page)
    except (NotDone, NotAllowed) as refusal:
        messages.error(request, str(refusal))
        return redirect(page)
    number = len(undone.items)
    words = ngettext("Undone on %(n)d item.", "Undone on %(n)d items.", number) % {"n": number}
    if left := len({stands.item.pk for stands in undone.standing}):
        words += " " + ngettext("%(n)d item stays as it is.", "%(n)d items stay as they are.", left) % {"n": left}
    tell_done(request, words, NotedAct(request.user, act=undone.act))
    return redirect(page)


def _ask(request: HttpRequest, act: OwnAct, question: SomeStands, page: str) -> HttpResponse:
    keys = [stands.item.pk for stands in question.standing[:_MOST_ROWS]]
    items = Item.objects.visible_to(request.user).with_card().in_bulk(keys)
    context = {
        "act": act,
        "problem": str(question) if question.number else _("All of it was decided on meanwhile. Nothing was undone."),
        "lines": words_of_own_act(act, withheld_from(request.user, act.items)),
        "rows": [(items[stands.item.pk], stands.why) for stands in question.standing if stands.item.pk in items],
        "more": max(0, len(question.standing) - _MOST_ROWS),
        "number": question.number,
        "next": page,
    }
    return render(request, "own_acts/stands.html", context, status=422)
