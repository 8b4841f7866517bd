import sys
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from archive.files.cache_folders import Busy
from archive.matching import picture_index_folder as folder
from archive.matching.keep_picture_index import PictureKeeper
from archive.matching.models import RevisionHead
from archive.matching.picture_index_folder import CURRENT, NEXT, WANTED, Known

_LOOK_SECONDS = 0.2
# Longer than the largest file takes on a busy machine.
_LONGEST_SECONDS = 600.0


class Command(BaseCommand):
    help = (
        "Make this machine's index of pictures anew, while the one there is answers. May be interrupted: the process "
        "that keeps the index goes on, and so does this command when it is run again."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not RevisionHead.objects.exists():
            self.stdout.write("No picture was fingerprinted yet.")
            return
        try:
            with folder.locked():
                self._make()
        except Busy as other:
            self._follow(str(other))
        made = folder.known(CURRENT)
        self.stdout.write(f"{sum(stretch.count for stretch in made.features) if made else 0} pictures indexed.")

    def _make(self) -> None:
        keeper = PictureKeeper()
        if folder.known(NEXT) is None:
            keeper.begin_anew()
        try:
            self._show(keeper.step)
        except OSError as problem:
            raise CommandError(f"The index could not be written: {problem}") from problem

    def _follow(self, other: str) -> None:
        self.stdout.write(f"Process {other} keeps the index, and makes it anew now.")
        (folder.root() / WANTED).touch()
        last, at = (True, None), time.monotonic()

        def look() -> None:
            nonlocal last, at
            time.sleep(_LOOK_SECONDS)
            now: tuple[bool, Known | None] = (folder.root() / WANTED).exists(), folder.known(NEXT)
            if now != last:
                last, at = now, time.monotonic()
            elif time.monotonic() - at > _LONGEST_SECONDS:
                raise CommandError(
                    f"Process {other} does not get on with it; its log says why. The index there is stays."
                )

        self._show(look)

    def _show(self, go_on: Callable[[], object]) -> None:
        with tqdm(unit="fingerprint", disable=not sys.stderr.isatty()) as bar:
            while (folder.root() / WANTED).exists() or folder.known(NEXT):
                go_on()
                if begun := folder.known(NEXT):
                    bar.total = RevisionHead.objects.get(pk=1).last
                    bar.update(begun.reached - bar.n)
