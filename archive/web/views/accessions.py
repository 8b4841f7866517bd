"""Deliveries: what came with each, and what became of every file of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Accession, Item
from archive.catalogue.names import name_of
from archive.files.models import Rendition
from archive.ingest import failed_lines, process_lines
from archive.ingest.models import AccessionLine, AccessionRemark
from archive.ingest.wake_worker import wake
from archive.ledger.not_done import NotDone
from archive.standards.whole_numbers import whole_numbers

_State, _Outcome = AccessionLine.State, AccessionLine.Outcome
_OPEN = Q(state__in=[_State.WAITING, _State.WORKING])
FILTERS = {
    "created": (_("brought in"), Q(outcome=_Outcome.CREATED)),
    "held": (_("held already"), Q(outcome=_Outcome.ALREADY_HELD)),
    "refused": (_("refused"), Q(outcome=_Outcome.REFUSED)),
    "failed": (_("failed"), Q(state=_State.FAILED)),
    "waiting": (_("waiting"), _OPEN),
}
# So many rows are asked for at once by the page that follows them.
_FOLLOWED = 200
_REMARKS_SHOWN = 50


def may_read(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in who may read of deliveries; send a visitor to the door."""
    return never_cache(login_required(permission_required("catalogue.view_accession", raise_exception=True)(view)))


def lines_of(accession: Accession, user: User) -> QuerySet[AccessionLine]:
    """Return the lines of a delivery with what their rows show, in the order they came; two queries."""
    return _with_row(AccessionLine.objects.visible_to(user).filter(accession=accession)).order_by("pk")


def _with_row(lines: QuerySet[AccessionLine]) -> QuerySet[AccessionLine]:
    return (
        lines.with_appearance_told()
        .select_related("item__media_file", "appearance__outlet", "accession__outlet")
        .prefetch_related(Prefetch("item__media_file__renditions", Rendition.objects.one_of_each()))
    )


def counts_of(accession: Accession, user: User) -> list[dict]:
    """Return how many files stand in each way; one query."""
    counted = AccessionLine.objects.visible_to(user).filter(accession=accession).aggregate(
        all=Count("pk"), **{name: Count("pk", filter=condition) for name, (_label, condition) in FILTERS.items()}
    )  # fmt: skip
    rows = [{"name": "", "label": _("files"), "count": counted["all"]}]
    return rows + [{"name": name, "label": label, "count": counted[name]} for name, (label, _c) in FILTERS.items()]


@may_read
@require_safe
def accessions(request: HttpRequest) -> HttpResponse:
    """The deliveries, the latest first."""
    seen = Item.objects.visible_to(request.user).values("pk")
    visible = (
        Accession.objects.visible_to(request.user)
        .select_related("outlet", "opened_by")
        .annotate(item_count=Count("items", filter=Q(items__in=seen)))
    )
    if request.user.has_perm("ingest.add_accessionline"):
        refused = AccessionLine.objects.filter(outcome=_Outcome.REFUSED).values("accession")
        visible = visible.annotate(has_refused=Q(pk__in=refused))
        failed = AccessionLine.objects.failed().filter(accession__in=visible).count()
        held_up = failed_lines.held_up()
    else:
        failed, held_up = 0, None
    page = Paginator(visible.order_by("-opened_at", "-pk"), per_page=50).get_page(request.GET.get("page"))
    return render(request, "accessions/accessions.html", {"page": page, "failed": failed, "held_up": held_up})


@may_read
@require_safe
def accession(request: HttpRequest, accession_id: int) -> HttpResponse:
    """One delivery: its facts, and a row for each file with what became of it."""
    delivery = get_object_or_404(
        Accession.objects.visible_to(request.user).select_related("outlet", "opened_by"), pk=accession_id
    )
    wanted = request.GET.get("outcome", "")
    lines = lines_of(delivery, request.user)
    if wanted:
        if wanted not in FILTERS:
            raise Http404
        lines = lines.filter(FILTERS[wanted][1])
    context = {
        "accession": delivery,
        "wanted": wanted,
        "failed": AccessionLine.objects.visible_to(request.user).failed().filter(accession=delivery).count(),
        "counts": counts_of(delivery, request.user),
        "remarks": _remarks(delivery, request),
        "asking": _asking(delivery, request.user),
        "page": Paginator(lines, per_page=100).get_page(request.GET.get("page")),
        "items": Item.objects.visible_to(request.user).filter(accession=delivery).with_card().order_by("pk")[:48]
        if not request.user.has_perm("ingest.add_accessionline")
        else [],
    }
    return render(request, "accessions/accession.html", context)


def _remarks(accession: Accession, request: HttpRequest) -> dict[str, Any]:
    """Return what has to be told beside the files, what was not used first, and how much there is; two queries."""
    if not request.user.has_perm("ingest.add_accessionline"):
        return {}
    remarks = AccessionRemark.objects.filter(accession=accession).order_by("-is_problem", "pk")
    if request.GET.get("remarks") == "all":
        shown = list(remarks)
        return {"shown": shown, "count": len(shown)}
    shown = list(remarks[: _REMARKS_SHOWN + 1])
    return {"shown": shown[:_REMARKS_SHOWN], "count": remarks.count() if len(shown) > _REMARKS_SHOWN else len(shown)}


def _asking(accession: Accession, user: User) -> int:
    """Return how many held items wait for the answer whether they stood in the outlet too; one query at most."""
    if not accession.outlet_id:
        return 0
    lines = AccessionLine.objects.visible_to(user).filter(accession=accession)
    return lines.asking_for_appearance().values("item").distinct().count()


@may_read
@require_safe
def accession_lines(request: HttpRequest, accession_id: int) -> HttpResponse:
    """The rows of some lines and the counts, for a page that follows them while they are open."""
    delivery = get_object_or_404(Accession.objects.visible_to(request.user), pk=accession_id)
    asked = whole_numbers(request.GET.get("ids", "").split(","))[:_FOLLOWED]
    lines = lines_of(delivery, request.user).filter(pk__in=asked)
    context = {"accession": delivery, "lines": lines, "counts": counts_of(delivery, request.user)}
    return render(request, "accessions/_lines.html", context)


def _line(request: HttpRequest, line_id: int) -> AccessionLine:
    return get_object_or_404(_with_row(AccessionLine.objects.visible_to(request.user)), pk=line_id)


@may_read
@require_POST
def retry_line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Try a failed file again; its bytes are still in the spool."""
    line = _line(request, line_id)
    try:
        process_lines.retry(line, by=request.user)
        wake()
    except NotDone as problem:
        messages.error(request, str(problem))
    return redirect("accession", line.accession_id)


@may_read
@require_POST
def retry_failed(request: HttpRequest, accession_id: int | None = None) -> HttpResponse:
    """Try all files again that failed, of one accession or of all that this person may see."""
    only = None
    if accession_id is not None:
        only = get_object_or_404(Accession.objects.visible_to(request.user), pk=accession_id)
    try:
        count = failed_lines.retry_failed(by=request.user, accession=only)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    if count:
        sentence = ngettext("%(n)d file is tried again.", "%(n)d files are tried again.", count) % {"n": count}
        messages.success(request, sentence)
    else:
        messages.info(request, _("No file has failed: there is nothing to try again."))
    return redirect("accession", only.pk) if only else redirect("accessions")


@may_read
@require_POST
def add_appearance(request: HttpRequest, line_id: int) -> HttpResponse:
    """Answer the question at the door: the held picture stood in this delivery's outlet too."""
    line = _line(request, line_id)
    try:
        process_lines.add_appearance(line, by=request.user)
        messages.success(request, _("A further appearance of “%(name)s” was added.") % {"name": name_of(line.item)})
    except NotDone as problem:
        messages.error(request, str(problem))
    return redirect("accession", line.accession_id)


@may_read
@require_POST
def add_appearances(request: HttpRequest, accession_id: int) -> HttpResponse:
    """Answer all questions of a delivery at once: its held pictures stood in its outlet too."""
    delivery = get_object_or_404(Accession.objects.visible_to(request.user), pk=accession_id)
    if not request.user.has_perm("ingest.add_accessionline"):
        raise PermissionDenied
    added = process_lines.add_appearances(delivery, by=request.user)
    messages.success(
        request,
        ngettext("%(n)s further appearance was added.", "%(n)s further appearances were added.", added) % {"n": added},
    )
    return redirect("accession", delivery.pk)
