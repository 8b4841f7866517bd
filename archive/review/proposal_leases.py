"""
A moderator takes a proposal, so that two do not work on the same.

A lease is one row for a proposal: taking it is a single statement that succeeds for one of several who try at once. It
ends by itself; an open page that is left costs the others ten minutes at most.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.files.leases import is_over
from archive.ledger.not_done import NotDone
from archive.review.models import Proposal, ProposalLease

LEASE = timedelta(minutes=10)


class TakenByAnother(NotDone):
    """Somebody else works on the proposal; the text says who, and until when."""


def take(proposal: Proposal, *, by: User, at: datetime) -> ProposalLease:
    """
    Take a proposal, or go on holding it, for ten minutes from now.

    :raises TakenByAnother: somebody else holds it
    """
    free = ProposalLease.objects.filter(Q(holder=by) | is_over("until", now=at, longest=LEASE), proposal=proposal)
    until = at + LEASE
    if not free.update(holder=by, until=until):
        try:
            with transaction.atomic():
                ProposalLease.objects.create(proposal=proposal, holder=by, until=until)
        except IntegrityError:
            lease = ProposalLease.objects.select_related("holder").filter(proposal=proposal).first()
            raise TakenByAnother(_told(lease)) from None
    return ProposalLease(proposal=proposal, holder=by, until=until)


def take_first(proposals: Iterable[Proposal], *, by: User, at: datetime) -> Proposal | None:
    """Take the first of the proposals that nobody else holds; None where there is none."""
    for proposal in proposals:
        try:
            take(proposal, by=by, at=at)
        except TakenByAnother:
            continue
        return proposal
    return None


def leave(proposal: Proposal, *, by: User) -> None:
    """Give a proposal back to the others."""
    ProposalLease.objects.filter(proposal=proposal, holder=by).delete()


def _told(lease: ProposalLease | None) -> str:
    if lease is None:
        return _("Somebody else just worked on this proposal. Open it again.")
    return _("%(name)s works on this proposal until %(time)s. Take the next one.") % {
        "name": lease.holder,
        "time": time_format(localtime(lease.until), "H:i"),
    }
