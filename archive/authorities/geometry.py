"""Distances and outlines on the globe, WGS 84; plain Python and numpy, no database."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# IUGG mean radius. The sphere is at most 0.6 % off the ellipsoid, far less than a place's own extent.
EARTH_RADIUS_METRES = 6_371_009
METRES_PER_DEGREE = math.radians(1) * EARTH_RADIUS_METRES


def metres_between(
    latitude_degrees: float, longitude_degrees: float, other_latitude_degrees: float, other_longitude_degrees: float
) -> float:
    """Return the great-circle distance of two points, as `distances_metres` does for many."""
    north, other_north = math.radians(latitude_degrees), math.radians(other_latitude_degrees)
    east = math.radians(other_longitude_degrees - longitude_degrees)
    half = math.sin((other_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_METRES * math.asin(math.sqrt(min(1.0, half)))


def distances_metres(
    latitude_degrees: float, longitude_degrees: float, latitudes_degrees: "np.ndarray", longitudes_degrees: "np.ndarray"
) -> "np.ndarray":
    """Return the great-circle distances from one point to many (haversine, exact for small ones)."""
    import numpy as np  # loaded where distances are asked for alone

    north, east = np.radians(latitude_degrees), np.radians(longitude_degrees)
    norths, easts = np.radians(latitudes_degrees), np.radians(longitudes_degrees)
    half = np.sin((norths - north) / 2) ** 2 + np.cos(north) * np.cos(norths) * np.sin((easts - east) / 2) ** 2
    return 2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def bounds(outline: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    """Return the south, west, north and east of an outline of [latitude, longitude] corners, in degrees."""
    latitudes, longitudes = zip(*outline, strict=True)
    return min(latitudes), min(longitudes), max(latitudes), max(longitudes)


def encloses(outline: Sequence[Sequence[float]], latitude_degrees: float, longitude_degrees: float) -> bool:
    """Say whether a point lies inside an outline (even-odd rule); outlines across the antimeridian are not for this."""
    inside = False
    for (north, east), (next_north, next_east) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (north > latitude_degrees) != (next_north > latitude_degrees):
            crossing = east + (latitude_degrees - north) / (next_north - north) * (next_east - east)
            inside ^= longitude_degrees < crossing
    return inside


def metres_outside(outline: Sequence[Sequence[float]], latitude_degrees: float, longitude_degrees: float) -> float:
    """Return how far a point lies outside an outline, 0 inside; its edges are taken as straight on a plane map."""
    if encloses(outline, latitude_degrees, longitude_degrees):
        return 0.0
    shrunk = math.cos(math.radians(latitude_degrees))
    corners = [((east - longitude_degrees) * shrunk, north - latitude_degrees) for north, east in outline]
    nearest = min(from_origin(a, b) for a, b in zip(corners, [*corners[1:], corners[0]], strict=True))
    return nearest * METRES_PER_DEGREE


def from_origin(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return how far the stretch between two points of a plane is from its origin."""
    (x, y), (across, along) = start, (end[0] - start[0], end[1] - start[1])
    length = across**2 + along**2
    share = 0.0 if length == 0 else min(1.0, max(0.0, -(x * across + y * along) / length))
    return math.hypot(x + share * across, y + share * along)
