"""Whom a record is exported for: a person, or archive staff in general, where a command names nobody."""

from archive.accounts.models import User
from archive.accounts.roles import ARCHIVIST, GRANTS, RESEARCHER

ARCHIVE_STAFF = "archive staff"


def archive_staff() -> User:
    """Return somebody who may read what an archivist may, and has no account; they are never saved."""
    reader = User(username=ARCHIVE_STAFF)
    reader._perm_cache = {*GRANTS[RESEARCHER], *GRANTS[ARCHIVIST]}  # type: ignore[attr-defined]
    return reader
