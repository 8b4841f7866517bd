import base64
import gzip
import json
import plistlib
import quopri
import zipfile
import zlib

import brotli
import pytest
from backports import zstd

from archive.extraction.articles import containers
from archive.extraction.articles.containers import recognise
from archive.extraction.articles.read_article import read_article
from archive.files.sandbox import Sandbox
from tests.extraction.articles.making import MOMENT, PICTURE_URL, URL, Stored, mhtml, picture, wacz, warc, warc_of
from tests.extraction.articles.pages import H1, head, page, prose


def story(source: str = PICTURE_URL) -> str:
    return page(
        head(),
        f'<article>{H1}<figure><img src="{source}" alt="Boat"><figcaption>The boat off Dover (PA)</figcaption></figure>'
        f"{prose()}</article>",
    )


@pytest.fixture
def into_dir(tmp_path):
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


@pytest.mark.parametrize("kind", ["folder", "mhtml", "warc", "warc.gz", "wacz", "single file"])
def test_a_picture_held_with_the_page_is_written_out_unchanged(kind, tmp_path, into_dir):
    path = tmp_path / f"page.{kind}"
    if kind == "folder":
        path = tmp_path / "Lifeboat called.html"
        path.write_text(story("./Lifeboat%20called_files/boat.jpg"))
        (tmp_path / "Lifeboat called_files").mkdir()
        (tmp_path / "Lifeboat called_files" / "boat.jpg").write_bytes(picture())
    elif kind == "mhtml":
        mhtml(path, story(), {PICTURE_URL: picture()})
    elif kind == "wacz":
        wacz(path, {URL: story().encode(), PICTURE_URL: picture()}, first=URL)
    elif kind == "single file":
        path.write_text(story("data:image/jpeg;base64," + base64.b64encode(picture(width=20_000)).decode()))
    else:
        warc(path, {URL: story().encode(), PICTURE_URL: picture()}, gzip=kind == "warc.gz")

    reading = read_article(str(path), str(into_dir))

    (figure,) = reading["figures"]
    assert reading["refusal"] is None
    assert (figure["caption"], figure["credit"], figure["image_file"]) == ("The boat off Dover", "PA", "001.jpg")
    held = picture(width=20_000) if kind == "single file" else picture()
    assert (into_dir / "001.jpg").read_bytes() == held
    assert reading["container"] == {"folder": "HTML", "single file": "HTML"}.get(kind, kind.partition(".")[0].upper())
    expected = [] if kind in ("folder", "single file") else [PICTURE_URL]
    assert figure["image_urls"] == expected


def test_a_folder_may_come_under_another_name(tmp_path, into_dir):
    (tmp_path / "spooled").write_text(story("page_files/boat.jpg"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "boat.jpg").write_bytes(picture())

    reading = read_article(str(tmp_path / "spooled"), str(into_dir), folder=str(tmp_path / "elsewhere"))

    assert reading["figures"][0]["image_file"] == "001.jpg"


@pytest.mark.parametrize(
    "reference", ["page_files/../secret.jpg", "page_files/%2e%2e/secret.jpg", "page_files/link.jpg"]
)
def test_no_reference_leads_out_of_the_folder(reference, tmp_path, into_dir):
    (tmp_path / "page.html").write_text(story(reference))
    (tmp_path / "secret.jpg").write_bytes(picture())
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / "link.jpg").symlink_to(tmp_path / "secret.jpg")

    reading = read_article(str(tmp_path / "page.html"), str(into_dir))

    assert reading["figures"][0]["image_file"] is None
    assert list(into_dir.iterdir()) == []


def test_a_picture_that_is_not_held_keeps_its_name_and_address(tmp_path, into_dir):
    (tmp_path / "page.html").write_text(story("page_files/boat.jpg"))

    (figure,) = read_article(str(tmp_path / "page.html"), str(into_dir))["figures"]

    assert (figure["image_file"], figure["image_name"], figure["image_urls"]) == (None, "boat.jpg", [])


def test_what_is_no_picture_is_not_written_out(tmp_path, into_dir):
    path = mhtml(tmp_path / "page.mhtml", story(), {PICTURE_URL: b"<svg onload=alert(1)>"})

    reading = read_article(str(path), str(into_dir))

    assert reading["figures"][0]["image_file"] is None
    assert list(into_dir.iterdir()) == []
    assert reading["problems"][0]["code"] == "UNREADABLE"


def test_the_page_that_is_asked_for_is_read_of_an_archive_of_several(tmp_path, into_dir):
    other = story().replace("Lifeboat called out before dawn", "Storm over the pier")
    path = warc(tmp_path / "crawl.warc.gz", {URL: story().encode(), f"{URL}-2": other.encode()})

    first = read_article(str(path), str(into_dir))
    second = read_article(str(path), str(into_dir), url=f"{URL}-2")
    none = read_article(str(path), str(into_dir), url="https://elsewhere.example/")

    assert first["headline"]["value"] == "Lifeboat called out before dawn"
    assert second["headline"]["value"] == "Storm over the pier"
    assert first["pages"] == [URL, f"{URL}-2"]
    assert "PAGES" in [problem["code"] for problem in first["problems"]]
    assert none["refusal"].startswith("it holds no page with the address https://elsewhere.example/")


def test_the_first_listed_page_of_a_wacz_leads(tmp_path, into_dir):
    other = story().replace("Lifeboat called out before dawn", "Storm over the pier")
    path = wacz(tmp_path / "a.wacz", {URL: story().encode(), f"{URL}-2": other.encode()}, first=f"{URL}-2")

    assert read_article(str(path), str(into_dir))["headline"]["value"] == "Storm over the pier"


@pytest.mark.parametrize("kind", ["mhtml", "warc.gz"])
def test_the_moment_of_saving_is_kept_apart_from_publication(kind, tmp_path, into_dir):
    path = tmp_path / kind
    mhtml(path, story(), {}) if kind == "mhtml" else warc(path, {URL: story().encode()})

    reading = read_article(str(path), str(into_dir))

    assert reading["captured"]["day"] == MOMENT[:10]
    assert reading["published"]["day"] == "2024-06-19"


def test_files_are_known_by_their_content(tmp_path):
    kinds = {b"<!doctype html><p>x": "HTML", b"WARC/1.1\r\n": "WARC", b"PK\x03\x04": "WACZ", b"Two words.": "text",
             b"From: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n": "MHTML",
             b"bplist00\xd1": "webarchive", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00": None, b"": None}  # fmt: skip
    for content, kind in kinds.items():
        (tmp_path / "any.name").write_bytes(content)

        assert recognise(tmp_path / "any.name") == kind


def test_a_picture_or_an_office_document_is_refused_in_a_sentence(tmp_path, into_dir):
    (tmp_path / "a.html").write_bytes(picture())
    with zipfile.ZipFile(tmp_path / "b.wacz", "w") as package:
        package.writestr("word/document.xml", "<w/>")

    image, office = (read_article(str(tmp_path / name), str(into_dir)) for name in ("a.html", "b.wacz"))

    assert image["refusal"] == "it is no news page: neither HTML, MHTML, WARC, WACZ, webarchive nor plain text."
    assert office["refusal"] == "no page could be read from it: none of its records is a web page."
    assert image["statements"] == image["figures"] == []


def test_a_bomb_in_an_archive_ends_at_the_limit(tmp_path, into_dir):
    path = warc(tmp_path / "bomb.warc.gz", {URL: b"<html><p>x</p>" + b" " * 40_000_000})
    small = {"page_bytes": 1_000_000}

    assert path.stat().st_size < 100_000
    assert "larger than 1,000,000 bytes" in read_article(str(path), str(into_dir), limits=small)["refusal"]


def test_a_damaged_archive_gives_what_stands_before_the_damage(tmp_path, into_dir):
    path = warc(tmp_path / "cut.warc.gz", {URL: story().encode(), PICTURE_URL: picture(width=3000)})
    path.write_bytes(path.read_bytes()[:-900])

    reading = read_article(str(path), str(into_dir))

    assert reading["headline"]["value"] == "Lifeboat called out before dawn"
    assert reading["figures"][0]["image_file"] is None


def test_the_reader_runs_in_the_sandbox_by_name(tmp_path, into_dir):
    path = wacz(tmp_path / "a.wacz", {URL: story().encode(), PICTURE_URL: picture()}, first=URL)

    with Sandbox() as sandbox:
        reading = sandbox.run(
            "archive.extraction.articles.read_article.read_article", path=str(path), into_dir=str(into_dir)
        )

    assert reading["figures"][0]["image_file"] == "001.jpg"


CODINGS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "br, gzip": lambda body: gzip.compress(brotli.compress(body)),
    "": bytes,
}


@pytest.mark.parametrize("coding", CODINGS, ids=lambda coding: coding or "none")
def test_bodies_in_the_codings_of_the_web_are_read(coding, tmp_path, into_dir):
    code = CODINGS[coding]
    records = [Stored(URL, code(story().encode()), coding), Stored(PICTURE_URL, code(picture()), coding)]

    reading = read_article(str(warc_of(tmp_path / "a.warc.gz", records)), str(into_dir))

    assert reading["headline"]["value"] == "Lifeboat called out before dawn"
    assert (into_dir / "001.jpg").read_bytes() == picture()


def test_a_coding_that_is_not_read_is_named(tmp_path, into_dir):
    path = warc_of(tmp_path / "a.warc.gz", [Stored(URL, b"\x01\x02", "dcb")])

    assert f"{URL} is stored as “dcb”, which is not read here." in read_article(str(path), str(into_dir))["refusal"]


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_bomb_in_a_body_ends_at_the_limit(coding, tmp_path, into_dir):
    path = warc_of(tmp_path / "a.warc", [Stored(URL, CODINGS[coding](b"<p>x" + b" " * 40_000_000), coding)])

    reading = read_article(str(path), str(into_dir), limits={"page_bytes": 1_000_000})

    assert path.stat().st_size < 100_000
    assert "larger than 1,000,000 bytes" in reading["refusal"]


def test_a_warc_compressed_by_zstandard_is_read(tmp_path, into_dir):
    plain = warc(tmp_path / "a.warc", {URL: story().encode(), PICTURE_URL: picture()}, gzip=False)
    path = tmp_path / "a.warc.zst"
    path.write_bytes(zstd.compress(plain.read_bytes()))

    assert read_article(str(path), str(into_dir))["figures"][0]["image_file"] == "001.jpg"


ADVERTISEMENT = b"<html><body><h1>Sale</h1><p>Shoes, half price, today only.</p></body></html>"
AD_URL = "https://ads.example.net/frame.html"


def test_an_advertisement_before_the_story_is_not_the_page(tmp_path, into_dir):
    path = warc(tmp_path / "a.warc.gz", {AD_URL: ADVERTISEMENT, URL: story().encode()})

    reading = read_article(str(path), str(into_dir))

    assert reading["headline"]["value"] == "Lifeboat called out before dawn"
    assert reading["pages"] == [AD_URL, URL]


def test_what_a_page_shows_in_a_frame_is_not_the_page_however_long_it_is(tmp_path, into_dir):
    framing = story().replace("</article>", f'<iframe src="{AD_URL}"></iframe></article>')
    long = ADVERTISEMENT.replace(b"only.", b"only. " * 400)
    path = warc(tmp_path / "a.warc.gz", {AD_URL: long, URL: framing.encode()})

    assert read_article(str(path), str(into_dir))["headline"]["value"] == "Lifeboat called out before dawn"


def test_of_several_stories_the_others_are_named(tmp_path, into_dir):
    path = warc(tmp_path / "a.warc.gz", {URL: story().encode(), f"{URL}-2": story().encode()})

    problems = {problem["code"]: problem["text"] for problem in read_article(str(path), str(into_dir))["problems"]}

    assert f"Others with a story: {URL}-2; name the address of the one you mean." in problems["PAGES"]


@pytest.mark.parametrize("main", [f"{URL}-2", "https://elsewhere.example/"], ids=["held", "not held"])
def test_the_main_page_of_a_package_leads(main, tmp_path, into_dir):
    other = story().replace("Lifeboat called out before dawn", "Storm over the pier")
    path = wacz(tmp_path / "a.wacz", {URL: story().encode(), f"{URL}-2": other.encode()}, first=URL)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("datapackage.json", json.dumps({"profile": "data-package", "mainPageUrl": main}))

    reading = read_article(str(path), str(into_dir))

    is_held = main.startswith(URL)
    assert reading["headline"]["value"] == ("Storm over the pier" if is_held else "Lifeboat called out before dawn")
    assert any("names first, https://elsewhere.example/" in one["text"] for one in reading["problems"]) != is_held


@pytest.mark.parametrize("is_first", [True, False], ids=["before", "behind"])
def test_a_record_that_says_not_changed_is_read_where_the_body_is_held(is_first, tmp_path, into_dir):
    revisits = [Stored(PICTURE_URL, picture(), is_revisit=True)]
    bodies = [Stored("https://img.strandecho.example/other.bin", picture()), Stored(URL, story().encode())]
    path = warc_of(tmp_path / "a.warc.gz", revisits + bodies if is_first else bodies + revisits)

    reading = read_article(str(path), str(into_dir))

    assert reading["figures"][0]["image_file"] == "001.jpg"
    assert (into_dir / "001.jpg").read_bytes() == picture()


def test_an_archive_of_nothing_but_not_changed_says_where_the_page_is(tmp_path, into_dir):
    path = warc_of(tmp_path / "a.warc.gz", [Stored(URL, story().encode(), is_revisit=True)])

    assert (
        "had not changed; what they hold is in an earlier archive" in read_article(str(path), str(into_dir))["refusal"]
    )


@pytest.mark.parametrize(
    ("cited", "archived"),
    [
        ("/boat.jpg?width=640", "/boat.jpg?width=1280"),
        ("/boat.jpg?w=640&q=75", "/boat.jpg?w=1280&q=90"),
        ("/boat-640x480.jpg", "/boat-1024x768.jpg"),
        ("/boat-300x200.jpg", "/boat.jpg"),
        ("/640/ab12/boat.jpg", "/1280/ab12/boat.jpg"),
        ("/w_640,c_fill/ab12/boat.jpg", "/w_1280,c_fill/ab12/boat.jpg"),
        ("/boat.jpg?resize=640:*", "/boat.jpg?resize=1200:*"),
        ("/resize/640x/ab/boat.jpg", "/resize/1280x/ab/boat.jpg"),
    ],
)
def test_a_picture_archived_in_another_size_is_offered(cited, archived, tmp_path, into_dir):
    site = "https://img.strandecho.example"
    path = warc(tmp_path / "a.warc.gz", {URL: story(site + cited).encode()})
    path = warc_of(path, [Stored(URL, story(site + cited).encode()), Stored(site + archived, picture())])

    reading = read_article(str(path), str(into_dir))

    (figure,) = reading["figures"]
    assert (figure["image_file"], figure["image_offered_from"]) == ("001.jpg", site + archived)
    assert any(f"in another size than the page cites ({site}{archived})" in one["text"] for one in reading["problems"])


@pytest.mark.parametrize("archived", ["/boat-2.jpg?width=640", "/2023/boat.jpg?width=640", "/boat.jpg?id=7&width=640"])
def test_another_picture_is_not_offered(archived, tmp_path, into_dir):
    site = "https://img.strandecho.example"
    cited = f"{site}/2024/boat.jpg?id=8&width=320"
    path = warc_of(tmp_path / "a.warc.gz", [Stored(URL, story(cited).encode()), Stored(site + archived, picture())])

    assert read_article(str(path), str(into_dir))["figures"][0]["image_file"] is None


def safari(page: str, *, binary: bool = True, framed: bool = False, **main: object) -> bytes:
    """Pack a page as Safari does; the picture may belong to a frame."""
    resources = [{"WebResourceURL": PICTURE_URL, "WebResourceMIMEType": "image/jpeg", "WebResourceData": picture()}]
    frame = {"WebMainResource": {"WebResourceData": b"<p>x"}, "WebSubresources": resources}
    archive = {
        "WebMainResource": {
            "WebResourceData": page.encode("utf-16-le"),
            "WebResourceMIMEType": "text/html",
            "WebResourceTextEncodingName": "UTF-16LE",
            "WebResourceURL": URL,
        }
        | main,
        "WebSubresources": [] if framed else resources,
        "WebSubframeArchives": [frame] if framed else [],
    }
    return plistlib.dumps(archive, fmt=plistlib.FMT_BINARY if binary else plistlib.FMT_XML)


@pytest.mark.parametrize("framed", [False, True], ids=["page", "frame"])
@pytest.mark.parametrize("binary", [True, False], ids=["binary", "XML"])
def test_a_web_archive_of_safari_is_read_with_its_pictures(binary, framed, tmp_path, into_dir):
    utf8 = {"WebResourceData": story().encode(), "WebResourceTextEncodingName": "UTF-8"}
    (tmp_path / "page.webarchive").write_bytes(safari(story(), binary=binary, framed=framed, **utf8))

    reading = read_article(str(tmp_path / "page.webarchive"), str(into_dir))

    assert (reading["container"], reading["refusal"]) == ("webarchive", None)
    assert reading["headline"]["value"] == "Lifeboat called out before dawn"
    assert reading["figures"][0]["image_urls"] == [PICTURE_URL]
    assert (into_dir / "001.jpg").read_bytes() == picture()


@pytest.mark.parametrize("broken", ["http://[boat.jpg", "//[boat.jpg", "http://a\u2100b/boat.jpg"])
@pytest.mark.parametrize("kind", ["HTML", "MHTML", "WARC", "webarchive"])
def test_a_broken_address_spoils_no_page(kind, broken, tmp_path, into_dir):
    path = tmp_path / "page"
    html = story(f'{PICTURE_URL}" data-src="{broken}') + f'<iframe src="{broken}"></iframe>'
    match kind:
        case "HTML":
            path.write_text(html)
        case "MHTML":
            mhtml(path, html, {broken: picture(), PICTURE_URL: picture()})
        case "WARC":
            warc(path, {broken: picture(), URL: html.encode(), PICTURE_URL: picture()})
        case _:
            utf8 = {"WebResourceData": html.encode(), "WebResourceTextEncodingName": "UTF-8"}
            path.write_bytes(safari(html, **utf8))

    reading = read_article(str(path), str(into_dir))

    assert (reading["container"], reading["refusal"]) == (kind, None)
    assert PICTURE_URL in reading["figures"][0]["image_urls"]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"bplist00" + bytes(50), "it begins like a web archive of Safari, but is damaged. Send the file again."),
        (plistlib.dumps({"a": 1}), "it is a property list without a web page in it, not a web archive of Safari."),
        (
            plistlib.dumps(["WebMainResource"], fmt=plistlib.FMT_BINARY),
            "it is a property list without a web page in it",
        ),
        (
            safari("", WebResourceMIMEType="application/pdf"),
            "it is a web archive of Safari of no page, but of application",
        ),
        (b'<?xml version="1.0"?><plist><dict><key>WebMainResource</key>' + b"<array>" * 50_000, "it begins like a web"),
        (b'<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "b">]><plist><string>&a;</string></plist>', "it "),
    ],
    ids=["damaged", "other", "list", "pdf", "deep", "entity"],
)
def test_another_property_list_is_refused_in_a_sentence(content, refusal, tmp_path, into_dir):
    (tmp_path / "page.webarchive").write_bytes(content)

    with Sandbox() as sandbox:
        reading = sandbox.run(
            "archive.extraction.articles.read_article.read_article",
            path=str(tmp_path / "page.webarchive"),
            into_dir=str(into_dir),
        )

    assert reading["refusal"].startswith(refusal)


@pytest.mark.parametrize("coding", ["base64", "quoted-printable", "binary"])
@pytest.mark.parametrize("reference", ["cid:boat@x", "cid:boat%40x", "boat-1200.jpg", PICTURE_URL])
def test_the_variants_of_mhtml_are_read(coding, reference, tmp_path, into_dir):
    page = story(reference).encode()
    code = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring, "binary": bytes}[coding]
    related = reference == "boat-1200.jpg"
    location = b"boat-1200.jpg" if related else PICTURE_URL.encode()
    body = (
        b'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; start="<root@x>"; boundary="b"\n\n--b\n'
        b"Content-Type: text/html\nContent-ID: <frame@x>\n\n<p>An advertisement in a frame\n--b\n"
        b"Content-Type: text/html; charset=utf-8\nContent-ID: <root@x>\nContent-Transfer-Encoding: " + coding.encode()
        + b"\nContent-Location: " + URL.encode() + b"\n\n" + code(page) + b"\n--b\nContent-Type: image/jpeg\n"
        b"Content-ID: <boat@x>\nContent-Transfer-Encoding: base64\nContent-Location: " + location + b"\n\n"
        + base64.encodebytes(picture()) + b"\n--b--\n"
    )  # fmt: skip
    (tmp_path / "page.mht").write_bytes(body)

    reading = read_article(str(tmp_path / "page.mht"), str(into_dir))

    assert reading["headline"]["value"] == "Lifeboat called out before dawn"
    assert (into_dir / "001.jpg").read_bytes() == picture()


def told(reading: dict) -> str:
    return " ".join(problem["text"] for problem in reading["problems"])


@pytest.mark.parametrize("packed", [False, True], ids=["warc", "wacz"])
def test_an_archive_that_gzip_packed_as_one_file_is_read_with_its_pictures(packed, tmp_path, into_dir):
    plain = warc(tmp_path / "plain.warc", {URL: story().encode(), PICTURE_URL: picture()}, gzip=False).read_bytes()
    path = tmp_path / f"page.{'wacz' if packed else 'warc.gz'}"
    if packed:
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("archive/data.warc.gz", gzip.compress(plain))
    else:
        path.write_bytes(gzip.compress(plain))

    reading = read_article(str(path), str(into_dir))

    assert (into_dir / "001.jpg").read_bytes() == picture()
    assert "damaged" not in told(reading) and "ERROR" not in told(reading)


@pytest.mark.parametrize("gzip", [False, True], ids=["plain", "gzip"])
def test_an_archive_that_ends_within_a_record_says_so(gzip, tmp_path, into_dir):
    path = warc(tmp_path / "cut.warc", {URL: story().encode(), PICTURE_URL: picture(width=3000)}, gzip=gzip)
    path.write_bytes(path.read_bytes()[:-300])

    reading = read_article(str(path), str(into_dir))

    assert reading["headline"]["value"] == "Lifeboat called out before dawn"
    assert "The archive is damaged from a point on" in told(reading) or "The archive ends early" in told(reading)


def test_a_page_whose_sort_nobody_wrote_down_is_known_by_its_beginning(tmp_path, into_dir):
    path = warc(tmp_path / "untold.warc", {URL: story().encode()}, gzip=False)
    content = path.read_bytes().replace(
        b"Content-Type: text/html; charset=utf-8", b"X-Nothing-Says-Which-Type: is this ok"
    )
    path.write_bytes(content)

    assert read_article(str(path), str(into_dir))["headline"]["value"] == "Lifeboat called out before dawn"


def test_of_mhtml_the_page_of_the_snapshot_is_read_and_not_a_frame_before_it(tmp_path, into_dir):
    parts = b"".join(
        b"--b\nContent-Type: text/html; charset=utf-8\nContent-Location: " + address.encode() + b"\n\n" + body + b"\n"
        for address, body in (("https://ads.example/frame", b"<p>Buy now</p>"), (URL, story().encode()))
    )
    content = b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\nSnapshot-Content-Location: '
    (tmp_path / "page.mhtml").write_bytes(content + URL.encode() + b"\n\n" + parts + b"--b--\n")

    reading = read_article(str(tmp_path / "page.mhtml"), str(into_dir))

    assert reading["headline"]["value"] == "Lifeboat called out before dawn"


@pytest.mark.parametrize(
    ("cited", "saved"),
    [("Boat.JPG", "boat.jpg"), ("%C3%A9t%C3%A9.jpg", "e\u0301te\u0301.jpg")],
    ids=["case", "accents"],
)
def test_a_picture_in_the_folder_is_found_in_another_case_and_composition(cited, saved, tmp_path, into_dir):
    path = tmp_path / "page.html"
    path.write_text(story(f"page_files/{cited}"))
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / saved).write_bytes(picture())

    read_article(str(path), str(into_dir))

    assert (into_dir / "001.jpg").read_bytes() == picture()


def test_which_files_of_a_large_folder_are_looked_at_does_not_hang_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "_MOST_LOOKED_AT", 3)
    for number in range(40):
        path = tmp_path / f"folder-{number % 4}" / f"PICTURE-{number:02}.JPG"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    page = containers.FolderPage("HTML", b"", folder=tmp_path)

    references = {f"page_files/folder-{number % 4}/picture-{number:02}.jpg" for number in range(40)}

    assert {reference for reference, _bytes in page.pictures(references)} == {
        f"page_files/folder-0/picture-{number:02}.jpg" for number in (0, 4, 8)
    }
