"""The bytes behind the pages: renditions for whoever may see the item, originals for who may download them."""

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from archive.catalogue.models import Item
from archive.claims.models import Article
from archive.files.models import MediaFile, Rendition

# A rendition is made once; the cookie is part of the cache's key, so a signed-out browser does not show it.
_CACHED = "private, max-age=86400, immutable"


@require_safe
def rendition(request: HttpRequest, item_id: int, purpose: str) -> HttpResponse:
    """Answer one rendition of an item: one query beside the session's."""
    made = get_object_or_404(
        Rendition.objects.select_related("media_file"),
        purpose__in={purpose.upper()} - {Rendition.Purpose.STILL},
        media_file__item__in=Item.objects.visible_to(request.user).filter(pk=item_id),
    )
    etag = quote_etag(f"{made.media_file.message_digest}-{purpose}-{made.maker_version}")
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        stored = _open("renditions", made.storage_path)
        response = FileResponse(stored, content_type=made.mime_type)
    response["ETag"] = etag
    response["Cache-Control"] = _CACHED
    return response


def _open(store: str, name: str) -> File:
    """Open kept bytes; where they are gone, say so: the record stays, and check_fixity tells what else is missing."""
    try:
        return storages[store].open(name)
    except FileNotFoundError as missing:
        raise Http404(_("The bytes are missing from the store. An administrator can run check_fixity.")) from missing


@require_safe
def original(request: HttpRequest, item_id: int) -> HttpResponse:
    """Hand out the bytes as they were received, never shown in the browser: files are hostile."""
    item = get_object_or_404(Item.objects.visible_to(request.user).select_related("media_file"), pk=item_id)
    if not request.user.has_perm("files.download_original"):
        raise PermissionDenied
    return _hand_out(item.media_file)


@require_safe
def article_original(request: HttpRequest, article_id: int) -> HttpResponse:
    """Hand out a news page as it was saved, never shown in the browser: its scripts would run as ours."""
    article = get_object_or_404(Article.objects.visible_to(request.user).select_related("media_file"), pk=article_id)
    if not request.user.has_perm("files.download_original"):
        raise PermissionDenied
    return _hand_out(article.media_file)


def _hand_out(media_file: MediaFile) -> HttpResponse:
    stored = _open("originals", media_file.storage_path)
    response = FileResponse(
        stored, as_attachment=True, filename=media_file.original_name, content_type="application/octet-stream"
    )
    response["ETag"] = quote_etag(media_file.message_digest)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
