"""What each reader may be told of places, events and outlets. The one rule; pages, search and API ask here."""

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from archive.authorities.models import Event, EventQuerySet, Outlet, OutletQuerySet, Place, PlaceQuerySet
from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.models import Accession, ItemEvent, ItemOutlet, ItemPlace
from archive.press.models import Article


def is_visitor(user: object) -> bool:
    """Say whether somebody reads from outside: not signed in, or signed in without the right to see items."""
    return audience_of(user) == Audience.PUBLIC


def is_staff(user: object) -> bool:
    """Say whether somebody may see every item."""
    return audience_of(user) == Audience.STAFF


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
    """
    Return the places this user may read of: those that lead to what they may see, and the facts of the gazetteer.

    A place that was recorded by hand for a picture tells of that picture. For a visitor none is too precise.
    """
    places = searched_places(user)
    return places.filter(kind__in=settings.PUBLIC_PLACE_KINDS) if is_visitor(user) else places


def searched_places(user: object) -> PlaceQuerySet:
    """Return the places a search may name: those known to this user, the precise ones too."""
    if audience_of(user) == Audience.STAFF:
        return Place.objects.all()
    # Asked of each place for itself, and only of those recorded by hand: a list of all links is made anew each time.
    return Place.objects.filter(~Q(source_id="") | _is_linked(ItemPlace, "place", user))


def _is_linked(links: type[ItemPlace] | type[ItemEvent] | type[ItemOutlet], name: str, user: object) -> Q:
    """Narrow to records that lead to an item which this user may see, by a link that they may read."""
    return Q(Exists(links.objects.known_to(user).filter(**{name: OuterRef("pk")})))


def events_known_to(user: object) -> EventQuerySet:
    """Return the events this user may read of: those of items that they may see."""
    if audience_of(user) == Audience.STAFF:
        return Event.objects.all()
    return Event.objects.filter(_is_linked(ItemEvent, "event", user))


def outlets_known_to(user: object) -> OutletQuerySet:
    """Return the outlets this user may read of: those of items, and of deliveries and pages, that they may see."""
    audience = audience_of(user)
    if audience == Audience.STAFF:
        return Outlet.objects.all()
    known = _is_linked(ItemOutlet, "outlet", user)
    if audience == Audience.RESEARCH:
        for records in (Accession.objects.visible_to(user), Article.objects.visible_to(user)):
            known |= Q(pk__in=records.exclude(outlet=None).values("outlet"))
    return Outlet.objects.filter(known)
