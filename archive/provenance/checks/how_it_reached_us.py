"""By which way did the file reach the archive: from a camera, a messenger, a platform, a screen?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from archive.extraction.readers.statements import as_text
from archive.provenance.checks.evidence import Evidence
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, beside_leads, edtf
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import Property

# What is there of every file, with or without metadata.
_CONTAINERS = ("JPEG", "PNG", "GIF", "QuickTime", "Matroska", "Container", "ICC")
_CAMERA_TAGS = ("EXIF:ExposureTime", "EXIF:FNumber", "EXIF:ISOSpeedRatings", "EXIF:DateTimeOriginal")
_MAKER_TAGS = ("IFD0:Make", "IFD0:Model")
# Written by iOS into its screenshots.
_SCREENSHOT_TAGS = ("EXIF:UserComment", "XMP-exif:UserComment")
_FACEBOOK_TAGS = ("IPTC:SpecialInstructions", "XMP-photoshop:Instructions")


@dataclass(frozen=True)
class _NameForm:
    """A form of file names that one program gives, with the parts of its date, or its milliseconds since 1970."""

    program: str
    form: re.Pattern[str]
    is_screenshot: bool = False


def _names(program: str, form: str, *, is_screenshot: bool = False) -> _NameForm:
    return _NameForm(program, re.compile(form, re.IGNORECASE), is_screenshot)


_DAY = r"(?P<year>20\d\d)[-_.]?(?P<month>\d\d)[-_.]?(?P<day>\d\d)"
_SCREENSHOT = (
    "screen ?shot|screen ?capture|screen recording|bildschirmfoto|captura de (?:pantalla|ecrã|tela)|schermafbeelding"
    "|schermata|zrzut ekranu|skärmavbild|skærmbillede|capture d[’' _]?[ée]cran"
)
NAME_FORMS = (
    _names("WhatsApp", rf"(?:IMG|VID)-{_DAY}-WA\d+"),
    _names("WhatsApp", rf"(?:WhatsApp[ _](?:Image|Video|Bild)|Imagen? (?:de )?WhatsApp|Image WhatsApp)[ _]{_DAY}[ _]"),
    _names("Telegram", rf"(?:photo|video)_{_DAY}_\d\d-\d\d-\d\d"),
    _names("Telegram", r"photo_\d{15,}(?:_[a-z])?\b"),
    _names("Signal", rf"signal-{_DAY}[-_]"),
    _names("Viber", rf"viber[_ ](?:image|video)[_ ]{_DAY}"),
    _names("WeChat", r"mmexport(?P<since_1970>\d{13})"),
    _names("Facebook", r"FB_IMG_(?P<since_1970>\d{13})"),
    _names("Facebook Messenger", r"received_\d{10,}"),
    _names("Facebook / Instagram", r"\d{6,}_\d{10,}_\d{10,}_[no]\."),
    _names("Snapchat", r"Snapchat-\d+"),
    _names("", rf"(?:{_SCREENSHOT}).*?{_DAY}", is_screenshot=True),
    _names("", rf"(?:{_SCREENSHOT})", is_screenshot=True),
)
# The longest edge to which they reduced pictures, as far as is known; they change it from time to time.
PLATFORM_EDGES = {
    960: "Facebook",
    1080: "Instagram",
    1200: "X (Twitter)",
    1280: "Telegram, WhatsApp",
    1440: "Instagram",
    1600: "WhatsApp, Signal",
    2048: "Facebook, Messenger, X (Twitter)",
    2560: "Telegram",
    4096: "X (Twitter), WhatsApp",
}
# Screens of phones, tablets and computers that many have, in pixels, upright or not.
SCREENS = frozenset(
    {
        (640, 1136), (750, 1334), (828, 1792), (1080, 1920), (1080, 2160), (1080, 2220), (1080, 2280), (1080, 2340),
        (1080, 2400), (1125, 2436), (1170, 2532), (1179, 2556), (1206, 2622), (1242, 2208), (1242, 2688), (1284, 2778),
        (1290, 2796), (1320, 2868), (1440, 2560), (1440, 2960), (1440, 3040), (1440, 3088), (1440, 3120), (1440, 3200),
        (720, 1280), (720, 1520), (720, 1600), (1344, 2992), (1536, 2048), (1620, 2160), (1640, 2360), (1668, 2224),
        (1668, 2388), (2048, 2732), (768, 1366), (900, 1440), (900, 1600), (1050, 1680), (1200, 1920), (1600, 2560),
        (1664, 2560), (1800, 2880), (1864, 2880), (1964, 3024), (2234, 3456), (2160, 3840), (2880, 5120),
    }
)  # fmt: skip


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    seen = list(_seen(evidence))
    if seen:
        yield from beside_leads(seen)
    elif _has_metadata(evidence):
        yield Observation(Outcome.NOT_APPLICABLE, "nothing")
    else:
        yield Observation(Outcome.NOT_APPLICABLE, "stripped")


def _seen(evidence: Evidence) -> Iterator[Observation]:
    yield from _by_name(evidence)
    if any(as_text(evidence.embedded.first(tag) or "").startswith("FBMD") for tag in _FACEBOOK_TAGS):
        tags = tuple(("tag", tag) for tag in _FACEBOOK_TAGS if evidence.embedded.first(tag))
        yield Observation(Outcome.INCONCLUSIVE, "facebook", {}, tags)
    for tag in _SCREENSHOT_TAGS:
        if as_text(evidence.embedded.first(tag) or "").strip().casefold() == "screenshot":
            yield Observation(Outcome.INCONCLUSIVE, "says-screenshot", {}, (("tag", tag),))
            break
    makers = [text for tag in _MAKER_TAGS if (text := as_text(evidence.embedded.first(tag) or "").strip())]
    if makers and any(evidence.embedded.first(tag) not in (None, "") for tag in _CAMERA_TAGS):
        grounds = tuple(("tag", tag) for tag in _MAKER_TAGS if evidence.embedded.first(tag))
        yield Observation(Outcome.CONSISTENT, "camera-data", {"camera": " ".join(makers)[:80]}, grounds)
    elif not makers:
        yield from _by_size(evidence)


def _by_name(evidence: Evidence) -> Iterator[Observation]:
    for named in NAME_FORMS:
        if found := named.form.match(evidence.file_name):
            break
    else:
        return
    day = _day_of(found, before=evidence.received_at.date() + timedelta(days=1))
    code = "screenshot-name" if named.is_screenshot else "name"
    values = {"program": named.program} if named.program else {}
    if day is None:
        yield Observation(Outcome.INCONCLUSIVE, code, values)
        return
    yield Observation(Outcome.INCONCLUSIVE, f"dated-{code}", values | {"day": edtf(day)})
    for claim in evidence.leading(Property.DATE_CREATED):
        # Names have local days, claims may have those of UTC.
        if claim.dates and claim.dates.earliest > day + timedelta(days=1):
            of_both = {"day": edtf(day), "claimed": edtf(claim.dates)}
            yield Observation(Outcome.INCONCLUSIVE, "name-before-claimed", of_both, (claim.ground,))


def _day_of(found: re.Match[str], *, before: date) -> date | None:
    """Return the day that a name tells, if there is such a day and it had come when the file did."""
    parts = found.groupdict()
    try:
        if parts.get("since_1970"):
            day = datetime.fromtimestamp(int(parts["since_1970"]) / 1000, UTC).date()
        elif parts.get("year"):
            day = date(*(int(parts[name]) for name in ("year", "month", "day")))
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return day if date(2005, 1, 1) <= day <= before else None


def _by_size(evidence: Evidence) -> Iterator[Observation]:
    """Tell of sizes alone where the file has nothing else to say; a newsroom's system reduces pictures too."""
    if _has_metadata(evidence) or not evidence.width_px or not evidence.height_px:
        return
    edges = sorted((evidence.width_px, evidence.height_px))
    size = {"size": f"{evidence.width_px} × {evidence.height_px}"}
    if (edges[0], edges[1]) in SCREENS:
        yield Observation(Outcome.INCONCLUSIVE, "screen-size", size)
    elif edges[1] in PLATFORM_EDGES and evidence.format_name in ("JPEG", "WebP"):
        yield Observation(Outcome.INCONCLUSIVE, "platform-size", size | {"programs": PLATFORM_EDGES[edges[1]]})


def _has_metadata(evidence: Evidence) -> bool:
    return any(
        statement.group not in _CONTAINERS and not statement.group.startswith("Stream ")
        for statement in evidence.embedded.statements
    )


CHECK = Check(
    slug="how-it-reached-us",
    version="2",
    title=gettext_noop("How it reached us"),
    question=Question.WHOLENESS,
    meaning=gettext_noop(
        "Looks for what messengers, platforms and screens leave in the name, the size and the metadata of a file, and "
        "for the data of a camera. It tells whom to ask for the original, and never speaks against a picture: honest "
        "and dishonest ones come the same way."
    ),
    limits=gettext_noop(
        "Anybody can rename a file, and sizes are shared by many programs. The date in a name is that of the telephone "
        "or computer on which the file was received or kept: the picture may be much older. Missing metadata says "
        "nothing, for most ways remove it."
    ),
    sentences={
        "nothing": gettext_noop("Nothing in the file tells by which way it came."),
        "stripped": gettext_noop(
            "The file carries no metadata, as after most messengers, platforms and content systems. Ask for the "
            "original."
        ),
        "camera-data": gettext_noop("It came with the data that a camera writes: %(camera)s."),
        "name": gettext_noop("Its name is one that %(program)s gives. Ask who sent it for the original."),
        "dated-name": gettext_noop(
            "Its name is one that %(program)s gives, and says that it was there on %(day)s: ask who sent it."
        ),
        "screenshot-name": gettext_noop("Its name is that of a screenshot. Ask what was on the screen."),
        "dated-screenshot-name": gettext_noop(
            "Its name is that of a screenshot of %(day)s. Ask what was on the screen."
        ),
        "name-before-claimed": gettext_noop(
            "By its name it was there on %(day)s, and it is said to be made %(claimed)s: ask who sent it when."
        ),
        "facebook": gettext_noop(
            "It carries the mark that Facebook and Instagram write into the pictures that they hand out."
        ),
        "says-screenshot": gettext_noop("The file says that it is a screenshot."),
        "platform-size": gettext_noop(
            "It has no metadata and is %(size)s pixels, a size to which pictures are reduced by some: %(programs)s."
        ),
        "screen-size": gettext_noop(
            "It has no metadata and is %(size)s pixels, the size of a screen: perhaps a screenshot."
        ),
    },
    weigh=_weigh,
)
