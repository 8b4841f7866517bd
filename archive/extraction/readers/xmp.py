"""XMP (ISO 16684-1): a walk over the RDF tree that keeps lists, languages and structures as they stand."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from archive.extraction.readers.decode_text import decode_xml
from archive.extraction.readers.statements import Value

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# Everybody else's names for these: a file may write any prefix it likes.
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/bj/": "xmpBJ",
    "http://ns.adobe.com/xap/1.0/g/img/": "xmpGImg",
    "http://ns.adobe.com/xap/1.0/t/pg/": "xmpTPg",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xap/1.0/sType/Dimensions#": "stDim",
    "http://ns.adobe.com/xmp/sType/Area#": "stArea",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://ns.adobe.com/xmp/1.0/DynamicMedia/": "xmpDM",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/camera-raw-settings/1.0/": "crs",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://ns.google.com/photos/1.0/panorama/": "GPano",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "http://ns.google.com/photos/1.0/image/": "GImage",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://www.metadataworkinggroup.com/schemas/keywords/": "mwg-kw",
    "http://creativecommons.org/ns#": "cc",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism",
    "http://ns.acdsee.com/iptc/1.0/": "acdsee",
}
_ROOT = re.compile(r"<((?:[\w.-]+:)?(?:xmpmeta|xapmeta|RDF))\b[^<>]*>")
_DECLARED_PREFIX = re.compile(r"""xmlns:([\w.-]+)\s*=\s*["']([^"']+)["']""")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DEEPEST = 12
_MOST_ELEMENTS = 100_000


class DamagedXMP(ValueError):
    """The packet is no XML that can be read, or tries what no honest packet does."""


def read_xmp(packet: bytes) -> list[tuple[str, str, Value]]:
    """
    Read a packet or a sidecar: (group, tag, value), the group being "XMP-" and the usual prefix.

    A list becomes a list, an alternative by language a mapping of language to text, a structure a mapping of
    "prefix:field" to its value.

    :raises DamagedXMP: with a sentence for people
    """
    text = _NOT_IN_XML.sub("", decode_xml(packet))
    try:
        # A packet may name its entities only before its root; what is cut off there cannot do harm.
        root = fromstring(_packet(text))
    except DamagedXMP:
        raise
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise DamagedXMP(f"The XMP packet is damaged: {_reason(error)}.") from error
    names = _Names(text)
    toolkit = root.get("{adobe:ns:meta/}xmptk")
    values: dict[tuple[str, str], Value] = {("XMP-x", "xmptk"): toolkit} if toolkit else {}
    for description in _descriptions(root):
        for name, value in _fields(description, names, depth=0):
            prefix, _, tag = name.partition(":")
            values.setdefault((f"XMP-{prefix}", tag), value)
    return [(group, tag, value) for (group, tag), value in values.items()]


def _packet(text: str) -> str:
    """Cut the root element out of its wrapping and padding."""
    match = _ROOT.search(text)
    if match is None:
        raise DamagedXMP("The XMP packet is damaged: it has no beginning.")
    if match[0].endswith("/>"):
        return match[0]
    end = text.rfind(f"</{match[1]}")
    close = text.find(">", end)
    if end < match.end() or close < 0:
        raise DamagedXMP("The XMP packet is damaged: it has no end.")
    return text[match.start() : close + 1]


def _reason(error: Exception) -> str:
    if isinstance(error, DefusedXmlException):
        return "it defines entities, which no honest packet does"
    return f"it is not well-formed ({error})" if isinstance(error, ParseError) else "it cannot be parsed"


class _Names:
    """Turn "{uri}tag" into "prefix:tag", with everybody's prefix where there is one."""

    def __init__(self, text: str) -> None:
        self._declared = {uri: prefix for prefix, uri in _DECLARED_PREFIX.findall(text)}

    def short(self, tag: str) -> str:
        if not tag.startswith("{"):
            return f"unknown:{tag}"
        uri, _, name = tag[1:].partition("}")
        return f"{_PREFIXES.get(uri) or self._declared.get(uri) or 'unknown'}:{name}"


def _descriptions(root: Element) -> list[Element]:
    if sum(1 for _ in zip(root.iter(), range(_MOST_ELEMENTS + 1), strict=False)) > _MOST_ELEMENTS:
        raise DamagedXMP("The XMP packet holds more elements than any program writes, and was left unread.")
    graph = [root] if root.tag == f"{_RDF}RDF" else list(root.iter(f"{_RDF}RDF"))
    # Typed nodes (any other element beneath rdf:RDF) are descriptions as well.
    return [node for rdf in graph for node in rdf]


def _fields(node: Element, names: _Names, *, depth: int) -> list[tuple[str, Value]]:
    """List the properties of a node, written as attributes or as elements."""
    fields: list[tuple[str, Value]] = [
        (names.short(key), value.strip())
        for key, value in node.attrib.items()
        if not key.startswith(_RDF) and key != _LANGUAGE
    ]
    fields += [(names.short(child.tag), _value(child, names, depth=depth + 1)) for child in node]
    return fields


def _value(node: Element, names: _Names, *, depth: int) -> Value:
    if depth > _DEEPEST:
        raise DamagedXMP("The XMP packet is nested deeper than any program writes, and was left unread.")
    if (resource := node.get(f"{_RDF}resource")) is not None:
        return resource
    children = list(node)
    if node.get(f"{_RDF}parseType") == "Resource":
        return _structure(node, names, depth=depth)
    if not children:
        if any(not key.startswith(_RDF) and key != _LANGUAGE for key in node.attrib):
            return _structure(node, names, depth=depth)
        return (node.text or "").strip()
    first = children[0]
    if first.tag == f"{_RDF}Alt" and any(item.get(_LANGUAGE) for item in first):
        return _languages(first, names, depth=depth)
    if first.tag in (f"{_RDF}Seq", f"{_RDF}Bag", f"{_RDF}Alt"):
        return [_value(item, names, depth=depth + 1) for item in first]
    if first.tag == f"{_RDF}Description":
        return _structure(first, names, depth=depth)
    return _structure(node, names, depth=depth)


def _languages(alternatives: Element, names: _Names, *, depth: int) -> dict[str, Value]:
    texts: dict[str, Value] = {}
    for item in alternatives:
        texts.setdefault(item.get(_LANGUAGE, "x-default"), _value(item, names, depth=depth + 1))
    return texts


def _structure(node: Element, names: _Names, *, depth: int) -> Value:
    fields = dict(_fields(node, names, depth=depth))
    # rdf:value carries the value itself; what stands beside it are qualifiers (ISO 16684-1, 7.8).
    return fields.get("rdf:value", fields)
