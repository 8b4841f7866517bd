"""The coast that the maps are drawn with: the files carried, and the script that made them."""

import json
import runpy
from pathlib import Path

import pytest

from archive.authorities.geometry import encloses

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "archive" / "web" / "static" / "basemap"


@pytest.fixture(scope="module")
def land():
    (feature,) = json.loads((FOLDER / "land.json").read_text())["features"]
    return [[[corner[::-1] for corner in polygon[0]]] for polygon in feature["geometry"]["coordinates"]]


@pytest.fixture(scope="module")
def making():
    return runpy.run_path(str(ROOT / "benchmarks" / "tools" / "make_basemap.py"), run_name="making")


@pytest.mark.parametrize(
    ("point", "is_land"),
    [
        ((51.02, 2.38), True),
        ((51.13, 1.28), True),
        ((51.00, 1.50), False),
        ((51.10, 2.40), False),
        ((40.0, -100.0), True),
        ((0.0, -30.0), False),
    ],
    ids=["Dunkirk", "Dover", "strait", "off-Malo", "Kansas", "Atlantic"],
)
def test_land_is_land_and_sea_is_sea(land, point, is_land):
    assert any(encloses(outer, *point) for (outer,) in land) is is_land


def test_the_basemap_stays_small():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.json")) < 1_000_000


def test_a_border_is_parted_from_the_shores_around_both_countries(making):
    west = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)]
    east = [(1.0, 0.0), (1.0, 1.0), (2.0, 1.0), (2.0, 0.0), (1.0, 0.0)]

    shores, borders = making["dissolve"]([west, east])

    assert [sorted(set(shore)) for shore in shores] == [sorted({*west, *east})]
    assert [sorted(border) for border in borders] == [[(1.0, 0.0), (1.0, 1.0)]]


def test_thinning_keeps_what_stands_out_and_both_ends(making):
    line = [(0.0, 50.0), (0.1, 50.00001), (0.2, 50.1), (0.3, 50.0)]

    assert making["simplify"](line, 0.001) == [line[0], line[1], line[2], line[3]]
    assert making["simplify"](line, 0.2) == [line[0], line[3]]
