"""News pages as browsers save them, written for the tests."""

from pathlib import Path

from tests.ingest.pictures import jpeg

URL = "https://www.harbourpost.example/2024/06/19/boats-leave-at-dawn.html"
LEAD = "A black inflatable boat leaves the beach at Malo-les-Bains on Tuesday"
SECOND = "Lifeboat crew wait in the port of Dover"
_PAGE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Boats leave at dawn</title>
<link rel="canonical" href="{url}">
<meta property="og:site_name" content="The Harbour Post"><meta property="og:title" content="Boats leave at dawn">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "Boats leave at dawn", "datePublished": "{published}", "dateModified": "{modified}",
"author": {{"@type": "Person", "name": "Jo Tidewater"}},
"publisher": {{"@type": "Organization", "name": "The Harbour Post"}}}}</script>{head}</head>
<body><nav><a href="/">Home</a></nav><main><article><h1>Boats leave at dawn</h1>
<p>Before the sun was up a crowd had gathered behind the dunes, and nobody on the promenade could say
how long it had stood there.</p>
<figure><img src="boats_files/boat.jpg" alt="A boat">
<figcaption>{lead} <span class="credit">Photograph: Jo Tidewater/Harbour Post</span></figcaption></figure>
<p>The wind had dropped during the night, and the first engines could be heard well before anybody saw
a boat on the water.</p>{body}
<figure><img src="https://img.harbourpost.example/2024/lifeboat-dover-7731.jpg" alt="A lifeboat">
<figcaption>{second}</figcaption></figure>
<p>By noon the beach was empty again, but for a few life jackets that the tide had turned over and left
along the strandline.</p>
</article></main></body></html>"""


def page(
    *,
    published: str = "2024-06-19T08:00:00+01:00",
    modified: str = "2024-06-19T11:30:00+01:00",
    head: str = "",
    body: str = "",
    lead: str = LEAD,
) -> str:
    """Write the page, whose first picture came with it and whose second is cited."""
    return _PAGE.format(url=URL, published=published, modified=modified, head=head, body=body, lead=lead, second=SECOND)


def save_page(folder: Path, *, shade: int = 90, with_picture: bool = True, **parts: str) -> Path:
    """Save the page with its folder of one picture; return the page's path."""
    path = folder / "boats.html"
    path.write_text(page(**parts), encoding="utf-8")
    (folder / "boats_files").mkdir(exist_ok=True)
    if with_picture:
        (folder / "boats_files" / "boat.jpg").write_bytes(jpeg(shade, size=(1200, 800)))
    (folder / "boats_files" / "menu.js").write_text("alert(1)")
    return path
