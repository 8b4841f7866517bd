"""The files that failed, tried again in one act; and those that wait because something outside of them failed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Accession
from archive.ingest.models import AccessionLine
from archive.ingest.waking import wake
from archive.ledger.recording import act, recording


@dataclass(frozen=True)
class HeldUp:
    """Files that wait for the disk, the file store or the database: how many, since when, and what the last one met."""

    count: int
    received_since: datetime
    reason: str


def held_up() -> HeldUp | None:
    """Return what waits for reasons outside of the files, for who keeps the site running; None where nothing does."""
    lines = AccessionLine.objects.held_up()
    latest = lines.order_by("-not_before", "-pk").first()
    if latest is None:
        return None
    return HeldUp(lines.count(), lines.aggregate(first=Min("received_at"))["first"], latest.reason)


def retry_failed(*, by: User | None, accession: Accession | None = None) -> int:
    """
    Let all files that failed be processed again, with one act for each accession, and wake a worker; return how many.

    :param by: None for the command line, which the ledger names so
    :param accession: only those of this one
    :raises NotAllowed: the person may not upload
    """
    if by and not by.has_perm("ingest.add_accessionline"):
        raise NotAllowed("Only an archivist may try files again.")
    lines = AccessionLine.objects.failed()
    if by:
        lines = lines.visible_to(by).filter(accession__in=Accession.objects.visible_to(by))
    if accession:
        lines = lines.filter(accession=accession)
    with recording():
        # Whoever presses the same button meanwhile waits here, and then finds none left.
        keys = defaultdict(list)
        for line in lines.select_for_update(of=("self",)).order_by("pk").only("pk", "accession_id"):
            keys[line.accession_id].append(line.pk)
        for accession_id, of_one in keys.items():
            AccessionLine.objects.filter(pk__in=of_one).start_again()
            subject = f"{Accession._meta.label_lower}:{accession_id}"
            act(verb="try again", subject=subject, actor=by or "command line", payload={"lines": of_one})
        if keys:
            transaction.on_commit(wake, robust=True)
    return sum(map(len, keys.values()))
