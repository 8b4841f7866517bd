"""HTML of which hundreds of pieces stand on one page: Django's `format_html` takes four times as long for each."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString


def fill(pattern: str, *values: object) -> SafeString:
    """Put values into a pattern of `str.format`, escaped unless they are safe already, as `format_html` does."""
    return SafeString(pattern.format(*map(escaped, values)))


def escaped(value: object) -> str:
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def joined(pieces: Iterable[SafeString], between: str = "") -> SafeString:
    """Put pieces that are safe one behind the other."""
    return SafeString(between.join(pieces))
