"""Choose what a page's statements lead to: outlet, headline, authors, address and language, each with its ground."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.extraction.articles.addresses import original_of
from archive.extraction.articles.dom import text_of
from archive.extraction.articles.page_statements import Stated
from archive.extraction.articles.printed_names import agrees, clean_authors, domain_of, same_name, split_title
from archive.extraction.articles.story import Story
from archive.extraction.captions.words import language_of, words_of

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4}){0,2}$", re.IGNORECASE)
_AUTHOR_META = (
    "author", "byl", "sailthru.author", "parsely-author", "dc.creator", "dcterms.creator",
    "article:author_name", "author.name", "vr:author", "cxenseparse:author", "analyticsattributes.author",
)  # fmt: skip
_HEADLINES = ("og:title", "twitter:title", "sailthru.title", "dc.title", "title", "headline")
_ENOUGH_WORDS = 40
# Accents stand in few words even of French.
_LATIN_SHARE = 0.7


def lead_url(stated: Stated, archived: str) -> dict[str, str] | None:
    """
    Choose the page's own address: canonical before what others or the saving tool wrote down.

    Of a copy in a web archive it is the address that was copied.
    """
    candidates = stated.values("HTML", "link canonical") + stated.values("Open Graph", "og:url")
    candidates += [(f"{group}:{thing.type}.{name}", value) for group, thing in stated.story
                   for name in ("url", "mainEntityOfPage", "@id") for value in thing.texts(name)]  # fmt: skip
    candidates += stated.values("meta", "twitter:url", "parsely-link")
    candidates += [("container:address", archived), ("HTML:saved from", stated.saved_from)]
    base = next((value for _ground, value in candidates if re.match(r"https?://[^/\s]+", value)), "")
    for ground, value in candidates:
        try:
            absolute = urljoin(base, value) if value else ""
            if re.match(r"https?://[^/\s]+\.[^/\s]+", absolute) and urlsplit(absolute).hostname:
                return {"value": original_of(absolute), "ground": ground}
        except ValueError:  # an address in brackets that are no IPv6
            continue
    return None


def lead_outlet(stated: Stated, url: str) -> dict[str, Any]:
    """
    Choose the name of the outlet: of all that the page calls it, the first that fits the domain, else the first.

    `og:site_name` may be a section ("U.S."), the publisher an agency whose text is reprinted.
    """
    domain = domain_of(url)
    candidates = stated.values("Open Graph", "og:site_name")
    candidates += [(f"{group}:{thing.type}.publisher.name", name) for group, thing in stated.story
             for name in thing.texts("publisher")]  # fmt: skip
    candidates += stated.values("meta", "application-name", "apple-mobile-web-app-title", "dc.publisher", "publisher",
                          "article:publisher", "msapplication-tooltip", "cre")  # fmt: skip
    candidates += [
        (f"{group}:{thing.type}.name", name)
        for group, things in (("JSON-LD", stated.things), ("microdata", stated.microdata))
        for thing in things if re.search(r"Organization|WebSite|Newspaper|Corporation|Periodical", thing.type)
        for name in thing.texts("name")[:1]
    ]  # fmt: skip
    candidates += [
        ("HTML:title", part) for _ground, title in stated.values("HTML", "title") for part in split_title(title)[1:]
    ]
    candidates += stated.values("text", "copyright")
    candidates += stated.values("meta", "twitter:site", "twitter:creator")
    named = [(ground, re.sub(r"^\s*@", "@", name).strip()) for ground, name in candidates
             if name.strip() and not re.match(r"https?:|\d+$", name) and len(name) <= 80]  # fmt: skip
    fitting = [pair for pair in named if agrees(pair[1], domain)]
    spoken = [pair for pair in named if not pair[1].startswith("@")] or named
    # A name from a title or a copyright line counts only where the domain confirms it.
    sure = [pair for pair in spoken if not pair[0].startswith(("HTML:", "text:"))]
    best = next((pair for pair in fitting if not pair[1].startswith("@")), None) or next(
        iter(sure), next(iter(fitting), None)
    )
    names = list(dict.fromkeys(name for _ground, name in ([best] if best else []) + fitting + sure))
    return {"value": best[1] if best else None, "ground": best[0] if best else None,
            "names": names[:20], "domain": domain or None}  # fmt: skip


def lead_headline(stated: Stated, story: Story, outlet_names: list[str]) -> dict[str, str] | None:
    """Choose the headline as printed over the story; what the head says of it where none is printed."""
    if story.headline is not None and (text := text_of(story.headline)):
        return {"value": text, "ground": f"HTML:{story.headline.tag}"}
    for ground, value in headlines_said(stated):
        parts = split_title(value)
        if len(parts) > 1 and any(same_name(parts[-1], name) for name in outlet_names):
            value = value[: value.rindex(parts[-1])].rstrip(" |-–—·:»")
        return {"value": value, "ground": ground}
    return None


def headlines_said(stated: Stated) -> list[tuple[str, str]]:
    headlines = [(f"{group}:{thing.type}.{name}", value) for group, thing in stated.story
            for name in ("headline", "name", "alternativeHeadline") for value in thing.texts(name)]  # fmt: skip
    return (
        headlines
        + stated.values("Open Graph", *_HEADLINES)
        + stated.values("meta", *_HEADLINES)
        + stated.values("HTML", "title")
    )


def lead_authors(stated: Stated, outlet_names: list[str]) -> dict[str, Any]:
    """
    Choose the authors: as linked data names them, unless the byline names them and more.

    The outlet itself is no author; an agency is, where the byline says so.
    """
    fields: list[tuple[str, list[str]]] = []
    for group, thing in stated.story:
        for name in ("author", "creator"):
            fields.append((f"{group}:{thing.type}.{name}", thing.texts(name)))
    for group, tags in (("meta", _AUTHOR_META), ("Open Graph", ("article:author", "og:article:author", *_AUTHOR_META))):
        for ground, value in stated.values(group, *tags):
            fields.append((ground, [value]))
    bylines = [(ground, [value]) for ground, value in stated.values("text", "byline")]
    read = [(ground, names) for ground, values in fields if (names := clean_authors(values, outlet_names))]
    printed = [(ground, names) for ground, values in bylines if (names := clean_authors(values, outlet_names))]
    best = next(iter(read), next(iter(printed), ("", [])))
    for ground, names in printed:
        # "By A, B and C" over linked data that names A alone.
        if len(names) > len(best[1]) and all(any(same_name(author, name) for name in names) for author in best[1]):
            best = (ground, names)
    return {"value": best[1], "ground": best[0] or None}


def lead_language(stated: Stated, story: Story) -> dict[str, str] | None:
    """Choose the language: of the page, else of its locale, else told by the text."""
    candidates = stated.values("HTML", "html lang")
    candidates += [
        (f"{group}:{thing.type}.inLanguage", value)
        for group, thing in stated.story
        for value in thing.texts("inLanguage")
    ]
    candidates += stated.values(
        "meta", "inlanguage", "content-language", "lang", "language", "dc.language", "dcterms.language"
    )
    candidates += stated.values("Open Graph", "og:locale")
    for ground, value in candidates:
        if _LANGUAGE.match(value.strip()):
            return {"value": _tag(value), "ground": ground}
    return language_of_text(story.paragraphs)


def language_of_text(paragraphs: list[str]) -> dict[str, str] | None:
    """Tell a language by its small words, if it is one of those whose words are known here."""
    words = words_of(" ".join(paragraphs)[:5000])
    latin = sum(word.text.isascii() for word in words)
    if len(words) < _ENOUGH_WORDS or latin < len(words) * _LATIN_SHARE:
        return None
    return {"value": language_of(words), "ground": "text:words"}


def _tag(written: str) -> str:
    """Write a language tag as BCP 47 recommends: en-GB, zh-Hant-TW."""
    parts = written.strip().replace("_", "-").split("-")
    return "-".join([parts[0].lower(), *(part.upper() if len(part) == 2 else part.title() for part in parts[1:])])
