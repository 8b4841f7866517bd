"""What other people's programs write, each a small made file or reading."""

from datetime import UTC, date, datetime

import pytest

from archive.extraction.readers.decode_text import decoded_once_more
from archive.extraction.readers.file_assertions import assertions, assess, wordings
from archive.extraction.readers.leading_values import leading_properties
from archive.extraction.readers.read_file import read
from archive.extraction.readers.statements import Reading
from archive.standards.vocabulary import Property, SourceKind
from tests.extraction.making import exif, iptc, jpeg, jpeg_with, photoshop, xmp
from tests.extraction.readers.test_file_assertions import dates, stating

TODAY = date(2024, 7, 1)
PHOTOSHOP = b"Photoshop 3.0\x00"
DATE_TIME_ORIGINAL, DESCRIPTION, ORIENTATION = 0x9003, 0x010E, 0x0112


def told(reading: Reading) -> str:
    return " ".join(problem.text for problem in reading.problems)


def positions(**values: object) -> list[tuple[float, float]]:
    found = assertions(stating(**values), today=TODAY)
    return [(one.point.latitude_degrees, one.point.longitude_degrees) for one in found if one.point]


# -- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", [b"\x1b%G", b""], ids=["declared", "undeclared"])
@pytest.mark.parametrize(
    ("whole", "bytes_lost"),
    [("À Gravelines, des bénévoles à l’hôpité", 1), ("Three boats, “at dawn”", 1), ("Three boats, “at dawn”", 2)],
    ids=["letter", "third byte", "second and third byte"],
)
def test_a_caption_cut_inside_a_character_keeps_the_rest_and_is_told(tmp_path, declared, whole, bytes_lost):
    sets = [(1, 90, declared)] if declared else []

    reading = read(jpeg_with(tmp_path, iptc=iptc(*sets, (2, 120, whole.encode()[:-bytes_lost]))))

    assert reading.properties["description"] == whole[:-1] + "\ufffd"
    assert "IPTC:Caption-Abstract is cut off inside its last character" in told(reading)


def test_one_stray_byte_leaves_all_other_characters_as_they_are(tmp_path):
    raw = "Évacués à Gravelines".encode() + b" \xff " + "près de Dunkerque".encode()

    reading = read(jpeg_with(tmp_path, iptc=iptc((2, 120, raw))))

    assert reading.properties["description"] == "Évacués à Gravelines \ufffd près de Dunkerque"
    assert "has 1 damaged character" in told(reading)


@pytest.mark.parametrize(
    ("escape", "codec", "text"),
    [
        (b"\x1b-A", "iso8859_1", "Rosé à l'été"),
        (b"\x1b-B", "iso8859_2", "Łódź z uchodźcami na plaży"),
        (b"\x1b-L", "iso8859_5", "Лодка у берега"),
        (b"\x1b-F", "iso8859_7", "Βάρκα στην ακτή"),
        (b"\x1b.F", "iso8859_7", "Βάρκα στην ακτή"),
        (b"\x1b-M", "iso8859_9", "Kıyıda şişme bot"),
        (b"\x1b-b", "iso8859_15", "Prix : 50 €"),
        (b"\x1b(B\x1b-B", "iso8859_2", "Łódź"),
    ],
    ids=["1", "2", "5", "7", "7 as g2", "9", "15", "ascii and 2"],
)
def test_each_declared_part_of_iso_8859_is_honoured(tmp_path, escape, codec, text):
    reading = read(jpeg_with(tmp_path, iptc=iptc((1, 90, escape), (2, 120, text.encode(codec)))))

    assert reading.properties["description"] == text
    assert reading.problems == []


def test_text_in_another_character_set_than_the_file_says_is_told(tmp_path):
    reading = read(
        jpeg_with(tmp_path, iptc=iptc((1, 90, b"\x1b%G"), (2, 120, "Des réfugiés à l'aube".encode("cp1252"))))
    )

    assert reading.properties["description"] == "Des réfugiés à l'aube"
    assert "is not in UTF-8, as the file says, and was read as Windows-1252" in told(reading)


def test_a_character_set_that_the_archive_does_not_know_is_told(tmp_path):
    reading = read(jpeg_with(tmp_path, iptc=iptc((1, 90, b"\x1b$B"), (2, 120, b"Three boats"))))

    assert "names a character set that the archive does not know (1b2442)" in told(reading)


def test_text_without_a_character_set_is_told_as_a_guess(tmp_path):
    reading = read(jpeg_with(tmp_path, iptc=iptc((2, 120, "Łódź z uchodźcami".encode("cp1250")), (2, 5, b"Boat"))))

    assert reading.properties["description"]
    assert "IPTC:Caption-Abstract names no character set and was read as" in told(reading)
    assert "which is a guess" in told(reading)
    assert "ObjectName" not in told(reading)


def test_a_guess_between_two_character_sets_is_told(tmp_path):
    reading = read(jpeg_with(tmp_path, exif=exif({DESCRIPTION: b"The crew\x92s boat"})))

    assert reading.properties["description"] == "The crew’s boat"
    assert "IFD0:ImageDescription names no character set" in told(reading)


@pytest.mark.parametrize("codec", ["latin-1", "mac_roman"])
def test_text_encoded_twice_is_read_as_meant_kept_as_written_and_told(tmp_path, codec):
    twice = "Flüchtlinge am Strand von Dünkirchen".encode().decode(codec)

    reading = read(jpeg_with(tmp_path, iptc=iptc((2, 120, twice.encode()))))

    assert [one.text for one in wordings(reading)] == ["Flüchtlinge am Strand von Dünkirchen"]
    assert reading.properties["description"] == "Flüchtlinge am Strand von Dünkirchen"
    assert [one.value for one in reading.statements if one.tag == "Caption-Abstract"] == [twice]
    assert "IPTC:Caption-Abstract was encoded twice" in told(reading)


@pytest.mark.parametrize(
    "text", ["PITIÉ»", "«PITIÉ»", "São Paulo", "NÃO", "Łódź", "l’été", "Ça", "naïve — “x”", "cafÃ©☕", "Ã©漢字"]
)
def test_text_encoded_once_stays_as_it_is(text):
    assert decoded_once_more(text) == text


# -- blocks -----------------------------------------------------------------------------------------------------------


def two_records() -> tuple[bytes, bytes]:
    first = iptc((2, 120, b"Three boats"), (2, 90, b"Dunkirk"), (2, 60, b"051200+0200"))
    second = iptc((2, 120, b"Four boats"), (2, 55, b"20240618"), (2, 60, b"060000+0200"), (2, 101, b"Belgium"))
    return first, second


@pytest.mark.parametrize("segments", [1, 2], ids=["two resources", "two segments"])
def test_a_second_iptc_block_is_read_beside_the_first_and_told(tmp_path, segments):
    first, second = map(photoshop, two_records())
    made = [first + second] if segments == 1 else [first, second]

    reading = read(jpeg(tmp_path, *((0xED, PHOTOSHOP + each) for each in made)))

    assert [(one.text, one.group) for one in wordings(reading)] == [("Three boats", "IPTC"), ("Four boats", "IPTC2")]
    assert "2 IPTC blocks that do not say the same" in told(reading)
    found = assertions(reading, today=TODAY)
    assert [(one.group, one.date.edtf) for one in found if one.date] == [("IPTC2", "2024-06-18T06:00:00+02:00")]
    assert [(one.group, one.as_written) for one in found if one.place] == [("IPTC", "Dunkirk"), ("IPTC2", "Belgium")]


def test_the_same_iptc_block_twice_is_one(tmp_path):
    first, _second = two_records()

    reading = read(jpeg(tmp_path, (0xED, PHOTOSHOP + photoshop(first) + photoshop(first))))

    assert [one.text for one in wordings(reading)] == ["Three boats"]
    assert "blocks" not in told(reading)


def test_a_camera_time_in_the_first_directory_is_read(tmp_path):
    reading = read(jpeg_with(tmp_path, exif=exif({DATE_TIME_ORIGINAL: "2024:06:18 05:12:00"})))

    found = [one for one in assertions(reading, today=TODAY) if one.date]
    assert [(one.date.edtf, one.ground) for one in found] == [("2024-06-18T05:12:00", SourceKind.DEVICE_METADATA)]


def test_the_same_camera_time_in_both_directories_is_told_once():
    both = {"EXIF__DateTimeOriginal": "2024:06:18 05:12:00", "IFD0__DateTimeOriginal": "2024:06:18 05:12:00"}

    assert dates(**both) == [("2024-06-18T05:12:00", None)]


def test_the_orientation_of_the_second_directory_counts_where_the_first_has_none():
    assert leading_properties(stating(IFD1__Orientation=6), [])["orientation"] == 6
    assert leading_properties(stating(IFD1__Orientation=6, IFD0__Orientation=1), [])["orientation"] == 1


@pytest.mark.parametrize("make", ["samsung", "SAMSUNG", "KODAK DIGITAL CAMERA", "Digimax"])
def test_a_make_is_never_taken_for_a_text_that_a_camera_writes(make):
    reading = stating(IFD0__Make=make, IFD0__Model="Image", XMP_dc__creator=["Samsung"], IPTC__City="Default")

    assert leading_properties(reading, []) == {
        "make": make, "model": "Image", "creator": "Samsung", "city": "Default",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_caption"),
    [
        ("<Samsung D70 / D75 / S730 / S830 >", False),
        ("<DIGIMAX S500 / Kenox S500 / Digimax Cyber 530>", False),
        ("SAMSUNG DIGITAL CAMERA", False),
        ("samsung", False),
        ("Samsung workers strike in Calais", True),
    ],
)
def test_of_samsung_only_what_names_cameras_is_no_caption(text, is_caption):
    assert bool(wordings(stating(IFD0__ImageDescription=text))) is is_caption


def test_a_title_that_a_program_writes_is_told():
    assert "was not taken for a caption" in assess(stating(IPTC__ObjectName="untitled"), today=TODAY)[1][0].text


def test_the_author_of_a_pdf_block_made_the_picture_and_its_creator_is_a_program():
    reading = stating(XMP_pdf__Creator="Adobe InDesign", XMP_pdf__Author="Jane Doe")

    found, problems = assess(reading, today=TODAY)

    assert [(one.property, one.text) for one in found] == [(Property.CREATOR, "Jane Doe")]
    assert 'XMP-pdf:Creator ("Adobe InDesign") names the program' in problems[0].text


def test_a_by_line_cut_where_iim_ends_is_the_creator_of_xmp_with_the_words_as_written():
    name = "Maximiliane von Hohenstein-Schauenburg"
    reading = stating(XMP_dc__creator=[name, "Jo Doe"], IPTC__By_line=[name[:32], "Jo Doe"])

    found, _problems = assess(reading, today=TODAY)

    assert [(one.text, one.as_written) for one in found] == [
        (f"{name}; Jo Doe", f"{name}; Jo Doe"),
        (f"{name}; Jo Doe", f"{name[:32]}; Jo Doe"),
    ]
    assert "32 bytes" in found[1].note


def test_a_shorter_by_line_is_another_name():
    found, _problems = assess(stating(XMP_dc__creator=["Jo Doemann"], IPTC__By_line="Jo Doe"), today=TODAY)

    assert [one.text for one in found] == ["Jo Doemann", "Jo Doe"]


# -- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "written"),
    [
        ("GoPro", "2022:01:01 12:01:43"),
        ("GoPro", "2016:01:01 00:00:07"),
        ("GoPro", "2015:01:01 03:41:10"),
        ("GoPro", "2022:01:01 14:30:00"),
        ("", "2016:01:01 00:12:00"),
        ("samsung", "2002:12:08 12:00:00"),
        ("Canon", "2002:12:08 12:00:00"),
        ("Xiaomi", "2002:12:08 13:15:00"),
        ("Canon", "1980:01:06 00:03:10"),
        ("Canon", "1999:08:22 01:00:00"),
        ("", "2019:04:07 00:20:00"),
        ("DJI", "1970:01:01 08:00:41"),
        ("Hikvision", "1969:12:31 19:00:05"),
        ("Apple", "2001:01:01 00:03:41"),
        ("Garmin", "1989:12:31 00:00:10"),
    ],
)
def test_a_clock_that_started_from_its_factory_time_is_suspect_also_hours_after(make, written):
    found, problems = assess(stating(IFD0__Make=make, EXIF__DateTimeOriginal=written), today=TODAY)

    assert found == []
    assert [problem.code for problem in problems] == ["SUSPECT"]


@pytest.mark.parametrize(
    ("make", "written"),
    [
        ("Canon", "2022:01:01 00:20:00"),
        ("GoPro", "2022:01:01 20:15:00"),
        ("GoPro", "2022:01:02 00:01:00"),
        ("NIKON CORPORATION", "2002:12:08 14:10:00"),
        ("GoPro", "2019:04:07 16:00:00"),
        ("Canon", "2001:01:01 11:00:00"),
        ("NIKON CORPORATION", "1989:12:31 00:20:00"),
    ],
    ids=["new year's night", "evening", "next day", "camera of that year", "afternoon of a rollover", "day", "scan"],
)
def test_a_likely_time_on_such_a_day_is_believed(make, written):
    assert len(dates(IFD0__Make=make, EXIF__DateTimeOriginal=written)) == 1


def test_what_repeats_a_time_that_was_not_believed_is_not_believed_either():
    reading = stating(
        IFD0__Make="GoPro",
        EXIF__DateTimeOriginal="2022:01:01 12:01:43",
        EXIF__DateTimeDigitized="2022:01:01 12:01:43",
        XMP_exif__DateTimeOriginal="2022-01-01T12:01:43",
        XMP_photoshop__DateCreated="2022-01-01T12:01:43",
        IPTC__DateCreated="20220101",
    )

    found, problems = assess(reading, today=TODAY)

    assert found == []
    assert {problem.code for problem in problems} == {"SUSPECT"}


@pytest.mark.parametrize(
    ("day", "hour", "placed", "is_believed"),
    [
        ("1980:01:06", 0, True, False),
        ("1999:08:22", 3, True, False),
        ("2019:04:07", 0, False, False),
        ("2019:04:07", 2, True, True),
        ("2019:04:07", 12, False, True),
    ],
)
def test_a_satellite_time_from_which_receivers_count_is_suspect(day, hour, placed, is_believed):
    point = {"GPS__GPSLatitude": [51, 3, 0], "GPS__GPSLatitudeRef": "N", "GPS__GPSLongitude": [2, 22, 0],
             "GPS__GPSLongitudeRef": "E"} if placed else {}  # fmt: skip

    found, problems = assess(stating(GPS__GPSDateStamp=day, GPS__GPSTimeStamp=[hour, 20, 0], **point), today=TODAY)

    assert any(one.date for one in found) is is_believed
    assert [problem.code for problem in problems] == ([] if is_believed else ["SUSPECT"])


@pytest.mark.parametrize(
    "stated",
    [
        {"XMP_exif__GPSTimeStamp": "2023-11-15T12:30:00Z"},
        {"XMP_exif__GPSDateStamp": "2023:11:15", "XMP_exif__GPSTimeStamp": "12:30:00"},
    ],
    ids=["in one", "apart"],
)
def test_the_satellite_time_of_xmp_dates_the_picture(stated):
    point = {"XMP_exif__GPSLatitude": "51,2.5N", "XMP_exif__GPSLongitude": "2,22E"}
    moment = datetime(2023, 11, 15, 12, 30, tzinfo=UTC)

    assert dates(**stated) == [("2023-11-15/2023-11-16", moment)]
    assert dates(**stated, **point) == [("2023-11-15T12:30:00Z", moment)]


@pytest.mark.parametrize("name", ["XMP_photoshop__DateCreated", "XMP_exif__DateTimeOriginal"])
@pytest.mark.parametrize("text", ["2016-06-14T00:00:00Z", "2016-06-14T00:00:00", "2016-06-14T00:00+02:00"])
def test_midnight_in_xmp_is_a_day_without_a_time(name, text):
    assert dates(**{name: text}) == [("2016-06-14", None)]


@pytest.mark.parametrize(
    "stated",
    [
        {"IPTC__DigitalCreationDate": "20240618", "IPTC__DigitalCreationTime": "051200+0200"},
        {"IPTC__DigitalCreationDate": "20240618"},
        {"XMP_exif__DateTimeDigitized": "2024-06-18T05:12:00+02:00"},
    ],
    ids=["day and time", "day", "xmp"],
)
def test_each_date_of_the_digital_file_is_a_hint_where_nothing_else_dates_the_picture(stated):
    assert dates(**stated) == [("2024-06-18?", None)]
    assert dates(**stated, EXIF__DateTimeOriginal="2024:06:17 10:00:00") == [("2024-06-17T10:00:00", None)]


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ({"IPTC__TimeCreated": "143000+0000"}, "IPTC:TimeCreated"),
        ({"IPTC__DigitalCreationTime": "143000+0000"}, "IPTC:DigitalCreationTime"),
        ({"XMP_exif__GPSTimeStamp": "14:30:00"}, "XMP-exif:GPSTimeStamp"),
        ({"GPS__GPSTimeStamp": [14, 30, 0]}, "GPS:GPSTimeStamp"),
        ({"XMP_photoshop__DateCreated": "T14:30:00"}, "XMP-photoshop:DateCreated"),
        ({"EXIF__DateTimeOriginal": "14:30:00"}, "EXIF:DateTimeOriginal"),
    ],
)
def test_a_time_without_its_day_is_said_to_be_one(stated, name):
    found, problems = assess(stating(**stated), today=TODAY)

    assert found == []
    assert [problem.text for problem in problems if name in problem.text and "without its day" in problem.text]


# -- positions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (("51.0498", "N"), ("2.3781", "E"), (51.0498, 2.3781)),
        (("51.0498", "S"), ("2.3781", "W"), (-51.0498, -2.3781)),
        (("51.0498", None), ("-2.3781", None), (51.0498, -2.3781)),
        (("-51.0498", None), ("2.3781", None), (-51.0498, 2.3781)),
        (("51,2.988", "North"), ("2,22.686", "West"), (51.0498, -2.3781)),
        (("51/1,2/1,5928/100", "N"), ("2/1,22/1,4116/100", "E"), (51.0498, 2.3781)),
        (("51.0498N", None), ("2.3781 E", None), (51.0498, 2.3781)),
        (("51° 2' 59.28\" N", None), ("2° 22' 41.16\" W", None), (51.0498, -2.3781)),
        (("51 deg 2' 59.28\" N", None), ("2 deg 22' 41.16\" W", None), (51.0498, -2.3781)),
        (("51 2 59.28 N", None), ("2 22 41.16 E", None), (51.0498, 2.3781)),
        (("51/1 2/1 5928/100", "N"), ("2/1 22/1 4116/100", "W"), (51.0498, -2.3781)),
        (("N 51° 2' 59.28''", None), ("W 2° 22' 41.16''", None), (51.0498, -2.3781)),
    ],
    ids=[
        "apple",
        "apple south west",
        "one sign",
        "other sign",
        "minutes",
        "rationals",
        "letters",
        "degree signs",
        "exiftool",
        "spaces",
        "rationals with spaces",
        "letter first",
    ],
)
def test_positions_are_read_as_programs_write_them_into_xmp(latitude, longitude, expected):
    stated = {
        "XMP_exif__GPSLatitude": latitude[0], "XMP_exif__GPSLatitudeRef": latitude[1],
        "XMP_exif__GPSLongitude": longitude[0], "XMP_exif__GPSLongitudeRef": longitude[1],
    }  # fmt: skip

    (found,) = positions(**{name: value for name, value in stated.items() if value})

    assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("51.0498", "2.3781"), ("51.0498", "2..22.5E"), ("51,0498N", "2,3781E"), ("51,75N", "2,22E"), ("51.0E", "2.0E")],
    ids=["no sign at all", "rubbish", "decimal comma", "seventy-five minutes", "wrong letter"],
)
def test_a_position_of_xmp_that_may_be_two_is_told_and_not_mapped(latitude, longitude):
    reading = stating(XMP_exif__GPSLatitude=latitude, XMP_exif__GPSLongitude=longitude)

    found, problems = assess(reading, today=TODAY)

    assert found == []
    assert [problem.code for problem in problems] == ["IMPOSSIBLE"]


@pytest.mark.parametrize(
    ("latitude", "reference"),
    [("-51.0498", "N"), ("+51.0498", "S"), ("51.0498N", "S"), ("51,2.988S", "North"), ("-51,2.988N", "")],
)
def test_a_sign_of_xmp_against_its_hemisphere_is_told_and_not_mapped(latitude, reference):
    reading = stating(
        XMP_exif__GPSLatitude=latitude, XMP_exif__GPSLatitudeRef=reference,
        XMP_exif__GPSLongitude="2.3781", XMP_exif__GPSLongitudeRef="E",
    )  # fmt: skip

    found, problems = assess(reading, today=TODAY)

    assert found == []
    assert [problem.code for problem in problems] == ["IMPOSSIBLE"]
    assert "contradicts its hemisphere" in problems[0].text


def test_a_sign_of_exif_against_its_hemisphere_is_told_and_not_mapped():
    reading = stating(
        GPS__GPSLatitude=[-51.0498, 0, 0], GPS__GPSLatitudeRef="N", GPS__GPSLongitude=[2, 22, 0],
        GPS__GPSLongitudeRef="E",
    )  # fmt: skip

    found, problems = assess(reading, today=TODAY)

    assert found == []
    assert "contradicts its hemisphere" in problems[0].text


def test_a_place_of_a_structure_is_read_with_its_reference_too(tmp_path):
    body = (
        "<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<exif:GPSLatitude>51.0498</exif:GPSLatitude><exif:GPSLatitudeRef>N</exif:GPSLatitudeRef>"
        "<exif:GPSLongitude>2.3781</exif:GPSLongitude><exif:GPSLongitudeRef>E</exif:GPSLongitudeRef>"
        "</rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>"
    )

    reading = read(jpeg_with(tmp_path, xmp=xmp(body)))

    assert [one.point.longitude_degrees for one in assertions(reading, today=TODAY)] == [2.3781]
