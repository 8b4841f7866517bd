"""
Pauses after wrong passwords: counted by django-axes in the database, for all machines and all ways in together.

Three counts, each with its own limit, over the last 15 minutes (AXES_COOLOFF_TIME): for a name from one address, for an
address whatever the name, and for a name from everywhere. Whoever guesses on purpose could keep a colleague out with
each of them; so a browser in which somebody signed in before, with the password they still have, is counted apart, as
an address of its own, and is held up by its own wrong passwords alone (OWASP, "device cookies").
While a pause lasts nothing is counted: it ends by itself. Names that no account has are counted in the same way, so
that a pause tells nobody which accounts there are.
"""

import hashlib
import ipaddress
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import ngettext

from archive.accounts.addresses import client_address
from archive.accounts.models import User
from archive.ledger.record_acts import act, recording

# Wrong passwords before a pause: of one name from one address, …
OF_NAME_AND_ADDRESS = 5
# … of any names from one address (an office shares one), …
OF_ADDRESS = 30
# … of one name from anywhere: high, for a stranger may run it up.
OF_NAME = 50
DEVICE_DAYS = 365


@dataclass(frozen=True)
class Lock:
    """Somebody who has to wait: a name, an address or a name from an address; both are as they were counted."""

    name: str
    address: str
    wrong: int
    until: datetime

    @property
    def is_of_device(self) -> bool:
        """Whether it holds for the browsers alone in which the person signed in before."""
        return bool(self.address) and stands_for_device(self.address)


@dataclass(frozen=True)
class _Wrong:
    name: str
    address: str
    at: datetime
    times: int


class Locks(AxesDatabaseHandler):
    """Let axes count and forget; what is too much is decided here."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return 1 where one of the limits is reached, else 0: AXES_FAILURE_LIMIT is 1."""
        return int(locked_until(request, credentials or {}) is not None)

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        if request is not None:
            request.axes_ip_address = counted_address(request, credentials)
        super().user_login_failed(sender, credentials, request, **kwargs)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget what was counted for this name from this address: guesses from elsewhere go on being counted."""
        name = counted_name(request, credentials)
        here = [client_address(request), counted_address(request, credentials)]
        return AccessAttempt.objects.filter(username=name, ip_address__in=here).delete()[0]


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the name that was typed, as it is counted; what axes calls."""
    return counted_as(str((credentials or {}).get("username") or ""))


def counted_as(username: str) -> str:
    """Return a name as it is counted: one spelling of it, of bounded length, without what databases refuse."""
    return unicodedata.normalize("NFKC", username).casefold().replace("\0", "")[:150]


def counted_address(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the client's address, or the one that stands for the browsers known to belong to whom it names."""
    username = str((credentials or {}).get("username") or "")
    shown = getattr(request, "COOKIES", {}).get(_cookie_of(username), "")
    person = User.objects.filter(username=username, is_active=True).first() if shown else None
    if person is None or not constant_time_compare(shown, _proof(person)):
        return client_address(request)
    return str(ipaddress.IPv6Address(b"\xfd" + hashlib.sha256(shown.encode()).digest()[:15]))


def stands_for_device(address: str) -> bool:
    """Tell an address made by `counted_address` from one of a network: of those the last 64 bits are not kept."""
    parsed = ipaddress.ip_address(address)
    return parsed.version == 6 and parsed.packed[0] == 0xFD and any(parsed.packed[8:])


def locked_until(request: HttpRequest, credentials: dict[str, Any]) -> datetime | None:
    """Return when passwords for this name are looked at again from where the request comes; None: now."""
    name, address = counted_name(request, credentials), counted_address(request, credentials)
    counted = _counted(Q(username=name) | Q(ip_address=address))
    by_name = [wrong for wrong in counted if wrong.name == name]
    ends = [
        _until([wrong for wrong in by_name if wrong.address == address], OF_NAME_AND_ADDRESS),
        _until([wrong for wrong in counted if wrong.address == address], OF_ADDRESS),
    ]
    if not stands_for_device(address):
        ends.append(_until(by_name, OF_NAME))
    return max((end for end in ends if end), default=None)


def asked_too_often(request: HttpRequest) -> datetime | None:
    """Return until when, if the password that came with this request was not looked at or was one too many."""
    if not getattr(request, "axes_locked_out", False):
        return None
    return locked_until(request, request.axes_credentials or {})


def seconds_until(until: datetime) -> int:
    return max(1, math.ceil((until - timezone.now()).total_seconds()))


def words_of_pause(until: datetime) -> str:
    minutes = math.ceil(seconds_until(until) / 60)
    return ngettext(
        "Too many wrong passwords. Try again in %(minutes)d minute, or ask an administrator to lift the pause.",
        "Too many wrong passwords. Try again in %(minutes)d minutes, or ask an administrator to lift the pause.",
        minutes,
    ) % {"minutes": minutes}


def locks() -> list[Lock]:
    """Return all who have to wait now, the longest first. One query."""
    counted = _counted(Q())
    paused = []
    for key, limit in (
        (lambda wrong: (wrong.name, wrong.address), OF_NAME_AND_ADDRESS),
        (lambda wrong: ("", wrong.address), OF_ADDRESS),
        (lambda wrong: (wrong.name, ""), OF_NAME),
    ):
        groups: dict[tuple[str, str], list[_Wrong]] = {}
        for wrong in counted:
            groups.setdefault(key(wrong), []).append(wrong)
        for (name, address), wrongs in groups.items():
            if until := _until(wrongs, limit):
                paused.append(Lock(name, address, sum(wrong.times for wrong in wrongs), until))
    return sorted(paused, key=lambda lock: (lock.until, lock.name, lock.address), reverse=True)


def lift(*, name: str = "", address: str = "", by: User | str) -> int:
    """
    Let somebody try again at once: a name, an address, or a name from an address.

    :return: how many wrong passwords were forgotten
    :raises ValueError: the address is none
    """
    chosen = AccessAttempt.objects.all()
    if name:
        chosen = chosen.filter(username=counted_as(name))
    if address:
        address = str(ipaddress.ip_address(address))
        chosen = chosen.filter(ip_address=address)
    with recording():
        forgotten = sum(chosen.values_list("failures_since_start", flat=True)) if name or address else 0
        if forgotten:
            chosen.delete()
            act(verb="lift pause", subject="accounts.user", actor=by, payload={"name": name, "address": address})
    return forgotten


def remember_device(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Let the browser keep that this person signed in with it; worth nothing any more once the password changes."""
    response.set_cookie(
        _cookie_of(person.get_username()),
        _proof(person),
        max_age=DEVICE_DAYS * 24 * 3600,
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )


def _cookie_of(username: str) -> str:
    return "device_" + hashlib.sha256(username.encode()).hexdigest()[:12]


def _proof(person: User) -> str:
    return salted_hmac("strandline.device", person.get_session_auth_hash()).hexdigest()


def _counted(which: Q) -> list[_Wrong]:
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(which, attempt_time__gt=since).order_by("attempt_time", "pk")
    return [_Wrong(*row) for row in rows.values_list("username", "ip_address", "attempt_time", "failures_since_start")]


def _until(wrongs: Iterable[_Wrong], limit: int) -> datetime | None:
    """Return when so many of these, oldest first, will be forgotten that the rest is below the limit."""
    left = sum(wrong.times for wrong in wrongs)
    if left < limit:
        return None
    for wrong in wrongs:
        left -= wrong.times
        if left < limit:
            return wrong.at + settings.AXES_COOLOFF_TIME
    return None
