"""
Draw the basemap anew from Natural Earth: `python make_basemap.py ne_10m_admin_0_countries.zip FOLDER`.

Takes the zipped shapefile of the countries (1:10m, public domain, naturalearthdata.com) and writes land.json and
borders.json (GeoJSON, longitude before latitude). Around the North Sea and the Channel every point is kept to some
twenty metres; the rest of the world is thinned, so that one file serves a beach and a globe without a seam.
"""

import json
import struct
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

Point = tuple[float, float]
Line = list[Point]

# West, south, east, north in degrees: from Ireland to Denmark, from the Loire to the Shetlands.
DETAILED = (-12.0, 47.0, 10.0, 61.0)
DETAILED_DEGREES = 0.0002
COARSE_DEGREES = 0.05
# Elsewhere, an island smaller than this across is left out.
SMALLEST_ISLAND_DEGREES = 0.25


def rings_of(archive: Path) -> Iterator[Line]:
    """Give every ring of the shapefile's polygons (ESRI Shapefile, July 1998, type 5)."""
    with zipfile.ZipFile(archive) as packed:
        shapes = packed.read(next(name for name in packed.namelist() if name.endswith(".shp")))
    at = 100
    while at < len(shapes):
        words, kind = struct.unpack_from(">4xi", shapes, at)[0], struct.unpack_from("<i", shapes, at + 8)[0]
        if kind == 5:
            parts, points = struct.unpack_from("<2i", shapes, at + 44)
            starts = [*struct.unpack_from(f"<{parts}i", shapes, at + 52), points]
            numbers = struct.unpack_from(f"<{2 * points}d", shapes, at + 52 + 4 * parts)
            corners = [(round(x, 7), round(y, 7)) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
            for start, end in pairwise(starts):
                yield corners[start:end]
        at += 8 + 2 * words


def dissolve(rings: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """Part the edges into shores, as closed rings, and borders, as lines: a border is walked in both directions."""
    edges = Counter(edge for ring in rings for edge in pairwise(ring) if edge[0] != edge[1])
    shores = {edge for edge in edges if (edge[1], edge[0]) not in edges}
    borders = {edge for edge in edges if edge not in shores and edge[0] < edge[1]}
    return [line for line in join(shores) if line[0] == line[-1]], list(
        join(borders | {(b, a) for a, b in borders}, True)
    )


def join(edges: set[tuple[Point, Point]], both_ways: bool = False) -> Iterator[Line]:
    """String edges together; with `both_ways`, each is walked once, and lines end where three or more meet."""
    following: dict[Point, set[Point]] = {}
    for start, end in edges:
        following.setdefault(start, set()).add(end)
    crossings = {point for point, ends in following.items() if both_ways and len(ends) != 2}
    for start in [*crossings, *list(following)]:
        while following.get(start):
            line = [start]
            while (ends := following.get(line[-1])) and (len(line) == 1 or line[-1] not in crossings):
                end = ends.pop()
                if both_ways:
                    following[end].discard(line[-1])
                line.append(end)
                if end == start:
                    break
            yield line


def is_detailed(point: Point) -> bool:
    west, south, east, north = DETAILED
    return west <= point[0] <= east and south <= point[1] <= north


def thin(line: Line) -> Line:
    """Leave out points, finely within the detailed box and coarsely without; where the two meet, points stay."""
    thinned: Line = []
    start = 0
    for at in range(1, len(line) + 1):
        if at == len(line) or is_detailed(line[at]) != is_detailed(line[start]):
            part = line[start:at]
            thinned += simplify(part, DETAILED_DEGREES if is_detailed(part[0]) else COARSE_DEGREES)
            start = at
    return thinned


def simplify(line: Line, tolerance: float) -> Line:
    """Keep the points that stand farther than the tolerance from the line without them (Douglas and Peucker 1973)."""
    if len(line) < 3:
        return line
    kept, spans = {0, len(line) - 1}, [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        (x1, y1), (x2, y2) = line[first], line[last]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        farthest, distance = first, tolerance
        for at in range(first + 1, last):
            x, y = line[at]
            # A closed line begins where it ends: then the distance from that point decides.
            apart = (
                abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length
                if length
                else (((x - x1) ** 2 + (y - y1) ** 2) ** 0.5)
            )
            if apart > distance:
                farthest, distance = at, apart
        if farthest != first:
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [line[at] for at in sorted(kept)]


def written(line: Line) -> list[list[float]]:
    """Round to ten metres in the detailed box and to a kilometre elsewhere, and leave out repeated points."""
    rounded: list[list[float]] = []
    for point in line:
        corner = [round(number, 4 if is_detailed(point) else 2) for number in point]
        if not rounded or rounded[-1] != corner:
            rounded.append(corner)
    return rounded


def worth_drawing(ring: Line) -> bool:
    xs, ys = zip(*ring, strict=True)
    return any(map(is_detailed, ring)) or max(max(xs) - min(xs), max(ys) - min(ys)) > SMALLEST_ISLAND_DEGREES


def turns_clockwise(ring: Line) -> bool:
    return sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in pairwise(ring)) > 0


def encloses(ring: Line, point: Point) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > point[1]) != (y2 > point[1]) and point[0] < x1 + (point[1] - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def polygons_of(rings: list[Line]) -> list[list[Line]]:
    """Put each lake (anticlockwise in a shapefile) into the land around it."""
    lands = [[ring] for ring in rings if turns_clockwise(ring)]
    for lake in rings:
        if not turns_clockwise(lake):
            around = [land for land in lands if encloses(land[0], lake[0])]
            if around:
                min(around, key=lambda land: len(land[0])).append(lake)
    return lands


def write(path: Path, kind: str, coordinates: list) -> None:
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": coordinates}}
    collection = {"type": "FeatureCollection", "features": [feature]}
    path.write_text(json.dumps(collection, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")


def main(archive: Path, folder: Path) -> None:
    shores, borders = dissolve(rings_of(archive))
    rings = [ring for ring in shores if len(ring) > 3 and worth_drawing(ring)]
    polygons = [[written(thin(ring)) for ring in polygon] for polygon in polygons_of(rings)]
    polygons = [[ring for ring in polygon if len(ring) > 3] for polygon in polygons]
    write(folder / "land.json", "MultiPolygon", [polygon for polygon in polygons if polygon])
    write(
        folder / "borders.json",
        "MultiLineString",
        [line for border in borders if len(line := written(thin(border))) > 1],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
