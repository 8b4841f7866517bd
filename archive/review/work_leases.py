"""
A person takes what they work on, a proposal or the review of an item, so that two do not work on the same.

A lease is one row for a record: taking it is a single statement that succeeds for one of several who try at once. It
ends by itself; an open page that is left costs the others ten minutes at most.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.files.leases import is_over
from archive.ledger.not_done import NotDone
from archive.review.models import ItemLease, Proposal, ProposalLease

LEASE = timedelta(minutes=10)
Taken = TypeVar("Taken", Proposal, Item)


class TakenByAnother(NotDone):
    """Somebody else works on it; the text says until when, and of a proposal who."""


def _rows_of(record: Proposal | Item) -> tuple[Any, dict[str, Any]]:
    """Return the table of leases of such records, and the condition that names this one."""
    return (
        (ProposalLease.objects, {"proposal": record})
        if isinstance(record, Proposal)
        else (ItemLease.objects, {"item": record})
    )


def take(record: Proposal | Item, *, by: User, at: datetime) -> ProposalLease | ItemLease:
    """
    Take a record, or go on holding it, for ten minutes from now.

    :raises TakenByAnother: somebody else holds it
    """
    leases, named = _rows_of(record)
    free = leases.filter(Q(holder=by) | is_over("until", now=at, longest=LEASE), **named)
    until = at + LEASE
    if not free.update(holder=by, until=until):
        try:
            with transaction.atomic():
                leases.create(**named, holder=by, until=until)
        except IntegrityError:
            raise TakenByAnother(_told(leases.select_related("holder").filter(**named).first())) from None
    return leases.model(**named, holder=by, until=until)


def take_first(records: Iterable[Taken], *, by: User, at: datetime) -> Taken | None:
    """Take the first of the records that nobody else holds; None where there is none."""
    for record in records:
        try:
            take(record, by=by, at=at)
        except TakenByAnother:
            continue
        return record
    return None


def leave(record: Proposal | Item, *, by: User) -> None:
    """Give a record back to the others."""
    leases, named = _rows_of(record)
    leases.filter(**named, holder=by).delete()


def _told(lease: ProposalLease | ItemLease | None) -> str:
    if lease is None:
        return _("Somebody else just worked on this. Open it again.")
    until = time_format(localtime(lease.until), "H:i")
    if isinstance(lease, ItemLease):
        # Who reviews an item gives its first verdict, and a second reader shall not know who that was.
        return _("Somebody else works on this until %(time)s. Take the next one.") % {"time": until}
    return _("%(name)s works on this until %(time)s. Take the next one.") % {"name": lease.holder, "time": until}
