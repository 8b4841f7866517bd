"""The database's connection of a thread that is about to wait for somebody else."""

from django.db import connection


def let_go_of_the_database() -> None:
    """Close this thread's connection until it is needed again: what comes now takes as long as the other side likes."""
    if not connection.in_atomic_block:
        connection.close()
