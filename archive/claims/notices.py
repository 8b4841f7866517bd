"""What suppliers say of the use of an item: embargo, expiry, hold, kill, editorial use only. Never stored."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from archive.catalogue.hidden_wordings import Withheld
from archive.catalogue.models import Accession, Caption, FurtherAccession, Item
from archive.claims.models import readings_told_to
from archive.extraction.captions.notices import NoticeKind, find_notices
from archive.extraction.models import Reading
from archive.extraction.readers.news_versions import latest_news
from archive.extraction.readers.statements import IPTC_GROUPS

# Fields whose text is an instruction or a term of use: IIM 2:40 and their twins in XMP.
_INSTRUCTIONS = {
    "IPTC:SpecialInstructions", "XMP-photoshop:Instructions", "XMP-xmpRights:UsageTerms", "XMP-dc:rights",
    "XMP-plus:OtherConstraints", "XMP-plus:OtherLicenseRequirements", "XMP-plus:TermsAndConditionsText",
    "XMP-plus:MediaConstraints", "XMP-plus:ImageAlterationConstraints", "XMP-plus:CopyrightStatus",
    "XMP-plus:MediaSummaryCode", "XMP-plus:LicensorNotes",
    "NewsML-G2:usageTerms", "NewsML-G2:edNote", "NewsML-G2:copyrightNotice", "ninjs:usageterms", "ninjs:ednote",
    "ninjs:copyrightnotice",
}  # fmt: skip
# Fields that give a day, with those that give its hour: from when a picture may be used, and until when. IIM 2:30,
# 2:35, 2:37 and 2:38, PRISM and PLUS.
_DATES = {
    "IPTC:ReleaseDate": (NoticeKind.EMBARGO, "ReleaseTime"),
    "XMP-prism:embargoDate": (NoticeKind.EMBARGO, ""),
    "XMP-plus:LicenseStartDate": (NoticeKind.EMBARGO, ""),
    "IPTC:ExpirationDate": (NoticeKind.EXPIRY, "ExpirationTime"),
    "XMP-prism:expirationDate": (NoticeKind.EXPIRY, ""),
    "XMP-prism:killDate": (NoticeKind.EXPIRY, ""),
    "XMP-plus:LicenseEndDate": (NoticeKind.EXPIRY, ""),
    "NewsML-G2:embargoed": (NoticeKind.EMBARGO, ""),
    "ninjs:embargoed": (NoticeKind.EMBARGO, ""),
}
# Where they are there and empty, they say that the end is not known yet.
_ENDLESS = {"NewsML-G2:embargoed", "ninjs:embargoed"}
# IPTC NewsCodes "pubstatusg2", of NewsML-G2 and ninjs; "usable" bounds nothing.
_STATUS = {"withheld": NoticeKind.HOLD, "canceled": NoticeKind.KILL, "cancelled": NoticeKind.KILL}
_STATUS_TAGS = {"NewsML-G2:pubStatus", "ninjs:pubstatus"}
_LABELS = {
    NoticeKind.EMBARGO: "Embargo",
    NoticeKind.EXPIRY: "Not to be used after a day",
    NoticeKind.HOLD: "Hold for release",
    NoticeKind.KILL: "Withdrawn by its supplier (kill)",
    NoticeKind.EDITORIAL_ONLY: "Editorial use only",
}


@dataclass(frozen=True)
class Notice:
    """
    One notice: its words as written, and where they stand. `is_over` says that an embargo's own end lies behind us.

    `stands_in` is the whole text around them: where that is hidden from a reader, so are the words.
    """

    kind: NoticeKind
    words: str
    source: str
    is_over: bool = False
    stands_in: str = ""

    @property
    def label(self) -> str:
        return _LABELS[self.kind] + (" (over)" if self.is_over else "")


def notices_of(items: Iterable[Item], *, at: datetime, reader: object = None) -> dict[int, list[Notice]]:
    """
    Return what suppliers say of the use of these items, by item; four queries, whatever their number.

    :param at: aware; what an embargo's end is compared with
    :param reader: who is shown them, and only what they may read; None for all that bounds the use
    """
    items = list(items)
    by_file = {item.media_file_id: item.pk for item in items}
    notices: dict[int, dict[tuple[NoticeKind, str], Notice]] = {item.pk: {} for item in items}

    def add(item: int, notice: Notice) -> None:
        notices[item].setdefault((notice.kind, notice.words), notice)

    readings, captions, deliveries = Reading.objects.all(), Caption.objects.all(), Accession.objects.all()
    if reader is not None:
        readings, captions = readings_told_to(reader), captions.told_to(reader)
        deliveries = deliveries.visible_to(reader)
    of_files: dict[int, list[Reading]] = {}
    for reading in readings.filter(media_file__in=by_file).order_by("pk"):
        of_files.setdefault(reading.media_file_id, []).append(reading)
    for file, of_file in of_files.items():
        for statements in latest_news([reading.statements for reading in of_file]):
            for notice in _of_statements(statements, at):
                add(by_file[file], notice)
    # What a person put right stands for what it replaced; what came with the picture always stands.
    captions = captions.current().filter(item__in=notices).order_by("pk")
    for caption in captions.only("item", "text", "role", "origin"):
        for words in find_notices(caption.text):
            source = f"{caption.get_role_display()}, {caption.get_origin_display()}"
            add(caption.item_id, Notice(words.kind, words.words, source, stands_in=caption.text))
    # Each accession that brought a picture may bound its use, not only the first.
    bounding = deliveries.exclude(terms="").values("pk")
    first = Item.objects.filter(pk__in=notices, accession__in=bounding).values_list("pk", "accession__terms")
    further = FurtherAccession.objects.filter(item__in=notices, accession__in=bounding).order_by("accession")
    for item, text in [*first, *further.values_list("item", "accession__terms")]:
        for words in find_notices(text, is_instruction=True):
            add(item, Notice(words.kind, words.words, "Terms of the accession", stands_in=text))
    return {item: list(of_item.values()) for item, of_item in notices.items()}


def readable_notices(notices: Iterable[Notice], withheld: Withheld) -> list[Notice]:
    """Leave out the words that are hidden from a reader; that there is a notice stays."""
    return [replace(notice, words="") if withheld.hides(notice.stands_in) else notice for notice in notices]


def standing(notices: Iterable[Notice]) -> list[Notice]:
    """Keep the notices that still stand: those that are to be answered before a release."""
    return [notice for notice in notices if not notice.is_over]


def _of_statements(statements: list[list[Any]], at: datetime) -> list[Notice]:
    notices = []
    clocks = {tag: str(value) for group, tag, value in reversed(statements) if group in IPTC_GROUPS}
    for group, tag, value in statements:
        # A further IPTC block of the file bounds the use as the first does.
        name, source = f"{'IPTC' if group in IPTC_GROUPS else group}:{tag}", f"{group}:{tag}"
        if name in _DATES:
            kind, clock_tag = _DATES[name]
            if value == "" and name in _ENDLESS:
                notices.append(Notice(kind, "Embargoed, without a date", source))
            for written in filter(_says_a_day, _texts(value)):
                clock = clocks.get(clock_tag, "") if clock_tag else ""
                end = _moment(written, clock)
                # A date that cannot be read bounds the use all the same: nobody knows until when.
                is_over = kind == NoticeKind.EMBARGO and end is not None and end <= at
                notices.append(Notice(kind, f"{written} {clock}".strip(), source, is_over))
        elif name in _STATUS_TAGS:
            if kind := _STATUS.get(re.split("[:/]", str(value).strip().rstrip("/"))[-1].lower()):
                notices.append(Notice(kind, str(value), source))
        elif name in _INSTRUCTIONS:
            for text in _texts(value):
                for words in find_notices(text, is_instruction=True):
                    notices.append(Notice(words.kind, words.words, source, stands_in=text))
    return notices


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return []


def _says_a_day(written: str) -> bool:
    """Tell a day from a field that was left blank, which IIM writes in zeros."""
    return bool(re.search("[^0\\W]", written))


def _moment(date: str, clock: str) -> datetime | None:
    """
    Read CCYYMMDD and HHMMSS±HHMM of IIM, or a date of XMP; without a time the end of the day.

    :param clock: as another field gives it
    """
    day = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(?P<time>.+))?", date.strip())
    if not day:
        return None
    time = re.sub("Z$", "+00:00", (day["time"] or clock).strip())
    try:
        moment = datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=UTC)
        clock = re.fullmatch(r"(\d\d):?(\d\d):?(\d\d)?(?:[.]\d+)?(?:([+-])(\d\d):?(\d\d))?", time)
        if not clock:
            # Anywhere on earth the day is over.
            return moment + timedelta(hours=36)
        offset = timedelta(hours=int(clock[5] or 0), minutes=int(clock[6] or 0))
        zone = timezone(-offset if clock[4] == "-" else offset) if clock[4] else timezone(-timedelta(hours=12))
        return moment.replace(hour=int(clock[1]), minute=int(clock[2]), second=int(clock[3] or 0), tzinfo=zone)
    except ValueError:
        return None
