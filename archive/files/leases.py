"""Ask whether a wait or a lease is over, also after the clock was set back."""

from datetime import datetime, timedelta

from django.db.models import Q


def is_over(field: str, *, now: datetime, longest: timedelta) -> Q:
    """
    Return the condition that the moment in `field` has passed.

    :param longest: the longest wait or lease that is ever written into the field
    """
    # Written by a clock that ran ahead and was set right since: nobody set a moment so far off. Twice, because the
    # clocks of two machines differ a little.
    return Q(**{f"{field}__lte": now}) | Q(**{f"{field}__gt": now + 2 * longest})
