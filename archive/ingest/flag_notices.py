"""Where a supplier bounds the use of what is public already, moderators are told by a flag; nothing is taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from archive.catalogue.models import Access, Item
from archive.claims.notices import Notice, notices_of, standing
from archive.ingest.models import AccessionLine
from archive.review.flags import flag_by_rule

RULE = "notice after release"


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
        told = "; ".join(f"{notice.label}: “{notice.words}” ({notice.source})" for notice in new)
        note = f"It is public, and what came with accession {line.accession_id} bounds its use. {told}."
        flag_by_rule(item, rule=RULE, note=note)


def _standing(item: Item, now: datetime) -> list[Notice]:
    return standing(notices_of([item], at=now)[item.pk])


def _key(notice: Notice) -> tuple[str, str]:
    return str(notice.kind), notice.words
