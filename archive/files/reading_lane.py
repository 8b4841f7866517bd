"""
The lane of requests that read a file while somebody waits: one for a person, a few for an address, a few for a machine.

Reading a hostile file takes as long as its limits allow. Whoever sends many keeps their own requests waiting, and never
the threads that pages need. A place is taken once the file is here, so that nobody holds one by sending slowly.
"""

import time
from collections.abc import Iterable
from contextlib import ExitStack

from django.conf import settings
from django.utils.translation import gettext as _

from archive.files.machine_locks import take_lock

# Somebody whose two searches overlap by a moment is not sent away for it.
PATIENCE_SECONDS = 2.0
# When a place may be free again, for the header Retry-After.
RETRY_SECONDS = 5


class Busy(Exception):
    """No place is free; `status` is the HTTP status, the text a sentence for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def take_places(places: ExitStack, *, account: int, address: str) -> None:
    """
    Take the places of one request; they are given back when `places` closes.

    :param account: the key of whoever asks
    :param address: where they ask from
    :raises Busy: none became free in two seconds
    """
    until = time.monotonic() + PATIENCE_SECONDS
    own = _("You have a file being read already. Wait until that is done, then send this one again.")
    _take(places, [f"account-{account}"], until, Busy(429, own))
    nearby = _("Several files are being read for your address already. Try again in a few seconds.")
    at_once = range(settings.INTERACTIVE_PER_ADDRESS)
    _take(places, [f"address-{address}-{n}" for n in at_once], until, Busy(429, nearby))
    full = _("The archive is reading other people’s files at this moment. Try again in a few seconds.")
    _take(places, [f"lane-{n}" for n in range(settings.INTERACTIVE_READERS)], until, Busy(503, full))


def _take(places: ExitStack, names: Iterable[str], until: float, busy: Busy) -> None:
    if not take_lock(places, settings.VAR_ROOT / "reading-lane", names, until=until):
        raise busy
