"""
Two news pages of the sample story, written for it: saved as a browser saves them, with a folder of drawn pictures.

They show what pages do: print a picture that is held, in a smaller copy too, cite one that is not, name a file that
came by another way, and contradict themselves on when they were changed.
"""

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PIL import Image

TITLE = "News pages, June and July 2024"


@dataclass(frozen=True)
class SampleFigure:
    """A figure: `of` names the drawn file ("folder/name") that was saved with the page, or none does."""

    address: str
    caption: str
    credit: str
    of: str = ""
    width_px: int | None = None

    @property
    def name(self) -> str:
        return self.address.rpartition("/")[2]


@dataclass(frozen=True)
class SamplePage:
    """A page; `body` is its paragraphs and figures as they follow each other."""

    file_name: str
    outlet: str
    url: str
    headline: str
    author: str
    published: str
    modified: str
    body: tuple[str | SampleFigure, ...]

    @property
    def figures(self) -> list[SampleFigure]:
        return [part for part in self.body if isinstance(part, SampleFigure)]


PAGES = (
    SamplePage(
        "channel-courier-2024-06-19.html",
        "The Channel Courier",
        "https://channel-courier.example/2024/06/19/busiest-day",
        "Boats cross in calm seas on one of the year’s busiest days",
        "Ines Marlow",
        "2024-06-19T06:30:00+01:00",
        "2024-06-19T09:05:00+01:00",
        (
            "The sea lay flat on Tuesday, and from first light boat after boat left the beaches east of Dunkirk. In "
            "Dover the first people were brought ashore a little after four in the morning.",
            SampleFigure(
                "https://channel-courier.example/media/overcrowded-boat.jpg",
                "A boat full of people on its way across the English Channel on Tuesday.",
                "Photograph: Littoral Press",
                of="newspaper-2024-06-19/overcrowded-boat.jpg",
            ),
            "Officers on the sand watched at least one departure without stepping in, as footage by Sky News shows. "
            "The boat had no room left when it was pushed out.",
            SampleFigure(
                "https://channel-courier.example/media/dover-catamaran-0618.jpg",
                "Men, women and children leave a catamaran in the port of Dover on Tuesday morning.",
                "Photograph: Tom Hallam/Littoral Press",
            ),
            "In Westminster the crossings were a matter of the campaign once more. No casualties were reported.",
            SampleFigure(
                "https://channel-courier.example/media/clovelly-harbour.jpg",
                "Rishi Sunak (pictured on a boat in Clovelly Harbour earlier this week) called it desperately sad.",
                "Photograph: Littoral Press",
                of="newspaper-2024-06-19/clovelly-harbour.jpg",
            ),
            "The harbour office in Dover expected the wind to freshen by Thursday, and with it a pause.",
        ),
    ),
    SamplePage(
        "strait-watch-a-summer-of-boats.html",
        "Strait Watch",
        "https://strait-watch.example/2024/07/a-summer-of-boats",
        "A summer of boats",
        "Strait Watch staff",
        "2024-07-10T18:00:00+01:00",
        "2024-07-08T11:20:00+01:00",
        (
            "Nine weeks lie between the first warm days of May and the week in which this is written. We look back at "
            "them in pictures, most of which were sent to us.",
            SampleFigure(
                "https://strait-watch.example/files/wimereux-boarding.jpg",
                "People board a boat at Wimereux on 3 May.",
                "Picture: Strait Watch",
                of="web-collection-july-2024/wimereux-boarding.jpg",
            ),
            "In the middle of June the sea was calm for four days in a row, and the beaches around Dunkirk emptied.",
            SampleFigure(
                "https://strait-watch.example/files/leaving-dunkirk-small.jpg",
                "Two dozen people leave Dunkirk, 18 June. Still from footage by Sky News.",
                "© Sky News",
                of="broadcaster-stills/beach_0602_leaving.jpg",
                width_px=760,
            ),
            SampleFigure(
                "https://strait-watch.example/files/IMG-20240703-WA0012.jpg",
                "Overfull boat, sent to us by a reader in July.",
                "",
            ),
            "We do not know who took the last one, nor when. Whoever does may write to us.",
        ),
    ),
)


def write_pages(drawn: Path, into: Path) -> list[Path]:
    """
    Write the pages, each with its folder of pictures, and return their paths. The bytes are the same each time.

    :param drawn: the folder below which the collection was drawn
    """
    written = []
    for page in PAGES:
        path = into / page.file_name
        folder = path.with_name(f"{path.stem}_files")
        folder.mkdir(parents=True)
        for figure in page.figures:
            if figure.of:
                _copy(drawn / figure.of, folder / figure.name, figure.width_px)
        path.write_text(_html(page, folder.name), encoding="utf-8")
        written.append(path)
    return written


def _copy(source: Path, target: Path, width_px: int | None) -> None:
    if width_px is None:
        target.write_bytes(source.read_bytes())
        return
    with Image.open(source) as original:
        height_px = round(original.height * width_px / original.width)
        small = original.convert("RGB").resize((width_px, height_px), Image.Resampling.LANCZOS)
    small.save(target, "JPEG", quality=72)


def _html(page: SamplePage, folder: str) -> str:
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.headline,
        "author": {"@type": "Person", "name": page.author},
        "publisher": {"@type": "Organization", "name": page.outlet},
        "datePublished": page.published,
        "dateModified": page.modified,
    }
    parts = [_figure(one, folder) if isinstance(one, SampleFigure) else f"<p>{escape(one)}</p>" for one in page.body]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(page.headline)}</title>\n"
        f'<link rel="canonical" href="{page.url}">\n<meta property="og:site_name" content="{escape(page.outlet)}">\n'
        f'<script type="application/ld+json">{json.dumps(said, ensure_ascii=False)}</script>\n</head>\n'
        f"<body>\n<main>\n<article>\n<h1>{escape(page.headline)}</h1>\n{body}\n</article>\n</main>\n</body>\n</html>\n"
    )


def _figure(figure: SampleFigure, folder: str) -> str:
    source = f"{folder}/{figure.name}" if figure.of else figure.address
    credit = f' <span class="credit">{escape(figure.credit)}</span>' if figure.credit else ""
    caption = f"<figcaption>{escape(figure.caption)}{credit}</figcaption>"
    return f'<figure><img src="{source}" alt="">{caption}</figure>'
