"""Tell which of a caption's dates says when the picture was made, or leave it open."""

import re
from bisect import bisect_right
from datetime import date
from functools import lru_cache

from archive.extraction.captions.dates import DateMention
from archive.standards.edtf import parse

FILE_MARK = re.compile(
    r"\bFILE\b|\b(?:file|library|archive) (?:photo|picture|image|pic|photograph|footage)|\b(?:reuters|ap|afp|pa|"
    r"epa) files?\b"
    r"|\[File\b|\(File\b|, File\b|photos? d['’]archives?|image d['’]archives?|image d['’]illustration|"
    r"\barchives?\s*:|archivbild|archieffoto"
    r"|foto d['’]archivio|foto de archivo|imagen de archivo|\barchives\b",
    re.IGNORECASE,
)  # fmt: skip
# Words that tie a date to the picture itself.
_CUE = re.compile(
    r"\b(?:pictured?|photograph(?:ed|s)?|photos?|images?|taken|filmed|shot|snapped|dated|seen|footage|picture date|"
    r"date taken|"
    r"prise?s?|photographiée?s?|filmée?s?|vue?s?|datée?|aufgenommen|genomen|scattata|tomada)\b[^.;,]{0,60}$",
    re.IGNORECASE,
)
_STRONG_CUE = re.compile(
    r"\b(?:pictured|photographed|taken|filmed|snapped|picture date|date taken|prise?s? le|"
    r"prise?s?|photographiée?s?|aufgenommen|genomen|"
    r"photos? d['’]archives? (?:de|du|d['’])?|(?:file|library) (?:photo|picture|image)(?: from| dated| "
    r"taken)?)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
# A clause opened by one of these tells of something else than what the picture shows.
_ASIDE = re.compile(
    r"\b(?:who|which|that|where|when|since|until|before|after(?! being)|following|ahead of|because|if|amid fears|"
    r"in the wake of|qui|que|où|après|avant|depuis|lorsque|quand|tandis que|dont|suite à|à la suite d\w*|nachdem|"
    r"nach|die|"
    r"nadat|na|dopo|che|tras|después|in preparation|in memory|in tribute|en hommage|en mémoire|to mark|"
    r"compared (?:to|with)|anniversary of|first time since|victims? of|(?:was|were|been|who) (?:elected|born|built|"
    r"killed|founded))\b",
    re.IGNORECASE,
)
_OTHER_BEFORE = re.compile(
    r"(?:\b(?:by|until|till|(?:days|weeks|hours|run-up|lead-up|prior|months) to|since|before|after|ahead of|"
    r"following|due(?: on| in)?|from|of|anniversary of|(?:said|says|announced|"
    r"confirmed|warned|released|issued|published|posted|elected|born|built|founded|killed|died|established|"
    r"introduced|invaded|"
    r"opened)(?: \w+){0,3}?(?: on| in)?|d['’]ici(?: à)?|jusqu['’]\w+|avant|après|dès|"
    r"à partir d[ue]|publiée?s?(?: le)?|diffusée?s?(?: le)?)\s+(?:the\s+|le\s+|la\s+)?)$",
    re.IGNORECASE,
)
_NOT_OTHER = re.compile(
    r"\b(?:night|evening|morning|hours|end|start|beginning|afternoon|nuit|matinée|soirée|spring|summer) of\s+$"
)
_OF_THINGS = re.compile(r"['’]s\s+(?!(?:sunrise|sunset)\b)\w+")
_FINITE = re.compile(
    r"\b(?:could|would|might|must|can|is|are|was|were|has|have|had|said|says|will|a|ont|est|sont|était|étaient|"
    r"avait|avaient|fait|died|sank|made|"
    r"took|left|crossed|arrived|capsized|\w{3,}ed)\b"
)
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
_LABEL_WORDS = 4
_PICTURED_ASIDE = re.compile(r"\((?:pictured|seen|photographiée?|ici|file|above)\b[^)]{0,300}\)", re.IGNORECASE)
# So much of a sentence is asked what a mention in it speaks of: each mention costs the same, however long the sentence.
_BEFORE_CHARACTERS, _AFTER_CHARACTERS, _SENTENCE_CHARACTERS = 400, 80, 600


def picture_date(
    text: str, dates: list[DateMention], sentences: list[tuple[int, int]], published: date | None
) -> DateMention | None:
    """Return the one mention that dates the picture; None where none does, or where several might."""
    is_filed = FILE_MARK.search(text) is not None
    weighed = [(one, _weigh(text, one, sentences, published, is_filed=is_filed)) for one in dates]
    best = max((weight for _one, weight in weighed), default=0)
    if best <= 0:
        return None
    leading = [one for one, weight in weighed if weight == best]
    if len({one.edtf for one in leading}) == 1:
        return leading[0]
    return _narrowest(leading)


def tells_of_picture(text: str, start: int, sentences: list[tuple[int, int]]) -> bool:
    """
    Say whether what stands at `start` is told of the picture: not in a clause that tells of something else, not outside
    a "(pictured …)", not in a later sentence with a verb of its own.
    """
    at = _sentence_at(sentences, start)
    before = text[max(sentences[at][0], start - _BEFORE_CHARACTERS) : start]
    if _STRONG_CUE.search(before) and not _in_closed_parenthesis(before):
        return True
    if _in_aside(before) or _beside_pictured(text, start):
        return False
    return not _is_background(text, at, sentences)


def _sentence_at(sentences: list[tuple[int, int]], position: int) -> int:
    at = bisect_right(sentences, position, key=lambda span: span[0]) - 1
    return at if at >= 0 and position < sentences[at][1] else 0


def _is_background(text: str, at: int, sentences: list[tuple[int, int]]) -> bool:
    first = next((n for n, (start, end) in enumerate(sentences) if len(text[start:end].split()) >= _LABEL_WORDS), 0)
    start, end = sentences[at]
    sentence = text[start : min(end, start + _SENTENCE_CHARACTERS)]
    return at > first and _FINITE.search(sentence) is not None and not re.match(r"\W*(?:Here|Ici|Pictured)\b", sentence)


def _weigh(
    text: str, one: DateMention, sentences: list[tuple[int, int]], published: date | None, *, is_filed: bool
) -> int:
    """Weigh a date: 0 speaks of something else, 1 might date the picture, 2 and 3 do in so many words."""
    if one.ahead or one.edtf.startswith("..") or one.edtf.endswith(".."):
        return 0
    at = _sentence_at(sentences, one.start)
    start, end = sentences[at]
    before = text[max(start, one.start - _BEFORE_CHARACTERS) : one.start]
    after = text[one.end : min(end, one.end + _AFTER_CHARACTERS)]
    if _STRONG_CUE.search(before) and not _in_closed_parenthesis(before):
        return 3
    if _of_another_thing(before, after) or _beside_pictured(text, one.start):
        return 0
    bare_year = re.fullmatch(r"\d{4}(?:/\d{4})?|\d{3}X|\d{4}~", one.edtf) is not None
    if _CUE.search(before) and not bare_year:
        return 2
    if is_filed and one.resolved_against and published and (published - parse(one.edtf).latest).days < 14:
        return 0
    # ", Tuesday, Nov. 19, 2019." at the end of a sentence is the agencies' own place for the picture's date.
    dateline = re.search(r"(?:^|[,(–-])\s*(?:on |le )?$", before) is not None and _closes(after)
    if bare_year:
        return 1 if dateline or (not _FINITE.search(before) and not _ASIDE.search(before)) else 0
    if dateline and (not _ASIDE.search(before) or before.rstrip().endswith(",")):
        return 2
    if _in_aside(before):
        return 0
    return 0 if _is_background(text, at, sentences) else 1


def _of_another_thing(before: str, after: str) -> bool:
    if _NOT_OTHER.search(before) or re.search(
        _ABOUT_TIME.pattern[:-1] + r"(?:after|before)\s+$", before, re.IGNORECASE
    ):
        return False
    if _OTHER_BEFORE.search(before):
        return True
    # "ahead of Thursday's vote", "Wednesday's planned shutdown": the thing is dated, not the picture.
    return bool(_OF_THINGS.match(after)) and bool(
        re.search(r"\b(?:of|after|before|for|following|from|ahead of|d\w*)\s+(?:the )?(?:\w+ ){0,1}$", before)
        or re.match(r"['’]s\s+(?:planned|vote|election|final|debate|summit|deadline|attack|sinking)", after)
    )


def _in_aside(before: str) -> bool:
    opened = list(_ASIDE.finditer(before))[-1:]
    if not opened:
        return False
    last = opened[0]
    rest = before[last.end() :]
    if _ABOUT_TIME.search(f"{before[: last.end()]} "):
        return False
    if last[0].lower() == "that" and not _SAID.search(before[: last.start()]):
        # "A boat that is already full, on the beach": it tells of what is seen, and ends at the comma.
        return "," not in rest and _DESCRIBES.match(rest) is None
    # A relative clause between commas has ended where its second comma stands.
    if last[0].lower() in ("who", "which", "qui", "dont", "where", "où") and before[: last.start()].rstrip().endswith(
        ","
    ):
        return "," not in rest
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
        re.match(r"\s*(?:$|[.;:(\[|–-]|,?\s*(?:during|as|amid|in|at|with|when|while|to|after|[A-Z©(]))", after)
        is not None
    )


def _narrowest(leading: list[DateMention]) -> DateMention | None:
    """Of dates that lie inside one another the narrowest; of rival ones none."""
    narrow = min(leading, key=lambda one: parse(one.edtf).days)
    inner = parse(narrow.edtf)
    return narrow if all(inner.within(parse(one.edtf)) for one in leading) else None
