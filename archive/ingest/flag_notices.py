"""Where a supplier bounds the use of what is public already, moderators are told by a flag; nothing is taken back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from archive.catalogue.models import Access, Accession, AccessionStatement, Item
from archive.claims.notices import Notice, notices_of, standing
from archive.extraction.captions.notices import NoticeWords, find_notices
from archive.ingest.models import AccessionLine
from archive.review.access_decisions import decisions_on
from archive.review.flags import flag_by_rule
from archive.review.models import Flag

RULE = "notice after release"
# With which a notice ends or not, as something follows it or not.
_STOPS = " .;,!"


@contextmanager
def flagging_new_notices(line: AccessionLine, item: Item, now: datetime) -> Iterator[None]:
    """
    Flag an item that is public, once what is recorded within has brought notices that did not stand before.

    The caller has locked the item: who releases it meanwhile waits, and is asked about them.
    """
    if not Item.objects.filter(pk=item.pk, access=Access.RELEASED).exists():
        yield
        return
    before = {_key(notice) for notice in _standing(item, now)}
    yield
    if new := [notice for notice in _standing(item, now) if _key(notice) not in before]:
        flag_by_rule(item, rule=RULE, note=_note(line.accession_id, new))


def flag_bounded_by_terms(accession: Accession, items: Iterable[Item], *, at: datetime) -> None:
    """
    Flag those of these items that are public, where their accession bounds the use more than when each was released.

    It may run twice: of the same words an item is flagged once after a release, whatever was answered. The caller has
    locked the items. Four queries and those of `notices_of`, and some for each flag that is raised.
    """
    statements = list(AccessionStatement.objects.filter(accession=accession, field="terms").order_by("pk"))
    public = list(Item.objects.filter(pk__in=[item.pk for item in items], access=Access.RELEASED).order_by("pk"))
    releases, notices = decisions_on(item.pk for item in public), notices_of(public, at=at)
    flags = list(Flag.objects.filter(item__in=public, rule=RULE))
    for item in public:
        release = releases.get(item.pk)
        since = [made for made in statements if release is None or made.made_at > release.occurred_at]
        terms = since[0].before if since else accession.terms
        known = {_key(notice) for notice in bounding(terms)}
        told = [
            flag.note
            for flag in flags
            if flag.item_id == item.pk and (release is None or flag.flagged_at > release.occurred_at)
        ]
        new = [
            notice
            for notice in notices[item.pk]
            if notice.stands_in == accession.terms
            and _key(notice) not in known
            and not any(_is_told(notice, note) for note in told)
        ]
        if new:
            flag_by_rule(item, rule=RULE, note=_note(accession.pk, new))


def bounding(terms: str) -> list[NoticeWords]:
    """Return the notices in the terms of an accession."""
    return find_notices(terms, is_instruction=True)


def count_flagged_by_terms(accession: Accession) -> int:
    """Return how many public items were flagged since the terms of their accession were last corrected; two queries."""
    last = AccessionStatement.objects.filter(accession=accession, field="terms").order_by("-pk").first()
    if last is None:
        return 0
    flags = Flag.objects.filter(rule=RULE, flagged_at__gte=last.made_at, note__startswith=_beginning(accession.pk))
    return flags.values("item").distinct().count()


def still_bounds(flag: Flag, *, at: datetime) -> bool:
    """
    Say whether anything that a flag of this rule names bounds the use of its picture still, whoever says so.

    What said so may have been corrected since, and an embargo end: the flag waits all the same for a person's answer.
    """
    return any(_is_told(notice, flag.note) for notice in _standing(flag.item, at))


def _standing(item: Item, now: datetime) -> list[Notice]:
    return standing(notices_of([item], at=now)[item.pk])


def _key(notice: Notice | NoticeWords) -> tuple[str, str]:
    return str(notice.kind), notice.words.rstrip(_STOPS)


def _named(notice: Notice) -> str:
    return f"{notice.label}: “{notice.words.rstrip(_STOPS)}"


def _is_told(notice: Notice, note: str) -> bool:
    """Say whether a note names this notice, to the end of its words: they may begin those of another one."""
    return any(rest.lstrip(_STOPS).startswith("”") for rest in note.split(_named(notice))[1:])


def _note(accession: int, notices: list[Notice]) -> str:
    told = "; ".join(f"{_named(notice)}” ({notice.source})" for notice in notices)
    return f"{_beginning(accession)}. {told}."


def _beginning(accession: int) -> str:
    return f"It is public, and what came with accession {accession} bounds its use"
