"""
What a picture is called: by the name of its file, or by its number where that is named after words hidden from readers.

The one place that words it. Whoever answers somebody says who reads; outside of that, as in commands, names are names.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import PurePath

from django.utils.translation import gettext as _

from archive.catalogue.hidden_wordings import everywhere_by_reader, withheld_from
from archive.catalogue.models import Item

_reader: ContextVar[Callable[[], object] | None] = ContextVar("reader", default=None)


@contextmanager
def read_by(user: Callable[[], object]) -> Iterator[None]:
    """Show names within as this user may read them; the user is asked for where a name is shown."""
    reader, known = _reader.set(user), everywhere_by_reader.set({})
    try:
        yield
    finally:
        everywhere_by_reader.reset(known)
        _reader.reset(reader)


def number_of(item: Item) -> str:
    """Call a picture by its number."""
    return _("Picture %(number)s") % {"number": item.pk}


def name_of(item: Item) -> str:
    """Call a picture by the name of its file, or by its number. One query, or two, for all that is shown."""
    return number_of(item) if is_hidden(item.file_name) else item.file_name


def is_hidden(name: str) -> bool:
    """Say whether the name of a file is hidden from who reads."""
    reader, known = _reader.get(), everywhere_by_reader.get()
    if reader is None or known is None:
        return False
    # A token tells who it is after the session did not, so this is asked each time.
    user = reader()
    key = getattr(user, "pk", None)
    withheld = known[key] if key in known else withheld_from(user).everywhere
    return withheld.name(name)


def name_to_save(item: Item, name: str) -> str:
    """Name a file of this picture that is handed out, with its ending."""
    return f"picture-{item.pk}{PurePath(name).suffix[:12]}" if is_hidden(name) else name
