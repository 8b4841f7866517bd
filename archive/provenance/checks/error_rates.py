"""How often each check is right, as `benchmarks/checks.py --write` last measured it on made-up items."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from archive.standards.normal_form import gettext_noop

_KEPT = Path(__file__).with_name("measured.json")
# What the benchmark plants, in the words of the page.
PLANTED = {
    "claimed 2 days later": gettext_noop("the claimed date moved 2 days later"),
    "claimed 1 month later": gettext_noop("the claimed date moved 1 month later"),
    "claimed 3 years later": gettext_noop("the claimed date moved 3 years later"),
    "camera date moved 2 days": gettext_noop("the camera's date moved 2 days later"),
    "camera date moved 1 month": gettext_noop("the camera's date moved 1 month earlier"),
    "camera date moved 3 years": gettext_noop("the camera's date moved 3 years earlier"),
    "position moved 5 km": gettext_noop("the position moved 5 km"),
    "position moved 50 km": gettext_noop("the position moved 50 km"),
    "position moved 500 km": gettext_noop("the position moved 500 km"),
    "offset shifted 2 h and more": gettext_noop("the clock's offset shifted by 2 hours or more"),
    "longitude's hemisphere lost": gettext_noop("the hemisphere of the longitude lost"),
    "longitude's hemisphere turned": gettext_noop("the hemisphere of the longitude turned"),
    "latitude, longitude swapped": gettext_noop("latitude and longitude swapped"),
    "midday told as night": gettext_noop("a picture of midday dated in the night"),
    "re-saved by an editor": gettext_noop("the file saved again by an editor"),
    "a camera younger than the day": gettext_noop("a camera younger than the day"),
    "caption exchanged": gettext_noop("the caption of another picture"),
    "a banner of an earlier day": gettext_noop("a banner of an earlier day"),
    "a banner of a place far away": gettext_noop("a banner of a place far away"),
}


@dataclass(frozen=True)
class Planted:
    """A contradiction that was planted in so many true items, and what the check said of them."""

    what: str
    number: int
    contradicted: int
    left_open: int


@dataclass(frozen=True)
class ErrorRates:
    """Of true items on which the check applies, how many it contradicted; and what it found of the planted."""

    true: int
    false_alarms: int
    planted: tuple[Planted, ...]


@lru_cache(maxsize=1)
def _measured() -> dict[str, dict]:
    return json.loads(_KEPT.read_text())["checks"] if _KEPT.exists() else {}


def error_rates(slug: str, version: str) -> ErrorRates | None:
    """Return what was measured of this version of a check; None where none was, or it applied to nothing made up."""
    measured = _measured().get(slug)
    if measured is None or measured["version"] != version or not (measured["true"] or measured["planted"]):
        return None
    planted = tuple(Planted(**row) for row in measured["planted"])
    return ErrorRates(measured["true"], measured["false_alarms"], planted)
