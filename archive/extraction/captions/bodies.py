"""Find the bodies and vessels that a caption names: coastguards, lifeboats, police forces, ships."""

import re
from dataclasses import dataclass
from itertools import islice

from archive.extraction.captions.words import MOST_MENTIONS, touches

_BODIES = re.compile(
    r"\b(?=\w)(?:RNLI|R\.N\.L\.I\.|(?:UK |the )?Border Force|(?:HM |UK |US |Hellenic |Greek |Italian |Belgian |Libyan |"
    r"Irish |Dutch |French |Turkish |Spanish |"
    r"Tunisian |Maltese |Netherlands )?Coast ?[Gg]uards?|Maritime and Coastguard Agency|MCA|Royal (?:Navy|Marines|"
    r"Air Force|Netherlands Navy)|French Navy|"
    r"Home Office|Ministry of Defence|National Crime Agency|NCA|Frontex|UNHCR|IOM|SNSM|KNRM|CROSS Gris-Nez|Cross "
    r"Gris-Nez|"
    r"(?:French |maritime )?[Gg]endarmerie(?: (?:nationale|maritime))?|[Gg]endarmes|French police|Police nationale|"
    r"[Pp]olice aux frontières|PAF|CRS|"
    r"[Pp]réfecture maritime(?: de la Manche(?: et de la mer du Nord)?)?|Marine nationale|la Marine\b|"
    r"[Dd]ouanes? française|la douane|[Ss]écurité civile|"
    r"(?:[A-Z][a-z]+(?: and [A-Z][a-z]+)? (?:Police|Fire and Rescue Service|Fire and Rescue|Fire Brigade|Lifeboat|"
    r"Coastguard|Ambulance Service|Council))|"
    r"Guardia Costiera|Guardia Civil|Salvamento Marítimo|Sea-Watch|SOS Méditerranée|SOS Mediterranee|Médecins Sans "
    r"Frontières|MSF|Utopia 56|"
    r"Care4Calais|Channel Rescue|Alarm Phone|Cefas|Environment Agency|Met Office|Météo-France|sapeurs-pompiers|SDIS "
    r"\d\d|Kustwacht|Bundespolizei|DGzRS|"
    r"Trinity House|Red Cross|Croix-Rouge|Save the Children|Médecins du Monde|Secours catholique|L['’]Auberge des "
    r"Migrants)(?![\w])"
)
_PREFIXED = re.compile(
    r"\b(?=\w)(?:HMS|HMC|HMCC|MV|M/V|MS|SS|RRS|RFA|RV|RNLB|BF|USS|USCGC|FS|LÉ|HNLMS|ORP|MT|MSC|NRP|SMS|TSS|PS|FV|"
    r"RMS)\s+[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*){0,2}"
)
_SHIP_WORD = (
    r"(?:lifeboat|ship|vessel|ferry|trawler|tug(?:boat)?|yacht|tanker|freighter|cutter|frigate|destroyer|catamaran|"
    r"liner|barge|schooner|warship|"
    r"fishing boat|rescue ship|cargo ship|container ship|tall ship|cruise ship|patrol boat|"
    r"navire|bateau|chalutier|ferry|remorqueur|paquebot|voilier|cargo|vedette|frégate|patrouilleur|canot|goélette|"
    r"pétrolier|porte-conteneurs|baliseur)"
)
_NAMED = re.compile(
    rf"\b(?=\w){_SHIP_WORD}\s+(?:the\s+|le\s+|la\s+|l['’]|named\s+|called\s+|"
    rf"baptisé\s+)?[\"“«']?\s?(?P<name>[A-Z][\w’'-]+(?:\s+(?:of\s+|de\s+|du\s+|des\s+)?(?:[A-Z][\w’'-]*|[IVX]+|"
    rf"\d+)){{0,3}})"
)
_NO_SHIP = {"The", "In", "On", "At", "Off", "Near", "Photo", "Picture", "Dover", "Calais", "Dunkirk", "Dunkerque",
"Boulogne", "Monday", "Tuesday", "Wednesday",
            "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March", "April", "May", "June",
            "July", "August", "September", "October",
            "November", "December", "Credit"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """A body or vessel named in a text; `kind` is "body" or "vessel"."""

    start: int
    end: int
    name: str
    kind: str


def find_bodies(text: str, skip: list[tuple[int, int]], place_names: frozenset[str] = frozenset()) -> list[Body]:
    """Return the first bodies and vessels outside the spans to skip (credits; merged), in their order."""
    bodies: dict[int, Body] = {}
    for m in islice(_PREFIXED.finditer(text), MOST_MENTIONS):
        bodies[m.start()] = Body(m.start(), m.end(), m[0], "vessel")
    for m in islice(_NAMED.finditer(text), MOST_MENTIONS):
        first = m["name"].split()[0]
        if first not in _NO_SHIP and first not in place_names and not _covered(m.start("name"), bodies):
            bodies[m.start("name")] = Body(m.start("name"), m.end("name"), m["name"], "vessel")
    for m in islice(_BODIES.finditer(text), MOST_MENTIONS):
        if not _covered(m.start(), bodies):
            bodies[m.start()] = Body(m.start(), m.end(), m[0].removeprefix("the ").removeprefix("la "), "body")
    return [bodies[at] for at in sorted(bodies) if not touches(skip, at, at + 1)][:MOST_MENTIONS]


def _covered(at: int, bodies: dict[int, Body]) -> bool:
    return any(body.start <= at < body.end for body in bodies.values())
