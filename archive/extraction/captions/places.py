"""
Find the places of a caption by the names of the gazetteer, and which record each name means.

A name is a place only where its neighbours allow it: not in a person's name, a newspaper's, a club's, not as a common
word, not where another country or state follows it. What stays ambiguous keeps its candidates and no record.
"""

import math
import re
from dataclasses import dataclass

from archive.extraction.captions.common_words import COMMON_WORDS
from archive.extraction.captions.gazetteer import Gazetteer, PlaceRecord, outweigh
from archive.extraction.captions.given_names import ALSO_PLACES, GIVEN_NAMES
from archive.extraction.captions.words import MOST_MENTIONS, Word, fold, touches

_KIND_WORDS = {
    "beach": "BEACH", "sands": "BEACH", "plage": "BEACH", "plages": "BEACH", "beaches": "BEACH", "strand": "BEACH",
    "harbour": "HARBOUR", "harbor": "HARBOUR", "marina": "HARBOUR", "haven": "HARBOUR", "port": "PORT", "ports":
    "PORT", "docks": "PORT", "hafen": "PORT",
    "puerto": "PORT", "porto": "PORT", "bay": "BAY", "baie": "BAY", "coast": "COAST", "cap": "HEADLAND", "county":
    "COUNTY", "co": "COUNTY",
}  # fmt: skip
_SAME_KIND = {"HARBOUR": ("HARBOUR", "PORT"), "PORT": ("PORT", "HARBOUR")}
# After a name these make a place of it still: "Dover Castle", "Brighton Pier", "Kent coast".
_AFTER_PLACE = frozenset([
    "beach", "sands", "harbour", "harbor", "port", "marina", "docks", "bay", "pier", "castle", "town", "city",
    "centre", "center", "seafront", "station", "airport", "coast", "coastline", "county", "cliffs", "promenade",
    "estuary", "marshes", "lighthouse", "quay", "island", "road", "street", "bridge", "strait", "crossing",
    "channel", "airport", "ferry", "lifeboat", "coastguard", "council", "mp", "hospital", "museum", "cathedral",
    "park", "and", "near", "in", "on", "at", "off", "town's", "from", "to", "by", "with", "as", "during", "after",
    "is", "was", "for", "of", "plage", "port", "centre", "ville", "nord", "sud", "est", "ouest", "et",
])  # fmt: skip
_CLUB_OR_PAPER = frozenset([
    "express", "mercury", "gazette", "herald", "post", "times", "news", "argus", "echo", "journal", "star", "mail",
    "chronicle", "observer", "tribune", "match", "messenger", "online", "live", "echo", "independent", "united",
    "city", "fc", "afc", "rovers", "wanderers", "athletic", "albion", "argyle", "hotspur", "rangers", "county's",
    "palace", "saint", "normandie", "matin", "police", "constabulary", "fire", "lifeboat", "sole", "oyster",
    "oysters", "sprouts", "crab", "lobster", "stilton", "cheese", "sauce", "lace", "fog", "eye", "bus", "buns",
    "bun", "terrier", "rock", "ware", "wedding", "rugby", "olympique", "football", "hfc", "fashion", "agreement",
    "accord", "accords", "treaty", "declaration", "climate", "games", "olympics", "paralympics", "island",
    "airlines", "airways", "ferries", "university", "ambulance", "2024", "2012", "stakes", "derby", "masters",
    "marathon", "society", "symphony", "orchestra", "philharmonic", "saracens", "chiefs", "warriors", "boards",
    "board", "bags", "courses", "college", "aquarium", "metropolitan", "players", "fans", "supporters", "crown",
    "magistrates", "sheriff", "coroner", "hospital", "infirmary", "racecourse", "rfc", "cc", "coastguard", "rnli",
    "ferry", "airport's", "regatta", "festival", "week", "opera", "ballet", "biennale", "marathon",
    "lifeguards", "regiment", "fusiliers", "rifles", "infantry", "battalion", "brigade", "yeomanry", "highlanders",
    "borderers", "lifeguards", "rescue", "academy", "prison", "jail", "photographic", "clippers", "barrier",
])  # fmt: skip
# "The Severn Bridge", "England fans", "France 24"
_NO_COUNTRY_OR_SEA_BEFORE = frozenset([
    "crossing", "valley", "clippers", "barrier", "ferries", "ferry", "coastguard", "fans", "supporters", "bridge",
    "24", "2", "3", "info", "bleu", "televisions", "inter",
])  # fmt: skip
# "Volunteers from Humber Rescue"
_BODIES_BEHIND = frozenset(["rescue", "lifeboat", "lifeguards", "police", "ambulance"])
# "Grimsby Town keeper Jo Doe"
_OF_A_CLUB = re.compile(
    r"['’]?s?\s(?:keeper|goalkeeper|striker|midfielder|defender|winger|forward|captain|skipper|manager|boss|fans?|"
    r"supporters?|players?|v|vs|beat|defeat|won|lost|draw|FC|AFC)\b"
)
_COMPASS_POINTS = frozenset([
    "north", "south", "east", "west", "nord", "sud", "est", "ouest", "central",
])  # fmt: skip
_THINGS = frozenset([
    "sole", "oyster", "oysters", "sprouts", "crab", "lobster", "cheese", "lace", "terrier", "bun", "buns",
    "agreement", "accord", "treaty",
])  # fmt: skip
_TITLES = frozenset([
    "mr", "mrs", "ms", "miss", "sir", "lord", "lady", "dame", "dr", "professor", "prof", "captain", "capt",
    "sergeant", "sgt", "inspector", "president", "minister", "senator", "judge", "actor", "actress", "singer",
    "striker", "mayor", "model", "monsieur", "madame", "mme", "mlle", "m", "capitaine",
])  # fmt: skip
# Common words (in any of the languages) that are names of places too: these want a preposition or a county beside them.
_ALSO_WORDS = frozenset([
    "reading", "nice", "deal", "sandwich", "rye", "bath", "wells", "battle", "beer", "looe", "ham", "sale", "march",
    "ware", "poole", "bude", "wick", "rock", "hope", "cork", "eu", "ault", "lens", "tours", "nancy", "angers",
    "orange", "manche", "nord", "somme", "sable", "sea", "hale", "seal", "bray", "ash", "barry", "fleet", "stone",
    "street", "lee", "leigh", "eye", "diss", "ely", "ayr", "larne", "may", "cap", "central", "north", "south",
    "east", "west", "castle", "church", "long", "marina", "grand", "sand", "sands", "town", "village", "buckie",
    "mole", "sol", "este", "faro", "porto", "bar", "split", "pula", "pau", "vence", "die", "bergen", "mons", "elba",
    "man", "male", "rhode", "tour", "lit", "port", "bay", "mull", "muck", "rum", "eigg", "coll", "jura", "bute",
    "turkey", "chad", "guinea", "chile", "georgia", "jordan", "police", "valley", "monster", "aube", "creuse", "orne",
    "lewis", "harris", "portland", "marche", "islay", "iona", "arran", "salina", "po", "ems", "severn",
    # and in the other languages
    "les", "plage", "sur", "mer", "mare", "costa", "ponte", "lago", "como", "see", "wald", "bad", "berg", "stein", "au",
    "rust", "essen", "regen", "rain", "halle", "haag", "sal", "sole", "luz", "cruz", "santa", "san", "saint",
    "st", "villa",
    "torre", "monte", "campo", "fuente", "rio", "isla", "playa", "puerto", "iglesia", "bank", "bell", "beck", "field",
    "ford", "green", "hill", "hook", "house", "hull", "hurst", "lake", "lane", "marsh", "mill", "moor", "park", "pool",
    "over", "box", "crowd", "force", "friday", "hell", "home", "wells", "well", "wood", "worth", "young", "strand",
    "haven", "kust", "dijk", "duin", "oost", "west", "noord", "zuid", "ost", "sud", "nuit", "fin", "des", "vue", "pont",
    "val", "lac", "roche", "rue", "bois", "croix", "eglise", "marche", "foto", "image", "photo", "credit", "source",
    "via", "presse", "union", "sol", "gran", "moro", "negro", "rosa", "stella", "mira", "pesca", "porto", "capo",
    "scala",
    "vita", "amor", "noia", "visite", "vent", "dune", "dunes", "digue", "phare", "banc", "anse", "pointe", "sea", "war",
    "hand", "land", "sand", "ebbe", "boot", "hafen", "insel", "norden", "suden", "westen", "osten", "meer", "welle",
])  # fmt: skip
_PREPOSITIONS = {
    "in": "in", "at": "at", "on": "on", "off": "off", "near": "near", "from": "from", "to": "to", "towards": "to",
    "toward": "to", "for": "to", "into": "in",
    "outside": "near", "around": "near", "between": "between", "of": "of", "across": "across", "over": "over", "along":
    "along", "through": "through",
    "via": "through", "by": "near", "beside": "near", "opposite": "near", "above": "over", "inside": "in", "within":
    "in", "reaching": "to", "approaching": "to",
    "entering": "in", "leaving": "from", "crossing": "across", "cross": "across", "crosses": "across", "crossed":
    "across", "outskirts": "near", "a": "in",
    "au": "in", "aux": "in", "dans": "in",
    "en": "in", "sur": "on", "devant": "off", "pres": "near", "depuis": "from", "vers": "to", "de": "of", "du": "of",
    "d": "of", "des": "of", "entre": "between",
    "chez": "in", "face": "off", "rejoindre": "to", "gagner": "to", "quitte": "from", "quitter": "from", "quittent":
    "from", "traverse": "across",
    "traverser": "across", "traversent": "across", "bei": "near", "vor": "off", "auf": "on", "aus": "from", "nach":
    "to", "im": "in", "am": "on", "von": "of",
    "op": "on", "bij": "near", "van": "of", "naar": "to", "uit": "from", "voor": "off", "nel": "in", "nella": "in",
    "nello": "in", "di": "of", "da": "from",
    "frente": "off", "cerca": "near", "del": "of", "el": "in", "hacia": "to",
    # In what is denied, which is read apart: "not Deal".
    "not": "", "than": "", "non": "", "pas": "", "nicht": "", "statt": "", "niet": "",
}  # fmt: skip
# Words for a kind of place with which a name may begin in small letters: "l'île de Ré", "la baie de Somme".
_BEGINS_NAME = frozenset([
    "cap", "port", "pas", "mer", "ile", "iles", "baie", "pointe", "golfe", "plage", "isla", "islas", "bahia", "golfo",
    "cabo", "playa", "isola", "isole", "baia", "capo", "spiaggia",
])  # fmt: skip
_ARTICLES = frozenset([
    "the", "le", "la", "les", "l", "der", "die", "das", "den", "dem", "het", "il", "lo", "gli", "los", "las",
])  # fmt: skip
_KIND_OR_FILLER = frozenset([
    "port", "harbour", "harbor", "beach", "beaches", "town", "city", "village", "coast", "coastline", "bay",
    "resort", "plage", "plages", "cote", "large", "cotes", "ville", "commune", "nearby", "french", "english",
    "british", "kent", "sussex", "northern", "southern", "eastern", "western", "ports", "island", "shores",
    "waters", "seaside", "english", "county", "district", "littoral", "commune", "cap",
])  # fmt: skip
# Names of bodies, battles and titles that end with a place: "the Bank of England", "Inner Mongolia".
_PART_OF_NAME = re.compile(
    r"\b(?:Inner|Outer|Tate|(?:Pride|Spirit|Queen|King|Star|Maid|Hope|Voice|Lord|Lady|Bishop|Battle|Bank|Church|"
    r"University|Treaty|Duke|Duchess|Prince|Princess|Earl|Archbishop|Forces|Government) of) $"
)
# "Deal Rowing Club"
_BODY_BEHIND = re.compile(
    r"(?:\s[A-Z][a-z]+){1,2}\s(?:Club|Society|Association|Trust|Choir|Company|School|Foundation)\b"
)
# "The steamer Medway Belle", "the group Dover First", "his late wife, Florence": a ship, a group or a person.
_NAMED_THING = re.compile(
    r"\b(?=\w)(?:steamer|ship|ferry|trawler|liner|yacht|tug|barge|vessel|drifter|collier|coaster|frigate|destroyer|"
    r"cruiser|smack|"
    r"chalutier|paquebot|navire|remorqueur|vedette|voilier|dampfer|fähre|kutter|frachter|schip|kotter|veerboot|"
    r"pesquero|"
    r"buque|piroscafo|traghetto|peschereccio|motonave|group|charity|campaign|band|groupe|association|collectif|"
    r"(?:wife|husband|son|daughter|mother|father|sister|brother|widow|fiancée?|dog|cat|femme|mari|épouse|fils|fille|"
    r"mère|père|sœur|frère|frau|sohn|tochter|moglie|marito|figlia|figlio|esposa|hij[oa]),?)\s[\"“«„‘']?\s?$",
    re.IGNORECASE,
)
# Bodies of other languages that bear a place's name: "les pompiers du Nord", "la SNSM d'Étretat".
_PART_OF_BODY = re.compile(
    r"\b(?=\w)(?:pompiers|SNSM|préfecture|parquet|Guardia Costiera|capitaneria|procura|questura|prefettura|fiscalía|"
    r"KNRM|Bundespolizei|Olympique|Racing|"
    r"Sporting|Deportivo|"
    r"Atlético|Real|Celta|Racing Club|Cercle|Stade)\s(?:maritime\s)?"
    r"(?:de |du |d['’]|des |di |van )(?:la |l['’]|le )?$",
    re.IGNORECASE,
)
_PART_OF_STREET = re.compile(
    r"\b(?:plaza|calle|avenida|paseo|rue|place|avenue|boulevard|quai|gare|piazza|corso|estadio|stade)\s"
    r"(?:de |du |d['’]|des |di |della )(?:la |l['’])?$",
    re.IGNORECASE,
)
_QUOTE_BEFORE = re.compile(r"[“\"„«‘]\s?$")
_QUOTE_BEHIND = re.compile(r"(?:\s[A-ZÀ-Ý0-9][\w’-]*){0,3}\s?[”\"“»’']")
# "CORRECTS LOCATION TO GRAVELINES" is at Gravelines.
_CORRECTED_TO = re.compile(
    r"\b(?:location|place|city|town|dateline|lieu|ort|plaats|lugar|luogo)\s(?:from\s[^.;:]{1,30}\s)?(?:to|en|in|à|"
    r"a)\s+$",
    re.IGNORECASE,
)
_LETTERS_OF_COUNTRIES = frozenset(["uk", "usa", "us", "gb", "uae", "ddr", "brd", "vk", "vs"])
_COMPASS = re.compile(
    r"\b(?P<p>(?:north|south|east|west)(?:[- ]?(?:east|west))?|nord|sud|est|ouest)\s+(?:of|de|d['’]|du)\s*(?:the |"
    r"la |le )?$",
    re.IGNORECASE,
)
_LEADS = (
    (re.compile(r"\b(?:off(?: the)?(?: [\w-]+)?(?: coast| shore| beach(?:es)?)?(?: of)?|au large|face à|devant|"
    r"frente a|vor der küste(?: von)?|voor de kust(?: van)?|al largo)"
                r"\s+(?:de |du |d['’]|di |of )?(?:the |la |le |l['’])?(?:port of |port de |harbour at )?$",
                re.IGNORECASE),
                "off"),
    (re.compile(r"\b(?:(?:miles?|km|kilomet(?:re|er)s?) (?:from|off)|near|close to|next to|outside|not far from|"
    r"près|à proximité|aux abords|non loin|"
                r"cerca|in der nähe|nahe|nabij|vicino)\s+(?:de |du |d['’]|des |von |van |a |to )?(?:the |la |le |"
                r"l['’])?$", re.IGNORECASE), "near"),
    (re.compile(r"\b(?:between|entre|zwischen|tussen|tra|fra)\s+(?:the |la |le |l['’])?$", re.IGNORECASE), "between"),
    (re.compile(r"\b(?:toward|towards|bound for|heading (?:to|for)|on (?:its|their) way to|en direction|à "
    r"destination|vers|sets? sail for|for|to)\s+(?:de |du |d['’])?(?:the |la |le |l['’])?$",
                re.IGNORECASE), "to"),
    (re.compile(r"\b(?:from|depuis|en provenance|partis?(?: de)?|quittée?|leav(?:es|ing)|left|sort|sortent|"
    r"departs?|desde|aus|uit|vanuit)\s+(?:de |du |d['’])?(?:the |la |le |l['’])?$",
                re.IGNORECASE), "from"),
)  # fmt: skip
# What follows a comma and says that the place is none of ours: "Dover, Delaware", "Boulogne, Quebec".
_ELSEWHERE = frozenset(
    fold(name)
    for name in ["Alabama", "Alaska", "Arizona", "Arkansas", "California", "Calif", "Colorado", "Connecticut", "Conn",
    "Delaware", "Del", "Florida", "Fla", "Hawaii", "Idaho", "Illinois", "Ill", "Indiana", "Iowa", "Kansas", "Kentucky",
    "Louisiana", "Maine", "Maryland", "Massachusetts", "Mass", "Michigan", "Mich", "Minnesota", "Mississippi",
"Missouri",
    "Montana", "Nebraska", "Nevada", "Tennessee", "Texas", "Utah", "Vermont", "Virginia", "Wisconsin", "Wyoming",
    "Ohio", "Oklahoma", "Oregon", "Pennsylvania", "Pa", "Ontario", "Quebec", "Manitoba", "Alberta", "Saskatchewan",
    "Queensland", "Victoria", "Tasmania"]
) | {"n", "w"}  # fmt: skip
_ELSEWHERE_TWO = re.compile(r",\s*(?:New (?:Hampshire|Jersey|Mexico|York|Zealand|South Wales|Brunswick)|(?:North|"
r"South) (?:Carolina|Dakota)|Rhode Island|West Virginia|"
                            r"British Columbia|Nova Scotia|Western Australia|South Africa|N\.[JYHCMD]\.|R\.I\.|"
                            r"(?:A[BKLRZ]|BC|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|M[ABDEINOST]|N[BCDEHJMSVY]|O[HKNR]|"
                            r"P[AE]|QC|RI|S[CDK]|T[NX]|UT|V[AT]|W[AIVY])\b(?!\w))")  # fmt: skip
_OUR_LETTERS = {"GB", "UK", "FR", "BE", "NL"}
# Where nothing in the caption tells two places apart: a town before the beach, port and county of its name.
_RANK = {
    "COUNTRY": 0,
    "SEA_AREA": 1,
    "REGION": 3,
    "TOWN": 2,
    "COUNTY": 4,
    "COAST": 5,
    "HEADLAND": 6,
    "BEACH": 7,
    "HARBOUR": 8,
    "PORT": 9,
    "BAY": 10,
}
_NEAR_KM = 60.0
# Two towns of one caption lie no farther apart, as a rule.
_REGION_KM = 150.0
# A lesser town with as many people is meant where a word that leads to places and to people too stands before it.
_TOWN_FROM = 5_000
_LEADS_OFTEN = re.compile(
    r"(?:^|(?<![\w'’-]))"
    r"(?:over|through|across|along|from|to|via|of|de|d['’]|pour|par|über|durch|zu|door|van|por|per|di) ?$",
    re.IGNORECASE,
)
_HELD_BY = re.compile(
    r"\s*[,(]\s*(?:in |en |on |dans )?(?:the |le |la |l['’])?(?:northern |southern |eastern |western )?"
)
# What leads to a place and to hardly anything else.
_LED_TO = {
    language: re.compile(rf"(?:^|(?<![\w'’-]))(?:{words})$", re.IGNORECASE)
    for language, words in {
        "en": r"(?:in|at|off|near|outside|around|towards|into|between|beyond|reached|reaching) (?:nearby )?",
        "fr": r"(?:à|au|aux|en|sur|près de |près d['’]|devant|entre|vers|depuis|face à|au large de |"
        r"au large d['’])\s?",
        "de": r"(?:in|bei|vor|nach|aus|nahe|von|bis) ",
        "nl": r"(?:in|bij|voor|naar|uit|vanuit|nabij|op|te|tussen) ",
        "es": r"(?:en|a|desde|hacia|frente a|cerca de|entre) ",
        "it": r"(?:a|ad|in|presso|verso|da|tra|fra|vicino a|al largo di|largo di) ",
    }.items()
}
_KIND_LEADS = re.compile(
    r"\b(?:town|city|village|ports?|harbour|harbor|beach(?:es)?|coasts?|coastline|island|bay|shores?|waters|north|"
    r"south|east|"
    r"west|villes?|commune|forêt|gare|tribunal|hôpital|quais?|plages?|côtes?|large|rade|île|baie|préfecture|Hafen|"
    r"Strand|Küste|Insel|Stadt|Hafenstadt|"
    r"Höhe|haven|strand|kust|eiland|stad|puerto|playas?|costas?|isla|muelle|aguas|ciudad|municipio|porto|spiaggia|"
    r"costa|"
    r"molo|isola|città|largo) "
    r"(?:of |de |d['’]|du |des |von |vor |van |bij |di |del |della |dell['’])$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:and|et|und|en|e|y)\s+(?:the |la |le |l['’])?")
# "Near A and B and C": the relation is carried over so many names.
_LONGEST_LIST = 8
_KIND_BEFORE = re.compile(r"(\w+)\s+(?:of|de|du|von|van|di|d['’])\s*(?:the |la |le |l['’])?$")


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place name in a text: its span, how the words relate to it, the record it means if one, and all candidates."""

    start: int
    end: int
    relation: str
    record: PlaceRecord | None
    candidates: tuple[PlaceRecord, ...]
    rule: str


@dataclass(slots=True)
class _Spot:
    first: int
    last: int
    start: int
    end: int
    # what the name can mean by itself, and all that bear it
    records: tuple[PlaceRecord, ...]
    namesakes: tuple[PlaceRecord, ...] = ()
    # what the first words of the name mean, where the whole of it is no place here
    shorter: "_Spot | None" = None
    asked: str = ""
    following: frozenset[str] = frozenset()


def find_places(
    text: str, words: list[Word], gazetteer: Gazetteer, skip: list[tuple[int, int]], language: str = "en"
) -> list[PlaceMention]:
    """Return the first places named outside the spans to skip (credits, dates, vessels; merged), in their order."""
    spots = _asked_for(text, words, _spots(text, words, gazetteer, skip), language)
    kept = [spot for spot in spots if _is_place(text, words, spot, spots, language)]
    mentions = []
    certain = list({spot.records[0].slug: spot.records[0] for spot in kept if len(spot.records) == 1}.values())
    for at, spot in enumerate(kept):
        record, rule = _meant(text, spot, kept, at, certain, gazetteer)
        if rule == "elsewhere":
            continue
        start, end = _with_kind(text, words, spot, record)
        mentions.append(PlaceMention(start, end, _relation(text, start, kept, at), record, spot.records, rule))
    return mentions


def _spots(text: str, words: list[Word], gazetteer: Gazetteer, skip: list[tuple[int, int]]) -> list[_Spot]:
    """Return the longest names, and within those of lesser towns the names that begin at later words too."""
    spots: list[_Spot] = []
    at, starts = 0, gazetteer.starts
    while at < len(words) and len(spots) < MOST_MENTIONS:
        word = words[at]
        if not word.capital and word.folded not in _ARTICLES and word.folded not in _BEGINS_NAME:
            at += 1
            continue
        most = min(starts.get(word.folded, 0), len(words) - at)
        if most and not word.capital and not any(other.capital for other in words[at + 1 : at + 3]):
            most = 0
        longest: _Spot | None = None
        for count in range(most, 0, -1):
            last = at + count - 1
            records = gazetteer.bearers(" ".join([part.folded for part in words[at : last + 1]]))
            if not records:
                continue
            start, end = word.start, words[last].end
            if not any(words[n].capital for n in range(at, last + 1)) or (
                not words[last].capital and count < 3 and words[last].folded not in _KIND_WORDS
            ):
                continue
            if not _one_name(text[start:end]) or touches(skip, start, end):
                continue
            spot = _Spot(at, last, start, end, outweigh(records), records)
            if _is_familiar(spot):
                if longest is None:
                    spots.append(spot)
                else:
                    longest.shorter = spot
                longest = spot
                break
            if longest is None and word.capital:
                longest = spot
                spots.append(spot)
        at = longest.last + 1 if longest and _is_familiar(longest) else at + 1
    return spots


def _is_familiar(spot: _Spot) -> bool:
    return any(record.familiar for record in spot.records)


def _asked_for(text: str, words: list[Word], spots: list[_Spot], language: str) -> list[_Spot]:
    """
    Leave out the names of lesser towns where the words do not ask for a place.

    A list of all towns holds most surnames and many a common word. One of its names means the town where a word for a
    place leads to it ("off Kinvara") or what holds it follows ("Yarm, England"), and where nothing else in the caption
    lies elsewhere.
    """
    around = [spot.records[0] for spot in spots if _is_familiar(spot) and len(spot.records) == 1]
    kept: list[_Spot] = []
    for at, spot in enumerate(spots):
        if kept and spot.first <= kept[-1].last:
            continue
        following = next((other for other in spots[at + 1 : at + 4] if other.first > spot.last), None)
        if _is_familiar(spot) or _is_led_to(text, words, spot, following, around, language):
            kept.append(spot)
        elif spot.shorter is not None:
            kept.append(spot.shorter)
        elif kept and _HELD_BY.fullmatch(text, kept[-1].end, spot.start) and _near_another(kept[-1], spot):
            # "Ferreras de Abajo (Zamora)": both were written for one another.
            kept.append(spot)
    return kept


def _is_led_to(
    text: str,
    words: list[Word],
    spot: _Spot,
    following: _Spot | None,
    around: list[PlaceRecord],
    language: str,
) -> bool:
    single = spot.first == spot.last
    if following and _HELD_BY.fullmatch(text, spot.end, following.start):
        # "Kinvara, Ireland" and "Yarm (England)", not "Marta Colli, Italy".
        is_inside = any(_lies_in(record, following) for record in spot.namesakes) or _near_another(spot, following)
        if is_inside and _may_begin(text, words, spot, language):
            return True
    folded = words[spot.first].folded
    if single and (folded in COMMON_WORDS or folded in GIVEN_NAMES or len(folded) < 3):
        return False
    before = text[max(0, spot.start - 40) : spot.start]
    led = _LED_TO.get(language, _LED_TO["en"]).search(before) or _KIND_LEADS.search(before)
    people = max(record.weight for record in spot.records)
    if not led and not (people >= _TOWN_FROM and _LEADS_OFTEN.search(before)):
        return False
    if around:
        return any(_agrees(record, other) for record in spot.records for other in around) or (
            not any(other.kind == "COUNTRY" for other in around) and (not single or people >= _TOWN_FROM)
        )
    return len(folded) > 3 or not single


def _near_another(spot: _Spot, other: _Spot) -> bool:
    return any(
        record.point and around.point and record.slug != around.slug and _km(record.point, around.point) < _NEAR_KM
        for record in spot.namesakes
        for around in other.namesakes
    )


def _may_begin(text: str, words: list[Word], spot: _Spot, language: str) -> bool:
    """Say whether no capitalised word of a person's or a body's name stands right before."""
    if not spot.first:
        return True
    before = words[spot.first - 1]
    if text[before.end : spot.start].strip(" \u00a0"):
        return True
    return not before.capital or before.folded in _PREPOSITIONS or before.folded in _AFTER_PLACE or language == "de"


def _agrees(record: PlaceRecord, other: PlaceRecord) -> bool:
    """Say whether a town lies in or near another place of the caption; a sea agrees with every coast."""
    if other.kind == "SEA_AREA":
        return True
    if other.kind == "COUNTRY" or other.slug in record.above:
        return other.slug in record.above or record.country_code == other.country_code
    if record.point is None or other.point is None:
        return False
    return _km(record.point, other.point) < _REGION_KM


def _one_name(written: str) -> bool:
    """A name holds no full stop but St's, and no comma."""
    return not re.search(r"[,;:()/\n]|(?<!St)(?<!Ste)(?<!Co)\.\s", written)


def _is_place(text: str, words: list[Word], spot: _Spot, spots: list[_Spot], language: str) -> bool:
    folded = words[spot.first].folded
    single = spot.first == spot.last
    before = words[spot.first - 1] if spot.first else None
    after = words[spot.last + 1] if spot.last + 1 < len(words) else None
    glued_before = before is not None and text[before.end : spot.start].strip(" \u00a0") == ""
    glued_after = after is not None and text[spot.end : after.start].strip(" \u00a0") == ""
    hyphened = (
        text[spot.end : spot.end + 1] in "-–"
        and text[spot.end + 1 : spot.end + 2].isalpha()
        and text[spot.end + 1].isupper()
    )
    if (
        hyphened
        or (spot.start > 1 and text[spot.start - 1] == "-" and text[spot.start - 2].isalpha())
        or text[max(0, spot.start - 1) : spot.start] in ("@", "#")
    ):
        return False
    if _QUOTE_BEFORE.search(text, max(0, spot.start - 2), spot.start) and _QUOTE_BEHIND.match(text, spot.end):
        # 'The lifeboat "Hamburg"': a name in quotation marks is of something else.
        return False
    if _PART_OF_NAME.search(text, max(0, spot.start - 20), spot.start):
        return False
    if _BODY_BEHIND.match(text, spot.end):
        return False
    if folded == "island" and language != "de":
        # "Barry Island" is not Iceland.
        return False
    if _NAMED_THING.search(text, max(0, spot.start - 24), spot.start):
        return False
    if len(folded) <= 3 and single and words[spot.first].text.isupper() and folded not in _LETTERS_OF_COUNTRIES:
        # "EU leaders" meet in no town of Normandy.
        return text[:200].isupper()
    if _PART_OF_STREET.search(text, max(0, spot.start - 24), spot.start):
        return False
    if _PART_OF_BODY.search(text, max(0, spot.start - 40), spot.start):
        return False
    if all(record.kind in ("COUNTRY", "SEA_AREA") for record in spot.records) and folded not in ALSO_PLACES:
        if (
            glued_before
            and before is not None
            and before.capital
            and language == "en"
            and all(fold(record.name) != folded for record in spot.records)
            and not _belongs_before(before, words, spot, spots, language)
        ):
            # "Durley Chine" is not China.
            return False
        if not glued_after or after is None:
            return True
        return not (after.folded in _NO_COUNTRY_OR_SEA_BEFORE or (after.folded in _BODIES_BEHIND and after.capital))
    if glued_after and after is not None:
        if after.folded in ("town", "city", "county") and _OF_A_CLUB.match(text, after.end):
            return False
        if after.folded in _CLUB_OR_PAPER and (after.capital or after.folded in _THINGS):
            return False
        if (text[spot.end : after.start] == " " and after.text == "Hove") or text.startswith(" & Hove", spot.end):
            return False
        if single and after.capital and folded in ALSO_PLACES and after.folded not in _AFTER_PLACE:
            return False
    if text.startswith((" & Hove", "-Matin"), spot.end):
        return False
    if (
        glued_before
        and before is not None
        and before.capital
        and not _belongs_before(before, words, spot, spots, language)
    ):
        return False
    if (
        glued_before
        and before is not None
        and (before.folded in _TITLES or before.folded in GIVEN_NAMES)
        and before.capital
    ):
        return False
    if single and folded in _COMPASS_POINTS and folded != "nord":
        return False
    if single and folded in GIVEN_NAMES and glued_after and after is not None and after.capital:
        # "Martin Lowe" is a person, whatever towns are called Martin.
        return after.folded in _AFTER_PLACE or after.text.isupper()
    if single and (folded in _ALSO_WORDS or folded in GIVEN_NAMES):
        if spot.start == 0 and re.match(r",\s[A-ZÀ-Ý]", text[spot.end : spot.end + 3]):
            # "Nice, Promenade des Anglais"
            return True
        if text[spot.start - 1 : spot.start] == "(" and text[spot.end : spot.end + 1] == ")":
            return True
        return _asks_for_place(text, before, after, spot, spots)
    # "The Sandwich", "un Nice": an article before a town makes it something else.
    return True


def _belongs_before(before: Word, words: list[Word], spot: _Spot, spots: list[_Spot], language: str) -> bool:
    """A capitalised word may stand before a place if it begins the sentence, leads to it, or is a body or a kind."""
    if (
        before.folded in _PREPOSITIONS
        or before.folded in _ARTICLES
        or before.folded in _KIND_OR_FILLER
        or before.folded in _AFTER_PLACE
    ):
        return True
    if before.text.isupper() and len(before.text) > 1:
        return True
    if any(other.last == spot.first - 1 for other in spots):
        return True
    if before.folded in _TITLES or before.folded in GIVEN_NAMES:
        return False
    if language == "de":
        # All nouns are capitals: "die Insel Helgoland", "im Seebad Warnemünde".
        return True
    first = spot.first - 1
    return (
        before.text[0].isdigit()
        or before.folded
        in ("greater", "central", "downtown", "upper", "lower", "old", "nearby", "inner", "this", "ici", "a", "storm")
        or (first == 0 and before.folded.endswith(("ing", "s")))
    )


def _asks_for_place(text: str, before: Word | None, after: Word | None, spot: _Spot, spots: list[_Spot]) -> bool:
    if (
        before is not None
        and before.folded in _PREPOSITIONS
        and before.text.lower() != "a"
        and text[before.end : spot.start].isspace()
    ):
        # "in Reading the letter", "a deal": what follows must not go on as a verb or noun would.
        if (
            after is None
            or text[spot.end : after.start].strip()
            or after.folded in _AFTER_PLACE
            or not after.text[0].islower()
        ):
            return True
        return after.folded not in ("the", "weather", "a", "an", "his", "her", "their", "board", "boards")
    if (
        after is not None
        and text[spot.end : after.start].strip() in (",", "(")
        and any(
            other.start == after.start
            and any(record.kind in ("COUNTY", "COUNTRY", "REGION") for record in other.records)
            for other in spots
        )
    ):
        return True
    beside = text[spot.end : spot.end + 12].lower()
    if beside.startswith((" beach", " harbour", " pier", " seafront", " lifeboat", " station", " castle", " marina")):
        return True
    # "between Rye and Deal", "Deal, Walmer and Kingsdown"
    return any(
        (other is not spot and 0 < other.start - spot.end <= 6) or 0 < spot.start - other.end <= 6
        for other in spots
        if other is not spot
    ) and (before is None or before.text.lower() in ("and", "et", "to", "between", "from"))


def _meant(
    text: str, spot: _Spot, kept: list[_Spot], at: int, certain: list[PlaceRecord], gazetteer: Gazetteer
) -> tuple[PlaceRecord | None, str]:
    """Choose the record: by what follows it, by the kind the words ask, by country and neighbours, by rank."""
    records = list(spot.records)
    following = text[spot.end : spot.end + 40]
    if _ELSEWHERE_TWO.match(following) and following[1:].strip()[:2] not in _OUR_LETTERS:
        return None, "elsewhere"
    if (
        (next_word := re.match(r",\s*(\w+)", following))
        and fold(next_word[1]) in _ELSEWHERE
        and not re.match(r",\s*\w+\s+[A-Z]", following)
    ):
        return None, "elsewhere"
    spot.asked = _asked(text, spot)
    # "Hythe, Kent" and "Gravelines (Nord)": the next place, right behind, holds this one.
    rule = "name"
    inside = _holder(text, kept, at)
    if inside is not None:
        within = [record for record in records if _lies_in(record, inside)] or [
            record for record in spot.namesakes if _lies_in(record, inside)
        ]
        if within:
            records, rule = within, "place around it"
        elif any(record.kind == "COUNTRY" for record in inside.records) and spot.records[0].kind not in (
            "COUNTRY",
            "SEA_AREA",
        ):
            return None, "elsewhere"
    if spot.asked:
        kinds = _SAME_KIND.get(spot.asked, (spot.asked,))
        asked = [record for kind in kinds for record in records if record.kind == kind]
        if asked:
            return asked[0], "kind asked"
        below = {
            each.slug: each
            for record in records
            for each in gazetteer.beneath.get(record.slug, ())
            if each.kind in kinds and fold_name(record.name) in fold_name(each.name)
        }
        if len(below) == 1:
            return next(iter(below.values())), "kind asked"
    own = [record for record in records if fold_name(record.name) == fold_name(text[spot.start : spot.end])]
    if own and records[0].kind != "SEA_AREA":
        records = own
    if len(records) == 1:
        return records[0], rule
    best = min(_RANK.get(record.kind, 11) for record in records)
    leading = [record for record in records if _RANK.get(record.kind, 11) == best]
    if len(leading) == 1 and not _far_apart(leading[0], records):
        return leading[0], rule
    by_neighbours = _told_apart(leading if len(leading) > 1 else records, certain)
    if by_neighbours is not None:
        return by_neighbours, "neighbours"
    return (leading[0], rule) if len(leading) == 1 else (None, "ambiguous")


def fold_name(name: str) -> str:
    return " ".join(fold(word) for word in re.findall(r"\w+", name))


def _asked(text: str, spot: _Spot) -> str:
    before = re.search(
        r"(\w+)\s+(?:of|de|du|von|van|di|d['’]|in|at)\s*(?:the |la |le |l['’])?$",
        text[max(0, spot.start - 24) : spot.start],
    )
    if before and (kind := _KIND_WORDS.get(fold(before[1]))):
        preposition = before[0].split()[-1].lower() if " " in before[0] else ""
        if not (preposition in ("in", "at") and kind == "BEACH") and kind not in ("COAST", "COUNTY"):
            return kind
    after = re.match(r"(?:['’]s)?\s+(\w+)", text[spot.end : spot.end + 20])
    if after and (kind := _KIND_WORDS.get(fold(after[1]))) and kind not in ("COAST", "COUNTY", "HEADLAND"):
        return kind
    return ""


def _holder(text: str, kept: list[_Spot], at: int) -> _Spot | None:
    """The place behind the comma or in the brackets after this one, and what holds that."""
    spot = kept[at]
    for other in kept[at + 1 : at + 2]:
        between = text[spot.end : other.start]
        if re.fullmatch(
            r"\s*[,(]\s*(?:in |en |on |dans )?(?:the |le |la |l['’])?(?:northern |southern |eastern |western |north "
            r"|south |nearby |au |sud de la |nord de la )?",
            between,
        ) and any(record.kind in ("COUNTY", "COUNTRY", "REGION", "SEA_AREA") for record in other.records):
            return other
    return None


def _lies_in(record: PlaceRecord, holder: _Spot) -> bool:
    return any(
        around.slug in record.above or (around.kind == "COUNTRY" and around.country_code == record.country_code != "")
        for around in holder.records
    )


def _far_apart(first: PlaceRecord, records: list[PlaceRecord]) -> bool:
    """True where a beach or port of the same name lies far from the leading record, so that rank cannot decide."""
    return any(
        first.country_code != other.country_code and other.kind in ("TOWN", "COUNTRY", "COUNTY")
        for other in records
        if other is not first
    ) and first.kind not in ("COUNTRY", "SEA_AREA", "TOWN", "REGION")


def _told_apart(records: list[PlaceRecord], certain: list[PlaceRecord]) -> PlaceRecord | None:
    """The one that lies in a place named for certain, else the one much nearer to it than the others."""
    for around in sorted(certain, key=lambda place: -len(place.above)):
        within = [
            r
            for r in records
            if around.slug in r.above or (around.kind == "COUNTRY" and r.country_code == around.country_code)
        ]
        if len(within) == 1:
            return within[0]
    points = [place.point for place in certain if place.point and place.kind not in ("COUNTRY", "REGION", "SEA_AREA")]
    if not points:
        return None
    measured = sorted(
        ((min(_km(record.point, point) for point in points), n) for n, record in enumerate(records) if record.point),
        key=lambda pair: pair[0],
    )
    if measured and measured[0][0] < _NEAR_KM and (len(measured) == 1 or measured[1][0] > 3 * max(measured[0][0], 10)):
        return records[measured[0][1]]
    return None


def _km(point: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two points in degrees, flat: good to a few per cent within a sea's width."""
    north, east = point[0] - other[0], (point[1] - other[1]) * math.cos(math.radians((point[0] + other[0]) / 2))
    return 111.2 * math.hypot(north, east)


def _with_kind(text: str, words: list[Word], spot: _Spot, record: PlaceRecord | None) -> tuple[int, int]:
    """Widen the span over the word that asked for the kind, where the record is of that kind."""
    if record is None or not spot.asked or record.kind not in _SAME_KIND.get(spot.asked, (spot.asked,)):
        return spot.start, spot.end
    after = re.match(r"\s+(\w+)", text[spot.end : spot.end + 16])
    if after and _KIND_WORDS.get(fold(after[1])) == spot.asked:
        return spot.start, spot.end + after.end()
    before = _KIND_BEFORE.search(text, max(0, spot.start - 80), spot.start)
    return (
        (before.start(), spot.end)
        if before and _KIND_WORDS.get(fold(before[1])) == spot.asked
        else (spot.start, spot.end)
    )


def _relation(text: str, start: int, kept: list[_Spot], at: int, *, steps: int = _LONGEST_LIST) -> str:
    before = text[max(0, start - 48) : start]
    if _CORRECTED_TO.search(before):
        return "in"
    if compass := _COMPASS.search(before):
        return f"{compass['p'].lower().replace('-', '').replace(' ', '')} of"
    for pattern, relation in _LEADS:
        if pattern.search(before):
            return relation
    if at and steps and _AND.fullmatch(text, kept[at - 1].end, start):
        return _relation(text, kept[at - 1].start, kept, at - 1, steps=steps - 1)
    # "sur la plage de Gravelines" is on it: "of" gives way to what stands before the kind.
    relation = ""
    for word in reversed(re.findall(r"\w+", before)[-6:]):
        folded = fold(word)
        if folded in _ARTICLES or folded in _KIND_OR_FILLER:
            continue
        if folded not in _PREPOSITIONS:
            break
        relation = _PREPOSITIONS[folded]
        if relation != "of":
            break
    return "" if before.rstrip().endswith(",") else relation
