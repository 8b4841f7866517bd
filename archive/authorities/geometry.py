"""Distances and outlines on the globe, WGS 84; plain Python and numpy, no database."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# IUGG mean radius. The sphere is at most 0.6 % off the ellipsoid, far less than a place's own extent.
EARTH_RADIUS_METRES = 6_371_009


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
