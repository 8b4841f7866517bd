"""Which programs have saved the file, and from which documents does it come?"""

from typing import Any

import pytest

from archive.provenance.checks.evidence import MOST_RELATED, RelatedFile, Relation
from archive.provenance.checks.finding import weigh
from archive.provenance.checks.software_and_history import CHECK, MOST_PROGRAMS
from tests.provenance.checks.cases import codes, copy, evidence, sentence, sentences


@pytest.mark.parametrize(
    ("make", "model", "program", "expected"),
    [
        ("Canon", "Canon EOS 40D", "GIMP 2.4.5", "INCONCLUSIVE saved"),
        ("Canon", "Canon EOS 40D", "Adobe Photoshop CS4 Macintosh", "INCONCLUSIVE saved"),
        ("NIKON", "COOLPIX P6000", "Nikon Transfer 1.1 W", "INCONCLUSIVE carried"),
        ("Canon", "Canon EOS R5", "Photo Mechanic 6.0 (build 6097)", "INCONCLUSIVE carried"),
        ("FUJIFILM", "FinePix40i", "Digital Camera FinePix40i Ver1.39", "CONSISTENT camera"),
        ("NIKON CORPORATION", "NIKON D70s", "Ver.1.00 ", "CONSISTENT camera"),
        ("OLYMPUS IMAGING CORP.  ", "E-1              ", "Version 1.3", "CONSISTENT camera"),
        ("Apple", "iPhone 11 Pro Max", "14.4.2", "CONSISTENT camera"),
        ("SONY", "ILCE-7SM3", "ILCE-7SM3 v1.01", "CONSISTENT camera"),
        ("PENTAX", "PENTAX Optio S6", "Optio S6 Ver 1.00", "CONSISTENT camera"),
        ("Google", "Pixel 8 Pro", "HDR+ 1.0.570503588zd", "CONSISTENT camera"),
        ("motorola", "XT1575", "clark_retus-user 5.1.1 LPH23.116-18 18 release-keys", "CONSISTENT camera"),
        ("", "", "14.4.2", "INCONCLUSIVE unknown-program"),
        ("FLIR Systems AB", "FLIR_i7", "Common_dll v8.0.6b1", "INCONCLUSIVE unknown-program"),
    ],
)
def test_the_firmware_of_a_camera_agrees_and_a_program_that_saved_it_is_a_lead(
    make: str, model: str, program: str, expected: str
) -> None:
    case = evidence(statements={"IFD0:Make": make, "IFD0:Model": model, "IFD0:Software": program})
    case.embedded.properties.update(make=make.strip(), model=model.strip())

    assert codes(CHECK, case) == [expected]


def test_a_program_is_told_once_with_the_last_day_on_which_it_saved() -> None:
    steps = [
        {
            "stEvt:action": "created",
            "stEvt:when": "2013-09-23T10:09:46+02:00",
            "stEvt:softwareAgent": "Adobe Photoshop",
        },
        {"stEvt:action": "converted", "stEvt:parameters": "converted from image/x-canon-cr2 to image/jpeg"},
        {"stEvt:action": "saved", "stEvt:when": "2013-10-24T17:19:28+02:00", "stEvt:softwareAgent": "adobe  photoshop"},
        {"stEvt:action": "saved", "stEvt:when": "2013-13-45", "stEvt:softwareAgent": "Adobe Photoshop"},
    ]

    case = evidence(statements={"IFD0:Software": "Adobe Photoshop", "XMP-xmpMM:History": steps})

    assert codes(CHECK, case) == ["INCONCLUSIVE saved-on", "INCONCLUSIVE history", "INCONCLUSIVE converted"]
    assert sentence(CHECK, case) == "Was saved by Adobe Photoshop, last on 24 October 2013."
    saved, history, _converted = weigh(CHECK, case).observations
    assert saved.grounds == (("tag", "IFD0:Software"), ("tag", "XMP-xmpMM:History"))
    assert history.values == {"steps": 4, "first": {"edtf": "2013-09-23"}, "last": {"edtf": "2013-10-24"}}


def test_the_camera_does_not_stand_for_a_file_that_a_program_saved_later() -> None:
    case = evidence(
        statements={"IFD0:Make": "Apple", "IFD0:Software": "14.4.2", "XMP-xmp:CreatorTool": "Adobe Lightroom 7.4"}
    )
    case.embedded.properties.update(make="Apple")

    assert codes(CHECK, case) == ["INCONCLUSIVE saved", "INCONCLUSIVE camera"]


def test_documents_that_it_was_made_from_are_told() -> None:
    case = evidence(
        statements={
            "XMP-xmpMM:DerivedFrom": {"stRef:documentID": "605F385A877D41D35E76807EC60DC25F"},
            "XMP-xmpMM:Ingredients": [{"stRef:documentID": "xmp.did:1"}, {"stRef:filePath": "boat.psd"}],
            "XMP-photoshop:DocumentAncestors": ["09E6D0F0F1566931425946F327E43067"],
            "XMP-photoshop:History": "2024-06-18 Clone Stamp",
            "XMP-crs:HasCrop": "True",
        }
    )

    assert codes(CHECK, case) == [
        f"INCONCLUSIVE {code}" for code in ("edit-log", "cropped", "derived", "ingredients", "ancestors")
    ]


def test_items_of_the_same_document_are_named_and_a_confirmed_copy_agrees() -> None:
    known = copy()
    same = RelatedFile(known.item, Relation.SAME)

    case = evidence(copies=[known], related_files=[same])
    assert codes(CHECK, case) == ["CONSISTENT same-as-copy"]

    case = evidence(
        copies=[known], related_files=[same, RelatedFile(901, Relation.SAME), RelatedFile(902, Relation.PARTS)]
    )
    assert codes(CHECK, case) == [
        "INCONCLUSIVE same-document",
        "INCONCLUSIVE same-parts",
        "INCONCLUSIVE same-as-copy",
    ]
    assert weigh(CHECK, case).observations[0].grounds == (("item", 901),)


def test_a_file_that_says_nothing_of_it_has_nothing_against_it() -> None:
    assert codes(CHECK, evidence()) == ["NOT_APPLICABLE nothing"]


@pytest.mark.parametrize(
    "value",
    ["x" * 100_000, ["a", {"b": "c"}], {"x-default": "Photoshop"}, 7, "", "\u202e100 %(day)s"],
    ids=["long", "list", "languages", "number", "empty", "percent"],
)
def test_whatever_stands_there_is_told_in_a_sentence(value: Any) -> None:
    tags = ["IFD0:Software", "XMP-xmpMM:History", "XMP-xmpMM:Ingredients", "XMP-photoshop:DocumentAncestors"]

    case = evidence(statements=dict.fromkeys(tags, value))

    assert len(sentence(CHECK, case)) < 400
    assert len(weigh(CHECK, case).observations) <= MOST_PROGRAMS + 5


@pytest.mark.parametrize(
    ("coding", "expected"),
    [
        ({"standard_quality": 75}, ["INCONCLUSIVE standard-tables", "INCONCLUSIVE camera"]),
        ({"standard_quality": None}, ["CONSISTENT camera"]),
        ({"is_progressive": True}, ["INCONCLUSIVE progressive", "INCONCLUSIVE camera"]),
        ({"behind": "zip", "bytes_behind": 9}, ["INCONCLUSIVE behind-the-end", "INCONCLUSIVE camera"]),
        ({"behind": "jpeg", "bytes_behind": 9}, ["CONSISTENT camera"]),
    ],
    ids=["standard tables", "tables of its own", "progressive", "archive behind", "picture behind"],
)
def test_how_the_jpeg_is_coded_is_a_lead(coding: dict[str, Any], expected: list[str]) -> None:
    case = evidence(
        statements={"IFD0:Make": "Canon", "IFD0:Software": "Ver.1.00"}, examinations={"file-traces": {"jpeg": coding}}
    )
    case.embedded.properties.update(make="Canon")

    assert codes(CHECK, case) == expected


def test_standard_tables_tell_nothing_where_a_program_is_named_or_no_camera() -> None:
    coding = {"file-traces": {"jpeg": {"standard_quality": 75}}}
    edited = evidence(statements={"IFD0:Software": "GIMP 2.10"}, examinations=coding)
    edited.embedded.properties.update(make="Canon")

    assert codes(CHECK, edited) == ["INCONCLUSIVE saved"]
    assert codes(CHECK, evidence(examinations=coding)) == ["NOT_APPLICABLE nothing"]


def test_of_very_many_programs_and_conversions_the_number_of_those_left_out_is_told() -> None:
    steps = [
        {"stEvt:softwareAgent": f"Program {number}", "stEvt:parameters": f"converted from {number}"}
        for number in range(MOST_PROGRAMS + 2)
    ]

    told = sentences(CHECK, evidence(statements={"XMP-xmpMM:History": steps}))

    assert "It names 2 more programs, which are not told here." in told
    assert "Its history tells of 7 more conversions, which are not told here." in told


def test_where_more_files_may_name_the_same_documents_that_is_told() -> None:
    related = [RelatedFile(item, Relation.SAME) for item in range(2, MOST_RELATED + 2)]

    assert codes(CHECK, evidence(related_files=related))[-1] == "INCONCLUSIVE more-related"
