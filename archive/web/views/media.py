"""The bytes behind the pages: renditions for whoever may see the item, originals for who may download them."""

import io

from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header, parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item
from archive.catalogue.names import name_to_save
from archive.claims.notices import notices_of, readable_notices
from archive.exports.citations import cite_each
from archive.exports.terms_of_use import terms_of_each
from archive.files.fixity import BeingReread, State, verify
from archive.files.idle_connection import let_go_of_the_database
from archive.files.models import MediaFile, Rendition
from archive.files.outside_faults import is_outside_fault
from archive.files.rendition_requests import request_for
from archive.files.turned_copies import as_shown, open_as_shown
from archive.ingest.wake_worker import wake
from archive.press.models import Article
from archive.search.public import is_visitor
from archive.standards.jpeg_rights import with_rights
from archive.web.blur import BLURRED, SHOWN, asks_for_blurred, blurred_bytes, is_blurred, is_of_now
from archive.web.presenters.screen_copy import Rights, rights_of
from archive.web.ranges import ranged
from archive.web.views.errors import answer, ask_to_come_back

# A rendition is made once; the cookie is part of the cache's key, so a signed-out browser does not show it.
_CACHED = "private, max-age=86400, immutable"


@require_safe
def rendition(request: HttpRequest, item_id: int, purpose: str) -> HttpResponse:
    """Answer one rendition of an item: one query beside the session's."""
    made = get_object_or_404(
        Rendition.objects.select_related("media_file__item"),
        purpose__in={purpose.upper()} - {Rendition.Purpose.STILL},
        media_file__item__in=Item.objects.visible_to(request.user).filter(pk=item_id),
    )
    return answer_rendition(request, made.media_file.item, made, purpose)


def answer_rendition(request: HttpRequest, item: Item, made: Rendition, called: str) -> HttpResponse:
    """
    Answer the bytes of a rendition to who may see it, blurred where it is distressing and was not asked for.

    :param called: what tells it from the other renditions of its file
    """
    is_blurred = asks_for_blurred(request, item)
    orientation = item.orientation
    name = f"{called}-blurred" if is_blurred else called
    turned = f"-turned-{orientation}" if orientation else ""
    etag = quote_etag(f"{made.media_file.message_digest}-{name}-{made.maker_version}{turned}")
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        try:
            stored = io.BytesIO(blurred_bytes(made, orientation)) if is_blurred else open_as_shown(made, orientation)
        except FileNotFoundError:
            return _placeholder(as_shown(made, orientation))
        except ValueError:
            return _cannot_be_read(request)
        except Exception as fault:
            if not is_outside_fault(fault):
                raise
            return answer(request, 503, _("The file store cannot be read now. Nothing is lost. Try again in a minute."))
        response = FileResponse(stored, content_type=made.mime_type)
    response["ETag"] = etag
    # Under its bare address a picture is clear until it is marked distressing: then it is asked for anew each time. So
    # is under an address from before it was turned.
    is_kept = BLURRED in request.GET or not is_blurred
    is_kept = is_kept and is_of_now(request, item)
    response["Cache-Control"] = _CACHED if is_kept else "private, no-cache"
    return response


def _cannot_be_read(request: HttpRequest) -> HttpResponse:
    return answer(request, 422, _("The screen copy cannot be read. An administrator can run rebuild_renditions."))


@require_safe
def screen_copy(request: HttpRequest, item_id: int) -> HttpResponse:
    """Hand out the screen copy of an item to be kept, with its credit line and terms in it and nothing else."""
    made = get_object_or_404(
        Rendition.objects.select_related("media_file__item"),
        purpose=Rendition.Purpose.SCREEN,
        media_file__item__in=Item.objects.visible_to(request.user).filter(pk=item_id),
    )
    item = made.media_file.item
    refuse_unasked(request, item)
    rights = rights_for(request, item)
    try:
        with open_as_shown(made, item.orientation) as stored:
            copy = with_rights(stored.read(), credit=rights.credit, terms=rights.terms)
    except FileNotFoundError:
        return _placeholder(as_shown(made, item.orientation))
    except ValueError:
        return _cannot_be_read(request)
    except Exception as fault:
        if not is_outside_fault(fault):
            raise
        return answer(request, 503, _("The file store cannot be read now. Nothing is lost. Try again in a minute."))
    response = HttpResponse(copy, content_type=made.mime_type)
    response["Content-Disposition"] = content_disposition_header(True, f"strandline-item-{item.pk}.jpg")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def rights_for(request: HttpRequest, item: Item) -> Rights:
    """Return whom to credit and the terms, as this reader may read them."""
    cited = cite_each([item], reader=request.user)[item.pk]
    withheld = withheld_from(request.user, [item])
    terms = terms_of_each([item], reader=request.user, withheld={item.pk: withheld})[item.pk]
    if is_visitor(request.user):
        return rights_of(cited, terms, [])
    notices = notices_of([item], at=timezone.now(), reader=request.user)[item.pk]
    return rights_of(cited, terms, readable_notices(notices, withheld))


def _placeholder(made: Rendition) -> HttpResponse:
    """Have a missing rendition made again by a worker, and show a picture that says so in its place."""
    asked = request_for(made.media_file)
    transaction.on_commit(wake, robust=True)
    context = {"asked": asked, "width_px": made.width_px, "height_px": made.height_px}
    picture = render_to_string("components/missing_rendition.svg", context)
    response = HttpResponse(picture, status=404, content_type="image/svg+xml")
    response["Cache-Control"] = "no-store"
    return response


def missing_bytes() -> Http404:
    """Say that kept bytes are gone: the record stays, and check_fixity tells what else is missing."""
    return Http404(_("The bytes are missing from the store. An administrator can run check_fixity."))


@require_safe
def original(request: HttpRequest, item_id: int) -> HttpResponse:
    """Hand out the bytes as they were received, never shown in the browser: files are hostile."""
    item = get_object_or_404(Item.objects.visible_to(request.user).select_related("media_file"), pk=item_id)
    if not request.user.has_perm("files.download_original"):
        raise PermissionDenied
    refuse_unasked(request, item)
    return _hand_out(request, item.media_file, name_to_save(item, item.media_file.original_name))


@require_safe
def article_original(request: HttpRequest, article_id: int) -> HttpResponse:
    """Hand out a news page as it was saved, never shown in the browser: its scripts would run as ours."""
    article = get_object_or_404(Article.objects.visible_to(request.user).select_related("media_file"), pk=article_id)
    if not request.user.has_perm("files.download_original"):
        raise PermissionDenied
    return _hand_out(request, article.media_file, article.media_file.original_name)


def refuse_unasked(request: HttpRequest, item: Item) -> None:
    """
    Let the original's own pixels be had of a distressing picture only once this session, or the address, asks for it.

    :raises PermissionDenied: it was not; the message says what to do
    """
    if is_blurred(request, item) and SHOWN not in request.GET:
        raise PermissionDenied(_("It is marked as distressing, and blurred until you ask for it. Show it on its page."))


def refuse_doubtful(request: HttpRequest, media_file: MediaFile) -> HttpResponse | None:
    """Say why the bytes of an original are not handed out: missing, altered, or not to be read now; None: they are."""
    let_go_of_the_database()
    try:
        state = verify(media_file, at=timezone.now()).state
    except BeingReread:
        being_read = _("“%(name)s” is being compared with its checksum at this moment. Try again in a few seconds.")
        return ask_to_come_back(request, 503, being_read % {"name": media_file.original_name}, seconds=5)
    if state is State.MISSING:
        raise missing_bytes()
    if state is State.ALTERED:
        return answer(
            request,
            409,
            _(
                "“%(name)s” was altered in the store and is not handed out. Send the same file again, and it is put "
                "right; or bring it back from a backup and run check_fixity."
            )
            % {"name": media_file.original_name},
        )
    if state is State.UNREADABLE:
        return answer(request, 503, _("The file store cannot be read now. Nothing is lost. Try again in a minute."))
    return None


def _hand_out(request: HttpRequest, media_file: MediaFile, name: str) -> HttpResponse:
    if refusal := refuse_doubtful(request, media_file):
        return refusal
    try:
        response = ranged(
            request,
            storages["originals"],
            media_file.storage_path,
            size_bytes=media_file.size_bytes,
            etag=quote_etag(media_file.message_digest),
            content_type="application/octet-stream",
        )
    except FileNotFoundError as missing:
        raise missing_bytes() from missing
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
