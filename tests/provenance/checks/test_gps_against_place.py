"""Does the position that the camera recorded fit the places that are claimed?"""

import pytest

from archive.provenance.checks.evidence import ClaimFacts, PlaceFacts, Surroundings
from archive.provenance.checks.gps_against_place import CHECK
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.provenance.checks.cases import claim, codes, evidence, place, sentence

STOOD, SHOWN = Property.LOCATION_CREATED, Property.LOCATION_SHOWN
# On the dyke of Malo-les-Bains, 3 km from the middle of Dunkirk.
AT_MALO = (51.0541, 2.4137)

FRANCE = place("France", kind="COUNTRY", path="1/", point=(46.6, 2.5), reach_metres=414_000, country_code="FR")
BRITAIN = place("United Kingdom", kind="COUNTRY", path="2/", point=(54.0, -2.5), reach_metres=263_000)
CHILE = place("Chile", kind="COUNTRY", path="3/", point=(-37.0, -71.5), reach_metres=458_000)
NORD = place("Nord", kind="COUNTY", path="1/4/", point=(50.5, 3.2), reach_metres=40_000)
DUNKIRK = place("Dunkirk", path="1/4/5/", point=(51.034, 2.377), reach_metres=6_000, country_code="FR")
MALO = place("Malo-les-Bains", kind="BEACH", path="1/4/5/6/", point=(51.053, 2.403), reach_metres=2_000)
CALAIS = place("Calais", path="1/7/", point=(50.954, 1.862), reach_metres=6_000)
DOVER = place("Dover", path="2/8/", point=(51.126, 1.313), reach_metres=6_000)
STRAIT = place(
    "Strait of Dover",
    kind="SEA_AREA",
    path="9/",
    point=(51.0, 1.5),
    reach_metres=30_000,
    outline=((51.15, 1.4), (51.35, 1.5), (51.15, 2.6), (51.06, 2.5), (50.97, 1.85), (50.87, 1.57)),
)
AROUND_MALO = Surroundings(
    nearest=MALO,
    metres=760,
    countries={"FR": 760, "BE": 12_800, "GB": 72_000},
    areas={FRANCE.key: 760, NORD.key: 760, BRITAIN.key: 72_000},
)


def gps(point: tuple[float, float] = AT_MALO, **fields: object) -> ClaimFacts:
    return claim(STOOD, source=fields.pop("source", SourceKind.DEVICE_METADATA), point=point, **fields)


def found(property: Property, named: PlaceFacts, *, position: ClaimFacts | None = None, **fields: object) -> list[str]:
    position = position or gps()
    around = fields.pop("around", AROUND_MALO)
    case = evidence(claims=[position, claim(property, place=named, **fields)], surroundings={position.point: around})
    return codes(CHECK, case)


@pytest.mark.parametrize(
    ("property", "named", "expected"),
    [
        (STOOD, MALO, "CONSISTENT stood-within"),
        (STOOD, DUNKIRK, "CONSISTENT stood-within"),
        (STOOD, NORD, "CONSISTENT stood-inside"),
        (STOOD, FRANCE, "CONSISTENT stood-inside"),
        (STOOD, CALAIS, "CONTRADICTORY stood-apart"),
        (STOOD, BRITAIN, "CONTRADICTORY stood-outside-by"),
        (STOOD, CHILE, "CONTRADICTORY stood-outside"),
        (STOOD, STRAIT, "CONSISTENT stood-inside"),
        (SHOWN, MALO, "CONSISTENT shown-within"),
        (SHOWN, NORD, "CONSISTENT shown-inside"),
        (SHOWN, STRAIT, "CONSISTENT shown-inside"),
        (SHOWN, CALAIS, "INCONCLUSIVE shown-barely-in-sight"),
        (SHOWN, DOVER, "CONTRADICTORY shown-out-of-sight"),
        (SHOWN, BRITAIN, "CONTRADICTORY shown-outside-by"),
    ],
    ids=lambda value: value.name if isinstance(value, PlaceFacts) else str(value),
)
def test_the_camera_position_is_weighed_against_each_claimed_place(
    property: Property, named: PlaceFacts, expected: str
) -> None:
    assert found(property, named) == [expected]


def test_the_sentence_tells_the_distance_and_what_was_allowed() -> None:
    case = evidence(claims=[gps(), claim(STOOD, place=CALAIS)])

    assert sentence(CHECK, case) == (
        "The camera's position lies 40 km from Calais, where it is said to have stood: the place and the error of the "
        "position allow 6.1 km."
    )


def test_what_is_shown_may_be_as_far_as_a_camera_can_see_but_the_camera_stood_where_it_stood() -> None:
    off_shore = (51.2004, 2.4003)  # 18 km north of the town

    assert found(SHOWN, DUNKIRK, position=gps(off_shore), around=Surroundings()) == ["CONSISTENT shown-in-sight"]
    assert found(STOOD, DUNKIRK, position=gps(off_shore), around=Surroundings()) == ["CONTRADICTORY stood-apart"]


@pytest.mark.parametrize(
    ("uncertainty", "expected"),
    [(None, "INCONCLUSIVE stood-beside"), (2_000, "CONSISTENT stood-within")],
    ids=["usual error", "stated error"],
)
def test_the_error_of_the_position_is_allowed_for(uncertainty: float | None, expected: str) -> None:
    beside = (51.0343, 2.4807)  # 7.3 km east of the middle of the town

    position = gps(beside, uncertainty_metres=uncertainty)

    assert found(STOOD, DUNKIRK, position=position, around=Surroundings()) == [expected]


@pytest.mark.parametrize(
    ("point", "expected"),
    [((51.0, 2.4), "CONSISTENT stood-within"), ((51.0001, 2.4003), "INCONCLUSIVE stood-beside")],
    ids=["a tenth of a degree", "four decimals"],
)
def test_a_position_that_is_written_in_few_digits_may_be_as_far_off(point: tuple[float, float], expected: str) -> None:
    beach = place("Zuydcoote", kind="BEACH", point=(51.028, 2.4), reach_metres=2_000)

    assert found(STOOD, beach, position=gps(point), around=Surroundings()) == [expected]


def test_words_of_a_caption_such_as_off_dunkirk_reach_farther() -> None:
    off_shore = (51.1204, 2.3003)

    assert found(STOOD, DUNKIRK, position=gps(off_shore), uncertainty_metres=10_000) == ["CONSISTENT stood-within"]
    assert found(STOOD, DUNKIRK, position=gps(off_shore), around=Surroundings()) == ["INCONCLUSIVE stood-beside"]


def test_a_harbour_beneath_the_town_is_the_town_though_beyond_its_circle() -> None:
    port = place("Port of Dunkirk West", kind="PORT", path="1/4/5/10/", point=(51.03, 2.29))

    assert found(STOOD, DUNKIRK, position=gps((51.025, 2.28)), around=Surroundings(port, 900)) == [
        "CONSISTENT stood-inside"
    ]


def test_a_place_with_an_outline_is_measured_from_its_edge() -> None:
    in_the_strait, inland = (51.0713, 1.6511), (50.7255, 2.2519)

    assert found(STOOD, STRAIT, position=gps(in_the_strait)) == ["CONSISTENT stood-inside"]
    assert found(STOOD, STRAIT, position=gps(inland)) == ["CONTRADICTORY stood-apart"]


def test_near_a_border_the_country_is_open_and_at_sea_only_a_continent_contradicts() -> None:
    de_panne = place("De Panne", path="11/12/", point=(51.098, 2.594), country_code="BE")
    around = Surroundings(de_panne, 1_800, {"BE": 1_800, "FR": 3_400}, {FRANCE.key: 3_400})

    assert found(STOOD, FRANCE, around=around) == ["INCONCLUSIVE stood-near-border"]
    assert found(SHOWN, FRANCE, around=around) == ["CONSISTENT shown-area-in-sight"]
    assert found(STOOD, FRANCE, around=Surroundings()) == ["INCONCLUSIVE area-unknown"]
    assert found(STOOD, CHILE, around=Surroundings()) == ["CONTRADICTORY stood-far-outside"]


def test_an_area_of_which_few_places_are_known_is_left_open() -> None:
    around = Surroundings(place("Ypres", point=(50.85, 2.88)), 9_000)

    near_the_middle = gps((50.6001, 3.1003))

    assert found(STOOD, NORD, position=near_the_middle, around=around) == ["INCONCLUSIVE area-unknown"]


def test_a_place_in_words_alone_cannot_be_measured() -> None:
    case = evidence(claims=[gps(), claim(SHOWN, text="the old lighthouse")])

    assert codes(CHECK, case) == ["INCONCLUSIVE not-on-map"]
    assert sentence(CHECK, case).startswith("the old lighthouse is not on the archive's map")


def test_each_claimed_place_has_an_observation_with_both_grounds() -> None:
    position, stood, shown = gps(key=901), claim(STOOD, place=MALO, key=902), claim(SHOWN, place=DOVER, key=903)
    inferred = claim(STOOD, place=DOVER, source=SourceKind.INFERENCE, rule="nearest place")

    observations = CHECK.weigh(evidence(claims=[position, stood, shown, inferred]))

    assert [each.grounds for each in observations] == [
        (("claim", 901), ("claim", 902)),
        (("claim", 901), ("claim", 903)),
    ]


def test_two_positions_of_one_file_that_lie_apart_are_told_and_both_are_weighed() -> None:
    described = gps(CALAIS.point, source=SourceKind.EMBEDDED_DESCRIPTION)
    twin = gps((51.0542, 2.4138), source=SourceKind.EMBEDDED_DESCRIPTION)

    case = evidence(claims=[described, twin, gps(), claim(STOOD, place=MALO)])

    assert codes(CHECK, case) == [
        "CONTRADICTORY positions-differ",
        "CONTRADICTORY stood-apart",
        "CONSISTENT stood-within",
    ]


def test_a_missing_position_never_counts_against_a_picture() -> None:
    rejected = gps((0.5, 0.5), standing=Standing.REJECTED)

    assert codes(CHECK, evidence(claims=[claim(STOOD, place=MALO)])) == ["NOT_APPLICABLE no-position"]
    assert codes(CHECK, evidence(claims=[rejected, claim(STOOD, place=MALO)])) == ["NOT_APPLICABLE no-position"]
    assert codes(CHECK, evidence(claims=[gps()])) == ["NOT_APPLICABLE no-place"]
