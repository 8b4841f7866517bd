"""What tests ask of the source of a page."""

import re


def folded(html: str) -> str:
    """Fold white space as a browser does, so that a test does not see where the lines of a template end."""
    return re.sub(r" >", ">", " ".join(html.split()))
