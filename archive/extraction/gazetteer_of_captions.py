"""Make the gazetteer that captions are read against from the authorities held in the database."""

from collections import defaultdict

from archive.authorities.models import OutletName, Place, PlaceName
from archive.extraction.captions.gazetteer import Gazetteer, PlaceRecord


def load_gazetteer() -> Gazetteer:
    """Read all standing places and outlets; three queries. A merged place's names lead to the one that took it in."""
    places = {place.pk: place for place in Place.objects.order_by("pk")}
    names: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for place_id, name, language in PlaceName.objects.order_by("pk").values_list("place", "name", "language"):
        names[places[place_id].merged_into_id or place_id].append((name, language))
    records = []
    for place in places.values():
        if place.merged_into_id is None:
            above = frozenset(places[pk].slug for pk in place.ancestor_ids if pk in places)
            record = PlaceRecord(place.slug, place.name, place.kind, place.country_code, above, place.point)
            records.append((record, names[place.pk]))
    outlets = OutletName.objects.filter(outlet__merged_into=None).order_by("pk").values_list("name", "outlet__kind")
    return Gazetteer.of(records, outlets)
