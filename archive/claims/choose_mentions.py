"""
Choose which of a caption's mentions speak of the picture, and what each of them claims.

Knows no database: from a `CaptionReading` to proposals. A picture has one date, is at the places where the words put
what it shows, and shows at least those who are counted. What the words only pass by ("bound for", "after a boat sank
off", "since January") makes no claim.
"""

import math
import re
from dataclasses import dataclass, replace

from archive.extraction.captions.credits import SOURCE_KINDS
from archive.extraction.captions.gazetteer import PlaceRecord
from archive.extraction.captions.places import PlaceMention
from archive.extraction.captions.read_caption import CaptionReading
from archive.standards.vocabulary import Property

# How far beside the place the words may put the picture.
NEAR_METRES = 10_000
COMPASS_METRES = 20_000
OFF_METRES = 15_000
BETWEEN_METRES = 20_000
# Where there is no room for a point, "near" has no distance either.
_WIDE = ("COUNTRY", "REGION", "SEA_AREA", "COUNTY", "COAST")
_THERE = ("in", "at", "on", "along", "through", "across", "over")
_BESIDE = {"near": NEAR_METRES, "off": OFF_METRES, "between": BETWEEN_METRES}
# "Set sail from Dunkirk" is at Dunkirk; "a family from Leeds" is not at Leeds.
_SETTING_OUT = re.compile(
    r"\b(?:sets? (?:sail|off|out)|setting (?:sail|off|out)|leav(?:e|es|ing)|left|depart\w*|launch\w*|embark\w*|"
    r"put(?:s|ting)? (?:out )?to sea|push(?:es|ed|ing)? off|quitte\w*|part(?:ent|i[er]?s?|ant)?|appareill\w*|"
    r"prenne?nt? la mer)\b[^.;]{0,80}$",
    re.IGNORECASE,
)
_ARRIVING = re.compile(
    r"\b(?:arriv\w*|brought|brings?|bringing|taken|takes|towed|escorted|land(?:s|ed|ing)?|return\w*|back|ramené\w*|"
    r"débarqu\w*|conduit\w*)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:bound for|heading (?:to|for)|on (?:its|their|the) way|en route|towards?|destin(?:ed|ation)|vers|direction)"
    r"\b[^.;]{0,20}$",
    re.IGNORECASE,
)
# "The mayor of Dover" need not be in Dover.
_OF_SOMEBODY = re.compile(
    r"\b(?:mayor|maire|mps?|député\w*|council|bishop|archbishop|residents?|people|citizens?|natives?|habitants?|"
    r"president|king|queen|prince|princess|duke|duchess|flags?|map|university|bank|battle|treaty|club|préfet|prefect|"
    r"government|history|end|middle|top|best|rest)\s+(?:of|de|du|d['’])\s*(?:the |la |le |l['’])?$",
    re.IGNORECASE,
)
# Who counts these counts everybody; who counts officers or children leaves the others out.
_ANYBODY = re.compile(
    r"(?:people|persons?|migrants?|refugees?|asylum[- ]seekers?|passengers?|personnes?|migrante?s?|réfugiée?s?|"
    r"exilée?s?|passagers?|individuals|survivors?|rescapée?s?|naufragée?s?|Menschen|Personen|Migranten|Flüchtlingen?|"
    r"Geflüchteten?|mensen|personen|migranten|vluchtelingen|opvarenden|persone|migranti|naufraghi|personas|inmigrantes|"
    r"on ?board|aboard|à bord|an Bord|aan boord|a bordo|ocupantes)$",
    re.IGNORECASE,
)
_HOW_IT_CAME = {
    "handout": "the caption calls it a handout",
    "pool": "the caption calls it a pool picture",
    "user-generated": "the caption says that a member of the public made it",
}
_LONGEST_LINE = 12
_MANDATORY = re.compile(r"\W*mandatory credit\s*:?\s*", re.IGNORECASE)
_BRACKETS = " \n.,;:|()[]"


@dataclass(frozen=True)
class Proposal:
    """
    One claim that a span of a caption makes; only the values of its property are set.

    `note` says in words what the value rests on; `outlet` is a name as written; `place` is None with a `text` where
    the words may mean several places, whose slugs are `candidates`.
    """

    property: Property
    start: int
    end: int
    rule: str
    edtf: str = ""
    place: str | None = None
    candidates: tuple[str, ...] = ()
    uncertainty_metres: float | None = None
    outlet: str = ""
    minimum: int | None = None
    maximum: int | None = None
    text: str = ""
    note: str = ""


def proposals(reading: CaptionReading, *, against: str = "") -> list[Proposal]:
    """
    Return what a caption claims of its picture; of places and counts those first that should lead among equals.

    :param against: the publication day in words, for the note of a date that was resolved against it
    """
    return [*_date(reading, against), *_places(reading), *_credit(reading), *_counts(reading)]


# -- date -----------------------------------------------------------------------------------------------------------


def _date(reading: CaptionReading, against: str) -> list[Proposal]:
    mention = reading.picture_date
    if mention is None:
        return []
    note = f"read against {against}" if mention.resolved_against and against else ""
    return [
        Proposal(
            Property.DATE_CREATED, mention.start, mention.end, f"date: {mention.rule}", edtf=mention.edtf, note=note
        )
    ]


# -- places ---------------------------------------------------------------------------------------------------------


def _places(reading: CaptionReading) -> list[Proposal]:
    """
    Return the places shown, the plainly named first.

    Where the first sentence names none, a departure or a landing does, and then the background of later sentences. A
    place that only holds or helps to find another of them ("Malo-les-Bains near Dunkirk, France") is not proposed too.
    """
    places = [
        mention
        for at, mention in enumerate(reading.places)
        if not (at and _holds(reading, reading.places[at - 1], mention))
    ]
    pictured = [mention for mention in places if reading.tells_of_picture(mention.start)]
    shown = [mention for mention in pictured if _is_there(reading.text, mention)]
    shown = shown or [mention for mention in pictured if _is_passed(reading.text, mention)]
    if not shown:
        later = [mention for mention in places if mention not in pictured and mention.relation in (*_THERE, *_BESIDE)]
        shown = [mention for mention in later if _is_there(reading.text, mention) and _in_main_clause(reading, mention)]
    kept = [mention for at, mention in enumerate(shown) if not _serves_another(reading.text, mention, at, shown)]
    kept.sort(key=lambda mention: (mention.record is None, mention.relation in _BESIDE, mention.start))
    return [_place(reading.text, mention, kept) for mention in kept]


def _holds(reading: CaptionReading, before: PlaceMention, mention: PlaceMention) -> bool:
    """Say whether a place only tells where the one right before it lies: "Dover, Kent", "Gravelines (Nord)"."""
    between = reading.text[before.end : mention.start]
    lies_in = before.record and mention.record and mention.record.slug in before.record.above
    return (
        bool(lies_in) and re.fullmatch(r"\s*[,(]\s*(?:in |en |northern |southern |north |south )*", between) is not None
    )


def _is_there(text: str, mention: PlaceMention) -> bool:
    if mention.relation in ("to", "from"):
        return False
    before = text[max(0, mention.start - 60) : mention.start]
    if mention.relation in ("", "of") and _AWAY.search(before):
        return False
    if mention.record is not None and mention.record.kind in ("COUNTRY", "REGION", "SEA_AREA"):
        # "France beat Wales", "Channel crossings": a country or a sea by itself is a word for something else.
        return mention.relation in (*_THERE, "off", "between")
    return not (mention.relation == "of" and _OF_SOMEBODY.search(before))


def _is_passed(text: str, mention: PlaceMention) -> bool:
    """Say whether the words set out from the place, or arrive at it."""
    before = text[max(0, mention.start - 200) : mention.start]
    return bool(
        (mention.relation == "from" and _SETTING_OUT.search(before))
        or (mention.relation == "to" and _ARRIVING.search(before) and not _AWAY.search(before))
    )


def _in_main_clause(reading: CaptionReading, mention: PlaceMention) -> bool:
    """Say whether a later sentence puts its own subject there, rather than in an aside of it."""
    own = [(start, end) for start, end in reading.sentences if start <= mention.start < end]
    return bool(own) and replace(reading, sentences=own).tells_of_picture(mention.start)


def _serves_another(text: str, mention: PlaceMention, at: int, shown: list[PlaceMention]) -> bool:
    others = [other for other in shown if other is not mention]
    if mention.record is None:
        return False
    for other in others:
        if other.record is None:
            continue
        if mention.record.slug in other.record.above:
            return True
        if mention.record.slug == other.record.slug and other.start < mention.start:
            return True
        if mention.record.kind in ("COUNTRY", "REGION", "SEA_AREA") and other.record.kind not in _WIDE:
            return True
    # "Leffrinckoucke, east of Dunkirk" is at Leffrinckoucke, "Gravelines, between Calais and Dunkirk" at Gravelines.
    previous = next((other for other in reversed(shown[:at]) if other.relation != mention.relation), None)
    if previous is None or not (mention.relation in ("near", "between") or mention.relation.endswith(" of")):
        return False
    gap = text[previous.end : mention.start]
    return re.search(r"[.;]", gap) is None and len(gap.split()) <= (6 if mention.relation == "between" else 4)


def _place(text: str, mention: PlaceMention, kept: list[PlaceMention]) -> Proposal:
    rule = f"place: {mention.rule}"
    if mention.record is None:
        slugs = tuple(candidate.slug for candidate in mention.candidates)
        words = text[mention.start : mention.end]
        return Proposal(Property.LOCATION_SHOWN, mention.start, mention.end, rule, text=words, candidates=slugs,
                        note="the name alone does not tell which of several places is meant")  # fmt: skip
    metres: float | None = None
    if mention.relation in _BESIDE and mention.record.kind not in _WIDE:
        metres = _between(mention.record, kept) if mention.relation == "between" else _BESIDE[mention.relation]
    elif mention.relation.endswith(" of") and mention.record.kind not in _WIDE:
        metres = COMPASS_METRES
    note = f"the words say “{mention.relation}”" if metres else ""
    return Proposal(Property.LOCATION_SHOWN, mention.start, mention.end, rule, place=mention.record.slug,
                    uncertainty_metres=metres, note=note)  # fmt: skip


def _between(record: PlaceRecord, kept: list[PlaceMention]) -> float:
    """Return how far the other of two places is that the picture lies between; metres, rounded to full kilometres."""
    ends = [
        mention.record.point
        for mention in kept
        if mention.relation == "between" and mention.record and mention.record.point
    ]
    if record.point is None or len(ends) != 2:
        return BETWEEN_METRES
    (south, west), (north, east) = ends
    kilometres = 111.2 * math.hypot(north - south, (east - west) * math.cos(math.radians((north + south) / 2)))
    return min(math.ceil(kilometres), 100) * 1000.0


# -- credit ---------------------------------------------------------------------------------------------------------


def _credit(reading: CaptionReading) -> list[Proposal]:
    """
    Return the credit line and those whom it names: the maker, who supplied it, who published it.

    A line that names one supplier or one maker and nobody else is said once, as that.
    """
    credit, text, proposed = reading.credit, reading.text, []
    named = [name for name in (credit.creator, credit.agency, credit.supplier, credit.publisher) if name]
    note = _HOW_IT_CAME.get(credit.source_kind or "", "")
    line = next((span for span in reading.credit_spans if any(name in text[slice(*span)] for name in named)), None)
    if line is None:
        return _source_kind(reading)
    outlet = credit.agency or credit.publisher or (credit.supplier if len(named) > 1 else None)
    if outlet:
        start, end = _trimmed(text, line)
        if len(text[start:end].split()) > _LONGEST_LINE:
            # "Footage captured by Sky News, several of whom ...": the sentence goes on.
            spans = [span for name in named if (span := _where(reading, name))]
            start, end = min(spans)[0], max(end for _start, end in spans)
        words = text[start:end]
        proposed.append(
            Proposal(Property.CREDIT_LINE, start, end, "credit: line", text=words, outlet=outlet, note=note)
        )
    if credit.creator and (span := _where(reading, credit.creator)):
        proposed.append(Proposal(Property.CREATOR, *span, "credit: creator", text=credit.creator, note=note))
    bodies = [(Property.SUPPLIED_BY, "supplier", credit.supplier)]
    if len(named) > 1:
        bodies.append((Property.PUBLISHED_BY, "publisher", credit.publisher))
    for name, role, body in bodies:
        if body and (span := _where(reading, body)):
            proposed.append(Proposal(name, *span, f"credit: {role}", text=body, outlet=body, note=note))
    return proposed + _source_kind(reading)


def _trimmed(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Leave out "Mandatory Credit:", brackets, spaces and full stops; the reader leaves out a library's number."""
    start, end = span
    if mandatory := _MANDATORY.match(text, start, end):
        start = mandatory.end()
    while start < end and text[start] in _BRACKETS:
        start += 1
    while end > start and text[end - 1] in _BRACKETS:
        end -= 1
    return start, end


def _where(reading: CaptionReading, words: str) -> tuple[int, int] | None:
    for start, end in reading.credit_spans:
        if (at := reading.text.find(words, start, end)) >= 0:
            return at, at + len(words)
    return None


def _source_kind(reading: CaptionReading) -> list[Proposal]:
    """Only a screen capture is a term of the IPTC's list; handouts and pools tell nothing of how a picture was made."""
    if reading.credit.source_kind != "screen capture":
        return []
    match = dict(SOURCE_KINDS)["screen capture"].search(reading.text)
    span = match.span() if match else next(iter(reading.credit_spans), None)
    if span is None:
        return []
    return [Proposal(Property.DIGITAL_SOURCE_TYPE, *span, "credit: kind of source", text="screenCapture")]


# -- counts ---------------------------------------------------------------------------------------------------------


def _counts(reading: CaptionReading) -> list[Proposal]:
    """Return who is counted in the picture. One of several groups, or officers alone, are but the least there are."""
    pictured = [count for count in reading.counts if reading.tells_of_picture(count.start)]
    proposed = []
    for count in pictured:
        least = len(pictured) > 1 or not _ANYBODY.search(reading.text[count.start : count.end])
        if least and count.minimum is None:
            continue
        note = "others may be in the picture who are not counted here" if least and count.maximum is not None else ""
        proposed.append(Proposal(Property.PEOPLE_COUNT, count.start, count.end, "count of people",
                                 minimum=count.minimum, maximum=None if least else count.maximum,
                                 note=note))  # fmt: skip
    return sorted(proposed, key=_most_first)


def _most_first(proposal: Proposal) -> tuple[int, int]:
    return -(proposal.minimum or 0), proposal.start
