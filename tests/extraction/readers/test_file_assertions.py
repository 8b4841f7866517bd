from datetime import UTC, date, datetime

import pytest

from archive.extraction.readers.file_assertions import assertions, assess, wordings
from archive.extraction.readers.leading_values import leading_properties
from archive.extraction.readers.statements import Reading, Statement
from archive.standards.vocabulary import Property, SourceKind

TODAY = date(2024, 7, 1)


def stating(**values: object) -> Reading:
    """Build a reading: stating(EXIF__DateTimeOriginal="2024:06:18 05:12:00")."""
    statements = []
    for name, value in values.items():
        group, _, tag = name.partition("__")
        statements.append(Statement(group.replace("_", "-"), tag.replace("_", "-"), value))
    return Reading(statements=statements)


def dates(**values: object) -> list[tuple[str, datetime | None]]:
    found = assertions(stating(**values), today=TODAY)
    return [(one.date.edtf, one.moment) for one in found if one.property is Property.DATE_CREATED]


def test_camera_time_without_an_offset_bounds_a_day_and_is_no_moment():
    assert dates(EXIF__DateTimeOriginal="2024:06:18 05:12:00") == [("2024-06-18T05:12:00", None)]


def test_camera_time_with_its_offset_and_fraction_is_a_moment():
    found = dates(
        EXIF__DateTimeOriginal="2024:06:18 05:12:00", EXIF__OffsetTimeOriginal="+02:00", EXIF__SubSecTimeOriginal="25"
    )

    assert found == [("2024-06-18T05:12:00+02:00", datetime(2024, 6, 18, 3, 12, 0, 250_000, UTC))]


def test_the_offset_of_the_last_change_is_never_taken_for_the_camera_s():
    assert dates(EXIF__DateTimeOriginal="2024:06:18 05:12:00", EXIF__OffsetTime="+02:00")[0][1] is None


def test_twins_are_kept_apart():
    found = assertions(
        stating(XMP_photoshop__DateCreated="2024-06-18", IPTC__DateCreated="20240619", IPTC__TimeCreated="051200+0200"),
        today=TODAY,
    )

    assert [(one.group, one.date.edtf) for one in found] == [
        ("XMP-photoshop", "2024-06-18"),
        ("IPTC", "2024-06-19T05:12:00+02:00"),
    ]


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("2024-06", "2024-06"),
        ("2024", "2024"),
        ("2024-06-18T05:12", "2024-06-18T05:12:00"),
        ("2024-06-18T05:12:00.5Z", "2024-06-18T05:12:00Z"),
        ("2024-06-18T05:12:00+0200", "2024-06-18T05:12:00+02:00"),
        ("2024:06:18", "2024-06-18"),
        ("2024-00-00", "2024"),
    ],
)
def test_each_form_of_a_written_date_becomes_edtf(written, edtf):
    assert dates(XMP_photoshop__DateCreated=written)[0][0] == edtf


def test_midnight_in_iim_is_a_day_without_a_time():
    assert dates(IPTC__DateCreated="20240618", IPTC__TimeCreated="000000+0000") == [("2024-06-18", None)]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("0000:00:00 00:00:00", "never set"),
        ("2099:08:12 19:59:29", "in the future"),
        ("2024:02:30 10:00:00", "no day or time"),
        ("2024:06:18 27:00:00", "no day or time"),
        ("1704:01:05 10:00:00", "before photography"),
        ("yesterday", "in no form"),
        ("2024:01:01 00:00:00", "losing power"),
        ("1980:01:01 00:04:10", "losing power"),
    ],
)
def test_a_camera_time_that_cannot_be_is_a_problem_and_no_date(written, reason):
    found, problems = assess(stating(EXIF__DateTimeOriginal=written), today=TODAY)

    assert found == []
    assert reason in problems[0].text


def test_a_blank_date_is_absent_and_no_problem():
    assert assess(stating(EXIF__DateTimeOriginal="    :  :     :  :  "), today=TODAY) == ([], [])


def test_the_date_of_the_file_speaks_only_where_nothing_dates_the_picture():
    alone = assertions(stating(XMP_xmp__CreateDate="2024-06-18T10:00:00Z"), today=TODAY)

    assert [(one.date.edtf, one.moment, one.ground) for one in alone] == [("2024-06-18?", None, SourceKind.INFERENCE)]
    assert dates(XMP_xmp__CreateDate="2024-06-18", XMP_photoshop__DateCreated="1940-05-30") == [("1940-05-30", None)]


def test_satellite_time_is_a_moment_and_its_day_follows_the_longitude():
    nowhere = dates(GPS__GPSDateStamp="2024:06:18", GPS__GPSTimeStamp=[12, 30, "25/10"])
    before_midnight = dates(
        GPS__GPSDateStamp="2024:06:18", GPS__GPSTimeStamp=[23, 30, 0], GPS__GPSLatitude=[51, 0, 0],
        GPS__GPSLatitudeRef="N", GPS__GPSLongitude=[2, 0, 0], GPS__GPSLongitudeRef="E",
    )  # fmt: skip

    assert nowhere == [("2024-06-18/2024-06-19", datetime(2024, 6, 18, 12, 30, 2, 500_000, UTC))]
    assert before_midnight[0][0] == "2024-06-18/2024-06-19"
    assert dates(
        GPS__GPSDateStamp="2024:06:18", GPS__GPSTimeStamp=[11, 30, 0], GPS__GPSLatitude=[51, 0, 0],
        GPS__GPSLatitudeRef="N", GPS__GPSLongitude=[2, 0, 0], GPS__GPSLongitudeRef="E",
    )[0][0] == "2024-06-18T11:30:00Z"  # fmt: skip


def position(**changed: object) -> dict:
    tags = {"Latitude": [51, 3, "9/2"], "LatitudeRef": "N", "Longitude": [1, 30, 0], "LongitudeRef": "W"} | changed
    return {f"GPS__GPS{name}": value for name, value in tags.items() if value is not None}


def test_a_position_is_signed_and_carries_its_height_its_bearing_and_its_error():
    tags = position(Altitude="25/2", AltitudeRef=1, ImgDirection="90/1", ImgDirectionRef="M", HPositioningError="38/4")

    (found,) = assertions(stating(**tags), today=TODAY)

    assert (found.property, found.ground) == (Property.LOCATION_CREATED, SourceKind.DEVICE_METADATA)
    assert found.point.latitude_degrees == pytest.approx(51.05125)
    assert found.point.longitude_degrees == pytest.approx(-1.5)
    assert (found.point.altitude_metres, found.point.bearing_degrees) == (-12.5, 90)
    assert found.point.uncertainty_metres == 9.5
    assert "magnetic" in found.note


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Latitude": [0, 0, 0], "Longitude": [0, 0, 0]}, "without a fix"),
        ({"Latitude": [151, 0, 0], "Longitude": [33, 0, 0]}, "swapped"),
        ({"Latitude": [51, 0, 0], "Longitude": [200, 0, 0]}, "outside the globe"),
        ({"LongitudeRef": None}, "lost its hemisphere"),
        ({"Longitude": None}, "incomplete"),
        ({"Latitude": ["1/0", 0, 0]}, "incomplete"),
    ],
    ids=["null island", "swapped", "out of range", "sign lost", "half", "divided by zero"],
)
def test_a_position_that_cannot_be_is_a_problem_and_not_mapped(changed, reason):
    found, problems = assess(stating(**position(**changed)), today=TODAY)

    assert found == []
    assert reason in problems[0].text


@pytest.mark.parametrize(
    ("latitude", "degrees"), [("51,3.075N", 51.05125), ("51,3,4.5S", -51.05125), ("+51.05125", 51.05125)]
)
def test_each_form_of_an_xmp_coordinate_is_read(latitude, degrees):
    (found,) = assertions(stating(XMP_exif__GPSLatitude=latitude, XMP_exif__GPSLongitude="2,22.5E"), today=TODAY)

    assert found.point.latitude_degrees == pytest.approx(degrees)
    assert found.ground is SourceKind.EMBEDDED_DESCRIPTION


@pytest.mark.parametrize("written", ["nan", "inf", "-inf", "1e999", "1e999/2"])
def test_what_is_no_finite_number_is_no_position_height_or_error(written: str):
    nowhere = stating(
        GPS__GPSLatitude=written, GPS__GPSLatitudeRef="N", GPS__GPSLongitude=written, GPS__GPSLongitudeRef="E"
    )
    somewhere = stating(XMP_exif__GPSLatitude="51,2.5N", XMP_exif__GPSLongitude="2,2.5E", XMP_exif__GPSAltitude=written)

    assert assertions(nowhere) == []
    [one] = assertions(somewhere)
    assert one.point.altitude_metres is None


def test_what_the_camera_was_pointed_at_is_a_place_shown():
    tags = {f"GPS__GPSDest{name.removeprefix('GPS__GPS')}": value for name, value in position().items()}

    (found,) = assertions(stating(**tags), today=TODAY)

    assert found.property is Property.LOCATION_SHOWN


def test_legacy_places_are_what_the_picture_shows_and_each_twin_speaks_for_itself():
    found = assertions(
        stating(IPTC__City="Dunkirk", XMP_photoshop__City="Dunkerque", XMP_photoshop__Country="France"), today=TODAY
    )

    assert [(one.property, one.group, one.as_written) for one in found] == [
        (Property.LOCATION_SHOWN, "XMP-photoshop", "Dunkerque, France"),
        (Property.LOCATION_SHOWN, "IPTC", "Dunkirk"),
    ]


def test_the_place_of_the_camera_and_the_place_shown_are_two():
    created = [{"Iptc4xmpExt:Sublocation": "Malo-les-Bains", "exif:GPSLatitude": "51,3N", "exif:GPSLongitude": "2,24E"}]
    shown = [{"Iptc4xmpExt:LocationName": {"x-default": "Strait of Dover"}}, {"Iptc4xmpExt:CountryCode": "FR"}]

    found = assertions(
        stating(XMP_Iptc4xmpExt__LocationCreated=created, XMP_Iptc4xmpExt__LocationShown=shown), today=TODAY
    )

    assert [(one.property, one.as_written) for one in found] == [
        (Property.LOCATION_CREATED, "Malo-les-Bains"),
        (Property.LOCATION_SHOWN, "Strait of Dover"),
        (Property.LOCATION_SHOWN, "FR"),
    ]
    assert found[0].point.latitude_degrees == pytest.approx(51.05)


def test_people_suppliers_and_the_source_type_are_asserted_as_text():
    found = assertions(
        stating(
            XMP_dc__creator=["A. One", "B. Two"],
            XMP_photoshop__Credit="A. One/Coast Pictures",
            IPTC__Source="Coast Pictures",
            XMP_Iptc4xmpExt__DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        ),
        today=TODAY,
    )

    assert [(str(one.property), one.text) for one in found] == [
        ("creator", "A. One; B. Two"),
        ("credit_line", "A. One/Coast Pictures"),
        ("supplied_by", "Coast Pictures"),
        ("digital_source_type", "trainedAlgorithmicMedia"),
    ]


def test_each_wording_keeps_its_role_its_language_and_its_tag():
    found = wordings(
        stating(
            XMP_dc__description={"x-default": "Trois bateaux", "fr": "Trois bateaux", "en": "Three boats"},
            IPTC__Caption_Abstract="Three boats",
            IPTC__Headline="Boats",
        )
    )

    assert [(one.role, one.language, one.text, one.group) for one in found] == [
        ("DESCRIPTION", "fr", "Trois bateaux", "XMP-dc"),
        ("DESCRIPTION", "en", "Three boats", "XMP-dc"),
        ("DESCRIPTION", "", "Three boats", "IPTC"),
        ("HEADLINE", "", "Boats", "IPTC"),
    ]


@pytest.mark.parametrize("text", ["OLYMPUS DIGITAL CAMERA", "SONY DSC", "KONICA MINOLTA DIGITAL CAMERA  ", "DCIM100"])
def test_what_a_camera_writes_by_itself_is_noted_and_no_caption(text):
    reading = stating(IFD0__ImageDescription=text)

    found, problems = assess(reading, today=TODAY)

    assert wordings(reading) == []
    assert leading_properties(reading, found) == {}
    assert problems[0].code == "NOTED"


@pytest.mark.parametrize("text", ["A boat off Dunkirk", "Sony Pictures at the pier", "Digital camera found at sea"])
def test_a_sentence_is_a_caption(text):
    assert [one.text for one in wordings(stating(IFD0__ImageDescription=text))] == [text]


def test_the_camera_leads_before_what_people_typed_and_xmp_before_its_twins():
    reading = stating(
        XMP_photoshop__DateCreated="2024-06-18", EXIF__DateTimeOriginal="2024:06:17 20:00:00",
        IPTC__Caption_Abstract="from IIM", XMP_dc__description={"x-default": "from XMP"}, IFD0__Orientation=6,
        IFD0__Make="  Strand ", XMP_Iptc4xmpExt__LocationShown=[{"Iptc4xmpExt:City": "Dunkerque"}],
    )  # fmt: skip

    assert leading_properties(reading, assertions(reading, today=TODAY)) == {
        "make": "Strand",
        "date_created": "2024-06-17T20:00:00",
        "orientation": 6,
        "description": "from XMP",
        "city": "Dunkerque",
    }
