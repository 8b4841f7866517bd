"""Clear the spool of what killed processes left in it and no line needs."""

import contextlib
import fcntl
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from archive.files.kept_files import ARRIVED
from archive.ingest.models import AccessionLine
from archive.ingest.process_lines import DESK, PAGES

# Between its arrival and its line a file waits for the rest of its batch, which may be large and slow.
UNNAMED_FOR = timedelta(days=1)
UPLOADS_KEPT_FOR = timedelta(days=settings.UPLOAD_KEEP_DAYS)
# Copies of pictures that somebody searches by; `search.by_image` makes and removes them.
LOOKED_AT = "looked-at-"
# Between a desk and its lock lies a moment.
UNLOCKED_FOR = timedelta(minutes=1)


def clear_spool(*, now: datetime) -> int:
    """
    Remove arrivals that no line names, pages nobody came back to, desks whose process is gone, and what killed ones
    left of forms and of searches by a picture; return how many.

    A file has no line if its sender was killed before one was written: it was never answered "received".
    """
    arrived = {path.name: path for path in _untouched(ARRIVED, since=now - UNNAMED_FOR)}
    named = AccessionLine.objects.filter(spool_name__in=arrived).values_list("spool_name", flat=True)
    unnamed = arrived.keys() - set(named if arrived else ())
    for name in unnamed:
        arrived[name].unlink(missing_ok=True)
    dropped = expire_uploads(now)
    forgotten = list(_untouched(f"{PAGES}/", since=now - UNNAMED_FOR))
    for page in forgotten:
        shutil.rmtree(page, ignore_errors=True)
    left = [*_untouched(LOOKED_AT, since=now - UNNAMED_FOR), *_old_forms(since=now - UNNAMED_FOR)]
    for path in left:
        path.unlink(missing_ok=True)
    return (
        len(unnamed)
        + len(left)
        + dropped
        + len(forgotten)
        + sum(_clear_desk(desk) for desk in _untouched(DESK, since=now - UNLOCKED_FOR))
    )


def _old_forms(*, since: datetime) -> list[Path]:
    """Return what forms sent to a web process that was killed before it could remove it."""
    return _older(Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*"), since=since)


def _untouched(prefix: str, *, since: datetime) -> list[Path]:
    return _older(settings.SPOOL_ROOT.glob(f"{prefix}*"), since=since)


def _older(paths: Iterable[Path], *, since: datetime) -> list[Path]:
    older = []
    for path in paths:
        with contextlib.suppress(FileNotFoundError):  # its process has just finished with it
            if path.stat().st_mtime < since.timestamp():
                older.append(path)
    return older


def _clear_desk(desk: Path) -> bool:
    """Remove a desk that no living process holds locked."""
    try:
        descriptor = os.open(desk, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        shutil.rmtree(desk, ignore_errors=True)
        return True
    finally:
        os.close(descriptor)


def expire_uploads(now: datetime) -> int:
    """
    Drop uploads that nobody went on with for `UPLOADS_KEPT_FOR`; returns how many files went.

    The note and the sidecar of an upload are written once, at its beginning: they stay for as long as its bytes grow.
    """
    since = (now - UPLOADS_KEPT_FOR).timestamp()
    files: dict[str, list[Path]] = defaultdict(list)
    touched: dict[str, float] = defaultdict(float)
    folder = Path(settings.SPOOL_ROOT) / "uploads"
    for path in folder.iterdir() if folder.is_dir() else ():
        # Other uploads go on meanwhile: what was listed may have been received and be gone.
        with contextlib.suppress(FileNotFoundError):
            touched[path.stem] = max(touched[path.stem], path.stat().st_mtime)
            files[path.stem].append(path)
    left = [path for stem, paths in files.items() if touched[stem] < since for path in paths]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
