"""Tell which of a caption's dates says when the picture was made, or leave it open."""

import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from archive.extraction.captions.dates import DateMention, counted_from
from archive.extraction.captions.words import small_letters
from archive.standards.edtf import parse
from archive.standards.normal_form import word_set

# Patterns without IGNORECASE are asked of small letters: they are tried at every date of a caption, and a list of words
# without capitals is passed over several times faster.
_FILE_MARK = re.compile(
    r"\bfile\b|\b(?:file|library|archive) (?:photo|picture|image|pic|photograph|footage)|\b(?:reuters|ap|afp|pa|"
    r"epa) files?\b"
    r"|\[file\b|\(file\b|, file\b|photos? d['’](?:archives?|illustration)|image d['’]archives?|"
    r"image d['’]illustration|"
    r"\barchives?\s*:|archiv(?:bild|foto|aufnahme)|archief(?:foto|beeld)|symbol(?:bild|foto)|"
    r"themenbild|illustratie(?:beeld|foto)"
    r"|(?:foto|immagin[ei]) (?:d['’]archivio|di repertorio)|(?:foto|imagen|imágenes) de archivo|\barchives\b",
)  # fmt: skip
# Words that tie a date to the picture itself.
_CUE = re.compile(
    r"\b(?=\w)(?:pictured?|photograph(?:ed|s)?|photos?|images?|taken|filmed|shot|snapped|dated|seen|footage|"
    r"picture date|date taken|prise?s?|photographiée?s?|filmée?s?|vue?s?|datée?|ici|aufgenommen|"
    r"aufnahme|bild(?:er)?|foto['’]?s?|fotografiert|genomen|gefotografeerd|beeld(?:en)?|gemaakt|scattat[ae]|fotografat\w|immagin[ei]|tomad[ao]s?|"
    r"imagen|"
    r"fotografad\w+|captad\w+)\b[^.;,]{0,60}$",
)
_STRONG_CUE = re.compile(
    r"\b(?=\w)(?:pictured|photographed|taken|filmed|snapped|picture date|date taken|prise?s?|photographiée?s?|"
    r"aufgenommen|fotografiert|entstand(?:en)?|aufnahme vo[mn]|bild vo[mn]|foto vo[mn]|genomen|gefotografeerd|"
    r"gemaakt op|"
    r"foto van|"
    r"scattat[ae]|fotografat\w|ripres[oaei]|tomad[ao]s?|fotografad\w+|captad\w+|grabad\w+|"
    r"photos? d['’]archives? (?:de|du|d['’])?|(?:file|library) (?:photo|picture|image)(?: from| dated| "
    r"taken)?)\b[^.;]{0,60}$",
)
# "Archivbild von 2018", "file photo from June 2018", "photo d'archives de 2018": the day of the old picture itself.
_FILED = (
    r"\b(?:(?:file|library|archive|stock) (?:photo|picture|image|pic|photograph)s?|archiv(?:bild|foto|aufnahme)|"
    r"archief(?:foto|beeld)|(?:fotos?|imagen|imágenes) de archivo|(?:foto|immagin[ei]) (?:d['’]archivio|di repertorio)|"
    r"(?:photos?|images?|clichés?) d['’]archives?|archives)"
    r"(?:,?\s(?:from|of|dated|taken in|de|du|del|aus dem jahre?|aus|von|vom|van|uit))?\s"
)
_FILED_BEFORE = re.compile(rf"{_FILED}$")
# "In this 2018 file photo": the year stands before.
_FILED_YEAR = re.compile(
    rf"{_FILED}(?P<year>(?:1[89]|20)\d\d)\b(?![-/]\d)|\bthis (?P<before>(?:1[89]|20)\d\d) file photo"
)
# "Das Bild wurde am 12. Juni aufgenommen": the word that ties the day to the picture stands behind it.
_PICTURE_IS = re.compile(r"\b(?:bild|foto|aufnahme|video|beeld|opname|photo|picture|image)\b[^.;]{0,60}$")
_TAKEN_BEHIND = re.compile(
    r"[^.;,]{0,40}\b(?:aufgenommen|entstanden|gemacht|fotografiert|genomen|gemaakt|gefotografeerd)\b", re.IGNORECASE
)
# A clause opened by one of these tells of something else than what the picture shows.
_ASIDES = {
    "en": r"as (?:we )?(?:previously )?(?:stated|reported|said|wrote|printed|captioned|published|claimed)|"
    r"having|who|whom|whose|which|that|where|when|since|until|before|"
    r"after(?! \w+ing\b)(?! (?:[\w'’-]+ ){1,4}?(?:goal|equaliser|"
    r"winner|win|"
    r"victory|defeat|try|match|race|game|penalty|draw|final|whistle|swim|dip|service|parade|ceremony)\b)|"
    r"following|ahead of|because|if|amid fears|"
    r"in the wake of|witness(?:es)? (?:to|of)|in preparation|in connection with|about an?|"
    r"over the (?:deaths?|killing|murder|attack|theft|sinking)|tributes? to|"
    r"in memory|in tribute|to mark|compared (?:to|with)|anniversary of|first time since|"
    r"victims? of|(?:was|were|been|who) (?:elected|born|built|killed|founded)",
    "fr": r"comme (?:\w+ ){0,3}(?:indiqué|annoncé|écrit|publié)|qui|que|où|après(?! (?:[\w'’-]+ ){0,4}?(?:but|"
    r"victoire|match|défaite|course|finale|essai|cérémonie|"
    r"messe)\b)|avant|lendemain d\w*|alors qu\w*|pendant qu\w*|dans le cadre d\w*|préparatifs d\w*|"
    r"soupçonnée?s? d\w*|victimes d\w*|témoins d\w*|depuis(?! (?-i:[A-ZÀ-Ý]))|lorsque|quand|tandis que|suite à|"
    r"à la suite d\w*|"
    r"en hommage|en mémoire",
    "de": r"nachdem|nach (?:dem|der|den|einem|einer)(?! (?:[\w-]+ ){0,2}?(?:\w*sieg|\w*spiel|tor|niederlage|"
    r"rennen|finale|partie)\b)|bevor|während|weil|seit|(?<=, )(?:(?:in|an|auf|bei|mit|von|aus|"
    r"für|durch|über|unter|vor|zu) )?(?:die|der|das|den|dem|deren|dessen|denen|wo|als|wie)|in gedenken|zum gedenken|"
    r"im Zusammenhang mit|Opfern? (?:des|der)",
    "nl": r"zoals|nadat|na(?! (?:[\w-]+ ){0,3}?(?:wedstrijd|zege|winst|overwinning|goal|doelpunt|nederlaag|race|"
    r"finale)\b)|voordat|sinds|omdat|toen|(?<!op )(?<!in )(?<!van )(?:die|dat|waar(?:bij|in|op|aan|door)?)|"
    r"getuigen van|ter nagedachtenis|in verband met",
    "it": r"come (?:\w+ )?(?:scritto|riportato|indicato|pubblicato)|dopo(?! (?:[\w'’-]+ ){0,3}?(?:gol|vittoria|"
    r"partita|gara|sconfitta|finale)\b)|che|prima|quando|"
    r"da quando|in cui|in memoria|vittime d\w*|testimoni d\w*|nell['’]ambito d\w*",
    "es": r"como (?:\w+ )?(?:dijimos|publicamos|informamos|publicó|indicó|indicamos)|que|"
    r"tras(?! (?:[\w-]+ ){0,3}?(?:gol|victoria|partido|triunfo|derrota|carrera|final)\b)|después|"
    r"antes|cuando|desde que|en memoria|en homenaje|víctimas d\w*|testigos d\w*|en relación con",
}
_ASIDE = {language: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for language, words in _ASIDES.items()}
_OTHER_BEFORE = re.compile(
    r"(?:\b(?=\w)(?:by|until|till|(?:days|weeks|hours|run-up|lead-up|prior|months) to|since|before|after|ahead of|"
    r"following|due(?: on| in)?|from|of|anniversary of|issue date:?|(?:said|says|announced|"
    r"confirmed|warned|released|issued|published|posted|shared|broadcast|elected|born|built|founded|killed|died|"
    r"established|introduced|invaded|"
    r"opened)(?: \w+){0,3}?(?: on| in)?|d['’]ici(?: à)?|jusqu['’]\w+|avant|après|dès|"
    r"à partir d[ue]|publiée?s?(?: le)?|diffusée?s?(?: le)?|veröffentlicht(?: am)?|gepubliceerd(?: op)?|"
    r"vrijgegeven(?: op)?|"
    r"publicad[ao]s?(?: el)?|cedid[ao]s?(?: el)?|facilitad[ao]s?(?: el)?|(?:fournie?s?|transmise?s?|"
    r"remise?s?)(?: le)?|"
    r"fornit[aoie](?: il)?|difundid[ao]s?(?: el)?|pubblicat[aoie](?: il)?|diffus[aoie](?: il)?|nach|sinds|seit|"
    r"na|dopo|"
    r"tras|desde)\s+(?:the\s+|le\s+|la\s+|dem\s+|den\s+|il\s+|el\s+|am\s+|op\s+)?)$",
)
# "Leaves court on Friday after admitting …  on March 2", "los detenidos el lunes salen este miércoles": beside another
# day, what happened before the picture was made.
_TELLS_OF_BEFORE = re.compile(
    r"(?:\b(?:after|following|for|of|avant d['’e]\s?|pour avoir) (?:having |being )?\w+(?:ing|ed|é|er)\b[^.;]{0,80}"
    r"|(?<!\bété )(?<!\bfue )(?<!\bsido )(?<!\best )(?<!\bstato )(?<!\bstata )(?<!\bstati )(?<!\bwas )(?<!\bwere )"
    r"(?<!\bviene )(?<!\bes )(?<!\bson )(?<!\bsont )"
    r"\b\w{2,}(?:(?:ed|id[oa]s?|ad[oa]s?|at[oaie]|ut[oaie])\s(?:\w+\s)?(?:on|over|el|il|lo scorso|last)|"
    r"ée?s?(?: le)?|"
    r"ue?s?(?: le)?|at[oaie]|ut[oaie])\s(?:the\s)?)$",
)
# "Monday's deaths", "le naufrage de lundi", "vom 9. Juni": beside another day, the day of a thing.
_OF_A_THING = re.compile(
    r"\b(?:of|de|du|vom|von|van|del|di|of the|about|over)\s$",
)
# "By Sunday the harbour was calm again, as our picture shows"
_AS_SHOWN = re.compile(
    r"[^.;]{0,70}\b(?:as (?:our|the|this|these) (?:pictures?|photos?|images?) shows?|comme le montre (?:notre|la|"
    r"cette) photo|"
    r"wie (?:unser|das|dieses) (?:bild|foto) zeigt|zoals (?:onze|de|deze) foto (?:toont|laat zien)|"
    r"como muestra (?:la|nuestra|esta) (?:foto|imagen)|come mostra (?:la|questa) foto)\b",
    re.IGNORECASE,
)
# "L'incendie qui a ravagé …", "the storm which hit …": what is shown happens in the clause.
_HAPPENS = re.compile(
    r"^\W*(?:(?:the|a|an|le|la|un|une|der|die|das|ein|eine|de|het|een|el|los|il|lo)\s|l['’])(?:\w+\s){0,2}?"
    r"(?:incendie|feu|tempête|orage|explosion|collision|accident|manifestation|marée noire|blaze|fire|storm|"
    r"explosion|"
    r"protest|flood|brand|sturm|feuer|incendio|temporal|rogo|mareggiata)s?,?\s$",
    re.IGNORECASE,
)
# "X, who died at Y, on Sunday", "condamné lundi", "who was last seen on Sunday": the day of a death, a birth or a
# sentence is no picture's.
_LIFE = re.compile(
    r"(?:\bwho (?:(?:has|had|was|were|is|later|sadly|also) ){0,2}(?:died|drowned|killed|found dead|buried|born|"
    r"went missing|disappeared|passed away|resigned|stepped down|elected|appointed)"
    r"|\b(?:jailed|sentenced|convicted|found guilty|last seen|reported missing|mise?s? en examen|"
    r"vue?s? pour la dernière fois|zuletzt gesehen|"
    r"voor het laatst gezien|vist[oa] por última vez|vist[oa] per l['’]ultima volta|condamnée?s?|écrouée?s?|"
    r"verurteilt|veroordeeld|condenad[oa]s?|condannat[oaie])"
    r"|,\s(?:found dead|killed|born|appointed)"
    r"|(?:,\s|\bqui (?:est|a été|s['’]est|était) )(?:morte?|décédée?|tuée?|née?|disparue?|noyée?|inhumée?|nommée?|"
    r"retrouvée? morte?)"
    r"|,\s(?:mort[oa]|decedut[oa]|scompars[oa]|uccis[oa]|nat[oa])"
    r"|,\s(?:fallecid[oa]|muert[oa]|nacid[oa]|asesinad[oa])"
    r"|,\s(?:gestorben|verstorben|geboren|overleden))\b"
    # The clause goes on over the names of places, and ends where another phrase or verb begins: "…, on stage in June
    # 1983", "… arrives at court on Monday".
    r"(?:(?!\b(?:is|are|arrives?|leaves?|outside|walks?)\b)[^.;,]|,\s(?-i:(?=[A-ZÀ-Ý]))|,\s(?:aged?|à|im Alter|"
    r"all['’]età)\s|,\s(?:on|le|am|op|il|el|last)?\s?$){0,80}$",
    re.IGNORECASE,
)
# ", built in 1836", ", arrêté lundi", "el pesquero hundido el lunes": what was done to a thing before it was pictured.
_DONE = re.compile(
    r"(?:,\s(?:\w+\s){0,2}?(?:(?:re)?built|demolished|destroyed|damaged|opened|closed|founded|established|launched|"
    r"(?:de)?commissioned|scrapped|sunk|wrecked|torpedoed|mined|converted|restored|renamed|inaugurated|unveiled|"
    r"elected|"
    r"arrested|charged|begun|started|introduced|created|completed|abandoned|discovered|found|lost|stolen|seized|"
    r"bought|"
    r"sold|acquired|donated|listed|designed|erected|struck|signed|joined|first (?:exhibited|published|shown))\b"
    r"|\b(?=\w)(?<!\bété )(?<!\best )(?<!\bsont )(?<!\ba )(?<!\bont )(?<!\bs['’]est )(?<!['’])(?:détruit|endommagé|"
    r"construit|bâti|inauguré|ouvert|fermé|fondé|créé|lancé|coulé|démoli|rénové|restauré|élu|nommé|arrêté|interpellé|"
    r"découvert|retrouvé|disparu|volé|saisi|acheté|vendu|classé|achevé|désarmé|démantelé|adopté)e?s?\b"
    r"|\b(?=\w)(?<!\bfue )(?<!\bfueron )(?<!\bsido )(?<!\bes )(?<!\bson )(?:construid|destruid|inaugurad|hundid|"
    r"detenid|elegid|fundad|desaparecid|demolid|botad|clausurad|abandonad|robad|naufragad)[oa]s?\b"
    r"|\b(?=\w)(?<!\bè )(?<!\bstato )(?<!\bstata )(?<!\bsono )(?<!\bstati )(?<!\bstate )(?<!\bviene )(?:costruit|"
    r"distrutt|inaugurat|affondat|arrestat|elett|fondat|scompars|demolit|varat|abbandonat|rubat|"
    r"ritrovat)[oaie]\b|,\s(?:gebouwd|gesloopt|gezonken|geopend|vergaan|opgericht|gekozen)\b)"
    r"[^,.;:]{0,40}$",
)
_DONE_BEHIND = re.compile(
    r"\s(?:\w+\s)?(?:erbaut|gebaut|gegründet|eröffnet|zerstört|gesunken|eingeweiht|gebouwd|gezonken|geopend|gesloopt|"
    r"vergaan|opgericht)\b"
)
# "Das am Sonntag gesunkene Boot", "de maandag gezonken kotter": a day between an article and its noun.
_ATTRIBUTE = re.compile(
    r"(?:\b(?:[Dd](?:as|ie|er|em|en|es)|[Ee]in(?:e[nmrs]?)?)\s(?:am|im|in der|seit)\s|\b(?:[Dd]e|[Hh]et|"
    r"[Ee]en)\s(?:in\s)?)$"
)
_ARTICLED_NL = re.compile(r"\s\w{4,}(?:en|de|te|d|t)\s\w")
# A lifetime in brackets: "Ann Roe (1921-1999)".
_SHORTEST_LIFE_YEARS = 18
# "Released by the coastguard on Tuesday", "postée lundi sur TikTok", "sent us this picture on Monday": the release.
_RELEASED = re.compile(
    r"(?:\b(?=\w)(?:released|issued|updated|provided|supplied|obtained|acquired|received|uploaded|made available|"
    r"made public|rendue?s? publiques?|hech[oa]s? públic[oa]s?|res[oaie] pubblic\w+|"
    r"openbaar gemaakt|"
    r"tweeted|handed out|published|"
    r"posted|shared|broadcast|aired|fournie?s?|facilitad\w+|remitid\w+|compartid\w+|fornit\w|diffusée?s?|publiée?s?|"
    r"transmise?s?|communiquée?s?|parue?s?|verschenen|erschienen|aparecid\w+|postée?s?|partagée?s?|"
    r"mise?s? en ligne|obtenue?s?|reçue?s?|vrijgegeven|"
    r"gepubliceerd|"
    r"verspreid|gedeeld|veröffentlicht|publicad\w+|difundid\w+|cedid\w+|pubblicat\w|diffus[aoie]|condivis\w|inviat\w|"
    r"rilasciat\w|verspreidde|publiceerde|deelde|veröffentlichte)"
    r"(?:\s(?:this|these|the|an?|cette|une|diese[s]?|das|ein|deze|de|een|esta|una|questa)\s(?:\w+\s)?(?:photos?|"
    r"pictures?|images?|videos?|footage|fotos?|beelden|bild(?:er)?|imagen|immagine))?"
    r"(?:\s(?:on|to|sur|op|en|su|by|par|door|por|da\w*|auf)\s(?P<who>[^.;]{1,60}?))?"
    r"|\bsen[dt]s?\s(?:us\s|in\s)?(?:this|these|the)\s(?:\w+\s)?(?:photos?|pictures?|images?|shots?|snaps?))"
    r"\s(?:(?:on|le|la|am|op|il|el|lo|late|early)\s){0,2}$",
)
_GOES_ON = re.compile(
    r"\b(?:shows?|showing|of(?! (?:the )?(?-i:[A-Z]))|as|after|where|who|appears?|montr\w+|zeigt|toont|muestra|"
    r"mostra|said)\b|"
    r",\s",
    re.IGNORECASE,
)
_NOT_OTHER = re.compile(
    r"\b(?:(?:night|evening|morning|hours|end|start|beginning|afternoon|nuit|matinée|soirée|spring|summer) of|"
    r"night (?:from|between))\s+$",
)
_OF_THINGS = re.compile(r"['’]s\s+(?!(?:sunrise|sunset)\b)\w+")
_FINITES = {
    "en": r"could|would|might|must|can|is|are|was|were|has|have|had|said|says|will|died|sank|made|took|left|crossed|"
    r"drew|saw|fell|won|met|ran|rose|went|gave|brought|kept|wrote|broke|flew|spoke|swam|drove|grew|arrived|"
    r"capsized|came|began|told|\w{3,}ed",
    "fr": r"a|ont|est|sont|était|étaient|avait|avaient|fait|fut|furent|va|vont|doit|doivent",
    "de": r"ist|sind|war|waren|hat|haben|hatte|hatten|wurde|wurden|wird|werden|kam|kamen|starb\w*|soll|sollen|will",
    "nl": r"is|zijn|was|waren|heeft|hebben|had|hadden|werd|werden|wordt|worden|kwam|kwamen|stierf|stierven|zal|"
    r"zullen",
    "it": r"è|sono|era|erano|fu|furono|ha|hanno|aveva|avevano|morì|morirono|sarà",
    "es": r"es|son|era|eran|fue|fueron|ha|han|había|habían|murió|murieron|será",
}
_FINITE = {language: re.compile(rf"\b(?:{words})\b") for language, words in _FINITES.items()}
# "A little after 4 am" is a time of the picture, not a time before it.
_ABOUT_TIME = re.compile(
    r"\b(?:shortly|just|soon|a little|a few minutes|moments)\s+(?:after|before)\s+$", re.IGNORECASE
)
_SAID = re.compile(
    r"\b(?:sa(?:id|ys?)|told|claim\w*|announc\w*|warn\w*|confirm\w*|week|so)\b[^,.;]{0,30}$", re.IGNORECASE
)
_DESCRIBES = re.compile(
    r"\s+(?:already |still |now |just )?(?:(?:is|are|was|were)(?! \w+ed\b)|appear\w*|"
    r"look\w*|seem\w*|lies?|lay|stands?|stood|floats?|"
    r"drift\w*|carr\w*|holds?)\b",
    re.IGNORECASE,
)
_RELATIVE = word_set(
    "who whom whose which where qui dont où die der das den dem deren dessen wo dat waar que donde che dove"
)
_JOINED = re.compile(r"\s*(?:/|&|-|–|and|et|und|en|e|y)?\s*(?:on |le |am |op |il |el )?", re.IGNORECASE)
_STRETCH = re.compile(r";|\s[-–—]\s(?=[a-z])")
# "Since January 1, 11,000 people have crossed": what follows is no more the picture than its opening.
_SINCE = word_set("since depuis seit sinds")
_LABEL_WORDS = 4
_SHOWS_HERE = re.compile(r"\W*(?:Here|Ici|Pictured|Hier|Aquí|Qui)\b")
_RELEASED_BEHIND = re.compile(
    r"(?:\s+[\w-]+){0,3}?\s+(?:veröffentlicht|verbreitet|gepubliceerd|vrijgegeven|verspreid|gedeeld|geteilt|vrij\b)",
    re.IGNORECASE,
)
# "In our issue of 3 June": of the paper.
_ISSUE = re.compile(
    r"\b(?:issue|edition|paper|newspaper|numéro|édition|journal|ausgabe|zeitung|editie|krant|número|edición|"
    r"edizione)\s"
    r"(?:of|du|de|vom|von|van|del|di)\s$|\bpage \d+,? (?:on |of )?$",
)
_OF_A_PAPER = re.compile(r"['’]s\s(?:paper|edition|issue|newspaper)\b")
# "Elle date de 2019", "de foto dateert uit 2019"
_DATES_FROM = re.compile(
    r"\b(?:dates?|datent|dating|datant|dateert|dateren|stamt|stammt|stammen|risale|risalgono|data|datan)\s"
    r"(?:from|back to|de|d['’]|uit|aus|al(?:l['’])?|a)\s?(?:the|het jaar|dem|dem jahr)?\s?$",
)
# "Protestan contra las muertes del viernes"
_AGAINST_A_THING = re.compile(
    r"\b(?:contra|contre|gegen|tegen|contro|against)\s[^.;,]{1,60}\s(?:del|de|du|vom|van|di|of)\s$"
)
# "On 11 or 12 June": one of them, and nobody says which.
_ONE_OF_TWO = re.compile(r"\b\d{1,2}(?:st|nd|rd|th|er|\.)?\s(?:or|ou|oder|of|o)\s(?:le\s)?$")
_DATED_PAPER = re.compile(
    r"\b(?:letter|report|document|note|diary|lettre|rapport|brief|carta|lettera)s?\s"
    r"(?:\w+\s){0,2}(?:dated|datée?|datiert|gedateerd|fechad[ao]|datat[ao])\s",
)
# "Vers 1954, tirage de 1987": when it was printed, given or shown.
_PRINTED = re.compile(
    r"\b(?:tirage|prints?|printed|reprint(?:ed)?|acquired|acquise?|gift|don|donated|scan(?:ned)?|exhibited|"
    r"abzug|neuabzug|"
    r"druck|ristampa|afdruk|acquisition|published|postmarked|oblitérée?|gelaufen|gestempelt)\b[^.;:]{0,30}$",
)
# What had happened before the picture: "hatte sich am Montag ereignet".
_HAD = re.compile(
    r"\b(?:had (?:\w+ )?\w+(?:ed|en|ne|wn|nk|ft|lt)|avai(?:t|ent) (?:été )?\w+(?:é|u|i|it|is)e?s?|hatten?|hadden|"
    r"había[n]? (?:sido )?\w+[dt]o|aveva(?:no)? \w+to|era(?:no)? \w+t[oaie])\b[^.;:,]{0,60}$",
)
# "Drone footage from Tuesday"
_PICTURE_FROM = re.compile(r"\b(?:footage|photos?|pictures?|images?|videos?|stills?|views?)\s(?:from|of)\s(?:the\s)?$")
# "Hier in augustus 2021", "ici le 18 juin"
_HERE = re.compile(r"\b(?:here|ici|hier|aquí|qui)\s(?:on|in|le|en|à|am|im|op|el|nel|il)?\s?$")

# What may open a sentence with a clause that its comma ends: "Two days after …, crews …".
_OPENS_WITH = re.compile(
    r"\W*(?:(?:contrairement|à|ce|contrary|to|what|the|an?|just|only|shortly|soon|hours?|days?|weeks?|months?|"
    r"years?|morning|night|evening|minutes?|"
    r"moments?|"
    r"\d+|one|two|three|four|five|six|seven|le|la|une?|quelques|peu|jours?|heures?|semaines?|mois|au|deux|trois|"
    r"quatre|"
    r"am|der|den|eine?n?|wenige|kurz|tage?n?|stunden?|wochen?|zwei|drei|vier|de|een|dag|dagen|uur|kort|enkele|"
    r"weken|twee|"
    r"drie|el|los|unos?|pocos|días?|horas?|semanas?|dos|tres|il|i|pochi|poco|giorn[oi]|ore|settiman[ae]|due|tre|cinq|"
    r"fünf|vijf|cinco|cinque)\s)*",
    re.IGNORECASE,
)
# "Nach dem Sturm räumen Helfer …", "Na de storm ruimen …": the verb ends what opened the sentence.
_VERB_IN_SECOND_PLACE = {
    "de": re.compile(r"\s(?:\w+\s)?[A-ZÄÖÜ]\w+(?:\s(?:vom|von|des|der|in|auf|vor|an)\s[^.;:]{1,40}?)?\s"
                     r"(?!(?:am|im|vom|von|des|der|in|an|auf|vor|und|bei|aus|mit)\b)[a-zäöü]{3,}\s"),
    "nl": re.compile(r"(?:\s\w+){4,}"),
}  # fmt: skip
_SET_OFF_BARE = re.compile(r",\s$")
_SET_OFF = re.compile(r"(?:^|[,(–—-])\s*(?:on |le |am |op |il |el |au |in )?$", re.IGNORECASE)
# "Larne, Northern Ireland June 15, 2024."
_NAMED = re.compile(r"\b[A-ZÀ-Ý][\w’'-]+\s$")
# "The boat in which they had come, at Otranto, Italy, on 6 March": the place begins the picture's own phrase.
_PLACE_PHRASE = re.compile(
    r",\s(?:at|in|near|off|on|outside|à|au|en|dans|près de|bei|auf|vor|bij|te|op|a|frente a|al|nel\w*|presso)\s"
    r"[A-ZÀ-Ý][^,.;]{1,40}(?:,\s[^,.;]{2,30}){0,2},\s(?:on |le |am |op |el |il )?$"
)
_PICTURED_ASIDE = re.compile(r"\((?:pictured|seen|photographiée?|ici|file|above)\b[^)]{0,300}\)", re.IGNORECASE)
# Each mention costs the same, however long its sentence: what it speaks of is asked of so much before it …
_BEFORE_CHARACTERS = 400
# … of so much after it …
_AFTER_CHARACTERS = 80
# … and of no more of the sentence than this.
_SENTENCE_CHARACTERS = 600
# What ties a day to the picture, or to something else, stands right before it.
_NEAR_CHARACTERS = 130


def picture_date(
    text: str, dates: list[DateMention], sentences: list[tuple[int, int]], published: date | None, language: str = "en"
) -> DateMention | None:
    """Return the one mention that dates the picture; None where none does, or where several might."""
    weighed = []
    for at, mention in enumerate(dates):
        weight = _weigh(text, mention, dates[at - 1] if at else None, sentences, published, language)
        weighed.append((mention, weight))
    best = max((weight for _one, weight in weighed), default=0)
    if best <= 0:
        return None
    return _told_apart(text, [mention for mention, weight in weighed if weight == best], sentences)


def _told_apart(text: str, leading: list[DateMention], sentences: list[tuple[int, int]]) -> DateMention | None:
    """Return the one of rival dates that is told of the picture rather than of what came before; None if none is."""

    def before(mention: DateMention) -> str:
        return small_letters(text[max(0, mention.start - _BEFORE_CHARACTERS) : mention.start])

    def stretch(mention: DateMention) -> tuple[int, int]:
        at = _sentence_at(sentences, mention.start)
        return at, len(_STRETCH.findall(text, sentences[at][0], mention.start))

    if narrowest := _narrowest(leading):
        return narrowest
    first = min(map(stretch, leading))
    rules: tuple[Callable[[DateMention], bool], ...] = (
        lambda mention: stretch(mention) == first,
        lambda mention: not _TELLS_OF_BEFORE.search(before(mention)),
        lambda mention: not (_OF_A_THING.search(before(mention)) or _OF_THINGS.match(text, mention.end)),
        # "In the night" is a time of day where a day is told.
        lambda mention: mention.rule != "night",
        # "Wreaths are laid on Tuesday at a memorial to those lost on 19 December 1981": what is printed is new.
        lambda mention: bool(mention.resolved_against),
    )
    for kept in rules:
        fewer = [mention for mention in leading if kept(mention)]
        if fewer and len({mention.edtf for mention in fewer}) == 1:
            return fewer[0]
        leading = fewer or leading
    return _narrowest(leading)


def counted_picture_date(
    text: str, dates: list[DateMention], sentences: list[tuple[int, int]], language: str = "en"
) -> DateMention | None:
    """Return the day of the picture that is counted from another day: "three days after the sinking of 2 February"."""
    for mention in dates:
        at = _sentence_at(sentences, mention.start)
        counted = counted_from(text, mention, language=language, opening=sentences[at][0])
        if counted and not (
            _in_aside(text[max(sentences[at][0], counted.start - _BEFORE_CHARACTERS) : counted.start], language)
            or _is_background(text, at, sentences, language)
        ):
            return counted
    return None


def years_of_file(text: str) -> list[tuple[int, int]]:
    """Return the words that say from which year a file picture is: no name of a credit, wherever they stand."""
    small = small_letters(text)
    return [match.span() for match in _FILED_YEAR.finditer(small)] if _FILE_MARK.search(small) else []


def tells_of_picture(text: str, start: int, sentences: list[tuple[int, int]], language: str = "en") -> bool:
    """
    Say whether what stands at `start` is told of the picture: not in a clause that tells of something else, not outside
    a "(pictured …)", not in a later sentence with a verb of its own.
    """
    at = _sentence_at(sentences, start)
    before = text[max(sentences[at][0], start - _BEFORE_CHARACTERS) : start]
    if _STRONG_CUE.search(small_letters(before)) and not _in_closed_parenthesis(before):
        return True
    if _in_aside(before, language) or _beside_pictured(text, start):
        return False
    return not _is_background(text, at, sentences, language)


def _sentence_at(sentences: list[tuple[int, int]], position: int) -> int:
    at = bisect_right(sentences, position, key=lambda span: span[0]) - 1
    return at if at >= 0 and position < sentences[at][1] else 0


def _is_background(text: str, at: int, sentences: list[tuple[int, int]], language: str) -> bool:
    first = next((n for n, (start, end) in enumerate(sentences) if len(text[start:end].split()) >= _LABEL_WORDS), 0)
    start, end = sentences[at]
    sentence = text[start : min(end, start + _SENTENCE_CHARACTERS)]
    if at <= first or _SHOWS_HERE.match(sentence):
        return False
    return _finite(language).search(sentence) is not None


def _weigh(
    text: str,
    mention: DateMention,
    previous: DateMention | None,
    sentences: list[tuple[int, int]],
    published: date | None,
    language: str,
) -> int:
    """Weigh a date: 0 speaks of something else, 1 might date the picture, 2 and 3 do in so many words."""
    if mention.ahead or mention.edtf.startswith("..") or mention.edtf.endswith(".."):
        return 0
    at = _sentence_at(sentences, mention.start)
    start, end = sentences[at]
    # A clause and a cue speak of one day, or of days in a row: what stands before the last day told of that one.
    if previous and previous.end > start and not _JOINED.fullmatch(text, previous.end, mention.start):
        start = previous.end
    before = text[max(start, mention.start - _BEFORE_CHARACTERS) : mention.start]
    after = text[mention.end : min(end, mention.end + _AFTER_CHARACTERS)]
    near = before[-_NEAR_CHARACTERS:]
    small = small_letters(near)
    if _ONE_OF_TWO.search(near):
        return 0
    if _dates_release(near, small) or _OF_A_PAPER.match(after):
        return 0
    if _is_tied_to_picture(near, small, after, language) and not _in_closed_parenthesis(before):
        return 3
    if _AS_SHOWN.match(after):
        return 3
    if mention.rule == "full date" and _closes(after) and _SET_OFF_BARE.search(near):
        # "…, 2 May 2021." is the picture's, whatever the clause before it told.
        return 2
    is_range = mention.edtf.count("-") == 4
    if _of_another_thing(near, small, after, is_range=is_range):
        return 0
    if _HAD.search(small) or _LIFE.search(near) or _DONE.search(small):
        return 0
    if _beside_pictured(text, mention.start) or _is_lifetime(text, mention):
        return 0
    finite, aside = _finite(language), _aside(language)
    bare_year = re.fullmatch(r"\d{4}(?:/\d{4})?|\d{3}X|\d{4}~", mention.edtf) is not None
    if bare_year and (_PRINTED.search(small) or before.endswith("von ")):
        return 0
    if not bare_year and (cue := _CUE.search(small)) and not aside.search(near[cue.start() :]):
        return 2
    if (
        mention.resolved_against
        and published
        and (published - parse(mention.edtf).latest).days < 14
        and _is_filed(text)
    ):
        return 0
    # ", Tuesday, Nov. 19, 2019." at the end of a sentence is the agencies' own place for the picture's date.
    dateline = (_SET_OFF.search(near) or (mention.rule == "full date" and _NAMED.search(near))) and _closes(after)
    if bare_year:
        return 1 if dateline or not (_verb_of_year(before, finite) or _in_aside(before, language)) else 0
    if dateline and (
        _PLACE_PHRASE.search(near)
        or not aside.search(before)
        or before.rstrip().endswith(",")
        or mention.rule == "full date"
    ):
        return 2
    if _in_aside(before, language, opens=start == sentences[at][0]):
        return 0
    return 0 if _is_background(text, at, sentences, language) else 1


@lru_cache(maxsize=16)
def _is_filed(text: str) -> bool:
    """Asked again for each mention of a caption."""
    return _FILE_MARK.search(small_letters(text)) is not None


def _dates_release(near: str, small: str) -> bool:
    """ "Footage released by the coastguard on Tuesday": the words between name the releaser and nothing more."""
    if _ISSUE.search(small):
        return True
    released = _RELEASED.search(small)
    return released is not None and not (released["who"] and _GOES_ON.search(near[slice(*released.span("who"))]))


def _is_lifetime(text: str, mention: DateMention) -> bool:
    """ "Ann Roe (1921-1999)" """
    years = re.fullmatch(r"(\d{4})/(\d{4})", mention.edtf)
    in_brackets = text[mention.start - 1 : mention.start] == "(" and text[mention.end : mention.end + 1] == ")"
    return bool(years) and in_brackets and int(mention.edtf[5:]) - int(mention.edtf[:4]) >= _SHORTEST_LIFE_YEARS


def _verb_of_year(before: str, finite: re.Pattern[str]) -> bool:
    """ "The hotel opened in 1991" tells of a year; "barrels stacked four high on the quay in 1991" shows one."""
    clause = re.split(r"[:,]\s", re.sub(r"\([^()]*\)", "", before))[-1]
    return any(not verb[0].endswith("ed") or len(clause) - verb.end() < 25 for verb in finite.finditer(clause))


def _is_tied_to_picture(near: str, small: str, after: str, language: str) -> bool:
    if _DATES_FROM.search(small) or _HERE.search(small) or _PICTURE_FROM.search(small) or _FILED_BEFORE.search(small):
        return True
    if tied := _STRONG_CUE.search(small):
        # "Pictured after a boat sank on Tuesday": another clause came between.
        cue = near[tied.start() :]
        aside = _aside(language).search(cue)
        return aside is None or _ABOUT_TIME.search(f"{cue[: aside.end()]} ") is not None
    return _PICTURE_IS.search(small) is not None and _TAKEN_BEHIND.match(after) is not None


def _aside(language: str) -> re.Pattern[str]:
    return _ASIDE.get(language, _ASIDE["en"])


def _finite(language: str) -> re.Pattern[str]:
    return _FINITE.get(language, _FINITE["en"])


def _of_another_thing(near: str, small: str, after: str, *, is_range: bool = False) -> bool:
    if is_range and small.endswith("from "):
        return False
    if _NOT_OTHER.search(small):
        return False
    if (
        _OTHER_BEFORE.search(small)
        or _RELEASED_BEHIND.match(after)
        or _DATED_PAPER.search(small)
        or _AGAINST_A_THING.search(small)
    ):
        return True
    if _DONE_BEHIND.match(after) or (
        (attribute := _ATTRIBUTE.search(near))
        and ((attribute[0][0] in "dDeE" and attribute[0].count(" ") > 1) or _ARTICLED_NL.match(after))
    ):
        return True
    # "ahead of Thursday's vote", "Wednesday's planned shutdown": the thing is dated, not the picture.
    return (
        bool(_OF_THINGS.match(after))
        and not re.search(r"\b(?:in|at|during)\s$", near)
        and bool(
            re.search(
                r"\b(?:of|after|before|for|following|from|ahead of|about|over|d\w*)\s+(?:the )?(?:\w+ ){0,1}$", near
            )
            or re.match(r"['’]s\s+(?:planned|vote|election|final|debate|summit|deadline|attack|sinking)", after)
        )
    )


def _in_aside(before: str, language: str, *, opens: bool = True) -> bool:
    """
    Say whether what stands behind these words belongs to a clause that tells of something else.

    :param opens: the words begin with their sentence
    """
    opened = list(_aside(language).finditer(before))[-1:]
    if not opened:
        return False
    last = opened[0]
    rest = before[last.end() :]
    if ":" in rest:
        return False
    if opens and last[0].lower() not in _SINCE and _OPENS_WITH.fullmatch(before, 0, last.start()):
        # "Days after the ferry ran aground, crews …"
        verb = _VERB_IN_SECOND_PLACE.get(language)
        if "," in rest or (verb and verb.search(rest)):
            return False
    if last[0].lower().endswith("anniversary of") and _finite(language).search(rest):
        return False
    if last[0].lower() in _RELATIVE and _HAPPENS.search(before[: last.start()]):
        return False
    if _ABOUT_TIME.search(f"{before[: last.end()]} "):
        return False
    if last[0].lower() == "which" and _DESCRIBES.match(rest):
        return False
    if last[0].lower() == "that" and not _SAID.search(before[: last.start()]):
        # "A boat that is already full, on the beach": it tells of what is seen, and ends at the comma.
        return "," not in rest and _DESCRIBES.match(rest) is None
    # A relative clause between commas has ended where its second comma stands.
    if last[0].lower() in _RELATIVE and before[: last.start()].rstrip().endswith(","):
        # "Where 11 people, eight of them children, drowned on Saturday": the clause still lacks its verb at the comma.
        clause, comma, _behind = rest.partition(",")
        lacks_verb = len(clause.split()) < 3 and _finite(language).search(clause) is None
        return not comma or lacks_verb
    return True


def _in_closed_parenthesis(before: str) -> bool:
    """A "(pictured in Clovelly)" that has ended says nothing of the date behind it."""
    return before.count(")") > 0 and "(" in before and before.rfind(")") > before.lower().rfind("pictured")


def _beside_pictured(text: str, start: int) -> bool:
    aside = _pictured_aside(text)
    return aside is not None and not aside[0] < start < aside[1]


@lru_cache(maxsize=16)
def _pictured_aside(text: str) -> tuple[int, int] | None:
    """Return where the first "(pictured ...)" stands; asked again for each mention of a caption."""
    aside = _PICTURED_ASIDE.search(text)
    return aside.span() if aside else None


def _closes(after: str) -> bool:
    return (
        re.match(
            r"\s*(?:$|[.;:(\[|–-]|,?\s*(?:(?:during|as|amid|in|at|on|near|with|when|while|to|after|before|au|aux|"
            r"à|en|dans|"
            r"sur|lors|pendant|devant|près|im|am|bei|beim|auf|op|bij|tijdens|te|a|ad|al|nel|nella|durante|"
            r"mientras|frente)"
            r"\b|[A-Z©(]))",
            after,
        )
        is not None
    )


def _narrowest(leading: list[DateMention]) -> DateMention | None:
    """Of dates that lie inside one another the narrowest; of rival ones none."""
    narrow = min(leading, key=lambda mention: parse(mention.edtf).days)
    inner = parse(narrow.edtf)
    return narrow if all(inner.within(parse(mention.edtf)) for mention in leading) else None
