"""Tell which of a caption's dates says when the picture was made, or leave it open."""

import re
from bisect import bisect_right
from datetime import date
from functools import lru_cache

from archive.extraction.captions.dates import DateMention, counted_from
from archive.standards.edtf import parse
from archive.standards.wording import word_set

FILE_MARK = re.compile(
    r"\bFILE\b|\b(?:file|library|archive) (?:photo|picture|image|pic|photograph|footage)|\b(?:reuters|ap|afp|pa|"
    r"epa) files?\b"
    r"|\[File\b|\(File\b|, File\b|photos? d['’](?:archives?|illustration)|image d['’]archives?|image d['’]illustration|"
    r"\barchives?\s*:|archivbild|archieffoto"
    r"|foto d['’]archivio|foto de archivo|imagen de archivo|\barchives\b",
    re.IGNORECASE,
)  # fmt: skip
# Words that tie a date to the picture itself.
_CUE = re.compile(
    r"\b(?:pictured?|photograph(?:ed|s)?|photos?|images?|taken|filmed|shot|snapped|dated|seen|footage|picture date|"
    r"date taken|prise?s?|photographiée?s?|filmée?s?|vue?s?|datée?|ici|aufgenommen|aufnahme|bild(?:er)?|foto['’]?s?|"
    r"fotografiert|genomen|gefotografeerd|beeld(?:en)?|gemaakt|scattat[ae]|fotografat\w|immagin[ei]|tomad[ao]s?|imagen|"
    r"fotografad\w+|captad\w+)\b[^.;,]{0,60}$",
    re.IGNORECASE,
)
_STRONG_CUE = re.compile(
    r"\b(?:pictured|photographed|taken|filmed|snapped|picture date|date taken|prise?s?|photographiée?s?|"
    r"aufgenommen|fotografiert|entstand(?:en)?|aufnahme vom|bild vom|foto vom|genomen|gefotografeerd|gemaakt op|"
    r"foto van|"
    r"scattat[ae]|fotografat\w|ripres[oaei]|tomad[ao]s?|fotografad\w+|captad\w+|grabad\w+|"
    r"photos? d['’]archives? (?:de|du|d['’])?|(?:file|library) (?:photo|picture|image)(?: from| dated| "
    r"taken)?)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
# "Das Bild wurde am 12. Juni aufgenommen": the word that ties the day to the picture stands behind it.
_PICTURE_IS = re.compile(
    r"\b(?:bild|foto|aufnahme|video|beeld|opname|photo|picture|image)\b[^.;]{0,60}$", re.IGNORECASE
)
_TAKEN_BEHIND = re.compile(
    r"[^.;,]{0,40}\b(?:aufgenommen|entstanden|gemacht|fotografiert|genomen|gemaakt|gefotografeerd)\b", re.IGNORECASE
)
# A clause opened by one of these tells of something else than what the picture shows.
_ASIDES = {
    "en": r"who|which|that|where|when|since|until|before|after(?! \w+ing\b)(?! (?:[\w'’-]+ ){1,4}?(?:goal|equaliser|"
    r"winner|win|"
    r"victory|defeat|try|match|race|game|penalty|draw|final|whistle|swim|dip|service|parade|ceremony)\b)|"
    r"following|ahead of|because|if|amid fears|"
    r"in the wake of|in preparation|in memory|in tribute|to mark|compared (?:to|with)|anniversary of|first time since|"
    r"victims? of|(?:was|were|been|who) (?:elected|born|built|killed|founded)",
    "fr": r"qui|que|où|après|avant|depuis(?! (?-i:[A-ZÀ-Ý]))|lorsque|quand|tandis que|suite à|à la suite d\w*|"
    r"en hommage|en mémoire",
    "de": r"nachdem|nach (?:dem|der|den|einem|einer)|bevor|während|weil|seit|(?<=, )(?:die|der|das|den|dem|deren|"
    r"dessen|wo|"
    r"als)|in gedenken|zum gedenken",
    "nl": r"nadat|na|voordat|sinds|omdat|toen|(?<=, )(?:die|dat|waar)|ter nagedachtenis",
    "it": r"dopo|che|prima|quando|da quando|in cui|in memoria",
    "es": r"que|tras|después|antes|cuando|desde que|en memoria|en homenaje",
}
_ASIDE = {language: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for language, words in _ASIDES.items()}
_OTHER_BEFORE = re.compile(
    r"(?:\b(?:by|until|till|(?:days|weeks|hours|run-up|lead-up|prior|months) to|since|before|after|ahead of|"
    r"following|due(?: on| in)?|from|of|anniversary of|issue date:?|(?:said|says|announced|"
    r"confirmed|warned|released|issued|published|posted|shared|broadcast|elected|born|built|founded|killed|died|"
    r"established|introduced|invaded|"
    r"opened)(?: \w+){0,3}?(?: on| in)?|d['’]ici(?: à)?|jusqu['’]\w+|avant|après|dès|"
    r"à partir d[ue]|publiée?s?(?: le)?|diffusée?s?(?: le)?|veröffentlicht(?: am)?|gepubliceerd(?: op)?|"
    r"vrijgegeven(?: op)?|"
    r"publicad[ao]s?(?: el)?|cedid[ao]s?(?: el)?|facilitad[ao]s?(?: el)?|(?:fournie?s?|transmise?s?|remise?s?)(?: le)?|"
    r"fornit[aoie](?: il)?|difundid[ao]s?(?: el)?|pubblicat[aoie](?: il)?|diffus[aoie](?: il)?|nach|sinds|seit|"
    r"na|dopo|"
    r"tras|desde)\s+(?:the\s+|le\s+|la\s+|dem\s+|den\s+|il\s+|el\s+|am\s+|op\s+)?)$",
    re.IGNORECASE,
)
# "Leaves court on Friday after admitting …  on March 2", "los detenidos el lunes salen este miércoles": beside another
# day, what happened before the picture was made.
_TELLS_OF_BEFORE = re.compile(
    r"(?:\b(?:after|following|for|of|avant d['’e]\s?|pour avoir) (?:having |being )?\w+(?:ing|ed|é|er)\b[^.;]{0,80}"
    r"|\b\w{2,}(?:(?:ed|id[oa]s?|ad[oa]s?|at[oaie]|ut[oaie])\s(?:on|el|il|lo scorso|last)|ée?s?(?: le)?)\s)$",
    re.IGNORECASE,
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
    r"\b(?:incendie|feu|tempête|orage|explosion|collision|accident|manifestation|marée noire|blaze|fire|storm|"
    r"explosion|"
    r"protest|flood|brand|sturm|feuer|incendio|temporal|rogo|mareggiata)s?,?\s$",
    re.IGNORECASE,
)
# "X, who died at Y, on Sunday", "condamné lundi": the day of a death, a birth or a sentence is no picture's.
_LIFE = re.compile(
    r"(?:\bwho (?:(?:has|had|was|were|is|later|sadly|also) ){0,2}(?:died|drowned|killed|jailed|sentenced|convicted|"
    r"found guilty|"
    r"found dead|buried|born|went missing|disappeared|passed away|resigned|stepped down|elected|appointed)"
    r"|,\s(?:found guilty|found dead|killed|jailed|sentenced|convicted|born|appointed)"
    r"|(?:,\s|\bqui (?:est|a été|s['’]est|était) )(?:morte?|décédée?|tuée?|née?|disparue?|condamnée?|noyée?|"
    r"inhumée?|nommée?|"
    r"retrouvée? morte?)"
    r"|,\s(?:mort[oa]|decedut[oa]|scompars[oa]|uccis[oa]|nat[oa]|condannat[oa])"
    r"|,\s(?:fallecid[oa]|muert[oa]|nacid[oa]|condenad[oa]|asesinad[oa])"
    r"|,\s(?:gestorben|verstorben|geboren|verurteilt|overleden|veroordeeld))\b"
    # The clause goes on over the names of places, and ends where another phrase begins: "…, on stage in June 1983".
    r"(?:[^.;,]|,\s(?-i:(?=[A-ZÀ-Ý]))|,\s(?:aged?|à|im Alter|all['’]età)\s|,\s(?:on|le|am|op|il|el|last)?\s?$){0,80}$",
    re.IGNORECASE,
)
# "Released by the coastguard on Tuesday" dates the release.
_RELEASED = re.compile(
    r"\b(?:released|issued|provided|supplied|fournie?s?|facilitad\w+|fornit\w|published|posted|shared|broadcast|"
    r"aired|diffusée?s?|publiée?s?|transmise?s?|communiquée?s?|"
    r"vrijgegeven|gepubliceerd|verspreid|publicad\w+|difundid\w+|pubblicat\w|diffus[aoie])\s+(?:on|to|sur|op|en|"
    r"su|by|par|"
    r"door|por|da\w*)\s(?P<who>[^.;]{1,60})$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b(?:shows?|showing|of|as|after|where|who|appears?|montr\w+|zeigt|toont|muestra|mostra|said)\b|,\s", re.IGNORECASE
)
_NOT_OTHER = re.compile(
    r"\b(?:(?:night|evening|morning|hours|end|start|beginning|afternoon|nuit|matinée|soirée|spring|summer) of|"
    r"night (?:from|between))\s+$"
)
_OF_THINGS = re.compile(r"['’]s\s+(?!(?:sunrise|sunset)\b)\w+")
_FINITES = {
    "en": r"could|would|might|must|can|is|are|was|were|has|have|had|said|says|will|died|sank|made|took|left|crossed|"
    r"arrived|capsized|came|began|told|\w{3,}ed",
    "fr": r"a|ont|est|sont|était|étaient|avait|avaient|fait|fut|furent|va|vont|doit|doivent",
    "de": r"ist|sind|war|waren|hat|haben|hatte|hatten|wurde|wurden|wird|werden|kam|kamen|starb\w*|soll|sollen|will",
    "nl": r"is|zijn|was|waren|heeft|hebben|had|hadden|werd|werden|wordt|worden|kwam|kwamen|stierf|stierven|zal|zullen",
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
    r"\s+(?:already |still |now |just )?(?:is|are|was|were|appear\w*|look\w*|seem\w*|lies?|lay|stands?|stood|floats?|"
    r"drift\w*|carr\w*|holds?)\b",
    re.IGNORECASE,
)
_RELATIVE = word_set("who which where qui dont où die der das den dem deren dessen wo dat waar que donde che dove")
_LABEL_WORDS = 4
_SHOWS_HERE = re.compile(r"\W*(?:Here|Ici|Pictured|Hier|Aquí|Qui)\b")
_RELEASED_BEHIND = re.compile(r"\s+(?:veröffentlicht|verbreitet|gepubliceerd|vrijgegeven)", re.IGNORECASE)
_SET_OFF = re.compile(r"(?:^|[,(–—-])\s*(?:on |le |am |op |il |el |au |in )?$", re.IGNORECASE)
_PICTURED_ASIDE = re.compile(r"\((?:pictured|seen|photographiée?|ici|file|above)\b[^)]{0,300}\)", re.IGNORECASE)
# So much of a sentence is asked what a mention in it speaks of: each mention costs the same, however long the sentence.
_BEFORE_CHARACTERS, _AFTER_CHARACTERS, _SENTENCE_CHARACTERS = 400, 80, 600


def picture_date(
    text: str, dates: list[DateMention], sentences: list[tuple[int, int]], published: date | None, language: str = "en"
) -> DateMention | None:
    """Return the one mention that dates the picture; None where none does, or where several might."""
    is_filed = FILE_MARK.search(text) is not None
    weighed = [(one, _weigh(text, one, sentences, published, language, is_filed=is_filed)) for one in dates]
    best = max((weight for _one, weight in weighed), default=0)
    if best <= 0:
        return None
    leading = [one for one, weight in weighed if weight == best]
    if len({one.edtf for one in leading}) == 1:
        return leading[0]
    told = [
        one for one in leading if not _TELLS_OF_BEFORE.search(text, max(0, one.start - _BEFORE_CHARACTERS), one.start)
    ]
    if len({one.edtf for one in told}) == 1:
        return told[0]
    return _narrowest(leading)


def counted_picture_date(
    text: str, dates: list[DateMention], sentences: list[tuple[int, int]], language: str = "en"
) -> DateMention | None:
    """Return the day of the picture that is counted from another day: "three days after the sinking of 2 February"."""
    for one in dates:
        at = _sentence_at(sentences, one.start)
        counted = counted_from(text, one, language=language, opening=sentences[at][0])
        if counted and not (
            _in_aside(text[max(sentences[at][0], counted.start - _BEFORE_CHARACTERS) : counted.start], language)
            or _is_background(text, at, sentences, language)
        ):
            return counted
    return None


def tells_of_picture(text: str, start: int, sentences: list[tuple[int, int]], language: str = "en") -> bool:
    """
    Say whether what stands at `start` is told of the picture: not in a clause that tells of something else, not outside
    a "(pictured …)", not in a later sentence with a verb of its own.
    """
    at = _sentence_at(sentences, start)
    before = text[max(sentences[at][0], start - _BEFORE_CHARACTERS) : start]
    if _STRONG_CUE.search(before) and not _in_closed_parenthesis(before):
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
    one: DateMention,
    sentences: list[tuple[int, int]],
    published: date | None,
    language: str,
    *,
    is_filed: bool,
) -> int:
    """Weigh a date: 0 speaks of something else, 1 might date the picture, 2 and 3 do in so many words."""
    if one.ahead or one.edtf.startswith("..") or one.edtf.endswith(".."):
        return 0
    at = _sentence_at(sentences, one.start)
    start, end = sentences[at]
    before = text[max(start, one.start - _BEFORE_CHARACTERS) : one.start]
    after = text[one.end : min(end, one.end + _AFTER_CHARACTERS)]
    if _dates_release(before):
        return 0
    if _is_tied_to_picture(before, after, language) and not _in_closed_parenthesis(before):
        return 3
    if _AS_SHOWN.match(after):
        return 3
    if _LIFE.search(before) or _of_another_thing(before, after) or _beside_pictured(text, one.start):
        return 0
    finite, aside = _finite(language), _aside(language)
    bare_year = re.fullmatch(r"\d{4}(?:/\d{4})?|\d{3}X|\d{4}~", one.edtf) is not None
    if not bare_year and (cue := _CUE.search(before)) and not aside.search(cue[0]):
        return 2
    if is_filed and one.resolved_against and published and (published - parse(one.edtf).latest).days < 14:
        return 0
    # ", Tuesday, Nov. 19, 2019." at the end of a sentence is the agencies' own place for the picture's date.
    dateline = _SET_OFF.search(before) is not None and _closes(after)
    if bare_year:
        return 1 if dateline or not (finite.search(before.rsplit(":", 1)[-1]) or aside.search(before)) else 0
    if dateline and (not aside.search(before) or before.rstrip().endswith(",")):
        return 2
    if _in_aside(before, language):
        return 0
    return 0 if _is_background(text, at, sentences, language) else 1


def _dates_release(before: str) -> bool:
    """ "Footage released by the coastguard on Tuesday": the words between name the releaser and nothing more."""
    released = _RELEASED.search(before)
    return released is not None and _GOES_ON.search(released["who"]) is None


def _is_tied_to_picture(before: str, after: str, language: str) -> bool:
    cue = _STRONG_CUE.search(before)
    if cue is not None:
        # "Pictured after a boat sank on Tuesday": another clause came between.
        aside = _aside(language).search(cue[0])
        return aside is None or _ABOUT_TIME.search(f"{cue[0][: aside.end()]} ") is not None
    return _PICTURE_IS.search(before) is not None and _TAKEN_BEHIND.match(after) is not None


def _aside(language: str) -> re.Pattern[str]:
    return _ASIDE.get(language, _ASIDE["en"])


def _finite(language: str) -> re.Pattern[str]:
    return _FINITE.get(language, _FINITE["en"])


def _of_another_thing(before: str, after: str) -> bool:
    if _NOT_OTHER.search(before) or re.search(
        _ABOUT_TIME.pattern[:-1] + r"(?:after|before)\s+$", before, re.IGNORECASE
    ):
        return False
    if _OTHER_BEFORE.search(before) or _RELEASED_BEHIND.match(after):
        return True
    # "ahead of Thursday's vote", "Wednesday's planned shutdown": the thing is dated, not the picture.
    return bool(_OF_THINGS.match(after)) and bool(
        re.search(r"\b(?:of|after|before|for|following|from|ahead of|d\w*)\s+(?:the )?(?:\w+ ){0,1}$", before)
        or re.match(r"['’]s\s+(?:planned|vote|election|final|debate|summit|deadline|attack|sinking)", after)
    )


def _in_aside(before: str, language: str) -> bool:
    opened = list(_aside(language).finditer(before))[-1:]
    if not opened:
        return False
    last = opened[0]
    rest = before[last.end() :]
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
    narrow = min(leading, key=lambda one: parse(one.edtf).days)
    inner = parse(narrow.edtf)
    return narrow if all(inner.within(parse(one.edtf)) for one in leading) else None
