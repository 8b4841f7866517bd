"""Read how many people a caption speaks of, as ranges, in six languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.extraction.captions.words import MOST_MENTIONS, Word, touches, words_of


@dataclass(frozen=True)
class _Words:
    """What one language has to count people with; alternatives are regular expressions, matched without case."""

    units: dict[int, str]
    more: str
    least: str
    less: str
    most: str
    about: str
    many: dict[str, int]
    # "Une soixantaine" is about sixty.
    collective: dict[str, int]
    people: str
    # A number before one of these counts something else.
    breaks: str
    between: str
    joins: str
    # "63 on board", "a group of 20 who"
    aboard: str
    groups: str
    # What may follow a number that counts without a noun.
    goes_on: str
    # What only people do, or what is only done to them: "at least 12 drowned", "some 40 were taken to hospital".
    acts: str


_EN = _Words(
    units={1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
           11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen",
           18: "eighteen", 19: "nineteen", 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty",
           70: "seventy", 80: "eighty", 90: "ninety"},
    more=r"more than(?: an estimated)?|over|upwards of|in excess of|well over",
    least=r"at least|no fewer than|not less than|a minimum of",
    less=r"fewer than|less than|under",
    most=r"up to|as many as|at most|a maximum of|no more than",
    about=r"about|around|some|roughly|approximately|approx\.?|nearly|almost|an estimated|close to|near to|just over|"
    r"just under|c\.",
    many={"hundreds of thousands": 200_000, "tens of thousands": 20_000, "dozens": 20, "scores": 40, "hundreds": 200,
          "thousands": 2000},
    collective={},
    people=r"of (?:them|whom)|"
    r"people|persons?|migrants?|refugees?|asylum[- ]seekers?|men|women|child(?:ren)?|man|woman|boys?|girls?|"
    r"teenagers?|youngsters|adults?|babies|infants?|toddlers?|passengers?|survivors?|casualties|victims?|"
    r"police officers?|officers?|police|policemen|soldiers?|sailors?|seafarers|seamen|fishermen|crew(?: members?|"
    r" ?men)?|"
    r"crewmen|crewmates|swimmers?|bathers|surfers|rowers|walkers|hikers|cyclists|dancers|musicians|workmen|"
    r"tourists|holidaymakers|visitors|residents|villagers|islanders|locals|families|mourners|guests|"
    r"protest[eo]rs?|demonstrators?|marchers|fans?|spectators|supporters|players|runners|riders|athletes|competitors|"
    r"participants|entrants|pupils|students|schoolchildren|cadets|workers?|dockers|staff|volunteers?|rescuers?|"
    r"lifeguards?|firefighters?|paramedics|medics|troops|veterans?|voters|MPs|delegates|pilgrims|campaigners|"
    r"activists|"
    r"arrivals|nationals|individuals|kayakers|canoeists|paddleboarders|divers|anglers|sunbathers|swimmers|dead|"
    r"injured|\w*children|grand(?:sons|daughters|parents)|sons|daughters|mothers|fathers|parents|widows|"
    r"orphans|twins|youths|lads|ladies|recruits|champions|heads of state|Iraqis|Afghans|Kurds|Turks|Germans|"
    r"Eritreans|"
    r"Koreans|(?:Sudan|Vietnam|Chin|Senegal|Leban|Portugu|Japan)ese|(?:Pakistan|Israel|Bangladesh|Yemen|"
    r"Kuwait)is|Scots|"
    r"Danes|Swedes|Finns|Poles|Greeks|Serbs|Croats|Somalis|Britons|Spaniards|"
    r"(?!trees|degrees|committees|coffees|fees|bees|knees|guarantees|settees|levees|quays)\w{3,}ees|"
    r"(?!plants|restaurants|elephants|pants|grants|giants|cormorants|variants|pennants|remnants)\w{4,}ants|"
    r"bodies|dinghy occupants|occupants|evacuees|onlookers|worshippers|brothers|sisters|siblings|friends|teenage\w*|"
    r"pensioners|nuns|monks|prisoners|suspects|smugglers|detainees|stowaways|hostages|farmers|miners|nurses|"
    r"doctors|guards|"
    r"police men|teenage girls|lawyers|\w{3,}(?<!speci)(?<!regi)men|\w{3,}women|colleagues|shipmates|comrades|"
    r"companions|neighbours|teammates|"
    r"(?!containers|trawlers|helicopters|tankers|cruisers|freighters|steamers|drifters|trailers|diggers|"
    r"bulldozers|computers|"
    r"posters|papers|letters|numbers|orders|quarters|shelters|towers|flowers|rivers|borders|waters|winters|"
    r"summers|dinners|"
    r"ladders|lockers|burners|rollers|breakers|tenders|barriers|carriers|cutters|clippers|meters|kilometers|"
    r"centimeters|"
    r"litres|liters|corners|chambers|motors|doors|tractors|sensors|floors|harbors|generators|reactors|anchors|"
    r"mirrors|"
    r"colors|errors|lists|others)(?:\w+-)?\w{2,}(?:ers|ors|ists|ians)",
    breaks=r"boats?|dinghies|vessels?|days?|years?|months?|weeks?|hours?|minutes?|miles?|metres?|meters?|feet|and|with|"
    r"in|on|at|for|from|to|by|after|as|off|who|that|lifeboats?|ships?|million|billion|percent|per|when|january|"
    r"february|"
    r"march|april|may|june|july|august|september|october|november|december|police officers? said|of a|times|is|"
    r"are|was|"
    r"were|has|have|had|st|nd|rd|th|pm|am|carrying|between",
    between=r"between ", joins=r"-|–|to|and|or",
    aboard=r"on ?board|aboard|on the boat|were (?:rescued|killed|injured|arrested|saved)|others",
    groups=r"(?:groups?|crew|family|party|crowds?|team|total|convoy|queue) of",
    goes_on=r"who|on|in|at|off|near|from|was|were|is|are|had|have|has|including|after|and|leaves?|wait|walk|stand|"
    r"people",
    acts=r"(?:(?:are|were|have|had|was|been|still|now|also|later|all|remain|remained|feared|reported|believed|"
        r"presumed)\s)*"
    r"(?:drown(?:ed)?|died|dead|killed|rescued|saved|injured|hurt|wounded|arrested|detained|hospitali[sz]ed|"
    r"deployed|mobilised|evacuated|"
    r"missing|unaccounted|survived|perished|lost (?:their lives|at sea)|pulled from|plucked|winched|airlifted|"
    r"brought ashore|taken (?:to|ashore|off|aboard)|treated|(?-i:march)(?:ed)?|protest(?:ed)?|demonstrat(?:e|ed)|"
    r"gather(?:ed)?|lined? (?:the|its)|queued?|attend(?:ed)?|cheer(?:ed)?|took part|take part|turn(?:ed)? out|fled|"
    r"flee|brav(?:e|ed)|flock(?:ed)?|paid tribute|pay tribute|disembark(?:ed)?|rall(?:y|ied)|pack(?:ed)? the|"
    r"fill(?:ed)? the (?:streets|square)|clash(?:ed)?|huddled?)\b|according to (?:police|organi[sz]ers|the (?:police|"
    r"coastguard|authorities))",
)  # fmt: skip
_FR = _Words(
    units={1: "une", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf",
    10: "dix",
           11: "onze", 12: "douze", 13: "treize", 14: "quatorze", 15: "quinze", 16: "seize", 17: "dix-sept",
           18: "dix-huit", 19: "dix-neuf", 20: "vingt", 21: "vingt et un", 22: "vingt-deux", 23: "vingt-trois",
           24: "vingt-quatre", 25: "vingt-cinq", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante",
           70: "soixante-dix", 80: "quatre-vingts", 100: "cent", 1000: "mille"},
    more=r"plus d['’]|plus de|bien plus de", least=r"au moins|au minimum|pas moins de", less=r"moins d['’]|moins de",
    most=r"jusqu['’]à|au plus|au maximum",
    about=r"environ|près d['’]|près de|quelque|presque|autour de|à peu près|un peu plus de|aux alentours de",
    many={"dizaines de milliers": 20_000, "centaines de milliers": 200_000, "dizaines": 20, "douzaines": 20,
          "centaines": 200, "milliers": 2000},
    collective={"dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
                "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000},
    people=r"d['’]entre (?:eux|elles)|"
    r"personnes?|migrante?s?|réfugiée?s?|exilée?s?|hommes?|femmes?|enfants?|bébés?|mineurs?|adolescente?s?|"
    r"passagers?|passagères?|naufragée?s?|rescapée?s?|survivante?s?|victimes?|blessée?s?|morts?|disparue?s?|"
    r"policiers?|"
    r"gendarmes?|militaires?|marins?|pêcheurs?|pompiers|sapeurs-pompiers|sauveteurs?|bénévoles|manifestante?s?|"
    r"supporters|supporteurs|spectateurs|habitante?s?|touristes?|vacanciers|baigneurs|baigneuses|nageurs?|nageuses|"
    r"surfeurs|coureurs|coureuses|joueurs|agriculteurs|salariés|ouvriers|dockers|électeurs|élèves|écoliers|étudiants|"
    r"corps|participante?s?|concurrents|kitesurfeurs|plongeurs|ressortissants|clandestins|soldats|vétérans|passeurs|"
    r"visiteurs|curieux|badauds|fidèles|pèlerins|matelots|équipiers|randonneurs|cyclistes|agents|secouristes|"
    r"CRS|gens|"
    r"candidats|avocats|harragas|"
    r"(?!quartiers|papiers|chantiers|voiliers|pétroliers|chalutiers|baleiniers|thoniers|crevettiers|milliers|"
    r"derniers|premiers|"
    r"vraquiers|cahiers|escaliers|dossiers|métiers|sentiers|paniers|oliviers|peupliers|palmiers|céréaliers|"
    r"méthaniers)"
    r"\w{3,}iers|accusée?s|prévenue?s|inculpée?s|lauréate?s|champions|lycéen(?:ne)?s|collégien(?:ne)?s|"
    r"gagnant(?:e?s)|chefs|cuisiniers|"
    r"ouvrières|infirmi(?:er|ère)s|veuves|orphelin(?:e?s)|garçons|filles|fillettes|écolières|religieuses|moines|"
    r"prêtres|"
    r"officiers|otages|prisonniers|déporté(?:e?s)|résistant(?:e?s)|apprentis|stagiaires|scouts|anciens combattants|"
    r"combattants|étudiantes|couturières|commerçant(?:e?s)|élu(?:e?s)|maires|ministres|députés|exposants|usagers|"
    r"(?-i:[A-ZÉ]\w+(?:iens|iennes|ains|aines|ais|aises|ois|oises|éens|Afghans|Kurdes|Turcs|Grecs))|"
    r"(?-i:Afghans|Kurdes|"
    r"Turcs|Grecs|Albanais|Irakiens)|joueuses|défenseurs|défenseuses|attaquants|jeunes filles|plaisanciers|"
    r"navigateurs|"
    r"skippers|détenus|"
    r"suspects|interpellés|retraités|médecins|journalistes|jeunes|familles|"
    r"employée?s|grévistes|marcheurs|marcheuses|militante?s|activistes|"
    r"(?!moteurs|remorqueurs|conteneurs|vapeurs|secteurs|tracteurs|hauteurs|couleurs|valeurs|erreurs|plusieurs|"
    r"ailleurs|ordinateurs|croiseurs|torpilleurs|caboteurs|facteurs|longueurs|profondeurs)\w{4,}(?:eurs|euses|istes)|"
    r"frères|sœurs|amis|festivaliers|danseurs|musiciens|figurants|invités|riverains",
    breaks=r"bateaux?|embarcations?|canots?|jours?|ans|années?|mois|heures?|semaines?|minutes?|kilomètres?|km|mètres?|"
    r"milles?|avec|et|dans|sur|qui|par|près|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|"
    r"novembre|"
    r"décembre|de la|du|euros|millions?|milliards?|pour cent|en|à|au|pour|a|ont|est|sont",
    between=r"entre ", joins=r"-|–|et|à|ou",
    aboard=r"à bord|autres", groups=r"(?:groupes?|équipage|famille|équipe|foule|total) de",
    goes_on=r"qui|sur|à|dans|près|en|au|devant|ont|a|est|sont|et|dont|personnes",
    acts=r"(?:(?:sont|ont|étaient|avaient|seraient|été|encore|toujours|se|s['’])\s?)*"
    r"(?:mort[es]{0,2}|péri|noyée?s?|secourue?s?|sauvée?s?|blessée?s?|tuée?s?|(?:portée?s? )?disparue?s?|"
    r"interpellée?s?|"
    r"engagée?s?|mobilisée?s?|déployée?s?|évacuée?s?|recueillie?s?|conduite?s?|hospitalisée?s?|hélitreuillée?s?|"
    r"rassemblée?s?|manifest(?:ent|aient|é)|"
    r"défil(?:ent|aient|é)|réunie?s?|ramenée?s?|débarquée?s?)\b|"
    r"selon (?:les |la |l['’])(?:autorités|police|organisateurs|préfecture|syndicats|gendarmerie|mairie)",
)  # fmt: skip
_DE = _Words(
    units={2: "zwei", 3: "drei", 4: "vier", 5: "fünf", 6: "sechs", 7: "sieben", 8: "acht", 9: "neun", 10: "zehn",
           11: "elf", 12: "zwölf", 13: "dreizehn", 14: "vierzehn", 15: "fünfzehn", 16: "sechzehn", 17: "siebzehn",
           18: "achtzehn", 19: "neunzehn", 20: "zwanzig", 30: "dreißig", 40: "vierzig", 50: "fünfzig", 60: "sechzig",
           70: "siebzig", 80: "achtzig", 90: "neunzig", 100: "hundert", 200: "zweihundert", 300: "dreihundert"},
    more=r"mehr als|über", least=r"mindestens|wenigstens|nicht weniger als", less=r"weniger als|unter",
    most=r"bis zu|höchstens|maximal", about=r"rund|etwa|ungefähr|circa|ca\.|knapp|fast|gut|an die|nahezu|"
    r"schätzungsweise",
    many={"zehntausende": 20_000, "dutzende": 20, "dutzenden": 20, "hunderte": 200, "hunderten": 200, "tausende": 2000,
          "tausenden": 2000},
    collective={},
    people=r"von ihnen|davon|"
    r"Afghanen|Syrern?|Irakern?|Kurden|Albanern?|Eritreern?|Geschwistern?|Brüdern?|Schwestern|Söhnen?|Töchtern?|"
    r"Enkeln?|"
    r"Eltern|Nonnen|Mönchen?|Gefangenen?|Soldaten|Ruderern?|Spieler[n]?|Musiker[n]?|Sänger[n]?|Wanderer[n]?|"
    r"Radfahrer[n]?|"
    r"Bürger[n]?|Kandidat(?:en|innen)|Angehörigen?|Festgenommenen?|Obdachlosen?|Betroffenen?|Geretteten?|"
    r"Vermissten?|Verletzten?|Überlebenden?|Verdächtigen?|Beschäftigten?|Angestellten?|"
        r"Streikenden?|Protestierenden?|\w{3,}(?:leuten?|männern?|frauen|kräften?|gästen?|teilnehmer[n]?|"
    r"insassen|besucher[n]?)|Aktivist(?:en|innen)|Polizist(?:en|innen)|Landwirten?|Fischern?|Menschen|Personen|"
    r"Leuten?|Migrant(?:en|innen)|Flüchtlingen?|Geflüchteten?|Schutzsuchenden?|Männern?|"
    r"Frauen|"
    r"Kindern?|Babys|Jugendlichen?|Erwachsenen?|Passagieren?|Fahrgästen?|Polizist(?:en|innen)|Beamten?|"
    r"Soldat(?:en|innen)|"
    r"Feuerwehrleuten?|Einsatzkräften?|Helfern?|Helferinnen|Retter(?:n|innen)?|Teilnehmer(?:n|innen)?|"
    r"Demonstrant(?:en|innen)|"
    r"Zuschauer(?:n|innen)?|Besucher(?:n|innen)?|Badegästen?|Urlauber(?:n|innen)?|Schwimmer(?:n|innen)?|Toten?|"
    r"Verletzten?|"
    r"Überlebenden?|Vermissten?|Opfern?|Fischern?|Seeleuten?|Matrosen|Schüler(?:n|innen)?|Studierenden?|Fans|"
    r"Bewohner(?:n|innen)?|Touristen|Läufer(?:n|innen)?|Gästen?|Crewmitgliedern?|Besatzungsmitgliedern?|Insassen|"
    r"Landwirten?|Bauern|Bäuerinnen|Anwälten?|Ärzten?|Fahrer(?:n|innen)?|\w{3,}(?:er|ist|ant|ent|at)innen|"
    r"Arbeiter(?:n|innen)?|Freiwilligen?|Gläubigen?|Anwohnern?|Taucher(?:n|innen)?|Surfer(?:n|innen)?|Segler(?:n|"
    r"innen)?",
    breaks=r"Booten?|Schiffen?|Tagen?|Jahren?|Monaten?|Wochen?|Stunden?|Minuten?|Kilometern?|Metern?|und|mit|in|"
    r"im|auf|am|"
    r"für|von|aus|nach|vor|die|der|das|Uhr|Euro|Prozent|Millionen|sind|waren|wurden|haben",
    between=r"zwischen ", joins=r"-|–|bis|und|oder", aboard=r"an Bord|weitere[n]?",
    groups=r"(?:Gruppe|Besatzung|Familie) (?:von|aus)", goes_on=r"die|in|im|an|auf|am|vor|sind|waren|wurden|und|"
    r"Menschen",
    acts=r"(?:ertranken|starben|demonstrierten|protestierten|versammelten sich|feierten|marschierten)\b|"
    r"(?:werden|wurden|sind|waren|gelten|kamen|nahmen)\b(?=[^.;]{0,60}\b(?:vermisst|gerettet|verletzt|getötet|"
    r"Krankenhaus|Klinik|Leben|festgenommen|evakuiert|teil|ertrunken|gestorben|tot)\b)",
)  # fmt: skip
_NL = _Words(
    units={2: "twee", 3: "drie", 4: "vier", 5: "vijf", 6: "zes", 7: "zeven", 8: "acht", 9: "negen", 10: "tien",
    11: "elf",
           12: "twaalf", 13: "dertien", 14: "veertien", 15: "vijftien", 16: "zestien", 17: "zeventien", 18: "achttien",
           19: "negentien", 20: "twintig", 30: "dertig", 40: "veertig", 50: "vijftig", 60: "zestig", 70: "zeventig",
           80: "tachtig", 90: "negentig", 100: "honderd", 200: "tweehonderd", 300: "driehonderd"},
    more=r"meer dan|ruim", least=r"minstens|zeker|ten minste|tenminste|minimaal|op zijn minst", less=r"minder dan",
    most=r"tot wel|maximaal|hooguit|hoogstens|tot",
    about=r"ongeveer|zo['’]n|circa|ca\.|rond de|bijna|naar schatting|een kleine|een",
    many={"tienduizenden": 20_000, "tientallen": 20, "honderden": 200, "duizenden": 2000},
    collective={"tiental": 10, "twaalftal": 12, "vijftiental": 15, "twintigtal": 20, "dertigtal": 30,
                "veertigtal": 40, "vijftigtal": 50, "honderdtal": 100},
    people=r"van (?:hen|wie)|"
    r"(?!kotters|trawlers|meters|\w*meters|containers|helikopters|tankers|kamers|letters|cijfers|nummers|emmers|"
    r"masters|"
    r"kranten|wateren|ankers|dieren|vlinders|koffers|vogels|anders|winters|zomers|lichters|bunkers|posters|baggers|"
    r"bulldozers|sensors|motors|slepers|klippers|loggers|botters|kruisers|torpedojagers|mijnenvegers|bommenwerpers)"
    r"\w{4,}(?:aars|iers|ers|isten|anten|enten)|\w{3,}(?:vrouwen|mannen)|Syriërs|Afghanen|Albanezen|Koerden|"
    r"verdachten|slachtoffers|doden|gewonden|vermisten|geredden|overlevenden|actievoerders|demonstranten|"
        r"betogers|\w{3,}(?:lieden|werkers|gangers|bewoners|zwemmers|schippers|redders|duikers|"
    r"zeilers|wielrenners|studenten|passagiers|agenten|leden)|mensen|personen|\w*migranten|boeren|artsen|advocaten|"
    r"spelers|jongens|meisjes|chauffeurs|"
    r"vluchtelingen|asielzoekers|bootvluchtelingen|mannen|vrouwen|kinderen|baby['’]s|"
    r"jongeren|volwassenen|opvarenden|passagiers|agenten|politieagenten|militairen|soldaten|brandweerlieden|"
    r"brandweermannen|vrijwilligers|redders|betogers|demonstranten|toeschouwers|bezoekers|badgasten|strandgangers|"
    r"zwemmers|"
    r"doden|slachtoffers|gewonden|overlevenden|drenkelingen|vermisten|vissers|bemanningsleden|matrozen|leerlingen|"
    r"studenten|fans|supporters|toeristen|bewoners|inwoners|deelnemers|lopers|wandelaars|hulpverleners|arbeiders|"
    r"surfers|"
    r"duikers|gasten|gelovigen",
    breaks=r"boten|schepen|dagen|jaar|maanden|weken|uur|minuten|kilometer|meter|en|met|in|op|voor|van|uit|na|die|euro|"
    r"procent|miljoen|zijn|waren|werden|hebben",
    between=r"tussen (?:de )?", joins=r"-|–|tot|en|of|à", aboard=r"aan boord|anderen",
    groups=r"(?:groep|bemanning|gezin) (?:van|met)", goes_on=r"die|in|op|aan|bij|zijn|waren|werden|en|mensen",
    acts=r"(?:verdronken|stierven|kwamen om|overleden|demonstreerden|protesteerden|verzamelden)\b|"
    r"(?:worden|werden|zijn|raakten)\b(?=[^.;]{0,60}\b(?:vermist|gered|gewond|gedood|aangehouden|opgepakt|ziekenhuis|"
    r"geëvacueerd|verdronken|omgekomen|overleden)\b)",
)  # fmt: skip
_IT = _Words(
    units={2: "due", 3: "tre", 4: "quattro", 5: "cinque", 6: "sei", 7: "sette", 8: "otto", 9: "nove", 10: "dieci",
           11: "undici", 12: "dodici", 13: "tredici", 14: "quattordici", 15: "quindici", 16: "sedici",
           17: "diciassette",
           18: "diciotto", 19: "diciannove", 20: "venti", 30: "trenta", 40: "quaranta", 50: "cinquanta", 60: "sessanta",
           70: "settanta", 80: "ottanta", 90: "novanta", 100: "cento", 200: "duecento", 300: "trecento", 1000: "mille"},
    more=r"più di|oltre", least=r"almeno|non meno di", less=r"meno di", most=r"fino a|al massimo|al più",
    about=r"circa|quasi|intorno a|attorno a|all['’]incirca",
    many={"decine di migliaia": 20_000, "decine": 20, "dozzine": 20, "centinaia": 200, "migliaia": 2000},
    collective={"decina": 10, "dozzina": 12, "quindicina": 15, "ventina": 20, "trentina": 30, "quarantina": 40,
                "cinquantina": 50, "sessantina": 60, "centinaio": 100, "migliaio": 1000},
    people=r"di loro|de[il] quali|"
    r"persone|migranti|profughi|rifugiati|richiedenti asilo|uomini|donne|bambin[ie]|minori|neonati|"
    r"ragazz[ie]|adulti|"
    r"passeggeri|agenti|poliziotti|carabinieri|militari|soldati|vigili del fuoco|pompieri|volontari|soccorritori|"
    r"manifestanti|spettatori|visitatori|bagnanti|nuotatori|morti|vittime|feriti|superstiti|sopravvissuti|naufraghi|"
    r"dispersi|pescatori|marinai|marittimi|studenti|alunni|tifosi|turisti|residenti|abitanti|partecipanti|corridori|"
    r"lavoratori|operai|medici|avvocati|giocatori|tecnici|fedeli|membri dell['’]equipaggio|sub|surfisti|ospiti|"
    r"cittadini|arrestati|fermati|indagati|detenuti|equipaggi|alpini|bersaglieri|suore|frati|preti|sindaci|"
    r"figli|figlie|"
    r"fratelli|sorelle|genitori|amici|giovani|anziani|stranieri|clandestini|scafisti|sportivi|atleti|campioni|"
    r"concorrenti|"
    r"tunisini|marocchini|algerini|egiziani|siriani|afghani|eritrei|somali|sudanesi|senegalesi|bengalesi|"
    r"pakistani|iracheni|"
    r"curdi|albanesi|italiani|francesi|tedeschi|inglesi|libici|"
    r"(?!motori|trattori|fattori|rimorchiatori|container|incrociatori|generatori|lavori|colori|valori|errori|"
    r"settori|fiori)"
    r"\w{4,}tori|\w{4,}isti|(?!elefanti|ristoranti|istanti|piante|importanti)\w{4,}anti",
    breaks=r"barche|barconi|navi|giorni|anni|mesi|settimane|ore|minuti|chilometri|km|metri|miglia|e|con|in|su|per|"
    r"da|dopo|che|"
    r"euro|milioni|sono|hanno",
    between=r"tra (?:le |i )?|fra (?:le |i )?", joins=r"-|–|e(?: le| i)?|a|o", aboard=r"a bordo|altr[ie]",
    groups=r"(?:gruppo|equipaggio|famiglia) di", goes_on=r"che|in|su|a|al|nel|sono|hanno|e|persone",
    acts=r"(?:morirono|annegarono|i dispersi|i morti|i feriti|i salvati|in piazza|in corteo)\b|"
    r"hanno (?:manifestato|sfilato|protestato|partecipato|perso)\b|"
    r"(?:sono|risultano|restano)\b(?=[^.;]{0,40}\b(?:mort[ie]|dispers[ie]|soccors[ie]|salvat[ie]|recuperat[ie]|"
    r"arrestat[ie]|"
    r"sbarcat[ie]|ferit[ie]|annegat[ie]|in salvo)\b)",
)  # fmt: skip
_ES = _Words(
    units={2: "dos", 3: "tres", 4: "cuatro", 5: "cinco", 6: "seis", 7: "siete", 8: "ocho", 9: "nueve", 10: "diez",
           11: "once", 12: "doce", 13: "trece", 14: "catorce", 15: "quince", 16: "dieciséis", 17: "diecisiete",
           18: "dieciocho", 19: "diecinueve", 20: "veinte", 30: "treinta", 40: "cuarenta", 50: "cincuenta",
           60: "sesenta", 70: "setenta", 80: "ochenta", 90: "noventa", 100: "cien", 200: "doscientas",
           300: "trescientas"},
    more=r"más de", least=r"al menos|por lo menos|como mínimo|no menos de", less=r"menos de",
    most=r"hasta|como máximo|a lo sumo",
    about=r"unos|unas|cerca de|alrededor de|aproximadamente|casi|en torno a|cosa de",
    many={"decenas de miles": 20_000, "decenas": 20, "docenas": 20, "cientos": 200, "centenares": 200, "miles": 2000,
          "millares": 2000},
    collective={"decena": 10, "docena": 12, "quincena": 15, "veintena": 20, "treintena": 30, "cuarentena": 40,
                "cincuentena": 50, "sesentena": 60, "centenar": 100, "millar": 1000},
    people=r"de ell[oa]s|de (?:los|las) cuales|"
    r"personas|migrantes|inmigrantes|refugiad[oa]s|solicitantes de asilo|hombres|mujeres|niñ[oa]s|menores|bebés|"
    r"jóvenes|adultos|pasajer[oa]s|agentes|policías|guardias civiles|militares|soldados|bomberos|voluntari[oa]s|"
    r"rescatistas|"
    r"socorristas|manifestantes|espectadores|asistentes|visitantes|bañistas|nadador[ea]s|nadadores|muert[oa]s|"
    r"fallecid[oa]s|"
    r"víctimas|herid[oa]s|supervivientes|náufragos|desaparecid[oa]s|pescadores|tripulantes|marineros|alumn[oa]s|"
    r"estudiantes|"
    r"aficionad[oa]s|turistas|vecin[oa]s|participantes|corredor[ea]s|corredores|trabajador[ea]s|trabajadores|"
    r"subsaharianos|"
    r"ocupantes|fieles|peregrinos|surfistas|buceadores|rescatad[oa]s|detenid[oa]s|arrestad[oa]s|sospechosos|"
    r"periodistas|médicos|curios[oa]s|jornaleros|abogad[oa]s|jugador[ea]s|agricultores|conductores|mariscadoras|"
    r"marroquíes|argelinos|senegaleses|malienses|sirios|afganos|tunecinos|egipcios|gambianos|guineanos|"
    r"franceses|ingleses|"
    r"españoles|portugueses|alemanes|monjas|sacerdotes|alcaldes|hij[oa]s|herman[oa]s|amig[oa]s|ancian[oa]s|chic[oa]s|"
    r"extranjer[oa]s|bañistas|(?!cruceros|veleros|pesqueros|petroleros|primeros|terceros|enteros|letreros|"
    r"agujeros|astilleros|senderos|dineros)"
    r"\w{3,}eros|remer[oa]s|campeones|regatistas|"
    r"(?!motores|tractores|contenedores|remolcadores|cruceros|vapores|colores|valores|errores|sectores|flores|"
    r"alrededores)"
    r"\w{4,}dor[ea]s|\w{4,}istas|(?!restaurantes|elefantes|instantes|importantes)\w{4,}antes",
    breaks=r"barcos?|pateras?|cayucos?|días?|años?|mes(?:es)?|semanas?|horas?|minutos?|kilómetros?|km|metros?|"
    r"millas?|y|con|"
    r"en|para|por|desde|tras|que|euros?|millones|son|fueron|han",
    between=r"entre (?:las |los )?", joins=r"-|–|y(?: las| los)?|a|o", aboard=r"a bordo|más(?= (?:fueron|resultaron))",
    groups=r"(?:grupo|tripulación|familia) de", goes_on=r"que|en|a|al|frente|fueron|han|son|y|personas",
    acts=r"(?:murieron|fallecieron|perecieron|se ahogaron|se manifestaron|se concentraron|protestaron|marcharon|"
        r"desfilaron|"
    r"asistieron|acudieron)\b|(?:han|fueron|son|siguen|resultaron|permanecen|están)\b(?=[^.;]{0,50}\b(?:muert|"
    r"fallecid|"
    r"desaparecid|rescatad|detenid|herid|trasladad|evacuad|arrestad)[oa]s?\b)",
)  # fmt: skip
_LANGUAGES = {"en": _EN, "fr": _FR, "de": _DE, "nl": _NL, "it": _IT, "es": _ES}
_SCALES = {"dozen": 12, "score": 20, "hundred": 100, "thousand": 1000, "dutzend": 12, "dozijn": 12}
_PIECES = {"a": 1, "an": 1, "ein": 1, "een": 1, "several": 3, "half a": 0.5}
_DIGITS = r"(?:\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+|\d+)(?![.:/]?\d|-|[,.]\d)"
_ARTICLES = (
    r"(?:an?|the|une?|les|des|el|los|las|un['’]?|una|le|i|gli|de|het|een|die|den|many|several|plusieurs|quelques|"
    r"mehrere|"
    r"enkele|varias|varios|diverse|these|those|ces|all|the other|another)\s+"
)
# So far before a number may stand what changes it.
_BEFORE_CHARACTERS = 44
_MOST_PEOPLE = 1_000_000_000
# Of these any number counts people; a group, team, total or queue may be of other things.
_OF_PEOPLE = re.compile(
    r"(?:crew|family|party|crowds?|équipage|famille|foule|Besatzung|Familie|Crew|bemanning|gezin|familie|equipaggio|"
    r"famiglia|folla|tripulación|familia)\b",
    re.IGNORECASE,
)
_WHOLE = r"(?:\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+|\d+)"
_RANGE_ENDS = re.compile(_WHOLE)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people: its span, and the least and the most it can mean; None is open."""

    start: int
    end: int
    minimum: int | None
    maximum: int | None


def find_counts(
    text: str, skip: list[tuple[int, int]], language: str = "en", words: Sequence[Word] | None = None
) -> list[Count]:
    """
    Return the first counts of people outside the spans to skip (credits and dates; merged).

    :param words: of the text, where they are at hand
    """
    grammar = _grammar(language if language in _LANGUAGES else "en")
    counts: list[Count] = []
    position = 0
    for word in words_of(text) if words is None else words:
        if word.start < position or not (word.text[0].isdigit() or word.text.casefold() in grammar.starts):
            continue
        match = grammar.number.match(text, word.start)
        if match is None or touches(skip, word.start, word.start + 1):
            continue
        number_end = max(match.end(group) for group in ("many", "coll", "range", "strong", "figure"))
        apart = match["noun"] and grammar.breaks.search(text, number_end, match.start("noun"))
        if apart and not grammar.acts.match(text, number_end):
            continue
        before = grammar.before.search(text, max(position, word.start - _BEFORE_CHARACTERS), word.start)
        if before is None or not _counts_people(match, before):
            continue
        bounds = _bounds(match, before, grammar)
        if bounds is None:
            continue
        position = match.end("noun") if match["noun"] and not apart else number_end
        counts.append(Count(before.start("span"), position, *bounds))
        if len(counts) == MOST_MENTIONS:
            break
    return counts


def _counts_people(match: re.Match[str], before: re.Match[str]) -> bool:
    if match["noun"] or match["aboard"] or match["acts"] is not None or match["strong"]:
        return True
    group = before["group"]
    return group is not None and (match["alone"] is not None or _OF_PEOPLE.match(group) is not None)


@dataclass(frozen=True)
class _Grammar:
    words: _Words
    numbers: dict[str, int]
    # the words with which a number may begin
    starts: frozenset[str]
    # a number and whom it counts
    number: re.Pattern[str]
    # what stands before a number and changes it
    before: re.Pattern[str]
    breaks: re.Pattern[str]
    acts: re.Pattern[str]


@lru_cache(maxsize=8)
def _grammar(language: str) -> _Grammar:
    words = _LANGUAGES[language]
    numbers = {name: number for number, name in words.units.items()}
    if language == "fr":
        numbers |= {"quatre-vingt": 80}
    if language == "en":
        tens = {name: number for name, number in numbers.items() if 20 <= number <= 90}
        numbers |= {
            f"{ten}-{unit}": tens[ten] + numbers[unit] for ten in tens for unit in numbers if 0 < numbers[unit] < 10
        }
    scaled = ""
    if language in ("en", "de", "nl"):
        pieces = "a|an|one|two|three|four|five|six|several|half a|ein|een|zwei|drei|twee|drie"
        scaled = rf"(?:{pieces}) (?:{'|'.join(_SCALES)})|half-a-dozen|"
    written = "|".join(sorted(map(re.escape, numbers), key=len, reverse=True))
    many = "|".join(map(re.escape, sorted(words.many, key=len, reverse=True)))
    collective = "|".join(words.collective) or "(?!)"
    small = (
        r"of (?:the |his |her |their |our )?|de (?:l[oa]s |ses |leurs )?|d['’]|des |dei |delle |degli |der |di |von "
    )
    gap = rf"(?:\s+(?:{small})?(?:(?!\d)[\w’'-]+\s+){{0,3}}?|\s*d['’])"
    number = (
        rf"(?:(?P<many>{many})|(?P<coll>{collective})|(?P<range>{_WHOLE}\s?(?:{words.joins})\s?{_WHOLE}(?![\d.]))|"
        rf"(?P<strong>\d{{1,4}}|{written})(?=-(?:strong|man|member|person|köpfige[nrms]?|koppige)\b)|"
        rf"(?P<figure>{_DIGITS}|{scaled}{written}))(?!\w)"
        rf"(?:{gap}(?P<noun>{words.people})\b|\s+(?P<aboard>{words.aboard})\b|"
        rf"(?P<acts>(?=\s+(?:{words.acts})|\s+(?:of the|des|der|de l[oa]s|dei|delle|van de)\s+{_DIGITS}\s+"
        rf"(?:\w+\s+)?(?:{words.people})\b))|"
        rf"(?P<alone>(?=\s*(?:[.,;)]|$)|\s+(?:{words.goes_on})\b))|(?P<any>))"
    )
    before = (
        rf"(?:^|(?<![\w£$€.,-]))(?P<span>(?:(?P<more>{words.more})|(?P<least>{words.least})|(?P<less>{words.less})|"
        rf"(?P<most>{words.most})|(?P<about>{words.about})|"
        rf"(?P<group>{words.groups})(?:\s+(?:(?P<hedged>{words.about})|(?P<atmost>{words.most})|"
        rf"(?P<over>{words.more})|"
        rf"(?P<from>{words.least})))?)?\s*(?:{_ARTICLES}|{words.between})?)$"
    )
    starts = {
        piece.casefold()
        for name in (*numbers, *words.many, *words.collective, "half", "several", "a", "an", "ein", "een")
        for piece in re.findall(r"\w+", name)[:1]
    }
    return _Grammar(
        words,
        numbers,
        frozenset(starts if scaled else starts - {"half", "several", "a", "an", "ein", "een"}),
        re.compile(number, re.IGNORECASE),
        re.compile(before, re.IGNORECASE),
        re.compile(rf"\b(?:{words.breaks})\b", re.IGNORECASE),
        re.compile(rf"\s+(?:{words.acts})", re.IGNORECASE),
    )


def _bounds(match: re.Match[str], before: re.Match[str], grammar: _Grammar) -> tuple[int | None, int | None] | None:
    words = grammar.words
    if match["many"]:
        return words.many.get(match["many"].casefold(), 0) or None, None
    if match["range"]:
        low, high = (int(re.sub(r"\D", "", end)) for end in _RANGE_ENDS.findall(match["range"])[:2])
        return (low, high) if low < high <= _MOST_PEOPLE else None
    vague = match["coll"] is not None
    written = (match["coll"] or match["strong"] or match["figure"]).casefold()
    number = words.collective.get(written) if vague else _number(written, grammar.numbers)
    # Nobody counts none; nor does a number beyond mankind count anybody.
    if number is None or not 0 < number <= _MOST_PEOPLE:
        return None
    if number == 1 and not (before["least"] or before["more"]):
        # The article "une" counts nobody.
        return (1, 1) if match["noun"] and written == "one" else None
    if before["more"] or before["over"]:
        return number + 1, None
    if before["least"] or before["from"]:
        return number, None
    if before["less"]:
        return None, number - 1
    if before["most"] or before["atmost"]:
        return 1, number
    if before["about"] or before["hedged"] or vague or "several" in written:
        # "About 50" may be a tenth more or less.
        return number * 9 // 10, -(-number * 11 // 10)
    return number, number


def _number(written: str, numbers: dict[str, int]) -> int | None:
    if written[0].isdigit():
        return int(re.sub(r"\D", "", written))
    # Letters that only look like these in their other case ("ſix") are no number.
    if written in numbers:
        return numbers[written]
    if written == "half-a-dozen":
        return 6
    count, _space, unit = written.rpartition(" ")
    piece = _PIECES.get(count, numbers.get(count, 0))
    return int(_SCALES.get(unit, 0) * piece)
