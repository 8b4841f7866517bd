"""Read the names of outlets and people as pages print them."""

import re
from urllib.parse import urlsplit

from archive.standards.normal_form import normalise

_WEB_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|edition|beta)\.")
_SECOND_LEVEL = {"co", "com", "org", "net", "gov", "ac", "edu", "gouv", "ne", "or"}
_ARTICLE = re.compile(r"^(?:the|le|la|les|l|el|los|las|der|die|das|de|het|il|lo|o) ")
_LEGAL = re.compile(
    r"\s+(?:GmbH(?: & Co\.? KG)?|Ltd\.?|Limited|Inc\.?|LLC|PLC|B\.?V\.?|S\.?A\.?S?|S\.?L\.?|S\.?p\.?A\.?|AG|AS|AB)$"
)
_TITLE_BREAK = re.compile(r"\s+[|–—·»•-]\s+|\s*\|\s*")
_BY = re.compile(
    r"^\W*(?:(?:written |words |story |text |reporting |additional reporting |published |posted |"
    r"reported )?by|par|von|por|"
    r"door|(?-i:de|di|da)|av|af|autor(?:e?[ni]?)?(?:es)?|auteurs?|authors?|autori|autorka|från|texte?|text|tekst|"
    r"propos recueillis par|"
    r"eine analyse von|ein kommentar von|from|reporter)\b\s*:?\s*", re.IGNORECASE,
)  # fmt: skip
_AND = re.compile(
    r"\s*[,;|•·/]\s*(?:(?:and|et|und|y|en|och|og|&)\s+)?|\s+(?:and|et|und|y|e|en|och|og|&|with|avec|mit|con|met)\s+|\s+[-–—]\s+|\n"
)
_AFTER_NAME = re.compile(
    r"\s+(?:(?:in|at|for|à|für|reporting|from)\b|\(|\d|@|correspondent\b|à partir|envoyée? spéciale?|on\b|"
    r"published|updated|"
    r"posted|is\b|has\b|was\b|covers\b|follow\b|contact\b|email\b).*$", re.IGNORECASE,
)  # fmt: skip
_ROLE = re.compile(
    r"\b(?:editor|editors|correspondent|reporter|writer|journalist|columnist|chief|staff|newsroom|desk|team|digital|"
    r"political|science|business|sports?|senior|deputy|head of|director|producer|photographer|rédact\w*|redaktion|"
    r"redakt\w*|redacci\w*|redazione|redactie|journaliste|correspondante?|chef\w*|services?|ressort|korrespondent\w*|"
    r"reakcija|editorial|contributor|freelance|online|published|updated|comments?|share|follow|min read|www|http)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w’'.-]*(?:\s+[\w’'.-]+){0,5}")
_LONGEST_NAME = 60
_MOST_AUTHORS = 30


def domain_of(url: str) -> str:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    while (shorter := _WEB_PREFIX.sub("", host)) != host:
        host = shorter
    return host


def agrees(name: str, domain: str) -> bool:
    """Tell whether a name is that of a domain: "The New York Times" and nytimes.com, "BBC News" and bbc.co.uk."""
    if not domain:
        return False
    letters, words = squashed(name), normalise(name.lstrip("@")).split()
    labels = domain.split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels = labels[:-1]
    label = labels[-1].replace("-", "") if labels else ""
    if len(label) < 2 or not letters:
        return False
    initials = "".join(word[0] for word in words)
    # "The New York Times" is shortened to "tnytimes", and without its article to "nytimes".
    shortened = [initials[:-1] + words[-1], initials] if len(words) > 1 else []
    bare = squashed(_ARTICLE.sub("", normalise(name)))
    shortened += [short.removeprefix("t") for short in shortened if words[0] == "the"]
    if label in (letters, bare, *shortened) or label.removeprefix("the") in (letters, bare):
        return True
    # Short labels ("nu", "ft") are part of too many words.
    if len(label) >= 4 and (label in letters or (len(bare) >= 4 and label.startswith(bare))):
        return True
    return label == (words[0] if words else "")


def same_name(one: str, other: str) -> bool:
    return bool(squashed(one)) and squashed(one) == squashed(other)


def without_legal_form(name: str) -> str:
    return _LEGAL.sub("", name).strip(" .,")


def split_title(title: str) -> list[str]:
    return [part.strip() for part in _TITLE_BREAK.split(title) if part and part.strip()]


def clean_authors(written: list[str], outlet_names: list[str]) -> list[str]:
    """
    Part what stands in author fields and bylines into names: no "By", no jobs, not the outlet itself.

    "Le Monde with AFP" leaves "AFP".
    """
    names: dict[str, str] = {}
    for text in written:
        if len(names) >= _MOST_AUTHORS:
            break
        if re.match(r"https?:|www\.|/", text) or len(text) > 400:
            continue
        text = re.sub(r"\([^)]*\)|<[^>]*>|\S+@\S+\.\w+", " ", text)
        for number, part in enumerate(_AND.split(re.sub(r"\s+", " ", _BY.sub("", text.strip())))):
            if number and (_ROLE.search(part) or (" " not in part.strip() and not part.strip().isupper())):
                # "Jo Doe, Political Editor", "Jo Doe, London"
                continue
            name = _AFTER_NAME.sub("", _BY.sub("", part)).strip(" .,:;@|")
            if not name or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or not name[0].isupper():
                continue
            if not _ROLE.search(name) and not _is_outlet(name, outlet_names):
                names.setdefault(squashed(name) or name, name)
    return list(names.values())[:_MOST_AUTHORS]


def _is_outlet(name: str, outlet_names: list[str]) -> bool:
    bare = squashed(_ARTICLE.sub("", normalise(name)))
    for outlet in (part for name in outlet_names for part in (name, *split_title(name)[:1])):
        own = squashed(_ARTICLE.sub("", normalise(re.sub(r"^@", "", outlet))))
        if own and (bare == own or bare in (f"{own}news", f"{own}online", f"{own}staff") or f"{bare}news" == own):
            return True
    return False


def squashed(name: str) -> str:
    """Give the letters and digits of a name, by which two are the same."""
    return re.sub(r"\W|_", "", normalise(name))
