"""
The files that failed, tried again in one act; those that wait because something outside of them failed; and those that
nobody takes up.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Count, Exists, Min, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Accession
from archive.ingest.models import AccessionLine
from archive.ingest.wake_worker import wake
from archive.ledger.record_acts import act, recording


@dataclass(frozen=True)
class HeldUp:
    """Files that wait for the disk, the file store or the database: how many, and what the last one met."""

    count: int
    reason: str


def held_up() -> HeldUp | None:
    """Return what waits for reasons outside of the files, for who keeps the site running; None where nothing does."""
    lines = AccessionLine.objects.held_up()
    latest = lines.order_by("-not_before", "-pk").first()
    if latest is None:
        return None
    return HeldUp(lines.count(), latest.reason)


@dataclass(frozen=True)
class LeftLying:
    """Files that are due and that nobody takes up: how many, and since when the first of them is."""

    count: int
    since: datetime


def left_lying(*, now: datetime, after: timedelta) -> LeftLying | None:
    """
    Return what has been due for longer than `after` while no worker took or finished any file; None where one did.

    One query. A long queue that is worked off lets files wait for as long as it takes, which is no fault.
    """
    at_work = AccessionLine.objects.filter(
        Q(state=AccessionLine.State.WORKING, leased_until__gt=now) | Q(finished_at__gt=now - after)
    )
    lost = When(state=AccessionLine.State.WORKING, then="leased_until")
    due = AccessionLine.objects.due(now).annotate(due_since=Case(lost, default=Coalesce("not_before", "received_at")))
    left = due.filter(~Exists(at_work), due_since__lt=now - after).aggregate(count=Count("pk"), since=Min("due_since"))
    return LeftLying(**left) if left["count"] else None


def retry_failed(*, by: User | None, accession: Accession | None = None) -> int:
    """
    Let all files that failed be processed again, with one act for each accession, and wake a worker; return how many.

    :param by: None for the command line, which the ledger names so
    :param accession: only those of this one
    :raises NotAllowed: the person may not upload
    """
    if by and not by.has_perm("ingest.add_accessionline"):
        raise NotAllowed(_("Only an archivist may try files again."))
    lines = AccessionLine.objects.failed()
    if by:
        lines = lines.visible_to(by).filter(accession__in=Accession.objects.visible_to(by))
    if accession:
        lines = lines.filter(accession=accession)
    with recording():
        # Whoever presses the same button meanwhile waits here, and then finds none left.
        keys = defaultdict(list)
        for line in lines.select_for_update(no_key=True, of=("self",)).order_by("pk").only("pk", "accession_id"):
            keys[line.accession_id].append(line.pk)
        for accession_id, of_one in keys.items():
            AccessionLine.objects.filter(pk__in=of_one).start_again()
            subject = f"{Accession._meta.label_lower}:{accession_id}"
            act(verb="try again", subject=subject, actor=by or "command line", payload={"lines": of_one})
        if keys:
            transaction.on_commit(wake, robust=True)
    return sum(map(len, keys.values()))
