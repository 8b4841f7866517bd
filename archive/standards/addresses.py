"""Addresses as files, lists and pages write them: what may become a link, and what stays text."""

from urllib.parse import SplitResult, urlsplit


def parts_of(address: str) -> SplitResult:
    """Take an address apart; one that is broken ("http://[boat.jpg") has no parts."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def is_web_address(text: str) -> bool:
    """Say whether an address leads to the web; `javascript:`, `data:` and whatever else is written as one do not."""
    return text.lower().startswith(("http://", "https://")) and bool(parts_of(text).netloc)
