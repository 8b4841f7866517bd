"""Find who made, supplied and published a picture in what the press writes below it."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice

from archive.extraction.captions.calendars import CALENDARS
from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.words import MOST_MENTIONS

_MARK = (
    r"(?:(?:hand-?out\s+)?(?:photo|picture|image|video|footage|photograph|still|illustration|foto|bild|beeld|video|imagen|"
    r"immagine)s?\s*"
    r"(?:credits?|agency|by|:|from|courtesy of|(?:issued|released|supplied|provided|taken|captured) by)\s*:?"
    r"|(?:credits?|crédits?|crédit photos?|crédits photos?|photo credit|source|quelle|bron|fonte|fuente|bildquelle|"
    r"bildnachweis|fotografie)"
    r"(?:\s*(?:photos?|images?|vidéo))?(?:\s+should read)?\s*(?::|\.\.\.|…)?"
    r"|©|\(c\)|courtesy(?: of)?:?|hand-?out(?: photo)?(?: issued)?(?: by)?[:/]?|pool photo by|photo\b"
    r"|screen-?\s?(?:grab|shot)s?(?: from| of|:)?|capture d['’]écran\s*:?|capture vidéo\s*:?|image grab(?:bed)?(?: "
    r"from)?(?: a video)?"
    r"|user-submitted photo|vidéo\s*:|photos?\s*:|via\b)"
)
_MARKED = re.compile(rf"(?:^|(?<=[\s(\[.|]))(?:Credit\s+)?{_MARK}\s*(?=[@\wÀ-ÿ(/])", re.IGNORECASE)
_LEADING_MARK = re.compile(rf"^\W*(?:(?:Credit|Photo)\s+)?(?:{_MARK})\s*[:.…]*\s*", re.IGNORECASE)
_MADE_BY = re.compile(
    r"\b(?P<what>footage|video|images?|pictures?|photos?|drone footage|still|screen ?grab|film)\b[^.;]{0,40}?"
    r"\b(?:captured|shot|filmed|taken|released|shared|posted|obtained|issued|published|supplied|provided|broadcast) "
    r"by (?:the )?"
    r"(?P<who>@?[\wÀ-ÿ][\w’'&.-]*(?: (?:(?:de |du |of |and |the |la |d['’])*[A-ZÀ-Ý0-9@][\w’'&-]*|maritime|"
    r"nationale|municipale)){0,5})",
)
_PARENTHESIS = re.compile(r"[(\[]([^()\[\]]{2,140})[)\]]")
_SPLIT = re.compile(
    r"\s*(?:/|\||;|,\s+(?=via\b)|(?<!\w\.)(?<=\w)\.\s+(?=[A-Z]))\s*|\s+(?=via\b)|,\s+|\s+[-–]\s+|\s+for\s+(?=[A-Z])|"
    r"\s+pour\s+(?=[A-Z])",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"^(?:AP|AFP|PA)?\s*(?:file(?:s| photo| image| picture| pic)?|hand-?out|pool(?: photo)?(?: by)?|library|"
    r"archives?|photo|photos|all rights reserved|"
    r"tous droits réservés|d\.?r\.?|live news|undated|crown copyright|images?|stringer|staff|contributor|document|"
    r"collection particulière|illustration|pic)\.?$",
    re.IGNORECASE,
)
_TRIMMED = re.compile(
    r"^(?:via|by|par|von|door|di|por|from|and|the photographer|photo(?:graph)?(?:s)?(?: by)?|picture|image|pool "
    r"photo by|pool|handout|courtesy of|credit|files?|archives?)\s*:?\s+|"
    r"\s+(?:files?|file photo|archive photo|handout|pool|via|video|screengrab)$",
    re.IGNORECASE,
)
_AGENCY_PHOTO = re.compile(r"^(.+?)\s+(?:Photos?|Foto)$", re.IGNORECASE)
_BODY = re.compile(
    r"\b(?:Police|Fire|Rescue|Coastguard|Coast Guard|Navy|Council|Préfecture|Prefecture|Ministry|Ministère|Army|"
    r"Force|Service|Gendarmerie|"
    r"SDIS|Ville|Mairie|Lifeboat|RNLI|SNSM|MCA|MoD|NHS|Museum|Port of|Harbour Board|Marine nationale|Sécurité "
    r"civile|Douane|Armada|University|"
    r"Government|Downing Street|NASA|NOAA|ESA|Préf)\b|^(?:SNSM|MCA|USCG)$",
    re.IGNORECASE,
)
_PRESS = re.compile(
    r"\b(?:News|Times|Post|Express|Echo|Journal|Gazette|Herald|Mail|Press|Tribune|Live|Online|Telegraph|Chronicle|"
    r"Argus|Observer|"
    r"Independent|Standard|Courrier|Dépêche|Voix|Presse|Télégramme|Parisien|Provence|Matin|Progrès|Éclair|Littoral|"
    r"Zeitung|TV|FM|Radio|"
    r"Weekly|Daily|Star|Mercury|Argus|Union|Globe|Guardian|Ouest|Soir|Libre|Monde|Équipe)\b"
)
# Words part at spaces alone, so that no text makes the pattern try one split after another.
_NAME = re.compile(
    r"(?:@[\w.]{2,}|[A-ZÀ-ÝØ][\w’'.-]*(?:\s+(?:(?:de|du|des|of|and|&|van|von|der|den|le|la|el|al|bin|ben|di|da|dos)"
    r"\s+(?:la\s+|der\s+|den\s+)?|d['’])?[A-ZÀ-ÝØ][\w’'.-]*){0,6})"
)
SOURCE_KINDS = (
    ("screen capture", re.compile(
        r"screen-?\s?(?:grab|shot)|capture d['’]écran|capture vidéo|image grab|\bgrab\b|video still|still from|"
        r"footage|schermafbeelding|captura de pantalla|"
        r"\bstill image\b|\bimage from (?:a )?video\b", re.IGNORECASE)),
    ("user-generated", re.compile(
        r"user[- ](?:submitted|generated)|\bugc\b|social media|eyewitness|reader(?:'s)? (?:photo|picture)|amateur|"
        r"témoin|lecteur|"
        r"(?:/|^|\s|\()(?:twitter|instagram|facebook|tiktok|telegram|snapchat|whatsapp|x)\s*/\s*@?\w|@\w{2,}",
            re.IGNORECASE)),
    ("handout", re.compile(r"\bhand-?out\b|\bissued by\b|\bsupplied by\b|\breleased by\b|\bprovided by\b|\bcourtesy "
    r"of\b|\bdocument remis\b", re.IGNORECASE)),
    ("pool", re.compile(r"\bpool\b(?! (?:of|party|at|in|with))", re.IGNORECASE)),
)  # fmt: skip
_AGENCIES, _SUPPLIERS = ("AGENCY", "PHOTO_LIBRARY"), ("AUTHORITY", "CHARITY")
_SHORT_WORDS = 12
# No credit is longer; what ends a caption is looked for in so many characters.
_CREDIT_CHARACTERS = 400
_END_OF_CREDIT = re.compile(r"[.!?)]\s+(?=[A-ZÀ-Ý])|[)\n\]]|$")
_INITIAL = re.compile(r"\b[A-Z]$")
_SMALL_LETTER = re.compile(r"\s*[a-z]")
# "Footage by Sky News, Tuesday": the day behind a credit is none of its names.
_DAY = "|".join(name for calendar in CALENDARS.values() for group in calendar.weekdays for name in group)
_MONTH = "|".join(name for calendar in CALENDARS.values() for group in calendar.months for name in group)
_DATE_BEHIND = re.compile(
    rf",\s+(?:on |le )?(?=(?:{_DAY})\b|\d{{1,2}}(?:st|nd|rd|th|er|\.)? (?:de )?(?:{_MONTH})\b|(?:{_MONTH})\.? \d|"
    r"\d{4}-\d\d)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Credit:
    """A credit line split into who did what, each as written; `source_kind` says how the picture came."""

    creator: str | None = None
    agency: str | None = None
    supplier: str | None = None
    publisher: str | None = None
    source_kind: str | None = None


def find_credit(
    text: str, sentences: list[tuple[int, int]], gazetteer: Gazetteer
) -> tuple[Credit, list[tuple[int, int]]]:
    """Return the credit and the spans that hold it, so that nobody else reads names in them."""
    credit, spans = Credit(), []
    for start, end in _spans(text, sentences, gazetteer):
        if _fill(credit, text[start:end], gazetteer):
            spans.append((start, end))
    for found in islice(_MADE_BY.finditer(text), MOST_MENTIONS):
        who = _trim(found["who"])
        kind = gazetteer.outlet_kind(who)
        while not kind and " " in who and not _BODY.search(who):
            who = who.rsplit(" ", 1)[0]
            kind = gazetteer.outlet_kind(who)
        if kind or _BODY.search(who):
            _place(credit, who, kind, passed_on=False)
            at = found.start("who")
            spans.append((at, at + len(who)))
            if found["what"].lower().endswith(("footage", "video", "grab", "still")):
                credit.source_kind = credit.source_kind or "screen capture"
    credit.source_kind = _source_kind(text, [text[start:end] for start, end in spans]) or credit.source_kind
    return credit, spans


def _source_kind(text: str, credits: list[str]) -> str | None:
    within = " ".join(credits)
    for kind, pattern in SOURCE_KINDS:
        if pattern.search(within):
            return kind
    # Outside the credit only words that cannot speak of what the picture shows.
    alone = re.search(
        r"\b(?:(?P<s>screen-?\s?grab|screen-?shot|capture d['’]écran|(?:image|video) grab\w*"
        r"|footage (?:captured|released|shot))|(?P<h>hand-?out|photo issued by)"
        r"|(?P<u>user-(?:submitted|generated)|photo de lecteur)|(?P<p>pool photo))\b", text, re.IGNORECASE)  # fmt: skip
    if alone is None:
        return None
    return {"s": "screen capture", "h": "handout", "u": "user-generated", "p": "pool"}[alone.lastgroup or "h"]


def _spans(text: str, sentences: list[tuple[int, int]], gazetteer: Gazetteer) -> list[tuple[int, int]]:
    """List where credits stand: in brackets, behind a mark, as the last words, before a bar at the start."""
    spans: list[tuple[int, int]] = []
    for found in islice(_PARENTHESIS.finditer(text), MOST_MENTIONS):
        if _is_credit(found[1], gazetteer):
            spans.append(found.span())
    if leading := re.match(rf"\s*{_NAME.pattern}\s*\|\s*", text):
        end = leading.end()
        words = text[end : end + _CREDIT_CHARACTERS].split(" ")
        for count in (3, 2, 1):
            if gazetteer.outlet_kind(" ".join(words[:count])):
                spans.append((0, end + len(" ".join(words[:count]))))
                break
    for found in islice(_MARKED.finditer(text), MOST_MENTIONS):
        if re.search(r"\b(?:file|library|archive) $", text[max(0, found.start() - 8) : found.start()], re.IGNORECASE):
            continue
        if any(start <= found.start() < end for start, end in spans):
            continue
        end = _end_of_credit(text, found.end())
        if found[0].strip().lower() in ("photo", "via", "source", "credit") and not _is_credit(
            text[found.end() : end], gazetteer, marked=True
        ):
            continue
        if _SMALL_LETTER.match(text, found.end()) and not text[found.end() : end].startswith(("dpa", "epa", "the ")):
            continue
        start = found.start()
        if found[0].strip().lower() == "via":
            # "AFP via Getty" alone in its line: what passed it on is not all of the credit.
            at = bisect_right(sentences, start, key=lambda span: span[0]) - 1
            line = max(sentences[at][0] if at >= 0 else start, start - _CREDIT_CHARACTERS)
            start = line if _is_credit(text[line:start], gazetteer) else start
        spans.append((start, end))
    covered = max((end for _start, end in spans), default=0)
    if len(text[covered:].strip(" .")) > 1 or not spans:
        last = _last_words(text, sentences, gazetteer)
        if last and not any(start < last[1] and last[0] < end for start, end in spans):
            spans.append(last)
    elif spans:
        # "Daphne Lemke/EPA. (Handout)": a name may stand right before the brackets.
        first = min(spans)
        for start, end in sentences:
            if (
                start < first[0] <= end + 1
                and "/" in text[start : first[0]]
                and _is_credit(text[start : first[0]].strip(), gazetteer)
            ):
                spans.append((start, first[0]))
    return sorted(spans)


def _end_of_credit(text: str, start: int) -> int:
    """A credit behind a mark runs to the next sentence that is no part of it."""
    position = start
    for found in _END_OF_CREDIT.finditer(text, start, min(len(text), start + _CREDIT_CHARACTERS)):
        position = found.start()
        if dated := _DATE_BEHIND.search(text, start, position):
            return dated.start()
        if found[0][:1] == "." and _INITIAL.search(text, max(start, position - 2), position):
            continue
        following = text[found.end() : found.end() + _CREDIT_CHARACTERS]
        if found[0][:1] == "." and len(following.split()) <= 3 and len(text[start:position].split()) <= 4:
            continue
        break
    return position


def _last_words(text: str, sentences: list[tuple[int, int]], gazetteer: Gazetteer) -> tuple[int, int] | None:
    start, end = sentences[-1] if sentences else (0, 0)
    own_line = text[start:end].strip() if text[max(start - 1, 0) : start] == "\n" else ""
    if 1 < len(own_line.split()) < 5 and _NAME.fullmatch(own_line):
        # A name in a line of its own below the caption.
        return start, end
    for start, end in reversed(sentences[-3:]):
        part = text[start:end].strip()
        if _is_credit(part.rstrip("."), gazetteer):
            return start, end
        if len(part.split()) > 2:
            break
    first, end = sentences[-1] if sentences else (0, 0)
    start = max(first, end - _CREDIT_CHARACTERS)
    # Without a full stop before it: "... during strong winds PA", "... winds Jo Doe/PA".
    if found := re.search(
        rf"(?:(?<=\s)(?:{_NAME.pattern})\s?/\s?)?(?<![\w])([A-Z][\w-]*(?: [A-Z][\w]*)?)[.]?\s*$", text[start:end]
    ):
        kind = gazetteer.outlet_kind(found[1])
        if (
            start + found.start() > first
            and kind in (*_AGENCIES, "BROADCASTER", "NEWSPAPER")
            and ("/" in found[0] or (found[1].isupper() and kind == "AGENCY"))
        ):
            return start + found.start(), end
    return None


def _is_credit(part: str, gazetteer: Gazetteer, *, marked: bool = False) -> bool:
    part = part.strip(" .()[]")
    if not part or len(part) > _CREDIT_CHARACTERS or len(part.split()) > _SHORT_WORDS:
        return False
    stripped = _LEADING_MARK.sub("", part)
    known = any(gazetteer.outlet_kind(_trim(piece)) for piece in _SPLIT.split(stripped) if piece)
    if part == stripped and not marked:
        if _NOISE.match(part) and re.match(r"hand-?out|pool|d\.?r\.?$|file|archive", part, re.IGNORECASE):
            return True
        if known and re.match(r"file\b", part, re.IGNORECASE):
            return True
        if known:
            return (
                "/" in part
                or "|" in part
                or len(_SPLIT.split(part)) > 1
                or bool(gazetteer.outlet_kind(_trim(part)))
                or _named(part, gazetteer)
            )
        return (
            ("/" in part or "|" in part)
            and not re.search(r"\d", part)
            and all(
                _NAME.fullmatch(piece.strip()) or _NOISE.match(piece.strip()) or _BODY.search(piece)
                for piece in re.split(r"[/|]", part)
            )
        )
    return known or bool(_NAME.match(_trim(stripped))) or bool(_NOISE.match(stripped)) or not stripped


def _named(part: str, gazetteer: Gazetteer) -> bool:
    trimmed = _trim(part)
    return bool(gazetteer.outlet_kind(trimmed))


def _trim(piece: str) -> str:
    piece = piece.strip(" .,()[]:;©…").strip()
    while (shorter := _TRIMMED.sub("", piece).strip()) != piece:
        piece = shorter
    return re.sub(r"^(?:de la|du|de l['’]|d['’])\s*", "", piece) if piece[:2] in ("de", "du", "d'") else piece


def _fill(credit: Credit, part: str, gazetteer: Gazetteer) -> bool:
    """Put the pieces of one credit in their places; False where it names nobody and says nothing."""
    handed = re.search(r"(?:issued|released|supplied|provided) by\s+(?:the )?", part, re.IGNORECASE)
    inner = part[handed.end() :] if handed else part.strip(" ()[]")
    before = None
    while before != inner:
        before, inner = (
            inner,
            _LEADING_MARK.sub("", inner) if not re.match(r"\W*(?:AP|AFP|via) ", inner, re.IGNORECASE) else inner,
        )
    whole = gazetteer.outlet_kind(_trim(inner))
    pieces = [inner] if whole else [piece for piece in _SPLIT.split(inner) if piece]
    said = bool(re.search(r"hand-?out|pool|screen|capture|grab|user-|d\.?r\.?\b|file|archive", part, re.IGNORECASE))
    for number, written in enumerate(pieces):
        passed_on = bool(re.match(r"\s*via\b", written, re.IGNORECASE))
        piece = written.strip(" .()[]") if gazetteer.outlet_kind(written) else _trim(written)
        if not piece or (_NOISE.match(piece) and not gazetteer.outlet_kind(piece)):
            continue
        kind = gazetteer.outlet_kind(piece)
        if not kind and (made := re.match(r"(AP|AFP|EPA|PA|Reuters)\s+(?:Photo|Image|Wire)s?\s+(?:by\s+)?(.+)", piece)):
            _place(credit, made[1], "AGENCY", passed_on=False)
            piece = made[2]
        if kind == "PLATFORM" and number + 1 < len(pieces) and pieces[number + 1].startswith("@"):
            credit.publisher = credit.publisher or piece
        elif not kind and not (_NAME.match(piece) or _BODY.search(piece)):
            continue
        else:
            _place(credit, piece, kind, passed_on=passed_on, alone=len(pieces) == 1)
        said = True
    return said


def _place(credit: Credit, piece: str, kind: str, *, passed_on: bool, alone: bool = False) -> None:
    if shorter := _AGENCY_PHOTO.match(piece):
        piece = shorter[1] if kind == "AGENCY" else piece
    if passed_on:
        credit.supplier = credit.supplier or piece
    elif kind in _AGENCIES:
        if credit.agency is None:
            credit.agency = piece
        elif piece != credit.agency:
            credit.supplier = credit.supplier or piece
    elif kind in _SUPPLIERS or (not kind and _BODY.search(piece)):
        credit.supplier = credit.supplier or piece
    elif kind or (
        _PRESS.search(piece) and (credit.creator or alone or re.match(r"(?:The|La|Le|L['’]|Het|Der|El)\b", piece))
    ):
        credit.publisher = credit.publisher or piece
    elif credit.creator is None:
        credit.creator = piece
    elif credit.publisher is None and credit.agency is None:
        credit.publisher = piece
