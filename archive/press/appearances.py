"""In which order appearances are listed, and which of a picture's appearances is the earliest in this archive."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F, OuterRef, QuerySet, Subquery

from archive.authorities.models import Outlet
from archive.catalogue.hidden_wordings import withheld_of_each
from archive.catalogue.models import Accession, Item
from archive.press.hidden_print import readable_appearances
from archive.press.models import Appearance, AppearanceQuerySet


class First(StrEnum):
    """How an appearance stands to the others of its item."""

    EARLIEST = "earliest"
    SAME_DAY = "same day"  # the earliest, beside others of the same day
    POSSIBLY = "possibly"  # its days overlap with those of the earliest


# Said outright, for the databases differ in where they put what has no date.
EARLIEST_FIRST = (F("published_earliest").asc(nulls_last=True), F("published_latest").asc(nulls_last=True), "pk")
LATEST_FIRST = (F("published_latest").desc(nulls_last=True), F("published_earliest").desc(nulls_last=True), "-pk")


@dataclass(frozen=True)
class Printed:
    """One row of a list of appearances; `first` and `article_id` are None where there is nothing to say or to read."""

    appearance: Appearance
    first: First | None
    article_id: int | None


def appearances_of(item: Item, *, user: object) -> QuerySet[Appearance]:
    """
    Return an item's appearances that this user may read of, with what a row shows; one query.

    The earliest known come first, undated ones last.
    """
    return _with_row(item.appearances.told_to(user)).order_by(*EARLIEST_FIRST)


def first_appearances(items: Iterable[Item], *, user: object) -> dict[int, Appearance]:
    """Return the earliest appearance that this user may read of, by the item's id; dated ones first. One query."""
    of_item = Appearance.objects.told_to(user).filter(item=OuterRef("pk")).order_by(*EARLIEST_FIRST).values("pk")[:1]
    firsts = Item.objects.filter(pk__in=[item.pk for item in items]).values(first=Subquery(of_item))
    return {
        appearance.item_id: appearance
        for appearance in Appearance.objects.filter(pk__in=firsts).select_related("outlet")
    }


def appearances_in(outlet: Outlet, *, user: object) -> QuerySet[Appearance]:
    """Return what appeared in the outlet, or in one merged into it, of items this user may see; unordered."""
    return _with_row(Appearance.objects.told_to(user).select_related("item__media_file")).filter(
        Item.objects.visible_to(user).named_by("item"), outlet__in=Outlet.objects.alike(pk=outlet.pk)
    ).prefetch_related("item__media_file__renditions")  # fmt: skip


def _with_row(appearances: AppearanceQuerySet) -> QuerySet[Appearance]:
    return appearances.select_related("outlet__merged_into", "recorded_by", "figure__article")


def printed(appearances: Sequence[Appearance], *, user: object, are_all: bool = False) -> list[Printed]:
    """
    Make the rows of a list, in its order, without the wordings that are held; three queries at most.

    A news page is led to only where this user may read of the delivery it came with.

    :param are_all: these are all appearances of their items; else the others are asked for
    """
    of_items = (
        Appearance.objects.told_to(user)
        .filter(item__in={appearance.item_id for appearance in appearances})
        .order_by("pk")
    )
    first = firsts(appearances if are_all else of_items)
    accessions = {
        appearance.figure.article_id: appearance.figure.article.accession_id
        for appearance in appearances
        if appearance.figure
    }
    open_accessions = (
        set(Accession.objects.visible_to(user).filter(pk__in=accessions.values()).values_list("pk", flat=True))
        if accessions
        else set()
    )
    withheld = withheld_of_each(user, {appearance.item_id for appearance in appearances})
    rows = []
    for appearance in appearances:
        readable_appearances([appearance], withheld[appearance.item_id])
        article = appearance.figure.article if appearance.figure else None
        is_open = article is not None and article.accession_id in open_accessions
        rows.append(Printed(appearance, first.get(appearance.pk), article.pk if is_open else None))
    return rows


def firsts(appearances: Iterable[Appearance]) -> dict[int, First]:
    """
    Say which appearances are the earliest of their items, by the appearance's id.

    :param appearances: all of each item. What is undated is neither first nor in the way of another.
    """
    of_item: dict[int, list[Appearance]] = defaultdict(list)
    for appearance in appearances:
        if appearance.published_earliest is not None and appearance.published_latest is not None:
            of_item[appearance.item_id].append(appearance)
    by_key = {}
    for dated in of_item.values():
        # Dates are intervals: whatever may have begun before the first one ended may be the first.
        bound = min(appearance.published_latest for appearance in dated)
        could_be = [appearance for appearance in dated if appearance.published_earliest <= bound]
        days = {(appearance.published_earliest, appearance.published_latest) for appearance in could_be}
        one_day = len(days) == 1 and all(start == end for start, end in days)
        standing = First.EARLIEST if len(could_be) == 1 else First.SAME_DAY if one_day else First.POSSIBLY
        by_key |= dict.fromkeys((appearance.pk for appearance in could_be), standing)
    return by_key
