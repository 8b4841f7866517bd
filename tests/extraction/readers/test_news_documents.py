"""News documents of agencies: read word for word, told where they are damaged, never a danger."""

import json
from pathlib import Path
from time import perf_counter

import pytest

from archive.extraction.readers.file_assertions import assertions, wordings
from archive.extraction.readers.news_documents import DamagedNews, group_of, last_part, read_news
from archive.extraction.readers.news_versions import identity_of, latest_news, version_of
from archive.extraction.readers.read_file import read_sidecar
from archive.extraction.readers.statements import Reading, State
from tests.extraction.readers.news import NAR, newsml, ninjs


def read(tmp_path: Path, document: str | bytes, **known: str) -> Reading:
    path = tmp_path / "document"
    path.write_bytes(document if isinstance(document, bytes) else document.encode())
    return read_sidecar(path, **known)


def said(reading: Reading) -> dict[str, object]:
    return {statement.tag: statement.value for statement in reading.statements}


def claimed(reading: Reading) -> list[tuple[str, str, str]]:
    return [(str(found.property), found.tag, found.text or found.as_written) for found in assertions(reading)]


# --- What is read --------------------------------------------------------------------------------------------------


def test_a_news_item_is_read_word_for_word_and_makes_claims(tmp_path):
    document = newsml(
        item_meta='<embargoed>2030-01-01T00:00:00Z</embargoed><pubStatus qcode="stat:usable"/><edNote>No crop</edNote>',
        rights="<copyrightNotice>© Strand</copyrightNotice><usageTerms>Editorial <em>use</em> only</usageTerms>",
        content_meta='<urgency>3</urgency><located qcode="p:1"><name>Dunkirk</name><broader qcode="iso3166-1a2:FR">'
        "<name>France</name></broader></located><creator><name>Ines Made</name></creator>"
        "<creditline>Strand / Made</creditline>"
        '<subject type="cpnat:geoArea" qcode="p:2"><name>Malo-les-Bains</name></subject>'
        '<subject type="cpnat:event" literal="crossing"/><slugline>boats</slugline>',
    )

    reading = read(tmp_path, document)

    statements = said(reading)
    assert reading.format_name == "NewsML-G2" and reading.state is State.READ and reading.problems == []
    assert statements["guid"] == "urn:newsml:strand.example:20240618:boat-1" and statements["version"] == "1"
    assert statements["embargoed"] == "2030-01-01T00:00:00Z" and statements["pubStatus"] == "stat:usable"
    assert statements["usageTerms"] == "Editorial use only" and statements["edNote"] == "No crop"
    assert statements["urgency"] == "3" and statements["slugline"] == "boats"
    assert statements["copyrightHolder"] == "Strand Pictures"
    assert statements["remoteContent"] == {"href": "boat.jpg", "contenttype": "image/jpeg", "width": "400"}
    assert claimed(reading) == [
        ("date_created", "contentCreated", "2024-06-18T05:12:00+02:00"),
        ("location_created", "located", "Dunkirk, France"),
        ("location_shown", "place (subject)", "Malo-les-Bains"),
        ("creator", "creator", "Ines Made"),
        ("credit_line", "creditline", "Strand / Made"),
        ("supplied_by", "provider", "STR"),
        ("event", "event (subject)", "crossing"),
    ]
    assert [(wording.role, wording.text, wording.language) for wording in wordings(reading)] == [
        ("DESCRIPTION", "A crowded boat off Dunkirk, France, on Tuesday, June 18, 2024.", "en-GB"),
        ("HEADLINE", "Boat off Dunkirk", "en-GB"),
    ]


def test_ninjs_1_is_read_word_for_word_and_makes_claims(tmp_path):
    document = ninjs(
        located="Dover", urgency=2, usageterms="Editorial use only", infosource=[{"name": "STR"}], ednote="Hold",
        altids={"local": "7"},
        place=[{"name": "Shakespeare Beach", "rel": "about"}, {"name": "Kent", "rel": "mentions"}],
    )  # fmt: skip

    reading = read(tmp_path, document)

    statements = said(reading)
    assert reading.format_name == "ninjs" and reading.state is State.READ and reading.problems == []
    assert statements["urgency"] == "2" and statements["usageterms"] == "Editorial use only"
    assert statements["altids"] == {"local": "7"} and statements["ednote"] == "Hold"
    assert claimed(reading) == [
        ("date_created", "contentcreated", "2024-06-18T05:12:00+02:00"),
        ("location_created", "located", "Dover"),
        ("location_shown", "place (subject)", "Shakespeare Beach"),
        ("creator", "byline", "Ines Made"),
        ("supplied_by", "infosource", "STR"),
    ]
    assert reading.properties["headline"] == "Boat off Dover"


def test_ninjs_3_with_its_arrays_and_camel_case_reads_alike(tmp_path):
    document = ninjs(
        without=("headline", "description_text", "versioncreated", "byline", "contentcreated"),
        versionCreated="2024-06-18T05:20:00Z",
        contentCreated="2024-06-18",
        by="Ines Made",
        pubStatus="withheld",
        headlines=[{"role": "main", "value": "Boat off Dover"}, {"role": "seo", "value": "Boat"}],
        descriptions=[
            {"role": "creditline", "value": "Strand"},
            {"role": "caption", "value": "Off Dover.", "language": "en-GB"},
            {"role": "caption", "contentType": "text/html", "value": "<p>Off Dover.</p>"},
        ],
        renditions=[{"name": "main", "href": "https://feed.example/dover.jpg", "sizeInBytes": 12}],
    )

    reading = read(tmp_path, document)

    assert [(wording.role, wording.text, wording.language) for wording in wordings(reading)] == [
        ("DESCRIPTION", "Off Dover.", "en-GB"),
        ("HEADLINE", "Boat off Dover", "en"),
    ]
    assert said(reading)["pubstatus"] == "withheld" and said(reading)["headlines (seo)"] == "Boat"
    assert ("credit_line", "descriptions (creditline)", "Strand") in claimed(reading)
    assert ("creator", "by", "Ines Made") in claimed(reading)
    assert read_news(document.encode())[0].hrefs == ("https://feed.example/dover.jpg",)


def test_of_several_places_that_an_item_is_about_none_is_taken_for_what_the_picture_shows(tmp_path):
    subjects = "".join(f'<subject type="cpnat:geoArea"><name>{name}</name></subject>' for name in ("Dunkirk", "Dover"))

    newsml_reading = read(tmp_path, newsml(content_meta=subjects))
    ninjs_reading = read(tmp_path, ninjs(places=[{"name": "Dunkirk"}, {"name": "Dover"}]))

    for reading in (newsml_reading, ninjs_reading):
        assert not [claim for claim in claimed(reading) if claim[0] == "location_shown"]
        assert "lists 2 places as its subjects" in reading.problems[0].text


def test_a_place_that_is_named_twice_is_one(tmp_path):
    twice = "".join(
        f'<subject type="cpnat:{kind}"><name>Malo-les-Bains</name></subject>' for kind in ("geoArea", "poi")
    )

    for document in (newsml(content_meta=twice), ninjs(place=[{"name": "Malo-les-Bains"}] * 2)):
        reading = read(tmp_path, document)

        assert ("location_shown", "place (subject)", "Malo-les-Bains") in claimed(reading) and reading.problems == []


def test_where_a_source_is_named_who_sends_the_document_is_not_the_source(tmp_path):
    reading = read(tmp_path, newsml(content_meta="<infoSource><name>Made Agency</name></infoSource>"))

    assert [claim for claim in claimed(reading) if claim[0] == "supplied_by"] == [
        ("supplied_by", "infoSource", "Made Agency")
    ]


def test_a_description_that_is_markup_alone_is_told(tmp_path):
    reading = read(tmp_path, ninjs(without=("description_text",), description_xhtml="<p>Off Dover.</p>"))

    assert "markup or in another role alone" in reading.problems[0].text
    assert said(reading)["description_xhtml"] == "<p>Off Dover.</p>"


def test_of_a_message_of_several_items_the_one_that_names_the_picture_is_read(tmp_path):
    items = [newsml(guid=f"urn:{name}", href=f"https://feed.example/{name}.jpg?x=1", headline=name) for name in "abc"]
    document = f'<newsMessage xmlns="{NAR}"><itemSet>{"".join(items)}</itemSet></newsMessage>'

    by_name = read(tmp_path, document, file_name="B.JPG")
    by_guid = read(tmp_path, document, file_name="b.jpg", guid="urn:c")
    neither = read(tmp_path, document, file_name="d.jpg")

    assert said(by_name)["guid"] == "urn:b" and "holds 3 items" in by_name.problems[0].text
    assert said(by_guid)["guid"] == "urn:c"
    assert neither.state is State.UNREADABLE and "none of them names this file" in neither.problems[0].text


def test_a_story_gives_its_pictures(tmp_path):
    picture = json.loads(ninjs(without=("language",)))
    for associations in ({"main": picture}, [picture | {"name": "main"}]):
        reading = read(tmp_path, ninjs(type="text", uri="tag:story", headline="A story", associations=associations))

        assert said(reading)["uri"] == "tag:strand.example,2024:boat-2"
        assert said(reading)["headline"] == {"en": "Boat off Dover"}


@pytest.mark.parametrize(
    ("href", "name"),
    [
        ("boat.jpg", "boat.jpg"),
        ("https://feed.example/a/boat%20one.jpg?key=1#x", "boat one.jpg"),
        ("pictures\\boat.jpg", "boat.jpg"),
        ("https://[feed/boat.jpg", "boat.jpg"),
        ("", ""),
    ],
)
def test_a_file_is_named_by_the_last_part_of_an_address(href, name):
    assert last_part(href) == name


# --- Encodings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_encodings_of_xml_and_json_read_alike(tmp_path, encoding):
    for document in (newsml(caption="Près de Łódź"), ninjs(description_text="Près de Łódź")):
        reading = read(tmp_path, document.encode(encoding))

        assert reading.properties["description"] == "Près de Łódź" and reading.problems == []


def test_a_document_that_is_not_in_its_declared_encoding_is_read_and_told(tmp_path):
    declared = '<?xml version="1.0" encoding="UTF-8"?>' + newsml(caption="Près de Calais")
    latin = '<?xml version="1.0" encoding="iso-8859-2"?>' + newsml(caption="Łódź, plaża")

    wrong = read(tmp_path, declared.encode("latin-1"))
    right = read(tmp_path, latin.encode("iso-8859-2"))

    assert wrong.properties["description"] == "Près de Calais"
    assert "is not in UTF-8, as the file says" in wrong.problems[0].text
    assert right.properties["description"] == "Łódź, plaża" and right.problems == []


# --- What cannot be read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (newsml()[:-30], "not well-formed"),
        (ninjs()[:-30], "no whole JSON"),
        (f'<packageItem xmlns="{NAR}" guid="urn:p" version="1"/>', "a package item"),
        (f'<conceptItem xmlns="{NAR}" guid="urn:c" version="1"/>', "a concept item"),
        (f'<newsMessage xmlns="{NAR}"><itemSet/></newsMessage>', "a message without a news item"),
    ],
    ids=["cut XML", "cut JSON", "package", "concept", "empty message"],
)
def test_what_is_damaged_or_speaks_of_no_picture_is_told_in_a_sentence(tmp_path, document, why):
    reading = read(tmp_path, document)

    assert reading.state is State.UNREADABLE and reading.statements == []
    assert why in reading.problems[0].text and reading.problems[0].text.endswith(".")


def test_a_hostile_document_is_left_unread(tmp_path):
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boat"}">' for n in range(10))
    bodies = {
        "defines entities": f"<!DOCTYPE newsItem [{bomb}]>" + newsml(caption="&e9;"),
        "defines entities ": '<!DOCTYPE newsItem [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + newsml(caption="&x;"),
        "more elements": newsml(content_meta="<keyword/>" * 100_000),
        "nested deeper": newsml(content_meta="<subject>" * 5_000 + "</subject>" * 5_000),
        "nested too deeply": ninjs()[:-1] + ', "x": ' + "[" * 200_000 + "]" * 200_000 + "}",
        "more than 4 MB": newsml(caption="A boat. " * 800_000),
    }
    for why, document in bodies.items():
        reading = read(tmp_path, document)

        assert reading.state is State.UNREADABLE and reading.statements == [], why
        assert why.strip() in reading.problems[0].text
    with pytest.raises(DamagedNews, match="more than 4 MB"):
        read_news(ninjs(description_text="A boat. " * 6_500_000).encode())


def test_a_declaration_without_an_end_costs_no_time(tmp_path):
    document = f"<?xml {NAR} " + 'encoding="a" ' * 60_000

    began = perf_counter()
    reading = read(tmp_path, document)

    assert perf_counter() - began < 5
    assert reading.state is State.UNREADABLE and "not well-formed" in reading.problems[0].text


def test_odd_types_in_ninjs_break_nothing(tmp_path):
    document = ninjs(
        headline={"a": ["b"]}, description_text=None, renditions=[None, 3, {"href": None}], place="Dover",
        version=2, urgency=True, associations=7, event=[{"name": {"x": 1}}], byline=["Ines", {"name": "Ole"}],
    )  # fmt: skip

    reading = read(tmp_path, document)

    assert reading.state is State.READ and said(reading)["version"] == "2"


def test_other_documents_are_none_of_news(tmp_path):
    for document in (
        b"",
        b"{}",
        b'{"uri": "x"}',
        b"<a/>",
        b'[{"uri": "x", "headline": "y"}]',
        b"\xff\xd8\xff",
        b"{" * 99,
    ):
        assert group_of(document) == ""
    assert read(tmp_path, "<a/>").format_name == "XMP"


# --- Versions ------------------------------------------------------------------------------------------------------


def test_of_versions_the_latest_holds_and_of_equals_all():
    def item(guid: str, version: str, created: str = "") -> list[list[str]]:
        named = [["ninjs", "uri", guid], ["ninjs", "version", version], ["ninjs", "versioncreated", created]]
        return [*named, ["ninjs", "headline", f"{guid} {version} {created}"]]

    xmp = [["XMP-dc", "title", "Boat"]]
    readings = [xmp, item("a", "2"), item("a", "10"), item("a", "9"), item("b", "1"), item("b", "1")]

    assert latest_news(readings) == [xmp, readings[2], readings[4], readings[5]]
    by_day = [item("c", "", "2024-06-18T07:00:00+02:00"), item("c", "", "2024-06-18T05:30:00Z")]
    assert latest_news(by_day) == [by_day[1]]
    assert identity_of(xmp) is None
    for created in ("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"):
        assert version_of("1", created) == version_of("1", "")
    assert not version_of("", "soon").is_stated and version_of("²", "").number == 0
