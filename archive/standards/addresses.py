"""Addresses as files, lists and pages write them: what may become a link, and what stays text."""


def is_web_address(text: str) -> bool:
    """Say whether an address leads to the web; `javascript:`, `data:` and whatever else is written as one do not."""
    return text.lower().startswith(("http://", "https://"))
