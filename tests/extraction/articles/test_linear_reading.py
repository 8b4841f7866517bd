"""A page is read in work that grows as the page does, whatever it is full of; work is counted and not timed."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import archive
from archive.extraction.articles.credit_lines import is_credit
from archive.extraction.articles.limits import Limits
from archive.extraction.articles.printed_names import clean_authors
from archive.extraction.articles.read_article import read_article

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OURS = archive.__path__[0]
PROSE = "<p>Before dawn the boats left the harbour, and who was on the quay saw the lifeboat go out at about four.</p>"


def steps(work: Callable[[], object]) -> int:
    """Count the lines of our own code that are run, once for each turn of a loop, and all calls of Python functions."""
    counted = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal counted
        counted += 1
        return trace if frame.f_code.co_filename.startswith(OURS) else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


def page(body: str, head: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><head><title>Boats at Dover</title><meta property="og:title" content="Boats at '
        'Dover"><meta property="article:published_time" content="2024-06-19T08:00:00+01:00">'
        f'<link rel="canonical" href="https://www.strandecho.example/boats">{head}</head><body><article>'
        f"<h1>Boats at Dover</h1>{PROSE}{body}</article></body></html>"
    )


def picture(number: object) -> str:
    return f"/photos/boat-number-{number:>05}.jpg"


def figure(number: object, *, caption: str = "", url: str = "") -> str:
    caption = caption or f"Boat {number} leaves the harbour. Photo: Ada Quill"
    return f'<figure><img src="{url or picture(number)}"><figcaption>{caption}</figcaption></figure>'


def each(times: int, write: Callable[[int], str]) -> str:
    return "".join(map(write, range(times)))


def linked(*things: dict[str, Any]) -> str:
    written = json.dumps([{"@type": "NewsArticle", "headline": "Boats"}, *things])
    return f'<script type="application/ld+json">{written}</script>'


def image(number: int, url: str = "") -> dict[str, Any]:
    url = f"https://www.strandecho.example{url or picture(number)}"
    return {"@type": "WebPage", "image": {"@type": "ImageObject", "url": url, "caption": f"Boat {number} at sea"}}


SHAPES: dict[str, Callable[[int], str]] = {
    "figures": lambda n: page(each(n, lambda i: f"<p>Paragraph {i} of the story, about the harbour.</p>{figure(i)}")),
    "paragraphs": lambda n: page(each(n, lambda i: f"<p>Paragraph {i} of the story tells of the harbour at dawn.</p>")),
    "paragraphs that begin alike": lambda n: page(each(n, lambda i: PROSE.replace("four", f"{i} o'clock"))),
    "quotations of paragraphs": lambda n: page(
        each(n, lambda i: f"<blockquote><p>Quotation {i} from the quay.</p><p>Sentence {i} after it.</p></blockquote>")
    ),
    "nested elements": lambda n: page(each(n, lambda i: f"<div>level {i} ") + figure(1)),
    "nested figures": lambda n: page(each(n, lambda i: figure(i).removesuffix("</figure>"))),
    "nested elements with figures": lambda n: page(each(n, lambda i: f"<div>{figure(i)}")),
    "nested captions": lambda n: page(each(n, lambda i: f'<div class="caption">level {i} ') + figure(1)),
    "nested things": lambda n: page('<div itemscope itemprop="image">word ' * n),
    "nested list items": lambda n: page("<ul><li><a href='/x'>A link</a> " * n + "<time>19 June 2024</time>"),
    "figures in cards": lambda n: page(
        each(n, lambda i: f'<aside>{figure(i)}<a href="https://other.example/{i}">Other</a></aside>{PROSE}')
    ),
    "candidates of a srcset": lambda n: page(
        f'<figure><img srcset="{each(n, lambda i: f"{picture(i)} {i}w, ")}"><figcaption>A boat</figcaption></figure>'
    ),
    "sources of a picture": lambda n: page(
        f'<figure><picture>{each(n, lambda i: f"<source srcset={picture(i)}>")}<img src="{picture(0)}"></picture>'
        "<figcaption>A boat</figcaption></figure>"
    ),
    "linked images": lambda n: page("", linked(*map(image, range(n)))),
    "linked images of figures": lambda n: page(each(n, figure), linked(*map(image, range(n)))),
    "linked images of one figure": lambda n: page(
        figure(1), linked(*(image(i, f"{picture(1)}?version={i}") for i in range(n)))
    ),
    "captions of the same words": lambda n: page(each(n, lambda i: figure(i, caption="A boat leaves the harbour."))),
    "figures of the same picture": lambda n: page(each(n, lambda i: figure(i, url=picture(1)))),
    "links to the same picture": lambda n: page(
        each(n, lambda i: f'<a href="{picture(1)}"><img src="{picture(1)}">Boat {i}</a>')
    ),
    "pictures alone": lambda n: page(each(n, lambda i: f'{PROSE}<img src="{picture(i)}">')),
    "captions beside pictures": lambda n: page(
        each(n, lambda i: f'<img src="{picture(i)}"><div class="caption">Boat {i}</div>')
    ),
    "captions of one figure": lambda n: page(
        f'<figure><img src="{picture(1)}">{each(n, lambda i: f"<figcaption>Boat {i}</figcaption>")}</figure>'
    ),
    "parts of a caption": lambda n: page(
        figure(1, caption=each(n, lambda i: f'<span class="caption">Boat {i}</span>'))
    ),
    "credits of a figure": lambda n: page(
        figure(1, caption="A boat" + each(n, lambda i: f'<span class="credit">Photo: Ada Quill {i}</span>'))
    ),
    "headings of a caption": lambda n: page(figure(1, caption="A boat" + each(n, lambda i: f"<h4>Boat {i}</h4>"))),
}  # fmt: skip


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    (tmp_path / "pictures").mkdir()

    def read(html: str) -> dict[str, Any]:
        (tmp_path / "page.html").write_text(html)
        return read_article(str(tmp_path / "page.html"), str(tmp_path / "pictures"))

    # What is loaded at the first page is no work on the second.
    read(page(figure(1)))
    return read


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_ten_times_as_much_on_a_page_is_at_most_fifteen_times_the_work(
    shape: Callable[[int], str], read: Callable[[str], dict[str, Any]]
) -> None:
    once, ten_times = (steps(lambda size=size: read(shape(size))) for size in (30, 300))

    assert ten_times <= 15 * once


def test_things_that_refer_to_one_another_are_told_no_more_often_than_is_read(
    read: Callable[[str], dict[str, Any]],
) -> None:
    """Each of twelve things refers to nine: four levels deep they are told 80,000 times."""
    things = [{"@id": f"#{i}", "name": "x", "about": [{"@id": f"#{j}"} for j in range(9)]} for i in range(12)]

    assert steps(lambda: read(page("", linked(*things)))) <= 100 * Limits().statements


def test_authors_are_told_apart_in_work_that_grows_as_their_number_does() -> None:
    names = [f"Ada {first}{second}" for first in ALPHABET for second in ALPHABET.lower()]

    once, ten_times = (steps(lambda size=size: clean_authors(names[:size], [])) for size in (60, 600))

    assert ten_times <= 15 * once


def test_a_run_of_names_between_strokes_is_no_riddle() -> None:
    """Each name could be read in two ways, and each more of them took twice as long: this many would never end."""
    assert not is_credit("/".join(["AA"] * 400) + "!")
