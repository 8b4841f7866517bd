"""What the public may be told of places, events and outlets. The one rule; pages, search and API ask here."""

from django.conf import settings

from archive.accounts.models import User
from archive.authorities.models import Event, EventQuerySet, Outlet, OutletQuerySet, Place, PlaceQuerySet
from archive.catalogue.models import Item, ItemEvent, ItemOutlet, ItemPlace


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


def places_known_to(user: object) -> PlaceQuerySet:
    """Return the places this user may read of: for a visitor those of released items, none too precise."""
    if not is_visitor(user):
        return Place.objects.all()
    links = ItemPlace.objects.filter(item__in=Item.objects.visible_to(user))
    return Place.objects.filter(pk__in=links.values("place"), kind__in=settings.PUBLIC_PLACE_KINDS)


def events_known_to(user: object) -> EventQuerySet:
    """Return the events this user may read of: for a visitor those of released items."""
    if not is_visitor(user):
        return Event.objects.all()
    return Event.objects.filter(pk__in=ItemEvent.objects.filter(item__in=Item.objects.visible_to(user)).values("event"))


def outlets_known_to(user: object) -> OutletQuerySet:
    """Return the outlets this user may read of: for a visitor those of released items."""
    if not is_visitor(user):
        return Outlet.objects.all()
    links = ItemOutlet.objects.filter(item__in=Item.objects.visible_to(user))
    return Outlet.objects.filter(pk__in=links.values("outlet"))
