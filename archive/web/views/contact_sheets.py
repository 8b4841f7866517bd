"""
The contact sheet of a span of footage: stills evenly over it, to be looked at and printed.

For readers of the archive, who may play the footage. Its stills are no larger than those that pages step through, and
of what is distressing there are none until it was asked for.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archive.accounts.permissions import may
from archive.catalogue.models import Accession, Item
from archive.claims.spans import ShownSpan
from archive.files.formats import UnreadableImage
from archive.files.outside_faults import is_outside_fault
from archive.files.reading_lane import Busy
from archive.files.refusals import in_words_of_reader
from archive.files.room import NoRoom
from archive.files.sandbox import JobFailed
from archive.files.sheet_cache import NUMBERS, Sheet, kept_sheet, make_sheet
from archive.web.blur import SHOWN, is_blurred
from archive.web.presenters.spans import known_events
from archive.web.reading_lane import answer_busy, take_place
from archive.web.views.errors import answer
from archive.web.views.media import missing_bytes, refuse_doubtful, refuse_unasked, rights_for
from archive.web.views.spans import shown_span

USUAL = 12


@dataclass(frozen=True)
class Drawn:
    """One still as the sheet shows it."""

    address: str
    milliseconds: int
    width_px: int
    height_px: int


@never_cache
@require_safe
def contact_sheet(request: HttpRequest, item_id: int, span_id: int) -> HttpResponse:
    """Show the sheet; stills that are not made yet are asked for by the page, or by a link without a script."""
    item, shown = shown_span(request, item_id, span_id)
    number = _number(request)
    sheet = None if is_blurred(request, item) else kept_sheet(item.media_file, *_span(shown), number)
    delivery = Accession.objects.visible_to(request.user).filter(pk=item.accession_id).first()
    context = {
        **_stills(item, shown, number, sheet),
        "delivery": delivery if may(request.user, "catalogue.view_accession") else None,
        "rights": rights_for(request, item),
        "address": f"{settings.SITE_URL}{reverse('item', args=[item.pk])}",
        "numbers": NUMBERS,
        "rate": item.media_file.steady_frame_rate,
        "known_events": known_events(request.user, [shown]),
    }
    return render(request, "spans/sheet.html", context)


@never_cache
@require_safe
def sheet_stills(request: HttpRequest, item_id: int, span_id: int) -> HttpResponse:
    """Make the stills of a sheet, and return them to the page; the first time this takes as long as decoding does."""
    item, shown = shown_span(request, item_id, span_id)
    refuse_unasked(request, item)
    number = _number(request)
    sheet = _made(request, item, shown, number)
    if isinstance(sheet, HttpResponse):
        return sheet
    if request.htmx:
        return render(request, "spans/_stills.html", _stills(item, shown, number, sheet))
    return redirect(f"{reverse('contact_sheet', args=[item_id, span_id])}?stills={number}")


@require_safe
def sheet_still(request: HttpRequest, item_id: int, span_id: int, number: int, place: int) -> HttpResponse:
    """Answer one still of a sheet that is made."""
    item, shown = shown_span(request, item_id, span_id)
    refuse_unasked(request, item)
    if number not in NUMBERS:
        raise Http404
    if refusal := refuse_doubtful(request, item.media_file):
        return refusal
    sheet = kept_sheet(item.media_file, *_span(shown), number)
    if sheet is None or place >= len(sheet.stills):
        raise Http404(_("This still is not made, or was cleared away: open the contact sheet again."))
    still = sheet.stills[place]
    etag = quote_etag(f"{still.path.parent.name}-{still.milliseconds}")
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        try:
            response = HttpResponse(still.path.read_bytes(), content_type="image/jpeg")
        except FileNotFoundError:
            raise Http404 from None
    response["ETag"] = etag
    # A change of the span leads to other stills under the same address; what is distressing may be blurred again.
    response["Cache-Control"] = "private, no-store" if item.is_distressing else "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _made(request: HttpRequest, item: Item, shown: ShownSpan, number: int) -> Sheet | HttpResponse:
    """Return the sheet, made now if need be, or the answer that says why there is none."""
    if refusal := refuse_doubtful(request, item.media_file):
        return refusal
    if kept := kept_sheet(item.media_file, *_span(shown), number):
        return kept
    try:
        take_place(request)
        return make_sheet(item.media_file, *_span(shown), number)
    except Busy as busy:
        return answer_busy(request, busy)
    except NoRoom as full:
        return answer(request, 507, str(full))
    except (UnreadableImage, JobFailed) as problem:
        why = in_words_of_reader(str(problem))
        return answer(request, 422, _("The stills could not be made: %(why)s") % {"why": why})
    except FileNotFoundError as missing:
        raise missing_bytes() from missing
    except Exception as fault:
        if not is_outside_fault(fault):
            raise
        return answer(request, 503, _("The file store cannot be read now. Nothing is lost. Try again in a minute."))


def _stills(item: Item, shown: ShownSpan, number: int, sheet: Sheet | None) -> dict[str, object]:
    """Return what is drawn of the stills of a sheet; `sheet` is None where they are not made."""
    more = f"?{SHOWN}" if item.is_distressing else ""
    drawn = [
        Drawn(
            reverse("sheet_still", args=[item.pk, shown.span.pk, number, place]) + more,
            still.milliseconds,
            still.width_px,
            still.height_px,
        )
        for place, still in enumerate(sheet.stills if sheet else ())
    ]
    rate = item.media_file.steady_frame_rate
    return {"item": item, "shown": shown, "number": number, "sheet": sheet, "drawn": drawn, "rate": rate}


def _number(request: HttpRequest) -> int:
    asked = request.GET.get("stills", "")
    return next((number for number in NUMBERS if str(number) == asked), USUAL)


def _span(shown: ShownSpan) -> tuple[int, int]:
    return shown.now.start_milliseconds, shown.now.end_milliseconds
