"""
Writes the news pages of the story as a browser saves them, each with a folder of its pictures.

They show what pages do: print a picture that is held, in a smaller copy too, cite one that is not, name a file that
came by another way, and contradict themselves on when they were changed.
"""

import json
from html import escape
from pathlib import Path

from PIL import Image

from archive.sample.collection import narrowed
from archive.sample.story import SampleFigure, SamplePage, read_story


def write_pages(collection: Path, into: Path) -> list[Path]:
    """
    Write the pages, each with its folder of pictures, and return their paths. The bytes are the same each time.

    :param collection: the folder below which the collection was written
    """
    written = []
    for page in read_story().pages:
        path = into / page.file_name
        folder = path.with_name(f"{path.stem}_files")
        folder.mkdir(parents=True)
        for figure in page.figures:
            if figure.of:
                _copy(collection / figure.of, folder / figure.name, figure.width_px)
        path.write_text(_html(page, folder.name), encoding="utf-8")
        written.append(path)
    return written


def _copy(source: Path, target: Path, width_px: int | None) -> None:
    if width_px is None:
        target.write_bytes(source.read_bytes())
        return
    with Image.open(source) as original:
        small = narrowed(original.convert("RGB"), width_px)
    small.save(target, "JPEG", quality=72)


def _html(page: SamplePage, folder: str) -> str:
    linked_data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.headline,
        "author": {"@type": "Person", "name": page.author},
        "publisher": {"@type": "Organization", "name": page.outlet},
        "datePublished": page.published,
        "dateModified": page.modified,
    }
    parts = [
        _figure(block, folder) if isinstance(block, SampleFigure) else f"<p>{escape(block)}</p>" for block in page.body
    ]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(page.headline)}</title>\n"
        f'<link rel="canonical" href="{page.url}">\n<meta property="og:site_name" content="{escape(page.outlet)}">\n'
        f'<script type="application/ld+json">{json.dumps(linked_data, ensure_ascii=False)}</script>\n</head>\n'
        f"<body>\n<main>\n<article>\n<h1>{escape(page.headline)}</h1>\n{body}\n</article>\n</main>\n</body>\n</html>\n"
    )


def _figure(figure: SampleFigure, folder: str) -> str:
    source = f"{folder}/{figure.name}" if figure.of else figure.address
    credit = f' <span class="credit">{escape(figure.credit)}</span>' if figure.credit else ""
    caption = f"<figcaption>{escape(figure.caption)}{credit}</figcaption>"
    return f'<figure><img src="{source}" alt="">{caption}</figure>'
