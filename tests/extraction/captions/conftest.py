"""A gazetteer of a few places, so that the tests show what the names are."""

import pytest

from archive.extraction.captions.gazetteer import Gazetteer, PlaceRecord


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    england = frozenset({"united-kingdom", "england", "kent"})
    france = frozenset({"france", "nord"})
    places = [
        (PlaceRecord("united-kingdom", "United Kingdom", "COUNTRY", "GB"), [("United Kingdom", "en"), ("UK", "en")]),
        (PlaceRecord("france", "France", "COUNTRY", "FR"), [("France", "en")]),
        (PlaceRecord("kent", "Kent", "COUNTY", "GB", frozenset({"united-kingdom", "england"})), [("Kent", "")]),
        (PlaceRecord("nord", "Nord", "COUNTY", "FR", frozenset({"france"})), [("Nord", "")]),
        (PlaceRecord("english-channel", "English Channel", "SEA_AREA"), [("the Channel", "en"), ("La Manche", "fr")]),
        (PlaceRecord("dover", "Dover", "TOWN", "GB", england, (51.13, 1.31)), [("Dover", "en"), ("Douvres", "fr")]),
        (PlaceRecord("port-of-dover", "Port of Dover", "PORT", "GB", england | {"dover"}), [("Port of Dover", "")]),
        (PlaceRecord("dunkirk", "Dunkirk", "TOWN", "FR", france), [("Dunkirk", "en"), ("Dunkerque", "fr")]),
        (PlaceRecord("nice", "Nice", "TOWN", "FR", frozenset({"france"})), [("Nice", ""), ("Nica", "")]),
        (PlaceRecord("deal", "Deal", "TOWN", "GB", england), [("Deal", "")]),
        (PlaceRecord("sandwich", "Sandwich", "TOWN", "GB", england), [("Sandwich", "")]),
        (PlaceRecord("paris", "Paris", "TOWN", "FR", frozenset({"france"})), [("Paris", "")]),
        (PlaceRecord("hythe-kent", "Hythe", "TOWN", "GB", england, (51.07, 1.08)), [("Hythe", "")]),
        (
            PlaceRecord("hythe-hampshire", "Hythe", "TOWN", "GB", frozenset({"united-kingdom"}), (50.87, -1.4)),
            [("Hythe", "")],
        ),
        (PlaceRecord("southend-on-sea", "Southend-on-Sea", "TOWN", "GB"), [("Southend-on-Sea", ""), ("Southend", "")]),
    ]
    outlets = [
        *((name, "AGENCY") for name in ("AFP", "AP", "AP Photo", "PA", "PA Wire", "Reuters", "EPA", "EFE")),
        ("Getty Images", "PHOTO_LIBRARY"),
        ("Sky News", "BROADCASTER"),
        ("La Voix du Nord", "NEWSPAPER"),
        ("RNLI", "CHARITY"),
        ("Kent Police", "AUTHORITY"),
    ]
    return Gazetteer.of(places, outlets)
