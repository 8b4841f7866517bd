"""
How the site stands, in sentences for whoever looks after it: the page, the command and the API show these findings.

A check is a function that returns findings; a new one is added to `CHECKS`. A check that fails is a finding itself.
"""

import logging
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

import django
from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, TextChoices
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from archive.catalogue.models import Item
from archive.files.fixity import failed_checks
from archive.files.models import Rendition, RenditionRequest, StoreIdentity
from archive.files.sandbox import isolation
from archive.files.store_identity import marker
from archive.ingest import rebuild_renditions, reread_metadata
from archive.ingest.failed_lines import held_up, left_lying
from archive.ingest.models import AccessionLine
from archive.operation.models import Process

logger = logging.getLogger(__name__)

# A supervisor reports each quarter of a minute.
NOT_SEEN_FOR = timedelta(minutes=1)
# Workers are called to sweep twice a minute; one file of footage may keep a worker busy for longer.
NOT_WORKED_FOR = timedelta(minutes=10)
# A sweep takes up whatever is due; who is busy takes new files up between a few of the others.
SWEEPS_MISSED = 4
RECENT = timedelta(hours=1)
FEW_BYTES = 10 * 1024**3
VERY_FEW_BYTES = 1024**3
_LAYERS = {
    "files": gettext_lazy("files"),
    "network": gettext_lazy("network"),
    "processes": gettext_lazy("processes"),
}


class State(TextChoices):
    GOOD = "GOOD", gettext_lazy("as it should be")
    WATCH = "WATCH", gettext_lazy("to look after")
    BAD = "BAD", gettext_lazy("does not work")


@dataclass(frozen=True)
class Finding:
    """What one check found of one thing."""

    what: str
    state: State
    words: str


def processes(now: datetime) -> Iterator[Finding]:
    """Tell of each process that ought to run, on each machine, and whether any worker does."""
    known = list(Process.objects.order_by("host", "name").prefetch_related("web_processes"))
    for process in known:
        yield Finding(
            _("%(name)s on %(host)s") % {"name": process.name, "host": process.host}, *_state_of(process, now)
        )
    if not any(process.worked_at and now - process.seen_at < NOT_SEEN_FOR for process in known):
        words = _("None has finished a task and been seen in the last minute. What is sent waits until one runs.")
        yield Finding(_("workers"), State.BAD, words)


def _state_of(process: Process, now: datetime) -> tuple[State, str]:
    seen = _("seen %(at)s") % {"at": _moment(process.seen_at)}
    if process.stopped_at:
        return State.WATCH, _("stopped %(at)s, by somebody") % {"at": _moment(process.stopped_at)}
    words = [seen]
    state = State.GOOD
    if process.started_at:
        words.append(_("started %(at)s") % {"at": _moment(process.started_at)})
    if process.worked_at:
        words.append(_("last task done %(at)s") % {"at": _moment(process.worked_at)})
    if process.restarts:
        again = ngettext("started again once", "started again %(count)s times", process.restarts)
        words.append(again % {"count": process.restarts})
    if process.ended_at:
        ended = {"at": _moment(process.ended_at), "why": process.end_reason}
        words.append(_("last ended %(at)s: %(why)s") % ended)
        if now - process.ended_at < RECENT:
            state = State.WATCH
    replaced = [
        own.ended_at
        for own in process.web_processes.all()
        if own.ended_at and own.server_started_at == process.started_at
    ]
    if replaced:
        again = ngettext(
            "one of its processes ended and another was started in its place, %(at)s",
            "%(count)s of its processes ended and others were started in their place, the last %(at)s",
            len(replaced),
        )
        words.append(again % {"count": len(replaced), "at": _moment(max(replaced))})
        if now - max(replaced) < RECENT:
            state = State.WATCH
    if process.worked_at and now - process.worked_at > NOT_WORKED_FOR:
        state = State.WATCH
        words.append(_("no task finished for long"))
    if now - process.seen_at > NOT_SEEN_FOR or (process.started_at and not process.pid):
        state = State.BAD
        words.insert(0, _("does not run"))
    return state, ", ".join(words)


def queue(now: datetime) -> Iterator[Finding]:
    """Tell how many received files wait, are read, were put off or failed, and whether anybody works: two queries."""
    lines = AccessionLine.objects.exclude(state=AccessionLine.State.DONE).aggregate(
        working=Count("pk", filter=Q(state="WORKING")),
        put_off=Count("pk", filter=Q(state="WAITING", outages__gt=0)),
        waiting=Count("pk", filter=Q(state="WAITING", outages=0)),
        failed=Count("pk", filter=Q(state="FAILED")),
    )
    words = _("%(waiting)s waiting, %(working)s being read, %(put_off)s put off, %(failed)s failed") % lines
    if lines["put_off"]:
        words += ". " + _("What was put off failed for reasons outside of the file, and is tried again by itself")
        if waiting := held_up():
            words += f" ({waiting.reason})"
    if lines["failed"]:
        words += ". " + _("What failed can be tried again on the page of its accession")
    state = State.WATCH if lines["put_off"] or lines["failed"] else State.GOOD
    if left := left_lying(now=now, after=SWEEPS_MISSED * timedelta(seconds=settings.INGEST_SWEEP_SECONDS)):
        state = State.BAD
        neglected = ngettext(
            "%(count)s waits since %(at)s, and nobody takes it up: no worker runs, the workers are stuck, or the "
            "broker passes no messages on",
            "%(count)s wait, the first since %(at)s, and nobody takes them up: no worker runs, the workers are stuck, "
            "or the broker passes no messages on",
            left.count,
        )
        words += ". " + neglected % {"count": left.count, "at": _moment(left.since)}
    yield Finding(_("received files"), state, words)


def disks(now: datetime) -> Iterator[Finding]:
    """Tell how much room the folders of the site have left."""
    folders = {_("disk of VAR_ROOT"): settings.VAR_ROOT}
    if not settings.S3_BUCKET:
        folders[_("disk of MEDIA_ROOT")] = settings.MEDIA_ROOT
    for what, folder in folders.items():
        folder.mkdir(parents=True, exist_ok=True)
        usage = shutil.disk_usage(folder)
        state = State.GOOD
        if usage.free < FEW_BYTES:
            state = State.BAD if usage.free < VERY_FEW_BYTES else State.WATCH
        sizes = {"free": number_format(usage.free / 1e9, 1), "total": number_format(usage.total / 1e9, 1)}
        words = _("%(free)s GB free of %(total)s GB") % sizes
        if usage.free <= settings.DISK_RESERVE_BYTES:
            state = State.BAD
            words += ". " + _("Only the reserve is left: no files are taken until there is room")
        yield Finding(what, state, words)


def store(now: datetime) -> Iterator[Finding]:
    """Tell whether the store of originals is the one that they were kept in: one query."""
    what, known = _("store of originals"), StoreIdentity.objects.first()
    if known is None:
        yield Finding(what, State.GOOD, _("nothing was kept in it yet"))
    elif marker() == known.identity:
        yield Finding(what, State.GOOD, _("it is the one that the originals were kept in"))
    else:
        words = _(
            "It is not the one that the originals were kept in: the folder was renamed or is not mounted. What is sent "
            "waits and is not lost. Bring the store back; if it was moved on purpose, run adopt_store"
        )
        yield Finding(what, State.BAD, words)


def renditions(now: datetime) -> Iterator[Finding]:
    """Tell how many items have no thumbnail or no screen copy on record: one query."""
    made = Rendition.objects.filter(media_file=OuterRef("media_file"))
    lacking = Item.objects.filter(
        ~Exists(made.filter(purpose=Rendition.Purpose.THUMBNAIL))
        | ~Exists(made.filter(purpose=Rendition.Purpose.SCREEN))
    ).count()
    if lacking:
        words = ngettext("%(count)s item lacks one", "%(count)s items lack one", lacking) % {"count": lacking}
    else:
        words = _("every item has its thumbnail and its screen copy on record")
    yield Finding(_("renditions"), State.WATCH if lacking else State.GOOD, words)


def upkeep(now: datetime) -> Iterator[Finding]:
    """Tell what is to be made or read again, and which originals failed their last fixity check: four queries."""
    asked = RenditionRequest.objects.aggregate(
        all=Count("pk"), given_up=Count("pk", filter=Q(attempts__gte=RenditionRequest.MOST_ATTEMPTS))
    )
    asked["outdated"] = rebuild_renditions.outdated().count()
    words = _("%(all)s files wait for lost ones to be made again, %(given_up)s of them in vain") % asked
    if asked["outdated"]:
        words += ". " + _("Those of %(outdated)s were made by another version: run rebuild_renditions") % asked
    yield Finding(_("renditions to make again"), State.WATCH if any(asked.values()) else State.GOOD, words)
    unread = reread_metadata.outdated().count()
    words = _("all files were read by this version of the readers")
    if unread:
        words = _("%(n)s files were read by another version of the readers: run reread_metadata") % {"n": unread}
    yield Finding(_("metadata"), State.WATCH if unread else State.GOOD, words)
    failed = failed_checks().count()
    words = _("none failed its last fixity check")
    if failed:
        words = _("%(n)s failed the last fixity check: send the same files again, or run check_fixity") % {"n": failed}
    yield Finding(_("originals"), State.BAD if failed else State.GOOD, words)


def hostile_files(now: datetime) -> Iterator[Finding]:
    """Tell what the process that reads a file is kept from on this machine; a helper is asked once."""
    for layer in isolation():
        state = State.GOOD if layer.in_force else State.WATCH
        what = _("reading of files: %(what)s") % {"what": _LAYERS.get(layer.name, layer.name)}
        yield Finding(what, state, _(layer.sentence) % layer.values)


def versions(now: datetime) -> Iterator[Finding]:
    """Tell what runs here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        [database] = cursor.fetchone()
    words = ", ".join(
        [
            f"Python {platform.python_version()}",
            f"Django {django.get_version()}",
            f"Celery {version('celery')}",
            f"{'SQLite' if connection.vendor == 'sqlite' else 'PostgreSQL'} {database}",
        ]
    )
    yield Finding(_("versions"), State.GOOD, words)


CHECKS: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
    processes,
    queue,
    disks,
    store,
    renditions,
    upkeep,
    hostile_files,
    versions,
)


def findings(*, now: datetime | None = None) -> list[Finding]:
    """Return what all checks find; one that fails says so, and the others are asked all the same."""
    now, everything = now or timezone.now(), []
    for check in CHECKS:
        try:
            everything += check(now)
        except Exception as problem:
            logger.exception("The check of %s failed", check.__name__)
            failed = _("could not be checked (%(kind)s); the log says more") % {"kind": type(problem).__name__}
            everything.append(Finding(check.__name__, State.BAD, failed))
    return everything


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), f"{pgettext('date format', 'j M Y')} H:i:s")
