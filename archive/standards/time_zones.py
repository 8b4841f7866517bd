"""Time zones by country, as the IANA time zone database (RFC 6557) has them; zone.tab comes with the package tzdata."""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

# Legal time lies between these offsets from UTC, and is a multiple of a quarter of an hour.
LEAST_OFFSET, MOST_OFFSET = timedelta(hours=-12), timedelta(hours=14)
QUARTER = timedelta(minutes=15)


@cache
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    zones: dict[str, list[str]] = defaultdict(list)
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _point, zone, *_comment = line.split("\t")
            zones[country].append(zone)
    return {country: tuple(names) for country, names in zones.items()}


def zones_of(country_code: str) -> tuple[str, ...]:
    """Return the names of the zones of a country (ISO 3166-1 alpha-2), the one of most people first; () for none."""
    return _zones_by_country().get(country_code, ())


@lru_cache(maxsize=4096)
def offset_of(zone: str, local: datetime) -> timedelta:
    """
    Return how far a zone's clocks were ahead of UTC when they showed a local time, summer time included.

    :param local: without a zone; of an hour that clocks showed twice the first one counts
    """
    offset = local.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    assert offset is not None  # every zone of the database has one at every moment
    return offset


def written_offset(offset: timedelta) -> str:
    """Write an offset for people: "UTC+02:00"."""
    minutes = round(abs(offset).total_seconds() / 60)
    return f"UTC{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"
