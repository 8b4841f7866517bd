"""
How the site stands, in sentences for whoever looks after it: the page, the command and the API show these findings.

A check is a function that returns findings; a new one is added to `CHECKS`. A check that fails is a finding itself.
"""

import json
import logging
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import django
from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery, Sum, TextChoices
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from archive.catalogue.models import Access, DestructionRequest, Item, Withdrawal
from archive.exports.models import Export
from archive.extraction.examination_kinds import PROMPT_KINDS, SLOW_KINDS
from archive.extraction.examinations import count_to_do, oldest_to_do
from archive.files.fixity import failed_checks
from archive.files.models import MediaFile, Rendition, RenditionRequest, StoreIdentity
from archive.files.sandbox import isolation
from archive.files.store_identity import marker
from archive.ingest import match_arrivals, rebuild_renditions, reread_metadata
from archive.ingest.failed_lines import held_up, left_lying
from archive.ingest.models import AccessionLine
from archive.item_index import folder, reader
from archive.item_index.fields import FORMAT
from archive.item_index.folder import CURRENT, NEXT
from archive.ledger.models import LedgerEntry, LedgerHead
from archive.matching.models import Fingerprint, RevisionHead
from archive.operation.models import Process
from archive.operation.revision import revision
from archive.projection.models import RecordChange
from archive.projection.older_projections import FAILED, older
from archive.provenance.check_items import MOST_TRIES
from archive.provenance.models import CheckedItem

logger = logging.getLogger(__name__)

# A supervisor reports each quarter of a minute.
NOT_SEEN_FOR = timedelta(minutes=1)
# Workers are called to sweep twice a minute; one file of footage may keep a worker busy for longer.
NOT_WORKED_FOR = timedelta(minutes=10)
# A sweep takes up whatever is due; who is busy takes new files up between a few of the others.
SWEEPS_MISSED = 4
# Of a thousand items an export takes some ten minutes.
EXPORT_LATE_AFTER = timedelta(minutes=30)
RECENT = timedelta(hours=1)
HEAD_LATE_AFTER = timedelta(days=31)
BACKUP_LATE_AFTER = timedelta(days=7)
# A backup is an act of the ledger, by whoever makes them: it is part of what is backed up with the next one.
BACKUP, BACKUPS = "make backup", "operation.backup"
FEW_BYTES = 10 * 1024**3
VERY_FEW_BYTES = 1024**3
# What waits to be written to files is a tenth of it as a rule.
PICTURES_BEHIND = 5_000
# So many items are named of those that were tried in vain.
ITEMS_NAMED = 5
_MOST_NAMED = 20
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
    if not any(_is_worker_seen(process, now) for process in known):
        words = _("None has finished a task and been seen in the last minute. What is sent waits until one runs.")
        yield Finding(_("workers"), State.BAD, words)


def is_worker_seen(now: datetime) -> bool:
    """Tell whether any worker has been seen in the last minute; one query."""
    return any(_is_worker_seen(process, now) for process in Process.objects.all())


def _is_worker_seen(process: Process, now: datetime) -> bool:
    return bool(process.worked_at) and now - process.seen_at < NOT_SEEN_FOR


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


def exports(now: datetime) -> Iterator[Finding]:
    """Tell how many exports wait or are being made, and since when the first of them was asked for; one query."""
    first = Export.objects.unfinished().aggregate(number=Count("pk"), at=Min("asked_at"))
    words, is_late = _("none waits"), False
    if first["number"]:
        told = ngettext("%(count)s waits or is being made", "%(count)s wait or are being made", first["number"])
        words = _("%(waiting)s; the first was asked for %(at)s") % {
            "waiting": told % {"count": first["number"]},
            "at": _moment(first["at"]),
        }
        is_late = now - first["at"] > EXPORT_LATE_AFTER
    yield Finding(_("exports"), State.WATCH if is_late else State.GOOD, words)


def disks(now: datetime) -> Iterator[Finding]:
    """Tell how much room the folders of the site have left."""
    folders = {_("disk of VAR_ROOT"): settings.VAR_ROOT}
    if not settings.S3_BUCKET:
        folders[_("disk of MEDIA_ROOT")] = settings.MEDIA_ROOT
    for what, path in folders.items():
        path.mkdir(parents=True, exist_ok=True)
        usage = shutil.disk_usage(path)
        state = State.GOOD
        if usage.free < FEW_BYTES:
            state = State.BAD if usage.free < VERY_FEW_BYTES else State.WATCH
        sizes = {"free": number_format(usage.free / 1e9, 1), "total": number_format(usage.total / 1e9, 1)}
        words = _("%(free)s GB free of %(total)s GB") % sizes
        if usage.free <= settings.DISK_RESERVE_BYTES:
            state = State.BAD
            words += ". " + _("Only the reserve is left: no files are taken until there is room")
        yield Finding(what, state, words)


def kept_files(now: datetime) -> Iterator[Finding]:
    """Tell how many files are kept and how large they are together; two queries."""
    words = []
    for label, model in ((_("originals: %(n)s, %(size)s GB"), MediaFile), (_("copies: %(n)s, %(size)s GB"), Rendition)):
        told = model.objects.aggregate(n=Count("pk"), size=Sum("size_bytes"))
        words.append(label % {"n": number_format(told["n"]), "size": number_format((told["size"] or 0) / 1e9, 2)})
    yield Finding(_("kept files"), State.GOOD, ". ".join(words))


def ledger_head(now: datetime) -> Iterator[Finding]:
    """Tell how far the ledger goes, and how far a head goes that somebody took to keep it elsewhere; one query."""
    head = LedgerHead.objects.first() or LedgerHead(sequence=0)
    words = ngettext("%(n)s entry", "%(n)s entries", head.sequence) % {"n": number_format(head.sequence)}
    if head.handed_out_at is None:
        advice = _("Nobody has taken its head yet: keep one elsewhere, from the page of the ledger or by checkpoint")
    else:
        advice = _("The head was last taken %(at)s; entries since: %(n)s") % {
            "at": _moment(head.handed_out_at),
            "n": number_format(max(head.sequence - head.handed_out_size, 0)),
        }
    is_late = head.sequence > 0 and (head.handed_out_at is None or now - head.handed_out_at > HEAD_LATE_AFTER)
    if head.handed_out_at and is_late:
        advice += ". " + _("That is long ago: take it anew")
    yield Finding(_("ledger"), State.WATCH if is_late else State.GOOD, f"{words}. {advice}")


def backups(now: datetime) -> Iterator[Finding]:
    """Tell when a backup was last recorded: one query."""
    last = LedgerEntry.objects.filter(verb=BACKUP).order_by("-sequence").first()
    if last is None:
        words = _("None is known. Let what makes them run backup_made at its end")
    else:
        words = _("the last one known: %(at)s") % {"at": _moment(last.occurred_at)}
        where = json.loads(last.payload).get("where", "")
        words += f" ({where})" if where else ""
    is_late = last is None or now - last.occurred_at > BACKUP_LATE_AFTER
    if last and is_late:
        words += ". " + _("That is long ago: see what keeps them from being made")
    # An archive that holds nothing has nothing to lose.
    is_worth_one = Item.objects.exists()
    yield Finding(_("backups"), State.WATCH if is_late and is_worth_one else State.GOOD, words)


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
    lacking = (
        Item.objects.exclude(access=Access.WITHDRAWN)
        .filter(
            ~Exists(made.filter(purpose=Rendition.Purpose.THUMBNAIL))
            | ~Exists(made.filter(purpose=Rendition.Purpose.SCREEN))
        )
        .count()
    )
    if lacking:
        words = ngettext("%(count)s item lacks one", "%(count)s items lack one", lacking) % {"count": lacking}
    else:
        words = _("every item has its thumbnail and its screen copy on record")
    yield Finding(_("renditions"), State.WATCH if lacking else State.GOOD, words)


def destructions(now: datetime) -> Iterator[Finding]:
    """Tell of which withdrawn items somebody asked that the bytes be destroyed, which waits for another: one query."""
    since = Withdrawal.objects.filter(item=OuterRef("item")).order_by("-pk").values("set_at")[:1]
    asked = DestructionRequest.objects.filter(answer=None, item__access=Access.WITHDRAWN, asked_at__gte=Subquery(since))
    items = list(asked.order_by("item").values_list("item", flat=True)[:_MOST_NAMED])
    if items:
        words = ngettext(
            "to be destroyed, if a second person confirms it at its address: item %(items)s",
            "to be destroyed, if a second person confirms it at their addresses: items %(items)s",
            len(items),
        ) % {"items": ", ".join(map(str, items))}
        yield Finding(_("withdrawn originals"), State.WATCH, words)


def upkeep(now: datetime) -> Iterator[Finding]:
    """Tell what is to be made or read again, and which originals failed their last fixity check: seven queries."""
    asked = RenditionRequest.objects.aggregate(
        all=Count("pk"), given_up=Count("pk", filter=Q(attempts__gte=RenditionRequest.MOST_ATTEMPTS))
    )
    asked["outdated"] = rebuild_renditions.outdated().count()
    words = _("%(all)s files wait for copies to be made again, %(given_up)s of them in vain") % asked
    if asked["outdated"]:
        words += ". " + _("Those of %(outdated)s were made by another version: run rebuild_renditions") % asked
    yield Finding(_("renditions to make again"), State.WATCH if any(asked.values()) else State.GOOD, words)
    unread = reread_metadata.outdated().count()
    words = _("all files were read by this version of the readers")
    if unread:
        words = _("%(n)s files were read by another version of the readers: run reread_metadata") % {"n": unread}
    yield Finding(_("metadata"), State.WATCH if unread else State.GOOD, words)
    to_do, in_vain = older().count(), Item.objects.filter(projection_version=FAILED).count()
    words = [_("what it reads of every item was written by this version")] if not to_do + in_vain else []
    if to_do:
        told = _(
            "%(n)s items wait for workers to write anew what it reads of them; until then it may not find what is new"
        )
        words.append(told % {"n": to_do})
    if follow := sum(max(0, change.items - change.done) for change in RecordChange.objects.unfinished()):
        told = _("%(n)s items wait for workers to follow a place, event, outlet or accession that was changed")
        words.append(told % {"n": follow})
    if failing := RecordChange.objects.failing().count():
        told = _("%(n)s changes cannot be carried on: the log says why. Each is tried again, at the latest every hour")
        words.append(told % {"n": failing})
    if in_vain:
        told = _("Of %(n)s items it could not be written: the log says why. Once it is mended, run rebuild_projection")
        words.append(told % {"n": in_vain})
    yield Finding(_("search"), State.WATCH if to_do + in_vain + failing else State.GOOD, ". ".join(words))
    failed = failed_checks().count()
    words = _("none failed its last fixity check")
    if failed:
        words = _("%(n)s failed the last fixity check: send the same files again, or run check_fixity") % {"n": failed}
    yield Finding(_("originals"), State.BAD if failed else State.GOOD, words)


def examinations(now: datetime) -> Iterator[Finding]:
    """Tell how many examinations of files wait, and since when the file that waits longest is here."""
    files, words = match_arrivals.described_files(), _("none waits")
    if number := count_to_do(of=files, kinds=PROMPT_KINDS, now=now):
        waiting = ngettext("%(count)s waits", "%(count)s wait", number) % {"count": number}
        oldest = oldest_to_do(of=files, now=now)
        words = _("%(waiting)s; the first of these files came %(at)s") % {"waiting": waiting, "at": _moment(oldest)}
    yield Finding(_("examinations of files"), State.GOOD, words)


def words_in_pictures(now: datetime) -> Iterator[Finding]:
    """Tell whether words in pictures are read here, and how many pictures wait for that; one query."""
    if not all(kind.is_installed for kind in SLOW_KINDS):
        words = _(
            "Not looked for: the program that reads them is not installed. Install it with make run OCR=yes, or from "
            "requirements-ocr.lock; workers do the rest"
        )
    else:
        number = count_to_do(of=match_arrivals.described_files(), kinds=SLOW_KINDS, now=now)
        words = ngettext(
            "%(count)s picture waits until workers have nothing else to do",
            "%(count)s pictures wait until workers have nothing else to do",
            number,
        ) % {"count": number}
    yield Finding(_("words in pictures"), State.GOOD, words)


def checks_of_items(now: datetime) -> Iterator[Finding]:
    """Tell on how many items a check failed, and when they are tried again; two queries."""
    failed = CheckedItem.objects.filter(failures__gt=0)
    in_vain = failed.filter(failures__gte=MOST_TRIES)
    counts = failed.aggregate(again=Count("pk", filter=Q(failures__lt=MOST_TRIES)), at=Min("try_at"), all=Count("pk"))
    words = []
    if counts["again"]:
        told = ngettext(
            "a check failed on %(count)s item, which is tried again by itself",
            "a check failed on %(count)s items, which are tried again by themselves",
            counts["again"],
        ) % {"count": counts["again"]}
        words.append(f"{told}, {_moment(counts['at'])}" if counts["at"] else told)
    if number := counts["all"] - counts["again"]:
        told = ngettext(
            "%(count)s item was tried %(times)s times in vain: the log says why. Once it is mended, run check_items",
            "%(count)s items were tried %(times)s times in vain: the log says why. Once it is mended, run check_items",
            number,
        ) % {"count": number, "times": MOST_TRIES}
        named = in_vain.order_by("pk").values_list("pk", flat=True)[:ITEMS_NAMED]
        words.append(" ".join([told, *map(str, named), *(["…"] if number > ITEMS_NAMED else [])]))
    yield Finding(_("checks of items"), State.WATCH if words else State.GOOD, ". ".join(words) or _("none failed"))


def index_of_items(now: datetime) -> Iterator[Finding]:
    """Tell whether searches are answered by the index of this machine, or by SQL and why; no query."""
    current, begun, failed = folder.known(CURRENT), folder.known(NEXT), folder.reported()
    age = {"seconds": number_format(max(round(now.timestamp() - current.read_at), 0))} if current else {}
    state, words = State.WATCH, []
    if current is None or current.format != FORMAT:
        words.append(_("There is none to be used, and SQL answers searches, which takes longer."))
        if begun is None:
            words.append(
                _("The process “index” of the Procfile makes it; where that runs, its log says what hinders it.")
            )
    elif now.timestamp() - current.read_at > reader.MOST_BEHIND_SECONDS:
        words.append(
            _(
                "Nobody has kept it for %(seconds)s s: where something changed since, SQL answers, which takes longer. "
                "The process “index” of the Procfile keeps it; where that runs, its log says what hinders it."
            )
            % age
        )
    else:
        state = State.GOOD
        words.append(_("It answers searches, as the database was %(seconds)s s ago.") % age)
    if current and current.moved:
        words.append(
            ngettext(
                "%(count)s place was moved: its items are written anew, and SQL answers map and areas meanwhile.",
                "%(count)s places were moved: their items are written anew, and SQL answers map and areas meanwhile.",
                current.moved,
            )
            % {"count": number_format(current.moved)}
        )
    if begun:
        made = {"built": number_format(begun.built), "to_build": number_format(begun.to_build)}
        words.append(_("A new one is being made: %(built)s of %(to_build)s items.") % made)
    if failed and now.timestamp() - failed.at < RECENT.total_seconds():
        state = State.WATCH
        told = {"at": _moment(datetime.fromtimestamp(failed.at, UTC)), "problem": failed.words}
        words.append(_("It did not answer %(at)s, and SQL did: %(problem)s. If that comes again, run reindex.") % told)
    yield Finding(_("index of items"), state, " ".join(words))


def index_of_pictures(now: datetime) -> Iterator[Finding]:
    """Tell how much of what pictures are looked up by each process reads from the database; at most three queries."""
    from archive.matching import picture_index_folder as pictures  # with OpenCV: loaded where pictures are matched

    head = RevisionHead.objects.filter(pk=1).first()
    current, begun = pictures.known(pictures.CURRENT), pictures.known(pictures.NEXT)
    answering = next(iter(pictures.usable(current, head=head)), None)
    last = head.last if head else 0
    reached = pictures.readable(answering) if answering else 0
    # A picture that is turned has its fingerprint under another revision: what the files hold of before counts no more.
    held = Fingerprint.objects.filter(revision__lte=reached).count()
    behind = Fingerprint.objects.filter(revision__gt=reached).count()
    told = {"behind": number_format(behind), "held": number_format(held)}
    if behind > PICTURES_BEHIND:
        state = State.WATCH
        words = _(
            "Each process that looks pictures up reads %(behind)s fingerprints from the database, which takes long, "
            "and holds them in its own memory. The process “index” of the Procfile writes them to files that all "
            "share; where that runs, its log says what hinders it."
        )
    else:
        state = State.GOOD
        words = _("Processes share %(held)s fingerprints, and read %(behind)s newer ones from the database.")
    sentences = [words % told]
    if begun:
        made = {"reached": number_format(begun.reached), "last": number_format(last)}
        sentences.append(_("A new one is being made: %(reached)s of %(last)s fingerprints.") % made)
    yield Finding(_("index of pictures"), state, " ".join(sentences))


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
    own = revision() or _("(revision not known)")
    words = ", ".join(
        [
            f"Strandline {own}",
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
    exports,
    disks,
    kept_files,
    store,
    renditions,
    destructions,
    upkeep,
    examinations,
    words_in_pictures,
    checks_of_items,
    index_of_items,
    index_of_pictures,
    ledger_head,
    backups,
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
