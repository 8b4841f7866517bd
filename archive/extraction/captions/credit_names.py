"""
Read the names in a credit: where each ends, and whether it is a person's, an agency's, a paper's or a body's.

The list of outlets confirms; a name that is in no list is told by its words ("Romney Bugle", "Kestrel Pictures"), its
form ("S. R. Haldane", "@channelwatch", "BNPS") and its given name.
"""

import re
from enum import Enum

from archive.extraction.captions.calendars import CALENDARS
from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.given_names import ALSO_PLACES, GIVEN_NAMES
from archive.extraction.captions.words import fold
from archive.standards.normal_form import word_set


class Class(Enum):
    """What a name in a credit is of; OUTLET and ACRONYM are an agency or a paper, UNKNOWN a person or an outlet."""

    PERSON = "person"
    HANDLE = "handle"
    AGENCY = "agency"
    LIBRARY = "library"
    PUBLISHER = "publisher"
    PLATFORM = "platform"
    SUPPLIER = "supplier"
    OUTLET = "outlet"
    ACRONYM = "acronym"
    UNKNOWN = "unknown"


_OF_KIND = {
    "AGENCY": Class.AGENCY,
    "PHOTO_LIBRARY": Class.LIBRARY,
    "AUTHORITY": Class.SUPPLIER,
    "CHARITY": Class.SUPPLIER,
    "PLATFORM": Class.PLATFORM,
    # museums, archives, firms
    "OTHER": Class.SUPPLIER,
}
_AGENCY_WORDS = word_set("""
    sport sports sportimages newsphoto
    pictures pix images photos press agency agence agencia agenzia agentur bildagentur fotoagentur persbureau
    newswire wire stock features fotos agentschap pressphoto presse-agentur nieuwsfoto photopress photonews
    newspix visuals shots imaging pressefoto fotopress fotonews
""")
# With one of these an agency is an authority ("Environment Agency" is, "Press Agency" is not).
_NEWS_WORDS = word_set(
    "press photo news picture presse prensa stampa pers photographic foto fotos nieuws pictures bild image"
)
_BODY_WORDS = word_set("""
    office garde-cotes gardes-cotes
    aid ngo ong seenothilfe nothilfe hilfe hulp ayuda aiuto relief humanitarian medecins sdis sis codis snsm knrm dgzrs
    dlrg thw rnli mca uscg crs frontex royale bundesarchiv nationaal
    police polizei politie polizia policia bundespolizei gendarmerie constabulary fire feuerwehr brandweer
    pompiers sapeurs-pompiers sapeurs bomberos vigili rescue coastguard coastguards kustwacht kustenwache guardia
    costiera navy militare marina army armee armada leger heer council commune mairie rathaus gemeente
    ayuntamiento comune ministry ministere ministerium ministerie ministerio ministero prefecture prefettura
    lifeboat lifeboats authority service services servizio museum musee museo university universite universitat
    universita trust society association verein foundation fondation stiftung charity hospital nhs department
    departement departamento government regierung parliament commission committee croix-rouge rotes kreuz cruz
    croce cross secours salvamento salvataggio sauveteurs sauvetage seenotretter secretariat embassy ambulance
    institute institut instituto observatory agency-body douane douanes zoll customs guard force forces
    administration federation archive archives archivio archivo archief archiv library bibliotheque technologies
    ltd limited plc gmbh sarl srl spa inc llc productions studios studio divers diving ferries airways railways
    yacht sailing rowing historical history volunteers cruises shipping mission friends harbourmaster
    port-authority protezione civile civil handout family heritage spca sspca rspca wildlife sanctuary conservation
    aquarium zoo gallery museums survey parks reserve club festival committee collection academy foundation
    association syndicat comite conseil fondation cinematheque mediatheque phares collectif confrerie stichting
    vereniging gemeentearchief waterschap dierenambulance genootschap streekarchief stadsarchief stadtarchiv
    landesarchiv staatsarchiv heimatverein heimatmuseum nationalpark wasserschutzpolizei reederei bundeswehr
    capitaneria carabinieri questura ente associazione circolo parco asociacion fundacion cofradia ertzaintza
    diputacion biblioteca bibliotheek bibliotheque bibliothek cabildo subdelegacion conselleria consejeria tribunal
    regatta salvage towage shipyard chantiers werf werft astilleros cantieri brigade ambulances parquet mission
    congregation parish cathedral abbey opera theatre theater teatro team embassy consulate watch alliance campaign
    admiralty earth maritime oceanographic meteorological lighthouse lighthouses marittimo maritimo
""")
_BODY_ENDINGS = (
    "museum", "museo", "archiv", "archief", "polizei", "politie", "feuerwehr", "brandweer", "wacht", "verein",
    "centrum", "zentrum", "stiftung", "stichting", "amt", "behorde", "ministerium", "vereniging", "bibliothek",
)  # fmt: skip
_AGENCY_ENDINGS = ("foto", "fotos", "photo", "photos", "pix", "press", "presse", "images", "pictures")
_BODY_STARTS = word_set(
    "port ville stadt city town comune mairie prefecture ministere ministry hafen puerto porto friends diocese "
    "ufficio gabinete pressestelle cabinet region conseil office"
)
_PRESS_WORDS = word_set("""
    news times post express echo echoes journal gazette herald mail tribune live online telegraph chronicle argus
    observer independent standard mercury star globe guardian bugle courier advertiser examiner record review
    reporter sentinel recorder messenger leader visiter citizen dispatch bulletin register world weekly daily
    today sun mirror sunday evening tv television fm radio channel broadcasting broadcaster magazine media digital
    report courrier depeche voix presse telegramme parisien provence matin progres eclair littoral nouvelles
    nouvelle republique liberte phare dauphine midi monde equipe soir libre figaro marin union actu info infos
    zeitung tageblatt blatt anzeiger nachrichten kurier bote rundschau allgemeine abendblatt morgenpost
    tagesspiegel merkur rundfunk krant dagblad nieuws nieuwsblad courant blad omroep telegraaf bode diario
    periodico noticias heraldo correo voz faro vanguardia mundo pais prensa gaceta cronica ideal informacion canal
    corriere gazzetta giornale messaggero mattino stampa repubblica secolo nazione quotidiano tirreno unione kanal
    bladet avisen web site blog newsletter gazetteer beacon clarion packet newspaper paper ouest est-republicain
    normandie montagne charente alsace lorraine nouvelliste semaine hebdo quotidien journaal welle
""")
_PRESS_ENDINGS = (
    "zeitung",
    "blatt",
    "kurier",
    "anzeiger",
    "nachrichten",
    "krant",
    "courant",
    "nieuws",
    "tidende",
    "news",
)
_ARTICLES = word_set("the le la les l het der die das el il lo los las i gli")
_CONNECTORS = word_set("""
    of de du des d la le les l der die das den dem von van vom zu zum zur di da del della dei delle degli do dos
    al el en et and und y e the sur in ten ter te bin ben ibn voor pour für aan à op nella i &
""")
# In a sentence these words want what follows "of": "Ministry of Defence", "Port of Dover".
_WANT_OF = word_set("""
    ministry port department university city bank office institute house museum society school college church
    league order federation union bishop duke times isle friends board commission council district town county
    royal
""")
_LOWER_TAILS = word_set("""
    municipales municipaux municipal régionales nationales provinciales provinciale
    royale storico storica historique histórico historisches comunale départementales fotografico
    maritime nationale national nazionale nacional municipale municipal française français francese plc ltd gmbh
    police coastguard lifeboat fire service services rescue ambulance régionale départementale federal civil
    civile marítimo aux frontières council harbour authority navy family harbourmaster stampa prensa museum
""")
# Bodies that a sentence names without a capital.
LOWER_BODIES = word_set("""
    garde-côtes gardes-côtes
    coastguard coastguards police navy army gendarmerie gendarmes préfecture pompiers sapeurs-pompiers douane
    douanes marine mairie ville ministère küstenwache polizei bundespolizei feuerwehr kustwacht politie brandweer
    marechaussee guardia polizia policía vigili salvamento bomberos lifeboat council firefighters fire family
    famille familie familia famiglia museum ambulance harbourmaster government capitania carabinieri coast
    maritime protection sécurité musée museo archives archivio archivo archief bibliothèque biblioteca bibliotheek
    université cinémathèque médiathèque parquet carabinieri capitaneria douane secours salvataggio sauveteurs
""")
_NEVER = word_set(
    "pour für voor para photo foto picture image file handout pool via by for par video vidéo credit files"
)
_DAYS = frozenset(fold(group[0]) for calendar in CALENDARS.values() for group in (*calendar.weekdays, *calendar.months))
TOKEN = re.compile(r"@?\w(?:[\w@]|[.’'&+-](?=\w))*|&")
_GAP = re.compile(r"[ \u00a0]{1,2}")
_CAPITAL = re.compile(r"[A-ZÀ-ÝĀŁŚŠŻŽČĐİØ@]|[dlDL]['’][A-ZÀ-Ý]")
_ABBREVIATED = word_set("st ste jr sr mr mrs ms dr lt col capt sgt ph")
_FOR_BEFORE = re.compile(r"\s(?:for|pour|für|voor|para|per)\s$", re.IGNORECASE)
_DOTTED = re.compile(r"(?:[A-Z]\.)+[A-Z]")
_PICTURES_IN = re.compile(r"pix|photo|foto|image|pics|press", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)?\.(?:com|fr|net|org|de|nl|be|es|it|eu|uk|info|tv|ie|ch|at)", re.IGNORECASE)
_PARTS = re.compile(r"[-\s’']")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_INITIALS = re.compile(
    r"(?:[A-ZÀ-Ý]\.[ -]?){1,3}[A-ZÀ-Ý][\w’'-]+|[A-ZÀ-Ý](?: [A-ZÀ-Ý])? [A-ZÀ-Ý][a-zà-ÿ’'-]+|[A-Z]\.[A-Z]\.?"
)
_WORD = re.compile(r"\w+(?:[-’']\w+)*")
_LETTERS = re.compile(r"\w+")
# Inside a name of the list: "Médecins Sans Frontières", "Le Phare", "X (Twitter)".
_INSIDE = re.compile(r"[ \u00a0.’'&/(-]{1,3}")
# "Provided by Greece's coast guard" names no body yet.
_OWNS = re.compile(r"['’]s$")
_CLOSES = re.compile(r"\s*(?:$|[.,;)\]/|\n])")
_NEXT_CAPITAL = re.compile(r" ([A-Z]\w+)")
# "Hollandse Kust Foto /" and "Mary Evans Picture Library" are names; "AFP PHOTO Jo Doe" is two.
_OF_A_TOWN = frozenset(["du", "de", "des", "della", "di", "van", "of"])
_ENDS_A_NAME = re.compile(r"\s?[/|]|\s(?:library|agency|archive|press|service|desk|bank)\b", re.IGNORECASE)
_MOST_TOKENS = 9


def known_outlet(text: str, at: int, gazetteer: Gazetteer) -> tuple[int, str]:
    """Return the end and the kind of the longest outlet of the list that begins here; (at, "") if none does."""
    end, kind, position, names = at, "", at, []
    for _count in range(12):
        token = _LETTERS.match(text, position)
        if token is None:
            break
        names.append(fold(token[0]))
        if names[0] not in gazetteer.outlet_starts:
            break
        if outlet_kind := gazetteer.outlets.get(" ".join(names)):
            end, kind = token.end(), outlet_kind
        gap = _INSIDE.match(text, token.end())
        if gap is None:
            break
        position = gap.end()
    return end, kind


def read_name(text: str, at: int, gazetteer: Gazetteer, *, in_sentence: bool = False) -> int:
    """Return where the name that begins at `at` ends, `at` itself if none begins there."""
    known_end, kind = known_outlet(text, at, gazetteer)
    if kind and not _stands_as_name(text, at, known_end):
        known_end, kind = at, ""
    end = _capitals(text, at, in_sentence=in_sentence)
    if not kind:
        return _before_outlet(text, at, end, gazetteer)
    if text[known_end : known_end + 1] == "-" and (compound := TOKEN.match(text, known_end + 1)):
        # "dpa-Zentralbild", "AFP-Services"
        return compound.end()
    if end <= known_end:
        return known_end
    rest = text[known_end:end].split()
    if fold(rest[-1]) in _BODY_WORDS and fold(rest[0]) in ("and", "&", "of"):
        # "Time and Tide Trust" is no magazine.
        return end
    if rest[0].lower() in _OF_A_TOWN and _CLOSES.match(text, end):
        # "Les Échos du Touquet" is not "Les Échos".
        return end
    if _OF_KIND.get(kind) is Class.SUPPLIER:
        return end if not (in_sentence and rest[0].lower() in ("of", "and")) else known_end
    # "AP Photo Jo Doe", "Getty Images Kristi Noem": the name ends where the list's ends.
    return end if len(rest) == 1 and fold(rest[0]) in (_PRESS_WORDS | _AGENCY_WORDS) else known_end


def _before_outlet(text: str, at: int, end: int, gazetteer: Gazetteer) -> int:
    """Return where a name ends that an outlet of the list follows without a mark: "MARC DEMARLE LA VOIX DU NORD"."""
    tokens = list(TOKEN.finditer(text, at, end))
    if tokens and fold(tokens[0][0]) in (_BODY_STARTS | _BODY_WORDS):
        # "Ufficio stampa Guardia Costiera", "Port of Dover Ltd"
        return end
    starts = [token.start() for token in tokens][2:]
    for start in starts:
        known_end, kind = known_outlet(text, start, gazetteer)
        if kind and known_end == end and text[start].isupper():
            led = _FOR_BEFORE.search(text, at, start)
            return led.start() if led else start - 1
    return end


def _stands_as_name(text: str, start: int, end: int) -> bool:
    """ "ap", "i" and "time" in small letters are words, "dpa" and "epa" are not."""
    written = text[start:end]
    return (
        written[0].isupper()
        or (len(written) > 2 and written.lower() in ("dpa", "epa", "franceinfo", "imago", "ansa"))
        or (any(letter.isupper() for letter in written) or " " in written)
    )


def _capitals(text: str, at: int, *, in_sentence: bool) -> int:
    end = position = at
    pending = 0
    last = ""
    for number in range(_MOST_TOKENS):
        token = TOKEN.match(text, position)
        if token is None or (
            in_sentence and _OWNS.search(token[0]) and text[token.end() + 1 : token.end() + 2].islower()
        ):
            break
        written, lowered = token[0], token[0].lower()
        folded = fold(written)
        if (
            _CAPITAL.match(written)
            or (number and not pending and written[0].isdigit() and len(written) < 4)
            or (not number and re.match(r"\d{1,2} [A-Z]", text[at : at + 4]))
        ):
            if lowered in _NEVER and number and not _ENDS_A_NAME.match(text, token.end()):
                break
            if folded in _DAYS and not (
                fold(last) in _ARTICLES or _press_follows(text, token.end()) or (folded in GIVEN_NAMES and not number)
            ):
                break
            end, pending = token.end(), 0
            abbreviated = len(written) == 1 or lowered in _ABBREVIATED or _DOTTED.fullmatch(written)
            if text[end : end + 1] == "." and abbreviated and len(text) > end + 1:
                end += 1
                position = end
                if text[end].isalpha():
                    last = written
                    continue
        elif (number == 0 and in_sentence and lowered in LOWER_BODIES) or (
            number and not pending and (lowered in _LOWER_TAILS or _ends_a_body(text, at, token))
        ):
            end = token.end()
        elif number and lowered in _CONNECTORS and pending < 2:
            if in_sentence and lowered in ("of", "in", "and", "en", "et") and not _goes_on(last, lowered):
                break
            pending += 1
        else:
            break
        last = written
        gap = _GAP.match(text, max(end, token.end()))
        if gap is None:
            break
        position = gap.end()
    return end


def _ends_a_body(text: str, at: int, token: re.Match[str]) -> bool:
    """ "Marine royale.", "Archivio storico": a body's name may end in small letters where the credit does."""
    first = TOKEN.match(text, at)
    begins = first is not None and (fold(first[0]) in _BODY_WORDS or first[0].lower() in LOWER_BODIES)
    return begins and _CLOSES.match(text, token.end()) is not None


def _goes_on(last: str, connector: str) -> bool:
    if connector == "of":
        return last.lower() in _WANT_OF
    return connector == "and" and last.lower() in ("maritime", "fire", "devon", "food", "health", "border", "search")


def _press_follows(text: str, at: int) -> bool:
    word = _NEXT_CAPITAL.match(text, at)
    return word is not None and fold(word[1]) in _PRESS_WORDS


def class_of(name: str, gazetteer: Gazetteer) -> Class:
    """Tell what a name is of."""
    if kind := gazetteer.outlet_kind(name):
        return _OF_KIND.get(kind, Class.PUBLISHER)
    if name.startswith("@"):
        return Class.HANDLE
    end, kind = known_outlet(name, 0, gazetteer)
    if _OF_KIND.get(kind) is Class.SUPPLIER or (kind and name[end : end + 1] == "-"):
        return _OF_KIND.get(kind, Class.PUBLISHER)
    if _DOMAIN.fullmatch(name):
        return Class.AGENCY if _PICTURES_IN.search(name) else Class.PUBLISHER
    words = _WORD.findall(name)
    folded = [fold(word) for word in words]
    if not folded:
        return Class.OUTLET
    parts = {part for word in folded for part in _PARTS.split(word)} | set(folded)
    if _CAMEL.search(name):
        # "KentOnline", "NurPhoto": words written together.
        parts |= {fold(part) for part in _CAMEL.sub(" ", name).split()}
    given = _begins_with_given(folded) and words[-1][0].isupper()
    if words[-1][0].islower() and words[0].lower() in LOWER_BODIES:
        return Class.SUPPLIER
    if parts & {"library", "agency", "desk", "bank"} and parts & {"photo", "picture", "image", "foto", "photographic"}:
        return Class.LIBRARY
    agency = parts & _AGENCY_WORDS
    if (
        agency
        and not (agency == {"agency"} and not parts & _NEWS_WORDS)
        and not (given and agency <= {"press", "stock"})
    ):
        if folded[0] in _ARTICLES or (parts & _PRESS_WORDS - _NEWS_WORDS and "agency" not in parts):
            return Class.PUBLISHER
        return Class.AGENCY
    if (parts & _BODY_WORDS or "agency" in parts or folded[0] in _BODY_STARTS) and not (given and len(words) == 2):
        return Class.SUPPLIER
    if _INITIALS.fullmatch(name) or (given and 2 <= len(words) <= 5):
        return Class.PERSON
    if parts & _PRESS_WORDS or folded[-1].endswith(_PRESS_ENDINGS) or (folded[0] in _ARTICLES and len(words) > 1):
        return Class.PUBLISHER
    if folded[-1].endswith(_BODY_ENDINGS) and not given:
        return Class.SUPPLIER
    if len(words) == 1:
        if folded[0].endswith(_AGENCY_ENDINGS):
            return Class.AGENCY
        if (name.isupper() and len(name) <= 7) or re.search(r"[a-z][A-Z]|\d", name):
            return Class.ACRONYM
        return Class.OUTLET if folded[0] not in GIVEN_NAMES else Class.UNKNOWN
    if any(any(letter.isdigit() for letter in word) for word in words) or len(words) > 5:
        return Class.OUTLET
    if _begins_with_place(folded, gazetteer):
        return Class.OUTLET
    return Class.UNKNOWN


def says_press(name: str) -> bool:
    """Say whether a word of the name is one that papers and broadcasters bear."""
    folded = [fold(word) for word in _LETTERS.findall(_CAMEL.sub(" ", name))]
    return not _PRESS_WORDS.isdisjoint(folded) or folded[-1].endswith(_PRESS_ENDINGS) or bool(_DOMAIN.fullmatch(name))


def _begins_with_given(folded: list[str]) -> bool:
    first = folded[1] if folded[0] in ("dr", "mr", "mrs", "ms", "sgt", "lt", "capt") and len(folded) > 1 else folded[0]
    first = first.split("-")[0] if first not in GIVEN_NAMES else first
    return first in GIVEN_NAMES or (first in ALSO_PLACES and len(folded) == 2)


def _begins_with_place(folded: list[str], gazetteer: Gazetteer) -> bool:
    most = min(gazetteer.starts.get(folded[0], 0), len(folded) - 1)
    return any(gazetteer.listed(folded[:count]) for count in range(1, most + 1))
