"""
Tell what fails for reasons outside of a file from what the file is to blame for.

A full disk, a store or a database that does not answer: such a fault passes, and nothing may be given up because of it.
"""

import errno
import os

from django.db import DatabaseError, InterfaceError

_FULL = {errno.ENOSPC, errno.EDQUOT}
# What a single file can bring about: a name too long, more bytes than may be written.
_OF_A_FILE = {errno.ENAMETOOLONG, errno.EFBIG, errno.EINVAL, errno.EISDIR, errno.ENOENT}
# The clients of S3-compatible stores, told by their packages: they are heavy, and not loaded where files lie on disk.
_STORE_CLIENTS = {"botocore", "boto3", "s3transfer", "urllib3"}
# https://www.sqlite.org/rescode.html: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN.
_SQLITE_FULL = 13
_SQLITE = {5, 6, 7, 8, 10, _SQLITE_FULL, 14}
# https://www.postgresql.org/docs/current/errcodes-appendix.html: classes of connections, of rolled back transactions,
# of resources (not 54, a limit that a value exceeds), of locks, of operators, of the system; and a standby.
_POSTGRESQL = ("08", "40", "53", "55", "57", "58", "25006")
_POSTGRESQL_FULL = "53100"


class NotTheStore(OSError):
    """The store of originals is not the one that they were kept in."""

    def __str__(self) -> str:
        return "the file store is not the one that the originals were kept in"


def is_outside_fault(error: BaseException | None) -> bool:
    """Tell whether an error comes from the machine, the file store or the database, and will pass."""
    if isinstance(error, OSError):
        return error.errno not in _OF_A_FILE
    if isinstance(error, DatabaseError | InterfaceError):
        return _is_fault_of_database(error)
    return _is_fault_of_store(error)


def is_disk_full(error: BaseException | None) -> bool:
    """Tell whether an error says that a disk takes no more: that of the files, or that of the database."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    if isinstance(error, DatabaseError):
        return _sqlite_code(error) == _SQLITE_FULL or _sqlstate(error) == _POSTGRESQL_FULL
    return False


def sentence_of(fault: BaseException) -> str:
    """Say in the record what a fault outside of the file is; a sentence without its beginning and its full stop."""
    if is_disk_full(fault):
        return "the archive’s disk is full"
    if isinstance(fault, NotTheStore):
        return str(fault)
    if isinstance(fault, DatabaseError | InterfaceError):
        return "the database does not take it now"
    if isinstance(fault, OSError) and fault.errno:
        return f"the file store cannot be read or written now ({os.strerror(fault.errno)})"
    return "the file store cannot be reached, or does not take it now"


def _is_fault_of_database(error: DatabaseError | InterfaceError) -> bool:
    if (code := _sqlite_code(error)) is not None:
        return code in _SQLITE
    if state := _sqlstate(error):
        return state.startswith(_POSTGRESQL)
    # Without a code the server was not reached, or the connection broke.
    return type(error).__name__ in ("OperationalError", "InterfaceError")


def _sqlite_code(error: BaseException) -> int | None:
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _sqlstate(error: BaseException) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _is_fault_of_store(error: BaseException | None) -> bool:
    return any(kind.__module__.partition(".")[0] in _STORE_CLIENTS for kind in type(error).__mro__)
