"""The French of the interface, as its PO file has it, for the tests that look for it or for its absence."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import polib
from django.conf import settings

CATALOGUE = settings.LOCALE_PATHS[0] / "fr" / "LC_MESSAGES" / "django.po"
# What stands for a value: %(name)s, %s, {name}, %%.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|%%")
# Of shorter pieces other languages have some too.
_LEAST = 8


@cache
def messages() -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]


def worded(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Return the pairs of English and French of a message: one, or one for each number."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid if form == 0 else entry.msgid_plural, said) for form, said in entry.msgstr_plural.items()]


@cache
def french_pieces() -> list[str]:
    """Return of each message the longest piece of its French without a value, where its English has it not."""
    pieces = [" janvier 20", " juin 20", " juillet 20", " novembre 20", " décembre 20"]
    for entry in messages():
        for english, french in worded(entry):
            piece = max(PLACEHOLDER.split(french), key=len).strip()
            if len(piece) >= _LEAST and piece not in english:
                pieces.append(piece)
    return pieces


def refuse_french(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
    """Stand between Django and its database, and let no French of the interface be stored: an execute wrapper."""
    if sql.startswith(("INSERT", "UPDATE")) and "django_session" not in sql:
        for row in params if many else [params]:
            for value in row or ():
                written = "" if isinstance(value, int | float | None) else str(value)
                found = next((piece for piece in french_pieces() if piece in written), None)
                assert found is None, f"French is stored: {found!r} in {written!r}, by {sql[:80]}"
    return execute(sql, params, many, context)
