"""By which way did the file reach the archive: from a camera, a messenger, a platform, a screen?"""

from typing import Any

import pytest

from archive.extraction.readers.statements import Reading, Statement
from archive.provenance.checks.evidence import Evidence
from archive.provenance.checks.finding import Outcome, weigh
from archive.provenance.checks.how_it_reached_us import CHECK, NAME_FORMS
from archive.standards.vocabulary import Property
from tests.provenance.checks.cases import claim, codes, evidence, sentence

CAMERA = {"IFD0:Make": "Canon", "IFD0:Model": "Canon EOS 40D", "EXIF:FNumber": "28/10"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("IMG-20240618-WA0042.jpg", "WhatsApp gives, and says that it was there on 18 June 2024"),
        ("VID-20240618-WA0001.mp4", "WhatsApp gives, and says that it was there on 18 June 2024"),
        ("WhatsApp Image 2024-06-18 at 07.12.33.jpeg", "WhatsApp gives, and says that it was there on 18 June 2024"),
        ("photo_2024-06-18_07-12-33.jpg", "Telegram gives, and says that it was there on 18 June 2024"),
        ("photo_5404536278934102345_y.jpg", "Telegram gives. Ask"),
        ("signal-2024-06-18-07-12-33-123.jpg", "Signal gives, and says that it was there on 18 June 2024"),
        ("mmexport1718690000000.jpg", "WeChat gives, and says that it was there on 18 June 2024"),
        ("FB_IMG_1718690000000.jpg", "Facebook gives, and says that it was there on 18 June 2024"),
        ("received_1718690000000123.jpeg", "Facebook Messenger gives. Ask"),
        ("448412345_10161234567890123_1234567890123456789_n.jpg", "Facebook / Instagram gives. Ask"),
        ("Screenshot_20240618-071233_Chrome.jpg", "screenshot of 18 June 2024"),
        ("Capture d’écran 2024-06-18 à 07.12.33.png", "screenshot of 18 June 2024"),
        ("Bildschirmfoto vom Strand.png", "that of a screenshot. Ask"),
    ],
)
def test_a_name_that_a_program_gives_is_a_lead_and_its_date_is_told(name: str, told: str) -> None:
    assert told in sentence(CHECK, evidence(file_name=name, statements={"IPTC:By-line": "Jo Doe"}))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG-20241318-WA0042.jpg", "INCONCLUSIVE name"),
        ("IMG-20250618-WA0042.jpg", "INCONCLUSIVE name"),
        ("FB_IMG_9999999999999.jpg", "INCONCLUSIVE name"),
        ("IMG_20240618_071233.jpg", "NOT_APPLICABLE stripped"),
        ("photographer_2024-06-18.jpg", "NOT_APPLICABLE stripped"),
    ],
    ids=["no such day", "after it came", "year 2286", "a camera's name", "other words"],
)
def test_a_day_that_cannot_be_is_not_told_and_other_names_mean_nothing(name: str, expected: str) -> None:
    assert codes(CHECK, evidence(file_name=name)) == [expected]


def test_a_name_from_before_the_claimed_day_is_told_and_stays_a_lead() -> None:
    late = claim(Property.DATE_CREATED, date="2024-06-20")

    case = evidence(file_name="IMG-20240618-WA0042.jpg", claims=[late])
    assert codes(CHECK, case) == ["INCONCLUSIVE dated-name", "INCONCLUSIVE name-before-claimed"]
    assert weigh(CHECK, case).observations[1].grounds == (late.ground,)

    same = claim(Property.DATE_CREATED, date="2024-06-19")
    assert codes(CHECK, evidence(file_name="IMG-20240618-WA0042.jpg", claims=[same])) == ["INCONCLUSIVE dated-name"]


def test_what_a_camera_writes_agrees_and_a_messenger_beside_it_is_a_lead_still() -> None:
    assert codes(CHECK, evidence(statements=CAMERA)) == ["CONSISTENT camera-data"]
    assert sentence(CHECK, evidence(statements=CAMERA)) == (
        "It came with the data that a camera writes: Canon Canon EOS 40D."
    )
    assert codes(CHECK, evidence(statements=CAMERA, file_name="IMG-20240618-WA0042.jpg")) == [
        "INCONCLUSIVE dated-name",
        "INCONCLUSIVE camera-data",
    ]


@pytest.mark.parametrize(
    ("size", "format_name", "statements", "expected"),
    [
        ((1600, 1200), "JPEG", {}, "INCONCLUSIVE platform-size"),
        ((960, 1280), "JPEG", {}, "INCONCLUSIVE platform-size"),
        ((1170, 2532), "PNG", {}, "INCONCLUSIVE screen-size"),
        ((1920, 1080), "JPEG", {}, "INCONCLUSIVE screen-size"),
        ((1600, 1201), "PNG", {}, "NOT_APPLICABLE stripped"),
        ((1601, 1201), "JPEG", {}, "NOT_APPLICABLE stripped"),
        ((1600, 1200), "JPEG", {"IPTC:By-line": "Jo Doe"}, "NOT_APPLICABLE nothing"),
        ((1600, 1200), "JPEG", {"ICC:ProfileSize": 3144}, "INCONCLUSIVE platform-size"),
    ],
    ids=["landscape", "portrait", "telephone", "monitor", "PNG", "other size", "credited", "profile alone"],
)
def test_a_size_alone_is_told_where_the_file_says_nothing_else(
    size: tuple[int, int], format_name: str, statements: dict[str, Any], expected: str
) -> None:
    case = evidence(width_px=size[0], height_px=size[1], format_name=format_name, statements=statements)

    assert codes(CHECK, case) == [expected]


def test_marks_of_platforms_and_screenshots_within_the_file_are_told() -> None:
    facebook = evidence(statements={"IPTC:SpecialInstructions": "FBMD01000a9e0100"})
    screenshot = evidence(statements={"EXIF:UserComment": "Screenshot", **CAMERA})

    assert codes(CHECK, facebook) == ["INCONCLUSIVE facebook"]
    assert codes(CHECK, screenshot) == ["INCONCLUSIVE says-screenshot", "INCONCLUSIVE camera-data"]


def test_it_never_speaks_against_a_picture() -> None:
    names = ["a.jpg", "", *(named.program + "IMG-20240618-WA1.jpg" for named in NAME_FORMS)]
    readings = [Reading(), Reading(statements=[Statement("IFD0", "Make", ["x"] * 9), Statement("EXIF", "FNumber", {})])]
    against = {Outcome.CONTRADICTORY, Outcome.UNREADABLE}

    cases: list[Evidence] = [evidence(file_name=name, embedded=reading) for name in names for reading in readings]

    assert not against & {each.outcome for case in cases for each in weigh(CHECK, case).observations}
