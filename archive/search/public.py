"""What of a place the public may be told. The one rule; pages, search and API ask here."""

from django.conf import settings

from archive.accounts.models import User
from archive.authorities.models import Place


def is_visitor(user: object) -> bool:
    """Say whether somebody reads from outside: not signed in, or signed in without the right to see items."""
    return not (isinstance(user, User) and user.is_active and user.has_perm("catalogue.view_item"))


def public_place(place: Place | None) -> Place | None:
    """
    Return the place itself or the nearest one above it of a kind that the public may know; None where there is none.

    Free of queries where the places above it were fetched with it.
    """
    while place is not None and place.kind not in settings.PUBLIC_PLACE_KINDS:
        place = place.parent
    return place


def shown_place(place: Place | None, *, user: object) -> Place | None:
    """Return the place as this user may know it."""
    return public_place(place) if is_visitor(user) else place
