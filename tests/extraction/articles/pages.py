# ruff: noqa: E501 (markup stands as newsrooms write it)
"""
News pages written for the tests in the markup that common newsroom systems produce, with what they should be read as.

The stories, names and pictures are made up. Around each story stands what surrounds real ones: a logo, a menu, teasers
of other stories, portraits of authors, counting pixels.
"""

from dataclasses import dataclass, field

PROSE = (
    "The lifeboat left its station shortly after four in the morning, when a fishing crew reported lights on the water.",
    "Volunteers carried blankets along the promenade while the harbour office kept the eastern arm closed to traffic.",
    "A spokeswoman said that everybody had been brought ashore and that nobody was thought to be missing any more.",
    "The wind had turned to the north during the night, and the swell made the way back to the harbour a slow one.",
    "Residents who had come down to the beach were asked to keep away from the waterline until the tide had gone out.",
    "It was the third such night of the month, according to figures that the harbour office published this week.",
)
CHROME = """
<header class="site-header"><a href="/"><img class="logo" src="/static/logo.svg" alt="Home"></a>
<nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
"""
TEASERS = """
<aside class="related-stories"><h3>Related</h3>
<article class="card"><a href="/2024/05/01/other-story"><figure><img src="/img/other-story.jpg" width="640" height="360">
<figcaption>Council votes on the new pier</figcaption></figure></a></article>
<div class="teaser"><a href="/2024/05/02/another"><img src="/img/another.jpg" alt="Another story" width="640"></a>
<p class="teaser__caption">Another story that leads elsewhere</p></div></aside>
<footer><img src="https://counter.example/pixel.gif" width="1" height="1"><p>© 2024 {outlet}</p></footer>
"""


@dataclass(frozen=True)
class Page:
    name: str
    html: str
    figures: list[tuple[str | None, str | None]]
    published: str = "2024-06-19"
    outlet: str = "The Strand Echo"
    authors: list[str] = field(default_factory=lambda: ["Ada Quill"])


def prose(first: int = 0, last: int = 6) -> str:
    return "".join(f"<p>{text}</p>" for text in PROSE[first:last])


def page(head: str, body: str, *, outlet: str = "The Strand Echo", language: str = "en") -> str:
    return f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">{head}</head><body>{CHROME}{body}{TEASERS.replace("{outlet}", outlet)}</body></html>'


def head(
    *, published: str = "2024-06-19T06:30:00+01:00", author: str = "Ada Quill", outlet: str = "The Strand Echo"
) -> str:
    return f"""<title>Lifeboat called out before dawn | {outlet}</title>
<link rel="canonical" href="https://www.strandecho.example/2024/06/19/lifeboat-called-out-before-dawn">
<meta property="og:site_name" content="{outlet}"><meta property="og:title" content="Lifeboat called out before dawn">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "Lifeboat called out before dawn", "datePublished": "{published}",
"author": {{"@type": "Person", "name": "{author}"}}, "publisher": {{"@type": "Organization", "name": "{outlet}"}}}}</script>"""


H1 = "<h1>Lifeboat called out before dawn</h1>"

WORDPRESS = Page(
    "WordPress blocks, a gallery and the older caption box",
    page(
        head(),
        f"""<main><article class="post type-post"><header class="entry-header">{H1}
<div class="entry-meta"><span class="byline">By <a rel="author" href="/author/ada">Ada Quill</a></span>
<img class="avatar photo" src="https://gravatar.example/ada.jpg" width="96" height="96"></div></header>
<div class="entry-content"><figure class="wp-block-image size-large"><img loading="lazy" width="1024" height="683"
 src="https://www.strandecho.example/wp-content/uploads/2024/06/boat-1024x683.jpg"
 srcset="https://www.strandecho.example/wp-content/uploads/2024/06/boat-300x200.jpg 300w,
 https://www.strandecho.example/wp-content/uploads/2024/06/boat-2048x1366.jpg 2048w" alt="A boat">
<figcaption class="wp-element-caption">The boat off Dover before dawn (Photo: Jo Doe/PA)</figcaption></figure>
{prose(0, 2)}
<div id="attachment_12" class="wp-caption alignright"><img src="/wp-content/uploads/2024/06/pier.jpg" width="300">
<p id="caption-attachment-12" class="wp-caption-text">The pier on Tuesday evening</p></div>
{prose(2, 4)}
<figure class="wp-block-gallery has-nested-images"><figure class="wp-block-image"><img src="/wp-content/uploads/one.jpg">
<figcaption>Blankets on the promenade</figcaption></figure>
<figure class="wp-block-image"><img src="/wp-content/uploads/two.jpg"><figcaption>The harbour arm at noon</figcaption></figure>
</figure>{prose(4, 6)}</div>
<div class="jp-relatedposts"><a href="/other"><img src="/o.jpg"></a><p>More</p></div></article></main>""",
    ),
    [
        ("The boat off Dover before dawn", "Photo: Jo Doe/PA"),
        ("The pier on Tuesday evening", None),
        ("Blankets on the promenade", None),
        ("The harbour arm at noon", None),
    ],
)

GUARDIAN_LIKE = Page(
    "credit behind a label inside the caption",
    page(
        head(),
        f"""<article><div>{H1}</div><figure itemprop="associatedMedia image" class="media-primary">
<picture><source media="(min-width: 660px)" srcset="https://i.example/img/media/a1/boat.jpg?width=620 620w, https://i.example/img/media/a1/boat.jpg?width=1240 1240w">
<img itemprop="contentUrl" alt="Boat" src="https://i.example/img/media/a1/boat.jpg?width=465"></picture>
<figcaption class="caption caption--main" itemprop="description"><span class="inline-triangle"><svg></svg></span>
Volunteers wait on the beach at Deal. Photograph: Jo Doe/AFP/Getty Images</figcaption></figure>
<div class="content__article-body">{prose()}</div></article>""",
    ),
    [("Volunteers wait on the beach at Deal.", "Photograph: Jo Doe/AFP/Getty Images")],
)

BBC_LIKE = Page(
    "hidden labels, credit over the picture",
    page(
        head(),
        f"""<main><article><header>{H1}</header><div data-component="byline-block"><div class="TextContributorName">Ada Quill</div>
<div>Coast reporter</div></div>
<div data-component="image-block"><figure><div><span class="placeholder"><picture><img width="1024" height="576"
 src="https://ichef.example/news/480/cpsprodpb/b1/boat.jpg.webp" srcset="https://ichef.example/news/240/cpsprodpb/b1/boat.jpg.webp 240w, https://ichef.example/news/1536/cpsprodpb/b1/boat.jpg.webp 1536w" alt="A boat at sea"></picture>
</span><span role="text" class="ImageCopyright"><span class="visually-hidden">Image source, </span>Getty Images</span></div>
<figcaption><span class="visually-hidden">Image caption, </span><div data-component="caption"><p>People came ashore near the harbour</p></div></figcaption></figure></div>
<div data-component="text-block">{prose()}</div></article></main>""",
    ),
    [("People came ashore near the harbour", "Getty Images")],
)

SKY_LIKE = Page(
    "label before the caption, 'Pic:' behind it",
    page(
        head(),
        f"""<div class="sdc-site-layout"><div class="sdc-article-header">{H1}<p class="sdc-article-date__date-time">Wednesday 19 June 2024 06:30, UK</p></div>
<div class="sdc-article-widget sdc-article-image"><figure class="sdc-article-image__figure"><div class="sdc-article-image__wrapper">
<img class="sdc-article-image__item" src="https://e3.example/24/06/768x432/boat_6582.jpg?20240619" alt="x"></div>
<figcaption class="ui-media-caption"><span class="ui-media-caption__label-hidden">Image: </span>
<span class="ui-media-caption__caption-text">An overloaded boat leaves the beach. Pic: PA</span></figcaption></figure></div>
<div class="sdc-article-body">{prose()}</div></div>""",
    ),
    [("An overloaded boat leaves the beach.", "Pic: PA")],
)

REUTERS_LIKE = Page(
    "numbered pictures with a licensing link",
    page(
        head(),
        f"""<main><article data-testid="Article">{H1}<div class="article-body__content">{prose(0, 1)}
<div data-testid="image" class="styles__image"><figure><div><img src="https://www.reuters.example/resizer/v2/ABCDEFGH.jpg?width=960" alt="x"></div>
<p data-testid="Body" class="body-text caption"><span>[1/2]A lifeboat passes the breakwater in Dover, Britain, June 18, 2024. REUTERS/Jo Doe</span>
<a class="license-link" href="https://www.reutersagency.example/license">Purchase Licensing Rights, opens new tab</a></p></figure></div>
{prose(1, 6)}</div></article></main>""",
    ),
    [("A lifeboat passes the breakwater in Dover, Britain, June 18, 2024.", "REUTERS/Jo Doe")],
)

FRANCE_LIKE = Page(
    "French legend and credit",
    page(
        head(outlet="Le Courrier du Rivage", author="Zoé Plume"),
        f"""<article class="t-content">{H1}<p class="m-pub-dates">Publié le : <time datetime="2024-06-19T07:30:00+02:00">19/06/2024 - 07:30</time></p>
<div class="t-content__main-media"><figure class="m-item-image"><picture><img src="https://s.example/media/display/boat/w:1280/p:16x9/boat.jpg" alt=""></picture>
<div class="m-figcaption-wrapper"><figcaption>Des secouristes sur la plage de Gravelines, le 18 juin 2024.
<span class="a-figcaption__credit">© Jean Rive, AFP</span></figcaption></div></figure></div>
<div class="t-content__body">{prose(0, 3)}<figure class="media"><img data-src="/photos/port.jpg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" class="lazy">
<figcaption class="legende">Le port de Calais mardi matin. <span class="copyright">| LE COURRIER DU RIVAGE</span></figcaption></figure>{prose(3, 6)}</div></article>""",
        outlet="Le Courrier du Rivage",
        language="fr",
    ),
    [
        ("Des secouristes sur la plage de Gravelines, le 18 juin 2024.", "© Jean Rive, AFP"),
        ("Le port de Calais mardi matin.", "LE COURRIER DU RIVAGE"),
    ],
    outlet="Le Courrier du Rivage",
    authors=["Zoé Plume"],
)

DRUPAL = Page(
    "Drupal fields beside the picture",
    page(
        head(),
        f"""<div id="block-content"><article role="article" class="node node--type-article">{H1}
<div class="node__submitted">Submitted by <span class="username">Ada Quill</span> on Wed, 06/19/2024 - 06:30</div>
<div class="field field--name-field-media"><div class="media media--type-image"><div class="field field--name-field-media-image field__item">
<img src="/sites/default/files/styles/large/public/2024-06/harbour-boat.jpg?itok=x" width="960" height="540" alt="Harbour"></div>
<div class="field field--name-field-caption field__item">A rescue boat enters the harbour</div>
<div class="field field--name-field-credit field__item">Jo Doe / Harbour Office</div></div></div>
<div class="field field--name-body field__item">{prose()}</div></article></div>""",
    ),
    [("A rescue boat enters the harbour", "Jo Doe / Harbour Office")],
)

GALLERY = Page(
    "a slider with counters and credits",
    page(
        head(),
        f"""<article>{H1}<div class="slideshow"><ul class="slides">
<li class="slide"><img data-lazy="/g/one-boat.jpg"><div class="slide-caption"><span class="slide-count">1 / 2</span> Children wrapped in blankets at Ramsgate</div><div class="slide-credit">AFP via Getty Images</div></li>
<li class="slide"><img data-lazy="/g/two-boat.jpg"><div class="slide-caption"><span class="slide-count">2 / 2</span> The empty dinghy is towed in</div><div class="slide-credit">Reuters</div></li>
</ul></div><div class="article-body">{prose()}</div></article>""",
    ),
    [
        ("Children wrapped in blankets at Ramsgate", "AFP via Getty Images"),
        ("The empty dinghy is towed in", "Reuters"),
    ],
)

GERMAN = Page(
    "German caption with the name below",
    page(
        head(outlet="Der Strandbote", author="Uwe Feder"),
        f"""<main><article>{H1}<figure class="relative"><div><picture><img src="https://cdn.example/images/boot_w948.webp" alt="Boot"></picture></div>
<figcaption><p>Ein Boot vor der Küste von Sylt am Dienstag</p><span>Foto:</span> <span>Max Muster / dpa</span></figcaption></figure>
<section>{prose()}</section></article></main>""",
        outlet="Der Strandbote",
        language="de",
    ),
    [("Ein Boot vor der Küste von Sylt am Dienstag", "Foto: Max Muster / dpa")],
    outlet="Der Strandbote",
    authors=["Uwe Feder"],
)

OLD_TABLE = Page(
    "an old page laid out with tables, its date only in words",
    page(
        '<title>Lifeboat called out before dawn - The Strand Echo</title><meta name="author" content="Ada Quill">'
        '<link rel="canonical" href="http://strandecho.example/news/1234.html">',
        f"""<table><tr><td>{H1}<div class="date">Wednesday, 19 June 2024 at 6:30 am</div>
<table class="image" align="right"><tr><td><img src="images/lifeboat.jpg" width="280" height="200"></td></tr>
<tr><td class="imgcaption">The lifeboat returns on Tuesday. Picture: Jo Doe</td></tr></table>{prose()}</td></tr></table>""",
    ),
    [("The lifeboat returns on Tuesday.", "Picture: Jo Doe")],
)

MICRODATA = Page(
    "microdata alone",
    page(
        "<title>Lifeboat called out before dawn</title>",
        f"""<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="datePublished" content="2024-06-19T06:30:00+01:00">
<link itemprop="url" href="https://strandecho.example/a"><div itemprop="publisher" itemscope itemtype="https://schema.org/Organization"><meta itemprop="name" content="The Strand Echo"></div>
<h1 itemprop="headline">Lifeboat called out before dawn</h1><p>By <span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">Ada Quill</span></span></p>
<figure itemprop="image" itemscope itemtype="https://schema.org/ImageObject"><img itemprop="contentUrl" src="/img/ferry.jpg">
<figcaption><span itemprop="caption">A ferry waits outside the harbour</span> <span itemprop="copyrightHolder">Jo Doe</span></figcaption></figure>
<div itemprop="articleBody">{prose()}</div></div>""",
    ),
    [("A ferry waits outside the harbour", "Jo Doe")],
)

AMP = Page(
    "AMP",
    page(
        head(),
        f"""<article class="amp-wp-article">{H1}<figure class="amp-wp-article-featured-image"><amp-img src="https://x.example/boat.jpg" width="1200" height="800" layout="responsive"></amp-img>
<p class="wp-caption-text">Crews search off Newhaven (Image: Sussex News and Pictures)</p></figure><div class="amp-wp-article-content">{prose()}</div></article>""",
    ),
    [("Crews search off Newhaven", "Image: Sussex News and Pictures")],
)

AGENCY_TEXT = Page(
    "an agency's caption with its brackets",
    page(
        head(author="Ada Quill, Coast Correspondent"),
        f"""<article>{H1}<div class="Page-lead"><div class="Figure"><picture><img src="https://dims.example/boat.jpg"></picture>
<div class="Figure-caption">A group of people thought to be migrants are brought in to Dover, England, Tuesday, June 18, 2024. (AP Photo/Jo Doe)</div></div></div>
<div class="RichTextStoryBody">{prose()}</div></article>""",
    ),
    [
        (
            "A group of people thought to be migrants are brought in to Dover, England, Tuesday, June 18, 2024.",
            "AP Photo/Jo Doe",
        )
    ],
)

LINKED_DATA = Page(
    "a picture whose caption stands in linked data alone",
    page(
        """<title>Lifeboat called out before dawn</title><script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
{"@type": "WebSite", "@id": "#site", "name": "The Strand Echo"}, {"@type": ["NewsArticle"], "headline": "Lifeboat called out before dawn",
"url": "https://strandecho.example/x", "datePublished": "2024-06-19", "author": [{"name": "Ada Quill"}], "publisher": {"@id": "#org"},
"image": {"@type": "ImageObject", "url": "https://strandecho.example/img/lead-boat.jpg", "caption": "The lead boat", "creditText": "Jo Doe/PA"}},
{"@type": "Organization", "@id": "#org", "name": "The Strand Echo", "logo": {"@type": "ImageObject", "url": "https://strandecho.example/logo.png", "caption": "The Strand Echo"}}]}</script>""",
        f"<article>{H1}{prose()}</article>",
    ),
    [("The lead boat", "Jo Doe/PA")],
)

ALL = (WORDPRESS, GUARDIAN_LIKE, BBC_LIKE, SKY_LIKE, REUTERS_LIKE, FRANCE_LIKE, DRUPAL, GALLERY, GERMAN, OLD_TABLE,
       MICRODATA, AMP, AGENCY_TEXT, LINKED_DATA)  # fmt: skip
