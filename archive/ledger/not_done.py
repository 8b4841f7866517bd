"""
What is asked for cannot be done as it was asked. The one base of what acts refuse: the pages, the API and the commands
catch it and show its text, and nothing else is mistaken for it.
"""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _


class NotDone(Exception):
    """Nothing changed; the text says to the person why, and what they can do."""


class DecidedMeanwhile(NotDone):
    """Somebody else, or another tab, decided first; the text says who, what and when."""

    def __init__(self, by: Any, at: datetime, what: str) -> None:
        when = date_format(localtime(at), "j F Y, H:i")
        details = {"name": by or _("The archive"), "what": what, "when": when}
        super().__init__(_("%(name)s decided on this already (%(when)s): %(what)s. Look at it again.") % details)
