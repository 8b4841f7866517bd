"""The tiles of an original: its own pixels, shown where a picture is enlarged beyond its screen copy."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from archive.catalogue.models import Item
from archive.files.formats import UnreadableImage
from archive.files.maker_version import TILE_MAKER_VERSION
from archive.files.outside_faults import is_outside_fault
from archive.files.reading_lane import Busy
from archive.files.refusals import in_words_of_reader
from archive.files.room import NoRoom
from archive.files.sandbox import JobFailed
from archive.files.tile_cache import Tiles, cut_tiles, has_tiles, kept_tiles
from archive.web.blur import is_blurred, is_of_now
from archive.web.reading_lane import answer_busy, take_place
from archive.web.views.errors import answer
from archive.web.views.media import missing_bytes, refuse_doubtful, refuse_unasked


def may_see_tiles(request: HttpRequest, item: Item) -> bool:
    """Tell whether a page enlarges this picture from its original: the tiles are the original's pixels."""
    may_have_original = request.user.has_perm("files.download_original")
    return may_have_original and has_tiles(item.media_file) and not is_blurred(request, item)


@require_safe
def tiles(request: HttpRequest, item_id: int) -> HttpResponse:
    """Say which tiles there are, once they are cut; the first time this takes as long as reading the original."""
    item_tiles = _tiles_of(_item(request, item_id), request)
    if isinstance(item_tiles, HttpResponse):
        return item_tiles
    response = JsonResponse(item_tiles.to_json())
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def tile(request: HttpRequest, item_id: int, level: int, column: int, row: int) -> HttpResponse:
    """Answer one tile."""
    item = _item(request, item_id)
    item_tiles = _tiles_of(item, request)
    if isinstance(item_tiles, HttpResponse):
        return item_tiles
    place = f"{level}-{column}-{row}"
    etag = quote_etag(f"{item.media_file.message_digest}-{TILE_MAKER_VERSION}-{item.orientation or 1}-{place}")
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        try:
            response = HttpResponse(item_tiles.path_of(level, column, row).read_bytes(), content_type="image/jpeg")
        except FileNotFoundError:
            raise Http404 from None
    response["ETag"] = etag
    # What is distressing is asked for anew each time: it may be blurred again, and found by nobody in a cache.
    # The page of a picture that was turned meanwhile would lay the tiles of another picture on it.
    is_kept = is_of_now(request, item) and not item.is_distressing
    response["Cache-Control"] = "private, max-age=86400" if is_kept else "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _item(request: HttpRequest, item_id: int) -> Item:
    """Return an item of whose original this user may see the tiles, or refuse as the download of it does."""
    item = get_object_or_404(Item.objects.visible_to(request.user).select_related("media_file"), pk=item_id)
    if not request.user.has_perm("files.download_original"):
        raise PermissionDenied
    if not has_tiles(item.media_file):
        raise Http404
    refuse_unasked(request, item)
    return item


def _tiles_of(item: Item, request: HttpRequest) -> Tiles | HttpResponse:
    """Return the tiles, cut now if need be, or the answer that says why there are none."""
    media_file = item.media_file
    if refusal := refuse_doubtful(request, media_file):
        return refusal
    if kept := kept_tiles(media_file, item.orientation):
        return kept
    try:
        take_place(request)
        return cut_tiles(media_file, item.orientation)
    except Busy as busy:
        return answer_busy(request, busy)
    except NoRoom as full:
        return answer(request, 507, str(full))
    except (UnreadableImage, JobFailed) as problem:
        return answer(request, 422, in_words_of_reader(str(problem)))
    except FileNotFoundError as missing:
        raise missing_bytes() from missing
    except Exception as fault:
        if not is_outside_fault(fault):
            raise
        return answer(request, 503, _("The file store cannot be read now. Nothing is lost. Try again in a minute."))
