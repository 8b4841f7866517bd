"""The one way in which a record is written as JSON: the same record gives the same bytes."""

import json
from datetime import date, datetime
from typing import Any

from archive.ledger.chain import moment


def as_json(value: Any) -> bytes:
    """Return a value as JSON for people and programs: keys sorted, one a line, moments in UTC."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False, default=_plain)
    # Half a character, as damaged metadata may hold, is written as JSON escapes it.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a record")
