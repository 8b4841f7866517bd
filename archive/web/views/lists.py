"""Lists of what a search found or a folder holds, as CSV, JSON or a contact sheet, written while they are fetched."""

from collections.abc import Callable, Iterator

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from archive.exports.write_list import Form, ItemList, record_list, write_list
from archive.files.idle_connection import let_go_of_the_database
from archive.folders.models import Folder
from archive.ledger.not_done import NotDone
from archive.search.lists import list_of_folder, list_of_search
from archive.web.body_limits import Unhurried, take_slot, too_many_at_once
from archive.web.forms.lists import ListForm
from archive.web.views import errors

may_export = permission_required("exports.add_export", raise_exception=True)


@never_cache
@may_export
@require_http_methods(["GET", "HEAD", "POST"])
def export_search(request: HttpRequest) -> HttpResponse:
    """Ask as what a search is exported, then hand it out."""
    params = request.GET.dict()
    return _export(
        request,
        lambda form: list_of_search(params, form, reader=request.user),
        back=f"{reverse('search')}?{request.GET.urlencode()}",
    )


@never_cache
@may_export
@require_http_methods(["GET", "HEAD", "POST"])
def export_folder(request: HttpRequest, folder_id: int) -> HttpResponse:
    """Ask as what a folder is exported, then hand it out."""
    folder = get_object_or_404(Folder.objects.visible_to(request.user), pk=folder_id)
    return _export(
        request,
        lambda form: list_of_folder(folder, form, reader=request.user),
        back=reverse("folder", args=[folder.pk]),
    )


def _export(request: HttpRequest, listed: Callable[[Form], ItemList], *, back: str) -> HttpResponse:
    form = ListForm(request.POST if request.method == "POST" else None)
    try:
        if form.is_valid():
            asked = Form(form.cleaned_data["form"])
            return hand_out_list(request, listed(asked), asked, distressing=form.cleaned_data["distressing"])
        shown = listed(Form.CSV)
    except NotDone as problem:
        return errors.answer(request, 400, str(problem))
    context = {
        "form": form,
        "listed": shown,
        "number": len(shown.keys),
        "is_cut_on_sheet": len(shown.keys) > Form.SHEET.most,
        "most": Form.CSV.most,
        "most_on_sheet": Form.SHEET.most,
        "back": back,
    }
    return render(request, "exports/list_form.html", context, status=422 if form.errors else 200)


def hand_out_list(request: HttpRequest, listed: ItemList, form: Form, *, distressing: bool) -> HttpResponse:
    """Record that a list goes out, and write it as fast as its reader takes it; no connection is held meanwhile."""
    if not take_slot():
        return too_many_at_once(request)
    now = timezone.now()
    blocks = between_portions(write_list(listed, form, reader=request.user, at=now, distressing=distressing))
    unhurried = Unhurried(blocks)
    try:
        record_list(listed, form, by=request.user, distressing=distressing)
    except BaseException:
        unhurried.close()
        raise
    response = StreamingHttpResponse(unhurried, content_type=form.media_type)
    cut = f"-first-{len(listed.keys)}" if listed.is_cut else ""
    name = f"strandline-{now:%Y%m%d-%H%M%S}{cut}.{form.value}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    # A contact sheet is a page of its own: it runs nothing and loads nothing but the pictures within it.
    response["Content-Security-Policy"] = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
    return response


def between_portions(blocks: Iterator[bytes]) -> Iterator[bytes]:
    for block in blocks:
        let_go_of_the_database()
        yield block
