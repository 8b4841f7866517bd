"""Which places lie along the coast between two, with the gazetteer's own points."""

import csv
from pathlib import Path

import pytest

from archive.authorities.models import Place
from archive.search import coast
from archive.search.coast import COASTAL, NoWayAlong, is_beside, places_between, way_along
from tests.builders import make_place

DATA = Path("archive/authorities/data")
CALAIS, DUNKIRK, BOULOGNE, DOVER = (50.95194, 1.85635), (51.0344, 2.37681), (50.7264, 1.6147), (51.1295, 1.3089)


def _rows() -> list[tuple[str, str, float, float]]:
    rows = []
    for name in ("gazetteer.csv", "additions.csv"):
        with (DATA / name).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                latitude, longitude = row.get("lat") or row.get("latitude"), row.get("lon") or row.get("longitude")
                if latitude and 50 < float(latitude) < 51.6 and 1 < float(longitude) < 3:
                    rows.append((row["name"], row["kind"].upper().replace("-", "_"), float(latitude), float(longitude)))
    return rows


def _between(start: tuple[float, float], end: tuple[float, float]) -> set[str]:
    rows = _rows()
    way = way_along([start, end, *((row[2], row[3]) for row in rows if row[1] in COASTAL)])
    return {name for name, kind, *point in rows if kind == Place.Kind.BEACH and is_beside(way, tuple(point))}


def test_the_beaches_from_calais_to_dunkirk_are_those_on_the_coast_between_the_two() -> None:
    assert _between(CALAIS, DUNKIRK) == {
        "Plage de Calais",
        "Plage des Hemmes de Marck",
        "Plage d'Oye-Plage",
        "Plage de Grand-Fort-Philippe",
        "Plage de Gravelines",
        "Plage du Clipon",
        "Plage de Mardyck",
        "Digue du Braek",
    }
    assert _between(DUNKIRK, CALAIS) == _between(CALAIS, DUNKIRK)


def test_the_way_follows_the_coast_round_a_headland() -> None:
    beaches = _between(BOULOGNE, CALAIS)

    assert {"Plage d'Audresselles", "Plage de Wissant", "Plage de Sangatte"} <= beaches
    assert not {"Plage de Gravelines", "Plage de Mardyck"} & beaches


def test_no_way_leads_over_the_sea() -> None:
    with pytest.raises(NoWayAlong):
        _between(CALAIS, DOVER)


@pytest.mark.django_db
def test_what_lies_around_half_a_continent_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = [make_place(name, latitude_degrees=51.0, longitude_degrees=east) for name, east in (("A", 2.0), ("B", 2.1))]
    coast._beside.cache_clear()

    remembered = []
    for most in (1, 2):
        monkeypatch.setattr(coast, "_MOST_REMEMBERED", most)
        assert places_between(*ends, known=Place.objects.all()) == [end.pk for end in ends]
        remembered.append(coast._beside.cache_info().currsize)

    assert remembered == [0, 1]
