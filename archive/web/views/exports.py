"""Exports: asked for on an item's page and for a selection, made by a worker, downloaded from the list of one's own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from archive.catalogue.models import Item, ItemQuerySet
from archive.exports.ask_for_export import NotHandedOut, ask_for_export, check_handed_out
from archive.exports.make_exports import bag_name
from archive.exports.models import Export
from archive.ledger.not_done import NotDone
from archive.web.ranges import ranged
from archive.web.views.chosen_items import keys_asked
from archive.web.views.errors import answer
from archive.web.views.fragments import wants_fragment

SHOWN = 25
may_export = permission_required("exports.add_export", raise_exception=True)


@never_cache
@may_export
@require_safe
@vary_on_headers("HX-Request")
def exports(request: HttpRequest) -> HttpResponse:
    """One's own exports, the latest first; what is not finished is asked after now and then."""
    rows = Export.objects.visible_to(request.user).order_by("-pk")
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "is_unfinished": any(row.is_unfinished for row in page)}
    return render(request, "exports/_list.html" if wants_fragment(request) else "exports/exports.html", context)


@may_export
@require_POST
def export_items(request: HttpRequest) -> HttpResponse:
    """Have the record of these items exported."""
    items = Item.objects.filter(pk__in=keys_asked(request.POST))
    return _ask(request, items, distressing="distressing" in request.POST)


@may_export
@require_POST
def export_again(request: HttpRequest, export_id: int) -> HttpResponse:
    """Export the same items anew: one that failed, was removed, or is older than what is said of them."""
    before = get_object_or_404(Export.objects.visible_to(request.user), pk=export_id)
    return _ask(request, Item.objects.filter(pk__in=before.item_keys), distressing=before.with_distressing)


def _ask(request: HttpRequest, items: ItemQuerySet, *, distressing: bool) -> HttpResponse:
    try:
        _export, is_new = ask_for_export(items.visible_to(request.user), by=request.user, distressing=distressing)
    except NotDone as problem:
        messages.error(request, str(problem))
    else:
        if not is_new:
            messages.info(request, _("These items are being exported already. It is the export below."))
    return redirect("exports")


@never_cache
@may_export
@require_safe
def export_bag(request: HttpRequest, export_id: int) -> HttpResponse:
    """Hand out a finished export, whole or the part that is asked for."""
    export = get_object_or_404(Export.objects.visible_to(request.user), pk=export_id)
    try:
        check_handed_out(export, request.user)
        response = bag_of(request, export)
    except NotHandedOut as problem:
        return answer(request, 410 if export.state == Export.State.EXPIRED else 409, str(problem))
    except FileNotFoundError:
        return answer(request, 410, _("This export is missing from the store. Export the items again."))
    return response


def bag_of(request: HttpRequest, export: Export) -> HttpResponse:
    """
    Answer the ZIP archive of an export.

    :raises FileNotFoundError: the store does not have it
    """
    response = ranged(
        request,
        storages["exports"],
        export.storage_path,
        size_bytes=export.size_bytes,
        etag=quote_etag(export.message_digest),
        content_type="application/zip",
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{bag_name(export)}.zip")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
