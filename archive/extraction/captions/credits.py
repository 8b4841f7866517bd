"""
Find who made, supplied and published a picture in what the press writes below it.

A credit is a row of names with marks between them ("Jo Doe/AFP via Getty Images", "© Le Phare / Jo Doe"). It stands
behind a label ("Photo:", "Crédit", "©"), in brackets, as the last words or the first, or in the sentence itself ("in
this photo provided by the coastguard"). Each name is told by `credit_names`; what it did follows from what it is of,
the word before it ("via", "for", "courtesy of") and its position among the others.
"""

import re
from dataclasses import dataclass
from itertools import islice

from archive.extraction.captions.credit_names import TOKEN, Class, class_of, known_outlet, read_name, says_press
from archive.extraction.captions.gazetteer import Gazetteer, words_of_name
from archive.extraction.captions.words import small_letters

_SITES = r"(?:Unsplash|Flickr|X|Twitter|Facebook|Instagram|TikTok|YouTube|Telegram|Pexels|Pixabay|Wikimedia)\b"
_PICTURE = (
    r"(?:photos?|photographs?|photographies?|photography|pictures?|pics?|images?|fotos?|foto['’]s|fotografie|"
    r"fotografía|"
    r"fotografia|bild(?:er)?|beeld(?:en)?|drawings?|sketch|artwork|dessins?|zeichnung|tekening|disegno|dibujo|"
    r"stereographs?|(?:albumen |silver |photographic )prints?|lithographs?|engravings?|paintings?|"
    r"negatives?|gravures?|lithographies?|"
    r"infographic|imagen|immagine|video|vidéo|film|footage|still|illustration|grafik|graphic|clichés?|"
    r"(?:leser|lezers)(?:fotos?|bild|beeld))"
)
_OF_WHAT = (
    r"(?:(?:mandatory|pool|file|handout|hand-out|official|undated|family|library|stock|aerial|drone|satellite|"
    r"screen|cover|main|"
    r"the|all)\s+)?"
)
_OF_READER = (
    r"(?:reader|viewer|lecteur|lectrice|lezer(?:es)?|leser(?:s|in)?|lectora?|lettore|lettrice|internaute|abonné)"
)
_CREDIT_WORD = (
    r"(?:credits?|crédits?|créditos?|crediti|credito|sources?|quelle|bron|fonte|fuente|copyright|bildquelle|"
    r"bildnachweis|"
    r"fotocredit|fotonachweis|fotograf[oa]?|fotógraf[oa]|photographer|photographe|fotograaf|urheber|by-?line)"
)
_LABEL = re.compile(
    r"(?:^|(?<=[\s(\[.|,;:–—-]))(?:"
    rf"(?P<credit>{_OF_WHAT}(?:{_PICTURE}\s+)?{_CREDIT_WORD}(?:\s*/?\s*{_PICTURE})?(?:\s+should read)?\s*(?::|"
    rf"\.{{2,3}}|…|=))"
    rf"|(?P<given>(?:{_OF_WHAT}{_PICTURE}\s+)?(?:courtesy(?:\s+of)?|avec l['’]aimable autorisation d(?:es|[eu])|"
    rf"cortesía del?|"
    r"per gentile concessione d(?:el|i)(?:l[ao])?|mit freundlicher genehmigung (?:von|des|der)|"
    r"met (?:dank aan|toestemming van))\s*:?"
    rf"|{_OF_WHAT}hand-?out\s*(?:{_PICTURE}\s*)?(?:by|from|via|:|/|(?:issued|provided|released|supplied) by)"
    rf"|(?:{_OF_WHAT}{_PICTURE}\s+)?collections?\s*(?:of|:|du|des|de(?: la)?|de l['’]|del|della|van|von)|(?:^|"
    rf"(?<=[.(\[]\s)|(?<=[(\[]))(?:collecti(?:on|e)|sammlung|collezione|colección|coll\.|fonds|fondo))"
    r"|(?P<grab>(?:video |tv )?(?:screen-?\s?(?:grab|shot)s?|(?:image|video|frame) grabs?|captures? d['’]écran|"
    r"captures? vidéo|"
    r"schermafbeelding|captura(?:s)? de pantalla|still|image)\s*(?:(?:taken |obtained )?(?:from|of|by)(?: (?:a |"
    r"the )?"
    r"(?:video|footage|film|clip|broadcast) (?:by|from|of|on|posted by))?|d['’]une vidéo(?: d[eu])?|de|van|:|/)"
    r"|(?:images? (?:issues?|extraites?|tirées?)|arrêt sur image) d['’]une vidéo d(?:es|[eu])"
    r"|(?:fotogramma|frame|immagine)(?: tratt[ao])? da(?: un|l)? video d(?:el|ei|i)(?:l[ao])?"
    r"|capturas? de (?:un )?v[ií]deo (?:del?|de la)|standbild aus (?:einem|dem) video (?:der|des|von)"
    r"|(?:still|beeld) uit (?:een )?video van)"
    rf"|(?P<made>{_OF_WHAT}{_PICTURE}\s*(?:(?:credit\s*)?(?::|\.{{3}}|…)|(?:credit|by|par|von|door|di|por|from|"
    rf"via)\b:?|(?:from|of|for)\s(?:[a-z]+\s){0, 4}[a-z]+\s?:|(?:d['’]|de |del |van |von |di )?(?:un |une |een |"
    rf"einem |notre |nostro |onze |"
    rf"nuestr[oa] )?{_OF_READER}\s*[:,]?|"
    r"tratt[ao] da|de archivo del?|d['’]archivio di))"
    r"|(?P<sign>©(?:\s?(?:19|20)\d\d(?:\s?[-–]\s?\d{2,4})?(?=\s))?|\(c\)|℗|[📷📸📹🎥]\ufe0f?\s?(?::|by\b)?|"
    r"copyright(?=\s+(?:©\s?)?(?-i:[A-ZÀ-Ý@])))"
    rf"|(?P<loose>(?:credit|crédits?|(?-i:P[Hh])\b\.?|screen-?\s?(?:grab|shot)s?|captures? d['’]écran|"
    rf"schermafbeelding|photos? d['’](?:illustration|archives?)|"
    rf"{_OF_WHAT}{_PICTURE})(?=\s+[A-ZÀ-Ý@]|\s+d?pa\b))"
    r")\s*(?:(?-i:the|la|le|les|der|die|dem|den|het|il|lo|el|los|las)\s+|(?-i:l['’]))?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[]([^()\[\]\n]{2,160})[)\]]")
# What stands among the names and is none. "(14550001a)" is a library's number of the picture.
_NOISE = re.compile(
    rf"(?:\(?[a-z]{{0,4}}\d[\d-]{{3,20}}[a-z]{{0,2}}\)?(?![\w.-]*\d)|"
    r"[(\[](?:[a-z]{0,4}\s?\d[\d/-]{2,60}[a-z]{0,2}|\d{1,3}[a-z]{1,2})[)\]]|"
    r"(?-i:[A-Z]{0,4}-?)\d+(?:[./-]\w{1,12}){1,4}|(?-i:[A-Z]{2,4}(?:-\w{2,8}){1,3}-\d{3,8})|"
    r"(?:(?:file|library|archive|stock|pool|hand-?out|official|family|undated|mandatory)\s+)?"
    rf"{_PICTURE}(?:\s+(?:credit|by|par|von|door|di|por|from))?\s*:?|mandatory credit\s*:?|files?\s*:?|"
    r"(?:archives?|archivi?o?|archief)(?=\s*(?:$|[/|,.;:)\]]))|"
    r"d['’]archives|pool|hand-?out|stringer|staff|contributor|xgty|d\.?r\.?(?!\s[A-Z])|library|live news|"
    r"all rights reserved|archieffoto|archiefbeeld|archivfoto|symbolfoto|themenbild|photo d['’](?:illustration|"
    r"archives?)|"
    r"autore? (?:desconocido|sconosciuto)|photographer unknown|photographe (?:inconnu|anonyme)|fotograf unbekannt|"
    r"unknown|"
    r"(?:neg|ref|inv|acc|cat|object|cote|sign)\.?(?:\s(?:no|nr|n°)\.?)?:?\s?(?=[\w./-]{0,20}\d)[\w./-]{1,24}|"
    r"collectie(?: van)?|sammlung|supplied|contributed|submitted|privat|privé|eigen foto|own photo|"
    r"(?:fotograaf|foto|maker) onbekend|auteur inconnu|anonyme|anon\.|o\. ?ang\.?|n\. ?n\.|s\. ?n\.|"
    r"correspondant[es]{0,2}|"
    r"tpx images of the day|images of the day|no resales|no third party sales|cc[- ]by[\w-]*(?:[ /]\d\.\d)?|"
    r"tous droits réservés|alle rechte vorbehalten|todos los derechos reservados|tutti i diritti riservati|"
    r"editorial use only|symbolbild|archivbild|undated|document(?: remis)?|collection particulière|social media|"
    r"crown copyright|dpa-bildfunk|bildfunk|repro|mandatory credit|no sales|(?:19|20)\d\d|by|par|"
    r"the photographer)(?!\w)",
    re.IGNORECASE,
)
# A library's number behind the names, whole or cut off.
_NUMBER_BEHIND = re.compile(r"\s*[(\[]\s?[a-z]{0,4}\d[\d/-]{0,60}[a-z]{0,2}\s?[)\]]?[\s.]*$", re.IGNORECASE)
_LONGEST_NUMBER = 80
# "Reuters files", "AFP Archives": no part of the name.
_ARCHIVES_OF = re.compile(r"(?:archives?|archiv|archief|archivo|archivio)(?=\s(?-i:[A-ZÀ-Ý]))", re.IGNORECASE)
_FILED = re.compile(
    r"\s+(?:files?|archives?|hand-?out|pool|library|collection|e\.\s?v\.?)(?!\w)(?!\s?(?!via\b)(?-i:[A-Z]))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:\+\+\+|(?<!\d)/|/(?!\d)|[|;·•\\])\s*|\s+[-–—]\s+|\s*—\s*|\s*,\s+|\s+(?=(?:via|for|pour|für|voor|"
    r"para)\s)|\.\s+(?=\S)|"
    rf"\s+(?=(?:on|sur|auf|op|en|su)\s(?-i:{_SITES}))|\s+(?=[(\[])",
    re.IGNORECASE,
)
_PASSED_ON = re.compile(
    rf"(?:(?:via|through)\s+(?:the\s)?|(?:on|sur|auf|op|en|su)\s+(?=(?-i:{_SITES})))", re.IGNORECASE
)
_MADE_FOR = re.compile(
    r"(?:for|pour|für|voor|para|per)\s+(?:(?-i:the|le|la|les|il|lo|el|de|het|die|der|den)\s|(?-i:l)['’])?"
    r"(?=(?:[«“\"]\s?)?(?-i:[A-ZÀ-Ý]))",
    re.IGNORECASE,
)
# "Released by the coastguard", "posted on TikTok by @kaz": who did it follows.
_HANDED = re.compile(
    r"\b(?P<verb>released|issued|uploaded|tweeted|provided|supplied|sent in|submitted|contributed|ingestuurd|"
    r"opgestuurd|eingesandt|"
    r"eingeschickt|published|posted|shared|distributed|broadcast|aired|obtained|"
    r"captured|filmed|photographed|taken|shot|recorded|loaned|lent|prêtée?s?|prestad[ao]s?|prestat[aoie]|geleend|"
    r"handed out|made available|made|transmise?s?|fournie?s?|"
    r"diffusée?s?|"
    r"publiée?s?|"
    r"remise?s?|envoyée?s?|communiquée?s?|mise?s? à disposition|mise?s? en ligne|postée?s?|partagée?s?|gepost|"
    r"geplaatst|prise?s?|tournée?s?|filmée?s?|vrijgegeven|verstrekt|"
    r"verspreid|gedeeld|ingezonden|beschikbaar gesteld|gemaakt|genomen|facilitad[ao]s?|cedid[ao]s?|difundid[ao]s?|"
    r"publicad[ao]s?|proporcionad[ao]s?|distribuid[ao]s?|enviad[ao]s?|tomad[ao]s?|grabad[ao]s?|fornit[aoie]|"
    r"diffus[aoie]|rilasciat[aoie]|pubblicat[aoie]|inviat[aoie]|concess[aoie]|mess[ao] a disposizione|scattat[aoie]|"
    r"girat[aoie])\s+(?:(?:on|to|sur|op|en|su)\s+(?P<site>[A-Z]\w*)\s+)?"
    r"(?:(?:this|yesterday|last)\s(?:morning|afternoon|evening|night|week|\w+day)\s|yesterday\s|today\s|"
    r"(?:on\s)?(?-i:[A-Z])[a-z]+day\s)?"
    r"(?:by|par|door|por|da(?:l(?:l[ao]|l['’])?|i|gli)?)\s*"
    r"(?:the |la |le |les |l['’]|de |het |el |los |las |il |lo |gli |notre |onze |nuestr[ao] )?"
    # "the charity Sea Aid", "l'ONG Sea Aid": what sort of body it is
    r"(?:(?:rescue |aid |campaign )?(?:charity|ngo|group|organi[sz]ation|company|firm|association|ong|onlus|stiftung|"
    r"hilfsorganisation|organisatie|organización|organizzazione|asociación|associazione) (?=[A-Z]))?"
    r"(?:(?-i:(?!in|on|at|from|near|of|off|for|and|the)[a-z-]+\s[a-z-]+\s(?=[A-ZÀ-Ý][a-z]+\s[A-ZÀ-Ý]))|"
    r"(?-i:[A-Z]\w+\s)?(?:resident|local|eyewitness|witness|passenger|onlooker|skipper|student|user|photographer|"
    r"riverain|habitant|témoin|passager|anwohner|augenzeuge|bewoner|getuige|vecin[oa]|testigo|residente|"
    r"testimone)e?\s"
    r"(?=(?-i:[A-ZÀ-Ý@])))?"
    r"(?P<reader>(?:lectrice|lecteur|lezer(?:es)?|leser(?:in)?|lectora?|lettore|lettrice|reader|viewer) )?",
    re.IGNORECASE,
)
# "Reader Pauline Eade sent in this picture".
_READER = re.compile(
    r"\b(?:(?:Reader|Viewer|Lectrice|Lecteur|Lezer(?:es)?|Leser(?:in)?|Lectora?|Lettore|Lettrice)|(?:reader|"
    r"viewer|lectrice|"
    r"lecteur|lezer(?:es)?|lettore|lettrice))\s+(?=[A-ZÀ-Ý@])"
)
# "Sent in by Jo Doe", "Ingestuurd door Jo Doe": the sentence says no more than that.
_SENT_IN = re.compile(
    r"(?:^|(?<=[.!?)]\s)|(?<=\n)|(?<=\())(?:(?:sent in|submitted|contributed|shared|taken|captured|snapped) by|"
    r"(?:envoyée?|prise?|partagée?) par|(?:ingestuurd|ingezonden|gemaakt|genomen) door|"
    r"(?:eingesandt|eingeschickt|aufgenommen) von|(?:enviad[ao]|remitid[ao]|tomad[ao]) por|(?:inviat[ao]|"
    r"scattat[ao]) da|(?P<given>(?:provided|supplied|lent|loaned|donated) by(?: the)?|(?:fournie?|transmise?|"
    r"prêtée?) par"
    r"(?: la| le| les)?|(?:cedid[ao]|facilitad[ao]) por(?: la| el)?|(?:zur verfügung gestellt) von(?: der| dem)?))\s+"
    rf"(?:(?:our |notre |onze |nuestr[oa] |nostr[oa] |unser(?:e[rm])? |the |la |le |el |il |de )?{_OF_READER}\s+)?"
    r"(?=(?-i:[A-ZÀ-Ý@]))",
    re.IGNORECASE,
)
# "Taken by a reader, Jo Doe": behind the word for a reader the name counts wherever it stands.
_BY_READER = re.compile(r"\b(?:by|par|door|por|da|von)\b[^.]{0,16}\b(?:reader|viewer|le[ct]|lez|les|inter|abonn)")
_SENT_BY_READER = re.compile(
    r"\b(?:(?:sent(?: in| to us)?|submitted|taken|shared|captured|snapped) by|"
    r"(?:envoyée?|prise?|partagée?|transmise?) par|(?:ingestuurd|ingezonden|gemaakt|genomen) door|"
    r"(?:enviad[ao]|remitid[ao]|tomad[ao]) por|(?:inviat[ao]|scattat[ao]) da|(?P<de>von))\s"
    r"(?:(?:an?|our|one of our|un|une|notre|een|onze|einem|einer|unserem|unserer|uno|una|nuestr[ao]|nostr[ao])\s)?"
    rf"{_OF_READER}s?,?\s+(?=(?-i:[A-ZÀ-Ý@]))",
    re.IGNORECASE,
)
# "… says Jo Doe, who took this picture".
_WHO_TOOK = re.compile(
    r"(?P<who>(?-i:[A-ZÀ-Ý][\w’'.-]*(?:\s[A-ZÀ-Ý][\w’'.-]*){1,3})),?\s(?:who (?:took|captured|filmed|shot|"
    r"snapped|sent(?: in| us)?)"
    r"\s(?:this|these|the|us this)|qui a (?:pris|filmé|envoyé) (?:cette|ces|la)|die (?:diese[s]?|deze|"
    r"dit) )\s?(?:photos?|"
    r"pictures?|pics?|images?|shots?|videos?|vidéo)\b",
    re.IGNORECASE,
)
# "Thanks to Jo Doe for this picture".
_THANKS = re.compile(
    r"\b(?:thanks to|merci à|(?:dank|danke) an|dank aan|gracias a|"
    r"grazie a)\s+(?P<who>(?-i:[A-ZÀ-Ý][\w’'.-]*(?:\s[A-ZÀ-Ý][\w’'.-]*){1,3}))"
    r"\s+(?:for|pour|für|voor|por|per)\s+(?:\w+['’\s]){1,3}(?:photos?|pictures?|pics?|images?|shots?|clichés?|bild|"
    r"fotos?)\b",
    re.IGNORECASE,
)
# "Das von der Küstenwache veröffentlichte Foto".
_HANDED_DE = re.compile(r"\bvo[nm]\s+(?:der |dem |den )?(?=[A-ZÄÖÜ@])")
_HANDED_VERB_DE = re.compile(r"\s+(?:veröffentlicht|zur Verfügung|bereitgestellt|verbreitet|herausgegeben|aufgenommen)")
_SHOWS_A_PICTURE = re.compile(
    r"\b(?:photos?|photograph|pictures?|images?|videos?|footage|still|stills|grab|screen ?grab|screenshot|"
    r"hand-?out|film|frame|"
    r"clip|selfie|shot|snap|vídeos?|vidéos?|image|capture|foto|foto['’]s|beeld|beelden|filmpje|imagen|imágenes|"
    r"captura|"
    r"immagine|immagini|"
    r"fotografía|fotografia|bild|aufnahme)\b",
    re.IGNORECASE,
)
_MAKES = re.compile(
    r"captured|filmed|photographed|taken|shot|recorded|uploaded|made|sent|submit|contribut|ingestuurd|"
    r"ingezonden|opgestuurd|"
    r"einge|envoy|"
    r"enviad|inviat|prise|tournée|filmée|gemaakt|genomen|tomad|grabad|scattat|girat",
    re.IGNORECASE,
)
SOURCE_KINDS = (
    ("screen capture", re.compile(
        r"screen-?\s?(?:grab|shot)|capture d['’]écran|capture vidéo|image grab|\bgrab\b|video still|"
        r"still (?:image )?(?:taken )?"
        r"from|footage|frame video|video frame|fermo immagine|schermafbeelding|captura de pantalla|"
        r"\bstill image\b|\bimage (?:taken )?from (?:a )?video\b|captura de (?:un )?v[ií]deo", re.IGNORECASE)),
    ("user-generated", re.compile(
        r"user[- ](?:submitted|generated)|\b(?:sent in|submitted) by\b|\bin(?:gestuurd|gezonden) door\b|"
        r"\beingesandt\b|\bugc\b|social media|eyewitness|reader(?:'s)? (?:photo|picture)|amateur|"
        r"témoin|lecteur|lectrice|\blezer(?:es)?\b|\blezers(?:foto|beeld)|\bleser(?:in|s|foto|bild)?\b|\blectora?\b|"
        r"internaute|\blettore\b|\blettrice\b|"
        r"\breaders?\b|"
        r"(?:/|^|\s|\()(?:twitter|instagram|facebook|tiktok|telegram|snapchat|whatsapp|x)\s*/\s*@?\w|@\w{2,}",
            re.IGNORECASE)),
    ("handout", re.compile(r"\bhand-?out\b|\b(?:issued|supplied|released|provided|made available|handed out) by\b|"
    r"\bcourtesy of\b|\bdocument remis\b|\b(?:fournie?s?|transmise?s?|remise?s?|communiquée?s?) par\b|"
    r"\b(?:cedid[ao]s?|facilitad[ao]s?|proporcionad[ao]s?) por\b|\bfornit[aoie] da|\b(?:verstrekt|"
    r"vrijgegeven) door\b|"
    r"\bbeschikbaar gesteld\b|\bmise?s? à disposition\b|\bmess[ao] a disposizione\b|\bgentile concessione\b|"
    r"\bcortesía del?\b|\baimable autorisation\b|\bfreundlicher Genehmigung\b|\b(?:picture|photo): supplied\b",
    re.IGNORECASE)),
    ("pool", re.compile(r"\bpool\b(?! (?:of|party|at|in|with))", re.IGNORECASE)),
)  # fmt: skip
# Outside the credit only words that cannot speak of what the picture shows; asked of small letters.
_KIND_ALONE = re.compile(
    r"\b(?=\w)(?:(?P<s>screen-?\s?grab|screen-?shot|capture d['’]écran|(?:image|video) grab\w*|"
    r"still (?:image )?(?:taken )?from|"
    r"image (?:taken |made )?from (?:a )?(?:video|footage)|footage (?:captured|released|shot)|"
    r"captura de (?:un )?v[ií]deo|"
    r"tratt[ao] da un video|frame video|fermo immagine|(?:tirée|extraite|issue) d['’]une vidéo|standbild|videobeeld|"
    r"fotograma|fotogramma|"
    r"capturas? de v[ií]deo|arrêt sur image)"
    r"|(?P<h>hand-?out|photo issued by|(?:photo|image|imagen|foto|video|vídeo)s? (?:cedid[ao]s?|facilitad[ao]s?|"
    r"fournies?|transmises?|fornit[aoe]))|(?P<u>user-(?:submitted|generated)|reader(?:['’]s|s)? (?:photo|"
    r"picture|pic)s?|"
    rf"(?:enviad[ao]|envoyée?|inviat[ao]|sent in|ingestuurd|eingesandt) (?:por|par|da|by|door|von) "
    rf"(?:un|une|an?|een|einem|einer|uno|una) {_OF_READER}|photo (?:de|d['’]une?) lect(?:eur|"
    r"rice)|readers? [a-z]\w+ \w+ sent|"
    r"notre lect(?:eur|rice)|onze lezer(?:es)?)|(?P<p>pool photo))\b",
)
_HINTS_OF_PICTURE = (
    "photo", "pic", "image", "graph", " print", "byline", "engraving", "painting", "negative", "gravure",
    "vídeo", "video", "vidéo", "footage", "still", "grab", "screen", "hand", "film", "frame", "clip",
    "selfie", "shot", "snap", "captur", "foto", "beeld", "imágenes", "immagin", "bild", "aufnahme", "view", "vue",
)  # fmt: skip
_HINTS_OF_LABEL = (
    *_HINTS_OF_PICTURE, "credit", "crédit", "source", "quelle", "bron", "fonte", "fuente", "copyright", "urheber",
    "courtesy", "avec l", "cortes", "concessione", "genehmigung", "collection", "imagen", "illustration", "grafi",
    "graphic", "fotógraf", "crédito", "©", "(c)", "℗", "schermafb",
    "drawing", "sketch", "artwork", "dessin", "zeichnung", "tekening", "disegno", "dibujo", "collecti", "sammlung",
    "collezione", "colección", "coll.", "ph ", "ph.", "cliché", "met dank", "toestemming", "fond", "arrêt sur",
    "📷", "📸", "📹", "🎥",
)  # fmt: skip
_PHOTO_BEHIND = re.compile(r"(?<=\w)\s+(?:Photos?|Foto)$", re.IGNORECASE)
# Behind a number of the picture begins its text, behind "Photo" or "File:" a name.
_IDS_END = tuple("0123456789)]")
_BARRED = re.compile(r"\s*[|/]\s+")
_OF_ALSO = re.compile(r"\b(?:di|de|von|van)\s*$", re.IGNORECASE)
_ARCHIVE = re.compile(r"archiv", re.IGNORECASE)
# What agencies add behind a credit: "+++ NO SALES, EDITORIAL USE ONLY +++".
_TRAILER = re.compile(
    r"\s+(?:\+\+\+|\*{2,3}\s?[A-Z]|(?:HANDOUT\s+)*(?:EDITORIAL USE ONLY|NO (?:RE)?SALES|NO ARCHIVES?|TPX IMAGES|"
    r"FOR EDITORIAL USE|"
    r"THIS (?:IMAGE|PICTURE) (?:HAS BEEN|WAS)|ATTENTION EDITORS|MANDATORY CREDIT(?! ?:)|"
    r"BEST QUALITY AVAILABLE))[^\n]*$"
)
_DASHED_NAME = re.compile(r"\s[-–—|]\s((?:[A-ZÀ-Ý][\w’'-]+)(?:\s[A-ZÀ-Ý][\w’'.-]+){1,3})$")
_DASH_BEFORE = re.compile(r"\s[-–—:]{1,2}\s$")
_SENT_BY = re.compile(r"\s(?:par|door|von|por|da)\s")
_BY = re.compile(r"\b(?:by|par|door|von|por)\s*:?\s*$", re.IGNORECASE)
_SENTENCE_ENDED = re.compile(r"[.!?…)\]”\"»]\s{1,2}$")
_NO_CREDIT = frozenset(
    ["USA", "FILE", "END", "ENDS", "SOS", "RIP", "PHOTO", "VIDEO", "MAP", "NATO", "BREXIT", "WWI", "WWII"]
)
_QUOTED_BEHIND = re.compile(r"\s[«“\"]\s?(?=[A-ZÀ-Ý])")
# "Capture d'écran : ONG Cap Secours"
_SORT_BEFORE = re.compile(r"(?:ONG|NGO|the charity|l['’]association|association|charity)\s(?=[A-ZÀ-Ý])")
# "Volunteers from the charity Harbour Light … Photo: Harbour Light"
_SORT_RIGHT_BEFORE = re.compile(
    r"\b(?:charity|ngo|ong|group|organi[sz]ation|company|firm|association|onlus|hilfsorganisation|verein|stichting|"
    r"organisatie|organización|organizzazione|asociación|associazione|rescue ship operator)\s[\"“«‘']?\s?$",
    re.IGNORECASE,
)
_POOLED = re.compile(r"/\s?(?:pool|hand-?out|file)\s$", re.IGNORECASE)
_HANDLE_BEHIND = re.compile(r"\s(?=@\w)")
_COLON = re.compile(r"\s?:\s?(?=[@A-ZÀ-Ý])")
_CLOSES_NAME = re.compile(r"\s*(?:$|[.,;:)\]/|\n])")
_TOWN_BEHIND = re.compile(
    r",\s((?:[A-ZÀ-Ý][\w’'-]+)(?:[\s-](?:[a-z]{1,3}[\s-]){0,2}[A-ZÀ-Ý][\w’'-]+){0,2})(?=\s*(?:$|[,.;)\]]))"
)
_FIRST_WORD = re.compile(r"\w*")
_MARKS_BETWEEN = re.compile(r"[/|]")
# A credit of names alone has no more words …
_MOST_WORDS = 24
# … and its marks stand within so many characters of the end or the beginning of the text.
_NEAR = 90
_MOST_NAMES = 10
_MOST_LABELS = 64
_LONGEST = 240
_SPACES = re.compile(r"[\s\"“”«»']*")
_ENDS = re.compile(r"\s*(?:$|[.,;:!?)\]|\n(\[—–»”\"]|-\s|\+)|\s+[A-ZÀ-Ý0-9©]")
_END_OF_TEXT = re.compile(r"[\s.)\]+»”]*(?:\n|$)")
_NAME_BEFORE = re.compile(r"(?:^|[.!?:]\s+|\n)((?:[A-ZÀ-Ý][\w’'.-]*\s){2,4})$")
_TEXT_FOLLOWS = re.compile(r"\s*[:.—–\n]|\s+-\s|\s+[A-ZÀ-Ý]|\s*$")


@dataclass(slots=True)
class Credit:
    """A credit line split into who did what, each as written; `source_kind` says how the picture came."""

    creator: str | None = None
    agency: str | None = None
    supplier: str | None = None
    publisher: str | None = None
    source_kind: str | None = None


@dataclass(slots=True)
class _Name:
    """A name in a credit; `mark` is "via", "for", "given" (it handed the picture on), "made" (it made it) or ""."""

    start: int
    end: int
    words: str
    of: Class
    mark: str = ""


@dataclass(slots=True)
class _Row:
    """A row of names as one credit: its span, its names, whether a word in it says that it is a credit."""

    start: int
    end: int
    names: list[_Name]
    noisy: bool = False
    slashed: bool = False
    # a bar or slash stands before the first name: "… on Saturday. | Jo Doe"
    barred: bool = False
    # the words that say how the picture came, where they stand before the span: "provided by"
    handed: str = ""


def find_credit(
    text: str, sentences: list[tuple[int, int]], gazetteer: Gazetteer
) -> tuple[Credit, list[tuple[int, int]]]:
    """Return the credit and the spans that hold it, so that nobody else reads names in them."""
    rows = _rows(text, sentences, gazetteer)
    credit = Credit()
    for row in rows:
        for name in row.names:
            if name.of in (Class.UNKNOWN, Class.OUTLET) and any(
                _SORT_RIGHT_BEFORE.search(before) for before in _before_each(text, name)
            ):
                name.of = Class.SUPPLIER
        _fill(credit, row.names, handed_out=bool(re.search(r"hand-?out", text[row.start : row.end], re.IGNORECASE)))
    spans = [(row.start, row.end) for row in rows]
    credit_words = [text[start:end] for start, end in spans] + [row.handed for row in rows]
    credit.source_kind = _source_kind(text, credit_words)
    return credit, spans


def _before_each(text: str, name: _Name) -> list[str]:
    """Return what stands before each other place where the text has a name of a credit."""
    contexts: list[str] = []
    at = text.find(name.words)
    while at >= 0 and len(contexts) < _MOST_NAMES:
        if at != name.start:
            contexts.append(text[max(0, at - 24) : at])
        at = text.find(name.words, at + 1)
    return contexts


def without_number(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return the span of a credit without the library's number of the picture behind its names."""
    start, end = span
    number = _NUMBER_BEHIND.search(text, max(start + 1, end - _LONGEST_NUMBER), end)
    return (start, number.start()) if number else span


def _source_kind(text: str, credits: list[str]) -> str | None:
    alone = _KIND_ALONE.search(small_letters(text))
    within = " ".join(credits)
    kinds = [kind for kind, pattern in SOURCE_KINDS if within and pattern.search(within)]
    if alone:
        kinds.append(
            {"s": "screen capture", "h": "handout", "u": "user-generated", "p": "pool"}[alone.lastgroup or "h"]
        )
    return next((kind for kind, _pattern in SOURCE_KINDS if kind in kinds), None)


# -- where credits stand --------------------------------------------------------------------------------------------


def _rows(text: str, sentences: list[tuple[int, int]], gazetteer: Gazetteer) -> list[_Row]:
    """Return the credits of a text in their order, none inside another."""
    rows: list[_Row] = []
    for match in islice(_BRACKETS.finditer(text), _MOST_LABELS):
        _add(rows, _bracketed(text, match, gazetteer))
    lowered = text.lower()
    labels = _LABEL.finditer(text, _first_of(_HINTS_OF_LABEL, lowered))
    for match in islice(labels, _MOST_LABELS):
        if not any(row.start <= match.start() < row.end for row in rows):
            _add(rows, _labelled(text, match, gazetteer))
    pictures = _first_of(_HINTS_OF_PICTURE, lowered)
    for match in islice(_HANDED.finditer(text, pictures), _MOST_LABELS):
        if not any(row.start <= match.start() < row.end for row in rows):
            for row in _handed(text, match, gazetteer):
                _add(rows, row)
    for match in islice(_READER.finditer(text), _MOST_LABELS) if pictures < len(text) else ():
        end = read_name(text, match.end(), gazetteer, in_sentence=True)
        named = text[match.end() : end]
        if (" " in named or named.startswith("@")) and _SHOWS_A_PICTURE.search(text):
            _add(
                rows, _Row(match.start(), end, [_Name(match.end(), end, text[match.end() : end], Class.PERSON, "made")])
            )
    for match in islice(_SENT_IN.finditer(text), _MOST_LABELS) if " by " in lowered or _SENT_BY.search(lowered) else ():
        end = read_name(text, match.end(), gazetteer)
        if end > match.end() and _END_OF_TEXT.match(text, end):
            words = text[match.end() : end]
            name = _Name(match.end(), end, words, Class.PERSON, "made")
            if match["given"]:
                name = _Name(match.end(), end, words, class_of(words, gazetteer), "given")
            _add(rows, _Row(match.start(), end, [name], handed=match[0]))
    for match in islice(_SENT_BY_READER.finditer(text), _MOST_LABELS) if _BY_READER.search(lowered) else ():
        end = read_name(text, match.end(), gazetteer, in_sentence=True)
        named = text[match.end() : end]
        if (" " in named or named.startswith("@")) and (not match["de"] or _SHOWS_A_PICTURE.search(text)):
            _add(rows, _Row(match.start(), end, [_Name(match.end(), end, named, Class.PERSON, "made")]))
    matches = (match for pattern in (_THANKS, _WHO_TOOK) for match in islice(pattern.finditer(text), _MOST_LABELS))
    for match in (
        matches if pictures < len(text) and (" who " in text or "qui " in text or _THANKS.search(text)) else ()
    ):
        _add(rows, _Row(*match.span(), [_Name(*match.span("who"), match["who"], Class.PERSON, "made")]))
    for match in islice(_HANDED_DE.finditer(text), _MOST_LABELS) if "von " in text or "vom " in text else ():
        end = read_name(text, match.end(), gazetteer, in_sentence=True)
        if end > match.end() and _HANDED_VERB_DE.match(text, end) and _SHOWS_A_PICTURE.search(text[:_LONGEST]):
            words = text[match.end() : end]
            _add(rows, _Row(match.end(), end, [_Name(match.end(), end, words, class_of(words, gazetteer), "given")]))
    _add(rows, _first_words(text, gazetteer))
    _add(rows, _last_words(text, sentences, gazetteer, rows))
    return sorted(rows, key=lambda row: row.start)


def _first_of(hints: tuple[str, ...], lowered: str) -> int:
    """Return from where on a text is worth searching: a little before the first of the words; its end for none."""
    positions = [at for hint in hints if (at := lowered.find(hint)) >= 0]
    return max(0, min(positions) - 60) if positions else len(lowered)


def _add(rows: list[_Row], row: _Row | None) -> None:
    if row is not None and not any(other.start < row.end and row.start < other.end for other in rows):
        rows.append(row)


def _bracketed(text: str, match: re.Match[str], gazetteer: Gazetteer) -> _Row | None:
    start, end = match.span(1)
    label = _LABEL.match(text, start, end)
    row = _row(text, label.end() if label else start, end, gazetteer, mark=_mark_of(label))
    if not row.names and not row.noisy:
        return None
    rest = text[row.end : end].strip(" .:-–—,")
    if rest and not (label and row.names and _ENDS.match(text, row.end)):
        return None
    is_credit = label or _is_told(row, gazetteer, last=_END_OF_TEXT.match(text, match.end()) is not None, text=text)
    if not is_credit and (rest or not _END_OF_TEXT.match(text, match.end())):
        return None
    closing = match.end() if not rest else row.end
    row.start, row.end = match.start(), closing
    if not rest:
        _take_in_name_before(text, row, gazetteer)
    if not is_credit and len(row.names) < 2:
        return None
    return row


def _take_in_name_before(text: str, row: _Row, gazetteer: Gazetteer) -> None:
    """ "… on Monday. Jo Doe (AFP)": a person's name may stand right before the brackets that name the agency."""
    if any(name.of in (Class.PERSON, Class.HANDLE, Class.UNKNOWN) for name in row.names):
        return
    before = _NAME_BEFORE.search(text, max(0, row.start - 60), row.start)
    if before is None:
        return
    start = before.start(1)
    name = text[start : row.start].strip()
    if class_of(name, gazetteer) is Class.PERSON:
        row.names.insert(0, _Name(start, start + len(name), name, Class.PERSON))
        row.start = start


def _labelled(text: str, match: re.Match[str], gazetteer: Gazetteer) -> _Row | None:
    kind = match.lastgroup or ""
    at = match.end()
    if inner := _LABEL.match(text, at):
        # "© Crédit photo : Jo Doe"
        at = inner.end()
    if kind == "loose" and not _begins_sentence(text, match.start()):
        return None
    if kind == "made" and _POOLED.search(text, max(0, match.start() - 10), match.start()):
        # "Jo Doe/Pool Photo via AP": names stand before it.
        return None
    if kind == "made" and _OF_ALSO.search(match[0]) and not _begins_sentence(text, match.start()):
        # "Una foto di Mario Rossi" may show him.
        return None
    if (
        kind == "grab"
        and re.match(r"(?:image|still)\b(?!.*v[ií]d)", match[0], re.IGNORECASE)
        and text[at : at + 1].islower()
    ):
        return None
    row = _row(text, at, min(len(text), at + _LONGEST), gazetteer, mark=_mark_of(match))
    if not row.names:
        return None if not row.noisy or kind == "loose" else _Row(match.start(), row.end, [], noisy=True)
    following = _ENDS.match(text, row.end)
    if following is None and not (kind in ("made", "given", "grab") and re.search(r"\w\s*$", match[0])):
        return None
    only = row.names[0]
    if kind == "loose" and not (_END_OF_TEXT.match(text, row.end) or text[row.end : row.end + 1] in ".)]"):
        return None
    if len(row.names) == 1 and only.of is Class.UNKNOWN and (len(only.words) < 3 or _is_place(only.words, gazetteer)):
        return None
    row.start = match.start()
    return row


def _begins_sentence(text: str, at: int) -> bool:
    return re.search(r"(?:^|[.!?:)\]”\"»]\s+|\n\s*|[(\[]\s*|\s[-–—|]\s)$", text[max(0, at - 6) : at]) is not None


def _handed(text: str, match: re.Match[str], gazetteer: Gazetteer) -> list[_Row]:
    """Read who handed a picture on, or made it, out of a sentence that speaks of a picture."""
    earliest = max(0, match.start() - 110)
    opening = max(text.rfind(mark, earliest, match.start()) for mark in (". ", "\n"))
    opening = max(opening, earliest)
    certain = text[match.end() : match.end() + 1] == "@" or match["verb"].lower() == "photographed"
    if not certain and not _SHOWS_A_PICTURE.search(text, opening, match.start()):
        return []
    rows = []
    if match["site"] and class_of(match["site"], gazetteer) is Class.PLATFORM:
        rows.append(_Row(*match.span("site"), [_Name(*match.span("site"), match["site"], Class.PLATFORM)]))
    at = match.end()
    end = read_name(text, at, gazetteer, in_sentence=True)
    if end > at:
        words = text[at:end]
        makes = _MAKES.match(match["verb"]) is not None or bool(match["reader"])
        name = _Name(at, end, words, class_of(words, gazetteer), "made" if makes else "given")
        rows.append(_Row(at, end, [name], handed=match[0]))
    return rows


def _first_words(text: str, gazetteer: Gazetteer) -> _Row | None:
    """ "REUTERS/Jo Doe: …", "Jo Doe | Getty Images A boat …": a credit may open the text."""
    if not _MARKS_BETWEEN.search(text, 0, _NEAR):
        return None
    row = _row(text, 0, min(len(text), _LONGEST), gazetteer)
    if not row.slashed or len(row.names) < 2 or not any(name.of in _OUTLETS for name in row.names):
        return None
    return row if _TEXT_FOLLOWS.match(text, row.end) else None


def _last_words(text: str, sentences: list[tuple[int, int]], gazetteer: Gazetteer, rows: list[_Row]) -> _Row | None:
    """Read the last sentence, or the last words of it, before what is known to be a credit."""
    limit = len(text)
    for row in sorted(rows, key=lambda row: -row.start):
        if text[row.end : limit].strip(" .\n"):
            break
        limit = row.start
    if trailer := _TRAILER.search(text, max(0, limit - _LONGEST), limit):
        limit = trailer.start()
    covered = limit < len(text) and trailer is None
    inside = [(start, min(end, limit)) for start, end in sentences[-8:] if start < limit]
    for start, end in reversed(inside[-3:]):
        stripped = len(text[start:end].rstrip(" .\n")) + start
        if stripped <= start:
            continue
        length = len(text[start:stripped].split())
        if length > _MOST_WORDS:
            break
        row = _row(text, start, stripped, gazetteer)
        if start == 0 and row.names and not row.slashed and not any(gazetteer.outlet_kind(n.words) for n in row.names):
            # "Divers in Whitby, England." is all the text there is.
            break
        own_line = start == 0 or text[start - 1 : start] == "\n" or "\n" in text[max(0, start - 2) : start]
        if (row.names or row.noisy) and not text[row.end : stripped].strip(' .-–—+»”"'):
            alone = own_line and start > 0 and text[end - 1 : end] != "."
            if _is_told(row, gazetteer, last=not covered, own_line=alone, text=text):
                row.end = end
                return row
        if length > 2:
            break
    if covered and text[limit : limit + 1] not in "([":
        return None
    return _tail(text, inside[-1] if inside else (0, 0), gazetteer)


def _tail(text: str, sentence: tuple[int, int], gazetteer: Gazetteer) -> _Row | None:
    """Without a full stop before it: "… during strong winds PA", "… on Monday Jo Doe/PA"."""
    start, end = sentence
    stripped = len(text[start:end].rstrip(" .\n")) + start
    tokens = list(TOKEN.finditer(text, max(start, stripped - _NEAR), stripped))
    if not _MARKS_BETWEEN.search(text, max(start, stripped - _NEAR), stripped):
        # Without a mark only an agency in capitals can end a sentence.
        tokens = [token for token in tokens[-3:] if token[0].isupper()]
    best = None
    for token in reversed(tokens):
        if token.start() == start:
            break
        if not (token[0][0].isupper() or token[0][0] == "@") or text[token.start() - 1 : token.start()] not in (
            " ",
            "\n",
        ):
            continue
        mark = text[token.start() - 2 : token.start() - 1]
        if mark == "/":
            continue
        row = _row(text, token.start(), stripped, gazetteer)
        if mark == "|" and not _MARKS_BETWEEN.search(text, token.start(), stripped):
            continue
        if row.noisy and not row.names:
            # the "Images" of "Jo Doe/Getty Images"
            continue
        if row.end < stripped or not row.names:
            break
        first = row.names[0]
        if row.slashed and any(name.of in _OUTLETS for name in row.names):
            whole = first.of is Class.UNKNOWN and len(first.words.split()) == 2
            if first.of in (Class.PERSON, Class.HANDLE, *_OUTLETS) or whole or best is None:
                best = row
            if (
                first.of in (Class.PERSON, Class.HANDLE)
                or mark == "|"
                or _DASH_BEFORE.search(text, start, token.start())
            ):
                break
        elif len(row.names) == 1 and best is None:
            known, kind = known_outlet(text, first.start, gazetteer)
            if known == stripped and kind == "AGENCY" and first.words.isupper():
                best = row
    if best is not None:
        best.end = end
        return best
    dashed = _DASHED_NAME.search(text, max(start, stripped - _NEAR), stripped)
    of = class_of(dashed[1], gazetteer) if dashed else None
    if dashed and of in (Class.PERSON, Class.SUPPLIER, Class.AGENCY) and len(text[start : dashed.start()].split()) > 2:
        # "… at Porthleven - Jo Doe"
        return _Row(dashed.start(1), end, [_Name(*dashed.span(1), dashed[1], of)])
    return None


_OUTLETS = (Class.AGENCY, Class.LIBRARY, Class.PUBLISHER, Class.PLATFORM, Class.SUPPLIER, Class.OUTLET, Class.ACRONYM)


def _is_told(row: _Row, gazetteer: Gazetteer, *, last: bool, own_line: bool = False, text: str = "") -> bool:
    """Say whether a row of names that no label introduces is a credit."""
    names = row.names
    if not names:
        return row.noisy and bool(
            re.match(r"\W*(?:hand-?out|pool|d\.?r\b|file|archive)", text[row.start : row.end], re.IGNORECASE)
        )
    known = [name for name in names if gazetteer.outlet_kind(name.words) or name.of in (Class.HANDLE,)]
    if any(name.mark in ("via", "for") for name in names):
        return bool(known) or len(names) > 1
    if len(names) > 1 and row.slashed:
        return not all(_is_place(name.words, gazetteer) for name in names)
    if len(names) > 1:
        return bool(known)
    only = names[0]
    if known or row.barred or (only.of is Class.SUPPLIER and (row.noisy or (last and " " in only.words))):
        return True
    if only.of is Class.ACRONYM and last and only.words.isupper() and only.start == _opening(text, row):
        # "… on Thursday. DHA" is a sentence by itself.
        return len(only.words) > 2 and only.words not in _NO_CREDIT
    if only.of is Class.PUBLISHER and not says_press(only.words):
        # "The Severn Bridge." is no paper.
        return False
    if only.of in (Class.AGENCY, Class.PUBLISHER, Class.ACRONYM):
        return last and (len(only.words.split()) > 1 or "-" in only.words or (len(only.words) > 3 and not own_line))
    if only.of is Class.PERSON:
        # "… at Porthleven. Jo Doe": the last sentence is a name and nothing more.
        return (
            own_line
            or (last and row.noisy and row.slashed)
            or (last and only.start > 0 and _closes_with_name(text, only))
        )
    return own_line and only.of in (Class.UNKNOWN, Class.SUPPLIER) and 1 < len(only.words.split()) < 5


def _opening(text: str, row: _Row) -> int:
    """Return where the sentence opens that a row is the whole of; -1 where other words stand before it."""
    return (
        row.names[0].start if _SENTENCE_ENDED.search(text, max(0, row.names[0].start - 3), row.names[0].start) else -1
    )


def _closes_with_name(text: str, name: _Name) -> bool:
    return (
        1 < len(name.words.split()) < 5
        and _SENTENCE_ENDED.search(text, max(0, name.start - 3), name.start) is not None
        and _END_OF_TEXT.match(text, name.end) is not None
    )


def _is_place(words: str, gazetteer: Gazetteer) -> bool:
    names = tuple(words.lower().replace("-", " ").split())
    return gazetteer.listed(names)


def _mark_of(label: re.Match[str] | None) -> str:
    if label is None:
        return ""
    if label.lastgroup in ("given", "grab"):
        return label.lastgroup
    return "made" if _BY.search(label[0]) else ""


# -- the names of one credit ----------------------------------------------------------------------------------------


def _row(text: str, at: int, limit: int, gazetteer: Gazetteer, *, mark: str = "") -> _Row:
    """Read names and the marks between them from `at` on, as far as they go and not beyond `limit`."""
    row = _Row(at, at, [])
    position, between = at, ""
    if barred := _BARRED.match(text, at, limit):
        row.barred, position = True, barred.end()
    for _count in range(2 * _MOST_NAMES):
        position = _SPACES.match(text, position, limit).end()  # type: ignore[union-attr]
        if passed_on := _PASSED_ON.match(text, position, limit):
            mark, position = "via", passed_on.end()
        elif made_for := _MADE_FOR.match(text, position, limit):
            mark, position = "for", made_for.end()
            position = _SPACES.match(text, position, limit).end()  # type: ignore[union-attr]
        known_end, kind = known_outlet(text, position, gazetteer)
        noise = _NOISE.match(text, position, limit) or _archives_of(text, position, limit, gazetteer)
        # "Bild" is a paper, "Bild 146-1985" a picture.
        numbered = noise is not None and text[noise.end() : noise.end() + 2].strip().isdigit()
        if noise and known_end <= noise.end() and (numbered or not (kind and known_end == noise.end())):
            row.noisy, row.end = True, noise.end()
            position = noise.end()
            # "Photo by Jo Doe", "AFP PHOTO Jo Doe": a name may follow without a mark.
            if (
                text[position : position + 1] == " "
                and not noise[0].endswith(_IDS_END)
                and TOKEN.match(text, position + 1)
            ):
                between = "noise"
                if _BETWEEN.match(text, position, limit) is None:
                    continue
        else:
            if sort := _SORT_BEFORE.match(text, position, limit):
                position = sort.end()
            end = min(read_name(text, position, gazetteer, in_sentence=mark in ("given", "grab")), limit)
            if end <= position:
                break
            name = _Name(position, end, text[position:end], class_of(text[position:end], gazetteer), mark)
            if not _belongs(name, row, between, text, limit):
                break
            row.names.append(name)
            row.end = position = end
            if filed := _FILED.match(text, end, limit):
                row.noisy = True
                row.end = position = filed.end()
            mark = "" if mark != "given" else mark
            if name.of is Class.SUPPLIER and (place := _place_behind(text, row.end, limit, gazetteer)):
                # "National Maritime Museum, Greenwich": where the museum stands.
                row.end = position = end = place
            if name.of in (Class.PERSON, Class.UNKNOWN) and (quoted := _QUOTED_BEHIND.match(text, end, limit)):
                # "PHOTO JO DOE « LA VOIX DU LITTORAL »"
                between, position = "noise", quoted.end()
                continue
            if name.of is Class.PLATFORM and (handle := _HANDLE_BEHIND.match(text, end, limit)):
                # "Twitter @jodoe"
                between, position, row.slashed = "noise", handle.end(), True
                continue
            if name.of is Class.PLATFORM and (colon := _COLON.match(text, end, limit)):
                # "Instagram: @jodoe"
                between, position, row.slashed = ":", colon.end(), True
                continue
            if len(row.names) >= _MOST_NAMES:
                break
            # "PHOTO JO DOE LA VOIX DU NORD": the paper right behind the photographer.
            if text[end : end + 1] == " " and known_outlet(text, end + 1, gazetteer)[1] and name.of not in _OUTLETS:
                between, position = "noise", end + 1
                continue
            # "BELGA PHOTO JO DOE": the photographer right behind the agency.
            if (
                name.of is Class.AGENCY
                and text[end : end + 1] == " "
                and not any(other.of is not Class.AGENCY for other in row.names)
                and (follows := read_name(text, end + 1, gazetteer)) > end + 1
                and len(text[end + 1 : follows].split()) > 1
                and (class_of(text[end + 1 : follows], gazetteer) is Class.PERSON or _END_OF_TEXT.match(text, follows))
            ):
                between, position = "noise", end + 1
                continue
        separator = _BETWEEN.match(text, position, limit)
        if separator is None:
            break
        between = separator[0].strip() or "space"
        row.slashed = row.slashed or between in ("/", "|", "\\")
        position = separator.end()
    return row


def _archives_of(text: str, at: int, limit: int, gazetteer: Gazetteer) -> re.Match[str] | None:
    """ "Archives Jo Doe", "Archiv Ostfriesen-Zeitung": from the files of a person or a paper, who made it."""
    match = _ARCHIVES_OF.match(text, at, limit)
    if match is None:
        return None
    begin = match.end() + 1
    end = read_name(text, begin, gazetteer)
    of = class_of(text[begin:end], gazetteer) if end > begin else None
    return match if of in (Class.PERSON, Class.PUBLISHER) and _CLOSES_NAME.match(text, end) else None


def _place_behind(text: str, at: int, limit: int, gazetteer: Gazetteer) -> int:
    """Return where the places end that stand behind a body's name with commas between; 0 for none."""
    end = 0
    for _count in range(3):
        town = _TOWN_BEHIND.match(text, end or at, limit)
        if town is None or not gazetteer.bearers(words_of_name(town[1])):
            break
        end = town.end()
    return end


def _belongs(name: _Name, row: _Row, between: str, text: str, limit: int) -> bool:
    """Say whether a name behind a comma, a full stop or a dash is part of the credit still."""
    if (
        not row.names
        or between in ("", "noise", "/", "|", "\\", ";", ":", "·", "•", "+++")
        or name.mark in ("via", "for")
    ):
        return True
    if between == "space":
        return False
    certain = name.of in (Class.AGENCY, Class.LIBRARY, Class.PUBLISHER, Class.PLATFORM, Class.SUPPLIER, Class.HANDLE)
    closes = _END_OF_TEXT.match(text, name.end) is not None or name.end >= limit
    if between == ".":
        return certain and closes and name.of is not Class.SUPPLIER
    lacks_person = all(other.of in _OUTLETS for other in row.names)
    return certain or (closes and name.of is Class.PERSON and lacks_person)


# -- who did what ---------------------------------------------------------------------------------------------------


def _fill(credit: Credit, names: list[_Name], *, handed_out: bool) -> None:
    """Put the names of one credit in their places."""
    if any(name.of is Class.AGENCY for name in names):
        # "picture alliance/dpa": what the agency made the library sells, in whichever order they stand.
        names = sorted(names, key=lambda name: name.of is Class.LIBRARY and not name.mark)
    has_person = any(name.of in (Class.PERSON, Class.HANDLE) for name in names) or credit.creator is not None
    for number, name in enumerate(names):
        of, later = name.of, names[number + 1 :]
        if credit.supplier and name.words.lower() == credit.supplier.lower():
            # "In this photo provided by Sea Aid, … (Jo Doe/Sea Aid via AP)"
            continue
        if of is Class.UNKNOWN:
            # Of names that might be either the first is the person, the others whom the picture was made for.
            first = all(other.of is not Class.UNKNOWN for other in names[:number])
            of = Class.PERSON if first and not has_person and 1 < len(name.words.split()) < 5 else Class.OUTLET
        elif of in (Class.OUTLET, Class.ACRONYM) and not (has_person or number) and any(map(_is_certain, later)):
            # "EOSDIS/SWNS": whom the list does not know made what the agency sells.
            of = Class.PERSON
        elif of is Class.SUPPLIER and _ARCHIVE.search(name.words) and any(other.of is Class.LIBRARY for other in later):
            # "Hulton Archive/Getty Images": an archive whose pictures a library sells is a library.
            of = Class.LIBRARY
        if name.mark == "made" and of in (Class.OUTLET, Class.UNKNOWN) and not has_person and " " in name.words:
            of = Class.PERSON
        took_it = number == 0 and of is Class.PERSON and any(other.of is not Class.PERSON for other in later)
        if name.mark == "given" and of in (Class.PERSON, Class.OUTLET, Class.ACRONYM) and not took_it:
            # "Handout photo: Jo Doe/Sea Aid": the first of two took it, who handed it on stands behind.
            of = Class.SUPPLIER
        has_person = has_person or of is Class.PERSON
        _place(credit, name, of, alone=len(names) == 1, handed_out=handed_out)


def _is_certain(name: _Name) -> bool:
    return name.of in (Class.AGENCY, Class.LIBRARY, Class.PUBLISHER)


def _place(credit: Credit, name: _Name, of: Class, *, alone: bool, handed_out: bool) -> None:
    words = name.words
    if of is Class.AGENCY:
        words = _PHOTO_BEHIND.sub("", words)
    if of in (Class.PERSON, Class.HANDLE):
        if name.mark == "via" or (handed_out and credit.creator is None and alone):
            credit.supplier = credit.supplier or words
        elif credit.creator is None:
            credit.creator = words
        elif name.mark == "for":
            credit.publisher = credit.publisher or words
    elif of in (Class.AGENCY, Class.LIBRARY, Class.ACRONYM) or _is_agency(name, credit, of):
        if name.mark == "via" and credit.publisher and not credit.agency:
            # "The Union via AP": the agency passed on what a paper's photographer made.
            credit.supplier = credit.supplier or words
        else:
            _place_agency(credit, words)
    elif of is Class.SUPPLIER:
        credit.supplier = credit.supplier or words
    elif credit.publisher is None:
        credit.publisher = words
    elif of in (Class.PLATFORM, Class.OUTLET):
        credit.supplier = credit.supplier or words


def _is_agency(name: _Name, credit: Credit, of: Class) -> bool:
    """
    Take a name of no list and no telling word for an agency's: papers mostly say what they are.

    What somebody worked for is a paper.
    """
    return of is Class.OUTLET and name.mark != "for" and not credit.agency


def _place_agency(credit: Credit, words: str) -> None:
    if credit.agency is None:
        credit.agency = words
    elif _FIRST_WORD.match(words.lower())[0] == _FIRST_WORD.match(credit.agency.lower())[0]:  # type: ignore[index]
        # "PA Photo. … Jo Doe/PA Wire": the same agency, named again.
        credit.agency = max(credit.agency, words, key=len)
    else:
        credit.supplier = credit.supplier or words
