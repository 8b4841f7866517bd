"""Record how the processes of this machine fare, in the database, where the status of all machines is read."""

import logging
import os
import socket
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import Error, connection, transaction
from django.utils import timezone

from archive.operation.models import Process, WebProcess
from archive.operation.supervisor import Supervised

logger = logging.getLogger(__name__)

BEAT_SECONDS = 15
# A machine that is gone for good is told of for so long.
FORGET_AFTER = timedelta(days=7)


class Recorder:
    """Write the state of the supervised processes from a thread of its own: no database holds up the supervisor."""

    def __init__(self) -> None:
        self._changed, self._is_stopping = threading.Event(), False
        self._processes: Sequence[Supervised] = ()
        self._thread = threading.Thread(target=self._record_until_stopped, daemon=True)

    def start(self, processes: Sequence[Supervised]) -> None:
        self._processes = processes
        self._thread.start()

    def tell(self, supervised: Supervised) -> None:
        """Have what changed recorded soon."""
        self._changed.set()

    def stop(self) -> None:
        """Record that the processes were stopped; a database that does not answer is waited for a moment only."""
        self._is_stopping = True
        self._changed.set()
        self._thread.join(timeout=3)

    def _record_until_stopped(self) -> None:
        while True:
            self._changed.wait(BEAT_SECONDS)
            self._changed.clear()
            is_stopping = self._is_stopping
            try:
                for supervised in self._processes:
                    record(supervised, is_stopping=is_stopping)
                Process.objects.filter(seen_at__lt=timezone.now() - FORGET_AFTER).delete()
            except Exception as problem:  # whatever it is: a thread that ended would leave all of them "not seen"
                logger.warning("How the processes fare could not be recorded: %s", str(problem).strip())
            finally:
                connection.close()
            if is_stopping:
                return


def record(supervised: Supervised, *, is_stopping: bool = False) -> None:
    """Record one process of this machine as it is now."""
    now, process = timezone.now(), supervised.process
    known = {
        "started_at": supervised.started_at,
        "restarts": supervised.restarts,
        "ended_at": supervised.ended_at,
        "end_reason": supervised.end_reason,
        "pid": process.pid if process and not is_stopping else None,
        "stopped_at": now if is_stopping else None,
    }
    if process:
        known["seen_at"] = now
    Process.objects.update_or_create(
        host=socket.gethostname(), name=supervised.name, defaults=known, create_defaults={"seen_at": now, **known}
    )


def note_web_process() -> None:
    """
    Have recorded that this process of the web server has started, from a thread: no database holds up its start.

    Without `manage.py serve` there is no server on record to which it belongs.
    """
    if "STRANDLINE_STARTED_AT" in os.environ:
        threading.Thread(target=_record_web_process_at_last, name="start", daemon=True).start()


def _record_web_process_at_last() -> None:
    while True:
        try:
            return record_web_process()
        except Error as problem:
            logger.warning("That a web process started could not be recorded: %s", str(problem).strip())
        finally:
            connection.close()
        time.sleep(BEAT_SECONDS)


def record_web_process() -> None:
    """Record that this process of the web server has started, and which of the others are gone by now."""
    now, server_started_at = timezone.now(), datetime.fromisoformat(os.environ["STRANDLINE_STARTED_AT"])
    where = {"host": socket.gethostname(), "name": os.environ["STRANDLINE_PROCESS"]}
    with transaction.atomic():
        process, _is_new = Process.objects.get_or_create(**where, defaults={"seen_at": now})
        # The end of a whole server is told of by the supervisor.
        process.web_processes.exclude(server_started_at=server_started_at).delete()
        gone = [other.pk for other in process.web_processes.filter(ended_at=None) if _is_gone(other.pid)]
        WebProcess.objects.filter(pk__in=gone).update(ended_at=now)
        process.web_processes.create(server_started_at=server_started_at, pid=os.getpid(), started_at=now)


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return True  # or its number belongs to somebody else by now
    # The number of a dead one may have been given to this one.
    return pid == os.getpid()


def record_task_done() -> None:
    """Record that a worker of this machine has finished a task: broker, worker and database work together."""
    now = timezone.now()
    where = {"host": socket.gethostname(), "name": os.environ.get("STRANDLINE_PROCESS", "worker")}
    # Stopped under the supervisor, and started since by something else, which records no start.
    running = {"stopped_at": None, "started_at": now, "pid": os.getpid(), "restarts": 0, "ended_at": None}
    Process.objects.filter(stopped_at__isnull=False, **where).update(**running)
    Process.objects.update_or_create(**where, defaults={"seen_at": now, "worked_at": now})
