"""Whose facts the gazetteer holds, and the words their licences ask to be shown."""

from dataclasses import dataclass

from django.db.models import Count

from archive.authorities.models import Place

# Licence texts are quoted, not translated. Sources without an entry ask for nothing.
_ASKED = {
    "GeoNames cities500": "GeoNames.org, CC BY 4.0",
    "GeoNames administrative names": "GeoNames.org, CC BY 4.0",
    "EPA Ireland bathing waters": "Environmental Protection Agency, Ireland, CC BY 4.0",
    "Environment Agency bathing waters (England)": (
        "Contains Environment Agency information © Environment Agency and database right, "
        "licensed under the Open Government Licence v3.0"
    ),
    "Natural Resources Wales bathing waters": (
        "Contains Natural Resources Wales information © Natural Resources Wales and database right, "
        "licensed under the Open Government Licence v3.0"
    ),
    "DAERA bathing waters (Northern Ireland)": (
        "Contains DAERA information, licensed under the Open Government Licence v3.0"
    ),
    "SEPA bathing waters (Scotland)": "Contains SEPA data © Scottish Environment Protection Agency and database right, "
    "licensed under the Open Government Licence v3.0",
    "Vlaamse Milieumaatschappij zwemwater": "Bron: Vlaamse Milieumaatschappij",
    "OpenStreetMap": "© OpenStreetMap contributors, ODbL 1.0",
    "Unicode CLDR names, Natural Earth points": "© Unicode, Inc. (country names); made with Natural Earth",
}
BASEMAP = "Made with Natural Earth"


@dataclass(frozen=True)
class Attribution:
    """One source of places: its licence, how many standing places come from it, and the words to show, or ""."""

    source: str
    licence: str
    places: int
    words: str


def attributions() -> list[Attribution]:
    """Return the sources of the places held, the largest first; one query."""
    counted = Place.objects.standing().values("source", "licence").annotate(places=Count("pk"))
    return [
        Attribution(row["source"], row["licence"], row["places"], _ASKED.get(row["source"], ""))
        for row in counted.order_by("-places", "source", "licence")
    ]
