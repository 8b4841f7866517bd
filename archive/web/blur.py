"""
Pictures marked distressing are shown blurred until somebody asks for that one, for as long as their session lasts.

The addresses of pictures say which it is: `?blurred` before a person has asked, `?shown` after. Of a picture marked
distressing the bare address is blurred too, so a page that forgets to ask shows nothing; and what a browser kept
from before the mark stands under another address.
"""

import io
from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse

from archive.catalogue.models import Item
from archive.files.models import Rendition
from archive.files.turned_copies import TURNED, as_shown, open_as_shown

SHOWN = "shown"
BLURRED = "blurred"
_ASKED_FOR = "pictures_shown"
# Of somebody who asks for more, the earliest are blurred again: the session stays small.
_MOST = 500


def ask_for(request: HttpRequest, items: Iterable[Item], *, is_shown: bool) -> None:
    """Show these pictures to this session from now on, or blur them again."""
    keys = [item.pk for item in items]
    others = [key for key in request.session.get(_ASKED_FOR, []) if key not in keys]
    request.session[_ASKED_FOR] = [*others, *keys][-_MOST:] if is_shown else others


def is_blurred(request: HttpRequest | None, item: Item) -> bool:
    """Say whether a page shows this picture blurred; what no request asks for is."""
    return item.is_distressing and not (request is not None and item.pk in request.session.get(_ASKED_FOR, []))


def address(
    request: HttpRequest | None, item: Item, made: Rendition, *, moment: int | None = None, blurs: bool = False
) -> str:
    """
    Return the address at which a page finds a copy of a picture, whole or blurred.

    :param moment: of footage, in milliseconds: the still of that moment instead of the copy of its poster
    :param blurs: blur it whatever it is marked as, such as what waits for a moderator to say
    """
    moment = made.offset_milliseconds if moment is None else moment
    if moment is not None:
        path = reverse("still", args=[item.pk, moment])
    else:
        path = reverse("rendition", args=[item.pk, made.purpose.lower()])
    # The first word of the query: js/blurring.js puts the other one in its place.
    words = [BLURRED] if blurs or is_blurred(request, item) else [SHOWN] if item.is_distressing else []
    words += [f"{TURNED}={item.orientation}"] if item.orientation else []
    return f"{path}?{'&'.join(words)}" if words else path


def asks_for_blurred(request: HttpRequest, item: Item) -> bool:
    """Say whether the address of a copy is answered by the blurred one."""
    return BLURRED in request.GET or (item.is_distressing and SHOWN not in request.GET)


def is_of_now(request: HttpRequest, item: Item) -> bool:
    """Say whether the address of a copy is that of the picture as it is turned now, so that a browser may keep it."""
    return request.GET.get(TURNED, "") == str(item.orientation or "")


def blurred_bytes(made: Rendition, orientation: int | None) -> bytes:
    """Return the blurred picture of a copy as JPEG, turned so; some 2 ms."""
    from archive.files.blurred_pictures import blurred  # with Pillow: loaded where it is asked for alone

    written, shown = io.BytesIO(), as_shown(made, orientation)
    with open_as_shown(made, orientation) as stored:
        blurred(stored, width_px=shown.width_px, height_px=shown.height_px).save(written, "JPEG", quality=70)
    return written.getvalue()
