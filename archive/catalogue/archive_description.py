"""
What this archive says of itself: its name, what it is for, whom to write to. Every page asks for it.

It is kept in memory for a quarter of a minute, so that no page costs a query for it: another process shows a change
that much later.
"""

import time
from dataclasses import dataclass

from django.db import Error
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import ArchiveDescription
from archive.ledger.record_acts import act, recording, wait_for_appending

DESCRIBE = "describe archive"
DEFAULT_NAME = "Strandline"
FIELDS = ("name", "purpose", "terms", "contact", "takedown")
_KEPT_SECONDS = 15.0


@dataclass(frozen=True)
class Description:
    """What holds; "" is not said. `version` is the key of the row, 0 before anything was said."""

    name: str = DEFAULT_NAME
    purpose: str = ""
    terms: str = ""
    contact: str = ""
    takedown: str = ""
    version: int = 0

    @property
    def ask_at(self) -> str:
        """Whom to write to about a picture."""
        return self.takedown or self.contact


class DescribedMeanwhile(Exception):
    """Somebody else changed it since the form was opened; nothing was written."""


@dataclass
class _Kept:
    description: Description | None = None
    until: float = 0.0


_kept = _Kept()


def described() -> Description:
    """Return what holds; the name of the software where the database cannot be asked."""
    description = _kept.description
    if description is None or time.monotonic() > _kept.until:
        try:
            description = _latest()
        except Error:
            # A page that tells of a fault of the database has a header too.
            return Description()
        # Another thread may have it asked for again meanwhile: what was read here is answered here.
        keep(description)
    return description


def keep(description: Description | None, *, seconds: float = _KEPT_SECONDS) -> None:
    """Take this for what holds, or with None ask again at the next page."""
    _kept.description, _kept.until = description, time.monotonic() + seconds


def describe_archive(*, by: User, seen: int, **said: str) -> bool:
    """
    Say what this archive is, for everybody who opens it; return whether anything changed.

    :param said: each of `FIELDS`
    :param seen: the version that the person changed; 0: there was none
    :raises NotAllowed: the person may not
    :raises DescribedMeanwhile: another version holds
    """
    if not by.has_perm("catalogue.add_archivedescription"):
        raise NotAllowed(_("Only an administrator may say what this archive is."))
    said = {name: said[name].replace("\r\n", "\n").strip() for name in FIELDS}
    with recording():
        # Of two who save at once the second finds what the first wrote.
        wait_for_appending()
        before = _latest()
        if before.version != seen:
            raise DescribedMeanwhile
        if said == {name: getattr(before, name) for name in FIELDS} and before.version:
            return False
        row = ArchiveDescription.objects.create(**said, set_at=timezone.now(), set_by=by)
        # All of it is for everybody to read, so the ledger has the words.
        act(verb=DESCRIBE, subject=row, actor=by, payload=said)
    keep(None)
    return True


def _latest() -> Description:
    row = ArchiveDescription.objects.order_by("-pk").values("pk", *FIELDS).first()
    return Description(version=row.pop("pk"), **row) if row else Description()
