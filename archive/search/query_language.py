"""The language of the search box: `beach:malo-les-bains date:2024-06 -dover "small boats"`, and back to text."""

import re
from collections.abc import Mapping

_PREFIXES = {
    "place": "place",
    "beach": "place",
    "harbour": "place",
    "port": "place",
    "town": "place",
    "date": "date",
    "from": "date_from",
    "to": "date_to",
    "certainty": "certainty",
    "event": "event",
    "outlet": "outlet",
    "kind": "kind",
    "accession": "accession",
    "format": "format",
    "metadata": "statement",
    "check": "check",
    "verdict": "verdict",
}
_WRITTEN = {name: prefix for prefix, name in reversed(_PREFIXES.items())}
_FLAGS = {
    "is:undated": "undated",
    "is:unplaced": "unplaced",
    "is:distressing": "distressing",
    "has:gps": "has_gps",
}
_TERM = re.compile(r'(?<!\S)(?P<without>-?)(?P<prefix>[a-z]+):(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S+))', re.IGNORECASE)


def asked(params: Mapping[str, str]) -> dict[str, str]:
    """
    Return the parameters of a search, those written in its box among them, empty ones left out.

    What is written in the box replaces what a field of the same name says. A prefix nobody knows stays a word.
    """
    fields = {name: str(params[name]).strip() for name in params}
    written: dict[str, str] = {}

    def take(term: re.Match[str]) -> str:
        prefix = term["prefix"].lower()
        value = term["plain"] if term["quoted"] is None else term["quoted"]
        if flag := _FLAGS.get(f"{prefix}:{value.lower()}"):
            written[flag] = "false" if term["without"] else "true"
        elif term["without"] or prefix not in {*_PREFIXES, "is", "has"}:
            return term[0]
        else:
            # An unknown is: or has: becomes a value that its field refuses in a sentence.
            written[{"is": "standing", "has": "has_gps"}.get(prefix) or _PREFIXES[prefix]] = value
        return " "

    words = " ".join(_TERM.sub(take, fields.get("q", "")).split())
    if {"date", "date_from", "date_to"} & written.keys():
        fields = {name: value for name, value in fields.items() if name not in ("date", "date_from", "date_to")}
    return {name: value for name, value in (fields | {"q": words} | written).items() if value}


def unread_prefixes(text: str) -> list[str]:
    """Return what is written in a search box like a prefix (`foo:`, `-place:`) and was looked for as a word."""
    unread = (
        f"{term['without']}{term['prefix']}:"
        for term in _TERM.finditer(text)
        if f"{term['prefix']}:{term['plain'] or term['quoted']}".lower() not in _FLAGS
        and (term["without"] or term["prefix"].lower() not in {*_PREFIXES, "is", "has"})
        and not (term["plain"] or "").startswith("//")
    )
    return list(dict.fromkeys(unread))


def box(fields: Mapping[str, str], *, place_prefix: str = "place") -> str:
    """Write parameters as `asked` returns them into the text of a search box."""
    parts = [fields["q"]] if "q" in fields else []
    for name in (*dict.fromkeys(_PREFIXES.values()), "standing"):
        value = fields.get(name)
        if value and name in _WRITTEN:
            prefix = place_prefix if name == "place" else _WRITTEN[name]
            parts.append(f'{prefix}:"{value}"' if re.search(r"\s", value) else f"{prefix}:{value}")
        elif value:
            parts.append(f"is:{value}")
    for written, name in _FLAGS.items():
        if name in fields:
            parts.append(written if fields[name] == "true" else f"-{written}")
    return " ".join(parts)
