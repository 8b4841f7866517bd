"""Which news document speaks of which picture, in folders and archives as agencies send them."""

from pathlib import Path

import pytest

from archive.ingest.delivery import Delivered, walk
from tests.extraction.readers.news import NAR, newsml, ninjs
from tests.ingest.pictures import xmp
from tests.ingest.test_delivery import listed, read, zip_of


def folder_of(path: Path, **files: str | bytes) -> Path:
    """Write files into a folder; `a__jpg` becomes `a.jpg`."""
    path.mkdir(exist_ok=True)
    for name, content in files.items():
        target = path / name.replace("__", ".")
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def sidecar_of(file: Delivered) -> bytes | None:
    return read(file.sidecar) if file.sidecar else None


def test_a_document_goes_with_the_pictures_that_it_names(tmp_path):
    document = newsml(href="https://feed.example/x/BOAT%201.JPG?key=9")
    other = ninjs(renditions=[{"name": "a", "href": "dover.jpg"}, {"name": "b", "href": "img/dover-small.jpg"}])
    folder = folder_of(tmp_path / "d", item9__xml=document, item8__json=other, dover__jpg=b"d", lone__jpg=b"l")
    (folder / "Boat 1.jpg").write_bytes(b"b")
    folder_of(folder / "img", **{"dover-small__jpg": b"s"})

    files = listed(folder)

    assert set(files) == {"Boat 1.jpg", "dover.jpg", "dover-small.jpg", "lone.jpg"}
    assert sidecar_of(files["Boat 1.jpg"]) == document.encode()
    assert sidecar_of(files["dover.jpg"]) == sidecar_of(files["dover-small.jpg"]) == other.encode()
    assert files["lone.jpg"].sidecar is None


@pytest.mark.parametrize("name", ["boat.xml", "BOAT.XML", "boat.jpg.xml", "boat.ninjs"])
def test_a_document_that_names_no_file_here_goes_with_the_picture_of_its_own_name(tmp_path, name):
    folder = folder_of(tmp_path / "d", boat__jpg=b"b", other__jpg=b"o")
    (folder / name).write_text(newsml(href="https://feed.example/4711"))

    files = listed(folder)

    assert set(files) == {"boat.jpg", "other.jpg"} and files["boat.jpg"].sidecar and not files["other.jpg"].sidecar


def test_in_a_zip_archive_they_pair_alike(tmp_path):
    archive = zip_of(tmp_path / "d.zip", {"a/boat.jpg": b"b", "a/1.xml": newsml().encode(), "b/boat.jpg": b"c"})

    files = list(walk([archive]))

    assert [(file.path.rpartition("d.zip/")[2], bool(file.sidecar)) for file in files] == [
        ("a/boat.jpg", True),
        ("b/boat.jpg", False),
    ]


def test_files_that_are_given_by_name_pair_alike(tmp_path):
    folder = folder_of(tmp_path / "d", boat__jpg=b"b", item__xml=newsml(), far__jpg=b"f")

    together = listed(folder / "boat.jpg", folder / "item.xml", folder / "far.jpg")
    picture = listed(folder / "boat.jpg")
    document = listed(folder / "item.xml")

    assert set(together) == {"boat.jpg", "far.jpg"} and together["boat.jpg"].sidecar
    assert picture["boat.jpg"].sidecar
    assert document["item.xml"].refusal.startswith("it is a news document (NewsML-G2) about “boat.jpg”")
    assert document["item.xml"].news == ("urn:newsml:strand.example:20240618:boat-1",)


def test_of_two_versions_the_later_is_taken_and_the_other_told(tmp_path):
    folder = folder_of(
        tmp_path / "d", boat__jpg=b"b", a__xml=newsml(version=2), b__xml=newsml(version=10), c__xml=newsml(href="")
    )

    files = listed(folder)

    assert b'version="10"' in sidecar_of(files["boat.jpg"])
    for name in ("a.xml", "c.xml"):
        assert files[name].refusal == (
            "it is a news document (NewsML-G2), but “b.xml” is a later version of it, and went with “boat.jpg”"
        )
        assert files[name].news is None


def test_a_picture_takes_one_sidecar_and_what_else_lies_beside_it_is_told(tmp_path):
    with_xmp = folder_of(tmp_path / "x", boat__jpg=b"b", boat__xmp=xmp("A boat"), boat__xml=newsml())
    with_two = folder_of(tmp_path / "t", boat__jpg=b"b", a__xml=newsml(), b__xml=newsml(guid="urn:other"))

    beside_xmp, beside_other = listed(with_xmp), listed(with_two)

    assert sidecar_of(beside_xmp["boat.jpg"]) == xmp("A boat")
    assert "“boat.jpg” has “boat.xmp” beside it already" in beside_xmp["boat.xml"].refusal
    assert sidecar_of(beside_other["boat.jpg"]) == newsml().encode()
    assert "“boat.jpg” has “a.xml” beside it already" in beside_other["b.xml"].refusal


def test_what_goes_with_no_picture_is_told_for_what_it_is(tmp_path):
    folder = folder_of(
        tmp_path / "d",
        two__jpg=b"1",
        two__png=b"2",
        two__xml=newsml(href=""),
        story__jpg=b"s",
        story__json=ninjs(type="text"),
        lone__json=ninjs(),
        cut__xml=newsml()[:-20],
        package__xml=f'<packageItem xmlns="{NAR}" guid="urn:p"/>',
        other__xml="<a/>",
        other__json='{"a": 1}',
        large__xml=newsml(caption="A boat. " * 600_000),
    )

    files = listed(folder)

    assert "may belong to any of 2 files (two.jpg, two.png)" in files["two.xml"].refusal
    assert files["story.jpg"].sidecar is None
    assert files["story.json"].refusal.startswith("it is a news document (ninjs) about no picture (text)")
    assert files["lone.json"].refusal.startswith("it is a news document (ninjs) without its picture: no file beside it")
    assert files["lone.json"].news == ("tag:strand.example,2024:boat-2",)
    assert "The news document is damaged: it is not well-formed" in files["cut.xml"].refusal
    assert "is a package item, which describes no picture" in files["package.xml"].refusal
    assert "has more than 4 MB" in files["large.xml"].refusal
    assert not files["other.xml"].refusal and not files["other.json"].refusal


def test_a_damaged_document_goes_with_the_picture_of_its_name_and_a_whole_one_before_it(tmp_path):
    alone = folder_of(tmp_path / "a", boat__jpg=b"b", boat__xml=newsml()[:-20])
    with_whole = folder_of(tmp_path / "w", boat__jpg=b"b", boat__json=ninjs()[:-20], item__xml=newsml())

    assert sidecar_of(listed(alone)["boat.jpg"]) == newsml()[:-20].encode()
    assert sidecar_of(listed(with_whole)["boat.jpg"]) == newsml().encode()


def test_the_items_of_a_message_go_with_their_pictures(tmp_path):
    items = "".join(newsml(guid=f"urn:{name}", href=f"{name}.jpg") for name in "ab")
    document = f'<newsMessage xmlns="{NAR}"><itemSet>{items}</itemSet></newsMessage>'
    folder = folder_of(tmp_path / "d", message__xml=document, a__jpg=b"a", b__jpg=b"b", c__jpg=b"c")

    files = listed(folder)

    assert [bool(files[name].sidecar) for name in ("a.jpg", "b.jpg", "c.jpg")] == [True, True, False]
