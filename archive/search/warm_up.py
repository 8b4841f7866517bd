"""What the first search of a web process would wait for, done beside its first pages: read the names of all places."""

import logging
import threading
import time

from django.db import connection

from archive.authorities.gazetteer import known_places
from archive.standards.garbage_collection import pass_over_what_is_there

logger = logging.getLogger(__name__)

# Who asked for a page while the process was still starting is answered first.
WAIT_SECONDS = 2.0


def warm_up_soon() -> None:
    """Have this process warmed up from a thread: neither its start nor a page waits for it, nor fails with it."""
    threading.Thread(target=_warm_up_in_a_moment, name="warm up", daemon=True).start()


def warm_up() -> None:
    """
    Read the names of all places, which sentences and suggestions ask; some second of work for 100,000 places.

    The collector of garbage does not look through them, which takes a tenth of a second each time and some of the work
    of every page.
    """
    next(known_places().beginning(""), None)
    pass_over_what_is_there()


def _warm_up_in_a_moment() -> None:
    time.sleep(WAIT_SECONDS)
    try:
        warm_up()
    except Exception as problem:  # whatever it is: who searches reads the names, and is told what is wrong
        logger.warning("The names of places could not be read ahead: %s", str(problem).strip())
    finally:
        connection.close()
