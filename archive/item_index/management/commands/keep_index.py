import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from archive.files.cache_folders import Busy
from archive.item_index import folder
from archive.item_index.fields import IndexFailed
from archive.item_index.keep_index import Keeper

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.1
_RETRY_SECONDS = 2.0


class Command(BaseCommand):
    help = "Keep this machine's index of items as the database is, until stopped; made anew where there is none."
    requires_system_checks: list[str] = []
    _is_stopping = False

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        while not self._is_stopping:
            try:
                with folder.locked():
                    self._keep()
            except Busy as other:
                logger.warning("Process %s writes the index of items already; this one waits until it ends.", other)
                self._wait(_RETRY_SECONDS * 5)

    def _keep(self) -> None:
        keeper = Keeper()
        try:
            while not self._is_stopping:
                try:
                    has_more = keeper.step()
                except OperationalError as problem:
                    logger.warning("The database does not answer the keeper of the index: %s", str(problem).strip())
                    close_old_connections()
                    self._wait(_RETRY_SECONDS)
                    continue
                except (IndexFailed, OSError) as problem:
                    logger.error("The index could not be written, which is tried again: %s", problem)
                    self._wait(_RETRY_SECONDS)
                    continue
                if not has_more:
                    self._wait(_LOOK_SECONDS)
        finally:
            keeper.close()

    def _stop(self, *signal_and_frame: object) -> None:
        self._is_stopping = True

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._is_stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))
