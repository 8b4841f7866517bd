import sys
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from archive.files.cache_folders import Busy
from archive.item_index import folder
from archive.item_index.fields import IndexFailed
from archive.item_index.folder import CURRENT, NEXT, WANTED
from archive.item_index.keep_index import Keeper

_LOOK_SECONDS = 0.2
# Who keeps the index takes up what is wanted within a moment.
_LONGEST_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Make this machine's index of items anew, while the one there is answers. May be interrupted: the process that "
        "keeps the index goes on, and so does this command when it is run again."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with folder.locked():
                self._make()
        except Busy as other:
            self._follow(str(other))

    def _make(self) -> None:
        keeper = Keeper()
        try:
            if not keeper.is_building:
                keeper.begin_anew()
            self._show(lambda: keeper.step() and keeper.is_building)
            # What changed while it was made.
            while keeper.step():
                pass
        except (IndexFailed, OSError) as problem:
            raise CommandError(f"The index could not be written: {problem}") from problem
        finally:
            keeper.close()

    def _follow(self, other: str) -> None:
        self.stdout.write(f"Process {other} keeps the index, and makes it anew now.")
        before = folder.known(CURRENT)
        (folder.root() / WANTED).touch()
        until = time.monotonic() + _LONGEST_SECONDS
        while (folder.root() / WANTED).exists():
            if time.monotonic() > until:
                raise CommandError(f"Process {other} does not take it up. Stop it, and run this again.")
            time.sleep(_LOOK_SECONDS)

        def goes_on() -> bool:
            time.sleep(_LOOK_SECONDS)
            return folder.known(NEXT) is not None or folder.known(CURRENT) is None

        self._show(goes_on)
        made = folder.known(CURRENT)
        if before and made and made.folder == before.folder:
            raise CommandError(f"Process {other} could not write it; its log says why. The index there is stays.")

    def _show(self, goes_on: Callable[[], bool]) -> None:
        with tqdm(unit="item", disable=not sys.stderr.isatty()) as bar:
            while goes_on():
                if begun := folder.known(NEXT):
                    bar.total = begun.to_build
                    bar.update(begun.built - bar.n)
        made = folder.known(CURRENT)
        self.stdout.write(f"{made.built if made else 0} items indexed.")
