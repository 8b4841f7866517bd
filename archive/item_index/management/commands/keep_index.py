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
from archive.matching import picture_index_folder
from archive.matching.keep_picture_index import PictureKeeper

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.1
_RETRY_SECONDS = 2.0
_PICTURES_RETRY_SECONDS = 30.0


class Command(BaseCommand):
    help = "Keep this machine's indexes of items and of pictures as the database is, until stopped; made if missing."
    requires_system_checks: list[str] = []
    _is_stopping = False
    _pictures_from = 0.0

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        while not self._is_stopping:
            try:
                with folder.locked(), picture_index_folder.locked():
                    self._keep()
            except Busy as other:
                logger.warning("Process %s writes an index already; this one waits until it ends.", other)
                self._wait(_RETRY_SECONDS * 5)

    def _keep(self) -> None:
        keeper, pictures = Keeper(), PictureKeeper()
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
                if not self._keep_pictures(pictures) and not has_more:
                    self._wait(_LOOK_SECONDS)
        finally:
            keeper.close()

    def _keep_pictures(self, keeper: PictureKeeper) -> bool:
        """Do a little for the picture index, say whether there was anything; its troubles hold up no search."""
        if time.monotonic() < self._pictures_from:
            return False
        try:
            return keeper.step()
        except OperationalError as problem:
            logger.warning("The database does not answer the keeper of the picture index: %s", str(problem).strip())
            close_old_connections()
        except OSError as problem:
            logger.error("The picture index could not be written, which is tried again: %s", problem)
        self._pictures_from = time.monotonic() + _PICTURES_RETRY_SECONDS
        return False

    def _stop(self, *signal_and_frame: object) -> None:
        self._is_stopping = True

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._is_stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))
