"""Footage in the page: its bytes for the player, its stills, and the frames that archivists keep of it."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.files.formats import UnreadableImage
from archive.files.models import Rendition
from archive.files.refusals import in_words_of_reader
from archive.files.sandbox import JobFailed
from archive.ingest.frames import NotKept, keep_frame, may_keep
from archive.search.public import is_visitor
from archive.standards.timecode import InvalidTimecode, parse_timecode, timecode
from archive.web.ranges import ranged
from archive.web.views.media import answer_rendition, missing_bytes, refuse_doubtful, refuse_unasked

# Browsers play QuickTime as the MP4 that it nearly is, and do not try what is called by its own name.
PLAYED_AS = {"QuickTime": "video/mp4", "Matroska": "video/x-matroska"}


# What the large browsers decode today; `hevc` where the device can. Whatever fails all the same is stepped through.
PLAYED_CODECS = {"h264", "hevc", "vp8", "vp9", "av1"}


@dataclass(frozen=True)
class Film:
    """What the item page shows of footage beside its poster."""

    plays: bool
    rate: str
    may_keep: bool
    stills: list[Rendition]


def film_of(item: Item, user: User) -> Film:
    """Return what the page of this footage needs; one query."""
    media_file = item.media_file
    return Film(
        plays=media_file.video_codec in PLAYED_CODECS and media_file.format_name != "3GP",
        rate=f"{media_file.frame_rate or 25:.3f}",
        may_keep=may_keep(user),
        # Not through `held`: what was fetched for its card leaves the stills out.
        stills=list(Rendition.objects.stills().filter(media_file=media_file)),
    )


def footage_of(request: HttpRequest, item_id: int) -> Item:
    """Return the footage if this user may see it; a visitor is shown its poster alone, and is told so."""
    seen = Item.objects.visible_to(request.user).select_related("media_file", "accession")
    item = get_object_or_404(seen, pk=item_id, kind=Item.Kind.FOOTAGE)
    if is_visitor(request.user):
        raise PermissionDenied
    return item


@require_safe
def playback(request: HttpRequest, item_id: int) -> HttpResponse:
    """Play footage to readers of the archive, part by part; the bytes are the original's, so visitors have none."""
    item = footage_of(request, item_id)
    refuse_unasked(request, item)
    media_file = item.media_file
    # Re-read at the first play alone; seeking asks the store only whether anybody wrote to it since.
    if refusal := refuse_doubtful(request, media_file):
        return refusal
    try:
        response = ranged(
            request,
            storages["originals"],
            media_file.storage_path,
            size_bytes=media_file.size_bytes,
            etag=quote_etag(media_file.message_digest),
            content_type=PLAYED_AS.get(media_file.format_name, media_file.mime_type),
        )
    except FileNotFoundError as missing:
        raise missing_bytes() from missing
    response["Cache-Control"] = "private, no-cache"
    # Whatever the bytes are, nothing of them runs: a player may play them and that is all.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; media-src 'self'; sandbox"
    return response


@require_safe
def still(request: HttpRequest, item_id: int, milliseconds: int) -> HttpResponse:
    """Answer one still of footage."""
    item = footage_of(request, item_id)
    made = get_object_or_404(item.media_file.renditions.stills(), offset_milliseconds=milliseconds)
    return answer_rendition(request, item, made, f"{Rendition.Purpose.STILL}-{milliseconds}")


@login_required
@require_POST
def keep(request: HttpRequest, item_id: int) -> HttpResponse:
    """Keep the frame at a moment as a still of its own and open it; where it is held already, open that one."""
    item = footage_of(request, item_id)
    if not may_keep(request.user):
        raise PermissionDenied
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    try:
        moment = parse_timecode(request.POST.get("at", ""))
        kept = keep_frame(item, moment_milliseconds=moment, by=request.user)
    except InvalidTimecode as problem:
        messages.error(request, _(problem.sentence) % problem.values)
    except (UnreadableImage, JobFailed, NotKept) as problem:
        messages.error(request, _("The frame was not kept: %(why)s") % {"why": in_words_of_reader(str(problem))})
    else:
        at = {"moment": timecode(kept.moment_milliseconds)}
        words = _("The frame at %(moment)s is kept as this still.") if kept.is_new else None
        messages.success(request, (words or _("The frame at %(moment)s was kept before: this is it.")) % at)
        return redirect(reverse("item", args=[kept.item.pk]))
    return redirect(reverse("item", args=[item_id]) + query)
