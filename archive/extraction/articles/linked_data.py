"""Read JSON-LD as newsrooms write it, with their slips, and microdata; both as statements on things of schema.org."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from archive.extraction.articles.dom import inherited, text_of

ARTICLE = re.compile(r"(?:Article|Report|BlogPosting|LiveBlogPosting|DiscussionForumPosting|Review)$")
# The whole text of the story is no statement about it.
_LEFT_OUT = {"@context", "articleBody", "potentialAction", "speakable", "hasPart", "comment", "text"}
_DEEPEST = 40
_MOST_THINGS = 2_000
_LONGEST_VALUE = 2_000
_SLIPS = (
    # Comment and CDATA marks around the whole.
    (re.compile(r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)"), ""),
    (re.compile(r"(?:-->|(?://|/\*)?\s*]]>\s*(?:\*/)?)\s*;?\s*$"), ""),
    (re.compile(r":\s*(?=[,}\]])"), ": null"),
    (re.compile(r",\s*(?=[}\]])"), ""),
    # A value between single quotes, alone on its line.
    (re.compile(r"""(?m)(:\s*)'([^"\n]*)'(?=\s*,?\s*$)"""), r'\1"\2"'),
)  # fmt: skip


@dataclass
class Thing:
    """One thing the page describes: its schema.org type, and its properties with their values as they stand."""

    type: str
    values: dict[str, list[Any]] = field(default_factory=dict)
    # Directly in the page, not inside another thing.
    outermost: bool = True

    @property
    def is_article(self) -> bool:
        return bool(ARTICLE.search(self.type))

    def things(self, name: str) -> list["Thing"]:
        return [value for value in self.values.get(name, []) if isinstance(value, Thing)]

    def texts(self, name: str) -> list[str]:
        """List the values of a property as text; of a thing its name or address."""
        texts = []
        for value in self.values.get(name, []):
            if isinstance(value, Thing):
                texts += (value.texts("name") or value.texts("url") or value.texts("@id"))[:1]
            elif str(value).strip():
                texts.append(str(value).strip())
        return texts

    def statements(self, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
        """Yield ("NewsArticle.author.name", value) for each value, in the page's order."""
        prefix = path or self.type or "Thing"
        for name, values in self.values.items():
            for value in values:
                if isinstance(value, Thing):
                    if depth < 4:
                        yield from value.statements(f"{prefix}.{name}", depth + 1)
                elif str(value).strip():
                    yield f"{prefix}.{name}", str(value)[:_LONGEST_VALUE]


def read_json_ld(root: HtmlElement) -> tuple[list[Thing], int]:
    """Return the things of all JSON-LD scripts and how many scripts could not be read."""
    things: list[Thing] = []
    broken = 0
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not (script.text or "").strip():
            continue
        try:
            document = _parsed(script.text or "")
            in_script = [_thing(node) for node in _nodes(document)]
        except (ValueError, RecursionError):
            broken += 1
            continue
        things += in_script
    # A publisher may be only a reference: {"@id": "https://..."} to a thing elsewhere in the page.
    named = {text: thing for thing in things for text in thing.texts("@id")[:1] if len(thing.values) > 2}
    for thing in things[:_MOST_THINGS]:
        for values in thing.values.values():
            for at, value in enumerate(values):
                if isinstance(value, Thing) and set(value.values) == {"@id"}:
                    values[at] = named.get(str(value.values["@id"][0]), value)
    return things[:_MOST_THINGS], broken


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except ValueError:
        for pattern, replacement in _SLIPS:
            text = pattern.sub(replacement, text)
        try:
            return json.loads(text, strict=False)
        except ValueError:
            return json.loads(unescape(text), strict=False)


def _nodes(document: Any) -> Iterator[dict[str, Any]]:
    for node in document if isinstance(document, list) else [document]:
        if isinstance(node, dict):
            graph = node.get("@graph")
            if isinstance(graph, list):
                yield from (inner for inner in graph if isinstance(inner, dict))
            else:
                yield node
        elif isinstance(node, list):
            yield from (inner for inner in node if isinstance(inner, dict))


def _thing(node: dict[str, Any], depth: int = 0) -> Thing:
    types = node.get("@type")
    kinds = [kind for kind in (types if isinstance(types, list) else [types]) if isinstance(kind, str)]
    kind = next((kind for kind in kinds if ARTICLE.search(kind)), kinds[0] if kinds else "")
    thing = Thing(re.split(r"[/#:]", kind)[-1][:80], outermost=depth == 0)
    for name, value in node.items():
        if name in _LEFT_OUT or name == "@type" or depth > _DEEPEST:
            continue
        flat = value.get("@list", value) if isinstance(value, dict) else value
        for entry in (flat if isinstance(flat, list) else [flat])[:200]:
            if isinstance(entry, dict):
                thing.values.setdefault(name[:80], []).append(
                    entry["@value"] if "@value" in entry and not isinstance(entry["@value"], (dict, list))
                    else _thing(entry, depth + 1)
                )  # fmt: skip
            elif isinstance(entry, str):
                thing.values.setdefault(name[:80], []).append(unescape(entry) if "&" in entry else entry)
            elif isinstance(entry, (int, float)) and not isinstance(entry, bool):
                thing.values.setdefault(name[:80], []).append(entry)
    return thing


def read_microdata(root: HtmlElement) -> list[Thing]:
    """Return the things marked with itemscope (HTML standard, section 5), each property where its thing is."""
    things: dict[HtmlElement, Thing] = {}
    owners: dict[HtmlElement, Thing | None] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        names = (element.get("itemprop") or "").split()
        scope = element.get("itemscope") is not None
        if not names and not scope:
            continue
        owner = inherited(element.getparent(), owners, things.get)
        value: Any = None
        if scope:
            if len(things) >= _MOST_THINGS:
                break
            kind = (element.get("itemtype") or "").split()
            value = things[element] = Thing(
                re.split(r"[/#]", kind[0])[-1][:80] if kind else "", outermost=owner is None
            )
        if names and owner is not None and not _LEFT_OUT.intersection(names):
            value = value if value is not None else _value(element)
            for name in names:
                owner.values.setdefault(name[:80], []).append(value)
    return list(things.values())


def _value(element: HtmlElement) -> str:
    for attribute in ("content", "datetime", "src", "href", "data", "value"):
        if element.get(attribute):
            return str(element.get(attribute))[:_LONGEST_VALUE]
    return text_of(element, most=_LONGEST_VALUE)[:_LONGEST_VALUE]
