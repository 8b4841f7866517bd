"""JSON as strangers write it."""

import json
from typing import Any


def read_json(written: str | bytes) -> Any:
    """
    Return what JSON says.

    :raises ValueError: it is none, is nested too deeply to be read, or has half a character that no database stores
    """
    try:
        value = json.loads(written)
        # An escape can write a half of a surrogate pair alone, which only shows once the text is encoded.
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value
