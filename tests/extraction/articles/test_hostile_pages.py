# ruff: noqa: E501 (markup stands as newsrooms write it)
import json
import random

import pytest

from archive.extraction.articles.charsets import decode
from archive.extraction.articles.read_article import read_article
from archive.files.sandbox import Sandbox
from tests.extraction.articles.pages import ALL, H1, WORDPRESS, head, page, prose
from tests.extraction.articles.test_common_markup import read


@pytest.mark.parametrize(
    ("content", "header", "charset", "text"),
    [
        ("<p>Café".encode(), "", "utf-8", "Café"),
        ("<meta charset=iso-8859-1><p>Café €".encode("cp1252"), "", "windows-1252", "Café €"),
        ("<meta charset=iso-8859-1><p>Café".encode(), "", "utf-8", "Café"),
        ("<p>Привет, берег".encode("cp1251"), "windows-1251", "windows-1251", "Привет"),
        ("<p>Café".encode("utf-16"), "", "utf-16", "Café"),
        ("<meta charset=no-such><p>Café".encode(), "", "utf-8", "Café"),
    ],
    ids=["none", "declared", "wrong", "by header", "byte order mark", "unknown"],
)
def test_a_charset_is_believed_where_the_bytes_agree(content, header, charset, text):
    read_text, name, _doubt = decode(content, header)

    assert text in read_text
    assert name == charset


def test_a_declaration_that_does_not_hold_is_a_problem():
    _text, _name, doubt = decode("<meta charset=iso-8859-1><p>Café".encode())

    assert doubt == "The page declares iso-8859-1 but is written in UTF-8; it was read so."


def test_no_markup_of_the_page_is_given_out(tmp_path):
    evil = '<script>alert(1)</script><img src=x onerror=alert(2)><iframe src="javascript:alert(3)">x</iframe>'
    html = page(
        head(),
        f"<article>{H1}<p>{evil}The first words of it stand here in full.</p>{prose()}<figure><img src='/a/boat.jpg'><figcaption>A boat {evil}</figcaption></figure><p>The last words are not to be forgotten either.</p></article>",
    )

    told = json.dumps(read(tmp_path, html))

    assert "alert(" not in told
    assert "<script" not in told and "onerror" not in told and "<iframe" not in told


def test_a_broken_script_of_linked_data_is_named_and_the_rest_is_read(tmp_path):
    broken = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": ]]</script>'

    reading = read(tmp_path, WORDPRESS.html.replace("</head>", f"{broken}</head>"))

    assert {"code": "UNREADABLE", "text": "1 of its JSON-LD scripts could not be read."} in reading["problems"]
    assert reading["authors"]["value"] == ["Ada Quill"]


@pytest.mark.parametrize(
    "slip",
    ['{"@type": "NewsArticle", "author": {"name": "Ada Quill",}, "x": ,}', '<!-- {"@type": "NewsArticle", "author": {"name": "Ada Quill"}} -->',
     '{"@type": "NewsArticle",\n"description": \'It\'s late\',\n"author": {"name": "Ada Quill"}}',
     '{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;author&quot;: &quot;Ada Quill&quot;}'],
    ids=["commas", "comment", "single quotes", "entities"],
)  # fmt: skip
def test_common_slips_of_linked_data_are_read_over(slip, tmp_path):
    html = page(f'<script type="application/ld+json">{slip}</script>', f"<article>{H1}{prose()}</article>")

    assert read(tmp_path, html)["authors"]["value"] == ["Ada Quill"]


def test_statements_stay_apart_and_word_for_word(tmp_path):
    statements = read(tmp_path, WORDPRESS.html)["statements"]

    assert ["Open Graph", "og:site_name", "The Strand Echo"] in statements
    assert ["JSON-LD", "NewsArticle.publisher.name", "The Strand Echo"] in statements
    assert ["text", "byline", "By Ada Quill"] in statements


HOSTILE = {
    "empty": b"<html></html>",
    "deep": b"<html><body>" + b"<div>" * 100_000 + b"x",
    "deep linked data": b'<html><p>x<script type="application/ld+json">' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"</script>",
    "many elements": b"<html><body>" + b"<i>x</i>" * 250_000,
    "many figures": b"<html><body><article><p>" + b"word " * 50 + b"</p>" + b"<figure><img src='/a/boat-%d.jpg'><figcaption>One boat</figcaption></figure>" * 1500,
    "many captions": b"<html><body><article><div class=caption><img src=/a.jpg>" * 1500,
    "long attribute": b"<html><body><img srcset='" + b"a.jpg 1w, " * 200_000 + b"'><p>x",
    "long line": b"<html><body><p class=date>" + b"Jan 1 " * 200_000,
    "long caption": b"<html><body><article><figure><img src=/boat/boat-one.jpg><figcaption>" + b"Photo: (A/B) " * 20_000 + b"</figcaption></figure>",
    "nul": b"<html><body><p>a\x00b" + bytes(range(256)) * 20,
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 3000,
    "warc": b"WARC/1.0\r\nContent-Length: -5\r\n\r\n" * 100,
    "zip": b"PK\x03\x04" + b"\x00" * 500,
    "gzip": b"\x1f\x8b\x08" + b"\xff" * 500,
}  # fmt: skip


def test_made_up_pages_end_within_the_limits_of_the_sandbox(tmp_path):
    (tmp_path / "into").mkdir()
    with Sandbox() as sandbox:
        for name, content in HOSTILE.items():
            (tmp_path / name).write_bytes(content)

            reading = sandbox.run(
                "archive.extraction.articles.read_article.read_article",
                path=str(tmp_path / name),
                into_dir=str(tmp_path / "into"),
            )

            assert reading["refusal"] is not None or reading["container"] == "HTML", name
            assert sandbox.last_seconds < 15, name


def test_cut_and_mangled_pages_are_read_as_far_as_they_go(tmp_path):
    chance = random.Random(19)
    for number in range(60):
        content = bytearray(chance.choice(ALL).html.encode())
        for _change in range(chance.randint(1, 40)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        (tmp_path / f"{number}.html").write_bytes(content[: chance.randint(1, len(content))])

        reading = read_article(str(tmp_path / f"{number}.html"), str(tmp_path))

        json.dumps(reading, allow_nan=False).encode("utf-8")


@pytest.mark.parametrize(
    ("name", "content", "limit", "told"),
    [
        ("page.html", WORDPRESS.html, {"paragraphs": 1}, "The page has more paragraphs than are read; the first 1 were."),
        ("page.txt", "One two three.\n\nFour five six.\n", {"paragraphs": 1}, "The text has more paragraphs than are read; the first 1 were."),
        ("page.html", WORDPRESS.html, {"statements": 4}, "The page states more of itself than is read; the first 4 statements were."),
    ],
    ids=["page", "text", "statements"],
)  # fmt: skip
def test_what_is_left_out_beyond_a_limit_is_told(tmp_path, name, content, limit, told):
    path = tmp_path / name
    path.write_text(content)
    (tmp_path / "pictures").mkdir()

    limited, whole = (read_article(str(path), str(tmp_path / "pictures"), limits=each) for each in (limit, None))

    assert {"code": "LIMIT", "text": told} in limited["problems"]
    assert "LIMIT" not in [problem["code"] for problem in whole["problems"]]
