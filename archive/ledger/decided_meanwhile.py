"""Two people, or two tabs of one, decide on the same thing: the second is told what the first did, and when."""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _


class DecidedMeanwhile(ValueError):
    """What was decided on is no longer as it was shown; the text says who decided, what and when."""

    def __init__(self, by: Any, at: datetime, what: str) -> None:
        when = date_format(localtime(at), "j F Y, H:i")
        said = {"name": by or _("The archive"), "what": what, "when": when}
        super().__init__(_("%(name)s decided on this already (%(when)s): %(what)s. Look at it again.") % said)
