"""Deliveries: what came with each, and what became of every file of it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, npgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Accession, AccessionStatement, Caption, Item
from archive.catalogue.names import name_of
from archive.files.models import Rendition
from archive.ingest import edit_accession as corrections
from archive.ingest import failed_lines, process_lines
from archive.ingest.edit_accession import may_undo_last
from archive.ingest.edit_accession import undo_correction as undo_last
from archive.ingest.flag_notices import count_flagged_by_terms
from archive.ingest.follow_access import otherwise, why_otherwise
from archive.ingest.models import (
    HAS_NO_FILE,
    AccessionLine,
    AccessionRemark,
    DeliveredList,
    DeliveredNewsItem,
    DeliveredRow,
    DeliveredSidecar,
    WeighedWords,
)
from archive.ingest.wake_worker import wake
from archive.ledger.not_done import NotDone
from archive.operation.status import is_worker_seen
from archive.projection.carry_changes import failed_of, progress_of
from archive.standards.whole_numbers import whole_number, whole_numbers
from archive.web.forms.accessions import AccessionCorrection, AccessionFilter

_State, _Outcome = AccessionLine.State, AccessionLine.Outcome
_NOT_REFUSED = ["", _Outcome.CREATED, _Outcome.ALREADY_HELD]
_OPEN = Q(state__in=[_State.WAITING, _State.WORKING])


def _further_captions(item: object, accession: object) -> QuerySet[Caption]:
    """Ask for captions that an accession brought to an item which had one of that role before."""
    earlier = Caption.objects.filter(
        item=OuterRef("item"), role=OuterRef("role"), recorded_at__lt=OuterRef("recorded_at")
    )
    return (
        Caption.objects.filter(item=item, accession=accession)
        .exclude(origin=Caption.Origin.PRINT)
        .filter(Exists(earlier))
    )


def _in_no_list() -> Q:
    """Keep the files, of accessions with a captions list, that none of its rows went to."""
    # Two questions: no index serves both at once, and the count of a large accession would take seconds.
    own = DeliveredRow.objects.filter(line=OuterRef("pk"))
    later = DeliveredRow.objects.filter(line__about=OuterRef("pk"))
    lists = DeliveredList.objects.filter(accession=OuterRef("accession"))
    kept = Q(outcome__in=[_Outcome.CREATED, _Outcome.ALREADY_HELD])
    return kept & Exists(lists) & ~Exists(own) & ~Exists(later)


FILTERS = {
    "created": (
        npgettext_lazy("counted files", "uploaded", "uploaded"),
        Q(outcome=_Outcome.CREATED, has_problems=False),
    ),
    "problems": (
        npgettext_lazy("counted files", "uploaded, with problems", "uploaded, with problems"),
        Q(outcome=_Outcome.CREATED, has_problems=True),
    ),
    "held": (npgettext_lazy("counted files", "held already", "held already"), Q(outcome=_Outcome.ALREADY_HELD)),
    "refused": (npgettext_lazy("counted files", "refused", "refused"), Q(outcome=_Outcome.REFUSED)),
    "failed": (npgettext_lazy("counted files", "failed", "failed"), Q(state=_State.FAILED)),
    "waiting": (npgettext_lazy("counted files", "waiting", "waiting"), _OPEN),
    "further": (
        npgettext_lazy("counted files", "with further captions", "with further captions"),
        Exists(_further_captions(OuterRef("item"), OuterRef("accession"))),
    ),
    "unlisted": (npgettext_lazy("counted files", "in no captions list", "in no captions list"), _in_no_list()),
}
# So many rows are asked for at once by the page that follows them.
_FOLLOWED = 200
_REMARKS_SHOWN = 50


def may_read(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in who may read of deliveries; send a visitor to the door."""
    return never_cache(login_required(permission_required("catalogue.view_accession", raise_exception=True)(view)))


def lines_of(accession: Accession, user: User) -> QuerySet[AccessionLine]:
    """Return the lines of a delivery with what their rows show, in the order they came; two queries."""
    return _with_row(AccessionLine.objects.visible_to(user).filter(accession=accession).files()).order_by("pk")


def _with_row(lines: QuerySet[AccessionLine]) -> QuerySet[AccessionLine]:
    return (
        lines.with_appearance_told()
        .with_words()
        .select_related("item__media_file", "appearance__outlet", "accession__outlet")
        .prefetch_related(Prefetch("item__media_file__renditions", Rendition.objects.one_of_each()))
    )


def counts_of(accession: Accession, user: User) -> list[dict]:
    """Return how many files stand in each way; one query."""
    counted = AccessionLine.objects.visible_to(user).filter(accession=accession).files().aggregate(
        all=Count("pk"), **{name: Count("pk", filter=condition) for name, (_label, condition) in FILTERS.items()}
    )  # fmt: skip
    rows = [{"name": "", "label": ngettext("file", "files", counted["all"]), "count": counted["all"]}]
    for name, (label, _condition) in FILTERS.items():
        rows.append({"name": name, "label": label % counted[name], "count": counted[name]})
    return rows


def words_of(accession: Accession, user: User) -> dict[str, Any]:
    """Return the captions lists and sidecars of a delivery, and those that wait for their files; six queries."""
    if not user.has_perm("ingest.add_accessionline"):
        return {}
    no_file = Q(rows__line=None) | Q(rows__line__outcome=_Outcome.REFUSED)
    lists = list(
        DeliveredList.objects.filter(accession=accession).defer("content").order_by("pk").annotate(
            row_count=Count("rows"),
            given_count=Count("rows", filter=Q(rows__line__outcome__in=_NOT_REFUSED)),
            waiting_count=Count("rows", filter=no_file & Q(rows__why_not="")),
        )
    )  # fmt: skip
    rows = DeliveredRow.objects.filter(HAS_NO_FILE, captions_list__accession=accession).select_related("captions_list")
    shown = rows.defer("captions_list__content", "stated").order_by("-why_not", "captions_list", "line_number")
    # A news document may be about a picture of another accession: where it went is told here.
    is_news = Q(pk__in=DeliveredNewsItem.objects.values("sidecar"))
    sidecars = DeliveredSidecar.objects.filter(HAS_NO_FILE | is_news, accession=accession)
    sidecars = sidecars.select_related("line__item").defer("content", "line__sidecar", "line__stated").order_by("pk")
    left = sum(captions.row_count - captions.given_count for captions in lists)
    words = {"lists": lists, "rows": list(shown[:_REMARKS_SHOWN]), "sidecars": list(sidecars[: _REMARKS_SHOWN + 1])}
    words |= {"rows_left": max(left - _REMARKS_SHOWN, 0), "is_any": bool(lists or words["sidecars"])}
    are_more = len(words["sidecars"]) > _REMARKS_SHOWN
    are_waiting = any(captions.waiting_count for captions in lists) or any(
        sidecar.line is None for sidecar in words["sidecars"]
    )
    if are_more:
        counted = sidecars.aggregate(all=Count("pk"), waiting=Count("pk", filter=HAS_NO_FILE & Q(why_not="")))
        words["sidecars"].pop()
        words |= {"sidecar_count": counted["all"], "sidecars_waiting": counted["waiting"]}
        words["sidecars_left"] = counted["all"] - _REMARKS_SHOWN
        are_waiting = are_waiting or bool(counted["waiting"])
    if are_waiting:
        # Which of them wait in truth is known once all were weighed.
        words["is_under_way"] = WeighedWords.objects.filter(accession=accession, is_under_way=True).exists()
    return words


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
    form = AccessionFilter(request.GET)
    is_asked = any(request.GET.get(name) for name in form.fields)
    if form.is_valid():
        visible = _asked_for(visible, form.cleaned_data, request.user)
    if request.user.has_perm("ingest.add_accessionline"):
        refused = AccessionLine.objects.filter(outcome=_Outcome.REFUSED).values("accession")
        visible = visible.annotate(has_refused=Q(pk__in=refused))
        failed = AccessionLine.objects.failed().filter(accession__in=visible).count()
        held_up = failed_lines.held_up()
    else:
        failed, held_up = 0, None
    page = Paginator(visible.order_by("-opened_at", "-pk"), per_page=50).get_page(request.GET.get("page"))
    context = {"page": page, "failed": failed, "held_up": held_up, "form": form, "is_asked": is_asked}
    today = timezone.localdate()
    context["own_week"] = {"by": request.user.pk, "since": (today - timedelta(days=7)).isoformat()}
    context["pictures"] = _search_of_same(form) if is_asked and form.is_valid() else ""
    return render(request, "accessions/accessions.html", context)


def _asked_for(accessions: QuerySet[Accession], asked: dict[str, Any], user: User) -> QuerySet[Accession]:
    """Keep the accessions that were opened, or given files, by this person within these days, with these words."""
    if words := asked["q"].strip():
        accessions = accessions.filter(Q(title__icontains=words) | Q(supplied_by__icontains=words))
    opened, added = Q(), Q(accession=OuterRef("pk"))
    if person := asked["by"]:
        opened, added = opened & Q(opened_by=person), added & Q(received_by=person)
    if since := asked["since"]:
        begin = timezone.make_aware(datetime.combine(since, time.min))
        opened, added = opened & Q(opened_at__gte=begin), added & Q(received_at__gte=begin)
    if until := asked["until"]:
        end = timezone.make_aware(datetime.combine(until, time.min)) + timedelta(days=1)
        opened, added = opened & Q(opened_at__lt=end), added & Q(received_at__lt=end)
    if not opened:
        return accessions
    return accessions.filter(opened | Exists(AccessionLine.objects.visible_to(user).filter(added)))


def _search_of_same(form: AccessionFilter) -> str:
    """Return the search for the pictures that were added by this person within these days; empty for neither."""
    asked = form.cleaned_data
    words = [f"added-by:{asked['by'].username}"] if asked["by"] else []
    if asked["since"] or asked["until"]:
        words.append(f"received:{asked['since'] or ''}..{asked['until'] or ''}")
    return " ".join(words)


@may_read
@permission_required("ingest.add_accessionline", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_accession(request: HttpRequest, accession_id: int) -> HttpResponse:
    """Correct what is said of a delivery; what was said before stays in its history."""
    deliveries = Accession.objects.visible_to(request.user).select_related("outlet__merged_into")
    delivery = get_object_or_404(deliveries, pk=accession_id)
    latest = AccessionStatement.objects.filter(accession=delivery).aggregate(latest=Max("pk"))["latest"] or 0
    form = AccessionCorrection(request.POST or None, instance=delivery, initial={"seen": latest})
    status, since = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = corrections.edit_accession(delivery, by=request.user, **form.cleaned_data)
            except corrections.ChangedMeanwhile as problem:
                delivery = get_object_or_404(deliveries, pk=accession_id)
                form, status, since = form.with_said_since(problem.statements, delivery), 409, problem.statements
                form.add_error(None, str(problem))
            except NotDone as problem:
                form.add_error(None, str(problem))
            else:
                return _back_to_corrected(request, made, delivery)
        delivery = get_object_or_404(deliveries, pk=accession_id)
    context = {"accession": delivery, "form": form, "since": since}
    return render(request, "accessions/edit.html", context, status=status)


@may_read
@permission_required("ingest.add_accessionline", raise_exception=True)
@require_POST
def undo_correction(request: HttpRequest, accession_id: int) -> HttpResponse:
    """Undo one's own last correction of a delivery, within a day."""
    delivery = get_object_or_404(Accession.objects.visible_to(request.user), pk=accession_id)
    seen = whole_number(request.POST.get("seen", "")) or 0
    try:
        made = undo_last(delivery, by=request.user, seen=seen, at=timezone.now())
    except (NotAllowed, NotDone) as problem:
        messages.error(request, str(problem))
        return redirect("accession", delivery.pk)
    return _back_to_corrected(request, made, delivery)


@may_read
@permission_required("ingest.add_accessionline", raise_exception=True)
@require_safe
def otherwise_seen(request: HttpRequest, accession_id: int) -> HttpResponse:
    """List the items of a delivery that others see than it says, each with why."""
    delivery = get_object_or_404(Accession.objects.visible_to(request.user), pk=accession_id)
    items = otherwise(delivery, request.user).with_card()
    page = Paginator(items, per_page=50).get_page(request.GET.get("page"))
    why = why_otherwise(delivery, page.object_list)
    context = {"accession": delivery, "page": page, "rows": [(item, why.get(item.pk, "")) for item in page]}
    context["changes"] = progress_of(delivery)
    return render(request, "accessions/otherwise_seen.html", context)


def _back_to_corrected(request: HttpRequest, made: list[AccessionStatement], delivery: Accession) -> HttpResponse:
    if made:
        messages.success(request, _tell_corrected(made, delivery, request.user))
    elif progress_of(delivery):
        messages.info(request, _("Nothing was changed. Its items follow the last correction."))
    else:
        messages.info(request, _("Nothing was changed: all of it says what it said before."))
    return redirect("accession", delivery.pk)


def _tell_corrected(made: list[AccessionStatement], accession: Accession, user: User) -> str:
    accession.refresh_from_db()
    labels = ", ".join(str(statement.get_field_display()) for statement in made)
    words = _("Corrected: %(fields)s. What was said before stands in the history.") % {"fields": labels}
    if any(statement.field == "terms" for statement in made) and (flagged := count_flagged_by_terms(accession)):
        words += " " + _tell_flagged(flagged)
    if any(statement.field in corrections.FOLLOWED for statement in made) and progress_of(accession):
        words += " " + _("Its items follow one after the other.")
    elif any(statement.field in ("received_on", "outlet", "published_on") for statement in made):
        words += " " + _("Its captions were read again against the new day.")
    # Restricted, what is open still is known at once; opened, each item is looked at first.
    is_known = accession.access == Access.RESTRICTED or not progress_of(accession)
    if (
        is_known
        and any(statement.field == "access" for statement in made)
        and (number := otherwise(accession, user).count())
    ):
        told = ngettext(
            "%(n)s item keeps its own access: “items whose access differs” says why.",
            "%(n)s items keep their own access: “items whose access differs” says why.",
            number,
        )
        words += " " + told % {"n": number}
    return words


def _tell_flagged(number: int) -> str:
    words = ngettext(
        "%(n)s picture that is public was flagged for moderators: the terms bound its use.",
        "%(n)s pictures that are public were flagged for moderators: the terms bound their use.",
        number,
    )
    return words % {"n": number}


def _carrying(accession: Accession, user: User) -> dict[str, Any]:
    """Return how far a correction is carried through the items, to who may correct; two queries, or three."""
    if not user.has_perm("ingest.add_accessionline"):
        return {}
    carried = {"changes": progress_of(accession), "failed_items": failed_of(accession)}
    return carried | {"nobody_carries": bool(carried["changes"]) and not is_worker_seen(timezone.now())}


@may_read
@permission_required("ingest.add_accessionline", raise_exception=True)
@require_safe
def progress(request: HttpRequest, accession_id: int) -> HttpResponse:
    """Tell how far a correction is carried through the items; the accession's page asks every few seconds."""
    delivery = get_object_or_404(Accession.objects.visible_to(request.user), pk=accession_id)
    context = {"accession": delivery, "asks": True, **_carrying(delivery, request.user)}
    if not context["changes"] and (flagged := count_flagged_by_terms(delivery)):
        context["told_flagged"] = _tell_flagged(flagged)
    return render(request, "accessions/_carrying.html", context)


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
    counts = counts_of(delivery, request.user)
    context = {
        "accession": delivery,
        "wanted": wanted,
        "failed": AccessionLine.objects.visible_to(request.user).failed().filter(accession=delivery).count(),
        "counts": counts,
        "no_worker": worker_is_missing(counts),
        "remarks": _remarks(delivery, request),
        "beside": words_of(delivery, request.user),
        "history": (history := _history(delivery, request.user)),
        "undoable": may_undo_last(history, by=request.user, at=timezone.now()),
        **_carrying(delivery, request.user),
        "asking": _asking(delivery, request.user),
        "page": Paginator(lines, per_page=100).get_page(request.GET.get("page")),
        "items": Item.objects.visible_to(request.user).filter(accession=delivery).with_card().order_by("pk")[:48]
        if not request.user.has_perm("ingest.add_accessionline")
        else [],
    }
    return render(request, "accessions/accession.html", context)


def worker_is_missing(counts: list[dict]) -> bool:
    """Tell whether files wait though no worker was seen lately; one query where files wait."""
    return any(row["count"] for row in counts if row["name"] == "waiting") and not is_worker_seen(timezone.now())


def _history(accession: Accession, user: User) -> list[AccessionStatement]:
    """Return what was corrected of a delivery, the latest first, to who may correct it; one query."""
    if not user.has_perm("ingest.add_accessionline"):
        return []
    return list(AccessionStatement.objects.filter(accession=accession).select_related("made_by").order_by("-pk"))


def _remarks(accession: Accession, request: HttpRequest) -> dict[str, Any]:
    """Return what has to be told beside the files, what was not used first, and how much there is; two queries."""
    if not request.user.has_perm("ingest.add_accessionline"):
        return {}
    remarks = AccessionRemark.objects.standing().filter(accession=accession).order_by("-is_problem", "pk")
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
    counts = counts_of(delivery, request.user)
    context = {"accession": delivery, "lines": lines, "counts": counts, "no_worker": worker_is_missing(counts)}
    context["beside"] = words_of(delivery, request.user)
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
