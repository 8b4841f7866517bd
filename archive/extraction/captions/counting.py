"""Read how many people a caption speaks of, as ranges."""

import re
from dataclasses import dataclass

from archive.extraction.captions.words import MOST_MENTIONS, touches

_UNITS = {
    word: number
    for number, words in {
        1: "one une", 2: "two deux", 3: "three trois", 4: "four quatre", 5: "five cinq", 6: "six", 7: "seven sept",
        8: "eight huit", 9: "nine neuf", 10: "ten dix", 11: "eleven onze", 12: "twelve douze", 13: "thirteen treize",
        14: "fourteen quatorze", 15: "fifteen quinze", 16: "sixteen seize", 17: "seventeen", 18: "eighteen",
        19: "nineteen", 20: "twenty vingt", 30: "thirty trente", 40: "forty quarante", 50: "fifty cinquante",
        60: "sixty soixante", 70: "seventy", 80: "eighty", 90: "ninety",
    }.items()
    for word in words.split()
}  # fmt: skip
# "une soixantaine" is about sixty.
_COLLECTIVE = {"dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
               "cinquantaine": 50, "soixantaine": 60, "centaine": 100}  # fmt: skip
_MANY = {"dozens": 20, "scores": 40, "hundreds": 200, "thousands": 2000, "tens of thousands": 20_000, "hundreds of "
"thousands": 200_000,
         "dizaines": 20, "douzaines": 20, "centaines": 200, "milliers": 2000,
         "dizaines de milliers": 20_000}  # fmt: skip
_PEOPLE = (
    r"people|persons?|migrants?|refugees?|asylum[- ]seekers?|men|women|child(?:ren)?|man|woman|"
    r"boys?|girls?|teenagers?|adults?|babies|infants?|toddlers?|"
    r"passengers?|survivors?|casualties|victims?|police officers?|officers?|police|policemen|soldiers?|"
    r"sailors?|fishermen|crew(?: members?| ?men)?|crewmen|swimmers?|"
    r"bathers|surfers|walkers|tourists|holidaymakers|visitors|residents|villagers|"
    r"protest[eo]rs?|demonstrators?|marchers|fans?|spectators|supporters|"
    r"players|runners|riders|athletes|competitors|pupils|students|"
    r"workers?|volunteers?|rescuers?|firefighters?|medics|troops|veterans?|voters|MPs|"
    r"mourners|pilgrims|campaigners|activists|arrivals|nationals|individuals|kayakers|paddleboarders|divers|anglers|"
    r"anglers|bodies|dead|dinghy occupants|"
    r"personnes?|migrante?s?|réfugiée?s?|exilée?s?|hommes?|femmes?|enfants?|bébés?|mineurs?|adolescente?s?|passagers?|passagères?|naufragée?s?|rescapée?s?|"
    r"survivante?s?|victimes?|blessée?s?|morts?|disparue?s?|policiers?|gendarmes?|militaires?|marins?|pêcheurs?|pompiers|sapeurs-pompiers|sauveteurs?|bénévoles|"
    r"manifestante?s?|supporters|supporteurs|spectateurs|habitante?s?|touristes?|vacanciers|baigneurs|baigneuses|"
    r"nageurs?|nageuses|surfeurs|coureurs|joueurs|"
    r"agriculteurs|salariés|électeurs|élèves|corps|participante?s?|kitesurfeurs|plongeurs|ressortissants|"
    r"clandestins|soldats|vétérans|passeurs|smugglers"
)
_NUMBER = (
    r"(?:\d{1,3}(?:[,. \u00a0\u202f]\d{3})+|\d+)(?![.:/]?\d|-)|(?:a|one|two|three|four|five|six|several|half a) "
    r"(?:dozen|hundred|thousand|score)|half-a-dozen"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-(?:one|two|three|four|five|six|seven|eight|nine)|"
    + "|".join(sorted(_UNITS, key=len, reverse=True))
)
_MORE = r"more than|over|upwards of|plus d['’]|plus de|more than an estimated|in excess of"
_LEAST = r"at least|no fewer than|not less than|au moins|au minimum"
_LESS = r"fewer than|less than|under|moins d['’]|moins de"
_MOST = r"up to|as many as|at most|a maximum of|jusqu['’]à|au plus|au maximum"
_ABOUT = (
    r"about|around|some|roughly|approximately|nearly|almost|an estimated|close to|near to|environ|près d['’]|"
    r"près de|quelque|presque|autour de|à peu près"
)
_BETWEEN = re.compile(r"(?:between |entre )?(\d[\d,. ]*?)\s*(?:-|–|to|and|et|à)\s*(\d[\d,. ]*)$", re.IGNORECASE)
_MOST_PEOPLE = 1_000_000_000
_GAP = r"(?:\s+(?:of (?:the )?|de |d['’]|des )?(?:[\w’'-]+\s+){0,3}?|\s*d['’])"
_COUNT = re.compile(
    rf"(?<![\w£$€.,-])(?:(?P<more>{_MORE})\s*|(?P<least>{_LEAST})\s+|(?P<less>{_LESS})\s*|(?P<most>{_MOST})\s+|"
    rf"(?P<about>{_ABOUT})\s*)?"
    rf"(?:(?:an? |the |une |les )?(?:(?P<many>(?:(?:many|several|plusieurs|des|quelques) )?(?:tens of thousands|"
    rf"hundreds of thousands|dozens|scores|hundreds|thousands|"
    rf"dizaines de milliers|dizaines|douzaines|centaines|milliers))|(?P<coll>{'|'.join(_COLLECTIVE)}))|"
    rf"(?P<range>(?:between |entre )?\d[\d,]*\s?(?:-|–|to|and|et|à)\s?\d[\d,]*(?![\d.]))|(?P<number>{_NUMBER}))"
    rf"{_GAP}(?P<noun>{_PEOPLE})\b",
    re.IGNORECASE,
)
_BREAKS = re.compile(
    r"\b(?:boats?|dinghies|vessels?|days?|years?|months?|weeks?|hours?|minutes?|miles?|metres?|and|et|with|in|on|at|"
    r"for|from|to|by|after|as|off|who|that|"
    r"bateaux?|embarcations?|jours?|ans|années?|mois|heures?|semaines?|avec|dans|sur|qui|par|près|"
    r"lifeboats?|ships?|million|billion|percent|per|when|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|janvier|février|mars|"
    r"avril|mai|juin|juillet|août|"
    r"septembre|octobre|novembre|décembre|police officers? said|de la|of a|times|and|is|are|was|were|has|have|had|"
    r"st|nd|rd|th)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people: its span, and the least and the most it can mean; None is open."""

    start: int
    end: int
    minimum: int | None
    maximum: int | None


def find_counts(text: str, skip: list[tuple[int, int]]) -> list[Count]:
    """Return the first counts of people outside the spans to skip (credits and dates; merged)."""
    counts = []
    for found in _COUNT.finditer(text):
        number_at = max(found.start(group) for group in ("many", "coll", "range", "number"))
        if touches(skip, number_at, number_at + 1) or _BREAKS.search(text[_number_end(found) : found.start("noun")]):
            continue
        bounds = _bounds(found)
        if bounds is None:
            continue
        start = found.start()
        counts.append(Count(start, found.end(), *bounds))
        if len(counts) == MOST_MENTIONS:
            break
    return counts


def _number_end(found: re.Match[str]) -> int:
    return max(found.end(group) for group in ("many", "coll", "range", "number"))


def _bounds(found: re.Match[str]) -> tuple[int | None, int | None] | None:
    if found["many"]:
        words = re.sub(r"^(?:many|several|plusieurs|des|quelques) ", "", found["many"].casefold())
        return (_MANY[words], None) if words in _MANY else None
    if found["range"]:
        ends = _BETWEEN.match(found["range"])
        if ends is None:
            return None
        low, high = (int(re.sub(r"\D", "", end)) for end in ends.groups())
        return (low, high) if low < high <= _MOST_PEOPLE else None
    vague = found["coll"] is not None
    number = _COLLECTIVE.get(found["coll"].casefold()) if vague else _number(found["number"].casefold())
    # A year before people ("2015 migrants") or the article "one" counts nobody; nor does a number beyond mankind.
    if number is None or not 0 < number <= _MOST_PEOPLE:
        return None
    if found["number"] and found["number"].lower() in ("one", "une", "1") and not (found["least"] or found["more"]):
        return (1, 1) if found["number"].lower() == "one" else None
    if found["more"]:
        return number + 1, None
    if found["least"]:
        return number, None
    if found["less"]:
        return None, number - 1
    if found["most"]:
        return 1, number
    if found["about"] or vague or "several" in (found["number"] or ""):
        # "About 50" may be a tenth more or less.
        return number * 9 // 10, -(-number * 11 // 10)
    return number, number


def _number(written: str) -> int | None:
    if written[0].isdigit():
        return int(re.sub(r"\D", "", written))
    # Letters that only look like these in their other case ("ſix") are no number.
    if written in _UNITS:
        return _UNITS[written]
    if written in ("half a dozen", "half-a-dozen"):
        return 6
    if "-" in written:
        return sum(_UNITS.get(part, 0) for part in written.split("-"))
    count, _space, unit = written.rpartition(" ")
    scale = {"dozen": 12, "score": 20, "hundred": 100, "thousand": 1000}.get(unit, 0)
    return scale * {"a": 1, "several": 3}.get(count, _UNITS.get(count, 1))
