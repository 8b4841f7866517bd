"""
Whether the store of originals is the one that they were kept in.

A folder that was renamed away, or a disk that is not mounted, leaves a place in which another store would begin, and
all originals would be missed. So the store holds a file with an identity that the database knows too. Where the
database knows originals, nothing is kept in a store without it, which passes by itself once the store is back; whoever
moved it on purpose runs adopt_store.
"""

import io
import uuid
from datetime import datetime

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from archive.files.kept_files import put_in_store, spool
from archive.files.models import MediaFile, StoreIdentity
from archive.files.outside_faults import NotTheStore
from archive.ledger.record_acts import act, recording

MARKER = "strandline-store"
_MOST_BYTES = 100
# Originals that a store without an identity is known by: one may be missing for a reason of its own.
_LOOKED_FOR = 5


def ensure_store() -> str:
    """
    Return the identity of the store; one in which nothing was kept yet is given one. One query and a look at the store.

    :raises NotTheStore: it is another one than that of the originals
    :raises OSError, and what the client of another store raises: nothing can be read or written there now
    """
    known = StoreIdentity.objects.first() or _get_acquainted()
    if marker() is None and not MediaFile.objects.exists():
        _mark(known.identity)
    check_marker(known.identity)
    return known.identity


def check_marker(identity: str) -> None:
    """
    See that the store is the one of this identity; asks no database, so that any thread may.

    :raises NotTheStore: it is not
    """
    if marker() != identity:
        raise NotTheStore


def marker() -> str | None:
    """Return the identity that the store bears; None where it bears none."""
    try:
        with storages["originals"].open(MARKER, "rb") as stream:
            return stream.read(_MOST_BYTES).decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None


def is_lost() -> bool:
    """Tell whether the store is another one than that of the originals. One query and a look at the store."""
    known = StoreIdentity.objects.first()
    return known is not None and marker() != known.identity


def adopt_store(*, at: datetime) -> str:
    """Take the store as it is now for the one of the originals, with an act in the ledger; return its identity."""
    known = StoreIdentity.objects.first() or _get_acquainted(is_trusted=True)
    if marker() is None:
        _mark(known.identity)
    with recording():
        before, identity = known.identity, marker()
        StoreIdentity.objects.update(identity=identity, known_since=at)
        payload = {"identity": identity, "before": before}
        act(verb="adopt store", subject="files.storeidentity", actor="command line", payload=payload)
    return identity or before


@transaction.atomic
def _get_acquainted(*, is_trusted: bool = False) -> StoreIdentity:
    """
    Note which store this is: by the identity that it bears, or by one that it is given now.

    :param is_trusted: a person says that it is the right one, whatever it holds
    :raises NotTheStore: it bears none, and of the latest originals it holds none
    """
    # Whoever else begins at this moment waits here for the row, and finds the marker.
    fresh = {"identity": uuid.uuid4().hex, "known_since": timezone.now()}
    known, is_new = StoreIdentity.objects.get_or_create(pk=1, defaults=fresh)
    if is_new:
        if marker() is None:
            if not is_trusted and _holds_no_original():
                raise NotTheStore
            _mark(known.identity)
        known.identity = marker() or known.identity
        known.save(update_fields=["identity"])
    return known


def _holds_no_original() -> bool:
    """Tell whether originals are known and the store has none of the latest, as one that is not mounted."""
    latest = MediaFile.objects.order_by("-pk").values_list("storage_path", flat=True)[:_LOOKED_FOR]
    return bool(latest) and not any(map(storages["originals"].exists, latest))


def _mark(identity: str) -> None:
    spooled = spool(io.BytesIO(f"{identity}\n".encode()), settings.SPOOL_ROOT, _MOST_BYTES)
    try:
        put_in_store(spooled.path, MARKER)
    finally:
        spooled.path.unlink(missing_ok=True)
